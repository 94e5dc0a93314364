//! The address plan's findings: ranges that meet and overlap, subnets too small for their functions, ranges that containers take.

use adit_net::addresses::{
    Claim, Claimant, Meeting, Overlap, Plan, RangeFault, Wish, fault_of_vcn, need, overlaps,
};
use adit_net::{Cidr, Network, SubnetId};

use crate::build::{Built, Places};
use crate::code::{self, Code};
use crate::finding::{Finding, Remark, Severity};
use crate::source::Span;
use crate::words::shown;

/// Everything that is wrong with the addresses of a network.
pub(crate) fn findings(built: &Built) -> Vec<Finding> {
    let Built { network, places, .. } = built;
    let mut found: Vec<Finding> =
        overlaps(network).iter().map(|overlap| overlapping(network, places, overlap)).collect();
    found.extend(network.subnets.ids().filter_map(|subnet| too_small(network, places, subnet)));
    found.extend(
        network
            .vcns
            .ids()
            .flat_map(|vcn| {
                fault_of_vcn(network, vcn).into_iter().filter_map(move |fault| match fault {
                    RangeFault::Containers(range) => Some((vcn, range)),
                    _ => None,
                })
            })
            .map(|(vcn, range)| {
                let claim = Claim {
                    by: Claimant::Vcn(vcn),
                    name: network.vcns.at(vcn).object.name.clone(),
                    range,
                    source: network.vcns.at(vcn).object.source,
                };
                containers(network, places, &claim)
            }),
    );
    found
}

fn overlapping(network: &Network, places: &Places, overlap: &Overlap) -> Finding {
    // Only what the user owns can be moved; of two such, the one that came second.
    let swap = managed(network, &overlap.first) && !managed(network, &overlap.second);
    let (stays, moves) =
        if swap { (&overlap.second, &overlap.first) } else { (&overlap.first, &overlap.second) };
    let range = overlap.range;
    let (code, message) = words(overlap);
    let (own, other) = (span(network, places, moves), span(network, places, stays));
    let inside = if stays.range.covers(moves.range) { ", all of it inside the other" } else { "" };
    let mut finding = Finding::new(code, moves.name.as_str(), own, message)
        .here(format!("{}: {}{inside}", shown(moves.name.as_str()), extent(moves.range)))
        .also(other, format!("{}: {}", shown(stays.name.as_str()), extent(stays.range)))
        .observed(format!("{} and {}", stays.range, moves.range))
        .expected("ranges that share no address");
    if let Some(why) = why(overlap) {
        finding = finding.remark(Remark::Why(why));
    }
    let hit = hit(network, range);
    if !hit.is_empty() {
        finding = finding.remark(Remark::Hit(hit.join(", ")));
    }
    let free = match moves.by {
        Claimant::Subnet(subnet) => {
            let vcn = network.subnets.at(subnet).vcn;
            let wish = Wish { length: moves.range.length(), inside: network.vcns.at(vcn).cidrs.clone() };
            Plan::of_subnets(network, vcn).free(&wish, 1)
        }
        _ => Plan::of_vcns(network).free(&Wish { length: moves.range.length(), inside: Vec::new() }, 1),
    };
    match free.first() {
        Some(free) => finding
            .fix(format!("{free} is the first free /{} in the plan", free.length()))
            .edit(own, crate::value::quoted(free)),
        None => finding.fix(format!(
            "no /{} is free: make {} smaller",
            moves.range.length(),
            shown(moves.name.as_str())
        )),
    }
}

fn words(overlap: &Overlap) -> (Code, String) {
    let range = overlap.range;
    let (first, second) = (shown(overlap.first.name.as_str()), shown(overlap.second.name.as_str()));
    match overlap.meetings.first() {
        Some(Meeting::Vcn(_)) if matches!(overlap.first.by, Claimant::Subnet(_)) => {
            (code::SUBNETS_OVERLAP, format!("subnets `{first}` and `{second}` share {range}"))
        }
        Some(Meeting::Vcn(vcn)) => {
            (code::RANGES_OVERLAP, format!("two ranges of `{}` share {range}", shown(vcn.as_str())))
        }
        Some(Meeting::Peering(_)) => {
            (code::PEERS_OVERLAP, format!("`{first}` and `{second}` are peered, and both claim {range}"))
        }
        Some(Meeting::Hub(hub)) => (
            code::PEERS_OVERLAP,
            format!(
                "`{first}` and `{second}` are both peered with `{}`, and claim {range}",
                shown(hub.as_str())
            ),
        ),
        Some(Meeting::Site(_)) => {
            (code::ON_PREMISES_OVERLAP, format!("`{first}` and `{second}`, on premises, both claim {range}"))
        }
        Some(Meeting::Drg(drg)) => {
            (code::OVERLAP, format!("two networks on gateway `{}` claim {range}", shown(drg.as_str())))
        }
        Some(Meeting::RemotePeering) | None => {
            (code::OVERLAP, format!("`{first}` and `{second}`, on peered gateways, both claim {range}"))
        }
    }
}

