//! Applications and functions. A function is made once its image is known, so that the repository can be there before it.

use adit_blueprint::model::{Application, Function};
use adit_net::{NsgId, SubnetId};

use super::hcl::{Block, Part, Value, code};
use super::names::local;
use super::registry;
use super::scope::Scope;
use super::vault;

const APPLICATION: &str = "oci_functions_application";
const FUNCTION: &str = "oci_functions_function";

/// Memory and time of a function that says neither: the platform's own.
const MEMORY: u32 = 128;
const TIMEOUT: u32 = 30;

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for application in &blueprint.applications {
        blocks.push(application_block(scope, application));
        let address = format!("{APPLICATION}.{}", name_of_application(scope, &application.name.value));
        scope.take_over(Some(address), application.ocid.as_ref());
        let own = blueprint.functions.iter().filter(|it| it.application.value == application.name.value);
        for function in own.filter(|function| function.image.is_some()) {
            blocks.push(function_block(scope, function));
        }
    }
    blocks
}

pub(super) fn name_of_application(scope: &Scope<'_>, name: &str) -> String {
    scope.applications.get(name).cloned().unwrap_or_else(|| local(name))
}

pub(super) fn name_of_function(scope: &Scope<'_>, name: &str) -> Option<String> {
    scope.functions.get(name).cloned()
}

/// The OCID of a function, where it is made; what uses it must be made under the same condition.
pub(super) fn id(scope: &Scope<'_>, name: &str) -> Option<String> {
    Some(format!("{FUNCTION}.{}[0].id", name_of_function(scope, name)?))
}

/// The condition under which a function is made.
pub(super) fn is_made(scope: &Scope<'_>, name: &str) -> Option<String> {
    name_of_function(scope, name)?;
    Some(format!("contains(keys(var.images), {})", quoted(name)))
}

/// A text inside an expression.
pub(super) fn quoted(text: &str) -> String {
    hcl_edit::expr::Expression::from(text).to_string()
}

/// The address of a function's resources: one, or none yet.
pub(super) fn address(scope: &Scope<'_>, name: &str) -> Option<String> {
    Some(format!("{FUNCTION}.{}", name_of_function(scope, name)?))
}

fn application_block(scope: &mut Scope<'_>, application: &Application) -> Block {
    let shown = application.name.value.as_str();
    let name = name_of_application(scope, shown);
    let (subnets, groups) = places(scope, application);
    let subnets = subnets.into_iter().map(|id| scope.of(|ids| &ids.subnets, id)).collect();
    let groups: Vec<Part> = groups.into_iter().map(|id| scope.of(|ids| &ids.nsgs, id)).collect();
    let mut block = Block::new("resource", &[APPLICATION, &name])
        .comment(format!("{}, [application.{shown}]", scope.place(application.name.span)))
        .set("compartment_id", scope.compartment(application.compartment.as_ref()))
        .set("display_name", shown)
        .set_below(
            "subnet_ids",
            Part::Row(subnets),
            ["Neither subnets nor shape can be changed: other ones are another application, and its functions go with the old one."],
        )
        .set_some("shape", application.shape.as_ref().map(|shape| shape.value.as_str()));
    if !groups.is_empty() {
        block = block.set("network_security_group_ids", Part::Row(groups));
    }
    scope.guarded(block, shown)
}

/// The subnets and groups of an application, in the network.
fn places(scope: &Scope<'_>, application: &Application) -> (Vec<SubnetId>, Vec<NsgId>) {
    let network = scope.network;
    let find = |path: &str| {
        let (vcn, name) = path.split_once('/')?;
        let is = |subnet: &adit_net::Subnet| {
            subnet.object.name.as_str() == name && network.vcns.at(subnet.vcn).object.name.as_str() == vcn
        };
        network.subnets.find(is)
    };
    let subnets: Vec<SubnetId> = application.subnets.iter().filter_map(|path| find(&path.value)).collect();
    let vcn = subnets.first().map(|id| network.subnets.at(*id).vcn);
    let group =
        |name: &str| network.nsgs.find(|group| group.object.name.as_str() == name && Some(group.vcn) == vcn);
    let groups = application.nsgs.iter().filter_map(|name| group(&name.value)).collect();
    (subnets, groups)
}

fn function_block(scope: &mut Scope<'_>, function: &Function) -> Block {
    let shown = function.name.value.as_str();
    let name = name_of_function(scope, shown).unwrap_or_default();
    let application = name_of_application(scope, &function.application.value);
    scope.variable(
        "images",
        "map(string)",
        "The images that run: a function's name and its image's digest. A function that is not in it is not made yet",
        Some(Value::Map(Vec::new())),
    );
    let digest = format!("var.images[{}]", quoted(shown));
    let condition = is_made(scope, shown).unwrap_or_default();
    let image = Part::Template(vec![
        code(registry::address(function)),
        Part::Text(":".to_owned()),
        // The tag is made from the digest: the same tag for another image would go unnoticed.
        code(format!("substr({digest}, 7, 12)")),
    ]);
    let memory = function.memory.map_or(MEMORY, |memory| memory.value);
    let timeout = function.timeout.map_or(TIMEOUT, |timeout| timeout.value);
    let block = Block::new("resource", &[FUNCTION, &name])
        .comment(format!("{}, [function.{shown}]", scope.place(function.name.span)))
        .set("count", code(format!("{condition} ? 1 : 0")))
        .gap()
        .set("application_id", code(format!("{APPLICATION}.{application}.id")))
        .set("display_name", shown)
        .set("image", image)
        .set("image_digest", code(digest))
        .set("memory_in_mbs", memory.to_string())
        .set("timeout_in_seconds", i64::from(timeout))
        .set("config", config(scope, function));
    scope.guarded(block, shown)
}

/// The environment: where the secret is, never what is in it.
fn config(scope: &mut Scope<'_>, function: &Function) -> Value {
    let mut all: Vec<(String, Value)> = Vec::new();
    let database = function.database.as_ref();
    let database = database.and_then(|name| {
        scope.blueprint.databases.iter().position(|it| it.name.value == name.value && it.secret.is_some())
    });
    let is_written = |wanted: &str| function.config.iter().any(|(name, _)| name.value == wanted);
    if let Some(database) =
        database.filter(|_| !is_written("DB_SECRET_OCID") && !is_written("DB_SECRET_NAME"))
    {
        all.push(("DB_SECRET_OCID".to_owned(), vault::secret(scope, database).into()));
    }
    all.extend(function.environment().into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))));
    let map = Value::Map(all);
    let Some(group) = &function.user_group else { return map };
    // As a user it needs a key, and that stands in the state like everything that is set: the file cannot be the one to do that.
    let name = function.name.value.as_str();
    let variable = format!("{}_login", scope.called("function", name));
    let what = format!(
        "What {name} signs its requests with, as a user of group {}: the names are in adit-function --settings. It is kept in \
         the state as plain text; principal = \"resource\" needs none",
        group.value
    );
    scope.variable(&variable, "map(string)", &what, Some(Value::Map(Vec::new())));
    Value::Call("merge", vec![map, code(format!("var.{variable}")).into()])
}
