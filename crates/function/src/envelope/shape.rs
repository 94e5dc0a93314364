//! Recognises an envelope by its shape. Ordinary records must not be taken for one, and must not wait for it: the first key
//! decides whether there is anything to look at, and then the whole shape must be there, with every field that the service
//! always sends, and for messages with no other.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Envelope;
use super::values::{Keyed, sole, trimmed};

/// The longest key that an envelope begins with, and a little more.
const LONGEST_KEY: usize = 24;

/// The envelope that this body is, unless it is none.
pub(super) fn recognised(body: &[u8]) -> Option<Envelope> {
    let body = trimmed(body);
    let array = body.strip_prefix(b"[");
    match first_key(trimmed(array.unwrap_or(body)))? {
        b"stream" | b"partition" | b"key" | b"value" | b"offset" | b"timestamp" => {
            only(body, StreamMessage::holds).then_some(Envelope::ConnectorHub)
        }
        b"messages" => is_queue_answer(body).then_some(Envelope::Queue),
        b"id" | b"content" | b"receipt" | b"deliveryCount" | b"visibleAfter" | b"expireAfter"
        | b"createdAt" | b"metadata"
            if only(body, QueueMessage::holds) =>
        {
            Some(Envelope::Queue)
        }
        b"cloudEventsVersion"
        | b"contentType"
        | b"data"
        | b"eventID"
        | b"eventTime"
        | b"eventType"
        | b"eventTypeVersion"
        | b"extensions"
        | b"id"
        | b"source"
        | b"specversion"
        | b"subject"
        | b"time"
        | b"type"
        | b"datacontenttype"
        | b"dataschema"
            if is_event(body) =>
        {
            Some(Envelope::Event)
        }
        _ => None,
    }
}

/// The first key of the object at the front, if it is one that has no escapes in it.
fn first_key(text: &[u8]) -> Option<&[u8]> {
    let key = trimmed(text.strip_prefix(b"{")?).strip_prefix(b"\"")?;
    let key = key.get(..LONGEST_KEY).unwrap_or(key);
    key.split(|byte| *byte == b'"').next().filter(|found| found.len() < key.len())
}

/// An event: the attributes that CloudEvents demands, in version 0.1 as Oracle writes it, or in version 1.0.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "cloudEventsVersion", borrow)]
    old_version: Option<Cow<'a, str>>,
    #[serde(rename = "eventType", borrow)]
    old_type: Option<&'a RawValue>,
    #[serde(rename = "eventID", borrow)]
    old_id: Option<&'a RawValue>,
    #[serde(rename = "specversion", borrow)]
    version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    r#type: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

fn is_event(body: &[u8]) -> bool {
    let text = |value: Option<&RawValue>| value.is_some_and(is_text);
    serde_json::from_slice::<Keyed<Event<'_>>>(sole(body)).is_ok_and(|Keyed(event)| {
        let old = event.old_version.as_deref() == Some("0.1") && text(event.old_type) && text(event.old_id);
        let new = event.version.as_deref() == Some("1.0") && text(event.r#type) && text(event.id);
        (old || new) && text(event.source) && event.data.is_some_and(|data| data.get().starts_with('{'))
    })
}

/// A message of a stream, as Streaming's API has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamMessage<'a> {
    #[serde(borrow)]
    stream: &'a RawValue,
    #[serde(borrow)]
    partition: &'a RawValue,
    #[serde(borrow)]
    key: &'a RawValue,
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(borrow)]
    offset: &'a RawValue,
    #[serde(borrow)]
    timestamp: &'a RawValue,
}

impl StreamMessage<'_> {
    fn holds(&self) -> bool {
        is_legible(self.stream)
            && (is_legible(self.partition) || is_whole(self.partition))
            && (is_text(self.key) || is_null(self.key))
            && (is_text(self.value) || is_null(self.value))
            && is_whole(self.offset)
            && (is_text(self.timestamp) || is_whole(self.timestamp))
    }
}

/// A message of a queue, as Queue's API has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct QueueMessage<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    content: &'a RawValue,
    #[serde(borrow)]
    receipt: &'a RawValue,
    #[serde(borrow)]
    delivery_count: &'a RawValue,
    #[serde(borrow)]
    visible_after: &'a RawValue,
    #[serde(borrow)]
    expire_after: &'a RawValue,
    #[serde(rename = "createdAt")]
    _created_at: Option<&'a RawValue>,
    #[serde(rename = "metadata")]
    _metadata: Option<&'a RawValue>,
}

impl QueueMessage<'_> {
    fn holds(&self) -> bool {
        (is_text(self.id) || is_whole(self.id))
            && is_text(self.content)
            && is_text(self.receipt)
            && is_whole(self.delivery_count)
            && is_text(self.visible_after)
            && is_text(self.expire_after)
    }
}

/// What Queue's `GetMessages` answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueAnswer<'a> {
    #[serde(borrow)]
    messages: Vec<Keyed<QueueMessage<'a>>>,
}

fn is_queue_answer(body: &[u8]) -> bool {
    serde_json::from_slice::<Keyed<QueueAnswer<'_>>>(sole(body)).is_ok_and(|Keyed(answer)| {
        !answer.messages.is_empty() && answer.messages.iter().all(|Keyed(message)| message.holds())
    })
}

fn is_text(value: &RawValue) -> bool {
    value.get().starts_with('"')
}

/// A text that can be read: escapes may be of half a character.
fn is_legible(value: &RawValue) -> bool {
    serde_json::from_str::<Cow<'_, str>>(value.get()).is_ok()
}

fn is_whole(value: &RawValue) -> bool {
    value.get().parse::<u64>().is_ok()
}

fn is_null(value: &RawValue) -> bool {
    value.get() == "null"
}

