//! `adit build`: the deployed function as an image, and what is refused.

use std::fs;
use std::path::PathBuf;

use crate::support::{Place, Ran, function_program};

/// The function as it is deployed, with its list of parts; the program of a plain build is not static and makes no image.
pub(crate) fn deployed() -> Option<PathBuf> {
    let program = std::env::var_os("ADIT_FUNCTION_BIN").map(PathBuf::from);
    if program.is_none() {
        assert!(
            std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(),
            "ADIT_FUNCTION_BIN names no deployed program"
        );
        eprintln!("SKIPPED: ADIT_FUNCTION_BIN names no deployed program (scripts/build-function)");
    }
    program
}

fn build(place: &Place, arguments: &[&str]) -> Ran {
    place.run_here(&[&["build"], arguments].concat())
}

/// The text without what differs from build to build: digests, revision, times, sizes, counts, and where things are.
fn redacted(text: &str, program: &std::path::Path) -> String {
    let text = text.replace(&program.display().to_string(), "PROGRAM");
    let mut redacted = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || c == '.' {
            word.push(c);
            continue;
        }
        let hex = word.len() >= 40 && word.chars().all(|c| c.is_ascii_hexdigit());
        let decimal = word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
        let number = word.chars().all(|c| c.is_ascii_digit()) && !["200", "1000"].contains(&word.as_str());
        let plain = word.is_empty() || !(hex || decimal || number) || word == "0.1.0";
        redacted.push_str(if plain { &word } else { "N" });
        word.clear();
        redacted.push(c);
    }
    redacted.replace("-dirty", "").trim_end().to_owned() + "\n"
}

#[test]
fn the_deployed_function_becomes_an_image() {
    let Some(program) = deployed() else { return };
    let place = Place::new();
    let ran = build(&place, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!("build", redacted(&(ran.stderr + &ran.stdout), &program));
    let again = build(&place, &["-o", "other.tar", "--format", "json"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(again.stderr, "");
    let document: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(document["digest"], ran.stdout.trim(), "the same program makes the same image");
    assert_eq!(document["entrypoint"], serde_json::json!(["/function"]));
    assert_eq!(document["labels"]["org.opencontainers.image.version"], env!("CARGO_PKG_VERSION"));
    assert!(document["trial"]["answer"].as_str().unwrap().contains("A0401"), "{document}");
    assert!(document["size"].as_u64().unwrap() < 6_000_000, "{document}");
    let archive = adit_image::layout::read(&place.directory.path().join("other.tar")).unwrap();
    assert_eq!(archive.digest(), ran.stdout.trim());
}

#[test]
fn a_code_only_function_is_one_executable_called_func() {
    if deployed().is_none() {
        return;
    }
    let place = Place::new();
    let ran = build(&place, &["--zip"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("experimental"), "{}", ran.stderr);
    let archive = fs::read(place.directory.path().join("function.zip")).unwrap();
    assert_eq!(archive[..4], *b"PK\x03\x04");
    let script = "import sys, zipfile\nfor e in zipfile.ZipFile(sys.argv[1]).infolist(): print(e.filename, oct(e.external_attr >> 16), e.date_time[0])";
    let path = place.directory.path().join("function.zip");
    let listed = std::process::Command::new("python3").args(["-c", script]).arg(path).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "func 0o100755 1980\n");
}

#[test]
fn another_time_and_a_label_are_in_the_image() {
    if deployed().is_none() {
        return;
    }
    let place = Place::new();
    let label = "org.opencontainers.image.source=https://example.com/mine";
    let ran = place
        .command(&["build", "--label", label, "-o"])
        .arg(place.directory.path().join("image"))
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let image = adit_image::layout::read(&place.directory.path().join("image")).unwrap();
    assert_eq!(image.labels()["org.opencontainers.image.source"], "https://example.com/mine");
    assert!(String::from_utf8_lossy(image.config().bytes()).contains("2023-11-14T22:13:20Z"));
}

#[test]
fn what_cannot_be_a_function_is_refused_and_nothing_is_written() {
    let place = Place::new();
    let text = place.file("text", "not a program");
    // This program asks for a loader.
    let dynamic = env!("CARGO_BIN_EXE_adit");
    let cases = [("/nowhere/function", 3, None), (&text, 1, Some("A0821")), (dynamic, 1, Some("A0822"))];
    for (program, code, named) in cases {
        let ran = build(&place, &["--function-binary", program]);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        if let Some(named) = named {
            assert!(ran.stderr.starts_with(&format!("error[{named}]: {program} is n")), "{}", ran.stderr);
        }
        assert!(ran.stdout.is_empty() && !place.directory.path().join("image").exists());
    }
    // A program for amd64, and one that no function has the size of.
    crate::push::image(&place);
    fs::remove_dir_all(place.directory.path().join("image")).unwrap();
    let ran = build(&place, &["--function-binary", "program", "--arch", "arm64"]);
    let help = "the application's shape must be the same: GENERIC_X86 or GENERIC_ARM";
    assert!(
        ran.stderr.starts_with("error[A0823]: program is built for amd64, not for arm64\n"),
        "{}",
        ran.stderr
    );
    assert!(ran.code == Some(1) && ran.stderr.contains(help), "{}", ran.stderr);
    let huge = fs::File::create(place.directory.path().join("huge")).unwrap();
    huge.set_len(257 << 20).unwrap();
    let ran = build(&place, &["--function-binary", "huge"]);
    assert!(ran.stderr.starts_with("error[A0821]: huge is no program for Linux: it is larger than 256 MB"));
    assert!(ran.code == Some(1) && !place.directory.path().join("image").exists());
    let ran = build(&place, &["--function-binary", dynamic]);
    insta::assert_snapshot!(
        "build-not-static",
        ran.stderr.replace(dynamic, "PROGRAM").replace("aarch64", "x86-64")
    );
}

#[test]
fn a_list_of_parts_of_another_program_is_refused() {
    if deployed().is_none() {
        return;
    }
    let place = Place::new();
    let copy = place.directory.path().join("function");
    fs::copy(function_program(), &copy).unwrap();
    let list = "adit-parts 1\nprogram\tf\t1\nsha256\tab\n";
    place.file("function.parts", list);
    let ran = build(&place, &["--function-binary", copy.to_str().unwrap()]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("error[A0830]"), "{}", ran.stderr);
    fs::remove_file(place.directory.path().join("function.parts")).unwrap();
    let ran = build(&place, &["--function-binary", copy.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: no bill of materials"), "{}", ran.stderr);
}
