//! Reading what a resource or a block in it says, by the types that the provider gives: a value is there, not there, or known only
//! after apply. Of another type is a fault, which is told with its place.

use std::cell::RefCell;
use std::str::FromStr;

use adit_net::{Cidr, CidrError};
use serde_json::{Map, Value};

use super::code;
use super::config::references;
use super::index::{Index, shown};

/// What an argument says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Got<T> {
    /// It is not there.
    Nothing,
    /// It is known only after apply.
    Open,
    /// This.
    Is(T),
}

impl<T> Got<T> {
    pub(super) fn is(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Nothing | Self::Open => None,
        }
    }
}

/// Something that a resource says and that cannot be.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: adit_blueprint::Code,
    pub(super) record: usize,
    /// Where in it.
    pub(super) at: String,
    pub(super) found: String,
    pub(super) expected: String,
}

/// A resource, or a block in it.
#[derive(Clone, Debug)]
pub(super) struct Block<'p> {
    pub(super) record: usize,
    /// Where in the resource: empty, or `route_rules[0].`.
    at: String,
    values: &'p Map<String, Value>,
    unknown: &'p Value,
    /// The blocks of the configuration that it may come from. A set has no order, so there may be several.
    pub(super) written: Vec<&'p Map<String, Value>>,
    /// The expression of the whole list that it is in, where the configuration does not have blocks.
    pub(super) lump: Option<&'p Value>,
    faults: &'p RefCell<Vec<Fault>>,
}

static NOTHING: Value = Value::Null;

impl<'p> Block<'p> {
    /// A whole resource.
    pub(super) fn new(index: &'p Index, record: usize, faults: &'p RefCell<Vec<Fault>>) -> Option<Self> {
        let said = index.record(record)?;
        let written = index.config.expressions(&said.module, &said.local).filter(|_| !said.item);
        Some(Self {
            record,
            at: String::new(),
            values: &said.values,
            unknown: &said.unknown,
            written: written.into_iter().collect(),
            lump: None,
            faults,
        })
    }

    /// The path of an argument in its resource.
    pub(super) fn path(&self, attribute: &str) -> String {
        format!("{}{attribute}", self.at)
    }

    /// The place of the block itself, without its last dot.
    pub(super) fn place(&self) -> &str {
        self.at.trim_end_matches('.')
    }

    pub(super) fn fault(&self, code: adit_blueprint::Code, attribute: &str, found: &str, expected: &str) {
        self.faults.borrow_mut().push(Fault {
            code,
            record: self.record,
            at: self.path(attribute),
            found: shown(found),
            expected: expected.to_owned(),
        });
    }

    fn wrong(&self, attribute: &str, found: &Value, expected: &str) {
        self.fault(code::WRONG_TYPE, attribute, type_of(found), expected);
    }

