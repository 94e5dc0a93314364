//! What the crate promises, against Oracle's published values, Oracle's own tools and loopback servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]
#![expect(clippy::indexing_slicing, reason = "a test that looks in the wrong place must fail")]

mod artifacts;
mod cli;
mod client;
mod config_file;
mod fixture;
mod functions;
mod identity;
mod instance;
mod keys;
mod objects;
mod pem;
mod rotation;
mod round_trip;
mod sdk;
mod secrecy;
mod server;
mod tools;
mod vectors;
