//! Which operation a method and a path ask for. Pure.

use http::Method;

/// An operation of the emulated services.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    GetSecretBundle { secret: &'a str },
    GetSecretBundleByName,
    ListSecretBundleVersions { secret: &'a str },
    ListApplications,
    GetApplication { application: &'a str },
    ListFunctions(FunctionsApi),
    GetFunction(FunctionsApi, &'a str),
    InvokeFunction { function: &'a str },
    GetNamespace,
    GetObject(ObjectPath<'a>),
    PutObject(ObjectPath<'a>),
    DeleteObject(ObjectPath<'a>),
}

/// Which object a path means; each part as it came, percent escapes and all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ObjectPath<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) bucket: &'a str,
    /// All of the rest: some clients escape the slashes of a name, some do not.
    pub(crate) object: &'a str,
}

/// A service whose calls can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fallible {
    Vault,
    ObjectStorage,
}

/// The two forms of a function that clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionsApi {
    /// `/20181201`: `image` and `imageDigest` lie flat in the function.
    Flat,
    /// `/20260325`: they lie in `sourceDetails`.
    SourceDetails,
}

impl<'a> Route<'a> {
    /// `path` is without its query. `None` for what is not emulated.
    pub(crate) fn of(method: &Method, path: &'a str) -> Option<Self> {
        let mut segments = path.split('/').skip(1);
        let version = segments.next().unwrap_or_default();
        let rest: Vec<&str> = segments.collect();
        let route = match (version, method.as_str(), rest.as_slice()) {
            ("20190301", "GET", ["secretbundles", secret]) => Self::GetSecretBundle { secret },
            ("20190301", "GET", ["secretbundles", secret, "versions"]) => {
                Self::ListSecretBundleVersions { secret }
            }
            ("20190301", "POST", ["secretbundles", "actions", "getByName"]) => Self::GetSecretBundleByName,
            ("n", "GET", [] | [""]) => Self::GetNamespace,
            ("n", method, _) => Self::objects(method, path)?,
            ("20181201", method, rest) => Self::functions(FunctionsApi::Flat, method, rest)?,
            ("20260325", method, rest) => Self::functions(FunctionsApi::SourceDetails, method, rest)?,
            _ => return None,
        };
        Some(route)
    }

    fn functions(api: FunctionsApi, method: &str, rest: &[&'a str]) -> Option<Self> {
        let route = match (method, rest) {
            ("GET", ["applications"]) => Self::ListApplications,
            ("GET", ["applications", application]) => Self::GetApplication { application },
            ("GET", ["functions"]) => Self::ListFunctions(api),
            ("GET", ["functions", function]) => Self::GetFunction(api, function),
            ("POST", ["functions", function, "actions", "invoke"]) => Self::InvokeFunction { function },
            _ => return None,
        };
        Some(route)
    }

    fn objects(method: &str, path: &'a str) -> Option<Self> {
        let (namespace, rest) = path.strip_prefix("/n/")?.split_once("/b/")?;
        let (bucket, object) = rest.split_once("/o/")?;
        let place = ObjectPath { namespace, bucket, object };
        let named = [namespace, bucket, object].iter().all(|part| !part.is_empty());
        match method {
            _ if !named || namespace.contains('/') || bucket.contains('/') => None,
            "GET" | "HEAD" => Some(Self::GetObject(place)),
            "PUT" => Some(Self::PutObject(place)),
            "DELETE" => Some(Self::DeleteObject(place)),
            _ => None,
        }
    }

    /// The service that it belongs to, where its calls can be made to fail.
    pub(crate) fn fallible(&self) -> Option<Fallible> {
        match self {
            Self::GetSecretBundle { .. }
            | Self::GetSecretBundleByName
            | Self::ListSecretBundleVersions { .. } => Some(Fallible::Vault),
            Self::GetObject(_) | Self::PutObject(_) | Self::DeleteObject(_) => Some(Fallible::ObjectStorage),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_whole() {
        let get = |path| Route::of(&Method::GET, path);
        let post = |path| Route::of(&Method::POST, path);
        assert_eq!(get("/20190301/secretbundles/s"), Some(Route::GetSecretBundle { secret: "s" }));
        let versions = Route::ListSecretBundleVersions { secret: "s" };
        assert_eq!(get("/20190301/secretbundles/s/versions"), Some(versions));
        assert_eq!(post("/20190301/secretbundles/actions/getByName"), Some(Route::GetSecretBundleByName));
        let function = Route::GetFunction(FunctionsApi::SourceDetails, "f");
        assert_eq!(get("/20260325/functions/f"), Some(function));
        assert_eq!(get("/20181201/functions"), Some(Route::ListFunctions(FunctionsApi::Flat)));
        let invoke = Route::InvokeFunction { function: "f" };
        assert_eq!(post("/20181201/functions/f/actions/invoke"), Some(invoke));
        for path in ["", "/", "/20190301", "/20190301/secretbundles/s/", "/20181201/functions/f/actions/drop"]
        {
            assert_eq!((get(path), post(path)), (None, None), "{path}");
        }
        assert_eq!(post("/20190301/secretbundles/s"), None);
    }

    #[test]
    fn an_objects_name_is_all_of_the_rest() {
        let get = |path| Route::of(&Method::GET, path);
        for (path, object) in
            [("/n/ns/b/drop/o/a/b.json", "a/b.json"), ("/n/ns/b/drop/o/a%2Fb/o/c", "a%2Fb/o/c")]
        {
            let place = ObjectPath { namespace: "ns", bucket: "drop", object };
            assert_eq!(get(path), Some(Route::GetObject(place)));
        }
        assert_eq!((get("/n"), get("/n/")), (Some(Route::GetNamespace), Some(Route::GetNamespace)));
        for path in
            ["/n/ns/b/drop", "/n/ns/b/drop/o/", "/n/ns/b//o/x", "/n//b/drop/o/x", "/n/ns/x/b/drop/o/x"]
        {
            assert_eq!(get(path), None, "{path}");
        }
        assert_eq!(Route::of(&Method::POST, "/n/ns/b/drop/o/x"), None);
    }
}
