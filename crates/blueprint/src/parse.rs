//! From a text to a [`Blueprint`], with every fault that the file has by itself: what is no TOML, keys and types, values.

use std::collections::HashSet;

use toml::de::DeTable;

use crate::code;
use crate::finding::{Finding, Severity};
use crate::model::Blueprint;
use crate::shape;
use crate::source::{Source, Span};

/// A file that was read, as far as it can be.
#[derive(Debug)]
pub struct Parsed {
    /// What is written, without what is wrong.
    pub blueprint: Blueprint,
    /// What is wrong, in the file's order.
    pub faults: Vec<Finding>,
    /// Whether the text is TOML at all.
    pub is_toml: bool,
}

impl Parsed {
    /// Whether what follows from the file can be told: a file with faults of its own would only give errors of errors.
    pub fn is_sound(&self) -> bool {
        self.faults.iter().all(|fault| fault.severity < Severity::Error)
    }
}

/// Reads a text.
pub fn parse(source: &Source) -> Parsed {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let table = table.get_ref();
    let mut faults = shape::check(&shape::file::ROOT, table);
    let mut blueprint = Blueprint::read(table, &mut faults);
    blueprint.bounded(&mut faults);
    blueprint.identities(&mut faults);
    blueprint.environments(&mut faults);
    if !errors.is_empty() {
        let mut errors: Vec<(&str, Span)> = errors
            .iter()
            .map(|error| (error.message(), error.span().map(Span::from).unwrap_or_default()))
            .collect();
        errors.sort_by_key(|(_, span)| *span);
        // Below a header that stands twice every key stands twice; that is one fault, not many.
        let mut below_second = false;
        errors.retain(|(message, span)| {
            let again = *message == DUPLICATE;
            if again && is_header(source, *span) {
                below_second = true;
                return true;
            }
            below_second = below_second && again;
            !below_second
        });
        let broken: Vec<Finding> =
            errors.into_iter().map(|(message, span)| syntax(source, message, span)).collect();
        // Where the text breaks off, what was guessed in its place is no fault of its own.
        let lines: HashSet<usize> =
            broken.iter().map(|fault| source.position(fault.span().start).line).collect();
        let own = |fault: &Finding| !lines.contains(&source.position(fault.span().start).line);
        faults.retain(|fault| own(fault) && fault.code != code::MISSING_KEY);
        faults.extend(broken);
    }
    faults.sort_by_key(Finding::span);
    faults.dedup();
    Parsed { blueprint, faults, is_toml: errors.is_empty() }
}

/// The parser's words for a name that is there already.
const DUPLICATE: &str = "duplicate key";

fn is_header(source: &Source, span: Span) -> bool {
    source.line(source.position(span.start).line).trim_start().starts_with('[')
}

fn syntax(source: &Source, message: &str, span: Span) -> Finding {
    let name = source.name();
    if message == DUPLICATE {
        let written = source.slice(span);
        let shown = crate::words::shown(written.trim_matches(['"', '\'']));
        let finding =
            Finding::new(code::TWICE, &shown, span, format!("`{shown}` is written twice in the same table"))
                .here("the second time")
                .observed("two of the same name")
                .expected("each name once")
                .fix("give one of them another name, or put them together");
        return match first_time(source, written, span) {
            Some(first) => finding.also(first, "the first time"),
            None => finding,
        };
    }
    Finding::new(code::NOT_TOML, name, span, format!("{name} is not TOML here: {message}"))
        .here("cannot be read from here on in this line")
        .observed(message)
        .expected("TOML 1.0")
        .fix("close the text, list or table that is open, and put texts in double quotes")
}

/// Where a header or a key that is written twice stands for the first time. The parser keeps one of the two only, so the lines
/// above are searched: for the same header, or for the same key up to the header of its table.
fn first_time(source: &Source, written: &str, second: Span) -> Option<Span> {
    let line = source.position(second.start).line;
    let own = source.line(line).trim();
    let is_header = own.starts_with('[');
    for above in (1..line).rev() {
        let text = source.line(above);
        let trimmed = text.trim_start();
        let found = if is_header {
            let header = |text: &str| text.split(']').next().unwrap_or_default().replace(' ', "");
            trimmed.starts_with('[') && header(trimmed) == header(own)
        } else {
            let rest = trimmed.strip_prefix(written);
            rest.is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
        };
        if found {
            let column = if is_header { text.rfind(written) } else { text.find(written) }?;
            let start = source.line_start(above) + column;
            return Some(Span { start, end: start + written.len() });
        }
        if !is_header && trimmed.starts_with('[') {
            return None;
        }
    }
    None
}
