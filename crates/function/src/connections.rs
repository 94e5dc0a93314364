//! What a container keeps between calls: the client of Oracle Cloud, the credentials, and idle connections. The platform sends
//! one call at a time, so a container has one connection; a process that is called in parallel gets more, up to a limit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use adit_ingest::{Database, IngestError, Retry, Session};
use adit_oci::env::Vars;
use adit_oci::{Client, Selector, Stage};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout_at;

use crate::credentials;
use crate::failure::Failure;
use crate::settings::{SecretPlace, Settings};

/// The connections of one process, and how to make another.
pub(crate) struct Connections {
    vars: Vars,
    client: tokio::sync::Mutex<Option<Arc<Client>>>,
    database: tokio::sync::Mutex<Option<Arc<Database>>>,
    idle: Mutex<Vec<Session>>,
    free: Semaphore,
}

/// A connection for one call.
pub(crate) struct Lease<'a> {
    pub(crate) session: Session,
    /// Whether it was made for this call.
    pub(crate) fresh: bool,
    connections: &'a Connections,
    _permit: SemaphorePermit<'a>,
}

impl Connections {
    pub(crate) fn new(vars: Vars, most: usize) -> Self {
        Self {
            vars,
            client: tokio::sync::Mutex::default(),
            database: tokio::sync::Mutex::default(),
            idle: Mutex::default(),
            free: Semaphore::new(most.min(Semaphore::MAX_PERMITS)),
        }
    }

    /// A connection that is alive: a kept one, else a new one.
    pub(crate) async fn lease(&self, settings: &Settings, deadline: Instant) -> Result<Lease<'_>, Failure> {
        let permit = timeout_at(deadline.into(), self.free.acquire()).await;
        let Ok(Ok(permit)) = permit else { return Err(Failure::Busy) };
        let lease = |session, fresh| Lease { session, fresh, connections: self, _permit: permit };
        while let Some(mut session) = self.take_idle() {
            if session.revive().await.is_ok() {
                return Ok(lease(session, false));
            }
        }
        Ok(lease(self.connect(settings, deadline).await?, true))
    }

    fn take_idle(&self) -> Option<Session> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Connects; where kept credentials do not fit any more, with those that the secret has now.
    async fn connect(&self, settings: &Settings, deadline: Instant) -> Result<Session, Failure> {
        let kept = self.database.lock().await.clone();
        let connected = match &kept {
            None => Session::connect(&*self.read_secret(settings, None, deadline).await?, deadline).await,
            Some(kept) => match Session::connect(kept, deadline).await {
                Err(error) if error.retry() == Retry::Credentials => {
                    let database = self.read_secret(settings, Some(kept), deadline).await?;
                    Session::connect(&database, deadline).await
                }
                connected => connected,
            },
        };
        connected.map_err(|error| IngestError::from(error).into())
    }

    /// Reads the secret, unless another call has replaced the stale credentials in the meantime.
    async fn read_secret(
        &self,
        settings: &Settings,
        stale: Option<&Arc<Database>>,
        deadline: Instant,
    ) -> Result<Arc<Database>, Failure> {
        let mut kept = self.database.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| !stale.is_some_and(|stale| Arc::ptr_eq(stale, kept)))
        {
            return Ok(Arc::clone(kept));
        }
        let client = self.client().await?;
        let current = Selector::Stage(Stage::Current);
        let bundle = match &settings.secret {
            SecretPlace::Ocid(ocid) => client.secret_bundle(ocid, &current, deadline).await?,
            SecretPlace::Name { name, vault } => {
                client.secret_bundle_by_name(name, vault, &current, deadline).await?
            }
        };
        let root = settings.ssl_root_cert.as_ref();
        let database = Arc::new(credentials::read(bundle.content.expose(), settings.ssl_mode, root)?);
        *kept = Some(Arc::clone(&database));
        Ok(database)
    }

    /// The client of Oracle Cloud; what stops it from being made is tried again at the next call.
    async fn client(&self) -> Result<Arc<Client>, Failure> {
        let mut kept = self.client.lock().await;
        if let Some(client) = kept.as_ref() {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(Client::from_vars(&self.vars)?);
        *kept = Some(Arc::clone(&client));
        Ok(client)
    }
}

impl Lease<'_> {
    /// Keeps the connection for the next call, if it can serve one.
    pub(crate) fn give_back(self) {
        if self.session.is_usable() {
            self.connections.idle.lock().unwrap_or_else(PoisonError::into_inner).push(self.session);
        }
    }
}
