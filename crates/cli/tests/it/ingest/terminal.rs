//! At a terminal: a bar with rows, rate and time left, and a question that waits for its answer.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::Base;

/// A program at a terminal, and what it writes there.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    screen: mpsc::Receiver<String>,
    seen: String,
}

impl Terminal {
    fn start(base: &Base, arguments: &[&str]) -> Self {
        Self::of(base.place.command(&base.arguments(arguments)))
    }

    pub(crate) fn of(mut command: Command) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let its = OpenOptions::new().read(true).write(true).open(name).unwrap();
        let end = || OwnedFd::from(its.try_clone().unwrap());
        let child = command.stdin(end()).stdout(end()).stderr(end()).env("TERM", "xterm").spawn().unwrap();
        drop(command);
        let keyboard = File::from(ours);
        let mut output = keyboard.try_clone().unwrap();
        let (sender, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                let _ = sender.send(String::from_utf8_lossy(buffer.get(..read).unwrap()).into_owned());
            }
        });
        Self { child, keyboard, screen, seen: String::new() }
    }

    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let more = self.screen.recv_timeout(Duration::from_secs(60));
            self.seen.push_str(&more.unwrap_or_else(|_| panic!("never {text:?}, but {}", self.seen)));
        }
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// What was on the screen until now, which is not waited for again.
    pub(crate) fn seen(&mut self) -> String {
        std::mem::take(&mut self.seen)
    }

    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        while let Ok(more) = self.screen.recv_timeout(Duration::from_millis(300)) {
            self.seen.push_str(&more);
        }
        (code, self.seen)
    }
}

#[test]
fn a_table_is_made_when_the_answer_is_yes() {
    let base = Base::new("select 1");
    let file = base.names("a.ndjson", "a", 3);
    for (answer, code, said) in [("n", 2, "the table was not made"), ("y", 0, "3 rows stored in new")] {
        let mut terminal = Terminal::start(&base, &[&file, "--table", "new", "--create-table"]);
        terminal.wait_for("make this table? [y/N] ");
        assert!(terminal.seen.contains("\"name\" text not null"), "{}", terminal.seen);
        writeln!(terminal.keyboard, "{answer}").unwrap();
        let (ended, seen) = terminal.end();
        assert!(ended == Some(code) && seen.contains(said), "{ended:?} {seen}");
    }
    assert_eq!(base.query("select count(*) from new"), "3");
}

#[test]
fn a_bar_tells_rows_rate_and_the_time_that_is_left() {
    let base = Base::new(
        "create table items (name text);
         create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(0.0002); return new; end $$;
         create trigger wait before insert on items for each row execute function wait()",
    );
    let file = base.names("a.ndjson", "a", 10_000);
    let mut terminal = Terminal::start(&base, &[&file, "--table", "items"]);
    terminal.wait_for(" rows/s");
    for text in [" of ", "iB/s, ", " left", " rows, "] {
        terminal.wait_for(text);
    }
    let (code, seen) = terminal.end();
    assert!(code == Some(0) && seen.contains("10,000 rows stored in items"), "{seen}");
}
