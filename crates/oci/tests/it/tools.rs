//! Oracle's own tools: found by `ADIT_OCI_PYTHON` and `ADIT_OCI_CLI`, else `python3` and `oci` on the path. Where there are
//! none a test is skipped, loudly; with `ADIT_REQUIRE_TOOLS=1` it fails.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A Python that has the `oci` package.
pub(crate) fn python() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(|| find("ADIT_OCI_PYTHON", "python3", &["-c", "import oci"])).clone()
}

/// The `oci` command line.
pub(crate) fn cli() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(|| find("ADIT_OCI_CLI", "oci", &["--version"])).clone()
}

fn find(variable: &str, usual: &str, works: &[&str]) -> Option<PathBuf> {
    let told = std::env::var_os(variable);
    let program = PathBuf::from(told.clone().unwrap_or_else(|| usual.into()));
    let status = Command::new(&program).args(works).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) {
        return Some(program);
    }
    let required = std::env::var_os("ADIT_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(
        !required && told.is_none(),
        "{} does not work, and ADIT_REQUIRE_TOOLS or {variable} wants it",
        program.display()
    );
    // Not by a macro, whose output the test harness keeps to itself.
    let line = format!("SKIPPED: {usual} with Oracle's library is not installed; set {variable}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}

/// Runs a script of `tests/python` with `input`; its output.
pub(crate) fn run_python(
    python: &PathBuf,
    script: &str,
    variables: &[(&str, String)],
    input: &str,
) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/").to_owned() + script;
    let mut child = Command::new(python)
        .arg(script)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
