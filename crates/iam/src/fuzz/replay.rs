//! Runs every seed of `fuzz/seeds`, what is too large to be a file there, and the seeds with pieces of them exchanged.

use std::path::Path;
use std::time::{Duration, Instant};

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 2] = [("policy", super::policy), ("rule", super::rule)];

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

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }
}

const PIECES: [&str; 44] = [
    " ",
    "\n",
    "\n\n",
    "'",
    "\"",
    "\u{2019}",
    "{",
    "}",
    "(",
    ")",
    ",",
    ":",
    "/",
    "//",
    "=",
    "==",
    "!",
    "!=",
    "\\",
    "${",
    "${a}",
    "<a b>",
    "<",
    "#",
    "\u{a0}",
    "\0",
    "\u{202e}",
    "Allow ",
    "deny ",
    "endorse ",
    " to ",
    " in ",
    " where ",
    " any {",
    " all {",
    " and ",
    " not in (",
    " id ",
    "ocid1.x",
    "request.",
    "target.a.b",
    " between ",
    " with ",
    "\u{e4}\u{1f600}",
];

/// 20,000 texts, each a seed with up to six pieces taken out, put in, doubled or exchanged with another seed's.
#[test]
fn seeds_with_pieces_exchanged_keep_every_promise() {
    for (target, run) in TARGETS {
        let seeds: Vec<String> =
            seeds(target).into_iter().map(|(_, seed)| String::from_utf8_lossy(&seed).into_owned()).collect();
        let mut dice = Dice(0x1234_5678_9abc_def1);
        for _ in 0..10_000 {
            let mut text: Vec<char> = seeds[dice.roll(seeds.len())].chars().collect();
            for _ in 0..=dice.roll(6) {
                let start = dice.roll(text.len() + 1);
                let end = (start + dice.roll(8)).min(text.len());
                let piece: Vec<char> = match dice.roll(4) {
                    0 => Vec::new(),
                    1 => [&text[start..end], &text[start..end]].concat(),
                    2 => {
                        let other: Vec<char> = seeds[dice.roll(seeds.len())].chars().collect();
                        let from = dice.roll(other.len() + 1);
                        other[from..(from + dice.roll(40)).min(other.len())].to_vec()
                    }
                    _ => PIECES[dice.roll(PIECES.len())].chars().collect(),
                };
                text.splice(start..end, piece);
            }
            run(text.into_iter().collect::<String>().as_bytes());
        }
    }
}

#[test]
fn large_texts_keep_every_promise_and_end() {
    let start = "Allow group A to read repos in tenancy where ";
    for (name, text) in [
        ("a name of 1 MB", format!("Allow group '{}' to read repos in tenancy", "x".repeat(1 << 20))),
        ("10,000 braces", format!("{start}{}", "any {".repeat(10_000))),
        ("10,000 parentheses", format!("{start}{}", "(".repeat(10_000))),
        ("10,000 quotes", "'".repeat(10_000)),
        ("10,000 double quotes that are open", "\"a\n".repeat(10_000)),
        ("10,000 slashes", format!("{start}target.a = {}", "/a".repeat(10_000))),
        ("10,000 holes that are open", format!("{start}target.a = '{}", "${".repeat(10_000))),
        ("10,000 placeholders that are open", format!("Allow group {}", "<a".repeat(10_000))),
        ("10,000 wrong words", "Alow grup ".repeat(5_000)),
        ("10,000 names", format!("Allow group {} to read repos in tenancy", "a ".repeat(10_000))),
        ("10,000 ands", format!("{start}{}target.a", "target.a and ".repeat(7_000))),
        ("50,000 comments", "// x\n".repeat(50_000)),
        ("100,000 characters without a meaning", "; ".repeat(49_000)),
        ("20,000 statements", "Allow group A to read repos in tenancy\n".repeat(20_000)),
        ("20,000 lines that are none", "nothing\n".repeat(20_000)),
    ] {
        println!("{name}");
        let began = Instant::now();
        super::policy(text.as_bytes());
        super::rule(text.as_bytes());
        // A thousand times what it takes: what grows with the square of the length would take hours.
        assert!(began.elapsed() < Duration::from_secs(120), "{name}: {:?}", began.elapsed());
    }
}
