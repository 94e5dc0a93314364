//! `adit export terraform`: the root module.

use std::path::Path;
use std::process::ExitCode;

use adit_blueprint::{Blueprint, Built, Finding, Permission, Severity, Source, build, parse};
use adit_oci::Region;
use adit_oci::env::Vars;
use adit_terraform::export::{File, MARKER, Options, export};

use super::files::{Folder, Generated, Outcome};
use crate::args::{ExportTerraformArgs, ReportFormat, WriteArgs};
use crate::failure::Failure;
use crate::prove::load::refused;

pub(super) fn run(args: &ExportTerraformArgs) -> Result<ExitCode, Failure> {
    let system = System::read(&args.file)?;
    let folder = folder(&args.output, args.write);
    let outcome = system.put(&folder, &args.allow_replace)?;
    outcome.tell(&folder);
    Ok(ExitCode::from(u8::from(args.write.check && !outcome.is_current())))
}

/// The folder of a root module: all of Adit's files in it are read by Terraform, so none of before stays.
pub(crate) fn folder(path: &Path, write: WriteArgs) -> Folder<'_> {
    Folder { path, marker: MARKER, write, sweep: true }
}

/// A file without faults, and what follows from it.
pub(crate) struct System {
    source: Source,
    blueprint: Blueprint,
    pub(super) built: Built,
    permission: Permission,
}

impl System {
    /// Reads it; its faults are printed, and are the failure.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let source = Source::read(file)?;
        let parsed = parse(&source);
        let built = build(&parsed.blueprint);
        let permission = Permission::read(&parsed.blueprint, &source, file.parent().unwrap_or(Path::new("")));
        let faults = if parsed.is_sound() {
            built.faults.iter().chain(&permission.faults).cloned().collect()
        } else {
            parsed.faults.clone()
        };
        let faults: Vec<Finding> =
            faults.into_iter().filter(|fault| fault.severity == Severity::Error).collect();
        if faults.is_empty() {
            return Ok(Self { source, blueprint: parsed.blueprint, built, permission });
        }
        Err(refused(&source, &faults, parsed.is_toml, ReportFormat::Human))
    }

    /// The files of the root module.
    fn files(&self, unguarded: &[String]) -> Result<Vec<File>, Failure> {
        let options = Options { registry: self.registry(), unguarded: unguarded.to_vec() };
        Ok(export(&self.blueprint, &self.built, &self.permission, &self.source, &options)?)
    }

    /// Looks at the folder, and writes what differs unless it is a check.
    pub(crate) fn put(&self, folder: &Folder<'_>, unguarded: &[String]) -> Result<Outcome, Failure> {
        let files = self.files(unguarded)?.into_iter();
        let files: Vec<Generated> = files
            .map(|file| Generated { name: file.name.to_owned(), bytes: file.text.into_bytes() })
            .collect();
        folder.put(&files)
    }

    /// The registry's host in the file's region.
    fn registry(&self) -> Option<String> {
        let region = self.blueprint.tenancy.region.as_ref()?;
        Region::parse(&region.value, &Vars::process()).ok()?.registry()
    }
}
