//! The name of a function's image: `fra.ocir.io/NAMESPACE/REPOSITORY:TAG`. Form: Oracle's CreateFunctionDetails ("the qualified name of
//! the Docker image, including the image tag", in the registry of the function's region) and the distribution specification.

use adit_blueprint::platform::is_repository;

/// A name, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Image<'t> {
    /// The region's key or name.
    pub(super) region: &'t str,
    /// The tenancy's namespace.
    pub(super) namespace: &'t str,
    /// What the repository is called.
    pub(super) repository: &'t str,
}

/// What an image's name looks like.
pub(super) const FORM: &str =
    "KEY.ocir.io/NAMESPACE/REPOSITORY:TAG, such as fra.ocir.io/acme/app/function:1f2e3d4c5b6a";

/// Takes a name apart, or tells why it is none.
pub(super) fn image(text: &str) -> Result<Image<'_>, &'static str> {
    if text.contains("://") {
        return Err("it begins with the registry's host, without https://");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("there are no spaces in it");
    }
    if text.contains('@') {
        return Err("the digest stands in `image_digest`; here the tag is");
    }
    let (host, rest) = text.split_once('/').ok_or("the registry and the namespace are missing")?;
    let region = host
        .strip_suffix(".ocir.io")
        .or_else(|| host.strip_prefix("ocir.")?.strip_suffix(".oci.oraclecloud.com"))
        .ok_or("functions run images of Oracle's registry alone, KEY.ocir.io")?;
    let (path, tag) = rest.rsplit_once(':').ok_or("the tag is missing")?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if tag.is_empty() || tag.len() > 128 || !tag.chars().all(legal) || tag.starts_with(['.', '-']) {
        return Err("a tag has up to 128 letters, digits, `_`, `.` and `-`");
    }
    let (namespace, repository) = path.split_once('/').ok_or("the namespace of the tenancy is missing")?;
    if let Some(why) = wrong_repository(repository) {
        return Err(why);
    }
    if namespace.is_empty()
        || !namespace.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    {
        return Err("a namespace has small letters and digits");
    }
    Ok(Image { region, namespace, repository })
}

/// Why a text is no repository's name: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, joined by `/`.
pub(super) fn wrong_repository(text: &str) -> Option<&'static str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("a repository has small letters only");
    }
    if text.len() > 255 {
        return Some("a repository has at most 255 characters");
    }
    (!is_repository(text))
        .then_some("a repository has small letters and digits, with `.`, `_`, `-` and `/` between them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let parts = Image { region: "fra", namespace: "acme", repository: "app/function" };
        assert_eq!(image("fra.ocir.io/acme/app/function:1.0"), Ok(parts));
        let long = image("ocir.eu-frankfurt-1.oci.oraclecloud.com/acme/f:1").unwrap();
        assert_eq!((long.region, long.repository), ("eu-frankfurt-1", "f"));
    }

    #[test]
    fn what_is_none_says_why() {
        for (text, why) in [
            ("", "registry"),
            ("function", "registry"),
            ("https://fra.ocir.io/acme/f:1", "https"),
            ("docker.io/library/f:1", "Oracle's registry"),
            ("fra.ocir.io/acme/f", "tag"),
            ("fra.ocir.io/acme/f:", "tag"),
            ("fra.ocir.io/f:1", "namespace"),
            ("fra.ocir.io//f:1", "namespace"),
            ("fra.ocir.io/acme/App/f:1", "small letters"),
            ("fra.ocir.io/acme/app//f:1", "between them"),
            ("fra.ocir.io/acme/f@sha256:0a", "image_digest"),
            ("fra.ocir.io/acme/f:1 ", "spaces"),
        ] {
            let told = image(text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
