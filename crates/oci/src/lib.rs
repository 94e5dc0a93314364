//! Signed requests to Oracle Cloud: principals, regions, retries, Vault, Object Storage, Functions.
//!
//! The pure parts ([`sign`], [`verify`], [`pem`], [`key`], [`region`], [`ocid`]) do no I/O: they take bytes and a time
//! and give bytes or an error. [`principal`] says who asks, and [`client`] carries the request there and back.
//!
//! Cargo features: the deployed function needs none. `encrypted-keys` reads private keys behind a pass phrase,
//! `config-file` reads `~/.oci/config`, `keygen` makes RSA keys, `instance-principal` speaks for a compute instance,
//! `functions` calls the Functions service, `artifacts` finds compartments and creates container repositories, `full` is all of them.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//!
//! use adit_oci::env::Vars;
//! use adit_oci::{Client, Selector};
//!
//! # async fn read() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_vars(&Vars::process())?;
//! let id = "ocid1.vaultsecret.oc1.eu-frankfurt-1.amaaaaaa".parse()?;
//! let deadline = Instant::now() + Duration::from_secs(5);
//! let bundle = client.secret_bundle(&id, &Selector::default(), deadline).await?;
//! println!("version {}, {} bytes", bundle.version_number, bundle.content.expose().len());
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "artifacts")]
pub mod artifacts;
pub mod client;
mod der;
pub mod env;
#[cfg(feature = "functions")]
pub mod functions;
#[cfg(feature = "artifacts")]
pub mod identity;
pub mod key;
#[cfg(feature = "keygen")]
pub mod keygen;
pub mod objectstorage;
pub mod ocid;
pub mod pem;
pub mod principal;
pub mod region;
pub mod secret;
pub mod sign;
pub mod vault;
pub mod verify;

pub use client::error::{ErrorKind, OciError, Retryable};
pub use client::{Client, ClientBuilder};
pub use objectstorage::{ObjectAddress, ObjectPart};
pub use ocid::{Ocid, SecretOcid, VaultOcid};
#[cfg(feature = "config-file")]
pub use principal::ConfigFile;
pub use principal::{Principal, PrincipalError};
pub use region::Region;
pub use region::endpoint::{Endpoints, Service};
pub use secret::SecretValue;
pub use vault::{SecretBundle, Selector, Stage};
