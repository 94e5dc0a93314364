//! `Define`: a name for an OCID.

use super::super::code;
use super::super::fault::Fault;
use super::super::lex::Kind;
use super::super::span::At;
use super::super::statement::{Define, Defined, Statement};
use super::super::subject::Name;
use super::super::words::nearest;
use super::parser::{Parser, REFUSED, Read};
use super::subject::qualified;

/// Reads what follows `Define`.
pub(super) fn define(parser: &mut Parser<'_>) -> Read<Statement> {
    let kind = kind(parser)?;
    let (what, ocids): (&str, &[&str]) = match kind.value {
        Defined::Tenancy => ("tenancy", &["tenancy"]),
        Defined::Group => ("group", &["group"]),
        Defined::DynamicGroup => ("dynamic-group", &["dynamicgroup"]),
        Defined::Compartment => ("compartment", &["compartment", "tenancy"]),
    };
    let name = match kind.value {
        Defined::Group | Defined::DynamicGroup => qualified(parser, what)?,
        _ => parser.name(what, &[])?.map(|name| Name { domain: None, name }),
    };
    let token = parser.peek();
    if parser.take("as").is_none() {
        let found = parser.describe(token);
        let span = if token.kind == Kind::End { parser.gap() } else { token.span };
        let fault = Fault::new(code::DEFINE, span, format!("`as` is missing before {found}"))
            .found(found)
            .expected("`as` and the OCID")
            .why(REFUSED)
            .fix("write `as` between the name and the OCID");
        if !parser.is_any(token, &["is", "to", "be"]) && token.kind != Kind::Equal {
            return parser.stop(fault);
        }
        parser.next();
        parser.note(fault.edit(span, "as"));
    }
    parser.take("id");
    let id = parser.ocid(ocids)?;
    Ok(Statement::Define(Define { kind, name, id }))
}

fn kind(parser: &mut Parser<'_>) -> Read<At<Defined>> {
    const KINDS: [(&str, Defined); 4] = [
        ("tenancy", Defined::Tenancy),
        ("group", Defined::Group),
        ("dynamic-group", Defined::DynamicGroup),
        ("compartment", Defined::Compartment),
    ];
    let token = parser.peek();
    let word = parser.word(token).unwrap_or_default();
    if let Some((_, kind)) = KINDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
        parser.next();
        return Ok(At::new(*kind, token.span));
    }
    let found = parser.describe(token);
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    let fault = Fault::new(code::DEFINE, span, format!("{found} cannot be defined"))
        .found(found)
        .expected("`tenancy`, `group`, `dynamic-group` or `compartment`")
        .why(REFUSED)
        .fix("write what kind of thing the name is for, such as `Define tenancy Partner as ocid1.tenancy.…`");
    let near = nearest(word, KINDS.iter().map(|(name, _)| *name)).filter(|_| !word.is_empty());
    match KINDS.iter().find(|(name, _)| Some(*name) == near) {
        Some((name, kind)) => {
            parser.next();
            parser.note(fault.edit(token.span, *name));
            Ok(At::new(*kind, token.span))
        }
        None => parser.stop(fault),
    }
}
