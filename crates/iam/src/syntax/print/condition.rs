//! Conditions.

use std::fmt::{self, Display, Formatter};

use super::super::{Condition, Equality, Members, Order, Relation, Test, Text, Value, Variable};
use super::{displayed, list};

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (word, conditions) = match self {
            Condition::Any(conditions) => ("any", conditions),
            Condition::All(conditions) => ("all", conditions),
            Condition::Test(test) => return test.fmt(f),
        };
        write!(f, "{word} {{")?;
        displayed(f, conditions)?;
        f.write_str("}")
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Test::Compare { variable, equality, value } => {
                let sign = match equality.value {
                    Equality::Equal => "=",
                    Equality::NotEqual => "!=",
                };
                write!(f, "{} {sign} {}", variable.value, value.value)
            }
            Test::In { variable, negated, values } => {
                write!(f, "{} {}in (", variable.value, if *negated { "not " } else { "" })?;
                displayed(f, values)?;
                f.write_str(")")
            }
            Test::Time { variable, order, moment } => {
                let word = match order.value {
                    Order::Before => "before",
                    Order::After => "after",
                };
                write!(f, "{} {word} {}", variable.value, Quoted(moment))
            }
            Test::Between { variable, from, to } => {
                write!(f, "{} between {} and {}", variable.value, Quoted(from), Quoted(to))
            }
            Test::Sets { relation, variable, with } => {
                let word = match relation.value {
                    Relation::Intersect => "sets-intersect",
                    Relation::Equal => "sets-equal",
                };
                write!(f, "{word}({}, {})", variable.value, with.value)
            }
            Test::Present(variable) => variable.value.fmt(f),
            Test::Absent(variable) => write!(f, "!{}", variable.value),
        }
    }
}

impl Display for Members {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Members::These(texts) => {
                f.write_str("(")?;
                list(f, texts, |f, text| Quoted(&text.value).fmt(f))?;
                f.write_str(")")
            }
            Members::One(text) => Quoted(text).fmt(f),
            Members::Variable(variable) => variable.fmt(f),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::String(text) => Quoted(text).fmt(f),
            Value::Pattern(text) => write!(f, "/{}/", text.as_str()),
            Value::Ocid(id) => f.write_str(id.as_str()),
            Value::Word(text) => f.write_str(text.as_str()),
            Value::Variable(variable) => variable.fmt(f),
        }
    }
}

impl Display for Variable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text in quotes, whatever it is.
struct Quoted<'a>(&'a Text);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.as_str())
    }
}
