//! A handler's panic becomes a value, and the process lives: a connection that just closes costs the platform's caller
//! an opaque error and the container its life (contract clause 31). Needs a build that unwinds.

use std::any::Any;
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

/// Where a handler panicked and what it said.
#[derive(Debug)]
pub(crate) struct Panic {
    pub(crate) place: String,
    pub(crate) message: String,
}

thread_local! {
    /// Whether this thread is inside a handler, so that a panic will be caught and reported in one line.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where this thread's last guarded panic was; only the hook is told.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Keeps a handler's panic out of stderr, where it would be several lines without a call id. Any other panic is
/// reported as before.
pub(crate) fn quieten_handlers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if GUARDED.get() {
                PLACE.set(info.location().map(ToString::to_string));
            } else {
                previous(info);
            }
        }));
    });
}

/// Runs the future that `make` makes to its end, unless one of them panics.
///
/// The future is dropped under the same guard, and nothing else sees what a panic may have left half done: the handler
/// shares only what it chose to share, and answers for that as it does for an early return.
pub(crate) async fn caught<F: Future>(make: impl FnOnce() -> F) -> Result<F::Output, Panic> {
    let mut future = pin!(Some(guarded(make)?));
    let output = poll_fn(|context| {
        let poll = guarded(|| match future.as_mut().as_pin_mut() {
            Some(future) => future.poll(context),
            None => Poll::Pending,
        });
        match poll {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await;
    let dropped = guarded(|| future.set(None));
    output.and_then(|output| dropped.map(|()| output))
}

fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.map_err(|payload| Panic {
        place: PLACE.take().unwrap_or_else(|| "an unknown place".to_owned()),
        message: message(payload.as_ref()).to_owned(),
    })
}

fn message(payload: &(dyn Any + Send)) -> &str {
    match payload.downcast_ref::<&str>() {
        Some(message) => message,
        None => payload.downcast_ref::<String>().map_or("no message", String::as_str),
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn, ready};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::{Panic, caught, quieten_handlers};

    fn now<T>(future: impl Future<Output = Result<T, Panic>>) -> Result<T, Panic> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("not ready"),
        }
    }

    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[test]
    fn c31_a_panic_is_caught_wherever_the_handler_is() {
        quieten_handlers();
        assert_eq!(now(caught(|| ready(7))).unwrap(), 7);

        let before: Result<(), _> = now(caught(|| -> std::future::Ready<()> { panic!("before") }));
        let panic = before.unwrap_err();
        assert_eq!(panic.message, "before");
        assert!(panic.place.contains("panics.rs:"), "{panic:?}");

        let within = now(caught(|| async {
            ready(()).await;
            let number = 7;
            panic!("within {number}") as ()
        }));
        assert_eq!(within.unwrap_err().message, "within 7");

        let mut bomb = Some(Bomb);
        let after = now(caught(|| {
            poll_fn(move |_| {
                let _kept = &mut bomb;
                Poll::Ready(())
            })
        }));
        assert_eq!(after.unwrap_err().message, "dropped");

        let mut bomb = Some(Bomb);
        let twice = now(caught(|| {
            poll_fn(move |_| -> Poll<()> {
                let _kept = &mut bomb;
                panic!("first")
            })
        }));
        assert_eq!(twice.unwrap_err().message, "first");

        let odd = now(caught(|| async { std::panic::panic_any(7) as () }));
        assert_eq!(odd.unwrap_err().message, "no message");
    }

    #[test]
    fn a_future_that_waits_waits() {
        let mut waiting = pin!(caught(pending::<()>));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
