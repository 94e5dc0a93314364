//! A function that does what its caller says, including all that a good function never does. For the tests.
//!
//! Before it listens it obeys the variable `PUPPET_START`; then the body of each call is one command, for example
//! `sleep 200`, `status 201`, `exit 3`, `echo text`. It speaks HTTP/1.1 by hand, because no library would help it
//! to break the contract.
#![expect(
    clippy::unwrap_used,
    clippy::exit,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a puppet of the tests"
)]

use std::fs::{self, Permissions};
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

fn main() {
    let published = std::env::var("FN_LISTENER").unwrap();
    let published = Path::new(published.strip_prefix("unix:").unwrap());
    let staged = published.with_file_name("staged");
    match std::env::var("PUPPET_START").unwrap_or_default().as_str() {
        "exit" => {
            eprintln!("no database host is set");
            std::process::exit(7);
        }
        "late" => thread::sleep(Duration::from_secs(60)),
        "file" => {
            fs::write(published, "").unwrap();
            thread::sleep(Duration::from_secs(60));
        }
        _ => {}
    }
    let listener = UnixListener::bind(&staged).unwrap();
    let mode = if std::env::var("PUPPET_START").as_deref() == Ok("closed") { 0o600 } else { 0o666 };
    fs::set_permissions(&staged, Permissions::from_mode(mode)).unwrap();
    println!("ready");
    fs::rename(&staged, published).unwrap();
    for (number, stream) in listener.incoming().enumerate() {
        let stream = stream.unwrap();
        thread::spawn(move || while answer(&stream, number).is_ok() {});
    }
}

/// Serves one request of a connection. An error is its end.
fn answer(stream: &UnixStream, connection: usize) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    if head.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let body = dechunk(&mut reader)?;
    let command = String::from_utf8_lossy(body.get(..64.min(body.len())).unwrap_or_default()).into_owned();
    let (verb, argument) = command.split_once(' ').unwrap_or((&command, ""));
    let number = argument.parse().unwrap_or_default();
    match verb {
        "echo" => reply(stream, 200, "", &body),
        "head" => reply(stream, 200, "", head.as_bytes()),
        "env" => reply(stream, 200, "", std::env::var(argument).unwrap_or_default().as_bytes()),
        "variables" => {
            let mut names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
            names.sort_unstable();
            reply(stream, 200, "", names.join(" ").as_bytes())
        }
        "whoami" => {
            let status = fs::read_to_string("/proc/self/status")?;
            let uid = status.lines().find(|line| line.starts_with("Uid:")).unwrap_or_default();
            reply(stream, 200, "", uid.as_bytes())
        }
        "connection" => reply(stream, 200, "", connection.to_string().as_bytes()),
        "pid" => reply(stream, 200, "", std::process::id().to_string().as_bytes()),
        "sleep" => {
            thread::sleep(Duration::from_millis(number));
            reply(stream, 200, "", std::process::id().to_string().as_bytes())
        }
        "log" => {
            println!("out {argument}");
            eprintln!("err {argument}");
            reply(stream, 200, "", b"logged")
        }
        "status" => reply(stream, u16::try_from(number).unwrap(), "X-Reason: told so\r\n", b"the body"),
        "header" => {
            reply(stream, 200, &format!("X-Long: {}\r\n", "h".repeat(usize::try_from(number).unwrap())), b"")
        }
        "big" => reply(stream, 200, "", &vec![b'x'; usize::try_from(number).unwrap()]),
        "hops" => reply(stream, 200, "Keep-Alive: 5\r\nX-Kept: yes\r\nX-Kept: twice\r\n", b""),
        "exit" => std::process::exit(i32::try_from(number).unwrap()),
        "cut" => {
            let mut stream = stream;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")?;
            Err(io::ErrorKind::Other.into())
        }
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

fn reply(mut stream: &UnixStream, status: u16, headers: &str, body: &[u8]) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status} Told\r\nContent-Length: {}\r\n{headers}\r\n", body.len())?;
    stream.write_all(body)
}

fn dechunk(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        reader.take(size).read_to_end(&mut body)?;
        reader.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(body);
        }
    }
}
