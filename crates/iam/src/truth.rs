//! Yes, no, and what cannot be known from here.

/// The answer to a question that may lack what it takes to answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// No.
    False,
    /// It depends on something that is not known.
    Unknown,
    /// Yes.
    True,
}

impl Truth {
    /// True if both are; false if one is.
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// True if one is; false if both are.
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// Whether it is certain.
    pub fn is_true(self) -> bool {
        self == Truth::True
    }

    /// Whether it is ruled out.
    pub fn is_false(self) -> bool {
        self == Truth::False
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}
