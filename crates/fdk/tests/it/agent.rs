//! The agent's half of a connection: just enough HTTP/1.1 over a raw socket to say anything, right or wrong, in any
//! pieces and at any time.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// How long a test waits for an answer that must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);

/// A request as the agent sends it: `POST /call`, chunked.
#[derive(Clone)]
pub(crate) struct Call {
    headers: String,
    chunks: Vec<Vec<u8>>,
    gap: Duration,
}

impl Call {
    /// A call with `body` in one chunk, or in none when it is empty.
    pub(crate) fn new(body: impl AsRef<[u8]>) -> Self {
        let chunks = Vec::from_iter((!body.as_ref().is_empty()).then(|| body.as_ref().to_vec()));
        Self { headers: String::new(), chunks, gap: Duration::ZERO }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// A call as a gateway makes it.
    pub(crate) fn gateway(self, method: &str, url: &str) -> Self {
        self.header("Fn-Intent", "httprequest")
            .header("Fn-Http-Method", method)
            .header("Fn-Http-Request-Url", url)
    }

    /// Sends the body in chunks of `size` bytes, with a pause of `gap` before each and before the end.
    pub(crate) fn in_chunks(mut self, size: usize, gap: Duration) -> Self {
        self.chunks = self.chunks.concat().chunks(size).map(<[u8]>::to_vec).collect();
        self.gap = gap;
        self
    }

    pub(crate) fn head(&self) -> Vec<u8> {
        let fixed = "POST /call HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n";
        format!("{fixed}{}\r\n", self.headers).into_bytes()
    }

    /// The pieces of the request as they go out, one a write.
    fn pieces(&self) -> Vec<Vec<u8>> {
        let chunk = |data: &Vec<u8>| [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat();
        let mut pieces = vec![self.head()];
        pieces.extend(self.chunks.iter().map(chunk));
        pieces.push(b"0\r\n\r\n".to_vec());
        pieces
    }

    /// The whole request.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.pieces().concat()
    }
}

/// What the function answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) version: String,
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The values of a header, whose name is given in lower case.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() <= 1, "{name} came {} times", values.len());
        values.first().copied()
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A connection to the function.
pub(crate) struct Connection {
    stream: BufReader<UnixStream>,
}

impl Connection {
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Makes a call and reads its answer.
    pub(crate) fn call(&mut self, call: &Call) -> Answer {
        if call.gap.is_zero() {
            self.send(&call.bytes());
        } else {
            for piece in call.pieces() {
                self.send(&piece);
                sleep(call.gap);
            }
        }
        self.answer()
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).expect("the function takes what is sent");
    }

    /// Sends as much as the function takes.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) {
        let _it_may_have_heard_enough = self.stream.get_mut().write_all(bytes);
    }

    /// Says that no more will be sent, and still listens.
    pub(crate) fn finish_sending(&self) {
        self.stream.get_ref().shutdown(Shutdown::Write).unwrap();
    }

    /// The final answer; a `100 Continue` before it is skipped.
    pub(crate) fn answer(&mut self) -> Answer {
        loop {
            let answer = self.try_answer().expect("an answer, not a closed connection");
            if answer.status != 100 {
                return answer;
            }
        }
    }

    /// The next answer, or none when the function closed the connection instead.
    pub(crate) fn try_answer(&mut self) -> Option<Answer> {
        let first = self.line()?;
        let mut words = first.splitn(3, ' ');
        let (version, status) = (words.next().unwrap().to_owned(), words.next().unwrap().parse().unwrap());
        let mut headers = Vec::new();
        loop {
            let line = self.line().expect("a whole head");
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { version, status, headers, body: Vec::new() };
        if status != 100 {
            let length = answer.header("content-length").expect("a length").parse().unwrap();
            answer.body.resize(length, 0);
            self.stream.read_exact(&mut answer.body).unwrap();
        }
        Some(answer)
    }

    /// Whether the function closes the connection without another word.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.fill_buf() {
            Ok(rest) => rest.is_empty(),
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no answer: {error}"),
        }
    }
}
