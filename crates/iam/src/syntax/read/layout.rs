//! How statements stand in a text, and where one can begin.

use super::super::code;
use super::super::fault::{Fault, Severity};
use super::super::lex::is_space;
use super::super::span::Span;
use super::super::words::nearest;
use super::Parsed;

/// How statements stand in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// In one line or several; each begins with its word (`Allow`, `Deny`, …) at the beginning of a line.
    #[default]
    Text,
    /// One a line. Empty lines and lines that begin with `#` say nothing: that is the convention of `policy/*.txt`, not Oracle's.
    Lines,
}

/// The words that a statement begins with.
pub(super) const STARTERS: [&str; 5] = ["allow", "deny", "define", "endorse", "admit"];

/// The words that come second.
const FOLLOWERS: [&str; 9] = [
    "group",
    "dynamic-group",
    "service",
    "any-user",
    "any-group",
    "resource",
    "tenancy",
    "compartment",
    "groups",
];

/// How many statements Oracle Cloud takes in one policy.
pub const MOST_STATEMENTS: usize = 50;

impl Parsed {
    /// What is wrong with it as one policy: it takes [`MOST_STATEMENTS`].
    pub fn too_many(&self) -> Option<Fault> {
        let total = self.statements().count();
        let first = self.statements().nth(MOST_STATEMENTS)?;
        let message = format!("{total} statements: a policy takes {MOST_STATEMENTS}, and this is one more");
        let fault = Fault::new(code::TOO_MANY, first.span, message)
            .severity(Severity::Warning)
            .found(format!("{total} statements"))
            .expected(format!("at most {MOST_STATEMENTS}"))
            .why("Oracle Cloud refuses the policy, unless the limit of the tenancy was raised")
            .fix("put what belongs together into a policy of its own; statements of all policies add up");
        Some(fault)
    }
}

/// The places where statements are looked for: each holds one, or several of which only the first one has its word.
pub(super) fn pieces(text: &str, layout: Layout) -> Vec<Span> {
    match layout {
        Layout::Lines => lines(text).filter(|line| is_of_statement(text, *line)).collect(),
        Layout::Text => {
            let mut pieces: Vec<Span> = Vec::new();
            for line in lines(text) {
                match pieces.last_mut() {
                    Some(piece) if !begins(text, *piece, line) => piece.end = line.end,
                    _ => pieces.push(line),
                }
            }
            pieces
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        Span { start, end: at }
    })
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default().trim_matches(is_space)
}

fn is_of_statement(text: &str, line: Span) -> bool {
    let line = slice(text, line);
    !line.is_empty() && !line.starts_with('#')
}

/// Whether a statement begins in a line, behind what stands in `piece`.
fn begins(text: &str, piece: Span, line: Span) -> bool {
    let line = slice(text, line);
    let mut words =
        line.split(|c: char| !c.is_ascii_alphabetic() && c != '-').filter(|word| !word.is_empty());
    let (word, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is = |known: &&str| known.eq_ignore_ascii_case(word);
    if !line.starts_with(word) {
        return false;
    }
    if !STARTERS.iter().any(is) {
        // A slip of such a word begins a statement if what follows is what follows it.
        let follows = FOLLOWERS.iter().any(|known| known.eq_ignore_ascii_case(second));
        return follows && nearest(word, STARTERS).is_some();
    }
    // `Deny` may stand in a line of its own before `endorse` or `admit`. A long piece is none that says only that.
    let goes_on = ["endorse", "admit"].iter().any(is) && piece.end - piece.start < 64;
    !(goes_on && ["deny", "allow"].iter().any(|first| first.eq_ignore_ascii_case(slice(text, piece))))
}
