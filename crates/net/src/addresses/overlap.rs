//! Ranges that can meet and overlap (R29).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Attached, Cidr, DrgId, Name, Network, SiteId, Source, VcnId};

/// Who claims a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claimant {
    /// A VCN.
    Vcn(VcnId),
    /// A subnet.
    Subnet(crate::SubnetId),
    /// A site.
    Site(SiteId),
}

/// A range, and who claims it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Whose it is.
    #[serde(skip)]
    pub by: Claimant,
    /// Its name.
    pub name: Name,
    /// The range.
    pub range: Cidr,
    /// Where it was said.
    pub source: Source,
}

/// Where two claims meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meeting {
    /// In one VCN: refused.
    Vcn(Name),
    /// Over a local peering: refused.
    Peering(Name),
    /// Both peered with one hub: allowed, and the hub's table must choose.
    Hub(Name),
    /// On one DRG: documented as a must not, not refused.
    Drg(Name),
    /// On DRGs that are peered: not refused.
    RemotePeering,
    /// A site reaches the VCN over a DRG: not refused, packets are dropped.
    Site(Name),
}

impl Meeting {
    /// Whether Oracle refuses to create it.
    pub fn refused(&self) -> bool {
        matches!(self, Self::Vcn(_) | Self::Peering(_))
    }
}

/// Two claims on the same addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The larger, or the first described.
    pub first: Claim,
    /// The other.
    pub second: Claim,
    /// What both claim: the smaller of the two.
    pub range: Cidr,
    /// Where they meet; the narrowest meeting first.
    pub meetings: Vec<Meeting>,
}

/// How many pairs are told: where everything overlaps they grow with the square of the network.
const MOST: usize = 1000;

/// The pairs that meet and overlap, a thousand at the most.
pub fn overlaps(network: &Network) -> Vec<Overlap> {
    let mut found = within_vcns(network);
    let claims: Vec<Claim> = claims(network);
    let mut sorted: Vec<&Claim> = claims.iter().collect();
    // Prefixes are nested or disjoint: whatever overlaps a range and comes behind it in this order begins inside it.
    sorted.sort_by_key(|claim| (claim.range.first(), claim.range.length(), claim.by));
    for (index, first) in sorted.iter().enumerate() {
        for second in
            sorted.iter().skip(index + 1).take_while(|second| second.range.first() <= first.range.last())
        {
            if first.by == second.by {
                continue;
            }
            if found.len() >= MOST {
                return found;
            }
            let meetings = meetings(network, first.by, second.by);
            if !meetings.is_empty() {
                found.push(Overlap {
                    first: (*first).clone(),
                    second: (*second).clone(),
                    range: second.range,
                    meetings: meetings.into_iter().collect(),
                });
            }
        }
    }
    found
}

fn claims(network: &Network) -> Vec<Claim> {
    let vcns = network.vcns.iter().flat_map(|(id, vcn)| {
        let claim = move |range: &Cidr| Claim {
            by: Claimant::Vcn(id),
            name: vcn.object.name.clone(),
            range: *range,
            source: vcn.object.source,
        };
        vcn.cidrs.iter().map(claim)
    });
    let sites = network.sites.iter().flat_map(|(id, site)| {
        let claim = move |range: &Cidr| Claim {
            by: Claimant::Site(id),
            name: site.object.name.clone(),
            range: *range,
            source: site.object.source,
        };
        site.ranges.iter().map(claim)
    });
    vcns.chain(sites).collect()
}

/// Subnets of one VCN, and ranges of one VCN.
fn within_vcns(network: &Network) -> Vec<Overlap> {
    let mut claims: Vec<(VcnId, bool, Claim)> = Vec::new();
    for (id, subnet) in network.subnets.iter() {
        let (name, source) = (subnet.object.name.clone(), subnet.object.source);
        claims.push((subnet.vcn, true, Claim { by: Claimant::Subnet(id), name, range: subnet.cidr, source }));
    }
    for (id, vcn) in network.vcns.iter() {
        for range in &vcn.cidrs {
            let (name, source) = (vcn.object.name.clone(), vcn.object.source);
            claims.push((id, false, Claim { by: Claimant::Vcn(id), name, range: *range, source }));
        }
    }
    claims.sort_by_key(|(vcn, subnet, claim)| {
        (*vcn, *subnet, claim.range.first(), claim.range.length(), claim.by)
    });
    let mut found = Vec::new();
    for (index, (vcn, subnet, first)) in claims.iter().enumerate() {
        let inside = |other: &&(VcnId, bool, Claim)| {
            (other.0, other.1) == (*vcn, *subnet) && other.2.range.first() <= first.range.last()
        };
        for (_, _, second) in claims.iter().skip(index + 1).take_while(inside) {
            if found.len() >= MOST {
                return found;
            }
            found.push(Overlap {
                first: first.clone(),
                second: second.clone(),
                range: second.range,
                meetings: vec![Meeting::Vcn(network.vcns.at(*vcn).object.name.clone())],
            });
        }
    }
    found
}

/// Where two can meet.
fn meetings(network: &Network, first: Claimant, second: Claimant) -> BTreeSet<Meeting> {
    let mut found = BTreeSet::new();
    let (mine, theirs) = (drgs(network, first), drgs(network, second));
    for drg in mine.intersection(&theirs) {
        let name = network.drgs.at(*drg).object.name.clone();
        let site = matches!(first, Claimant::Site(_)) || matches!(second, Claimant::Site(_));
        found.insert(if site { Meeting::Site(name) } else { Meeting::Drg(name) });
    }
    if found.is_empty() && mine.iter().any(|drg| peered(network, *drg).iter().any(|far| theirs.contains(far)))
    {
        found.insert(Meeting::RemotePeering);
    }
    if let (Claimant::Vcn(first), Claimant::Vcn(second)) = (first, second) {
        let (mine, theirs) = (peers(network, first), peers(network, second));
        if mine.contains(&second) {
            found.insert(Meeting::Peering(network.vcns.at(second).object.name.clone()));
        }
        for hub in mine.intersection(&theirs) {
            found.insert(Meeting::Hub(network.vcns.at(*hub).object.name.clone()));
        }
    }
    found
}

fn drgs(network: &Network, claimant: Claimant) -> BTreeSet<DrgId> {
    let attached = network.attachments.iter().filter(|(_, attachment)| match (&attachment.to, claimant) {
        (Attached::Vcn { vcn, .. }, Claimant::Vcn(id)) => *vcn == id,
        (Attached::Ipsec(line) | Attached::VirtualCircuit(line), Claimant::Site(id)) => line.site == id,
        _ => false,
    });
    attached.map(|(_, attachment)| attachment.drg).collect()
}

/// The DRGs that routes of a DRG get to: at most three peerings away (R24).
fn peered(network: &Network, drg: DrgId) -> BTreeSet<DrgId> {
    let mut found = BTreeSet::from([drg]);
    for _ in 0..3 {
        let far: Vec<_> = network
            .attachments
            .iter()
            .filter(|(_, attachment)| found.contains(&attachment.drg))
            .filter_map(|(_, attachment)| match attachment.to {
                Attached::RemotePeering { peer: Some(peer) } => Some(network.attachments.at(peer).drg),
                _ => None,
            })
            .collect();
        found.extend(far);
    }
    found
}

fn peers(network: &Network, vcn: VcnId) -> BTreeSet<VcnId> {
    let own = network.lpgs.iter().filter(|(_, lpg)| lpg.vcn == vcn);
    own.filter_map(|(_, lpg)| lpg.peer).map(|peer| network.lpgs.at(peer).vcn).collect()
}
