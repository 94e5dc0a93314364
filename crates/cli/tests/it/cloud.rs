//! A server that answers as a test says, for Oracle's services and for what a real registry cannot be made to do; and the credentials of
//! somebody to ask it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::support::Place;

/// Status, headers as they stand, body.
pub(crate) type Answer = (u16, &'static str, String);

/// What was asked, oldest first: the request line without its version, and the body.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

pub(crate) struct Cloud {
    /// Host and port.
    pub(crate) address: String,
    asked: Asked,
}

impl Cloud {
    /// Answers by the request line (`GET /path?query`), until the test ends.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Asked::default();
        let remembered = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let Some((line, body)) = read_request(&mut stream) else { continue };
                let (status, headers, answer) = answer(&line);
                remembered.lock().unwrap().push((line, body));
                let length = answer.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{answer}"
                );
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(line, _)| line.clone()).collect()
    }

    /// The body of the first request whose line begins so.
    pub(crate) fn body_of(&self, line: &str) -> String {
        let asked = self.asked.lock().unwrap();
        asked.iter().find(|(asked, _)| asked.starts_with(line)).unwrap().1.clone()
    }
}

/// A configuration file with an API key.
pub(crate) fn credentials(place: &Place) -> String {
    let made = adit_oci::keygen::generate().unwrap();
    let key = place.file("key.pem", made.pem.expose());
    let fingerprint = made.key.public_key().fingerprint();
    place.file(
        "config",
        &format!(
            "[DEFAULT]\nuser=ocid1.user.oc1..u\ntenancy=ocid1.tenancy.oc1..t\nregion=eu-frankfurt-1\nfingerprint={fingerprint}\n\
             key_file={key}\n"
        ),
    )
}

/// The request line without its version, and the body.
fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).ok()?;
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
            });
            // A body that is no text is as long as it is, whatever was read of it.
            let received = request.len() - head.len() - 4;
            if received >= length.unwrap_or_default() || count == 0 {
                let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
                return Some((line, body.to_owned()));
            }
        }
        if count == 0 {
            return None;
        }
    }
}
