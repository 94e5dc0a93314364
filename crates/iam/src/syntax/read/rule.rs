//! Matching rules of dynamic groups.

use super::super::code;
use super::super::condition::Equality;
use super::super::fault::{Fault, Severity};
use super::super::lex::{Kind, Token};
use super::super::rule::{Attribute, MatchingRule};
use super::super::span::{At, Span};
use super::super::text::{Holes, Text};
use super::super::words::{nearest, quoted};
use super::Options;
use super::condition::{DEEPEST, recover};
use super::entry::LONGEST_STATEMENT;
use super::parser::{Parser, Read, Stop};

/// What Oracle Cloud does with a rule that it cannot read.
const REFUSED: &str = "Oracle Cloud refuses the rule, and the group is not made or changed";

/// A rule that was read.
#[derive(Clone, Debug)]
pub struct ParsedRule {
    /// What it says; none if something makes it no rule.
    pub rule: Option<At<MatchingRule>>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Reads the matching rule of a dynamic group. It always ends, and in a time that grows with the text's length.
pub fn parse_rule(text: &str, options: &Options) -> ParsedRule {
    if text.len() > LONGEST_STATEMENT {
        let fault =
            Fault::new(code::TOO_LONG, 0..text.len(), format!("a rule of {} bytes is not read", text.len()))
                .found(quoted(text.get(..30).unwrap_or_default()))
                .expected(format!("at most {LONGEST_STATEMENT} bytes"))
                .why("Adit's own limit: no rule that Oracle Cloud would take comes near it")
                .fix("split the group into several: a statement takes a list of groups");
        return ParsedRule { rule: None, faults: vec![fault] };
    }
    let mut parser = Parser::new(text, 0, options);
    parser.refused = REFUSED;
    let start = parser.peek().span;
    let read = rule(&mut parser, 0);
    if read.is_ok() {
        end(&mut parser);
    }
    let span = parser.since(start);
    let rule = read.ok().filter(|_| !parser.is_broken()).map(|rule| At::new(rule.value, span));
    ParsedRule { rule, faults: parser.drain() }
}

fn fault(span: Span, message: impl Into<String>) -> Fault {
    Fault::new(code::MATCHING_RULE, span, message).why(REFUSED)
}

/// A rule ends where the text ends.
fn end(parser: &mut Parser<'_>) {
    let token = parser.peek();
    if token.kind == Kind::End {
        return;
    }
    let found = parser.describe(token);
    let fault = if token.kind == Kind::Comma {
        fault(token.span, "several conditions without `ALL` or `ANY` around them")
            .fix("write `ALL {first, second}` if each must hold, `ANY {…}` if one is enough")
    } else {
        fault(token.span, format!("{found} stands behind a rule that is complete")).fix("take it out")
    };
    parser.note(fault.found(found).expected("the end of the rule"));
}

fn rule(parser: &mut Parser<'_>, depth: usize) -> Read<At<MatchingRule>> {
    let token = parser.peek();
    if depth > DEEPEST {
        return parser.stop(
            Fault::new(code::TOO_DEEP, token.span, format!("conditions are nested more than {DEEPEST} deep"))
                .found(format!("level {depth}"))
                .expected(format!("at most {DEEPEST} levels of `ALL` and `ANY`"))
                .why("Adit's own limit: no rule that is meant comes near it")
                .fix("join the levels: an `ALL` within an `ALL` is one `ALL`"),
        );
    }
    let rule = if parser.is_any(token, &["all", "any"]) {
        parser.next();
        let all = parser.is(token, "all");
        let brace = parser.peek();
        if brace.kind != Kind::OpenBrace {
            let found = parser.describe(brace);
            let span = if brace.kind == Kind::End { parser.gap() } else { brace.span };
            return parser.stop(
                fault(span, format!("no brace behind `{}`, but {found}", parser.slice(token.span)))
                    .found(found)
                    .expected("`{`")
                    .fix("write `ALL {first, second}`"),
            );
        }
        group(parser, all, depth)?
    } else if token.kind == Kind::OpenBrace {
        parser.note(
            fault(token.span, "braces without `ALL` or `ANY` before them")
                .found("`{`")
                .expected("`ALL` or `ANY`")
                .fix("write `ALL` if each must hold, `ANY` if one is enough")
                .edit(Span { start: token.span.start, end: token.span.start }, "ALL "),
        );
        group(parser, true, depth)?
    } else {
        test(parser, token)?
    };
    let span = parser.since(token.span);
    joined(parser)?;
    Ok(At::new(rule, span))
}

/// `and` and `or` are told, and what they join is left out.
fn joined(parser: &mut Parser<'_>) -> Read<()> {
    let token = parser.peek();
    let sign = token.kind == Kind::Foreign && matches!(parser.slice(token.span), "&&" | "||");
    if !sign && !parser.is_any(token, &["and", "or"]) {
        return Ok(());
    }
    let found = parser.describe(token);
    parser.stop(
        Fault::new(
            code::AND_OR,
            token.span,
            format!("{found} joins conditions: the language has no such word"),
        )
        .found(found)
        .expected("`ALL {…, …}` or `ANY {…, …}` around them")
        .why(REFUSED)
        .fix("write `ALL` for and, `ANY` for or, with braces around the conditions and commas between them"),
    )
}

fn group(parser: &mut Parser<'_>, all: bool, depth: usize) -> Read<MatchingRule> {
    let open = parser.next().span;
    let (mut rules, mut failed) = (Vec::new(), false);
    if let Some(close) = parser.take_kind(Kind::CloseBrace) {
        return parser.stop(
            Fault::new(code::EMPTY, open.to(close), "no condition in the braces")
                .found("`{}`")
                .expected("at least one condition")
                .why(REFUSED)
                .fix("write a condition, such as `resource.type = 'fnfunc'`"),
        );
    }
    loop {
        match rule(parser, depth + 1) {
            Ok(rule) => rules.push(rule),
            Err(Stop) => {
                failed = true;
                recover(parser);
            }
        }
        if parser.take_kind(Kind::CloseBrace).is_some() {
            break;
        }
        let token = parser.peek();
        if parser.take_kind(Kind::Comma).is_none() {
            return unclosed(parser, token, open, depth);
        }
        if let Some(close) = parser.take_kind(Kind::CloseBrace) {
            parser.note(
                fault(close, "a comma before the brace that closes the conditions")
                    .found("`,`")
                    .expected("another condition")
                    .fix("take the comma out"),
            );
            break;
        }
    }
    if failed {
        return Err(Stop);
    }
    Ok(if all { MatchingRule::All(rules) } else { MatchingRule::Any(rules) })
}

fn unclosed<T>(parser: &mut Parser<'_>, token: Token, open: Span, depth: usize) -> Read<T> {
    let found = parser.describe(token);
    let gap = parser.gap();
    if token.kind != Kind::End {
        return parser.stop(
            fault(token.span, format!("no comma between conditions, but {found}"))
                .found(found)
                .expected("`,` or `}`")
                .fix("put a comma between the conditions")
                .edit(gap, ","),
        );
    }
    if parser.has(code::UNCLOSED) {
        return Err(Stop);
    }
    let braces = "}".repeat(depth + 1);
    parser.stop(
        Fault::new(code::UNCLOSED, open, "a brace of conditions is not closed")
            .found(found)
            .expected(format!("`{braces}`"))
            .why(REFUSED)
            .fix(format!("close it with `{braces}`"))
            .edit(gap, braces),
    )
}

/// `attribute = 'value'`.
fn test(parser: &mut Parser<'_>, token: Token) -> Read<MatchingRule> {
    let attribute = attribute(parser, token)?;
    let sign = parser.peek();
    let equality = match sign.kind {
        Kind::Equal => Equality::Equal,
        Kind::NotEqual => Equality::NotEqual,
        Kind::Foreign if parser.slice(sign.span).starts_with("==") => {
            parser.note(
                Fault::new(code::OPERATOR, sign.span, "`==` is no operator")
                    .found("`==`")
                    .expected("`=` or `!=`")
                    .why(REFUSED)
                    .fix("write `=`")
                    .edit(sign.span, "="),
            );
            Equality::Equal
        }
        Kind::Comma | Kind::CloseBrace | Kind::End if matches!(attribute.value, Attribute::Tag { .. }) => {
            return Ok(MatchingRule::Has(attribute));
        }
        _ => {
            let found = parser.describe(sign);
            let span = if sign.kind == Kind::End { parser.gap() } else { sign.span };
            return parser.stop(
                Fault::new(code::OPERATOR, span, format!("{found} is no operator of matching rules"))
                    .found(found)
                    .expected("`=` or `!=`, and a value in single quotes")
                    .why(REFUSED)
                    .fix("rules compare by `=` and `!=` alone: there are no lists and no patterns"),
            );
        }
    };
    parser.next();
    let value = value(parser)?;
    Ok(MatchingRule::Compare { attribute, equality: At::new(equality, sign.span), value })
}

fn attribute(parser: &mut Parser<'_>, token: Token) -> Read<At<Attribute>> {
    let word = parser.word(token).unwrap_or_default();
    if let Some(attribute) = Attribute::new(word) {
        parser.next();
        return Ok(At::new(attribute, token.span));
    }
    let found = parser.describe(token);
    let span = if token.kind == Kind::End { parser.gap() } else { token.span };
    let fault = fault(span, format!("{found} is nothing that a matching rule can test")).found(found).expected(
        "`resource.type`, `resource.id`, `resource.compartment.id`, `instance.id`, `instance.compartment.id` or `tag.NAMESPACE.KEY.value`",
    );
    let near = nearest(word, Attribute::PLAIN.map(|(name, _)| name)).filter(|_| !word.is_empty());
    let tag = word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tag."));
    let fault = match near {
        Some(near) => fault.fix(format!("write `{near}`")).edit(token.span, near),
        None if tag => fault.fix("write `tag.`, the namespace, the key, and `.value`"),
        None if word.starts_with("request.") || word.starts_with("target.") => {
            fault.fix("variables of requests stand in the conditions of statements; a rule is about the resource that asks")
        }
        None => fault.fix("write what of a resource is tested, such as `resource.id = 'ocid1.fnfunc.…'`"),
    };
    if matches!(token.kind, Kind::Word { .. } | Kind::Quoted { .. }) {
        parser.next();
    }
    parser.stop(fault)
}

fn value(parser: &mut Parser<'_>) -> Read<At<Text>> {
    let token = parser.peek();
    match token.kind {
        Kind::Quoted { .. } => {
            parser.next();
            Ok(At::new(parser.text_of(token), token.span))
        }
        Kind::Word { .. } if !parser.is_any(token, &["and", "or"]) => {
            parser.next();
            let text = parser.text_of(token);
            let found = quoted(text.as_str());
            if text.holes() == Holes::None {
                let edit = format!("'{}'", text.as_str());
                parser.note(
                    Fault::new(code::UNCERTAIN, token.span, format!("the value {found} has no quotes"))
                        .severity(Severity::Warning)
                        .found(found)
                        .expected("a value in single quotes")
                        .why("Oracle's pages on rules have quotes around every value; without them it may be refused")
                        .fix("put it in single quotes")
                        .edit(token.span, edit),
                );
            }
            Ok(At::new(text, token.span))
        }
        _ => {
            let found = parser.describe(token);
            let span = if token.kind == Kind::End { parser.gap() } else { token.span };
            let fix = match token.kind {
                Kind::Slash => "rules have no patterns: name the value, or give the resources a tag",
                Kind::OpenParenthesis => {
                    "rules have no lists: `ANY {resource.id = 'first', resource.id = 'second'}`"
                }
                _ => "write the value in single quotes",
            };
            parser.stop(
                Fault::new(code::VALUE, span, format!("a value is missing before {found}"))
                    .found(found)
                    .expected("a value in single quotes")
                    .why(REFUSED)
                    .fix(fix),
            )
        }
    }
}
