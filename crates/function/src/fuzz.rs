//! What must hold of the secret and of the envelopes whatever their bytes are, as functions that a fuzzer calls: they panic when a promise
//! is broken. Built for `fuzz/` (the feature `fuzz`) and for the tests, which run every seed of `fuzz/seeds`; nothing that ships has
//! them.

use adit_ingest::SslMode;
use serde_json::{Map, Value};

use crate::credentials;
pub use crate::envelope::fuzz::envelope;

/// The keys whose values are read, and not only taken over.
const READ: [&str; 3] = ["port", "sslmode", "sslrootcert"];
/// A word that is so long stands in no message by chance.
const TELLING: usize = 20;

/// Bytes into the secret.
pub fn secret(bytes: &[u8]) {
    let read = credentials::read(bytes, SslMode::Prefer, None);
    let document = serde_json::from_slice(bytes);
    let Ok(Value::Object(keys)) = document else {
        assert!(read.is_err(), "no object was taken for a secret");
        return;
    };
    match read {
        Ok(database) => {
            let text = |name| keys.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let taken = [Some(database.host.as_str()), Some(&database.dbname), Some(&database.user)];
            assert_eq!(taken, [text("host"), text("dbname"), text("username")]);
            assert!(text("password").is_some() && database.port > 0);
        }
        Err(error) => {
            let message = error.to_string();
            // Keys are shown; and so is a certificate's label, which is in capitals.
            let may_be_shown = |word: &&str| {
                !word.contains(char::is_lowercase) || keys.keys().any(|key| key.contains(*word))
            };
            let words = keys.values().filter_map(Value::as_str).flat_map(str::split_whitespace);
            assert!(
                !shows(&message, words.filter(|word| !may_be_shown(word))),
                "a value is shown: {message}"
            );
            let other = serde_json::to_vec(&with_other_values(keys)).unwrap_or_default();
            let other = credentials::read(&other, SslMode::Prefer, None);
            let other = other.err().map(|error| error.to_string());
            assert_eq!(other.as_ref(), Some(&message), "the message depends on a value");
        }
    }
}

/// Whether one of these words that is long enough to tell stands in a message.
pub(crate) fn shows<'w>(message: &str, words: impl IntoIterator<Item = &'w str>) -> bool {
    words.into_iter().any(|word| word.len() >= TELLING && message.contains(word))
}

/// The same secret with other values of the same kinds, where their kind is all that matters.
fn with_other_values(keys: Map<String, Value>) -> Value {
    let other = |(key, value): (String, Value)| {
        let value = match value {
            value if READ.contains(&key.as_str()) => value,
            Value::String(text) if !text.is_empty() => Value::String("another".to_owned()),
            Value::Number(_) => Value::from(7),
            Value::Array(_) => Value::from([1, 2]),
            Value::Object(_) => Value::Object(Map::new()),
            value => value,
        };
        (key, value)
    };
    Value::Object(keys.into_iter().map(other).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_seed_keeps_every_promise() {
        for (target, run) in [("secret", super::secret as fn(&[u8])), ("envelope", super::envelope)] {
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
            let seeds: Vec<_> = directory.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
            assert!(seeds.len() >= 10, "{} seeds of {target}", seeds.len());
            for seed in seeds {
                // Seen only where the seed fails.
                println!("{}", seed.display());
                run(&std::fs::read(seed).unwrap());
            }
        }
    }

    /// What is shown to people is what is fuzzed.
    #[test]
    fn every_example_keeps_every_promise() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/events");
        for example in directory.read_dir().unwrap() {
            super::envelope(&std::fs::read(example.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn a_large_envelope_keeps_every_promise() {
        let megabyte = "x".repeat(1 << 20);
        let message = |at: usize, value: &str| {
            format!(
                r#"{{"stream":"s","partition":"0","key":null,"value":"{value}","offset":{at},"timestamp":1}}"#
            )
        };
        let messages: Vec<String> = (0..3_000).map(|at| message(at, "eyJhIjoxfQ==")).collect();
        for body in [
            format!("[{}]", messages.join(",")),
            format!("[{}]", message(0, &megabyte)),
            format!(
                r#"[{{"id":1,"content":"{megabyte}"}},{{"id":2,"content":"{}"}}]"#,
                "[1],".repeat(10_000)
            ),
            "[".repeat(20_000) + &"]".repeat(20_000),
            format!(r#"{{"eventType":"{megabyte}"}}"#),
            format!(r#"{{"messages":[{}]}}"#, r#"{"id":1,"content":"{}"},"#.repeat(3_000)),
        ] {
            super::envelope(body.as_bytes());
        }
    }

    #[test]
    fn a_large_secret_keeps_every_promise() {
        let deep = "[".repeat(100_000);
        let megabyte = "x".repeat(1 << 20);
        for secret in [
            format!("{{\"host\":{deep}"),
            format!("{{\"host\":\"{megabyte}\",\"password\":\"{megabyte}\",\"port\":\"{megabyte}\"}}"),
            format!("{{\"sslrootcert\":\"-----BEGIN {megabyte}-----\"}}"),
            format!("{{{}\"host\":1}}", "\"host\":\"h\",".repeat(10_000)),
        ] {
            super::secret(secret.as_bytes());
        }
    }
}
