//! Names: which are taken, and which one is meant where none is given.

use super::EditError;
use crate::model::{Blueprint, Name};
use crate::nearest::nearest;
use crate::source::Source;
use crate::words::shown;

/// Whether nothing has this name that a sentence of `[require]` could take for the other.
pub(super) fn free(
    source: &Source,
    blueprint: &Blueprint,
    kind: &'static str,
    name: &str,
) -> Result<(), EditError> {
    let functions = blueprint.functions.iter().map(|it| ("function", &it.name));
    let databases = blueprint.databases.iter().map(|it| ("database", &it.name));
    let machines = blueprint.appliances.iter().map(|it| ("appliance", &it.name));
    let networks = blueprint.vcns.iter().map(|it| ("vcn", &it.name));
    let applications = blueprint.applications.iter().map(|it| ("application", &it.name));
    let others: Vec<(&'static str, &Name)> = match kind {
        "application" => applications.collect(),
        _ => functions.chain(databases).chain(machines).chain(networks).collect(),
    };
    match others.into_iter().find(|(_, other)| other.value == name) {
        None => Ok(()),
        Some((kind, other)) => {
            Err(EditError::Taken { name: shown(name), kind, place: source.place(other.span) })
        }
    }
}

/// The one of this name; without a name the only one.
pub(super) fn one<'b>(
    kind: &'static str,
    wanted: Option<&str>,
    names: impl IntoIterator<Item = &'b str>,
) -> Result<&'b str, EditError> {
    let names: Vec<&str> = names.into_iter().collect();
    let known = || names.iter().map(|name| shown(name)).collect();
    match (wanted, names.as_slice()) {
        (Some(wanted), names) => {
            names.iter().copied().find(|name| *name == wanted).ok_or_else(|| EditError::NoSuch {
                kind,
                name: shown(wanted),
                near: nearest(wanted, names.iter().copied()).map(shown),
                known: known(),
            })
        }
        (None, []) => Err(EditError::NoneYet { kind }),
        (None, [only]) => Ok(only),
        (None, _) => Err(EditError::Several { kind, names: known() }),
    }
}
