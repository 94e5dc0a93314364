//! The codes of what is found in a plan. What each means stands in `docs/codes.md`.

use adit_blueprint::Code;

/// The file cannot be read.
pub(super) const UNREADABLE: Code = Code::new("A0181");
/// It is not JSON.
pub(super) const NOT_JSON: Code = Code::new("A0182");
/// It is JSON of something else.
pub(super) const NOT_A_PLAN: Code = Code::new("A0183");
/// Its format is newer.
pub(super) const VERSION: Code = Code::new("A0184");
/// It has nothing of Oracle's network, and no policies.
pub(super) const NOTHING_OF_ORACLE: Code = Code::new("A0185");
/// Two resources with one address.
pub(super) const ADDRESS_TWICE: Code = Code::new("A0186");
/// A value of another type than the provider's.
pub(super) const WRONG_TYPE: Code = Code::new("A0187");
/// A value that the cloud refuses.
pub(super) const REFUSED: Code = Code::new("A0188");
/// IPv6, which is not analysed.
pub(super) const IPV6: Code = Code::new("A0189");
/// The plan is not whole.
pub(super) const NOT_WHOLE: Code = Code::new("A0190");
/// A value that is known only after apply, or an object that the plan does not have.
pub(super) const OPEN: Code = Code::new("A0191");
/// The file and the plan say different things of one object.
pub(super) const DISAGREE: Code = Code::new("A0192");
