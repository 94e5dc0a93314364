//! Section B: what arrives, and what of it the handler sees.

use std::time::Duration;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::agent::Call;
use crate::container::{Container, until};

/// The call as the handler saw it.
fn seen(container: &Container, change: impl FnOnce(Call) -> Call) -> Value {
    container.call(&change(Call::new("call"))).json()
}

/// The FNV-1a hash as the probe reports it.
fn hash(body: &[u8]) -> String {
    let hash = body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// A body that is no command and differs at every place.
fn body(length: usize) -> Vec<u8> {
    (0..length).map(|place| b'A' + u8::try_from(place * 31 % 61).unwrap()).collect()
}

#[test]
fn b14_a_call_is_answered_on_any_path_and_method() {
    let container = Container::start();
    for line in
        ["POST /", "POST /call/", "PUT /call", "GET /call", "DELETE /x?y=z", "POST http://localhost/call"]
    {
        let mut connection = container.connect().unwrap();
        connection.send(format!("{line} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
        assert_eq!(connection.answer().json()["bytes"], 0, "{line}");
    }
}

#[test]
fn b15_a_chunked_body_arrives_whole_whatever_its_size() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for length in [0, 1, 7, 1_000, 8_191, 65_536, 1_000_000, 6 * 1024 * 1024] {
        let body = body(length);
        for chunk in [1 << 15, length.max(1)] {
            let call = Call::new(&body).in_chunks(chunk, Duration::ZERO);
            let answer = connection.call(&call).json();
            assert_eq!(
                answer,
                json!({"bytes": length, "hash": hash(&body)}),
                "{length} in chunks of {chunk}"
            );
        }
    }
}

#[test]
fn b15_a_body_with_a_length_arrives_too() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for length in [0, 7, 100_000] {
        let body = body(length);
        let head = format!("POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
        connection.send(&[head.as_bytes(), &body].concat());
        assert_eq!(connection.answer().json(), json!({"bytes": length, "hash": hash(&body)}));
    }
}

#[test]
fn b15_chunks_may_come_slowly() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for (size, gap) in [(3, 200), (4, 700), (10, 2_000)] {
        let body = body(10);
        let call = Call::new(&body).in_chunks(size, Duration::from_millis(gap));
        assert_eq!(
            connection.call(&call).json(),
            json!({"bytes": 10, "hash": hash(&body)}),
            "gaps of {gap} ms"
        );
    }
}

#[test]
fn b15_a_request_may_come_byte_by_byte() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    let call = Call::new(body(40)).header("X-Slow", "yes").in_chunks(7, Duration::ZERO);
    for byte in call.bytes() {
        connection.send(&[byte]);
    }
    assert_eq!(connection.answer().json(), json!({"bytes": 40, "hash": hash(&body(40))}));
}

#[test]
fn b15_chunks_may_have_extensions_and_a_trailer() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    connection.send(&Call::new("").header("Trailer", "X-Sum").head());
    connection.send(b"7;name=value\r\nchunk-a\r\n0007\r\nchunk-b\r\n0\r\nX-Sum: 1\r\n\r\n");
    assert_eq!(connection.answer().json()["hash"], hash(b"chunk-achunk-b"));
    assert_eq!(connection.call(&Call::new("echo")).text(), "echo");
}

#[test]
fn b16_a_content_type_may_be_absent_or_wrong() {
    let container = Container::start();
    assert_eq!(seen(&container, |call| call)["content_type"], Value::Null);
    for content_type in
        ["application/json", "application/octet-stream", "application/x-www-form-urlencoded", "nonsense"]
    {
        let seen = seen(&container, |call| call.header("Content-Type", content_type));
        assert_eq!(seen["content_type"], content_type);
    }
}

#[test]
fn b17_the_platforms_headers_are_read() {
    let container = Container::start();
    let seen = seen(&container, |call| {
        call.header("Fn-Call-Id", "01CALL").header("Fn-Intent", "cloudevent").header("Fn-Invoke-Type", "sync")
    });
    assert_eq!(seen["call_id"], "01CALL");
    assert_eq!(seen["intent"], "CloudEvent");
    assert_eq!(seen["detached"], false);
    assert_eq!(seen["gateway"], Value::Null);
}

#[test]
fn b17_a_deadline_is_read_in_any_time_zone_and_need_not_be_there() {
    let container = Container::start();
    let remaining = |header: Option<String>| {
        let answer = seen(&container, |call| match header {
            Some(value) => call.header("Fn-Deadline", &value),
            None => call,
        });
        answer["remaining_ms"].as_u64().unwrap()
    };
    let then = Timestamp::now() + SignedDuration::from_secs(600);
    for seconds in [0, 19_800, -12_600, 50_400] {
        let offset = Offset::from_seconds(seconds).unwrap();
        let left = remaining(Some(then.display_with_offset(offset).to_string()));
        assert!((500_000..=600_000).contains(&left), "{left} ms at {offset}");
    }
    let left = remaining(Some(then.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()));
    assert!((500_000..=600_000).contains(&left), "{left} ms for whole seconds");
    assert_eq!(remaining(Some("2020-01-01T00:00:00Z".to_owned())), 0);
    for header in [None, Some("soon".to_owned()), Some(String::new())] {
        let left = remaining(header.clone());
        assert!((20_000..=30_000).contains(&left), "{left} ms for {header:?}");
    }
}

