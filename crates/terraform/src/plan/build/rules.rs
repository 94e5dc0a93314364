//! One security rule, as lists and groups write it.

use adit_net::{
    Direction, IcmpKind, Origin, Peer, Port, PortError, PortRange, Ports, SecurityRule, Source, Traffic,
    VcnId,
};

use super::Builder;
use super::gateways::label;
use crate::plan::block::{Block, Got, Ipv6};
use crate::plan::code;
use crate::plan::link::{Link, Thing, Want};

/// What became of a rule.
pub(super) enum Read {
    /// It can be told; its place comes later.
    Rule(SecurityRule),
    /// It cannot be, and why.
    Open(String),
    /// It is for nothing that is analysed, or wrong, which was told.
    Passed,
}

impl<'p> Builder<'p> {
    /// Reads a rule. Lists have one block of ports for the receiver, groups a block inside the options.
    pub(super) fn security_rule(
        &mut self,
        block: &Block<'p>,
        direction: Direction,
        of_group: bool,
        vcn: VcnId,
    ) -> Read {
        let far = match direction {
            Direction::Ingress => "source",
            Direction::Egress => "destination",
        };
        let peer = match self.peer(block, far, of_group, vcn) {
            Ok(Some(peer)) => peer,
            Ok(None) => return Read::Passed,
            Err(why) => return Read::Open(why),
        };
        let traffic = match self.traffic(block, of_group) {
            Ok(Some(traffic)) => traffic,
            Ok(None) => return Read::Passed,
            Err(why) => return Read::Open(why),
        };
        let stateless = match block.flag("stateless") {
            Got::Is(stateless) => stateless,
            // Without a word, a rule is stateful.
            Got::Nothing | Got::Open => false,
        };
        let source = Source::NONE;
        Read::Rule(SecurityRule { direction, stateless, peer, traffic, origin: Origin::Plan, source })
    }

    fn peer(
        &mut self,
        block: &Block<'p>,
        far: &str,
        of_group: bool,
        vcn: VcnId,
    ) -> Result<Option<Peer>, String> {
        let kind = block.text(&format!("{far}_type"));
        match kind {
            Got::Is("NETWORK_SECURITY_GROUP") if of_group => {
                return match self.links.link(block, far, Want::Nsg) {
                    Link::To(thing) => Ok(Some(Peer::Nsg(self.group(thing, vcn)))),
                    Link::Open(why) => Err(why),
                    Link::Nothing => Ok(None),
                };
            }
            Got::Is("SERVICE_CIDR_BLOCK") => {
                return match block.text(far) {
                    Got::Is(text) => match label(text) {
                        Some(label) => Ok(Some(label.into())),
                        None => {
                            let expected = "a label such as all-fra-services-in-oracle-services-network";
                            block.fault(code::REFUSED, far, text, expected);
                            Ok(None)
                        }
                    },
                    Got::Open => Err(self.links.why(block, far, None)),
                    Got::Nothing => Ok(None),
                };
            }
            Got::Is("CIDR_BLOCK") | Got::Nothing | Got::Open => {}
            Got::Is(other) => {
                let groups = if of_group { ", NETWORK_SECURITY_GROUP" } else { "" };
                let expected = format!("CIDR_BLOCK{groups} or SERVICE_CIDR_BLOCK");
                block.fault(code::REFUSED, &format!("{far}_type"), other, &expected);
                return Ok(None);
            }
        }
        match block.text(far) {
            // A label says by itself what it is.
            Got::Is(text) if label(text).is_some() => Ok(label(text).map(Into::into)),
            Got::Is(_) => match block.range(far) {
                Got::Is(Ok(range)) => Ok(Some(range.into())),
                Got::Is(Err(Ipv6)) => {
                    *self.ipv6.entry(block.record).or_default() += 1;
                    Ok(None)
                }
                _ => Ok(None),
            },
            Got::Open => Err(self.links.why(block, far, None)),
            Got::Nothing => Ok(None),
        }
    }

    fn traffic(&mut self, block: &Block<'p>, of_group: bool) -> Result<Option<Traffic>, String> {
        let protocol = match block.text("protocol") {
            Got::Is(protocol) => protocol,
            Got::Open => return Err(self.links.why(block, "protocol", None)),
            Got::Nothing => return Ok(None),
        };
        if protocol == "all" {
            return Ok(Some(Traffic::All));
        }
        let Ok(number) = protocol.parse::<u8>() else {
            let expected = "`all`, or a number: 6 is TCP, 17 UDP, 1 ICMP";
            block.fault(code::REFUSED, "protocol", protocol, expected);
            return Ok(None);
        };
        Ok(match number {
            6 => self.ports(block, "tcp_options", of_group)?.map(Traffic::Tcp),
            17 => self.ports(block, "udp_options", of_group)?.map(Traffic::Udp),
            1 => self.icmp(block)?.map(Traffic::Icmp),
            // ICMPv6 is IPv6.
            58 => {
                *self.ipv6.entry(block.record).or_default() += 1;
                None
            }
            other => Some(Traffic::Other(other)),
        })
    }

