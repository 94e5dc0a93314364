//! What ends the children when we cannot: we may be killed without a chance to clean up.
//!
//! A guard is a small `sh` that waits at the other end of a pipe. As long as we live the pipe is open; when we end in
//! any way, SIGKILL included, the kernel closes it and the guard signals the process groups it was told of and removes
//! our directories. It needs no unsafe code, no thread and no privilege, and forgets a group before its number can
//! belong to anybody else. Nothing here starts or stops a child.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::Error;

/// Reads `+ GROUP`, `- GROUP` and `done` until the pipe ends.
/// Arguments: the first signal, seconds until SIGKILL follows, directories to remove.
const SCRIPT: &str = r#"
signal=$1; grace=$2; shift 2
groups=' '
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
    done) exit 0 ;;
  esac
done
for group in $groups; do kill -s "$signal" -- "-$group"; done
while [ "$grace" -gt 0 ] && [ "$groups" != ' ' ]; do
  sleep 1
  alive=' '
  for group in $groups; do kill -s 0 -- "-$group" && alive="$alive$group "; done
  groups=$alive
  grace=$((grace - 1))
done
for group in $groups; do kill -s KILL -- "-$group"; done
rm -rf -- "$@"
"#;

/// What the guard does for the children when we are gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastWords {
    /// The first signal, by its name for `kill -s`.
    pub(crate) signal: &'static str,
    /// Whole seconds before SIGKILL follows.
    pub(crate) grace: u8,
}

/// A running guard. Dropping it in order sends it home without doing anything.
#[derive(Debug)]
pub(crate) struct Guard {
    shell: Child,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Guard {
    pub(crate) fn start(last_words: LastWords, remove: &[&Path]) -> Result<Self, Error> {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "adit-guard", last_words.signal])
            .arg(last_words.grace.to_string())
            .args(remove)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            // Its own group: a Ctrl-C meant for us must not end it.
            .process_group(0)
            .spawn()
            .map_err(Error::spawn("/bin/sh"))?;
        let pipe = Mutex::new(shell.stdin.take());
        Ok(Self { shell, pipe })
    }

    /// From now on the process group `group` ends with us.
    pub(crate) fn watch(&self, group: u32) {
        self.tell(&format!("+ {group}\n"));
    }

    /// The process group `group` has been ended by us. To be called before its leader is reaped: until then the
    /// number cannot belong to anybody else.
    pub(crate) fn forget(&self, group: u32) {
        self.tell(&format!("- {group}\n"));
    }

    fn tell(&self, line: &str) {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = pipe.as_mut() {
            // A guard that somebody killed cannot be told anything; the children still end in order with us.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.tell("done\n");
        self.pipe.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    /// A process group whose leader does not heed SIGTERM. It ends with the test, whatever the test finds.
    struct Stubborn(Child);

    impl Stubborn {
        fn start() -> Self {
            let script = "trap '' TERM; echo up; while :; do sleep 1; done";
            let mut child = Command::new("/bin/sh")
                .args(["-c", script])
                .stdout(Stdio::piped())
                .process_group(0)
                .spawn()
                .unwrap();
            std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0; 3]).unwrap();
            Self(child)
        }

        fn lives(&mut self) -> bool {
            self.0.try_wait().unwrap().is_none()
        }
    }

    impl Drop for Stubborn {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn within_ten_seconds(mut condition: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !condition() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        condition()
    }

    /// As if we had been killed: the pipe closes without a word.
    fn die(guard: &Guard) {
        guard.pipe.lock().unwrap().take();
    }

    #[test]
    fn the_stubborn_are_killed_the_forgotten_are_spared_and_directories_go() {
        let parent = tempfile::tempdir().unwrap();
        let remove = parent.path().join("a name with spaces");
        std::fs::create_dir_all(remove.join("below")).unwrap();
        let (mut watched, mut forgotten) = (Stubborn::start(), Stubborn::start());
        let guard = Guard::start(LastWords { signal: "TERM", grace: 1 }, &[&remove]).unwrap();
        for stubborn in [&watched, &forgotten] {
            guard.watch(stubborn.0.id());
        }
        guard.forget(forgotten.0.id());
        die(&guard);
        assert!(within_ten_seconds(|| !watched.lives()));
        assert!(within_ten_seconds(|| !remove.exists()));
        assert!(forgotten.lives());
    }

    #[test]
    fn a_guard_that_is_sent_home_does_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let mut child = Stubborn::start();
        let guard = Guard::start(LastWords { signal: "KILL", grace: 0 }, &[parent.path()]).unwrap();
        guard.watch(child.0.id());
        drop(guard);
        assert!(child.lives());
        assert!(parent.path().exists());
    }
}
