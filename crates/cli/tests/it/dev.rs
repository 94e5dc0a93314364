//! `adit dev`: it starts everything, says where it is, and leaves nothing behind.

use std::path::PathBuf;

use crate::support::{Dev, Place, example, function_program, oci_cli};

#[test]
fn each_example_is_loaded_counted_and_over() {
    let place = Place::new();
    let function = function_program();
    for (file, rows) in [
        ("item.json", 1),
        ("items.json", 3),
        ("items-rows.json", 2),
        ("items.ndjson.gz", 3),
        ("items.ndjson.zst", 3),
        ("items.csv", 3),
    ] {
        let load = format!("@{}", example(file));
        let ran = place.run(&["dev", "--function", function.to_str().unwrap(), "--load", &load, "--exit"]);
        assert_eq!(ran.code, Some(0), "{file}: {}", ran.stderr);
        let [stored, counted] = ran.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{}", ran.stdout) };
        assert!(
            stored.starts_with(&format!("{rows} row")) && stored.contains("stored in 1 call"),
            "{stored}"
        );
        assert_eq!(counted, format!("select count(*) from items: {rows}"));
        assert!(
            ran.stderr.contains("ready in ") && ran.stderr.contains("psql 'postgres://"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn ctrl_c_stops_all_that_it_started() {
    let place = Place::new();
    let dev = Dev::start(&place, &[]);
    assert_eq!(place.run(&["invoke", "-d", r#"{"name":"a"}"#]).code, Some(0));
    let state = place.directory.path().read_dir().unwrap().next().unwrap().unwrap().path().join("dev.json");
    assert!(state.is_file());
    let children = descendants(dev.pid());
    assert!(children.len() >= 3, "a server, a pooler, a container: {children:?}");
    assert_eq!(dev.interrupt(), Some(0));
    assert!(!state.exists());
    let alive: Vec<_> = children.iter().filter(|pid| is_alive(**pid)).collect();
    assert!(alive.is_empty(), "still alive: {alive:?}");
}

#[test]
fn a_schema_with_a_fault_is_reported_and_everything_stops() {
    let place = Place::new();
    let schema = place.file("bad.sql", "create table t (n int); creat table u (n int)");
    let function = function_program();
    let ran = place.run(&["dev", "--function", function.to_str().unwrap(), "--schema", &schema]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("the schema could not be applied: syntax error at or near \"creat\""),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_real_oci_command_invokes_the_function_and_reads_the_secret() {
    let Some(oci) = oci_cli() else { return };
    let place = Place::new();
    let mut dev = Dev::start(&place, &[]);
    // The line is made to be copied; its program is replaced by the one that the tests were given.
    let line = dev.ready_line("oci cli").replacen("oci ", &format!("'{}' ", oci.display()), 1);
    let ran = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("\"item_id\":1"), "{ran:?}");
    assert_eq!(dev.query("select name || ', ' || description from items"), "chair, oak");

    let words: Vec<&str> = line.split(' ').collect();
    let after = |flag| words[words.iter().position(|word| *word == flag).unwrap() + 1];
    let (config, endpoint) = (after("--config-file"), after("--endpoint"));
    let secret = |config: &str| {
        std::process::Command::new(&oci)
            .args(["--config-file", config, "--endpoint", endpoint, "secrets", "secret-bundle"])
            .args([
                "get-secret-bundle-by-name",
                "--secret-name",
                "database",
                "--vault-id",
                "ocid1.vault.oc1.local.vault",
            ])
            .env("SUPPRESS_LABEL_WARNING", "True")
            .output()
            .unwrap()
    };
    let read = secret(config);
    assert!(read.status.success() && String::from_utf8_lossy(&read.stdout).contains("BASE64"), "{read:?}");

    // A key of somebody else is refused, by the signature and not by the file.
    let key = PathBuf::from(config).with_file_name("other.pem");
    let made = adit_oci::keygen::generate().unwrap();
    let wrong = place.file("wrong-key.pem", made.pem.expose());
    let text = std::fs::read_to_string(config).unwrap();
    let text: Vec<String> = text
        .lines()
        .map(|line| if line.starts_with("key_file") { format!("key_file={wrong}") } else { line.to_owned() })
        .collect();
    let wrong_config = place.file("wrong-config", &text.join("\n"));
    let refused = secret(&wrong_config);
    assert!(!refused.status.success() && !key.exists());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("NotAuthenticated"), "{refused:?}");
    dev.wait_for("401");
}

#[test]
fn an_object_is_put_and_its_event_sent_by_the_lines_that_are_shown() {
    let Some(oci) = oci_cli() else { return };
    let place = Place::new();
    let mut dev = Dev::start(&place, &[]);
    let shell = |line: &str| {
        let ran = std::process::Command::new("sh")
            .args(["-c", line])
            .env("XDG_RUNTIME_DIR", place.directory.path())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{line}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    let line = dev.ready_line("object").replacen("oci ", &format!("'{}' ", oci.display()), 1);
    shell(&format!(
        "{} --name \"it's in/items.ndjson.gz\"",
        line.replace("rows.ndjson", &example("items.ndjson.gz"))
    ));
    let said = dev.wait_for("adit invoke -d '{\"eventType\"");
    let line = said.trim_start().strip_prefix("event").unwrap().trim();
    let line = line.replacen("adit ", &format!("'{}' ", env!("CARGO_BIN_EXE_adit")), 1);
    assert!(shell(&line).contains("\"inserted\":3"));
    // The ledger of the laptop's database knows the object's version.
    assert!(shell(&line).contains("\"replayed\":true"));
    assert_eq!(dev.query("select count(*) from items"), "3");
}

#[test]
fn the_samples_of_messages_are_stored_as_they_are_and_in_pieces() {
    let place = Place::new();
    let dev = Dev::start(&place, &[]);
    for (file, rows) in [("connector-hub.json", 3), ("queue.json", 3)] {
        let path = example(&format!("events/{file}"));
        let ran = place.run(&["invoke", "-d", &format!("@{path}"), "--format", "json"]);
        assert_eq!(ran.code, Some(0), "{file}: {}", ran.stderr);
        assert!(ran.stdout.starts_with(&format!("{{\"inserted\":{rows},")), "{file}: {}", ran.stdout);
        let ran = place.run(&["invoke", "-d", &std::fs::read_to_string(path).unwrap()]);
        assert!(ran.stdout.contains("\"replayed\":true"), "{file}: {}{}", ran.stdout, ran.stderr);
    }
    assert_eq!(dev.query("select count(*) from items"), "6");
}

/// All processes below this one.
fn descendants(pid: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut waiting = vec![pid];
    while let Some(parent) = waiting.pop() {
        let children = format!("/proc/{parent}/task/{parent}/children");
        let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
        let texts =
            tasks.map(|task| std::fs::read_to_string(task.path().join("children")).unwrap_or_default());
        let all = texts.chain(std::fs::read_to_string(children)).collect::<Vec<_>>().join(" ");
        for child in all.split_whitespace().filter_map(|child| child.parse().ok()) {
            if !found.contains(&child) {
                found.push(child);
                waiting.push(child);
            }
        }
    }
    found
}

/// Whether a process runs; a dead one that nobody has collected does not.
fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
