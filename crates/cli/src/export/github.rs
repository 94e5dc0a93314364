//! `adit export github`: the two workflows.

use std::path::Path;
use std::process::ExitCode;

use adit_blueprint::{Finding, Severity, Source, parse};
use adit_terraform::workflows::{Login, MARKER, Plain, Settings, workflows};

use super::files::{Folder, Generated};
use crate::args::{self, ExportGithubArgs, ReportFormat};
use crate::failure::Failure;
use crate::prove::load::refused;
use crate::report::{Report, Ways};

pub(super) fn run(args: &ExportGithubArgs) -> Result<ExitCode, Failure> {
    let settings =
        Settings { file: in_repository(&args.file)?, branch: args.branch.clone(), login: login(args.auth) };
    let source = Source::read(&args.file)?;
    let parsed = parse(&source);
    if !parsed.is_sound() {
        return Err(refused(&source, &errors(parsed.faults), parsed.is_toml, ReportFormat::Human));
    }
    let made = workflows(&parsed.blueprint, &settings).map_err(|findings| {
        let findings = errors(findings);
        Report { source: &source, findings: &findings, answers: &[], derived: &[], ways: Ways::Asked }
            .print(ReportFormat::Human);
        Failure::Faults
    })?;
    let files = made.map(|made| Generated { name: made.name.to_owned(), bytes: made.text.into_bytes() });
    let folder = Folder { path: &args.output, marker: MARKER, write: args.write, sweep: false };
    let outcome = folder.put(&files)?;
    outcome.tell(&folder);
    Ok(ExitCode::from(u8::from(args.write.check && !outcome.is_current())))
}

/// The file as the workflows find it: from the root of the repository, which this is run in.
fn in_repository(file: &Path) -> Result<Plain, Failure> {
    let text = file.to_str().unwrap_or_default();
    text.strip_prefix("./").unwrap_or(text).parse().map_err(|not| {
        let file = file.display();
        Failure::Choice(format!(
            "--file is a path from the repository's root, and {file} is none that a workflow may name: {not}"
        ))
    })
}

fn login(auth: args::Login) -> Login {
    match auth {
        args::Login::ApiKey => Login::ApiKey,
        args::Login::Oidc => Login::Oidc,
    }
}

fn errors(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}
