//! Rules as they are written: what their texts name, and how the keys of a security rule become its traffic.

use std::net::Ipv4Addr;

use adit_net::{Cidr, Direction, IcmpKind, PortRange, Ports, ServiceLabel, Traffic};

use super::section::Section;
use super::{RouteRule, SecurityRule};
use crate::code;
use crate::finding::Finding;
use crate::source::At;
use crate::value::port::ports;
use crate::value::protocol::{Written, protocol};
use crate::value::target::{destination, peer, target};

/// The packets of a route rule, or the far end of a security rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A range.
    Range(Cidr),
    /// Oracle's services.
    Service(ServiceLabel),
}

/// Where a route rule sends packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The VCN's dynamic routing gateway.
    Drg,
    /// Its internet gateway.
    Internet,
    /// Its NAT gateway.
    Nat,
    /// Its service gateway.
    Service,
    /// One of its local peerings, by name.
    Peering(String),
    /// A private address in it.
    Address(Ipv4Addr),
}

/// The far end of a security rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A range, or Oracle's services.
    Place(Destination),
    /// A network security group of the same VCN, by name (R34).
    Group(String),
}

pub(super) fn route(section: &Section<'_>) -> Option<RouteRule> {
    Some(RouteRule {
        span: section.span,
        destination: section.text_as("destination", destination)?,
        target: section.text_as("target", target)?,
    })
}

pub(super) fn security(
    section: &Section<'_>,
    direction: Direction,
    faults: &mut Vec<Finding>,
) -> Option<SecurityRule> {
    let far = match direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    };
    Some(SecurityRule {
        span: section.span,
        direction,
        peer: section.text_as(far, peer)?,
        traffic: traffic(section, faults)?,
        stateless: section.flag("stateless").is_some_and(|flag| flag.value),
    })
}

fn traffic(section: &Section<'_>, faults: &mut Vec<Finding>) -> Option<Traffic> {
    let protocol = section.scalar_as("protocol", protocol)?;
    let has_ports = matches!(protocol.value, Written::Tcp | Written::Udp);
    let is_icmp = protocol.value == Written::Icmp;
    for (key, allowed, wants) in [
        ("port", has_ports, "tcp or udp"),
        ("source-port", has_ports, "tcp or udp"),
        ("icmp-type", is_icmp, "icmp"),
        ("icmp-code", is_icmp, "icmp"),
    ] {
        if let (Some(span), false) = (section.key_span(key), allowed) {
            faults.push(
                Finding::new(
                    code::NO_PORTS,
                    "rule",
                    span,
                    format!("`{key}` says nothing about this protocol: only {wants} has it"),
                )
                .here("would be passed over")
                .also(protocol.span, "the protocol")
                .observed(format!("`{key}` beside another protocol"))
                .expected(format!("protocol {wants}"))
                .fix(format!("write the protocol that is meant ({wants}), or take `{key}` out")),
            );
        }
    }
    let (kind, code) = (section.byte("icmp-type"), section.byte("icmp-code"));
    if let (None, Some(code), true) = (&kind, &code, is_icmp) {
        faults.push(
            Finding::new(code::MISSING_KEY, "rule", code.span, "an ICMP code means nothing without its type")
                .observed("`icmp-code` alone")
                .expected("`icmp-type` and `icmp-code`")
                .fix("add `icmp-type = …`"),
        );
    }
    let range = |key| match section.key_span(key) {
        None => Some(PortRange::ALL),
        // A wrong one was told already; the rule is then left out as a whole.
        Some(_) => section.scalar_as(key, ports).map(|ports| ports.value),
    };
    let ports = || Some(Ports { source: range("source-port")?, destination: range("port")? });
    match protocol.value {
        Written::All => Some(Traffic::All),
        Written::Tcp => ports().map(Traffic::Tcp),
        Written::Udp => ports().map(Traffic::Udp),
        Written::Icmp => Some(Traffic::Icmp(
            kind.map(|kind: At<u8>| IcmpKind { kind: kind.value, code: code.map(|code| code.value) }),
        )),
        Written::Other(number) => Some(Traffic::Other(number)),
    }
}
