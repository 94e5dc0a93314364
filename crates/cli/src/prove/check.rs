//! `adit check`: everything that can be told from the file alone.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use adit_blueprint::{
    Finding, Permission, Severity, Source, build, check_addresses, check_permission, derived, parse, prove,
};

use crate::args::CheckArgs;
use crate::console;
use crate::failure::Failure;
use crate::report::{Report, Ways};

/// How often a watched file is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Checks once, or whenever the file changes.
pub(crate) async fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    if !args.watch {
        return once(args);
    }
    let mut seen = None;
    loop {
        let stamp = stamp(args);
        if seen.as_ref() != Some(&stamp) {
            // A file that is being written may be half there: what is wrong with it is said, and it is looked at again.
            if let Err(failure) = once(args) {
                console::failure(&failure);
            }
            seen = Some(stamp);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn stamp(args: &CheckArgs) -> Option<(SystemTime, u64)> {
    let metadata = args.file.file.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn once(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let source = Source::read(&args.file.file)?;
    let parsed = parse(&source);
    let mut findings = parsed.faults.clone();
    let (mut answers, mut rules, mut ways) = (Vec::new(), Vec::new(), Ways::NotAsked);
    if parsed.is_sound() {
        let built = build(&parsed.blueprint);
        // What leads to nothing can be asked nothing: ways are looked at when the objects are all there.
        if built.faults.is_empty() {
            let proof = prove(&parsed.blueprint, &built);
            findings.extend(proof.findings);
            answers = proof.answers;
            rules = derived(&built.network);
            ways = Ways::Asked;
            let folder = args.file.file.parent().unwrap_or(Path::new(""));
            let permission = Permission::read(&parsed.blueprint, &source, folder);
            let (found, answered) = check_permission(&parsed.blueprint, &permission);
            findings.extend(found);
            answers.extend(answered);
        } else {
            findings.extend(check_addresses(&built));
        }
        findings.extend(built.faults);
    }
    Report { source: &source, findings: &findings, answers: &answers, derived: &rules, ways }
        .print(args.format);
    Ok(exit_code(&findings, args.fail_on.into(), parsed.is_toml))
}

/// 2 if the file is no TOML, 1 if anything was found that counts.
fn exit_code(findings: &[Finding], fail_on: Severity, is_toml: bool) -> ExitCode {
    if !is_toml {
        return ExitCode::from(2);
    }
    let counts = findings.iter().any(|finding| finding.severity >= fail_on);
    ExitCode::from(u8::from(counts))
}
