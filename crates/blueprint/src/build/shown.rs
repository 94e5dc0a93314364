//! What was derived, as one would write it: so that nobody has to guess what follows from a file.

use adit_net::{Network, Origin};

use crate::prove::request;
use crate::words;

/// A derived rule, ready to be written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The table of the file that it would stand in.
    pub table: String,
    /// The rule, with its list: `rules += { … }`.
    pub rule: String,
}

/// Every rule that was derived.
pub fn derived(network: &Network) -> Vec<Derived> {
    let mut found = Vec::new();
    for (_, table) in network.route_tables.iter() {
        let name = format!("route-table.{}", words::key(table.object.name.as_str()));
        let rules = table.rules.known().iter().filter(|rule| rule.origin == Origin::Derived);
        found.extend(rules.map(|rule| Derived { table: name.clone(), rule: request::route(network, rule) }));
    }
    for (_, table) in network.drg_tables.iter() {
        let imports = table.imports.map(|imports| network.distributions.at(imports).statements.known());
        if imports.is_some_and(|statements| statements.iter().any(|it| it.origin == Origin::Derived)) {
            let drg = words::key(network.drgs.at(table.drg).object.name.as_str());
            let name = format!("drg.{drg}.route-table.{}", words::key(table.object.name.as_str()));
            found.push(Derived { table: name, rule: "import = \"type:vcn\"".to_owned() });
        }
    }
    for (_, list) in network.security_lists.iter() {
        let name = format!("security-list.{}", words::key(list.object.name.as_str()));
        let rules = list.rules.known().iter().filter(|rule| rule.origin == Origin::Derived);
        found.extend(
            rules.map(|rule| Derived { table: name.clone(), rule: request::security(network, rule) }),
        );
    }
    found
}
