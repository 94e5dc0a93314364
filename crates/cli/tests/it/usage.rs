//! Wrong usage, and what is not there: each has its exit code and says what to do.

use crate::support::Place;

#[test]
fn wrong_arguments_are_exit_code_2() {
    let place = Place::new();
    for arguments in [
        &["frobnicate"][..],
        &["add", "function", "f", "--table", "t", "--memory", "much"],
        &["add", "database", "d", "--address", "10.0.0.0/24"],
        &["invoke"],
        &["dev", "--config", "1X=y"],
        &["dev", "--timeout", "0"],
        &["dev", "--table", "a b"],
        &["ingest", "rows.csv", "--table", "t"],
        &["build", "--label", "x"],
        &["push"],
        &["push", "--function", "f", "--all"],
        &["push", "localhost:5000/f", "--pin", "terraform"],
        &["push", "--all", "--compartment", "ocid1.compartment.oc1..a"],
        &["push", "localhost:5000/f", "--profile", "P"],
        &["push", "localhost:5000/f", "--password-stdin"],
        &["push", "localhost:5000/f", "--compartment", "ocid1.vcn.oc1..a"],
        &["build", "--arch", "riscv64"],
        &["deploy", "--dry-run", "--yes"],
        &["deploy", "--password-stdin"],
        &["deploy", "--profile", "P"],
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty() && ran.stderr.starts_with("error: "), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn without_a_stack_invoke_says_how_to_start_one() {
    let ran = Place::new().run(&["invoke", "-d", "{}"]);
    assert_eq!(ran.code, Some(3));
    assert_eq!(
        ran.stderr,
        "error: `adit dev` is not running here\n\
         help: start it with `adit dev`, or give a function's OCID to call one in the cloud\n"
    );
}

#[test]
fn without_a_function_dev_says_how_to_build_one() {
    let ran = Place::new().run(&["dev", "--function", "/nowhere/adit-function"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("looked for /nowhere/adit-function"), "{}", ran.stderr);
    assert!(ran.stderr.contains("scripts/build-function"), "{}", ran.stderr);
}

#[test]
fn a_password_is_never_shown() {
    let place = Place::new();
    for url in ["postgresql://u:hunter2@127.0.0.1:1/db", "postgresql://u:hunter2@:x/db", "hunter2"] {
        let rows = place.file("rows.json", "{}");
        let ran = place.run(&["ingest", &rows, "--table", "t", "--database-url", url]);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    }
}

#[test]
fn help_shows_examples() {
    let commands = [
        "init", "add", "check", "path", "addr", "policy", "explain", "dev", "invoke", "ingest", "build",
        "push", "deploy",
    ];
    for command in commands {
        let ran = Place::new().run(&[command, "--help"]);
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout.contains("Examples:\n  "), "{}", ran.stdout);
    }
}
