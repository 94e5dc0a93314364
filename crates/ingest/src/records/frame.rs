//! Where a JSON payload's records begin and end, sans-IO: an object, an array of records, `{"rows": […]}`, or records one
//! after another (NDJSON). What stands inside a record is the JSON library's to read, not this module's.

use std::ops::Range;

/// Finds records in a buffer that may not hold the whole payload yet.
#[derive(Debug, Default)]
pub(crate) struct Framer {
    place: Place,
    scan: Scan,
}

/// What the framer says of the buffer it was shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A record at this range of the buffer; go on behind it.
    Record(Range<usize>),
    /// Nothing more in this buffer: the bytes before `keep_from` are done with.
    NeedMore {
        /// Where the unfinished rest begins.
        keep_from: usize,
    },
    /// The payload is complete.
    End,
    /// It is not a payload.
    Malformed {
        /// The byte of the buffer where it stops to be one.
        at: usize,
        /// What was expected there.
        expected: &'static str,
    },
}

/// Where in the payload the next byte stands, outside of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before anything.
    #[default]
    Start,
    /// Between records that follow one another.
    Between,
    /// In an array, before its first element.
    ArrayOpen,
    /// In an array, behind a comma.
    Element,
    /// In an array, behind an element.
    AfterElement,
    /// Behind the array of `{"rows": […]}`.
    EnvelopeEnd,
    /// Behind everything: only white space may follow.
    Done,
}

/// How far the record at the front of the buffer was looked through: it is not looked through twice.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    looked: usize,
    depth: usize,
    in_string: bool,
    envelope: bool,
}

impl Framer {
    /// The next record in `buffer` at or behind `from`. `at_end`: no byte follows the buffer.
    ///
    /// After `NeedMore` the caller drops what stands before `keep_from`, appends, and asks again from 0.
    pub(crate) fn next(&mut self, buffer: &[u8], from: usize, at_end: bool) -> Frame {
        let mut at = from;
        loop {
            let Some(start) = skip_space(buffer, at) else {
                return self.at_end_of(buffer.len(), at_end);
            };
            let Some(&byte) = buffer.get(start) else {
                return self.at_end_of(buffer.len(), at_end);
            };
            at = start + 1;
            match (self.place, byte) {
                (Place::Start, b'[') => self.place = Place::ArrayOpen,
                (Place::ArrayOpen, b']') | (Place::AfterElement, b']') => {
                    self.place = if self.scan.envelope { Place::EnvelopeEnd } else { Place::Done };
                }
                (Place::AfterElement, b',') => self.place = Place::Element,
                (Place::EnvelopeEnd, b'}') => self.place = Place::Done,
                (Place::Start, b'{') => match envelope_of(buffer, start, at_end) {
                    Envelope::Rows { inside } => {
                        self.scan.envelope = true;
                        self.place = Place::ArrayOpen;
                        at = inside;
                    }
                    Envelope::Unclear => return Frame::NeedMore { keep_from: start },
                    Envelope::Record => return self.record(buffer, start, at_end),
                },
                (Place::AfterElement, _) => {
                    return Frame::Malformed { at: start, expected: "`,` or `]` behind a record" };
                }
                (Place::EnvelopeEnd, _) => {
                    return Frame::Malformed {
                        at: start,
                        expected: "`}`: beside \"rows\" nothing may stand",
                    };
                }
                (Place::Done, _) => {
                    return Frame::Malformed { at: start, expected: "the end of the payload" };
                }
                (_, b',' | b']' | b'}' | b':') => {
                    return Frame::Malformed { at: start, expected: "a record" };
                }
                (Place::Start | Place::Between | Place::ArrayOpen | Place::Element, _) => {
                    return self.record(buffer, start, at_end);
                }
            }
        }
    }

    /// The payload is nothing but records one after another, whatever the first of them looks like.
    pub(crate) fn expect_records(&mut self) {
        self.place = Place::Between;
    }

    /// Whether the records found so far are elements of an array.
    pub(crate) fn in_array(&self) -> bool {
        !matches!(self.place, Place::Start | Place::Between)
    }

