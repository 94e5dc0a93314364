//! A function as child processes, exactly as the platform runs it: the agent's side of the Fn contract.
//!
//! Not emulated: the read-only root, cgroup limits of memory and processes, and the image. Everything that a function
//! can see of the contract is: the environment, the socket's rules, chunked requests, the legal statuses, one call at
//! a time, the freeze, the kills, the limits of size and time.

mod call_id;
mod container;
mod environment;
mod exchange;
mod failure;
mod log;
mod pool;
mod program;
mod socket;
mod spec;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderMap;

pub use failure::Failure;
pub use spec::{BODY_LIMIT, FunctionSpec};

pub(crate) use call_id::call_id;

use crate::containers::container::Container;
use crate::containers::pool::{Shared, Slot};
use crate::event::ContainerEnd;
use crate::process::{Guard, LastWords, RunDir};
use crate::{Error, Event, Events};

/// What a caller sends.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The caller's header fields; those of the connection are left out, those of the contract are added.
    pub headers: HeaderMap,
    /// The body, at most [`BODY_LIMIT`] bytes.
    pub body: Bytes,
    /// Whether nobody waits for the reply; the detached time limit applies then.
    pub detached: bool,
}

/// What a function answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The header fields, without those of the connection.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The outcome of one call and the id that it had.
#[derive(Clone, Debug)]
pub struct Call {
    /// `Fn-Call-Id`.
    pub id: Arc<str>,
    /// The reply, or why there is none.
    pub outcome: Result<Reply, Failure>,
}

/// The containers of one function. Dropping this, or stopping it, kills them all.
#[derive(Debug)]
pub struct Containers {
    shared: Arc<Shared>,
}

impl Containers {
    /// Gets ready to run `spec`; the first container starts with the first call.
    ///
    /// # Errors
    ///
    /// The program does not exist, or the system refuses a directory or a process.
    pub fn new(spec: FunctionSpec, events: Events) -> Result<Self, Error> {
        let run_dir = RunDir::create("function")?;
        let guard = Guard::start(LastWords { signal: "KILL", grace: 0 }, &[run_dir.path()])?;
        Ok(Self { shared: Shared::new(spec, guard, run_dir, events)? })
    }

    /// What these containers run.
    pub fn spec(&self) -> &FunctionSpec {
        &self.shared.spec
    }

    /// Performs one call and waits for its outcome.
    pub async fn invoke(&self, invocation: Invocation) -> Call {
        match self.admit(&invocation) {
            Ok(admission) => admission.run(invocation).await,
            Err(failure) => Call { id: Arc::from(call_id()), outcome: Err(failure) },
        }
    }

    /// Takes a place for a call, at once or not at all.
    ///
    /// # Errors
    ///
    /// [`Failure::RequestTooLarge`] or [`Failure::TooManyRequests`].
    pub fn admit(&self, invocation: &Invocation) -> Result<Admission, Failure> {
        if invocation.body.len() > BODY_LIMIT {
            return Err(Failure::RequestTooLarge { limit: BODY_LIMIT });
        }
        let slot = self.shared.acquire()?;
        Ok(Admission { shared: Arc::clone(&self.shared), slot, id: Arc::from(call_id()) })
    }

    /// The program has changed: containers of the old one end, the next call starts a new one.
    ///
    /// # Errors
    ///
    /// The program does not exist (any more, or yet).
    pub fn recycle(&self) -> Result<(), Error> {
        self.shared.recycle()
    }

    /// Kills all containers, those that serve a call too, and starts no more.
    pub fn stop(&self) {
        self.shared.close();
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A place that a call has taken.
#[derive(Debug)]
pub struct Admission {
    shared: Arc<Shared>,
    slot: Slot,
    id: Arc<str>,
}

impl Admission {
    /// The id that the call will have.
    pub fn call_id(&self) -> &Arc<str> {
        &self.id
    }

    /// Performs the call. Should this future be dropped, the container is killed with the call in it.
    pub async fn run(self, invocation: Invocation) -> Call {
        let Self { shared, slot, id } = self;
        let (cold, container) = match slot {
            Slot::Warm(container) => (false, Ok(*container)),
            Slot::Cold(permit) => (true, Container::start(&shared, permit).await),
        };
        let mut container = match container {
            Ok(container) => container,
            Err(failure) => {
                shared.events.send(called(
                    &shared,
                    None,
                    &id,
                    &invocation,
                    &Err(failure.clone()),
                    true,
                    None,
                ));
                return Call { id, outcome: Err(failure) };
            }
        };
        let spec = &shared.spec;
        let timeout = match spec.detached_timeout {
            Some(timeout) if invocation.detached => timeout,
            _ => spec.timeout,
        };
        let began = Instant::now();
        let outcome = container.call(&invocation, &id, timeout).await;
        let took = began.elapsed();
        container.finish(called(
            &shared,
            Some(&container.name),
            &id,
            &invocation,
            &outcome,
            cold,
            Some(took),
        ));
        match &outcome {
            Err(failure) if !failure.spares_the_container() => {
                container.ends_because(ContainerEnd::CallFailed);
                drop(container);
            }
            _ => shared.release(container),
        }
        Call { id, outcome }
    }
}

fn called(
    shared: &Shared,
    container: Option<&Arc<str>>,
    id: &Arc<str>,
    invocation: &Invocation,
    outcome: &Result<Reply, Failure>,
    cold: bool,
    took: Option<Duration>,
) -> Event {
    Event::FunctionCalled {
        function: Arc::clone(&shared.function),
        container: container.cloned(),
        call: Arc::clone(id),
        cold,
        request_bytes: invocation.body.len(),
        outcome: outcome.as_ref().map(|reply| reply.body.len()).map_err(Clone::clone),
        took: took.unwrap_or_default(),
    }
}
