//! OCI on one loopback port: Vault's secrets, the Functions service and Object Storage's objects, for clients that are not changed
//! at all.
//!
//! Requests are verified as OCI verifies them, and refused as OCI refuses them: 401 and 404 tell nothing more, the
//! reason is in an event. What a caller may do once he is known is not checked: permissions are the subject of the
//! policy analysis, not of this emulator. Anything outside these services is a 404 that says so.

mod answer;
mod created;
mod fault;
mod functions;
mod identity;
mod invoke;
mod objects;
mod query;
mod route;
mod serve;
mod session;
mod timestamp;
mod vault;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use adit_oci::keygen::{GeneratedKey, generate};
use adit_oci::sign::KeyId;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use fault::Fault;

use crate::containers::Containers;
use crate::emulator::fault::Faults;
use crate::emulator::functions::{Catalogue, Deployed};
use crate::emulator::identity::{COMPARTMENT_ID, Caller, Keyring, TENANCY_ID, USER_ID};
use crate::emulator::objects::{NAMESPACE, Objects};
use crate::emulator::session::Session;
use crate::emulator::vault::Vault;
use crate::env;
use crate::ocid::local_ocid;
use crate::port::PortOwner;
use crate::process::{Account, Guard, LastWords, RunDir, private_file};
use crate::{Error, Event, Events, Part, PortChoice};

/// The vault of all secrets.
const VAULT_ID: &str = "ocid1.vault.oc1.local.vault";

/// How to start an [`Emulator`].
#[derive(Clone, Debug)]
pub struct EmulatorOptions {
    /// Which port on 127.0.0.1.
    pub port: PortChoice,
    /// The region that everything seems to be in.
    pub region: String,
    /// How long a function's session token is valid; it is replaced at half of that.
    pub token_lifetime: Duration,
    /// Where events go.
    pub events: Events,
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        Self {
            port: PortChoice::default(),
            region: "eu-frankfurt-1".to_owned(),
            token_lifetime: Duration::from_secs(15 * 60),
            events: Events::default(),
        }
    }
}

/// The running emulator. Dropping it closes the port, stops the functions that were deployed to it and removes its
/// files.
#[derive(Debug)]
pub struct Emulator {
    state: Arc<State>,
    port: u16,
    region: String,
    token_lifetime: Duration,
    config_file: PathBuf,
    user: User,
    server: JoinHandle<()>,
    renewals: Mutex<Vec<JoinHandle<()>>>,
    /// How many resource principals were given.
    principals: AtomicUsize,
    // The guard first: while it stands, the directory is removed whatever happens to us.
    _guard: Guard,
    run_dir: RunDir,
}

/// The local user's key.
#[derive(Debug)]
struct User {
    key: GeneratedKey,
    fingerprint: String,
}

/// What requests need.
#[derive(Debug)]
pub(crate) struct State {
    keyring: Keyring,
    vault_faults: Faults,
    object_faults: Faults,
    vault: Mutex<Vault>,
    objects: Mutex<Objects>,
    deployed: Mutex<Vec<Deployed>>,
    endpoint: String,
    events: Events,
}

impl State {
    fn vault(&self) -> MutexGuard<'_, Vault> {
        self.vault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deployed(&self) -> MutexGuard<'_, Vec<Deployed>> {
        self.deployed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn catalogue<T>(&self, ask: impl FnOnce(&Catalogue<'_>) -> T) -> T {
        let deployed = self.deployed();
        ask(&Catalogue { deployed: &deployed, compartment_id: COMPARTMENT_ID, endpoint: &self.endpoint })
    }
}

impl Emulator {
    /// Opens the port, makes the local user's key, and writes an OCI configuration file for it.
    ///
    /// # Errors
    ///
    /// A demanded port that is taken, no key, or files that cannot be written.
    pub async fn start(options: EmulatorOptions) -> Result<Self, Error> {
        let (listener, port) = listen(options.port, &options.events).await?;
        let key = generated().await?;
        let public = key.key.public_key();
        let fingerprint = public.fingerprint();
        let key_id = KeyId::api_key(TENANCY_ID, USER_ID, &fingerprint).map_err(Error::KeyId)?;
        let user = User { fingerprint: fingerprint.to_string(), key };

        let run_dir = RunDir::create("oci")?;
        let guard = Guard::start(LastWords { signal: "KILL", grace: 0 }, &[run_dir.path()])?;
        let config_file = write_config(&run_dir, &user, &options.region)?;
        let state = Arc::new(State {
            keyring: Keyring::default(),
            vault_faults: Faults::default(),
            object_faults: Faults::default(),
            vault: Mutex::default(),
            objects: Mutex::default(),
            deployed: Mutex::default(),
            endpoint: format!("http://127.0.0.1:{port}"),
            events: options.events,
        });
        state.keyring.add(&key_id, user.key.key.public_key().clone(), Caller::User, None);
        let server = tokio::spawn(serve::serve(listener, Arc::clone(&state)));
        state.events.send(Event::Ready { part: Part::Emulator, port });
        Ok(Self {
            state,
            port,
            region: options.region,
            token_lifetime: options.token_lifetime,
            config_file,
            user,
            server,
            renewals: Mutex::default(),
            principals: AtomicUsize::new(0),
            _guard: guard,
            run_dir,
        })
    }

    /// Stores a secret, or a new version of it, and gives its OCID.
    pub fn put_secret(&self, name: &str, content: &[u8]) -> String {
        let id = local_ocid("vaultsecret", name);
        self.state.vault().put(&id, name, VAULT_ID, content.to_vec());
        id
    }

