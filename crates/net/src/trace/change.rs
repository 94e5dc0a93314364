//! A change to a network, as a value: what a repair consists of.

use crate::legal::{Door, refused};
use crate::model::{
    Accepts, AttachmentId, DistributionId, DrgRule, DrgTableId, GatewayId, Network, NsgId, Origin, RouteRule,
    RouteTableId, Rules, SecurityListId, SecurityRule, Source, Statement, VnicId,
};
use crate::trace::hop::{Fix, Kind, Subject};
use crate::words;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A rule more in a route table.
    AddRoute(RouteTableId, RouteRule),
    /// Another rule in the place of one.
    ReplaceRoute(RouteTableId, usize, RouteRule),
    /// A rule less in a route table.
    RemoveRoute(RouteTableId, usize),
    /// A static rule more in a DRG's table.
    AddDrgRule(DrgTableId, DrgRule),
    /// Another rule in the place of one.
    ReplaceDrgRule(DrgTableId, usize, DrgRule),
    /// A statement more in an import distribution.
    AddImport(DistributionId, AttachmentId),
    /// A rule more in a security list.
    AddToList(SecurityListId, SecurityRule),
    /// A rule more in a group.
    AddToGroup(NsgId, SecurityRule),
    /// Enable the gateway, or stop it from blocking.
    Open(GatewayId),
    /// Switch the card's source/destination check off.
    SkipCheck(VnicId),
}

impl Change {
    /// Makes the change. Rules that are not known stay so: an owner's answer, not a change here, can make them known.
    pub fn apply(&self, network: &mut Network) {
        match self {
            Self::AddRoute(id, rule) => network.route_tables.at_mut(*id).rules.push(rule.clone()),
            Self::ReplaceRoute(id, index, rule) => {
                replace(&mut network.route_tables.at_mut(*id).rules, *index, rule)
            }
            Self::RemoveRoute(id, index) => {
                if let Rules::Known(rules) = &mut network.route_tables.at_mut(*id).rules
                    && *index < rules.len()
                {
                    rules.remove(*index);
                }
            }
            Self::AddDrgRule(id, rule) => network.drg_tables.at_mut(*id).rules.push(rule.clone()),
            Self::ReplaceDrgRule(id, index, rule) => {
                replace(&mut network.drg_tables.at_mut(*id).rules, *index, rule)
            }
            Self::AddImport(id, attachment) => {
                let statements = &mut network.distributions.at_mut(*id).statements;
                let priority =
                    statements.known().iter().map(|statement| statement.priority).max().unwrap_or(0);
                statements.push(Statement {
                    priority: priority.saturating_add(1),
                    accepts: Accepts::Attachment(*attachment),
                    origin: Origin::Derived,
                    source: Source::NONE,
                });
            }
            Self::AddToList(id, rule) => network.security_lists.at_mut(*id).rules.push(rule.clone()),
            Self::AddToGroup(id, rule) => network.nsgs.at_mut(*id).rules.push(rule.clone()),
            Self::Open(id) => network.gateways.at_mut(*id).open = true,
            Self::SkipCheck(id) => network.vnics.at_mut(*id).source_dest_check = false,
        }
    }

    /// Whether the rules that it would change are not known.
    pub(crate) fn was_unknown(&self, network: &Network) -> bool {
        match self {
            Self::AddRoute(id, _) | Self::ReplaceRoute(id, ..) | Self::RemoveRoute(id, _) => {
                network.route_tables.at(*id).rules.is_unknown()
            }
            Self::AddDrgRule(id, _) | Self::ReplaceDrgRule(id, ..) => {
                network.drg_tables.at(*id).rules.is_unknown()
            }
            Self::AddImport(id, _) => network.distributions.at(*id).statements.is_unknown(),
            Self::AddToList(id, _) => network.security_lists.at(*id).rules.is_unknown(),
            Self::AddToGroup(id, _) => network.nsgs.at(*id).rules.is_unknown(),
            Self::Open(_) | Self::SkipCheck(_) => false,
        }
    }

    /// With its object, for whoever reads.
    pub(crate) fn fix(self, network: &Network) -> Fix {
        let at = self.subject(network);
        let text = self.text(network);
        Fix { at, text, change: self }
    }

    fn subject(&self, network: &Network) -> Subject {
        match self {
            Self::AddRoute(id, _) | Self::ReplaceRoute(id, ..) | Self::RemoveRoute(id, _) => {
                Subject::of(Kind::RouteTable, &network.route_tables.at(*id).object)
            }
            Self::AddDrgRule(id, _) | Self::ReplaceDrgRule(id, ..) => {
                Subject::of(Kind::DrgTable, &network.drg_tables.at(*id).object)
            }
            Self::AddImport(id, _) => Subject::of(Kind::Distribution, &network.distributions.at(*id).object),
            Self::AddToList(id, _) => Subject::of(Kind::SecurityList, &network.security_lists.at(*id).object),
            Self::AddToGroup(id, _) => Subject::of(Kind::Nsg, &network.nsgs.at(*id).object),
            Self::Open(id) => Subject::of(Kind::Gateway, &network.gateways.at(*id).object),
            Self::SkipCheck(id) => Subject::of(Kind::Vnic, &network.vnics.at(*id).object),
        }
    }

    fn text(&self, network: &Network) -> String {
        match self {
            Self::AddRoute(_, rule) => words::route(network, rule),
            Self::ReplaceRoute(_, index, rule) => {
                format!("instead of rule [{index}]: {}", words::route(network, rule))
            }
            Self::RemoveRoute(_, index) => format!("remove rule [{index}]"),
            Self::AddDrgRule(_, rule) => format!("static {}", words::drg_rule(network, rule)),
            Self::ReplaceDrgRule(_, index, rule) => {
                format!("instead of rule [{index}]: static {}", words::drg_rule(network, rule))
            }
            Self::AddImport(_, attachment) => {
                format!("accept {}", words::accepts(network, Accepts::Attachment(*attachment)))
            }
            Self::AddToList(_, rule) | Self::AddToGroup(_, rule) => words::security(network, rule),
            Self::Open(_) => "enable it, and let it pass traffic".to_owned(),
            Self::SkipCheck(_) => "skip the source/destination check".to_owned(),
        }
    }

    /// Whether Oracle would take it.
    pub(crate) fn legal(&self, network: &Network, door: Door) -> bool {
        match self {
            Self::AddRoute(id, rule) | Self::ReplaceRoute(id, _, rule) => {
                refused(network, network.route_tables.at(*id).vcn, door, rule).is_none()
            }
            _ => true,
        }
    }
}

fn replace<T: Clone>(rules: &mut Rules<T>, index: usize, rule: &T) {
    if let Rules::Known(rules) = rules
        && let Some(place) = rules.get_mut(index)
    {
        *place = rule.clone();
    }
}
