//! The deployed program in an empty root: no shared library, no certificate store, no `/etc`, no other file at all; and with
//! the three files that a container runtime puts there, by which names are found.

use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tempfile::TempDir;

use crate::cloud::{Cloud, Variables, shared};
use crate::database::{Database, ITEMS};
use crate::process::{Process, in_root, root};
use crate::tools::{deployed, skipped, we_are_root};

/// A root with the deployed program in it, where this machine lets us make one.
fn empty_root() -> Option<TempDir> {
    let Some(program) = deployed() else {
        skipped("ADIT_FUNCTION_BIN names no deployed program (scripts/build-function)");
        return None;
    };
    if !we_are_root() {
        skipped("only root may change the root directory");
        return None;
    }
    let root = root();
    fs::copy(program, root.path().join("function")).unwrap();
    Some(root)
}

/// The variables of a function that needs no file: its identity stands in them.
fn variables(cloud: &Cloud, secret: &str, endpoint: &str) -> Variables {
    let mut variables = cloud.emulator.api_key_variables();
    let further = [("ADIT_TABLE", "items"), ("DB_SECRET_OCID", secret), ("ADIT_OCI_ENDPOINT", endpoint)];
    variables.extend(further.map(|(name, value)| (name.to_owned(), value.to_owned())));
    variables
}

fn start(root: TempDir, variables: &Variables) -> Process {
    let command = in_root(root.path(), "/function");
    Process::start(variables, root, Path::new("/tmp"), command)
}

#[tokio::test]
async fn an_empty_root_is_enough() {
    let Some(root) = empty_root() else { return };
    let shared = shared();
    let database = Database::new(&shared.postgres, "empty_root", ITEMS).await;
    let secret = shared.cloud.emulator.put_secret("empty_root", database.secret().to_string().as_bytes());
    let mut process = start(root, &variables(&shared.cloud, &secret, shared.cloud.emulator.url()));
    for n in 1..=2 {
        let document = process.call(br#"{"name":"a"}"#);
        assert_eq!(document["item_id"], n, "{document}");
    }
    let refused = process.call(b"nope");
    assert_eq!((&refused["code"], process.runs()), (&json!("A0601"), true));
    assert_eq!(database.count("items").await, 2);
}

#[tokio::test]
async fn names_are_found_by_the_files_of_the_container_runtime_alone() {
    let Some(root) = empty_root() else { return };
    let names = Names::serve();
    let etc = root.path().join("etc");
    fs::create_dir(&etc).unwrap();
    fs::write(etc.join("resolv.conf"), format!("nameserver {}\n", names.address)).unwrap();
    fs::write(etc.join("hosts"), "127.0.0.1 localhost\n127.0.0.1 database.hub.example\n").unwrap();
    fs::write(etc.join("hostname"), "container\n").unwrap();

    let shared = shared();
    let database = Database::new(&shared.postgres, "root_names", ITEMS).await;
    let mut content = database.secret();
    content["host"] = json!("database.hub.example");
    let secret = shared.cloud.emulator.put_secret("root_names", content.to_string().as_bytes());
    let endpoint = format!("http://secrets.vaults.example:{}", shared.cloud.emulator.port());
    let process = start(root, &variables(&shared.cloud, &secret, &endpoint));
    let document = process.call(br#"{"name":"a"}"#);
    assert_eq!(document["item_id"], 1, "{document}");
    assert!(names.asked.load(Ordering::Relaxed) > 0, "the Vault's name was asked for");
    assert_eq!(database.count("items").await, 1);
}

/// A name server for whose every name the address is 127.0.0.1 (RFC 1035, section 4).
struct Names {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Names {
    fn serve() -> Self {
        // Of our own on the loopback network, for the port is the same for all.
        let [.., high, low] = std::process::id().to_be_bytes();
        let address = format!("127.53.{high}.{}", low.max(1));
        let socket = UdpSocket::bind((address.as_str(), 53)).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((length, asker)) = socket.recv_from(&mut buffer) {
                counter.fetch_add(1, Ordering::Relaxed);
                let _it_asks_again = socket.send_to(&answer(&buffer[..length]), asker);
            }
        });
        Self { address, asked }
    }
}

/// The answer to a question with one name: one address of version 4, none of version 6.
fn answer(question: &[u8]) -> Vec<u8> {
    let name: usize = question[12..].iter().position(|byte| *byte == 0).unwrap() + 13;
    let asks_for_v4 = question[name..name + 2] == [0, 1];
    let mut answer = question[..name + 4].to_vec();
    // A response, with recursion; one question, no or one answer, nothing else.
    answer[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, u8::from(asks_for_v4), 0, 0, 0, 0]);
    if asks_for_v4 {
        // The name of the question, type A, class IN, 60 s, four bytes.
        answer.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}
