//! What a statement allows: a verb with a type, or permissions.

use super::super::action::{Action, Permission, ResourceType, Verb};
use super::super::code;
use super::super::fault::{Fault, Severity};
use super::super::lex::{Kind, Token};
use super::super::span::{At, Span};
use super::super::words::{nearest, quoted, shown};
use super::parser::{Parser, REFUSED, Read};

/// The words of the verbs.
pub(super) const VERBS: [&str; 5] = ["inspect", "read", "use", "manage", "associate"];

/// What people write instead of a verb, and the verb that comes nearest to it.
const MEANT: [(&str, Verb); 16] = [
    ("list", Verb::Inspect),
    ("view", Verb::Read),
    ("get", Verb::Read),
    ("access", Verb::Read),
    ("write", Verb::Use),
    ("update", Verb::Use),
    ("invoke", Verb::Use),
    ("execute", Verb::Use),
    ("run", Verb::Use),
    ("admin", Verb::Manage),
    ("administer", Verb::Manage),
    ("create", Verb::Manage),
    ("delete", Verb::Manage),
    ("all", Verb::Manage),
    ("full", Verb::Manage),
    ("control", Verb::Manage),
];

/// `to`, then what is allowed. Where permissions follow, some statements need no `to`.
pub(super) fn to_action(parser: &mut Parser<'_>, needs_to: bool, may_associate: bool) -> Read<At<Action>> {
    let token = parser.peek();
    if parser.take("to").is_none() && (needs_to || token.kind != Kind::OpenBrace) {
        if parser.stands_for_to(token) {
            parser.next();
        }
        no_to(parser, token);
    }
    action(parser, may_associate)
}

fn no_to(parser: &mut Parser<'_>, token: Token) {
    let found = parser.describe(token);
    let gap = parser.gap();
    let taken = parser.behind() == token.span.end;
    let span = if token.kind == Kind::End { gap } else { token.span };
    let fault = Fault::new(code::NO_TO, span, format!("`to` is missing before {found}"))
        .found(found)
        .expected("`to`, then a verb with a type of resources, or permissions in braces")
        .why(REFUSED)
        .fix("write `to` before what is allowed");
    let fault = if taken {
        fault.edit(token.span, "to")
    } else {
        fault.edit(Span { start: span.start, end: span.start }, "to ")
    };
    parser.note(fault);
}

fn action(parser: &mut Parser<'_>, may_associate: bool) -> Read<At<Action>> {
    let token = parser.peek();
    if token.kind == Kind::OpenBrace {
        return permissions(parser);
    }
    let verb = verb(parser, token, may_associate)?;
    let brace = parser.peek();
    if brace.kind == Kind::OpenBrace {
        parser.note(
            Fault::new(
                code::PERMISSIONS_AND_TYPE,
                verb.span,
                format!("the verb `{}` before permissions in braces", verb.value),
            )
            .found(format!("`{}`", verb.value))
            .expected("permissions in braces alone, or a verb with a type of resources")
            .why(REFUSED)
            .fix("take the verb out")
            .edit(parser.with_space(verb.span), ""),
        );
        return permissions(parser);
    }
    let resource = resource_type(parser)?;
    let comma = parser.peek();
    if comma.kind == Kind::Comma {
        several_types(parser, comma.span);
        parser.skip_to(&["in", "where", "with"]);
    }
    Ok(At::new(Action::Verb { verb, resource }, parser.since(token.span)))
}

fn several_types(parser: &mut Parser<'_>, span: Span) {
    parser.note(
        Fault::new(code::RESOURCE_TYPE, span, "more than one type of resources in one statement")
            .found("`,`")
            .expected("one type, or a family of them")
            .why(REFUSED)
            .fix("write a statement for each type, or the family that holds them"),
    );
}

