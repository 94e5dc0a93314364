//! The archive of a code-only function, without an image: one executable file called `func`, as Oracle documents it for the Go runtime
//! ("a statically linked, self-contained Linux executable named `func`"). Experimental: nobody has tried it with a program that is not
//! written in Go.

use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::ImageError;
use crate::layout::replace_file;
use crate::program::Program;

/// What the service takes directly, in bytes; more goes by way of Object Storage, up to 250 MB.
pub const DIRECT_LIMIT: usize = 25 << 20;

/// The name of the program in the archive.
const NAME: &str = "func";

/// Makes the archive: the same program gives the same bytes.
///
/// # Errors
/// Those of the format.
pub fn of_program(program: &Program) -> std::io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(NAME, options)?;
    archive.write_all(program.bytes())?;
    Ok(archive.finish()?.into_inner())
}

/// Makes the archive and writes it in one step.
///
/// # Errors
/// [`ImageError::Unwritable`].
pub fn write(program: &Program, path: &Path) -> Result<Vec<u8>, ImageError> {
    let archive = of_program(program).map_err(ImageError::unwritable(path))?;
    replace_file(path, &archive)?;
    Ok(archive)
}

/// SHA-256 of an archive, in hexadecimal digits.
#[must_use]
pub fn sha256(archive: &[u8]) -> String {
    crate::blob::sha256_hex(archive)
}
