//! The environment that a container starts with. Pure.

use std::collections::BTreeMap;
use std::path::Path;

use crate::containers::FunctionSpec;
use crate::env;

/// The name that the socket must be published under.
pub(crate) const SOCKET_NAME: &str = "lsnr.sock";

/// Configuration first, the platform's variables over it: a function's settings cannot change the contract.
pub(crate) fn environment(
    spec: &FunctionSpec,
    socket_dir: &Path,
    container: &str,
) -> BTreeMap<String, String> {
    let mut variables = spec.config.clone();
    let listener = format!("unix:{}", socket_dir.join(SOCKET_NAME).display());
    let platform = [
        (env::PATH, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()),
        (env::HOME, "/".to_owned()),
        (env::HOSTNAME, container.to_owned()),
        (env::FN_FORMAT, "http-stream".to_owned()),
        (env::FN_LISTENER, listener),
        (env::FN_TYPE, "sync".to_owned()),
        (env::FN_MEMORY, spec.memory_mb.to_string()),
        (env::FN_FN_ID, spec.id.clone()),
        (env::FN_FN_NAME, spec.name.clone()),
        (env::FN_APP_ID, spec.application_id.clone()),
        (env::FN_APP_NAME, spec.application_name.clone()),
    ];
    variables.extend(platform.map(|(name, value)| (name.to_owned(), value)));
    variables.extend(spec.platform_env.clone());
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_cannot_override_the_contract() {
        let mut spec = FunctionSpec::new("f", "/bin/true");
        spec.config =
            [("FN_LISTENER", "unix:/evil"), ("TABLE", "items"), ("OCI_RESOURCE_PRINCIPAL_RPST", "x")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        spec.platform_env = [("OCI_RESOURCE_PRINCIPAL_RPST".to_owned(), "/ours".to_owned())].into();
        let variables = environment(&spec, Path::new("/run/c1"), "c1");
        let value = |name: &str| variables.get(name).map(String::as_str);
        assert_eq!(value("FN_LISTENER"), Some("unix:/run/c1/lsnr.sock"));
        assert_eq!(value("FN_FORMAT"), Some("http-stream"));
        assert_eq!(value("TABLE"), Some("items"));
        assert_eq!(value("OCI_RESOURCE_PRINCIPAL_RPST"), Some("/ours"));
    }
}
