//! The one layer: the files of the image as tar and gzip. The same files and time give the same bytes.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use oci_spec::image::MediaType;
use tar::{EntryType, Header};

use crate::blob::{Blob, sha256_hex};

/// A file or a directory of the image. Everything belongs to root: the program, which runs as another user, can change none of it.
pub(crate) struct Entry<'a> {
    /// Without the slash in front; a directory ends with one.
    pub(crate) path: &'static str,
    pub(crate) mode: u32,
    pub(crate) content: &'a [u8],
}

/// A layer, and the digest of what is in it before it is compressed.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) blob: Blob,
    pub(crate) diff_id: String,
}

/// Packs the entries in the order of their paths, all changed at `time` (seconds since 1970).
pub(crate) fn pack(mut entries: Vec<Entry<'_>>, time: u64) -> io::Result<Layer> {
    entries.sort_by_key(|entry| entry.path);
    let mut tar = tar::Builder::new(Vec::new());
    for entry in &entries {
        let mut header = Header::new_ustar();
        header.set_entry_type(if entry.path.ends_with('/') {
            EntryType::Directory
        } else {
            EntryType::Regular
        });
        header.set_mode(entry.mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(time);
        header.set_size(entry.content.len() as u64);
        tar.append_data(&mut header, entry.path, entry.content)?;
    }
    let tar = tar.into_inner()?;
    let diff_id = format!("sha256:{}", sha256_hex(&tar));
    // The header has neither a name nor a time; 255 is "unknown system".
    let mut gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    gzip.write_all(&tar)?;
    Ok(Layer { blob: Blob::new(MediaType::ImageLayerGzip, gzip.finish()?), diff_id })
}
