//! From nothing to a function that answers, the question in between, and a stop in the middle.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::World;
use crate::ingest::terminal::Terminal;
use crate::push::Registry;
use crate::support::{Dev, Place, Ran};

/// The whole of it: both stages, a real registry, and the real function behind the emulated service.
#[test]
fn from_nothing_to_a_row_in_the_database() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    let dev = Dev::start(&world.place, &[]);
    let state = running(&world.place);
    world.world["endpoint"] = state["endpoint"].clone();
    world.world["ids"] =
        json!({ "oci_functions_function.postgres_inserter[0]": state["functions"][0]["id"] });
    world.world["backend"] = "oci".into();
    world.save();
    let config = state["config_file"].as_str().unwrap();
    let smoke = ["--yes", "--smoke", r#"{"name":"chair"}"#, "--config-file", config];

    let ran = world.deploy(&smoke);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    assert_eq!(dev.query("select name from items"), "chair");
    let shown = world.shown(&ran, &registry.address);
    let shown = shown
        .replace(state["functions"][0]["id"].as_str().unwrap(), "FUNCTION")
        .replace(state["endpoint"].as_str().unwrap(), "ENDPOINT");
    insta::assert_snapshot!("deploy-whole", shown);
    let pins: Value =
        serde_json::from_slice(&std::fs::read(world.path("images.auto.tfvars.json")).unwrap()).unwrap();
    assert_eq!(pins, json!({ "images": { "postgres-inserter": world.digest } }));

    // Again: nothing to apply, and the function answers all the same.
    let ran = world.deploy(&[&smoke[..], &["--format", "json"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    let receipt: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&receipt["outcome"], &receipt["state"], &receipt["error"]),
        (&json!("unchanged"), &json!("oci"), &Value::Null)
    );
    assert_eq!(receipt["images"]["postgres-inserter"]["bytes_sent"], 0);
    assert_eq!(receipt["smoke"][0]["answer"]["status"], "success");
    assert_eq!(receipt["functions"]["postgres-inserter"]["id"], state["functions"][0]["id"]);

    // What the function refuses is a failure of the deployment, which stands all the same.
    let ran = world.deploy(&["--yes", "--smoke", r#"{"nmae":"chair"}"#, "--config-file", config]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.stderr.contains("error[A0620]: smoke call of postgres-inserter: "), "{}", ran.stderr);
    assert!(ran.stdout.contains("unchanged  "), "{}", ran.stdout);
}

/// What a running `adit dev` tells `adit invoke`.
fn running(place: &Place) -> Value {
    let user = rustix::process::getuid().as_raw();
    let path = place.directory.path().join(format!("adit-{user}")).join("dev.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn only_the_functions_that_are_named_get_the_image() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    let file = world.place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let second =
        "\n[function.second]\napplication = \"ingest\"\ndatabase = \"librarian\"\ntables = [\"items\"]\n";
    std::fs::write(&file, text + second).unwrap();
    world.world["outputs"]["repositories"]["second"] =
        format!("{}/namespace/second", registry.address).into();
    world.world["resources"].as_array_mut().unwrap().push(json!({
        "address": "oci_functions_function.second[0]", "function": "second", "values": { "display_name": "second" } }));
    world.save();
    let old = format!("sha256:{}", "0".repeat(64));
    world.write("images.auto.tfvars.json", &json!({ "images": { "second": old } }).to_string());
    let ran = world.deploy(&["--yes", "--function", "postgres-inserter"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    let images = &world.state()["outputs"]["images"];
    assert_eq!(*images, json!({ "postgres-inserter": world.digest, "second": old }));
    assert!(!ran.stderr.contains("namespace/second"), "{}", ran.stderr);
}

#[test]
fn an_answer_is_waited_for_at_a_terminal() {
    let Some(registry) = Registry::start() else { return };
    let world = World::new(&registry.address);
    let mut terminal = Terminal::of(world.command(&[]));
    terminal.wait_for("apply this? [y/N] ");
    terminal.types("n\n");
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(1), "{seen}");
    assert!(
        seen.contains("]: not applied: the answer was no") || seen.contains("not applied: the answer was no"),
        "{seen}"
    );
    assert!(!world.path("terraform.tfstate").exists());

    let mut terminal = Terminal::of(world.command(&[]));
    for _ in 0..2 {
        terminal.wait_for("apply this? [y/N] ");
        terminal.seen();
        terminal.types("y\n");
    }
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(world.state()["outputs"]["images"]["postgres-inserter"], world.digest);
}

#[test]
fn ctrl_c_is_passed_on_once_and_waited_for() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    world.world["faults"] = json!({ "slow": "oci_core_subnet.fn_public_subnet" });
    world.save();
    let child = world
        .command(&["--yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !world.path("slow").exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never came so far");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(world.path(".terraform.tfstate.lock.info").exists());
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    insta::assert_snapshot!("deploy-interrupted", world.shown(&ran, &registry.address));
    assert!(!world.path(".terraform.tfstate.lock.info").exists(), "the lock is released");
    // The subnet was finished, and nothing was begun behind it.
    let made: Vec<String> = world.state()["resources"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(made, ["oci_core_subnet.fn_public_subnet", "oci_core_vcn.sandbox_vcn"]);
    world.world["faults"] = json!({});
    world.save();
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(0), "the same command goes on: {}", ran.stderr);
}
