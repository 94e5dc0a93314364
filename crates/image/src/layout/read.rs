//! Reading a layout that anybody may have written: everything has a limit, and nothing is taken whose digest is another.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path};

use oci_spec::image::{Descriptor, DigestAlgorithm, ImageIndex, ImageManifest, MediaType};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{INDEX, MARKER};
use crate::ImageError;
use crate::blob::Blob;
use crate::image::Image;

/// Most bytes of a JSON document; what the specification wants every registry to take.
const LARGEST_DOCUMENT: u64 = 4 << 20;
/// Most bytes of all that is read. The platform's functions are far smaller.
const LARGEST: u64 = 1 << 30;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    image_layout_version: String,
}

/// Reads the layout of one image: a directory, or a tar archive of one.
///
/// # Errors
/// [`ImageError::Layout`]: it cannot be read, holds no image or several, or is damaged.
pub fn read(path: &Path) -> Result<Image, ImageError> {
    let refused = |why: String| ImageError::layout(path, why);
    let found = fs::metadata(path).map_err(|error| refused(error.to_string()))?;
    let mut store = if found.is_dir() {
        Store::directory(path)
    } else {
        Store::archive(path).map_err(|error| refused(error.to_string()))?
    };
    image(&mut store).map_err(refused)
}

fn image(store: &mut Store<'_>) -> Result<Image, String> {
    let marker: Marker = document(&store.take(MARKER, LARGEST_DOCUMENT)?, MARKER)?;
    if !marker.image_layout_version.starts_with("1.") {
        let version: String = marker.image_layout_version.chars().take(40).collect();
        return Err(format!("its layout has the version {version:?}, and 1.0.0 is understood"));
    }
    let index: ImageIndex = document(&store.take(INDEX, LARGEST_DOCUMENT)?, INDEX)?;
    let [descriptor] = index.manifests().as_slice() else {
        return Err(format!("it holds {} images, and one is taken", index.manifests().len()));
    };
    if *descriptor.media_type() != MediaType::ImageManifest {
        return Err(format!("it holds a {}, and an image manifest is taken", descriptor.media_type()));
    }
    let manifest = blob(store, descriptor, LARGEST_DOCUMENT)?;
    let content: ImageManifest = document(manifest.bytes(), "the manifest")?;
    let config = blob(store, content.config(), LARGEST_DOCUMENT)?;
    let layers =
        content.layers().iter().map(|layer| blob(store, layer, LARGEST)).collect::<Result<_, _>>()?;
    Image::of_blobs(manifest, config, layers)
}

fn blob(store: &mut Store<'_>, descriptor: &Descriptor, limit: u64) -> Result<Blob, String> {
    let digest = descriptor.digest();
    if *digest.algorithm() != DigestAlgorithm::Sha256 {
        return Err(format!("{digest} is not by SHA-256, which is what is understood"));
    }
    let name = format!("blobs/sha256/{}", digest.digest());
    if descriptor.size() > limit {
        return Err(format!("{name} has more than {limit} bytes"));
    }
    Blob::verified(descriptor.clone(), store.take(&name, descriptor.size())?)
}

fn document<T: DeserializeOwned>(bytes: &[u8], name: &str) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("{name} is not understood: {error}"))
}

/// Where files of a layout come from, and how much may still be read.
struct Store<'a> {
    source: Source<'a>,
    left: u64,
}

enum Source<'a> {
    Directory(&'a Path),
    Archive(BTreeMap<String, Vec<u8>>),
}

impl<'a> Store<'a> {
    fn directory(path: &'a Path) -> Self {
        Self { source: Source::Directory(path), left: LARGEST }
    }

    fn archive(path: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        // Compressed archives are not taken: their size says nothing of what comes out.
        let mut archive = tar::Archive::new(File::open(path)?.take(LARGEST));
        for entry in archive.entries()? {
            let mut entry = entry?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = name(&entry.path()?);
            if [MARKER, INDEX].contains(&name.as_str()) || name.starts_with("blobs/sha256/") {
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                files.insert(name, content);
            }
        }
        Ok(Self { source: Source::Archive(files), left: LARGEST })
    }

    /// The content of a file, of at most `limit` bytes.
    fn take(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, String> {
        let limit = limit.min(self.left);
        let content = match &mut self.source {
            Source::Directory(directory) => {
                let mut content = Vec::new();
                let read = File::open(directory.join(name))
                    .and_then(|file| file.take(limit + 1).read_to_end(&mut content));
                read.map_err(|error| format!("{name}: {error}"))?;
                content
            }
            Source::Archive(files) => {
                files.get(name).cloned().ok_or_else(|| format!("{name} is not in it"))?
            }
        };
        let length = content.len() as u64;
        if length > limit {
            return Err(format!("{name} has more than {limit} bytes"));
        }
        self.left -= length;
        Ok(content)
    }
}

/// The path of an entry without `./`.
fn name(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => part.to_str(),
        Component::CurDir => None,
        Component::ParentDir | Component::RootDir | Component::Prefix(_) => Some(".."),
    });
    parts.collect::<Vec<_>>().join("/")
}
