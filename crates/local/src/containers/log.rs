//! What a container writes to its standard output and error, line by line, each with the call it belongs to.
//!
//! The platform attributes a line to the call during which it was written. A line written just before the reply may
//! still be in the pipe when the reply is here, so the one task that reads both pipes also decides when a call ends:
//! it empties the pipes first.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::io::Errno;
use tokio::net::unix::pipe;
use tokio::sync::{mpsc, oneshot};

use crate::event::{Event, Events, Stream};

/// A longer line is told in pieces.
const LONGEST_LINE: usize = 64 * 1024;
/// How many of a container's last lines are kept for an error message.
const KEPT_LINES: usize = 10;

/// What the container tells its log reader. The order of these is the order of the lines between them.
#[derive(Debug)]
pub(crate) enum Mark {
    /// Lines from now on belong to this call.
    Begin(Arc<str>),
    /// The call is over: tell what the pipes still hold, then this event, and let it be known. The next call must
    /// not begin before, or its first lines would be taken for this one's.
    End(Event, oneshot::Sender<()>),
    /// Tell what the pipes still hold and give back the last lines.
    Flush(oneshot::Sender<Vec<String>>),
}

/// The reading half of a container's log.
#[derive(Debug)]
pub(crate) struct LogReader {
    function: Arc<str>,
    container: Arc<str>,
    call: Option<Arc<str>>,
    pipes: [Pipe; 2],
    last_lines: VecDeque<String>,
    events: Events,
}

impl LogReader {
    pub(crate) fn new(
        function: Arc<str>,
        container: Arc<str>,
        stdout: OwnedFd,
        stderr: OwnedFd,
        events: Events,
    ) -> io::Result<Self> {
        let pipes = [Pipe::new(stdout, Stream::Stdout)?, Pipe::new(stderr, Stream::Stderr)?];
        Ok(Self { function, container, call: None, pipes, last_lines: VecDeque::new(), events })
    }

    /// Reads until the container is gone.
    pub(crate) async fn follow(mut self, mut marks: mpsc::UnboundedReceiver<Mark>) {
        loop {
            let [stdout, stderr] = &self.pipes;
            // Marks first: a call's beginning must be known before its lines are.
            let mark = tokio::select! {
                biased;
                mark = marks.recv() => match mark {
                    Some(mark) => Some(mark),
                    None => break,
                },
                () = stdout.readable() => None,
                () = stderr.readable() => None,
            };
            match mark {
                None => self.drain(),
                Some(Mark::Begin(call)) => self.call = Some(call),
                Some(Mark::End(event, done)) => {
                    self.drain();
                    self.call = None;
                    self.events.send(event);
                    // A container that is killed after the call does not wait for this.
                    let _ = done.send(());
                }
                Some(Mark::Flush(lines)) => {
                    self.drain();
                    // Whoever asked may have gone; then nobody wants to know.
                    let _ = lines.send(self.last_lines.iter().cloned().collect());
                }
            }
        }
        self.drain();
        // Nobody will see the end of a line that has none yet.
        let rests: Vec<_> = self.pipes.iter_mut().filter_map(Pipe::rest).collect();
        for (stream, line) in rests {
            self.tell(stream, line);
        }
    }

    /// Reads what is in the pipes now.
    fn drain(&mut self) {
        let mut lines = Vec::new();
        for pipe in &mut self.pipes {
            pipe.drain(&mut lines);
        }
        for (stream, line) in lines {
            self.tell(stream, line);
        }
    }

    fn tell(&mut self, stream: Stream, line: String) {
        if self.last_lines.len() == KEPT_LINES {
            self.last_lines.pop_front();
        }
        self.last_lines.push_back(line.clone());
        self.events.send(Event::FunctionLog {
            function: Arc::clone(&self.function),
            container: Arc::clone(&self.container),
            call: self.call.clone(),
            stream,
            line,
        });
    }
}

/// One of the two pipes, and the beginning of a line whose end has not come yet.
#[derive(Debug)]
struct Pipe {
    receiver: pipe::Receiver,
    stream: Stream,
    partial: Vec<u8>,
    ended: bool,
}

