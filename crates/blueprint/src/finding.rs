//! What is found: a code, a place, what was seen, what was expected and one fix. How it is printed is the command line's matter.

use crate::code::Code;
use crate::source::Span;

/// How bad it is. The order is that of weight: a note is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something to know; nothing is wrong.
    Note,
    /// It works, and should be looked at.
    Warning,
    /// It cannot work, or cannot be shown to work.
    Error,
}

impl Severity {
    /// Its word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing that was found. Its message stands alone, without the excerpt of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line: names before numbers.
    pub message: String,
    /// The thing that it is about, by its name in the cloud or its path in the file.
    pub object: String,
    /// Places in the file; the first is the main one.
    pub labels: Vec<Label>,
    /// Lines that stand as they are: lanes, tables of rules that were tried.
    pub body: Vec<String>,
    /// What was found there.
    pub observed: Option<String>,
    /// What would have been right.
    pub expected: Option<String>,
    /// Why it matters, whom it hits, what else to know.
    pub remarks: Vec<Remark>,
    /// The one fix that comes first.
    pub fix: Option<Fix>,
}

/// A place in the file with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The word; may be empty.
    pub text: String,
}

/// A sentence behind the excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The reason, and the symptom that people see.
    Why(String),
    /// What is affected.
    Hit(String),
    /// What people see.
    See(String),
    /// What else to know.
    Note(String),
}

/// The fix that comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// What to do, in one line.
    pub text: String,
    /// What to write instead of what stands in a place of the file.
    pub edit: Option<(Span, String)>,
    /// Lines to copy: a rule for the file, a request to an owner.
    pub lines: Vec<String>,
}

impl Finding {
    /// An error at a place.
    pub fn new(
        code: Code,
        object: impl Into<String>,
        span: impl Into<Span>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: clean(message),
            object: clean(object),
            labels: vec![Label { span: span.into(), text: String::new() }],
            body: Vec::new(),
            observed: None,
            expected: None,
            remarks: Vec::new(),
            fix: None,
        }
    }

    /// The same, as bad as said.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// A word at the main place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = clean(text);
        }
        self
    }

    /// Another place.
    #[must_use]
    pub fn also(mut self, span: impl Into<Span>, text: impl Into<String>) -> Self {
        self.labels.push(Label { span: span.into(), text: clean(text) });
        self
    }

    /// What was found there.
    #[must_use]
    pub fn observed(mut self, text: impl Into<String>) -> Self {
        self.observed = Some(clean(text));
        self
    }

    /// What would have been right.
    #[must_use]
    pub fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(clean(text));
        self
    }

    /// A sentence more.
    #[must_use]
    pub fn remark(mut self, remark: Remark) -> Self {
        self.remarks.push(remark);
        self
    }

    /// What to do.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix.get_or_insert_default().text = clean(text);
        self
    }

    /// A line to copy.
    pub(crate) fn line(mut self, text: impl Into<String>) -> Self {
        self.fix.get_or_insert_default().lines.push(clean(text));
        self
    }

    /// The fix is to write `text` at a place.
    #[must_use]
    pub fn edit(mut self, span: impl Into<Span>, text: impl Into<String>) -> Self {
        self.fix.get_or_insert_default().edit = Some((span.into(), text.into()));
        self
    }

    /// The same, with its places so many bytes further on: the text that it is about stands behind another.
    #[must_use]
    pub fn moved(mut self, behind: usize) -> Self {
        // What stands nowhere goes on standing nowhere.
        let moved = |span: &mut Span| {
            if *span != Span::default() {
                *span = Span { start: span.start + behind, end: span.end + behind };
            }
        };
        self.labels.iter_mut().for_each(|label| moved(&mut label.span));
        if let Some((span, _)) = self.fix.as_mut().and_then(|fix| fix.edit.as_mut()) {
            moved(span);
        }
        self
    }

    /// Where it is, in the file.
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }
}

/// What a file says reaches terminals by way of findings: nothing that one would obey goes through.
fn clean(text: impl Into<String>) -> String {
    let text = text.into();
    if text.chars().any(char::is_control) {
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
    } else {
        text
    }
}
