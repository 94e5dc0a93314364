//! One test: a variable, an operator, and what the operator takes.

use super::super::code;
use super::super::condition::{Equality, Members, Order, Relation, Test, Value, Variable};
use super::super::fault::Fault;
use super::super::lex::{Kind, Token};
use super::super::span::{At, Span};
use super::super::text::Text;
use super::super::words::{nearest, quoted};
use super::moment::{is_date, is_time};
use super::parser::{Parser, REFUSED, Read};
use super::value::{list, value, variable};

/// Operators of other languages, in words, with what is written here; `{}` stands for the value.
const WORDS: [(&str, &str); 17] = [
    ("equals", "= '{}'"),
    ("equal", "= '{}'"),
    ("eq", "= '{}'"),
    ("is", "= '{}'"),
    ("matches", "= '{}'"),
    ("ne", "!= '{}'"),
    ("isnot", "!= '{}'"),
    ("starts-with", "= /{}*/"),
    ("startswith", "= /{}*/"),
    ("starts_with", "= /{}*/"),
    ("ends-with", "= /*{}/"),
    ("endswith", "= /*{}/"),
    ("ends_with", "= /*{}/"),
    ("contains", "= /*{}*/"),
    ("includes", "= /*{}*/"),
    ("like", "= /{}/"),
    ("regex", "= /{}/"),
];

pub(super) fn test(parser: &mut Parser<'_>) -> Read<Test> {
    if parser.sees_kind(Kind::Bang) || parser.sees("not") {
        parser.next();
        return Ok(Test::Absent(variable(parser)?));
    }
    let token = parser.peek();
    for (word, relation) in [("sets-intersect", Relation::Intersect), ("sets-equal", Relation::Equal)] {
        if parser.is(token, word) {
            parser.next();
            return sets(parser, At::new(relation, token.span));
        }
    }
    let variable = variable(parser)?;
    let token = parser.peek();
    match token.kind {
        Kind::Equal | Kind::NotEqual => {
            parser.next();
            let equality = if token.kind == Kind::Equal { Equality::Equal } else { Equality::NotEqual };
            compare(parser, variable, At::new(equality, token.span))
        }
        Kind::Bang | Kind::Foreign => foreign(parser, variable, token),
        Kind::Comma | Kind::CloseBrace | Kind::CloseParenthesis | Kind::End => Ok(Test::Present(variable)),
        Kind::Word { .. } if parser.is_any(token, &["and", "or", "where"]) => Ok(Test::Present(variable)),
        Kind::Word { .. } => word(parser, variable, token),
        _ => no_operator(parser, token),
    }
}

fn compare(parser: &mut Parser<'_>, variable: At<Variable>, equality: At<Equality>) -> Read<Test> {
    let value = value(parser, Some(&variable))?;
    Ok(Test::Compare { variable, equality, value })
}

const EXPECTED: &str = "`=`, `!=`, `in`, `not in`, `before`, `after` or `between`";

fn no_operator<T>(parser: &mut Parser<'_>, token: Token) -> Read<T> {
    let found = parser.describe(token);
    parser.stop(
        Fault::new(code::OPERATOR, token.span, format!("{found} is no operator"))
            .found(found)
            .expected(EXPECTED)
            .why(REFUSED)
            .fix("write an operator between the variable and the value"),
    )
}

/// `==`, `<`, `! =` and the like.
fn foreign(parser: &mut Parser<'_>, variable: At<Variable>, token: Token) -> Read<Test> {
    parser.next();
    let mut span = token.span;
    let mut text = parser.slice(span);
    if token.kind == Kind::Bang {
        match parser.take_kind(Kind::Equal) {
            Some(equal) => span = span.to(equal),
            None => return no_operator(parser, token),
        }
        text = parser.slice(span);
    }
    let fault = Fault::new(code::OPERATOR, span, format!("{} is no operator", quoted(text)))
        .found(quoted(text))
        .expected(EXPECTED)
        .why(REFUSED);
    let instead = match text {
        "==" | "===" | "=~" => "=",
        "<" | "<=" | ">" | ">=" | "=>" => {
            let word = if text.starts_with('<') { "before" } else { "after" };
            return parser.stop(fault.fix(format!(
                "moments are compared by `{word}`, as in `request.utc-timestamp {word} '2026-12-31Z'`; nothing else is larger or smaller"
            )));
        }
        "&&" | "||" => return parser.stop(fault.fix("write `all {…, …}` or `any {…, …}`")),
        _ => "!=",
    };
    parser.note(fault.fix(format!("write `{instead}`")).edit(span, instead));
    let equality = if instead == "=" { Equality::Equal } else { Equality::NotEqual };
    compare(parser, variable, At::new(equality, span))
}

fn word(parser: &mut Parser<'_>, variable: At<Variable>, token: Token) -> Read<Test> {
    if parser.take("in").is_some() {
        let values = list(parser)?;
        return Ok(Test::In { variable, negated: false, values });
    }
    let second = parser.second();
    if parser.is(token, "not") && parser.is(second, "in") {
        parser.next();
        parser.next();
        let values = list(parser)?;
        return Ok(Test::In { variable, negated: true, values });
    }
    for (word, order) in [("before", Order::Before), ("after", Order::After)] {
        if parser.take(word).is_some() {
            let moment = moment(parser, &variable)?;
            return Ok(Test::Time { variable, order: At::new(order, token.span), moment });
        }
    }
    if parser.take("between").is_some() {
        return between(parser, variable);
    }
    other(parser, variable, token, second)
}

