//! `docs/github.md` against the workflows: every secret, variable, environment and right that they use is explained there, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use super::{EXAMPLE, all, jobs, yaml};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/github.md");
    std::fs::read_to_string(path).unwrap()
}

/// What is named first in the rows of the page's tables.
fn listed(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.trim_start().strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap().to_owned()).collect()
}

/// The names behind a context in expressions: `secrets.NAME`.
fn names<'a>(text: &'a str, context: &str) -> BTreeSet<&'a str> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let expressions = text.split("${{ ").skip(1).map(|rest| rest.split("}}").next().unwrap());
    let used = expressions
        .flat_map(|expression| expression.split(&format!("{context}.")).skip(1).collect::<Vec<_>>());
    used.map(|rest| rest.split(ends).next().unwrap()).collect()
}

#[test]
fn everything_that_a_repository_must_have_is_explained() {
    let mut used = BTreeSet::new();
    for workflow in all(EXAMPLE) {
        for context in ["secrets", "vars"] {
            used.extend(names(&workflow.text, context).into_iter().map(str::to_owned));
        }
        let workflow = yaml(&workflow.text);
        let rights = |value: &yaml_rust2::Yaml| -> Vec<String> {
            let rights = value.as_hash().into_iter().flatten();
            rights
                .map(|(name, right)| format!("{}: {}", name.as_str().unwrap(), right.as_str().unwrap()))
                .collect()
        };
        used.extend(rights(&workflow["permissions"]));
        for (_, job) in jobs(&workflow) {
            used.extend(rights(&job["permissions"]));
            used.extend(job["environment"].as_str().map(str::to_owned));
        }
    }
    assert!(used.len() > 12, "{used:?}");
    assert_eq!(listed(&page()), used);
}
