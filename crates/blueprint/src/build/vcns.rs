//! VCNs and their subnets, doors and local peerings.

use adit_net::{Access, Gateway, GatewayId, GatewayKind, Lpg, ServiceLabel, Subnet, Vcn, VcnId};

use super::faults::{no_such, too_many};
use super::{Builder, Span};
use crate::code;
use crate::finding::Finding;
use crate::model::{self, Door};
use crate::source::At;
use crate::words::shown;

impl<'b> Builder<'b> {
    /// All VCNs and the ends of their local peerings.
    pub(super) fn vcns(&mut self) {
        let blueprint = self.blueprint;
        for vcn in &blueprint.vcns {
            let object = self.object(&vcn.name, vcn.managed);
            let cidrs = vcn.cidrs.iter().map(|range| range.value).collect();
            let id = self.network.vcns.add(Vcn { object, cidrs });
            self.places.say_ranges(id, vcn.cidrs.iter().map(|range| range.span).collect());
            self.vcns.insert(&vcn.name.value, id);
            if let Some(sixth) = vcn.cidrs.get(5) {
                self.faults.push(too_many(&vcn.name.value, sixth.span, "ranges", vcn.cidrs.len(), 5));
            }
            for peering in &vcn.peerings {
                let object = self.object(&peering.name, vcn.managed);
                let lpg = self.network.lpgs.add(Lpg { object, vcn: id, peer: None, route_table: None });
                self.peerings.insert((&vcn.name.value, &peering.name.value), lpg);
            }
        }
        for vcn in &blueprint.vcns {
            for peering in &vcn.peerings {
                self.peer(vcn, peering);
            }
        }
    }

    fn peer(&mut self, vcn: &'b model::Vcn, peering: &'b model::LocalPeering) {
        let own = self.peerings.get(&(vcn.name.value.as_str(), peering.name.value.as_str())).copied();
        let other = peering.peer.value.split_once('/');
        let found = other.and_then(|(vcn, name)| self.peerings.get(&(vcn, name)).copied());
        let (Some(own), Some(other), Some(found)) = (own, other, found) else {
            let known: Vec<String> =
                self.peerings.keys().map(|(vcn, name)| format!("{vcn}/{name}")).collect();
            self.faults.push(no_such(
                &peering.peer,
                "a local peering VCN/NAME",
                known.iter().map(String::as_str).collect::<Vec<_>>(),
            ));
            return;
        };
        let back = self
            .blueprint
            .vcns
            .iter()
            .filter(|vcn| vcn.name.value == other.0)
            .flat_map(|vcn| &vcn.peerings)
            .find(|peering| peering.name.value == other.1);
        let wanted = format!("{}/{}", vcn.name.value, peering.name.value);
        match back {
            Some(back) if back.peer.value == wanted && other.0 != vcn.name.value => {
                self.network.lpgs.at_mut(own).peer = Some(found);
            }
            Some(back) => {
                let message = if other.0 == vcn.name.value {
                    format!("local peering `{}` leads back into its own VCN", shown(&wanted))
                } else {
                    format!(
                        "local peering `{}` names `{}`, which names `{}`",
                        shown(&wanted),
                        shown(&peering.peer.value),
                        shown(&back.peer.value)
                    )
                };
                self.faults.push(
                    Finding::new(code::PEERING, shown(&wanted), peering.peer.span, message)
                        .here("one end of a pair")
                        .also(back.peer.span, "is not the other end")
                        .observed(shown(&back.peer.value))
                        .expected(format!("two ends that name each other: `{}`", shown(&wanted)))
                        .fix("make two ends, each with the other as `peer`, in two VCNs: a peering joins two, never three"),
                );
            }
            None => {}
        }
    }

    /// All subnets, with their tables and lists.
    pub(super) fn subnets(&mut self) {
        let blueprint = self.blueprint;
        for vcn in &blueprint.vcns {
            let Some(id) = self.vcns.get(vcn.name.value.as_str()).copied() else { continue };
            for subnet in &vcn.subnets {
                self.subnet(vcn, id, subnet);
            }
        }
    }

    fn subnet(&mut self, vcn: &'b model::Vcn, id: VcnId, subnet: &'b model::Subnet) {
        if !vcn.cidrs.is_empty() && !vcn.cidrs.iter().any(|range| range.value.covers(subnet.cidr.value)) {
            self.faults.push(outside(vcn, subnet));
        }
        if let Some(sixth) = subnet.security_lists.get(5) {
            let found = subnet.security_lists.len();
            self.faults.push(too_many(&subnet.name.value, sixth.span, "security lists", found, 5));
        }
        let route_table = match &subnet.route_table {
            Some(name) => self.table(id, name),
            None => self.table_of(id, &subnet.name),
        };
        let security_lists = match subnet.security_lists.as_slice() {
            [] => vec![self.list_of(id, &subnet.name)],
            names => names.iter().map(|name| self.list(id, name)).collect(),
        };
        // The range says more than the name where a finding is about the subnet.
        let object = self.object(&subnet.name, vcn.managed).at(self.places.add(subnet.cidr.span));
        let place = self.network.subnets.add(Subnet {
            object,
            vcn: id,
            cidr: subnet.cidr.value,
            access: subnet.access.unwrap_or(Access::Private),
            route_table,
            security_lists,
        });
        // Of somebody else's network nothing is assumed: not that it has no door to the internet.
        if !vcn.managed && vcn.internet == Door::Unsaid && subnet.access != Some(Access::Private) {
            self.places.say_perhaps_public(place, true);
        }
        self.subnets.insert((&vcn.name.value, &subnet.name.value), place);
    }

