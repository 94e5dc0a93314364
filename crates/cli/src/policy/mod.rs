//! `adit policy`: the least statements, and questions about policies. What they mean is `adit-iam`'s matter; here they are loaded, asked
//! and printed.

mod ask;
mod audit;
mod diff;
mod least;
mod load;
mod parse;

use std::process::ExitCode;

use crate::args::{PolicyArgs, ReportFormat};
use crate::failure::Failure;

pub(crate) fn run(args: &PolicyArgs) -> Result<ExitCode, Failure> {
    if let Some(file) = &args.parse {
        return parse::run(args, file);
    }
    if let Some(sources) = &args.audit {
        return audit::run(args, sources);
    }
    for_people(args)?;
    match (&args.who, args.can.as_deref(), args.diff.as_deref()) {
        (Some(call), ..) => ask::who(args, call),
        (None, Some([who, call, target]), _) => ask::can(args, who, call, target),
        (None, None, Some([old, new])) => diff::run(args, old, new),
        (None, None, Some(_)) => match &args.file.plan {
            Some(plan) => diff::of_plan(args, plan),
            None => Err(Failure::Choice("--diff compares OLD with NEW, or what --plan changes".to_owned())),
        },
        _ => least::run(args),
    }
}

/// SARIF and annotations are for findings.
fn for_people(args: &PolicyArgs) -> Result<(), Failure> {
    match args.format {
        ReportFormat::Human | ReportFormat::Short | ReportFormat::Json => Ok(()),
        ReportFormat::Sarif | ReportFormat::Github => Err(Failure::Choice(
            "--format sarif and github are for findings: of `adit check`, `adit policy --audit` and `adit policy --parse`"
                .to_owned(),
        )),
    }
}
