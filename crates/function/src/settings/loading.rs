//! The settings that say how records become rows: one choice for all tables of the function. Here is how they are read; their names
//! and their documentation stand with all others.

use std::path::Path;
use std::time::Duration;

use adit_ingest::{BatchId, Load, Mapping, Mode, ModeKind, OnReject, TableName};
use adit_oci::env::Vars;

use super::{KEY, LEDGER_RETENTION, MAPPING, MIGRATE, MODE, MOST_REJECTS, ON_REJECT, UPDATE};

/// Rejects are a part of an answer, and an answer is a document in memory.
const MOST_REJECTS_LIMIT: usize = 1_000;
const SECONDS_A_DAY: u64 = 86_400;
/// A hundred years: more days than anybody means.
const MOST_DAYS: u64 = 36_500;

/// How records become rows.
#[derive(Debug)]
pub(crate) struct Loading {
    mode: Mode,
    mapping: Mapping,
    on_reject: OnReject,
    most_rejects: usize,
    /// How long the ledger remembers a batch; `None`: for ever.
    pub(crate) retention: Option<Duration>,
    /// Whether the function may make Adit's own tables.
    pub(crate) may_migrate: bool,
}

impl Loading {
    /// Reads the settings; what is wrong with them goes to `faults`.
    pub(crate) fn from_vars(vars: &Vars, faults: &mut Vec<String>) -> Self {
        let mut fault = |name: &str, error: &dyn std::fmt::Display| faults.push(format!("{name}: {error}"));
        let kind = vars.get(MODE).map(|mode| mode.parse::<ModeKind>()).transpose();
        let kind = kind.unwrap_or_else(|error| {
            fault(MODE, &error);
            None
        });
        // Without a mode that is one, its key and its update cannot be wrong.
        let mode = if vars.get(MODE).is_some() && kind.is_none() {
            Mode::Append
        } else {
            let (key, update) = (vars.get(KEY), vars.get(UPDATE));
            Mode::of(kind.unwrap_or_default(), key.as_deref(), update.as_deref()).unwrap_or_else(|error| {
                fault(&of_mode(key.is_some(), update.is_some()), &error);
                Mode::Append
            })
        };
        let mapping = vars.get(MAPPING).map(|text| read_mapping(&text)).transpose().unwrap_or_else(|error| {
            fault(MAPPING, &error);
            None
        });
        let on_reject =
            vars.get(ON_REJECT).map(|policy| policy.parse()).transpose().unwrap_or_else(|error| {
                fault(ON_REJECT, &error);
                None
            });
        let most_rejects = vars.get(MOST_REJECTS).map_or(Some(Load::MOST_REJECTS), |text| {
            text.trim().parse().ok().filter(|number| *number <= MOST_REJECTS_LIMIT)
        });
        if most_rejects.is_none() {
            fault(MOST_REJECTS, &format!("it must be a whole number from 0 to {MOST_REJECTS_LIMIT}"));
        }
        let days = vars
            .get(LEDGER_RETENTION)
            .map(|text| text.trim().parse::<u64>().ok().filter(|days| (1..=MOST_DAYS).contains(days)));
        if days == Some(None) {
            fault(LEDGER_RETENTION, &format!("it must be a whole number of days from 1 to {MOST_DAYS}"));
        }
        let may_migrate = match vars.get(MIGRATE).map(|text| text.to_ascii_lowercase()).as_deref() {
            None | Some("never") => false,
            Some("allow") => true,
            Some(_) => {
                fault(MIGRATE, &"it must be one of never, allow");
                false
            }
        };
        Self {
            mode,
            mapping: mapping.unwrap_or_default(),
            on_reject: on_reject.unwrap_or_default(),
            most_rejects: most_rejects.unwrap_or_default(),
            retention: days.flatten().map(|days| Duration::from_secs(days * SECONDS_A_DAY)),
            may_migrate,
        }
    }

