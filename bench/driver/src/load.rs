//! Load: each caller calls its container again and again, one call at a time, as the platform does. Callers share one or two
//! threads, as pgbench's clients do: a thread each would take more of the processor from what is measured.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::Failure;
use crate::arguments::{Load, Until};
use crate::caller::{Caller, Outcome};
use crate::connection::Waits;
use crate::crowd::Crowd;
use crate::measured::{Calls, Effort};

/// The most threads.
const THREADS: usize = 2;

/// How long a caller waits before it knocks again where nobody listens.
pub(crate) const KNOCK_AGAIN: Duration = Duration::from_millis(1);

/// Runs all callers to their end and reports their calls together.
pub(crate) fn run(load: &Load) -> Result<String, Failure> {
    let threads = load.callers.clamp(1, THREADS);
    // A thread with one caller has nothing to do but to wait for its reply.
    let waits = if load.callers <= threads { Waits::Inside } else { Waits::Outside };
    let mut shares: Vec<Vec<Caller>> = (0..threads).map(|_| Vec::new()).collect();
    for (number, socket) in (0..load.callers).zip(load.sockets.iter().cycle()) {
        let caller = Caller::new(&load.call, socket, u64::try_from(number)?, waits)?;
        if let Some(share) = shares.get_mut(number % threads) {
            share.push(caller);
        }
    }
    // The threads, and this one, which takes the time.
    let start = &Barrier::new(threads + 1);
    thread::scope(|scope| {
        let threads: Vec<_> = shares
            .into_iter()
            .map(|mut share| {
                scope.spawn(move || {
                    share.iter_mut().for_each(Caller::connect);
                    start.wait();
                    match waits {
                        Waits::Inside => {
                            share.iter_mut().for_each(|caller| call_until(caller, load.until));
                            Ok(share)
                        }
                        Waits::Outside => Crowd::new(share, load.until)?.run(),
                    }
                })
            })
            .collect();
        start.wait();
        let (began, used_before) = (Instant::now(), processor_time());
        let mut all = Calls::default();
        for thread in threads {
            let share: Result<_, Failure> = thread.join().map_err(|_| "a thread of callers died")?;
            share?.into_iter().for_each(|caller| all.add(caller.calls));
        }
        let effort =
            Effort { elapsed: began.elapsed(), processor: processor_time().saturating_sub(used_before) };
        Ok(all.into_json(effort))
    })
}

/// Whether a caller that has made so many calls since then makes another.
pub(crate) fn goes_on(until: Until, began: Instant, made: u64) -> bool {
    match until {
        Until::Elapsed(time) => began.elapsed() < time,
        Until::Calls(calls) => made < calls,
    }
}

fn call_until(caller: &mut Caller, until: Until) {
    let began = Instant::now();
    let mut made = 0;
    while goes_on(until, began, made) {
        if caller.call() == Outcome::Absent {
            caller.calls.nobody_listens();
            thread::sleep(KNOCK_AGAIN);
        }
        made += 1;
    }
}

/// The processor time that this process has used.
pub(crate) fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
