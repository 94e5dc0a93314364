//! The unprivileged account that children run as when we are root: `postgres` and PgBouncer refuse to run as root,
//! and a function never does so on the platform.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::Error;

/// A user and its primary group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// Who database servers run as: `None` (ourselves) unless we are root, then `postgres`, else `nobody`.
    pub(crate) fn for_servers() -> Result<Option<Self>, Error> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(&users, name))
            .map(Some)
            .ok_or(Error::NoUnprivilegedAccount)
    }

    /// Who functions run as: `None` (ourselves) unless we are root, then 1000:1000 as on the platform.
    pub(crate) fn for_containers() -> Option<Self> {
        rustix::process::geteuid().is_root().then(|| Self { name: "1000".to_owned(), uid: 1000, gid: 1000 })
    }

    fn named(users: &str, wanted: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next().filter(|name| *name == wanted)?;
            let uid = fields.nth(1)?.parse().ok().filter(|uid| *uid != 0)?;
            let gid = fields.next()?.parse().ok()?;
            Some(Self { name: name.to_owned(), uid, gid })
        })
    }

    /// Lets `command` run as this account, without our supplementary groups.
    pub(crate) fn apply(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives `path` to this account.
    pub(crate) fn own(&self, path: &Path) -> Result<(), Error> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(Error::file("give away", path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_user_table_and_never_picks_root() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\npostgres:x:0:0::/:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n";
        let nobody = Account { name: "nobody".to_owned(), uid: 65534, gid: 65533 };
        assert_eq!(Account::named(users, "nobody"), Some(nobody));
        assert_eq!(Account::named(users, "postgres"), None);
        assert_eq!(Account::named(users, "daemon"), None);
    }
}
