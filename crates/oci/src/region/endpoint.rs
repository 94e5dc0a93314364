//! Where services listen: a template for each, or one base URL for all of them.

use http::Uri;
use http::uri::{PathAndQuery, Scheme};

use super::Region;
use crate::env::{self, Vars};

/// A service of Oracle Cloud, as far as it is called from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// Contents of secrets, `/20190301`.
    Secrets,
    /// Vault management, `/20180608`.
    Vaults,
    /// Functions, `/20181201`.
    Functions,
    /// Users, groups, policies, compartments, `/20160918`.
    Identity,
    /// Networks and instances, `/20160918`.
    Core,
    /// Network path analysis, `/20160918`.
    PathAnalyzer,
    /// Container repositories, `/20160918`.
    Artifacts,
    /// Buckets and objects.
    ObjectStorage,
    /// Session tokens for instances, `/v1`.
    Auth,
}

impl Service {
    /// Host name before the region, and whether `oci.` stands between region and domain.
    const fn host(self) -> (&'static str, bool) {
        match self {
            Self::Secrets => ("secrets.vaults", true),
            Self::Vaults => ("vaults", true),
            Self::Functions => ("functions", true),
            Self::Identity => ("identity", true),
            Self::Core => ("iaas", false),
            Self::PathAnalyzer => ("vnca-api", true),
            Self::Artifacts => ("artifacts", true),
            Self::ObjectStorage => ("objectstorage", false),
            Self::Auth => ("auth", false),
        }
    }
}

/// Where to find the services: those of a region, or one address for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Region(Region),
    Base(BaseUrl),
}

/// Scheme, host, port, and a path that goes before every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    scheme: Scheme,
    authority: String,
    prefix: String,
}

/// An address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not an address of the form http://host:port or https://host")]
pub struct EndpointError {
    found: String,
}

impl Endpoints {
    /// The services of `region`, over TLS.
    #[must_use]
    pub fn of_region(region: Region) -> Self {
        Self(Place::Region(region))
    }

    /// One base URL for all services: a test server or the emulator.
    ///
    /// # Errors
    /// [`EndpointError`] when it is not `http://…` or `https://…`, or has a query.
    pub fn single(base_url: &str) -> Result<Self, EndpointError> {
        BaseUrl::parse(base_url).map(|base| Self(Place::Base(base)))
    }

    /// `ADIT_OCI_ENDPOINT` when it is set.
    ///
    /// # Errors
    /// [`EndpointError`] when it is set to something that is not a base URL.
    pub fn from_vars(vars: &Vars) -> Result<Option<Self>, EndpointError> {
        vars.get(env::ENDPOINT).map(|url| Self::single(&url)).transpose()
    }

    /// The address of `target` (path and query) of `service`.
    ///
    /// # Errors
    /// [`EndpointError`] when `target` is not a path with a query.
    pub fn uri(&self, service: Service, target: &str) -> Result<Uri, EndpointError> {
        match &self.0 {
            Place::Base(base) => base.uri(target),
            Place::Region(region) => {
                let (host, oci) = service.host();
                let authority = match region.name() {
                    // A whole domain instead of a region, as Oracle's own libraries have it.
                    domain if domain.contains('.') => format!("{host}.{domain}"),
                    name => format!("{host}.{name}.{}{}", if oci { "oci." } else { "" }, region.domain()),
                };
                BaseUrl { scheme: Scheme::HTTPS, authority, prefix: String::new() }.uri(target)
            }
        }
    }
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, EndpointError> {
        let parse = || {
            let uri: Uri = text.trim().parse().ok()?;
            let scheme =
                uri.scheme().filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme))?.clone();
            let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
            let prefix = uri.path().trim_end_matches('/').to_owned();
            uri.query().is_none().then(|| Self { scheme, authority: authority.as_str().to_owned(), prefix })
        };
        parse().ok_or_else(|| EndpointError { found: text.chars().take(120).collect() })
    }

    pub(crate) fn uri(&self, target: &str) -> Result<Uri, EndpointError> {
        let build = || {
            let target = PathAndQuery::try_from(format!("{}{target}", self.prefix)).ok()?;
            Uri::builder()
                .scheme(self.scheme.clone())
                .authority(self.authority.as_str())
                .path_and_query(target)
                .build()
                .ok()
        };
        build().ok_or_else(|| EndpointError {
            found: format!("{}://{}{}{target}", self.scheme, self.authority, self.prefix),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(region: &str, service: Service) -> String {
        let region = Region::parse(region, &Vars::fixed::<String, String>([])).unwrap();
        Endpoints::of_region(region).uri(service, "/20190301/x?y=%3A").unwrap().to_string()
    }

    #[test]
    fn templates() {
        assert_eq!(
            at("iad", Service::Secrets),
            "https://secrets.vaults.us-ashburn-1.oci.oraclecloud.com/20190301/x?y=%3A"
        );
        assert_eq!(
            at("us-luke-1", Service::Functions),
            "https://functions.us-luke-1.oci.oraclegovcloud.com/20190301/x?y=%3A"
        );
        assert_eq!(at("fra", Service::Core), "https://iaas.eu-frankfurt-1.oraclecloud.com/20190301/x?y=%3A");
        assert_eq!(
            at("private.example.com", Service::Identity),
            "https://identity.private.example.com/20190301/x?y=%3A"
        );
    }

    #[test]
    fn one_base_url_for_all() {
        let local = Endpoints::single("http://127.0.0.1:4000/oci/").unwrap();
        assert_eq!(local.uri(Service::Identity, "/a").unwrap(), "http://127.0.0.1:4000/oci/a");
        for bad in ["", "127.0.0.1:4000", "ftp://x", "http://u:p@x", "http://x?q"] {
            assert!(Endpoints::single(bad).is_err(), "{bad}");
        }
    }
}
