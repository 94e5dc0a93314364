//! The word that a statement begins with.

use super::super::code;
use super::super::fault::{Fault, Severity};
use super::super::lex::{Kind, Token};
use super::super::span::{At, Span};
use super::super::statement::{Effect, Statement};
use super::super::words::{nearest, quoted};
use super::layout::STARTERS;
use super::parser::{Parser, REFUSED, Read};
use super::{define, grant, scope};

/// Reads a statement.
pub(super) fn statement(parser: &mut Parser<'_>) -> Read<Statement> {
    let token = parser.peek();
    let starter = starter(parser, token)?;
    let effect = At::new(if starter == "deny" { Effect::Deny } else { Effect::Allow }, token.span);
    if starter == "deny" {
        deny(parser, token.span);
    }
    match starter {
        "allow" | "deny" if parser.take("endorse").is_some() => scope::endorse(parser, effect),
        "allow" | "deny" if parser.take("admit").is_some() => scope::admit(parser, effect),
        "allow" | "deny" => grant::grant(parser, effect),
        "endorse" => scope::endorse(parser, effect),
        "admit" => scope::admit(parser, effect),
        _ => define::define(parser),
    }
}

fn deny(parser: &mut Parser<'_>, span: Span) {
    parser.note(
        Fault::new(code::DENY, span, "`Deny` works where the tenancy has switched it on")
            .severity(Severity::Note)
            .found("`Deny`")
            .why("until then Oracle Cloud answers: Deny statement passed into a Allow compilation. Switching it on cannot be taken back")
            .fix("see in the settings of policies in the Console whether it is on"),
    );
}

/// The first word: it is taken, with what stands in front of it or for it.
fn starter(parser: &mut Parser<'_>, token: Token) -> Read<&'static str> {
    let find = |word: &str| STARTERS.iter().find(|starter| word.eq_ignore_ascii_case(starter)).copied();
    let word = parser.word(token).unwrap_or_default();
    if let Some(starter) = find(word) {
        parser.next();
        return Ok(starter);
    }
    let found = parser.describe(token);
    let fault = |message: String| {
        Fault::new(code::NOT_A_STATEMENT, token.span, message)
            .expected("`Allow`, `Deny`, `Endorse`, `Admit` or `Define`")
            .why(REFUSED)
    };
    if let Kind::Quoted { .. } = token.kind {
        let inside = parser.slice(token.inside());
        if find(inside.split_whitespace().next().unwrap_or_default()).is_some() {
            parser.next();
            parser.take_kind(Kind::Comma);
            let fault = fault("a statement in quotes, as in JSON or Terraform".to_owned())
                .found(quoted(parser.slice(token.span)))
                .fix("take off the quotes around it, and the comma behind them")
                .edit(parser.since(token.span), inside);
            return parser.stop(fault);
        }
    }
    let second = parser.second();
    if let Some(starter) = parser.word(second).and_then(find) {
        parser.next();
        parser.next();
        let fault = fault(format!("{found} stands in front of a statement"))
            .found(found)
            .fix("take it out")
            .edit(parser.with_space(token.span), "");
        parser.note(fault);
        return Ok(starter);
    }
    if let Some(starter) = nearest(word, STARTERS).filter(|_| !word.is_empty()) {
        parser.next();
        let fault = fault(format!("{found} is no word that a statement begins with"))
            .found(found)
            .fix(format!("write `{}`", capital(starter)))
            .edit(token.span, capital(starter));
        parser.note(fault);
        return Ok(starter);
    }
    let fix = if parser.is_any(token, &["where", "to", "in", "and", "or"]) {
        "join it with the line above: the Console refuses statements that are broken, and a file has one a line"
    } else if parser.is_any(token, &["group", "dynamic-group", "service", "any-user", "any-group"]) {
        "put `Allow` before it"
    } else {
        "begin with `Allow`, such as `Allow group Deployers to read repos in compartment Sandbox`"
    };
    let fault = fault(format!("{found} is no word that a statement begins with")).found(found).fix(fix);
    parser.stop(fault)
}

/// A first word as it is printed.
fn capital(starter: &str) -> String {
    let mut word = starter.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}
