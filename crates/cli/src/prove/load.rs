//! What a command is about: the file, the file with what a plan knows beside it, or a plan alone.

use adit_blueprint::{Blueprint, Built, Finding, Severity, Source, build, parse};
use adit_terraform::plan::{Plan, merge};

use crate::args::{FileArgs, ReportFormat};
use crate::failure::Failure;
use crate::report::{Report, Ways};

/// What was read, with all that is wrong with it.
pub(crate) struct Read {
    pub(crate) source: Source,
    pub(crate) built: Built,
    /// What is wrong with the text itself, and what a plan tells of itself.
    pub(crate) findings: Vec<Finding>,
    /// What the file says; `None`: there is a plan alone.
    pub(crate) blueprint: Option<Blueprint>,
    /// Whether the text is sound: else what follows from it are only errors of errors.
    pub(crate) is_sound: bool,
    pub(crate) is_toml: bool,
    pub(crate) plan: Option<Plan>,
    /// What the plan's resources say beyond the network.
    pub(crate) values: Vec<Finding>,
    /// Where the plan's listing begins in the text.
    pub(crate) behind: usize,
}

/// Reads what the arguments name.
pub(crate) fn read(args: &FileArgs) -> Result<Read, Failure> {
    let plan = args.plan.as_deref().map(Plan::read).transpose()?;
    match plan {
        Some(plan) if args.is_default_and_missing() => Ok(alone(plan)),
        plan => read_with(args, plan),
    }
}

/// A plan without a file.
fn alone(plan: Plan) -> Read {
    let mut planned = plan.planned();
    let values = plan.values(&mut planned);
    Read {
        source: Source::of(planned.listing),
        built: planned.built,
        findings: planned.notes,
        blueprint: None,
        is_sound: true,
        is_toml: true,
        plan: Some(plan),
        values,
        behind: 0,
    }
}

/// Reads the file, and a plan that is at hand beside it.
pub(crate) fn read_with(args: &FileArgs, plan: Option<Plan>) -> Result<Read, Failure> {
    let mut source = Source::read(&args.file)?;
    let parsed = parse(&source);
    let mut findings = parsed.faults.clone();
    let mut built = build(&parsed.blueprint);
    let behind = source.text().len() + usize::from(!source.text().ends_with('\n'));
    let mut values = Vec::new();
    if let Some(plan) = &plan {
        let mut planned = plan.planned();
        values.extend(plan.values(&mut planned).into_iter().map(|value| value.moved(behind)));
        let faults = std::mem::take(&mut planned.built.faults);
        findings.extend(merge(&mut built, &mut source, planned));
        built.faults.extend(faults.into_iter().map(|fault| fault.moved(behind)));
    }
    let (is_sound, is_toml) = (parsed.is_sound(), parsed.is_toml);
    let blueprint = Some(parsed.blueprint);
    Ok(Read { source, built, findings, blueprint, is_sound, is_toml, plan, values, behind })
}

/// The failure that a file's faults are: they are printed first, as `adit check` prints them.
pub(crate) fn refused(source: &Source, faults: &[Finding], is_toml: bool, format: ReportFormat) -> Failure {
    Report { source, findings: faults, answers: &[], derived: &[], ways: Ways::NotAsked }.print(format);
    if is_toml { Failure::Faults } else { Failure::NotToml }
}

/// What a file says, if it and what it names fit together; else its faults are printed, and are the failure.
pub(crate) fn sound(path: &std::path::Path, format: ReportFormat) -> Result<Blueprint, Failure> {
    let source = Source::read(path)?;
    let parsed = parse(&source);
    let mut faults = parsed.faults;
    if faults.iter().all(|fault| fault.severity < Severity::Error) {
        faults.extend(build(&parsed.blueprint).faults);
    }
    faults.retain(|fault| fault.severity == Severity::Error);
    if faults.is_empty() {
        return Ok(parsed.blueprint);
    }
    Err(refused(&source, &faults, parsed.is_toml, format))
}

/// What a command needs that asks a question: objects that fit together.
pub(crate) struct Loaded {
    pub(crate) source: Source,
    pub(crate) built: Built,
    pub(crate) plan: Option<Plan>,
}

/// Reads it; its faults are printed, and are the failure.
pub(crate) fn load(args: &FileArgs, format: ReportFormat) -> Result<Loaded, Failure> {
    let Read { source, built, findings, is_sound, is_toml, plan, .. } = read(args)?;
    // What does not stand in the file as it should would only give errors of errors.
    let faults = if is_sound { built.faults.clone() } else { findings };
    let of_plan = plan.as_ref().and_then(Plan::no_network).map(|found| found.severity(Severity::Error));
    let faults: Vec<Finding> = faults
        .into_iter()
        .filter(|fault| !is_sound || fault.severity == Severity::Error)
        .chain(of_plan)
        .collect();
    if faults.is_empty() {
        return Ok(Loaded { source, built, plan });
    }
    Err(refused(&source, &faults, is_toml, format))
}
