//! The environment variables that the contract reads, each named here and nowhere else. Reading them is
//! [`Contract`](crate::Contract)'s work.

/// Where to listen: `unix:` and an absolute path of at most 107 bytes. On Fn and on Oracle Functions it is always
/// `unix:/tmp/iofs/lsnr.sock`; the user's configuration cannot change it. Required.
pub const FN_LISTENER: &str = "FN_LISTENER";

/// How calls arrive. `http-stream` is the only format there is; empty or unset means the same.
pub const FN_FORMAT: &str = "FN_FORMAT";

/// The name to print in the line that frames a call's log. Used only together with [`FN_LOGFRAME_HDR`].
pub const FN_LOGFRAME_NAME: &str = "FN_LOGFRAME_NAME";

/// The request header whose value is printed in the line that frames a call's log.
pub const FN_LOGFRAME_HDR: &str = "FN_LOGFRAME_HDR";
