//! A connection's bytes on their way out. The HTTP library answers a request that it cannot read with a 400, 414 or
//! 431 of its own, for which the platform would kill the container (contract clause 26); here such an answer becomes a
//! 502. What a call is answered with passes untouched.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

/// What is sent in place of an answer that no call gave.
const REFUSAL: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// What a connection is doing, known to the calls on it and to its [`Wire`].
#[derive(Debug, Default)]
pub(crate) struct Turn(AtomicU8);

impl Turn {
    /// Between calls. Whatever is written now is the HTTP library's own.
    const READING: u8 = 0;
    /// A call is with the handler; only `100 Continue` is written now.
    const WORKING: u8 = 1;
    /// The call's answer is on its way.
    const ANSWERING: u8 = 2;

    /// A request has been read and a call begins.
    pub(crate) fn begin(&self) {
        self.0.store(Self::WORKING, Ordering::Relaxed);
    }

    /// The call has its answer, which is written next.
    pub(crate) fn answer(&self) {
        self.0.store(Self::ANSWERING, Ordering::Relaxed);
    }

    /// Everything written so far is out.
    fn flushed(&self) {
        if self.0.load(Ordering::Relaxed) == Self::ANSWERING {
            self.0.store(Self::READING, Ordering::Relaxed);
        }
    }

    fn is_nobodys(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::READING
    }
}

/// A connection that sends only what calls were answered with.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TokioIo<UnixStream>,
    turn: Arc<Turn>,
}

impl Wire {
    pub(crate) fn new(stream: UnixStream, turn: Arc<Turn>) -> Self {
        Self { stream: TokioIo::new(stream), turn }
    }

    /// Sends the refusal and reports `length` bytes as written, so that the answer it stands for counts as sent.
    fn refuse(&mut self, context: &mut Context<'_>, length: usize) -> Poll<io::Result<usize>> {
        // The peer reads nothing else on an idle connection, so these few bytes always fit into the socket's buffer.
        let _sent = ready!(Pin::new(&mut self.stream).poll_write(context, REFUSAL))?;
        Poll::Ready(Ok(length))
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.turn.is_nobodys() {
            return self.refuse(context, bytes.len());
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.turn.is_nobodys() {
            return self.refuse(context, slices.iter().map(|slice| slice.len()).sum());
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.turn.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
