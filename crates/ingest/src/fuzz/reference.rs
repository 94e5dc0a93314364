//! What a JSON payload's records are by the JSON library's own reading of the whole text: slow, in memory, and nobody's code of this
//! house but for the rule of what is an envelope.

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    rows: Vec<&'a RawValue>,
}

/// The texts of a payload's records; `None` if it is not a payload.
pub(super) fn records(payload: &[u8]) -> Option<Vec<&str>> {
    let text = std::str::from_utf8(payload).ok()?;
    let records: Vec<&RawValue> = if behind(text, "[").is_some() {
        serde_json::from_str(text).ok()?
    } else if is_envelope(text) {
        serde_json::from_str::<Envelope<'_>>(text).ok()?.rows
    } else {
        serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().ok()?
    };
    Some(records.into_iter().map(RawValue::get).collect())
}

/// Whether a payload begins as an envelope does, and so must be one.
pub(super) fn is_envelope(text: &str) -> bool {
    let words = ["{", "\"rows\"", ":", "["];
    words.iter().try_fold(text, |rest, word| behind(rest, word)).is_some()
}

/// What stands behind this word, if nothing but white space stands before it.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.trim_start_matches([' ', '\t', '\r', '\n']).strip_prefix(word)
}

/// Whether a text is one JSON value with nothing around it.
pub(super) fn is_value(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok_and(|value| value.get() == text)
}
