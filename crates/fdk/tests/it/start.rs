//! Section A: the start and the socket.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::agent::{Call, Connection};
use crate::container::{Container, Options, until};

/// Starts a function that must refuse to start, and gives its last words.
fn refused(change: impl FnOnce(Options) -> Options) -> String {
    let dir = TempDir::new().unwrap();
    let options = change(Options::at(&dir.path().join("lsnr.sock")));
    let mut container = Container::launch(dir, &options);
    let status = container.exit();
    assert_eq!(status.code(), Some(1));
    let words = container.stderr();
    assert_eq!(words.lines().count(), 1, "one event is one line: {words}");
    assert!(words.contains("\"level\":\"fatal\""), "{words}");
    words
}

#[test]
fn a1_another_format_is_refused_by_name() {
    let words = refused(|options| options.without("FN_FORMAT").with("FN_FORMAT", "json"));
    assert!(words.contains("A0705") && words.contains("FN_FORMAT is \\\"json\\\""), "{words}");
}

#[test]
fn a1_no_format_is_http_stream() {
    let changes: [fn(Options) -> Options; 2] = [
        |options| options.without("FN_FORMAT"),
        |options| options.without("FN_FORMAT").with("FN_FORMAT", ""),
    ];
    for options in changes {
        let container = Container::start_with(options);
        assert_eq!(container.tell("echo").text(), "echo");
    }
}

#[test]
fn a2_a_listener_that_cannot_be_is_refused_by_name() {
    let cases = [
        ("tcp:/tmp/lsnr.sock".to_owned(), "A0702"),
        ("unix:lsnr.sock".to_owned(), "A0703"),
        ("unix:/tmp/".to_owned(), "A0703"),
        (format!("unix:/tmp/{}", "s".repeat(103)), "A0704"),
        ("unix:/no/such/directory/lsnr.sock".to_owned(), "A0711"),
    ];
    for (listener, code) in cases {
        let words = refused(|options| options.without("FN_LISTENER").with("FN_LISTENER", &listener));
        assert!(words.contains(code), "{listener}: {words}");
    }
    let words = refused(|options| options.without("FN_LISTENER"));
    assert!(words.contains("A0701") && words.contains("FN_LISTENER is not set"), "{words}");
}

#[test]
fn a2_a_path_of_107_bytes_is_served() {
    let dir = TempDir::new().unwrap();
    let name_length = 107 - dir.path().as_os_str().len() - 1;
    let socket = dir.path().join("s".repeat(name_length));
    let _container = Container::launch(dir, &Options::at(&socket));
    let mut connection = until("the long socket", || Connection::open(&socket).ok());
    assert_eq!(connection.call(&Call::new("echo")).text(), "echo");
}

/// What the platform finds under the published name at the first moment that it is there.
fn first_sight(socket: &Path) -> Result<u32, String> {
    while fs::symlink_metadata(socket).is_err() {
        std::hint::spin_loop();
    }
    let found = fs::metadata(socket).map_err(|error| format!("it leads nowhere: {error}"))?;
    if !found.file_type().is_socket() {
        return Err(format!("it is no socket: {found:?}"));
    }
    Connection::open(socket).map_err(|error| format!("it takes no connection: {error}"))?;
    Ok(found.mode() & 0o777)
}

#[test]
fn a4_a5_a8_a9_the_socket_listens_with_mode_0666_before_it_is_published() {
    for umask in ["022", "077", "000", "777"] {
        for _ in 0..5 {
            let dir = TempDir::new().unwrap();
            let socket = dir.path().join("lsnr.sock");
            let options = Options::at(&socket).umask(umask);
            let watch = thread::spawn(move || first_sight(&socket));
            let container = Container::launch(dir, &options);
            assert_eq!(watch.join().unwrap(), Ok(0o666), "umask {umask}");
            assert_eq!(container.tell("echo").text(), "echo");
        }
    }
}

#[test]
fn a6_a7_the_published_name_is_a_relative_link_to_a_socket_beside_it() {
    let container = Container::start();
    let target = fs::read_link(container.socket()).unwrap();
    assert_eq!(target, PathBuf::from(target.file_name().unwrap()), "a bare name");
    assert!(fs::symlink_metadata(container.dir().join(target)).unwrap().file_type().is_socket());
}

#[test]
fn a4_what_an_earlier_process_left_does_not_matter() {
    let leave: [fn(&Path); 4] = [
        |path| fs::write(path, "a file").unwrap(),
        |path| drop(UnixListener::bind(path).unwrap()),
        |path| symlink("nowhere", path).unwrap(),
        |path| symlink("/dev/null", path).unwrap(),
    ];
    for leave in leave {
        let dir = TempDir::new().unwrap();
        let socket = dir.path().join("lsnr.sock");
        leave(&socket);
        leave(&dir.path().join("~snr.sock"));
        let options = Options::at(&socket);
        let container = Container::launch(dir, &options).ready();
        assert_eq!(container.tell("echo").text(), "echo");
    }
}

#[test]
fn a4_f59_a_container_that_was_killed_is_replaced_in_the_same_directory() {
    let mut container = Container::start();
    for _ in 0..3 {
        assert_eq!(container.tell("echo").text(), "echo");
        container = container.replace();
        assert_eq!(container.counted(), (0, 0));
    }
}

#[test]
fn a13_f59_a_signal_removes_the_socket_and_finishes_the_call() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut container = Container::start();
        let mut idle = container.connect().unwrap();
        assert_eq!(idle.call(&Call::new("echo")).status, 200);
        let mut busy = container.connect().unwrap();
        busy.send(&Call::new("sleep 700").bytes());
        thread::sleep(Duration::from_millis(200));

        container.signal(signal);
        until("the socket to go", || fs::symlink_metadata(container.socket()).is_err().then_some(()));
        assert!(container.connect().is_err());
        assert!(idle.is_closed());
        assert_eq!(busy.answer().text(), "slept");
        assert!(container.exit().success());
        let mut left: Vec<_> =
            fs::read_dir(container.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["stderr", "stdout"]);
    }
}

#[test]
fn a13_a_second_signal_does_not_wait_for_the_call() {
    let mut container = Container::start();
    let mut busy = container.connect().unwrap();
    busy.send(&Call::new("sleep 60000").bytes());
    thread::sleep(Duration::from_millis(200));
    container.signal(Signal::TERM);
    until("the socket to go", || fs::symlink_metadata(container.socket()).is_err().then_some(()));
    container.signal(Signal::TERM);
    assert!(container.exit().success());
    assert!(busy.is_closed());
}
