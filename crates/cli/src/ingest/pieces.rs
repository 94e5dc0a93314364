//! A file in pieces that the ledger knows by name: which of them are stored, which come next, and how one is read again.
//!
//! A piece is the batch `SIZE/NUMBER/DIGEST` of its file's source: `64MB/3/9f86d081884c7d65…`. The digest is of the piece's records, so
//! that a file which has changed in what is stored already is noticed, and not stored beside it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use adit_ingest::{BatchId, Cut, Cuts, Receipt, Records, decompressed};

use super::inputs::{Input, canonical};
use super::progress::{Board, Counted};
use crate::failure::Failure;

/// Bytes of a MB, as the sizes of files are told.
const MB: u64 = 1_000_000;
/// So much of a digest is enough to tell two pieces apart.
const DIGITS: usize = 32;

/// What a file's pieces are called and which of them are stored.
#[derive(Debug)]
pub(super) struct Names {
    source: String,
    megabytes: u64,
    known: BTreeMap<u64, (String, Receipt)>,
}

/// The pieces of one file.
#[derive(Debug)]
pub(super) struct PieceFeed {
    input: Input,
    /// The table that it goes into.
    table: String,
    names: Names,
    board: Arc<Board>,
    /// Open from the first piece on: a pattern may match more files than a process may have open.
    cuts: Option<Cuts>,
    compressed: Option<Arc<Mutex<Option<At>>>>,
}

/// A piece to store, or one that is.
pub(super) enum Next {
    Known(Receipt),
    New(Piece, BatchId),
}

/// A piece that can be read as often as necessary.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) cut: Cut,
    path: PathBuf,
    compressed: Option<Arc<Mutex<Option<At>>>>,
}

/// The source that the ledger knows a file by.
pub(super) fn source_of(input: &Input, source: Option<&str>) -> Result<String, Failure> {
    let unusable =
        || Failure::Choice(format!("{}: its path is no name for the ledger: give it a --source", input.name));
    let path = input.path.as_ref().filter(|_| input.is_repeatable()).ok_or_else(|| {
        Failure::Choice(format!(
            "{}: what cannot be read again cannot be resumed: store it in a file first",
            input.name
        ))
    })?;
    let name = match source {
        Some(source) => {
            let file_name = path.file_name().and_then(|name| name.to_str()).ok_or_else(unusable)?;
            format!("{source}/{file_name}")
        }
        None => canonical(path).to_str().ok_or_else(unusable)?.to_owned(),
    };
    // The ledger's own bound holds for it; better said before anything is read.
    BatchId::new(&name, "0").map_err(|_| unusable())?;
    Ok(name)
}

impl Names {
    /// Reads what the ledger knows of a source.
    pub(super) fn new(
        source: String,
        megabytes: u64,
        batches: Vec<(BatchId, Receipt)>,
    ) -> Result<Self, Failure> {
        let mut known = BTreeMap::new();
        for (batch, receipt) in batches {
            let mut parts = batch.batch().split('/');
            let (Some(size), Some(number), Some(digest), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let (Some(Ok(size)), Ok(number)) =
                (size.strip_suffix("MB").map(str::parse::<u64>), number.parse())
            else {
                continue;
            };
            if size != megabytes {
                return Err(Failure::Choice(format!(
                    "`{source}` was begun in pieces of {size} MB: go on with --piece-size {size}, or store it under another --source"
                )));
            }
            known.insert(number, (digest.to_owned(), receipt));
        }
        Ok(Self { source, megabytes, known })
    }

    fn batch(&self, number: u64, digest: &str) -> Result<BatchId, Failure> {
        let name = format!("{}MB/{number}/{digest}", self.megabytes);
        BatchId::new(&self.source, &name).map_err(|error| Failure::Choice(error.to_string()))
    }
}

impl PieceFeed {
    pub(super) fn new(
        input: &Input,
        table: String,
        names: Names,
        board: &Arc<Board>,
    ) -> Result<Self, Failure> {
        let compressed = decompressed(input.open()?)?.was_compressed;
        let compressed = compressed.then(|| Arc::new(Mutex::new(None)));
        Ok(Self { input: input.clone(), table, names, board: Arc::clone(board), cuts: None, compressed })
    }

