//! Network namespaces: who may make them, how they are made, entered, and taken away.

use std::fs;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::LabError;

/// What the names of all namespaces of this crate begin with.
const PREFIX: &str = "adit-lab-";
/// Where `ip netns` keeps the named ones.
const NAMED: &str = "/run/netns";

/// Why namespaces cannot be made here; `None`: they can.
pub fn forbidden() -> Option<String> {
    for program in ["ip", "nft"] {
        let version = command(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if version.is_err() {
            return Some(format!("`{program}` is not installed (scripts/install-deps --test)"));
        }
    }
    let name = fresh();
    let made = run("ip", &["netns", "add", &name], "", "here");
    let probe = "table ip probe { chain c { type filter hook input priority 0; ct state new accept; }; }\n";
    let filtered = made.and_then(|()| run("ip", &["netns", "exec", &name, "nft", "-f", "-"], probe, &name));
    remove(std::slice::from_ref(&name));
    filtered.err().map(|error| format!("this account cannot make network namespaces: {error}"))
}

/// A program that is looked for where administrators' programs are, too.
fn command(program: &str) -> Command {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    let mut command = Command::new(program);
    command.env("PATH", path);
    command
}

/// A name that nobody has.
pub(crate) fn fresh() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{PREFIX}{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Runs a program with `input` on its standard input.
pub(crate) fn run(
    program: &'static str,
    arguments: &[&str],
    input: &str,
    place: &str,
) -> Result<(), LabError> {
    talk(program, arguments, input, place).map(drop)
}

/// Runs a program for what it writes.
pub(crate) fn output(program: &'static str, arguments: &[&str], place: &str) -> Result<String, LabError> {
    talk(program, arguments, "", place)
}

fn talk(program: &'static str, arguments: &[&str], input: &str, place: &str) -> Result<String, LabError> {
    let broken = |error| LabError::Program { program, error };
    let mut child = command(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(broken)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that fails early closes its end; what it says is told below.
        let _ = pipe.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(broken)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(LabError::Failed { program, place: place.to_owned(), said, input: input.to_owned() })
}

/// Makes namespaces.
pub(crate) fn add(names: &[String]) -> Result<(), LabError> {
    let lines: String = names.iter().map(|name| format!("netns add {name}\n")).collect();
    run("ip", &["-batch", "-"], &lines, "here")
}

/// Takes namespaces away; those that are not there are no trouble.
pub(crate) fn remove(names: &[String]) {
    let lines: String = names.iter().map(|name| format!("netns del {name}\n")).collect();
    let _ = run("ip", &["-force", "-batch", "-"], &lines, "here");
}

/// Takes away what processes have left that are no more.
pub(crate) fn sweep() {
    let names = fs::read_dir(NAMED).into_iter().flatten().flatten();
    let dead = names.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| {
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        owner.is_some_and(|pid| pid.parse::<u32>().is_ok() && fs::metadata(format!("/proc/{pid}")).is_err())
    });
    remove(&dead.collect::<Vec<_>>());
}

/// The namespace that has this name.
pub(crate) fn open(name: &str) -> Result<OwnedFd, LabError> {
    let path = format!("{NAMED}/{name}");
    fs::File::open(&path).map(OwnedFd::from).map_err(LabError::system(path))
}

/// Does something inside a namespace: sockets made there stay there, programs started there live there.
pub(crate) fn inside<T>(space: &OwnedFd, work: impl FnOnce() -> T) -> io::Result<T> {
    /// Leads the thread back, whatever happens.
    struct Back(OwnedFd);
    impl Drop for Back {
        fn drop(&mut self) {
            let _ = move_into_link_name_space(self.0.as_fd(), Some(LinkNameSpaceType::Network));
        }
    }
    let back = Back(OwnedFd::from(fs::File::open("/proc/thread-self/ns/net")?));
    move_into_link_name_space(space.as_fd(), Some(LinkNameSpaceType::Network))?;
    let done = work();
    drop(back);
    Ok(done)
}
