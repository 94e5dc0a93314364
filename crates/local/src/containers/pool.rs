//! The containers of one function: one call each, more when calls come at the same time, frozen between calls,
//! killed when idle for long.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::Error;
use crate::containers::container::Container;
use crate::containers::program;
use crate::containers::{Failure, FunctionSpec};
use crate::event::{ContainerEnd, Events};
use crate::process::{Guard, RunDir};

/// How long after a reply the container is frozen (clause 57).
const FREEZE_AFTER: Duration = Duration::from_millis(50);

/// What a function's containers have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) spec: FunctionSpec,
    pub(crate) function: Arc<str>,
    pub(crate) events: Events,
    pub(crate) run_dir: RunDir,
    pub(crate) slots: Arc<Semaphore>,
    guard: Guard,
    state: Mutex<State>,
    /// Wakes the janitor earlier than it meant to wake.
    look: Arc<Notify>,
    janitor: Once,
}

#[derive(Debug)]
struct State {
    /// The most recently used is last, and is used first.
    idle: Vec<Container>,
    /// The process groups of all containers, busy ones too.
    groups: BTreeSet<i32>,
    program: PathBuf,
    generation: u64,
    started: u64,
    closed: bool,
    next_look: Option<Instant>,
}

/// What a call may use: a container that waits, or the right to start one.
#[derive(Debug)]
pub(crate) enum Slot {
    Warm(Box<Container>),
    Cold(OwnedSemaphorePermit),
}

impl Shared {
    pub(crate) fn new(
        spec: FunctionSpec,
        guard: Guard,
        run_dir: RunDir,
        events: Events,
    ) -> Result<Arc<Self>, Error> {
        let program = program::runnable(&spec.program, &run_dir, 0)?;
        Ok(Arc::new(Self {
            function: Arc::from(spec.name.as_str()),
            slots: Arc::new(Semaphore::new(spec.concurrency)),
            spec,
            events,
            run_dir,
            guard,
            state: Mutex::new(State {
                idle: Vec::new(),
                groups: BTreeSet::new(),
                program,
                generation: 0,
                started: 0,
                closed: false,
                next_look: None,
            }),
            look: Arc::new(Notify::new()),
            janitor: Once::new(),
        }))
    }

    /// A waiting container that still lives, or the right to start one.
    pub(crate) fn acquire(&self) -> Result<Slot, Failure> {
        loop {
            // Taken out of the lock before it is looked at: dropping a dead one needs the lock.
            let Some(mut container) = self.state().idle.pop() else { break };
            if !container.has_ended() {
                return Ok(Slot::Warm(Box::new(container)));
            }
        }
        let busy = |_| Failure::TooManyRequests { limit: self.spec.concurrency };
        Arc::clone(&self.slots).try_acquire_owned().map(Slot::Cold).map_err(busy)
    }

    /// Takes a container back after a call. The first one brings the janitor to work.
    pub(crate) fn release(self: &Arc<Self>, mut container: Container) {
        self.janitor.call_once(|| {
            tokio::spawn(janitor(Arc::downgrade(self), Arc::clone(&self.look)));
        });
        let now = Instant::now();
        let mut state = self.state();
        if state.closed || container.generation != state.generation {
            drop(state);
            container.ends_because(ContainerEnd::Stopped);
            return;
        }
        state.idle.push(container);
        if state.next_look.is_none_or(|look| look > now + FREEZE_AFTER) {
            state.next_look = Some(now + FREEZE_AFTER);
            self.look.notify_one();
        }
    }

    /// Freezes, disconnects and ends what is due. Gives the time of the next look, `None` when nobody waits.
    fn tend(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut state = self.state();
        let idle_timeout = self.spec.idle_timeout;
        let mut expired = Vec::new();
        let mut next: Option<Instant> = None;
        // In the order of their last use, so the expired ones are the first.
        while state.idle.first().is_some_and(|oldest| oldest.idle_since + idle_timeout <= now) {
            expired.push(state.idle.remove(0));
        }
        for container in &mut state.idle {
            if !container.frozen && container.idle_since + FREEZE_AFTER <= now {
                container.freeze();
            }
            container.close_idle_connection(now);
            let freeze_due = (!container.frozen).then_some(container.idle_since + FREEZE_AFTER);
            let due = [freeze_due, container.connection_due(), Some(container.idle_since + idle_timeout)];
            next = due.into_iter().flatten().chain(next).min();
        }
        state.next_look = next;
        drop(state);
        for container in &mut expired {
            container.ends_because(ContainerEnd::Idle);
        }
        next
    }

    /// The containers from now on run the program as it is now.
    pub(crate) fn recycle(&self) -> Result<(), Error> {
        let generation = self.state().generation + 1;
        let program = program::runnable(&self.spec.program, &self.run_dir, generation)?;
        let mut state = self.state();
        state.generation = generation;
        state.program = program;
        let old = std::mem::take(&mut state.idle);
        drop(state);
        drop(old);
        Ok(())
    }

    /// Kills every container, busy ones too, and starts no more.
    pub(crate) fn close(&self) {
        self.slots.close();
        let mut state = self.state();
        state.closed = true;
        for group in state.groups.iter().filter_map(|group| Pid::from_raw(*group)) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
    }

    pub(crate) fn next_container(&self) -> (Arc<str>, u64) {
        let mut state = self.state();
        state.started += 1;
        (Arc::from(format!("c{}", state.started)), state.generation)
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.state().program.clone()
    }

    /// Notes a new process. Where [`Shared::close`] came first, it ends at once.
    pub(crate) fn register(&self, group: Pid) {
        self.guard.watch(group.as_raw_nonzero().get().cast_unsigned());
        let mut state = self.state();
        state.groups.insert(group.as_raw_nonzero().get());
        if state.closed {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    pub(crate) fn unregister(&self, group: Pid) {
        self.guard.forget(group.as_raw_nonzero().get().cast_unsigned());
        self.state().groups.remove(&group.as_raw_nonzero().get());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tends the waiting containers for as long as the pool lives.
async fn janitor(pool: Weak<Shared>, look: Arc<Notify>) {
    loop {
        let Some(next) = pool.upgrade().map(|shared| shared.tend()) else { return };
        match next {
            Some(next) => {
                tokio::select! {
                    () = tokio::time::sleep_until(next.into()) => {}
                    () = look.notified() => {}
                }
            }
            None => look.notified().await,
        }
    }
}
