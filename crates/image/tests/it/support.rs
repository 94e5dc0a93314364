//! Programs to make images of, and tools to look at them with.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use adit_image::{Image, Part, PartKind, Parts, Program, Recipe};
use tempfile::TempDir;

/// The puppet, compiled once: static, for this machine.
fn puppet() -> &'static [u8] {
    static PUPPET: OnceLock<Vec<u8>> = OnceLock::new();
    PUPPET.get_or_init(|| {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("puppet");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/puppet.rs");
        let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
        let compiled = Command::new(rustc)
            .args([
                "--edition",
                "2024",
                "-C",
                "target-feature=+crt-static",
                "-C",
                "opt-level=s",
                "-C",
                "strip=symbols",
                "-o",
            ])
            .args([&program, &source])
            .output()
            .unwrap();
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        fs::read(program).unwrap()
    })
}

/// A place with a file `function` that does `how`.
pub(crate) fn program_file(how: &str) -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("function");
    write_program(&path, &[puppet(), b"\nHOW=", how.as_bytes()].concat());
    (place, path)
}

pub(crate) fn write_program(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) fn program(how: &str) -> Program {
    let (_place, path) = program_file(how);
    Program::read(&path, None).unwrap()
}

fn part(kind: PartKind, name: &str, version: &str, license: &str) -> Part {
    Part { kind, name: name.to_owned(), version: version.to_owned(), license: Some(license.to_owned()) }
}

pub(crate) fn recipe() -> Recipe {
    let parts = Parts {
        program: part(PartKind::Program, "puppet", "1.2.3", "MIT"),
        revision: Some("0123abc".to_owned()),
        linked: vec![
            part(PartKind::Crate, "unicode_names", "0.1.26", "(MIT OR Apache-2.0) AND Unicode-3.0"),
            Part { license: None, ..part(PartKind::Crate, "zstd-sys", "2.1.3+zstd.1.5.7", "") },
            part(PartKind::Own, "puppet-strings", "0.1.0", "MIT"),
            part(PartKind::Library, "glibc", "2.36", "LGPL-2.1-or-later"),
        ],
    };
    let label =
        |name: &str| (format!("org.opencontainers.image.{name}"), format!("https://example.com/{name}"));
    Recipe { parts: Some(parts), labels: ["source", "url", "vendor"].map(label).into(), time: 1_700_000_000 }
}

pub(crate) fn image() -> Image {
    Image::of_program(&program("answer"), &recipe()).unwrap()
}

/// Runs a tool that is not ours; `None`, and a loud word, where it is not installed.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let output = match Command::new(name).args(arguments).output() {
        Ok(output) => output,
        Err(error) => {
            skipped(&format!("{name}: {error} (scripts/install-deps --test)"));
            return None;
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {arguments:?}: {said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Says that a test was not made; where everything must be tested, that is a failure.
pub(crate) fn skipped(why: &str) {
    assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "needed for this test: {why}");
    // Past the test harness, which would swallow it.
    writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
}

pub(crate) fn we_are_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").unwrap().uid() == 0
}
