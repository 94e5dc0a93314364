//! Whether Terraform and the provider accept a module, as far as its text and the provider's schema tell: what `terraform validate`
//! says, and more strictly than it, for nothing deprecated, unused or set to a secret's constant is let through.
//!
//! What a value means to the cloud (ranges, ports, names) is not looked at here.

mod body;
mod links;
mod meta;
mod types;

use super::root::{Files, Root};
use super::schema::Schema;

pub(super) use types::written;

/// Where expressions stand: the module and what its resources are.
#[derive(Clone, Copy)]
struct Scope<'r> {
    root: &'r Root,
    schema: &'r Schema,
}

/// Everything that is wrong with a module, sorted.
pub(crate) fn problems(files: &Files) -> Vec<String> {
    let root = Root::read(files);
    let scope = Scope { root: &root, schema: Schema::get() };
    let mut problems = root.problems.clone();
    for (address, resource) in &root.resources {
        match scope.schema.of(resource.data, &resource.kind) {
            Some(schema) => body::resource(scope, address, resource, schema, &mut problems),
            None => {
                problems.push(format!("{address}: the provider's schema here has no `{}`", resource.kind))
            }
        }
    }
    for (name, body) in &root.providers {
        if name == "oci" {
            body::block(scope, "provider oci", body, &scope.schema.provider_arguments, "", &mut problems);
        } else {
            problems.push(format!("provider {name}: no provider that is required"));
        }
    }
    meta::check(scope, &mut problems);
    links::check(scope, &mut problems);
    problems.sort();
    problems.dedup();
    problems
}
