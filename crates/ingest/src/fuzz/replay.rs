//! Runs every seed of `fuzz/seeds`, and what is too large to be a file there.

use std::fmt::Write as _;
use std::path::Path;

use super::reading::{at_once, by_each_plan, read_with};
use crate::encoder::Encoder;
use crate::records::Format;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 4] = [
    ("frame", super::frame),
    ("records", super::records),
    ("pieces", super::pieces),
    ("values", super::values),
];

/// The seeds of a target, by name.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let entries = directory.read_dir().unwrap().map(Result::unwrap);
    let mut seeds: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn every_seed_keeps_every_promise() {
    for (target, run) in TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() >= 10, "{} seeds of {target}", seeds.len());
        for (name, seed) in seeds {
            // Seen only where the seed fails.
            println!("{target}/{name}");
            run(&seed);
        }
    }
}

/// Each payload's answers, in a table that can be read: by the columns' names, and by a mapping.
#[test]
fn what_becomes_of_hostile_payloads() {
    let mut answers = String::new();
    let seeds = seeds("records");
    by_each_plan(|plan| {
        for (name, payload) in &seeds {
            let format = if name.contains("csv") { Format::Csv } else { Format::Json };
            let mut encoder = Encoder::new(plan);
            let reading = read_with(format, at_once(payload), plan, |record| encoder.push(record));
            let rejects = encoder.rejects().first().iter().map(|reject| {
                let column = reject.column.as_deref().unwrap_or("-");
                format!("{} {:?} {column}", reject.index.unwrap(), reject.code)
            });
            let rejects = rejects.collect::<Vec<_>>().join(", ");
            let end = reading.end.err().unwrap_or_else(|| "end".to_owned());
            writeln!(answers, "{name}: {} records [{rejects}] {end}", reading.records.len()).unwrap();
        }
        answers.push('\n');
    });
    insta::assert_snapshot!(answers);
}

#[test]
fn large_payloads_keep_every_promise() {
    let megabyte = "x".repeat(1 << 20);
    let names: Vec<String> = (0..10_000).map(|at| format!("c{at}")).collect();
    let keys = names.iter().map(|name| format!("\"{name}\":1")).collect::<Vec<_>>().join(",");
    for (name, payload) in [
        ("a text of 1 MB", format!("[{{\"a\":1,\"b\":\"{megabyte}\"}}]")),
        ("a field of 1 MB", format!("a,b\n1,\"{megabyte}\"\n")),
        ("10,000 keys", format!("{{{keys}}}")),
        ("10,000 fields", format!("{}\n{}1\n", names.join(","), "1,".repeat(9_999))),
        ("one key 2,000 times", format!("{{\"a\":1{}}}", ",\"a\":2".repeat(2_000))),
        ("20,000 arrays in one another", "[".repeat(20_000) + &"]".repeat(20_000)),
        ("5,000 objects in one another", "{\"c\":".repeat(5_000) + "1" + &"}".repeat(5_000)),
        ("20,000 arrays that stay open", format!("{{\"c\":{}", "[".repeat(20_000))),
        ("3,000 records", "{\"a\":1}\n".repeat(3_000)),
        ("a record behind 70 KB of white space", format!("{}{{\"a\":1}}", " ".repeat(70_000))),
    ] {
        println!("{name}");
        super::records(payload.as_bytes());
        super::pieces(payload.as_bytes());
    }
}

#[test]
fn large_cells_keep_every_promise() {
    for (name, cell) in [
        ("a text of 1 MB", format!("\"{}\"", "x".repeat(1 << 20))),
        ("escapes", format!("\"{}\"", "\\u00e4\\n".repeat(1 << 11))),
        ("a number of 17,000 digits", "7".repeat(17_000)),
        ("a number that is too long", format!("0.{}1", "0".repeat(20_000))),
        ("3,000 arrays in one another", "[".repeat(3_000) + &"]".repeat(3_000)),
        ("an array of 2,000", format!("[{}1]", "1,".repeat(2_000))),
        ("an object of 2,000 keys", format!("{{{}\"k\":\"x\"}}", "\"k\":1,".repeat(2_000))),
        ("a vector of 17,000", format!("[{}1]", "0.5,".repeat(17_000))),
    ] {
        println!("{name}");
        super::values(cell.as_bytes());
    }
}
