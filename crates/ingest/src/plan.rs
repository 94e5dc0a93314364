//! What a [`Load`] comes to for one table: which columns a record must, may and must not fill, and what the mode works with. Pure:
//! the statements are `write`'s.

use crate::encode::Encoding;
use crate::error::{DatabaseError, DatabaseErrorKind};
use crate::load::{FieldPath, Key, Load, Mode, OnReject, Update};
use crate::mapping::Fields;
use crate::table::{Filled, Table};

/// A load, made for a table.
#[derive(Debug)]
pub(crate) struct Plan<'t> {
    pub(crate) load: &'t Load,
    pub(crate) table: &'t Table,
    pub(crate) fields: Fields<'t>,
    pub(crate) work: Work,
    /// What is asked of each of the table's columns.
    pub(crate) demands: Vec<Demand>,
    /// Whether rows go through a table of their own before they reach their table.
    pub(crate) staged: bool,
}

/// What a mode works with, by places in the table's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Append,
    Upsert { key: UpsertKey, update: Vec<usize> },
    Replace { by: Vec<Field> },
    Delete { key: Vec<usize> },
}

/// The unique constraint that an upsert goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UpsertKey {
    /// Its name, where it was named.
    pub(crate) constraint: Option<String>,
    pub(crate) columns: Vec<usize>,
    pub(crate) nulls_are_equal: bool,
}

/// A column, or a place inside its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) column: usize,
    pub(crate) inside: Vec<String>,
}

/// What is asked of a record for one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// Whether the column is written at all.
    pub(crate) used: bool,
    /// Whether a record must have it.
    pub(crate) required: bool,
    /// Whether it takes null.
    pub(crate) not_null: bool,
    /// Whether a record must not have it.
    pub(crate) forbidden: bool,
    /// Whether leaving it out is something else than null: the server fills it, or an upsert leaves it as it is.
    pub(crate) absent_differs: bool,
}

impl<'t> Plan<'t> {
    /// Makes the plan.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::Mapping`] and [`DatabaseErrorKind::NoKey`] for what the table does not have.
    pub(crate) fn new(load: &'t Load, table: &'t Table) -> Result<Self, DatabaseError> {
        let fields = Fields::new(table, &load.mapping)
            .map_err(|fault| DatabaseError::new(DatabaseErrorKind::Mapping, fault.to_string()))?;
        let work = Work::new(&load.mode, table)?;
        if let Some(deletion) = &load.delete {
            Field::new(&deletion.path, table)?;
        }
        let demands: Vec<_> = (0..table.columns.len()).map(|at| demand(&work, table, at)).collect();
        let cast = |(at, column): (usize, &crate::table::Column)| {
            column.encoding == Encoding::Unsupported
                && demands.get(at).is_some_and(|demand| demand.used && !demand.forbidden)
                && fields.can_fill(at)
        };
        let staged = work != Work::Append || table.columns.iter().enumerate().any(cast);
        Ok(Self { load, table, fields, work, demands, staged })
    }

    /// Whether the records that can be stored are, whatever the others are.
    pub(crate) fn stores_each(&self) -> bool {
        self.load.on_reject != OnReject::All
    }

    /// Whether rejects are kept in a table.
    pub(crate) fn keeps_rejects(&self) -> bool {
        self.load.on_reject == OnReject::EachKept
    }

    /// What is asked of a column.
    pub(crate) fn demand(&self, column: usize) -> Demand {
        self.demands.get(column).copied().unwrap_or_default()
    }
}

fn demand(work: &Work, table: &Table, at: usize) -> Demand {
    let Some(column) = table.columns.get(at) else { return Demand::default() };
    match work {
        Work::Delete { key } => {
            let used = key.contains(&at);
            Demand { used, required: used, not_null: used, forbidden: false, absent_differs: false }
        }
        work => {
            let nobody = column.filled == Filled::Nobody;
            Demand {
                used: true,
                required: nobody && column.not_null,
                not_null: column.not_null,
                forbidden: column.filled == Filled::Always,
                absent_differs: !nobody || (matches!(work, Work::Upsert { .. }) && !column.not_null),
            }
        }
    }
}

