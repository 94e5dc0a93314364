//! The crate from outside.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests fail loudly, too"
)]

mod ask;
mod diff;
mod faults;
mod language_page;
mod listing;
mod meaning;
mod meaning_page;
mod places;
mod random;
mod record;
mod round_trip;
mod rules;
mod support;
mod templates;
mod world;
