//! The rules of route tables, and the tables of what enters by a gateway.

use std::net::Ipv4Addr;

use adit_net::{Destination, Origin, RouteRule, RouteTableId, Rules, Target, VcnId};

use super::Builder;
use super::gateways::label;
use crate::plan::block::{Block, Got, Ipv6};
use crate::plan::code;
use crate::plan::link::{Link, Thing, Want};
use crate::plan::record::Kind;

impl<'p> Builder<'p> {
    /// All rules of all tables.
    pub(super) fn route_rules(&mut self) {
        for (at, _, block) in self.blocks(Kind::RouteTable) {
            if let Some(table) = self.tables.get(&Thing::Of(at)).copied() {
                self.rules_of_table(table, &block);
            }
        }
        let mut defaults: Vec<(Thing, usize)> =
            self.defaults.iter().map(|(thing, at)| (*thing, *at)).collect();
        defaults.sort();
        for (thing, at) in defaults {
            let table = match thing {
                Thing::RouteTableOf(of) => {
                    self.vcns.get(&Thing::Of(of)).copied().map(|vcn| self.table(thing, vcn))
                }
                // Of a VCN that the plan does not have: a subnet names it, or nobody does.
                _ => self.tables.get(&thing).copied(),
            };
            if let Some((table, block)) = table.zip(self.links.block(at)) {
                self.rules_of_table(table, &block);
            }
        }
        self.doors();
    }

    fn rules_of_table(&mut self, table: RouteTableId, block: &Block<'p>) {
        let rules = match block.blocks("route_rules") {
            Got::Is(rules) => rules,
            Got::Nothing => return,
            Got::Open => {
                let why = self.links.why(block, "route_rules", None);
                return self.forget_routes(table, &why);
            }
        };
        let vcn = self.network.route_tables.at(table).vcn;
        for rule in rules {
            let destination = match self.destination(&rule) {
                Ok(Some(destination)) => destination,
                Ok(None) => continue,
                Err(why) => {
                    self.forget_routes(table, &why);
                    continue;
                }
            };
            let Some((target, said, open)) = self.target(&rule, vcn) else { continue };
            let index = self.network.route_tables.at(table).rules.known().len();
            let place = adit_blueprint::Rule { direction: None, index, derived: false };
            let source = self.rule(&rule, &format!("{destination} -> {said}"), place);
            if let Some(why) = open {
                self.places.say_open(source, why);
            }
            let rule = RouteRule { destination, target, origin: Origin::Plan, source };
            self.network.route_tables.at_mut(table).rules.push(rule);
        }
    }

    /// A table of which one destination is not known is not known.
    fn forget_routes(&mut self, table: RouteTableId, why: &str) {
        let source = self.network.route_tables.at(table).object.source;
        self.network.route_tables.at_mut(table).rules = Rules::Unknown;
        self.places.say_open(source, why);
    }

    /// Where a rule is for; `None`: for nothing that is analysed.
    fn destination(&mut self, rule: &Block<'p>) -> Result<Option<Destination>, String> {
        let attribute = match (rule.text("destination"), rule.text("cidr_block")) {
            (Got::Nothing, _) | (Got::Open, Got::Is(_)) => "cidr_block",
            _ => "destination",
        };
        let service = rule.text("destination_type") == Got::Is("SERVICE_CIDR_BLOCK");
        match rule.text(attribute) {
            Got::Open => Err(self.links.why(rule, attribute, None)),
            Got::Nothing => Ok(None),
            Got::Is(text) if service || text.contains("-services-in-") || text.ends_with("objectstorage") => {
                match label(text) {
                    Some(label) => Ok(Some(label.into())),
                    None => {
                        let expected = "a label such as all-fra-services-in-oracle-services-network";
                        rule.fault(code::REFUSED, attribute, text, expected);
                        Ok(None)
                    }
                }
            }
            Got::Is(_) => match rule.range(attribute) {
                Got::Is(Ok(range)) => Ok(Some(range.into())),
                Got::Is(Err(Ipv6)) => {
                    *self.ipv6.entry(rule.record).or_default() += 1;
                    Ok(None)
                }
                _ => Ok(None),
            },
        }
    }

    /// Where a rule leads, what that is called, and why it cannot be told if it cannot.
    fn target(&mut self, rule: &Block<'p>, vcn: VcnId) -> Option<(Target, String, Option<String>)> {
        let unknown = |why: String| Some((Target::Unknown, "?".to_owned(), Some(why)));
        let thing = match self.links.link(rule, "network_entity_id", Want::Target) {
            Link::To(thing) => thing,
            Link::Nothing => return None,
            Link::Open(why) => return unknown(why),
        };
        if let Some(gateway) = self.gateways.get(&thing) {
            let name = self.network.gateways.at(*gateway).object.name.to_string();
            return Some((Target::Gateway(*gateway), name, None));
        }
        if let Some(why) = self.lpgs.get(&thing).and_then(|lpg| self.open_lpgs.get(lpg)) {
            return unknown(why.clone());
        }
        if let Some(lpg) = self.lpgs.get(&thing) {
            return Some((Target::Lpg(*lpg), self.network.lpgs.at(*lpg).object.name.to_string(), None));
        }
        let record = match thing {
            Thing::Of(at) => self.record(at),
            _ => None,
        };
        let is_drg = match thing {
            Thing::Of(_) => record.is_some_and(|record| record.kind == Kind::Drg),
            Thing::Outside(number) => self.links.outside_id(number).starts_with("ocid1.drg."),
            _ => false,
        };
        if is_drg && let Some(drg) = self.drg(thing) {
            self.reach(vcn, drg, thing);
            return Some((Target::Drg(drg), self.network.drgs.at(drg).object.name.to_string(), None));
        }
        if let Some(record) = record.filter(|record| record.kind == Kind::PrivateIp) {
            let address = record.known("ip_address").and_then(|text| text.parse::<Ipv4Addr>().ok());
            if let Some(address) = address {
                return Some((Target::PrivateIp(address), address.to_string(), None));
            }
        }
        unknown(self.unknown(thing).1)
    }

    /// An attachment that the plan does not show may be there, unless Terraform makes both of its ends in this plan.
    fn reach(&mut self, vcn: VcnId, drg: adit_net::DrgId, thing: Thing) {
        let made = |thing: Thing| match thing {
            Thing::Of(at) => self.record(at).is_some_and(|record| record.created),
            _ => false,
        };
        let vcn_thing = self.things.0.get(&vcn).copied();
        if made(thing) || vcn_thing.is_some_and(made) {
            return;
        }
        self.attach(
            vcn,
            drg,
            "the attachment is not in the plan: neither as a resource nor as a data source",
        );
    }

    /// The tables of what enters a VCN by its gateways and peerings.
    fn doors(&mut self) {
        for kind in [Kind::InternetGateway, Kind::NatGateway, Kind::ServiceGateway] {
            for (at, _, block) in self.blocks(kind) {
                let Some(gateway) = self.gateways.get(&Thing::Of(at)).copied() else { continue };
                let vcn = self.network.gateways.at(gateway).vcn;
                let table = self.named_table(&block, "route_table_id", vcn);
                self.network.gateways.at_mut(gateway).route_table = table;
            }
        }
        for (at, _, block) in self.blocks(Kind::Lpg) {
            let Some(lpg) = self.lpgs.get(&Thing::Of(at)).copied() else { continue };
            let vcn = self.network.lpgs.at(lpg).vcn;
            let table = self.named_table(&block, "route_table_id", vcn);
            self.network.lpgs.at_mut(lpg).route_table = table;
        }
    }
}
