//! What the platform takes of a function, whoever writes it: the file, a plan, an argument.

/// What memory a container can have, in MB.
pub const MEMORY: [i64; 6] = [128, 256, 512, 1024, 2048, 3072];
/// The same in words.
pub const MEMORY_WORDS: &str = "128, 256, 512, 1024, 2048 or 3072";

/// What all names and values of a configuration may measure together, in bytes (Oracle: "The maximum size for all
/// configuration keys and values is limited to 4KB").
pub const LARGEST_CONFIG: usize = 4096;

/// Whether a character may stand in the name of a function's configuration.
pub fn is_of_config_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a function's configuration can have this name.
pub fn is_config_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(is_of_config_name)
}

/// Whether a registry takes it: small letters and digits, in parts, with `.`, `_`, `__` or dashes between them (the distribution
/// specification).
pub fn is_repository(text: &str) -> bool {
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
