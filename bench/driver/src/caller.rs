//! One caller: its connection, its request, and how its calls went.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::Failure;
use crate::arguments::Call;
use crate::connection::{Connection, PATIENCE, Step, Waits};
use crate::measured::Calls;
use crate::reply::Head;
use crate::request::Request;

/// Makes one call at a time, over one connection that is kept between calls.
#[derive(Debug)]
pub(crate) struct Caller {
    socket: PathBuf,
    waits: Waits,
    connection: Option<Connection>,
    request: Request,
    /// Tells the ids of this caller's calls from those of others and of earlier runs.
    run: u64,
    number: u64,
    sequence: u64,
    /// When the call under way began.
    began: Instant,
    pub(crate) calls: Calls,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The socket takes no more of the request for now.
    Sending,
    /// The reply is to come.
    Receiving,
    /// It is over, and counted.
    Ended(Outcome),
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
    pub(crate) fn new(call: &Call, socket: &Path, number: u64, waits: Waits) -> Result<Self, Failure> {
        let body = std::fs::read(&call.body).map_err(|error| format!("{}: {error}", call.body.display()))?;
        let now = SystemTime::now();
        Ok(Self {
            socket: socket.to_owned(),
            waits,
            connection: None,
            request: Request::new(&call.path, &call.content_type, &body, now),
            run: u64::try_from(now.duration_since(UNIX_EPOCH)?.as_micros())?,
            number,
            sequence: 0,
            began: Instant::now(),
            calls: Calls::default(),
        })
    }

    /// Opens the connection ahead of the first call. Where nobody listens, that call will say so.
    pub(crate) fn connect(&mut self) {
        self.connection = Connection::open(&self.socket, self.waits).ok();
    }

    /// The connection, while there is one.
    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// One call from its beginning to its end, counted in `calls`. Only a caller that waits itself gets there.
    pub(crate) fn call(&mut self) -> Outcome {
        let mut stage = self.begin();
        loop {
            match stage {
                Stage::Ended(outcome) => return outcome,
                Stage::Sending | Stage::Receiving => stage = self.advance(),
            }
        }
    }

    /// Begins a call and goes on as far as it can.
    pub(crate) fn begin(&mut self) -> Stage {
        self.sequence += 1;
        self.request.set_id(self.run, self.number, self.sequence);
        // Where a connection must be opened first, that is part of the call.
        self.began = Instant::now();
        if self.connection.is_none() {
            self.connect();
        }
        let Some(connection) = &mut self.connection else { return Stage::Ended(Outcome::Absent) };
        connection.begin();
        self.advance()
    }

    /// Goes on with the call under way.
    pub(crate) fn advance(&mut self) -> Stage {
        let Some(connection) = &mut self.connection else { return Stage::Ended(Outcome::Absent) };
        match connection.advance(self.request.bytes()) {
            Ok(Step::Sending) => Stage::Sending,
            Ok(Step::Receiving) => Stage::Receiving,
            Ok(Step::Answered(head)) => Stage::Ended(self.answered(head)),
            Err(error) => Stage::Ended(self.broken(&error.to_string())),
        }
    }

    /// Gives up a call that has waited for too long, and says whether it has.
    pub(crate) fn lose_patience(&mut self) -> bool {
        let over = self.began.elapsed() >= PATIENCE;
        if over {
            self.broken("no reply in time");
        }
        over
    }

    fn answered(&mut self, head: Head) -> Outcome {
        let took = self.began.elapsed();
        let connection = self.connection.take();
        self.calls.last_reply = connection.as_ref().map_or_else(String::new, |open| open.body_text(head));
        self.connection = connection.filter(|_| head.keep_alive);
        if head.status == 200 {
            self.calls.answered(took);
            return Outcome::Answered;
        }
        let why = format!("{} {}", head.status, self.calls.last_reply);
        self.calls.failed(why);
        Outcome::Refused
    }

    fn broken(&mut self, why: &str) -> Outcome {
        self.connection = None;
        self.calls.failed(why.to_owned());
        Outcome::Refused
    }
}
