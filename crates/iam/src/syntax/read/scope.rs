//! `Endorse` and `Admit`: statements about two tenancies.

use super::super::action::{Action, Verb};
use super::super::code;
use super::super::fault::Fault;
use super::super::location::{Elsewhere, Location, Place};
use super::super::span::{At, Span};
use super::super::statement::{Admit, Effect, Endorse, Origin, Statement, With};
use super::super::words::quoted;
use super::location::{Anywhere, in_place, named_tenancy};
use super::parser::{Parser, REFUSED, Read};
use super::{action, condition, subject};

/// Reads what follows `Endorse`.
pub(super) fn endorse(parser: &mut Parser<'_>, effect: At<Effect>) -> Read<Statement> {
    let subject = subject::subject(parser);
    if subject.is_err() {
        parser.skip_to(&["to", "in", "where"]);
    }
    let action = action::to_action(parser, false, true);
    if action.is_err() {
        parser.skip_to(&["in", "where"]);
    }
    let places = endorsed(parser);
    if places.is_err() {
        parser.skip_to(&["where"]);
    }
    let condition = condition::after_where(parser);
    let (subject, action, (with, scope)) = (subject?, action?, places?);
    association(parser, &action, with.is_some());
    Ok(Statement::Endorse(Endorse { effect, subject, action, with, scope, condition: condition? }))
}

/// `[in location with type] in elsewhere`.
fn endorsed(parser: &mut Parser<'_>) -> Read<(Option<With<Location>>, At<Elsewhere>)> {
    let first = in_place(parser, true)?;
    if parser.take("with").is_none() {
        return Ok((None, elsewhere(parser, first)?));
    }
    let Anywhere::Here(location) = first.value else {
        return wrong_end(
            parser,
            first.span,
            "is another tenancy, and what is in front of `with` is in the own one",
            "`tenancy` without a name, or a compartment",
        );
    };
    let place = At::new(location, first.span);
    let resource = action::resource_type(parser)?;
    let second = in_place(parser, true)?;
    Ok((Some(With { resource, place }), elsewhere(parser, second)?))
}

fn elsewhere(parser: &mut Parser<'_>, place: At<Anywhere>) -> Read<At<Elsewhere>> {
    match place.value {
        Anywhere::There(there) => Ok(At::new(there, place.span)),
        Anywhere::Here(_) => wrong_end(
            parser,
            place.span,
            "is in the own tenancy, and `Endorse` lets into another one",
            "`any-tenancy`, `tenancy` and a name, or `compartment … of tenancy …`",
        ),
    }
}

fn wrong_end<T>(parser: &mut Parser<'_>, span: Span, what: &str, expected: &str) -> Read<T> {
    let found = quoted(parser.slice(span));
    parser.stop(
        Fault::new(code::ASSOCIATION, span, format!("{found} {what}"))
            .found(found)
            .expected(expected)
            .why(REFUSED)
            .fix("`Endorse` lets own groups into another tenancy, `Admit` lets groups of another tenancy into the own one"),
    )
}

/// Reads what follows `Admit`.
pub(super) fn admit(parser: &mut Parser<'_>, effect: At<Effect>) -> Read<Statement> {
    let subject = subject::subject(parser);
    if subject.is_err() {
        parser.skip_to(&["of", "to", "in", "where"]);
    }
    let origin = origin(parser);
    if origin.is_err() {
        parser.skip_to(&["to", "in", "where"]);
    }
    let action = action::to_action(parser, false, true);
    if action.is_err() {
        parser.skip_to(&["in", "where"]);
    }
    let places = admitted(parser);
    if places.is_err() {
        parser.skip_to(&["where"]);
    }
    let condition = condition::after_where(parser);
    let (subject, origin, action, (place, with)) = (subject?, origin?, action?, places?);
    association(parser, &action, with.is_some());
    Ok(Statement::Admit(Admit { effect, subject, origin, action, place, with, condition: condition? }))
}

/// `[of (tenancy NAME | any-tenancy)]`.
fn origin(parser: &mut Parser<'_>) -> Read<Option<At<Origin>>> {
    if parser.take("of").is_none() {
        return Ok(None);
    }
    let token = parser.peek();
    if parser.take("any-tenancy").is_some() {
        return Ok(Some(At::new(Origin::AnyTenancy, token.span)));
    }
    let name = named_tenancy(parser)?;
    Ok(Some(At::new(Origin::Tenancy(name), parser.since(token.span))))
}

/// `in place [with type in place]`.
fn admitted(parser: &mut Parser<'_>) -> Read<(At<Place>, Option<With<Place>>)> {
    let first = in_place(parser, true)?;
    let place = match first.value {
        Anywhere::Here(here) => Place::Here(here),
        Anywhere::There(there @ Elsewhere::Tenancy(_)) => Place::There(there),
        Anywhere::There(_) => {
            return wrong_end(
                parser,
                first.span,
                "is not in one tenancy that is named, and `Admit` lets into the own one",
                "`tenancy`, a compartment of the own tenancy, or `tenancy` and a name",
            );
        }
    };
    let place = At::new(place, first.span);
    if parser.take("with").is_none() {
        return Ok((place, None));
    }
    let resource = action::resource_type(parser)?;
    let second = in_place(parser, true)?;
    let other = match second.value {
        Anywhere::Here(here) => Place::Here(here),
        Anywhere::There(there) => Place::There(there),
    };
    Ok((place, Some(With { resource, place: At::new(other, second.span) })))
}

/// `associate` and `with` belong together.
fn association(parser: &mut Parser<'_>, action: &At<Action>, with: bool) {
    let Action::Verb { verb, .. } = &action.value else { return };
    if (verb.value == Verb::Associate) == with {
        return;
    }
    let end = parser.gap();
    let fault = if with {
        Fault::new(
            code::ASSOCIATION,
            verb.span,
            format!("`{}` with two types: only `associate` joins them", verb.value),
        )
        .found(format!("`{}`", verb.value))
        .expected("`associate`")
        .fix("write `associate`")
        .edit(verb.span, "associate")
    } else {
        Fault::new(code::ASSOCIATION, end, "`associate` without `with`: with what it is joined is missing")
            .found("the end of the statement")
            .expected("`with`, the type of the other end, `in` and its place")
            .fix("write both ends: `associate TYPE in PLACE with TYPE in PLACE`")
    };
    parser.note(fault.why(REFUSED));
}
