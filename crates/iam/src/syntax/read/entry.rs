//! One piece of a text: its statement, and what follows where none should.

use super::super::code;
use super::super::fault::Fault;
use super::super::lex::Kind;
use super::super::span::{At, Span};
use super::super::words::quoted;
use super::parser::{Parser, REFUSED};
use super::{Entry, Options, statement};

/// How long a statement may be, in bytes. Oracle names no limit; the longest that makes sense are far below it.
pub(super) const LONGEST_STATEMENT: usize = 100_000;

/// Reads the statements of a piece.
pub(super) fn read(text: &str, piece: Span, options: &Options, entries: &mut Vec<Entry>) {
    let Some(up_to) = text.get(..piece.end) else { return };
    if piece.end - piece.start > LONGEST_STATEMENT {
        let inside = up_to.get(piece.start..).unwrap_or_default().trim();
        if inside.len() > LONGEST_STATEMENT {
            entries.push(Entry { span: piece, statement: None, faults: vec![too_long(piece, inside)] });
        }
        return;
    }
    let mut parser = Parser::new(up_to, piece.start, options);
    loop {
        let first = parser.peek();
        if first.kind == Kind::End {
            let faults = parser.drain();
            if let Some(fault) = faults.first() {
                entries.push(Entry { span: fault.span, statement: None, faults });
            }
            return;
        }
        let read = statement::statement(&mut parser);
        match read {
            Ok(_) => end(&mut parser),
            Err(_) => skip(&mut parser, first.span.start),
        }
        let span = parser.since(first.span);
        let statement = read.ok().filter(|_| !parser.is_broken()).map(|statement| At::new(statement, span));
        entries.push(Entry { span, statement, faults: parser.drain() });
    }
}

/// There is no statement at all.
pub(super) fn nothing(span: Span) -> Fault {
    Fault::new(code::NOT_A_STATEMENT, span, "there is no statement here")
        .found("nothing")
        .expected("`Allow`, `Deny`, `Endorse`, `Admit` or `Define`")
        .why(REFUSED)
        .fix("write one, such as `Allow group Deployers to read repos in compartment Sandbox`")
}

/// Two statements where one is expected.
pub(super) fn second(span: Span) -> Fault {
    Fault::new(code::TRAILING, span, "a second statement begins here")
        .found("a second statement")
        .expected("one statement")
        .why(REFUSED)
        .fix("give each statement a place of its own in the policy's list")
}

fn too_long(span: Span, text: &str) -> Fault {
    let start: String = text.chars().take(30).collect();
    let message = format!("a statement of {} bytes is not read", text.len());
    Fault::new(code::TOO_LONG, span, message)
        .found(quoted(&start))
        .expected(format!("at most {LONGEST_STATEMENT} bytes"))
        .why("Adit's own limit: no statement that Oracle Cloud would take comes near it")
        .fix("split it into several statements: they add up")
}

/// A statement ends where the text, or its line, ends.
fn end(parser: &mut Parser<'_>) {
    let token = parser.peek();
    if token.kind == Kind::End || token.breaks > 0 && !parser.is(token, "where") {
        return;
    }
    let fault = if parser.is(token, "where") {
        Fault::new(code::CONDITION, token.span, "a second `where`: a statement has one")
            .expected("one condition")
            .fix("join the two: `where all {first, second}`")
    } else if token.kind == Kind::Comma {
        Fault::new(code::TRAILING, token.span, "a comma behind a statement that is complete")
            .expected("the end of the statement")
            .fix("write a statement for each location, or for each condition; take a comma at the end off")
    } else if matches!(token.kind, Kind::CloseBrace | Kind::CloseParenthesis) {
        let bracket = parser.slice(token.span);
        Fault::new(code::UNCLOSED, token.span, format!("a `{bracket}` that nothing opens"))
            .expected("the end of the statement")
            .fix("take it out")
            .edit(token.span, "")
    } else {
        let found = parser.describe(token);
        Fault::new(code::TRAILING, token.span, format!("{found} stands behind a statement that is complete"))
            .expected("`where`, or the end of the statement")
            .fix("take it out, or begin a new line with the word of a statement")
    };
    let found = parser.describe(token);
    parser.note(fault.found(found).why(REFUSED));
    skip(parser, token.span.start);
}

/// Goes on behind the next empty line; past `start` in any case.
fn skip(parser: &mut Parser<'_>, start: usize) {
    loop {
        let token = parser.peek();
        let moved = parser.behind() > start;
        if token.kind == Kind::End || (token.breaks > 1 && moved) {
            return;
        }
        parser.next();
    }
}
