//! Why a text is no listing.

use super::{Kind, MOST};

/// Why a text is no listing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// It is not JSON, or an object in it has a key twice.
    #[error("{name} cannot be read as JSON: {what}, at line {line}, column {column}")]
    NotJson {
        /// The text.
        name: String,
        /// What is wrong there.
        what: String,
        /// The line, counted from 1.
        line: usize,
        /// The byte in the line, counted from 1.
        column: usize,
    },
    /// It is JSON, and neither a thing of Oracle Cloud nor a list of such.
    #[error("{name} is no listing: {what}")]
    NotAListing {
        /// The text.
        name: String,
        /// What it is.
        what: String,
    },
    /// It is what Oracle Cloud says when it refuses a request.
    #[error("{name} is a refusal, not a listing: {code}: {message}")]
    Refused {
        /// The text.
        name: String,
        /// Oracle's code.
        code: String,
        /// Oracle's words.
        message: String,
    },
    /// A value of a thing has another type than such a thing has.
    #[error("{name}: `{key}` of {thing} is {found}, expected {expected}")]
    WrongType {
        /// The text.
        name: String,
        /// The thing: its kind and name where they are known, and its place in the text.
        thing: String,
        /// The key.
        key: String,
        /// What is there.
        found: &'static str,
        /// What can be there.
        expected: &'static str,
    },
    /// The things are of two tenancies.
    #[error("{name} is of the tenancy {other}, and {from} is of {first}")]
    TwoTenancies {
        /// The text.
        name: String,
        /// Its tenancy.
        other: String,
        /// The tenancy of those before it.
        first: String,
        /// The text before it that has that tenancy.
        from: String,
    },
    /// There are more things of a kind than any tenancy has.
    #[error("{name}: more than {MOST} {}", .kind.several())]
    TooMany {
        /// The text.
        name: String,
        /// The kind.
        kind: Kind,
    },
}

impl ListingError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "A0321",
            Self::NotAListing { .. } | Self::Refused { .. } => "A0322",
            Self::WrongType { .. } => "A0323",
            Self::TwoTenancies { .. } | Self::TooMany { .. } => "A0324",
        }
    }

    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotJson { .. } | Self::NotAListing { .. } | Self::WrongType { .. } => {
                "a listing is what `oci iam policy list --all` prints, without `--query` and `--output table`"
            }
            Self::Refused { .. } => "list with a profile that may see it: denied and missing are one answer",
            Self::TwoTenancies { .. } => "list one tenancy, with one profile",
            Self::TooMany { .. } => {
                "list what is asked about by itself: `--compartment-id` of the compartment"
            }
        }
    }
}
