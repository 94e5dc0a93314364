//! Why a push failed, its stable code, and what to do.

use adit_oci::client::Response;
use adit_oci::client::transport::Broken;
use adit_oci::{ErrorKind, Retryable};
use http::StatusCode;
use serde::Deserialize;

/// Why an image was not pushed. No text has a password or a token in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{registry}: {message}")]
pub struct RegistryError {
    /// Host and port of the registry, or of the place where its tokens come from.
    pub registry: String,
    /// What kind of failure.
    pub kind: RegistryErrorKind,
    /// What was tried, and what was answered.
    pub message: String,
    /// Where the answer says that it passes: after so many seconds.
    pub(super) retry_after: Option<u64>,
    /// What to do, where more is known than of the kind.
    pub(super) told: Option<String>,
}

/// What kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryErrorKind {
    /// 401: it wants a login, and none was given.
    NoCredentials,
    /// 401: the login was refused.
    Unauthorized,
    /// 403: this user may not.
    Denied,
    /// 404: there is no such repository, or it may not be seen.
    NotFound,
    /// No connection, no time, no certificate: the way to it.
    Unreachable(ErrorKind),
    /// 429, 500 and above.
    Unavailable,
    /// Any other refusal.
    Refused,
    /// What came is no answer of a registry.
    NotUnderstood,
    /// It stored something else than was sent.
    OtherDigest,
    /// A password would have gone over the network for everybody to read.
    Insecure,
    /// A repository of this name exists already, in another compartment of the tenancy.
    OtherCompartment,
    /// It is not there yet, and somebody else creates it.
    NotYet,
    /// 413: more than it takes.
    TooLarge,
}

/// A repository that is in another compartment than it should be; identifiers as the service tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its identifier.
    pub repository: String,
    /// The compartment that it is in.
    pub compartment: String,
    /// That compartment's name, where it may be seen.
    pub compartment_name: Option<String>,
    /// The compartment that it should be in.
    pub wanted: String,
}

impl RegistryErrorKind {
    /// Stable code and whether trying again can help.
    const fn facts(self) -> (&'static str, Retryable) {
        use Retryable::{AfterBackoff, AfterRefresh, Never};
        match self {
            Self::NoCredentials => ("A0834", Never),
            Self::Unauthorized => ("A0835", AfterRefresh),
            Self::Denied => ("A0836", Never),
            Self::NotFound => ("A0837", Never),
            Self::Unreachable(kind) => ("A0838", kind.retryable()),
            Self::Unavailable => ("A0839", AfterBackoff),
            Self::Refused => ("A0840", Never),
            Self::NotUnderstood => ("A0841", Never),
            // It may have been damaged on the way.
            Self::OtherDigest => ("A0842", AfterBackoff),
            Self::Insecure => ("A0843", Never),
            Self::OtherCompartment => ("A0844", Never),
            Self::NotYet => ("A0847", Never),
            Self::TooLarge => ("A0849", Never),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.facts().0
    }

    pub(super) const fn retryable(self) -> Retryable {
        self.facts().1
    }

    /// What to do about any of its kind.
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        match self {
            Self::NoCredentials => Some(
                "--user NAME, and its auth token by --password-file FILE, --password-stdin or ADIT_REGISTRY_PASSWORD",
            ),
            Self::Unauthorized => Some(
                "in Oracle's registry the user is NAMESPACE/USER (NAMESPACE/DOMAIN/USER outside the default domain), and the password an \
                 auth token of that user, not the console's password",
            ),
            Self::Denied => Some(
                "in Oracle's registry a push needs REPOSITORY_READ and REPOSITORY_UPDATE on this repository, and REPOSITORY_CREATE where it \
                 does not exist",
            ),
            Self::NotFound => Some(
                "create the repository first: in Oracle's registry --compartment OCID or --function NAME does it",
            ),
            Self::OtherDigest => Some(
                "push it again; if it stays so, something between here and the registry changes what is sent",
            ),
            Self::Insecure => {
                Some("give the registry a certificate; only a registry on this machine is spoken to without")
            }
            Self::OtherCompartment => Some(
                "names are unique in a tenancy. Move that one: `oci artifacts container repository change-compartment --repository-id OCID \
                 --compartment-id OCID` (needs REPOSITORY_MANAGE), or push without --compartment: it goes where the repository is",
            ),
            Self::NotYet => Some(
                "Terraform makes it: apply what `adit export terraform` wrote, then push; without --pin the push creates it",
            ),
            Self::TooLarge => Some(
                "an image of a function has one program and is a few megabytes: look at what `adit build` says of its layer; a proxy before \
                 the registry may have a limit of its own",
            ),
            Self::Unavailable => Some("it was tried several times; try again later, nothing is half there"),
            Self::Unreachable(_) | Self::Refused | Self::NotUnderstood => None,
        }
    }
}

