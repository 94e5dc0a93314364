//! What is wrong with a text of policies, as findings. How the language is read is `adit-iam`'s matter.

use adit_iam::syntax::{self, Fault};

use crate::code::Code;
use crate::finding::{Finding, Remark, Severity};
use crate::source::Span;

/// A place in a text of policies.
pub fn span(span: syntax::Span) -> Span {
    Span { start: span.start, end: span.end }
}

/// A fault of a statement as a finding; `object` says which statement of which file.
pub fn finding(fault: &Fault, object: impl Into<String>) -> Finding {
    let severity = match fault.severity {
        syntax::Severity::Note => Severity::Note,
        syntax::Severity::Warning => Severity::Warning,
        syntax::Severity::Error => Severity::Error,
    };
    let mut finding =
        Finding::new(Code::new(fault.code.as_str()), object, span(fault.span), fault.message.as_str())
            .severity(severity)
            .observed(fault.found.as_str());
    if let Some(expected) = &fault.expected {
        finding = finding.expected(expected.as_str()).here(format!("expected {expected}"));
    }
    if let Some(why) = &fault.why {
        finding = finding.remark(Remark::Why(why.clone()));
    }
    if let Some(fix) = &fault.fix {
        finding = finding.fix(fix.text.as_str());
        if let Some((place, instead)) = &fix.edit {
            finding = finding.edit(span(*place), instead.as_str());
        }
    }
    finding
}
