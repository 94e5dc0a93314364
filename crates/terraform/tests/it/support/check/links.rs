//! References: that each leads to something, that nothing is declared for nobody, and that none leads back to where it began.

use std::collections::{BTreeMap, BTreeSet};

use hcl::{Body, Expression};

use super::super::refer::{Reference, Step, calls, references};
use super::super::schema::Type;
use super::Scope;
use super::meta::is_object;

pub(super) fn check(scope: Scope<'_>, problems: &mut Vec<String>) {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut note = |from: &str, expression: &Expression, whole: bool, problems: &mut Vec<String>| {
        for one in references(expression) {
            edges.entry(from.to_owned()).or_default().insert(one.head.clone());
            if whole && one.steps.is_empty() && is_object(&one.head) {
                if !scope.root.resources.contains_key(&one.head) {
                    problems.push(format!("{from}: {} is not declared", one.head));
                }
                continue;
            }
            if let Err(why) = leads(scope, from, &one) {
                problems.push(format!("{from}: {} {why}", one.head));
            }
        }
        functions(from, expression, problems);
    };
    for (address, resource) in &scope.root.resources {
        for (name, expression) in expressions(&resource.body) {
            // These name whole objects, or arguments of the resource's own.
            let whole = matches!(name.as_str(), "depends_on" | "lifecycle.replace_triggered_by");
            if name != "lifecycle.ignore_changes" {
                note(address, expression, whole, problems);
            }
        }
    }
    for (name, expression) in &scope.root.locals {
        note(&format!("local.{name}"), expression, false, problems);
    }
    for (name, body) in &scope.root.outputs {
        for (argument, expression) in expressions(body) {
            note(&format!("output {name}"), expression, argument == "depends_on", problems);
        }
    }
    for (name, body) in &scope.root.providers {
        for (_, expression) in expressions(body) {
            note(&format!("provider {name}"), expression, false, problems);
        }
    }
    for (name, body) in &scope.root.variables {
        // A validation that reads its own variable is no use of it.
        for (_, expression) in expressions(body).into_iter().filter(|(it, _)| it.starts_with("validation.")) {
            let own = format!("var.{name}");
            for other in references(expression).into_iter().filter(|it| it.head != own) {
                problems.push(format!("{own}: its validation reads {}", other.head));
            }
        }
    }
    for (kind, body) in scope.root.others.iter().filter(|(kind, _)| kind == "import") {
        for (_, expression) in expressions(body).into_iter().filter(|(name, _)| name == "id") {
            note(kind, expression, false, problems);
        }
    }
    unused(scope, &edges, problems);
    cycles(&edges, problems);
}

fn leads(scope: Scope<'_>, from: &str, one: &Reference) -> Result<(), String> {
    let resource = scope.root.resources.get(from);
    let has = |name: &str| resource.is_some_and(|it| it.argument(name).is_some());
    if one.head.starts_with("each.") && !has("for_each") {
        return Err("stands where there is no `for_each`".to_owned());
    }
    if one.head == "count.index" && !has("count") {
        return Err("stands where there is no `count`".to_owned());
    }
    let found = scope.type_of_reference(one)?;
    let ends_at_one = !one.steps.iter().any(|step| matches!(step, Step::Name(_)));
    if ends_at_one && is_object(&one.head) && matches!(found, Type::Object(_)) {
        return Err("is a whole object; an attribute of it is wanted".to_owned());
    }
    Ok(())
}

/// The functions that an export may call: each is one that the planner of these tests computes.
const FUNCTIONS: [&str; 17] = [
    "alltrue",
    "can",
    "concat",
    "contains",
    "format",
    "join",
    "jsonencode",
    "keys",
    "length",
    "lookup",
    "merge",
    "one",
    "regex",
    "replace",
    "substr",
    "toset",
    "values",
];

fn functions(from: &str, expression: &Expression, problems: &mut Vec<String>) {
    for name in calls(expression).into_iter().filter(|name| !FUNCTIONS.contains(&name.as_str())) {
        problems.push(format!("{from}: `{name}()` is no function that an export calls"));
    }
}

/// All expressions of a block and of the blocks in it, by the names that lead to them.
fn expressions(body: &Body) -> Vec<(String, &Expression)> {
    let mut found: Vec<(String, &Expression)> =
        body.attributes().map(|it| (it.key().to_owned(), it.expr())).collect();
    for block in body.blocks() {
        let inner = expressions(block.body());
        found.extend(inner.into_iter().map(|(name, it)| (format!("{}.{name}", block.identifier()), it)));
    }
    found
}

fn unused(scope: Scope<'_>, edges: &BTreeMap<String, BTreeSet<String>>, problems: &mut Vec<String>) {
    let used: BTreeSet<&String> = edges.values().flatten().collect();
    let variables = scope.root.variables.keys().map(|name| format!("var.{name}"));
    let data = scope.root.resources.iter().filter(|(_, it)| it.data).map(|(address, _)| address.clone());
    let locals = scope.root.locals.keys().map(|name| format!("local.{name}"));
    for name in variables.chain(locals).chain(data).filter(|name| !used.contains(name)) {
        problems.push(format!("{name} is declared and used nowhere"));
    }
}

fn cycles(edges: &BTreeMap<String, BTreeSet<String>>, problems: &mut Vec<String>) {
    let mut done = BTreeSet::new();
    for start in edges.keys() {
        visit(start, edges, &mut Vec::new(), &mut done, problems);
    }
}

fn visit<'e>(
    at: &'e String,
    edges: &'e BTreeMap<String, BTreeSet<String>>,
    way: &mut Vec<&'e String>,
    done: &mut BTreeSet<&'e String>,
    problems: &mut Vec<String>,
) {
    if let Some(begin) = way.iter().position(|it| *it == at) {
        let round: Vec<&str> = way[begin..].iter().map(|it| it.as_str()).collect();
        problems.push(format!("a cycle: {} -> {at}", round.join(" -> ")));
        return;
    }
    if !done.insert(at) {
        return;
    }
    way.push(at);
    for next in edges.get(at).into_iter().flatten() {
        visit(next, edges, way, done, problems);
    }
    way.pop();
}
