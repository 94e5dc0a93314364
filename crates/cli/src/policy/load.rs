//! What a question is about: `adit.toml`, files of statements, and what `oci iam … list` prints.

use std::path::{Path, PathBuf};

use adit_blueprint::{Blueprint, Permission, Severity, Source, parse};
use adit_iam::listing::Listing;
use adit_iam::source::Unread;
use adit_iam::syntax::Fault;
use adit_terraform::plan::{Plan, Policies};

use crate::args::PolicyArgs;
use crate::console;
use crate::failure::Failure;
use crate::report::{Report, Ways};

/// What was read.
pub(super) struct Loaded {
    pub(super) permission: Permission,
    /// `adit.toml`, if there is one.
    pub(super) file: Option<(Source, Blueprint)>,
    /// The files of statements and of listings.
    pub(super) texts: Vec<Source>,
}

/// Reads `adit.toml`, and then policies from these places instead of those that it names, if there are any.
pub(super) fn load(args: &PolicyArgs, places: &[PathBuf]) -> Result<Loaded, Failure> {
    let texts = texts(places)?;
    let plan = args.file.plan.as_deref().map(Plan::read).transpose()?;
    let elsewhere = plan.is_some() || !places.is_empty();
    let file = file(args, elsewhere)?;
    let folder = args.file.file.parent().unwrap_or(Path::new(""));
    let base = || match &plan {
        Some(_) if !places.is_empty() => {
            Err(Failure::Choice("policies come from a plan or from files, not from both".to_owned()))
        }
        Some(plan) => Ok(planned(&plan.policies().planned, true)),
        None => listed(&texts, true),
    };
    let permission = match &file {
        Some((source, blueprint)) if !elsewhere => Permission::read(blueprint, source, folder),
        Some((source, blueprint)) => base()?.with_system(blueprint, source),
        None => base()?,
    };
    if let Some((source, _)) = &file
        && permission.faults.iter().any(|fault| fault.severity == Severity::Error)
    {
        let findings = &permission.faults;
        Report { source, findings, answers: &[], derived: &[], ways: Ways::Asked }.print(args.format);
        return Err(Failure::Faults);
    }
    let mut loaded = Loaded { permission, file, texts };
    add(&mut loaded.permission, &loaded.texts, true);
    Ok(loaded)
}

/// `adit.toml`. With policies from elsewhere it need not be there.
fn file(args: &PolicyArgs, others: bool) -> Result<Option<(Source, Blueprint)>, Failure> {
    let path = &args.file.file;
    if others && path == Path::new("adit.toml") && !path.exists() {
        return Ok(None);
    }
    let source = Source::read(path)?;
    let parsed = parse(&source);
    if parsed.is_sound() {
        return Ok(Some((source, parsed.blueprint)));
    }
    let findings = &parsed.faults;
    Report { source: &source, findings, answers: &[], derived: &[], ways: Ways::Asked }.print(args.format);
    Err(if parsed.is_toml { Failure::Faults } else { Failure::NotToml })
}

/// The files of these places.
pub(super) fn texts(places: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let paths = places.iter().map(|place| files(place)).collect::<Result<Vec<_>, _>>()?.concat();
    Ok(paths.iter().map(|path| Source::read(path)).collect::<Result<_, _>>()?)
}

/// The policies of a plan. `tell`: what is not known is told.
pub(super) fn planned(policies: &Policies, tell: bool) -> Permission {
    if tell {
        told(&policies.gaps, &policies.faults);
    }
    Permission::gathered(policies.set.clone(), &policies.places)
}

fn told<G: std::fmt::Display>(gaps: &[G], unread: &[Unread]) {
    gaps.iter().for_each(|gap| console::warning(&gap.to_string()));
    for unread in unread {
        unread.faults.iter().for_each(|fault| left_out(&unread.place, fault));
    }
}

/// Whether a text is what the `oci` command line prints.
fn is_listing(text: &Source) -> bool {
    text.text().trim_start().starts_with(['{', '['])
}

/// A tenancy as it is listed; nothing if no text is a listing. `tell`: what is not known is told.
pub(super) fn listed(texts: &[Source], tell: bool) -> Result<Permission, Failure> {
    let mut listing = Listing::default();
    let mut listings = texts.iter().filter(|text| is_listing(text)).peekable();
    if listings.peek().is_none() {
        return Ok(Permission::none());
    }
    for text in listings {
        listing =
            listing.add(text.name(), text.text()).map_err(|error| Failure::Choice(error.to_string()))?;
    }
    let listed = listing.into_set();
    if tell {
        told(&listed.gaps, &listed.faults);
    }
    Ok(Permission::gathered(listed.set, &listed.places))
}

/// Adds the policies of texts of statements. `tell`: what cannot be read is told.
pub(super) fn add(permission: &mut Permission, texts: &[Source], tell: bool) {
    for text in texts.iter().filter(|text| !is_listing(text)) {
        for fault in permission.add_text(text).into_iter().filter(|_| tell) {
            left_out(&text.place(adit_blueprint::policy::span(fault.span)), &fault);
        }
    }
}

/// Oracle Cloud would not have taken the statement.
fn left_out(place: &str, fault: &Fault) {
    console::warning(&format!("{place}: {} ({}); the statement is left out", fault.message, fault.code));
}

/// A file, or the `*.txt` and `*.json` of a folder in the order of their names.
fn files(place: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let failed = |error| Failure::File { path: place.to_owned(), error };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(place).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "txt" || extension == "json") {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(Failure::Choice(format!(
            "{} has no file of statements (*.txt) and no listing (*.json)",
            place.display()
        )));
    }
    found.sort();
    Ok(found)
}
