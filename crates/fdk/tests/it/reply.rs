//! Section C: what leaves.

use crate::agent::Call;
use crate::container::{Container, until};

#[test]
fn c26_c27_c34_c36_a_success_is_200_with_its_body_type_and_length() {
    let container = Container::start();
    let answer = container.call(&Call::new("echo this").header("Content-Type", "text/csv"));
    assert_eq!((answer.version.as_str(), answer.status, answer.text()), ("HTTP/1.1", 200, "echo this"));
    assert_eq!(answer.header("content-type"), Some("text/csv"));
    assert_eq!(answer.header("content-length"), Some("9"));
    assert_eq!(answer.header("transfer-encoding"), None);
    assert_eq!(answer.header("fn-fdk-version"), Some(concat!("adit/", env!("CARGO_PKG_VERSION"))));
    assert!(answer.header("fn-fdk-runtime").unwrap().starts_with("rust/1."));
}

#[test]
fn b17_a_reply_is_never_compressed() {
    let container = Container::start();
    let answer = container.call(&Call::new("big 100000").header("Accept-Encoding", "gzip"));
    assert_eq!((answer.body.len(), answer.header("content-encoding")), (100_000, None));
}

#[test]
fn c28_c29_a_failure_is_502_a_timeout_504_and_the_connection_is_kept() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for (command, status) in [("fail", 502), ("time-out", 504), ("echo", 200), ("fail", 502)] {
        for call in [Call::new(command), Call::new(command).gateway("GET", "/")] {
            assert_eq!(connection.call(&call).status, status, "{command}");
        }
    }
}

#[test]
fn c31_a_panic_is_502_with_one_line_and_the_process_lives() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for (command, message) in [("panic", "boom while working"), ("panic at once", "boom at once")] {
        let answer = connection.call(&Call::new(command).header("Fn-Call-Id", "01PANIC"));
        assert_eq!((answer.status, answer.body.len()), (502, 0));
        let line = container.logged(message);
        assert!(line.contains("A0721") && line.contains("\"call_id\":\"01PANIC\""), "{line}");
        assert!(line.contains("probe.rs:"), "it says where: {line}");
    }
    assert_eq!(container.stderr().lines().count(), 2, "{}", container.stderr());
    assert_eq!(connection.call(&Call::new("echo alive")).text(), "echo alive");
}

#[test]
fn c32_a_status_for_the_gateway_is_a_header_and_the_status_stays_200() {
    let container = Container::start();
    for status in ["204", "418", "500", "599"] {
        let answer = container.call(&Call::new(format!("status {status}")).gateway("GET", "/"));
        assert_eq!((answer.status, answer.header("fn-http-status")), (200, Some(status)));
    }
}

#[test]
fn c32_a_raw_call_gets_no_status_header() {
    let container = Container::start();
    let answer = container.tell("status 418");
    assert_eq!((answer.status, answer.header("fn-http-status")), (200, None));
    assert_eq!(container.tell("header Fn-Http-Status 418").header("fn-http-status"), None);
}

#[test]
fn c32_a_status_that_is_none_is_a_failure_with_a_line() {
    let container = Container::start();
    assert_eq!(container.call(&Call::new("status 99").gateway("GET", "/")).status, 502);
    assert!(container.logged("A0725").contains("is 99"));
}

#[test]
fn c33_headers_for_a_gateway_are_prefixed_and_those_of_a_raw_call_are_not() {
    let container = Container::start();
    let raw = container.tell("header X-Answer 42");
    assert_eq!((raw.header("x-answer"), raw.header("fn-http-h-x-answer")), (Some("42"), None));
    let gateway = container.call(&Call::new("header X-Answer 42").gateway("GET", "/"));
    assert_eq!((gateway.header("x-answer"), gateway.header("fn-http-h-x-answer")), (None, Some("42")));
    assert_eq!(gateway.header("content-type"), Some("text/plain"));
    assert_eq!(gateway.header("fn-http-h-content-type"), None);
}

#[test]
fn c35_the_call_id_is_not_sent_back_and_framing_is_not_the_handlers() {
    let container = Container::start();
    let answer = container.call(&Call::new("header Fn-Call-Id 01MINE").header("Fn-Call-Id", "01CALL"));
    assert_eq!(answer.header("fn-call-id"), None);
    for header in ["Content-Length 3", "Transfer-Encoding chunked", "Connection close", "Upgrade h2c"] {
        let answer = container.tell(&format!("header {header}"));
        assert_eq!(answer.text(), "a header", "{header}");
        assert_eq!((answer.header("transfer-encoding"), answer.header("connection")), (None, None));
    }
}

#[test]
fn c26_a_reply_that_cannot_be_sent_is_a_failure_with_a_line() {
    let container = Container::start();
    for (command, code) in [("no-json", "A0724"), ("header Bad\u{e9}Name x", "A0725")] {
        assert_eq!(container.call(&Call::new(command).header("Fn-Call-Id", "01BAD")).status, 502);
        let line = container.logged(code);
        assert!(line.contains("01BAD"), "{line}");
    }
}

#[test]
fn c26_what_is_no_request_is_answered_with_502_and_a_line() {
    let container = Container::start();
    let many = format!("POST /call HTTP/1.1\r\n{}\r\n", "X-Many: 1\r\n".repeat(300));
    let long_path = format!("POST /{} HTTP/1.1\r\n\r\n", "p".repeat(70_000));
    let cases = [
        "nonsense\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "POST /call HTTP/3.0\r\n\r\n",
        "POST /a path HTTP/1.1\r\n\r\n",
        "POST /call HTTP/1.1\r\nno header\r\n\r\n",
        "POST /call HTTP/1.1\r\nBad Name: x\r\n\r\n",
        "POST /call HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        "POST /call HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /call HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        &many,
        &long_path,
    ];
    for (number, sent) in (1..).zip(cases) {
        let mut connection = container.connect().unwrap();
        connection.try_send(sent.as_bytes());
        let answer = connection.answer();
        assert_eq!((answer.status, answer.body.len()), (502, 0), "{:.60}", sent);
        assert!(connection.is_closed());
        let mut later = container.connect().unwrap();
        assert_eq!(later.call(&Call::new("echo")).text(), "echo");
        // The same on a connection that has been used.
        later.try_send(sent.as_bytes());
        assert_eq!(later.answer().status, 502, "{:.60}", sent);
        assert!(later.is_closed());
        // No call waits for these lines, so they may come after the answer.
        until("both lines", || (container.stderr().matches("A0727").count() == 2 * number).then_some(()));
    }
    assert_eq!(container.counted(), (22 / 2, 22 / 2));
}

#[test]
fn c26_a_head_without_end_is_answered_with_502() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    connection.try_send(b"POST /call HTTP/1.1\r\nX-Long: ");
    connection.try_send(&vec![b'x'; 1 << 20]);
    assert_eq!(connection.answer().status, 502);
    assert_eq!(container.tell("echo").text(), "echo");
}

#[test]
fn b17_a_hundred_and_more_headers_are_read() {
    let container = Container::start();
    let call = (0..200).fold(Call::new("echo"), |call, number| call.header(&format!("X-{number}"), "1"));
    assert_eq!(container.call(&call).text(), "echo");
}
