//! What stands behind `where`: tests of variables, joined by `any` and `all`.

use super::{At, Ocid, Text};

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `any {…}`: at least one holds. Never empty.
    Any(Vec<At<Condition>>),
    /// `all {…}`: each holds. Never empty.
    All(Vec<At<Condition>>),
    /// One test.
    Test(Test),
}

/// A test of a variable. A variable that a request does not carry makes it false, `!=` included, except [`Test::Absent`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// `variable = value`, `variable != value`.
    Compare {
        /// What is tested.
        variable: At<Variable>,
        /// Whether it shall be equal.
        equality: At<Equality>,
        /// To what; perhaps another variable.
        value: At<Value>,
    },
    /// `variable in (…)`, `variable not in (…)`.
    In {
        /// What is tested.
        variable: At<Variable>,
        /// Whether it shall be none of them.
        negated: bool,
        /// At least one value, none of them a variable.
        values: Vec<At<Value>>,
    },
    /// `variable before 'moment'`, `variable after 'moment'`.
    Time {
        /// What is tested.
        variable: At<Variable>,
        /// Before or after.
        order: At<Order>,
        /// A date or time: `2026-11-24T10:00:00Z`, `2026-11-24T10:00Z` or `2026-11-24Z`; written in quotes.
        moment: At<Text>,
    },
    /// `variable between 'from' and 'to'`.
    Between {
        /// What is tested.
        variable: At<Variable>,
        /// The first moment, or time of day; written in quotes.
        from: At<Text>,
        /// The last.
        to: At<Text>,
    },
    /// `sets-intersect(variable, (…))`, `sets-equal(variable, (…))`.
    Sets {
        /// What the two sets shall have to do with each other.
        relation: At<Relation>,
        /// The first set.
        variable: At<Variable>,
        /// The second.
        with: At<Members>,
    },
    /// `variable` alone: the request carries it.
    Present(At<Variable>),
    /// `!variable`, `not variable`: the request does not carry it.
    Absent(At<Variable>),
}

/// The second set of a test of sets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Members {
    /// `('a', 'b')`, at least one.
    These(Vec<At<Text>>),
    /// One value without parentheses.
    One(Text),
    /// What a variable holds.
    Variable(Variable),
}

/// Equal or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Equality {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
}

/// Before or after a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// `before`
    Before,
    /// `after`
    After,
}

/// What two sets have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// `sets-intersect`: they have a member in common.
    Intersect,
    /// `sets-equal`: they have the same members.
    Equal,
}

/// What a variable is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `'text'`. A `*` in it stands, for some variables, for any characters.
    String(Text),
    /// `/pattern/`: what stands between the slashes; `*` stands for any characters.
    Pattern(Text),
    /// An OCID without quotes.
    Ocid(Ocid),
    /// A word without quotes.
    Word(Text),
    /// Another variable.
    Variable(Variable),
}

/// A variable of a request: `request.…`, `target.…` or `resource.…`. Its case is kept; [`Variable::is`] does not regard it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(Box<str>);

impl Variable {
    /// A variable by its name.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self(name.into())
    }

    /// Its name, as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the variable of this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.0.eq_ignore_ascii_case(name)
    }
}
