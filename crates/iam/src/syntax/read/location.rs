//! Where a statement holds.

use super::super::code;
use super::super::fault::Fault;
use super::super::lex::{Kind, Token};
use super::super::location::{CompartmentPath, Elsewhere, Location};
use super::super::span::{At, Span};
use super::super::text::Text;
use super::super::words::{nearest, quoted};
use super::parser::{Parser, REFUSED, Read, Stop};

/// Words that may follow a location.
const ENDS: [&str; 6] = ["where", "of", "with", "in", "or", "and"];

/// A place as it is written; whether a statement may have such a one is decided by its kind.
pub(super) enum Anywhere {
    Here(Location),
    There(Elsewhere),
}

/// `in`, then a place. Only a statement that goes `across` tenancies can name one.
pub(super) fn in_place(parser: &mut Parser<'_>, across: bool) -> Read<At<Anywhere>> {
    let token = parser.peek();
    if parser.take("in").is_none() {
        if token.kind == Kind::End || parser.is_any(token, &["where", "with"]) {
            return missing(parser, token);
        }
        let found = parser.describe(token);
        let is_place = parser.is_any(token, &["compartment", "tenancy", "any-tenancy"]);
        let is_in = parser.is_any(token, &["on", "at", "within", "inside", "from", "for"])
            || parser.word(token).is_some_and(|word| word.len() <= 3 && nearest(word, ["in"]).is_some());
        if !is_place && !is_in {
            return unexpected(parser, token, across);
        }
        let fault = Fault::new(code::LOCATION, token.span, format!("{found} where `in` belongs"))
            .found(found)
            .expected("`in`, then `tenancy` or `compartment` and its name")
            .why(REFUSED);
        if is_in {
            parser.next();
            parser.note(fault.fix("write `in`").edit(token.span, "in"));
        } else {
            let gap = Span { start: token.span.start, end: token.span.start };
            parser.note(fault.fix("put `in` before it").edit(gap, "in "));
        }
    }
    place(parser, across)
}

/// What stands between an action and its location, and cannot.
fn unexpected<T>(parser: &mut Parser<'_>, token: Token, across: bool) -> Read<T> {
    let found = parser.describe(token);
    parser.note(
        Fault::new(code::LOCATION, token.span, format!("{found} where `in` belongs"))
            .found(found)
            .expected("`in`, then `tenancy` or `compartment` and its name")
            .why(REFUSED)
            .fix("one word names the type of resources; behind it comes `in`"),
    );
    parser.skip_to(&["in", "where"]);
    if parser.take("in").is_some() && place(parser, across).is_err() {
        parser.skip_to(&["where"]);
    }
    Err(Stop)
}

fn missing<T>(parser: &mut Parser<'_>, token: Token) -> Read<T> {
    let found = parser.describe(token);
    let gap = parser.gap();
    parser.stop(
        Fault::new(code::NO_LOCATION, gap, format!("the location is missing before {found}"))
            .found(found)
            .expected("`in tenancy`, or `in compartment` and its name")
            .why("Oracle's page on locations asks for one, though some of its examples have none; so nothing can be said of what this grants")
            .fix("write `in compartment` and the name of the compartment that holds the resources"),
    )
}

/// A place.
fn place(parser: &mut Parser<'_>, across: bool) -> Read<At<Anywhere>> {
    let token = parser.peek();
    if parser.take("tenancy").is_some() {
        return tenancy(parser, token, across);
    }
    if parser.take("any-tenancy").is_some() {
        return Ok(At::new(Anywhere::There(Elsewhere::AnyTenancy), token.span));
    }
    if parser.take("compartment").is_some() {
        return compartment(parser, token);
    }
    let found = parser.word(token).unwrap_or_default();
    let second = parser.second();
    if parser.is(token, "the") || parser.is(token, "root") && parser.is(second, "tenancy") {
        parser.next();
        not_a_place(parser, token, "take it out", Some(String::new()));
        return place(parser, across);
    }
    let slip = nearest(found, ["tenancy", "compartment", "any-tenancy"]).or_else(|| {
        (found.eq_ignore_ascii_case("tenant") || found.eq_ignore_ascii_case("root")).then_some("tenancy")
    });
    if let Some(word) = slip.filter(|_| !found.is_empty()) {
        parser.next();
        not_a_place(parser, token, &format!("write `{word}`"), Some(word.to_owned()));
        return match word {
            "tenancy" => tenancy(parser, token, across),
            "compartment" => compartment(parser, token),
            _ => Ok(At::new(Anywhere::There(Elsewhere::AnyTenancy), token.span)),
        };
    }
    if token.kind == Kind::End || parser.is_any(token, &["where", "with", "of"]) {
        return missing(parser, token);
    }
    if matches!(token.kind, Kind::Word { .. } | Kind::Quoted { .. }) {
        let instead = format!("compartment {}", parser.slice(token.span));
        not_a_place(parser, token, "put `compartment` before the name of a compartment", Some(instead));
        let path = path(parser)?;
        return Ok(At::new(Anywhere::Here(Location::Compartment(path.value)), path.span));
    }
    not_a_place(parser, token, "write `tenancy`, or `compartment` and its name", None);
    Err(Stop)
}