#[derive(Deserialize)]
struct Told {
    errors: Vec<ToldError>,
}

#[derive(Deserialize)]
struct ToldError {
    code: Option<String>,
    message: Option<String>,
}

impl RegistryError {
    /// A repository of this name could not be created, because there is one in another compartment.
    #[must_use]
    pub fn other_compartment(registry: &str, name: &str, said: &str) -> Self {
        let message =
            format!("the repository `{name}` cannot be created in this compartment: {}", legible(said));
        Self::new(registry, RegistryErrorKind::OtherCompartment, message)
    }

    /// The same, with the one that there is: the help is the command that moves it.
    #[must_use]
    pub fn elsewhere(registry: &str, name: &str, found: &Elsewhere) -> Self {
        let place = match &found.compartment_name {
            Some(place) => format!("`{}` ({})", legible(place), legible(&found.compartment)),
            None => legible(&found.compartment),
        };
        let message = format!("the repository `{name}` is in another compartment, {place}");
        let told = format!(
            "names are unique in a tenancy. Move it: `oci artifacts container repository change-compartment --repository-id {} \
             --compartment-id {}` (needs REPOSITORY_MANAGE in both), or name its compartment in the file",
            legible(&found.repository),
            found.wanted
        );
        Self { told: Some(told), ..Self::new(registry, RegistryErrorKind::OtherCompartment, message) }
    }

    /// There is no repository of this name, and this is not the one to create it.
    #[must_use]
    pub fn not_yet(registry: &str, name: &str) -> Self {
        Self::new(registry, RegistryErrorKind::NotYet, format!("the repository `{name}` is not there yet"))
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.told.as_deref().or_else(|| self.kind.help())
    }

    pub(super) fn new(registry: &str, kind: RegistryErrorKind, message: impl Into<String>) -> Self {
        Self { registry: registry.to_owned(), kind, message: message.into(), retry_after: None, told: None }
    }

    /// There was no answer.
    pub(super) fn broken(registry: &str, what: &str, broken: Broken) -> Self {
        Self::new(
            registry,
            RegistryErrorKind::Unreachable(broken.kind),
            format!("{what}: {}", broken.message),
        )
    }

    /// The answer is no success. `logged_in`: whether a login went with the request.
    pub(super) fn answer(registry: &str, what: &str, response: &Response, logged_in: bool) -> Self {
        let told: Option<Told> = serde_json::from_slice(&response.body).ok();
        let first = told.and_then(|told| told.errors.into_iter().next());
        let code = first.as_ref().and_then(|error| error.code.as_deref()).map(legible).unwrap_or_default();
        let said = first.as_ref().and_then(|error| error.message.as_deref()).map(legible).unwrap_or_default();
        let kind = match response.status {
            StatusCode::UNAUTHORIZED if logged_in => RegistryErrorKind::Unauthorized,
            StatusCode::UNAUTHORIZED => RegistryErrorKind::NoCredentials,
            StatusCode::FORBIDDEN => RegistryErrorKind::Denied,
            StatusCode::NOT_FOUND => RegistryErrorKind::NotFound,
            StatusCode::TOO_MANY_REQUESTS => RegistryErrorKind::Unavailable,
            StatusCode::PAYLOAD_TOO_LARGE => RegistryErrorKind::TooLarge,
            _ if code == "SIZE_INVALID" => RegistryErrorKind::TooLarge,
            _ if code == "DIGEST_INVALID" => RegistryErrorKind::OtherDigest,
            status if status.is_server_error() => RegistryErrorKind::Unavailable,
            _ => RegistryErrorKind::Refused,
        };
        let words: Vec<&str> =
            [code.as_str(), said.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
        let words = if words.is_empty() { String::new() } else { format!(" {}", words.join(": ")) };
        let retry_after = response.headers.get(http::header::RETRY_AFTER);
        Self {
            retry_after: retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok()),
            ..Self::new(registry, kind, format!("{what}: {}{words}", response.status.as_u16()))
        }
    }
}

/// One line of at most 300 characters.
fn legible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