fn verb(parser: &mut Parser<'_>, token: Token, may_associate: bool) -> Read<At<Verb>> {
    let found = parser.word(token).unwrap_or_default();
    if let Some(verb) = Verb::ALL.into_iter().find(|verb| found.eq_ignore_ascii_case(verb.as_str())) {
        parser.next();
        if verb == Verb::Associate && !may_associate {
            parser.note(
                Fault::new(code::ASSOCIATION, token.span, "`associate` in a statement of one tenancy alone")
                    .found("`associate`")
                    .expected("`inspect`, `read`, `use` or `manage`")
                    .why(REFUSED)
                    .fix("it joins resources of two tenancies: `Endorse … to associate … with … in tenancy …`, or `Admit …`"),
            );
        }
        return Ok(At::new(verb, token.span));
    }
    let described = parser.describe(token);
    let expected = if may_associate {
        "`inspect`, `read`, `use`, `manage` or `associate`, or permissions in braces"
    } else {
        "`inspect`, `read`, `use` or `manage`, or permissions in braces"
    };
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    let fault = Fault::new(code::VERB, span, format!("{described} is no verb"))
        .found(described)
        .expected(expected)
        .why(REFUSED);
    let meant = MEANT.iter().find(|(word, _)| found.eq_ignore_ascii_case(word)).map(|(_, verb)| *verb);
    let near =
        || nearest(found, VERBS).and_then(|near| Verb::ALL.into_iter().find(|verb| verb.as_str() == near));
    if found.is_empty() || parser.is_any(token, &["in", "where"]) {
        return parser.stop(fault.fix("write a verb and a type of resources, such as `read repos`"));
    }
    match meant.or_else(near) {
        Some(verb) => {
            parser.next();
            parser.note(
                fault.fix(format!("the verb that comes nearest is `{verb}`")).edit(token.span, verb.as_str()),
            );
            Ok(At::new(verb, token.span))
        }
        // A permission without braces.
        None if found.contains('_')
            && found.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') =>
        {
            parser.stop(fault.fix("permissions stand in braces").edit(token.span, format!("{{{found}}}")))
        }
        None => {
            parser.next();
            parser.note(fault.fix("each verb includes those before it: inspect, read, use, manage"));
            Ok(At::new(Verb::Inspect, token.span))
        }
    }
}

/// A type of resources.
pub(super) fn resource_type(parser: &mut Parser<'_>) -> Read<At<ResourceType>> {
    let token = parser.peek();
    let known = parser.word(token).filter(|_| !parser.is_any(token, &["in", "where", "with", "to"]));
    let Some(found) = known else {
        let described = parser.describe(token);
        let (span, message) = match token.kind {
            Kind::Quoted { .. } => {
                (token.span, format!("{described} is in quotes: types of resources have none"))
            }
            Kind::Word { holes: true } => {
                (token.span, format!("the hole {described} stands for a type of resources"))
            }
            Kind::End => (parser.gap(), "the type of resources is missing before the end".to_owned()),
            _ => (token.span, format!("the type of resources is missing before {described}")),
        };
        let fault = Fault::new(code::RESOURCE_TYPE, span, message)
            .found(described)
            .expected(
                "a type of resources such as `repos`, a family such as `secret-family`, or `all-resources`",
            )
            .why(REFUSED)
            .fix("write the type");
        if matches!(token.kind, Kind::Quoted { .. } | Kind::Word { .. })
            && !parser.is_any(token, &["in", "where", "with", "to"])
        {
            parser.next();
        }
        return parser.stop(fault);
    };
    parser.next();
    let resource = ResourceType::new(found);
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !found.chars().all(legal) {
        let instead = resource.as_str().replace(['_', '.'], "-");
        parser.note(
            Fault::new(code::RESOURCE_TYPE, token.span, format!("{} is no type of resources", quoted(found)))
                .found(quoted(found))
                .expected("letters, digits and `-`")
                .why(REFUSED)
                .fix(format!("write `{}`", shown(&instead)))
                .edit(token.span, instead),
        );
    } else if let Some(near) = parser.options.vocabulary.slip_of_type(resource.as_str()) {
        parser.note(
            Fault::new(
                code::RESOURCE_TYPE,
                token.span,
                format!("{} is not among the types of resources that are known", quoted(found)),
            )
            .severity(Severity::Warning)
            .found(quoted(found))
            .expected(format!("`{near}`"))
            .why("if Oracle Cloud does not know it either, it refuses the policy")
            .fix(format!("`{near}` comes nearest"))
            .edit(token.span, near),
        );
    }
    Ok(At::new(resource, token.span))
}

