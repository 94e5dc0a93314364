//! The bar: bytes of all files, rows, rates and the time that is left. Nothing of it where standard error is no terminal.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use adit_ingest::Watch;
use indicatif::ProgressBar;

use super::inputs::Input;
use crate::console;
use crate::numbers;

/// What all jobs report to.
#[derive(Debug)]
pub(super) struct Board {
    bar: ProgressBar,
    started: Instant,
    /// Records of what is stored.
    stored: AtomicU64,
    /// What each job reads.
    watches: Mutex<Vec<Option<Watch>>>,
}

impl Board {
    pub(super) fn new(inputs: &[Input], jobs: usize) -> Arc<Self> {
        let bytes: Option<u64> = inputs.iter().map(|input| input.bytes).sum();
        Arc::new(Self {
            bar: console::progress(bytes),
            started: Instant::now(),
            stored: AtomicU64::new(0),
            watches: Mutex::new(vec![None; jobs]),
        })
    }

    /// A job begins to read.
    pub(super) fn reads(&self, job: usize, watch: Watch) {
        if let Some(slot) = self.watches.lock().unwrap_or_else(PoisonError::into_inner).get_mut(job) {
            *slot = Some(watch);
        }
    }

    /// A job has stored what it read, or given it up.
    pub(super) fn has_stored(&self, job: usize, records: u64) {
        self.stored.fetch_add(records, Ordering::Relaxed);
        if let Some(slot) = self.watches.lock().unwrap_or_else(PoisonError::into_inner).get_mut(job) {
            *slot = None;
        }
    }

    /// Draws the bar as things are.
    pub(super) fn draw(&self) {
        let watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        let reading: u64 = watches.iter().flatten().map(Watch::records).sum();
        drop(watches);
        let rows = self.stored.load(Ordering::Relaxed) + reading;
        let rate = numbers::rate(rows, self.started.elapsed());
        self.bar.set_message(format!("{}, {} rows/s", numbers::counted(rows, "row"), numbers::count(rate)));
    }

    /// Prints something without tearing the bar.
    pub(super) fn print(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Counts what is read of an input.
    pub(super) fn counted(
        self: &Arc<Self>,
        input: Box<dyn Read + Send>,
        counted: &Counted,
    ) -> Box<dyn Read + Send> {
        Box::new(Reader { input, board: Arc::clone(self), counted: counted.clone() })
    }

    /// What was counted will be read again.
    pub(super) fn take_back(&self, counted: &Counted) {
        let bytes = counted.0.swap(0, Ordering::Relaxed);
        self.bar.set_position(self.bar.position().saturating_sub(bytes));
    }
}

/// How much was read of one input.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted(Arc<AtomicU64>);

struct Reader {
    input: Box<dyn Read + Send>,
    board: Arc<Board>,
    counted: Counted,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let bytes = u64::try_from(read).unwrap_or_default();
        self.counted.0.fetch_add(bytes, Ordering::Relaxed);
        self.board.bar.inc(bytes);
        Ok(read)
    }
}
