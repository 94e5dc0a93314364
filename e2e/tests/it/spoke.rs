//! The spoke: the deployed function in its namespace, with the emulated Vault on the loopback interface beside it.

use std::path::Path;
use std::time::{Duration, Instant};

use adit_local::containers::{Containers, Failure, Invocation};
use adit_local::{Emulator, EmulatorOptions, Events, FunctionSpec};
use bytes::Bytes;
use serde_json::Value;

/// How long a call may take: the description's own is a minute, which a time-out would use up.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What became of a call, and how long it took.
pub(crate) struct Called {
    pub(crate) outcome: Result<Value, Failure>,
    pub(crate) took: Duration,
}

/// Calls the function once, in the namespace of the calling thread.
pub(crate) async fn call(program: &Path, secret: &Value, body: &'static str) -> Called {
    let emulator = Emulator::start(EmulatorOptions::default()).await.unwrap();
    let secret = emulator.put_secret("librarian-db", secret.to_string().as_bytes());
    let mut config = emulator.resource_principal("ocid1.fnfunc.oc1.local.drill").await.unwrap();
    let settings =
        [("ADIT_TABLE", "items"), ("DB_SECRET_OCID", &secret), ("ADIT_OCI_ENDPOINT", emulator.url())];
    config.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let spec = FunctionSpec { config, timeout: TIMEOUT, ..FunctionSpec::new("postgres-inserter", program) };
    let containers = Containers::new(spec, Events::default()).unwrap();
    let began = Instant::now();
    let call = containers.invoke(Invocation { body: Bytes::from(body), ..Invocation::default() }).await;
    let took = began.elapsed();
    let outcome = call.outcome.map(|reply| serde_json::from_slice(&reply.body).unwrap());
    Called { outcome, took }
}
