//! Programs made into images, and images read by other people's tools.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail loudly, too"
)]

mod layouts;
mod pushes;
mod registry;
mod same_bytes;
mod stub;
mod support;
mod tools;
mod trials;
