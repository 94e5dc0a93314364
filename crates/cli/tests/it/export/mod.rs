//! `adit export`: the files that it writes, and the workflows' scripts as a runner runs them.

mod apply;
mod login;
mod plan;
mod runner;
mod terraform;

use std::fs;
use std::path::Path;

use crate::support::Place;

/// The example's file, in a place of its own.
fn example() -> Place {
    let place = Place::new();
    assert_eq!(place.run_here(&["init", "--example"]).code, Some(0));
    place
}

fn written(place: &Place, name: &str) -> String {
    fs::read_to_string(place.directory.path().join(".github/workflows").join(name)).unwrap()
}

#[test]
fn workflows_are_written_and_checked() {
    let place = example();
    let ran = place.run_here(&["export", "github", "--check"]);
    insta::assert_snapshot!("export-check-missing", ran.stderr);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(!place.directory.path().join(".github").exists(), "a check writes nothing");

    let ran = place.run_here(&["export", "github"]);
    insta::assert_snapshot!("export", ran.stderr);
    assert_eq!(ran.code, Some(0));
    assert_eq!(place.run_here(&["export", "github", "--check"]).code, Some(0));
    // Another way to log in is another file.
    assert_eq!(place.run_here(&["export", "github", "--auth", "oidc", "--check"]).code, Some(1));
    assert!(!written(&place, "update-application.yml").contains("id-token"));

    let old = place.directory.path().join(".github/workflows/old.yml");
    fs::write(&old, format!("{}\n", adit_terraform::workflows::MARKER)).unwrap();
    let ran = place.run_here(&["export", "github", "--auth", "oidc", "--branch", "trunk"]);
    insta::assert_snapshot!("export-changed", ran.stderr);
    assert_eq!(ran.code, Some(0));
    assert!(written(&place, "update-application.yml").contains("branches: ['trunk']") && old.exists());
    assert!(written(&place, "provision-function.yml").contains("id-token: write"));
}

#[test]
fn what_somebody_else_wrote_is_left_alone() {
    let place = example();
    let folder = place.directory.path().join(".github/workflows");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("update-application.yml"), "name: mine\n").unwrap();
    let ran = place.run_here(&["export", "github"]);
    insta::assert_snapshot!("export-foreign", ran.stderr);
    assert_eq!(ran.code, Some(2));
    assert_eq!(written(&place, "update-application.yml"), "name: mine\n");
    assert!(!folder.join("provision-function.yml").exists());
    assert_eq!(place.run_here(&["export", "github", "--force"]).code, Some(0));
    assert_eq!(place.run_here(&["export", "github", "--check"]).code, Some(0));
    // A link may lead anywhere.
    let elsewhere = place.file("elsewhere", adit_terraform::workflows::MARKER);
    fs::remove_file(folder.join("update-application.yml")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.join("update-application.yml")).unwrap();
    let ran = place.run_here(&["export", "github", "--force"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("is a link or a folder"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), adit_terraform::workflows::MARKER);
}

#[test]
fn a_file_that_makes_no_workflows_says_why() {
    let place = Place::new();
    place.file(
        "adit.toml",
        "version = 1\n[vcn.v]\ncidr = \"10.0.0.0/16\"\n[vcn.v.subnet.s]\ncidr = \"10.0.0.0/24\"\n\
         [application.a]\nsubnet = \"v/s\"\n[function.\"it's ${{ mine }}\"]\napplication = \"a\"\n",
    );
    let ran = place.run_here(&["export", "github"]);
    insta::assert_snapshot!("export-lacks", ran.stdout + &ran.stderr);
    assert_eq!(ran.code, Some(1));
    assert!(!place.directory.path().join(".github").exists());

    place.file("adit.toml", "version = 1\n[tenancy\n");
    assert_eq!(place.run_here(&["export", "github"]).code, Some(2));
    place.file("adit.toml", "version = 1\nvcns = 1\n");
    assert_eq!(place.run_here(&["export", "github"]).code, Some(1));
    for (file, said) in
        [("nowhere.toml", "cannot be read"), ("/etc/adit.toml", "a path from the repository's root")]
    {
        let ran = place.run_here(&["export", "github", "--file", file]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    let ran = place.run_here(&["export", "github", "--branch", "a b"]);
    assert_eq!(ran.code, Some(2));
    assert!(!Path::new(".github/workflows/provision-function.yml").exists());
}
