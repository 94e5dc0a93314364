//! What the crate promises, against Oracle's published values, Oracle's own tools and loopback servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod round_trip;
mod vectors;
