//! What the workflows need of a blueprint, and what is said where it is not there.

use adit_blueprint::model::{Function, Name};
use adit_blueprint::{Blueprint, Finding, Remark, Span};

use super::code;
use super::plain::{NotPlain, Plain};

/// What a blueprint adds to the templates.
#[derive(Debug)]
pub(super) struct Needs {
    /// The functions, in the file's order. There is at least one.
    pub(super) functions: Vec<Plain>,
    pub(super) region: Plain,
}

impl Needs {
    /// Everything, or all that is missing.
    pub(super) fn of(blueprint: &Blueprint) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        if blueprint.functions.is_empty() {
            let message = "the file has no function, so there is nothing to bring to the cloud";
            findings.push(lacks("functions", Span::default(), message, "write a table [function.NAME]"));
        }
        let mut functions = Vec::new();
        for function in &blueprint.functions {
            functions.extend(plain(&function.name, "function", &mut findings));
            findings.extend(without_image(function));
        }
        let region = match &blueprint.tenancy.region {
            Some(region) => plain(region, "region", &mut findings),
            None => {
                let message = "the file names no region, and a login needs one";
                let fix = "write `region = \"eu-frankfurt-1\"`, or another one, into [tenancy]";
                findings.push(lacks("tenancy", Span::default(), message, fix));
                None
            }
        };
        match region {
            Some(region) if findings.is_empty() => Ok(Self { functions, region }),
            _ => Err(findings),
        }
    }
}

/// The function's image has no place in a registry.
fn without_image(function: &Function) -> Option<Finding> {
    let Name { value, span } = &function.name;
    let message = format!("function `{value}` has no image, so there is nowhere to push one");
    function
        .image
        .is_none()
        .then(|| lacks(value, *span, message, "write `image = { repository = \"…\" }` there"))
}

fn lacks(object: &str, span: Span, message: impl Into<String>, fix: &str) -> Finding {
    Finding::new(code::LACKS, object, span, message).fix(fix)
}

/// A name that may stand in a workflow; of another one a finding.
fn plain(name: &Name, what: &str, findings: &mut Vec<Finding>) -> Option<Plain> {
    let Name { value, span } = name;
    match Plain::name(value) {
        Ok(plain) => Some(plain),
        Err(NotPlain) => {
            let message = format!("the name of {what} `{value}` cannot stand in a workflow");
            let why = "a workflow is read by YAML, by GitHub and by a shell".to_owned();
            findings.push(
                Finding::new(code::NOT_PLAIN, value, *span, message)
                    .remark(Remark::Why(why))
                    .fix("use letters, digits, `.`, `_` and `-`, and begin with no `-`"),
            );
            None
        }
    }
}
