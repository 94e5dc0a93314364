//! What can go wrong while namespaces are made, entered or used.

use std::io;

/// Why a laboratory cannot be built or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// The network holds something that namespaces cannot show.
    #[error(transparent)]
    Inexpressible(#[from] crate::plan::Inexpressible),
    /// A program is not there or could not be talked to.
    #[error("`{program}` cannot be run: {error}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// A program ended with a failure.
    #[error("`{program}` failed in {place}: {said}\n{input}")]
    Failed {
        /// Its name.
        program: &'static str,
        /// The namespace.
        place: String,
        /// What it wrote to its standard error.
        said: String,
        /// What it was given.
        input: String,
    },
    /// A system call failed.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: String,
        /// What the system says.
        error: io::Error,
    },
}

impl LabError {
    /// A failed system call.
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |error| Self::System { what, error }
    }
}
