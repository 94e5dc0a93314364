//! What others need to know of what was made.

use adit_net::Attached;

use super::functions;
use super::hcl::{Block, Value, code};
use super::scope::Scope;

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    let own: Vec<_> = blueprint.functions.iter().filter(|function| function.image.is_some()).collect();
    let all: Vec<String> =
        own.iter().filter_map(|function| functions::address(scope, &function.name.value)).collect();
    if !own.is_empty() {
        blocks.push(output(
            "images",
            "The images that run, so that the state remembers them",
            code("var.images"),
        ));
        blocks.push(output(
            "repositories",
            "Where each function's image is pushed to",
            code("local.repositories"),
        ));
        let all = match all.as_slice() {
            [one] => one.clone(),
            several => format!("concat({})", several.join(", ")),
        };
        let functions = format!(
            "{{
    for function in {all} : function.display_name => {{
      id              = function.id
      invoke_endpoint = function.invoke_endpoint
    }}
  }}"
        );
        blocks.push(output("functions", "The functions that there are", Value::Lines(functions)));
    }
    let attachments: Vec<(String, Value)> = scope
        .network
        .attachments
        .iter()
        .filter(|(_, attachment)| {
            // Whoever has the gateway needs them, for static routes in its tables.
            matches!(attachment.to, Attached::Vcn { .. })
                && !scope.network.drgs.at(attachment.drg).object.managed
        })
        .filter_map(|(id, attachment)| {
            let address = scope.address(|ids| &ids.attachments, id)?;
            Some((attachment.object.name.as_str().to_owned(), Value::from(code(format!("{address}.id")))))
        })
        .collect();
    if !attachments.is_empty() {
        let what = "The attachments, for the owner of the gateway: a static route in its tables names one";
        blocks.push(output("attachments", what, Value::Map(attachments)));
    }
    blocks
}

fn output(name: &str, description: &str, value: impl Into<Value>) -> Block {
    Block::new("output", &[name]).set("description", description).set("value", value)
}
