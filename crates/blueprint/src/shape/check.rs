//! Holds a parsed file against its shape: every key known, every type right, every single value allowed. All faults at once.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Key, Kind, Leaf, Scalar, Shape, Type};
use crate::code;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::source::Span;
use crate::value::BadValue;
use crate::words;

/// Checks a whole file and gives its faults in the file's order.
pub(crate) fn check(root: &'static Shape, table: &DeTable<'_>) -> Vec<Finding> {
    let mut checker = Checker { faults: Vec::new(), headers: Vec::new(), unknown: Vec::new(), root };
    checker.table(root, table, Opened { at: Span::default(), by_header: false }, "");
    let mut faults = checker.unknown_keys();
    faults.append(&mut checker.faults);
    faults.sort_by_key(Finding::span);
    faults
}

/// A scalar of the file; `None` for what is none of ours: a list, a table, a fraction, a date.
pub(crate) fn scalar<'a>(value: &'a DeValue<'_>) -> Option<Scalar<'a>> {
    match value {
        DeValue::String(text) => Some(Scalar::Text(text)),
        DeValue::Boolean(flag) => Some(Scalar::Flag(*flag)),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            let bound = if digits.starts_with('-') { i64::MIN } else { i64::MAX };
            Some(Scalar::Whole(i64::from_str_radix(digits, number.radix()).unwrap_or(bound)))
        }
        _ => None,
    }
}

/// A table that was opened by a header of its own, in the file's order of headers.
struct Header {
    start: usize,
    path: String,
    shape: &'static Shape,
}

struct UnknownKey {
    key: String,
    span: Span,
    path: String,
    /// Where its table begins.
    table: usize,
    shape: &'static Shape,
}

/// Where a table begins, and whether by a header of its own: `[a.b]`, not `a.b = { … }`.
struct Opened {
    at: Span,
    by_header: bool,
}

struct Checker {
    faults: Vec<Finding>,
    headers: Vec<Header>,
    unknown: Vec<UnknownKey>,
    root: &'static Shape,
}

impl Checker {
    fn table(&mut self, shape: &'static Shape, table: &DeTable<'_>, opened: Opened, path: &str) {
        let at = opened.at;
        if opened.by_header {
            self.headers.push(Header { start: at.start, path: path.to_owned(), shape });
        }
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match shape.key(name) {
                Some(known) => self.value(&known.kind, value, key.span().into(), &join(path, name)),
                None => self.unknown.push(UnknownKey {
                    key: name.to_owned(),
                    span: key.span().into(),
                    path: path.to_owned(),
                    table: at.start,
                    shape,
                }),
            }
        }
        for key in shape.keys.iter().filter(|key| key.needed && !table.contains_key(key.name)) {
            self.faults.push(missing(shape, key, at, path));
        }
    }

    fn value(&mut self, kind: &'static Kind, value: &Spanned<DeValue<'_>>, key: Span, path: &str) {
        let span = Span::from(value.span());
        match (kind, value.get_ref()) {
            (Kind::Leaf(leaf), found) => self.leaf(leaf, found, span, path),
            (Kind::OneOrMore(leaf), DeValue::Array(items)) => {
                for item in items {
                    self.leaf(leaf, item.get_ref(), item.span().into(), path);
                }
            }
            (Kind::OneOrMore(leaf), found) => self.leaf(leaf, found, span, path),
            (Kind::List(kind), DeValue::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(kind, item, key, &format!("{path}[{index}]"));
                }
            }
            (Kind::Table(shape), DeValue::Table(table)) => {
                self.table(shape, table, Opened { at: span, by_header: span.start < key.start }, path);
            }
            (Kind::Named(shape), DeValue::Table(tables)) => {
                for (name, value) in tables {
                    let path = join(path, name.get_ref());
                    match value.get_ref() {
                        DeValue::Table(table) => self.table(shape, table, opened(name, value), &path),
                        other => {
                            self.wrong_type(&format!("a table: {}", shape.what), other, value.span(), &path)
                        }
                    }
                    self.name(name);
                }
            }
            (Kind::Values(leaf), DeValue::Table(values)) => {
                for (name, value) in values {
                    self.leaf(leaf, value.get_ref(), value.span().into(), &join(path, name.get_ref()));
                }
            }
            (Kind::Either(kinds), found) => match kinds.iter().find(|kind| takes(kind, found)) {
                Some(kind) => self.value(kind, value, key, path),
                None if path.ends_with(".drg") && matches!(found, DeValue::Array(_)) => {
                    self.faults.push(attached_twice(span, path));
                }
                None => self.wrong_type(&kind.what(), found, value.span(), path),
            },
            (kind, found) => self.wrong_type(&kind.what(), found, value.span(), path),
        }
    }

    fn leaf(&mut self, leaf: &'static Leaf, found: &DeValue<'_>, span: Span, path: &str) {
        match scalar(found) {
            Some(scalar) if leaf.takes.contains(&type_of(&scalar)) => {
                if let Err(bad) = (leaf.check)(&scalar) {
                    self.faults.push(bad_value(bad, span, path));
                }
            }
            _ => self.wrong_type(leaf.what, found, span, path),
        }
    }

    /// A name of a table: what it is called in the cloud.
    fn name(&mut self, name: &Spanned<std::borrow::Cow<'_, str>>) {
        if let Err(bad) = (crate::value::leaf::NAME.check)(&Scalar::Text(name.get_ref())) {
            self.faults.push(bad_value(bad, name.span().into(), name.get_ref()));
        }
    }

    fn wrong_type(&mut self, expected: &str, found: &DeValue<'_>, span: impl Into<Span>, path: &str) {
        let path = words::shown(path);
        let found = match found {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a fraction",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.faults.push(
            Finding::new(
                code::WRONG_TYPE,
                &path,
                span,
                format!("`{path}` is {found}, which it does not take"),
            )
            .here(format!("{found}, where {expected} is expected"))
            .observed(found)
            .expected(expected)
            .fix(format!("write {expected}")),
        );
    }

    /// Unknown keys are told last: only when all headers are known can it be said where one belongs.
    fn unknown_keys(&mut self) -> Vec<Finding> {
        self.headers.sort_by_key(|header| header.start);
        let headers = &self.headers;
        let root = self.root;
        self.unknown
            .drain(..)
            .map(|unknown| {
                // The table whose header stands above the one that swallowed the key, the nearest first.
                let own = headers.partition_point(|header| header.start < unknown.table);
                let above =
                    headers.iter().take(own).rev().find(|header| header.shape.key(&unknown.key).is_some());
                let above = above
                    .map(|header| header.path.as_str())
                    .or_else(|| root.key(&unknown.key).filter(|_| !unknown.path.is_empty()).map(|_| ""));
                unknown_key(unknown, above)
            })
            .collect()
    }
}

