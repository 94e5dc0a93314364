//! The ends of a question, by the names that people use: `postgres-inserter`, `librarian`, `sandbox-vcn/fn-public-subnet`,
//! `10.0.0.146`, `internet`.

use std::net::Ipv4Addr;

use adit_net::{Endpoint, Network, OracleService};

use crate::build::Built;
use crate::nearest::nearest;
use crate::words;

/// Why a name is no end of a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// There is nothing of this name.
    #[error("there is no function, database, subnet, machine or network `{name}`{}", near.as_ref().map(|near| format!("; the nearest is `{near}`")).unwrap_or_default())]
    NoSuch {
        /// The name.
        name: String,
        /// The nearest that there is.
        near: Option<String>,
    },
    /// There are several.
    #[error("`{name}` is the name of several things: say which, {}", words::list(candidates.iter().map(String::as_str)))]
    Ambiguous {
        /// The name.
        name: String,
        /// Names that say which.
        candidates: Vec<String>,
    },
}

impl EndpointError {
    /// The stable code.
    pub fn code(&self) -> crate::Code {
        match self {
            EndpointError::NoSuch { .. } => crate::code::NO_SUCH_NAME,
            EndpointError::Ambiguous { .. } => crate::code::AMBIGUOUS_NAME,
        }
    }
}

impl Built {
    /// Finds the end of a question: by another name that it has, such as an address in a plan, else by its own.
    ///
    /// # Errors
    ///
    /// If there is nothing of this name, or several things.
    pub fn endpoint(&self, text: &str) -> Result<Endpoint, EndpointError> {
        if let Some(endpoint) = self.places.alias(text) {
            return Ok(endpoint);
        }
        endpoint(&self.network, text).map_err(|error| match error {
            EndpointError::NoSuch { name, near: None } => {
                let near = nearest(text, self.places.aliases()).map(str::to_owned);
                EndpointError::NoSuch { name, near }
            }
            error => error,
        })
    }
}

/// Finds the end of a question.
///
/// # Errors
///
/// If there is nothing of this name, or several things.
pub fn endpoint(network: &Network, text: &str) -> Result<Endpoint, EndpointError> {
    match text {
        "internet" | "the internet" => return Ok(Endpoint::Internet),
        "oracle-services" => return Ok(Endpoint::Oracle(OracleService::Other)),
        "object-storage" => return Ok(Endpoint::Oracle(OracleService::ObjectStorage)),
        _ => {}
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(Endpoint::Address(address));
    }
    let all = all(network);
    let found: Vec<&Named> = all.iter().filter(|named| named.full == text || named.short == text).collect();
    match found.as_slice() {
        [only] => Ok(only.endpoint),
        [] => Err(EndpointError::NoSuch {
            name: words::shown(text),
            near: nearest(text, all.iter().flat_map(|named| [named.short.as_str(), &named.full]))
                .map(str::to_owned),
        }),
        several => Err(EndpointError::Ambiguous {
            name: words::shown(text),
            candidates: several.iter().map(|named| named.full.clone()).collect(),
        }),
    }
}

/// The names of everything that can be an end of a question, each once, as short as it is clear: for completion.
pub fn endpoints(network: &Network) -> Vec<String> {
    let all = all(network);
    let mut names: Vec<String> = all
        .iter()
        .map(|named| {
            let alone = all.iter().filter(|other| other.short == named.short).count() == 1;
            if alone { named.short.clone() } else { named.full.clone() }
        })
        .collect();
    names.push("internet".to_owned());
    names
}

struct Named {
    short: String,
    full: String,
    endpoint: Endpoint,
}

fn all(network: &Network) -> Vec<Named> {
    let mut all = Vec::new();
    let mut add =
        |short: &str, full: String, endpoint| all.push(Named { short: short.to_owned(), full, endpoint });
    for (id, function) in network.functions.iter() {
        let name = function.object.name.as_str();
        add(name, format!("function/{name}"), Endpoint::Function(id));
    }
    for (id, database) in network.databases.iter() {
        let name = database.object.name.as_str();
        add(name, format!("database/{name}"), Endpoint::Database(id));
    }
    for (id, vnic) in network.vnics.iter() {
        // A database's card is the database.
        if network.databases.iter().all(|(_, database)| database.vnic != id) {
            let name = vnic.object.name.as_str();
            add(name, format!("appliance/{name}"), Endpoint::Vnic(id));
        }
    }
    for (id, subnet) in network.subnets.iter() {
        let vcn = network.vcns.at(subnet.vcn).object.name.as_str();
        let name = subnet.object.name.as_str();
        add(name, format!("{vcn}/{name}"), Endpoint::Subnet(id));
    }
    for (id, site) in network.sites.iter() {
        let name = site.object.name.as_str();
        add(name, format!("on-premises/{name}"), Endpoint::Site(id));
    }
    all
}
