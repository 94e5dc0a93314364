//! One keep-alive connection to a container.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::reply::Head;

/// No reply after this time is a failed call.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest reply that is read. Function replies are receipts, not data.
const LONGEST_REPLY: usize = 1 << 20;

/// An open connection and the last reply that came over it.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: UnixStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    pub(crate) fn open(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 4096], filled: 0 })
    }

    /// Sends a request and reads the whole reply. After an error the connection is of no more use.
    pub(crate) fn call(&mut self, request: &[u8]) -> io::Result<Head> {
        self.stream.write_all(request)?;
        self.filled = 0;
        let mut head = None;
        loop {
            if self.filled == self.buffer.len() {
                if self.filled >= LONGEST_REPLY {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the reply has no end"));
                }
                self.buffer.resize(self.filled * 2, 0);
            }
            let received = self.stream.read(self.buffer.get_mut(self.filled..).unwrap_or_default())?;
            if received == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.filled += received;
            if head.is_none() {
                head = Head::parse(self.reply())
                    .map_err(|message| io::Error::new(io::ErrorKind::InvalidData, message))?;
            }
            if let Some(head) = head.filter(|head| head.is_whole(self.reply())) {
                return Ok(head);
            }
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
