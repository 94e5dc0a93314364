//! The codes of what keeps a blueprint from being workflows. What each means stands in `docs/codes.md`.

use adit_blueprint::Code;

/// The file lacks what the workflows need.
pub(super) const LACKS: Code = Code::new("A0141");
/// A name that means something to a shell or to YAML.
pub(super) const NOT_PLAIN: Code = Code::new("A0142");
