//! What a question is about: `adit.toml`, and files of statements.

use std::path::{Path, PathBuf};

use adit_blueprint::{Blueprint, Permission, Source, parse};

use crate::args::PolicyArgs;
use crate::console;
use crate::failure::Failure;
use crate::report::{Report, Ways};

/// What was read.
pub(super) struct Loaded {
    pub(super) permission: Permission,
    /// `adit.toml`, if there is one.
    pub(super) file: Option<(Source, Blueprint)>,
    /// The files of statements.
    pub(super) texts: Vec<Source>,
}

/// Reads `adit.toml`, and then policies from these places instead of those that it names, if there are any.
pub(super) fn load(args: &PolicyArgs, places: &[PathBuf]) -> Result<Loaded, Failure> {
    let (mut permission, file) = file(args, !places.is_empty())?;
    if !places.is_empty() {
        permission = permission.without_policies();
    }
    let texts = add(&mut permission, places)?;
    Ok(Loaded { permission, file, texts })
}

/// `adit.toml`. Without it, and with policies from elsewhere, nothing is known but those.
fn file(args: &PolicyArgs, others: bool) -> Result<(Permission, Option<(Source, Blueprint)>), Failure> {
    let path = &args.file.file;
    if others && path == Path::new("adit.toml") && !path.exists() {
        return Ok((Permission::none(), None));
    }
    let source = Source::read(path)?;
    let parsed = parse(&source);
    let permission = parsed
        .is_sound()
        .then(|| Permission::read(&parsed.blueprint, &source, path.parent().unwrap_or(Path::new(""))));
    let faults = permission.as_ref().map_or(&parsed.faults, |permission| &permission.faults);
    if faults.iter().any(|fault| fault.severity == adit_blueprint::Severity::Error) {
        Report { source: &source, findings: faults, answers: &[], derived: &[], ways: Ways::Asked }
            .print(args.format);
        return Err(if parsed.is_toml { Failure::Faults } else { Failure::NotToml });
    }
    let permission = permission.unwrap_or_else(Permission::none);
    Ok((permission, Some((source, parsed.blueprint))))
}

/// Adds the policies of files and folders. A statement that cannot be read is left out, with a warning: Oracle Cloud would not have
/// taken it.
pub(super) fn add(permission: &mut Permission, places: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut texts = Vec::new();
    for path in places.iter().map(|place| files(place)).collect::<Result<Vec<_>, _>>()?.concat() {
        let source = Source::read(&path)?;
        for fault in permission.add_text(&source) {
            let place = source.place(adit_blueprint::policy::span(fault.span));
            console::warning(&format!(
                "{place}: {} ({}); the statement is left out",
                fault.message, fault.code
            ));
        }
        texts.push(source);
    }
    Ok(texts)
}

/// A file, or the `*.txt` of a folder in the order of their names.
fn files(place: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let failed = |error| Failure::File { path: place.to_owned(), error };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(place).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(Failure::Choice(format!("{} has no file of statements, *.txt", place.display())));
    }
    found.sort();
    Ok(found)
}
