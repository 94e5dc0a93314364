//! The nearest of the known names to one that is not known.

/// How many names are compared: a file with thousands of wrong names among thousands shall not be compared with itself.
const MOST: usize = 1000;

/// The nearest of `known` to `word`, if one is near enough to be meant: a third of its letters may differ.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A name of hostile length would make the comparison quadratic in it.
    if word.len() > 256 {
        return None;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let wanted = plain(word);
    let length = wanted.chars().count();
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        .filter(|name| name.len() <= 256 && name.chars().count().abs_diff(length) <= allowed)
        .take(MOST)
        .map(|name| (strsim::osa_distance(&wanted, &plain(name)), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["cidr", "drg", "managed", "route-table", "subnet"];
        assert_eq!(nearest("cdir", known), Some("cidr"));
        assert_eq!(nearest("route_table", known), Some("route-table"));
        assert_eq!(nearest("Managed", known), Some("managed"));
        assert_eq!(nearest("banana", known), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), known), None);
    }
}
