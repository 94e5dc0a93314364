//! The driver against a container of a few lines: what it sends, what it counts, and what it says of one that fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod container;

use std::fs;
use std::process::{Command, Output};

use container::Container;

fn driver(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_adit-bench-driver")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_caller_uses_its_own_socket_and_every_call_its_own_id() {
    let body = r#"{"name":"a"}"#;
    let one = Container::start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let two = Container::start("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    let file = one.directory().join("body.json");
    fs::write(&file, body).unwrap();
    let line = stdout(&driver(&[
        "load",
        "--body",
        file.to_str().unwrap(),
        "--callers",
        "4",
        "--calls",
        "25",
        one.socket(),
        two.socket(),
    ]));
    assert!(line.starts_with(r#"{"calls":100,"failed":0,"first_failure":"","last_reply":"#), "{line}");

    let (one, two) = (one.calls(), two.calls());
    assert_eq!((one.len(), two.len()), (50, 50));
    let mut ids: Vec<_> = one.iter().chain(&two).map(|call| call.header("Fn-Call-Id").to_owned()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 100);
    for call in &one {
        assert_eq!(call.body, format!("c\r\n{body}\r\n0\r\n\r\n"));
        assert_eq!(call.header("Transfer-Encoding"), "chunked");
    }
}

#[test]
fn a_call_that_fails_is_counted_and_its_answer_is_shown() {
    let container = Container::start("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 8\r\n\r\nno table");
    let file = container.directory().join("body.json");
    fs::write(&file, "{}").unwrap();
    let line =
        stdout(&driver(&["load", "--body", file.to_str().unwrap(), "--calls", "3", container.socket()]));
    assert!(line.starts_with(r#"{"calls":0,"failed":3,"first_failure":"502 no table","#), "{line}");
}

/// The driver's report on `callers` who call the container twice each.
fn crowd(container: &Container, callers: &str, body: &str) -> String {
    let file = container.directory().join("body.json");
    fs::write(&file, body).unwrap();
    stdout(&driver(&[
        "load",
        "--body",
        file.to_str().unwrap(),
        "--callers",
        callers,
        "--calls",
        "2",
        container.socket(),
    ]))
}

#[test]
fn a_crowd_sends_bodies_that_fit_into_no_socket_at_once() {
    let container = Container::start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let body = "x".repeat(3_000_000);
    let line = crowd(&container, "5", &body);
    assert!(line.starts_with(r#"{"calls":10,"failed":0,"#), "{line}");
    let calls = container.calls();
    assert_eq!(calls.len(), 10);
    assert!(calls.iter().all(|call| call.body.matches('x').count() == body.len()));
}

#[test]
fn a_crowd_reads_replies_that_come_in_pieces() {
    let reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let line = crowd(&Container::speaking(reply, 25), "5", "{}");
    assert!(line.starts_with(r#"{"calls":10,"failed":0,"#), "{line}");
    assert!(line.contains(r#""last_reply":"2\u000d\u000a{}\u000d\u000a0"#), "{line}");
}

#[test]
fn a_crowd_opens_connections_anew_where_they_are_closed() {
    let reply = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let container = Container::start(reply);
    let line = crowd(&container, "5", "{}");
    assert!(line.starts_with(r#"{"calls":10,"failed":0,"#), "{line}");
    assert_eq!(container.calls().len(), 10);
}

#[test]
fn a_crowd_before_a_closed_door_knocks_until_its_time_is_over() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    fs::write(&file, "{}").unwrap();
    let socket = directory.path().join("absent.sock");
    let line = stdout(&driver(&[
        "load",
        "--body",
        file.to_str().unwrap(),
        "--callers",
        "5",
        "--seconds",
        "0.05",
        socket.to_str().unwrap(),
    ]));
    let knocks: u64 = line.split_once(r#""failed":"#).unwrap().1.split_once(',').unwrap().0.parse().unwrap();
    assert!(line.starts_with(r#"{"calls":0,"#) && (5..=300).contains(&knocks), "{line}");
}

#[test]
fn nobody_at_the_socket_is_a_failure_not_a_hang() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    fs::write(&file, "{}").unwrap();
    let socket = directory.path().join("absent.sock");
    let line = stdout(&driver(&[
        "load",
        "--body",
        file.to_str().unwrap(),
        "--seconds",
        "0.05",
        socket.to_str().unwrap(),
    ]));
    assert!(line.starts_with(r#"{"calls":0,"failed":"#), "{line}");
    assert!(line.contains("nobody listens"), "{line}");
}

#[test]
fn a_program_that_dies_before_it_answers_is_an_error_that_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("body.json");
    fs::write(&file, "{}").unwrap();
    let output = driver(&[
        "cold",
        "--body",
        file.to_str().unwrap(),
        "--socket",
        directory.path().join("absent.sock").to_str().unwrap(),
        "--log",
        directory.path().join("log").to_str().unwrap(),
        "--",
        "sh",
        "-c",
        "echo no configuration; exit 3",
    ]);
    assert!(!output.status.success());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("ended before its first answer: exit status: 3"), "{message}");
    assert_eq!(fs::read_to_string(directory.path().join("log")).unwrap(), "no configuration\n");
}

#[test]
fn a_cold_start_is_timed_to_the_first_answer_and_its_memory_read() {
    // The program is only a process to look at; the container answers beside it.
    let container = Container::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let file = container.directory().join("body.json");
    fs::write(&file, "{}").unwrap();
    let log = container.directory().join("log");
    let line = stdout(&driver(&[
        "cold",
        "--body",
        file.to_str().unwrap(),
        "--socket",
        container.socket(),
        "--log",
        log.to_str().unwrap(),
        "--then",
        "10",
        "--",
        "sleep",
        "60",
    ]));
    assert!(line.starts_with(r#"{"first_ms":"#), "{line}");
    assert!(line.contains(r#""then":{"calls":10,"failed":0,"#), "{line}");
    assert_eq!(container.calls().len(), 11);
}
