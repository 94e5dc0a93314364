//! Who hears of failures: an alarm on what a function answers, and one on calls that the platform turns away.

use super::functions;
use super::hcl::{Block, Part, Value, code};
use super::names::plain;
use super::scope::Scope;

const TOPIC: &str = "oci_ons_notification_topic";
const ALARM: &str = "oci_monitoring_alarm";

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for application in &blueprint.applications {
        let shown = application.name.value.as_str();
        let own = blueprint.functions.iter().filter(|it| it.application.value == *shown);
        let own: Vec<&str> =
            own.filter(|it| it.image.is_some()).map(|function| function.name.value.as_str()).collect();
        if own.is_empty() {
            continue;
        }
        let compartment = application.compartment.as_ref();
        let topic = scope.give(TOPIC, shown);
        blocks.push(
            Block::new("resource", &[TOPIC, &topic])
                .comment(format!("Where the alarms of [application.{shown}] go"))
                .set("compartment_id", scope.compartment(compartment))
                .set("name", plain(&format!("{shown}-alarms"))),
        );
        let email = scope.variable(
            "alarm_email",
            "string",
            "Who gets a mail when an alarm is raised; nobody if it is empty. The first mail has to be confirmed",
            Some(Value::from("")),
        );
        let subscription = scope.give("oci_ons_subscription", shown);
        blocks.push(
            Block::new("resource", &["oci_ons_subscription", &subscription])
                .set("count", code("var.alarm_email == \"\" ? 0 : 1"))
                .gap()
                .set("compartment_id", scope.compartment(compartment))
                .set("topic_id", code(format!("{TOPIC}.{topic}.id")))
                .set("protocol", "EMAIL")
                .set("endpoint", email),
        );
        for name in own {
            for alarm in [&FAILS, &THROTTLED] {
                blocks.push(block(scope, alarm, name, compartment, &topic));
            }
        }
    }
    blocks
}

/// An alarm on a metric of `oci_faas`.
struct Alarm {
    /// The end of its name.
    word: &'static str,
    /// The metric's dimension that is counted.
    response: &'static str,
    severity: &'static str,
    comment: &'static str,
    body: &'static str,
}

const FAILS: Alarm = Alarm {
    word: "fails",
    response: "Error",
    severity: "CRITICAL",
    comment: "It does not answer, or not in time. What it refuses is an answer: that is in its log.",
    body: "does not answer, or not in time: read its log; adit path shows whether packets pass",
};

const THROTTLED: Alarm = Alarm {
    word: "is-throttled",
    response: "Throttled",
    severity: "WARNING",
    comment: "More calls at once than the tenancy may have.",
    body: "is called more often at once than the tenancy's limit allows",
};

fn block(
    scope: &mut Scope<'_>,
    alarm: &Alarm,
    function: &str,
    compartment: Option<&adit_blueprint::model::Name>,
    topic: &str,
) -> Block {
    let name = scope.give(ALARM, &format!("{function} {}", alarm.word));
    let id = functions::id(scope, function).unwrap_or_default();
    let condition = functions::is_made(scope, function).unwrap_or_default();
    let query = Part::Template(vec![
        Part::Text("FunctionResponseCount[5m]{resourceId = \"".to_owned()),
        code(id),
        Part::Text(format!("\", responseType = \"{}\"}}.sum() > 0", alarm.response)),
    ]);
    Block::new("resource", &[ALARM, &name])
        .comment(alarm.comment)
        .set("count", code(format!("{condition} ? 1 : 0")))
        .gap()
        .set("compartment_id", scope.compartment(compartment))
        .set("metric_compartment_id", scope.compartment(compartment))
        .set("display_name", format!("{function} {}", alarm.word.replace('-', " ")))
        .set("namespace", "oci_faas")
        .set("query", query)
        .set("severity", alarm.severity)
        .set("body", format!("{function} {}", alarm.body))
        .set("destinations", Part::Row(vec![code(format!("{TOPIC}.{topic}.id"))]))
        .set("is_enabled", true)
}
