//! Who may ask: the local user's API key, and the session tokens that were given to functions.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use adit_oci::key::PublicKey;
use adit_oci::sign::KeyId;
use adit_oci::verify::{Received, Verifier};

use crate::emulator::answer::Refusal;

/// The local tenancy, in which everything here lies.
pub(crate) const TENANCY_ID: &str = "ocid1.tenancy.oc1..local";
/// The compartment of the applications.
pub(crate) const COMPARTMENT_ID: &str = "ocid1.compartment.oc1..local";
/// The user of the API key.
pub(crate) const USER_ID: &str = "ocid1.user.oc1..local";

/// Who has signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    User,
    /// The function with this OCID.
    Function(String),
}

impl Caller {
    /// Its OCID and its kind, as the platform tells them to an invoked function.
    pub(crate) fn subject(&self) -> (&str, &'static str) {
        match self {
            Self::User => (USER_ID, "user"),
            Self::Function(id) => (id, "resource"),
        }
    }
}

#[derive(Debug)]
struct Known {
    key: PublicKey,
    caller: Caller,
    expires: Option<SystemTime>,
}

/// The keys that are known.
#[derive(Debug, Default)]
pub(crate) struct Keyring(Mutex<HashMap<String, Known>>);

impl Keyring {
    pub(crate) fn add(&self, id: &KeyId, key: PublicKey, caller: Caller, expires: Option<SystemTime>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemTime::now();
        known.retain(|_, known| known.expires.is_none_or(|expires| expires > now));
        known.insert(id.as_str().to_owned(), Known { key, caller, expires });
    }

    /// Who has signed `request`, by the rules of `verifier`.
    pub(crate) fn authenticate(
        &self,
        verifier: &Verifier,
        request: &Received<'_>,
    ) -> Result<Caller, Refusal> {
        let now = SystemTime::now();
        let mut caller = None;
        let key_of = |id: &KeyId| {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let found = known.get(id.as_str())?;
            let valid = found.expires.is_none_or(|expires| expires > now);
            caller = Some(found.caller.clone());
            valid.then(|| found.key.clone())
        };
        match verifier.verify(request, now, key_of) {
            Ok(_) => caller.ok_or_else(|| Refusal::not_authenticated("the key belongs to nobody")),
            Err(error) => Err(Refusal::not_authenticated(error.to_string())),
        }
    }
}
