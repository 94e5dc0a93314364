//! The same program and recipe give the same bytes, and what is in them.

use std::fs;
use std::path::Path;

use adit_image::{Image, Recipe, code_zip, layout};

use crate::support::{image, program, recipe};

#[test]
fn the_same_bytes_every_time() {
    let (program, recipe) = (program("answer"), recipe());
    let place = tempfile::tempdir().unwrap();
    let made = |name: &str| {
        let archive = place.path().join(name);
        layout::write(&Image::of_program(&program, &recipe).unwrap(), &archive).unwrap();
        fs::read(archive).unwrap()
    };
    let first = made("first.tar");
    // Hash maps have another order each time; with this many tries one that is left would show.
    for _ in 0..5 {
        assert!(made("next.tar") == first);
    }
    assert!(code_zip::of_program(&program).unwrap() == code_zip::of_program(&program).unwrap());
    let later = Recipe { time: recipe.time + 1, ..recipe };
    assert_ne!(Image::of_program(&program, &later).unwrap().digest(), image().digest());
}

/// The files of the one layer, as people read them: mode, owner, time, path, and what they hold where that is text.
fn listing(image: &Image) -> String {
    let [layer] = image.layers() else { panic!("one layer") };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(layer.bytes()));
    let mut lines = String::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let header = entry.header().clone();
        let path = entry.path().unwrap().display().to_string();
        let (uid, gid) = (header.uid().unwrap(), header.gid().unwrap());
        lines.push_str(&format!(
            "{:04o} {uid}:{gid} {} {path}\n",
            header.mode().unwrap(),
            header.mtime().unwrap()
        ));
        if path.starts_with("etc/") {
            std::io::Read::read_to_string(&mut entry, &mut lines).unwrap();
        }
    }
    lines
}

#[test]
fn the_layer_is_what_the_platform_wants() {
    insta::assert_snapshot!("layer", listing(&image()));
    let bare = Image::of_program(&program("answer"), &Recipe::default()).unwrap();
    assert!(!listing(&bare).contains("spdx"), "nothing is claimed of parts that nobody listed");
    assert!(bare.labels().is_empty());
}

#[test]
fn the_configuration_says_who_runs_what() {
    let mut config: serde_json::Value = serde_json::from_slice(image().config().bytes()).unwrap();
    // The compiler's version changes the program.
    config["rootfs"]["diff_ids"][0] = "sha256:…".into();
    config["architecture"] = "…".into();
    insta::assert_json_snapshot!("config", config);
}

#[test]
fn the_bill_of_materials_says_what_the_list_says() {
    let image = image();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(image.layers()[0].bytes()));
    let entry = archive
        .entries()
        .unwrap()
        .map(Result::unwrap)
        .find(|entry| entry.path().unwrap() == Path::new("function.spdx.json"));
    let mut sbom: serde_json::Value = serde_json::from_reader(entry.unwrap()).unwrap();
    let sha256 = program("answer").sha256().to_owned();
    assert_eq!(sbom["packages"][0]["checksums"][0]["checksumValue"], sha256);
    let text = sbom.to_string().replace(&sha256, "…");
    sbom = serde_json::from_str(&text).unwrap();
    insta::assert_json_snapshot!("sbom", sbom);
}
