//! Which namespaces, wires, tables and filters a network comes down to. Pure: nothing is made here.
//!
//! One namespace each for a card (`cards`), a VCN's router (`routers`), a DRG (`drgs`, with the routes of `offers`), a gateway, a site
//! and the world outside (`doors`). A card's lists and groups are a filter in its own namespace (`filter`).

mod cards;
mod doors;
mod drgs;
mod filter;
mod legal;
mod offers;
mod refuse;
mod routers;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::net::Ipv4Addr;

use adit_net::{AttachmentId, Cidr, DrgTableId, Endpoint, Network};

pub use refuse::Inexpressible;

/// The place of a namespace in its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpaceId(usize);

impl SpaceId {
    /// The place as a number.
    pub(crate) fn index(self) -> usize {
        self.0
    }
}

/// One namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Space {
    /// What it stands for, for whoever reads.
    pub(crate) role: String,
    /// Whether it passes on what is not for itself.
    pub(crate) forwards: bool,
    /// Lines for `ip -batch` that put its wires up.
    pub(crate) wires: String,
    /// The lines that follow them.
    pub(crate) ip: String,
    /// A ruleset for `nft -f`; empty: none.
    pub(crate) nft: String,
}

/// One end of a wire: its namespace and its name there.
type Plug = (SpaceId, String);

/// Where packets can be sent from and to.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The namespace.
    pub space: SpaceId,
    /// What the model calls it.
    pub endpoint: Endpoint,
    /// The addresses that it has in its namespace. Of a function and of unknown cards they are some of their subnet's.
    pub range: Cidr,
}

/// Routes of a DRG's table of which an arbitrary one wins (R28). Here it is the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// By which attachment packets come to the table.
    pub attachment: AttachmentId,
    /// The table, unless it is the default one.
    pub table: Option<DrgTableId>,
    /// The range.
    pub range: Cidr,
}

/// Which of several routes wins that nothing decides between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Winner {
    /// The one of the attachment that was described first.
    #[default]
    First,
    /// Of the one that was described last.
    Last,
}

/// A network as namespaces.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(crate) spaces: Vec<Space>,
    pub(crate) links: Vec<(Plug, Plug)>,
    /// Where packets can be sent from and to.
    pub spots: Vec<Spot>,
    /// Where the plan chose what the cloud would choose arbitrarily.
    pub ties: Vec<Tie>,
    /// The public address of a card's address.
    publics: BTreeMap<(SpaceId, Ipv4Addr), Ipv4Addr>,
}

impl Plan {
    /// Translates a network.
    ///
    /// # Errors
    /// Something in it that namespaces cannot show.
    pub fn of(network: &Network, winner: Winner) -> Result<Self, Inexpressible> {
        refuse::inexpressible(network)?;
        let mut plan = Self::default();
        let cards = cards::cards(network, &mut plan)?;
        let routers = routers::spaces(network, &mut plan);
        drgs::drgs(network, winner, &routers, &mut plan);
        doors::peerings(network, &routers, &mut plan);
        doors::gateways(network, &cards, &routers, &mut plan);
        routers::fill(network, &cards, &routers, &mut plan);
        Ok(plan)
    }

    /// The address by which the internet knows a card's address. One that nobody has, if it has none.
    pub fn public(&self, spot: &Spot, address: Ipv4Addr) -> Ipv4Addr {
        self.publics.get(&(spot.space, address)).copied().unwrap_or(doors::NOBODY)
    }

    /// What a namespace stands for.
    pub fn role(&self, id: SpaceId) -> &str {
        self.spaces.get(id.0).map_or("", |space| &space.role)
    }

    fn space(&mut self, role: impl Into<String>, forwards: bool) -> SpaceId {
        let wires = "link set dev lo up\n".to_owned();
        self.spaces.push(Space { role: role.into(), forwards, wires, ..Space::default() });
        SpaceId(self.spaces.len() - 1)
    }

    /// Adds lines to what `ip` is told there.
    fn ip(&mut self, id: SpaceId, lines: impl AsRef<str>) {
        if let Some(space) = self.spaces.get_mut(id.0) {
            space.ip.push_str(lines.as_ref());
            space.ip.push('\n');
        }
    }

    /// Adds a ruleset to what `nft` is told there.
    fn nft(&mut self, id: SpaceId, rules: &str) {
        if let Some(space) = self.spaces.get_mut(id.0) {
            space.nft.push_str(rules);
        }
    }

    /// A wire between two namespaces, both ends up.
    fn link(&mut self, left: (SpaceId, &str), right: (SpaceId, &str)) {
        for (id, name) in [left, right] {
            if let Some(space) = self.spaces.get_mut(id.0) {
                let _ = writeln!(space.wires, "link set dev {name} arp off up");
            }
        }
        self.links.push(((left.0, left.1.to_owned()), (right.0, right.1.to_owned())));
    }
}

impl fmt::Display for Plan {
    /// Everything that `ip` and `nft` are told, by namespace.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, space) in self.spaces.iter().enumerate() {
            writeln!(f, "--- {index}: {}\n{}{}{}", space.role, space.wires, space.ip, space.nft)?;
        }
        Ok(())
    }
}
