//! One caller: its connection, its request, and how its calls went.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::Failure;
use crate::arguments::Call;
use crate::connection::Connection;
use crate::measured::Calls;
use crate::request::Request;

/// Makes one call at a time, over one connection that is kept between calls.
#[derive(Debug)]
pub(crate) struct Caller {
    socket: PathBuf,
    connection: Option<Connection>,
    request: Request,
    /// Tells the ids of this caller's calls from those of others and of earlier runs.
    run: u64,
    number: u64,
    sequence: u64,
    pub(crate) calls: Calls,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With 200.
    Answered,
    /// With another status, or the connection broke.
    Refused,
    /// Nobody listens at the socket: no call was made, and none is counted.
    Absent,
}

impl Caller {
    /// Reads the body and makes the request; opens no connection.
    pub(crate) fn new(call: &Call, socket: &Path, number: u64) -> Result<Self, Failure> {
        let body = std::fs::read(&call.body).map_err(|error| format!("{}: {error}", call.body.display()))?;
        let now = SystemTime::now();
        Ok(Self {
            socket: socket.to_owned(),
            connection: None,
            request: Request::new(&call.path, &call.content_type, &body, now),
            run: u64::try_from(now.duration_since(UNIX_EPOCH)?.as_micros())?,
            number,
            sequence: 0,
            calls: Calls::default(),
        })
    }

    /// Opens the connection ahead of the first call. Where nobody listens, that call will say so.
    pub(crate) fn connect(&mut self) {
        self.connection = Connection::open(&self.socket).ok();
    }

    /// One call, counted in `calls`.
    pub(crate) fn call(&mut self) -> Outcome {
        self.sequence += 1;
        self.request.set_id(self.run, self.number, self.sequence);
        // Where a connection must be opened first, that is part of the call.
        let began = Instant::now();
        let Some(mut connection) = self.connection.take().or_else(|| Connection::open(&self.socket).ok())
        else {
            return Outcome::Absent;
        };
        match connection.call(self.request.bytes()) {
            Ok(head) => {
                let took = began.elapsed();
                self.calls.last_reply = connection.body_text(head);
                let outcome = if head.status == 200 {
                    self.calls.answered(took);
                    Outcome::Answered
                } else {
                    let reply = &self.calls.last_reply;
                    self.calls.failed(format!("{} {reply}", head.status));
                    Outcome::Refused
                };
                if head.keep_alive {
                    self.connection = Some(connection);
                }
                outcome
            }
            Err(error) => {
                self.calls.failed(error.to_string());
                Outcome::Refused
            }
        }
    }
}
