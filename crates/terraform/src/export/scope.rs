//! What all parts of an export share: the file, the names of everything, the variables that were asked for, and what is taken over.

use std::collections::{BTreeMap, HashMap};

use adit_blueprint::model::{Name, Vcn};
use adit_blueprint::{Blueprint, Built, Source};
use adit_net::{self as net, Network, Object};

use super::Options;
use super::hcl::{Block, Part, Value, code};
use super::names::Names;

/// A variable that something asked for.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) description: String,
    /// The type, as Terraform writes it.
    pub(super) of: &'static str,
    pub(super) default: Option<Value>,
    /// What an OCID must be one of.
    pub(super) kinds: &'static [&'static str],
}

/// A thing that exists and is taken over.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) to: String,
    pub(super) ocid: String,
    pub(super) line: String,
}

pub(super) struct Scope<'a> {
    pub(super) blueprint: &'a Blueprint,
    pub(super) network: &'a Network,
    pub(super) options: &'a Options,
    built: &'a Built,
    source: &'a Source,
    names: Names,
    pub(super) variables: BTreeMap<String, Variable>,
    pub(super) imports: Vec<Import>,
    pub(super) ids: Ids,
    /// Whether a service label was asked for.
    pub(super) labels: Labels,
    /// The resources' names of what refers to each other by the file's names.
    pub(super) applications: HashMap<&'a str, String>,
    pub(super) functions: HashMap<&'a str, String>,
    pub(super) repositories: HashMap<&'a str, String>,
    pub(super) secrets: HashMap<&'a str, String>,
    /// The names of variables about things that are known by name, so that no two things share one.
    named: HashMap<(&'static str, String), String>,
}

/// The labels of Oracle's services that are needed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Labels {
    pub(super) all: bool,
    pub(super) object_storage: bool,
}

/// The expressions that objects of the network are known by.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pub(super) vcns: Vec<Id>,
    pub(super) subnets: Vec<Id>,
    pub(super) route_tables: Vec<Id>,
    pub(super) security_lists: Vec<Id>,
    pub(super) nsgs: Vec<Id>,
    pub(super) gateways: Vec<Id>,
    pub(super) lpgs: Vec<Id>,
    pub(super) drgs: Vec<Id>,
    pub(super) drg_tables: Vec<Id>,
    pub(super) attachments: Vec<Id>,
    pub(super) distributions: Vec<Id>,
}

/// How an object is known.
#[derive(Clone, Debug)]
pub(super) enum Id {
    /// It is a resource: its type and its name.
    Own(&'static str, String),
    /// It is somebody else's: the variable, what it is, and its OCID if the file says it.
    Foreign { variable: String, what: String, ocid: Option<String>, kinds: &'static [&'static str] },
}

impl Id {
    /// The resource's address, of one's own.
    pub(super) fn address(&self) -> Option<String> {
        match self {
            Id::Own(kind, name) => Some(format!("{kind}.{name}")),
            Id::Foreign { .. } => None,
        }
    }
}

