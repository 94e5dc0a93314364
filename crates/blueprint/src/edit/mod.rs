//! Adds to the text of a file: a function, a database, an application. Text in, text out; what is not added stays byte for byte as it
//! was, for the new lines are put in between, and nothing is written anew. The result is read before anybody gets it.

mod choose;
mod error;
mod place;
mod render;
mod request;

pub use error::EditError;
pub use request::{NewApplication, NewDatabase, NewFunction, PoolMode};

use toml::de::{DeTable, DeValue};

use crate::build::build;
use crate::finding::{Finding, Severity};
use crate::model::Blueprint;
use crate::parse::parse;
use crate::source::{Source, Span};
use render::Block;

/// A text with an addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole text.
    pub text: String,
    /// What was added, as a place of it: whole lines, unless the addition stands in braces that were there.
    pub added: Span,
}

impl Edited {
    /// The added text.
    pub fn added(&self) -> &str {
        self.text.get(self.added.start..self.added.end).unwrap_or_default()
    }
}

/// Adds a function behind the others. An application and a database that are the only ones need not be named.
///
/// # Errors
///
/// If the file is not sound, the name is taken, what it names is not there or not the only one, or the result would not be sound.
pub fn add_function(source: &Source, request: &NewFunction) -> Result<Edited, EditError> {
    let blueprint = sound(source)?;
    choose::free(source, &blueprint, "function", &request.name)?;
    insert(source, &request.block(&blueprint)?)
}

/// Adds a database behind the others.
///
/// # Errors
///
/// As [`add_function`].
pub fn add_database(source: &Source, request: &NewDatabase) -> Result<Edited, EditError> {
    let blueprint = sound(source)?;
    choose::free(source, &blueprint, "database", &request.name)?;
    insert(source, &request.block(&blueprint)?)
}

/// Adds an application behind the others.
///
/// # Errors
///
/// As [`add_function`].
pub fn add_application(source: &Source, request: &NewApplication) -> Result<Edited, EditError> {
    let blueprint = sound(source)?;
    choose::free(source, &blueprint, "application", &request.name)?;
    insert(source, &request.block(&blueprint)?)
}

/// What the text says, if nothing is wrong with it: what is added to a faulty file would be looked for among its faults.
fn sound(source: &Source) -> Result<Blueprint, EditError> {
    let parsed = parse(source);
    let mut faults = parsed.faults;
    if faults.is_empty() {
        faults = build(&parsed.blueprint).faults;
    }
    faults.retain(|fault| fault.severity == Severity::Error);
    if faults.is_empty() {
        Ok(parsed.blueprint)
    } else {
        Err(EditError::Unsound { faults, is_toml: parsed.is_toml })
    }
}

fn insert(source: &Source, block: &Block) -> Result<Edited, EditError> {
    let text = source.text();
    let placed = place::of(text, block.kind).ok_or(EditError::Form { kind: block.kind })?;
    let (before, after) = text.split_at_checked(placed.at).ok_or(EditError::Form { kind: block.kind })?;
    let added = placed.framed(block, before, after);
    let edited = Edited {
        added: Span { start: before.len(), end: before.len() + added.len() },
        text: [before, &added, after].concat(),
    };
    checked(source, block, edited)
}

/// The result, if it says what the text said and the addition, and nothing is wrong with it.
fn checked(source: &Source, block: &Block, edited: Edited) -> Result<Edited, EditError> {
    let new = Source::new(source.name(), edited.text.as_str());
    let parsed = parse(&new);
    let mut faults: Vec<Finding> = parsed.faults;
    if faults.is_empty() {
        faults = build(&parsed.blueprint).faults;
    }
    if let Some(fault) = faults.into_iter().find(|fault| fault.severity == Severity::Error) {
        return Err(EditError::Refused { message: fault.message, allowed: fault.expected });
    }
    let says_both = match (table(source.text()), table(&edited.text)) {
        (Some(old), Some(new)) => is_with(&old, new, block),
        _ => false,
    };
    if says_both { Ok(edited) } else { Err(EditError::Form { kind: block.kind }) }
}

fn table(text: &str) -> Option<DeTable<'_>> {
    DeTable::parse(text).ok().map(toml::Spanned::into_inner)
}

/// Whether a file says what the other one did, and the addition.
fn is_with(old: &DeTable<'_>, mut new: DeTable<'_>, block: &Block) -> bool {
    let Some(DeValue::Table(named)) = new.get_mut(block.kind).map(toml::Spanned::get_mut) else {
        return false;
    };
    let is_new = named.remove(block.name.as_str()).is_some();
    if named.is_empty() && !old.contains_key(block.kind) {
        new.remove(block.kind);
    }
    is_new && same_tables(old, &new)
}

/// Whether two tables say the same, wherever it stands.
fn same_tables(one: &DeTable<'_>, other: &DeTable<'_>) -> bool {
    one.len() == other.len()
        && one.iter().all(|(key, value)| {
            other.get(key.get_ref().as_ref()).is_some_and(|found| same(value.get_ref(), found.get_ref()))
        })
}

fn same(one: &DeValue<'_>, other: &DeValue<'_>) -> bool {
    match (one, other) {
        (DeValue::Table(one), DeValue::Table(other)) => same_tables(one, other),
        (DeValue::Array(one), DeValue::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a.get_ref(), b.get_ref()))
        }
        (DeValue::String(one), DeValue::String(other)) => one == other,
        (DeValue::Integer(one), DeValue::Integer(other)) => {
            (one.as_str(), one.radix()) == (other.as_str(), other.radix())
        }
        (DeValue::Float(one), DeValue::Float(other)) => one.as_str() == other.as_str(),
        (DeValue::Boolean(one), DeValue::Boolean(other)) => one == other,
        (DeValue::Datetime(one), DeValue::Datetime(other)) => one == other,
        _ => false,
    }
}
