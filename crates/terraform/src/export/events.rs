//! What calls functions by itself: a new object in a bucket is an event, and a rule hands it to the function, which reads the object.

use adit_blueprint::model::Bucket;

use super::functions;
use super::hcl::{Block, Part, Value, code};
use super::scope::Scope;

const BUCKET: &str = "oci_objectstorage_bucket";
const RULE: &str = "oci_events_rule";

/// What happens to an object that holds something new.
const NEW: [&str; 2] =
    ["com.oraclecloud.objectstorage.createobject", "com.oraclecloud.objectstorage.updateobject"];

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for bucket in &blueprint.buckets {
        blocks.extend(bucket.managed.then(|| made(scope, bucket)));
    }
    for function in blueprint.functions.iter().filter(|function| function.image.is_some()) {
        let mut done: Vec<&str> = Vec::new();
        for name in &function.buckets {
            let bucket = blueprint.buckets.iter().find(|bucket| bucket.name.value == name.value);
            let Some(bucket) = bucket.filter(|_| !done.contains(&name.value.as_str())) else { continue };
            done.push(&name.value);
            let line = scope.place(name.span);
            blocks.push(rule(scope, bucket, &function.name.value, &line));
        }
    }
    blocks
}

fn made(scope: &mut Scope<'_>, bucket: &Bucket) -> Block {
    let shown = bucket.name.value.as_str();
    let namespace = match &scope.blueprint.tenancy.namespace {
        Some(namespace) => Value::from(namespace.value.as_str()),
        None => {
            let what = "The tenancy's Object Storage namespace: `oci os ns get` prints it";
            scope.variable("namespace", "string", what, None).into()
        }
    };
    let name = scope.give(BUCKET, shown);
    let block = Block::new("resource", &[BUCKET, &name])
        .comment(format!("{}, [bucket.{shown}]", scope.place(bucket.name.span)))
        .set("compartment_id", scope.compartment(bucket.compartment.as_ref()))
        .set("namespace", namespace)
        .set("name", shown)
        .set("access_type", "NoPublicAccess")
        .set_below("object_events_enabled", true, ["Without it nobody hears of a new object."])
        .set_below(
            "versioning",
            "Enabled",
            ["What an event names is read by its version, also when a newer one came meanwhile."],
        );
    scope.guarded(block, shown)
}

fn rule(scope: &mut Scope<'_>, bucket: &Bucket, function: &str, line: &str) -> Block {
    let shown = bucket.name.value.as_str();
    let name = scope.give(RULE, &format!("{function} {shown}"));
    let list =
        |texts: &[&str]| Value::One(Part::Row(texts.iter().map(|it| Part::Text((*it).to_owned())).collect()));
    let details = Value::Map(vec![("bucketName".to_owned(), list(&[shown]))]);
    let data = Value::Map(vec![("additionalDetails".to_owned(), details)]);
    let types = NEW.iter().map(|it| (Vec::new(), Value::from(*it))).collect();
    let condition = Value::Map(vec![("eventType".to_owned(), Value::List(types)), ("data".to_owned(), data)]);
    let id = functions::id(scope, function).unwrap_or_default();
    let condition_of_being = functions::is_made(scope, function).unwrap_or_default();
    let action = Block::new("action", &[])
        .set("action_type", "FAAS")
        .set("function_id", code(id))
        .set("is_enabled", true);
    let mut block = Block::new("resource", &[RULE, &name])
        .comment(format!("{line}: each new object in {shown} calls {function}"));
    if !bucket.managed {
        block = block
            .comment("The bucket is somebody else's: its owner must have it emit events of its objects.");
    }
    block
        .set("count", code(format!("{condition_of_being} ? 1 : 0")))
        .gap()
        .set_below(
            "compartment_id",
            scope.compartment(bucket.compartment.as_ref()),
            ["The bucket's: a rule hears of its own compartment, and of those in it."],
        )
        .set("display_name", format!("{function} stores {shown}"))
        .set("is_enabled", true)
        .set("condition", Value::Call("jsonencode", vec![condition]))
        .block(Block::new("actions", &[]).block(action))
}
