//! Who may do what: dynamic groups, the policies that are taken over, and the least statements for what nothing allows yet.

use std::collections::{BTreeMap, HashMap};

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
    let texts = Texts::new(scope);
    let mut made = Made::new();
    let mut blocks = groups(scope, permission, &texts, &mut made);
    blocks.extend(taken_over(scope));
    blocks.extend(least(scope, permission, &texts, &made));
    blocks
}

/// The dynamic groups that are made, by name: what each is in Terraform, and the functions in it.
type Made = HashMap<String, (String, Vec<String>)>;

/// A group for the functions that are in none yet, and those of the file that are taken over.
fn groups(scope: &mut Scope<'_>, permission: &Permission, texts: &Texts, made: &mut Made) -> Vec<Block> {
    let blueprint = scope.blueprint;
    let mut blocks = Vec::new();
    for rule in rules(&permission.system) {
        let Whom::DynamicGroup { name, .. } = &rule.whom else { continue };
        if blueprint.dynamic_groups.iter().any(|group| group.name.value == *name) {
            continue;
        }
        let text = texts.part(scope, &rule.text);
        let members = permission.system.workloads.iter();
        let members: Vec<&str> = members
            .filter(|it| it.runs_as == RunsAs::Resource(rule.whom.clone()))
            .map(|it| it.function.as_str())
            .collect();
        let local = scope.give(GROUP, name);
        let functions = members.iter().map(|member| (*member).to_owned()).collect();
        made.insert(name.clone(), (local.clone(), functions));
        let block = Block::new("resource", &[GROUP, &local]).comment(format!(
            "{} and nothing else: a rule on the compartment would take in every function that is ever put there.",
            members.join(", ")
        ));
        blocks.push(
            once_they_are(scope, block, &members)
                .set("compartment_id", scope.tenancy())
                .set("name", name.as_str())
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

fn least(scope: &mut Scope<'_>, permission: &Permission, texts: &Texts, made: &Made) -> Vec<Block> {
    let mut policies: BTreeMap<Key, Vec<Line>> = BTreeMap::new();
    for line in permission.lacking() {
        let attach = permission.existing.compartments.path(line.attach);
        let text = line.statement.to_string();
        let mut named: Vec<String> = texts.functions(&text).into_iter().map(str::to_owned).collect();
        // A statement about a group that is made with its functions is made with them, too: there may be no naming it before.
        named
            .extend(own_group(&line.whom, made).into_iter().flat_map(|(_, members)| members.iter().cloned()));
        named.sort_unstable();
        named.dedup();
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
        let statements = lines.iter().map(|line| statement(scope, line, &compartment, texts, made)).collect();
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

/// A statement below its reasons. Its compartment is named by OCID: names can be changed, and others of the same name made.
fn statement(
    scope: &mut Scope<'_>,
    line: &Line,
    compartment: &Part,
    texts: &Texts,
    made: &Made,
) -> (Vec<String>, Value) {
    let because = line.because.iter();
    let because = because.map(|it| format!("{}: {} {}", it.permission, it.call, it.reason)).collect();
    let text = by_ocid(&line.statement).to_string();
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    if let (Whom::DynamicGroup { name, .. }, Some((local, _))) = (&line.whom, own_group(&line.whom, made)) {
        let begin = format!("Allow dynamic-group {name} ");
        if let Some(behind) = rest.strip_prefix(&begin) {
            parts.push(Part::Text("Allow dynamic-group ".to_owned()));
            parts.push(code(format!("{GROUP}.{local}[0].name")));
            parts.push(Part::Text(" ".to_owned()));
            rest = behind;
        }
    }
    match rest.split_once(PLACE) {
        None => parts.push(texts.part(scope, rest)),
        Some((before, after)) => {
            parts.extend([texts.part(scope, before), compartment.clone(), texts.part(scope, after)]);
        }
    }
    (because, Part::Template(parts).into())
}

/// The group that is made for somebody, if one is.
fn own_group<'m>(whom: &Whom, made: &'m Made) -> Option<&'m (String, Vec<String>)> {
    match whom {
        Whom::DynamicGroup { name, .. } => made.get(name),
        Whom::Group { .. } | Whom::Service(_) => None,
    }
}

/// What stands for the compartment's OCID.
const PLACE: &str = "ocid1.compartment.here";

/// The statement with its compartment by what stands for the OCID.
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
#[derive(Debug, Default)]
struct Texts {
    holes: HashMap<String, Hole>,
}

#[derive(Clone, Debug)]
enum Hole {
    /// The OCID of a function.
    Function(String, Part),
    /// That of the secret of a database, by its place in the file.
    Secret(usize),
}

/// How a hole begins, and how an OCID does.
const BEGINS: [&str; 2] = ["<OCID of ", Ocid::PREFIX];

impl Texts {
    fn new(scope: &Scope<'_>) -> Self {
        let mut texts = Self::default();
        for function in &scope.blueprint.functions {
            let name = &function.name.value;
            let Some(id) = functions::id(scope, name) else { continue };
            let hole = Hole::Function(name.clone(), code(id));
            texts.holes.extend(function.ocid.as_ref().map(|ocid| (ocid.value.clone(), hole.clone())));
            texts.holes.insert(format!("<OCID of function {name}>"), hole);
        }
        for (at, database) in scope.blueprint.databases.iter().enumerate() {
            let Some(secret) = &database.secret else { continue };
            let ocid = secret.ocid.as_ref().map(|ocid| (ocid.value.clone(), Hole::Secret(at)));
            texts.holes.extend(ocid);
            texts.holes.insert(format!("<OCID of secret {}>", secret.name.value), Hole::Secret(at));
        }
        texts
    }

    /// The first hole of a text: where it begins, how long it is, and what it stands for.
    fn first<'t>(&'t self, text: &str) -> Option<(usize, usize, &'t Hole)> {
        let mut from = 0;
        loop {
            let rest = text.get(from..)?;
            let at = BEGINS.iter().filter_map(|begin| rest.find(begin)).min()? + from;
            let here = text.get(at..)?;
            if let Some((length, hole)) = self.at(here) {
                return Some((at, length, hole));
            }
            from = at + 1;
        }
    }

    /// The hole that a text begins with. The name in it may have any character: each end is tried.
    fn at(&self, text: &str) -> Option<(usize, &Hole)> {
        if text.starts_with(Ocid::PREFIX) {
            let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let length = text.find(|c| !legal(c)).unwrap_or(text.len());
            return Some((length, self.holes.get(text.get(..length)?)?));
        }
        let ends = text.match_indices('>').map(|(at, _)| at + 1);
        ends.filter_map(|end| Some((end, self.holes.get(text.get(..end)?)?))).next()
    }

    /// The functions that a text names.
    fn functions<'t>(&'t self, text: &str) -> Vec<&'t str> {
        let (mut found, mut rest) = (Vec::new(), text);
        while let Some((at, length, hole)) = self.first(rest) {
            if let Hole::Function(name, _) = hole {
                found.push(name.as_str());
            }
            rest = rest.get(at + length..).unwrap_or_default();
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The text with expressions in the place of what stands for them.
    fn part(&self, scope: &mut Scope<'_>, text: &str) -> Part {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((at, length, hole)) = self.first(rest) {
            let (before, after) = rest.split_at(at);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(match hole {
                Hole::Function(_, part) => part.clone(),
                Hole::Secret(database) => vault::secret(scope, *database),
            });
            rest = after.get(length..).unwrap_or_default();
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
