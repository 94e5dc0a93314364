//! One keep-alive connection to a container: a request out, its reply in. Who waits when the socket is not ready is decided when
//! the connection is opened.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::reply::Head;

/// No reply after this time is a failed call.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The longest reply that is read. Function replies are receipts, not data.
const LONGEST_REPLY: usize = 1 << 20;

/// Who waits for the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// The connection, in the system call: for a thread that has nothing else to do.
    Inside,
    /// Its owner, who asks the system about many connections at once.
    Outside,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The socket takes no more of the request for now.
    Sending,
    /// The request is out; the reply, or the rest of it, is to come.
    Receiving,
    /// The whole reply is here.
    Answered(Head),
}

/// An open connection and the last reply that came over it.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: UnixStream,
    waits: Waits,
    sent: usize,
    head: Option<Head>,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    pub(crate) fn open(socket: &Path, waits: Waits) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        match waits {
            Waits::Inside => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
            }
            Waits::Outside => stream.set_nonblocking(true)?,
        }
        Ok(Self { stream, waits, sent: 0, head: None, buffer: vec![0; 4096], filled: 0 })
    }

    /// Makes ready for another call.
    pub(crate) fn begin(&mut self) {
        self.sent = 0;
        self.head = None;
        self.filled = 0;
    }

    /// Goes on with the call until it is answered or, where the owner waits, until there is something to wait for. After an
    /// error the connection is of no more use.
    pub(crate) fn advance(&mut self, request: &[u8]) -> io::Result<Step> {
        if self.sent < request.len() {
            while let Some(rest) = request.get(self.sent..).filter(|rest| !rest.is_empty()) {
                match self.stream.write(rest) {
                    Ok(sent) => self.sent += sent,
                    Err(error) => return self.not_now(error, Step::Sending),
                }
            }
            // Nothing can have come back yet: to look for it would only cost a system call.
            if self.waits == Waits::Outside {
                return Ok(Step::Receiving);
            }
        }
        loop {
            if self.filled == self.buffer.len() {
                if self.filled >= LONGEST_REPLY {
                    return Err(io::Error::new(ErrorKind::InvalidData, "the reply has no end"));
                }
                self.buffer.resize(self.filled * 2, 0);
            }
            match self.stream.read(self.buffer.get_mut(self.filled..).unwrap_or_default()) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(received) => self.filled += received,
                Err(error) => return self.not_now(error, Step::Receiving),
            }
            if self.head.is_none() {
                self.head = Head::parse(self.reply())
                    .map_err(|message| io::Error::new(ErrorKind::InvalidData, message))?;
            }
            if let Some(head) = self.head.filter(|head| head.is_whole(self.reply())) {
                return Ok(Step::Answered(head));
            }
        }
    }

    /// What to do when the socket is not ready: where the connection waits itself, it has waited long enough.
    fn not_now(&self, error: io::Error, step: Step) -> io::Result<Step> {
        match (error.kind(), self.waits) {
            (ErrorKind::WouldBlock, Waits::Outside) => Ok(step),
            (ErrorKind::WouldBlock, Waits::Inside) => Err(ErrorKind::TimedOut.into()),
            _ => Err(error),
        }
    }

    /// The body of the last reply, for people: with its framing when it was chunked.
    pub(crate) fn body_text(&self, head: Head) -> String {
        String::from_utf8_lossy(self.reply().get(head.bytes..).unwrap_or_default()).into_owned()
    }

    fn reply(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
