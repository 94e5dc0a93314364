//! Waiting for a function to publish its socket, by the rules of the platform's agent (Fn contract, clauses 5 to 9).

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;
use rustix::io::Errno;

use crate::containers::environment::SOCKET_NAME;

/// How the wait for the socket ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Publication {
    /// It is there, and is one that the platform would use.
    Socket(PathBuf),
    /// Something is there that the platform would not use.
    Unusable(String),
    /// The process ended first.
    Ended,
    /// The time is over.
    Late,
}

/// A watch on the socket's directory, set before the function starts so that nothing can be missed.
#[derive(Debug)]
pub(crate) struct SocketWatch {
    changes: OwnedFd,
    directory: PathBuf,
}

impl SocketWatch {
    pub(crate) fn on(directory: &Path) -> io::Result<Self> {
        let changes = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
        let appearing = inotify::WatchFlags::CREATE | inotify::WatchFlags::MOVED_TO;
        inotify::add_watch(&changes, directory, appearing)?;
        Ok(Self { changes, directory: directory.to_owned() })
    }

    /// Blocks until a file of the right name appears, and looks at it once; or until `process` (a pidfd) ends; or
    /// until `limit` is over.
    pub(crate) fn wait(&self, process: &impl AsFd, limit: Duration) -> io::Result<Publication> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            let mut descriptors =
                [PollFd::new(&self.changes, PollFlags::IN), PollFd::new(process, PollFlags::IN)];
            match poll(&mut descriptors, Some(&left)) {
                Ok(0) => return Ok(Publication::Late),
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let [_, process] = &descriptors;
            let ended = !process.revents().is_empty();
            if self.has_appeared()? {
                let inspected = inspect(&self.directory.join(SOCKET_NAME));
                return Ok(inspected.map_or_else(Publication::Unusable, Publication::Socket));
            }
            if ended {
                return Ok(Publication::Ended);
            }
        }
    }

    /// Reads the changes that have been noted.
    fn has_appeared(&self) -> io::Result<bool> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut changes = inotify::Reader::new(&self.changes, &mut buffer);
        loop {
            match changes.next() {
                Ok(change)
                    if change.file_name().is_some_and(|name| name.to_bytes() == SOCKET_NAME.as_bytes()) =>
                {
                    return Ok(true);
                }
                Ok(_) => {}
                Err(Errno::AGAIN) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The socket itself, links followed, when it is one that the platform would use.
fn inspect(published: &Path) -> Result<PathBuf, String> {
    let name = published.display();
    if let Ok(target) = fs::read_link(published) {
        let mut parts = target.components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
            return Err(format!("{name} is a link to {}, not to a file name beside it", target.display()));
        }
    }
    let found = fs::metadata(published).map_err(|error| format!("{name} cannot be looked at: {error}"))?;
    if !found.file_type().is_socket() {
        return Err(format!("{name} is not a socket"));
    }
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o666 != 0o666 {
        return Err(format!("{name} has mode {mode:04o}; the platform's agent needs 0666"));
    }
    Ok(published.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    fn socket(at: &Path, mode: u32) -> UnixListener {
        let listener = UnixListener::bind(at).unwrap();
        fs::set_permissions(at, fs::Permissions::from_mode(mode)).unwrap();
        listener
    }

    #[test]
    fn a_link_to_a_neighbour_is_taken_and_one_to_elsewhere_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (real, published) = (dir.path().join("phony"), dir.path().join(SOCKET_NAME));
        let _listener = socket(&real, 0o666);
        symlink("phony", &published).unwrap();
        assert_eq!(inspect(&published), Ok(published.clone()));
        fs::remove_file(&published).unwrap();
        symlink(&real, &published).unwrap();
        assert!(inspect(&published).unwrap_err().contains("not to a file name beside it"));
    }

    #[test]
    fn a_closed_socket_and_a_plain_file_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let published = dir.path().join(SOCKET_NAME);
        let _listener = socket(&published, 0o600);
        assert!(inspect(&published).unwrap_err().contains("mode 0600"));
        fs::remove_file(&published).unwrap();
        assert!(inspect(&published).unwrap_err().contains("cannot be looked at"));
        fs::write(&published, "").unwrap();
        assert!(inspect(&published).unwrap_err().contains("is not a socket"));
    }

    #[test]
    fn other_names_do_not_count_a_rename_does_and_the_end_of_the_process_ends_the_wait() {
        let dir = tempfile::tempdir().unwrap();
        let watch = SocketWatch::on(dir.path()).unwrap();
        let mut process = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let pid = rustix::process::Pid::from_child(&process);
        let pidfd = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).unwrap();
        let _listener = socket(&dir.path().join("early"), 0o666);
        assert_eq!(watch.wait(&pidfd, Duration::from_millis(20)).unwrap(), Publication::Late);
        let published = dir.path().join(SOCKET_NAME);
        fs::rename(dir.path().join("early"), &published).unwrap();
        assert_eq!(watch.wait(&pidfd, Duration::from_secs(5)).unwrap(), Publication::Socket(published));
        process.kill().unwrap();
        assert_eq!(watch.wait(&pidfd, Duration::from_secs(5)).unwrap(), Publication::Ended);
        process.wait().unwrap();
    }
}
