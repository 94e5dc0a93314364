//! What is sent: rows that name their payload and their place in it, in every form that the function takes.

use std::io::Write as _;

use crate::exchange::Call;

use super::random::Random;

const LARGEST: u64 = 500;

#[derive(Clone)]
pub(super) struct Payload {
    /// The name that its rows have, and, where it is named, its batch id.
    pub(super) name: String,
    pub(super) rows: u64,
    pub(super) named: bool,
    body: Vec<u8>,
    is_csv: bool,
}

impl Payload {
    pub(super) fn new(name: String, random: &mut Random) -> Self {
        let rows = match random.between(0, 9) {
            0..4 => 1,
            4..8 => random.between(2, 40),
            _ => random.between(41, LARGEST),
        };
        let named = !random.one_in(8);
        let is_csv = random.one_in(5);
        // A record that leaves the note to its default goes another way than one that does not.
        let notes = random.between(1, 3);
        let record = |n: u64| match n % notes {
            0 => format!(
                r#"{{"batch":"{name}","n":{n},"note":"{}"}}"#,
                "x".repeat(usize::try_from(n % 90).unwrap())
            ),
            _ => format!(r#"{{"batch":"{name}","n":{n}}}"#),
        };
        let records = (0..rows).map(record);
        let body = match random.between(0, 2) {
            _ if is_csv => {
                let lines = (0..rows).map(|n| format!("{name},{n},\"note, {n}\"\n"));
                format!("batch,n,note\n{}", lines.collect::<String>())
            }
            0 if rows == 1 => records.collect(),
            0 | 1 => format!("[{}]", records.collect::<Vec<_>>().join(",")),
            _ => records.map(|record| record + "\n").collect(),
        };
        let body = if random.one_in(4) { zipped(&body) } else { body.into_bytes() };
        Self { name, rows, named, body, is_csv }
    }

    pub(super) fn call(&self) -> Call {
        let body = self.body.clone();
        let call = if self.is_csv { Call::csv(body) } else { Call::new(body) };
        if self.named { call.header("Adit-Batch-Id", &self.name) } else { call }
    }
}

fn zipped(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}
