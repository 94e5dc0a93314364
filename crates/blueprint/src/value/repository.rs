//! What a repository of images may be called.

use crate::code;
use crate::value::{BadValue, quoted};
use crate::words::shown;

/// Whether a registry takes it: small letters and digits, in parts, with `.`, `_`, `__` or dashes between them (the distribution
/// specification).
pub(crate) fn is_repository(text: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let part = |part: &str| {
        part.starts_with(word)
            && part.ends_with(word)
            && part
                .split(word)
                .all(|between| matches!(between, "" | "." | "_" | "__") || between.chars().all(|c| c == '-'))
    };
    text.len() <= 255 && text.split('/').all(part)
}

pub(crate) fn repository(text: &str) -> Result<(), BadValue> {
    if is_repository(text) {
        return Ok(());
    }
    let bad = BadValue::new(
        code::BAD_VALUE,
        format!("`{}` is not the name of a repository", shown(text)),
        "small letters and digits, with `.`, `_`, `-` and `/` between them, without host and tag",
    );
    let small = text.to_ascii_lowercase();
    Err(if is_repository(&small) { bad.instead(quoted(&small)) } else { bad })
}

#[cfg(test)]
mod tests {
    use super::is_repository;

    #[test]
    fn what_registries_take() {
        for name in ["a", "app/function", "a-b--c/d_e__f.g/0"] {
            assert!(is_repository(name), "{name}");
        }
        let long = "a".repeat(256);
        for name in ["", "App", "a//b", "/a", "a/", "-a", "a-", "a___b", "a..b", "a b", "a:1", "ü", &long] {
            assert!(!is_repository(name), "{name}");
        }
    }
}
