//! What must hold of an envelope whatever the bytes are (see [`crate::fuzz`]): what is opened is an array of what its messages hold and
//! nothing else, in their order; its name does not depend on theirs; a refusal shows nothing of them.

use base64::Engine as _;
use serde_json::Value;
use serde_json::value::RawValue;

use super::pointer::{Pointed, find};
use super::{Envelope, EnvelopeError, event, queue, shape, stream, values as bodies};
use crate::fuzz::shows;

/// Bytes into every envelope.
pub fn envelope(body: &[u8]) {
    let recognised = shape::recognised(body);
    for kind in [Envelope::ConnectorHub, Envelope::Queue] {
        let open = |body: &[u8]| match kind {
            Envelope::Queue => queue::open(body),
            _ => stream::open(body),
        };
        let opened = open(body);
        if recognised == Some(kind) {
            // Its shape is there; what may still be wrong is one value of one message.
            let whole =
                !matches!(&opened, Err(EnvelopeError::Shape { fault: super::ShapeFault::Syntax { .. }, .. }));
            assert!(whole, "recognised, and not JSON");
        }
        match opened {
            Ok((records, name)) => {
                holds_the_messages(kind, body, &records);
                if let Some(turned) = turned(body) {
                    let again = open(&turned);
                    assert!(
                        again.is_ok_and(|(_, again)| again == name),
                        "the name depends on the order: {name:?}"
                    );
                }
            }
            Err(error) => hides(&error, body),
        }
    }
    match event::open(body) {
        Ok(object) => {
            assert!(object.address.path().is_ok(), "{object:?}");
            assert!(
                bodies::trimmed(bodies::sole(body)).starts_with(b"{"),
                "no object was taken for an event"
            );
            assert_eq!(event::batch(&object).is_some(), object.etag.is_some(), "{object:?}");
        }
        Err(error) => {
            assert!(
                recognised != Some(Envelope::Event) || !matches!(error, EnvelopeError::Shape { .. }),
                "{error}"
            );
            hides(&error, body);
        }
    }
    points(body);
}

/// The records are an array, and where the JSON library reads all of a body, what it reads.
fn holds_the_messages(kind: Envelope, body: &[u8], records: &[u8]) {
    let raw: Result<Vec<&RawValue>, _> = serde_json::from_slice(records);
    assert!(raw.is_ok(), "no array: {}", String::from_utf8_lossy(records));
    let Some(messages) = messages(kind, body) else { return };
    let Some(expected) = messages.iter().map(|message| of_message(kind, message)).collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let found: Result<Vec<Value>, _> = serde_json::from_slice(records);
    assert_eq!(found.ok(), Some(expected.concat()), "{kind:?}");
}

/// The messages, by the JSON library's own reading of the whole; `None` where it reads less than a raw value may hold.
fn messages(kind: Envelope, body: &[u8]) -> Option<Vec<Value>> {
    let mut values = values(body)?;
    if let (Envelope::Queue, [Value::Object(answer)]) = (kind, values.as_mut_slice())
        && let Some(messages) = answer.remove("messages")
    {
        return Some(match messages {
            Value::Array(messages) => messages,
            one => vec![one],
        });
    }
    Some(values)
}

/// Values that follow one another, and the elements of arrays among them.
fn values(text: &[u8]) -> Option<Vec<Value>> {
    let mut flat = Vec::new();
    for value in serde_json::Deserializer::from_slice(text).into_iter() {
        match value.ok()? {
            Value::Array(elements) => flat.extend(elements),
            value => flat.push(value),
        }
    }
    Some(flat)
}

/// The records of one message; `None` for one that is at fault, or that this reading cannot tell from one.
fn of_message(kind: Envelope, message: &Value) -> Option<Vec<Value>> {
    let text = match kind {
        Envelope::ConnectorHub => {
            base64::engine::general_purpose::STANDARD.decode(message.get("value")?.as_str()?).ok()?
        }
        _ => match message.get("content").unwrap_or(message) {
            Value::String(text) => text.clone().into_bytes(),
            Value::Null => return None,
            Value::Array(records) => return Some(records.clone()),
            record => return Some(vec![record.clone()]),
        },
    };
    values(&text).filter(|_| !text.trim_ascii().is_empty())
}

/// The same messages the other way round, where they are the elements of an array.
fn turned(body: &[u8]) -> Option<Vec<u8>> {
    let mut messages: Vec<&RawValue> = serde_json::from_slice(body).ok()?;
    // An only element is what it holds.
    if messages.len() < 2 {
        return None;
    }
    messages.reverse();
    serde_json::to_vec(&messages).ok()
}

/// What is told of a body in the log is its envelope's shape.
fn hides(error: &EnvelopeError, body: &[u8]) {
    let body = String::from_utf8_lossy(body);
    let message = error.without_data();
    let words = body.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(!shows(&message, words), "the body is shown: {message}");
    assert!(error.to_string().chars().count() < 400, "{error}");
}

/// A pointer finds what the JSON library finds.
fn points(body: &[u8]) {
    let Ok(library @ Value::Object(_)) = serde_json::from_slice::<Value>(body) else { return };
    for pointer in ["/id", "/a/b", "/a/0", "/data/additionalDetails/eTag"] {
        let Ok(parsed) = pointer.parse() else { continue };
        let found = find(&parsed, body);
        match library.pointer(pointer) {
            Some(Value::String(text)) => assert_eq!(found, Pointed::Name(text.clone()), "{pointer}"),
            // A number's own digits are its name: the library has others for some.
            Some(Value::Number(_)) => assert!(found != Pointed::Elsewhere, "{pointer}"),
            _ => assert_eq!(found, Pointed::Nothing, "{pointer}"),
        }
    }
}