impl Work {
    fn new(mode: &Mode, table: &Table) -> Result<Self, DatabaseError> {
        Ok(match mode {
            Mode::Append => Work::Append,
            Mode::Upsert { key, update } => {
                let key = UpsertKey::new(key, table)?;
                let others = (0..table.columns.len()).filter(|at| !key.columns.contains(at));
                let update = match update {
                    Update::All => others.collect(),
                    Update::Nothing => Vec::new(),
                    Update::Columns(names) => {
                        names.iter().map(|name| column_of(name, table)).collect::<Result<_, _>>()?
                    }
                };
                Work::Upsert { key, update }
            }
            Mode::Replace { by } => {
                Work::Replace { by: by.iter().map(|path| Field::new(path, table)).collect::<Result<_, _>>()? }
            }
            Mode::Delete { key } => Work::Delete {
                key: match key {
                    Key::Columns(names) => {
                        names.iter().map(|name| column_of(name, table)).collect::<Result<_, _>>()?
                    }
                    key => UpsertKey::new(key, table)?.columns,
                },
            },
        })
    }
}

impl UpsertKey {
    fn new(key: &Key, table: &Table) -> Result<Self, DatabaseError> {
        match key {
            Key::Primary if table.key.is_empty() => {
                let message = format!(
                    "table {} has no primary key that this user may read; name a unique constraint{}",
                    table.name,
                    there_are(table)
                );
                Err(DatabaseError::new(DatabaseErrorKind::NoKey, message))
            }
            Key::Primary => Ok(Self { constraint: None, columns: table.key.clone(), nulls_are_equal: false }),
            Key::Constraint(name) => match table.uniques.iter().find(|unique| unique.name == *name) {
                Some(unique) => Ok(Self {
                    constraint: Some(name.clone()),
                    columns: unique.columns.clone(),
                    nulls_are_equal: unique.nulls_are_equal,
                }),
                None => {
                    let message =
                        format!("table {} has no unique constraint `{name}`{}", table.name, there_are(table));
                    Err(DatabaseError::new(DatabaseErrorKind::NoKey, message))
                }
            },
            Key::Columns(names) => {
                let columns: Vec<usize> =
                    names.iter().map(|name| column_of(name, table)).collect::<Result<_, _>>()?;
                let same = |unique: &&crate::table::Unique| {
                    unique.columns.len() == columns.len()
                        && columns.iter().all(|column| unique.columns.contains(column))
                };
                match table.uniques.iter().find(same) {
                    Some(unique) => {
                        Ok(Self { constraint: None, columns, nulls_are_equal: unique.nulls_are_equal })
                    }
                    None => {
                        let message = format!(
                            "table {} has no unique constraint over just ({}){}",
                            table.name,
                            names.join(", "),
                            there_are(table)
                        );
                        Err(DatabaseError::new(DatabaseErrorKind::NoKey, message))
                    }
                }
            }
        }
    }
}

impl Field {
    pub(crate) fn new(path: &FieldPath, table: &Table) -> Result<Self, DatabaseError> {
        let column = column_of(&path.column, table)?;
        let encoding = table.columns.get(column).map(|column| &column.encoding);
        if !path.inside.is_empty() && !matches!(encoding, Some(Encoding::Json | Encoding::Jsonb)) {
            let message =
                format!("`{path}` leads into `{}`, which is no `jsonb` or `json` column", path.column);
            return Err(DatabaseError::new(DatabaseErrorKind::Mapping, message));
        }
        Ok(Self { column, inside: path.inside.clone() })
    }
}

fn column_of(name: &str, table: &Table) -> Result<usize, DatabaseError> {
    table.column_at(name).ok_or_else(|| {
        let near = table.nearest_column(name);
        let near = near.map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
        let message = format!("table {} has no column `{name}`{near}", table.name);
        DatabaseError::new(DatabaseErrorKind::Mapping, message)
    })
}

