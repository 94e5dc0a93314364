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
/// A DNS label that is none.
pub(super) const DNS_LABEL: Code = Code::new("A0271");
/// A region that is not known.
pub(super) const NO_REGION: Code = Code::new("A0272");
/// Something of another region or realm.
pub(super) const OTHER_REGION: Code = Code::new("A0273");
/// No OCID, or one of another kind of thing.
pub(super) const OCID: Code = Code::new("A0274");
/// A word that is none of those that there are.
pub(super) const WORD: Code = Code::new("A0275");
/// Memory or time that no function has.
pub(super) const FUNCTION_LIMIT: Code = Code::new("A0276");
/// No image, or no name of one.
pub(super) const IMAGE: Code = Code::new("A0277");
/// An image of no repository of the plan.
pub(super) const NO_REPOSITORY: Code = Code::new("A0278");
/// A configuration with a key or a size that is refused.
pub(super) const CONFIG: Code = Code::new("A0279");
/// A secret in plain text.
pub(super) const PLAIN: Code = Code::new("A0280");
/// A secret that cannot be made so.
pub(super) const SECRET: Code = Code::new("A0281");
/// A key's length that its algorithm does not have.
pub(super) const KEY_SHAPE: Code = Code::new("A0282");
/// A repository's name that is none.
pub(super) const REPOSITORY: Code = Code::new("A0283");
/// A log of something that its service does not log.
pub(super) const LOG: Code = Code::new("A0284");
/// A machine without the sizes that its shape needs.
pub(super) const MACHINE: Code = Code::new("A0285");
/// Something of the tenancy's root in a compartment.
pub(super) const NOT_IN_ROOT: Code = Code::new("A0286");
