//! The tables themselves, one file a service or a few small ones. Taken from Oracle's pages of policy reference, each row with the page
//! it stands on; where two pages, or two places of one, disagree, the row says so. Corrected by hand, and held by tests.

mod functions;
mod identity;
mod logging;
mod messages;
mod network;
mod registry;
mod storage;
mod vault;

use super::row::Service;

pub(super) const SERVICES: &[Service] = &[
    functions::SERVICE,
    vault::SERVICE,
    registry::SERVICE,
    network::SERVICE,
    logging::SERVICE,
    messages::STREAMING,
    messages::QUEUE_SERVICE,
    messages::CONNECTOR_HUB,
    messages::EVENTS_SERVICE,
    storage::SERVICE,
    identity::SERVICE,
];