impl Pipe {
    fn new(fd: OwnedFd, stream: Stream) -> io::Result<Self> {
        let receiver = pipe::Receiver::from_owned_fd(fd)?;
        Ok(Self { receiver, stream, partial: Vec::new(), ended: false })
    }

    async fn readable(&self) {
        if self.ended || self.receiver.readable().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Moves what is in the pipe to `lines`.
    fn drain(&mut self, lines: &mut Vec<(Stream, String)>) {
        let mut buffer = [0_u8; 8192];
        while !self.ended {
            match self.read(&mut buffer) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    let read = buffer.get(..count).unwrap_or_default();
                    for piece in read.split_inclusive(|byte| *byte == b'\n') {
                        self.partial.extend_from_slice(piece);
                        if piece.ends_with(b"\n") || self.partial.len() >= LONGEST_LINE {
                            lines.extend(self.rest());
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.ended = true,
            }
        }
        lines.extend(self.rest());
    }

    /// Asks the pipe itself first: tokio would say that nothing is there as long as it has not been told otherwise.
    /// When the pipe is empty, tokio is let known by its own way of reading.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(&self.receiver, &mut *buffer) {
            Err(Errno::AGAIN) => self.receiver.try_read(buffer),
            read => Ok(read?),
        }
    }

    /// What was read since the last line's end.
    fn rest(&mut self) -> Option<(Stream, String)> {
        if self.partial.is_empty() {
            return None;
        }
        let line = String::from_utf8_lossy(&self.partial).trim_end_matches(['\r', '\n']).to_owned();
        self.partial.clear();
        Some((self.stream, line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;
    use std::io::Write as _;
    use std::sync::Mutex;

    /// What a reader tells of two pipes: each line with its stream and its call; a call's end as `end`.
    async fn told(stdout: &[u8], stderr: &[u8], marks: impl IntoIterator<Item = Mark>) -> Vec<String> {
        let told = Arc::new(Mutex::new(Vec::new()));
        let events = {
            let told = Arc::clone(&told);
            Events::new(move |event| {
                told.lock().unwrap().push(match event {
                    Event::FunctionLog { call, stream, line, .. } => {
                        format!("{stream:?} {} {line}", call.as_deref().unwrap_or("-"))
                    }
                    _ => "end".to_owned(),
                });
            })
        };
        let (stdout_reader, mut stdout_writer) = io::pipe().unwrap();
        let (stderr_reader, mut stderr_writer) = io::pipe().unwrap();
        stdout_writer.write_all(stdout).unwrap();
        stderr_writer.write_all(stderr).unwrap();
        let (function, container) = (Arc::from("f"), Arc::from("c1"));
        let reader =
            LogReader::new(function, container, stdout_reader.into(), stderr_reader.into(), events).unwrap();
        let (sender, receiver) = mpsc::unbounded_channel();
        for mark in marks {
            sender.send(mark).unwrap();
        }
        drop(sender);
        reader.follow(receiver).await;
        let told = told.lock().unwrap();
        told.clone()
    }

    fn end() -> Mark {
        Mark::End(Event::Ready { part: Part::Emulator, port: 0 }, oneshot::channel().0)
    }

    #[tokio::test]
    async fn what_is_in_the_pipes_when_a_call_ends_belongs_to_it() {
        let told = told(b"one\ntwo\n", b"three\n", [Mark::Begin(Arc::from("01A")), end()]).await;
        assert_eq!(told, ["Stdout 01A one", "Stdout 01A two", "Stderr 01A three", "end"]);
    }

    #[tokio::test]
    async fn lines_of_any_kind_are_told_whole_and_those_of_no_call_without_one() {
        let long = [vec![b'x'; LONGEST_LINE - 9000], b"\r\n\xff\nlast".to_vec()].concat();
        let told = told(&long, b"", []).await;
        let lengths: Vec<_> = told.iter().map(String::len).collect();
        assert_eq!(
            lengths,
            ["Stdout - ".len() + LONGEST_LINE - 9000, "Stdout - \u{fffd}".len(), "Stdout - last".len()]
        );
    }
}
