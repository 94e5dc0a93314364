//! Where `adit invoke` finds a running `adit dev`: a file of this user alone, gone when the stack stops.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What must be known to call a function of a running stack.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DevState {
    pub(crate) pid: u32,
    pub(crate) endpoint: String,
    pub(crate) config_file: PathBuf,
    pub(crate) functions: Vec<DevFunction>,
}

/// A function of a running stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DevFunction {
    pub(crate) name: String,
    pub(crate) id: String,
}

/// The file of a running stack; dropping it removes it.
#[derive(Debug)]
pub(crate) struct Announced(PathBuf);

impl DevState {
    /// The state of the stack that was started last and still runs.
    pub(crate) fn read() -> Option<Self> {
        let text = fs::read(path()).ok()?;
        let state: Self = serde_json::from_slice(&text).ok()?;
        let pid = rustix::process::Pid::from_raw(i32::try_from(state.pid).ok()?)?;
        rustix::process::test_kill_process(pid).ok()?;
        Some(state)
    }

    /// The function of this name or OCID; without a name the only one. `None`: an OCID that is not here.
    pub(crate) fn function(&self, wanted: Option<&str>) -> Result<Option<DevFunction>, Failure> {
        let names =
            || self.functions.iter().map(|function| function.name.as_str()).collect::<Vec<_>>().join(", ");
        match wanted {
            None => match self.functions.as_slice() {
                [only] => Ok(Some(only.clone())),
                _ => Err(Failure::Choice(format!("which function? `adit dev` runs {}", names()))),
            },
            Some(wanted) => {
                let found =
                    self.functions.iter().find(|function| function.name == wanted || function.id == wanted);
                match found {
                    Some(function) => Ok(Some(function.clone())),
                    None if wanted.starts_with("ocid1.") => Ok(None),
                    None => {
                        Err(Failure::Choice(format!("no function `{wanted}`: `adit dev` runs {}", names())))
                    }
                }
            }
        }
    }

    /// Writes the state where `read` finds it.
    pub(crate) fn announce(&self) -> io::Result<Announced> {
        let path = path();
        if let Some(directory) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        let temporary = path.with_extension(format!("{}", self.pid));
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        fs::rename(&temporary, &path)?;
        Ok(Announced(path))
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        // Another stack may have been started since: its file stays.
        let ours = DevState::read().is_some_and(|state| state.pid == std::process::id());
        if ours {
            let _ = fs::remove_file(&self.0);
        }
    }
}

fn path() -> PathBuf {
    let base = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|base| base.is_dir());
    let user = rustix::process::getuid().as_raw();
    base.unwrap_or_else(std::env::temp_dir).join(format!("adit-{user}")).join("dev.json")
}