    fn icmp(&mut self, block: &Block<'p>) -> Result<Option<Option<IcmpKind>>, String> {
        let options = match block.block("icmp_options") {
            Got::Is(options) => options,
            Got::Nothing => return Ok(Some(None)),
            Got::Open => return Err(self.links.why(block, "icmp_options", None)),
        };
        let number = |attribute: &str| match options.number(attribute) {
            Got::Is(number) => match u8::try_from(number) {
                Ok(number) => Ok(Some(number)),
                // The provider writes -1 for none.
                Err(_) if number == -1 => Ok(None),
                Err(_) => {
                    options.fault(code::REFUSED, attribute, &number.to_string(), "0 to 255");
                    Ok(None)
                }
            },
            Got::Nothing => Ok(None),
            Got::Open if attribute == "code" => Ok(None),
            Got::Open => Err(self.links.why(&options, attribute, None)),
        };
        let kind = number("type")?;
        let code = number("code")?;
        Ok(Some(kind.map(|kind| IcmpKind { kind, code })))
    }

    /// The ports of a rule; of none that are written, all.
    fn ports(&mut self, block: &Block<'p>, options: &str, of_group: bool) -> Result<Option<Ports>, String> {
        let options = match block.block(options) {
            Got::Is(options) => options,
            Got::Nothing => return Ok(Some(Ports::ALL)),
            Got::Open => return Err(self.links.why(block, options, None)),
        };
        let inner = |name: &str| match options.block(name) {
            Got::Is(range) => self.range(&range),
            Got::Nothing => Ok(Some(PortRange::ALL)),
            Got::Open => Err(self.links.why(&options, name, None)),
        };
        let destination = if of_group { inner("destination_port_range")? } else { self.range(&options)? };
        let source = inner("source_port_range")?;
        Ok(destination.zip(source).map(|(destination, source)| Ports { source, destination }))
    }

    /// `min` and `max`; neither is all. `None`: they are no range, which was told.
    fn range(&self, block: &Block<'p>) -> Result<Option<PortRange>, String> {
        let (min, max) = match (block.number("min"), block.number("max")) {
            // Where they are left out, the provider has them as known only after apply, or as 0.
            (Got::Nothing | Got::Open, Got::Nothing | Got::Open) if !self.says(block, "min") => {
                return Ok(Some(PortRange::ALL));
            }
            (Got::Is(0), Got::Is(0)) => return Ok(Some(PortRange::ALL)),
            (Got::Open, _) => return Err(self.links.why(block, "min", None)),
            (_, Got::Open) => return Err(self.links.why(block, "max", None)),
            (min, max) => (min.is(), max.is()),
        };
        let made = |min: i64, max: i64| -> Result<PortRange, PortError> {
            PortRange::new(Port::new(min)?, Port::new(max)?)
        };
        let (Some(min), Some(max)) = (min.or(max), max.or(min)) else { return Ok(Some(PortRange::ALL)) };
        match made(min, max) {
            Ok(range) => Ok(Some(range)),
            Err(error) => {
                let is_max = Port::new(min).is_ok() && Port::new(max).is_err();
                block.fault(
                    code::REFUSED,
                    if is_max { "max" } else { "min" },
                    &error.to_string(),
                    "ports from 1 to 65535, the first not above the last",
                );
                Ok(None)
            }
        }
    }

    /// Whether the configuration writes an argument.
    fn says(&self, block: &Block<'p>, attribute: &str) -> bool {
        block.written.is_empty() && block.is_open(attribute)
            || block.written.iter().any(|written| written.contains_key(attribute))
    }

    /// What a thing is called in the listing.
    pub(super) fn peer_words(&self, peer: &Peer) -> String {
        match peer {
            Peer::Cidr(range) => range.to_string(),
            Peer::Service(label) => label.to_string(),
            Peer::Nsg(group) => self.network.nsgs.at(*group).object.name.to_string(),
        }
    }

    /// The group that a rule is of.
    pub(super) fn group_of(&mut self, block: &Block<'p>) -> Option<Thing> {
        match self.links.link(block, "network_security_group_id", Want::Nsg) {
            Link::To(thing) => Some(thing),
            Link::Open(why) => {
                self.note(block.record, "this rule is left out", &why);
                None
            }
            Link::Nothing => None,
        }
    }
}