    /// Gives the function of this OCID a resource principal: files with a session token and its key, renewed for as
    /// long as this emulator lives. The result are the environment variables that lead to them.
    ///
    /// # Errors
    ///
    /// No key, or files that cannot be written.
    pub async fn resource_principal(&self, function_id: &str) -> Result<BTreeMap<String, String>, Error> {
        let number = self.principals.fetch_add(1, Ordering::Relaxed);
        let owner = Account::for_containers();
        let directory = self.run_dir.subdirectory(&format!("principal-{number}"), 0o711, owner.as_ref())?;
        let session = Arc::new(Session::new(directory, function_id, self.token_lifetime));
        session.renew_with(&generated().await?, &self.state.keyring)?;
        let variables = session.variables(&self.region);
        let renewal = keep_renewed(session, Arc::clone(&self.state), self.token_lifetime / 2);
        self.renewals().push(tokio::spawn(renewal));
        Ok(variables)
    }

    /// The environment variables of a function that signs with the local user's API key instead. The key's line
    /// breaks are lost, as they are when a key is typed into the console.
    pub fn api_key_variables(&self) -> BTreeMap<String, String> {
        [
            (env::USER_OCID, USER_ID.to_owned()),
            (env::TENANCY_OCID, TENANCY_ID.to_owned()),
            (env::FINGERPRINT, self.user.fingerprint.clone()),
            (env::REGION, self.region.clone()),
            (env::PRIVATE_KEY_CONTENT, self.user.key.pem.expose().trim_end().replace('\n', " ")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Makes a function callable.
    pub fn deploy(&self, containers: Arc<Containers>) {
        self.state.deployed().push(Deployed { containers, since: SystemTime::now() });
    }

    /// Lets the next `times` calls of Vault fail.
    pub fn fail_vault(&self, fault: Fault, times: usize) {
        self.state.vault_faults.add(fault, times);
    }

    /// Takes back all of Vault's faults that have not struck yet.
    pub fn heal_vault(&self) {
        self.state.vault_faults.clear();
    }

    /// Stores an object, in a bucket that is made where it is missing, and gives its eTag.
    pub fn put_object(&self, bucket: &str, name: &str, content: impl Into<Bytes>) -> String {
        self.put_object_of_type(bucket, name, content, "application/octet-stream")
    }

    /// The same with a `Content-Type`.
    pub fn put_object_of_type(
        &self,
        bucket: &str,
        name: &str,
        content: impl Into<Bytes>,
        content_type: &str,
    ) -> String {
        self.state.objects().store(bucket, name, content.into(), content_type)
    }

    /// Deletes an object, if it is there.
    pub fn delete_object(&self, bucket: &str, name: &str) {
        self.state.objects().remove(bucket, name);
    }

    /// Lets the next `times` calls of Object Storage fail.
    pub fn fail_objects(&self, fault: Fault, times: usize) {
        self.state.object_faults.add(fault, times);
    }

    /// Takes back all of Object Storage's faults that have not struck yet.
    pub fn heal_objects(&self) {
        self.state.object_faults.clear();
    }

    /// The namespace of all buckets.
    pub fn namespace(&self) -> &'static str {
        NAMESPACE
    }

    /// `http://127.0.0.1:port`, the one endpoint of all services.
    pub fn url(&self) -> &str {
        &self.state.endpoint
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// An OCI configuration file whose default profile is the local user, for `oci --config-file`.
    pub fn config_file(&self) -> &Path {
        &self.config_file
    }

    /// The OCID of the compartment that holds everything.
    pub fn compartment_id(&self) -> &'static str {
        COMPARTMENT_ID
    }

    /// The OCID of the vault that holds the secrets.
    pub fn vault_id(&self) -> &'static str {
        VAULT_ID
    }

    fn renewals(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.renewals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.server.abort();
        for deployed in self.state.deployed().drain(..) {
            deployed.containers.stop();
        }
        for renewal in self.renewals().iter() {
            renewal.abort();
        }
    }
}

async fn listen(choice: PortChoice, events: &Events) -> Result<(TcpListener, u16), Error> {
    let mut attempt = 0;
    while let Some(port) = choice.candidate(attempt) {
        attempt += 1;
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            if let Some(wanted) = choice.missed(port) {
                let owner = PortOwner::of(wanted);
                events.send(Event::PortTaken { part: Part::Emulator, wanted, used: port, owner });
            }
            return Ok((listener, port));
        }
    }
    Err(choice.exhausted(Part::Emulator))
}

/// A fresh key. It takes a good part of a second of arithmetic, which must not hold up the runtime.
async fn generated() -> Result<GeneratedKey, Error> {
    tokio::task::spawn_blocking(generate).await.map_err(|_| Error::RuntimeGone)?.map_err(Error::Key)
}

fn write_config(run_dir: &RunDir, user: &User, region: &str) -> Result<PathBuf, Error> {
    let key_file = run_dir.path().join("key.pem");
    // The line after the key tells Oracle's tools that it is meant for them; without it they warn.
    private_file(&key_file, &format!("{}\nOCI_API_KEY\n", user.key.pem.expose().trim_end()), None)?;
    let config_file = run_dir.path().join("config");
    let config = format!(
        "[DEFAULT]\nuser={USER_ID}\nfingerprint={}\ntenancy={TENANCY_ID}\nregion={region}\nkey_file={}\n",
        user.fingerprint,
        key_file.display()
    );
    private_file(&config_file, &config, None)?;
    Ok(config_file)
}

async fn keep_renewed(session: Arc<Session>, state: Arc<State>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let (session, for_keyring) = (Arc::clone(&session), Arc::clone(&state));
        let renewed = tokio::task::spawn_blocking(move || session.renew(&for_keyring.keyring)).await;
        if let Ok(Err(error)) = renewed {
            state.events.send(Event::TokenNotRenewed { why: error.to_string() });
        }
    }
}
