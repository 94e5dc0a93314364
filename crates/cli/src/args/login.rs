//! Who pushes to a registry, for every command that does.

use std::path::PathBuf;

/// The login. What is read from where is said in `push/credentials.rs`.
#[derive(Debug, clap::Args)]
pub(crate) struct LoginArgs {
    /// Who pushes. In Oracle's registry NAMESPACE/USER, or NAMESPACE/DOMAIN/USER outside the default identity domain
    #[arg(short, long, value_name = "NAME", env = "ADIT_REGISTRY_USER")]
    pub(crate) user: Option<String>,
    /// The file with the password. In Oracle's registry it is an auth token of the user
    #[arg(long, value_name = "FILE", requires = "user")]
    pub(crate) password_file: Option<PathBuf>,
    /// Read the password from standard input; `adit deploy` then needs --yes, too
    #[arg(long, requires = "user", conflicts_with = "password_file")]
    pub(crate) password_stdin: bool,
}
