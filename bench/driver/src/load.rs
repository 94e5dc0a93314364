//! Load: each caller calls its container again and again, one call at a time, as the platform does.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::arguments::{Load, Until};
use crate::caller::{Caller, Outcome};
use crate::measured::Calls;

/// How long a caller waits before it knocks again where nobody listens.
const KNOCK_AGAIN: Duration = Duration::from_millis(1);

/// Runs all callers to their end and reports their calls together.
pub(crate) fn run(load: &Load) -> Result<String, Failure> {
    let callers = load
        .sockets
        .iter()
        .cycle()
        .zip(0..)
        .take(load.callers)
        .map(|(socket, number)| Caller::new(&load.call, socket, number))
        .collect::<Result<Vec<_>, _>>()?;
    // The callers, and this thread, which takes the time.
    let start = &Barrier::new(callers.len() + 1);
    thread::scope(|scope| {
        let threads: Vec<_> = callers
            .into_iter()
            .map(|mut caller| {
                scope.spawn(move || {
                    caller.connect();
                    start.wait();
                    call_until(&mut caller, load.until);
                    caller.calls
                })
            })
            .collect();
        start.wait();
        let began = Instant::now();
        let mut all = Calls::default();
        for thread in threads {
            all.add(thread.join().map_err(|_| "a caller's thread died")?);
        }
        Ok(all.into_json(began.elapsed()))
    })
}

fn call_until(caller: &mut Caller, until: Until) {
    let began = Instant::now();
    let mut made = 0;
    while match until {
        Until::Elapsed(time) => began.elapsed() < time,
        Until::Calls(calls) => made < calls,
    } {
        if caller.call() == Outcome::Absent {
            caller.calls.failed("nobody listens at the socket".into());
            thread::sleep(KNOCK_AGAIN);
        }
        made += 1;
    }
}
