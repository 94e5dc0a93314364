//! The data directory: fresh and temporary, or kept between runs; made by `initdb` where it is empty.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::postgres::find::Installation;
use crate::process::{Account, RunDir, reachable_by_others};
use crate::{Error, Password};

/// The cluster's superuser.
pub(crate) const SUPERUSER: &str = "postgres";

/// A data directory that is ready for a server.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) data: PathBuf,
    /// Holds its socket; only the server's account (and root) can enter it, so a connection through it is trusted.
    pub(crate) sockets: PathBuf,
    pub(crate) ephemeral: bool,
    pub(crate) account: Option<Account>,
    pub(crate) run_dir: RunDir,
}

impl Cluster {
    /// Prepares `keep_in`, or a temporary directory where it is `None`. Blocks for as long as `initdb` takes.
    pub(crate) fn prepare(
        installation: &Installation,
        keep_in: Option<&Path>,
        superuser_password: &Password,
    ) -> Result<Self, Error> {
        let account = Account::for_servers()?;
        let run_dir = RunDir::create("postgres")?;
        let sockets = run_dir.subdirectory("s", 0o700, account.as_ref())?;
        let data = match keep_in {
            None => run_dir.subdirectory("data", 0o700, account.as_ref())?,
            Some(path) => kept(path, account.as_ref())?,
        };
        let cluster = Self { data, sockets, ephemeral: keep_in.is_none(), account, run_dir };
        match fs::read_to_string(cluster.data.join("PG_VERSION")) {
            Ok(made_by) => cluster.check_version(made_by.trim_end(), installation)?,
            Err(_) => cluster.initialise(installation, superuser_password)?,
        }
        Ok(cluster)
    }

    fn check_version(&self, made_by: &str, installation: &Installation) -> Result<(), Error> {
        if made_by == installation.major() {
            return Ok(());
        }
        let why = format!(
            "it was made by PostgreSQL {made_by}, but {} is version {}; use that version, or another directory",
            installation.bin.display(),
            installation.version
        );
        Err(Error::DataDir { path: self.data.clone(), why })
    }

    fn initialise(&self, installation: &Installation, superuser_password: &Password) -> Result<(), Error> {
        let password_file =
            self.run_dir.private_file("password", superuser_password.expose(), self.account.as_ref())?;
        let mut initdb = server_command(&installation.program("initdb"), self.account.as_ref());
        initdb
            .args(["--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C"])
            // The fresh cluster need not survive a power cut; what is written to it later is synced as usual.
            .arg("--no-sync")
            .arg(format!("--username={SUPERUSER}"))
            .arg("--pwfile")
            .arg(&password_file)
            .arg("--pgdata")
            .arg(&self.data);
        let output = initdb.output().map_err(Error::spawn(initdb.get_program()))?;
        fs::remove_file(&password_file).map_err(Error::file("remove", &password_file))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Program {
            program: "initdb".to_owned(),
            status: output.status.to_string(),
            output: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        })
    }
}

/// A command for one of PostgreSQL's programs with nothing of our environment (`PG*` variables would change what
/// they do) but the search path and the time zone.
pub(crate) fn server_command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir("/");
    for name in [crate::env::PATH, crate::env::TZ] {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    if let Some(account) = account {
        account.apply(&mut command);
    }
    command
}

/// Makes a kept data directory usable by the account that the server runs as.
fn kept(path: &Path, account: Option<&Account>) -> Result<PathBuf, Error> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::file("make", path))?;
    let path = path.canonicalize().map_err(Error::file("find", path))?;
    let refuse = |why: &str| Err(Error::DataDir { path: path.clone(), why: why.to_owned() });
    let is_cluster = path.join("PG_VERSION").exists();
    let is_empty = fs::read_dir(&path).map_err(Error::file("read", &path))?.next().is_none();
    if !is_cluster && !is_empty {
        return refuse("it holds files that are not a PostgreSQL cluster; give an empty or new directory");
    }
    if let Some(account) = account {
        if path.parent().is_some_and(|parent| !reachable_by_others(parent)) {
            let why = format!(
                "the server cannot run as root, and user `{}` may not enter a directory on this path",
                account.name
            );
            return refuse(&why);
        }
        if is_empty {
            account.own(&path)?;
        }
    }
    if is_empty {
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&path, mode).map_err(Error::file("set the mode of", &path))?;
    }
    Ok(path)
}
