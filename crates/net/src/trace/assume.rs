//! What a trace takes for granted, said.

use std::fmt;

use serde::Serialize;

use super::hop::{Hop, Kind};
use super::reason::Reason;
use crate::model::Network;
use crate::packet::Place;

/// Something that no description of a network tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Assumption {
    /// R40: the firewall inside a machine's image admits it.
    HostFirewall,
    /// R2: what enters a VCN where no table is associated is handed over to its subnets.
    ImplicitTable,
    /// R16: an attachment without a table has the DRG's untouched default.
    DefaultDrgTable,
    /// The site sends what is for the cloud, and answers, into its lines.
    SiteRoutes,
    /// R11: the next hop passes on every packet, whatever its own rules and firewall say.
    NextHop,
    /// R10: `0.0.0.0/0` holds the addresses of Oracle's services, and no other range does.
    ServiceAddresses,
    /// R47: an idle connection is forgotten after a day, an idle exchange of datagrams after minutes.
    IdleTimeout,
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HostFirewall => "a machine's own firewall is not seen from here, and taken to admit it",
            Self::ImplicitTable => {
                "where no table is associated, what enters a VCN is taken to be handed over to its subnets"
            }
            Self::DefaultDrgTable => {
                "an attachment without a table is taken to have the DRG's untouched default"
            }
            Self::SiteRoutes => "the site is taken to send what is for the cloud into its lines",
            Self::NextHop => "the next hop is taken to pass on every packet unchanged",
            Self::ServiceAddresses => {
                "only 0.0.0.0/0 and labels are taken to hold the addresses of Oracle's services"
            }
            Self::IdleTimeout => {
                "a connection idle for more than a day is forgotten; then its packets are dropped"
            }
        })
    }
}

pub(crate) fn assumptions(
    network: &Network,
    there: &[Hop],
    back: &[Hop],
    places: [Place; 2],
) -> Vec<Assumption> {
    let mut found = Vec::new();
    for hop in there.iter().chain(back) {
        found.extend(match &hop.reason {
            Reason::Implicit => Some(Assumption::ImplicitTable),
            Reason::Tracked(_) => Some(Assumption::IdleTimeout),
            Reason::Forwards(_) => Some(Assumption::NextHop),
            _ if hop.at.kind == Kind::Drg => Some(Assumption::DefaultDrgTable),
            _ => None,
        });
    }
    for place in places {
        found.extend(match place {
            Place::Card { vnic: Some(id), .. } if network.vnics.get(id).is_some() => {
                Some(Assumption::HostFirewall)
            }
            Place::Card { .. } | Place::Internet => None,
            Place::Site(_) => Some(Assumption::SiteRoutes),
            Place::Oracle(_) => Some(Assumption::ServiceAddresses),
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}
