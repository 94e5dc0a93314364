//! The arguments about rows as the load that they mean.

use std::error::Error;
use std::path::PathBuf;

use adit_ingest::{Load, Mapping, Mode, ModeKind};

use crate::args::{IngestArgs, LoadArgs};
use crate::failure::Failure;

/// The load for every file, without a batch.
pub(super) fn load(args: &IngestArgs) -> Result<Load, Failure> {
    let LoadArgs { mode, key, update, mapping, on_reject, most_rejects } = &args.load;
    // A table that is made here has the key as its primary key, whatever the mode.
    let key = key.as_deref().filter(|_| *mode != ModeKind::Append || !args.create_table);
    let mode = Mode::of(*mode, key, update.as_deref()).map_err(|error| Failure::Choice(error.to_string()))?;
    Ok(Load {
        mapping: mapping.as_deref().map(read_mapping).transpose()?.unwrap_or_default(),
        mode,
        on_reject: *on_reject,
        most_rejects: usize::try_from(*most_rejects).unwrap_or(usize::MAX),
        ..Load::append(args.table.clone())
    })
}

/// The columns that were named as the key.
pub(super) fn key_columns(args: &IngestArgs) -> impl Iterator<Item = &str> {
    args.load.key.iter().flat_map(|key| key.split(',')).map(str::trim)
}

/// A mapping: JSON, or `@FILE`.
fn read_mapping(argument: &str) -> Result<Mapping, Failure> {
    let (text, place) = match argument.strip_prefix('@') {
        None => (argument.to_owned(), "--mapping".to_owned()),
        Some(path) => match std::fs::read_to_string(path) {
            Ok(text) => (text, path.to_owned()),
            Err(error) => return Err(Failure::File { path: PathBuf::from(path), error }),
        },
    };
    Mapping::from_json(&text).map_err(|error| {
        let json = error.source().and_then(|source| source.downcast_ref::<serde_json::Error>());
        let pointed = json.map(|json| point_at(&text, json.line(), json.column())).unwrap_or_default();
        Failure::Mapping { message: format!("{place}: {error}"), pointed }
    })
}

/// The line of a text, and below it a mark at the column (both counted from 1); at most 80 characters around it.
fn point_at(text: &str, line: usize, column: usize) -> Vec<String> {
    const BEFORE: usize = 60;
    const MOST: usize = 80;
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    // The library counts bytes.
    let column = line
        .char_indices()
        .position(|(at, _)| at + 1 >= column)
        .unwrap_or_else(|| line.chars().count().saturating_sub(1));
    let first = column.saturating_sub(BEFORE);
    let shown: String = line.chars().skip(first).take(MOST).collect();
    vec![shown, format!("{}^", " ".repeat(column - first))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_mapping_is_pointed_at() {
        let Failure::Mapping { message, pointed } = read_mapping(r#"{"names": "Snake"}"#).unwrap_err() else {
            panic!("another failure")
        };
        assert!(message.starts_with("--mapping: the mapping is wrong: unknown variant `Snake`"), "{message}");
        assert_eq!(pointed, [r#"{"names": "Snake"}"#, "                ^"]);
        let long = format!("{{\"unknown\": {}x}}", " ".repeat(100));
        assert_eq!(point_at(&long, 1, 112)[1].len(), 61);
        assert_eq!(point_at("", 1, 1), ["", "^"]);
    }
}
