//! Section D: what the platform carries, and what a container has.

use std::fs;

use crate::agent::Call;
use crate::container::Container;

const SIX_MIB: usize = 6 * 1024 * 1024;

#[test]
fn d37_a_body_at_the_limit_is_accepted_and_one_byte_more_is_seen_as_too_large() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    assert_eq!(connection.call(&Call::new(vec![b'x'; SIX_MIB])).json()["bytes"], SIX_MIB);
    let over = connection.call(&Call::new(vec![b'x'; SIX_MIB + 1])).json();
    assert_eq!((over["limit"].as_u64(), over["at_least"].as_u64()), (Some(6_291_456), Some(6_291_457)));
}

#[test]
fn d38_a_reply_over_the_limit_is_a_failure_with_a_line_and_the_container_lives() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    assert_eq!(connection.call(&Call::new(format!("big {SIX_MIB}"))).body.len(), SIX_MIB);
    let call = Call::new(format!("big {}", SIX_MIB + 1)).header("Fn-Call-Id", "01BIG");
    assert_eq!(connection.call(&call).status, 502);
    let line = container.logged("A0722");
    assert!(line.contains("01BIG") && line.contains("6291457") && line.contains("6291456"), "{line}");
    assert_eq!(connection.call(&Call::new("echo")).text(), "echo");
}

#[test]
fn d39_reply_headers_over_the_limit_are_a_failure_with_a_line_and_the_container_lives() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    assert_eq!(connection.call(&Call::new("big-headers 15000")).header("x-big").unwrap().len(), 15_000);
    assert_eq!(connection.call(&Call::new("big-headers 16384")).status, 502);
    assert!(container.logged("A0723").contains("at most 16384"));
    assert_eq!(connection.call(&Call::new("echo")).text(), "echo");
}

#[test]
fn d48_a_function_is_one_thread() {
    let container = Container::start();
    for command in ["echo", "sleep 10", "panic", "big 1000000"] {
        container.tell(command);
    }
    let status = fs::read_to_string(format!("/proc/{}/status", container.pid())).unwrap();
    assert!(status.lines().any(|line| line == "Threads:\t1"), "{status}");
}
