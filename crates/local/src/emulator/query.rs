//! The query of a request, decoded.

use crate::emulator::answer::Refusal;

/// Names and values in the order in which they came.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes `a=b&c=d` with percent escapes and `+` for a space.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decoded(name), decoded(value))
                })
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::invalid_parameter(format!("{name} is required")))
    }
}

fn decoded(text: &str) -> String {
    unescaped(&text.replace('+', " "))
}

/// A part of a path, where `+` is itself.
pub(crate) fn unescaped(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded() {
        let query = Query::parse("secretName=a%20b+c&vaultId=ocid1.v%3A&empty=&alone");
        assert_eq!(query.get("secretName"), Some("a b c"));
        assert_eq!(query.get("vaultId"), Some("ocid1.v:"));
        assert_eq!((query.get("empty"), query.get("alone"), query.get("absent")), (Some(""), Some(""), None));
    }
}
