//! Texts with `*`, which stands for any characters, none included. Case does not count.

/// Whether a text is what a pattern describes, one character at a time.
///
/// The two loops take at most the product of the lengths: a `*` is only ever retried at the last one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some('*'), _) => {
                retry = Some((p + 1, t));
                p += 1;
            }
            (Some(wanted), Some(found)) if wanted == found => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|it| *it == '*'))
}

/// A pattern taken apart once: what stands between the `*`s, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    first: String,
    middle: Vec<String>,
    last: Option<String>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        let lower = pattern.to_lowercase();
        let mut parts = lower.split('*').map(str::to_owned);
        let first = parts.next().unwrap_or_default();
        let mut middle: Vec<String> = parts.collect();
        let last = middle.pop();
        middle.retain(|part| !part.is_empty());
        Self { first, middle, last }
    }

    /// Whether a text in lower case matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some(last) = &self.last else { return text == self.first };
        let Some(mut rest) = text.strip_prefix(self.first.as_str()) else { return false };
        for part in &self.middle {
            let Some((_, behind)) = rest.split_once(part.as_str()) else { return false };
            rest = behind;
        }
        rest.ends_with(last.as_str())
    }
}

/// Whether some text matches both of two patterns.
pub(crate) fn overlap(a: &str, b: &str) -> bool {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    // Which places of `b` can be reached together with the place of `a`: a row for each place of `a`.
    let row_start = |first: bool| {
        let mut row = vec![first];
        row.resize(b.len() + 1, false);
        row
    };
    let mut row = row_start(true);
    let spread = |row: &mut Vec<bool>, star: bool| {
        for (at, wanted) in b.iter().enumerate() {
            let here = row.get(at).copied().unwrap_or(false);
            if here
                && (star || *wanted == '*')
                && let Some(next) = row.get_mut(at + 1)
            {
                *next = true;
            }
        }
    };
    spread(&mut row, a.first() == Some(&'*'));
    for (at, wanted) in a.iter().enumerate() {
        let mut next = row_start(false);
        for place in 0..=b.len() {
            if !row.get(place).copied().unwrap_or(false) {
                continue;
            }
            let other = b.get(place);
            let stays = *wanted == '*' || other == Some(&'*');
            if stays && let Some(cell) = next.get_mut(place) {
                *cell = true;
            }
            if other == Some(wanted)
                && *wanted != '*'
                && let Some(cell) = next.get_mut(place + 1)
            {
                *cell = true;
            }
        }
        spread(&mut next, a.get(at + 1) == Some(&'*'));
        row = next;
    }
    row.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::{Glob, matches, overlap};

    fn texts(letters: &[char], longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            last = last.iter().flat_map(|text| letters.iter().map(move |it| format!("{text}{it}"))).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    /// Every small pattern against every small text, and every two patterns against all texts.
    #[test]
    fn patterns_match_and_overlap() {
        let patterns = texts(&['a', 'b', '*'], 4);
        let subjects = texts(&['a', 'b'], 7);
        let fits =
            |pattern: &String| -> Vec<bool> { subjects.iter().map(|it| matches(pattern, it)).collect() };
        let found: Vec<Vec<bool>> = patterns.iter().map(fits).collect();
        for (pattern, found) in patterns.iter().zip(&found) {
            let glob = Glob::new(pattern);
            for (text, found) in subjects.iter().zip(found) {
                assert_eq!(glob.matches(text), *found, "{pattern} {text}");
            }
        }
        for (a, in_a) in patterns.iter().zip(&found) {
            for (b, in_b) in patterns.iter().zip(&found) {
                let both = in_a.iter().zip(in_b).any(|(a, b)| *a && *b);
                assert_eq!(overlap(a, b), both, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_pattern_matches_the_obvious() {
        assert!(matches("/a*", "/A/b") && matches("a**b", "ab") && matches("", "") && matches("*", ""));
        assert!(!matches("a*b*c", "acb") && !matches("ab", "abc") && !matches("", "a"));
        assert!(!overlap("Create*", "Update*") && overlap("*a", "b*"));
    }

    #[test]
    fn a_long_pattern_takes_no_long_time() {
        let pattern = "a*".repeat(2_000);
        let text = format!("{}b", "a".repeat(20_000));
        assert!(matches(&pattern, &text) && !matches(&format!("{pattern}c"), &text));
    }
}