/// The keys that there are, for a message.
fn there_are(table: &Table) -> String {
    let names = |columns: &[usize]| {
        let names = columns.iter().filter_map(|at| table.columns.get(*at)).map(|column| column.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let uniques = table.uniques.iter().map(|unique| format!("{} ({})", unique.name, names(&unique.columns)));
    match uniques.collect::<Vec<_>>() {
        uniques if uniques.is_empty() => "; it has none".to_owned(),
        uniques => format!("; there are: {}", uniques.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Unique;
    use crate::table::testing::table;

    fn items() -> Table {
        let mut items = table(&[
            ("id", Encoding::Int4),
            ("name", Encoding::Text { max: None }),
            ("doc", Encoding::Jsonb),
        ]);
        items.uniques.push(Unique {
            name: "items_name_key".to_owned(),
            columns: vec![1],
            nulls_are_equal: false,
        });
        items
    }

    fn plan(mode: Mode) -> Result<Work, String> {
        let load = Load { mode, ..Load::append("items".parse().unwrap()) };
        Plan::new(&load, &items()).map(|plan| plan.work).map_err(|error| error.message)
    }

    #[test]
    fn an_upsert_goes_by_a_key_that_is_there() {
        let upsert = |key| plan(Mode::Upsert { key, update: Update::All });
        let key = |constraint| UpsertKey { constraint, columns: vec![1], nulls_are_equal: false };
        assert_eq!(
            upsert(Key::Columns(vec!["name".into()])),
            Ok(Work::Upsert { key: key(None), update: vec![0, 2] })
        );
        assert_eq!(
            upsert(Key::Constraint("items_name_key".into())),
            Ok(Work::Upsert { key: key(Some("items_name_key".into())), update: vec![0, 2] })
        );
        for (wrong, said) in [
            (
                Key::Primary,
                "no primary key that this user may read; name a unique constraint; there are: items_name_key (name)",
            ),
            (Key::Constraint("x".into()), "has no unique constraint `x`; there are"),
            (Key::Columns(vec!["id".into()]), "has no unique constraint over just (id); there are"),
            (Key::Columns(vec!["nam".into()]), "has no column `nam`; the nearest is `name`"),
        ] {
            let message = upsert(wrong).unwrap_err();
            assert!(message.contains(said), "{message}");
        }
    }

    #[test]
    fn a_replacement_goes_by_fields() {
        let replace = |path: &str| plan(Mode::Replace { by: vec![path.parse().unwrap()] });
        assert_eq!(
            replace("doc.source"),
            Ok(Work::Replace { by: vec![Field { column: 2, inside: vec!["source".into()] }] })
        );
        assert!(replace("name.x").unwrap_err().contains("no `jsonb` or `json` column"));
    }

    #[test]
    fn a_deletion_asks_for_its_key_only() {
        let load = Load {
            mode: Mode::Delete { key: Key::Columns(vec!["name".into()]) },
            ..Load::append("items".parse().unwrap())
        };
        let items = items();
        let plan = Plan::new(&load, &items).unwrap();
        assert_eq!(plan.demands.iter().map(|demand| demand.used).collect::<Vec<_>>(), [false, true, false]);
        assert!(plan.demand(1).required && plan.staged);
    }

    #[test]
    fn a_type_without_an_encoder_goes_through_a_table_of_its_own() {
        let table = table(&[("id", Encoding::Int4), ("place", Encoding::Unsupported)]);
        let mut load = Load::append("items".parse().unwrap());
        assert!(Plan::new(&load, &table).unwrap().staged);
        load.mapping =
            crate::mapping::Mapping::from_json(r#"{"columns": {"place": {"record": false}}}"#).unwrap();
        assert!(!Plan::new(&load, &table).unwrap().staged);
    }
}
