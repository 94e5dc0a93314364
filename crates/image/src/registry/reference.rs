//! Where an image goes: `REGISTRY/REPOSITORY[:TAG]`.

use std::fmt;
use std::str::FromStr;

/// Longest repository that registries take.
const LONGEST: usize = 255;

/// A repository of a registry, and a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
}

/// A text that names no repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} names no repository: {why}")]
pub struct ReferenceError {
    found: String,
    why: &'static str,
}

/// A repository of Oracle's registry, `REGION-KEY.ocir.io/NAMESPACE/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcirAddress {
    /// The region's key, `fra`, or its name.
    pub region: String,
    /// The tenancy's namespace.
    pub namespace: String,
    /// The repository's display name: everything behind the namespace.
    pub name: String,
}

impl ReferenceError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "A0833"
    }
}

impl Reference {
    /// Host and port.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The path below the registry.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The image of this digest in this repository: the name that never means another one.
    #[must_use]
    pub fn pinned(&self, digest: &str) -> String {
        format!("{}/{}@{digest}", self.registry, self.repository)
    }

    /// The parts of an address of Oracle's registry; `None` for another registry.
    #[must_use]
    pub fn ocir(&self) -> Option<OcirAddress> {
        let region = self.registry.strip_suffix(".ocir.io").or_else(|| {
            // The form with the region's whole name.
            self.registry.strip_prefix("ocir.")?.strip_suffix(".oci.oraclecloud.com")
        })?;
        let (namespace, name) = self.repository.split_once('/')?;
        Some(OcirAddress {
            region: region.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Whether the registry is this machine: there, and only there, nothing is encrypted unless it is asked for.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.registry)
    }
}

/// Whether a host, with or without a port, is this machine.
pub(crate) fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let refused = |why| Err(ReferenceError { found: text.chars().take(120).collect(), why });
        if text.contains("://") {
            return refused("it begins with the registry's host, without https://");
        }
        if text.contains('@') {
            return refused("the digest is the image's own; REGISTRY/REPOSITORY[:TAG] says where it goes");
        }
        let Some((registry, rest)) = text.split_once('/') else {
            return refused("it is REGISTRY/REPOSITORY[:TAG]");
        };
        let named = registry == "localhost" || registry.contains(['.', ':']);
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
        if !named || !registry.chars().all(legal) || !is_authority(registry) {
            return refused("its first part is the registry's host, such as fra.ocir.io or localhost:5000");
        }
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (rest, None),
        };
        if repository.chars().any(|c| c.is_ascii_uppercase()) {
            return refused("a repository has small letters only");
        }
        if repository.len() > LONGEST || !repository.split('/').all(is_component) {
            return refused(
                "a repository has small letters and digits, with `.`, `_`, `-` and `/` between them",
            );
        }
        if !tag.is_none_or(is_tag) {
            return refused(
                "a tag has up to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two",
            );
        }
        let reference = Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: tag.map(str::to_owned),
        };
        if registry.ends_with(".ocir.io") && reference.ocir().is_none() {
            return refused(
                "in Oracle's registry the tenancy's namespace stands before the repository: fra.ocir.io/NAMESPACE/NAME",
            );
        }
        Ok(reference)
    }
}

/// A host, and if a port then one of digits.
fn is_authority(text: &str) -> bool {
    let has_port = text.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
    text.parse::<http::uri::Authority>().is_ok_and(|authority| !has_port || authority.port_u16().is_some())
}

/// A part of a repository: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
fn is_component(text: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(word) && bytes.last().is_some_and(word);
    let mut separators = bytes.split(word).filter(|separator| !separator.is_empty());
    ends && separators.all(|separator| {
        matches!(separator, b"." | b"_" | b"__") || separator.iter().all(|byte| *byte == b'-')
    })
}

fn is_tag(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    (1..=128).contains(&text.len()) && text.chars().all(legal) && !text.starts_with(['.', '-'])
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        self.tag.as_ref().map_or(Ok(()), |tag| write!(f, ":{tag}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_of_all_kinds() {
        for (text, registry, repository, tag) in [
            (
                "fra.ocir.io/ns/hello-world-app/postgres-inserter:1.0",
                "fra.ocir.io",
                "ns/hello-world-app/postgres-inserter",
                Some("1.0"),
            ),
            ("localhost:5000/f", "localhost:5000", "f", None),
            ("[::1]:5000/a__b/c.d", "[::1]:5000", "a__b/c.d", None),
        ] {
            let reference: Reference = text.parse().unwrap();
            assert_eq!(
                (reference.registry(), reference.repository(), reference.tag()),
                (registry, repository, tag)
            );
            assert_eq!(reference.to_string(), text);
        }
    }

    #[test]
    fn what_is_none_says_why() {
        for (text, why) in [
            ("f", "REGISTRY/REPOSITORY"),
            ("library/f", "registry's host"),
            ("https://fra.ocir.io/ns/f", "without https"),
            ("fra.ocir.io/f", "namespace"),
            ("fra.ocir.io/ns/Hello", "small letters only"),
            ("fra.ocir.io/ns/f:", "a tag"),
            ("fra.ocir.io/ns/f:-x", "a tag"),
            ("fra.ocir.io/ns/f@sha256:ab", "the digest"),
            ("fra.ocir.io/ns//f", "small letters and digits"),
            ("fra.ocir.io/ns/a_-b", "small letters and digits"),
            ("fra.ocir.io/../f", "small letters and digits"),
            ("me:secret.x/f", "registry's host"),
        ] {
            let told = text.parse::<Reference>().unwrap_err().to_string();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn oracles_addresses_are_taken_apart() {
        let parts = |text: &str| text.parse::<Reference>().unwrap().ocir();
        let address = |region: &str| {
            Some(OcirAddress {
                region: region.to_owned(),
                namespace: "ns".to_owned(),
                name: "app/f".to_owned(),
            })
        };
        assert_eq!(parts("fra.ocir.io/ns/app/f:1"), address("fra"));
        assert_eq!(parts("ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/app/f"), address("eu-frankfurt-1"));
        assert_eq!(parts("ghcr.io/ns/app/f"), None);
    }

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:1", "127.9.9.9", "[::1]:5000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["fra.ocir.io", "localhost.example.com", "10.0.0.1:5000", "[2001:db8::1]:5000"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_reads_the_same_again(text in "[a-z0-9.:/@_A-Z\\[\\]-]{0,60}") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(reference.to_string(), text);
            }
        }
    }
}
