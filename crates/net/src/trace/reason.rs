//! Why a packet goes on or stops, each with the rule of the network that says so.

use std::fmt;
use std::net::Ipv4Addr;

use serde::Serialize;

use crate::model::{Cidr, Direction, GatewayKind, Name};

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// A rule admits it.
    Admitted(Direction),
    /// The way out or in was noted by a stateful rule, so the answer needs none.
    Tracked(Direction),
    /// Metadata, DNS and boot volumes are not filtered.
    Exempt,
    /// No rule admits it.
    NotAdmitted(Direction),
    /// No rule admits the answer, and a stateless rule let the question through, so it needs one.
    AnswerNotAdmitted(Direction),
    /// The rules of a list or group are not known.
    RulesUnknown(Direction),
    /// The card has a security attribute.
    ZeroTrust,
    /// Same subnet: handed over, not routed.
    SameSubnet,
    /// The VCN's own range: handed over.
    Local,
    /// The hidden table of a door without one.
    Implicit,
    /// A rule of the table.
    Routed,
    /// No rule covers the destination.
    NoRoute,
    /// The table's rules are not known.
    TableUnknown,
    /// Where the rule leads is not known.
    TargetUnknown,
    /// Two rules for one destination.
    TwoRoutes(Vec<Name>),
    /// No subnet of the VCN has that address.
    NoSubnet,
    /// Arrived.
    Arrived,
    /// Arrived at a machine that has the address, in another network than meant.
    WrongNetwork {
        /// Where it was meant to arrive.
        meant: Name,
    },
    /// This way goes on, and does not end where it should.
    Astray {
        /// Where it was meant to arrive.
        meant: Name,
        /// Where and why it ends instead.
        because: String,
    },
    /// Oracle's services answer; they open no connections into a VCN.
    ServicesAnswer,
    /// Through a gateway that passes it.
    Through(GatewayKind),
    /// The gateway is disabled or blocks traffic.
    Closed(GatewayKind),
    /// The sender has no public address.
    NoPublicAddress,
    /// A private address does not exist on the internet.
    PrivateOnInternet,
    /// An answer through NAT to a connection that did not leave by it.
    NatAnswer,
    /// The service gateway is made for Object Storage alone.
    OtherService,
    /// A gateway asked by another VCN's packet.
    ForeignGateway(GatewayKind),
    /// The VCN of the receiver has no internet gateway.
    NoInternetGateway,
    /// The peering has no other end.
    NotPeered,
    /// From a DRG through a peering to another DRG.
    DrgLpgDrg,
    /// Nobody has the next hop's address.
    Unassigned(Ipv4Addr),
    /// The next hop throws away what is not its own.
    SourceCheck(Ipv4Addr),
    /// The next hop does not pass packets on.
    DoesNotForward(Ipv4Addr),
    /// Whether the next hop passes packets on is not known.
    ForwardingUnknown(Ipv4Addr),
    /// The next hop passes it on.
    Forwards(Ipv4Addr),
    /// A route of a DRG's table.
    DrgRouted {
        /// The range that won.
        range: Cidr,
        /// Whether it is a static rule.
        fixed: bool,
    },
    /// Routes of the DRG's table for one range, of which any may win.
    Tie {
        /// The range.
        range: Cidr,
        /// The attachments that offer it.
        names: Vec<Name>,
    },
    /// The DRG's table depends on something that is not known.
    ImportsUnknown(Name),
    /// From line to line.
    LineToLine,
    /// The other end of the remote peering is not in this network.
    PeerUnknown,
    /// A site that has no line to the network.
    NoLine,
    /// The same place twice.
    Loop,
    /// The message has no answer.
    NoAnswer,
}

