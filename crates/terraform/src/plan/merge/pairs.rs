//! Which object of a plan is which object of the file.

use std::collections::HashMap;

use adit_net::{
    Arena, Attached, AttachmentId, DistributionId, DrgId, DrgTableId, GatewayId, GatewayKind, Id, LpgId,
    Network, NsgId, Object, RouteTableId, SecurityListId, SiteId, SubnetId, VcnId, VnicId,
};

/// For each object of the plan the one of the file's network that it is.
#[derive(Default)]
pub(super) struct Pairs {
    pub(super) vcns: Of<VcnId>,
    pub(super) subnets: Of<SubnetId>,
    pub(super) vnics: Of<VnicId>,
    pub(super) tables: Of<RouteTableId>,
    pub(super) lists: Of<SecurityListId>,
    pub(super) nsgs: Of<NsgId>,
    pub(super) gateways: Of<GatewayId>,
    pub(super) lpgs: Of<LpgId>,
    pub(super) drgs: Of<DrgId>,
    pub(super) attachments: Of<AttachmentId>,
    pub(super) drg_tables: Of<DrgTableId>,
    pub(super) distributions: Of<DistributionId>,
    pub(super) sites: Of<SiteId>,
}

/// By the plan's ids, the file's.
pub(super) type Of<T> = HashMap<T, T>;

impl Pairs {
    pub(super) fn find(file: &Network, plan: &Network) -> Self {
        let mut pairs =
            Self { vcns: by_name(&file.vcns, &plan.vcns, |vcn| (&vcn.object, ())), ..Self::default() };
        pairs.drgs = by_name(&file.drgs, &plan.drgs, |drg| (&drg.object, ()));
        pairs.drgs_by_vcn(file, plan);
        let vcns = pairs.vcns.clone();
        let vcn = |id: &VcnId| vcns.get(id).copied();
        pairs.subnets = within(&file.subnets, &plan.subnets, |it| (&it.object, it.vcn), vcn);
        pairs.tables = within(&file.route_tables, &plan.route_tables, |it| (&it.object, it.vcn), vcn);
        pairs.lists = within(&file.security_lists, &plan.security_lists, |it| (&it.object, it.vcn), vcn);
        pairs.nsgs = within(&file.nsgs, &plan.nsgs, |it| (&it.object, it.vcn), vcn);
        pairs.lpgs = within(&file.lpgs, &plan.lpgs, |it| (&it.object, it.vcn), vcn);
        let drgs = pairs.drgs.clone();
        let drg = |id: &DrgId| drgs.get(id).copied();
        pairs.drg_tables = within(&file.drg_tables, &plan.drg_tables, |it| (&it.object, it.drg), drg);
        pairs.sites = by_name(&file.sites, &plan.sites, |site| (&site.object, ()));
        // A VCN has one gateway of a kind (and one attachment to a DRG), whatever they are called.
        let kind = |kind: GatewayKind| std::mem::discriminant(&kind);
        let known: HashMap<_, GatewayId> =
            file.gateways.iter().map(|(id, it)| ((it.vcn, kind(it.kind)), id)).collect();
        for (id, gateway) in plan.gateways.iter() {
            let own = vcn(&gateway.vcn).and_then(|vcn| known.get(&(vcn, kind(gateway.kind))).copied());
            pairs.gateways.extend(own.map(|own| (id, own)));
        }
        let known: HashMap<_, AttachmentId> =
            file.attachments.iter().filter_map(|(id, it)| Some(((it.drg, it.to.vcn()?), id))).collect();
        for (id, attachment) in plan.attachments.iter() {
            let at = drg(&attachment.drg).zip(attachment.to.vcn().and_then(|id| vcn(&id)));
            pairs.attachments.extend(at.and_then(|at| known.get(&at).copied()).map(|own| (id, own)));
        }
        let peerings = |it: &adit_net::Attachment| matches!(it.to, Attached::RemotePeering { .. });
        for (id, attachment) in plan.attachments.iter().filter(|(_, it)| peerings(it)) {
            let own = drg(&attachment.drg).and_then(|drg| {
                file.attachments
                    .find(|it| it.drg == drg && peerings(it) && it.object.name == attachment.object.name)
            });
            pairs.attachments.extend(own.map(|own| (id, own)));
        }
        let mut cards: HashMap<_, VnicId> = HashMap::new();
        for (id, vnic) in file.vnics.iter() {
            cards.extend(vnic.addresses.iter().map(|ip| ((vnic.subnet, ip.address), id)));
        }
        for (id, vnic) in plan.vnics.iter() {
            let Some(subnet) = pairs.subnet(vnic.subnet) else { continue };
            let own = vnic.addresses.iter().find_map(|ip| cards.get(&(subnet, ip.address)).copied());
            pairs.vnics.extend(own.map(|own| (id, own)));
        }
        pairs
    }

    /// A gateway that a VCN of both is attached to is one, whatever it is called: a VCN is attached to one alone (R22).
    fn drgs_by_vcn(&mut self, file: &Network, plan: &Network) {
        let attached: HashMap<VcnId, DrgId> =
            file.attachments.iter().filter_map(|(_, it)| Some((it.to.vcn()?, it.drg))).collect();
        for (_, attachment) in plan.attachments.iter() {
            let Some(own) = attachment.to.vcn().and_then(|vcn| self.vcn(vcn)) else { continue };
            if let Some(drg) = attached.get(&own)
                && !self.drgs.values().any(|taken| taken == drg)
            {
                self.drgs.entry(attachment.drg).or_insert(*drg);
            }
        }
    }

    pub(super) fn vcn(&self, plan: VcnId) -> Option<VcnId> {
        self.vcns.get(&plan).copied()
    }

    pub(super) fn subnet(&self, plan: SubnetId) -> Option<SubnetId> {
        self.subnets.get(&plan).copied()
    }
}

/// Objects of one name, where only one in each has it.
fn by_name<T>(file: &Arena<T>, plan: &Arena<T>, of: impl Fn(&T) -> (&Object, ())) -> Of<Id<T>> {
    within(file, plan, of, |()| Some(()))
}

/// Objects of one name in one place, where only one of each has it.
fn within<T, P: Copy + Eq + std::hash::Hash>(
    file: &Arena<T>,
    plan: &Arena<T>,
    of: impl Fn(&T) -> (&Object, P),
    place: impl Fn(&P) -> Option<P>,
) -> Of<Id<T>> {
    let mut known: HashMap<(String, P), Vec<Id<T>>> = HashMap::new();
    for (id, item) in file.iter() {
        let (object, place) = of(item);
        known.entry((object.name.to_string(), place)).or_default().push(id);
    }
    let mut meant: HashMap<(String, P), Vec<Id<T>>> = HashMap::new();
    for (id, item) in plan.iter() {
        let (object, at) = of(item);
        if let Some(at) = place(&at) {
            meant.entry((object.name.to_string(), at)).or_default().push(id);
        }
    }
    let mut pairs = HashMap::new();
    for (at, theirs) in meant {
        if let (Some([own]), [theirs]) = (known.get(&at).map(Vec::as_slice), theirs.as_slice()) {
            pairs.insert(*theirs, *own);
        }
    }
    pairs
}
