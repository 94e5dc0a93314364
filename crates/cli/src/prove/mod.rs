//! The commands that read `adit.toml` and prove what it says. They need no network, no account and nothing that runs.

pub(crate) mod addr;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod load;
pub(crate) mod path;
