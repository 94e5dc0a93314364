//! Oracle Cloud identifiers: `ocid1.<kind>.<realm>.[<region>].[<future>.]<unique>`. Only their form; whether such a thing
//! exists is known to the service.

use std::fmt;
use std::str::FromStr;

/// Any identifier, well formed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ocid {
    text: String,
}

/// The text is not an identifier, or not one of the kind that is wanted here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcidError {
    /// Not of the form at all.
    #[error("{found:?} is not an OCID (ocid1.<kind>.<realm>.<region>.<unique>)")]
    Malformed {
        /// The text, cut at 120 characters.
        found: String,
    },
    /// Another kind of thing.
    #[error("{found} is an OCID of kind {kind}; {wanted} is wanted here")]
    WrongKind {
        /// The identifier.
        found: Ocid,
        /// Its kind.
        kind: String,
        /// The kinds that are allowed.
        wanted: &'static str,
    },
}

impl Ocid {
    /// What kind of thing it names: `vaultsecret`, `fnfunc`, `compartment`, …
    #[must_use]
    pub fn kind(&self) -> &str {
        self.part(1)
    }

    /// The realm: `oc1`, …
    #[must_use]
    pub fn realm(&self) -> &str {
        self.part(2)
    }

    /// The region, as its name or its short key; `None` for things that belong to no region.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        Some(self.part(3)).filter(|region| !region.is_empty())
    }

    /// The whole identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn part(&self, index: usize) -> &str {
        self.text.split('.').nth(index).unwrap_or_default()
    }
}

impl FromStr for Ocid {
    type Err = OcidError;

    fn from_str(text: &str) -> Result<Self, OcidError> {
        let text = text.trim();
        let parts: Vec<&str> = text.split('.').collect();
        let character = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let well_formed = matches!(parts.as_slice(),
            ["ocid1", kind, realm, _, middle @ .., unique]
                if middle.len() <= 1 && ![kind, realm, unique].iter().any(|part| part.is_empty()));
        if well_formed && text.len() <= 255 && parts.iter().all(|part| part.bytes().all(character)) {
            Ok(Self { text: text.to_owned() })
        } else {
            Err(OcidError::Malformed { found: text.chars().take(120).collect() })
        }
    }
}

impl fmt::Display for Ocid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A newtype for the identifiers of one kind of thing.
macro_rules! ocid_of_kind {
    ($(#[$doc:meta])* $name:ident, $wanted:literal, $($kind:literal)|+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ocid);

        impl $name {
            /// The whole identifier.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// The same, of any kind.
            #[must_use]
            pub fn as_ocid(&self) -> &Ocid {
                &self.0
            }
        }

        impl TryFrom<Ocid> for $name {
            type Error = OcidError;

            fn try_from(ocid: Ocid) -> Result<Self, OcidError> {
                match ocid.kind() {
                    $($kind)|+ => Ok(Self(ocid)),
                    kind => Err(OcidError::WrongKind { kind: kind.to_owned(), found: ocid, wanted: $wanted }),
                }
            }
        }

        impl FromStr for $name {
            type Err = OcidError;

            fn from_str(text: &str) -> Result<Self, OcidError> {
                Self::try_from(text.parse::<Ocid>()?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

ocid_of_kind!(
    /// A secret in a vault.
    SecretOcid, "vaultsecret", "vaultsecret"
);
ocid_of_kind!(
    /// A vault.
    VaultOcid, "vault", "vault"
);
#[cfg(feature = "functions")]
ocid_of_kind!(
    /// A function.
    FunctionOcid, "fnfunc", "fnfunc"
);
#[cfg(feature = "functions")]
ocid_of_kind!(
    /// An application: a group of functions with one network.
    ApplicationOcid, "fnapp", "fnapp"
);
#[cfg(any(feature = "artifacts", feature = "functions"))]
ocid_of_kind!(
    /// A compartment; the root compartment is the tenancy itself.
    CompartmentOcid, "compartment or tenancy", "compartment" | "tenancy"
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts() {
        let secret: Ocid = "ocid1.vaultsecret.oc1.iad.amaaaaaa".parse().unwrap();
        assert_eq!((secret.kind(), secret.realm(), secret.region()), ("vaultsecret", "oc1", Some("iad")));
        let tenancy: Ocid = " ocid1.tenancy.oc1..aaaaaaaa\n".parse().unwrap();
        assert_eq!((tenancy.kind(), tenancy.region()), ("tenancy", None));
        assert_eq!(tenancy.as_str(), "ocid1.tenancy.oc1..aaaaaaaa");
    }

    #[test]
    fn the_wrong_kind_is_named() {
        let error = "ocid1.vault.oc1.iad.bbb.aaaa".parse::<SecretOcid>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "ocid1.vault.oc1.iad.bbb.aaaa is an OCID of kind vault; vaultsecret is wanted here"
        );
    }

    #[test]
    fn what_could_leave_its_place_in_a_path_is_refused() {
        for text in [
            "",
            "ocid1.a.b.c",
            "ocid2.a.b.c.d",
            "ocid1.a.b.c.d/e",
            "ocid1.a.b.c.d?e",
            "ocid1.a.b.c.%2e",
            "ocid1..b.c.d",
        ] {
            assert!(text.parse::<Ocid>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_does_not_panic(text in ".{0,300}") {
            if let Ok(ocid) = text.parse::<Ocid>() {
                prop_assert_eq!(ocid.as_str(), text.trim());
            }
        }
    }
}
