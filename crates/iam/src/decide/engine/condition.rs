//! Conditions made ready: variables as numbers, texts in lower case, patterns taken apart.

use crate::decide::condition::{moment, time_of_day};
use crate::decide::pattern::Glob;
use crate::syntax::{Condition, Equality, Members, Order, Relation, Test, Text, Value, Variable};
use crate::tenancy::Bound;
use crate::truth::Truth;

/// What a request carries, in lower case.
#[derive(Debug)]
pub(super) enum Seen {
    Members(Vec<String>),
    Absent,
    NotKnown,
}

impl Seen {
    pub(super) fn of(bound: Bound) -> Self {
        match bound {
            Bound::Value(value) => Seen::Members(vec![value.to_lowercase()]),
            Bound::Set(values) => Seen::Members(values.into_iter().map(|it| it.to_lowercase()).collect()),
            Bound::Absent => Seen::Absent,
            Bound::NotKnown => Seen::NotKnown,
        }
    }
}

/// A condition made ready.
#[derive(Debug)]
pub(crate) enum Compiled {
    Any(Vec<Compiled>),
    All(Vec<Compiled>),
    /// One of the sides is equal; or, negated, none.
    Equal {
        variable: u32,
        sides: Vec<Side>,
        negated: bool,
    },
    Moment {
        variable: u32,
        order: Order,
        moment: Option<String>,
    },
    Between {
        variable: u32,
        span: Option<Span>,
    },
    Sets {
        relation: Relation,
        variable: u32,
        with: Vec<Side>,
    },
    Present {
        variable: u32,
        negated: bool,
    },
}

#[derive(Debug)]
pub(crate) struct Span {
    dated: bool,
    from: String,
    to: String,
}

#[derive(Debug)]
pub(crate) enum Side {
    Literal(String),
    Glob(Glob),
    Either(String, Glob),
    Variable(u32),
    NotKnown,
}

impl Compiled {
    pub(super) fn new(condition: &Condition, number: &mut impl FnMut(&str) -> u32) -> Self {
        match condition {
            Condition::Any(parts) => {
                Compiled::Any(parts.iter().map(|it| Compiled::new(it, number)).collect())
            }
            Condition::All(parts) => {
                Compiled::All(parts.iter().map(|it| Compiled::new(it, number)).collect())
            }
            Condition::Test(test) => Compiled::test(test, number),
        }
    }

    fn test(test: &Test, number: &mut impl FnMut(&str) -> u32) -> Self {
        let mut id = |variable: &Variable| number(variable.as_str());
        match test {
            Test::Compare { variable, equality, value } => Compiled::Equal {
                variable: id(variable),
                sides: vec![Side::of(value, &mut id)],
                negated: equality.value == Equality::NotEqual,
            },
            Test::In { variable, negated, values } => {
                let variable = id(variable);
                let one = |value: &crate::syntax::At<Value>, id: &mut dyn FnMut(&Variable) -> u32| {
                    Compiled::Equal { variable, sides: vec![Side::of(value, id)], negated: *negated }
                };
                let parts = values.iter().map(|value| one(value, &mut id)).collect();
                if *negated { Compiled::All(parts) } else { Compiled::Any(parts) }
            }
            Test::Time { variable, order, moment: text } => Compiled::Moment {
                variable: id(variable),
                order: order.value,
                moment: text.known().and_then(moment),
            },
            Test::Between { variable, from, to } => {
                Compiled::Between { variable: id(variable), span: Span::of(from, to) }
            }
            Test::Sets { relation, variable, with } => {
                let variable = id(variable);
                let with = match &with.value {
                    Members::These(texts) => texts.iter().map(|it| Side::text(it)).collect(),
                    Members::One(text) => vec![Side::text(text)],
                    Members::Variable(other) => vec![Side::Variable(id(other))],
                };
                Compiled::Sets { relation: relation.value, variable, with }
            }
            Test::Present(variable) => Compiled::Present { variable: id(variable), negated: false },
            Test::Absent(variable) => Compiled::Present { variable: id(variable), negated: true },
        }
    }

    /// Whether it holds, given a way to look at what the request carries.
    pub(super) fn holds<'s>(&self, look: &impl Fn(u32) -> &'s Seen) -> Truth {
        match self {
            Compiled::Any(parts) => {
                let mut found = Truth::False;
                for part in parts {
                    found = found.or(part.holds(look));
                    if found.is_true() {
                        break;
                    }
                }
                found
            }
            Compiled::All(parts) => {
                let mut found = Truth::True;
                for part in parts {
                    found = found.and(part.holds(look));
                    if found.is_false() {
                        break;
                    }
                }
                found
            }
            Compiled::Present { variable, negated } => {
                let present = match look(*variable) {
                    Seen::Members(_) => Truth::True,
                    Seen::Absent => Truth::False,
                    Seen::NotKnown => Truth::Unknown,
                };
                if *negated { !present } else { present }
            }
            Compiled::Equal { variable, sides, negated } => {
                with_members(look(*variable), |members| equal(members, sides, *negated, look))
            }
            Compiled::Sets { relation, variable, with } => {
                with_members(look(*variable), |members| sets(*relation, members, with, look))
            }
            Compiled::Moment { variable, order, moment: wanted } => {
                with_one(look(*variable), |actual| match (moment(actual), wanted) {
                    (Some(actual), Some(wanted)) => match order {
                        Order::Before => (actual < *wanted).into(),
                        Order::After => (actual > *wanted).into(),
                    },
                    _ => Truth::Unknown,
                })
            }
            Compiled::Between { variable, span } => with_one(look(*variable), |actual| {
                let Some(span) = span else { return Truth::Unknown };
                let actual = if span.dated { moment(actual) } else { time_of_day(actual) };
                let Some(actual) = actual else { return Truth::Unknown };
                let (behind, before) = (span.from <= actual, actual <= span.to);
                let over_midnight = !span.dated && span.from > span.to;
                (if over_midnight { behind || before } else { behind && before }).into()
            }),
        }
    }
}

