//! IPv4 ranges and addresses, as they are written.

use std::net::{Ipv4Addr, Ipv6Addr};

use adit_net::{Cidr, CidrError};

use crate::code;
use crate::value::{BadValue, quoted};
use crate::words::shown;

const RANGE: &str = "an IPv4 range such as `10.0.0.0/16`";

/// A range: its first address and its length.
pub(crate) fn range(text: &str) -> Result<Cidr, BadValue> {
    text.parse::<Cidr>().map_err(|error| match error {
        CidrError::Ipv6(_) => ipv6(text),
        CidrError::HostBits { range, .. } => {
            BadValue::new(code::HOST_BITS, error.to_string(), "the first address of a range, with its length")
                .instead(quoted(range))
        }
        CidrError::NoLength(_) => {
            let bad = BadValue::new(code::NOT_A_RANGE, error.to_string(), RANGE);
            match text.parse::<Ipv4Addr>() {
                Ok(address) => bad.instead(quoted(Cidr::host(address))),
                Err(_) => bad,
            }
        }
        CidrError::Length(_) => BadValue::new(code::PREFIX_LENGTH, error.to_string(), RANGE),
        _ => BadValue::new(code::NOT_A_RANGE, error.to_string(), RANGE),
    })
}

/// The range of a VCN or a subnet: /16 to /30, and none that the cloud keeps for itself (R54).
pub(crate) fn own_range(text: &str) -> Result<Cidr, BadValue> {
    let range = range(text)?;
    if !(16..=30).contains(&range.length()) {
        let size = range.size();
        return Err(BadValue::new(
            code::PREFIX_LENGTH,
            format!("`{range}` has {size} addresses"),
            "/16 (65536 addresses) to /30 (4 addresses)",
        ));
    }
    let [first, second, ..] = range.first().octets();
    let reserved = match (first, second) {
        (0, _) => Some("0.0.0.0/8, which means this network"),
        (127, _) => Some("127.0.0.0/8, which never leaves a machine"),
        (169, 254) => Some("169.254.0.0/16, which the cloud keeps for metadata and DNS"),
        (224..=239, _) => Some("class D, which is for multicast"),
        (240..=255, _) => Some("class E, which is reserved"),
        _ => None,
    };
    match reserved {
        Some(reason) => Err(BadValue::new(
            code::RESERVED_RANGE,
            format!("`{range}` lies in {reason}"),
            "a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        )),
        None => Ok(range),
    }
}

/// One address.
pub(crate) fn address(text: &str) -> Result<Ipv4Addr, BadValue> {
    text.parse::<Ipv4Addr>().map_err(|_| {
        if text.parse::<Ipv6Addr>().is_ok() {
            return ipv6(text);
        }
        let bad = BadValue::new(
            code::NOT_A_RANGE,
            format!("`{}` is not an IPv4 address", shown(text)),
            "an address such as `10.0.0.146`",
        );
        match text.split_once('/').and_then(|(address, _)| address.parse::<Ipv4Addr>().ok()) {
            Some(address) => bad.instead(quoted(address)),
            None => bad,
        }
    })
}

fn ipv6(text: &str) -> BadValue {
    BadValue::new(
        code::IPV6,
        format!("`{}` is IPv6, and only IPv4 is analysed", shown(text)),
        "IPv4; what a rule for IPv6 lets through is not looked at, so it is refused rather than passed over",
    )
}
