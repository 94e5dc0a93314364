//! Looking whether a child has ended without reaping it: until it is reaped its number belongs to it, so its process
//! group can be signalled without hitting a stranger.

use rustix::process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, waitid};

/// How the child `pid` ended; `None` while it runs, and when it was reaped already.
pub(crate) fn ended(pid: Pid) -> Option<WaitIdStatus> {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(pid), look).ok().flatten()
}
