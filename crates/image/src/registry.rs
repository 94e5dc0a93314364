//! Pushing an image to a registry, by the OCI distribution specification 1.1: what is there is not sent again, what another repository has
//! is mounted, what is sent is named by its digest. How a request gets its permission is in `auth`, how often it is sent in `session`.

mod auth;
mod error;
mod push;
mod reference;
mod session;

pub use auth::Credentials;
pub use error::{Elsewhere, RegistryError, RegistryErrorKind};
pub use push::{Push, Pushed, PushedBlob, Way};
pub use reference::{OcirAddress, Reference, ReferenceError};
