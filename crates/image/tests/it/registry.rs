//! A real registry (Debian's `docker-registry`), with and without a login: what is pushed is pulled by another tool.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use adit_image::layout;
use adit_image::registry::{Credentials, Push, RegistryErrorKind, Way};
use adit_oci::SecretValue;
use tempfile::TempDir;

use crate::support::{image, skipped, tool};

const USER: &str = "namespace/me@example.com";
const TOKEN: &str = "Auth-Token;1";
/// `TOKEN`, by bcrypt.
const HASHED: &str = "$2b$04$qpLMnSfJTu9gd1N1X0QfHuICViOs5Ye09LOjrivzpRyyA3xqm9UzW";

/// A running registry; it ends with the value.
struct Registry {
    process: Child,
    address: SocketAddr,
    _place: TempDir,
}

impl Registry {
    fn start(login: bool) -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        // Free now; should another process be faster, the test fails loudly.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let at = place.path().display();
        fs::write(place.path().join("htpasswd"), format!("{USER}:{HASHED}\n")).unwrap();
        let auth = if login {
            format!("auth:\n  htpasswd:\n    realm: test\n    path: {at}/htpasswd\n")
        } else {
            String::new()
        };
        let config = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {at}/store\nhttp:\n  addr: {address}\n{auth}"
        );
        fs::write(place.path().join("config.yml"), config).unwrap();
        let started = Command::new("docker-registry")
            .arg("serve")
            .arg(place.path().join("config.yml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = match started {
            Ok(process) => process,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                skipped("docker-registry is not installed (scripts/install-deps --test)");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let registry = Self { process, address, _place: place };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the registry never listened");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(registry)
    }

    fn push(&self, to: &str) -> Push {
        let reference = format!("{}/{to}", self.address).parse().unwrap();
        Push { pause: Duration::from_millis(1), ..Push::new(reference) }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ways(pushed: &adit_image::registry::Pushed) -> Vec<Way> {
    pushed.blobs.iter().map(|blob| blob.way).collect()
}

#[tokio::test]
async fn what_is_pushed_is_pulled_by_skopeo() {
    let Some(registry) = Registry::start(false) else { return };
    let image = image();
    let first = registry.push("hello-world-app/postgres-inserter:1.0").run(&image).await.unwrap();
    assert_eq!(ways(&first), [Way::Sent, Way::Sent]);
    assert_eq!(
        first.pinned,
        format!("{}/hello-world-app/postgres-inserter@{}", registry.address, image.digest())
    );
    let again = registry.push("hello-world-app/postgres-inserter").run(&image).await.unwrap();
    assert_eq!(ways(&again), [Way::Present, Way::Present]);
    // From another repository of the registry nothing is sent.
    let mounting =
        Push { mount_from: Some("hello-world-app/postgres-inserter".to_owned()), ..registry.push("other") };
    assert_eq!(ways(&mounting.run(&image).await.unwrap()), [Way::Mounted, Way::Mounted]);
    // In pieces.
    let pieces = Push { chunk: 100_000, ..registry.push("pieces:x") };
    assert_eq!(ways(&pieces.run(&image).await.unwrap()), [Way::Sent, Way::Sent]);

    let place = tempfile::tempdir().unwrap();
    for (number, from) in [&first.pinned, &format!("{}/pieces:x", registry.address)].into_iter().enumerate() {
        let pulled = place.path().join(format!("pulled-{number}"));
        let arguments = ["copy", "--insecure-policy", "--src-tls-verify=false", &format!("docker://{from}")];
        let to = format!("oci:{}", pulled.display());
        if tool("skopeo", &[&arguments[..], &[&to]].concat()).is_none() {
            return;
        }
        assert_eq!(layout::read(&pulled).unwrap().digest(), image.digest());
    }
}

#[tokio::test]
async fn a_registry_with_a_login_takes_it_and_no_other() {
    let Some(registry) = Registry::start(true) else { return };
    let with = |user: &str, password: &str| Push {
        credentials: Some(Credentials { user: user.to_owned(), password: SecretValue::new(password) }),
        ..registry.push("f:1")
    };
    let image = image();
    let error = registry.push("f:1").run(&image).await.unwrap_err();
    assert_eq!((error.kind, error.kind.code()), (RegistryErrorKind::NoCredentials, "A0834"), "{error}");
    let error = with(USER, "hunter2").run(&image).await.unwrap_err();
    assert_eq!((error.kind, error.kind.code()), (RegistryErrorKind::Unauthorized, "A0835"), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    assert_eq!(ways(&with(USER, TOKEN).run(&image).await.unwrap()), [Way::Sent, Way::Sent]);
}
