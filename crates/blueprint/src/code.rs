//! The codes of what is found in a file. What each one means stands in `docs/codes.md`, the one place for it.
//!
//! A01xx is about addresses and the file itself, A02xx about the ways of packets.

use std::fmt;

/// A stable code, such as `A0152`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// The code of another room of the house.
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// Its text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal;)*) => {
        $(pub(crate) const $name: Code = Code($code);)*

        /// All codes that this crate can give.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    OVERLAP = "A0101";
    SUBNETS_OVERLAP = "A0102";
    RANGES_OVERLAP = "A0103";
    PEERS_OVERLAP = "A0104";
    ON_PREMISES_OVERLAP = "A0105";
    SUBNET_FULL = "A0106";
    DOCKER_RANGE = "A0107";

    UNREADABLE = "A0150";
    NOT_TOML = "A0151";
    UNKNOWN_KEY = "A0152";
    WRONG_TYPE = "A0153";
    MISSING_KEY = "A0154";
    BAD_VALUE = "A0155";
    TWICE = "A0156";
    NO_SUCH_NAME = "A0157";
    VERSION = "A0158";
    AMBIGUOUS_NAME = "A0159";
    NOT_A_RANGE = "A0160";
    HOST_BITS = "A0161";
    PREFIX_LENGTH = "A0162";
    IPV6 = "A0163";
    PORT = "A0164";
    PROTOCOL = "A0165";
    NO_PORTS = "A0166";
    RESERVED_RANGE = "A0167";
    TARGET = "A0168";
    SENTENCE = "A0169";
    OUTSIDE_VCN = "A0170";
    OUTSIDE_SUBNET = "A0171";
    ATTACHED_TWICE = "A0172";
    OTHER_VCN = "A0173";
    TOO_MANY = "A0174";
    NO_GATEWAY = "A0175";
    PEERING = "A0176";
    OTHER_KIND = "A0177";
    OTHER_REGION = "A0178";
    CONFIG_NAME = "A0179";
    CONFIG_SIZE = "A0180";

    NO_ROUTE = "A0201";
    NO_DRG_ROUTE = "A0202";
    DEAD_END = "A0203";
    NO_ROUTE_BACK = "A0207";
    NO_DRG_ROUTE_BACK = "A0208";
    DEAD_END_BACK = "A0209";
    TWO_WAYS = "A0215";
    NOT_KNOWN = "A0216";
    NOT_LET_OUT = "A0221";
    NOT_ADMITTED = "A0224";
    ANSWER_NOT_LET_OUT = "A0225";
    ANSWER_NOT_ADMITTED = "A0226";
    REACHES_ANYWAY = "A0231";
    CANNOT_BE_ASKED = "A0233";

    RULE_REFUSED = "A0241";
    SAME_DESTINATION = "A0242";
    LEADS_NOWHERE = "A0243";
    ON_NOTHING = "A0244";
    SHADOWED = "A0245";
    BOTH_STATES = "A0246";
    REDUNDANT_ANSWER = "A0247";
    NOT_NEEDED = "A0248";
    WIDER = "A0249";
    FRAGMENTS = "A0250";
    PATH_MTU = "A0251";

    OPENED = "A0261";
    CLOSED = "A0262";
    NOT_COMPARED = "A0263";

    NOT_ALLOWED = "A0301";
    DENIED = "A0302";
    PERMISSION_NOT_KNOWN = "A0303";
    READS_SECRET = "A0304";
    SHIPS_CODE = "A0305";
    POLICY_FILE = "A0306";
}
