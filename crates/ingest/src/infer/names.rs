//! How a key becomes a column's name, by the mapping's rule.

use crate::mapping::NameRule;

/// A name as the mapping's rule compares it.
pub(super) fn alike(rule: NameRule, name: &str) -> String {
    match rule {
        NameRule::Exact => name.to_owned(),
        NameRule::IgnoreCase => name.to_lowercase(),
        NameRule::Snake => {
            name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
        }
    }
}

/// The name of a key's column.
pub(super) fn name_of(rule: NameRule, key: &str) -> String {
    match rule {
        NameRule::Exact => key.to_owned(),
        NameRule::IgnoreCase => key.to_lowercase(),
        NameRule::Snake => snake(key),
    }
}

/// A key in lower case with its words joined by `_`: `firstName`, `First-Name` and `FIRST NAME` are `first_name`.
fn snake(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    let mut before = None;
    let mut rest = key.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = matches!(c, '-' | ' ' | '_');
        let after_a_word = before.is_some_and(|before: char| before.is_lowercase() || before.is_numeric());
        let ends_an_acronym =
            before.is_some_and(char::is_uppercase) && rest.peek().is_some_and(|next| next.is_lowercase());
        let begins = joins || (c.is_uppercase() && (after_a_word || ends_an_acronym));
        if begins && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if !joins {
            name.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    name
}
