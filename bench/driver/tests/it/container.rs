//! A container that answers every call alike and remembers what it was sent.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

#[derive(Clone, Debug)]
pub(crate) struct Call {
    head: Vec<String>,
    /// With its chunks' framing.
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap()
    }
}

#[derive(Debug)]
pub(crate) struct Container {
    directory: TempDir,
    socket: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Container {
    pub(crate) fn start(reply: &'static str) -> Self {
        Self::speaking(reply, reply.len())
    }

    /// One whose replies come in pieces of so many bytes.
    pub(crate) fn speaking(reply: &'static str, piece: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("lsnr.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let seen = Arc::clone(&seen);
                thread::spawn(move || serve(stream.unwrap(), reply, piece, &seen));
            }
        });
        Self { directory, socket: socket.to_str().unwrap().to_owned(), calls }
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn socket(&self) -> &str {
        &self.socket
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

fn serve(stream: UnixStream, reply: &str, piece: usize, seen: &Mutex<Vec<Call>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut head = Vec::new();
        loop {
            let line = read_line(&mut lines);
            if line.is_empty() {
                return;
            }
            if line == "\r\n" {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        // The bodies of these tests hold no line break of their own.
        let mut body = String::new();
        while !body.ends_with("0\r\n\r\n") {
            body += &read_line(&mut lines);
        }
        seen.lock().unwrap().push(Call { head, body });
        for (at, piece) in reply.as_bytes().chunks(piece).enumerate() {
            if at > 0 {
                thread::sleep(Duration::from_millis(2));
            }
            // A caller that was told that the connection closes need not stay to the end.
            let _ = (&stream).write_all(piece);
        }
    }
}

/// Empty at the end of the connection.
fn read_line(lines: &mut BufReader<UnixStream>) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap_or_default();
    line
}
