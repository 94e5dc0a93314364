//! What is added, as TOML: a table under a header, or in braces.

use toml_edit::{InlineTable, Key, Value};

/// A table with its name and its keys, in the order in which they are written.
pub(super) struct Block {
    pub(super) kind: &'static str,
    pub(super) name: String,
    keys: Vec<(&'static str, Value)>,
}

impl Block {
    pub(super) fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), keys: Vec::new() }
    }

    pub(super) fn key(&mut self, key: &'static str, value: impl Into<Value>) {
        self.keys.push((key, value.into()));
    }

    pub(super) fn key_if(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.key(key, value);
        }
    }

    /// `[function.NAME]` and its keys, a line each. `column`: where the `=` stands; without it one space behind each key.
    pub(super) fn lines(&self, column: Option<usize>, newline: &str) -> String {
        let mut text = format!("[{}.{}]{newline}", self.kind, Key::new(&self.name).display_repr());
        for (key, value) in &self.keys {
            let width = column.map_or(0, |column| column.saturating_sub(1));
            text.push_str(&format!("{key:<width$} = {}{newline}", value.to_string().trim()));
        }
        text
    }

    /// `NAME = { … }`.
    pub(super) fn inline(&self) -> String {
        let table: InlineTable = self.keys.iter().map(|(key, value)| (*key, value.clone())).collect();
        format!("{} = {}", Key::new(&self.name).display_repr(), Value::from(table).to_string().trim())
    }

    /// The column of the `=` behind the longest key.
    pub(super) fn widest(&self) -> usize {
        self.keys.iter().map(|(key, _)| key.len() + 1).max().unwrap_or_default()
    }
}
