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
