//! Regions: their names, short keys, realms and domains. Where a service of a region listens is in [`endpoint`].

pub mod endpoint;

use std::fmt;

use serde::Deserialize;

use crate::env::{self, Vars};

/// A region of Oracle Cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    name: String,
    key: Option<String>,
    realm: String,
    domain: String,
}

/// The text cannot be a region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} cannot be a region: letters, digits, `-` and `.` are allowed, as in eu-frankfurt-1 or fra"
)]
pub struct RegionError {
    found: String,
}

/// `OCI_REGION_METADATA`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    realm_key: String,
    realm_domain_component: String,
    region_key: String,
    region_identifier: String,
}

impl Region {
    /// Finds a region by its name (`us-ashburn-1`) or short key (`iad`), letter case aside. One that is not known here is
    /// looked for in `OCI_REGION_METADATA`; else, when it contains a dot, it is taken for a whole domain; else it is
    /// taken for a region of `OCI_DEFAULT_REALM`, or of the commercial realm.
    ///
    /// # Errors
    /// [`RegionError`] when it could not be part of a host name.
    pub fn parse(text: &str, vars: &Vars) -> Result<Self, RegionError> {
        let name = text.trim().to_ascii_lowercase();
        if !is_host_name(&name) {
            return Err(RegionError { found: text.chars().take(80).collect() });
        }
        if let Some(known) = adit_regions::known().find(|known| known.name == name || known.key == name) {
            return Ok(Self::of(known.name, known.realm, known.domain).with_key(known.key));
        }
        if let Some(told) =
            told(vars).filter(|told| told.region_identifier == name || told.region_key == name)
        {
            let region = Self::of(&told.region_identifier, &told.realm_key, &told.realm_domain_component);
            return Ok(region.with_key(&told.region_key));
        }
        let default = vars.get(env::DEFAULT_REALM).map(|domain| domain.trim().to_ascii_lowercase());
        Ok(match default.filter(|domain| is_host_name(domain)) {
            Some(domain) => Self::of(&name, "unknown", &domain),
            None => Self::of(&name, adit_regions::COMMERCIAL, adit_regions::COMMERCIAL_DOMAIN),
        })
    }

    fn of(name: &str, realm: &str, domain: &str) -> Self {
        Self { name: name.to_owned(), key: None, realm: realm.to_owned(), domain: domain.to_owned() }
    }

    fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// Its short key, such as `fra`; `None` for a region that is not known here.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Its name: `us-ashburn-1`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host of its registry, such as `fra.ocir.io`; `None` for a region whose key is not known here.
    #[must_use]
    pub fn registry(&self) -> Option<String> {
        Some(format!("{}.ocir.io", self.key()?))
    }

    /// Its realm: `oc1`.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The second-level domain of its realm: `oraclecloud.com`.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The region that the environment tells of; ignored when it is malformed, as Oracle's own libraries do.
fn told(vars: &Vars) -> Option<Metadata> {
    let mut told: Metadata = serde_json::from_str(&vars.get(env::REGION_METADATA)?).ok()?;
    let fields = [
        &mut told.realm_key,
        &mut told.realm_domain_component,
        &mut told.region_key,
        &mut told.region_identifier,
    ];
    let well_formed = fields.into_iter().all(|field| {
        field.make_ascii_lowercase();
        is_host_name(field)
    });
    well_formed.then_some(told)
}

fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= 200 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn none() -> Vars {
        Vars::fixed::<String, String>([])
    }

    #[test]
    fn short_keys_and_letter_case() {
        for text in ["iad", "IAD", "us-ashburn-1", " US-Ashburn-1\n"] {
            assert_eq!(Region::parse(text, &none()).unwrap().name(), "us-ashburn-1");
        }
        let frankfurt_2 = Region::parse("str", &none()).unwrap();
        assert_eq!(
            (frankfurt_2.name(), frankfurt_2.realm(), frankfurt_2.domain()),
            ("eu-frankfurt-2", "oc19", "oraclecloud.eu")
        );
    }

    #[test]
    fn names_and_keys_are_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for known in adit_regions::known() {
            assert!(seen.insert(known.name) && seen.insert(known.key), "{} {}", known.name, known.key);
        }
    }

    #[test]
    fn unknown_regions() {
        assert_eq!(Region::parse("mars-north-1", &none()).unwrap().domain(), "oraclecloud.com");
        let elsewhere = Vars::fixed([(env::DEFAULT_REALM, "oraclecloud99.com")]);
        assert_eq!(Region::parse("mars-north-1", &elsewhere).unwrap().domain(), "oraclecloud99.com");
        let told = Vars::fixed([(
            env::REGION_METADATA,
            r#"{"realmKey":"OC99","realmDomainComponent":"oraclecloud99.com","regionKey":"MRS9","regionIdentifier":"mars-north-1"}"#,
        )]);
        let mars = Region::parse("mrs9", &told).unwrap();
        assert_eq!((mars.name(), mars.realm(), mars.domain()), ("mars-north-1", "oc99", "oraclecloud99.com"));
    }

    #[test]
    fn what_would_change_the_host_is_refused() {
        for text in ["", "evil.example/", "a b", "x@y", "a..b", "ü"] {
            assert!(Region::parse(text, &none()).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_does_not_panic(text in ".{0,300}", metadata in ".{0,100}") {
            drop(Region::parse(&text, &Vars::fixed([(env::REGION_METADATA, metadata)])));
        }
    }
}
