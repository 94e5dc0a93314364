//! From characters to tokens. Nothing is dropped: what has no meaning is a token, too. Tokens are read when they are asked for, as a
//! slash begins a pattern or stands between a domain and a name, and only the grammar knows.

mod hole;
mod token;

pub(super) use self::hole::any as has_hole;
pub(super) use self::token::{Kind, Token};

use self::hole::hole;
use super::span::Span;

/// The white space of the language; other characters that look like it are none.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// Whether a character can be part of a word without quotes.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+')
}

/// Operators of other languages, each before those that it begins with.
const FOREIGN: [&str; 13] = ["===", "!==", "==", "<=", ">=", "<>", "=>", "=~", "!~", "&&", "||", "<", ">"];

/// A text from a byte on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// Reads `text` up to its end; places are counted from its beginning.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token {
        let before = self.rest();
        let rest = before.trim_start_matches(is_space);
        let space = before.get(..before.len() - rest.len()).unwrap_or_default();
        self.at += space.len();
        let start = self.at;
        let breaks = space.bytes().filter(|byte| *byte == b'\n').take(2).count();
        let (kind, length) = token(rest);
        self.at += length;
        Token { kind, span: Span { start, end: self.at }, breaks }
    }

    /// The pattern that begins at a slash: the place of what stands between its slashes; none if it is not closed.
    ///
    /// A slash inside is part of the pattern if what follows, up to the next character that ends a test, ends with another slash:
    /// `/a/*/` is one pattern. The lexer stands behind it then.
    pub(super) fn pattern(&mut self, slash: usize) -> Option<Span> {
        let start = slash + 1;
        let inside = self.text.get(start..)?;
        let first = closing(inside)?;
        let tail = inside.get(first + 1..)?;
        let run = tail.find(|c| is_space(c) || ",{}()'\"=".contains(c)).unwrap_or(tail.len());
        let length = match tail.get(..run)?.strip_suffix('/') {
            Some(run) if !run.ends_with('\\') => first + 1 + run.len(),
            _ => first,
        };
        self.at = start + length + 1;
        Some(Span { start, end: start + length })
    }
}

/// Where the first slash is that closes a pattern: not behind a backslash, not in a hole, in the same line.
fn closing(inside: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = inside.get(at..)?;
        match rest.chars().next()? {
            '/' => return Some(at),
            '\n' => return None,
            '\\' => at += 1 + rest.chars().nth(1)?.len_utf8(),
            c => at += hole(rest).unwrap_or(c.len_utf8()),
        }
    }
}

fn token(rest: &str) -> (Kind, usize) {
    let Some(first) = rest.chars().next() else { return (Kind::End, 0) };
    let single = |kind| (kind, first.len_utf8());
    if let Some(quoted) = token::quoted(rest, first) {
        return quoted;
    }
    if is_word(first) || hole(rest).is_some() {
        return word(rest);
    }
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if let Some(operator) = FOREIGN.iter().find(|operator| rest.starts_with(**operator)) {
        return (Kind::Foreign, operator.len());
    }
    if rest.starts_with("!=") {
        return (Kind::NotEqual, 2);
    }
    match first {
        ',' => single(Kind::Comma),
        ':' => single(Kind::Colon),
        '/' => single(Kind::Slash),
        '{' => single(Kind::OpenBrace),
        '}' => single(Kind::CloseBrace),
        '(' => single(Kind::OpenParenthesis),
        ')' => single(Kind::CloseParenthesis),
        '=' => single(Kind::Equal),
        '!' => single(Kind::Bang),
        _ => single(Kind::Unknown),
    }
}

/// A word, with the holes that stand in it.
fn word(rest: &str) -> (Kind, usize) {
    let (mut at, mut holes) = (0, false);
    while let Some(tail) = rest.get(at..) {
        let run = tail.find(|c| !is_word(c)).unwrap_or(tail.len());
        at += run;
        match rest.get(at..).and_then(hole) {
            Some(length) => {
                at += length;
                holes = true;
            }
            None => break,
        }
    }
    (Kind::Word { holes }, at)
}
