//! Messages of a stream, as Connector Hub hands them to a function: an array of what Streaming's API calls a message, with key and
//! value in base64. A stream's partition numbers its messages, so the numbers name the batch.

use std::collections::BTreeMap;

use adit_fdk::Bytes;
use adit_ingest::BatchId;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::lines::{Fault, Lines};
use super::values::Keyed;
use super::{Envelope, EnvelopeError, ShapeFault, own_batch, values};

/// Some senders leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    stream: Option<&'a RawValue>,
    #[serde(borrow)]
    partition: Option<&'a RawValue>,
    #[serde(borrow)]
    offset: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

/// The messages of one partition.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    first: u64,
    last: u64,
    count: u64,
}

/// The records of the messages, and the name of the batch that they are.
pub(super) fn open(body: &[u8]) -> Result<(Bytes, Option<BatchId>), EnvelopeError> {
    records(body).map_err(|fault| EnvelopeError::Shape { envelope: Envelope::ConnectorHub, fault })
}

fn records(body: &[u8]) -> Result<(Bytes, Option<BatchId>), ShapeFault> {
    let mut lines = Lines::new();
    let mut spans: BTreeMap<(String, String), Span> = BTreeMap::new();
    let mut count = 0;
    values::each(body, &mut |message| {
        let index = count;
        count += 1;
        let not = |expected| ShapeFault::Message { index, expected };
        let Keyed(message): Keyed<Message<'_>> =
            serde_json::from_str(message.get()).map_err(|_| not("a message of a stream, an object"))?;
        // Without them the batch could not be known when it comes again.
        let text = |value: Option<&RawValue>| serde_json::from_str::<String>(value?.get()).ok();
        let stream = text(message.stream).ok_or_else(|| not("a text in `stream`"))?;
        let number = |value: &RawValue| value.get().parse::<u64>().ok();
        let partition = text(message.partition)
            .or_else(|| message.partition.and_then(number).map(|number| number.to_string()))
            .ok_or_else(|| not("a text in `partition`"))?;
        let offset = message.offset.and_then(number).ok_or_else(|| not("a whole number in `offset`"))?;
        let span = spans.entry((stream, partition)).or_insert(Span { first: offset, last: offset, count: 0 });
        span.first = span.first.min(offset);
        span.last = span.last.max(offset);
        span.count += 1;
        let value = message.value.map_or("", RawValue::get);
        if let Err(fault) = decoded(value).and_then(|value| lines.add(&value)) {
            lines.add_fault(index, fault, value);
        }
        Ok::<(), ShapeFault>(())
    })?;
    Ok((lines.finish(), name(&spans)))
}

/// What stands in base64 in a JSON value.
fn decoded(value: &str) -> Result<Vec<u8>, Fault> {
    match value {
        "" | "null" => Err(Fault::NoContent),
        value => {
            let text: std::borrow::Cow<'_, str> =
                serde_json::from_str(value).map_err(|_| Fault::NotBase64)?;
            BASE64.decode(text.as_bytes()).map_err(|_| Fault::NotBase64)
        }
    }
}

