//! What a stack consists of.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::{EmulatorOptions, Events, PgBouncerOptions, PostgresOptions};

/// How to start a [`crate::Stack`]. The events of the whole stack go to [`StackOptions::events`]; the `events` of the
/// parts' own options are not used.
#[derive(Clone, Debug)]
pub struct StackOptions {
    /// The database.
    pub database: DatabaseChoice,
    /// The pooler in front of a local database, where it is installed; `None` for none.
    pub pooler: Option<PgBouncerOptions>,
    /// Whether a local database gets the table `items` to begin with.
    pub sample_table: bool,
    /// The emulated OCI.
    pub emulator: EmulatorOptions,
    /// The display name of the application that the functions belong to.
    pub application: String,
    /// The name of the secret with the database's address and credentials.
    pub secret: String,
    /// The functions.
    pub functions: Vec<FunctionOptions>,
    /// Where events go.
    pub events: Events,
}

impl Default for StackOptions {
    fn default() -> Self {
        Self {
            database: DatabaseChoice::Local(PostgresOptions::default()),
            pooler: Some(PgBouncerOptions::default()),
            sample_table: true,
            emulator: EmulatorOptions::default(),
            application: "local".to_owned(),
            secret: "database".to_owned(),
            functions: Vec::new(),
            events: Events::default(),
        }
    }
}

/// Where the data goes. `Debug` does not show a URL, which has a password in it.
#[derive(Clone)]
#[non_exhaustive]
pub enum DatabaseChoice {
    /// A server that is started for the stack.
    Local(PostgresOptions),
    /// A server that runs already: `postgres://user:password@host:port/database`. Nothing is made in it.
    Url(String),
}

impl fmt::Debug for DatabaseChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(options) => f.debug_tuple("Local").field(options).finish(),
            Self::Url(_) => f.write_str("Url(..)"),
        }
    }
}

/// As whom a function asks OCI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FunctionPrincipal {
    /// As itself, with a session token that is renewed.
    #[default]
    Resource,
    /// As the local user, with an API key in its configuration.
    ApiKey,
}

/// One function of a stack. `Debug` shows the names of its configuration, not the values, which may be secrets.
#[derive(Clone)]
pub struct FunctionOptions {
    /// Its display name.
    pub name: String,
    /// Its program.
    pub program: PathBuf,
    /// The program's arguments.
    pub arguments: Vec<OsString>,
    /// Its configuration, which wins over what the stack would set (`DB_SECRET_OCID`, `ADIT_TABLE`).
    pub config: BTreeMap<String, String>,
    /// As whom it asks.
    pub principal: FunctionPrincipal,
    /// Memory in MB.
    pub memory_mb: u32,
    /// How long a call may take.
    pub timeout: Duration,
    /// How long a detached call may take; `None` for [`FunctionOptions::timeout`].
    pub detached_timeout: Option<Duration>,
    /// How long a container is kept without a call.
    pub idle_timeout: Duration,
    /// How many containers may run at the same time.
    pub concurrency: usize,
}

impl FunctionOptions {
    /// A function with the platform's default limits.
    pub fn new(name: &str, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.to_owned(),
            program: program.into(),
            arguments: Vec::new(),
            config: BTreeMap::new(),
            principal: FunctionPrincipal::default(),
            memory_mb: 128,
            timeout: Duration::from_secs(30),
            detached_timeout: None,
            idle_timeout: Duration::from_secs(30),
            concurrency: 50,
        }
    }
}

impl fmt::Debug for FunctionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionOptions")
            .field("name", &self.name)
            .field("program", &self.program)
            .field("config", &self.config.keys())
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value_that_may_be_secret() {
        let mut function = FunctionOptions::new("f", "/bin/true");
        function.config.insert("API_TOKEN".to_owned(), "hunter2".to_owned());
        let database = DatabaseChoice::Url("postgres://u:hunter2@h/db".to_owned());
        let options = StackOptions { database, functions: vec![function], ..StackOptions::default() };
        let shown = format!("{options:?}");
        assert!(shown.contains("API_TOKEN") && !shown.contains("hunter2"), "{shown}");
    }
}
