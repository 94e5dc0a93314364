//! What may be added, and what it is written as: the keys of its table, with the names that follow from the file.

use std::net::Ipv4Addr;

use toml_edit::{Array, InlineTable, Value};

use super::EditError;
use super::choose::one;
use super::render::Block;
use crate::model::{Application, Blueprint};
use crate::platform::is_repository;

/// A function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewFunction {
    /// Its name.
    pub name: String,
    /// Its application; without it the only one.
    pub application: Option<String>,
    /// The database that it writes to; without it the only one.
    pub database: Option<String>,
    /// The tables that it may write.
    pub tables: Vec<String>,
    /// Memory of a container in MB.
    pub memory: Option<u32>,
    /// Seconds that a call may take.
    pub timeout: Option<u32>,
    /// The repository of its image; without it beside that of another function of its application, if one is written.
    pub repository: Option<String>,
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDatabase {
    /// Its name.
    pub name: String,
    /// Its subnet, `VCN/SUBNET`; without it the only one.
    pub subnet: Option<String>,
    /// Its address, or that of the pooler before it.
    pub address: Ipv4Addr,
    /// Its port, or that of the pooler before it.
    pub port: u16,
    /// The pooler before it, by how it shares connections.
    pub pooler: Option<PoolMode>,
    /// The name that PostgreSQL knows it by.
    pub dbname: Option<String>,
    /// The secret with user and password.
    pub secret: Option<String>,
}

/// How PgBouncer shares connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// For a transaction.
    Transaction,
    /// For a session.
    Session,
    /// For a statement.
    Statement,
}

/// An application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewApplication {
    /// Its name.
    pub name: String,
    /// Its subnets, `VCN/SUBNET`; without any the only one of the file.
    pub subnets: Vec<String>,
    /// Its processors.
    pub shape: Option<String>,
    /// Calls of each function at the same time.
    pub concurrency: Option<u32>,
}

impl NewFunction {
    pub(super) fn block(&self, blueprint: &Blueprint) -> Result<Block, EditError> {
        let applications = blueprint.applications.iter().map(|it| it.name.value.as_str());
        let application = one("application", self.application.as_deref(), applications)?;
        let databases = blueprint.databases.iter().map(|it| it.name.value.as_str());
        let database = one("database", self.database.as_deref(), databases)?;
        let mut block = Block::new("function", &self.name);
        block.key("application", application);
        block.key("database", database);
        block.key("tables", self.tables.iter().map(String::as_str).collect::<Array>());
        block.key_if("memory", self.memory.map(i64::from));
        block.key_if("timeout", self.timeout.map(i64::from));
        block.key_if("image", self.image(blueprint, application)?);
        Ok(block)
    }

    /// The image's table: where the other functions of the application have theirs.
    fn image(&self, blueprint: &Blueprint, application: &str) -> Result<Option<Value>, EditError> {
        let of_application = blueprint.functions.iter().filter(|it| it.application.value == application);
        let sibling = of_application.filter_map(|it| it.image.as_ref()).next_back();
        let repository = match (&self.repository, sibling) {
            (Some(named), _) => named.clone(),
            (None, Some(sibling)) => match sibling.repository.value.rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/{}", self.name),
                None => self.name.clone(),
            },
            (None, None) => return Ok(None),
        };
        if !is_repository(&repository) {
            return Err(EditError::Repository { repository: crate::words::shown(&repository) });
        }
        let mut image = InlineTable::new();
        image.insert("repository", repository.into());
        if let Some(compartment) = sibling.and_then(|sibling| sibling.compartment.as_ref()) {
            image.insert("compartment", compartment.value.as_str().into());
        }
        Ok(Some(image.into()))
    }
}

impl NewDatabase {
    pub(super) fn block(&self, blueprint: &Blueprint) -> Result<Block, EditError> {
        let subnets = subnets(blueprint);
        let mut block = Block::new("database", &self.name);
        block.key("subnet", one("subnet", self.subnet.as_deref(), subnets.iter().map(String::as_str))?);
        block.key("address", self.address.to_string());
        block.key("port", i64::from(self.port));
        block.key_if("pooler", self.pooler.map(pooler));
        block.key_if("dbname", self.dbname.as_deref());
        block.key_if("secret", self.secret.as_deref());
        Ok(block)
    }
}

fn pooler(mode: PoolMode) -> Value {
    let mode = match mode {
        PoolMode::Transaction => "transaction",
        PoolMode::Session => "session",
        PoolMode::Statement => "statement",
    };
    InlineTable::from_iter([("kind", "pgbouncer"), ("mode", mode)]).into()
}

impl NewApplication {
    pub(super) fn block(&self, blueprint: &Blueprint) -> Result<Block, EditError> {
        let known = subnets(blueprint);
        let mut chosen = Vec::new();
        for named in &self.subnets {
            chosen.push(one("subnet", Some(named), known.iter().map(String::as_str))?);
        }
        if chosen.is_empty() {
            chosen.push(one("subnet", None, known.iter().map(String::as_str))?);
        }
        let mut block = Block::new("application", &self.name);
        match chosen.as_slice() {
            [only] => block.key("subnet", *only),
            several => block.key("subnet", several.iter().copied().collect::<Array>()),
        }
        // Functions of one program want one shape.
        let shape = self.shape.as_deref().or_else(|| common_shape(&blueprint.applications));
        block.key_if("shape", shape);
        block.key_if("concurrency", self.concurrency.map(i64::from));
        Ok(block)
    }
}

/// The shape that all applications have.
fn common_shape(applications: &[Application]) -> Option<&str> {
    let mut shapes = applications.iter().map(|it| it.shape.as_ref().map(|shape| shape.value.as_str()));
    let first = shapes.next()??;
    shapes.all(|shape| shape == Some(first)).then_some(first)
}

fn subnets(blueprint: &Blueprint) -> Vec<String> {
    let of = |vcn: &crate::model::Vcn| {
        let names = vcn.subnets.iter().map(|it| format!("{}/{}", vcn.name.value, it.name.value));
        names.collect::<Vec<_>>()
    };
    blueprint.vcns.iter().flat_map(of).collect()
}