    /// Which of an argument is known only after apply.
    fn unknown_of(&self, attribute: &str) -> &'p Value {
        match self.unknown {
            Value::Bool(true) if self.values.get(attribute).is_none_or(Value::is_null) => self.unknown,
            Value::Object(all) => all.get(attribute).unwrap_or(&NOTHING),
            _ => &NOTHING,
        }
    }

    pub(super) fn is_open(&self, attribute: &str) -> bool {
        *self.unknown_of(attribute) == Value::Bool(true)
    }

    /// Whether an argument or block is left out: also where the provider fills in something after apply.
    pub(super) fn is_absent(&self, attribute: &str) -> bool {
        match self.raw(attribute) {
            Got::Nothing => true,
            Got::Is(value) => value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some(""),
            Got::Open => {
                !self.written.is_empty()
                    && self.written.iter().all(|written| !written.contains_key(attribute))
            }
        }
    }

    pub(super) fn raw(&self, attribute: &str) -> Got<&'p Value> {
        if self.is_open(attribute) {
            return Got::Open;
        }
        match self.values.get(attribute) {
            None | Some(Value::Null) => Got::Nothing,
            Some(value) => Got::Is(value),
        }
    }

    fn typed<T>(&self, attribute: &str, expected: &str, read: impl Fn(&'p Value) -> Option<T>) -> Got<T> {
        match self.raw(attribute) {
            Got::Nothing => Got::Nothing,
            Got::Open => Got::Open,
            Got::Is(value) => match read(value) {
                Some(value) => Got::Is(value),
                None => {
                    self.wrong(attribute, value, expected);
                    Got::Nothing
                }
            },
        }
    }

    /// A text; an empty one is none.
    pub(super) fn text(&self, attribute: &str) -> Got<&'p str> {
        match self.typed(attribute, "a text", Value::as_str) {
            Got::Is("") => Got::Nothing,
            got => got,
        }
    }

    /// Yes or no; Terraform writes some as texts.
    pub(super) fn flag(&self, attribute: &str) -> Got<bool> {
        self.typed(attribute, "true or false", |value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => bool::from_str(text).ok(),
            _ => None,
        })
    }

    /// A whole number; Terraform writes some as texts.
    pub(super) fn number(&self, attribute: &str) -> Got<i64> {
        self.typed(attribute, "a whole number", |value| match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
    }

    /// A range. What is none is a fault, and IPv6 is left to the caller.
    pub(super) fn range(&self, attribute: &str) -> Got<Result<Cidr, Ipv6>> {
        match self.text(attribute) {
            Got::Is(text) => self.parsed(attribute, text).map_or(Got::Nothing, Got::Is),
            Got::Open => Got::Open,
            Got::Nothing => Got::Nothing,
        }
    }

    fn parsed(&self, attribute: &str, text: &str) -> Option<Result<Cidr, Ipv6>> {
        match text.parse() {
            Ok(range) => Some(Ok(range)),
            Err(CidrError::Ipv6(_)) => Some(Err(Ipv6)),
            Err(error) => {
                self.fault(code::REFUSED, attribute, &error.to_string(), "a range such as 10.1.0.0/16");
                None
            }
        }
    }

    /// A list of ranges, without those of IPv6.
    pub(super) fn ranges(&self, attribute: &str) -> Got<Vec<Cidr>> {
        match self.typed(attribute, "a list of ranges", texts) {
            Got::Is(texts) => {
                let open = matches!(self.unknown_of(attribute), Value::Array(all) if all.contains(&Value::Bool(true)));
                if open {
                    return Got::Open;
                }
                let ranges = texts.into_iter().filter_map(|text| self.parsed(attribute, text)?.ok());
                Got::Is(ranges.collect())
            }
            Got::Open => Got::Open,
            Got::Nothing => Got::Nothing,
        }
    }

    /// A list of texts, of which some may be known only after apply: `None` for each.
    pub(super) fn texts(&self, attribute: &str) -> Got<Vec<Option<&'p str>>> {
        let unknown = self.unknown_of(attribute);
        let is_open = |at: usize| unknown.get(at) == Some(&Value::Bool(true));
        let read = |value: &'p Value| {
            let items = value.as_array()?.iter().enumerate();
            items
                .map(|(at, item)| if is_open(at) { Some(None) } else { item.as_str().map(Some) })
                .collect::<Option<Vec<_>>>()
        };
        self.typed(attribute, "a list of texts", read)
    }

    /// The entries of a map of texts, in its order; of one that is known only after apply, the name alone.
    pub(super) fn entries(&self, attribute: &str) -> Vec<(&'p str, Option<&'p str>)> {
        let Got::Is(all) = self.typed(attribute, "a map of texts", Value::as_object) else {
            return Vec::new();
        };
        let unknown = self.unknown_of(attribute).as_object();
        let open = unknown.into_iter().flatten().filter(|(_, is_open)| **is_open == Value::Bool(true));
        let mut entries: Vec<_> = open.map(|(name, _)| (name.as_str(), None)).collect();
        for (name, value) in all {
            match value {
                Value::String(text) => entries.push((name.as_str(), Some(text.as_str()))),
                Value::Null => {}
                other => self.wrong(&format!("{attribute}[{}]", shown(name)), other, "a text"),
            }
        }
        entries
    }

    /// The blocks of a name.
    pub(super) fn blocks(&self, name: &str) -> Got<Vec<Block<'p>>> {
        let items = match self.typed(name, "a list of blocks", Value::as_array) {
            Got::Is(items) => items,
            Got::Open => return Got::Open,
            Got::Nothing => return Got::Nothing,
        };
        let unknown = self.unknown_of(name);
        let mut blocks = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let Value::Object(values) = item else {
                self.wrong(&format!("{name}[{at}]"), item, "a block");
                continue;
            };
            blocks.push(Block {
                record: self.record,
                at: format!("{}{name}[{at}].", self.at),
                values,
                unknown: unknown.get(at).unwrap_or(&NOTHING),
                written: Vec::new(),
                lump: self.lump,
                faults: self.faults,
            });
        }
        let [written] = self.written.as_slice() else { return Got::Is(blocks) };
        match written.get(name) {
            Some(Value::Array(all)) => {
                let all: Vec<_> = all.iter().filter_map(Value::as_object).collect();
                assign(&mut blocks, &all);
            }
            Some(Value::Object(one))
                if one.contains_key("references") || one.contains_key("constant_value") =>
            {
                let lump = written.get(name);
                blocks.iter_mut().for_each(|block| block.lump = lump);
            }
            Some(Value::Object(one)) => blocks.iter_mut().for_each(|block| block.written = vec![one]),
            _ => {}
        }
        Got::Is(blocks)
    }

    /// The first block of a name, of those that stand once.
    pub(super) fn block(&self, name: &str) -> Got<Block<'p>> {
        match self.blocks(name) {
            Got::Is(blocks) => blocks.into_iter().next().map_or(Got::Nothing, Got::Is),
            Got::Open => Got::Open,
            Got::Nothing => Got::Nothing,
        }
    }

    /// Whether a block of the configuration says nothing against a block of the plan.
    fn fits(&self, written: &Map<String, Value>) -> bool {
        written.iter().all(|(name, expression)| {
            let Some(constant) = expression.get("constant_value") else { return true };
            self.is_open(name) || self.values.get(name).unwrap_or(&NOTHING) == constant
        })
    }
}

