//! Who may do what: dynamic groups, the policies that are taken over, and the least statements for what nothing allows yet.

use std::collections::BTreeMap;

use adit_blueprint::Permission;
use adit_iam::need::{Duty, Line, RunsAs, Whom, rules};
use adit_iam::syntax::{At, Location, Ocid, Statement, Text};

use super::functions;
use super::hcl::{Block, Part, Value, code};
use super::names::plain;
use super::scope::Scope;
use super::vault;

const POLICY: &str = "oci_identity_policy";
const GROUP: &str = "oci_identity_dynamic_group";

pub(super) fn blocks(scope: &mut Scope<'_>, permission: &Permission) -> Vec<Block> {
    let mut blocks = groups(scope, permission);
    blocks.extend(taken_over(scope));
    blocks.extend(least(scope, permission));
    blocks
}

/// A group for the functions that are in none yet, and those of the file that are taken over.
fn groups(scope: &mut Scope<'_>, permission: &Permission) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for rule in rules(&permission.system) {
        let Whom::DynamicGroup { name, .. } = &rule.whom else { continue };
        if blueprint.dynamic_groups.iter().any(|group| group.name.value == *name) {
            continue;
        }
        let text = Texts::new(scope).part(scope, &rule.text);
        let members = permission.system.workloads.iter();
        let members: Vec<&str> = members
            .filter(|it| it.runs_as == RunsAs::Resource(rule.whom.clone()))
            .map(|it| it.function.as_str())
            .collect();
        let local = scope.give(GROUP, name);
        let block = Block::new("resource", &[GROUP, &local]).comment(format!(
            "{} and nothing else: a rule on the compartment would take in every function that is ever put there.",
            members.join(", ")
        ));
        blocks.push(
            once_they_are(scope, block, &members)
                .set("compartment_id", scope.tenancy())
                .set("name", plain(name))
                .set("description", format!("Function {}", members.join(", ")))
                .set("matching_rule", text),
        );
    }
    for group in blueprint.dynamic_groups.iter().filter(|group| group.ocid.is_some()) {
        let local = scope.give(GROUP, &group.name.value);
        blocks.push(
            Block::new("resource", &[GROUP, &local])
                .comment(scope.place(group.name.span))
                .set("compartment_id", scope.tenancy())
                .set("name", group.name.value.as_str())
                .set("description", group.name.value.as_str())
                .set("matching_rule", group.matching_rule.value.as_str()),
        );
        scope.take_over(Some(format!("{GROUP}.{local}")), group.ocid.as_ref());
    }
    blocks
}

/// What names a function that is not made yet is made with it.
fn once_they_are(scope: &Scope<'_>, block: Block, members: &[&str]) -> Block {
    let conditions: Vec<String> = members.iter().filter_map(|name| functions::is_made(scope, name)).collect();
    if conditions.is_empty() {
        return block;
    }
    block.set("count", code(format!("{} ? 1 : 0", conditions.join(" && ")))).gap()
}

/// The policies of the file that have an OCID: as they are written.
fn taken_over(scope: &mut Scope<'_>) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for policy in blueprint.policies.iter().filter(|policy| policy.ocid.is_some()) {
        let local = scope.give(POLICY, &policy.name.value);
        let compartment = match &policy.compartment {
            Some(compartment) => scope.compartment_named(&compartment.value),
            None => scope.tenancy(),
        };
        let statements = policy.statements.iter();
        let statements =
            statements.map(|it| (Vec::new(), Value::from(it.value.as_str()))).collect::<Vec<_>>();
        let mut block = Block::new("resource", &[POLICY, &local])
            .comment(scope.place(policy.name.span))
            .set("compartment_id", compartment)
            .set("name", policy.name.value.as_str())
            .set("description", policy.name.value.as_str());
        block = match &policy.file {
            Some(file) if statements.is_empty() => {
                let lines = "[for line in split(\"\\n\", file(var.FILE)) : trimspace(line) if trimspace(line) != \"\"]";
                let variable = format!("{local}_policy_file");
                let what = format!("The file with the statements of policy {}", policy.name.value);
                scope.variable(&variable, "string", &what, Some(Value::from(format!("../{}", file.value))));
                block.set("statements", code(lines.replace("FILE", &variable)))
            }
            _ => block.set("statements", Value::List(statements)),
        };
        blocks.push(block);
        scope.take_over(Some(format!("{POLICY}.{local}")), policy.ocid.as_ref());
    }
    blocks
}

/// What shares a policy: a duty, where it is attached, and the functions that its statements name.
type Key = (Duty, String, Vec<String>);

