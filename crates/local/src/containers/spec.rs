//! What a function is to the platform: a program, its settings and its limits.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::ocid::local_ocid;

/// Oracle Functions' limit for a request and for a response, in bytes ("6 MB").
pub const BODY_LIMIT: usize = 6 * 1024 * 1024;

/// A function and how the platform shall run it. `Debug` shows the names of its variables, not their values, which
/// may be secrets.
#[derive(Clone)]
pub struct FunctionSpec {
    /// Its display name, `FN_FN_NAME`.
    pub name: String,
    /// Its OCID, `FN_FN_ID`.
    pub id: String,
    /// Its application's display name, `FN_APP_NAME`.
    pub application_name: String,
    /// Its application's OCID, `FN_APP_ID`.
    pub application_id: String,
    /// The program that the container would run.
    pub program: PathBuf,
    /// Its arguments (an image's `ENTRYPOINT`/`CMD` may have some).
    pub arguments: Vec<OsString>,
    /// Configuration of the application and the function, merged; becomes environment variables.
    pub config: BTreeMap<String, String>,
    /// Environment variables that the platform sets besides `FN_*`; no configuration can override them.
    pub platform_env: BTreeMap<String, String>,
    /// Memory in MB, `FN_MEMORY`. It is told to the function, not enforced.
    pub memory_mb: u32,
    /// How long one call may take. OCI: 30 s unless set, at most 300 s.
    pub timeout: Duration,
    /// How long a detached call may take. OCI: as [`FunctionSpec::timeout`] unless set, at most 3600 s.
    pub detached_timeout: Option<Duration>,
    /// How long a container is kept without a call.
    pub idle_timeout: Duration,
    /// How many containers may run at the same time; one more call gets `429 TooManyRequests`.
    pub concurrency: usize,
}

impl FunctionSpec {
    /// A function with the platform's default limits and names derived from `name`.
    pub fn new(name: &str, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.to_owned(),
            id: local_ocid("fnfunc", name),
            application_name: "local".to_owned(),
            application_id: local_ocid("fnapp", "local"),
            program: program.into(),
            arguments: Vec::new(),
            config: BTreeMap::new(),
            platform_env: BTreeMap::new(),
            memory_mb: 128,
            timeout: Duration::from_secs(30),
            detached_timeout: None,
            idle_timeout: Duration::from_secs(30),
            concurrency: 50,
        }
    }
}

impl fmt::Debug for FunctionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionSpec")
            .field("id", &self.id)
            .field("application_id", &self.application_id)
            .field("program", &self.program)
            .field("config", &self.config.keys())
            .field("platform_env", &self.platform_env.keys())
            .finish_non_exhaustive()
    }
}
