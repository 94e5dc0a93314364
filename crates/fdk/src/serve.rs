//! The accept loop: from the published socket to connections, until the process is asked to stop. What happens on a
//! call is in `call`, what leaves on a connection is guarded in `wire`.

use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::call::Function;
use crate::contract::Contract;
use crate::fault::Fault;
use crate::invocation::Invocation;
use crate::panics;
use crate::reply::Reply;
use crate::socket::Published;
use crate::wire::{Turn, Wire};

/// How many headers a request may have. Whoever can invoke the function chooses their number.
const MAX_HEADERS: usize = 256;

/// How long to wait before accepting again when the process has no file descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Why the function could not be served. Each is fatal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The socket could not be made or published.
    #[error("cannot {step} the socket {}: {source}", path.display())]
    Listen {
        /// What was tried.
        step: &'static str,
        /// Where the platform waits for the socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The process cannot be told of the signals that end it.
    #[error("cannot wait for SIGTERM and SIGINT: {0}")]
    Signals(#[source] io::Error),
    /// [`run`](crate::run()) cannot have the runtime that it needs.
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] io::Error),
}

impl ServeError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "A0711",
            Self::Signals(_) => "A0712",
            Self::Runtime(_) => "A0713",
        }
    }
}

/// Publishes the socket and calls `handler` for each call, until SIGTERM or SIGINT.
///
/// The socket is there before this first waits, so whatever `handler` needs (a database, a secret) it fetches on its
/// first call: the platform gives a container five seconds to listen (contract clauses 10 and 11). Then
///
/// - a handler is run to its end, also when the platform hangs up meanwhile; it bounds its own waits by
///   [`Invocation::deadline`];
/// - a handler that panics has failed its call, and no other;
/// - connections are kept until the platform closes them, without any time-out;
/// - on a signal the socket disappears, calls under way are finished, and this returns. A second signal ends them.
///
/// It needs a tokio runtime with I/O and time enabled, and uses no thread but that of its caller; [`run`](crate::run())
/// makes the right one.
///
/// # Errors
///
/// [`ServeError`] when the socket cannot be published. Nothing that happens later is an error of the whole.
pub async fn serve<H, F>(contract: &Contract, handler: H) -> Result<(), ServeError>
where
    H: Fn(Invocation) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let mut stop = Stop::new().map_err(ServeError::Signals)?;
    panics::quieten_handlers();
    let (published, listener) = Published::publish(&contract.socket)?;

    let function = Arc::new(Function::new(contract, handler));
    let (finish, finishing) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            stream = accept(&listener) => {
                connections.spawn(converse(Arc::clone(&function), stream, finishing.clone()));
            }
            Some(_ended) = connections.join_next() => {}
            () = stop.requested() => break,
        }
    }

    drop((published, listener));
    finish.send_replace(());
    tokio::select! {
        () = async { while connections.join_next().await.is_some() {} } => {}
        () = stop.requested() => {}
    }
    Ok(())
}

/// The next connection. Failing to accept one is not the end: it waits in the queue until there is room.
async fn accept(listener: &UnixListener) -> UnixStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                Fault::Accept(error).report(None);
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves one connection until the platform closes it, or until `finishing` changes and no call is under way.
async fn converse<H, F>(function: Arc<Function<H>>, stream: UnixStream, mut finishing: watch::Receiver<()>)
where
    H: Fn(Invocation) -> F,
    F: Future<Output = Reply>,
{
    let turn = Arc::new(Turn::default());
    let wire = Wire::new(stream, Arc::clone(&turn));
    let service = service_fn(move |request| {
        let (function, turn) = (Arc::clone(&function), Arc::clone(&turn));
        async move {
            turn.begin();
            let response = function.call(request).await;
            turn.answer();
            Ok::<_, Infallible>(response)
        }
    });
    // No timer is given, so there is no time-out (clause 24). Half-closed connections are kept, so that a handler is
    // not dropped in the middle of its work because the caller has gone.
    let mut connection = pin!(
        http1::Builder::new()
            .half_close(true)
            .auto_date_header(false)
            .max_headers(MAX_HEADERS)
            .serve_connection(wire, service)
    );
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        _ = finishing.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match ended {
        Ok(()) => {}
        Err(error) if error.is_parse() || error.is_incomplete_message() => {
            Fault::Unreadable(error).report(None)
        }
        Err(error) => Fault::Undelivered(error).report(None),
    }
}

/// The signals that end the process politely. The platform itself sends none (clause 59).
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn requested(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
