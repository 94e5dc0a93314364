//! The inside of blocks, held against the provider's schema.

use hcl::{Block, Body, Expression};

use super::super::refer::reference;
use super::super::root::{Resource, argument};
use super::super::schema::{Blueprint, Mode, Nested, Nesting};
use super::{Scope, meta};

/// What Terraform itself reads in a resource.
const META: [&str; 4] = ["count", "for_each", "depends_on", "provider"];

/// A resource or a data source.
pub(super) fn resource(
    scope: Scope<'_>,
    address: &str,
    resource: &Resource,
    schema: &Blueprint,
    problems: &mut Vec<String>,
) {
    let mut own = Body::builder();
    for attribute in resource.body.attributes() {
        if META.contains(&attribute.key()) {
            meta::argument(scope, address, attribute.key(), attribute.expr(), problems);
        } else {
            if attribute.key() == "id" {
                problems.push(format!("{address}: `id` is the cloud's to say"));
            }
            own = own.add_attribute(attribute.clone());
        }
    }
    for block in resource.body.blocks() {
        match block.identifier() {
            "lifecycle" => meta::lifecycle(scope, address, block, schema, problems),
            _ => own = own.add_block(block.clone()),
        }
    }
    block(scope, address, &own.build(), schema, "", problems);
}

/// A block that holds nothing of Terraform's own. `path` is its own path in the resource, as the schema writes it: `actions.0.`.
pub(super) fn block(
    scope: Scope<'_>,
    at: &str,
    body: &Body,
    schema: &Blueprint,
    path: &str,
    problems: &mut Vec<String>,
) {
    for attribute in body.attributes() {
        let (name, value) = (attribute.key(), attribute.expr());
        let Some(known) = schema.attributes.get(name) else {
            let what =
                if schema.blocks.contains_key(name) { "is a block, not an argument" } else { "is not known" };
            problems.push(format!("{at}: `{name}` {what}"));
            continue;
        };
        if known.mode == Mode::Computed {
            problems.push(format!("{at}: `{name}` is computed by the provider alone"));
        }
        if known.deprecated {
            problems.push(format!("{at}: `{name}` is deprecated"));
        }
        if known.sensitive && reference(value).is_none() {
            problems.push(format!("{at}: `{name}` is a secret and is written down"));
        }
        if let Err(why) = scope.fits(value, &known.of) {
            problems.push(format!("{at}: `{name}` {why}"));
        }
        rivals(at, name, &known.conflicts_with, body, path, problems);
    }
    for (name, known) in &schema.attributes {
        let set = argument(body, name);
        if known.mode == Mode::Required && set.is_none_or(|value| *value == Expression::Null) {
            problems.push(format!("{at}: `{name}` is required"));
        }
    }
    blocks(scope, at, body, schema, path, problems);
}

fn blocks(
    scope: Scope<'_>,
    at: &str,
    body: &Body,
    schema: &Blueprint,
    path: &str,
    problems: &mut Vec<String>,
) {
    for inner in body.blocks() {
        let name = inner.identifier();
        let Some(nested) = schema.blocks.get(name) else {
            let what = match schema.attributes.contains_key(name) {
                true => "is an argument, not a block",
                false => "is no block of it",
            };
            problems.push(format!("{at}: `{name}` {what}"));
            continue;
        };
        if !inner.labels().is_empty() {
            problems.push(format!("{at}: `{name}` has no label"));
        }
        if nested.deprecated {
            problems.push(format!("{at}: `{name}` is deprecated"));
        }
        rivals(at, name, &nested.conflicts_with, body, path, problems);
        let path = format!("{path}{name}.0.");
        block(scope, &format!("{at} {name}"), inner.body(), &nested.inner, &path, problems);
    }
    for (name, nested) in &schema.blocks {
        let count = body.blocks().filter(|inner| inner.identifier() == name).count();
        how_many(at, name, nested, count, problems);
    }
}

fn how_many(at: &str, name: &str, nested: &Nested, count: usize, problems: &mut Vec<String>) {
    let most = if nested.nesting == Nesting::Single { Some(1) } else { nested.max };
    if count < nested.min {
        problems.push(format!("{at}: `{name}` stands {count} times, at least {} are needed", nested.min));
    }
    if let Some(most) = most.filter(|most| count > *most) {
        problems.push(format!("{at}: `{name}` stands {count} times, at most {most} are allowed"));
    }
}

/// Arguments that may not stand beside another. A path into another block is not looked at: no export writes one of those.
fn rivals(at: &str, name: &str, rivals: &[String], body: &Body, path: &str, problems: &mut Vec<String>) {
    for rival in rivals.iter().filter_map(|rival| rival.strip_prefix(path)).filter(|it| !it.contains('.')) {
        if rival != name && stands(body, rival) {
            problems.push(format!("{at}: `{name}` and `{rival}` may not stand together"));
        }
    }
}

fn stands(body: &Body, name: &str) -> bool {
    argument(body, name).is_some() || body.blocks().any(|block: &Block| block.identifier() == name)
}
