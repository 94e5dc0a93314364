//! Random values for the round trips: each as JSON, and as the text that the server's own input function is given for comparison. A small
//! generator of our own (SplitMix64): half a million values a test are made in seconds, and always the same ones.

/// A source of random values.
pub(crate) struct Dice(u64);

/// A value.
pub(crate) struct Pair {
    /// In a JSON record.
    pub(crate) json: String,
    /// As the server's input function takes it.
    pub(crate) text: String,
}

/// A value that is written the same in both.
pub(crate) fn number(text: impl ToString) -> Pair {
    Pair { json: text.to_string(), text: text.to_string() }
}

/// A JSON string of this text.
pub(crate) fn text(text: impl ToString) -> Pair {
    Pair { json: quoted(&text.to_string()), text: text.to_string() }
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// A length below `end`.
    pub(crate) fn len(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }

    /// A number from `first` to `last`.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last - first).unwrap() + 1;
        first + i64::try_from(self.below(span)).unwrap()
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *from.get(self.len(from.len())).unwrap()
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| self.pick(b"0123456789") as char).collect()
    }

    /// Up to so many characters of every kind; never U+0000.
    pub(crate) fn characters(&mut self, most: usize) -> String {
        const ODD: &[char] =
            &['"', '\\', '\'', ',', '{', '}', '[', ']', '(', ')', '\n', '\t', '\u{1}', ' ', '␀'];
        let count = self.len(most + 1);
        let one = |dice: &mut Self| loop {
            let c = match dice.below(8) {
                0 => dice.pick(ODD),
                1 => char::from_u32(u32::try_from(dice.below(0x11_0000)).unwrap()).unwrap_or('\0'),
                2 => char::from_u32(u32::try_from(dice.below(0x250)).unwrap()).unwrap_or('\0'),
                _ => char::from(u8::try_from(dice.between(0x20, 0x7e)).unwrap()),
            };
            if c != '\0' {
                return c;
            }
        };
        (0..count).map(|_| one(self)).collect()
    }

    /// `+5`, `-3`, `2`: an offset in hours and minutes, or `Z`.
    pub(crate) fn offset(&mut self) -> String {
        if self.once_in(4) {
            return "Z".to_owned();
        }
        let (sign, hours, minutes) = (self.pick(&['+', '-']), self.below(16), self.pick(&[0, 0, 30, 45, 59]));
        match self.below(3) {
            0 if minutes == 0 => format!("{sign}{hours:02}"),
            1 => format!("{sign}{hours:02}{minutes:02}"),
            _ => format!("{sign}{hours:02}:{minutes:02}"),
        }
    }

    /// A date between these years, with its year in at least four digits.
    pub(crate) fn date(&mut self, years: (i64, i64)) -> String {
        let year = self.between(years.0, years.1);
        self.day(year, year)
    }

    /// A date between these years before Christ.
    pub(crate) fn date_bc(&mut self, years: (i64, i64)) -> String {
        let year = self.between(years.0, years.1);
        self.day(year, 1 - year)
    }

    /// A day of a year, which is the astronomical one for leap days and another one on paper.
    fn day(&mut self, written: i64, year: i64) -> String {
        let month = self.between(1, 12);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        format!("{written:04}-{month:02}-{:02}", self.between(1, last))
    }

    /// A time of day, with a fraction of up to this many digits.
    pub(crate) fn time(&mut self, digits: usize) -> String {
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        let fraction = match self.len(digits + 1) {
            0 => String::new(),
            count => format!(".{}", self.digits(count)),
        };
        format!("{hour:02}:{minute:02}:{second:02}{fraction}")
    }

    /// A number with up to so many digits before and behind its point.
    pub(crate) fn decimal(&mut self, before: usize, behind: usize) -> String {
        let sign = if self.once_in(2) { "-" } else { "" };
        let count = self.len(before) + 1;
        let whole = self.digits(count);
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let fraction = match self.len(behind + 1) {
            0 => String::new(),
            count => format!(".{}", self.digits(count)),
        };
        format!("{sign}{whole}{fraction}")
    }

    /// A document that is not null as a whole.
    pub(crate) fn document(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 => "true".to_owned(),
            1 => self.decimal(17, 10),
            2 => format!("{}e{}", self.decimal(3, 3), self.between(-30, 30)),
            3 | 4 => quoted(&self.characters(12)),
            5 => {
                let members: Vec<String> = (0..self.len(5))
                    .map(|_| format!("{}: {}", quoted(&self.characters(4)), self.member(depth)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            _ => {
                let members: Vec<String> = (0..self.len(5)).map(|_| self.member(depth)).collect();
                format!("[{}]", members.join(" , "))
            }
        }
    }

    fn member(&mut self, depth: usize) -> String {
        if self.once_in(8) { "null".to_owned() } else { self.document(depth - 1) }
    }
}
