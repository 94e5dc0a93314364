//! What is wrong with a text: a code, a place, what was found, what was expected, what Oracle Cloud does with it, and one fix.

use super::code::Code;
use super::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something to know; nothing is wrong.
    Note,
    /// It is read, and should be looked at: what Oracle Cloud makes of it is not sure.
    Warning,
    /// It is no statement.
    Error,
}

/// One thing that is wrong. Its message stands alone, without the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// One line.
    pub message: String,
    /// What stands there, as it is shown to people.
    pub found: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// What Oracle Cloud does with it.
    pub why: Option<String>,
    /// What to do.
    pub fix: Option<Fix>,
}

/// What to do about a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// In one line.
    pub text: String,
    /// What to write instead of what stands in a place. A place without length is where it is put in.
    pub edit: Option<(Span, String)>,
}

impl Fault {
    pub(super) fn new(code: Code, span: impl Into<Span>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            span: span.into(),
            message: message.into(),
            found: String::new(),
            expected: None,
            why: None,
            fix: None,
        }
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(super) fn found(mut self, text: impl Into<String>) -> Self {
        self.found = text.into();
        self
    }

    pub(super) fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(text.into());
        self
    }

    pub(super) fn why(mut self, text: impl Into<String>) -> Self {
        self.why = Some(text.into());
        self
    }

    pub(super) fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { text: text.into(), edit: None });
        self
    }

    /// The fix is to write `instead` at a place.
    pub(super) fn edit(mut self, span: impl Into<Span>, instead: impl Into<String>) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.edit = Some((span.into(), instead.into()));
        }
        self
    }

    /// Whether it makes the text no statement.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
