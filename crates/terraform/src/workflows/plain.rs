//! Words that mean themselves wherever they are written.

use std::fmt;
use std::str::FromStr;

/// A name or a path of letters, digits and `. _ - /`. It begins with no `-` and no `/`, and has no part that is empty, `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(String);

/// A text has other characters than a [`Plain`] may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("letters, digits, `.`, `_`, `-` and, between parts, `/` are allowed; the first is no `-`")]
pub struct NotPlain;

impl Plain {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, if it is one part alone.
    pub(super) fn name(text: &str) -> Result<Self, NotPlain> {
        text.parse().and_then(|plain: Self| if text.contains('/') { Err(NotPlain) } else { Ok(plain) })
    }
}

impl FromStr for Plain {
    type Err = NotPlain;

    fn from_str(text: &str) -> Result<Self, NotPlain> {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
        let parts = text.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if parts && text.chars().all(legal) && !text.starts_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotPlain)
        }
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_means_itself() {
        for plain in ["postgres-inserter", "a", "9", "infra/adit.toml", ".github", "release/1.x", "_", "a..b"]
        {
            assert_eq!(plain.parse::<Plain>().unwrap().as_str(), plain);
        }
        for not in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "-a",
            "a b",
            "a\n",
            "a'",
            "a\"",
            "$a",
            "${{ a }}",
            "a#",
            "a:",
            "*",
            "a!",
            "[a]",
            "ä",
            "a\u{0}",
            "`a`",
            "a;b",
            "a&b",
            "⟦file⟧",
        ] {
            assert_eq!(not.parse::<Plain>(), Err(NotPlain), "{not:?}");
        }
        assert_eq!(Plain::name("a/b"), Err(NotPlain));
    }
}
