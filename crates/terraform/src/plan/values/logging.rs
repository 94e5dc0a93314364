//! Logs: what a service writes is of a category that it has, about a thing that it is of.
//!
//! Services and categories: Oracle's pages on service logs, November 2026. A service that is not in the table is not judged.

use super::look::{Look, either, quoted};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::record::Kind;

/// A service, its categories, and whose logs they are: the kinds of OCIDs.
struct Service {
    name: &'static str,
    categories: &'static [&'static str],
    of: &'static [&'static str],
    words: &'static str,
}

/// The service that is known best.
const FUNCTIONS: &str = "functions";

const TABLE: &[Service] = &[
    Service { name: FUNCTIONS, categories: &["invoke"], of: &["fnapp"], words: "an application" },
    Service {
        name: "flowlogs",
        categories: &["all", "vcn", "subnet", "vnic"],
        of: &["subnet", "vcn", "vnic", "instance", "networkloadbalancer", "capturefilter"],
        words: "a subnet, VCN or VNIC",
    },
    Service { name: "objectstorage", categories: &["read", "write"], of: &[], words: "a bucket's name" },
    Service {
        name: "apigateway",
        categories: &["access", "execution"],
        of: &["apideployment"],
        words: "a deployment",
    },
    Service { name: "cloudevents", categories: &["ruleexecutionlog"], of: &["eventrule"], words: "a rule" },
    Service {
        name: "loadbalancer",
        categories: &["access", "error"],
        of: &["loadbalancer"],
        words: "a load balancer",
    },
];

/// How many days a log is kept: months, up to half a year (CreateLogDetails).
const DAYS: [i64; 6] = [30, 60, 90, 120, 150, 180];

pub(super) fn check(look: &Look<'_>) {
    for (_, _, block) in look.touched(Kind::Log) {
        retention(look, &block);
        let is_service =
            matches!(block.text("log_type"), Got::Is(kind) if kind.eq_ignore_ascii_case("SERVICE"));
        if is_service && block.is_absent("configuration") {
            let found = look.at(&block, "configuration", code::LOG, "not there", "whose log it is");
            let message = format!("`{}` is missing: a log of a service says of which", found.place());
            look.tell(
                found
                    .says(message)
                    .fix("write configuration { source { service, resource, category, source_type } }"),
            );
        }
        for configuration in block.blocks("configuration").is().unwrap_or_default() {
            for source in configuration.blocks("source").is().unwrap_or_default() {
                of_service(look, &source);
            }
        }
    }
}

fn retention(look: &Look<'_>, block: &Block<'_>) {
    let Got::Is(days) = block.number("retention_duration") else { return };
    if !DAYS.contains(&days) {
        let found = look.at(
            block,
            "retention_duration",
            code::LOG,
            format!("{days} days"),
            "30, 60, 90, 120, 150 or 180",
        );
        let next = DAYS.into_iter().find(|it| *it >= days).unwrap_or(180);
        look.tell(found.fix(format!("write {next}")));
    }
}

fn of_service(look: &Look<'_>, source: &Block<'_>) {
    let Got::Is(name) = source.text("service") else { return };
    let Some(service) = TABLE.iter().find(|it| it.name.eq_ignore_ascii_case(name)) else {
        let near = TABLE.iter().find(|it| strsim::osa_distance(it.name, &name.to_ascii_lowercase()) <= 2);
        if let Some(near) = near {
            let found = look.at(source, "service", code::LOG, quoted(name), quoted(near.name));
            look.tell(
                found
                    .warning()
                    .why("Adit's table has the services that one meets beside functions, not all")
                    .fix(format!("write {}", near.name)),
            );
        }
        return;
    };
    if let Got::Is(category) = source.text("category")
        && !service.categories.iter().any(|it| it.eq_ignore_ascii_case(category))
    {
        let expected = either(service.categories);
        let found = look.at(source, "category", code::LOG, quoted(category), expected);
        let message = format!(
            "`{}` is {}, and {} has {}",
            found.place(),
            quoted(category),
            service.name,
            either(service.categories)
        );
        look.tell(found.says(message));
    }
    resource(look, source, service);
}

/// Whose log it is.
fn resource(look: &Look<'_>, source: &Block<'_>, service: &Service) {
    if service.of.is_empty() {
        return;
    }
    let expected = format!("the OCID of {}", service.words);
    let observed = match source.text("resource") {
        Got::Is(text) => match text.strip_prefix("ocid1.").and_then(|rest| rest.split('.').next()) {
            Some(kind) if service.of.contains(&kind) => return,
            Some(kind) => format!("the OCID of a thing of the kind {}", quoted(kind)),
            None => quoted(text),
        },
        Got::Open if service.name == FUNCTIONS => {
            match look.names(source, "resource").and_then(|at| look.record(at)) {
                Some(other) if other.kind != Kind::Application => {
                    format!("the OCID of `{}`, {}", other.address, other.kind.words())
                }
                _ => return,
            }
        }
        _ => return,
    };
    let found = look.at(source, "resource", code::LOG, observed, expected.clone());
    let found = found.fix(format!("write {expected}"));
    // What else a service takes is known of functions alone.
    look.tell(if service.name == FUNCTIONS { found } else { found.warning() });
}
