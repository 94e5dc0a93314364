//! The README and `docs/` against the program: what they show is what it prints, what they list is what there is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::{Dev, Place};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Each `console` block of the README: a command, `? N` for its exit code if it is not 0, then what it prints.
#[test]
fn the_readme_shows_what_is_printed() {
    let place = Place::new();
    let _dev = Dev::start(&place, &[]);
    let readme = read("README.md");
    let blocks: Vec<&str> =
        readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        let (command, printed) = block.split_once('\n').unwrap();
        let command = command.strip_prefix("$ ").unwrap();
        assert!(command.starts_with("adit "), "{command}");
        let (code, printed) = match printed.strip_prefix("? ").and_then(|rest| rest.split_once('\n')) {
            Some((code, printed)) => (code.parse().unwrap(), printed),
            None => (0, printed),
        };
        let programs = Path::new(env!("CARGO_BIN_EXE_adit")).parent().unwrap().display().to_string();
        let ran = std::process::Command::new("sh")
            .args(["-c", command])
            .current_dir(place.directory.path())
            .env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap()))
            .env("XDG_RUNTIME_DIR", place.directory.path())
            .output()
            .unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!((said.as_str(), ran.status.code()), (printed, Some(code)), "{command}");
    }
}

/// Every code in the source is in `docs/codes.md` once, and every code there is in the source.
#[test]
fn every_code_is_listed() {
    let mut used = BTreeSet::new();
    let rooms =
        ["net", "iam", "blueprint", "terraform", "fdk", "oci", "ingest", "function", "local", "image", "cli"];
    let mut waiting: Vec<PathBuf> = rooms.map(|room| root().join("crates").join(room).join("src")).into();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            used.extend(codes(&text).map(str::to_owned));
        }
    }
    let page = read("docs/codes.md");
    let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.get(..5)).collect();
    let listed: BTreeSet<String> = rows.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(rows.len(), listed.len(), "a code is listed twice");
    assert_eq!(listed, used);
}

/// The quoted codes of a source file: `"A0501"`.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split("\"A0").skip(1).filter_map(|rest| {
        let digits = rest.get(..3)?;
        let closed = rest.get(3..4) == Some("\"") && digits.bytes().all(|byte| byte.is_ascii_digit());
        let start = rest.as_ptr().addr() - text.as_ptr().addr() - 2;
        if closed { text.get(start..start + 5) } else { None }
    })
}
