//! The log: clause 55 of section E and clause 60 of section F.

use serde_json::Value;

use crate::agent::Call;
use crate::container::{Container, Options};

fn framed(options: Options) -> Options {
    options.with("FN_LOGFRAME_NAME", "frame").with("FN_LOGFRAME_HDR", "Fn-Call-Id")
}

#[test]
fn e55_the_frame_is_on_both_streams_before_the_handlers_own_lines() {
    let container = Container::start_with(framed);
    let mut connection = container.connect().unwrap();
    for id in ["01A", "01B"] {
        assert_eq!(connection.call(&Call::new("log").header("fn-call-id", id)).text(), "logged");
    }
    assert_eq!(container.stdout(), "\nframe=01A\n\nframe=01B\n");
    let handled = |id| format!("{{\"call_id\":\"{id}\",\"level\":\"info\",\"message\":\"handled\"}}");
    let expected = format!("\nframe=01A\n{}\n\nframe=01B\n{}\n", handled("01A"), handled("01B"));
    assert_eq!(container.stderr(), expected);
}

#[test]
fn e55_without_the_header_or_a_name_there_is_no_frame() {
    let container = Container::start_with(framed);
    assert_eq!(container.tell("echo").status, 200);
    assert_eq!((container.stdout(), container.stderr()), (String::new(), String::new()));

    for change in [
        |options: Options| options.with("FN_LOGFRAME_NAME", "frame"),
        |options: Options| options.with("FN_LOGFRAME_HDR", "Fn-Call-Id"),
        |options: Options| options.with("FN_LOGFRAME_NAME", "").with("FN_LOGFRAME_HDR", "Fn-Call-Id"),
        |options: Options| {
            options.with("FN_LOGFRAME_NAME", "frame").with("FN_LOGFRAME_HDR", "no such header")
        },
    ] {
        let container = Container::start_with(change);
        assert_eq!(container.call(&Call::new("echo").header("Fn-Call-Id", "01A")).status, 200);
        assert_eq!((container.stdout(), container.stderr()), (String::new(), String::new()));
    }
}

#[test]
fn e55_a_frames_value_stays_on_its_line() {
    let container = Container::start_with(framed);
    container.call(&Call::new("echo").header("Fn-Call-Id", "a\tb"));
    assert_eq!(container.stdout(), "\nframe=ab\n");
}

#[test]
fn f60_every_event_is_one_line_of_json_that_is_out_before_the_reply() {
    let container = Container::start();
    let mut connection = container.connect().unwrap();
    for (events, command) in
        (1..).zip(["log", "panic", "no-json", "status 1", "big 7000000", "big-headers 20000"])
    {
        connection.call(&Call::new(command).header("Fn-Call-Id", "01LOG"));
        // Read once, at once: a line that came after the reply would be missing.
        let log = container.stderr();
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        assert_eq!(lines.len(), events, "{command}: {log}");
        for line in lines {
            assert_eq!(line["call_id"], "01LOG");
            assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
        }
    }
    assert_eq!(container.stdout(), "");
}
