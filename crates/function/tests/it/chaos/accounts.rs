//! What callers were told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::payload::Payload;
use super::random::Random;

/// What an answer says of a payload that is stored.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    pub(super) received: u64,
    pub(super) inserted: u64,
    pub(super) replayed: bool,
    key: Value,
}

impl Receipt {
    pub(super) fn of(document: &Value) -> Self {
        Self {
            received: document["received"].as_u64().unwrap(),
            inserted: document["inserted"].as_u64().unwrap(),
            replayed: document["replayed"] == true,
            key: document["key"].clone(),
        }
    }

    /// What must be the same whenever it is told.
    pub(super) fn counts(&self) -> (u64, u64, Value) {
        (self.received, self.inserted, self.key.clone())
    }
}

#[derive(Default)]
pub(super) struct Accounts {
    closed: AtomicBool,
    acknowledged: AtomicU64,
    replays: AtomicU64,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    stored: Vec<(Payload, Receipt)>,
    unknown: Vec<Payload>,
    answers: BTreeMap<String, u64>,
    /// An example of each kind of answer that is no receipt.
    messages: BTreeMap<String, String>,
    /// The last answers that each caller heard.
    last: BTreeMap<usize, VecDeque<Heard>>,
    /// A payload whose caller has waited too long.
    waits_in_vain: Option<String>,
}

struct Heard {
    answer: String,
    words: String,
    payload: String,
    at: Instant,
    took: Duration,
}

/// How many answers are remembered of a caller.
const REMEMBERED: usize = 4;

impl Accounts {
    /// Payloads of which it is known what became of them.
    pub(super) fn payloads(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    pub(super) fn are_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    pub(super) fn acknowledged(&self, payload: Payload, receipt: Receipt) {
        self.books().stored.push((payload, receipt));
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn unknown(&self, payload: Payload) {
        self.books().unknown.push(payload);
    }

    pub(super) fn replayed(&self) {
        self.replays.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes an answer, with its words where it is no receipt.
    pub(super) fn heard(&self, caller: usize, payload: &Payload, answer: &str, words: &str, took: Duration) {
        let mut books = self.books();
        *books.answers.entry(answer.to_owned()).or_default() += 1;
        if !words.is_empty() {
            books.messages.entry(answer.to_owned()).or_insert_with(|| words.to_owned());
        }
        let (answer, words, payload) = (answer.to_owned(), words.to_owned(), payload.name.clone());
        let last = books.last.entry(caller).or_default();
        last.push_back(Heard { answer, words, payload, at: Instant::now(), took });
        if last.len() > REMEMBERED {
            last.pop_front();
        }
    }

    /// The last answers of every caller, in words.
    pub(super) fn heard_last(&self) -> Vec<String> {
        let books = self.books();
        let heard =
            books.last.iter().flat_map(|(caller, heard)| heard.iter().map(move |heard| (caller, heard)));
        let line = |(caller, heard): (&usize, &Heard)| {
            let Heard { answer, words, payload, at, took } = heard;
            format!(
                "caller {caller}, {payload}: {answer} {words}; {:.1?} ago, after {took:.1?}",
                at.elapsed()
            )
        };
        heard.map(line).collect()
    }

    /// A caller has waited too long.
    pub(super) fn waits_in_vain(&self, payload: &Payload) {
        self.books().waits_in_vain.get_or_insert_with(|| payload.name.clone());
    }

    /// A payload whose caller has waited too long.
    pub(super) fn in_vain(&self) -> Option<String> {
        self.books().waits_in_vain.clone()
    }

    /// A payload that was acknowledged, and what was said.
    pub(super) fn any_named(&self, random: &mut Random) -> Option<(Payload, Receipt)> {
        random.pick(&self.books().stored).filter(|(payload, _)| payload.named).cloned()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// Each payload, and whether its caller was told that it is stored.
    pub(super) fn told(&self) -> Vec<(Payload, bool)> {
        let books = self.books();
        let stored = books.stored.iter().map(|(payload, _)| (payload.clone(), true));
        stored.chain(books.unknown.iter().map(|payload| (payload.clone(), false))).collect()
    }

    /// The answers, how often each came, and an example of the words.
    pub(super) fn answers(&self) -> Vec<(String, u64, String)> {
        let books = self.books();
        let words = |answer: &String| books.messages.get(answer).cloned().unwrap_or_default();
        books.answers.iter().map(|(answer, times)| (answer.clone(), *times, words(answer))).collect()
    }

    /// How many payloads were sent again after they had been acknowledged.
    pub(super) fn replays(&self) -> u64 {
        self.replays.load(Ordering::Relaxed)
    }
}
