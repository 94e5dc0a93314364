//! Where in the text an addition belongs: behind the last table of its kind, with the comments that belong to that one; and how the
//! tables there are laid out.

use toml_edit::{Document, Item, Table, Value};

use super::render::Block;

/// Where something goes when there is none of its kind: behind these, the first that there is.
const NEIGHBOURS: [(&str, &[&str]); 3] = [
    ("function", &["application", "database"]),
    ("application", &["database", "nsg", "security-list", "route-table", "vcn"]),
    ("database", &["appliance", "nsg", "security-list", "route-table", "vcn"]),
];

/// A place, in bytes, and what surrounds it.
pub(super) struct Place {
    pub(super) at: usize,
    form: Form,
}

enum Form {
    /// Between tables with headers; where the `=` of the last of the same kind stand.
    Header { column: Column },
    /// In braces behind another.
    Behind,
    /// In empty braces.
    Empty,
}

#[derive(Clone, Copy)]
enum Column {
    /// All in this column.
    At(usize),
    /// One space behind each key.
    Ragged,
    /// There is none to go by.
    Unknown,
}

impl Place {
    /// The text to put there.
    pub(super) fn framed(&self, block: &Block, before: &str, after: &str) -> String {
        let newline = if before.contains("\r\n") || after.contains("\r\n") { "\r\n" } else { "\n" };
        let column = match self.form {
            Form::Behind => return format!(", {}", block.inline()),
            Form::Empty => return format!(" {} ", block.inline()),
            Form::Header { column } => column,
        };
        let column = match column {
            Column::At(column) => Some(column.max(block.widest())),
            Column::Ragged => None,
            Column::Unknown => Some(block.widest()),
        };
        let ends = before.is_empty() || before.ends_with('\n');
        // A line that the file's last one lacks, then an empty one.
        let above = if ends { "" } else { newline };
        let between = if before.is_empty() { "" } else { newline };
        let below = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { newline };
        [above, between, &block.lines(column, newline), below].concat()
    }
}

/// The place of a table of this kind; `None` where the text cannot be read.
pub(super) fn of(text: &str, kind: &'static str) -> Option<Place> {
    let document = Document::parse(text).ok()?;
    let root = document.as_table();
    if let Some(Item::Value(Value::InlineTable(table))) = root.get(kind) {
        return braces(table);
    }
    let mut headers = Vec::new();
    header_starts(root, &mut headers);
    headers.sort_unstable();
    let behind = |kind: &str| -> Option<(usize, &Table)> { last(root.get(kind)?) };
    let own = behind(kind);
    let column = own.map_or(Column::Unknown, |(_, table)| column(text, table));
    let neighbours = NEIGHBOURS.iter().find(|(of, _)| *of == kind).map_or(&[][..], |(_, all)| all);
    let anchor = own.or_else(|| neighbours.iter().find_map(|kind| behind(kind)));
    let at = match anchor {
        // Its last line, and what belongs to it, end before the next header.
        Some((start, _)) => {
            let next = headers.iter().copied().find(|header| *header > start).unwrap_or(text.len());
            end_of_section(text, root, start, next)
        }
        None => end_of_section(text, root, headers.last().copied().unwrap_or_default(), text.len()),
    };
    Some(Place { at, form: Form::Header { column } })
}

fn braces(table: &toml_edit::InlineTable) -> Option<Place> {
    let mut end = None;
    for (_, value) in table {
        end = end.max(Some(end_of_value(value)?));
    }
    Some(match end {
        Some(at) => Place { at, form: Form::Behind },
        None => Place { at: table.span()?.start + 1, form: Form::Empty },
    })
}

/// Where a value ends. Of `a.b = 1` in braces, `a` is a table without braces of its own.
fn end_of_value(value: &Value) -> Option<usize> {
    match value {
        Value::InlineTable(table) if table.is_dotted() => {
            table.iter().filter_map(|(_, value)| end_of_value(value)).max()
        }
        value => Some(value.span()?.end),
    }
}

/// Where the headers in a table begin.
fn header_starts(table: &Table, starts: &mut Vec<usize>) {
    for (_, item) in table {
        match item {
            Item::Table(table) => {
                starts.extend(own_header(table));
                header_starts(table, starts);
            }
            Item::ArrayOfTables(tables) => {
                for table in tables {
                    starts.extend(own_header(table));
                    header_starts(table, starts);
                }
            }
            _ => {}
        }
    }
}

fn own_header(table: &Table) -> Option<usize> {
    if table.is_implicit() || table.is_dotted() { None } else { Some(table.span()?.start) }
}

/// The last header in a table that is named by what is in it, with that table.
fn last(item: &Item) -> Option<(usize, &Table)> {
    let named = item.as_table()?;
    let mut found: Option<(usize, &Table)> = own_header(named).map(|start| (start, named));
    for (_, item) in named {
        let Item::Table(table) = item else { continue };
        // What stands below headers of its own belongs to it: [function.a.image].
        let mut starts: Vec<usize> = own_header(table).into_iter().collect();
        header_starts(table, &mut starts);
        if let Some(start) =
            starts.into_iter().max().filter(|start| found.is_none_or(|(last, _)| last < *start))
        {
            found = Some((start, table));
        }
    }
    found
}

/// Where the `=` of a table's keys stand.
fn column(text: &str, table: &Table) -> Column {
    let mut columns = Vec::new();
    for (name, item) in table {
        let Item::Value(_) = item else { continue };
        let Some(key) = table.key(name).and_then(toml_edit::Key::span) else { continue };
        let Some(equals) = text.get(key.end..).and_then(|rest| rest.find('=')).map(|at| key.end + at) else {
            continue;
        };
        let line = text.get(..equals).and_then(|above| above.rfind('\n')).map_or(0, |newline| newline + 1);
        columns.push(text.get(line..equals).map_or(0, |line| line.chars().count()));
    }
    match columns.split_first() {
        None => Column::Unknown,
        Some((first, others)) if others.iter().all(|column| column == first) => Column::At(*first),
        Some(_) => Column::Ragged,
    }
}

/// The end of what stands from a header up to the next: behind the line of its last value, and behind the lines of comments that follow
/// at once, unless they lead on to the next header.
fn end_of_section(text: &str, root: &Table, start: usize, next: usize) -> usize {
    let mut last = start;
    last_value(root, start, next, &mut last);
    let mut at = end_of_line(text, last);
    let mut end = at;
    while let Some(line) = text.get(at..next).and_then(|rest| rest.split_inclusive('\n').next()) {
        if !line.trim_start().starts_with('#') {
            break;
        }
        at += line.len();
        end = at;
    }
    // What stands at once above a header belongs to it.
    if end == next && next < text.len() { end_of_line(text, last) } else { end }
}

/// The last byte of a value that begins between two places.
fn last_value(table: &Table, start: usize, next: usize, last: &mut usize) {
    for (_, item) in table {
        match item {
            Item::Value(value) => {
                if let Some(span) = value.span().filter(|span| span.start >= start && span.start < next) {
                    *last = (*last).max(span.end);
                }
                // Of a dotted table in braces no value has a place of its own outside of them.
            }
            Item::Table(table) => last_value(table, start, next, last),
            Item::ArrayOfTables(tables) => {
                tables.iter().for_each(|table| last_value(table, start, next, last));
            }
            Item::None => {}
        }
    }
}

/// The first byte behind the line that this one is in.
fn end_of_line(text: &str, at: usize) -> usize {
    match text.get(at..).and_then(|rest| rest.find('\n')) {
        Some(newline) => at + newline + 1,
        None => text.len(),
    }
}
