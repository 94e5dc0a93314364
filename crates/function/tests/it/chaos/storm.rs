//! Does the faults, one after another, while the callers work; what was frozen thaws by itself.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::task::{JoinHandle, JoinSet};

use super::accounts::Accounts;
use super::diagnosis::diagnosis;
use super::faults::{Fault, Part, round};
use super::random::Random;
use super::servers::Servers;
use super::victim::{Living, Victim};

/// A fault waits for so many acknowledgements since the last one, so that it strikes a system at work.
const BETWEEN: (u64, u64) = (4, 36);
/// It waits no longer than this: they may not come because of the last one.
const PATIENCE: Duration = Duration::from_millis(500);

pub(super) struct Storm {
    pub(super) servers: Servers,
    pub(super) victims: Living,
    random: Random,
    frozen: JoinSet<()>,
    pub(super) toll: Toll,
}

/// What was done.
#[derive(Default)]
pub(super) struct Toll {
    kills: BTreeMap<Part, u64>,
    freezes: u64,
    ended: u64,
}

impl Toll {
    pub(super) fn kills(&self) -> u64 {
        self.kills.values().sum()
    }
}

impl fmt::Display for Toll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |part| self.kills.get(&part).copied().unwrap_or_default();
        let (function, pooler, postgres) = (of(Part::Function), of(Part::PgBouncer), of(Part::PostgreSql));
        write!(
            f,
            "{} kills (function {function}, PgBouncer {pooler}, PostgreSQL {postgres}), ",
            self.kills()
        )?;
        write!(f, "{} backends ended, {} freezes", self.ended, self.freezes)
    }
}

impl Storm {
    pub(super) fn new(servers: Servers, random: Random) -> Self {
        let (victims, frozen, toll) = (Living::default(), JoinSet::new(), Toll::default());
        Self { servers, victims, random, frozen, toll }
    }

    /// Rages for whole rounds, until so many payloads are acknowledged and so much time has passed.
    pub(super) async fn rage(&mut self, accounts: &Accounts, payloads: u64, at_least: Duration) {
        let began = Instant::now();
        while self.toll.kills() == 0 || began.elapsed() < at_least {
            for fault in round(&mut self.random) {
                self.pause(accounts).await;
                self.strike(fault).await;
            }
        }
        while accounts.payloads() < payloads {
            self.pause(accounts).await;
            self.strike(Fault::KillFunction).await;
        }
        while self.frozen.join_next().await.is_some() {}
    }

    /// Waits behind the storm until every caller has what it wants.
    pub(super) async fn subside(&mut self, accounts: &Accounts, callers: Vec<JoinHandle<()>>) {
        while callers.iter().any(|caller| !caller.is_finished()) {
            self.look_after(accounts).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        for caller in callers {
            caller.await.unwrap();
        }
    }

    /// Ends a test in which somebody waits in vain, with all that there is to see.
    async fn look_after(&mut self, accounts: &Accounts) {
        self.servers.look_after().await;
        if let Some(payload) = accounts.in_vain() {
            let seen = diagnosis(accounts, &self.servers, &self.victims).await;
            panic!("{payload} was never stored{seen}");
        }
    }

    async fn pause(&mut self, accounts: &Accounts) {
        let (enough, until) =
            (accounts.payloads() + self.random.between(BETWEEN.0, BETWEEN.1), Instant::now() + PATIENCE);
        while accounts.payloads() < enough && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.look_after(accounts).await;
        // Not always just behind an acknowledgement.
        tokio::time::sleep(Duration::from_micros(self.random.between(0, 8_000))).await;
    }

    async fn strike(&mut self, fault: Fault) {
        match fault {
            Fault::KillFunction => {
                let victim = self.container().await;
                self.kill(Part::Function, victim.into_iter().collect());
            }
            Fault::KillPooler => {
                let victim = self.servers.pooler();
                self.kill(Part::PgBouncer, victim.into_iter().collect());
                self.servers.restart_pooler().await;
            }
            Fault::KillPostmaster => {
                let victim = self.servers.postmaster();
                self.kill(Part::PostgreSql, victim.into_iter().collect());
                self.servers.restart_postgres().await;
            }
            Fault::KillPostgres => {
                let all = self.servers.postmaster().into_iter().chain(self.servers.children()).collect();
                self.kill(Part::PostgreSql, all);
                self.servers.restart_postgres().await;
            }
            Fault::KillBackend => {
                let victim = self.backend().await;
                self.kill(Part::PostgreSql, victim.into_iter().collect());
            }
            Fault::EndBackend => {
                let ended = self.backend().await.is_some_and(|victim| victim.signal(Signal::TERM));
                self.toll.ended += u64::from(ended);
            }
            Fault::FreezeFunction => {
                let victim = self.container().await;
                self.freeze(victim.into_iter().collect());
            }
            Fault::FreezePooler => self.freeze(self.servers.pooler().into_iter().collect()),
            Fault::FreezePostmaster => self.freeze(self.servers.postmaster().into_iter().collect()),
            Fault::FreezeBackend => {
                let victim = self.backend().await;
                self.freeze(victim.into_iter().collect());
            }
            Fault::FreezePostgres => {
                self.freeze(self.servers.postmaster().into_iter().chain(self.servers.children()).collect());
            }
        }
    }

    /// Kills them all, as one kill.
    fn kill(&mut self, part: Part, victims: Vec<Victim>) {
        let killed = victims.iter().filter(|victim| victim.signal(Signal::KILL)).count();
        *self.toll.kills.entry(part).or_default() += u64::from(killed > 0);
    }

    /// Freezes them for a while that is mostly short, and sometimes longer than a call may take.
    fn freeze(&mut self, victims: Vec<Victim>) {
        let frozen: Vec<Victim> = victims.into_iter().filter(|victim| victim.signal(Signal::STOP)).collect();
        self.toll.freezes += u64::from(!frozen.is_empty());
        let long = self.random.one_in(5);
        let (least, most) = if long { (3_000, 4_500) } else { (20, 700) };
        let time = Duration::from_millis(self.random.between(least, most));
        self.frozen.spawn(async move {
            tokio::time::sleep(time).await;
            for victim in frozen {
                victim.signal(Signal::CONT);
            }
        });
    }

    /// Any container at work; there is always one soon.
    async fn container(&mut self) -> Option<Victim> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let victim = self.random.pick(&self.victims.at_work()).and_then(|pid| Victim::ours(*pid));
            if victim.is_some() {
                return victim;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        None
    }

    /// A backend, one at work if there is one soon.
    async fn backend(&mut self) -> Option<Victim> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(victim) = self.servers.backends().into_iter().next() {
                return Some(victim);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        None
    }
}
