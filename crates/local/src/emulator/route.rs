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

    /// Whether it belongs to Vault, whose calls can be made to fail.
    pub(crate) fn is_vault(&self) -> bool {
        matches!(
            self,
            Self::GetSecretBundle { .. }
                | Self::GetSecretBundleByName
                | Self::ListSecretBundleVersions { .. }
        )
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
}
