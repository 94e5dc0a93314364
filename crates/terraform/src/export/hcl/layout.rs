//! Where lines break and how far they are set in.

use hcl_edit::expr::{
    Array, Expression, FuncArgs, FuncCall, FuncName, Object, ObjectKey, ObjectValue, ObjectValueTerminator,
};
use hcl_edit::structure::{Attribute, BlockLabel, Body, Structure};
use hcl_edit::{Decor, Decorate, Decorated, Ident};

use super::{Block, Entry, Value};

type Error = hcl_edit::parser::Error;

/// A file: a head, and blocks with an empty line between them.
pub(in super::super) fn render(head: &str, blocks: &[Block]) -> Result<String, Error> {
    let mut body = Body::new();
    for block in blocks {
        body.push(lay_block(block, 0, "\n")?);
    }
    Ok(format!("{head}{body}"))
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// What stands before something: empty lines, comments, and the space that it is set in.
fn above(gap: &str, comments: &[String], depth: usize) -> String {
    let space = indent(depth);
    let comments: String = comments.iter().map(|line| format!("{space}# {line}\n")).collect();
    format!("{gap}{}{space}", comments.replace("# \n", "#\n"))
}

fn lay_block(block: &Block, depth: usize, gap: &str) -> Result<Structure, Error> {
    let mut laid = hcl_edit::structure::Block::new(Ident::new(block.keyword));
    for label in &block.labels {
        laid.labels.push(BlockLabel::from(label.as_str()));
    }
    let mut gap_before = "";
    for (at, entry) in block.body.iter().enumerate() {
        match entry {
            Entry::Gap => gap_before = "\n",
            Entry::Block(inner) => {
                // A block stands by itself, if anything is above it.
                let gap = if at == 0 { "" } else { "\n" };
                laid.body.push(lay_block(inner, depth + 1, gap)?);
                gap_before = "";
            }
            Entry::Argument { comments, name, value } => {
                let width = width_of_run(&block.body, at).unwrap_or(name.len());
                let mut key = Decorated::new(Ident::new(name.clone()));
                key.decor_mut().set_suffix(" ".repeat(width.saturating_sub(name.len()) + 1));
                let mut attribute = Attribute::new(key, lay_value(value, depth + 1)?);
                attribute.decor_mut().set_prefix(above(gap_before, comments, depth + 1));
                laid.body.push(attribute);
                gap_before = "";
            }
        }
    }
    if !block.body.is_empty() {
        laid.body.decor_mut().set_suffix(indent(depth));
    } else {
        laid.body.set_prefer_oneline(true);
    }
    let mut structure = Structure::from(laid);
    *structure.decor_mut() = Decor::new(above(gap, &block.comments, depth), "");
    Ok(structure)
}

/// The longest name of the arguments that stand line by line around one, if it is one of these: `=` is set below `=`.
fn width_of_run(body: &[Entry], at: usize) -> Option<usize> {
    let short = |entry: &Entry| match entry {
        Entry::Argument { name, value, .. } if value.is_short() => Some(name.len()),
        _ => None,
    };
    let has_comment =
        |entry: &Entry| matches!(entry, Entry::Argument { comments, .. } if !comments.is_empty());
    short(body.get(at)?)?;
    let mut first = at;
    while first > 0
        && !body.get(first).is_some_and(has_comment)
        && body.get(first - 1).and_then(short).is_some()
    {
        first -= 1;
    }
    let run = body.iter().enumerate().skip(first);
    run.take_while(|(place, entry)| short(entry).is_some() && (*place == first || !has_comment(entry)))
        .filter_map(|(_, entry)| short(entry))
        .max()
}

fn lay_value(value: &Value, depth: usize) -> Result<Expression, Error> {
    Ok(match value {
        Value::One(part) => part.expression()?,
        Value::Lines(text) => text.parse()?,
        Value::List(items) if items.is_empty() => Array::new().into(),
        Value::List(items) => {
            let mut list = Array::new();
            for (comments, item) in items {
                let mut item = lay_value(item, depth + 1)?;
                item.decor_mut().set_prefix(above("\n", comments, depth + 1));
                list.push(item);
            }
            list.set_trailing_comma(true);
            list.set_trailing(format!("\n{}", indent(depth)));
            list.into()
        }
        Value::Map(items) if items.is_empty() => Object::new().into(),
        Value::Map(items) => {
            let mut map = Object::new();
            let written: Vec<String> = items.iter().map(|(name, _)| written_key(name)).collect();
            for ((name, value), own) in items.iter().zip(&written) {
                let width = width_of_keys(items, &written, name);
                let mut key = if is_plain(name) {
                    ObjectKey::from(Ident::new(name.clone()))
                } else {
                    ObjectKey::from(Expression::from(name.as_str()))
                };
                let pad = " ".repeat(width.saturating_sub(own.chars().count()) + 1);
                *key.decor_mut() = Decor::new(format!("\n{}", indent(depth + 1)), pad);
                let mut value = ObjectValue::new(lay_value(value, depth + 1)?);
                value.set_terminator(ObjectValueTerminator::None);
                map.insert(key, value);
            }
            map.set_trailing(format!("\n{}", indent(depth)));
            map.into()
        }
        Value::Call(name, given) => {
            let mut arguments = FuncArgs::new();
            for argument in given {
                arguments.push(lay_value(argument, depth)?);
            }
            FuncCall::new(FuncName::new(Ident::new(*name)), arguments).into()
        }
    })
}

fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A key as it will be written, to know how long it is.
fn written_key(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { Expression::from(name).to_string() }
}

/// The longest key of the run of one-line items that a key is in.
fn width_of_keys(items: &[(String, Value)], written: &[String], name: &str) -> usize {
    let Some(at) = items.iter().position(|(other, _)| other == name) else { return 0 };
    let is_short = |place: usize| items.get(place).is_some_and(|(_, value)| value.is_short());
    if !is_short(at) {
        return written.get(at).map_or(0, |key| key.chars().count());
    }
    let first = (0..=at).rev().take_while(|place| is_short(*place)).last().unwrap_or(at);
    let run = written.iter().enumerate().skip(first).take_while(|(place, _)| is_short(*place));
    run.map(|(_, key)| key.chars().count()).max().unwrap_or(0)
}
