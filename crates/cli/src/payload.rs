//! What a command is to send or store: JSON in the argument, a file, standard input.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;

use adit_ingest::Format;
use indicatif::ProgressBar;

use crate::console;
use crate::failure::Failure;

/// Bytes to read, with what is known of them.
pub(crate) struct Payload {
    pub(crate) format: Format,
    pub(crate) input: Box<dyn Read + Send>,
    pub(crate) bar: ProgressBar,
    /// Whether it stands in the argument itself.
    pub(crate) inline: bool,
}

impl Payload {
    /// JSON, `@FILE`, or `-` for standard input.
    pub(crate) fn of_argument(data: &str, format: Option<Format>) -> Result<Self, Failure> {
        match data {
            "-" => Ok(Self::of_stdin(format)),
            _ => match data.strip_prefix('@') {
                Some(path) => Self::of_file(path, format),
                None => Ok(Self {
                    format: format.unwrap_or_default(),
                    input: Box::new(Cursor::new(data.to_owned())),
                    bar: ProgressBar::hidden(),
                    inline: true,
                }),
            },
        }
    }

    fn of_stdin(format: Option<Format>) -> Self {
        let bar = console::progress(None);
        let input = Box::new(bar.wrap_read(io::stdin()));
        Self { format: format.unwrap_or_default(), input, bar, inline: false }
    }

    fn of_file(path: &str, format: Option<Format>) -> Result<Self, Failure> {
        let unreadable = |error| Failure::File { path: PathBuf::from(path), error };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let bar = console::progress(metadata.is_file().then_some(metadata.len()));
        Ok(Self {
            format: format.or_else(|| Format::of_file_name(path)).unwrap_or_default(),
            input: Box::new(bar.wrap_read(file)),
            bar,
            inline: false,
        })
    }
}
