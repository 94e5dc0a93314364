//! Whom a statement is about.

use super::super::code;
use super::super::fault::Fault;
use super::super::lex::{Kind, Token};
use super::super::span::{At, Span};
use super::super::subject::{Name, Principal, Subject};
use super::super::text::Ocid;
use super::super::words::{nearest, quoted};
use super::action::VERBS;
use super::parser::{Parser, REFUSED, Read, Stop};

/// The kinds of subjects.
const KINDS: [&str; 6] = ["group", "dynamic-group", "service", "any-user", "any-group", "resource"];

/// What people write instead, and what is meant.
const MEANT: [(&str, &str); 9] = [
    ("groups", "group"),
    ("dynamicgroup", "dynamic-group"),
    ("dynamic_group", "dynamic-group"),
    ("dynamic-groups", "dynamic-group"),
    ("services", "service"),
    ("anyuser", "any-user"),
    ("any-users", "any-user"),
    ("everyone", "any-user"),
    ("anygroup", "any-group"),
];

pub(super) fn subject(parser: &mut Parser<'_>) -> Read<At<Subject>> {
    let token = parser.peek();
    let kind = kind(parser, token)?;
    let subject = match kind {
        "any-user" => Subject::AnyUser,
        "any-group" => Subject::AnyGroup,
        "group" => Subject::Groups(principals(parser, "group")?),
        "dynamic-group" => Subject::DynamicGroups(principals(parser, "dynamic-group")?),
        "service" => Subject::Services(list(parser, |parser| parser.name("service", &VERBS))?),
        _ => {
            Subject::Resource { service: parser.one_name("service")?, kind: parser.name("resource", &VERBS)? }
        }
    };
    Ok(At::new(subject, parser.since(token.span)))
}

/// The kind of the subject: its word is taken, or words that can mean nothing else.
fn kind(parser: &mut Parser<'_>, token: Token) -> Read<&'static str> {
    let second = parser.second();
    let found = parser.word(token).unwrap_or_default();
    if let Some(kind) = KINDS.iter().find(|kind| found.eq_ignore_ascii_case(kind)) {
        parser.next();
        return Ok(kind);
    }
    let second_word = parser.word(second).unwrap_or_default();
    let two = |first: &str, then: &str| {
        found.eq_ignore_ascii_case(first)
            && (second_word.eq_ignore_ascii_case(then)
                || second_word.eq_ignore_ascii_case(&format!("{then}s")))
    };
    let split =
        [("dynamic", "group", "dynamic-group"), ("any", "user", "any-user"), ("any", "group", "any-group")];
    if let Some((.., kind)) = split.iter().find(|(first, then, _)| two(first, then)) {
        parser.next();
        parser.next();
        let span = token.span.to(second.span);
        return meant(parser, span, kind);
    }
    let slip = MEANT
        .iter()
        .find(|(written, _)| found.eq_ignore_ascii_case(written))
        .map(|(_, kind)| *kind)
        .or_else(|| nearest(found, KINDS));
    if let Some(kind) = slip.filter(|_| !found.is_empty()) {
        parser.next();
        return meant(parser, token.span, kind);
    }
    Err(none(parser, token))
}

fn meant(parser: &mut Parser<'_>, span: Span, kind: &'static str) -> Read<&'static str> {
    let found = quoted(parser.slice(span));
    parser.note(
        Fault::new(code::SUBJECT, span, format!("{found} is no kind of subject"))
            .found(found)
            .expected(format!("`{kind}`"))
            .why(REFUSED)
            .fix(format!("write `{kind}`"))
            .edit(span, kind),
    );
    Ok(kind)
}

fn none(parser: &mut Parser<'_>, token: Token) -> Stop {
    let found = parser.describe(token);
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    let is_user = parser.is_any(token, &["user", "users"]);
    let is_other = parser.is_any(token, &["instance", "function", "principal", "role", "compartment"]);
    let missing = token.kind == Kind::End || parser.is(token, "to");
    let fault = if missing {
        Fault::new(code::SUBJECT, span, format!("who is meant is missing before {found}"))
            .fix("write `group` and its name, `dynamic-group` and its name, or `any-user`")
    } else if is_user {
        Fault::new(code::SUBJECT, span, "a statement cannot name a single user")
            .fix("put the user into a group, and write `group` and its name; or `any-user` with a condition on `request.user.id`")
    } else if is_other {
        Fault::new(code::SUBJECT, span, format!("{found} is no kind of subject"))
            .fix("resources are named by a `dynamic-group` whose rule matches them, or by `any-user` with a condition on `request.principal.id`")
    } else {
        Fault::new(code::SUBJECT, span, format!("{found} is no kind of subject"))
            .fix("write `group` before the name of a group, `dynamic-group` before that of a dynamic group")
    };
    parser.note(
        fault
            .found(found)
            .expected("`group`, `dynamic-group`, `service`, `any-user` or `any-group`")
            .why(REFUSED),
    );
    Stop
}

/// Items with commas between them.
fn list<T>(parser: &mut Parser<'_>, mut item: impl FnMut(&mut Parser<'_>) -> Read<T>) -> Read<Vec<T>> {
    let mut items = vec![item(parser)?];
    while parser.take_kind(Kind::Comma).is_some() {
        items.push(item(parser)?);
    }
    Ok(items)
}

fn principals(parser: &mut Parser<'_>, what: &str) -> Read<Vec<At<Principal>>> {
    let ocid_kind = what.replace('-', "");
    let mut by_id = false;
    list(parser, |parser| {
        let token = parser.peek();
        let is_ocid = by_id && parser.slice(token.span).starts_with(Ocid::PREFIX);
        if parser.take("id").is_some() || is_ocid {
            by_id = true;
            let ocid = parser.ocid(&[&ocid_kind])?;
            return Ok(At::new(Principal::Id(ocid.value), parser.since(token.span)));
        }
        let name = qualified(parser, what)?;
        Ok(name.map(Principal::Named))
    })
}

/// `[domain/]name`.
pub(super) fn qualified(parser: &mut Parser<'_>, what: &str) -> Read<At<Name>> {
    let first = parser.name(what, &VERBS)?;
    if parser.take_kind(Kind::Slash).is_none() {
        return Ok(first.map(|name| Name { domain: None, name }));
    }
    let second = parser.name(what, &VERBS)?;
    let span = first.span.to(second.span);
    if let Some(slash) = parser.take_kind(Kind::Slash) {
        parser.note(
            Fault::new(code::NAME, slash, "a second `/` in a name")
                .found("`/`")
                .expected("`name`, or `domain/name`")
                .why(REFUSED)
                .fix("write the identity domain, one `/`, and the name; put what has a `/` of its own in single quotes"),
        );
        parser.name(what, &VERBS)?;
    }
    Ok(At::new(Name { domain: Some(first.value), name: second.value }, span))
}