fn least(scope: &mut Scope<'_>, permission: &Permission) -> Vec<Block> {
    let mut policies: BTreeMap<Key, Vec<Line>> = BTreeMap::new();
    for line in permission.lacking() {
        let attach = permission.existing.compartments.path(line.attach);
        let text = line.statement.to_string();
        let texts = Texts::new(scope);
        let named: Vec<String> = texts.functions(&text).map(str::to_owned).collect();
        policies.entry((line.duty, attach, named)).or_default().push(line);
    }
    let mut blocks = Vec::new();
    let keys: Vec<(Duty, Vec<String>)> =
        policies.keys().map(|(duty, _, named)| (*duty, named.clone())).collect();
    for ((duty, attach, named), lines) in policies {
        let is_one = keys.iter().filter(|key| **key == (duty, named.clone())).count() == 1;
        let about = match named.first() {
            Some(function) => function.clone(),
            None => whole(scope),
        };
        let (word, what) = words(duty);
        // Names of policies are unique in the tenancy, wherever they are attached.
        let shown = match attach.rsplit(':').next().filter(|_| !is_one) {
            None => plain(&format!("{about}-{word}")),
            Some("") => plain(&format!("{about}-{word}-tenancy")),
            Some(place) => plain(&format!("{about}-{word}-{place}")),
        };
        let local = scope.give(POLICY, &shown);
        let compartment = scope.compartment_named(&attach);
        let statements = lines.iter().map(|line| statement(scope, line, &compartment)).collect();
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        let block = once_they_are(scope, Block::new("resource", &[POLICY, &local]).comment(what), &named);
        blocks.push(
            block
                .set("compartment_id", compartment)
                .set("name", shown)
                .set("description", what)
                .set("statements", Value::List(statements)),
        );
    }
    blocks
}

/// What a policy about no function alone is called after.
fn whole(scope: &Scope<'_>) -> String {
    match scope.blueprint.applications.as_slice() {
        [application] => application.name.value.clone(),
        _ => "adit".to_owned(),
    }
}

fn words(duty: Duty) -> (&'static str, &'static str) {
    match duty {
        Duty::Run => ("run", "The functions at work"),
        Duty::Deploy => ("deploy", "Bringing a new image"),
        Duty::LookUp => ("look-up", "Finding things by name, while deploying"),
        Duty::Try => ("try", "Calling functions, to see that they work"),
        Duty::Provision => ("provision", "Creating applications and functions"),
        Duty::Platform => ("platform", "What Oracle Cloud does itself"),
    }
}

/// A statement below its reasons.
fn statement(scope: &mut Scope<'_>, line: &Line, compartment: &Part) -> (Vec<String>, Value) {
    let because = line.because.iter();
    let because = because.map(|it| format!("{}: {} {}", it.permission, it.call, it.reason)).collect();
    let texts = Texts::new(scope).with(PLACE, compartment.clone());
    let text = by_ocid(&line.statement).to_string();
    (because, texts.part(scope, &text).into())
}

/// What stands for the compartment's OCID.
const PLACE: &str = "ocid1.compartment.here";

/// The statement with its compartment by OCID: names can be changed, and others of the same name made.
fn by_ocid(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    if let Statement::Grant(grant) = &mut statement {
        let here = Ocid::new(Text::new(PLACE));
        if let (Location::Compartment(_), Some(here)) = (&grant.location.value, here) {
            grant.location = At::nowhere(Location::CompartmentId(here));
        }
    }
    statement
}

/// What stands in statements and rules for OCIDs that Terraform knows.
struct Texts {
    /// The text, the function that it stands for if it is one, and the expression.
    holes: Vec<(String, Option<String>, Hole)>,
}

#[derive(Clone)]
enum Hole {
    Part(Part),
    Secret(usize),
}

impl Texts {
    fn new(scope: &Scope<'_>) -> Self {
        let mut holes = Vec::new();
        let mut hole = |text: String, ocid: Option<&String>, function: Option<&str>, what: Hole| {
            holes.push((text, function.map(str::to_owned), what.clone()));
            holes.extend(ocid.map(|ocid| (ocid.clone(), function.map(str::to_owned), what)));
        };
        for function in &scope.blueprint.functions {
            let name = &function.name.value;
            let Some(id) = functions::id(scope, name) else { continue };
            let ocid = function.ocid.as_ref().map(|ocid| &ocid.value);
            hole(format!("<OCID of function {name}>"), ocid, Some(name), Hole::Part(code(id)));
        }
        for (at, database) in scope.blueprint.databases.iter().enumerate() {
            let Some(secret) = &database.secret else { continue };
            let ocid = secret.ocid.as_ref().map(|ocid| &ocid.value);
            hole(format!("<OCID of secret {}>", secret.name.value), ocid, None, Hole::Secret(at));
        }
        Self { holes }
    }

    fn with(mut self, text: &str, part: Part) -> Self {
        self.holes.push((text.to_owned(), None, Hole::Part(part)));
        self
    }

    /// The functions that a text names.
    fn functions<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.holes
            .iter()
            .filter(|(hole, ..)| text.contains(hole.as_str()))
            .filter_map(|(_, name, _)| name.as_deref())
    }

    /// The text with expressions in the place of what stands for them.
    fn part(&self, scope: &mut Scope<'_>, text: &str) -> Part {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((at, (hole, _, what))) = self
            .holes
            .iter()
            .filter_map(|hole| Some((rest.find(hole.0.as_str())?, hole)))
            .min_by_key(|(at, (hole, ..))| (*at, std::cmp::Reverse(hole.len())))
        {
            let (before, after) = rest.split_at(at);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(match what {
                Hole::Part(part) => part.clone(),
                Hole::Secret(database) => vault::secret(scope, *database),
            });
            rest = after.get(hole.len()..).unwrap_or_default();
        }
        if parts.is_empty() {
            return Part::Text(rest.to_owned());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Part::Template(parts)
    }
}
