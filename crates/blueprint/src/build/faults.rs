//! The faults that objects of the file have with each other.

use crate::code;
use crate::finding::Finding;
use crate::model::Name;
use crate::nearest::nearest;
use crate::source::Span;
use crate::words::{self, shown};

/// A name of something that the file does not have. `what` is with its article: "a VCN".
pub(super) fn no_such<'a>(
    name: &Name,
    what: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Finding {
    let text = shown(&name.value);
    let kind = what.trim_start_matches("a ").trim_start_matches("an ");
    let finding = Finding::new(
        code::NO_SUCH_NAME,
        &text,
        name.span,
        format!("there is no {kind} `{text}` in the file"),
    )
    .here("leads to nothing")
    .observed(format!("no {kind} `{text}`"));
    match nearest(&name.value, known.clone()) {
        Some(near) => finding
            .expected(format!("`{near}`"))
            .fix(format!("write `{near}`"))
            .edit(name.span, crate::value::quoted(near)),
        None => {
            let mut known: Vec<&str> = known.into_iter().collect();
            known.sort_unstable();
            let more = known.len().saturating_sub(8);
            known.truncate(8);
            if known.is_empty() {
                return finding
                    .expected(format!("{what} of this name"))
                    .fix(format!("write one; the file has no {kind} at all"));
            }
            let list = words::list(known);
            let list = if more > 0 { format!("{list}, and {more} more") } else { list };
            finding
                .expected(format!("one of: {list}"))
                .fix(format!("name one of those that there are: {list}"))
        }
    }
}

/// Something used in one VCN that belongs to another.
pub(super) fn other_vcn(name: &Name, what: &str, owner: &str, user: &str, written: Span) -> Finding {
    let text = shown(&name.value);
    Finding::new(
        code::OTHER_VCN,
        &text,
        name.span,
        format!("{what} `{text}` belongs to {}, and is used in {}", shown(owner), shown(user)),
    )
    .here(format!("used in {}", shown(user)))
    .also(written, format!("of {}", shown(owner)))
    .observed(format!("one {what} for two VCNs"))
    .expected(format!("a {what} of {}", shown(user)))
    .fix(format!("name a {what} of {} here, under a name of its own", shown(user)))
}

/// More of something than the cloud allows.
pub(super) fn too_many(object: &str, span: Span, what: &str, found: usize, most: usize) -> Finding {
    let object = shown(object);
    Finding::new(
        code::TOO_MANY,
        &object,
        span,
        format!("`{object}` has {found} {what}; the cloud allows {most}"),
    )
    .here(format!("the one after the {most}th is here"))
    .observed(found.to_string())
    .expected(format!("at most {most}"))
    .fix(format!("leave {most} of them"))
}
