//! The repositories of the images.

use std::collections::HashSet;

use adit_blueprint::model::{Function, Image};

use super::functions::quoted;
use super::hcl::{Block, Part, Value, code};
use super::names::local;
use super::scope::Scope;

const REPOSITORY: &str = "oci_artifacts_container_repository";

/// Each repository once, with the image that names it first.
fn all<'a>(scope: &Scope<'a>) -> Vec<&'a Image> {
    let mut seen = HashSet::new();
    let images = scope.blueprint.functions.iter().filter_map(|function| function.image.as_ref());
    images.filter(|image| seen.insert(image.repository.value.as_str())).collect()
}

fn name_of(scope: &Scope<'_>, repository: &str) -> String {
    scope.repositories.get(repository).cloned().unwrap_or_else(|| local(repository))
}

/// The address of a function's repository, without a tag: `fra.ocir.io/namespace/path`.
pub(super) fn address(function: &Function) -> String {
    format!("local.repositories[{}]", quoted(&function.name.value))
}

/// The addresses of all repositories, by function.
fn addresses(scope: &mut Scope<'_>) -> Option<Block> {
    let host = match &scope.options.registry {
        Some(host) => Part::Text(host.clone()),
        None => scope.variable(
            "registry",
            "string",
            "The registry's host in the region, such as fra.ocir.io",
            None,
        ),
    };
    let mut addresses = Vec::new();
    for function in &scope.blueprint.functions {
        let Some(image) = &function.image else { continue };
        let name = format!("{REPOSITORY}.{}", name_of(scope, &image.repository.value));
        let slash = || Part::Text("/".to_owned());
        let parts = vec![
            host.clone(),
            slash(),
            code(format!("{name}.namespace")),
            slash(),
            code(format!("{name}.display_name")),
        ];
        addresses.push((function.name.value.clone(), Part::Template(parts).into()));
    }
    let comment = "Where each function's image is pushed to, and where the platform takes it from.";
    let locals = Block::new("locals", &[]).comment(comment);
    (!addresses.is_empty()).then(|| locals.set("repositories", Value::Map(addresses)))
}

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for image in all(scope) {
        let shown = image.repository.value.as_str();
        let name = name_of(scope, shown);
        let block = Block::new("resource", &[REPOSITORY, &name])
            .comment(scope.place(image.repository.span))
            .set("compartment_id", scope.compartment(image.compartment.as_ref()))
            .set("display_name", shown)
            .set("is_public", false)
            .set_below("is_immutable", true, ["Tags are made from digests: none is ever given twice."]);
        blocks.push(scope.guarded(block, shown));
        scope.take_over(Some(format!("{REPOSITORY}.{name}")), image.ocid.as_ref());
    }
    blocks.extend(addresses(scope));
    blocks
}
