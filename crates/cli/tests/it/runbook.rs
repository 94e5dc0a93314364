//! `docs/runbook.md` against the program: what it shows is what is printed, and what it does not run are commands and options that there are.

use std::path::Path;
use std::process::Command;

use crate::support::Place;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/runbook.md")).unwrap()
}

/// The fenced blocks of a kind, without their indentation.
fn blocks(text: &str, kind: &str) -> Vec<Vec<String>> {
    let (mut blocks, mut indent) = (Vec::new(), None);
    for line in text.lines() {
        let bare = line.trim_start();
        match indent {
            None if bare == format!("```{kind}") => {
                indent = Some(line.len() - bare.len());
                blocks.push(Vec::new());
            }
            Some(_) if bare == "```" => indent = None,
            Some(indent) => blocks.last_mut().unwrap().push(line.chars().skip(indent).collect::<String>()),
            None => {}
        }
    }
    blocks
}

/// Runs the commands of a section one after the other in a place of its own; what was written of them, as it should be.
#[test]
fn the_runbook_shows_what_is_printed() {
    let page = page();
    let mut commands = 0;
    for section in page.split("\n## ").skip(1) {
        let lines: Vec<String> = blocks(section, "console").concat();
        let place = Place::new();
        if lines.first().is_some_and(|line| !line.starts_with("$ adit init")) {
            assert_eq!(place.run_here(&["init", "--example"]).code, Some(0));
        }
        let mut printed = String::new();
        for command in lines.iter().filter_map(|line| line.strip_prefix("$ ")) {
            printed.push_str(&format!("$ {command}\n{}", run(&place, command)));
            commands += 1;
        }
        let shown: String = lines.iter().map(|line| format!("{line}\n")).collect();
        assert_eq!(printed, shown, "{}", section.lines().next().unwrap());
    }
    assert!(commands >= 8, "the page has commands to run");
}

fn run(place: &Place, command: &str) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_adit")).parent().unwrap().display().to_string();
    let ran = Command::new("sh")
        .args(["-c", command])
        .current_dir(place.directory.path())
        .env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap()))
        .env("XDG_RUNTIME_DIR", place.directory.path())
        .output()
        .unwrap();
    let code = match ran.status.code().unwrap() {
        0 => String::new(),
        code => format!("? {code}\n"),
    };
    format!("{code}{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

/// Every `adit …` of the page, in a block or in a sentence: its command is one, and has the options that stand behind it.
#[test]
fn every_command_of_the_runbook_exists() {
    let page = page();
    let blocks = [blocks(&page, "sh"), blocks(&page, "console")].concat().concat();
    let in_blocks = blocks.iter().map(|line| line.trim_start_matches("$ "));
    let in_sentences = page.split('`').skip(1).step_by(2);
    let mut seen = 0;
    for command in in_blocks.chain(in_sentences).filter_map(|text| text.strip_prefix("adit ")) {
        let words: Vec<&str> = command.split_whitespace().collect();
        let is_word = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase());
        let with_sub = ["add", "export"].contains(&words[0]) && words.get(1).as_ref().is_some_and(is_word);
        let path = &words[..if with_sub { 2 } else { 1 }];
        let help = Place::new().run(&[path, &["--help"]].concat());
        assert_eq!(help.code, Some(0), "adit {command}: {}", help.stderr);
        let known: Vec<&str> = help.stdout.split(|c: char| c.is_whitespace() || ",=[]".contains(c)).collect();
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(known.contains(option), "adit {command}: there is no {option}");
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}
