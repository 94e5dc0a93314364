//! What machines read of `adit check`, and the commands around it: `init`, `explain`, `addr`, `--watch`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::Place;

fn broken() -> Place {
    let place = Place::new();
    place.run_here(&["init", "--example"]);
    let path = place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("# component 4:")).collect();
    std::fs::write(path, kept.join("\n")).unwrap();
    place
}

/// Enough of JSON schema for ours: what it does not know makes it fail.
fn conforms(value: &Value, schema: &Value, root: &Value, at: &str) {
    for (keyword, demand) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let name = demand.as_str().unwrap().strip_prefix("#/definitions/").unwrap();
                conforms(value, &root["definitions"][name], root, at);
            }
            "anyOf" => {
                let one = demand.as_array().unwrap().iter().find(|schema| {
                    let required = schema["required"].as_array().unwrap();
                    required.iter().all(|key| value.get(key.as_str().unwrap()).is_some())
                });
                conforms(value, one.unwrap_or_else(|| panic!("{at}: {value}")), root, at);
            }
            "const" => assert_eq!(value, demand, "{at}"),
            "enum" => assert!(demand.as_array().unwrap().contains(value), "{at}: {value}"),
            "type" => {
                let right = match demand.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("{other}"),
                };
                assert!(right, "{at}: {value}");
            }
            "required" => {
                for key in demand.as_array().unwrap() {
                    assert!(value.get(key.as_str().unwrap()).is_some(), "{at}: no {key}");
                }
            }
            "properties" => {
                for (key, value) in value.as_object().unwrap() {
                    let schema = demand.get(key).unwrap_or_else(|| panic!("{at}: {key} is not described"));
                    conforms(value, schema, root, &format!("{at}.{key}"));
                }
            }
            "items" => {
                for value in value.as_array().unwrap() {
                    conforms(value, demand, root, &format!("{at}[]"));
                }
            }
            "additionalProperties" | "$schema" | "title" | "description" | "definitions" => {}
            other => panic!("{other} is not known"),
        }
    }
}

/// Holds a report of `adit check` against its schema.
pub(crate) fn is_a_report(report: &Value) {
    is_as("report", report);
}

