//! The listening socket: the checks on its path, and its publication in the only order that never shows the platform
//! a socket that cannot be connected to (contract clauses 2 and 4 to 9). Accepting is the business of `serve`.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use crate::contract::ContractError;
use crate::serve::ServeError;

/// The longest path that fits into a socket address, its terminating zero not counted.
const MAX_PATH: usize = 107;

/// Where the platform waits for the socket, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SocketPath {
    /// The path that the platform watches.
    published: PathBuf,
    /// The name in the same directory that the socket is bound to before it is published.
    staging: String,
}

impl SocketPath {
    /// Reads the value of `FN_LISTENER`.
    pub(crate) fn parse(listener: &str) -> Result<Self, ContractError> {
        let found = || listener.to_owned();
        let path = listener.strip_prefix("unix:").ok_or_else(|| ContractError::NotUnix { found: found() })?;
        let name = match path.rsplit_once('/') {
            Some((_, name)) if path.starts_with('/') && !matches!(name, "" | "." | "..") => name,
            _ => return Err(ContractError::NotAFile { found: found() }),
        };
        if path.len() > MAX_PATH {
            return Err(ContractError::TooLong { length: path.len(), limit: MAX_PATH });
        }
        Ok(Self { published: PathBuf::from(path), staging: staging_name(name) })
    }

    fn staging_path(&self) -> PathBuf {
        self.published.with_file_name(&self.staging)
    }
}

/// `name` with another first character: no longer than the published name, so that it fits whenever that one does.
fn staging_name(name: &str) -> String {
    let mut rest = name.chars();
    let first = if rest.next() == Some('~') { '_' } else { '~' };
    std::iter::once(first).chain(rest).collect()
}

/// A socket that the platform can see, and sees no longer when this is dropped (clause 13).
#[derive(Debug)]
pub(crate) struct Published {
    published: PathBuf,
    staging: PathBuf,
}

impl Published {
    /// Binds and listens under the staging name, opens the socket to every user, and only then lets the published
    /// name appear: a link with a bare relative target, because the platform resolves it from outside the container.
    pub(crate) fn publish(socket: &SocketPath) -> Result<(Self, UnixListener), ServeError> {
        let this = Self { published: socket.published.clone(), staging: socket.staging_path() };
        this.remove();
        let listener = UnixListener::bind(&this.staging).map_err(|source| this.failed("bind", source))?;
        fs::set_permissions(&this.staging, Permissions::from_mode(0o666))
            .map_err(|source| this.failed("open to every user", source))?;
        symlink(Path::new(&socket.staging), &this.published)
            .map_err(|source| this.failed("publish", source))?;
        Ok((this, listener))
    }

    fn failed(&self, step: &'static str, source: io::Error) -> ServeError {
        ServeError::Listen { step, path: self.published.clone(), source }
    }

    /// Removes what an earlier process left, or what this one made. What is not there need not be removed, and what
    /// cannot be removed shows itself in the next step.
    fn remove(&self) {
        for path in [&self.published, &self.staging] {
            let _shown_by_the_next_step = fs::remove_file(path);
        }
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::{MAX_PATH, SocketPath};
    use crate::contract::ContractError;

    #[test]
    fn a2_the_prefix_is_taken_off_once_and_as_a_whole() {
        let socket = SocketPath::parse("unix:/nix/unix:x/unix:lsnr.sock").unwrap();
        assert_eq!(socket.published, Path::new("/nix/unix:x/unix:lsnr.sock"));
        assert_eq!(socket.staging_path(), Path::new("/nix/unix:x/~nix:lsnr.sock"));
    }

    #[test]
    fn a2_what_is_no_unix_path_is_refused() {
        for listener in ["", "/tmp/lsnr.sock", "tcp:/tmp/lsnr.sock", "UNIX:/tmp/lsnr.sock", "unix"] {
            assert!(matches!(SocketPath::parse(listener), Err(ContractError::NotUnix { .. })), "{listener}");
        }
        for listener in
            ["unix:", "unix:lsnr.sock", "unix:tmp/lsnr.sock", "unix:/", "unix:/tmp/", "unix:/tmp/.."]
        {
            assert!(matches!(SocketPath::parse(listener), Err(ContractError::NotAFile { .. })), "{listener}");
        }
    }

    #[test]
    fn a2_a_path_has_at_most_107_bytes() {
        let listener = |length: usize| format!("unix:/{}", "s".repeat(length - 1));
        SocketPath::parse(&listener(MAX_PATH)).unwrap();
        let error = SocketPath::parse(&listener(MAX_PATH + 1)).unwrap_err();
        assert_eq!(error, ContractError::TooLong { length: 108, limit: 107 });
    }

    proptest! {
        #[test]
        fn the_staging_name_is_another_name_in_the_same_directory_and_fits(name in "[^/\0]{1,30}") {
            prop_assume!(name != "." && name != "..");
            let socket = SocketPath::parse(&format!("unix:/tmp/{name}")).unwrap();
            let staging = socket.staging_path();
            prop_assert_ne!(&staging, &socket.published);
            prop_assert_eq!(staging.parent(), socket.published.parent());
            prop_assert!(staging.as_os_str().len() <= socket.published.as_os_str().len());
        }
    }
}
