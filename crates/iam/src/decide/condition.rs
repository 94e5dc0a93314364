//! The reference's conditions: three values, and a variable that is absent makes its own test false.

use std::collections::BTreeSet;

use super::pattern;
use crate::syntax::{Condition, Equality, Members, Order, Relation, Test, Text, Value, Variable};
use crate::tenancy::{Bound, PolicySet, Request, same};
use crate::truth::Truth;

/// Whether a condition holds for a request.
pub(super) fn holds(set: &PolicySet, request: &Request, condition: &Condition) -> Truth {
    match condition {
        Condition::Any(parts) => parts.iter().map(|it| holds(set, request, it)).fold(Truth::False, Truth::or),
        Condition::All(parts) => parts.iter().map(|it| holds(set, request, it)).fold(Truth::True, Truth::and),
        Condition::Test(test) => tested(set, request, test),
    }
}

fn tested(set: &PolicySet, request: &Request, test: &Test) -> Truth {
    let bound = |variable: &Variable| request.bound(set, &variable.as_str().to_ascii_lowercase());
    match test {
        Test::Compare { variable, equality, value } => {
            let Some(members) = carried(bound(variable)) else { return absent(bound(variable)) };
            let Some(other) = other(&bound, value) else { return Truth::False };
            equal(&members, &other, equality.value)
        }
        Test::In { variable, negated, values } => {
            let Some(members) = carried(bound(variable)) else { return absent(bound(variable)) };
            let each = |equality| values.iter().map(move |value| (value, equality));
            let one = |(value, equality): (&crate::syntax::At<Value>, Equality)| match other(&bound, value) {
                Some(other) => equal(&members, &other, equality),
                None => Truth::False,
            };
            if *negated {
                each(Equality::NotEqual).map(one).fold(Truth::True, Truth::and)
            } else {
                each(Equality::Equal).map(one).fold(Truth::False, Truth::or)
            }
        }
        Test::Time { variable, order, moment } => match one(bound(variable)) {
            Ok(value) => compare(&value, moment, |actual, wanted| match order.value {
                Order::Before => actual < wanted,
                Order::After => actual > wanted,
            }),
            Err(truth) => truth,
        },
        Test::Between { variable, from, to } => match one(bound(variable)) {
            Ok(value) => between(&value, from, to),
            Err(truth) => truth,
        },
        Test::Sets { relation, variable, with } => {
            let Some(members) = carried(bound(variable)) else { return absent(bound(variable)) };
            let with: Vec<Side> = match &with.value {
                Members::These(texts) => texts.iter().map(|it| Side::of(it)).collect(),
                Members::One(text) => vec![Side::of(text)],
                Members::Variable(other) => {
                    let Some(values) = carried(bound(other)) else { return absent(bound(other)) };
                    values.into_iter().map(Side::Literal).collect()
                }
            };
            sets(relation.value, &members, &with)
        }
        Test::Present(variable) => present(bound(variable)),
        Test::Absent(variable) => !present(bound(variable)),
    }
}

fn present(bound: Bound) -> Truth {
    match bound {
        Bound::Value(_) | Bound::Set(_) => Truth::True,
        Bound::Absent => Truth::False,
        Bound::NotKnown => Truth::Unknown,
    }
}

/// What a request carries; one value is a set of one.
fn carried(bound: Bound) -> Option<BTreeSet<String>> {
    match bound {
        Bound::Value(value) => Some([value].into()),
        Bound::Set(values) => Some(values),
        Bound::Absent | Bound::NotKnown => None,
    }
}

/// The one value of a time; what several would mean is not documented.
fn one(bound: Bound) -> Result<String, Truth> {
    match bound {
        Bound::Value(value) => Ok(value),
        Bound::Set(values) if values.len() == 1 => values.into_iter().next().ok_or(Truth::Unknown),
        Bound::Set(_) | Bound::NotKnown => Err(Truth::Unknown),
        Bound::Absent => Err(Truth::False),
    }
}

/// A test of what is not carried: false; of what nobody knows, unknown.
fn absent(bound: Bound) -> Truth {
    if bound == Bound::Absent { Truth::False } else { Truth::Unknown }
}

/// The other side of a comparison.
enum Side {
    /// This text.
    Literal(String),
    /// Whatever the pattern describes.
    Pattern(String),
    /// A quoted text with `*`: for some variables a pattern, for others itself; which ones is not documented.
    Either(String),
    /// A hole of a template.
    NotKnown,
}

impl Side {
    fn of(text: &Text) -> Side {
        match text.known() {
            None => Side::NotKnown,
            Some(text) if text.contains('*') => Side::Either(text.into()),
            Some(text) => Side::Literal(text.into()),
        }
    }