fn unknown_key(unknown: UnknownKey, above: Option<&str>) -> Finding {
    let UnknownKey { key, span, path, shape, .. } = unknown;
    let shown = words::shown(&key);
    let table = if path.is_empty() { "the file".to_owned() } else { format!("`{}`", words::shown(&path)) };
    let object = join(&path, &key);
    let finding = |message| {
        Finding::new(code::UNKNOWN_KEY, &object, span, message)
            .here("not known here")
            .observed(&*shown)
            .expected(shape.listed())
    };
    if let Some(above) = above {
        let (belongs, place) = match above {
            "" => (
                "the top of the file".to_owned(),
                "to the top of the file, before the first [table]".to_owned(),
            ),
            above => (format!("[{}]", words::shown(above)), format!("up, below [{}]", words::shown(above))),
        };
        return finding(format!("`{shown}` belongs to {belongs}, and stands below another table's header"))
            .fix(format!("move the line {place}"));
    }
    match nearest(&key, shape.keys.iter().map(|key| key.name)) {
        Some(near) => finding(format!("{table} has no key `{shown}`; the nearest is `{near}`"))
            .fix(format!("write `{near}`"))
            .edit(span, near),
        None => finding(format!("{table} has no key `{shown}`")).fix(format!(
            "take it out; {} has {}",
            shape.what,
            shape.listed()
        )),
    }
}

fn missing(shape: &Shape, key: &Key, at: Span, path: &str) -> Finding {
    let object = if path.is_empty() { "the file".to_owned() } else { words::shown(path) };
    Finding::new(
        code::MISSING_KEY,
        &object,
        at,
        format!(
            "{} has no `{}`",
            if path.is_empty() { object.clone() } else { format!("`{object}`") },
            key.name
        ),
    )
    .here(format!("{} needs it", shape.what))
    .observed("no such key")
    .expected(key.kind.what())
    .fix(format!("add `{} = …`: {}", key.name, key.kind.what()))
}

fn attached_twice(span: Span, path: &str) -> Finding {
    Finding::new(
        code::ATTACHED_TWICE,
        path.trim_end_matches(".drg"),
        span,
        format!(
            "`{}` is attached more than once: a VCN attaches to one gateway",
            words::shown(path.trim_end_matches(".drg"))
        ),
    )
    .here("a list of gateways")
    .observed("a list")
    .expected("one gateway's name")
    .fix("name one gateway; join gateways to each other with [drg.NAME.remote-peering.NAME]")
}

fn bad_value(bad: BadValue, span: Span, path: &str) -> Finding {
    let path = words::shown(path);
    let finding = Finding::new(bad.code, &path, span, format!("`{path}`: {}", bad.found))
        .observed(bad.found)
        .expected(&*bad.allowed);
    match bad.instead {
        Some(instead) => finding
            .here(format!("allowed: {}", bad.allowed))
            .fix(format!("write {instead}"))
            .edit(span, instead),
        None => finding.fix(format!("allowed: {}", bad.allowed)),
    }
}

/// A named table is pointed at by its header, or by its name before the braces.
fn opened(name: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Opened {
    let (name, value) = (name.span(), value.span());
    let by_header = value.start < name.start;
    Opened { at: if by_header { value.into() } else { name.into() }, by_header }
}

fn takes(kind: &Kind, found: &DeValue<'_>) -> bool {
    match (kind, found) {
        (Kind::Table(_) | Kind::Named(_) | Kind::Values(_), DeValue::Table(_)) => true,
        (Kind::List(_) | Kind::OneOrMore(_), DeValue::Array(_)) => true,
        (Kind::Leaf(leaf) | Kind::OneOrMore(leaf), found) => {
            scalar(found).is_some_and(|scalar| leaf.takes.contains(&type_of(&scalar)))
        }
        _ => false,
    }
}

fn type_of(scalar: &Scalar<'_>) -> Type {
    match scalar {
        Scalar::Text(_) => Type::Text,
        Scalar::Whole(_) => Type::Whole,
        Scalar::Flag(_) => Type::Flag,
    }
}

fn join(path: &str, key: &str) -> String {
    let key = words::key(key);
    if path.is_empty() { key } else { format!("{path}.{key}") }
}
