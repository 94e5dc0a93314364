//! `adit add`: what is shown, what is written, and that a file is changed in one step or not at all.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Place, Ran};

fn place() -> Place {
    let place = Place::new();
    assert_eq!(place.run_here(&["init", "--example"]).code, Some(0));
    place
}

fn text(place: &Place) -> String {
    fs::read_to_string(place.directory.path().join("adit.toml")).unwrap()
}

fn said(ran: &Ran) -> String {
    format!("{}{}? {}\n", ran.stdout, ran.stderr, ran.code.unwrap())
}

const ORDERS: [&str; 7] = ["add", "function", "orders-inserter", "--table", "orders", "--memory", "512"];

#[test]
fn a_function_is_shown_and_written_and_the_check_is_clean() {
    let place = place();
    let before = text(&place);
    let dry = place.run_here(&[&ORDERS[..], &["--dry-run"]].concat());
    assert_eq!(text(&place), before);
    let ran = place.run_here(&ORDERS);
    insta::assert_snapshot!("add-function", said(&dry) + &said(&ran));
    assert_eq!(ran.stdout, dry.stdout);
    let added: String =
        ran.stdout.lines().skip(1).map(|line| line.strip_prefix("+ ").unwrap().to_owned() + "\n").collect();
    assert_eq!(text(&place).replacen(&format!("\n{added}"), "", 1), before, "nothing else changes");
    let check = place.run_here(&["check"]);
    assert_eq!(check.code, Some(0), "{}", check.stdout);
    assert!(check.stdout.contains("ok  orders-inserter reaches librarian"), "{}", check.stdout);
    assert_eq!(said(&place.run_here(&ORDERS)), {
        "error[A0880]: `orders-inserter` is the name of a function already (adit.toml:103:11)\n\
         help: take another name, or change what stands there\n? 2\n"
    });
}

#[test]
fn a_database_and_an_application_are_added_and_used() {
    let place = place();
    let database = ["add", "database", "ledger", "--address", "10.0.0.147", "--secret", "ledger-db"];
    let several = place.run_here(&database);
    assert!(several.stderr.starts_with("error[A0881]: there are several subnets: "), "{}", several.stderr);
    let subnet = ["--subnet", "shared-infrastructure-vcn/database"];
    let ran = place.run_here(&[&database[..], &subnet].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let application = ["add", "application", "reports", "--subnet", "sandbox-vcn/fn-public-subnet"];
    let ran_too = place.run_here(&application);
    let function =
        ["add", "function", "reporter", "--table", "r", "--database", "ledger", "--application", "reports"];
    let ran_last = place.run_here(&function);
    insta::assert_snapshot!("add-others", said(&ran) + &said(&ran_too) + &said(&ran_last));
}

/// The file is a link into another directory, and only its owner may read it.
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    let place = place();
    let (link, file) = (place.directory.path().join("adit.toml"), place.directory.path().join("real/a.toml"));
    fs::create_dir(place.directory.path().join("real")).unwrap();
    fs::rename(&link, &file).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink("real/a.toml", &link).unwrap();
    assert_eq!(place.run_here(&ORDERS).code, Some(0));
    assert!(link.is_symlink());
    assert!(fs::read_to_string(&file).unwrap().contains("[function.orders-inserter]"));
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_cannot_be_added_leaves_the_file_alone() {
    let place = place();
    let before = text(&place);
    for (arguments, code, told) in [
        (&["add", "function", "x"][..], 2, "error: the following required arguments"),
        (&["add", "function", "x", "--table", "a b"], 2, "error: invalid value 'a b' for '--table <TABLE>'"),
        (&["add", "function", "x", "--table", "t", "--database", "librarien"], 2, "error[A0882]: "),
        (&["add", "function", "x", "--table", "t", "--memory", "200"], 2, "error[A0885]: "),
        (&["add", "function", "X", "--table", "t"], 2, "error[A0884]: "),
        (&["add", "function", "x", "--table", "t", "--file", "none.toml"], 2, "error[A0150]: "),
    ] {
        let ran = place.run_here(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(told) && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(text(&place), before);
    // A file with faults is told as `adit check` tells it, and is left alone.
    for faulty in [before.replace("memory  ", "memroy  "), before.replace("librarian\"", "x\""), before + "["]
    {
        place.file("adit.toml", &faulty);
        let (ran, check) = (place.run_here(&ORDERS), place.run_here(&["check"]));
        assert_eq!(ran.code, check.code, "{}", ran.stderr);
        let first = ran.stdout.lines().next().unwrap();
        assert!(first.starts_with("error[A01") && check.stdout.contains(first), "{first}\n{}", check.stdout);
        assert!(ran.stderr.starts_with("error: the file "), "{}", ran.stderr);
        assert_eq!(text(&place), faulty);
    }
}

#[test]
fn what_cannot_be_written_is_said_and_nothing_is_left_behind() {
    // For root everything can be written.
    let place = place();
    let directory = place.directory.path();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(directory.join("probe"), "").is_ok();
    let ran = place.run_here(&ORDERS);
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    if is_root {
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    } else {
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: adit.toml cannot be written: "), "{}", ran.stderr);
    }
    let left = directory.read_dir().unwrap().filter_map(Result::ok).map(|entry| entry.file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with(".adit-")));
}
