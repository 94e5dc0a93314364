//! Log lines: one event is one line of JSON on stderr, flushed before this returns.
//!
//! The platform attributes text to a call by time and may freeze the container 50 ms after the reply, so a line must
//! be out before the reply is (contract clauses 57 and 60). What a line says is its caller's business.

use std::io::{self, Write};

use serde::Serialize;

/// Writes `event` to stderr as one line of JSON, in one write, and flushes it.
///
/// An event that cannot be serialized becomes a line with code `A0730` that says so. A stderr that cannot be written
/// to is ignored: there is nobody left to tell.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Stored { level: &'static str, call_id: &'static str, rows: u64 }
///
/// adit_fdk::log::line(&Stored { level: "info", call_id: "01ABC", rows: 3 });
/// ```
pub fn line(event: &impl Serialize) {
    let text = render(event);
    let mut stderr = io::stderr().lock();
    let _nobody_to_tell = stderr.write_all(&text).and_then(|()| stderr.flush());
}

/// An event of the FDK itself.
#[derive(Serialize)]
pub(crate) struct Event<'a> {
    pub(crate) level: &'static str,
    pub(crate) code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call_id: Option<&'a str>,
    pub(crate) message: String,
}

fn render(event: &impl Serialize) -> Vec<u8> {
    // Room for most lines, so that they do not grow into it.
    let mut text = Vec::with_capacity(512);
    if let Err(error) = serde_json::to_writer(&mut text, event) {
        text = unserializable(&error);
    }
    // A string's own line breaks are escaped; what is left stands between tokens (a raw value that was pretty-printed).
    for byte in &mut text {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    text.push(b'\n');
    text
}

fn unserializable(error: &serde_json::Error) -> Vec<u8> {
    let message = format!("a log event cannot be written as JSON: {error}");
    serde_json::to_vec(&Event { level: "error", code: "A0730", call_id: None, message }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::value::RawValue;

    use super::render;

    #[test]
    fn an_event_is_one_line_whatever_it_contains() {
        let text = render(&BTreeMap::from([("message", "two\nlines\r\n")]));
        assert_eq!(text, b"{\"message\":\"two\\nlines\\r\\n\"}\n");
        let pretty = RawValue::from_string("{\n  \"a\": 1\r\n}".to_owned()).unwrap();
        assert_eq!(render(&pretty), b"{   \"a\": 1  }\n");
    }

    #[test]
    fn an_event_that_is_no_json_is_reported_as_such() {
        let text = String::from_utf8(render(&BTreeMap::from([(vec![1], 2)]))).unwrap();
        assert!(text.contains("\"code\":\"A0730\"") && text.contains("key must be a string"), "{text}");
        assert_eq!(text.matches('\n').count(), 1);
    }
}