    /// The load of one payload.
    pub(crate) fn load(&self, table: TableName, batch: Option<BatchId>) -> Load {
        Load {
            mapping: self.mapping.clone(),
            mode: self.mode.clone(),
            on_reject: self.on_reject,
            most_rejects: self.most_rejects,
            batch,
            ..Load::append(table)
        }
    }
}

/// The variables that a mode was put together from.
fn of_mode(key: bool, update: bool) -> String {
    let names = [(true, MODE), (key, KEY), (update, UPDATE)];
    names.into_iter().filter_map(|(is_set, name)| is_set.then_some(name)).collect::<Vec<_>>().join(", ")
}

/// A mapping: JSON, or `@` and the absolute path of a file with it.
fn read_mapping(value: &str) -> Result<Mapping, String> {
    let text = match value.trim().strip_prefix('@') {
        None => value.to_owned(),
        Some(path) if !Path::new(path).is_absolute() => {
            return Err(format!("@{path} is not @ and the absolute path of a file"));
        }
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))?
        }
    };
    Mapping::from_json(&text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (Loading, Vec<String>) {
        let mut faults = Vec::new();
        let loading = Loading::from_vars(&Vars::fixed(pairs.iter().copied()), &mut faults);
        (loading, faults)
    }

    #[test]
    fn without_a_variable_records_are_appended_all_or_none() {
        let (loading, faults) = read(&[]);
        let table: TableName = "items".parse().unwrap();
        assert_eq!(loading.load(table.clone(), None), Load::append(table));
        assert!(faults.is_empty() && loading.retention.is_none() && !loading.may_migrate);
    }

    #[test]
    fn every_choice_reaches_the_load() {
        let (loading, faults) = read(&[
            (MODE, "upsert"),
            (KEY, "name"),
            (UPDATE, "nothing"),
            (MAPPING, r#"{"names": "snake"}"#),
            (ON_REJECT, "each-kept"),
            (MOST_REJECTS, "5"),
            (LEDGER_RETENTION, "30"),
            (MIGRATE, "Allow"),
        ]);
        assert_eq!(faults, [""; 0]);
        let load = loading.load("items".parse().unwrap(), None);
        assert_eq!(load.mode, Mode::of(ModeKind::Upsert, Some("name"), Some("nothing")).unwrap());
        assert_eq!(load.mapping, Mapping::from_json(r#"{"names": "snake"}"#).unwrap());
        assert_eq!((load.on_reject, load.most_rejects), (OnReject::EachKept, 5));
        assert_eq!((loading.retention, loading.may_migrate), (Some(Duration::from_secs(30 * 86_400)), true));
    }

    #[test]
    fn every_fault_names_its_variable() {
        let (_, faults) = read(&[
            (MODE, "merge"),
            (KEY, "a..b"),
            (MAPPING, r#"{"names": 5}"#),
            (ON_REJECT, "some"),
            (MOST_REJECTS, "-1"),
            (LEDGER_RETENTION, "0"),
            (MIGRATE, "yes"),
        ]);
        let named = |fault: &String, name| fault.starts_with(&format!("{name}: "));
        for name in [MODE, MAPPING, ON_REJECT, MOST_REJECTS, LEDGER_RETENTION, MIGRATE] {
            assert_eq!(faults.iter().filter(|fault| named(fault, name)).count(), 1, "{name}: {faults:?}");
        }
        assert_eq!(faults.len(), 6);
        assert_eq!(read(&[(KEY, "id")]).1, ["ADIT_MODE, ADIT_KEY: `append` takes no key"]);
        assert!(read(&[(MODE, "replace")]).1[0].starts_with("ADIT_MODE: `replace` needs a key"));
        assert!(read(&[(MAPPING, "@mapping.json")]).1[0].contains("absolute path"));
        assert!(read(&[(MAPPING, "@/no/such/file")]).1[0].contains("/no/such/file cannot be read"));
    }
}