    /// Whether pieces can only be read one after another.
    pub(super) fn is_compressed(&self) -> bool {
        self.compressed.is_some()
    }

    /// The next piece; `None` behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<Next>, Failure> {
        let cuts = match self.cuts.take() {
            Some(cuts) => cuts,
            None => {
                let counted = self.board.counted(self.input.open()?, &Counted::default());
                Cuts::new(self.input.format, counted, self.names.megabytes.saturating_mul(MB))?
            }
        };
        let Some(cut) = self.cuts.insert(cuts).next().transpose()? else { return self.end().map(|()| None) };
        let digest: String = cut.digest.chars().take(DIGITS).collect();
        match self.names.known.remove(&cut.number) {
            Some((_, receipt)) if receipt.table != self.table => Err(Failure::Choice(format!(
                "`{}` is stored in table {}: to store it in {}, too, give it another --source",
                self.names.source, receipt.table, self.table
            ))),
            Some((known, receipt)) if known == digest => Ok(Some(Next::Known(receipt))),
            Some(_) => {
                Err(self
                    .changed(&format!("its piece {} has other records than when it was stored", cut.number)))
            }
            None => {
                let batch = self.names.batch(cut.number, &digest)?;
                let path = self.input.path.clone().unwrap_or_default();
                Ok(Some(Next::New(Piece { cut, path, compressed: self.compressed.clone() }, batch)))
            }
        }
    }

    /// All is cut; what the ledger knows beyond it was there once.
    fn end(&self) -> Result<(), Failure> {
        match self.names.known.keys().next() {
            Some(number) => Err(self.changed(&format!("it ends before its piece {number}, which is stored"))),
            None => Ok(()),
        }
    }

    fn changed(&self, how: &str) -> Failure {
        Failure::Changed { source_name: self.names.source.clone(), how: how.to_owned() }
    }
}

impl Piece {
    /// The piece's records.
    pub(super) fn records(&self) -> Result<Records, Failure> {
        let rest = self.open().map_err(|error| Failure::File { path: self.path.clone(), error })?;
        Ok(self.cut.records(rest)?)
    }

    /// The file from the piece's first byte on.
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let Some(slot) = &self.compressed else {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.cut.start))?;
            return Ok(Box::new(file));
        };
        // What was read up to the end of the piece before is gone on with, where it was.
        let waiting = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut at = match waiting.filter(|at| at.place <= self.cut.start) {
            Some(at) => at,
            None => At::beginning(&self.path)?,
        };
        at.skip_to(self.cut.start)?;
        Ok(Box::new(Borrowed { slot: Arc::clone(slot), at: Some(at) }))
    }
}

/// A compressed file, read up to a place.
struct At {
    bytes: Box<dyn Read + Send>,
    place: u64,
}

impl std::fmt::Debug for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("At").field("place", &self.place).finish_non_exhaustive()
    }
}

impl At {
    fn beginning(path: &PathBuf) -> io::Result<Self> {
        let file = Box::new(File::open(path)?);
        let plain = decompressed(file).map_err(io::Error::other)?;
        Ok(Self { bytes: plain.bytes, place: 0 })
    }

    fn skip_to(&mut self, place: u64) -> io::Result<()> {
        let wanted = place.saturating_sub(self.place);
        let skipped = io::copy(&mut self.bytes.by_ref().take(wanted), &mut io::sink())?;
        self.place += skipped;
        if skipped == wanted { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// A compressed file that is put back when the piece is read.
struct Borrowed {
    slot: Arc<Mutex<Option<At>>>,
    at: Option<At>,
}

impl Read for Borrowed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(at) = &mut self.at else { return Ok(0) };
        let read = at.bytes.read(buffer)?;
        at.place += u64::try_from(read).unwrap_or_default();
        Ok(read)
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = self.at.take();
    }
}
