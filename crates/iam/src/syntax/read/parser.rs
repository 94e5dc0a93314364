//! The cursor over the tokens of one statement: what is next, what is expected, and how to go on behind a fault.

use super::super::code;
use super::super::fault::{Fault, Severity};
use super::super::lex::{Kind, Lexer, Token};
use super::super::span::Span;
use super::super::words::{character, quoted};
use super::Options;

/// A fault was noted, and what was being read is not there. Whoever can go on behind it does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop;

/// What was read, or the fact that a fault was noted instead.
pub(super) type Read<T> = Result<T, Stop>;

/// How many faults of one statement are told.
const MOST_FAULTS: usize = 20;

/// What Oracle Cloud does with a statement that it cannot read.
pub(super) const REFUSED: &str = "Oracle Cloud refuses the whole policy that has such a statement";

pub(super) struct Parser<'t> {
    lexer: Lexer<'t>,
    peeked: Option<Token>,
    /// Where the last token that was taken ends.
    behind: usize,
    pub(super) options: &'t Options,
    /// What Oracle Cloud does with a text that it cannot read.
    pub(super) refused: &'static str,
    faults: Vec<Fault>,
    broken: bool,
    commented: bool,
    /// Where the last character without a meaning ended, so that a run of them is one fault.
    unknown: usize,
}

impl<'t> Parser<'t> {
    /// Reads `text` from a byte on.
    pub(super) fn new(text: &'t str, at: usize, options: &'t Options) -> Self {
        Self {
            lexer: Lexer::new(text, at),
            peeked: None,
            behind: at,
            options,
            refused: REFUSED,
            faults: Vec::new(),
            broken: false,
            commented: false,
            unknown: usize::MAX,
        }
    }

    /// The next token that has a meaning; what has none is noted and passed over, and the statement with it.
    pub(super) fn peek(&mut self) -> Token {
        if let Some(token) = self.peeked {
            return token;
        }
        let mut breaks = 0;
        loop {
            let token = self.lexer.next();
            breaks = breaks.max(token.breaks);
            match token.kind {
                Kind::Comment => self.comment(token),
                Kind::Unknown => self.unknown(token),
                _ => {
                    let token = Token { breaks, ..token };
                    self.peeked = Some(token);
                    return token;
                }
            }
        }
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.peeked = None;
        self.behind = token.span.end;
        token
    }

    /// The token behind the next one.
    pub(super) fn second(&mut self) -> Token {
        self.peek();
        let mut lexer = self.lexer;
        loop {
            let token = lexer.next();
            if !matches!(token.kind, Kind::Comment | Kind::Unknown) {
                return token;
            }
        }
    }

    /// Where the last token that was taken ends.
    pub(super) fn behind(&self) -> usize {
        self.behind
    }

    /// Right behind the last token that was taken: where something is missing.
    pub(super) fn gap(&self) -> Span {
        Span { start: self.behind, end: self.behind }
    }

    /// From `start` to the end of the last token that was taken.
    pub(super) fn since(&self, start: Span) -> Span {
        Span { start: start.start, end: self.behind.max(start.start) }
    }

    /// A place with the space behind it: what is taken out when a word is.
    pub(super) fn with_space(&self, span: Span) -> Span {
        let space = self.lexer.text().get(span.end..).is_some_and(|rest| rest.starts_with(' '));
        Span { end: span.end + usize::from(space), ..span }
    }

