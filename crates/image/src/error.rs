//! Everything that can go wrong with an image, with its stable code and what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::program::Arch;

/// Why no image was made, or none was read. Messages say what was looked at, what was found and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The program is not there, or may not be read.
    #[error("the program {} cannot be read: {error}", path.display())]
    Unreadable {
        /// The program.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is no program for Linux, or a damaged one.
    #[error("{} is no program for Linux: {why}", path.display())]
    NotAProgram {
        /// The file.
        path: PathBuf,
        /// What was seen.
        why: String,
    },
    /// The program asks for a loader or a library, which the image does not have.
    #[error("{} is not static: it asks for {needs}", path.display())]
    NotStatic {
        /// The program.
        path: PathBuf,
        /// The loader or the library.
        needs: String,
    },
    /// The program is for another processor than wanted.
    #[error("{} is built for {found}, not for {wanted}", path.display())]
    WrongArchitecture {
        /// The program.
        path: PathBuf,
        /// What it is built for.
        found: String,
        /// What is allowed here.
        wanted: String,
    },
    /// Nobody may execute the file.
    #[error("{} is not executable: its mode is {mode:04o}", path.display())]
    NotExecutable {
        /// The program.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The program ended before it could be called.
    #[error("the program did not start: {why}")]
    NotStarted {
        /// What was seen.
        why: String,
        /// What it wrote last.
        last_lines: Vec<String>,
    },
    /// The program started and did not publish a socket that the platform would use.
    #[error("the program published no usable socket: {why}")]
    NoSocket {
        /// What was seen.
        why: String,
        /// What it wrote last.
        last_lines: Vec<String>,
    },
    /// The program did not answer as the platform wants it.
    #[error("the program was called once, and gave no answer that counts: {why}")]
    NoAnswer {
        /// What was seen.
        why: String,
        /// What it wrote last.
        last_lines: Vec<String>,
    },
    /// The program cannot be started on this machine.
    #[error(
        "the program is built for {program}, this machine is {machine}, so it cannot be started here: {why}"
    )]
    Foreign {
        /// What it is built for.
        program: Arch,
        /// What this is.
        machine: &'static str,
        /// What was seen.
        why: String,
    },
    /// The program could not be tried, for a reason that is not its own.
    #[error("the program could not be tried: {0}")]
    NotTried(adit_local::Error),
    /// The list of parts beside the program cannot be used.
    #[error("{}: {why}", path.display())]
    Parts {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The image cannot be written.
    #[error("{} cannot be written: {why}", path.display())]
    Unwritable {
        /// Where to.
        path: PathBuf,
        /// What is in the way.
        why: String,
    },
    /// What was read is no layout of one image, or a damaged one.
    #[error("{} is no usable image: {why}", path.display())]
    Layout {
        /// The directory or archive.
        path: PathBuf,
        /// What was seen.
        why: String,
    },
}

impl ImageError {
    /// The stable code of this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "A0820",
            Self::NotAProgram { .. } => "A0821",
            Self::NotStatic { .. } => "A0822",
            Self::WrongArchitecture { .. } => "A0823",
            Self::NotExecutable { .. } => "A0824",
            Self::NotStarted { .. } => "A0825",
            Self::NoSocket { .. } => "A0826",
            Self::NoAnswer { .. } => "A0827",
            Self::Foreign { .. } => "A0828",
            Self::NotTried(_) => "A0829",
            Self::Parts { .. } => "A0830",
            Self::Unwritable { .. } => "A0831",
            Self::Layout { .. } => "A0832",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NotStatic { .. } => Some(
                "`scripts/build-function` builds a static one; for another program: RUSTFLAGS=\"-C target-feature=+crt-static\" and an \
                 explicit --target",
            ),
            Self::WrongArchitecture { .. } => Some(
                "build it for the other processor, or name that one with --arch; the application's shape must be the same: GENERIC_X86 \
                 or GENERIC_ARM",
            ),
            Self::NotExecutable { .. } => Some("`chmod +x` makes it executable"),
            Self::NotStarted { .. } => Some(
                "a function must start without any settings: what is missing is the answer to a call, not a reason to end",
            ),
            Self::NoSocket { .. } => Some(
                "listen on the path in FN_LISTENER within 5 s, mode 0666, and before anything else: no database, no secret; adit-fdk does it",
            ),
            Self::NoAnswer { .. } => Some(
                "POST /call wants status 200 (or 502, 504), whatever the body was: also for an error. The platform kills what answers \
                 otherwise",
            ),
            Self::Foreign { .. } => {
                Some("build the image on such a machine, or write it untried with --untried")
            }
            Self::Parts { .. } => {
                Some("build the program again: `scripts/build-function` writes the list with it")
            }
            Self::Unwritable { .. } => Some("name another place with --output"),
            Self::Layout { .. } => Some("`adit build` writes one"),
            Self::Unreadable { .. } | Self::NotAProgram { .. } | Self::NotTried(_) => None,
        }
    }

    /// What the program wrote last, where it was tried.
    #[must_use]
    pub fn last_lines(&self) -> &[String] {
        match self {
            Self::NotStarted { last_lines, .. }
            | Self::NoSocket { last_lines, .. }
            | Self::NoAnswer { last_lines, .. } => last_lines,
            _ => &[],
        }
    }

    pub(crate) fn unwritable(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::Unwritable { path: path.to_owned(), why: error.to_string() }
    }

    pub(crate) fn layout(path: &Path, why: impl Into<String>) -> Self {
        Self::Layout { path: path.to_owned(), why: why.into() }
    }
}
