//! A table for records that have none: looked for in the first file, shown, and made if that is wanted.

use std::io::{self, BufRead, IsTerminal, Read};
use std::sync::{Arc, Mutex, PoisonError};

use adit_ingest::{DatabaseErrorKind, Inferred, Look, Mapping, Session};

use super::inputs::Input;
use super::options::key_columns;
use crate::args::{IngestArgs, Sample};
use crate::console;
use crate::failure::Failure;
use crate::numbers;

/// How much of standard input is looked at: it is kept, because it cannot be read again.
const MOST_OF_STDIN: u64 = 16_000_000;

/// What of standard input was read before it is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// All of standard input, from its beginning.
    pub(super) fn and_the_rest(&self) -> Box<dyn Read + Send> {
        let kept = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Box::new(io::Cursor::new(kept).chain(io::stdin()))
    }
}

struct Keeping(Kept);

impl Read for Keeping {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = io::stdin().read(buffer)?;
        let mut kept = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The table that the first file's records ask for, if there is none yet.
pub(super) async fn infer(
    args: &IngestArgs,
    mapping: &Mapping,
    input: &Input,
    session: &mut Session,
) -> Result<Option<Inferred>, Failure> {
    match session.table(&args.table).await {
        Ok(_) => {
            console::talk(&format!("table {} is there: it is used as it is", args.table));
            return Ok(None);
        }
        Err(error) if error.kind == DatabaseErrorKind::NoTable => {}
        Err(error) => return Err(error.into()),
    }
    let records = match args.sample {
        Sample::All => None,
        Sample::First(number) => Some(number),
    };
    let mut look = Look { records, bytes: None, csv_null: args.csv_null.clone(), mapping: mapping.clone() };
    let bytes: Box<dyn Read + Send> = match &input.path {
        Some(_) if input.is_repeatable() => input.open()?,
        Some(path) => {
            let error = io::Error::other("it can be read only once: give it as standard input");
            return Err(Failure::File { path: path.clone(), error });
        }
        None => {
            if args.sample == Sample::All {
                return Err(Failure::Choice(
                    "--sample all: standard input can be read only once; give a number, or store it in a file first".to_owned(),
                ));
            }
            look.bytes = Some(MOST_OF_STDIN);
            Box::new(Keeping(input.kept.clone()))
        }
    };
    let inferred = Inferred::look(input.format, bytes, &look)?.keyed(key_columns(args))?;
    tell(args, input, &inferred);
    Ok(Some(inferred))
}

/// Shows the statement, and what it is known from.
fn tell(args: &IngestArgs, input: &Input, inferred: &Inferred) {
    let looked_at = numbers::counted(inferred.looked_at(), "record");
    let of = if inferred.is_complete() { "all" } else { "the first" };
    console::talk(&format!("from {of} {looked_at} of {}:", input.name));
    console::talk(&format!("{};", inferred.create_table(&args.table)));
    for column in inferred.only_nulls() {
        console::warning(&format!("only nulls were seen of {column}: it is taken for text"));
    }
}

/// Makes the table, if that is wanted.
pub(super) async fn create(
    args: &IngestArgs,
    inferred: &Inferred,
    from_stdin: bool,
    session: &mut Session,
) -> Result<(), Failure> {
    if !args.yes {
        // An answer cannot come by the way that the data comes by.
        if from_stdin || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(Failure::Choice(
                "there is nobody to ask whether to make this table: say --yes".to_owned(),
            ));
        }
        console::ask("make this table? [y/N] ");
        let mut answer = String::new();
        let _ = io::stdin().lock().read_line(&mut answer);
        if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            return Err(Failure::Choice("the table was not made".to_owned()));
        }
    }
    session.create(inferred, &args.table).await?;
    console::talk(&format!("table {} is made", args.table));
    Ok(())
}