    /// What stands in a place.
    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.lexer.text().get(span.start..span.end).unwrap_or_default()
    }

    /// The word of a token, if it is one without holes.
    pub(super) fn word(&self, token: Token) -> Option<&'t str> {
        (token.kind == Kind::Word { holes: false }).then(|| self.slice(token.span))
    }

    /// Whether a token is this word, in any case.
    pub(super) fn is(&self, token: Token, word: &str) -> bool {
        self.word(token).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    /// Whether a token is one of these words.
    pub(super) fn is_any(&self, token: Token, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(token, word))
    }

    /// Whether the next token is this word.
    pub(super) fn sees(&mut self, word: &str) -> bool {
        let token = self.peek();
        self.is(token, word)
    }

    /// Takes the next token if it is this word.
    pub(super) fn take(&mut self, word: &str) -> Option<Span> {
        self.sees(word).then(|| self.next().span)
    }

    /// Whether the next token is of this kind.
    pub(super) fn sees_kind(&mut self, kind: Kind) -> bool {
        self.peek().kind == kind
    }

    /// Takes the next token if it is of this kind.
    pub(super) fn take_kind(&mut self, kind: Kind) -> Option<Span> {
        self.sees_kind(kind).then(|| self.next().span)
    }

    /// Reads the pattern that begins at the slash that is next: the place between its slashes.
    pub(super) fn pattern(&mut self) -> Option<Span> {
        let slash = self.peek().span.start;
        let inside = self.lexer.pattern(slash)?;
        self.peeked = None;
        self.behind = inside.end + 1;
        Some(inside)
    }

    /// Goes on to one of these words, or to the end.
    pub(super) fn skip_to(&mut self, words: &[&str]) {
        loop {
            let token = self.peek();
            if token.kind == Kind::End || self.is_any(token, words) {
                return;
            }
            self.next();
        }
    }

    /// Notes a fault. Of a statement with very many, the first ones are told.
    pub(super) fn note(&mut self, fault: Fault) {
        self.broken |= fault.is_error();
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    /// Notes a fault that cannot be read over.
    pub(super) fn stop<T>(&mut self, fault: Fault) -> Read<T> {
        self.note(fault);
        Err(Stop)
    }

    /// Whether an error was noted.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Whether a fault of this code was noted.
    pub(super) fn has(&self, code: code::Code) -> bool {
        self.faults.iter().any(|fault| fault.code == code)
    }

    /// What was noted since the last time, in the order of places.
    pub(super) fn drain(&mut self) -> Vec<Fault> {
        self.broken = false;
        self.commented = false;
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_by_key(|fault| fault.span.start);
        faults
    }

    /// What a token is, for people.
    pub(super) fn describe(&self, token: Token) -> String {
        match token.kind {
            Kind::End => "the end".to_owned(),
            _ => quoted(self.slice(token.span)),
        }
    }

    fn comment(&mut self, token: Token) {
        if std::mem::replace(&mut self.commented, true) {
            return;
        }
        self.note(
            Fault::new(
                code::COMMENT,
                token.span,
                "a comment: no page of Oracle's says that policies have any",
            )
            .severity(Severity::Warning)
            .found(quoted(self.slice(token.span)))
            .why("some tools pass over it, others refuse it; what Oracle Cloud does is not documented")
            .fix("take it out; what the statement is for can stand in the policy's description")
            .edit(token.span, ""),
        );
    }

    fn unknown(&mut self, token: Token) {
        let Some(c) = self.slice(token.span).chars().next() else { return };
        if std::mem::replace(&mut self.unknown, token.span.end) == token.span.start {
            return;
        }
        let name = character(c);
        let fault = Fault::new(code::CHARACTER, token.span, format!("{name} has no meaning here"))
            .found(name)
            .expected("letters, digits, `_ - . @ +`, quotes `'`, and `{ } ( ) , : / = !`")
            .why(self.refused);
        let fault = match c {
            ';' => fault.fix("take it out: a text ends by itself").edit(token.span, ""),
            '*' | '%' | '?' | '#' | '&' | '$' | '|' | '\\' => {
                fault.fix("take it out; in a name or a value, put all of that in single quotes")
            }
            '[' => fault.fix("write `(`: lists of values stand in parentheses").edit(token.span, "("),
            ']' => fault.fix("write `)`: lists of values stand in parentheses").edit(token.span, ")"),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => fault.fix("write `-`").edit(token.span, "-"),
            '\u{a0}' | '\u{202f}' | '\u{2007}' => fault.fix("write a plain space").edit(token.span, " "),
            _ => fault.fix("take it out").edit(token.span, ""),
        };
        self.note(fault);
    }
}
