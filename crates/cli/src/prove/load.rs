//! The file of a command that needs what it describes: read, without faults, made into a network.

use adit_blueprint::{Built, Finding, Source, build, parse};

use crate::args::{FileArgs, ReportFormat};
use crate::failure::Failure;
use crate::report::{Report, Ways};

/// A file whose objects fit together.
pub(crate) struct Loaded {
    pub(crate) source: Source,
    pub(crate) built: Built,
}

/// Reads it; its faults are printed, and are the failure.
pub(crate) fn load(args: &FileArgs, format: ReportFormat) -> Result<Loaded, Failure> {
    let source = Source::read(&args.file)?;
    let parsed = parse(&source);
    let built = build(&parsed.blueprint);
    // What does not stand in the file as it should would only give errors of errors.
    let faults: Vec<Finding> = if parsed.is_sound() { built.faults.clone() } else { parsed.faults };
    if faults.is_empty() {
        return Ok(Loaded { source, built });
    }
    Report { source: &source, findings: &faults, answers: &[], derived: &[], ways: Ways::NotAsked }
        .print(format);
    Err(if parsed.is_toml { Failure::Faults } else { Failure::NotToml })
}
