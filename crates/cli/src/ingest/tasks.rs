//! What is to be stored, in order: whole files, or pieces of them. Jobs take from here and report back; a file is over when nothing of it
//! is left and nothing under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use adit_ingest::{BatchId, Counts, Receipt, Reject};

use super::inputs::Input;
use super::pieces::{Next, Piece, PieceFeed};
use crate::failure::Failure;

/// What one job does next.
#[derive(Debug)]
pub(super) struct Task {
    /// The file's place among all.
    pub(super) file: usize,
    pub(super) input: Input,
    /// A piece of the file; `None` for all of it.
    pub(super) piece: Option<Piece>,
    pub(super) batch: Option<BatchId>,
}

/// What became of a file.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) name: String,
    /// What was stored now.
    pub(super) counts: Counts,
    /// What was stored before, and nothing was done about it.
    pub(super) before: Counts,
    /// Pieces that were stored now and before; none for a file that goes as a whole.
    pub(super) pieces: u64,
    pub(super) pieces_before: u64,
    /// The first rejected records, counted from the start of the file.
    pub(super) rejects: Vec<Reject>,
    /// Columns whose values the server cast.
    pub(super) cast: Vec<String>,
    pub(super) took: Duration,
    pub(super) failure: Option<Failure>,
}

/// What is left of a file.
pub(super) enum Feed {
    Whole(Option<BatchId>),
    Pieces(Box<PieceFeed>),
    Over,
}

struct Entry {
    input: Input,
    feed: Feed,
    /// Whether its pieces go one after another.
    in_order: bool,
    running: usize,
    started: Option<Instant>,
    outcome: Outcome,
    /// The piece whose failure is the file's.
    failed_at: u64,
}

/// All files.
pub(super) struct Tasks {
    entries: Mutex<Vec<Entry>>,
    changed: Condvar,
    stopped: AtomicBool,
    most_rejects: usize,
}

impl Tasks {
    /// `in_order`: a later record may replace an earlier one, so that pieces of one file cannot go side by side.
    pub(super) fn new(files: Vec<(Input, Feed)>, in_order: bool, most_rejects: usize) -> Self {
        let entry = |(input, feed): (Input, Feed)| {
            let compressed = matches!(&feed, Feed::Pieces(pieces) if pieces.is_compressed());
            Entry {
                outcome: Outcome { name: input.name.clone(), ..Outcome::default() },
                input,
                feed,
                in_order: in_order || compressed,
                running: 0,
                started: None,
                failed_at: u64::MAX,
            }
        };
        let entries = files.into_iter().map(entry).collect();
        Self {
            entries: Mutex::new(entries),
            changed: Condvar::new(),
            stopped: AtomicBool::new(false),
            most_rejects,
        }
    }

