//! Variables and the values that they are compared with.

use super::super::code;
use super::super::condition::{Value, Variable};
use super::super::fault::{Fault, Severity};
use super::super::lex::{Kind, Token, has_hole};
use super::super::span::{At, Span};
use super::super::text::{Ocid, Text};
use super::super::words::{nearest, quoted, shown};
use super::parser::{Parser, REFUSED, Read, Stop};

/// What variables begin with.
const FAMILIES: [&str; 3] = ["request", "target", "resource"];

/// Whether a word is a variable.
pub(super) fn is_variable(word: &str) -> bool {
    let mut segments = word.split('.');
    let family = segments.next().unwrap_or_default();
    let mut rest = segments.peekable();
    FAMILIES.iter().any(|known| known.eq_ignore_ascii_case(family))
        && rest.peek().is_some()
        && rest.all(|segment| !segment.is_empty())
}

pub(super) fn variable(parser: &mut Parser<'_>) -> Read<At<Variable>> {
    let token = parser.peek();
    if let Some(word) = parser.word(token)
        && is_variable(word)
    {
        parser.next();
        return Ok(At::new(Variable::new(word), token.span));
    }
    no_variable(parser, token)
}

fn no_variable<T>(parser: &mut Parser<'_>, token: Token) -> Read<T> {
    let found = parser.describe(token);
    let word = parser.word(token).unwrap_or_default();
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    let fault = |message: String| {
        Fault::new(code::VARIABLE, span, message)
            .found(found.clone())
            .expected("a variable: `request.…`, `target.…` or `resource.…`")
            .why(REFUSED)
    };
    let (family, tail) = word.split_once('.').unwrap_or((word, ""));
    let fault = match token.kind {
        Kind::Word { holes: true } => {
            Fault { code: code::HOLE, ..fault(format!("the hole {found} stands for a variable")) }
                .fix("a hole stands for a name, a value, an OCID or a compartment: write the variable")
        }
        Kind::Quoted { .. } => fault(format!("{found} is a text, and a variable comes first"))
            .fix("write the variable on the left, without quotes, and the text on the right"),
        Kind::Word { .. }
            if parser.is_any(token, &["and", "or", "where", "in", "before", "after", "between"]) =>
        {
            fault(format!("a variable is missing before {found}")).fix("write the variable that is tested")
        }
        Kind::Word { .. } => {
            let near = nearest(family, FAMILIES).filter(|_| !tail.is_empty());
            match near {
                Some(near) if !near.eq_ignore_ascii_case(family) => {
                    let instead = format!("{near}.{tail}");
                    fault(format!("{found} is no variable"))
                        .fix(format!("write `{}`", shown(&instead)))
                        .edit(span, instead)
                }
                Some(_) => fault(format!("{found} is no variable: a part between its dots is empty"))
                    .fix("write the whole variable, such as `target.secret.id`"),
                None => fault(format!("{found} is no variable"))
                    .fix("variables of who asks and how begin with `request.`, those of what is asked for with `target.`"),
            }
        }
        _ => fault(format!("a variable is missing before {found}"))
            .fix("write the variable that is tested, such as `target.secret.id`"),
    };
    if matches!(token.kind, Kind::Word { .. } | Kind::Quoted { .. }) {
        parser.next();
    }
    parser.stop(fault)
}

/// A value; `of` is the variable that it is compared with.
pub(super) fn value(parser: &mut Parser<'_>, of: Option<&At<Variable>>) -> Read<At<Value>> {
    let token = parser.peek();
    match token.kind {
        Kind::Quoted { .. } => {
            parser.next();
            let text = parser.text_of(token);
            if let Some(name) = text.known()
                && of.is_some_and(|of| of.is("request.permission"))
                && !name.contains('*')
            {
                super::action::slip(parser, token.span, &name.to_ascii_uppercase());
            }
            Ok(At::new(Value::String(text), token.span))
        }
        Kind::Slash => pattern(parser, token),
        Kind::Word { .. } if !parser.is_any(token, &["and", "or", "where", "not"]) => word(parser, token),
        _ => no_value(parser, token),
    }
}

fn no_value<T>(parser: &mut Parser<'_>, token: Token) -> Read<T> {
    let found = parser.describe(token);
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    let fault = Fault::new(code::VALUE, span, format!("a value is missing before {found}"))
        .found(found)
        .expected("a text in single quotes, a pattern between slashes, an OCID or a variable")
        .why(REFUSED);
    parser.stop(match token.kind {
        Kind::OpenParenthesis => fault.fix("several values take `in`: `variable in ('first', 'second')`"),
        _ => fault.fix("write the value in single quotes"),
    })
}

