//! Dynamic routing gateways: attachments, route tables, import distributions (R15 to R31).

use serde::Serialize;

use super::{
    AttachmentId, Cidr, DistributionId, DrgId, DrgTableId, Object, Origin, RouteTableId, Rules, SiteId,
    Source, VcnId,
};

/// A dynamic routing gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drg {
    /// Name, owner, origin.
    pub object: Object,
}

/// Something attached to a DRG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Name, owner, origin.
    pub object: Object,
    /// The DRG.
    pub drg: DrgId,
    /// What is attached.
    pub to: Attached,
    /// The table of packets that enter the DRG by it (R15). `None` is the DRG's untouched default table for its kind (R16);
    /// that this is what is meant is stated in a trace as an assumption.
    pub table: Option<DrgTableId>,
}

/// What an attachment attaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attached {
    /// A VCN.
    Vcn {
        /// Which.
        vcn: VcnId,
        /// The VCN's table of packets that enter it by this attachment; none is the implicit one (R2).
        ingress: Option<RouteTableId>,
        /// What it offers to the DRG's tables (R20).
        offers: Offers,
    },
    /// A DRG elsewhere, by remote peering.
    RemotePeering {
        /// The other end, if it is in this network. An unknown one is indeterminate.
        peer: Option<AttachmentId>,
    },
    /// An IPSec tunnel to a site.
    Ipsec(Line),
    /// A virtual circuit (FastConnect) to a site.
    VirtualCircuit(Line),
}

/// A line to a site of the customer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it leads.
    pub site: SiteId,
    /// What the other end announces.
    pub routes: Rules<LearnedRoute>,
}

/// A route that a site announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedRoute {
    /// The range.
    pub destination: Cidr,
    /// How many networks it passed: the fewer, the better.
    pub as_path: u32,
    /// Where it was said.
    pub source: Source,
}

/// What a VCN attachment offers, besides the ranges of its ingress table (R20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Offers {
    /// The ranges of its subnets.
    #[default]
    Subnets,
    /// The ranges of the VCN.
    Vcn,
}

/// The kinds that an import statement can match, in the order of preference (R26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttachmentKind {
    /// A VCN.
    Vcn,
    /// A virtual circuit.
    VirtualCircuit,
    /// An IPSec tunnel.
    Ipsec,
    /// A remote peering connection.
    RemotePeering,
}

impl Attached {
    /// Which kind it is.
    pub fn kind(&self) -> AttachmentKind {
        match self {
            Self::Vcn { .. } => AttachmentKind::Vcn,
            Self::RemotePeering { .. } => AttachmentKind::RemotePeering,
            Self::Ipsec(_) => AttachmentKind::Ipsec,
            Self::VirtualCircuit(_) => AttachmentKind::VirtualCircuit,
        }
    }

    /// The VCN, if it is one.
    pub fn vcn(&self) -> Option<VcnId> {
        match self {
            Self::Vcn { vcn, .. } => Some(*vcn),
            _ => None,
        }
    }
}

/// A DRG's route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrgTable {
    /// Name, owner, origin.
    pub object: Object,
    /// The DRG.
    pub drg: DrgId,
    /// Its static rules.
    pub rules: Rules<DrgRule>,
    /// Which offered routes it takes in; `None`: none.
    pub imports: Option<DistributionId>,
    /// Whether equal routes of lines share the load (R31).
    pub ecmp: bool,
}

/// A static rule of a DRG's table. Its next hop is a VCN or a remote peering; Oracle refuses others (R18).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrgRule {
    /// Which packets.
    pub destination: Cidr,
    /// Where they go.
    pub next: AttachmentId,
    /// How it came to be here.
    pub origin: Origin,
    /// Where it was said.
    pub source: Source,
}

impl DrgRule {
    /// A written rule.
    pub fn new(destination: Cidr, next: AttachmentId) -> Self {
        Self { destination, next, origin: Origin::Written, source: Source::NONE }
    }
}

/// An import route distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// Name, owner, origin.
    pub object: Object,
    /// The DRG.
    pub drg: DrgId,
    /// Its statements; each only ever accepts, so their order has no effect (R19).
    pub statements: Rules<Statement>,
}

/// One statement of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Evaluation order. It does not affect which route is preferred (R19).
    pub priority: u32,
    /// The attachments whose routes it takes in.
    pub accepts: Accepts,
    /// How it came to be here.
    pub origin: Origin,
    /// Where it was said.
    pub source: Source,
}

/// The attachments that an import statement matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accepts {
    /// All.
    All,
    /// Those of one kind.
    Kind(AttachmentKind),
    /// One.
    Attachment(AttachmentId),
}
