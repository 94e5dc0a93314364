//! The functions' logs: what they print, kept for a month.

use adit_blueprint::model::Name;

use super::functions::name_of_application;
use super::hcl::{Block, code};
use super::names::plain;
use super::scope::Scope;

/// Days that logs are kept.
const DAYS: i64 = 30;

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for application in &blueprint.applications {
        let shown = application.name.value.as_str();
        let compartment: Option<&Name> = application.compartment.as_ref();
        let group = scope.give("oci_logging_log_group", shown);
        blocks.push(
            Block::new("resource", &["oci_logging_log_group", &group])
                .comment(format!("{}, the logs of [application.{shown}]", scope.place(application.name.span)))
                .set("compartment_id", scope.compartment(compartment))
                .set("display_name", plain(shown))
                .set("description", format!("What the functions of {shown} print")),
        );
        let own = name_of_application(scope, shown);
        let source = Block::new("source", &[])
            .set("source_type", "OCISERVICE")
            .set("service", "functions")
            .set("resource", code(format!("oci_functions_application.{own}.id")))
            .set("category", "invoke");
        let configuration = Block::new("configuration", &[])
            .set("compartment_id", scope.compartment(compartment))
            .block(source);
        let log = scope.give("oci_logging_log", shown);
        blocks.push(
            Block::new("resource", &["oci_logging_log", &log])
                .set("log_group_id", code(format!("oci_logging_log_group.{group}.id")))
                .set("display_name", plain(&format!("{shown}-invoke")))
                .set("log_type", "SERVICE")
                .set("is_enabled", true)
                .set("retention_duration", DAYS)
                .block(configuration),
        );
    }
    blocks
}
