//! Whether files are as `terraform fmt` leaves them, said by the same code: the formatter and the parser that Terraform has inside, as
//! WebAssembly (`scripts/hcl-tools`), and the program itself where there is one.
//!
//! The formatter inside moves spaces only; what the command does besides is looked for here, and what no formatter touches.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use hcl::expr::{Expression, TemplateExpr};
use hcl::structure::BlockLabel;
use hcl::template::{Element, Template};
use hcl::{Body, Structure};
use serde::Deserialize;
use serde_json::Value;

use super::root::Files;

/// What Terraform's own code says of a text.
#[derive(Deserialize)]
pub(crate) struct Said {
    formatted: String,
    #[serde(default)]
    pub(crate) read: Value,
    #[serde(default)]
    error: Option<String>,
}

/// What is wrong with the form of files, by every means that is here. Nothing that is absent passes in silence.
pub(crate) fn problems(files: &Files) -> Vec<String> {
    let mut problems = own(files);
    if let Some(said) = said(files) {
        problems.extend(by_said(files, &said));
    }
    for program in ["terraform", "tofu"] {
        problems.extend(by_program(program, files).unwrap_or_default());
    }
    problems
}

/// What Terraform's own code says of each text, if it is installed.
pub(crate) fn said(files: &Files) -> Option<BTreeMap<String, Said>> {
    let installed = std::env::var_os("ADIT_HCL_TOOLS").map_or_else(
        || PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("hcl-tools"),
        PathBuf::from,
    );
    if !installed.join("node_modules").is_dir() {
        return skipped(
            "Terraform's formatter is not installed (scripts/install-deps --test, or ADIT_HCL_TOOLS)",
        );
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/hcl-tools/read.mjs");
    let started = Command::new("node")
        .arg(script)
        .arg(installed)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        return skipped("there is no node (scripts/install-deps --test)");
    };
    child.stdin.take().unwrap().write_all(serde_json::to_string(files).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn by_said(files: &Files, said: &BTreeMap<String, Said>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, text) in files {
        let Said { formatted, error, .. } = &said[name];
        if let Some(error) = error {
            problems.push(format!("{name}: {error}"));
        } else if let Some((at, (written, wanted))) = differ(text, formatted) {
            problems.push(format!("{name}:{at}: `{written}` is laid out as `{wanted}`"));
        }
    }
    problems
}

fn differ<'t>(text: &'t str, other: &'t str) -> Option<(usize, (&'t str, &'t str))> {
    // An end of a line stays with its line: no two texts that differ have the same lines.
    let mut lines = text.split_inclusive('\n');
    let mut others = other.split_inclusive('\n');
    (1..).map(|at| (at, (lines.next(), others.next()))).find_map(|(at, pair)| match pair {
        (None, None) => Some(None),
        (one, two) if one == two => None,
        (one, two) => Some(Some((at, (one.unwrap_or(""), two.unwrap_or(""))))),
    })?
}

/// `terraform fmt -check` of a program, if it is on the path. One that is not is no fault: its code was asked above.
pub(crate) fn by_program(program: &str, files: &Files) -> Option<Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let ran = Command::new(program)
        .args(["fmt", "-check", "-list=true"])
        .current_dir(directory.path())
        .env("CHECKPOINT_DISABLE", "1")
        .output();
    let output = ran.ok()?;
    // Exit code 3 says that files would change; any other failure says why on stderr.
    let said = if output.status.code() == Some(3) { output.stdout } else { output.stderr };
    let said = String::from_utf8_lossy(&said);
    Some(if output.status.success() {
        vec![]
    } else {
        vec![format!("{program} fmt -check: {}", said.trim())]
    })
}

/// What the command changes and the formatter inside does not, and what neither touches but no reader wants.
pub(crate) fn own(files: &Files) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, text) in files {
        let mut note = |problem: &str| problems.push(format!("{name}: {problem}"));
        if !text.ends_with('\n') || text.ends_with("\n\n") {
            note("does not end with one end of a line");
        }
        if text.contains("\n\n\n") {
            note("two empty lines follow each other");
        }
        if text.contains(['\r', '\t', '\u{feff}']) {
            note("holds a tab, a carriage return or a byte order mark");
        }
        if let Some(line) = text.lines().find(|line| line.ends_with(' ')) {
            note(&format!("`{line}` ends with a space"));
        }
        // A text that is not read is a problem of another check.
        if let Ok(body) = hcl::parse(text) {
            labels(&body, &mut note);
            wrapped(&body, &mut note);
        }
    }
    problems
}

fn labels(body: &Body, note: &mut dyn FnMut(&str)) {
    for block in body.blocks() {
        for label in block.labels().iter().filter(|label| matches!(label, BlockLabel::Identifier(_))) {
            note(&format!("the label `{}` is not in quotes", label.as_str()));
        }
        labels(block.body(), note);
    }
}

/// `"${x}"` is `x`, and the type of a variable stands without quotes.
fn wrapped(body: &Body, note: &mut dyn FnMut(&str)) {
    for structure in body.iter() {
        match structure {
            Structure::Attribute(attribute) => {
                if attribute.key() == "type"
                    && matches!(attribute.expr(), Expression::String(of) if is_type(of))
                {
                    note("the type of a variable is in quotes");
                }
                unwrap(attribute.expr(), note);
            }
            Structure::Block(block) => wrapped(block.body(), note),
        }
    }
}

fn is_type(text: &str) -> bool {
    matches!(text, "string" | "list" | "map")
}

fn unwrap(expression: &Expression, note: &mut dyn FnMut(&str)) {
    match expression {
        Expression::TemplateExpr(inner) => {
            let alone = |inner: &TemplateExpr| {
                matches!(Template::from_expr(inner).unwrap().elements(), [Element::Interpolation(_)])
            };
            if matches!(inner.as_ref(), TemplateExpr::QuotedString(_)) && alone(inner) {
                note(&format!("`{expression}` is a reference in quotes"));
            }
        }
        Expression::Array(items) => items.iter().for_each(|item| unwrap(item, note)),
        Expression::Object(fields) => fields.iter().for_each(|(_, value)| unwrap(value, note)),
        Expression::FuncCall(call) => call.args.iter().for_each(|argument| unwrap(argument, note)),
        _ => {}
    }
}

/// Says that something was not looked at; where everything must be, that is a failure.
pub(crate) fn skipped<T>(why: &str) -> Option<T> {
    let required = std::env::var_os("ADIT_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!required && !is_ci, "needed for this test: {why}");
    // Past the test harness, which would swallow it.
    writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
    None
}
