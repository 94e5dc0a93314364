//! Checking and unpacking the npm package: a gzipped tar whose symbolic links npm cannot carry and lists in a file.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::Error;

/// A link that should exist: `target` is the link, `source` what it points at, both relative to the package.
#[derive(Debug, Deserialize)]
struct Link {
    source: String,
    target: String,
}

pub(crate) fn check_sha512(bytes: &[u8], package: &'static str, expected: &'static str) -> Result<(), Error> {
    let found = STANDARD.encode(ring::digest::digest(&ring::digest::SHA512, bytes));
    if found == expected { Ok(()) } else { Err(Error::WrongChecksum { package, expected, found }) }
}

pub(crate) fn tar_gz(bytes: &[u8], into: &Path) -> Result<(), Error> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    archive.set_preserve_mtime(false);
    archive.unpack(into).map_err(Error::file("unpack into", into))
}

pub(crate) fn recreate_links(package: &Path) -> Result<(), Error> {
    let list = package.join("native/pg-symlinks.json");
    let text = fs::read(&list).map_err(Error::file("read", &list))?;
    let links: Vec<Link> = serde_json::from_slice(&text)
        .map_err(|error| Error::file("understand", &list)(std::io::Error::other(error)))?;
    for link in &links {
        let at = package.join(inside(&link.target, &list)?);
        let name = Path::new(inside(&link.source, &list)?);
        // All links of this package point at a neighbour; anything else would be a surprise.
        let same_directory = at.parent() == package.join(name).parent();
        let neighbour =
            name.file_name().filter(|_| same_directory).ok_or_else(|| stray(&link.source, &list))?;
        match symlink(neighbour, &at) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(Error::file("make the link", &at)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn inside<'a>(path: &'a str, list: &Path) -> Result<&'a str, Error> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if plain { Ok(path) } else { Err(stray(path, list)) }
}

fn stray(path: &str, list: &Path) -> Error {
    Error::file("follow", list)(std::io::Error::other(format!("it names `{path}`, outside the package")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(list: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("native/lib")).unwrap();
        fs::write(dir.path().join("native/lib/libz.so.1.2"), "z").unwrap();
        fs::write(dir.path().join("native/pg-symlinks.json"), list).unwrap();
        dir
    }

    #[test]
    fn links_are_made_once_and_again() {
        let dir = package(r#"[{"source":"native/lib/libz.so.1.2","target":"native/lib/libz.so"}]"#);
        recreate_links(dir.path()).unwrap();
        recreate_links(dir.path()).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("native/lib/libz.so")).unwrap(), "z");
    }

    #[test]
    fn a_link_out_of_the_package_is_refused() {
        for (source, target) in
            [("native/lib/../../x", "native/lib/x"), ("/etc/passwd", "native/x"), ("native/lib/a", "b")]
        {
            let dir = package(&format!(r#"[{{"source":"{source}","target":"{target}"}}]"#));
            let error = recreate_links(dir.path()).unwrap_err().to_string();
            assert!(error.contains("outside the package"), "{error}");
        }
    }

    #[test]
    fn a_changed_byte_is_seen() {
        let digest =
            "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
        check_sha512(b"", "empty", digest).unwrap();
        assert!(matches!(check_sha512(b"x", "empty", digest), Err(Error::WrongChecksum { .. })));
    }
}
