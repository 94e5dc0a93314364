//! The inferred table as a statement, and as the description by which records are encoded for it.

use std::fmt::Write as _;

use super::{Found, Inferred, Kind};
use crate::table::{Column, Filled, Table, TableName, Unique, quote_identifier};

impl Inferred {
    /// The statement that makes the table, laid out for a person.
    pub fn create_table(&self, name: &TableName) -> String {
        let mut sql = format!("create table {} (\n", name.to_sql());
        let lines = self.columns.iter().map(|column| {
            let not_null = if column.null_seen { "" } else { " not null" };
            format!("    {} {}{not_null}", quote_identifier(&column.name), column.type_name())
        });
        let key: Vec<String> = self
            .key
            .iter()
            .filter_map(|at| self.columns.get(*at))
            .map(|column| quote_identifier(&column.name))
            .collect();
        let key = (!key.is_empty()).then(|| format!("    primary key ({})", key.join(", ")));
        for (at, line) in lines.chain(key).enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(sql, "{}{line}", if at == 0 { "" } else { ",\n" });
        }
        sql.push_str("\n)");
        sql
    }

    /// The table as the catalogue would describe it.
    pub(crate) fn table(&self, name: &TableName) -> Table {
        let column = |column: &Found| {
            let (encoding, of) = column.kind.as_ref().unwrap_or(&Kind::Text).encoding();
            Column {
                name: column.name.clone(),
                type_name: column.type_name(),
                type_oid: of.oid(),
                encoding,
                not_null: !column.null_seen,
                filled: Filled::Nobody,
            }
        };
        let primary =
            Unique { name: format!("{name}_pkey"), columns: self.key.clone(), nulls_are_equal: false };
        let uniques = if self.key.is_empty() { Vec::new() } else { vec![primary] };
        Table {
            name: name.clone(),
            columns: self.columns.iter().map(column).collect(),
            key: self.key.clone(),
            uniques,
            tells_row_versions: true,
            oid: 0,
            fingerprint: 0,
        }
    }

    /// The columns of which nothing but nulls was seen: they are taken for texts.
    pub fn only_nulls(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|column| column.kind.is_none()).map(|column| column.name.as_str())
    }
}

impl Found {
    fn type_name(&self) -> String {
        self.kind.as_ref().unwrap_or(&Kind::Text).sql()
    }
}
