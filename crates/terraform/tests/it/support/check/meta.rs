//! What Terraform itself reads: variables, outputs, counts, lifecycles, imports and moves.

use hcl::{Block, Body, Expression};

use super::super::refer::{Reference, Step, reference, references};
use super::super::root::argument as value_of;
use super::super::schema::{Blueprint, Type};
use super::{Scope, types};

pub(super) fn check(scope: Scope<'_>, problems: &mut Vec<String>) {
    for (name, body) in &scope.root.variables {
        variable(scope, &format!("var.{name}"), body, problems);
    }
    for (name, body) in &scope.root.outputs {
        let at = format!("output {name}");
        known(&at, body, &["value", "description", "sensitive", "depends_on"], &["precondition"], problems);
        if value_of(body, "value").is_none() {
            problems.push(format!("{at}: `value` is required"));
        }
    }
    if !scope.root.others.iter().any(|(kind, _)| kind == "terraform") {
        problems.push("terraform: no block says which provider is required".to_owned());
    }
    for (kind, body) in &scope.root.others {
        match kind.as_str() {
            "terraform" => terraform(body, problems),
            "import" => {
                known(kind, body, &["to", "id"], &[], problems);
                for name in ["to", "id"].into_iter().filter(|name| value_of(body, name).is_none()) {
                    problems.push(format!("import: `{name}` is required"));
                }
                address(scope, kind, body, "to", true, problems);
            }
            "moved" => {
                known(kind, body, &["from", "to"], &[], problems);
                address(scope, kind, body, "to", true, problems);
                address(scope, kind, body, "from", false, problems);
            }
            _ => {
                known(kind, body, &["from"], &["lifecycle"], problems);
                address(scope, kind, body, "from", false, problems);
            }
        }
    }
}

fn terraform(body: &Body, problems: &mut Vec<String>) {
    known("terraform", body, &["required_version"], &["required_providers"], problems);
    let all = body.blocks().filter(|block| block.identifier() == "required_providers");
    for provider in all.flat_map(|block| block.body().attributes()) {
        let at = format!("terraform required_providers {}", provider.key());
        let Expression::Object(fields) = provider.expr() else {
            problems.push(format!("{at}: no object"));
            continue;
        };
        let text = |wanted: &str| {
            fields
                .iter()
                .find(|(key, _)| types::key_of(key).as_deref() == Some(wanted))
                .map(|(_, value)| value)
        };
        if text("source") != Some(&Expression::from("oracle/oci")) {
            problems.push(format!("{at}: its source is not oracle/oci"));
        }
        if text("version").is_none() {
            problems.push(format!("{at}: no version is said"));
        }
    }
}

fn variable(scope: Scope<'_>, at: &str, body: &Body, problems: &mut Vec<String>) {
    known(at, body, &["type", "default", "description", "sensitive", "nullable"], &["validation"], problems);
    let of = value_of(body, "type").map_or(Ok(Type::Any), types::written).unwrap_or_else(|why| {
        problems.push(format!("{at} {why}"));
        Type::Any
    });
    if let Some(default) = value_of(body, "default") {
        if !references(default).is_empty() {
            problems.push(format!("{at}: a default refers to nothing"));
        }
        if let Err(why) = scope.fits(default, &of) {
            problems.push(format!("{at}: `default` {why}"));
        }
    }
    for block in body.blocks() {
        condition(at, block, problems);
    }
}

fn condition(at: &str, block: &Block, problems: &mut Vec<String>) {
    let at = format!("{at} {}", block.identifier());
    known(&at, block.body(), &["condition", "error_message"], &[], problems);
    for name in
        ["condition", "error_message"].into_iter().filter(|name| value_of(block.body(), name).is_none())
    {
        problems.push(format!("{at}: `{name}` is required"));
    }
}

/// What Terraform reads at the top of a resource.
pub(super) fn argument(
    scope: Scope<'_>,
    at: &str,
    name: &str,
    value: &Expression,
    problems: &mut Vec<String>,
) {
    match name {
        "count" => {
            if let Err(why) = scope.fits(value, &Type::Number) {
                problems.push(format!("{at}: `count` {why}"));
            }
            known_before(scope, at, name, value, problems);
        }
        "for_each" => {
            let of = scope.type_of(value);
            if !matches!(of, Type::Any | Type::Set(_) | Type::Map(_) | Type::Object(_)) {
                problems.push(format!("{at}: `for_each` is a map or a set, and this is {of}"));
            }
            known_before(scope, at, name, value, problems);
        }
        "depends_on" => {
            let Expression::Array(items) = value else {
                problems.push(format!("{at}: `depends_on` is a list"));
                return;
            };
            for item in items {
                match reference(item) {
                    Some(Reference { head, steps }) if steps.is_empty() && is_object(&head) => {}
                    _ => problems.push(format!("{at}: `depends_on` holds `{item}`, which is no resource")),
                }
            }
        }
        _ => problems.push(format!("{at}: `{name}` is nothing that an export sets")),
    }
}