/// Holds a document against `docs/NAME.schema.json`.
fn is_as(name: &str, document: &Value) {
    let path = format!("{}/../../docs/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    conforms(document, &schema, &schema, name);
}

/// Holds an answer of `adit path` against its schema.
pub(crate) fn is_an_answer(answer: &Value) {
    is_as("path", answer);
}

#[test]
fn the_json_of_a_way_is_as_its_schema_says() {
    let whole = Place::new();
    whole.run_here(&["init", "--example"]);
    for (place, verdict) in [(broken(), "UNREACHABLE"), (whole, "REACHABLE")] {
        let ran = place.run_here(&["path", "postgres-inserter", "librarian", "--format", "json"]);
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        is_an_answer(&answer);
        assert_eq!(answer["verdict"], verdict);
    }
}

#[test]
fn json_is_as_its_schema_says() {
    let places = [broken(), Place::new(), Place::new()];
    places[1].run_here(&["init"]);
    places[2].file("adit.toml", "version = 1\n[vcn.a]\ncidr = \"10.0.0.5/16\"\n[drg.b]\nmanagd = true\n");
    for place in places {
        let ran = place.run_here(&["check", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        is_a_report(&report);
        let errors = report["summary"]["errors"].as_u64().unwrap();
        assert_eq!(ran.code, Some(i32::from(errors > 0)));
    }
}

#[test]
fn short_github_and_sarif_name_the_place_and_the_fix() {
    let place = broken();
    insta::assert_snapshot!("short", place.run_here(&["check", "--format", "short"]).stdout);
    insta::assert_snapshot!("sarif", place.run_here(&["check", "--format", "sarif"]).stdout);
    let summary = place.directory.path().join("summary.md");
    let ran = place
        .command(&["check", "--format", "github"])
        .current_dir(place.directory.path())
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    insta::assert_snapshot!("github", String::from_utf8(ran.stdout).unwrap());
    insta::assert_snapshot!("github-summary", std::fs::read_to_string(summary).unwrap());
}

/// GitHub shows ten annotations of a kind: the worst ten are written, and all stand in the summary.
#[test]
fn github_gets_ten_annotations_and_the_whole_table() {
    let place = Place::new();
    let lists: String = (0..30).map(|n| format!("subnet.s{n} = {{ cidr = \"10.1.{n}.0/24\" }}\n")).collect();
    place.file("adit.toml", &format!("version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\n{lists}"));
    let summary = place.directory.path().join("summary.md");
    let ran = place
        .command(&["check", "--format", "github"])
        .current_dir(place.directory.path())
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap().matches("::error ").count(), 10);
    assert_eq!(std::fs::read_to_string(summary).unwrap().matches("| error | A0170 | ").count(), 30);
}

#[test]
fn path_answers_in_every_format() {
    let place = broken();
    let ran = place.run_here(&["path", "postgres-inserter", "librarian", "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&answer["verdict"], &answer["repair"]), (&"UNREACHABLE".into(), &"whole".into()));
    assert_eq!(answer["paths"][0]["checklist"][3]["status"], "FAIL");
    assert_eq!(answer["missing"][0]["code"], "A0224");
    insta::assert_snapshot!("path", place.run_here(&["path", "postgres-inserter", "librarian"]).stdout);
    insta::assert_snapshot!(
        "path-short",
        place.run_here(&["path", "postgres-inserter", "librarian", "--format", "short"]).stdout
    );
    for (arguments, said) in [
        (
            ["path", "postgres-insertr", "librarian"],
            "error[A0157]: there is no function, database, subnet, machine or network `postgres-insertr`; the nearest is `postgres-inserter`\n",
        ),
        (
            ["path", "postgres-inserter", "librarian:0"],
            "error[A0164]: `0` is not a port: 1 to 65535 are allowed\n",
        ),
        (
            ["path", "10.9.9.9", "librarian"],
            "error[A0233]: 10.9.9.9 is a private address that is in no subnet and at no site of this network\n",
        ),
    ] {
        let ran = place.run_here(&arguments);
        assert_eq!((ran.code, ran.stderr.as_str(), ran.stdout.as_str()), (Some(2), said, ""));
    }
}

#[test]
fn init_writes_once_and_what_it_writes_checks_clean() {
    let place = Place::new();
    assert_eq!(place.run_here(&["init"]).code, Some(0));
    let ran = place.run_here(&["check", "--fail-on", "note"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    insta::assert_snapshot!("starter", ran.stdout);
    let before = std::fs::read(place.directory.path().join("adit.toml")).unwrap();
    let ran = place.run_here(&["init", "--example"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.stderr,
        "error: adit.toml is there already, and is not written over\n\
         help: name another file with --output FILE, or move that one away\n"
    );
    assert_eq!(std::fs::read(place.directory.path().join("adit.toml")).unwrap(), before);
}

/// Every code has its page, from the one text there is.
#[test]
fn explain_knows_every_code() {
    let place = Place::new();
    let list = place.run_here(&["explain", "--list"]).stdout;
    assert!(list.lines().count() > 100, "{list}");
    for line in list.lines() {
        let (code, title) = line.split_once("  ").unwrap();
        let ran = place.run_here(&["explain", code]);
        assert_eq!(ran.code, Some(0), "{code}");
        assert!(ran.stdout.starts_with(&format!("{code}: {title}\n")), "{code}: {}", ran.stdout);
    }
    insta::assert_snapshot!("explain", place.run_here(&["explain", "a0226"]).stdout);
    let ran = place.run_here(&["explain", "A9999"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(2), "error: there is no code `A9999`\nhelp: `adit explain --list` prints all codes\n")
    );
}

#[test]
fn addr_prints_the_plan() {
    let place = broken();
    insta::assert_snapshot!("addr", place.run_here(&["addr"]).stdout);
    let lines = |arguments: &[&str]| place.run_here(arguments).stdout;
    assert!(
        lines(&["addr", "--next", "/24", "--in", "sandbox-vcn"]).starts_with("10.1.1.0/24\n10.1.2.0/24\n")
    );
    assert!(lines(&["addr", "--next", "16"]).starts_with("10.2.0.0/16\n"));
    // Oracle's own example.
    assert!(lines(&["addr", "--need", "512MBx2000"]).starts_with("75 addresses"));
    let plan: Value = serde_json::from_str(&lines(&["addr", "--format", "json"])).unwrap();
    assert_eq!(plan["vcns"][1]["subnets"][0]["needed"], 4);
    assert_eq!(place.run_here(&["addr", "--next", "/24", "--in", "nowhere"]).code, Some(2));
    assert_eq!(place.run_here(&["addr", "--next", "/8"]).code, Some(2));
}

#[test]
fn watch_checks_again_when_the_file_is_saved() {
    let place = Place::new();
    place.file("adit.toml", "version = 2\n");
    let mut child = place
        .command(&["check", "--watch", "--format", "short"])
        .current_dir(place.directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert!(next().starts_with("adit.toml:1:11: error[A0158]"));
    assert_eq!(next(), "adit.toml: 1 error; ways are looked at once these are repaired");
    place.file("adit.toml", "version = 1\n# right\n");
    assert_eq!(next(), "adit.toml: nothing found");
    child.kill().unwrap();
    child.wait().unwrap();
}
