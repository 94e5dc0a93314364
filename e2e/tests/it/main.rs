//! The whole of Adit at once: what `adit check` says of a description, and what really happens in the networks that it describes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail loudly, too"
)]

mod description;
mod drill;
mod hub;
mod permission;
mod spoke;
mod world;
