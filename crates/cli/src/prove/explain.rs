//! `adit explain`: what a code means. The one text for it is `docs/codes.md`, which is built in.

use crate::args::ExplainArgs;
use crate::console;
use crate::failure::Failure;

const PAGE: &str = include_str!("../../../../docs/codes.md");

/// Prints one code, or the list.
pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    if args.list {
        for (code, title) in rows() {
            console::data(&format!("{code}  {}", plain(title)));
        }
        return Ok(());
    }
    let asked = args.code.as_deref().unwrap_or_default();
    let code = asked.trim_matches(['[', ']', '`', ' ']).to_ascii_uppercase();
    let Some(title) = title(&code) else {
        return Err(Failure::NoSuchCode(asked.chars().take(40).collect()));
    };
    console::data(&format!("{code}: {}", plain(title)));
    if let Some(section) = section(&code) {
        console::data(&format!("\n{section}"));
    }
    Ok(())
}

/// What a code says, in a line.
pub(crate) fn title(code: &str) -> Option<&'static str> {
    rows().find(|(row, _)| *row == code).map(|(_, title)| title)
}

/// The rows of the page's tables: a code and what it says.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.lines().filter_map(|line| {
        let (code, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        Some((code, rest.strip_suffix(" |")?))
    })
}

/// What the page says of a code beyond its row.
fn section(code: &str) -> Option<&'static str> {
    let (_, rest) = PAGE.split_once(&format!("\n### {code}\n"))?;
    Some(rest.split("\n#").next().unwrap_or(rest).trim())
}

/// Without the page's emphasis.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('*', "")
}