    fn at_end_of(&mut self, length: usize, at_end: bool) -> Frame {
        if !at_end {
            return Frame::NeedMore { keep_from: length };
        }
        match self.place {
            Place::Start | Place::Between | Place::Done => Frame::End,
            Place::ArrayOpen | Place::Element | Place::AfterElement => {
                Frame::Malformed { at: length, expected: "`]`: the payload ends inside its array" }
            }
            Place::EnvelopeEnd => Frame::Malformed { at: length, expected: "`}` at the end" },
        }
    }

    /// Looks for the end of the record that begins at `start`.
    fn record(&mut self, buffer: &[u8], start: usize, at_end: bool) -> Frame {
        let rest = buffer.get(start..).unwrap_or_default();
        match find_end(rest, &mut self.scan) {
            Some(length) => {
                self.scan = Scan { envelope: self.scan.envelope, ..Scan::default() };
                self.place = match self.place {
                    Place::Start | Place::Between => Place::Between,
                    _ => Place::AfterElement,
                };
                Frame::Record(start..start + length)
            }
            None if !at_end => Frame::NeedMore { keep_from: start },
            // A bare word or number at the end of the payload has no other end.
            None if self.scan.depth == 0 && !self.scan.in_string && !rest.starts_with(b"{") => {
                self.place = if self.place == Place::Start { Place::Between } else { self.place };
                self.scan = Scan { envelope: self.scan.envelope, ..Scan::default() };
                Frame::Record(start..buffer.len())
            }
            None => Frame::Malformed {
                at: buffer.len(),
                expected: "the rest of a record: the payload is cut off",
            },
        }
    }
}

