//! A value before it is encoded: a JSON text or a CSV field, and the errors that a value can have.

use std::borrow::Cow;

/// One value of a record as it came.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    /// The value's JSON text, without white space around it. Never `null`.
    Json(&'a str),
    /// A text as it is: a field of a CSV record, or a part of one. Never null.
    Field(&'a str),
}

/// A value that is not an array or a document.
#[derive(Clone, Debug)]
pub(crate) enum Literal<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A JSON number's own text: nothing is lost before the column's type is known.
    Number(&'a str),
    /// A JSON string without its escapes, or a CSV field.
    Text(Cow<'a, str>),
    /// The text of a JSON object or array.
    Nested(&'a str),
}

/// Why a value cannot be stored in its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueError {
    /// Another kind of value is wanted.
    Type {
        /// What is wanted.
        expected: Cow<'static, str>,
        /// A short piece of what came.
        found: String,
    },
    /// The right kind of value, too large or too small for the type.
    Range {
        /// The limits.
        allowed: Cow<'static, str>,
        /// A short piece of what came.
        found: String,
    },
    /// Longer than the column holds.
    TooLong {
        /// The limit, with its unit.
        limit: String,
        /// The length that came, with its unit.
        found: String,
    },
    /// A character that PostgreSQL cannot store: U+0000, or half of a surrogate pair.
    Character(&'static str),
}

impl<'a> Cell<'a> {
    /// The value as a literal.
    pub(crate) fn literal(self) -> Result<Literal<'a>, ValueError> {
        let json = match self {
            Cell::Field(text) => return Ok(Literal::Text(Cow::Borrowed(text))),
            Cell::Json(json) => json,
        };
        match json.as_bytes().first() {
            Some(b'"') => unescape(json).map(Literal::Text),
            Some(b'{' | b'[') => Ok(Literal::Nested(json)),
            Some(b't') => Ok(Literal::Bool(true)),
            Some(b'f') => Ok(Literal::Bool(false)),
            _ => Ok(Literal::Number(json)),
        }
    }
}

/// The text of a JSON string. Without an escape in it nothing is copied.
fn unescape(json: &str) -> Result<Cow<'_, str>, ValueError> {
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(json);
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(inner));
    }
    serde_json::from_str(json)
        .map(Cow::Owned)
        .map_err(|_| ValueError::Character("a \\u escape that is half of a surrogate pair"))
}

/// The error for a value of the wrong kind.
pub(crate) fn wrong(expected: impl Into<Cow<'static, str>>, literal: &Literal<'_>) -> ValueError {
    ValueError::Type { expected: expected.into(), found: literal.excerpt() }
}

impl Literal<'_> {
    /// A short piece of the value for a message.
    pub(crate) fn excerpt(&self) -> String {
        match self {
            Literal::Bool(value) => value.to_string(),
            Literal::Number(text) => shorten(text),
            Literal::Text(text) => format!("\"{}\"", shorten(text)),
            Literal::Nested(text) if text.starts_with('{') => "an object".to_owned(),
            Literal::Nested(_) => "an array".to_owned(),
        }
    }
}

/// At most 40 characters of a text, without control characters.
pub(crate) fn shorten(text: &str) -> String {
    shorten_to(text, 40)
}

/// As much of a name as a name of PostgreSQL can have, without control characters.
pub(crate) fn shorten_name(name: &str) -> String {
    shorten_to(name, 63)
}

/// As much of the server's words as a person reads: they may quote a value of a megabyte.
pub(crate) fn shorten_words(words: &str) -> String {
    shorten_to(words, 500)
}

fn shorten_to(text: &str, most: usize) -> String {
    let mut short: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

impl std::fmt::Display for ValueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ValueError::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            ValueError::Range { allowed, found } => write!(f, "{found} is outside {allowed}"),
            ValueError::TooLong { limit, found } => write!(f, "{found} do not fit into {limit}"),
            ValueError::Character(what) => write!(f, "the text contains {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_lose_their_escapes_and_nothing_else() {
        let text = |json| match Cell::Json(json).literal() {
            Ok(Literal::Text(text)) => text.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r#""plain""#), "plain");
        assert_eq!(text(r#""a\n\"b\" \u00e9 \ud83d\ude00""#), "a\n\"b\" é 😀");
        assert!(Cell::Json(r#""\ud83d""#).literal().is_err());
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(shorten("a\u{7}b"), "a\u{fffd}b");
        assert_eq!(shorten(&"x".repeat(41)).chars().count(), 41);
        assert_eq!(shorten_name(&"x".repeat(63)), "x".repeat(63));
        assert_eq!(shorten_name(&"x".repeat(1 << 20)).chars().count(), 64);
    }
}
