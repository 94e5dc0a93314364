//! `adit export`: files for other tools, made from `adit.toml`.

#[cfg_attr(not(test), expect(dead_code, reason = "the command comes with its first files"))]
mod files;