    fn is(&self, actual: &str) -> Truth {
        match self {
            Side::Literal(text) => same(text, actual).into(),
            Side::Pattern(pattern) => pattern::matches(pattern, actual).into(),
            Side::Either(text) => match (same(text, actual), pattern::matches(text, actual)) {
                (literal, glob) if literal == glob => literal.into(),
                _ => Truth::Unknown,
            },
            Side::NotKnown => Truth::Unknown,
        }
    }
}

/// None if it is a variable that the request does not carry.
fn other(bound: &impl Fn(&Variable) -> Bound, value: &Value) -> Option<Vec<Side>> {
    Some(vec![match value {
        Value::String(text) => Side::of(text),
        Value::Pattern(text) => text.known().map_or(Side::NotKnown, |it| Side::Pattern(it.into())),
        Value::Word(text) => text.known().map_or(Side::NotKnown, |it| Side::Literal(it.into())),
        Value::Ocid(ocid) => ocid.text().known().map_or(Side::NotKnown, |it| Side::Literal(it.into())),
        Value::Variable(variable) => match bound(variable) {
            Bound::Value(value) => Side::Literal(value),
            Bound::Set(values) => return Some(values.into_iter().map(Side::Literal).collect()),
            Bound::Absent => return None,
            Bound::NotKnown => Side::NotKnown,
        },
    }])
}

/// Of a set, `=` says that some member is equal. That `!=` says that none is, and not that some member is unequal, is nowhere written:
/// where the two readings differ, the answer is not known.
fn equal(members: &BTreeSet<String>, others: &[Side], equality: Equality) -> Truth {
    let pairs = || members.iter().flat_map(|member| others.iter().map(|other| other.is(member)));
    let some_equal = pairs().fold(Truth::False, Truth::or);
    match equality {
        Equality::Equal => some_equal,
        Equality::NotEqual => {
            let none_equal = !some_equal;
            let some_unequal = pairs().map(|it| !it).fold(Truth::False, Truth::or);
            if none_equal == some_unequal { none_equal } else { Truth::Unknown }
        }
    }
}

fn sets(relation: Relation, members: &BTreeSet<String>, with: &[Side]) -> Truth {
    let among = |member: &String| with.iter().map(|it| it.is(member)).fold(Truth::False, Truth::or);
    match relation {
        Relation::Intersect => members.iter().map(among).fold(Truth::False, Truth::or),
        Relation::Equal => {
            let all = members.iter().map(among).fold(Truth::True, Truth::and);
            let met = |side: &Side| members.iter().map(|it| side.is(it)).fold(Truth::False, Truth::or);
            with.iter().map(met).fold(all, Truth::and)
        }
    }
}

fn compare(actual: &str, wanted: &Text, decide: impl Fn(&str, &str) -> bool) -> Truth {
    let wanted = wanted.known().and_then(moment);
    match (moment(actual), wanted) {
        (Some(actual), Some(wanted)) => decide(&actual, &wanted).into(),
        _ => Truth::Unknown,
    }
}

/// Both ends included; a time of day from a later one to an earlier one goes through midnight.
fn between(actual: &str, from: &Text, to: &Text) -> Truth {
    let read =
        |text: &str| moment(text).map(|it| (true, it)).or_else(|| time_of_day(text).map(|it| (false, it)));
    let (Some((dated, actual)), Some(from), Some(to)) =
        (read(actual), from.known().and_then(read), to.known().and_then(read))
    else {
        return Truth::Unknown;
    };
    if from.0 != dated || to.0 != dated {
        return Truth::Unknown;
    }
    let (from, to) = (from.1, to.1);
    if from <= to || dated {
        (from <= actual && actual <= to).into()
    } else {
        (from <= actual || actual <= to).into()
    }
}

/// `2026-11-24T10:00:00Z`, `2026-11-24T10:00Z` or `2026-11-24Z`, as a text whose order is that of the moments.
pub(super) fn moment(text: &str) -> Option<String> {
    let text = text.trim().strip_suffix(['Z', 'z'])?;
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, clock(time)?),
        None => (text, "00:00:00".to_owned()),
    };
    let fields = numbers(date, '-', &[4, 2, 2])?;
    let [_, month, day] = fields.as_slice() else { return None };
    ((1..=12).contains(month) && (1..=31).contains(day)).then(|| format!("{date}T{time}"))
}

/// `10:00:00Z`, in the order of the day.
pub(super) fn time_of_day(text: &str) -> Option<String> {
    clock(text.trim().strip_suffix(['Z', 'z'])?)
}

fn clock(time: &str) -> Option<String> {
    let whole = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let fields = numbers(&whole, ':', &[2, 2, 2])?;
    let [hour, minute, second] = fields.as_slice() else { return None };
    (*hour < 24 && *minute < 60 && *second < 60).then_some(whole)
}

fn numbers(text: &str, separator: char, lengths: &[usize]) -> Option<Vec<u32>> {
    let parts: Vec<&str> = text.split(separator).collect();
    let fits = parts.len() == lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !fits {
        return None;
    }
    parts.iter().map(|part| part.parse().ok()).collect()
}
