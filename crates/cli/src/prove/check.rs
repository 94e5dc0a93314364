//! `adit check`: everything that can be told from the file alone, or from a plan.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use adit_blueprint::{
    Answer, Derived, Finding, Permission, Severity, Source, changes, check_addresses, check_permission,
    derived, prove, prove_network,
};

use adit_terraform::plan::Plan;

use crate::args::CheckArgs;
use crate::console;
use crate::failure::Failure;
use crate::prove::load::{Read, read};
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

/// When each of the files that are read was changed, and how long it is.
fn stamp(args: &CheckArgs) -> Vec<Option<(SystemTime, u64)>> {
    let stamp = |path: &std::path::PathBuf| {
        let metadata = path.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    [&args.file.file].into_iter().chain(&args.file.plan).map(stamp).collect()
}

fn once(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let read = read(&args.file)?;
    let is_toml = read.is_toml;
    let examined = examine(read, &args.file.file);
    examined.report().print(args.format);
    Ok(exit_code(&examined.findings, args.fail_on.into(), is_toml))
}

/// What was read, with all that was found.
pub(crate) struct Examined {
    source: Source,
    findings: Vec<Finding>,
    answers: Vec<Answer>,
    derived: Vec<Derived>,
    ways: Ways,
}

impl Examined {
    pub(crate) fn report(&self) -> Report<'_> {
        let Self { source, findings, answers, derived, ways } = self;
        Report { source, findings, answers, derived, ways: *ways }
    }

    /// How many findings there are of a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Looks at all that can be told.
pub(crate) fn examine(read: Read, file: &Path) -> Examined {
    let Read { source, built, mut findings, blueprint, is_sound, plan, values, behind, .. } = read;
    findings.extend(values);
    findings.extend(plan.as_ref().and_then(Plan::no_network));
    let (mut answers, mut rules, mut ways) = (Vec::new(), Vec::new(), Ways::NotAsked);
    if is_sound {
        // What leads to nothing can be asked nothing: ways are looked at when the objects are all there.
        if built.faults.is_empty() {
            let proof = match &blueprint {
                Some(blueprint) => prove(blueprint, &built),
                None => prove_network(&built),
            };
            findings.extend(proof.findings);
            answers = proof.answers;
            rules = derived(&built.network);
            ways = Ways::Asked;
            if let Some(blueprint) = &blueprint {
                let folder = file.parent().unwrap_or(Path::new(""));
                let permission = Permission::read(blueprint, &source, folder);
                let (found, answered) = check_permission(blueprint, &permission);
                findings.extend(found);
                answers.extend(answered);
            }
        } else {
            findings.extend(check_addresses(&built));
        }
        findings.extend(built.faults);
    }
    // What a plan changes can be told if it says what it does.
    if let Some(plan) = plan.filter(|plan| ways == Ways::Asked && plan.has_prior()) {
        let changed = changes(&plan.prior().built, &plan.planned().built);
        findings.extend(changed.into_iter().map(|change| change.moved(behind)));
    }
    Examined { source, findings, answers, derived: rules, ways }
}

/// 2 if the file is no TOML, 1 if anything was found that counts.
fn exit_code(findings: &[Finding], fail_on: Severity, is_toml: bool) -> ExitCode {
    if !is_toml {
        return ExitCode::from(2);
    }
    let counts = findings.iter().any(|finding| finding.severity >= fail_on);
    ExitCode::from(u8::from(counts))
}