fn with_members(seen: &Seen, decide: impl FnOnce(&[String]) -> Truth) -> Truth {
    match seen {
        Seen::Members(members) => decide(members),
        Seen::Absent => Truth::False,
        Seen::NotKnown => Truth::Unknown,
    }
}

/// A time is one value; several are not documented.
fn with_one(seen: &Seen, decide: impl FnOnce(&str) -> Truth) -> Truth {
    with_members(seen, |members| match members {
        [one] => decide(one),
        _ => Truth::Unknown,
    })
}

impl Span {
    fn of(from: &Text, to: &Text) -> Option<Self> {
        let (from, to) = (from.known()?, to.known()?);
        match (moment(from), moment(to)) {
            (Some(from), Some(to)) => Some(Self { dated: true, from, to }),
            (None, None) => Some(Self { dated: false, from: time_of_day(from)?, to: time_of_day(to)? }),
            _ => None,
        }
    }
}

impl Side {
    fn of(value: &Value, id: &mut dyn FnMut(&Variable) -> u32) -> Self {
        let literal = |text: Option<&str>| text.map_or(Side::NotKnown, |it| Side::Literal(it.to_lowercase()));
        match value {
            Value::String(text) => Side::text(text),
            Value::Pattern(text) => text.known().map_or(Side::NotKnown, |it| Side::Glob(Glob::new(it))),
            Value::Word(text) => literal(text.known()),
            Value::Ocid(ocid) => literal(ocid.text().known()),
            Value::Variable(variable) => Side::Variable(id(variable)),
        }
    }

    fn text(text: &Text) -> Self {
        match text.known() {
            None => Side::NotKnown,
            Some(it) if it.contains('*') => Side::Either(it.to_lowercase(), Glob::new(it)),
            Some(it) => Side::Literal(it.to_lowercase()),
        }
    }

    fn is(&self, actual: &str) -> Truth {
        match self {
            Side::Literal(text) => (text == actual).into(),
            Side::Glob(glob) => glob.matches(actual).into(),
            Side::Either(text, _) if text == actual => Truth::True,
            Side::Either(_, glob) if glob.matches(actual) => Truth::Unknown,
            Side::Either(..) => Truth::False,
            Side::Variable(_) | Side::NotKnown => Truth::Unknown,
        }
    }
}

/// How often each answer was given.
#[derive(Default)]
struct Tally {
    yes: usize,
    no: usize,
    open: usize,
}

impl Tally {
    fn count(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.yes += 1,
            Truth::False => self.no += 1,
            Truth::Unknown => self.open += 1,
        }
    }
    fn some(&self) -> Truth {
        if self.yes > 0 {
            Truth::True
        } else if self.open > 0 {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
    /// Whether some answer is no.
    fn some_not(&self) -> Truth {
        if self.no > 0 {
            Truth::True
        } else if self.open > 0 {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
}

fn equal<'s>(members: &[String], sides: &[Side], negated: bool, look: &impl Fn(u32) -> &'s Seen) -> Truth {
    let mut tally = Tally::default();
    for side in sides {
        match side {
            Side::Variable(other) => match look(*other) {
                Seen::Absent => return Truth::False,
                Seen::NotKnown => members.iter().for_each(|_| tally.count(Truth::Unknown)),
                Seen::Members(others) => {
                    for member in members {
                        others.iter().for_each(|other| tally.count((member == other).into()));
                    }
                }
            },
            side => members.iter().for_each(|member| tally.count(side.is(member))),
        }
    }
    if !negated {
        return tally.some();
    }
    match (!tally.some(), tally.some_not()) {
        (none, some_not) if none == some_not => none,
        _ => Truth::Unknown,
    }
}

fn sets<'s>(relation: Relation, members: &[String], with: &[Side], look: &impl Fn(u32) -> &'s Seen) -> Truth {
    let literal: Vec<Side>;
    let with = match with {
        [Side::Variable(other)] => match look(*other) {
            Seen::Absent => return Truth::False,
            Seen::NotKnown => return Truth::Unknown,
            Seen::Members(others) => {
                literal = others.iter().cloned().map(Side::Literal).collect();
                literal.as_slice()
            }
        },
        with => with,
    };
    let row = |member: &String| {
        let mut tally = Tally::default();
        with.iter().for_each(|side| tally.count(side.is(member)));
        tally.some()
    };
    let column = |side: &Side| {
        let mut tally = Tally::default();
        members.iter().for_each(|member| tally.count(side.is(member)));
        tally.some()
    };
    match relation {
        Relation::Intersect => members.iter().map(row).max().unwrap_or(Truth::False),
        Relation::Equal => {
            members.iter().map(row).chain(with.iter().map(column)).min().unwrap_or(Truth::True)
        }
    }
}