#[test]
fn b17_expect_100_continue_is_never_refused() {
    let container = Container::start();
    let call = Call::new("echo continued").header("Expect", "100-continue");

    let mut waits = container.connect().unwrap();
    waits.send(&call.head());
    assert_eq!(waits.try_answer().unwrap().status, 100);
    waits.send(b"e\r\necho continued\r\n0\r\n\r\n");
    assert_eq!(waits.answer().text(), "echo continued");

    let mut does_not_wait = container.connect().unwrap();
    for _ in 0..3 {
        assert_eq!(does_not_wait.call(&call).text(), "echo continued");
    }
    let odd = Call::new("echo").header("Expect", "something-else");
    assert_eq!(does_not_wait.call(&odd).text(), "echo");
}

#[test]
fn b18_forged_headers_make_no_gateway_and_change_no_call_id() {
    let container = Container::start();
    let seen = seen(&container, |call| {
        call.header("Fn-Call-Id", "01CALL")
            .header("Fn-Http-H-Fn-Call-Id", "forged")
            .header("Fn-Http-Method", "DELETE")
            .header("Fn-Http-Request-Url", "/admin")
            .header("Fn-Http-Status", "418")
    });
    assert_eq!(seen["call_id"], "01CALL");
    assert_eq!(seen["intent"], "Raw");
    assert_eq!(seen["gateway"], Value::Null);
}

#[test]
fn b18_a_forged_gateway_call_without_the_rest_is_just_a_call() {
    let container = Container::start();
    let seen = seen(&container, |call| call.header("Fn-Intent", "httprequest"));
    assert_eq!(seen["gateway"]["method"], Value::Null);
    assert_eq!(seen["gateway"]["path"], "/");
}

#[test]
fn b19_headers_arrive_repeated_and_in_any_case() {
    let container = Container::start();
    let seen = seen(&container, |call| {
        call.header("X-Multi", "a")
            .header("x-multi", "b")
            .header("FN-INTENT", "httprequest")
            .header("fN-cALL-iD", "01")
    });
    let headers = seen["headers"].as_array().unwrap();
    let multi: Vec<_> =
        headers.iter().filter(|header| header[0] == "x-multi").map(|header| &header[1]).collect();
    assert_eq!(multi, ["a", "b"]);
    assert_eq!(seen["intent"], "HttpRequest");
    assert_eq!(seen["call_id"], "01");
}

#[test]
fn b20_b21_a_gateways_request_is_told_apart_from_the_call() {
    let container = Container::start();
    for (url, path) in [("http://localhost:8080/t/app/t1?q=1&q=2", "/t/app/t1"), ("/v1/t1?q=1&q=2", "/v1/t1")]
    {
        let seen = seen(&container, |call| {
            call.gateway("PUT", url)
                .header("Content-Type", "text/csv")
                .header("Fn-Call-Id", "01CALL")
                .header("Fn-Http-H-Fn-Call-Id", "the client's")
                .header("Fn-Http-H-Content-Length", "7")
        });
        assert_eq!(seen["call_id"], "01CALL");
        assert_eq!(seen["content_type"], "text/csv");
        let expected = json!({
            "method": "PUT", "url": url, "path": path, "query": "q=1&q=2", "q": "1",
            "call_id": "the client's", "content_length": "7",
        });
        assert_eq!(seen["gateway"], expected);
    }
}

#[test]
fn b22_tracing_headers_pass_untouched() {
    let container = Container::start();
    let seen = seen(&container, |call| call.header("X-B3-TraceId", "4bf92f").header("X-B3-Sampled", "1"));
    let headers = seen["headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!(["x-b3-traceid", "4bf92f"]))
            && headers.contains(&json!(["x-b3-sampled", "1"]))
    );
}

/// Sends what there is of each request and stops talking, or hangs up; the function must use nothing of any.
fn broken_off(container: &Container, requests: &[Vec<u8>], hang_up: bool) {
    let (before, earlier) = (container.counted(), container.stderr().matches("A0726").count());
    for request in requests {
        let mut connection = container.connect().unwrap();
        connection.send(request);
        if !hang_up {
            connection.finish_sending();
            assert_eq!(connection.try_answer().map(|answer| answer.status), Some(502));
            assert!(connection.is_closed());
        }
    }
    let lines = earlier + requests.len();
    until("a line for each", || (container.stderr().matches("A0726").count() == lines).then_some(()));
    assert_eq!(container.counted(), (before.0 + 1, before.1 + 1), "only the calls that ask have begun");
}

#[test]
fn d37_a_body_that_breaks_off_never_reaches_the_handler() {
    let chunked: [&[u8]; 6] =
        [b"", b"1", b"64\r\n", b"64\r\nten bytes.", b"5\r\nwhole\r\n", b"5\r\nwhole\r\n0\r\n"];
    let mut requests: Vec<_> = chunked.map(|sent| [&Call::new("").head(), sent].concat()).into();
    requests.push(b"POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nnine byte".to_vec());
    let container = Container::start();
    for hang_up in [false, true] {
        broken_off(&container, &requests, hang_up);
    }
    assert!(container.logged("A0726").contains("ended before its end"));
}

#[test]
fn d37_a_body_that_is_not_chunked_as_it_says_never_reaches_the_handler() {
    let chunked: [&[u8]; 3] =
        [b"zz\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloworld\r\n0\r\n\r\n", b"ffffffffffffffffff\r\nx"];
    let requests = chunked.map(|sent| [&Call::new("").head(), sent].concat());
    broken_off(&Container::start(), &requests, false);
}
