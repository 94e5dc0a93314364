//! What of the contract asks nothing of a function's own answers, of the function as it is deployed: the very program that becomes the
//! image. Without settings its answer to every call says so, with status 200.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::agent::{Answer, Call};
use crate::container::{Container, Options, until};

/// The program, or a loud word.
fn deployed() -> Option<PathBuf> {
    let program = std::env::var_os("ADIT_FUNCTION_BIN").map(PathBuf::from);
    if program.is_none() {
        assert!(
            std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(),
            "ADIT_FUNCTION_BIN names no deployed program"
        );
        eprintln!("SKIPPED: ADIT_FUNCTION_BIN names no deployed program (scripts/build-function)");
    }
    program
}

fn started(program: &Path, change: impl FnOnce(Options) -> Options) -> Container {
    let dir = TempDir::new().unwrap();
    let options = change(Options::at(&dir.path().join("lsnr.sock")).program(program));
    Container::launch(dir, &options)
}

fn answers(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("A0401"), "{}", answer.text());
}

#[test]
fn a1_a2_what_cannot_be_served_is_refused_by_name() {
    let Some(program) = deployed() else { return };
    for (name, value, code) in [
        ("FN_FORMAT", "json", "A0705"),
        ("FN_LISTENER", "tcp:/tmp/lsnr.sock", "A0702"),
        ("FN_LISTENER", "unix:lsnr.sock", "A0703"),
        ("FN_LISTENER", "unix:/no/such/directory/lsnr.sock", "A0711"),
    ] {
        let mut container = started(&program, |options| options.without(name).with(name, value));
        assert_eq!(container.exit().code(), Some(1), "{name}={value}");
        let words = container.stderr();
        assert!(words.contains(code) && words.contains("\"level\":\"fatal\""), "{name}={value}: {words}");
    }
}

#[test]
fn a4_to_a9_the_socket_is_published_as_the_platform_wants_it() {
    let Some(program) = deployed() else { return };
    for umask in ["022", "077", "777"] {
        let container = started(&program, |options| options.umask(umask)).ready();
        let target = fs::read_link(container.socket()).unwrap();
        assert_eq!(target, PathBuf::from(target.file_name().unwrap()), "a bare name");
        let found = fs::metadata(container.socket()).unwrap();
        assert!(found.file_type().is_socket());
        assert_eq!(found.mode() & 0o777, 0o666, "umask {umask}");
        answers(&container.tell("{}"));
    }
}

#[test]
fn a4_f59_what_an_earlier_process_left_does_not_matter() {
    let Some(program) = deployed() else { return };
    let leave: [fn(&Path); 3] = [
        |path| fs::write(path, "a file").unwrap(),
        |path| drop(UnixListener::bind(path).unwrap()),
        |path| symlink("nowhere", path).unwrap(),
    ];
    for leave in leave {
        let dir = TempDir::new().unwrap();
        let socket = dir.path().join("lsnr.sock");
        leave(&socket);
        let options = Options::at(&socket).program(&program);
        answers(&Container::launch(dir, &options).ready().tell("{}"));
    }
}

#[test]
fn a13_a_signal_removes_the_socket_and_ends_it() {
    let Some(program) = deployed() else { return };
    for signal in [Signal::TERM, Signal::INT] {
        let mut container = started(&program, |options| options).ready();
        let mut idle = container.connect().unwrap();
        answers(&idle.call(&Call::new("{}")));
        container.signal(signal);
        until("the socket to go", || fs::symlink_metadata(container.socket()).is_err().then_some(()));
        assert!(container.exit().success());
        assert!(idle.is_closed());
    }
}

/// One connection serves one call after another, and a container that was frozen goes on.
#[test]
fn b_calls_follow_each_other_also_after_a_freeze() {
    let Some(program) = deployed() else { return };
    let container = started(&program, |options| options).ready();
    let mut connection = container.connect().unwrap();
    for _ in 0..3 {
        answers(&connection.call(&Call::new("{\"name\": \"chair\"}")));
        container.freeze();
        container.thaw();
    }
    answers(&container.tell(""));
}
