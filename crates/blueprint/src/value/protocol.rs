//! Protocols, as they are written: a name that the console shows, or the number that IANA gave.

use crate::code;
use crate::nearest::nearest;
use crate::shape::Scalar;
use crate::value::{BadValue, quoted};
use crate::words::shown;

/// A protocol without its ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    All,
    Icmp,
    Tcp,
    Udp,
    Other(u8),
}

const NAMES: [&str; 4] = ["all", "tcp", "udp", "icmp"];
const ALLOWED: &str = "`tcp`, `udp`, `icmp`, `all`, or a protocol's number from 0 to 255";

/// Reads a protocol.
pub(crate) fn protocol(scalar: &Scalar<'_>) -> Result<Written, BadValue> {
    match scalar {
        Scalar::Text(text) => match text.to_ascii_lowercase().as_str() {
            "all" => Ok(Written::All),
            "icmp" => Ok(Written::Icmp),
            "tcp" => Ok(Written::Tcp),
            "udp" => Ok(Written::Udp),
            "icmpv6" | "ipv6-icmp" | "58" => Err(icmpv6()),
            word => match word.parse::<i64>() {
                Ok(value) => number(value),
                Err(_) => {
                    let bad = BadValue::new(
                        code::PROTOCOL,
                        format!("`{}` is not a protocol", shown(text)),
                        ALLOWED,
                    );
                    match nearest(word, NAMES) {
                        Some(name) => Err(bad.instead(quoted(name))),
                        None => Err(bad),
                    }
                }
            },
        },
        Scalar::Whole(value) => number(*value),
        Scalar::Flag(_) => Err(BadValue::new(code::PROTOCOL, "a protocol is a name or a number", ALLOWED)),
    }
}

fn number(value: i64) -> Result<Written, BadValue> {
    match u8::try_from(value) {
        Ok(1) => Ok(Written::Icmp),
        Ok(6) => Ok(Written::Tcp),
        Ok(17) => Ok(Written::Udp),
        Ok(58) => Err(icmpv6()),
        Ok(other) => Ok(Written::Other(other)),
        Err(_) => Err(BadValue::new(code::PROTOCOL, format!("{value} is not a protocol"), ALLOWED)),
    }
}

fn icmpv6() -> BadValue {
    BadValue::new(code::IPV6, "ICMPv6 is a protocol of IPv6, and only IPv4 is analysed", "`icmp`")
}
