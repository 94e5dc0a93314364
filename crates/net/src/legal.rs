//! Which route rules Oracle refuses to create (R7, R10, R12, R13, R18). Both engines pass over a refused rule, and a lint names it.

use serde::Serialize;

use crate::model::{
    Access, Attached, AttachmentId, Destination, DrgId, GatewayKind, Network, RouteRule, Target, VcnId,
};

/// By which door packets come to a VCN's route table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// From a card of the VCN.
    Card,
    /// From the DRG.
    Drg,
    /// From a local peering.
    Lpg,
    /// From the internet gateway.
    Internet,
    /// From a NAT or service gateway.
    Other,
}

/// Why Oracle refuses a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refused {
    /// R7.
    #[error("a rule for addresses inside the VCN may only lead to a private IP, a local peering or the DRG")]
    InsideVcn,
    /// R10.
    #[error("a service gateway takes a service label as destination, and nothing else does")]
    Label,
    /// R12.
    #[error("the table of an internet gateway may only lead to a private IP in a public subnet")]
    InternetTable,
    /// R13.
    #[error(
        "a table for what comes from a DRG may only lead to a service gateway, a private IP or a local peering"
    )]
    DrgTable,
    /// R13.
    #[error("a table for what comes from a local peering may only lead to the DRG or a private IP")]
    LpgTable,
    /// A target that belongs to another VCN, or a DRG that the VCN is not attached to.
    #[error("the target is not one of this VCN")]
    Elsewhere,
    /// R18.
    #[error("a static rule of a DRG leads to a VCN or a remote peering, never to a tunnel or a circuit")]
    StaticToLine,
}

/// The attachment of a VCN to a DRG.
pub(crate) fn attachment_of(network: &Network, vcn: VcnId, drg: DrgId) -> Option<AttachmentId> {
    network.attachments.find(|attachment| attachment.drg == drg && attachment.to.vcn() == Some(vcn))
}

/// Why a rule of a table of `vcn` cannot exist where packets come to it by `door`; `None`: it can.
pub(crate) fn refused(network: &Network, vcn: VcnId, door: Door, rule: &RouteRule) -> Option<Refused> {
    let here = match rule.target {
        Target::Drg(drg) => attachment_of(network, vcn, drg).is_some(),
        Target::Gateway(id) => network.gateways.at(id).vcn == vcn,
        Target::Lpg(id) => network.lpgs.at(id).vcn == vcn,
        Target::PrivateIp(_) => true,
        // What it leads to is somebody's, whoever that is.
        Target::Unknown => return None,
    };
    if !here {
        return Some(Refused::Elsewhere);
    }
    let gateway = match rule.target {
        Target::Gateway(id) => Some(network.gateways.at(id).kind),
        _ => None,
    };
    let service = matches!(gateway, Some(GatewayKind::Service(_)));
    if service != matches!(rule.destination, Destination::Service(_)) {
        return Some(Refused::Label);
    }
    if let Destination::Cidr(range) = rule.destination
        && gateway.is_some()
        && network.vcns.at(vcn).cidrs.iter().any(|own| own.covers(range))
    {
        return Some(Refused::InsideVcn);
    }
    match (door, rule.target) {
        (Door::Card | Door::Other, _) | (Door::Lpg, Target::Drg(_) | Target::PrivateIp(_)) => None,
        (Door::Drg, Target::PrivateIp(_) | Target::Lpg(_)) => None,
        (Door::Drg, Target::Gateway(_)) if service => None,
        (Door::Internet, Target::PrivateIp(address)) => {
            let public = network.subnets.iter().any(|(_, subnet)| {
                subnet.vcn == vcn && subnet.access == Access::Public && subnet.cidr.contains(address)
            });
            (!public).then_some(Refused::InternetTable)
        }
        (Door::Internet, _) => Some(Refused::InternetTable),
        (Door::Drg, _) => Some(Refused::DrgTable),
        (Door::Lpg, _) => Some(Refused::LpgTable),
    }
}

/// Whether a static rule of a DRG may lead to that attachment: one of its own, not a line (R18).
pub(crate) fn static_refused(network: &Network, drg: DrgId, next: AttachmentId) -> Option<Refused> {
    let attachment = network.attachments.at(next);
    if attachment.drg != drg {
        return Some(Refused::Elsewhere);
    }
    matches!(attachment.to, Attached::Ipsec(_) | Attached::VirtualCircuit(_)).then_some(Refused::StaticToLine)
}
