//! Processes of this test, and of nobody else, as targets of signals. A process is held by a file descriptor: its number may belong to
//! somebody else by the time that a signal is sent.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use adit_local::{Event, Events};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// One process.
pub(super) struct Victim(OwnedFd);

impl Victim {
    /// The process of this number, if its parent is the one that is expected.
    pub(super) fn child_of(parent: u32, pid: u32) -> Option<Self> {
        let held = pidfd_open(Pid::from_raw(pid.cast_signed())?, PidfdFlags::empty()).ok()?;
        (stat(pid)?.1 == parent).then_some(Self(held))
    }

    /// A child of ours.
    pub(super) fn ours(pid: u32) -> Option<Self> {
        Self::child_of(std::process::id(), pid)
    }

    /// Whether it was there to get the signal.
    pub(super) fn signal(&self, signal: Signal) -> bool {
        pidfd_send_signal(&self.0, signal).is_ok()
    }
}

/// The state of a process and its parent, unless it has ended.
fn stat(pid: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let (_, behind) = stat.rsplit_once(')')?;
    let mut fields = behind.split_whitespace();
    let (state, parent) = (fields.next()?.chars().next()?, fields.next()?.parse().ok()?);
    (state != 'Z').then_some((state, parent))
}

/// The children of a process, with their command lines.
pub(super) fn children(parent: u32) -> Vec<(u32, String)> {
    let processes =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes
        .filter(|pid| stat(*pid).is_some_and(|(_, its)| its == parent))
        .map(|pid| (pid, fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default()))
        .collect()
}

/// The containers that live, as their events tell.
#[derive(Clone, Default)]
pub(super) struct Living(Arc<Mutex<BTreeMap<Arc<str>, u32>>>);

impl Living {
    pub(super) fn events(&self) -> Events {
        let living = self.clone();
        Events::new(move |event| {
            let mut living = living.0.lock().unwrap();
            match event {
                Event::ContainerStarted { container, pid, .. } => drop(living.insert(container, pid)),
                Event::ContainerEnded { container, .. } => drop(living.remove(&container)),
                _ => {}
            }
        })
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.0.lock().unwrap().values().copied().collect()
    }

    /// Those that are at work: between calls they are stopped.
    pub(super) fn at_work(&self) -> Vec<u32> {
        self.pids().into_iter().filter(|pid| stat(*pid).is_some_and(|(state, _)| state != 'T')).collect()
    }
}
