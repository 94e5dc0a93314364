//! Layouts on the disk: written whole or not at all, and read with suspicion.

use std::fs;
use std::path::{Path, PathBuf};

use adit_image::{ImageError, layout};
use proptest::prelude::*;

use crate::support::image;

fn why(path: &Path) -> String {
    match layout::read(path) {
        Err(error @ ImageError::Layout { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_read_again() {
    let (image, place) = (image(), tempfile::tempdir().unwrap());
    for name in ["deep/directory", "archive.tar"] {
        let path = place.path().join(name);
        for _ in 0..2 {
            layout::write(&image, &path).unwrap();
            let read = layout::read(&path).unwrap();
            assert_eq!(
                (read.digest(), read.size(), read.labels()),
                (image.digest(), image.size(), image.labels())
            );
            assert_eq!(read.layers(), image.layers());
        }
    }
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing else is left behind: {left:?}");
}

#[test]
fn what_is_no_image_is_not_written_over() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("thesis.txt"), "years").unwrap();
    let error = layout::write(&image(), place.path()).unwrap_err();
    assert_eq!(error.code(), "A0831");
    assert_eq!(fs::read_to_string(place.path().join("thesis.txt")).unwrap(), "years");
    let error = layout::write(&image(), &place.path().join("thesis.txt/image")).unwrap_err();
    assert_eq!(error.code(), "A0831", "{error}");
}

fn written() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("image");
    layout::write(&image(), &path).unwrap();
    (place, path)
}

#[test]
fn a_layout_that_is_damaged_is_refused() {
    let (_place, path) = written();
    assert!(why(&path.join("none")).contains("No such file"));
    let layer = path.join("blobs").join(image().layers()[0].digest().replace(':', "/"));
    let mut bytes = fs::read(&layer).unwrap();
    bytes[1000] ^= 1;
    fs::write(&layer, &bytes).unwrap();
    assert!(why(&path).contains("has"), "{}", why(&path));
    bytes.push(0);
    fs::write(&layer, &bytes).unwrap();
    assert!(why(&path).contains("has more than"), "{}", why(&path));
    fs::remove_file(&layer).unwrap();
    assert!(why(&path).contains("No such file"));
    let index = path.join("index.json");
    let good = fs::read_to_string(&index).unwrap();
    for (bad, told) in [
        (String::new(), "index.json is not understood"),
        ("[".repeat(200_000), "not understood"),
        (r#"{"schemaVersion":2,"manifests":[]}"#.to_owned(), "holds 0 images"),
        (
            good.replace("image.manifest.v1", "image.index.v1"),
            "holds a application/vnd.oci.image.index.v1+json",
        ),
        (good.replace("sha256:", "sha256:../../"), "not understood"),
        (good.replace("\"size\":", "\"size\":99999999"), "more than"),
    ] {
        fs::write(&index, bad).unwrap();
        assert!(why(&path).contains(told), "{}", why(&path));
    }
    fs::write(path.join("oci-layout"), r#"{"imageLayoutVersion":"2.0.0"}"#).unwrap();
    assert!(why(&path).contains("\"2.0.0\""), "{}", why(&path));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_archive_makes_it_panic(at in 0_usize..8192, byte: u8, length in 0_usize..20_000) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("image.tar");
        layout::write(&image(), &path).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] = byte;
        bytes.truncate(length);
        fs::write(&path, &bytes).unwrap();
        prop_assert!(layout::read(&path).is_err());
    }
}
