//! Small pieces of sentences, and the nearest of known words.

/// The nearest of `known` to `word`, if one is near enough to be meant: a third of its letters may differ.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word of hostile length would make the comparison quadratic in it.
    if word.len() > 128 {
        return None;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let wanted = plain(word);
    let length = wanted.chars().count();
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(wanted.len()) <= allowed + 2)
        .map(|name| (strsim::osa_distance(&wanted, &plain(name)), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What came from outside, short enough for a line and without anything that a terminal would obey.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut clean: String = text.chars().take(MOST).map(plain).collect();
    if text.chars().nth(MOST).is_some() {
        clean.push('…');
    }
    clean
}

fn plain(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if invisible(c) => '\u{fffd}',
        c => c,
    }
}

/// In the quotes of a message.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

/// Whether a character would change how a line looks without being seen: controls, and the marks that turn the direction of writing.
fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What a character that has no meaning is called.
pub(crate) fn character(c: char) -> String {
    let number = u32::from(c);
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => format!("a no-break space (U+{number:04X})"),
        '\u{200b}' | '\u{feff}' | '\u{2060}' => format!("an invisible space (U+{number:04X})"),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => format!("a typographic dash `{c}` (U+{number:04X})"),
        c if invisible(c) => format!("an invisible character (U+{number:04X})"),
        c if c.is_ascii() => format!("`{c}`"),
        c => format!("`{c}` (U+{number:04X})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["inspect", "read", "use", "manage"];
        assert_eq!(nearest("mange", known), Some("manage"));
        assert_eq!(nearest("Reed", known), Some("read"));
        assert_eq!(nearest("write", known), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), known), None);
    }

    #[test]
    fn what_is_shown_is_short_and_plain() {
        assert_eq!(shown("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
        assert_eq!(shown(&"x".repeat(41)).chars().count(), 41);
        assert_eq!(character('\u{a0}'), "a no-break space (U+00A0)");
    }
}
