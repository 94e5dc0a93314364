//! A mapping made for one table: which key of a record leads to which columns, and what every record has without a key. Pure. The
//! walk through a record is `records`'.

use std::collections::HashMap;

use super::pointer::Node;
use super::{Mapping, NameRule, NullMeans, Source, UnknownKey};
use crate::encode::Encoding;
use crate::records::Span;
use crate::table::Table;

/// From so many columns on, a name is looked up in an index instead of column by column.
const MANY_COLUMNS: usize = 24;

/// Where the keys of a record lead in one table.
#[derive(Debug)]
pub(crate) struct Fields<'t> {
    pub(crate) table: &'t Table,
    /// Whether the key of its name fills a column.
    by_name: Vec<bool>,
    index: HashMap<&'t str, usize>,
    rule: NameRule,
    /// The columns by their names as the rule sees them.
    alike: HashMap<String, usize>,
    tree: Node,
    unknown: Unknown,
    null: NullMeans,
    /// The columns that take the whole record.
    whole: Vec<usize>,
    /// What a record has before it is read: the constants, as places in `constants`.
    template: Vec<Span>,
    constants: String,
}

/// What happens to a key that leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    Reject,
    Ignore,
    /// It goes into this column.
    Column(usize),
}

/// Why a mapping does not fit a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MappingFault {
    #[error("the mapping names the column `{name}`, which table {table} does not have{near}")]
    NoColumn { name: String, table: String, near: String },
    #[error("the mapping puts unknown keys into `{name}`, which must be a `jsonb` or `json` column")]
    NotADocument { name: String },
    #[error("the mapping fills `{name}` twice: by a source of its own and with unknown keys")]
    Twice { name: String },
}

impl<'t> Fields<'t> {
    /// Makes a mapping for a table.
    pub(crate) fn new(table: &'t Table, mapping: &Mapping) -> Result<Self, MappingFault> {
        let names = || table.columns.iter().enumerate().map(|(at, column)| (column.name.as_str(), at));
        let mut fields = Self {
            table,
            by_name: vec![true; table.columns.len()],
            index: if table.columns.len() < MANY_COLUMNS { HashMap::new() } else { names().collect() },
            rule: mapping.names,
            alike: match mapping.names {
                NameRule::Exact => HashMap::new(),
                // Of two columns that are alike, the first one wins.
                rule => names().rev().map(|(name, at)| (normal(rule, name), at)).collect(),
            },
            tree: Node::default(),
            unknown: Unknown::Reject,
            null: mapping.null,
            whole: Vec::new(),
            template: vec![Span::Absent; table.columns.len()],
            constants: String::new(),
        };
        for (name, source) in &mapping.columns {
            let column = column_of(table, name)?;
            fields.fill(column, source);
        }
        fields.unknown = match &mapping.unknown {
            UnknownKey::Reject => Unknown::Reject,
            UnknownKey::Ignore => Unknown::Ignore,
            UnknownKey::Column(name) => {
                let column = column_of(table, name)?;
                let encoding = table.columns.get(column).map(|column| &column.encoding);
                if !matches!(encoding, Some(Encoding::Json | Encoding::Jsonb)) {
                    return Err(MappingFault::NotADocument { name: name.clone() });
                }
                match fields.by_name.get_mut(column) {
                    Some(by_name @ true) => *by_name = false,
                    _ => return Err(MappingFault::Twice { name: name.clone() }),
                }
                Unknown::Column(column)
            }
        };
        Ok(fields)
    }

    fn fill(&mut self, column: usize, source: &Source) {
        if let Some(by_name) = self.by_name.get_mut(column) {
            *by_name = false;
        }
        match source {
            Source::Pointer(pointer) => self.tree.add(pointer, column),
            Source::Record(true) => self.whole.push(column),
            Source::Record(false) => {}
            Source::Constant(constant) => {
                let start = self.constants.len();
                self.constants.push_str(&constant.0);
                let span = if constant.0 == "null" {
                    self.null()
                } else {
                    Span::Made { start, end: self.constants.len() }
                };
                if let Some(slot) = self.template.get_mut(column) {
                    *slot = span;
                }
            }
        }
    }

    /// The column that the key of a record fills by its name. `hint` is tried first: the keys of records mostly come in one order.
    pub(crate) fn column(&self, key: &str, hint: usize) -> Option<usize> {
        let exact = if self.table.columns.get(hint).is_some_and(|column| column.name == key) {
            Some(hint)
        } else if self.index.is_empty() {
            self.table.columns.iter().position(|column| column.name == key)
        } else {
            self.index.get(key).copied()
        };
        let found = match (exact, self.rule) {
            (None, NameRule::IgnoreCase | NameRule::Snake) => {
                self.alike.get(&normal(self.rule, key)).copied()
            }
            (exact, _) => exact,
        };
        found.filter(|column| self.by_name.get(*column) == Some(&true))
    }

