//! Choosing a port on 127.0.0.1 for a server that cannot take port 0, and naming who holds a taken one.

use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use crate::{Error, Part};

/// How many ports are tried before a start is given up: enough to outlast other stacks that start at the same moment.
pub(crate) const ATTEMPTS: usize = 12;

/// Which port a part shall listen on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortChoice {
    /// Any free one.
    #[default]
    Any,
    /// This one, or the next that is free; an event says when it is not this one.
    Prefer(u16),
    /// This one and no other.
    Exactly(u16),
}

impl PortChoice {
    /// The port for the `attempt`-th try (from 0), or `None` when there is nothing left to try.
    ///
    /// The port was free a moment ago. Somebody else may take it before the server binds it, so the caller must be
    /// ready to come again with `attempt + 1`.
    pub(crate) fn candidate(self, attempt: usize) -> Option<u16> {
        if attempt >= ATTEMPTS {
            return None;
        }
        match self {
            Self::Exactly(port) => (attempt == 0).then_some(port),
            Self::Prefer(port) if attempt < ATTEMPTS / 2 => {
                let step = u16::try_from(attempt).ok()?;
                port.checked_add(step).or_else(free)
            }
            Self::Any | Self::Prefer(_) => free(),
        }
    }

    /// The error when no candidate was left.
    pub(crate) fn exhausted(self, part: Part) -> Error {
        match self {
            Self::Exactly(port) => Error::PortTaken { part, port, owner: PortOwner::of(port) },
            Self::Any | Self::Prefer(_) => Error::NoFreePort { part, attempts: ATTEMPTS },
        }
    }

    /// The port that was wished for but not got, when `used` is another one.
    pub(crate) fn missed(self, used: u16) -> Option<u16> {
        match self {
            Self::Prefer(wanted) if wanted != used => Some(wanted),
            _ => None,
        }
    }
}

fn free() -> Option<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    listener.local_addr().ok().map(|address| address.port())
}

/// Whether nobody listens on `port` right now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The process that listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortOwner {
    /// Its process id.
    pub pid: u32,
    /// Its name as the kernel shows it (at most 15 bytes).
    pub name: String,
}

impl fmt::Display for PortOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (pid {})", self.name, self.pid)
    }
}

impl PortOwner {
    /// Looks for the listener of `port` in `/proc`. `None` where there is no `/proc`, or the process belongs to a user
    /// whose files we may not see.
    pub fn of(port: u16) -> Option<Self> {
        let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .find_map(|table| listening_inode(&table, port))?;
        let wanted = format!("socket:[{inode}]");
        fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let holds = fs::read_dir(entry.path().join("fd"))
                .ok()?
                .flatten()
                .any(|fd| fs::read_link(fd.path()).is_ok_and(|target| target.as_os_str() == wanted.as_str()));
            let name = fs::read_to_string(entry.path().join("comm")).ok()?.trim_end().to_owned();
            holds.then_some(Self { pid, name })
        })
    }
}

/// The inode of the socket in state LISTEN (0A) on `port`, from the text of `/proc/net/tcp`.
fn listening_inode(table: &str, port: u16) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_whitespace();
        let local = fields.nth(1)?;
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?;
        let (_, local_port) = local.rsplit_once(':')?;
        let matches = state == "0A" && u16::from_str_radix(local_port, 16) == Ok(port);
        matches.then(|| inode.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_process_that_listens() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let owner = PortOwner::of(port).expect("we listen ourselves");
        assert_eq!(owner.pid, std::process::id());
        assert!(!is_free(port));
        drop(listener);
        assert_eq!(PortOwner::of(port), None);
        assert!(is_free(port));
    }

    #[test]
    fn a_demanded_port_is_tried_once_and_a_preferred_one_gives_way() {
        let demanded: Vec<_> = (0..3).map(|n| PortChoice::Exactly(7000).candidate(n)).collect();
        assert_eq!(demanded, [Some(7000), None, None]);
        assert_eq!(PortChoice::Prefer(7000).candidate(1), Some(7001));
        assert_eq!(PortChoice::Prefer(7000).missed(7001), Some(7000));
        assert_eq!(PortChoice::Prefer(7000).missed(7000), None);
        assert!(PortChoice::Prefer(u16::MAX).candidate(1).is_some());
        assert_eq!(PortChoice::Any.candidate(ATTEMPTS), None);
    }
}
