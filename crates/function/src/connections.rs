//! What a container keeps between calls: the client of Oracle Cloud, the credentials, and idle connections. The platform sends
//! one call at a time, so a container has one connection; a process that is called in parallel gets more, up to a limit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use adit_ingest::{Database, DatabaseError, DatabaseErrorKind, IngestError, Session};
use adit_oci::env::Vars;
use adit_oci::{Client, Selector, Stage};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::timeout_at;

use crate::credentials;
use crate::failure::Failure;
use crate::settings::{SecretPlace, Settings};

/// The connections of one process, and how to make another.
pub(crate) struct Connections {
    vars: Vars,
    client: Mutex<Option<Arc<Client>>>,
    /// Credentials that have led to a connection and not failed since.
    proven: Mutex<Option<Arc<Database>>>,
    idle: Mutex<Vec<Session>>,
    free: Semaphore,
}

/// The credentials that a call has read from the secret. It reads them once, however often it tries.
pub(crate) type ReadByCall = Option<Arc<Database>>;

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
            client: Mutex::default(),
            proven: Mutex::default(),
            idle: Mutex::default(),
            free: Semaphore::new(most.min(Semaphore::MAX_PERMITS)),
        }
    }

    /// A connection that is alive: a kept one, else a new one.
    pub(crate) async fn lease(
        &self,
        settings: &Settings,
        read: &mut ReadByCall,
        deadline: Instant,
    ) -> Result<Lease<'_>, Failure> {
        let permit = timeout_at(deadline.into(), self.free.acquire()).await;
        let Ok(Ok(permit)) = permit else { return Err(Failure::Busy) };
        let lease = |session, fresh| Lease { session, fresh, connections: self, _permit: permit };
        while let Some(mut session) = self.take_idle() {
            if let Ok(Ok(())) = timeout_at(deadline.into(), session.revive()).await {
                return Ok(lease(session, false));
            }
        }
        Ok(lease(self.connect(settings, read, deadline).await?, true))
    }

    fn take_idle(&self) -> Option<Session> {
        locked(&self.idle).pop()
    }

    /// Connects with the credentials that are kept; where those do not lead to the database any more, with the secret's.
    async fn connect(
        &self,
        settings: &Settings,
        read: &mut ReadByCall,
        deadline: Instant,
    ) -> Result<Session, Failure> {
        let mut stale = None;
        if read.is_none()
            && let Some(proven) = self.proven()
        {
            // An address that has moved may be a place where nobody answers: then there must be time for the new one.
            let half = deadline.saturating_duration_since(Instant::now()) / 2;
            match self.connect_with(&proven, Instant::now() + half).await {
                Err(error) if secret_may_help(error.kind) => stale = Some(error),
                connected => return connected.map_err(database_failure),
            }
        }
        let database = match read.clone() {
            Some(database) => database,
            None => match self.read_secret(settings, deadline).await {
                Ok(database) => read.insert(database).clone(),
                // Two things are out of order. What the caller waits for is the database.
                Err(failure) => {
                    return Err(match stale {
                        Some(error) if error.kind == DatabaseErrorKind::Unreachable => {
                            database_failure(error)
                        }
                        _ => failure,
                    });
                }
            },
        };
        self.connect_with(&database, deadline).await.map_err(database_failure)
    }

    /// Connects, and remembers whether these credentials are any good.
    async fn connect_with(
        &self,
        database: &Arc<Database>,
        deadline: Instant,
    ) -> Result<Session, DatabaseError> {
        let connected = Session::connect(database, deadline).await;
        let mut proven = locked(&self.proven);
        match &connected {
            Ok(_) => *proven = Some(Arc::clone(database)),
            Err(error) if secret_may_help(error.kind) => {
                proven.take_if(|proven| Arc::ptr_eq(proven, database));
            }
            Err(_) => {}
        }
        connected
    }

    fn proven(&self) -> Option<Arc<Database>> {
        locked(&self.proven).clone()
    }

    async fn read_secret(&self, settings: &Settings, deadline: Instant) -> Result<Arc<Database>, Failure> {
        let client = self.client()?;
        let current = Selector::Stage(Stage::Current);
        let bundle = match &settings.secret {
            SecretPlace::Ocid(ocid) => client.secret_bundle(ocid, &current, deadline).await?,
            SecretPlace::Name { name, vault } => {
                client.secret_bundle_by_name(name, vault, &current, deadline).await?
            }
        };
        let root = settings.ssl_root_cert.as_ref();
        Ok(Arc::new(credentials::read(bundle.content.expose(), settings.ssl_mode, root)?))
    }

    /// The client of Oracle Cloud; what stops it from being made is tried again at the next call.
    pub(crate) fn client(&self) -> Result<Arc<Client>, Failure> {
        let mut kept = locked(&self.client);
        if let Some(client) = kept.as_ref() {
            return Ok(Arc::clone(client));
        }
        Ok(Arc::clone(kept.insert(Arc::new(Client::from_vars(&self.vars)?))))
    }
}

impl Lease<'_> {
    /// Lets `work` have the session on a thread of its own, where it may block. The runtime it is given is this one: the
    /// connection itself stays here.
    pub(crate) async fn apart<T: Send + 'static>(
        self,
        work: impl FnOnce(&Handle, &mut Session) -> T + Send + 'static,
    ) -> Result<(Self, T), std::io::Error> {
        let Self { mut session, fresh, connections, _permit } = self;
        let runtime = Handle::current();
        let (done, result) = oneshot::channel();
        // Not one of the runtime's own: those are few, and look up the names that a download may wait for.
        let thread = std::thread::Builder::new().name("records".to_owned()).spawn(move || {
            let outcome = work(&runtime, &mut session);
            // Nobody waits any more where the call was given up.
            let _ = done.send((session, outcome));
        })?;
        match result.await {
            Ok((session, outcome)) => Ok((Self { session, fresh, connections, _permit }, outcome)),
            // It panicked, and so must we: whoever called us knows what to make of that.
            Err(_) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => Err(std::io::ErrorKind::Interrupted.into()),
            },
        }
    }

    /// Keeps the connection for the next call, if it can serve one.
    pub(crate) fn give_back(self) {
        if self.session.is_usable() {
            locked(&self.connections.idle).push(self.session);
        }
    }
}

/// Whether what stopped a connection from being made may have been corrected in the secret: where the database is, how it is
/// spoken to, who speaks. A server that is full is the right one.
fn secret_may_help(kind: DatabaseErrorKind) -> bool {
    kind != DatabaseErrorKind::TooManyConnections
}

fn database_failure(error: DatabaseError) -> Failure {
    IngestError::from(error).into()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