/// IPv6, which is not analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ipv6;

fn texts(value: &Value) -> Option<Vec<&str>> {
    // An item that is known only after apply is null; the caller looks.
    value.as_array()?.iter().filter(|item| !item.is_null()).map(Value::as_str).collect()
}

/// Which blocks of the configuration each block of a plan may come from: by their constants, and by what is left over when each of
/// them stands for one.
fn assign<'p>(blocks: &mut [Block<'p>], written: &[&'p Map<String, Value>]) {
    // A list of thousands is one that a dynamic block wrote, which the configuration does not show.
    const MOST: usize = 400;
    if written.len() > MOST || blocks.len() > MOST {
        return;
    }
    for block in blocks.iter_mut() {
        block.written = written.iter().copied().filter(|written| block.fits(written)).collect();
    }
    if blocks.len() != written.len() {
        return;
    }
    let mut settled = vec![false; blocks.len()];
    while let Some(at) = (0..blocks.len()).find(|at| {
        settled.get(*at) == Some(&false) && blocks.get(*at).is_some_and(|block| block.written.len() == 1)
    }) {
        let taken = blocks.get(at).and_then(|block| block.written.first().copied());
        if let Some(done) = settled.get_mut(at) {
            *done = true;
        }
        for (other, block) in blocks.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            if settled.get(other) == Some(&false) && block.written.len() > 1 {
                block.written.retain(|written| taken.is_none_or(|taken| !std::ptr::eq(*written, taken)));
            }
        }
    }
}

/// Whether an expression refers to anything.
pub(super) fn refers(expression: &Value) -> bool {
    !references(expression).is_empty()
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
