//! The deployed function: a payload in, rows in PostgreSQL, a receipt out.
//!
//! It joins three crates that do not know each other: the container contract (`adit-fdk`), signed requests (`adit-oci`) and the
//! way into PostgreSQL (`adit-ingest`). Here are only the settings, the secret, what a body may be (the envelopes of Oracle's event
//! sources), the connections that are kept, the order of things, and the words of the answer.
//!
//! Nothing is done before the socket is there, and nothing that is wrong with the settings, the Vault or the database ends the
//! process: it becomes the answer to a call, with a code.

mod answer;
mod connections;
mod credentials;
mod envelope;
mod failure;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod handler;
pub mod settings;

pub use handler::Function;