/// A name for each of some things, the same for two of one name.
fn named<'a>(all: impl Iterator<Item = &'a Name>) -> HashMap<&'a str, String> {
    let (mut names, mut named) = (Names::default(), HashMap::new());
    for name in all {
        named.entry(name.value.as_str()).or_insert_with(|| names.give("", &name.value));
    }
    named
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        blueprint: &'a Blueprint,
        built: &'a Built,
        source: &'a Source,
        options: &'a Options,
    ) -> Self {
        let network = &built.network;
        let mut scope = Self {
            blueprint,
            network,
            options,
            built,
            source,
            names: Names::default(),
            variables: BTreeMap::new(),
            imports: Vec::new(),
            ids: Ids::default(),
            labels: Labels::default(),
            applications: named(blueprint.applications.iter().map(|it| &it.name)),
            functions: named(blueprint.functions.iter().filter(|it| it.image.is_some()).map(|it| &it.name)),
            repositories: named(
                blueprint.functions.iter().filter_map(|it| Some(&it.image.as_ref()?.repository)),
            ),
            secrets: named(
                blueprint
                    .databases
                    .iter()
                    .filter_map(|it| it.secret.as_ref())
                    .filter(|secret| secret.ocid.is_none())
                    .map(|secret| &secret.name),
            ),
            named: HashMap::new(),
        };
        scope.ids = super::network::ids(&mut scope);
        scope
    }

    /// A name for a resource.
    pub(super) fn give(&mut self, kind: &'static str, name: &str) -> String {
        self.names.give(kind, name)
    }

    /// An object as a resource, or as somebody else's.
    pub(super) fn id(
        &mut self,
        kind: &'static str,
        suffix: &'static str,
        kinds: &'static [&'static str],
        object: &Object,
        ocid: Option<&Name>,
    ) -> Id {
        let name = object.name.as_str();
        if object.managed {
            return Id::Own(kind, self.give(kind, name));
        }
        let given = self.names.give(suffix, name);
        let given = if given.starts_with('_') { format!("n{given}") } else { given };
        Id::Foreign {
            variable: format!("{given}_{suffix}_ocid"),
            what: format!("{} {name} ({})", suffix.replace('_', " "), self.line(object.source)),
            ocid: ocid.map(|ocid| ocid.value.clone()),
            kinds,
        }
    }

    /// The OCID of something, as an expression; a variable is declared by being asked for.
    pub(super) fn refer(&mut self, id: &Id) -> Part {
        match id {
            Id::Own(kind, name) => code(format!("{kind}.{name}.id")),
            Id::Foreign { variable, what, ocid, kinds } => {
                let default = ocid.clone().map(Value::from);
                self.ask(variable, &format!("OCID of {what}, which belongs to somebody else"), default, kinds)
            }
        }
    }

    /// An OCID that somebody has to say.
    pub(super) fn ask(
        &mut self,
        variable: &str,
        description: &str,
        default: Option<Value>,
        kinds: &'static [&'static str],
    ) -> Part {
        self.variables.entry(variable.to_owned()).or_insert_with(|| Variable {
            description: description.to_owned(),
            of: "string",
            default,
            kinds,
        });
        code(format!("var.{variable}"))
    }

    /// The name of a variable about something that is called `name` in the cloud: another for each.
    pub(super) fn called(&mut self, kind: &'static str, name: &str) -> String {
        let key = (kind, name.to_owned());
        if let Some(given) = self.named.get(&key) {
            return given.clone();
        }
        let given = self.names.give(kind, name).trim_start_matches('_').to_owned();
        // A name without a letter of ASCII is nothing but underscores.
        let given =
            if given.starts_with(|c: char| c.is_ascii_alphabetic()) { given } else { format!("n{given}") };
        self.named.insert(key, given.clone());
        given
    }

    /// Another variable.
    pub(super) fn variable(
        &mut self,
        name: &str,
        of: &'static str,
        description: &str,
        default: Option<Value>,
    ) -> Part {
        let variable = Variable { description: description.to_owned(), of, default, kinds: &[] };
        self.variables.entry(name.to_owned()).or_insert(variable);
        code(format!("var.{name}"))
    }

    /// Something of one's own that exists already, by the file's word.
    pub(super) fn take_over(&mut self, address: Option<String>, ocid: Option<&Name>) {
        if let (Some(to), Some(ocid)) = (address, ocid) {
            let line = self.place(ocid.span);
            self.imports.push(Import { to, ocid: ocid.value.clone(), line });
        }
    }

    /// The OCID of a compartment; that of everything that names none, else the tenancy.
    pub(super) fn compartment(&mut self, name: Option<&Name>) -> Part {
        match name.or(self.blueprint.tenancy.compartment.as_ref()) {
            Some(name) => {
                let name = name.value.clone();
                self.compartment_named(&name)
            }
            None => self.tenancy(),
        }
    }

    /// The OCID of a compartment by name or path.
    pub(super) fn compartment_named(&mut self, path: &str) -> Part {
        if path.is_empty() || ["tenancy", "root"].iter().any(|word| word.eq_ignore_ascii_case(path)) {
            return self.tenancy();
        }
        let last = path.rsplit(':').next().unwrap_or(path).trim();
        let described =
            self.blueprint.compartments.iter().find(|it| it.name.value.eq_ignore_ascii_case(last));
        let default = described.and_then(|it| it.ocid.as_ref()).map(|ocid| Value::from(ocid.value.clone()));
        let variable = format!("compartment_{}_ocid", self.called("compartment", path));
        self.ask(&variable, &format!("OCID of compartment {path}"), default, &["compartment", "tenancy"])
    }

    /// The OCID of the tenancy.
    pub(super) fn tenancy(&mut self) -> Part {
        let default = self.blueprint.tenancy.ocid.as_ref().map(|ocid| Value::from(ocid.value.clone()));
        self.ask("tenancy_ocid", "OCID of the tenancy", default, &["tenancy"])
    }

    /// Where something is written, for a comment: `adit.toml:12`.
    pub(super) fn line(&self, source: net::Source) -> String {
        self.built.places.span(source).map(|span| self.place(span)).unwrap_or_default()
    }

    /// The same, of a place in the file.
    pub(super) fn place(&self, span: adit_blueprint::Span) -> String {
        let name = self.source.name().rsplit(['/', '\\']).next().unwrap_or_default();
        format!("{name}:{}", self.source.position(span.start).line)
    }

    /// Where a rule is written, and whether it was.
    pub(super) fn rule(&self, source: net::Source) -> String {
        let line = self.line(source);
        if self.built.places.is_derived(source) { format!("derived: needed by {line}") } else { line }
    }

    /// What the file says of a VCN.
    pub(super) fn vcn(&self, id: net::VcnId) -> Option<&'a Vcn> {
        let name = self.network.vcns.at(id).object.name.as_str();
        self.blueprint.vcns.iter().find(|vcn| vcn.name.value == name)
    }

    /// The compartment of a VCN, and of all that is in it.
    pub(super) fn compartment_of(&mut self, vcn: net::VcnId) -> Part {
        let compartment = self.vcn(vcn).and_then(|vcn| vcn.compartment.as_ref());
        self.compartment(compartment)
    }

    /// With the guard against being replaced or deleted, unless that was allowed by name.
    pub(super) fn guarded(&self, block: Block, name: &str) -> Block {
        if self.options.unguarded.iter().any(|it| it == name) {
            return block;
        }
        block.block(Block::new("lifecycle", &[]).set("prevent_destroy", true))
    }

    /// What an object of the network is known by.
    pub(super) fn of<T>(&mut self, pick: impl Fn(&Ids) -> &Vec<Id>, id: net::Id<T>) -> Part {
        match pick(&self.ids).get(id.index()).cloned() {
            Some(known) => self.refer(&known),
            None => Part::Text(String::new()),
        }
    }

    /// The resource that an object of the network is; `None`: it is somebody else's.
    pub(super) fn own<T>(
        &self,
        pick: impl Fn(&Ids) -> &Vec<Id>,
        id: net::Id<T>,
    ) -> Option<(&'static str, String)> {
        match pick(&self.ids).get(id.index()) {
            Some(Id::Own(kind, name)) => Some((kind, name.clone())),
            _ => None,
        }
    }

    /// The resource's address, of an object that is one.
    pub(super) fn address<T>(&self, pick: impl Fn(&Ids) -> &Vec<Id>, id: net::Id<T>) -> Option<String> {
        pick(&self.ids).get(id.index()).and_then(Id::address)
    }
}
