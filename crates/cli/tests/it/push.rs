//! `adit push`: to a real registry, and what goes wrong before anything is sent.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use adit_image::{Image, Program, Recipe, layout};

use crate::build::deployed;
use crate::cloud::{Answer, Cloud, credentials};
use crate::support::{Place, Ran};

/// A running registry without a login; it ends with the value.
pub(crate) struct Registry {
    process: Child,
    pub(crate) address: String,
    _place: tempfile::TempDir,
}

impl Registry {
    pub(crate) fn start() -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let config = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}/store\nhttp:\n  addr: {address}\n",
            place.path().display()
        );
        let file = place.path().join("config.yml");
        fs::write(&file, config).unwrap();
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(process) = command.spawn() else {
            assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "docker-registry is not installed");
            eprintln!("SKIPPED: docker-registry is not installed (scripts/install-deps --test)");
            return None;
        };
        let registry = Self { process, address, _place: place };
        let began = Instant::now();
        while TcpStream::connect(&registry.address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the registry never listened");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(registry)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The least static program, which nobody starts here, as an image in the place's directory. Its digest.
pub(crate) fn image(place: &Place) -> String {
    let mut file = vec![0; 124];
    file[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\x00");
    for (at, value) in
        [(16, 2), (18, 62), (20, 1), (52, 64), (54, 56), (56, 1), (64, 1), (32, 64), (96, 124), (24, 0x78)]
    {
        file[at] = value;
    }
    let path = PathBuf::from(place.file("program", ""));
    fs::write(&path, file).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let image = Image::of_program(&Program::read(&path, None).unwrap(), &Recipe::default()).unwrap();
    layout::write(&image, &place.directory.path().join("image")).unwrap();
    image.digest()
}

pub(crate) fn push(place: &Place, arguments: &[&str]) -> Ran {
    place
        .command(&[&["push"], arguments].concat())
        .current_dir(place.directory.path())
        .env_remove("ADIT_REGISTRY_USER")
        .env_remove("ADIT_REGISTRY_PASSWORD")
        .stdin(Stdio::null())
        .output()
        .unwrap()
        .into()
}

#[test]
fn an_image_is_pushed_and_its_address_printed() {
    let Some(registry) = Registry::start() else { return };
    let place = Place::new();
    let digest = image(&place);
    let to = format!("{}/hello-world-app/postgres-inserter:1.0", registry.address);
    let ran = push(&place, &[&to]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let shown = (ran.stderr + &ran.stdout).replace(&registry.address, "REGISTRY").replace(&digest, "DIGEST");
    insta::assert_snapshot!("push", without_digests(&shown));
    // By its path, to another repository, without sending anything again.
    let to = format!("{}/other", registry.address);
    let ran = push(
        &place,
        &["image", &to, "--mount-from", "hello-world-app/postgres-inserter", "--format", "json"],
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["reference"], format!("{to}@{digest}"));
    assert_eq!(
        (&document["blobs"][0]["way"], &document["tag"]),
        (&"mounted".into(), &serde_json::Value::Null)
    );
}

#[test]
fn the_deployed_function_is_built_and_pushed() {
    let (Some(registry), Some(_)) = (Registry::start(), deployed()) else {
        return;
    };
    let place = Place::new();
    let ran = push(&place, &["--build", "built.tar", &format!("{}/f", registry.address)]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let built = layout::read(&place.directory.path().join("built.tar")).unwrap();
    assert_eq!(ran.stdout, format!("{}/f@{}\n", registry.address, built.digest()));
    assert!(ran.stderr.contains("  trial ") && ran.stderr.contains("  sent "), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_pushed_is_said_before_anything_is_sent() {
    let place = Place::new();
    let to = "127.0.0.1:1/f";
    let empty = place.file("empty", "\n");
    for (arguments, code, text) in [
        (
            &["fra.ocir.io/ns/Hello"][..],
            2,
            "error[A0833]: \"fra.ocir.io/ns/Hello\" names no repository: a repository has small letters only",
        ),
        (&[to], 2, "error[A0832]: image is no usable image: "),
        (&[to, "--user", "me"], 2, "error: there is no password for me: "),
        (&[to, "--user", "me", "--password-file", &empty], 2, "error: there is no password for me: "),
        (&[to, "--user", "me:hunter2"], 2, "error: a registry's user has no colon"),
        (&[to, "--user", "me", "--password-file", "/nowhere"], 2, "error: /nowhere cannot be read"),
        (&[to, "--mount-from", "a:1"], 2, "error: --mount-from names a repository"),
    ] {
        let ran = push(&place, arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(text) && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hunter2"));
    }
    image(&place);
    let ran = push(&place, &[to, "--compartment", "ocid1.compartment.oc1..a"]);
    assert!(ran.stderr.contains("127.0.0.1:1 is another one"), "{}", ran.stderr);
    let ran = place
        .command(&["push", to, "--user", "me"])
        .env("ADIT_REGISTRY_PASSWORD", "hunter2")
        .current_dir(place.directory.path())
        .output()
        .unwrap();
    let ran = Ran::from(ran);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error[A0838]: 127.0.0.1:1: look for sha256:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("Connection refused") && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn a_repository_in_another_compartment_is_an_error_that_says_how_to_move_it() {
    let place = Place::new();
    image(&place);
    let cloud = Cloud::start(|line| {
        match line {
        line if line.starts_with("POST ") => (
            409,
            "",
            r#"{"code":"NAMESPACE_CONFLICT","message":"Repository already exists"}"#.to_owned(),
        ),
        line if line.contains("compartmentIdInSubtree") => (
            200,
            "",
            r#"{"items":[{"id":"ocid1.containerrepo.oc1.fra.r","displayName":"hello-world-app/postgres-inserter",
                "compartmentId":"ocid1.tenancy.oc1..t"}]}"#
                .to_owned(),
        ),
        _ => (200, "", r#"{"items":[]}"#.to_owned()),
    }
    });
    let (config, endpoint) = (credentials(&place), cloud.url());
    let to = "fra.ocir.io/ns/hello-world-app/postgres-inserter";
    let account = ["--config-file", &config, "--endpoint", &endpoint];
    let ran =
        push(&place, &[&[to, "--compartment", "ocid1.compartment.oc1..sandbox"], &account[..]].concat());
    let looked = "GET /20160918/container/repositories?compartmentId=ocid1.compartment.oc1..sandbox&";
    assert!(cloud.asked()[0].starts_with(looked), "{:?}", cloud.asked());
    let wanted = r#"{"compartmentId":"ocid1.compartment.oc1..sandbox","displayName":"hello-world-app/postgres-inserter","isPublic":false}"#;
    assert_eq!(cloud.body_of("POST /20160918/container/repositories"), wanted);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!("push-other-compartment", ran.stderr);
    // Nothing is asked of a cloud that knows nothing of it.
    let before = cloud.asked().len();
    let ran = push(&place, &[&[to, "--compartment", "ocid1.compartment.oc2..a"], &account[..]].concat());
    assert!(ran.stderr.starts_with("error[A0848]: the compartment ocid1.compartment.oc2..a is of realm oc2"));
    assert_eq!((ran.code, cloud.asked().len()), (Some(1), before));
}

/// What a registry that nobody can repair from here answers, and what is said then.
#[test]
fn every_refusal_of_a_registry_says_what_to_do() {
    let said =
        |code: &str, message: &str| format!(r#"{{"errors":[{{"code":"{code}","message":"{message}"}}]}}"#);
    let cases: [(&str, Answer); 6] = [
        ("401", (401, "www-authenticate: Basic realm=\"x\"\r\n", said("UNAUTHORIZED", "Unauthorized"))),
        ("403", (403, "", said("DENIED", "Anonymous users are only allowed read access"))),
        ("404", (404, "", said("NAME_UNKNOWN", "repository name not known to registry"))),
        ("413", (413, "", said("SIZE_INVALID", "layer too large"))),
        ("503", (503, "retry-after: 0\r\n", String::new())),
        ("other digest", (201, "docker-content-digest: sha256:ab\r\n", String::new())),
    ];
    let mut all = String::new();
    for (name, answer) in cases {
        let place = Place::new();
        image(&place);
        let registry = Cloud::start(move |line| match line.split(' ').next().unwrap() {
            "HEAD" if answer.0 != 401 => (404, "", String::new()),
            // What was begun goes on, and is stored as something else.
            "POST" if answer.0 == 201 => (202, "location: /v2/f/blobs/uploads/1\r\n", String::new()),
            _ => answer.clone(),
        });
        let password = place.file("token", "hunter2");
        let to = format!("{}/f:1", registry.address);
        let ran = push(&place, &[&to, "--user", "ns/me", "--password-file", &password]);
        let told = ran.stderr.replace(&registry.address, "REGISTRY");
        all.push_str(&format!("{name}\n{}? {}\n", without_digests(&told), ran.code.unwrap()));
        assert!(!ran.stderr.contains("hunter2") && ran.stdout.is_empty(), "{}", ran.stderr);
    }
    insta::assert_snapshot!("push-refusals", all);
}

/// Digests of what another version of a library may write otherwise.
pub(crate) fn without_digests(text: &str) -> String {
    let mut pieces = text.split("sha256:");
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |shown, piece| {
        shown + "sha256:…" + piece.trim_start_matches(|c: char| c.is_ascii_hexdigit())
    })
}
