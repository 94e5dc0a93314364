//! What is known of a table: its name, its columns, how each value is encoded. Pure: reading it from a server is
//! `catalog`'s work.

use std::fmt;
use std::str::FromStr;

use crate::encode::{Encoding, Epoch};

/// A table's name as SQL writes it: `items`, `sales.items`, `"Mixed Case"`.
///
/// Parts without quotes are folded to lower case, as PostgreSQL does (SQL, lexical structure, identifiers).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    schema: Option<String>,
    name: String,
}

/// Why a text is not a table's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a table name: {why}")]
pub struct TableNameError {
    text: String,
    why: &'static str,
}

impl TableName {
    /// The name as SQL text, quoted, so that it can stand in a statement.
    pub fn to_sql(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quote_identifier(schema), quote_identifier(&self.name)),
            None => quote_identifier(&self.name),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

impl FromStr for TableName {
    type Err = TableNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |why| Err(TableNameError { text: text.to_owned(), why });
        let mut parts: Vec<String> = vec![String::new()];
        let mut quoted = false;
        let mut characters = text.trim().chars().peekable();
        while let Some(c) = characters.next() {
            let part = match parts.last_mut() {
                Some(part) => part,
                None => return refuse("it is empty"),
            };
            match (quoted, c) {
                (true, '"') if characters.peek() == Some(&'"') => {
                    characters.next();
                    part.push('"');
                }
                (_, '"') => quoted = !quoted,
                (true, '\0') => return refuse("it contains a NUL character"),
                (true, c) => part.push(c),
                (false, '.') => parts.push(String::new()),
                (false, c) if c.is_alphanumeric() || c == '_' || c == '$' => part.extend(c.to_lowercase()),
                (false, _) => return refuse("only letters, digits, `_` and `$` stand outside double quotes"),
            }
        }
        if quoted {
            return refuse("a double quote is not closed");
        }
        if parts.iter().any(String::is_empty) {
            return refuse("a part of it is empty");
        }
        let name = parts.pop().unwrap_or_default();
        let schema = parts.pop();
        if !parts.is_empty() {
            return refuse("it has more than a schema and a name");
        }
        Ok(Self { schema, name })
    }
}

/// An identifier in double quotes, as SQL wants it.
pub(crate) fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table as the catalogue describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The name it was asked for by.
    pub name: TableName,
    /// Its columns in the order of the table.
    pub columns: Vec<Column>,
    /// The primary key's columns, as places in `columns`; none where the user may not read them.
    pub key: Vec<usize>,
    /// Its unique constraints and indexes that an upsert can go by.
    pub uniques: Vec<Unique>,
    /// Whether a statement that writes it may ask for what the server keeps of each row. It may not where rows lie in partitions, or
    /// behind a view.
    pub(crate) tells_row_versions: bool,
    /// The table's OID: another table of the same name has another one.
    pub(crate) oid: u32,
    /// A number for the names and types of its columns.
    pub(crate) fingerprint: i64,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the catalogue, which is also the key of a JSON record.
    pub name: String,
    /// The type as SQL writes it, for messages: `character varying(255)`.
    pub type_name: String,
    /// The OID that a parameter of this column is sent as: a domain's base type.
    pub type_oid: u32,
    /// How its values are encoded.
    pub encoding: Encoding,
    /// Whether it refuses null.
    pub not_null: bool,
    /// Who fills it when a record does not.
    pub filled: Filled,
}

/// A unique constraint, or a unique index over plain columns and all rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// Its name.
    pub name: String,
    /// Its columns, as places in the table's.
    pub columns: Vec<usize>,
    /// Whether two nulls are the same to it (`nulls not distinct`).
    pub nulls_are_equal: bool,
}

/// Who fills a column that a record leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// Nobody: it becomes null.
    Nobody,
    /// A default or an identity sequence; a record may give a value of its own.
    Default,
    /// The server always (`generated always`): a record must not give a value.
    Always,
}

impl Table {
    /// The same table, with numbers taken as moments in its columns of dates and timestamps, in arrays and ranges of them, too.
    #[must_use]
    pub fn with_epoch(mut self, epoch: Epoch) -> Self {
        for column in &mut self.columns {
            let encoding = std::mem::replace(&mut column.encoding, Encoding::Unsupported);
            column.encoding = encoding.with_epoch(epoch);
        }
        self
    }

    /// The place of the column with this name.
    pub(crate) fn column_at(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The column's name that is nearest to `name`, if one is near enough to be meant.
    pub(crate) fn nearest_column(&self, name: &str) -> Option<&str> {
        self.columns
            .iter()
            .map(|column| (distance(&column.name.to_lowercase(), &name.to_lowercase()), column.name.as_str()))
            .filter(|(distance, candidate)| *distance <= candidate.len().min(name.len()).div_ceil(3))
            .min()
            .map(|(_, candidate)| candidate)
    }
}

/// Levenshtein's distance. Names are short; a hostile key is cut off at 64 characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (b, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(a != *b)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, best);
            left = best;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A table with these columns, which take null and have no default.
    pub(crate) fn table(columns: &[(&str, Encoding)]) -> Table {
        let column = |(name, encoding): &(&str, Encoding)| Column {
            name: (*name).to_owned(),
            type_name: format!("{encoding:?}").to_lowercase(),
            type_oid: 0,
            encoding: encoding.clone(),
            not_null: false,
            filled: Filled::Nobody,
        };
        Table {
            name: "items".parse().unwrap(),
            columns: columns.iter().map(column).collect(),
            key: Vec::new(),
            uniques: Vec::new(),
            tells_row_versions: true,
            oid: 0,
            fingerprint: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_quoted_as_postgresql_does() {
        for (text, sql) in [
            ("items", "\"items\""),
            ("Items", "\"items\""),
            ("sales.Items", "\"sales\".\"items\""),
            ("\"Sales Data\".\"It\"\"ems\"", "\"Sales Data\".\"It\"\"ems\""),
        ] {
            assert_eq!(text.parse::<TableName>().unwrap().to_sql(), sql);
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused_with_the_reason() {
        for text in ["", ".", "a.", "a.b.c", "items; drop table items", "\"open", "a b"] {
            assert!(text.parse::<TableName>().is_err(), "{text}");
        }
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("descripton", "description"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
