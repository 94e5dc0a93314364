//! What the program says is wrong: from its JSON where it writes some, else from its words.

use serde::Deserialize;

/// How much is kept of one text.
const LONGEST: usize = 4000;
/// How many lines are shown of a diagnostic's text.
const SHOWN: usize = 8;
/// How long a line is that is shown.
const WIDTH: usize = 200;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it is an error; else a warning.
    pub is_error: bool,
    /// In a line.
    pub summary: String,
    /// In more lines.
    pub detail: String,
    /// The resource that it is about.
    pub address: Option<String>,
    /// `main.tf:5`.
    pub place: Option<String>,
}

/// Who holds a state's lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockInfo {
    /// What `force-unlock` wants.
    pub id: Option<String>,
    /// `user@machine`.
    pub who: Option<String>,
    /// Since when.
    pub created: Option<String>,
    /// `OperationTypeApply`.
    pub operation: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Wire {
    severity: String,
    summary: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    range: Option<WireRange>,
}

#[derive(Deserialize)]
struct WireRange {
    filename: String,
    start: WirePosition,
}

#[derive(Deserialize)]
struct WirePosition {
    line: u64,
}

impl From<Wire> for Diagnostic {
    fn from(wire: Wire) -> Self {
        Self {
            is_error: wire.severity == "error",
            summary: line(&wire.summary),
            detail: text(&wire.detail),
            address: wire.address.map(|address| line(&address)),
            place: wire.range.map(|range| format!("{}:{}", line(&range.filename), range.start.line)),
        }
    }
}

impl Diagnostic {
    /// In a few lines, the place first.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let place = self.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        let about = self.address.as_ref().filter(|address| !self.summary.contains(address.as_str()));
        let about = about.map(|address| format!(" ({address})")).unwrap_or_default();
        let first = format!("{place}{}{about}", self.summary);
        let mut detail = self.detail.lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
        let shown: Vec<String> = detail.by_ref().take(SHOWN).map(|text| format!("  {}", cut(text))).collect();
        let more = detail.count();
        let more = (more > 0).then(|| format!("  … and {more} lines more"));
        [first].into_iter().chain(shown).chain(more).collect()
    }

    /// Whether it says this, in whatever case.
    pub(super) fn says(&self, words: &str) -> bool {
        let words = words.to_ascii_lowercase();
        self.summary.to_ascii_lowercase().contains(&words) || self.unwrapped().contains(&words)
    }

    /// The detail on one line: words of `init` are broken to the terminal's width.
    fn unwrapped(&self) -> String {
        self.detail.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase()
    }

    /// Who holds the lock, if this says that somebody does.
    pub(super) fn lock(&self) -> Option<LockInfo> {
        if !self.says("acquiring the state lock") && !self.says("lock info:") {
            return None;
        }
        let of = |name: &str| {
            let lines = self.detail.lines();
            let value = lines.filter_map(|line| line.trim().strip_prefix(name)).map(str::trim).next()?;
            (!value.is_empty()).then(|| line(value))
        };
        Some(LockInfo {
            id: of("ID:"),
            who: of("Who:"),
            created: of("Created:"),
            operation: of("Operation:"),
        })
    }

    /// The resource that may not be destroyed, if this says so.
    pub(super) fn guarded(&self) -> Option<String> {
        let words = self.detail.split_whitespace().collect::<Vec<_>>().join(" ");
        let (address, _) =
            words.strip_prefix("Resource ")?.split_once(" has lifecycle.prevent_destroy set")?;
        Some(line(address))
    }
}

/// The diagnostics of a text as a terminal shows it, with or without the lines that are drawn around them.
pub(super) fn of_text(text: &[u8]) -> Vec<Diagnostic> {
    let text = String::from_utf8_lossy(text);
    let mut found: Vec<Diagnostic> = Vec::new();
    for raw in text.lines() {
        let bare = raw.trim_start_matches(['│', '╷', '╵', '|']);
        let bare = bare.strip_prefix(' ').unwrap_or(bare);
        let head = [("Error: ", true), ("Warning: ", false)]
            .into_iter()
            .find_map(|(word, is_error)| Some((bare.strip_prefix(word)?, is_error)));
        if let Some((summary, is_error)) = head {
            found.push(Diagnostic {
                is_error,
                summary: line(summary),
                detail: String::new(),
                address: None,
                place: None,
            });
        } else if let Some(last) = found.last_mut() {
            match place(bare) {
                Some(place) if last.detail.trim().is_empty() && last.place.is_none() => {
                    last.place = Some(place)
                }
                // The line of the file, quoted: it stands in the file.
                _ if last.place.is_some() && last.detail.trim().is_empty() && is_quoted(bare) => {}
                _ if last.detail.len() < LONGEST => {
                    last.detail.push_str(&self::line(bare));
                    last.detail.push('\n');
                }
                _ => {}
            }
        }
    }
    for diagnostic in &mut found {
        diagnostic.detail = diagnostic.detail.trim().to_owned();
    }
    found
}

/// `  on main.tf line 5, in resource …`.
fn place(line: &str) -> Option<String> {
    let (file, rest) = line.trim_start().strip_prefix("on ")?.split_once(" line ")?;
    let number = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    (!number.is_empty()).then(|| format!("{}:{number}", self::line(file)))
}

/// `   5:   input = …`.
fn is_quoted(line: &str) -> bool {
    line.trim_start()
        .split_once(':')
        .is_some_and(|(number, _)| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// One line that a terminal takes for nothing else.
pub(super) fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

fn text(text: &str) -> String {
    let kept = |c: &char| *c == '\n' || !c.is_control();
    text.chars().filter(kept).take(LONGEST).collect::<String>().trim().to_owned()
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_apart_with_and_without_a_frame() {
        let bare = "\nError: Unsupported Terraform Core version\n\n  on main.tf line 1, in terraform:\n   1: terraform { required_version = \">= 9.0\" }\n\n\
            This configuration does not support Terraform version 1.11.4. To proceed,\neither choose another.\n\nError: second\n\nmore\n";
        let framed: String = bare.lines().map(|line| format!("│ {line}\n")).collect();
        for text in [bare.to_owned(), format!("╷\n{framed}╵\n")] {
            let found = of_text(text.as_bytes());
            assert_eq!(found.len(), 2, "{text}");
            assert_eq!(found[0].summary, "Unsupported Terraform Core version");
            assert_eq!(found[0].place.as_deref(), Some("main.tf:1"));
            assert!(found[0].detail.starts_with("This configuration"), "{:?}", found[0]);
            assert!(found[0].says("to proceed, either choose"));
            assert_eq!(found[1].lines(), ["second", "  more"]);
        }
    }

    #[test]
    fn nothing_of_it_moves_a_terminal() {
        let found = of_text("Error: \u{1b}[31mred\u{7}\n\u{1b}[2J\n".as_bytes());
        assert!(found[0].lines().iter().all(|line| !line.contains(char::is_control)), "{found:?}");
    }
}
