//! From what is written to a [`Network`]: names become places, and what is not written is derived or admitted to be unknown.
//!
//! What one object says about another is checked here; where packets go is not.

mod derive;
mod drgs;
mod ends;
mod faults;
mod names;
mod places;
mod security;
mod shown;
mod tables;
mod vcns;

use std::collections::HashMap;

use adit_net::{
    AttachmentId, DatabaseId, DrgId, DrgTableId, FunctionId, GatewayId, LpgId, Network, NsgId, Object,
    Origin, RouteTableId, SecurityListId, SubnetId, VcnId, VnicId,
};

use crate::finding::Finding;
use crate::model::{self, Blueprint, Name};
use crate::source::Span;

pub use names::{EndpointError, endpoint, endpoints};
pub use places::{Places, Rule};
pub use shown::{Derived, derived};

/// A network with the way back to the file.
#[derive(Debug)]
pub struct Built {
    /// The network.
    pub network: Network,
    /// Where each of its objects and rules is written.
    pub places: Places,
    /// What the file's objects say against each other, in the file's order.
    pub faults: Vec<Finding>,
    /// Which function writes to which database.
    pub needs: Vec<Need>,
}

/// A function that writes to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The function.
    pub function: FunctionId,
    /// The database.
    pub database: DatabaseId,
    /// Where it says so.
    pub span: Span,
}

/// Makes the network of a file.
pub fn build(blueprint: &Blueprint) -> Built {
    let mut builder = Builder::new(blueprint);
    builder.vcns();
    builder.drgs();
    builder.owners();
    builder.subnets();
    builder.doors();
    builder.drg_tables();
    builder.appliances();
    builder.databases();
    let needs = builder.functions();
    builder.route_rules();
    builder.security_rules();
    builder.derive(&needs);
    let Builder { network, places, mut faults, .. } = builder;
    faults.sort_by_key(Finding::span);
    Built { network, places, faults, needs }
}

struct Builder<'b> {
    blueprint: &'b Blueprint,
    network: Network,
    places: Places,
    faults: Vec<Finding>,
    vcns: HashMap<&'b str, VcnId>,
    subnets: HashMap<(&'b str, &'b str), SubnetId>,
    drgs: HashMap<&'b str, DrgId>,
    attachments: HashMap<(DrgId, &'b str), AttachmentId>,
    drg_tables: HashMap<(DrgId, &'b str), DrgTableId>,
    peerings: HashMap<(&'b str, &'b str), LpgId>,
    /// The VCNs of the tables, lists and groups that are written out, by name.
    table_owners: HashMap<&'b str, VcnId>,
    list_owners: HashMap<&'b str, VcnId>,
    group_owners: HashMap<&'b str, VcnId>,
    tables: HashMap<(VcnId, &'b str), RouteTableId>,
    lists: HashMap<(VcnId, &'b str), SecurityListId>,
    groups: HashMap<(VcnId, &'b str), NsgId>,
    internet: HashMap<VcnId, GatewayId>,
    nat: HashMap<VcnId, GatewayId>,
    service: HashMap<VcnId, GatewayId>,
    /// What is written out, by name.
    written_tables: HashMap<&'b str, &'b model::RouteTable>,
    written_lists: HashMap<&'b str, &'b model::SecurityList>,
    written_groups: HashMap<&'b str, &'b model::SecurityList>,
    /// The gateway that a VCN is attached to; the card that has an address.
    drg_of: HashMap<VcnId, DrgId>,
    cards: HashMap<(SubnetId, std::net::Ipv4Addr), VnicId>,
    /// Tables and lists whose rules are to be derived.
    open_tables: Vec<RouteTableId>,
    open_lists: Vec<SecurityListId>,
}

impl<'b> Builder<'b> {
    fn new(blueprint: &'b Blueprint) -> Self {
        Self {
            blueprint,
            network: Network::default(),
            places: Places::default(),
            faults: Vec::new(),
            vcns: HashMap::new(),
            subnets: HashMap::new(),
            drgs: HashMap::new(),
            attachments: HashMap::new(),
            drg_tables: HashMap::new(),
            peerings: HashMap::new(),
            table_owners: HashMap::new(),
            list_owners: HashMap::new(),
            group_owners: HashMap::new(),
            tables: HashMap::new(),
            lists: HashMap::new(),
            groups: HashMap::new(),
            internet: HashMap::new(),
            nat: HashMap::new(),
            service: HashMap::new(),
            written_tables: blueprint
                .route_tables
                .iter()
                .map(|table| (table.name.value.as_str(), table))
                .collect(),
            written_lists: blueprint
                .security_lists
                .iter()
                .map(|list| (list.name.value.as_str(), list))
                .collect(),
            written_groups: blueprint.nsgs.iter().map(|group| (group.name.value.as_str(), group)).collect(),
            drg_of: HashMap::new(),
            cards: HashMap::new(),
            open_tables: Vec::new(),
            open_lists: Vec::new(),
        }
    }

    /// A written object, at its name.
    fn object(&mut self, name: &Name, managed: bool) -> Object {
        let object = Object::new(&name.value).at(self.places.add(name.span));
        if managed { object } else { object.unmanaged() }
    }

    /// An object that follows from what is written at a place.
    fn derived(&mut self, name: String, span: Span, managed: bool) -> Object {
        let object = Object::new(name).at(self.places.add(span)).origin(Origin::Derived);
        if managed { object } else { object.unmanaged() }
    }
}
