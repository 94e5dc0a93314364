//! Messages of a queue: what Queue's API answers to `GetMessages`, or its messages in an array. What Connector Hub makes of them
//! on the way to a function is not documented, so a message may also be its content alone.

use std::borrow::Cow;

use adit_fdk::Bytes;
use adit_ingest::BatchId;
use adit_oci::sign::content_sha256;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::lines::{Fault, Lines};
use super::values::Keyed;
use super::{Envelope, EnvelopeError, ShapeFault, own_batch, values};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    messages: &'a RawValue,
}

#[derive(Default, Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    content: Option<&'a RawValue>,
}

/// A null that stands there is not the same as nothing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// The records of the messages, and the name of the batch that they are.
pub(super) fn open(body: &[u8]) -> Result<(Bytes, Option<BatchId>), EnvelopeError> {
    records(body).map_err(|fault| EnvelopeError::Shape { envelope: Envelope::Queue, fault })
}

fn records(body: &[u8]) -> Result<(Bytes, Option<BatchId>), ShapeFault> {
    let body = match serde_json::from_slice(values::sole(body)) {
        Ok(Keyed(Answer { messages })) => messages.get().as_bytes(),
        Err(_) => body,
    };
    let mut lines = Lines::new();
    let mut named = Vec::new();
    let mut count = 0;
    values::each(body, &mut |message| {
        let index = count;
        count += 1;
        let Message { id, content } = match message.get().starts_with('{') {
            true => serde_json::from_str(message.get())
                .map_err(|_| ShapeFault::Message { index, expected: "a message with each key once" })?,
            false => Message::default(),
        };
        // Without a content it is one itself.
        let content = content.unwrap_or(message).get();
        if let Some(id) = id {
            named.push((id.get().trim_matches('"'), content));
        }
        if let Err(fault) = add(&mut lines, content) {
            lines.add_fault(index, fault, content);
        }
        Ok::<(), ShapeFault>(())
    })?;
    let batch = if named.len() == count { name(named) } else { None };
    Ok((lines.finish(), batch))
}

/// Adds the records of a content, which is JSON in a text, or JSON itself.
fn add(lines: &mut Lines, content: &str) -> Result<(), Fault> {
    match content {
        "null" => Err(Fault::NoContent),
        text if text.starts_with('"') => {
            let text: Cow<'_, str> = serde_json::from_str(text).map_err(|_| Fault::NotUtf8)?;
            lines.add(text.as_bytes())
        }
        json => lines.add(json.as_bytes()),
    }
}

/// Names a batch by the messages' ids, which stay the same when messages are delivered again. Two queues may give the same ids,
/// and a body does not say of which queue it is: the contents belong to the name.
fn name(mut messages: Vec<(&str, &str)>) -> Option<BatchId> {
    messages.sort_unstable();
    let (first, last) = (messages.first()?.0, messages.last()?.0);
    let mut all = String::new();
    for (id, content) in &messages {
        all.extend([id, "\0", content, "\0"]);
    }
    let digest = content_sha256(all.as_bytes());
    own_batch("queue", &format!("{first}..{last}#{} sha256:{digest}", messages.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        String::from_utf8(open(body.as_bytes()).unwrap().0.to_vec()).unwrap()
    }

    fn batch(body: &str) -> Option<BatchId> {
        open(body.as_bytes()).unwrap().1
    }

    #[test]
    fn contents_become_records_in_every_shape() {
        let one = r#"{"id":2,"content":"{\"a\":1}","receipt":"r"}"#;
        let two = r#"{"id":1,"content":"[{\"a\":2},{\"a\":3}]"}"#;
        let records = "[{\"a\":1},\n{\"a\":2},\n{\"a\":3}]";
        for body in [
            format!(r#"{{"messages":[{one},{two}]}}"#),
            format!("[{one},{two}]"),
            format!("{one}\n{two}"),
            r#"["{\"a\":1}", "{\"a\":2}\n{\"a\":3}"]"#.to_owned(),
            r#"[{"a":1},{"a":2},{"a":3}]"#.to_owned(),
            r#"[{"content":{"a":1}},{"content":[{"a":2},{"a":3}]}]"#.to_owned(),
        ] {
            assert_eq!(text(&body), records, "{body}");
        }
    }

    #[test]
    fn an_array_is_never_taken_for_the_fields_of_an_object() {
        assert_eq!(text(r#"[[[{"a":1}]]]"#), r#"[[{"a":1}]]"#);
        assert_eq!(text(r#"[[7,"{}"]]"#), "[7,\n\"{}\"]");
    }

    #[test]
    fn a_message_at_fault_stands_in_its_place() {
        let body = r#"[{"content":"nope"},{"content":null},{"content":""},"\ud800",{"content":"{}"}]"#;
        let records: Vec<serde_json::Value> = serde_json::from_str(&text(body)).unwrap();
        assert_eq!(
            records,
            [
                serde_json::json!("message 0 is not JSON: \"nope\""),
                serde_json::json!("message 1 is empty: null"),
                serde_json::json!("message 2 is empty: \"\""),
                serde_json::json!("message 3 is not UTF-8: \"\\ud800\""),
                serde_json::json!({}),
            ]
        );
    }

    #[test]
    fn a_batch_is_named_by_its_messages() {
        let two = r#"[{"id":2,"content":"{}"},{"id":"1","content":"{}"}]"#;
        let turned = r#"{"messages":[{"id":1,"content":"{}","deliveryCount":2},{"id":2,"content":"{}"}]}"#;
        assert!(batch(two).is_some());
        assert_eq!(batch(two), batch(turned), "in any order, delivered again");
        assert_ne!(batch(two), batch(&two.replace("\"{}\"}]", "\"{ }\"}]")), "of another queue");
        for unnamed in ["[]", r#"[{"content":"{}"},{"id":2,"content":"{}"}]"#, r#"["{}"]"#] {
            assert_eq!(batch(unnamed), None, "{unnamed}");
        }
    }

    #[test]
    fn what_is_no_queue_is_said_with_its_place() {
        for (body, said) in [
            ("[{", "it is not JSON from line 1, column 2 on"),
            (r#"["{}", {"id":1,"id":2}]"#, "message 1: expected a message with each key once"),
        ] {
            let error = open(body.as_bytes()).unwrap_err();
            assert!(error.code() == "A0640" && error.to_string().ends_with(said), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_body_ends(body: Vec<u8>, text in "[\\[{]?.{0,40}") {
            let _ = open(&body);
            let _ = open(text.as_bytes());
        }
    }
}