fn pattern(parser: &mut Parser<'_>, token: Token) -> Read<At<Value>> {
    let Some(inside) = parser.pattern() else {
        parser.next();
        return parser.stop(
            Fault::new(code::UNCLOSED, token.span, "a pattern that no `/` closes in its line")
                .found("`/`")
                .expected("the pattern and another `/`")
                .why(REFUSED)
                .fix("close it with `/`; a text with slashes stands in single quotes"),
        );
    };
    let span = Span { start: token.span.start, end: inside.end + 1 };
    let text = parser.slice(inside);
    let holes = parser.options.template && has_hole(text);
    if !holes && text.contains('/') && !text.contains("\\/") {
        parser.note(
            Fault::new(code::UNCERTAIN, span, format!("the pattern {} has a slash inside", quoted(text)))
                .severity(Severity::Warning)
                .found(quoted(text))
                .expected("a pattern without `/` inside")
                .why("Oracle Cloud may take the second slash for the end of the pattern; no page says it")
                .fix("write the exact name in single quotes"),
        );
    }
    if text.is_empty() {
        return parser.stop(
            Fault::new(code::EMPTY, span, "an empty pattern")
                .found("`//`")
                .expected("a pattern, such as `/prod*/`")
                .why(REFUSED)
                .fix("write the pattern between the slashes"),
        );
    }
    let text = parser.inside_quotes(inside, holes);
    Ok(At::new(Value::Pattern(text), span))
}

fn word(parser: &mut Parser<'_>, token: Token) -> Read<At<Value>> {
    parser.next();
    let text = parser.slice(token.span);
    if let Some(word) = parser.word(token)
        && is_variable(word)
    {
        return Ok(At::new(Value::Variable(Variable::new(word)), token.span));
    }
    let next = parser.peek();
    let close =
        next.span.start == token.span.end && matches!(next.kind, Kind::Slash | Kind::Colon | Kind::Equal);
    let another = matches!(next.kind, Kind::Word { .. })
        && next.breaks < 2
        && !parser.is_any(next, &["and", "or", "where"]);
    if close || another {
        return not_quoted(parser, token);
    }
    let text = if text.starts_with(Ocid::PREFIX) {
        match Ocid::new(parser.text_of(token)) {
            Some(ocid) => return Ok(At::new(Value::Ocid(ocid), token.span)),
            None => return Err(Stop),
        }
    } else {
        parser.text_of(token)
    };
    Ok(At::new(Value::Word(text), token.span))
}

/// A value of several words without quotes.
fn not_quoted(parser: &mut Parser<'_>, first: Token) -> Read<At<Value>> {
    loop {
        let token = parser.peek();
        let part = matches!(token.kind, Kind::Word { .. } | Kind::Slash | Kind::Colon | Kind::Equal)
            && token.breaks < 2
            && !parser.is_any(token, &["and", "or", "where"]);
        if !part {
            break;
        }
        parser.next();
    }
    let span = parser.since(first.span);
    let text = parser.slice(span);
    parser.note(
        Fault::new(code::VALUE, span, format!("the value {} has no quotes", quoted(text)))
            .found(quoted(text))
            .expected("a text in single quotes")
            .why(REFUSED)
            .fix(format!("write '{}'", shown(text)))
            .edit(span, format!("'{text}'")),
    );
    Ok(At::new(Value::String(Text::new(text)), span))
}

/// `(value, …)`.
pub(super) fn list(parser: &mut Parser<'_>) -> Read<Vec<At<Value>>> {
    let open = parser.peek();
    if parser.take_kind(Kind::OpenParenthesis).is_none() {
        let found = parser.describe(open);
        let span = if open.kind == Kind::End { parser.gap() } else { open.span };
        return parser.stop(
            Fault::new(code::VALUE, span, format!("{found} where a list of values begins"))
                .found(found)
                .expected("`('first', 'second')`")
                .why(REFUSED)
                .fix("put the values in parentheses, with commas between them"),
        );
    }
    if let Some(close) = parser.take_kind(Kind::CloseParenthesis) {
        return parser.stop(
            Fault::new(code::EMPTY, open.span.to(close), "no value in the parentheses")
                .found("`()`")
                .expected("at least one value")
                .why(REFUSED)
                .fix("write the values with commas between them"),
        );
    }
    let mut values = Vec::new();
    loop {
        let value = value(parser, None)?;
        if let Value::Variable(variable) = &value.value {
            let found = quoted(variable.as_str());
            parser.note(
                Fault::new(code::VALUE, value.span, format!("the variable {found} in a list of values"))
                    .found(found)
                    .expected("a text in single quotes, or a pattern")
                    .why("no page of Oracle's has a variable there")
                    .fix("compare two variables by `=`, within `any {…}`"),
            );
        }
        values.push(value);
        if parser.take_kind(Kind::CloseParenthesis).is_some() {
            return Ok(values);
        }
        if parser.take_kind(Kind::Comma).is_none() {
            return unclosed(parser, open.span);
        }
    }
}

fn unclosed<T>(parser: &mut Parser<'_>, open: Span) -> Read<T> {
    let token = parser.peek();
    let found = parser.describe(token);
    let gap = parser.gap();
    parser.stop(
        Fault::new(code::UNCLOSED, open, format!("the parenthesis of a list is not closed before {found}"))
            .found(found)
            .expected("`,` or `)`")
            .why(REFUSED)
            .fix("close it with `)`")
            .edit(gap, ")"),
    )
}
