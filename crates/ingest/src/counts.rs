//! What came of records, counted, and in words.

use serde::Serialize;

use crate::receipt::Receipt;

/// The counts of a receipt, or of several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records that came.
    pub received: u64,
    /// Rows that are new.
    pub inserted: u64,
    /// Rows that were there and are different now.
    pub updated: u64,
    /// Records for whose sake nothing had to be done.
    pub unchanged: u64,
    /// Rows that are gone.
    pub deleted: u64,
    /// Records that a later one of the same payload replaced.
    pub superseded: u64,
    /// Records that were not stored.
    pub rejected: u64,
}

impl Counts {
    /// Takes others to these.
    pub fn add(&mut self, other: Self) {
        self.received += other.received;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.deleted += other.deleted;
        self.superseded += other.superseded;
        self.rejected += other.rejected;
    }

    /// Rows that the table has, has otherwise, or has no more.
    pub fn rows(&self) -> u64 {
        self.inserted + self.updated + self.deleted
    }

    /// What came of it: `3 rows stored in items`, `3 inserted, 2 updated in items; 1 rejected`. Nothing is said of what did not happen.
    ///
    /// `place` follows the counts; `number` writes one.
    pub fn sentence(&self, place: &str, number: impl Fn(u64) -> String) -> String {
        let others = [
            (self.updated, "updated"),
            (self.unchanged, "unchanged"),
            (self.deleted, "deleted"),
            (self.superseded, "superseded"),
        ];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let mut parts: Vec<String> =
            others.map(|(count, what)| format!("{} {what}", number(*count))).collect();
        if parts.is_empty() {
            let rows = if self.inserted == 1 { "row" } else { "rows" };
            parts.push(format!("{} {rows} stored", number(self.inserted)));
        } else if self.inserted > 0 {
            parts.insert(0, format!("{} inserted", number(self.inserted)));
        }
        let rejected = match self.rejected {
            0 => String::new(),
            rejected => format!("; {} rejected", number(rejected)),
        };
        format!("{} {place}{rejected}", parts.join(", "))
    }
}

impl Receipt {
    /// Its counts.
    pub fn counts(&self) -> Counts {
        Counts {
            received: self.received,
            inserted: self.inserted,
            updated: self.updated,
            unchanged: self.unchanged,
            deleted: self.deleted,
            superseded: self.superseded,
            rejected: self.rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_happen_is_not_said() {
        let say = |counts: Counts| counts.sentence("in items", |count| count.to_string());
        assert_eq!(say(Counts::default()), "0 rows stored in items");
        assert_eq!(say(Counts { inserted: 1, ..Counts::default() }), "1 row stored in items");
        assert_eq!(
            say(Counts { inserted: 9, rejected: 1, ..Counts::default() }),
            "9 rows stored in items; 1 rejected"
        );
        let all =
            Counts { inserted: 3, updated: 2, unchanged: 1, superseded: 4, rejected: 1, ..Counts::default() };
        assert_eq!(say(all), "3 inserted, 2 updated, 1 unchanged, 4 superseded in items; 1 rejected");
        assert_eq!(say(Counts { deleted: 5, ..Counts::default() }), "5 deleted in items");
    }
}
