//! Asking the server to give up what a connection is doing, as the protocol means it: a connection of its own carries the request, and
//! whoever sent it waits until the other side closes. By then the server has been told, and nothing that comes later over the first
//! connection is struck.
//!
//! The driver closes at once. A pooler that has not passed the request on yet then drops it; and PgBouncer 1.18 to 1.20, which
//! frees the client but not its link to the server, ends another client's connection or itself (pgbouncer issues 801 and 904).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Longer than any pooler waits for its server; without it, a network that has fallen silent would hold the connection for ever.
const LONGEST: Duration = Duration::from_secs(60);

/// Where a connection leads, and how it is secured there.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<MakeRustlsConnect>,
}

/// Has the server cancel what the token's connection is doing. Ends when the server, or the pooler in front of it, has closed. Not to be
/// dropped before: that would close the connection early.
pub(super) async fn cancel(token: CancelToken, place: Place) {
    // Whether it was cancelled is seen by what comes of the statement; there is nobody to tell about the rest.
    let _ = timeout(LONGEST, async {
        if place.host.starts_with('/') {
            // Nobody listens there but this machine: no TLS.
            let path = format!("{}/.s.PGSQL.{}", place.host, place.port);
            let stream = Patient(UnixStream::connect(path).await.ok()?);
            return token.cancel_query_raw(stream, NoTls).await.ok();
        }
        let stream = Patient(TcpStream::connect((place.host.as_str(), place.port)).await.ok()?);
        match place.tls {
            Some(mut tls) => {
                let tls =
                    MakeTlsConnect::<Patient<TcpStream>>::make_tls_connect(&mut tls, &place.host).ok()?;
                token.cancel_query_raw(stream, Patiently(tls)).await.ok()
            }
            None => token.cancel_query_raw(stream, NoTls).await.ok(),
        }
    })
    .await;
}

/// A stream that is shut down by the other side: to shut it down is to wait for that.
struct Patient<S>(S);

/// Makes the inside of a secured stream patient, too: its own way of closing begins with a word to the other side.
struct Patiently<T>(T);

impl<S, T: TlsConnect<S>> TlsConnect<S> for Patiently<T>
where
    T::Future: Send + 'static,
{
    type Stream = Patient<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connecting = self.0.connect(stream);
        Box::pin(async move { connecting.await.map(Patient) })
    }
}

impl<S: TlsStream + Unpin> TlsStream for Patient<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.0.channel_binding()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 64];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
