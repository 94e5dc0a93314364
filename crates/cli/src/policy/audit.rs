//! `adit policy --audit`: policies judged by what `adit.toml` needs.

use std::path::PathBuf;
use std::process::ExitCode;

use adit_blueprint::{Finding, Source};

use super::load::load;
use crate::args::{PolicyArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;
use crate::report::{Report, Ways, human, short};

pub(super) fn run(args: &PolicyArgs, sources: &[PathBuf]) -> Result<ExitCode, Failure> {
    let loaded = load(args, sources)?;
    // Places are in the files of statements, if there are any.
    let file = loaded.file.as_ref().filter(|_| loaded.texts.is_empty());
    let findings = loaded.permission.audit(file.map(|(_, blueprint)| blueprint));
    let nothing = Source::new(args.file.file.display().to_string(), "");
    // Findings have places in the one text that the statements stand in.
    let source = match (loaded.texts.as_slice(), &loaded.file) {
        ([], Some((file, _))) => file,
        ([only], _) => only,
        ([], None) => &nothing,
        (_, _) => return several(args, &findings, &loaded.texts),
    };
    Report { source, findings: &findings, answers: &[], derived: &[], ways: Ways::Asked }.print(args.format);
    Ok(exit_code(args, &findings))
}

/// Findings in several texts: each is printed with its own.
fn several(args: &PolicyArgs, findings: &[Finding], texts: &[Source]) -> Result<ExitCode, Failure> {
    let text_of = |finding: &Finding| {
        let named =
            |text: &&Source| finding.object.rsplit_once(':').is_some_and(|(name, _)| name == text.name());
        texts.iter().find(named)
    };
    let nothing = Source::new("", "");
    let print = match args.format {
        ReportFormat::Human => human,
        ReportFormat::Short => short,
        _ => {
            let message = "--format json, sarif and github take one file of statements at a time".to_owned();
            return Err(Failure::Choice(message));
        }
    };
    for finding in findings {
        console::data(&print(finding, text_of(finding).unwrap_or(&nothing)));
    }
    let names: Vec<&str> = texts.iter().map(Source::name).collect();
    let all = Source::new(names.join(", "), "");
    let report = Report { source: &all, findings, answers: &[], derived: &[], ways: Ways::Asked };
    console::data(&report.verdict());
    Ok(exit_code(args, findings))
}

fn exit_code(args: &PolicyArgs, findings: &[Finding]) -> ExitCode {
    ExitCode::from(u8::from(findings.iter().any(|finding| finding.severity >= args.fail_on.into())))
}
