//! Section B on connections (clauses 23 to 25): they are kept, never timed, and there may be many.

use std::thread::{self, sleep};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, prlimit};

use crate::agent::Call;
use crate::container::Container;

fn echo(text: &str) -> Call {
    Call::new(format!("echo {text}"))
}

#[test]
fn b23_a_connection_is_kept_over_gaps() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for gap in [0, 0, 0, 50, 500, 1_500] {
        sleep(Duration::from_millis(gap));
        let answer = connection.call(&echo("kept"));
        assert_eq!(answer.text(), "echo kept");
        assert_eq!(answer.header("connection"), None);
    }
}

#[test]
fn b23_a_connection_may_close_at_any_time() {
    let container = Container::start();
    drop(container.connect().unwrap());
    let mut connection = container.connect().unwrap();
    connection.send(b"POST /ca");
    drop(connection);
    let mut connection = container.connect().unwrap();
    assert_eq!(connection.call(&echo("then")).text(), "echo then");
    drop(connection);
    assert_eq!(container.call(&echo("again")).text(), "echo again");
}

#[test]
fn b23_d48_300_connections_in_turn_need_few_file_descriptors() {
    let container = Container::start();
    let limit = Rlimit { current: Some(24), maximum: Some(350) };
    prlimit(Some(container.pid()), Resource::Nofile, limit).unwrap();
    for _ in 0..300 {
        assert_eq!(container.call(&echo("one")).text(), "echo one");
    }
}

#[test]
fn d48_a_function_without_file_descriptors_recovers() {
    let container = Container::start();
    let limit = Rlimit { current: Some(24), maximum: Some(350) };
    prlimit(Some(container.pid()), Resource::Nofile, limit).unwrap();
    let crowd: Vec<_> = (0..40).map(|_| container.connect().unwrap()).collect();
    let line = container.logged("A0728");
    assert!(line.contains("cannot be accepted"), "{line}");
    drop(crowd);
    assert_eq!(container.call(&echo("recovered")).text(), "echo recovered");
}

#[test]
fn b23_connections_are_served_side_by_side() {
    let container = Container::start();
    let mut slow = container.connect().unwrap();
    slow.send(&Call::new("sleep 1000").bytes());
    let mut crowd: Vec<_> = (0..50).map(|_| container.connect().unwrap()).collect();
    for round in 0..3 {
        for connection in &mut crowd {
            connection.send(&echo("crowd").bytes());
        }
        for connection in &mut crowd {
            assert_eq!(connection.answer().text(), "echo crowd", "round {round}");
        }
    }
    assert_eq!(slow.answer().text(), "slept");
}

#[test]
fn b23_requests_may_follow_each_other_without_a_pause() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    let texts: Vec<_> = (0..20).map(|number| format!("echo {number}")).collect();
    connection.send(&texts.iter().flat_map(|text| Call::new(text).bytes()).collect::<Vec<_>>());
    for text in texts {
        assert_eq!(connection.answer().text(), text);
    }
}

/// The longest default time-out of the HTTP library underneath is 30 seconds, for a request's head.
const LONGER_THAN_ANY_DEFAULT: Duration = Duration::from_secs(31);

#[test]
fn b24_nothing_on_a_connection_times_out() {
    let container = Container::start();
    let whole = echo("late").bytes();
    thread::scope(|scope| {
        for used in [false, true] {
            for sent in [0, 10, whole.len() - 15, whole.len() - 1] {
                let (container, (early, late)) = (&container, whole.split_at(sent));
                scope.spawn(move || {
                    let mut connection = container.connect().unwrap();
                    if used {
                        assert_eq!(connection.call(&echo("used")).text(), "echo used");
                    }
                    connection.send(early);
                    sleep(LONGER_THAN_ANY_DEFAULT);
                    connection.send(late);
                    assert_eq!(connection.answer().text(), "echo late", "after {sent} bytes");
                });
            }
        }
    });
}

#[test]
fn b25_a_body_over_the_limit_is_drained_and_the_connection_kept() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    let limit = 6 * 1024 * 1024;
    for length in [limit + 1, 30_000_000] {
        let call = Call::new(vec![b'x'; length]).in_chunks(1 << 15, Duration::ZERO);
        let seen = connection.call(&call).json();
        assert_eq!(seen["limit"], limit);
        assert_eq!(seen["at_least"], length);
    }
    assert_eq!(connection.call(&echo("kept")).text(), "echo kept");
}

#[test]
fn b25_http_1_0_is_answered_in_kind() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    connection.send(b"POST /call HTTP/1.0\r\nContent-Length: 8\r\n\r\necho 1.0");
    let answer = connection.answer();
    assert_eq!((answer.version.as_str(), answer.status, answer.text()), ("HTTP/1.0", 200, "echo 1.0"));
    assert!(connection.is_closed());
}

#[test]
fn b25_a_caller_that_says_close_or_stops_sending_gets_its_answer() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    assert_eq!(connection.call(&echo("last").header("Connection", "close")).text(), "echo last");
    assert!(connection.is_closed());

    let mut connection = container.connect().unwrap();
    connection.send(&Call::new("sleep 300").bytes());
    connection.finish_sending();
    assert_eq!(connection.answer().text(), "slept");
    assert!(connection.is_closed());
}