    /// The gateways that are written, and the tables of what enters by them and by the peerings.
    pub(super) fn doors(&mut self) {
        let blueprint = self.blueprint;
        for vcn in &blueprint.vcns {
            let Some(id) = self.vcns.get(vcn.name.value.as_str()).copied() else { continue };
            for (door, kind) in
                [(&vcn.internet, Kind::Internet), (&vcn.nat, Kind::Nat), (&vcn.service, Kind::Service)]
            {
                let Door::Yes(gateway) = door else { continue };
                let object = match &gateway.name {
                    Some(name) => self.object(name, vcn.managed),
                    None => self.derived(kind.name(&vcn.name.value), gateway.span, vcn.managed),
                };
                let route_table = gateway.route_table.as_ref().map(|name| self.table(id, name));
                let made = self.network.gateways.add(Gateway {
                    object,
                    vcn: id,
                    kind: match kind {
                        Kind::Internet => GatewayKind::Internet,
                        Kind::Nat => GatewayKind::Nat,
                        Kind::Service => GatewayKind::Service(gateway.services),
                    },
                    open: gateway.enabled,
                    route_table,
                });
                self.doors_of(kind).insert(id, made);
            }
            for peering in &vcn.peerings {
                let Some(name) = &peering.route_table else { continue };
                let table = self.table(id, name);
                if let Some(lpg) = self.peerings.get(&(vcn.name.value.as_str(), peering.name.value.as_str()))
                {
                    self.network.lpgs.at_mut(*lpg).route_table = Some(table);
                }
            }
        }
    }

    fn doors_of(&mut self, kind: Kind) -> &mut std::collections::HashMap<VcnId, GatewayId> {
        match kind {
            Kind::Internet => &mut self.internet,
            Kind::Nat => &mut self.nat,
            Kind::Service => &mut self.service,
        }
    }

    /// The gateway of a VCN. One of which nothing is written follows from the need at `span`; `None`: the file says that there is
    /// none, and where.
    pub(super) fn door(&mut self, vcn: VcnId, kind: Kind, span: Span) -> Result<GatewayId, Span> {
        if let Some(gateway) = self.doors_of(kind).get(&vcn) {
            return Ok(*gateway);
        }
        let name = self.network.vcns.at(vcn).object.name.clone();
        let managed = self.network.vcns.at(vcn).object.managed;
        let written = self.blueprint.vcns.iter().find(|written| written.name.value == name.as_str());
        let said = written.map(|vcn| match kind {
            Kind::Internet => &vcn.internet,
            Kind::Nat => &vcn.nat,
            Kind::Service => &vcn.service,
        });
        if let Some(Door::No(said)) = said {
            return Err(*said);
        }
        let object = self.derived(kind.name(name.as_str()), span, managed);
        let kind_ = match kind {
            Kind::Internet => GatewayKind::Internet,
            Kind::Nat => GatewayKind::Nat,
            Kind::Service => GatewayKind::Service(ServiceLabel::AllServices),
        };
        let made =
            self.network.gateways.add(Gateway { object, vcn, kind: kind_, open: true, route_table: None });
        self.doors_of(kind).insert(vcn, made);
        Ok(made)
    }
}

/// The three doors of which a VCN has one each.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Internet,
    Nat,
    Service,
}

impl Kind {
    /// What one without a name is called.
    fn name(self, vcn: &str) -> String {
        match self {
            Kind::Internet => format!("{vcn}-igw"),
            Kind::Nat => format!("{vcn}-nat"),
            Kind::Service => format!("{vcn}-sgw"),
        }
    }

    pub(super) fn key(self) -> &'static str {
        match self {
            Kind::Internet => "internet-gateway",
            Kind::Nat => "nat-gateway",
            Kind::Service => "service-gateway",
        }
    }
}

fn outside(vcn: &model::Vcn, subnet: &model::Subnet) -> Finding {
    let ranges: Vec<String> = vcn.cidrs.iter().map(|range| range.value.to_string()).collect();
    let ranges = ranges.join(", ");
    let finding = Finding::new(
        code::OUTSIDE_VCN,
        shown(&subnet.name.value),
        subnet.cidr.span,
        format!(
            "subnet `{}` ({}) lies outside {} ({ranges})",
            shown(&subnet.name.value),
            subnet.cidr.value,
            shown(&vcn.name.value)
        ),
    )
    .here("not in a range of its VCN")
    .observed(subnet.cidr.value.to_string())
    .expected(format!("a part of {ranges}"))
    .fix(format!("take a range inside {ranges}"));
    match vcn.cidrs.first() {
        Some(At { span, .. }) => finding.also(*span, "the VCN"),
        None => finding,
    }
}
