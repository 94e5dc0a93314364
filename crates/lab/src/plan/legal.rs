//! Which route rules Oracle refuses (R7, R10, R12, R13): what cannot exist is not built.

use adit_net::{
    Access, Attached, AttachmentId, Destination, Door, DrgId, GatewayKind, Network, RouteRule, Target, VcnId,
};

/// The attachment by which a VCN is on a DRG.
pub(super) fn attachment(network: &Network, vcn: VcnId, drg: DrgId) -> Option<AttachmentId> {
    let on = |to: &Attached| matches!(to, Attached::Vcn { vcn: there, .. } if *there == vcn);
    network.attachments.find(|attachment| attachment.drg == drg && on(&attachment.to))
}

/// Whether a rule can be in a table of `vcn` to which packets come by `door`.
pub(super) fn legal(network: &Network, vcn: VcnId, door: Door, rule: &RouteRule) -> bool {
    let label = matches!(rule.destination, Destination::Service(_));
    let inside = match rule.destination {
        Destination::Cidr(range) => network.vcns.at(vcn).cidrs.iter().any(|cidr| cidr.covers(range)),
        Destination::Service(_) => false,
    };
    match rule.target {
        Target::Gateway(id) => {
            let gateway = network.gateways.at(id);
            let service = matches!(gateway.kind, GatewayKind::Service(_));
            let by = match door {
                Door::Card | Door::Other => true,
                Door::Drg => service,
                Door::Lpg | Door::Internet => false,
            };
            gateway.vcn == vcn && service == label && !inside && by
        }
        // A network with one is refused before.
        Target::Unknown => false,
        _ if label => false,
        Target::Drg(drg) => {
            attachment(network, vcn, drg).is_some() && matches!(door, Door::Card | Door::Other | Door::Lpg)
        }
        Target::Lpg(id) => {
            network.lpgs.at(id).vcn == vcn && matches!(door, Door::Card | Door::Other | Door::Drg)
        }
        Target::PrivateIp(address) => {
            let public = network.subnets.iter().any(|(_, subnet)| {
                subnet.vcn == vcn && subnet.access == Access::Public && subnet.cidr.contains(address)
            });
            door != Door::Internet || public
        }
    }
}
