//! Plans read as networks, and blueprints as workflows.
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail loudly, too"
)]

mod applied;
mod changes;
mod edit;
mod export;
mod export_checks;
mod export_files;
mod export_format;
mod export_plan;
mod export_round;
mod export_same;
mod faults;
mod hostile;
mod make;
mod merge;
mod mistakes;
mod policies;
mod provider;
mod references;
mod running;
mod samples;
mod summary;
mod support;
mod unknown;
mod variants;
mod workflows;
