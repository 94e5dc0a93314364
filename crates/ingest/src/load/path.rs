//! A field of a row: a column, or a place inside a `json` or `jsonb` column. Pure.

use std::fmt;
use std::str::FromStr;

/// A column, or a place inside a document that stands in a column: `source`, `metadata.source`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// The column.
    pub column: String,
    /// The keys that lead into its document; none for the column itself.
    pub inside: Vec<String>,
}

/// Why a text is not the path of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a field: expected a column or column.key, without empty parts and U+0000")]
pub struct FieldPathError(String);

impl FromStr for FieldPath {
    type Err = FieldPathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.trim().split('.').map(str::to_owned);
        let column = parts.next().unwrap_or_default();
        let inside: Vec<String> = parts.collect();
        if column.is_empty() || inside.iter().any(String::is_empty) || text.contains('\0') {
            return Err(FieldPathError(text.chars().take(100).collect()));
        }
        Ok(Self { column, inside })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.column)?;
        self.inside.iter().try_for_each(|key| write!(f, ".{key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_and_a_place_inside_one() {
        let path: FieldPath = "metadata.file.source".parse().unwrap();
        assert_eq!((path.column.as_str(), path.inside.join("/").as_str()), ("metadata", "file/source"));
        assert_eq!(path.to_string(), "metadata.file.source");
        for wrong in ["", ".", "a.", ".a", "a..b", "a\0"] {
            assert!(wrong.parse::<FieldPath>().is_err(), "{wrong:?}");
        }
    }
}