fn why(overlap: &Overlap) -> Option<String> {
    match overlap.meetings.first()? {
        Meeting::Vcn(_) | Meeting::Peering(_) => Some("the cloud refuses to create the second".to_owned()),
        Meeting::Hub(_) => {
            Some("the hub can send them to one of the two only; the cloud does not refuse it".to_owned())
        }
        Meeting::Site(_) => {
            Some("in the VCN its own range wins, so nothing in it reaches that part on premises".to_owned())
        }
        Meeting::Drg(drg) => Some(format!(
            "`{}` can send {} to one of them only: the longer prefix wins, of equal ones any. The other sees a time-out",
            shown(drg.as_str()),
            overlap.range
        )),
        Meeting::RemotePeering => Some("each gateway knows its own of the two only".to_owned()),
    }
}

/// The functions and databases whose addresses are claimed twice.
fn hit(network: &Network, range: Cidr) -> Vec<String> {
    let functions = network.functions.iter().filter(|(_, function)| {
        function.subnets.iter().any(|subnet| network.subnets.at(*subnet).cidr.overlaps(range))
    });
    let databases = network.databases.iter().filter(|(_, database)| range.contains(database.address));
    let functions =
        functions.map(|(_, function)| format!("function {}", shown(function.object.name.as_str())));
    functions.chain(databases.map(|(_, it)| format!("database {}", shown(it.object.name.as_str())))).collect()
}

fn too_small(network: &Network, places: &Places, id: SubnetId) -> Option<Finding> {
    let need = need(network, id);
    if need.fits() {
        return None;
    }
    let subnet = network.subnets.at(id);
    let name = shown(subnet.object.name.as_str());
    let span = places.span(subnet.object.source).unwrap_or_default();
    let finding = Finding::new(
        code::SUBNET_FULL,
        &name,
        span,
        format!("subnet `{name}` has {} free addresses; its functions need {}", need.free, need.needed),
    )
    .here(format!("{} of {} addresses are free", need.free, subnet.cidr.size()))
    .observed(need.free.to_string())
    .expected(format!("at least {}", need.needed))
    .remark(Remark::See(
        "502 FunctionInvokeSubnetOutOfIPs, once enough calls run at the same time".to_owned(),
    ));
    // The cloud's three, and what is taken by others now.
    let taken = subnet.cidr.size().saturating_sub(need.free);
    let length = (16..=30)
        .rev()
        .find(|length| (1u64 << (32 - u32::from(*length))) >= need.needed.saturating_add(taken));
    let wish = length.map(|length| Wish { length, inside: network.vcns.at(subnet.vcn).cidrs.clone() });
    let free = wish.and_then(|wish| Plan::of_subnets(network, subnet.vcn).free(&wish, 1).first().copied());
    Some(match free {
        Some(free) => finding
            .fix(format!("{free} is free and large enough; or lower `concurrency` or `memory`"))
            .edit(span, crate::value::quoted(free)),
        None => finding.fix(
            "lower `concurrency` or `memory`, or give the VCN another range: none in it is large enough",
        ),
    })
}

fn containers(network: &Network, places: &Places, claim: &Claim) -> Finding {
    let name = shown(claim.name.as_str());
    let at = span(network, places, claim);
    let finding = Finding::new(
        code::DOCKER_RANGE,
        &name,
        at,
        format!("`{name}` ({}) meets 172.17.0.0/16, which containers use for themselves", claim.range),
    )
    .severity(Severity::Warning)
    .here("containers take 172.17.0.0/16 on every machine that runs them")
    .observed(claim.range.to_string())
    .expected("a range without 172.17.0.0/16");
    let wish = Wish { length: claim.range.length(), inside: Vec::new() };
    match Plan::of_vcns(network).free(&wish, 1).first() {
        Some(free) => finding
            .fix(format!("{free} is the first free /{} in the plan", free.length()))
            .edit(at, crate::value::quoted(free)),
        None => finding.fix("take another range where one is free"),
    }
}

fn managed(network: &Network, claim: &Claim) -> bool {
    match claim.by {
        Claimant::Vcn(id) => network.vcns.at(id).object.managed,
        Claimant::Subnet(id) => network.subnets.at(id).object.managed,
        Claimant::Site(_) => false,
    }
}

/// Where a claim is written: of a VCN, the very range.
fn span(network: &Network, places: &Places, claim: &Claim) -> Span {
    let range = match claim.by {
        Claimant::Vcn(id) => {
            let index = network.vcns.at(id).cidrs.iter().position(|range| *range == claim.range);
            index.and_then(|index| places.range(id, index))
        }
        _ => None,
    };
    range.or_else(|| places.span(claim.source)).unwrap_or_default()
}

fn extent(range: Cidr) -> String {
    format!("{} to {}", range.first(), range.last())
}