    /// The next thing to do; waits while there may be one later. Files that turn out to need nothing more are told to `over`.
    pub(super) fn next(&self, mut over: impl FnMut(usize, Outcome)) -> Option<Task> {
        let mut entries = self.lock();
        loop {
            for (file, entry) in entries.iter_mut().enumerate() {
                if let Some(task) = entry.next(file, &self.stopped) {
                    return Some(task);
                }
                if let Some(outcome) = entry.take_if_over() {
                    over(file, outcome);
                }
            }
            let stopped = self.stopped.load(Ordering::Relaxed);
            if stopped || entries.iter().all(|entry| matches!(entry.feed, Feed::Over) || !entry.in_order) {
                return None;
            }
            entries = self.changed.wait(entries).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes what came of a task. With the last one of a file, gives what became of it.
    pub(super) fn done(&self, task: &Task, stored: Result<Receipt, Failure>) -> Option<Outcome> {
        let mut entries = self.lock();
        let entry = entries.get_mut(task.file)?;
        entry.running = entry.running.saturating_sub(1);
        entry.note(task, stored, self.most_rejects);
        let outcome = entry.take_if_over();
        drop(entries);
        self.changed.notify_all();
        outcome
    }

    /// Nothing more is given out.
    pub(super) fn stop(&self) {
        // Whoever reads past pieces that are stored has the lock, and looks at this.
        self.stopped.store(true, Ordering::Relaxed);
        let mut entries = self.lock();
        for entry in entries.iter_mut() {
            entry.feed = Feed::Over;
        }
        drop(entries);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn next(&mut self, file: usize, stopped: &AtomicBool) -> Option<Task> {
        if self.in_order && self.running > 0 {
            return None;
        }
        let task = |piece, batch| Task { file, input: self.input.clone(), piece, batch };
        let task = match std::mem::replace(&mut self.feed, Feed::Over) {
            Feed::Over => return None,
            Feed::Whole(batch) => task(None, batch),
            Feed::Pieces(mut pieces) => {
                self.started.get_or_insert_with(Instant::now);
                match Self::next_piece(&mut pieces, &mut self.outcome, stopped) {
                    Ok(Some((piece, batch))) => {
                        let task = task(Some(piece), Some(batch));
                        self.feed = Feed::Pieces(pieces);
                        task
                    }
                    Ok(None) => return None,
                    Err(failure) => {
                        self.outcome.failure = Some(failure);
                        return None;
                    }
                }
            }
        };
        self.running += 1;
        self.started.get_or_insert_with(Instant::now);
        Some(task)
    }

    /// Reads past the pieces that are stored.
    fn next_piece(
        pieces: &mut PieceFeed,
        outcome: &mut Outcome,
        stopped: &AtomicBool,
    ) -> Result<Option<(Piece, BatchId)>, Failure> {
        while let Some(next) = pieces.next()? {
            match next {
                Next::New(piece, batch) => return Ok(Some((piece, batch))),
                Next::Known(receipt) => {
                    outcome.pieces_before += 1;
                    outcome.before.add(receipt.counts());
                    if stopped.load(Ordering::Relaxed) {
                        return Err(Failure::Stopped);
                    }
                }
            }
        }
        Ok(None)
    }

    fn note(&mut self, task: &Task, stored: Result<Receipt, Failure>, most_rejects: usize) {
        let (number, first) =
            task.piece.as_ref().map_or((0, 0), |piece| (piece.cut.number, piece.cut.first_record));
        let outcome = &mut self.outcome;
        match stored {
            Ok(receipt) => {
                let (counts, pieces) = if receipt.replayed {
                    (&mut outcome.before, &mut outcome.pieces_before)
                } else {
                    (&mut outcome.counts, &mut outcome.pieces)
                };
                counts.add(receipt.counts());
                *pieces += u64::from(task.piece.is_some());
                outcome.rejects.extend(receipt.rejects.into_iter().map(|reject| from_start(reject, first)));
                outcome.rejects.sort_by_key(|reject| reject.index);
                outcome.rejects.truncate(most_rejects);
                outcome.cast.extend(receipt.cast);
                outcome.cast.sort_unstable();
                outcome.cast.dedup();
            }
            Err(failure) => {
                self.feed = Feed::Over;
                if outcome.failure.is_none() || number < self.failed_at {
                    self.failed_at = number;
                    outcome.failure = Some(match &task.piece {
                        Some(piece) => failure.of_piece(&piece.cut),
                        None => failure,
                    });
                }
            }
        }
    }

    /// The outcome, once: when nothing is left and nothing under way.
    fn take_if_over(&mut self) -> Option<Outcome> {
        let started = self.started.filter(|_| matches!(self.feed, Feed::Over) && self.running == 0)?;
        self.started = None;
        self.outcome.took = started.elapsed();
        Some(std::mem::take(&mut self.outcome))
    }
}

/// A reject of a piece, counted from the start of the file.
fn from_start(mut reject: Reject, first: u64) -> Reject {
    reject.index = reject.index.map(|index| index + first);
    reject
}
