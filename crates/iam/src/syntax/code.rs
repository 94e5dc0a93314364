//! The codes of what is wrong with a text. What each one means stands in `docs/codes.md`, the one place for it.

use std::fmt;

/// A stable code, such as `A0358`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// Its text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal;)*) => {
        $(pub(crate) const $name: Code = Code($code);)*

        /// All codes that a text of the policy language can have.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    NOT_A_STATEMENT = "A0350";
    TOO_LONG = "A0351";
    TOO_DEEP = "A0352";
    UNCLOSED = "A0353";
    QUOTES = "A0354";
    CHARACTER = "A0355";
    COMMENT = "A0356";
    SUBJECT = "A0357";
    NO_TO = "A0358";
    VERB = "A0359";
    RESOURCE_TYPE = "A0360";
    PERMISSION = "A0361";
    PERMISSIONS_AND_TYPE = "A0362";
    NO_LOCATION = "A0363";
    LOCATION = "A0364";
    NAME = "A0365";
    OCID = "A0366";
    AND_OR = "A0367";
    OPERATOR = "A0368";
    VALUE = "A0369";
    VARIABLE = "A0370";
    MOMENT = "A0371";
    CONDITION = "A0372";
    EMPTY = "A0373";
    TRAILING = "A0374";
    DENY = "A0375";
    UNCERTAIN = "A0376";
    ASSOCIATION = "A0377";
    DEFINE = "A0378";
    MATCHING_RULE = "A0379";
    HOLE = "A0380";
    TOO_MANY = "A0381";
}
