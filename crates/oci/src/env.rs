//! Every environment variable that this crate reads, and the one way in which it reads them. What a value means is
//! decided by the module that asks for it.

use std::collections::BTreeMap;
use std::fmt;

/// Version of the resource principal: only `2.2` (Functions, Container Instances) is spoken.
pub const RESOURCE_PRINCIPAL_VERSION: &str = "OCI_RESOURCE_PRINCIPAL_VERSION";
/// Session token of the resource principal: an absolute path of a file, else the token itself.
pub const RESOURCE_PRINCIPAL_RPST: &str = "OCI_RESOURCE_PRINCIPAL_RPST";
/// Private key that belongs to the session token: an absolute path of a PEM file, else the PEM itself.
pub const RESOURCE_PRINCIPAL_PRIVATE_PEM: &str = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM";
/// Pass phrase of that key, when it has one: an absolute path of a file, else the pass phrase itself.
pub const RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE: &str = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE";
/// Region of the resource: `eu-frankfurt-1`, or the short key `fra`.
pub const RESOURCE_PRINCIPAL_REGION: &str = "OCI_RESOURCE_PRINCIPAL_REGION";

/// User whose API key signs: `ocid1.user.…`.
pub const USER_OCID: &str = "OCI_USER_OCID";
/// Tenancy of that user: `ocid1.tenancy.…`.
pub const TENANCY_OCID: &str = "OCI_TENANCY_OCID";
/// Fingerprint of the API key: sixteen lower-case hexadecimal pairs, colon between.
pub const FINGERPRINT: &str = "OCI_FINGERPRINT";
/// The private API key, as PEM. Consoles lose its line breaks; [`crate::pem`] finds them again.
pub const PRIVATE_KEY_CONTENT: &str = "OCI_PRIVATE_KEY_CONTENT";

/// Region to ask when the principal does not say one.
pub const REGION: &str = "OCI_REGION";
/// A region this build does not know, as JSON: `realmKey`, `realmDomainComponent`, `regionKey`, `regionIdentifier`.
pub const REGION_METADATA: &str = "OCI_REGION_METADATA";
/// Second-level domain for regions that nobody knows, instead of `oraclecloud.com`.
pub const DEFAULT_REALM: &str = "OCI_DEFAULT_REALM";
/// One base URL for all services, for tests and the emulator: `http://127.0.0.1:4000`.
pub const ENDPOINT: &str = "ADIT_OCI_ENDPOINT";

/// Configuration file, consulted when `~/.oci/config` does not exist (the Python SDK's order).
pub const CONFIG_FILE: &str = "OCI_CONFIG_FILE";
/// Configuration file, before every other (the command line's variable).
pub const CLI_CONFIG_FILE: &str = "OCI_CLI_CONFIG_FILE";
/// Profile of the configuration file (the command line's variable); `DEFAULT` when it is not set.
pub const CLI_PROFILE: &str = "OCI_CLI_PROFILE";
/// Home directory: what `~` stands for.
pub const HOME: &str = "HOME";

/// Base URL of the instance metadata service instead of `http://169.254.169.254/opc/v2`.
pub const METADATA_BASE_URL: &str = "OCI_METADATA_BASE_URL";

/// Where variables are looked up: the process, or a fixed set. An empty variable counts as not set.
#[derive(Clone)]
pub struct Vars(Source);

#[derive(Clone)]
enum Source {
    Process,
    Fixed(BTreeMap<String, String>),
}

impl Vars {
    /// The variables of this process, read at the time of each look-up.
    #[must_use]
    pub fn process() -> Self {
        Self(Source::Process)
    }

    /// A fixed set of variables and no others.
    pub fn fixed<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(Source::Fixed(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// The value of `name`, when it is set, not empty, and UTF-8.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        match &self.0 {
            Source::Process => std::env::var(name).ok(),
            Source::Fixed(map) => map.get(name).cloned(),
        }
        .filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Vars {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Process => f.write_str("Vars(process)"),
            Source::Fixed(map) => f.debug_tuple("Vars").field(&map.keys().collect::<Vec<_>>()).finish(),
        }
    }
}