/// How many there are must be known before anything exists.
fn known_before(scope: Scope<'_>, at: &str, name: &str, value: &Expression, problems: &mut Vec<String>) {
    for Reference { head, .. } in references(value) {
        if scope.root.resources.get(&head).is_some_and(|resource| !resource.data) {
            problems.push(format!("{at}: `{name}` depends on {head}, which is not known when it is planned"));
        }
    }
}

/// The lifecycle of a resource.
pub(super) fn lifecycle(
    scope: Scope<'_>,
    address: &str,
    block: &Block,
    schema: &Blueprint,
    problems: &mut Vec<String>,
) {
    let at = format!("{address} lifecycle");
    let names = ["prevent_destroy", "create_before_destroy", "ignore_changes", "replace_triggered_by"];
    known(&at, block.body(), &names, &["precondition", "postcondition"], problems);
    for name in &names[..2] {
        let value = value_of(block.body(), name);
        if value.is_some_and(|value| !matches!(value, Expression::Bool(_))) {
            problems.push(format!("{at}: `{name}` is true or false, written"));
        }
    }
    match value_of(block.body(), "ignore_changes") {
        Some(Expression::Array(items)) => {
            for item in items {
                let name = match item {
                    Expression::Variable(name) => name.to_string(),
                    Expression::Traversal(it) => it.expr.to_string(),
                    other => other.to_string(),
                };
                if schema.type_of(&name).is_none() {
                    problems.push(format!("{at}: `ignore_changes` names `{name}`, which is not known"));
                }
            }
        }
        Some(Expression::Variable(all)) if all.as_str() == "all" => {}
        Some(other) => problems.push(format!("{at}: `ignore_changes` is a list, not `{other}`")),
        None => {}
    }
    if let Some(Expression::Array(items)) = value_of(block.body(), "replace_triggered_by") {
        for item in items.iter().filter_map(reference) {
            if !scope.root.resources.contains_key(&item.head) {
                problems.push(format!("{at}: {} is not declared", item.head));
            }
        }
    }
    for inner in block.body().blocks() {
        condition(&at, inner, problems);
    }
}

/// An address of a resource: `oci_core_vcn.hub`, or with a key.
fn address(scope: Scope<'_>, at: &str, body: &Body, name: &str, exists: bool, problems: &mut Vec<String>) {
    let Some(value) = value_of(body, name) else {
        problems.push(format!("{at}: `{name}` is required"));
        return;
    };
    let Some(Reference { head, steps }) = reference(value).filter(|it| is_object(&it.head)) else {
        problems.push(format!("{at}: `{name}` is `{value}`, which is no address"));
        return;
    };
    let resource = scope.root.resources.get(&head);
    if !exists {
        if resource.is_some() {
            problems.push(format!("{at}: `{name}` is {head}, which is still there"));
        }
        return;
    }
    let Some(resource) = resource else {
        problems.push(format!("{at}: {head} is not declared"));
        return;
    };
    let many = resource.argument("count").is_some() || resource.argument("for_each").is_some();
    if many != matches!(steps.as_slice(), [Step::Index(Some(_))]) {
        problems.push(format!(
            "{at}: `{name}` is `{value}`, which names {}",
            if many { "many" } else { "no one" }
        ));
    }
}

/// Whether the beginning of a reference is that of a resource or a data source.
pub(super) fn is_object(head: &str) -> bool {
    let first = head.split('.').next().unwrap_or_default();
    let parts = head.split('.').count();
    match first {
        "var" | "local" | "each" | "count" | "self" | "path" | "terraform" | "module" => false,
        "data" => parts == 3,
        _ => parts == 2,
    }
}

fn known(at: &str, body: &Body, arguments: &[&str], blocks: &[&str], problems: &mut Vec<String>) {
    for attribute in body.attributes().filter(|it| !arguments.contains(&it.key())) {
        problems.push(format!("{at}: `{}` is not known", attribute.key()));
    }
    for block in body.blocks().filter(|it| !blocks.contains(&it.identifier())) {
        problems.push(format!("{at}: `{}` is no block of it", block.identifier()));
    }
}
