//! `Allow` and `Deny`.

use super::super::lex::Kind;
use super::super::span::At;
use super::super::statement::{Effect, Grant, Statement};
use super::parser::{Parser, Read, Stop};
use super::{action, condition, location, subject};

/// Reads what follows the first word. Each part is read even if one before it could not be, so that all faults are told at once.
pub(super) fn grant(parser: &mut Parser<'_>, effect: At<Effect>) -> Read<Statement> {
    let subject = subject::subject(parser);
    if subject.is_err() {
        parser.skip_to(&["to", "in", "where"]);
    }
    let action = if subject.is_err() && !parser.sees("to") {
        Err(Stop)
    } else {
        action::to_action(parser, true, false)
    };
    if action.is_err() {
        parser.skip_to(&["in", "where"]);
    }
    // Of a statement that breaks off, what is missing first is told.
    if (subject.is_err() || action.is_err()) && parser.sees_kind(Kind::End) {
        return Err(Stop);
    }
    let location = location::in_place(parser, false).and_then(|place| location::here(parser, place));
    if location.is_err() {
        parser.skip_to(&["where"]);
    }
    let condition = condition::after_where(parser);
    Ok(Statement::Grant(Grant {
        effect,
        subject: subject?,
        action: action?,
        location: location?,
        condition: condition?,
    }))
}
