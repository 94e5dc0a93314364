//! Writes into the file's objects of somebody else what the plan knows of them and the file does not.

use adit_blueprint::{Built, Places};
use adit_net::{Access, Attached, Gateway, GatewayKind, Network, Object, Source};

use super::graft::{Rewritten, card, source};
use super::pairs::Pairs;

/// Fills in what is not known.
pub(super) fn fill(built: &mut Built, plan: &Built, pairs: &Pairs, shift: u32) {
    let rules = Rewritten { pairs, shift };
    let network = &mut built.network;
    let told =
        |places: &mut Places, own: &Object, theirs: &Object| tell(places, own.source, theirs.source, shift);
    for (theirs, table) in plan.network.route_tables.iter() {
        let Some(own) = pairs.tables.get(&theirs).copied() else { continue };
        let own = network.route_tables.at_mut(own);
        if own.rules.is_unknown() && !own.object.managed {
            own.rules = rules.routes(&table.rules);
            told(&mut built.places, &own.object, &table.object);
        }
    }
    for (theirs, list) in plan.network.security_lists.iter() {
        let Some(own) = pairs.lists.get(&theirs).copied() else { continue };
        let own = network.security_lists.at_mut(own);
        if own.rules.is_unknown() && !own.object.managed {
            own.rules = rules.security(&list.rules);
            told(&mut built.places, &own.object, &list.object);
        }
    }
    for (theirs, group) in plan.network.nsgs.iter() {
        let Some(own) = pairs.nsgs.get(&theirs).copied() else { continue };
        let own = network.nsgs.at_mut(own);
        if own.rules.is_unknown() && !own.object.managed {
            own.rules = rules.security(&group.rules);
            told(&mut built.places, &own.object, &group.object);
        }
    }
    for (theirs, table) in plan.network.drg_tables.iter() {
        let Some(own) = pairs.drg_tables.get(&theirs).copied() else { continue };
        let own = network.drg_tables.at_mut(own);
        if own.rules.is_unknown() && !own.object.managed {
            own.rules = rules.drg(&table.rules);
            own.imports = table.imports.and_then(|imports| pairs.distributions.get(&imports).copied());
            own.ecmp = table.ecmp;
            told(&mut built.places, &own.object, &table.object);
        }
    }
    subnets(network, &mut built.places, &plan.network, pairs);
    for (theirs, vnic) in plan.network.vnics.iter() {
        let Some(own) = pairs.vnics.get(&theirs).copied() else { continue };
        let subnet = network.vnics.at(own).subnet;
        let vcn = network.subnets.at(subnet).vcn;
        let planned = card(vnic, subnet, pairs, shift);
        // What the file says of the card is more than nothing.
        if !network.vcns.at(vcn).object.managed && network.vnics.at(own).nsgs.is_empty() {
            let own = network.vnics.at_mut(own);
            own.nsgs = planned.nsgs;
            own.zpr = planned.zpr;
        }
    }
    attachments(network, &plan.network, pairs);
}

/// What is known of the plan's object is known of the file's.
fn tell(places: &mut Places, own: Source, theirs: Source, shift: u32) {
    let theirs = source(theirs, shift);
    if let Some(address) = places.address(theirs).map(str::to_owned) {
        places.say_address(own, address);
    }
    if let Some(open) = places.open(theirs).map(str::to_owned) {
        places.say_open(own, open);
    }
}

/// Whether the file has no name for an object, and so knows nothing of it.
fn is_nameless(object: &Object) -> bool {
    !object.managed && object.name.as_str().starts_with('(')
}

fn subnets(network: &mut Network, places: &mut Places, plan: &Network, pairs: &Pairs) {
    for (theirs, subnet) in plan.subnets.iter() {
        let Some(id) = pairs.subnet(theirs) else { continue };
        let own = network.subnets.at(id);
        if network.vcns.at(own.vcn).object.managed {
            continue;
        }
        let table = pairs.tables.get(&subnet.route_table).copied();
        if let Some(table) = table.filter(|_| is_nameless(&network.route_tables.at(own.route_table).object)) {
            network.subnets.at_mut(id).route_table = table;
        }
        let own = network.subnets.at(id);
        let lists: Vec<_> =
            subnet.security_lists.iter().filter_map(|list| pairs.lists.get(list).copied()).collect();
        let nameless =
            own.security_lists.iter().all(|list| is_nameless(&network.security_lists.at(*list).object));
        if !lists.is_empty() && nameless {
            network.subnets.at_mut(id).security_lists = lists;
        } else {
            // What is not known of a list of the plan stands in a list of its own beside it.
            let beside = lists.into_iter().filter(|list| {
                let list = network.security_lists.at(*list);
                list.rules.is_unknown() && list.object.origin == adit_net::Origin::Plan
            });
            let known: Vec<_> = own
                .security_lists
                .iter()
                .map(|list| network.security_lists.at(*list).object.name.clone())
                .collect();
            let more: Vec<_> = beside
                .filter(|list| !own.security_lists.contains(list))
                .filter(|list| known.contains(&network.security_lists.at(*list).object.name))
                .collect();
            network.subnets.at_mut(id).security_lists.extend(more);
        }
        public(network, places, id, subnet.access);
    }
}

/// Whether a subnet of which the file does not say so can be reached from the internet.
fn public(network: &mut Network, places: &mut Places, id: adit_net::SubnetId, planned: Access) {
    if !places.perhaps_public(id) {
        return;
    }
    let vcn = network.subnets.at(id).vcn;
    let internet = |it: &Gateway| it.vcn == vcn && matches!(it.kind, GatewayKind::Internet);
    let has_door = network.gateways.iter().any(|(_, gateway)| internet(gateway));
    if planned == Access::Private || has_door {
        network.subnets.at_mut(id).access = planned;
        places.say_perhaps_public(id, false);
    }
}

fn attachments(network: &mut Network, plan: &Network, pairs: &Pairs) {
    for (theirs, attachment) in plan.attachments.iter() {
        let Some(id) = pairs.attachments.get(&theirs).copied() else { continue };
        let own = network.attachments.at(id);
        // An attachment of a gateway that the file manages is as the file says.
        if network.drgs.at(own.drg).object.managed {
            continue;
        }
        let nameless = own.table.is_none_or(|table| is_nameless(&network.drg_tables.at(table).object));
        if nameless {
            let table = attachment.table.and_then(|table| pairs.drg_tables.get(&table).copied());
            network.attachments.at_mut(id).table = table;
        }
        let managed = own_vcn_is_managed(network, id);
        if let (Attached::Vcn { ingress, offers, .. }, Attached::Vcn { ingress: planned, offers: theirs, .. }) =
            (&mut network.attachments.at_mut(id).to, &attachment.to)
            && !managed
        {
            if ingress.is_none() {
                *ingress = planned.and_then(|table| pairs.tables.get(&table).copied());
            }
            *offers = *theirs;
        }
    }
}

fn own_vcn_is_managed(network: &Network, id: adit_net::AttachmentId) -> bool {
    network.attachments.at(id).to.vcn().is_some_and(|vcn| network.vcns.at(vcn).object.managed)
}