/// Whether a body is an array of nothing but such values, or such values one after another; and at least one. It is read no
/// further than to the first other one.
fn only<'a, T: Deserialize<'a>>(body: &'a [u8], holds: fn(&T) -> bool) -> bool {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    if body.first() == Some(&b'[') {
        return deserializer.deserialize_seq(All(holds)).is_ok_and(|count| count > 0)
            && deserializer.end().is_ok();
    }
    let mut values = deserializer.into_iter::<Keyed<T>>().peekable();
    values.peek().is_some() && values.all(|value| value.is_ok_and(|Keyed(value)| holds(&value)))
}

/// Counts the values of an array, each of which must hold.
struct All<T>(fn(&T) -> bool);

impl<'de, T: Deserialize<'de>> Visitor<'de> for All<T> {
    type Value = usize;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<usize, A::Error> {
        let mut count = 0;
        while let Some(Keyed(value)) = values.next_element()? {
            if !(self.0)(&value) {
                return Err(A::Error::custom("something else"));
            }
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str =
        r#"{"stream":"s","partition":"0","key":null,"value":"e30=","offset":5,"timestamp":1700000000000}"#;
    const QUEUE: &str = r#"{"id":1,"content":"{}","receipt":"r","deliveryCount":1,"visibleAfter":"2026-11-01T00:00:00Z","expireAfter":"2026-11-01T00:00:00Z"}"#;
    const OLD: &str = r#"{"eventType":"t","cloudEventsVersion":"0.1","source":"s","data":{},"eventID":"e"}"#;
    const NEW: &str = r#"{"id":"e","specversion":"1.0","source":"s","type":"t","data":{}}"#;

    fn is(body: &str) -> Option<Envelope> {
        recognised(body.as_bytes())
    }

    #[test]
    fn envelopes_are_recognised_by_their_whole_shape() {
        assert_eq!(is(&format!(" [ {STREAM} , {STREAM} ] ")), Some(Envelope::ConnectorHub));
        assert_eq!(is(&format!("{STREAM}\n{STREAM}\n")), Some(Envelope::ConnectorHub));
        assert_eq!(is(&format!("[{QUEUE}]")), Some(Envelope::Queue));
        assert_eq!(is(QUEUE), Some(Envelope::Queue));
        let answer = format!(r#"{{"messages":[{QUEUE},{QUEUE}]}}"#);
        assert_eq!(is(&answer), Some(Envelope::Queue));
        assert_eq!((is(OLD), is(NEW)), (Some(Envelope::Event), Some(Envelope::Event)));
        // As a client sends them that cuts what it sends.
        assert_eq!(is(&format!("[{OLD}\n]")), Some(Envelope::Event));
        assert_eq!(is(&format!("[{answer}\n]")), Some(Envelope::Queue));
        // The order of keys says nothing, and further ones may be there.
        let turned = r#"{ "data": {"x":[]}, "eventID":"e", "source":"s", "x": 1, "cloudEventsVersion":"0.1", "eventType":"t"}"#;
        assert_eq!(is(turned), Some(Envelope::Event));
        let further = QUEUE.replace("\"receipt\"", r#""createdAt":"x","metadata":{"a":1},"receipt""#);
        assert_eq!(is(&further), Some(Envelope::Queue));
    }

    #[test]
    fn records_that_resemble_messages_stay_records() {
        for body in [
            "",
            "[]",
            "{}",
            "{\"",
            "[{",
            "nonsense",
            r#"{"name":"a"}"#,
            r#"[{"id":1,"name":"a"},{"id":2,"name":"b"}]"#,
            r#"[{"id":1,"content":"a"}]"#,
            r#"{"id":1,"content":"a"}"#,
            r#"[{"key":"a","value":"b"}]"#,
            r#"{"key":"a","value":"b"}"#,
            r#"{"messages":[]}"#,
            r#"{"messages":[{"id":1}]}"#,
            r#"{"messages":"text"}"#,
            r#"{"type":"t","source":"s","id":"i","data":{}}"#,
            r#"{"source":"s","eventType":"t","eventID":"e","data":{}}"#,
            r#"{"eventType":"login","source":"web","data":{"user":1}}"#,
            r#"{"stream":"s"}"#,
        ] {
            assert_eq!(is(body), None, "{body}");
        }
        // One of them that is no message is enough, wherever it stands; so is one field more, one less, one of another type.
        for other in [
            r#"{"name":"a"}"#.to_owned(),
            "5".to_owned(),
            STREAM.replace("\"stream\"", "\"extra\":1,\"stream\""),
            STREAM.replace(r#""key":null,"#, ""),
            STREAM.replace(r#""value":"e30=","#, ""),
            STREAM.replace(":5,", ":\"5\","),
            STREAM.replace(":5,", ":-5,"),
            STREAM.replace(":5,", ":5.5,"),
            STREAM.replace("\"e30=\"", "{}"),
        ] {
            for body in [
                format!("[{STREAM},{other}]"),
                format!("[{other},{STREAM}]"),
                format!("{STREAM}\n{other}"),
                format!("[{STREAM}]{other}"),
            ] {
                assert_eq!(is(&body), None, "{body}");
            }
        }
        for body in [
            format!("{OLD}\n{OLD}"),
            format!("[{OLD},{OLD}]"),
            format!("[[{OLD}]]"),
            format!("{NEW} x"),
            OLD.replace("0.1", "0.2"),
        ] {
            assert_eq!(is(&body), None, "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_cut_of_an_envelope_ends(cut in 0..400_usize) {
            let whole = format!(r#"[{STREAM},{QUEUE}]{{"messages":[{QUEUE}]}}{OLD}{NEW}"#);
            for part in [whole.get(..cut), whole.get(cut..)].into_iter().flatten() {
                let _ = is(part);
            }
        }
    }
}
