//! Gateways and local peerings. What enters by them has its tables in `routes`.

use adit_net::{Gateway, GatewayKind, Lpg, ServiceLabel};

use super::Builder;
use crate::plan::block::{Block, Got};
use crate::plan::link::{Link, Thing, Want};
use crate::plan::record::Kind;

impl<'p> Builder<'p> {
    /// All gateways, and the ends of local peerings.
    pub(super) fn gateways(&mut self) {
        for (kind, what) in [
            (Kind::InternetGateway, GatewayKind::Internet),
            (Kind::NatGateway, GatewayKind::Nat),
            (Kind::ServiceGateway, GatewayKind::Service(ServiceLabel::AllServices)),
        ] {
            for (at, _, block) in self.blocks(kind) {
                let Some(vcn) = self.vcn_of(at, &block, "vcn_id") else { continue };
                let what = match what {
                    // Which services it is made for decides where it leads: without that it is as good as not there.
                    GatewayKind::Service(_) => match self.services(&block) {
                        Ok(label) => GatewayKind::Service(label),
                        Err(why) => {
                            self.note(at, "which services this gateway is for is not known", &why);
                            continue;
                        }
                    },
                    other => other,
                };
                let open = match what {
                    GatewayKind::Internet => block.flag("enabled") != Got::Is(false),
                    _ => block.flag("block_traffic") != Got::Is(true),
                };
                let object = self.object(at, "");
                let gateway = Gateway { object, vcn, kind: what, open, route_table: None };
                let id = self.network.gateways.add(gateway);
                self.gateways.insert(Thing::Of(at), id);
            }
        }
        for (at, _, block) in self.blocks(Kind::Lpg) {
            let Some(vcn) = self.vcn_of(at, &block, "vcn_id") else { continue };
            let object = self.object(at, "");
            let id = self.network.lpgs.add(Lpg { object, vcn, peer: None, route_table: None });
            self.lpgs.insert(Thing::Of(at), id);
        }
    }

    /// The services that a gateway is for: Object Storage alone, or all.
    fn services(&mut self, block: &Block<'p>) -> Result<ServiceLabel, String> {
        let services = match block.blocks("services") {
            Got::Is(services) if !services.is_empty() => services,
            _ => return Err(self.links.why(block, "services", None)),
        };
        let mut found = None;
        for service in services {
            let named = match service.text("service_name") {
                Got::Is(name) => label(name),
                _ => None,
            };
            let label = match (named, self.links.link(&service, "service_id", Want::Service)) {
                (Some(label), _) => Some(label),
                (None, Link::To(Thing::Of(at))) => self.record(at).and_then(|record| {
                    record
                        .known("cidr_block")
                        .and_then(label)
                        .or_else(|| record.known("name").and_then(label))
                }),
                (None, Link::To(thing)) => return Err(self.unknown(thing).1),
                (None, Link::Open(why)) => return Err(why),
                (None, Link::Nothing) => None,
            };
            let Some(label) = label else {
                return Err(self.links.why(&service, "service_id", None));
            };
            found = Some(if found == Some(ServiceLabel::AllServices) {
                ServiceLabel::AllServices
            } else {
                label
            });
        }
        found.ok_or_else(|| self.links.why(block, "services", None))
    }

    /// Who is peered with whom; both ends may say it, or one.
    pub(super) fn peers(&mut self) {
        for (at, record, block) in self.blocks(Kind::Lpg) {
            let Some(own) = self.lpgs.get(&Thing::Of(at)).copied() else { continue };
            match self.links.link(&block, "peer_id", Want::Lpg) {
                Link::To(thing @ Thing::Of(_)) => {
                    let Some(peer) = self.lpgs.get(&thing).copied() else { continue };
                    self.network.lpgs.at_mut(own).peer = Some(peer);
                    self.network.lpgs.at_mut(peer).peer.get_or_insert(own);
                }
                Link::To(thing) => {
                    let why = self.unknown(thing).1;
                    self.open_lpgs.insert(own, why);
                }
                Link::Open(why) => {
                    self.open_lpgs.insert(own, why);
                }
                // The other end may have made the connection.
                Link::Nothing if block.text("peering_status") == Got::Is("PEERED") => {
                    let why = format!("the other end of `{}` is not in the plan", record.address);
                    self.open_lpgs.insert(own, why);
                }
                Link::Nothing => {}
            }
        }
        for (own, _) in self.network.lpgs.iter().filter(|(_, lpg)| lpg.peer.is_some()) {
            self.open_lpgs.remove(&own);
        }
        self.remote_peers();
    }
}

/// The label that a text is: `all-fra-services-in-oracle-services-network`, `OCI FRA Object Storage`.
pub(super) fn label(text: &str) -> Option<ServiceLabel> {
    let plain = text.to_ascii_lowercase().replace([' ', '_'], "-");
    if plain.starts_with("all-") && plain.ends_with("-services-in-oracle-services-network") {
        Some(ServiceLabel::AllServices)
    } else if plain.starts_with("oci-")
        && (plain.ends_with("-objectstorage") || plain.ends_with("-object-storage"))
    {
        Some(ServiceLabel::ObjectStorage)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_known_by_what_the_regions_call_them() {
        for text in
            ["all-fra-services-in-oracle-services-network", "All FRA Services In Oracle Services Network"]
        {
            assert_eq!(label(text), Some(ServiceLabel::AllServices), "{text}");
        }
        for text in ["oci-phx-objectstorage", "OCI PHX Object Storage"] {
            assert_eq!(label(text), Some(ServiceLabel::ObjectStorage), "{text}");
        }
        assert_eq!(label("all-services"), None);
    }
}
