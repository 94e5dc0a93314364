//! Every environment variable that the laptop stack reads or sets.

/// Read: where programs are looked for; set for every child.
pub(crate) const PATH: &str = "PATH";
/// Read: the base of the cache directory when we are not root (XDG Base Directory Specification).
pub(crate) const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// Read: the user's home, below which the cache lies when [`XDG_CACHE_HOME`] is not set.
pub(crate) const HOME: &str = "HOME";
/// Read: where fetched PostgreSQL binaries are kept, whoever we are.
pub(crate) const ADIT_CACHE_DIR: &str = "ADIT_CACHE_DIR";
/// Read, and passed to the database server: the time zone.
pub(crate) const TZ: &str = "TZ";
/// Set for a function: its container's name.
pub(crate) const HOSTNAME: &str = "HOSTNAME";
/// Set for a function: the wire format, always `http-stream` (Fn contract, clause 1).
pub(crate) const FN_FORMAT: &str = "FN_FORMAT";
/// Set for a function: `unix:` and the absolute path where its socket must appear (clause 2).
pub(crate) const FN_LISTENER: &str = "FN_LISTENER";
/// Set for a function: always `sync` (clause 51).
pub(crate) const FN_TYPE: &str = "FN_TYPE";
/// Set for a function: its memory in MB.
pub(crate) const FN_MEMORY: &str = "FN_MEMORY";
/// Set for a function: its OCID.
pub(crate) const FN_FN_ID: &str = "FN_FN_ID";
/// Set for a function: its display name.
pub(crate) const FN_FN_NAME: &str = "FN_FN_NAME";
/// Set for a function: its application's OCID.
pub(crate) const FN_APP_ID: &str = "FN_APP_ID";
/// Set for a function: its application's display name.
pub(crate) const FN_APP_NAME: &str = "FN_APP_NAME";
// Set for a function so that it finds its credentials and the emulator; defined by the crate that reads them.
pub(crate) use adit_oci::env::{
    ENDPOINT, FINGERPRINT, PRIVATE_KEY_CONTENT, REGION, RESOURCE_PRINCIPAL_PRIVATE_PEM,
    RESOURCE_PRINCIPAL_REGION, RESOURCE_PRINCIPAL_RPST, RESOURCE_PRINCIPAL_VERSION, TENANCY_OCID, USER_OCID,
};
/// Set for a function: the OCID of the secret with the database's address and credentials.
pub(crate) const DB_SECRET_OCID: &str = "DB_SECRET_OCID";
/// Set for a function: the tables it may write, separated by commas.
pub(crate) const ADIT_TABLE: &str = "ADIT_TABLE";
