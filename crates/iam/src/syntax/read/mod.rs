//! From text to statements: where each begins and ends, and all that is wrong with it.

mod action;
mod condition;
mod define;
mod entry;
mod grant;
mod layout;
mod location;
mod moment;
mod operator;
mod parser;
mod rule;
mod scope;
mod statement;
mod subject;
mod text;
mod value;

use super::fault::Fault;
use super::span::{At, Span};
use super::statement::Statement;
use super::vocabulary::Vocabulary;

pub use self::layout::{Layout, MOST_STATEMENTS};
pub use self::rule::{ParsedRule, parse_rule};

/// How a text is read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether it may have holes, `${…}` and `<…>`.
    pub template: bool,
    /// How statements stand in it.
    pub layout: Layout,
    /// The names that are known.
    pub vocabulary: Vocabulary,
}

/// A text that was read.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Its statements, and what should have been some, in the order of the text.
    pub entries: Vec<Entry>,
}

/// One statement, or what should have been one.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it is.
    pub span: Span,
    /// What it says; none if something makes it no statement.
    pub statement: Option<At<Statement>>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl Parsed {
    /// The statements that could be read.
    pub fn statements(&self) -> impl Iterator<Item = &At<Statement>> {
        self.entries.iter().filter_map(|entry| entry.statement.as_ref())
    }

    /// All that is wrong.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.entries.iter().flat_map(|entry| &entry.faults)
    }
}

/// Reads a text of statements. It always ends, and in a time that grows with the text's length.
pub fn parse(text: &str, options: &Options) -> Parsed {
    let mut entries = Vec::new();
    for piece in layout::pieces(text, options.layout) {
        entry::read(text, piece, options, &mut entries);
    }
    Parsed { entries }
}

/// Reads one statement, in one line or several.
///
/// # Errors
///
/// All that is wrong with it; what is only to be known is not among it.
pub fn parse_statement(text: &str, options: &Options) -> Result<At<Statement>, Vec<Fault>> {
    let mut entries = Vec::new();
    let all = Span { start: 0, end: text.len() };
    for piece in layout::pieces(text, Layout::Text) {
        entry::read(text, piece, options, &mut entries);
    }
    let mut entries = entries.into_iter();
    match (entries.next(), entries.next()) {
        (Some(Entry { statement: Some(statement), .. }), None) => Ok(statement),
        (first, second) => {
            let otherwise = second.as_ref().map_or(entry::nothing(all), |second| entry::second(second.span));
            let faults = first.into_iter().chain(second).chain(entries).flat_map(|entry| entry.faults);
            let faults: Vec<_> = faults.filter(Fault::is_error).collect();
            Err(if faults.is_empty() { vec![otherwise] } else { faults })
        }
    }
}
