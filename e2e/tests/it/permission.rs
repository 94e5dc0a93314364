//! What the drill needs from its surroundings, and what it says when that is missing.

use std::io::Write as _;
use std::path::PathBuf;

/// The function; `None`, with a loud word, where namespaces may not be made. With `CI=true` that is a failure.
pub(crate) fn ready(test: &str) -> Option<PathBuf> {
    let Some(why) = adit_lab::forbidden() else { return Some(function()) };
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{test}: it must be made where CI=true, and cannot be: {why}"
    );
    // Not `eprintln!`, which the harness keeps to itself when a test passes.
    let word = "Run scripts/test as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN";
    let _ = writeln!(std::io::stderr(), "\n!!! NOT CHECKED: {test}: {why}. {word}.\n");
    None
}

/// As it is deployed, where the test script built it; else the one of this build.
fn function() -> PathBuf {
    let built = std::env::var_os("ADIT_FUNCTION_BIN").map(PathBuf::from);
    let this = std::env::current_exe().unwrap();
    let program = built.unwrap_or_else(|| this.with_file_name("../adit-function"));
    assert!(program.is_file(), "no function at {}: run scripts/build-function first", program.display());
    program
}
