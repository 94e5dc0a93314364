//! The canonical form: one line a statement, for the Console's editor refuses broken ones; keywords and types in lower case, permissions
//! in upper case, quotes where they are needed. What is printed reads as the same tree.

mod condition;
mod name;
mod parts;
mod rule;
mod statement;

use std::fmt::{self, Display, Formatter};

/// Items with commas between them.
fn list<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    item: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (number, next) in items.iter().enumerate() {
        if number > 0 {
            f.write_str(", ")?;
        }
        item(f, next)?;
    }
    Ok(())
}

/// Items that print themselves.
fn displayed<T: Display>(f: &mut Formatter<'_>, items: &[super::At<T>]) -> fmt::Result {
    list(f, items, |f, item| Display::fmt(&item.value, f))
}