    /// Whether names can be alike without being the same.
    pub(crate) fn is_lenient(&self) -> bool {
        self.rule != NameRule::Exact
    }

    /// The tree of the pointers, if there is one.
    pub(crate) fn tree(&self) -> Option<&Node> {
        (!self.tree.is_leaf()).then_some(&self.tree)
    }

    /// What happens to a key that leads nowhere.
    pub(crate) fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// The columns that take the whole record.
    pub(crate) fn whole(&self) -> &[usize] {
        &self.whole
    }

    /// What a record has for each column before it is read.
    pub(crate) fn template(&self) -> &[Span] {
        &self.template
    }

    /// The text that the places of the template are in.
    pub(crate) fn constants(&self) -> &str {
        &self.constants
    }

    /// What an explicit null is.
    pub(crate) fn null(&self) -> Span {
        match self.null {
            NullMeans::Null => Span::Null,
            NullMeans::Absent => Span::Absent,
        }
    }

    /// The columns that some record may fill.
    pub(crate) fn can_fill(&self, column: usize) -> bool {
        let absent = self.template.get(column) == Some(&Span::Absent);
        self.by_name.get(column) == Some(&true)
            || !absent
            || self.whole.contains(&column)
            || self.unknown == Unknown::Column(column)
            || leads_to(&self.tree, column)
    }
}

fn leads_to(node: &Node, column: usize) -> bool {
    node.columns.contains(&column) || node.children().any(|child| leads_to(child, column))
}

fn column_of(table: &Table, name: &str) -> Result<usize, MappingFault> {
    table.columns.iter().position(|column| column.name == name).ok_or_else(|| MappingFault::NoColumn {
        name: name.to_owned(),
        table: table.name.to_string(),
        near: table.nearest_column(name).map(|near| format!("; the nearest is `{near}`")).unwrap_or_default(),
    })
}

/// A name as a rule sees it.
fn normal(rule: NameRule, name: &str) -> String {
    let joins = |c: &char| rule == NameRule::Snake && matches!(c, '_' | '-' | ' ');
    name.chars().filter(|c| !joins(c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::table;

    fn mapping(text: &str) -> Mapping {
        Mapping::from_json(text).unwrap()
    }

    #[test]
    fn keys_lead_to_columns_by_the_rule() {
        let table = table(&[("id", Encoding::Int4), ("first_name", Encoding::Text { max: None })]);
        let lead = |rule: &str, key| {
            let mapping = mapping(&format!(r#"{{"names": "{rule}"}}"#));
            Fields::new(&table, &mapping).unwrap().column(key, 0)
        };
        assert_eq!(lead("exact", "first_name"), Some(1));
        assert_eq!(lead("exact", "First_Name"), None);
        assert_eq!(lead("ignore-case", "First_Name"), Some(1));
        assert_eq!(lead("ignore-case", "firstName"), None);
        for key in ["firstName", "FirstName", "first-name", "FIRST NAME"] {
            assert_eq!(lead("snake", key), Some(1), "{key}");
        }
    }

    #[test]
    fn a_column_with_a_source_of_its_own_is_not_filled_by_its_name() {
        let table = table(&[("a", Encoding::Int4), ("b", Encoding::Jsonb)]);
        let mapping = mapping(r#"{"columns": {"a": {"constant": 7}}, "unknown": {"column": "b"}}"#);
        let fields = Fields::new(&table, &mapping).unwrap();
        assert_eq!((fields.column("a", 0), fields.column("b", 0)), (None, None));
        assert_eq!(fields.template(), [Span::Made { start: 0, end: 1 }, Span::Absent]);
        assert_eq!((fields.constants(), fields.unknown()), ("7", Unknown::Column(1)));
    }

    #[test]
    fn what_the_table_does_not_have_is_said() {
        let table = table(&[("name", Encoding::Int4), ("doc", Encoding::Jsonb)]);
        for (text, said) in [
            (r#"{"columns": {"nam": {"record": true}}}"#, "does not have; the nearest is `name`"),
            (r#"{"unknown": {"column": "name"}}"#, "must be a `jsonb`"),
            (r#"{"unknown": {"column": "doc"}, "columns": {"doc": {"record": true}}}"#, "fills `doc` twice"),
        ] {
            let fault = Fields::new(&table, &mapping(text)).unwrap_err().to_string();
            assert!(fault.contains(said), "{fault}");
        }
    }

    #[test]
    fn wide_tables_are_looked_up_by_an_index() {
        let names: Vec<String> = (0..2000).map(|at| format!("c{at}")).collect();
        let columns: Vec<_> = names.iter().map(|name| (name.as_str(), Encoding::Int4)).collect();
        let table = table(&columns);
        let fields = Fields::new(&table, &Mapping::default()).unwrap();
        assert_eq!((fields.column("c1999", 0), fields.column("c2000", 0)), (Some(1999), None));
    }
}
