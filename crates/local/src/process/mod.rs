//! Child processes: under which account they run, where their files lie, and how they end with us.

mod account;
mod daemon;
mod ended;
mod guard;
mod lookup;
mod run_dir;

pub(crate) use account::Account;
pub(crate) use daemon::{Daemon, DaemonSpec};
pub(crate) use ended::ended;
pub(crate) use guard::{Guard, LastWords};
pub(crate) use lookup::{find_program, is_executable};
pub(crate) use run_dir::{RunDir, private_file, reachable_by_others};