fn not_a_place(parser: &mut Parser<'_>, token: Token, fix: &str, instead: Option<String>) {
    let found = parser.describe(token);
    let span = if instead.as_deref() == Some("") { parser.with_space(token.span) } else { token.span };
    let fault = Fault::new(code::LOCATION, token.span, format!("{found} is no location"))
        .found(found)
        .expected("`tenancy`, `compartment` and its name or path, or `compartment id` and its OCID")
        .why(REFUSED)
        .fix(fix);
    parser.note(match instead {
        Some(instead) => fault.edit(span, instead),
        None => fault,
    });
}

fn tenancy(parser: &mut Parser<'_>, token: Token, across: bool) -> Read<At<Anywhere>> {
    let next = parser.peek();
    let named = matches!(next.kind, Kind::Word { .. } | Kind::Quoted { .. })
        && next.breaks < if across { 2 } else { 1 }
        && !parser.is_any(next, &ENDS)
        && !parser.stands_for_where(next);
    if !named {
        return Ok(At::new(Anywhere::Here(Location::Tenancy), token.span));
    }
    let name = parser.name("tenancy", &ENDS)?;
    Ok(At::new(Anywhere::There(Elsewhere::Tenancy(name)), parser.since(token.span)))
}

fn compartment(parser: &mut Parser<'_>, token: Token) -> Read<At<Anywhere>> {
    if parser.take("id").is_some() {
        let ocid = parser.ocid(&["compartment", "tenancy"])?;
        return Ok(At::new(Anywhere::Here(Location::CompartmentId(ocid.value)), parser.since(token.span)));
    }
    let path = path(parser)?;
    if parser.take("of").is_some() {
        let tenancy = named_tenancy(parser)?;
        return Ok(At::new(
            Anywhere::There(Elsewhere::Compartment { path, tenancy }),
            parser.since(token.span),
        ));
    }
    Ok(At::new(Anywhere::Here(Location::Compartment(path.value)), parser.since(token.span)))
}

/// `tenancy NAME`.
pub(super) fn named_tenancy(parser: &mut Parser<'_>) -> Read<At<Text>> {
    let token = parser.peek();
    if parser.take("tenancy").is_none() {
        let found = parser.describe(token);
        let span = if token.kind == Kind::End { parser.gap() } else { token.span };
        return parser.stop(
            Fault::new(code::LOCATION, span, format!("`tenancy` is missing before {found}"))
                .found(found)
                .expected("`of tenancy` and a name that the policy defines")
                .why(REFUSED)
                .fix("write `of tenancy` and the name"),
        );
    }
    parser.name("tenancy", &["to", "in", "where", "with"])
}

/// `A:B:C`.
fn path(parser: &mut Parser<'_>) -> Read<At<CompartmentPath>> {
    let first = parser.name("compartment", &ENDS)?;
    let start = first.span;
    let mut names = vec![first];
    loop {
        let token = parser.peek();
        match token.kind {
            Kind::Colon => {
                parser.next();
            }
            Kind::Slash => {
                parser.next();
                parser.note(
                    Fault::new(code::LOCATION, token.span, "`/` between the compartments of a path")
                        .found("`/`")
                        .expected("`:`")
                        .why(REFUSED)
                        .fix("write `:`")
                        .edit(token.span, ":"),
                );
            }
            _ => break,
        }
        names.push(parser.name("compartment", &ENDS)?);
    }
    let span = parser.since(start);
    Ok(At::new(CompartmentPath(names), span))
}

/// The place of a statement that is about this tenancy alone.
pub(super) fn here(parser: &mut Parser<'_>, place: At<Anywhere>) -> Read<At<Location>> {
    match place.value {
        Anywhere::Here(location) => Ok(At::new(location, place.span)),
        Anywhere::There(_) => {
            let found = quoted(parser.slice(place.span));
            parser.stop(
                Fault::new(code::LOCATION, place.span, format!("{found} is another tenancy"))
                    .found(found)
                    .expected("`tenancy` without a name, or a compartment")
                    .why(REFUSED)
                    .fix("`Allow` and `Deny` are about the own tenancy: write `in tenancy`; about others are `Endorse` and `Admit`"),
            )
        }
    }
}
