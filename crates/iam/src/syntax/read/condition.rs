//! What stands behind `where`: how tests are joined. The tests themselves are in `operator`.

use super::super::code;
use super::super::condition::Condition;
use super::super::fault::Fault;
use super::super::lex::{Kind, Token};
use super::super::span::{At, Span};
use super::operator;
use super::parser::{Parser, REFUSED, Read, Stop};

/// How deep `any` and `all` may stand in one another.
pub(super) const DEEPEST: usize = 64;

/// `[where condition]`.
pub(super) fn after_where(parser: &mut Parser<'_>) -> Read<Option<At<Condition>>> {
    let token = parser.peek();
    if parser.take("where").is_none() {
        if token.breaks > 1 || !parser.stands_for_where(token) {
            return Ok(None);
        }
        parser.next();
        let found = parser.describe(token);
        parser.note(
            Fault::new(code::CONDITION, token.span, format!("{found} where `where` belongs"))
                .found(found)
                .expected("`where`, or the end of the statement")
                .why(REFUSED)
                .fix("write `where`")
                .edit(token.span, "where"),
        );
    }
    chain(parser, 0).map(Some)
}

/// A condition, and those that are joined to it by `and` or `or`, which the language does not have.
fn chain(parser: &mut Parser<'_>, depth: usize) -> Read<At<Condition>> {
    let first = condition(parser, depth)?;
    let start = first.span;
    // What `and` joins binds closer than what `or` does.
    let mut alternatives = vec![vec![first]];
    let mut joined: Option<Token> = None;
    while let Some((token, or)) = joiner(parser) {
        joined.get_or_insert(token);
        let next = condition(parser, depth)?;
        match alternatives.last_mut() {
            Some(last) if !or => last.push(next),
            _ => alternatives.push(vec![next]),
        }
    }
    let span = parser.since(start);
    let conditions = alternatives.into_iter().map(|terms| grouped(terms, span, Condition::All)).collect();
    let whole = grouped(conditions, span, Condition::Any);
    if let Some(token) = joined {
        let found = parser.describe(token);
        parser.note(
            Fault::new(code::AND_OR, token.span, format!("{found} joins conditions: the language has no such word"))
                .found(found)
                .expected("`all {…, …}` or `any {…, …}` around them")
                .why(REFUSED)
                .fix("write `all` for and, `any` for or, with braces around the conditions and commas between them")
                .edit(span, whole.value.to_string()),
        );
    }
    Ok(whole)
}

/// One condition as itself, several as a group of them.
fn grouped(
    mut terms: Vec<At<Condition>>,
    span: Span,
    group: fn(Vec<At<Condition>>) -> Condition,
) -> At<Condition> {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        Some(last) => {
            terms.push(last);
            At::new(group(terms), span)
        }
        None => At::new(group(terms), span),
    }
}

/// Takes `and`, `or`, `&&` or `||`, and says whether it is one of the second kind.
fn joiner(parser: &mut Parser<'_>) -> Option<(Token, bool)> {
    let token = parser.peek();
    let text = parser.slice(token.span);
    let or = parser.is(token, "or") || token.kind == Kind::Foreign && text == "||";
    let and = parser.is(token, "and") || token.kind == Kind::Foreign && text == "&&";
    (or || and).then(|| {
        parser.next();
        (token, or)
    })
}

fn condition(parser: &mut Parser<'_>, depth: usize) -> Read<At<Condition>> {
    let token = parser.peek();
    if depth > DEEPEST {
        return parser.stop(
            Fault::new(code::TOO_DEEP, token.span, format!("conditions are nested more than {DEEPEST} deep"))
                .found(format!("the level {}", depth))
                .expected(format!("at most {DEEPEST} levels of `any` and `all`"))
                .why("Adit's own limit: no statement that is meant comes near it")
                .fix("join the levels: an `all` within an `all` is one `all`"),
        );
    }
    let all = parser.is(token, "all");
    if all || parser.is(token, "any") {
        parser.next();
        let open = parser.peek();
        if open.kind == Kind::OpenBrace {
            return group(parser, token, all, depth);
        }
        return no_brace(parser, token, open, all, depth);
    }
    match token.kind {
        Kind::OpenBrace => {
            let gap = Span { start: token.span.start, end: token.span.start };
            parser.note(
                Fault::new(code::CONDITION, token.span, "braces without `any` or `all` before them")
                    .found("`{`")
                    .expected("`any` or `all`")
                    .why(REFUSED)
                    .fix("write `all` if each must hold, `any` if one is enough")
                    .edit(gap, "all "),
            );
            group(parser, token, true, depth)
        }
        Kind::OpenParenthesis => {
            parser.next();
            parser.note(
                Fault::new(code::AND_OR, token.span, "parentheses around conditions: the language has none")
                    .found("`(`")
                    .expected("`any {…}` or `all {…}`")
                    .why(REFUSED)
                    .fix("write `all {…}` for what is joined by and, `any {…}` for what is joined by or"),
            );
            let inside = chain(parser, depth + 1)?;
            parser.take_kind(Kind::CloseParenthesis);
            Ok(At::new(inside.value, parser.since(token.span)))
        }
        _ => {
            let test = operator::test(parser)?;
            Ok(At::new(Condition::Test(test), parser.since(token.span)))
        }
    }
}

