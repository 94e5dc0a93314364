//! What the servers have said lately.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use adit_local::{Event, Events, Part};

/// How many lines of each are kept.
const KEPT: usize = 30;

#[derive(Clone, Default)]
pub(super) struct Diary(Arc<Mutex<[VecDeque<String>; 2]>>);

impl Diary {
    pub(super) fn events(&self) -> Events {
        let diary = self.clone();
        Events::new(move |event| {
            if let Event::ServerLog { part, line } = event {
                let mut books = diary.books();
                let lines = &mut books[place(part)];
                lines.push_back(line);
                if lines.len() > KEPT {
                    lines.pop_front();
                }
            }
        })
    }

    /// What it has said since it was last forgotten, oldest first.
    pub(super) fn lines(&self, part: Part) -> Vec<String> {
        self.books()[place(part)].iter().cloned().collect()
    }

    pub(super) fn forget(&self, part: Part) {
        self.books()[place(part)].clear();
    }

    fn books(&self) -> MutexGuard<'_, [VecDeque<String>; 2]> {
        self.0.lock().unwrap()
    }
}

fn place(part: Part) -> usize {
    usize::from(part == Part::PgBouncer)
}
