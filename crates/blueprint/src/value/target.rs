//! Where a route rule sends packets, and what it and a security rule may name instead of a range.

use adit_net::ServiceLabel;

use crate::code;
use crate::model::{Destination, Peer, Target};
use crate::nearest::nearest;
use crate::value::range::{address, range};
use crate::value::{BadValue, quoted};
use crate::words::shown;

const GATEWAYS: [&str; 4] = ["drg", "internet-gateway", "nat-gateway", "service-gateway"];
const TARGETS: &str = "`drg`, `internet-gateway`, `nat-gateway`, `service-gateway`, `local-peering/NAME`, \
     or a private address";

/// The target of a route rule.
pub(crate) fn target(text: &str) -> Result<Target, BadValue> {
    match text {
        "drg" => Ok(Target::Drg),
        "internet-gateway" => Ok(Target::Internet),
        "nat-gateway" => Ok(Target::Nat),
        "service-gateway" => Ok(Target::Service),
        _ => {
            if let Some(name) = text.strip_prefix("local-peering/").filter(|name| !name.is_empty()) {
                return Ok(Target::Peering(name.to_owned()));
            }
            if text.starts_with(|c: char| c.is_ascii_digit()) {
                return address(text).map(Target::Address);
            }
            let bad =
                BadValue::new(code::TARGET, format!("`{}` is no target of a route", shown(text)), TARGETS);
            match nearest(text, GATEWAYS) {
                Some(near) => Err(bad.instead(quoted(near))),
                None => Err(bad),
            }
        }
    }
}

const LABELS: [&str; 2] = ["all-services", "object-storage"];

/// A range, or a label that stands for Oracle's public services (R10).
pub(crate) fn destination(text: &str) -> Result<Destination, BadValue> {
    match text {
        "all-services" => Ok(Destination::Service(ServiceLabel::AllServices)),
        "object-storage" => Ok(Destination::Service(ServiceLabel::ObjectStorage)),
        _ if text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains(':') => {
            let bad = BadValue::new(
                code::NOT_A_RANGE,
                format!("`{}` is neither a range nor a label of Oracle's services", shown(text)),
                "an IPv4 range such as `10.0.0.0/16`, `all-services` or `object-storage`",
            );
            match nearest(text, LABELS) {
                Some(near) => Err(bad.instead(quoted(near))),
                None => Err(bad),
            }
        }
        _ => range(text).map(Destination::Range),
    }
}

/// The far end of a security rule.
pub(crate) fn peer(text: &str) -> Result<Peer, BadValue> {
    match text.strip_prefix("nsg/").filter(|name| !name.is_empty()) {
        Some(name) => Ok(Peer::Group(name.to_owned())),
        None => destination(text).map(Peer::Place),
    }
}
