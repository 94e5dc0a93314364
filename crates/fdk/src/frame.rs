//! The log frame: the line that tells a log collector which call the lines after it belong to (contract clause 55).

use std::io::{self, Write};

use http::{HeaderMap, HeaderName};

/// What to print before a call, from `FN_LOGFRAME_NAME` and `FN_LOGFRAME_HDR`.
#[derive(Clone, Debug)]
pub(crate) struct LogFrame {
    name: String,
    header: HeaderName,
}

impl LogFrame {
    /// `None` unless both are given; a name that no header can have matches no header, so it is as good as none.
    pub(crate) fn new(name: Option<String>, header: Option<String>) -> Option<Self> {
        let name = printable(&name?);
        let header = HeaderName::from_bytes(header?.as_bytes()).ok()?;
        (!name.is_empty()).then_some(Self { name, header })
    }

    /// Prints the frame to stdout and to stderr, if the request has the header.
    pub(crate) fn print(&self, headers: &HeaderMap) {
        let Some(text) = self.render(headers) else { return };
        let mut stdout = io::stdout().lock();
        let _nobody_to_tell = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        let mut stderr = io::stderr().lock();
        let _nobody_to_tell = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }

    fn render(&self, headers: &HeaderMap) -> Option<String> {
        let value = String::from_utf8_lossy(headers.get(&self.header)?.as_bytes());
        Some(format!("\n{}={}\n", self.name, printable(&value)))
    }
}

/// `text` without its control characters, so that a frame stays one line.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::LogFrame;

    fn frame(name: &str, header: &str) -> Option<LogFrame> {
        LogFrame::new(Some(name.to_owned()), Some(header.to_owned()))
    }

    #[test]
    fn both_names_are_needed() {
        assert!(LogFrame::new(Some("id".to_owned()), None).is_none());
        assert!(LogFrame::new(None, Some("fn-call-id".to_owned())).is_none());
        assert!(frame("", "fn-call-id").is_none());
        assert!(frame("id", "").is_none());
        assert!(frame("id", "not a header").is_none());
    }

    #[test]
    fn the_header_is_found_in_any_case_and_its_value_stays_one_line() {
        let mut headers = HeaderMap::new();
        headers.insert("x-id", HeaderValue::from_bytes(b"a\tb\xff").unwrap());
        assert_eq!(frame("i\nd", "X-Id").unwrap().render(&headers).unwrap(), "\nid=ab\u{fffd}\n");
        assert_eq!(frame("id", "x-other").unwrap().render(&headers), None);
    }
}
