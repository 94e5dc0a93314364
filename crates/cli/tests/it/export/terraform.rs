//! `adit export terraform` and `adit export mermaid`: what is said, what is left alone, and the page about it.

use std::fs;

use super::example;
use crate::support::Place;

#[test]
fn a_module_is_written_and_is_current_from_then_on() {
    let place = example();
    let ran = place.run_here(&["export", "terraform", "--check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("missing    terraform/network.tf"), "{}", ran.stderr);
    assert!(!place.directory.path().join("terraform").exists(), "a check writes nothing");

    let ran = place.run_here(&["export", "terraform"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stderr);
    let ran = place.run_here(&["export", "terraform", "--check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    // A line more above moves the places in the comments: the files are not those of this adit.toml any more.
    let text = fs::read_to_string(place.directory.path().join("adit.toml")).unwrap();
    place.file("adit.toml", &format!("# One line more.\n{text}"));
    let ran = place.run_here(&["export", "terraform", "--check"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("outdated   terraform/network.tf"), "{}", ran.stderr);
}

#[test]
fn what_somebody_else_wrote_is_left_alone() {
    let place = example();
    fs::create_dir(place.directory.path().join("terraform")).unwrap();
    for (name, text) in [("network.tf", "# mine\n"), ("backend.tf", "terraform {}\n")] {
        fs::write(place.directory.path().join("terraform").join(name), text).unwrap();
    }
    let ran = place.run_here(&["export", "terraform"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("terraform/network.tf"), "{}", ran.stderr);
    let here: Vec<_> = fs::read_dir(place.directory.path().join("terraform")).unwrap().collect();
    assert_eq!(here.len(), 2, "nothing is written beside what is refused");
    assert_eq!(place.run_here(&["export", "terraform", "--force"]).code, Some(0));
    let backend = fs::read_to_string(place.directory.path().join("terraform/backend.tf")).unwrap();
    assert_eq!(backend, "terraform {}\n");
}

#[test]
fn a_file_with_faults_makes_nothing() {
    let place = Place::new();
    place.file("adit.toml", "version = 1\n[vcn.a]\ncidr = \"10.0.0.5/16\"\n");
    let ran = place.run_here(&["export", "terraform"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("error[A0161]"), "{}", ran.stdout);
    assert!(!place.directory.path().join("terraform").exists());
    let ran = place.run_here(&["export", "terraform", "--file", "none.toml"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("none.toml cannot be read"), "{}", ran.stderr);
}

#[test]
fn the_network_is_drawn_with_what_is_proved_of_it() {
    let place = example();
    insta::assert_snapshot!("mermaid", place.run_here(&["export", "mermaid"]).stdout);
    let text = fs::read_to_string(place.directory.path().join("adit.toml")).unwrap();
    let lines = text.lines().filter(|line| !line.contains("component 4"));
    place.file("adit.toml", &lines.collect::<Vec<_>>().join("\n"));
    let ran = place.run_here(&["export", "mermaid"]);
    assert!(ran.stdout.contains("function0 -.-x|\"does not reach port 6432\"| database0"), "{}", ran.stdout);
}

/// The page's list of files is that of the program.
#[test]
fn the_page_lists_the_files_that_are_written() {
    let place = example();
    assert_eq!(place.run_here(&["export", "terraform"]).code, Some(0));
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/terraform.md")).unwrap();
    for entry in fs::read_dir(place.directory.path().join("terraform")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(page.contains(&format!("`{name}`")), "docs/terraform.md does not say what is in {name}");
    }
}