fn between(parser: &mut Parser<'_>, variable: At<Variable>) -> Read<Test> {
    let from = moment(parser, &variable)?;
    let token = parser.peek();
    if parser.take("and").is_none() {
        let found = parser.describe(token);
        let span = if token.kind == Kind::End { parser.gap() } else { token.span };
        return parser.stop(
            Fault::new(code::OPERATOR, span, format!("`between` has no `and`, but {found}"))
                .found(found)
                .expected("`and` and the second moment")
                .why(REFUSED)
                .fix("write `between '09:00:00Z' and '17:00:00Z'`"),
        );
    }
    let to = moment(parser, &variable)?;
    Ok(Test::Between { variable, from, to })
}

/// A word that is no operator: what it means elsewhere is told, and the test is read as that.
fn other(parser: &mut Parser<'_>, variable: At<Variable>, token: Token, second: Token) -> Read<Test> {
    let found = parser.word(token).unwrap_or_default();
    let described = parser.describe(token);
    let fault = Fault::new(code::OPERATOR, token.span, format!("{described} is no operator"))
        .found(described)
        .expected(EXPECTED)
        .why(REFUSED);
    let near =
        nearest(found, ["in", "before", "after", "between"]).filter(|near| near.len() > 2 || found.len() > 1);
    if let Some((_, meant)) = WORDS.iter().find(|(word, _)| found.eq_ignore_ascii_case(word)) {
        parser.next();
        let negated = parser.is(token, "is") && parser.take("not").is_some();
        let shown = if let Kind::Quoted { .. } | Kind::Word { .. } = second.kind {
            parser.slice(second.inside())
        } else {
            "…"
        };
        let plain = !shown.contains(['/', '\'', '*']);
        let instead = meant.replacen("{}", shown, 1);
        let fault = fault.fix(match meant.contains('/') {
            true => "patterns do that: `=` and the text between slashes, with `*` for any characters",
            false => "write `=` or `!=`",
        });
        let fault = match second.kind {
            Kind::Quoted { .. } if plain && !negated => fault.edit(token.span.to(second.span), instead),
            _ => fault,
        };
        parser.note(fault);
        let equality = At::new(
            if meant.starts_with('!') || negated { Equality::NotEqual } else { Equality::Equal },
            token.span,
        );
        return compare(parser, variable, equality);
    }
    match near {
        Some(near) => parser.stop(fault.fix(format!("write `{near}`")).edit(token.span, near)),
        None => parser.stop(fault.fix("write an operator between the variable and the value")),
    }
}

/// A moment in quotes.
fn moment(parser: &mut Parser<'_>, variable: &At<Variable>) -> Read<At<Text>> {
    let token = parser.peek();
    let Kind::Quoted { .. } = token.kind else {
        let found = parser.describe(token);
        let span = if token.kind == Kind::End { parser.gap() } else { token.span };
        return parser.stop(
            Fault::new(code::MOMENT, span, format!("{found} is no moment in quotes"))
                .found(found)
                .expected("`'2026-12-31T23:59:00Z'`, `'2026-12-31Z'`, or of a time of day `'17:00:00Z'`")
                .why(REFUSED)
                .fix("write the moment in single quotes"),
        );
    };
    parser.next();
    let text = parser.text_of(token);
    let of_day = variable.as_str().to_ascii_lowercase().ends_with("time-of-day");
    let right = text.known().is_none_or(|text| if of_day { is_time(text) } else { is_date(text) });
    if !right {
        let found = parser.describe(token);
        let expected = if of_day {
            "a time of day in UTC: `'17:00:00Z'`"
        } else {
            "a date in UTC: `'2026-12-31T23:59:00Z'`, `'2026-12-31T23:59Z'` or `'2026-12-31Z'`"
        };
        parser.note(
            Fault::new(code::MOMENT, token.span, format!("{found} is not written as moments are"))
                .found(found)
                .expected(expected)
                .why(REFUSED)
                .fix("write it in UTC, with `Z` at its end"),
        );
    }
    Ok(At::new(text, token.span))
}

/// `(variable, members)`.
fn sets(parser: &mut Parser<'_>, relation: At<Relation>) -> Read<Test> {
    expect(parser, Kind::OpenParenthesis, "`(`, then a variable, a comma and values in parentheses")?;
    let variable = variable(parser)?;
    expect(parser, Kind::Comma, "`,` and values in parentheses")?;
    let token = parser.peek();
    let members = if token.kind == Kind::OpenParenthesis {
        let values = list(parser)?;
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            let Value::String(text) = value.value else { return only_strings(parser, value.span) };
            texts.push(At::new(text, value.span));
        }
        Members::These(texts)
    } else {
        let value = value(parser, None)?;
        match value.value {
            Value::String(text) => Members::One(text),
            Value::Variable(variable) => Members::Variable(variable),
            _ => return only_strings(parser, value.span),
        }
    };
    expect(parser, Kind::CloseParenthesis, "`)`")?;
    Ok(Test::Sets { relation, variable, with: At::new(members, parser.since(token.span)) })
}

fn only_strings<T>(parser: &mut Parser<'_>, span: Span) -> Read<T> {
    let found = quoted(parser.slice(span));
    parser.stop(
        Fault::new(code::VALUE, span, format!("{found} in a set: its members are texts in single quotes"))
            .found(found)
            .expected("a text in single quotes")
            .why(REFUSED)
            .fix("put it in single quotes"),
    )
}

pub(super) fn expect(parser: &mut Parser<'_>, kind: Kind, expected: &str) -> Read<()> {
    let token = parser.peek();
    if token.kind == kind {
        parser.next();
        return Ok(());
    }
    let found = parser.describe(token);
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    parser.stop(
        Fault::new(code::CONDITION, span, format!("{found} where {expected} belongs"))
            .found(found)
            .expected(expected)
            .why(REFUSED)
            .fix("write `sets-intersect(variable, ('first', 'second'))`"),
    )
}