/// The length of the value at the front of `text`, or `None` if it goes on behind it.
fn find_end(text: &[u8], scan: &mut Scan) -> Option<usize> {
    loop {
        let rest = text.get(scan.looked..)?;
        if scan.in_string {
            let found = memchr::memchr2(b'"', b'\\', rest);
            match found.map(|found| (found, rest.get(found))) {
                Some((found, Some(b'"'))) => {
                    scan.looked += found + 1;
                    scan.in_string = false;
                    if scan.depth == 0 {
                        return Some(scan.looked);
                    }
                }
                // A backslash hides the byte behind it; that byte may not be here yet.
                Some((found, _)) if found + 1 < rest.len() => scan.looked += found + 2,
                Some((found, _)) => {
                    scan.looked += found;
                    return None;
                }
                None => {
                    scan.looked = text.len();
                    return None;
                }
            }
            continue;
        }
        let step = rest.iter().position(|byte| {
            matches!(byte, b'"' | b'{' | b'[' | b'}' | b']')
                || (scan.depth == 0 && matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n'))
        });
        let Some(step) = step else {
            scan.looked = text.len();
            return None;
        };
        scan.looked += step;
        match rest.get(step) {
            // So a bare word or number ends before what separates it, or before what begins another value.
            Some(b'"' | b'{' | b'[') if scan.depth == 0 && scan.looked > 0 => return Some(scan.looked),
            Some(b'"') => scan.in_string = true,
            Some(b'{' | b'[') => scan.depth += 1,
            Some(b'}' | b']') if scan.depth > 1 => scan.depth -= 1,
            Some(b'}' | b']') if scan.depth == 1 => {
                scan.depth = 0;
                return Some(scan.looked + 1);
            }
            _ => return Some(scan.looked),
        }
        scan.looked += 1;
    }
}

enum Envelope {
    Rows { inside: usize },
    Record,
    Unclear,
}

/// Whether the object at `start` begins with `{"rows": [`.
fn envelope_of(buffer: &[u8], start: usize, at_end: bool) -> Envelope {
    let mut at = start + 1;
    for word in [&b"\"rows\""[..], b":", b"["] {
        let Some(found) = skip_space(buffer, at) else {
            return if at_end { Envelope::Record } else { Envelope::Unclear };
        };
        let rest = buffer.get(found..).unwrap_or_default();
        if rest.len() < word.len() && word.starts_with(rest) && !at_end {
            return Envelope::Unclear;
        }
        if !rest.starts_with(word) {
            return Envelope::Record;
        }
        at = found + word.len();
    }
    Envelope::Rows { inside: at }
}

/// The first byte at or behind `from` that is not JSON's white space.
fn skip_space(buffer: &[u8], from: usize) -> Option<usize> {
    let rest = buffer.get(from..)?;
    rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).map(|found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All records of a payload, fed `step` bytes at a time.
    fn records(payload: &str, step: usize) -> Result<Vec<String>, (usize, &'static str)> {
        let mut framer = Framer::default();
        let (mut buffer, mut fed, mut base, mut from, mut found) = (Vec::new(), 0, 0, 0, Vec::new());
        loop {
            match framer.next(&buffer, from, fed == payload.len()) {
                Frame::Record(range) => {
                    found.push(String::from_utf8(buffer[range.clone()].to_vec()).unwrap());
                    from = range.end;
                }
                Frame::NeedMore { keep_from } => {
                    buffer.drain(..keep_from);
                    base += keep_from;
                    from = 0;
                    let next = (fed + step).min(payload.len());
                    buffer.extend_from_slice(&payload.as_bytes()[fed..next]);
                    fed = next;
                }
                Frame::End => return Ok(found),
                Frame::Malformed { at, expected } => return Err((base + at, expected)),
            }
        }
    }

    fn all(payload: &str) -> Result<Vec<String>, (usize, &'static str)> {
        let whole = records(payload, payload.len().max(1));
        for step in [1, 2, 3, 7] {
            assert_eq!(records(payload, step), whole, "in steps of {step}: {payload}");
        }
        whole
    }

    #[test]
    fn every_shape_of_a_payload() {
        let two = vec![r#"{"a":"x,]}\"\\"}"#.to_owned(), r#"{"b":[1,{"c":"["}]}"#.to_owned()];
        let (a, b) = (&two[0], &two[1]);
        assert_eq!(all(&format!(" {a} ")).unwrap(), two[..1]);
        assert_eq!(all(&format!("{a}\n{b}\n")).unwrap(), two);
        assert_eq!(all(&format!("{a}{b}")).unwrap(), two);
        assert_eq!(all(&format!("[{a},\n {b}]")).unwrap(), two);
        assert_eq!(all(&format!("{{ \"rows\" : [{a},{b}] }}")).unwrap(), two);
        assert_eq!(all("[]").unwrap(), [""; 0]);
        assert_eq!(all("").unwrap(), [""; 0]);
        assert_eq!(all(r#"{"rows": 5}"#).unwrap(), [r#"{"rows": 5}"#]);
        assert_eq!(all(r#"{"row"#).unwrap_err().0, 5);
    }

    #[test]
    fn what_is_no_record_is_passed_on_as_one() {
        assert_eq!(all("[1, \"two\", [3], null]").unwrap(), ["1", "\"two\"", "[3]", "null"]);
        assert_eq!(all("nonsense").unwrap(), ["nonsense"]);
        assert_eq!(all(r#"5{"a":1}7"x"[8]"#).unwrap(), ["5", r#"{"a":1}"#, "7", r#""x""#, "[8]"]);
    }

    #[test]
    fn faults_have_a_place() {
        for (payload, at) in [
            ("[{} {}]", 4),
            ("[{},]", 4),
            ("[{}", 3),
            ("{\"a\":1", 6),
            ("{\"a\":\"x", 7),
            ("[{}] {}", 5),
            ("{\"rows\":[{}],\"x\":1}", 12),
            ("{\"rows\":[{}]", 12),
            ("}", 0),
            ("[,{}]", 1),
        ] {
            assert_eq!(all(payload).map_err(|(at, _)| at), Err(at), "{payload}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_end(payload in proptest::collection::vec(
            proptest::sample::select(b"{}[]\",:\\ \nx1rows".to_vec()), 0..40)) {
            let text = String::from_utf8(payload).unwrap();
            let _ = all(&text);
        }
    }
}
