//! Where a packet is on its way.

use crate::model::{AttachmentId, Direction, GatewayId, LpgId, RouteTableId, SiteId, VcnId, VnicId};
use crate::packet::{Addr, Card};

/// A place at which something is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Position {
    /// About to leave a card.
    Leave(Card),
    /// About to enter a card, for itself or (`onward`) for somebody else.
    Arrive { card: Card, onward: bool },
    /// Inside a machine that should pass it on.
    Forward { vnic: VnicId, card: Card },
    /// At a VCN's route table.
    Route(Router),
    /// In a DRG, entered by this attachment.
    Drg(AttachmentId),
    /// At a local peering, to its other end.
    Peering { lpg: LpgId, from_drg: bool },
    /// Before a gateway, on the way out.
    Gate { gateway: GatewayId, entry: Entry },
    /// Before an internet gateway, on the way in.
    Inbound(GatewayId),
    /// Out of the network.
    Outside { at: Outside, exit: Exit },
}

/// A VCN's router, with the table that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Router {
    pub(crate) vcn: VcnId,
    /// `None`: the hidden one (R2).
    pub(crate) table: Option<RouteTableId>,
    pub(crate) entry: Entry,
}

/// How a packet came to a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Entry {
    Card(Card),
    Drg(AttachmentId),
    Lpg { lpg: LpgId, from_drg: bool },
    Gateway(GatewayId),
}

/// Where a packet is that has left the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outside {
    Site(SiteId),
    Internet,
    Oracle(Addr),
}

/// By which door it left: the answer comes back by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Exit {
    Gateway(GatewayId),
    Line(AttachmentId),
}

/// Whether a card has noted a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tracked {
    Yes,
    No,
    Unknown,
}

/// A packet has crossed a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crossing {
    pub(crate) card: Card,
    pub(crate) direction: Direction,
    pub(crate) tracked: Tracked,
}

/// What the way there leaves behind for the way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) crossings: Vec<Crossing>,
    pub(crate) exit: Option<Exit>,
}

impl Memory {
    /// Whether the answer, crossing a card in `direction`, was noted on the way there (R41).
    pub(crate) fn tracked(&self, card: &Card, direction: Direction) -> Tracked {
        let there = self.crossings.iter().find(|crossing| {
            let same = (crossing.card.subnet, crossing.card.address) == (card.subnet, card.address);
            same && crossing.direction == direction.opposite()
        });
        there.map_or(Tracked::No, |crossing| crossing.tracked)
    }
}
