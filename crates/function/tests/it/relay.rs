//! A network between the function and its database that can be cut, or fall silent, at the moment that a test chooses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Passes bytes on between a port of its own and the database's.
pub(crate) struct Relay {
    pub(crate) port: u16,
    accepted: Arc<AtomicUsize>,
    /// Connections up to this one pass nothing on any more.
    silent: Arc<AtomicUsize>,
    cut: watch::Sender<usize>,
    task: JoinHandle<()>,
}

impl Relay {
    pub(crate) async fn to(database: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (accepted, silent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (cut, cutting) = watch::channel(0);
        let task = tokio::spawn({
            let (accepted, silent) = (Arc::clone(&accepted), Arc::clone(&silent));
            async move {
                loop {
                    let (near, _) = listener.accept().await.unwrap();
                    let number = accepted.fetch_add(1, Ordering::SeqCst) + 1;
                    let (silent, mut cutting) = (Arc::clone(&silent), cutting.clone());
                    tokio::spawn(async move {
                        let Ok(far) = TcpStream::connect(("127.0.0.1", database)).await else { return };
                        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                        tokio::select! {
                            () = pass(near_in, far_out, number, &silent) => {}
                            () = pass(far_in, near_out, number, &silent) => {}
                            _ = cutting.wait_for(|cut| *cut >= number) => {}
                        }
                    });
                }
            }
        });
        Self { port, accepted, silent, cut, task }
    }

    /// Lets the connections that there are fall silent: they stay open, and nothing comes through.
    pub(crate) fn fall_silent(&self) {
        self.silent.store(self.accepted(), Ordering::SeqCst);
    }

    /// Closes the connections that there are.
    pub(crate) fn cut(&self) {
        self.cut.send_replace(self.accepted());
    }

    /// How many connections were made.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, number: usize, silent: &AtomicUsize) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if number <= silent.load(Ordering::SeqCst) {
            continue;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
}