impl Reason {
    /// The rule of `docs/network-rules.md` that decides.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Admitted(_) | Self::NotAdmitted(_) => "R32",
            Self::Tracked(_) => "R41",
            Self::Exempt => "R36",
            Self::AnswerNotAdmitted(_) => "R43",
            Self::RulesUnknown(_) | Self::TableUnknown | Self::TargetUnknown => "R28",
            Self::ImportsUnknown(_) | Self::PeerUnknown => "R28",
            Self::ZeroTrust => "R38",
            Self::SameSubnet => "R4",
            Self::Local => "R6",
            Self::Implicit => "R2",
            Self::Routed => "R5",
            Self::NoRoute | Self::NoSubnet => "R8",
            Self::TwoRoutes(_) => "R9",
            Self::Arrived | Self::NoAnswer => "R33",
            Self::WrongNetwork { .. } | Self::Astray { .. } => "R27",
            Self::ServicesAnswer => "R48",
            Self::Through(GatewayKind::Service(_)) | Self::OtherService => "R49",
            Self::Through(_) | Self::NoPublicAddress | Self::PrivateOnInternet => "R51",
            Self::NatAnswer | Self::NoInternetGateway => "R51",
            Self::Closed(_) => "R14",
            Self::ForeignGateway(_) => "R48",
            Self::NotPeered => "R7",
            Self::DrgLpgDrg => "R25",
            Self::Unassigned(_) | Self::SourceCheck(_) | Self::DoesNotForward(_) => "R11",
            Self::ForwardingUnknown(_) | Self::Forwards(_) => "R11",
            Self::DrgRouted { .. } => "R15",
            Self::Tie { .. } => "R26",
            Self::LineToLine => "R23",
            Self::NoLine => "R21",
            Self::Loop => "R5",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(" or ");
        match self {
            Self::Admitted(direction) => write!(f, "a rule admits it ({direction})"),
            Self::Tracked(direction) => {
                let way = direction.opposite();
                write!(f, "a stateful rule let the question through ({way}), so the answer needs none")
            }
            Self::Exempt => f.write_str("169.254.0.0/16 is not filtered"),
            Self::NotAdmitted(direction) => write!(f, "no rule admits it ({direction})"),
            Self::AnswerNotAdmitted(direction) => {
                write!(f, "a stateless rule let the question through, so its answer needs a rule ({direction}); none admits it")
            }
            Self::RulesUnknown(direction) => write!(f, "not all rules are known that could admit it ({direction})"),
            Self::ZeroTrust => {
                f.write_str("it carries a security attribute: Zero Trust Packet Routing must allow it too, which is not analysed")
            }
            Self::SameSubnet => f.write_str("within a subnet nothing is routed"),
            Self::Local => f.write_str("the VCN's own range: handed over"),
            Self::Implicit => f.write_str("no table for what enters here: the hidden one hands over to every subnet"),
            Self::Routed => f.write_str("the longest match"),
            Self::NoRoute => f.write_str("no rule covers the destination: the packet is dropped without a word"),
            Self::TableUnknown => f.write_str("its rules are not known"),
            Self::TargetUnknown => f.write_str("where its rule for the destination leads is not known"),
            Self::TwoRoutes(targets) => write!(f, "two rules for one destination lead to {}", names(targets)),
            Self::NoSubnet => f.write_str("no subnet of the VCN has this address"),
            Self::Arrived => f.write_str("arrived"),
            Self::WrongNetwork { meant } => write!(f, "it arrives in another network than `{meant}`, which has this address too"),
            Self::Astray { meant, because } => write!(f, "this way does not lead to `{meant}`: {because}"),
            Self::ServicesAnswer => f.write_str("Oracle's services open no connections into a VCN"),
            Self::Through(kind) => write!(f, "the {kind} passes it"),
            Self::Closed(GatewayKind::Internet) => f.write_str("the internet gateway is disabled"),
            Self::Closed(kind) => write!(f, "the {kind} blocks all traffic"),
            Self::NoPublicAddress => f.write_str("an internet gateway passes nothing that has no public address"),
            Self::PrivateOnInternet => f.write_str("the address is private: the internet does not have it"),
            Self::NatAnswer => f.write_str("NAT cannot deliver an answer to a connection that did not leave by it"),
            Self::OtherService => f.write_str("the service gateway is made for Object Storage alone"),
            Self::ForeignGateway(kind) => write!(f, "the {kind} serves cards of its own VCN only"),
            Self::NoInternetGateway => f.write_str("its VCN has no internet gateway"),
            Self::NotPeered => f.write_str("the local peering is not connected"),
            Self::DrgLpgDrg => f.write_str("from a DRG through a local peering into another DRG is not supported"),
            Self::Unassigned(address) => write!(f, "nobody in the VCN has the next hop's address {address}"),
            Self::SourceCheck(address) => {
                write!(f, "the next hop {address} has its source/destination check on and throws the packet away")
            }
            Self::DoesNotForward(address) => write!(f, "the next hop {address} does not pass packets on"),
            Self::ForwardingUnknown(address) => write!(f, "whether the next hop {address} passes packets on is not known"),
            Self::Forwards(address) => write!(f, "the next hop {address} passes it on"),
            Self::DrgRouted { range, fixed: true } => write!(f, "the static rule for {range}"),
            Self::DrgRouted { range, fixed: false } => write!(f, "the imported route for {range}"),
            Self::Tie { range, names: offers } => {
                write!(f, "{range} is offered by {}: the winner is arbitrary", names(offers))
            }
            Self::ImportsUnknown(name) => write!(f, "what `{name}` brings into this table is not known"),
            Self::LineToLine => f.write_str("what comes by a tunnel or circuit never leaves by one"),
            Self::PeerUnknown => f.write_str("the other end of the remote peering is not described"),
            Self::NoLine => f.write_str("the site has no tunnel or circuit into this network"),
            Self::Loop => f.write_str("it has been here before: the packet goes in a circle"),
            Self::NoAnswer => f.write_str("this message has no answer"),
        }
    }
}