fn no_brace(
    parser: &mut Parser<'_>,
    word: Token,
    open: Token,
    all: bool,
    depth: usize,
) -> Read<At<Condition>> {
    let found = parser.describe(open);
    let gap = parser.gap();
    let name = parser.slice(word.span);
    parser.note(
        Fault::new(code::CONDITION, gap, format!("no brace behind `{name}`, but {found}"))
            .found(found)
            .expected("`{`")
            .why(REFUSED)
            .fix(format!("write `{name} {{first, second}}`")),
    );
    let parenthesis = parser.take_kind(Kind::OpenParenthesis).is_some();
    let mut conditions = vec![chain(parser, depth + 1)?];
    while parser.take_kind(Kind::Comma).is_some() {
        conditions.push(chain(parser, depth + 1)?);
    }
    if parenthesis {
        parser.take_kind(Kind::CloseParenthesis);
    }
    let span = parser.since(word.span);
    Ok(At::new(if all { Condition::All(conditions) } else { Condition::Any(conditions) }, span))
}

/// `{condition, …}`. What is wrong with one is told, and the next one read.
fn group(parser: &mut Parser<'_>, start: Token, all: bool, depth: usize) -> Read<At<Condition>> {
    let open = parser.next().span;
    let mut conditions = Vec::new();
    let mut failed = false;
    if let Some(close) = parser.take_kind(Kind::CloseBrace) {
        return parser.stop(
            Fault::new(code::EMPTY, start.span.to(close), "no condition in the braces")
                .found("`{}`")
                .expected("at least one condition")
                .why(REFUSED)
                .fix("write the conditions with commas between them, or take `where` and all behind it out"),
        );
    }
    loop {
        match chain(parser, depth + 1) {
            Ok(condition) => conditions.push(condition),
            Err(Stop) => {
                failed = true;
                recover(parser);
            }
        }
        if parser.take_kind(Kind::CloseBrace).is_some() {
            break;
        }
        between(parser, open, depth)?;
        if let Some(close) = parser.take_kind(Kind::CloseBrace) {
            parser.note(
                Fault::new(code::CONDITION, close, "a comma before the brace that closes the conditions")
                    .found("`,`")
                    .expected("another condition")
                    .why(REFUSED)
                    .fix("take the comma out"),
            );
            break;
        }
    }
    if failed {
        return Err(Stop);
    }
    let span = parser.since(start.span);
    Ok(At::new(if all { Condition::All(conditions) } else { Condition::Any(conditions) }, span))
}

/// The comma between two conditions.
fn between(parser: &mut Parser<'_>, open: Span, depth: usize) -> Read<()> {
    let token = parser.peek();
    if parser.take_kind(Kind::Comma).is_some() {
        return Ok(());
    }
    let found = parser.describe(token);
    let gap = parser.gap();
    if token.kind == Kind::End {
        // The innermost one is told, with all that close at the same place.
        if parser.has(code::UNCLOSED) {
            return Err(Stop);
        }
        let braces = "}".repeat(depth + 1);
        return parser.stop(
            Fault::new(code::UNCLOSED, open, "a brace of conditions is not closed")
                .found(found)
                .expected(format!("`{braces}`"))
                .why(REFUSED)
                .fix(format!("close it with `{braces}`"))
                .edit(gap, braces),
        );
    }
    parser.note(
        Fault::new(code::CONDITION, token.span, format!("no comma between conditions, but {found}"))
            .found(found)
            .expected("`,` or `}`")
            .why(REFUSED)
            .fix("put a comma between the conditions")
            .edit(gap, ","),
    );
    if !matches!(token.kind, Kind::Word { .. } | Kind::Bang) {
        recover(parser);
        parser.take_kind(Kind::Comma);
    }
    Ok(())
}

/// Goes on to the comma or the brace behind a condition that could not be read.
pub(super) fn recover(parser: &mut Parser<'_>) {
    let mut depth = 0_usize;
    loop {
        match parser.peek().kind {
            Kind::End => return,
            Kind::Comma | Kind::CloseBrace if depth == 0 => return,
            Kind::OpenBrace | Kind::OpenParenthesis => depth += 1,
            Kind::CloseBrace | Kind::CloseParenthesis => depth = depth.saturating_sub(1),
            _ => {}
        }
        parser.next();
    }
}