fn permissions(parser: &mut Parser<'_>) -> Read<At<Action>> {
    let open = parser.next().span;
    let mut permissions = Vec::new();
    loop {
        let token = parser.peek();
        if token.kind == Kind::CloseBrace && permissions.is_empty() {
            let close = parser.next().span;
            return parser.stop(
                Fault::new(code::EMPTY, open.to(close), "no permission in the braces")
                    .found("`{}`")
                    .expected("at least one permission, such as `{REPOSITORY_READ}`")
                    .why(REFUSED)
                    .fix("write the permissions, with commas between them"),
            );
        }
        permissions.push(permission(parser, token)?);
        if parser.take_kind(Kind::CloseBrace).is_some() {
            break;
        }
        separator(parser, open)?;
        if let Some(close) = parser.take_kind(Kind::CloseBrace) {
            parser.note(
                Fault::new(code::PERMISSION, close, "a comma before the brace that closes the permissions")
                    .found("`,`")
                    .expected("another permission")
                    .why(REFUSED)
                    .fix("take the comma out"),
            );
            break;
        }
    }
    let action = At::new(Action::Permissions(permissions), parser.since(open));
    let token = parser.peek();
    if parser.word(token).is_some() && !parser.is_any(token, &["in", "where", "with", "on", "at"]) {
        let found = parser.describe(token);
        parser.note(
            Fault::new(
                code::PERMISSIONS_AND_TYPE,
                token.span,
                format!("the type {found} behind permissions in braces"),
            )
            .found(found)
            .expected("`in` and a location")
            .why(format!("permissions name their resources themselves; {}", REFUSED))
            .fix("take the type out")
            .edit(parser.with_space(token.span), ""),
        );
        parser.next();
    }
    Ok(action)
}

fn permission(parser: &mut Parser<'_>, token: Token) -> Read<At<Permission>> {
    let found = parser.slice(token.inside());
    let legal = !found.is_empty() && found.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match token.kind {
        Kind::Word { holes: false } if legal && !parser.is(token, "in") => {
            parser.next();
            let permission = Permission::new(found);
            slip(parser, token.span, permission.as_str());
            Ok(At::new(permission, token.span))
        }
        Kind::Word { .. } | Kind::Quoted { .. } if !parser.is_any(token, &["in", "where"]) => {
            parser.next();
            let described = parser.describe(token);
            let fault = Fault::new(code::PERMISSION, token.span, format!("{described} is no permission"))
                .found(described)
                .expected("letters, digits and `_`, without quotes, such as `SECRET_BUNDLE_READ`")
                .why(REFUSED);
            let instead = found.to_ascii_uppercase().replace('-', "_");
            let fault =
                if instead.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !instead.is_empty() {
                    fault.fix(format!("write `{}`", shown(&instead))).edit(token.span, instead)
                } else {
                    fault.fix("write the permission's name")
                };
            parser.note(fault);
            Ok(At::new(Permission::new(found), token.span))
        }
        _ => {
            let described = parser.describe(token);
            let span = if token.kind == Kind::End { parser.gap() } else { token.span };
            parser.stop(
                Fault::new(code::PERMISSION, span, format!("a permission is missing before {described}"))
                    .found(described)
                    .expected("a permission, such as `SECRET_BUNDLE_READ`, or `}`")
                    .why(REFUSED)
                    .fix("write the permission, or close the braces"),
            )
        }
    }
}

/// Names a permission that is not known and near to one that is.
pub(super) fn slip(parser: &mut Parser<'_>, span: Span, name: &str) {
    let Some(near) = parser.options.vocabulary.slip_of_permission(name) else { return };
    parser.note(
        Fault::new(
            code::PERMISSION,
            span,
            format!("{} is not among the permissions that are known", quoted(name)),
        )
        .severity(Severity::Warning)
        .found(quoted(name))
        .expected(format!("`{near}`"))
        .why("a permission that does not exist is granted to nobody; Oracle Cloud may refuse the policy")
        .fix(format!("`{near}` comes nearest")),
    );
}

fn separator(parser: &mut Parser<'_>, open: Span) -> Read<()> {
    if parser.take_kind(Kind::Comma).is_some() {
        return Ok(());
    }
    let token = parser.peek();
    let found = parser.describe(token);
    let is_permission = parser.word(token).is_some_and(|word| word.contains('_'));
    if is_permission {
        let gap = parser.gap();
        parser.note(
            Fault::new(code::PERMISSION, token.span, format!("no comma before {found}"))
                .found(found)
                .expected("`,` between permissions")
                .why(REFUSED)
                .fix("put a comma between them")
                .edit(gap, ","),
        );
        return Ok(());
    }
    let gap = parser.gap();
    parser.stop(
        Fault::new(
            code::UNCLOSED,
            open,
            format!("the brace of the permissions is not closed before {found}"),
        )
        .found(found)
        .expected("`}`")
        .why(REFUSED)
        .fix("close it with `}`")
        .edit(gap, "}"),
    )
}
