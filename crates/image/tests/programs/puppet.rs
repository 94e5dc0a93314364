//! A static program for the tests: a function that does what the bytes behind its end say, including all that a good function never does.
//! It is compiled by the tests with `rustc` alone.

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

fn main() {
    // In an empty root there is no /proc; there it answers.
    let image = fs::read("/proc/self/exe").unwrap_or_default();
    let text = String::from_utf8_lossy(&image[image.len().saturating_sub(64)..]).into_owned();
    let how = text.rsplit("\nHOW=").next().unwrap_or_default();
    let published = std::env::var("FN_LISTENER").unwrap();
    let published = std::path::Path::new(published.strip_prefix("unix:").unwrap());
    let staged = published.with_file_name("staged");
    match how {
        "exit" => {
            eprintln!("no database host is set");
            std::process::exit(7);
        }
        "abort" => std::process::abort(),
        "file" => {
            fs::write(published, "").unwrap();
            loop {
                std::thread::park();
            }
        }
        "silent" => loop {
            std::thread::park();
        },
        _ => {}
    }
    let listener = UnixListener::bind(&staged).unwrap();
    fs::set_permissions(&staged, Permissions::from_mode(if how == "closed" { 0o600 } else { 0o666 })).unwrap();
    fs::rename(&staged, published).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.ends_with(b"\r\n0\r\n\r\n") {
        let count = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..count]);
    }
    let status = match how {
        "created" => "201 Created",
        "failed" => "502 Bad Gateway",
        "nonsense" => {
            println!("now I answer");
            stream.write_all(b"\x00\x01 hello\r\n\r\n").unwrap();
            return;
        }
        "hangs up" => return,
        _ => "200 OK",
    };
    // Who runs it, told by the owner of its socket.
    let uid = fs::metadata(published).map(|found| std::os::unix::fs::MetadataExt::uid(&found)).unwrap();
    let body = format!("I am {uid}, settings: {}", std::env::vars().filter(|(name, _)| !name.starts_with("FN_")).count());
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    loop {
        std::thread::park();
    }
}
