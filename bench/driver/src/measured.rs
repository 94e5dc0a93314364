//! What was measured, and the JSON line that says so.

use std::fmt::Write;
use std::time::Duration;

/// The calls of one caller, or of all together.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Time of each call that was answered with 200, in nanoseconds.
    pub(crate) answered_ns: Vec<u64>,
    /// Calls that were not.
    pub(crate) failed: u64,
    /// Why the first of them was not.
    pub(crate) first_failure: Option<String>,
    /// What the last call was answered with, for whoever finds fewer rows than calls.
    pub(crate) last_reply: String,
}

/// What the calls of all callers together took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) elapsed: Duration,
    /// Processor time of the driver itself.
    pub(crate) processor: Duration,
}

impl Calls {
    pub(crate) fn answered(&mut self, after: Duration) {
        self.answered_ns.push(u64::try_from(after.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn failed(&mut self, why: String) {
        self.failed += 1;
        self.first_failure.get_or_insert(why);
    }

    pub(crate) fn nobody_listens(&mut self) {
        self.failed("nobody listens at the socket".into());
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.answered_ns.extend(other.answered_ns);
        self.failed += other.failed;
        self.first_failure = self.first_failure.take().or(other.first_failure);
        self.last_reply = other.last_reply;
    }

    /// `{"calls","failed","first_failure","last_reply","seconds","cpu_seconds","p50_ms","p99_ms"}`, where `calls`
    /// counts those answered with 200.
    pub(crate) fn into_json(mut self, effort: Effort) -> String {
        self.answered_ns.sort_unstable();
        format!(
            "{{\"calls\":{},\"failed\":{},\"first_failure\":{},\"last_reply\":{},\"seconds\":{:.6},\"cpu_seconds\":{:.6},\"p50_ms\":{:.4},\"p99_ms\":{:.4}}}",
            self.answered_ns.len(),
            self.failed,
            json_string(self.first_failure.as_deref().unwrap_or_default()),
            json_string(&self.last_reply),
            effort.elapsed.as_secs_f64(),
            effort.processor.as_secs_f64(),
            percentile_ms(&self.answered_ns, 50),
            percentile_ms(&self.answered_ns, 99),
        )
    }
}

/// The nearest-rank percentile of sorted nanoseconds, in milliseconds; 0 when there are none.
fn percentile_ms(sorted_ns: &[u64], percent: usize) -> f64 {
    let rank = (sorted_ns.len() * percent).div_ceil(100);
    sorted_ns.get(rank.saturating_sub(1)).map_or(0.0, |&ns| Duration::from_nanos(ns).as_secs_f64() * 1e3)
}

/// A JSON string literal.
fn json_string(text: &str) -> String {
    let mut json = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            control if control < ' ' => {
                // Writing to a String does not fail.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let hundred: Vec<u64> = (1..=100).map(|ms| ms * 1_000_000).collect();
        assert!((percentile_ms(&hundred, 50) - 50.0).abs() < 1e-9);
        assert!((percentile_ms(&hundred, 99) - 99.0).abs() < 1e-9);
        assert!((percentile_ms(&[7_000_000], 99) - 7.0).abs() < 1e-9);
        assert!(percentile_ms(&[], 99).abs() < 1e-9);
    }

    #[test]
    fn the_first_failure_survives_addition_and_is_quoted() {
        let mut all = Calls::default();
        let mut one = Calls::default();
        one.failed("502 \"a\\b\"\n".into());
        one.failed("another".into());
        one.answered(Duration::from_millis(2));
        one.last_reply = "{}".into();
        all.add(one);
        assert_eq!(
            all.into_json(Effort { elapsed: Duration::from_secs(1), processor: Duration::from_millis(500) }),
            r#"{"calls":1,"failed":2,"first_failure":"502 \"a\\b\"\u000a","last_reply":"{}","seconds":1.000000,"cpu_seconds":0.500000,"p50_ms":2.0000,"p99_ms":2.0000}"#
        );
    }
}
