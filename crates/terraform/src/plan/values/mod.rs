//! What a plan's resources say beyond the network: words, limits, names, ids, images, secrets, statements.
//!
//! The provider checks shape, not sense. Looked at is what the plan makes or changes: what it leaves as it is, the cloud has taken. A
//! value that is known only after apply is never a finding.

mod functions;
mod ids;
mod image;
mod labels;
mod logging;
mod look;
mod machines;
mod permission;
mod places;
mod regions;
mod registry;
mod secrets;
mod words;

use std::collections::HashSet;

use adit_blueprint::Finding;

use super::Planned;
use super::index::Index;
use super::policies::Policies;
use super::providers::Providers;
use look::Look;

/// Everything that is found, with a line of the listing for each.
pub(super) fn check(
    index: &Index,
    providers: &Providers,
    policies: &Policies,
    planned: &mut Planned,
) -> Vec<Finding> {
    let look = Look::new(index, providers);
    words::check(&look);
    labels::check(&look);
    places::check(&look);
    ids::check(&look);
    functions::check(&look);
    registry::check(&look);
    secrets::check(&look);
    logging::check(&look);
    machines::check(&look);
    permission::check(&look, policies);
    let told: HashSet<&str> = planned.built.faults.iter().map(|fault| fault.message.as_str()).collect();
    let mut found = look.found();
    // A value of another type may have been told by who made the network of it.
    found.retain(|it| !told.contains(it.message().as_str()));
    found.into_iter().map(|it| it.finding(&mut planned.listing)).collect()
}
