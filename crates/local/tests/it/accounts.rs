//! The same works for root and for everybody else: root runs these tests again as an ordinary user.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::support::{example, skipped, we_are_root};

/// What is run again: servers with their accounts and directories, containers with theirs, the stack.
const AGAIN: [&str; 4] = [
    "database::answers_through_both_and_leaves_nothing_behind",
    "containers::the_environment_is_the_platforms_and_nothing_of_ours",
    "containers::a_container_is_frozen_between_calls_and_thawed_for_the_next",
    "stack::a_row_goes_all_the_way_and_nothing_is_left",
];

#[test]
fn an_ordinary_user_can_do_all_that_root_can() {
    if !we_are_root() {
        skipped("only root can become somebody else; this user runs the tests as an ordinary one anyway");
        return;
    }
    for name in ["puppet", "greeter", "clerk"] {
        example(name);
    }
    let this = std::env::current_exe().unwrap();
    let user = 65534;
    let reachable = Command::new("test").arg("-x").arg(&this).uid(user).gid(user).status().unwrap().success();
    if !reachable {
        skipped(&format!("{} lies where an ordinary user cannot reach it", this.display()));
        return;
    }
    let output = Command::new(&this)
        .args(["--exact", "--test-threads=2"])
        .args(AGAIN)
        .env("HOME", "/nonexistent")
        .uid(user)
        .gid(user)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("4 passed"), "{told}");
}
