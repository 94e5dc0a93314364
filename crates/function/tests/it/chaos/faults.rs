//! What can happen to the parts of the system, and the plan of what will.

use super::random::Random;

/// A part of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Function,
    PgBouncer,
    PostgreSql,
}

/// One thing that is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// SIGKILL to one container.
    KillFunction,
    /// SIGKILL to PgBouncer, which is started again.
    KillPooler,
    /// SIGKILL to the first process of PostgreSQL alone; its backends end when they notice. It is started again.
    KillPostmaster,
    /// SIGKILL to all of them.
    KillPostgres,
    /// SIGKILL to a backend: PostgreSQL ends all others and recovers by itself.
    KillBackend,
    /// SIGTERM to a backend, as an administrator does it: only that one ends.
    EndBackend,
    /// SIGSTOP to a container for a while.
    FreezeFunction,
    /// SIGSTOP to PgBouncer for a while.
    FreezePooler,
    /// SIGSTOP to the first process of PostgreSQL for a while: no new connections.
    FreezePostmaster,
    /// SIGSTOP to a backend for a while.
    FreezeBackend,
    /// SIGSTOP to all of PostgreSQL for a while.
    FreezePostgres,
}

/// How often each happens in a round.
const ROUND: [(Fault, usize); 11] = [
    (Fault::KillFunction, 28),
    (Fault::KillPooler, 13),
    (Fault::KillPostmaster, 3),
    (Fault::KillPostgres, 3),
    (Fault::KillBackend, 6),
    (Fault::EndBackend, 8),
    (Fault::FreezeFunction, 16),
    (Fault::FreezePooler, 8),
    (Fault::FreezePostmaster, 3),
    (Fault::FreezeBackend, 8),
    (Fault::FreezePostgres, 4),
];

/// A round of faults in any order.
pub(super) fn round(random: &mut Random) -> Vec<Fault> {
    let mut faults: Vec<Fault> =
        ROUND.iter().flat_map(|(fault, times)| std::iter::repeat_n(*fault, *times)).collect();
    random.shuffle(&mut faults);
    faults
}
