//! An image on the disk: an OCI image layout, as a directory or as a tar archive of one. The archive is one of Docker's as well, for
//! `docker load`. Writing is here; reading what somebody else may have written is in `read`.

mod read;

use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use oci_spec::image::{ImageIndex, MediaType};
use serde_json::json as value;
use tar::{EntryType, Header};
use tempfile::Builder;

pub use read::read;

use crate::ImageError;
use crate::blob::{Blob, json};
use crate::image::Image;

/// The file by which a layout is known.
const MARKER: &str = "oci-layout";
const INDEX: &str = "index.json";

/// Writes the image to `path`: as an archive if its name ends with `.tar`, else as a directory. A layout of one image that is there is
/// replaced; anything else that is there stays, and is an error. What is there is the old image or the new one, never half of one.
///
/// # Errors
/// [`ImageError::Unwritable`].
pub fn write(image: &Image, path: &Path) -> Result<(), ImageError> {
    if path.extension().is_some_and(|extension| extension == "tar") {
        return replace_file(path, &archive(image).map_err(ImageError::unwritable(path))?);
    }
    may_be_replaced(path)?;
    let unwritable = ImageError::unwritable(path);
    let parent = parent(path);
    fs::create_dir_all(parent).map_err(&unwritable)?;
    let fresh = Builder::new()
        .prefix(".adit-image-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(parent)
        .map_err(&unwritable)?;
    for (name, content) in files(image) {
        let file = fresh.path().join(name);
        file.parent().map_or(Ok(()), fs::create_dir_all).map_err(&unwritable)?;
        fs::write(&file, content).map_err(&unwritable)?;
    }
    swap(fresh.path(), path).map_err(&unwritable)
}

/// Writes a file in one step. Another file that is there is replaced.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> Result<(), ImageError> {
    let unwritable = ImageError::unwritable(path);
    let parent = parent(path);
    fs::create_dir_all(parent).map_err(&unwritable)?;
    let mut file = Builder::new()
        .prefix(".adit-image-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(parent)
        .map_err(&unwritable)?;
    file.write_all(content).map_err(&unwritable)?;
    file.persist(path).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// Puts the directory `fresh` in the place of `path`, which may be there.
fn swap(fresh: &Path, path: &Path) -> io::Result<()> {
    if !path.exists() {
        return fs::rename(fresh, path);
    }
    let old = fresh.with_extension("old");
    fs::rename(path, &old)?;
    if let Err(error) = fs::rename(fresh, path) {
        let _ = fs::rename(&old, path);
        return Err(error);
    }
    fs::remove_dir_all(&old)
}

/// Whether nothing is lost but an image that can be built again.
fn may_be_replaced(path: &Path) -> Result<(), ImageError> {
    let refused = |why: &str| Err(ImageError::Unwritable { path: path.to_owned(), why: why.to_owned() });
    let mut entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ImageError::unwritable(path)(error)),
    };
    if entries.next().is_none() {
        return Ok(());
    }
    match read(path) {
        Ok(_) => Ok(()),
        Err(_) => refused("something is there that is no layout of one image, and it is not written over"),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The files of a layout, by name.
fn files(image: &Image) -> Vec<(PathBuf, Vec<u8>)> {
    let marker = value!({ "imageLayoutVersion": "1.0.0" });
    let mut index = ImageIndex::default();
    index
        .set_media_type(Some(MediaType::ImageIndex))
        .set_manifests(vec![image.manifest().descriptor().clone()]);
    let mut files = vec![(PathBuf::from(INDEX), json(&index)), (PathBuf::from(MARKER), json(&marker))];
    let blobs = image.layers().iter().chain([image.manifest(), image.config()]);
    files.extend(blobs.map(|blob| (blob_path(blob), blob.bytes().to_vec())));
    files.sort();
    files.dedup();
    files
}

fn blob_path(blob: &Blob) -> PathBuf {
    Path::new("blobs").join("sha256").join(blob.descriptor().digest().digest())
}

/// The layout as one file, with the list by which Docker finds image and layers in it.
fn archive(image: &Image) -> io::Result<Vec<u8>> {
    let docker = value!([{
        "Config": blob_path(image.config()),
        "RepoTags": [],
        "Layers": image.layers().iter().map(blob_path).collect::<Vec<_>>(),
    }]);
    let mut files = files(image);
    files.push((PathBuf::from("manifest.json"), json(&docker)));
    files.sort();
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content.as_slice())?;
    }
    tar.into_inner()
}
