//! Names, texts in quotes and OCIDs.

use super::super::code;
use super::super::fault::{Fault, Severity};
use super::super::lex::{Kind, Token};
use super::super::span::{At, Span};
use super::super::text::{Holes, Ocid, Text};
use super::super::words::{nearest, quoted, shown};
use super::parser::{Parser, Read, Stop};

/// Words that give a statement its shape: where a name should be, one of them means that the name is missing.
pub(super) const STRUCTURE: [&str; 8] = ["to", "in", "where", "of", "with", "as", "id", "and"];

impl Parser<'_> {
    /// The text of a token that is a word or in quotes.
    pub(super) fn text_of(&mut self, token: Token) -> Text {
        let inside = self.slice(token.inside());
        match token.kind {
            Kind::Quoted { right, close, holes, .. } => {
                if close == 0 {
                    self.unclosed_quote(token);
                } else if !right {
                    self.wrong_quotes(token);
                }
                self.inside_quotes(token.inside(), holes)
            }
            Kind::Word { holes: true } => {
                if !self.options.template {
                    self.not_filled(token.span, Severity::Error);
                }
                Text::with_holes(inside, Holes::Bare)
            }
            _ => Text::new(inside),
        }
    }

    /// What stands between quotes, or between the slashes of a pattern.
    pub(super) fn inside_quotes(&mut self, inside: Span, holes: bool) -> Text {
        let text = self.slice(inside);
        if text.contains('\\') {
            self.note(
                Fault::new(code::UNCERTAIN, inside, format!("a backslash in {}: what it means is not documented", quoted(text)))
                    .severity(Severity::Warning)
                    .found(quoted(text))
                    .expected("a text without `\\`")
                    .why("here it is taken to belong to the character behind it; Oracle Cloud may read it otherwise")
                    .fix("identify the thing by its OCID, or by a pattern without that character"),
            );
        }
        if !holes {
            return Text::new(text);
        }
        if self.options.template {
            return Text::with_holes(text, Holes::Quoted);
        }
        self.not_filled(inside, Severity::Warning);
        Text::new(text)
    }

    fn not_filled(&mut self, span: Span, severity: Severity) {
        let text = quoted(self.slice(span));
        let why = match severity {
            Severity::Error => self.refused,
            _ => {
                "Oracle Cloud takes it letter by letter, and nothing has such a name: the statement grants nothing"
            }
        };
        self.note(
            Fault::new(code::HOLE, span, format!("{text} is the hole of a template, and is not filled"))
                .severity(severity)
                .found(text)
                .expected("a name, a value or an OCID")
                .why(why)
                .fix("write what belongs there"),
        );
    }

    fn unclosed_quote(&mut self, token: Token) {
        let text = self.slice(token.span);
        self.note(
            Fault::new(
                code::UNCLOSED,
                token.span,
                format!("the quote of {} is not closed in its line", quoted(text)),
            )
            .found(quoted(text))
            .expected("a closing `'`")
            .why(self.refused)
            .fix("close it with `'`: all that follows is read as part of the text until then"),
        );
    }

    fn wrong_quotes(&mut self, token: Token) {
        let (whole, inside) = (self.slice(token.span), self.slice(token.inside()));
        let first = whole.chars().next().unwrap_or_default();
        let kind = match first {
            '"' => "double quotes",
            '`' => "backquotes",
            _ => "typographic quotes",
        };
        let fault = Fault::new(code::QUOTES, token.span, format!("{} is in {kind}", quoted(inside)))
            .found(quoted(whole))
            .expected("single quotes, `'`")
            .why(self.refused);
        let fault = if inside.contains('\'') {
            fault.fix("write it between single quotes; a text with a `'` in it cannot be written")
        } else {
            let right = format!("'{inside}'");
            fault.fix(format!("write '{}'", shown(inside))).edit(token.span, right)
        };
        self.note(fault);
    }

    /// A name; `what` says of what. `ends` are the words that may follow it, besides those that give a statement its shape.
    pub(super) fn name(&mut self, what: &str, ends: &[&str]) -> Read<At<Text>> {
        let token = self.name_token(what)?;
        match token.kind {
            Kind::Word { .. } => Ok(self.spaces(token, what, ends)),
            _ => Ok(At::new(self.text_of(token), token.span)),
        }
    }

    /// A name behind which another one may stand.
    pub(super) fn one_name(&mut self, what: &str) -> Read<At<Text>> {
        let token = self.name_token(what)?;
        Ok(At::new(self.text_of(token), token.span))
    }

    fn name_token(&mut self, what: &str) -> Read<Token> {
        let token = self.peek();
        match token.kind {
            Kind::Quoted { .. } => {}
            Kind::Word { .. } if !self.is_any(token, &STRUCTURE) => {
                if self.slice(token.span).starts_with(Ocid::PREFIX) {
                    self.no_id(token, what);
                }
            }
            _ => return self.no_name(token, what),
        }
        self.next();
        Ok(token)
    }

    fn no_name<T>(&mut self, token: Token, what: &str) -> Read<T> {
        let found = self.describe(token);
        let span = if token.kind == Kind::End { self.gap() } else { token.span };
        let fault = Fault::new(code::NAME, span, format!("the name of a {what} is missing before {found}"))
            .found(found)
            .expected(format!("the name of a {what}"))
            .why(self.refused)
            .fix("write the name; one that is also a word of the language, or has a space, in single quotes");
        self.stop(fault)
    }

    /// A name without quotes goes on as long as words follow that are none of the language: that is an error, but clear enough.
    fn spaces(&mut self, first: Token, what: &str, ends: &[&str]) -> At<Text> {
        let mut last = first.span;
        loop {
            let token = self.peek();
            if !matches!(token.kind, Kind::Word { .. })
                || token.breaks > 1
                || self.is_any(token, &STRUCTURE)
                || self.is_any(token, ends)
                || self.stands_for_to(token)
                || self.stands_for_where(token)
                || self.slice(token.span).starts_with(Ocid::PREFIX)
            {
                break;
            }
            last = self.next().span;
        }
        if last == first.span {
            return At::new(self.text_of(first), first.span);
        }
        let span = first.span.to(last);
        let name = self.slice(span);
        self.note(
            Fault::new(code::NAME, span, format!("{} has spaces and no quotes", quoted(name)))
                .found(quoted(name))
                .expected(format!("the name of a {what} in single quotes"))
                .why(self.refused)
                .fix(format!("write '{}'", shown(name)))
                .edit(span, format!("'{name}'")),
        );
        At::new(Text::new(name), span)
    }

    /// Whether a word is a slip of `to`: what follows is an action.
    pub(super) fn stands_for_to(&mut self, token: Token) -> bool {
        let near = self.word(token).is_some_and(|word| {
            word.len() <= 4 && strsim::osa_distance(&word.to_ascii_lowercase(), "to") <= 1
                || word.eq_ignore_ascii_case("can")
        });
        if !near {
            return false;
        }
        let second = self.second();
        let verb = |word: &str| nearest(word, super::action::VERBS).is_some();
        second.kind == Kind::OpenBrace || self.word(second).is_some_and(verb)
    }

    /// Whether a word is `where`, or a slip of it.
    pub(super) fn stands_for_where(&self, token: Token) -> bool {
        self.is_any(token, &["where", "when", "if", "having"])
            || self.word(token).is_some_and(|word| nearest(word, ["where"]).is_some())
    }

    fn no_id(&mut self, token: Token, what: &str) {
        let gap = Span { start: token.span.start, end: token.span.start };
        let text = quoted(self.slice(token.span));
        self.note(
            Fault::new(code::OCID, token.span, format!("an OCID without `id` before it: {text}"))
                .found(text)
                .expected(format!("`id` and an OCID, or the name of a {what}"))
                .why(format!(
                    "Oracle Cloud looks for a {what} of that name and finds none, and refuses the policy"
                ))
                .fix("put `id` before it")
                .edit(gap, "id "),
        );
    }

    /// An OCID, behind `id` or `as`: of something that is called `kind` in OCIDs.
    pub(super) fn ocid(&mut self, kinds: &[&str]) -> Read<At<Ocid>> {
        let token = self.peek();
        let inside = self.slice(token.inside());
        let may_be = match token.kind {
            Kind::Word { holes } | Kind::Quoted { holes, .. } => holes || inside.starts_with(Ocid::PREFIX),
            _ => false,
        };
        if !may_be {
            let found = self.describe(token);
            let span = if token.kind == Kind::End { self.gap() } else { token.span };
            // What cannot be the next part of the statement stands where the OCID should.
            if matches!(token.kind, Kind::Word { .. } | Kind::Quoted { .. })
                && !self.is_any(token, &STRUCTURE)
            {
                self.next();
            }
            return self.stop(
                Fault::new(code::OCID, span, format!("{found} is no OCID"))
                    .found(found)
                    .expected(format!("an OCID, `ocid1.{}.…`", kinds.first().unwrap_or(&"group")))
                    .why(self.refused)
                    .fix("write the OCID; a name stands without `id`"),
            );
        }
        self.next();
        let text = self.text_of(token);
        let known = text.known().map(str::to_owned);
        let Some(ocid) = Ocid::new(text) else { return Err(Stop) };
        if let Some(known) = known {
            self.check_ocid(&known, token.span, ocid.kind().unwrap_or_default(), kinds);
        }
        Ok(At::new(ocid, token.span))
    }

    fn check_ocid(&mut self, text: &str, span: Span, kind: &str, kinds: &[&str]) {
        let fault = |message: String| {
            Fault::new(code::OCID, span, message).severity(Severity::Warning).found(quoted(text))
        };
        if text.contains("...") && !self.options.template {
            self.note(
                fault(format!("the OCID {} is shortened", quoted(text)))
                    .expected("the whole OCID")
                    .why("Oracle Cloud finds nothing under it")
                    .fix("copy the whole OCID"),
            );
        } else if !kinds.is_empty() && !kinds.contains(&kind) {
            let wanted = kinds.first().unwrap_or(&"");
            self.note(
                fault(format!("an OCID of kind `{}` where one of kind `{wanted}` belongs", shown(kind)))
                    .expected(format!("`ocid1.{wanted}.…`"))
                    .why(format!("Oracle Cloud looks for a {wanted} under it, and finds none"))
                    .fix(format!("write the OCID of the {wanted}")),
            );
        }
    }
}