/// Names a batch by its partitions and the first and last message of each. How many there are in between is said where it does
/// not follow from that: what a task filters out leaves gaps.
fn name(spans: &BTreeMap<(String, String), Span>) -> Option<BatchId> {
    let range = |span: &Span| {
        let whole = span.last - span.first == span.count - 1;
        let count = if whole { String::new() } else { format!("#{}", span.count) };
        format!("{}-{}{count}", span.first, span.last)
    };
    let mut streams: Vec<&str> = spans.keys().map(|(stream, _)| stream.as_str()).collect();
    streams.dedup();
    match streams.as_slice() {
        [] => None,
        [stream] => match spans.iter().next() {
            Some(((_, partition), span)) if spans.len() == 1 => {
                own_batch(&format!("{stream}/{partition}"), &range(span))
            }
            _ => {
                let parts: Vec<String> = spans
                    .iter()
                    .map(|((_, partition), span)| format!("{partition}:{}", range(span)))
                    .collect();
                own_batch(stream, &parts.join(","))
            }
        },
        several => {
            let parts: Vec<String> = spans
                .iter()
                .map(|((stream, partition), span)| format!("{stream}/{partition}:{}", range(span)))
                .collect();
            own_batch(&several.join(","), &parts.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(partition: &str, offset: &str, value: &str) -> String {
        format!(
            r#"{{"stream":"s","partition":{partition},"key":null,"value":{value},"offset":{offset},"timestamp":0}}"#
        )
    }

    fn batch(messages: &[(&str, &str)]) -> Option<BatchId> {
        let messages: Vec<String> =
            messages.iter().map(|(partition, offset)| message(partition, offset, "\"e30=\"")).collect();
        open(format!("[{}]", messages.join(",")).as_bytes()).unwrap().1
    }

    fn text(body: &str) -> String {
        String::from_utf8(open(body.as_bytes()).unwrap().0.to_vec()).unwrap()
    }

    #[test]
    fn values_become_records() {
        let one = message("\"0\"", "5", "\"eyJhIjoxfQ==\"");
        assert_eq!(text(&format!("[{one}]")), r#"[{"a":1}]"#);
        // Padding left out, a slash escaped, messages one after another.
        let two = message("1", "6", r#""eyJhIjoiPz8\/In0""#);
        assert_eq!(text(&format!("{one}\n{two}")), "[{\"a\":1},\n{\"a\":\"???\"}]");
        assert_eq!(text("[]"), "[]");
    }

    #[test]
    fn a_message_is_an_object_and_no_array_of_its_values() {
        let error = open(br#"[["s","0",1,"e30="]]"#).unwrap_err().to_string();
        assert!(error.ends_with("message 0: expected a message of a stream, an object"), "{error}");
    }

    #[test]
    fn a_message_at_fault_stands_in_its_place() {
        let messages = ["\"???\"", "null", "5", "\"bm9wZQ==\"", "\"\"", "\"eyJhIjoxfQ==\""]
            .map(|v| message("0", "1", v));
        let records: Vec<serde_json::Value> =
            serde_json::from_str(&text(&format!("[{}]", messages.join(",")))).unwrap();
        assert_eq!(
            records,
            [
                serde_json::json!("message 0 is not base64: \"???\""),
                serde_json::json!("message 1 is empty"),
                serde_json::json!("message 2 is not base64: 5"),
                serde_json::json!("message 3 is not JSON: \"bm9wZQ==\""),
                serde_json::json!("message 4 is empty: \"\""),
                serde_json::json!({"a": 1}),
            ]
        );
        assert_eq!(text(r#"[{"stream":"s","partition":"0","offset":1}]"#), r#"["message 0 is empty"]"#);
    }

    #[test]
    fn a_batch_is_named_by_its_offsets() {
        let id = |source: &str, batch: &str| Some(BatchId::new(source, batch).unwrap());
        assert_eq!(batch(&[("\"0\"", "5")]), id("s/0", "5-5"));
        assert_eq!(batch(&[("\"0\"", "5"), ("\"0\"", "6"), ("\"0\"", "7")]), id("s/0", "5-7"));
        assert_eq!(batch(&[("\"0\"", "7"), ("0", "5"), ("0", "6")]), id("s/0", "5-7"), "in any order");
        assert_eq!(batch(&[("0", "5"), ("0", "9")]), id("s/0", "5-9#2"), "with gaps");
        assert_eq!(batch(&[("0", "5"), ("0", "5")]), id("s/0", "5-5#2"), "the same twice");
        assert_eq!(batch(&[("1", "3"), ("0", "5"), ("1", "4")]), id("s", "0:5-5,1:3-4"));
        assert_eq!(batch(&[]), None);
        let max = u64::MAX.to_string();
        assert_eq!(batch(&[("0", "0"), ("0", &max)]), id("s/0", &format!("0-{max}#2")));
        let many: Vec<(String, String)> = (0..200).map(|n| (n.to_string(), n.to_string())).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|(p, o)| (p.as_str(), o.as_str())).collect();
        assert_eq!(batch(&many), batch(&many), "too long for the ledger: its digest");
        assert!(batch(&many).is_some());
    }

    #[test]
    fn what_is_no_stream_is_said_with_its_place() {
        for (body, said) in [
            ("{", "it is not JSON from line 1, column 1 on"),
            ("5", "message 0: expected a message of a stream, an object"),
            ("[5]", "message 0: expected a message of a stream, an object"),
            ("[{}]", "message 0: expected a text in `stream`"),
            (r#"[{"stream":"s"}]"#, "message 0: expected a text in `partition`"),
            (
                r#"[{"stream":"s","partition":"0","offset":"5"}]"#,
                "message 0: expected a whole number in `offset`",
            ),
            (
                r#"[{"stream":"s","partition":"0","offset":-5}]"#,
                "message 0: expected a whole number in `offset`",
            ),
        ] {
            let error = open(body.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "A0640");
            let error = error.to_string();
            assert!(error.starts_with("the body is not what ADIT_ENVELOPE=connector-hub says: "), "{error}");
            assert!(error.ends_with(said), "{body}: {error}");
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
