//! Why nothing is added, with stable codes.

use crate::finding::Finding;
use crate::words::list;

/// Why nothing is added to a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file has faults of its own.
    #[error("the file has faults, so nothing is added to it")]
    Unsound {
        /// All of them that are errors.
        faults: Vec<Finding>,
        /// Whether it is TOML at all.
        is_toml: bool,
    },
    /// There is something of this name.
    #[error("`{name}` is the name of a {kind} already ({place})")]
    Taken {
        /// The name.
        name: String,
        /// What has it.
        kind: &'static str,
        /// Where it is written: `adit.toml:12:11`.
        place: String,
    },
    /// There are several, and none was named.
    #[error("there are several {kind}s: {}", list(names.iter().map(String::as_str)))]
    Several {
        /// What there are several of.
        kind: &'static str,
        /// Their names.
        names: Vec<String>,
    },
    /// There is nothing of this name.
    #[error("there is no {kind} `{name}`{}", near.as_ref().map(|near| format!("; the nearest is `{near}`")).unwrap_or_default())]
    NoSuch {
        /// What was looked for.
        kind: &'static str,
        /// The name.
        name: String,
        /// The nearest that there is.
        near: Option<String>,
        /// What there is.
        known: Vec<String>,
    },
    /// There is none at all.
    #[error("there is no {kind} yet that it could belong to")]
    NoneYet {
        /// What there is none of.
        kind: &'static str,
    },
    /// No name of a repository follows from the function's name.
    #[error("`{repository}` is not the name of a repository")]
    Repository {
        /// What would follow.
        repository: String,
    },
    /// With the addition the file would have a fault.
    #[error("nothing is added: {message}")]
    Refused {
        /// What is wrong.
        message: String,
        /// What would be allowed.
        allowed: Option<String>,
    },
    /// The place where it belongs is written in a form that takes no addition.
    #[error("`{kind}` is written in a form to which nothing can be added")]
    Form {
        /// The table.
        kind: &'static str,
    },
}

impl EditError {
    /// The stable code; the faults of a file have codes of their own.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Unsound { .. } => None,
            Self::Taken { .. } => Some("A0880"),
            Self::Several { .. } => Some("A0881"),
            Self::NoSuch { .. } => Some("A0882"),
            Self::NoneYet { .. } => Some("A0883"),
            Self::Repository { .. } => Some("A0884"),
            Self::Refused { .. } => Some("A0885"),
            Self::Form { .. } => Some("A0886"),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unsound { .. } => None,
            Self::Taken { .. } => Some("take another name, or change what stands there".to_owned()),
            Self::Several { kind, .. } => Some(format!("say which with --{kind} NAME")),
            Self::NoSuch { kind, known, .. } if known.is_empty() => Some(format!("there is no {kind} at all")),
            Self::NoSuch { known, .. } => Some(format!("there is {}", list(known.iter().map(String::as_str)))),
            Self::NoneYet { kind: "subnet" } => Some("write one: [vcn.NAME.subnet.NAME]".to_owned()),
            Self::NoneYet { kind } => Some(format!("add one first: `adit add {kind} NAME …`")),
            Self::Repository { .. } => Some(
                "name one with --repository: small letters and digits, with `.`, `_`, `-` and `/` between them".to_owned(),
            ),
            Self::Refused { allowed, .. } => allowed.as_ref().map(|allowed| format!("allowed: {allowed}")),
            Self::Form { kind } => Some(format!(
                "write each {kind} under a header of its own, [{kind}.NAME], or add it by hand"
            )),
        }
    }
}
