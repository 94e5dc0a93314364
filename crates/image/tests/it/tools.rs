//! Other people's tools on what is written here: skopeo reads it, umoci unpacks it, and what was unpacked starts in that root.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use adit_image::layout;
use serde_json::Value;

use crate::support::{image, skipped, tool, we_are_root};

#[test]
fn skopeo_reads_every_form() {
    let (image, place) = (image(), tempfile::tempdir().unwrap());
    let (directory, archive) = (place.path().join("image"), place.path().join("image.tar"));
    layout::write(&image, &directory).unwrap();
    layout::write(&image, &archive).unwrap();
    for (form, path) in [("oci", &directory), ("oci-archive", &archive), ("docker-archive", &archive)] {
        let address = format!("{form}:{}", path.display());
        let Some(inspected) = tool("skopeo", &["inspect", &address]) else { return };
        let inspected: Value = serde_json::from_str(&inspected).unwrap();
        assert_eq!(inspected["Architecture"], image.architecture(), "{form}");
        assert_eq!(inspected["Labels"]["org.opencontainers.image.version"], "1.2.3", "{form}");
        assert_eq!(inspected["Layers"].as_array().unwrap().len(), 1, "{form}");
        if form != "docker-archive" {
            assert_eq!(inspected["Digest"], image.digest(), "{form}");
        }
    }
    // A copy is another tool's reading of every byte.
    let copy = format!("oci:{}", place.path().join("copy").display());
    tool("skopeo", &["copy", "--insecure-policy", &format!("oci:{}", directory.display()), &copy]).unwrap();
    assert_eq!(layout::read(&place.path().join("copy")).unwrap().digest(), image.digest());
}

#[test]
fn what_umoci_unpacks_starts_as_the_user_of_the_platform() {
    let place = tempfile::tempdir().unwrap();
    let (directory, bundle) = (place.path().join("image"), place.path().join("bundle"));
    layout::write(&image(), &directory).unwrap();
    // umoci finds an image by its tag only, which ours has not.
    let tagged = format!("oci:{}:latest", place.path().join("tagged").display());
    if tool("skopeo", &["copy", "--insecure-policy", &format!("oci:{}", directory.display()), &tagged])
        .is_none()
    {
        return;
    }
    let source = place.path().join("tagged").display().to_string() + ":latest";
    if !we_are_root() {
        return skipped("only root may change the root directory");
    }
    if tool("umoci", &["unpack", "--image", &source, &bundle.display().to_string()]).is_none() {
        return;
    }
    let config: Value = serde_json::from_slice(&std::fs::read(bundle.join("config.json")).unwrap()).unwrap();
    assert_eq!(config["process"]["args"], serde_json::json!(["/function"]));
    assert_eq!(config["process"]["user"]["uid"], 1000);
    assert_eq!(config["process"]["user"]["gid"], 1000);
    let root = bundle.join("rootfs");
    let tmp = root.join("tmp").metadata().unwrap();
    assert_eq!((tmp.permissions().mode() & 0o7777, tmp.uid()), (0o1777, 0));
    let answer = answer_from(&root);
    assert!(answer.contains("I am 1000,"), "{answer}");
}

/// Starts the program in its root, as the user of the platform, and calls it once.
fn answer_from(root: &Path) -> String {
    let mut process = Command::new("chroot")
        .args(["--userspec=1000:1000", "--groups="])
        .arg(root)
        .arg("/function")
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs([("FN_FORMAT", "http-stream"), ("FN_LISTENER", "unix:/tmp/lsnr.sock")])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let mut stream = loop {
        match UnixStream::connect(root.join("tmp/lsnr.sock")) {
            Ok(stream) => break stream,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(30), "{error}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    stream.write_all(b"POST /call HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n").unwrap();
    // The answer comes in pieces; the connection stays open.
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answer = String::new();
    while !answer.contains("settings: ") {
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => answer.push_str(&String::from_utf8_lossy(&piece[..count])),
            _ => break,
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    answer
}
