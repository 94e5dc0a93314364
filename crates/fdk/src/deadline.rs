//! When a call must be over: a point on the monotonic clock, made from the platform's wall-clock header. Nothing here
//! waits or cancels; the handler bounds its own waits with it.

use std::time::{Duration, Instant, SystemTime};

use http::HeaderValue;

/// The moment at which the platform gives up on a call, answers the caller itself and kills the container.
///
/// The platform truncates it to whole seconds, so it reads up to one second early, never late (contract clause 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    at: Instant,
}

impl Deadline {
    /// The deadline `timeout` from now. (A `timeout` beyond what the clock can count becomes a day.)
    #[must_use]
    pub fn after(timeout: Duration) -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        let now = Instant::now();
        Self { at: now.checked_add(timeout).or_else(|| now.checked_add(DAY)).unwrap_or(now) }
    }

    /// The moment itself, on the monotonic clock; it may be past.
    #[must_use]
    pub fn at(self) -> Instant {
        self.at
    }

    /// How much time is left; zero when the moment is past.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// This deadline moved forward by `margin`: the time kept back for rolling back, logging and answering.
    ///
    /// ```
    /// use std::time::Duration;
    /// use adit_fdk::Deadline;
    ///
    /// let platform = Deadline::after(Duration::from_secs(30));
    /// let work = platform.with_margin(Duration::from_secs(2));
    /// assert_eq!(platform.at() - work.at(), Duration::from_secs(2));
    /// ```
    #[must_use]
    pub fn with_margin(self, margin: Duration) -> Self {
        Self { at: self.at.checked_sub(margin).unwrap_or(self.at) }
    }

    /// The deadline that the platform sent; `default` from now when it sent none or one that cannot be read.
    pub(crate) fn from_header(header: Option<&HeaderValue>, default: Duration) -> Self {
        header
            .and_then(|value| parse(value, SystemTime::now(), Instant::now()))
            .unwrap_or_else(|| Self::after(default))
    }
}

fn parse(value: &HeaderValue, wall: SystemTime, now: Instant) -> Option<Deadline> {
    let moment: jiff::Timestamp = value.to_str().ok()?.trim().parse().ok()?;
    let at = match SystemTime::from(moment).duration_since(wall) {
        Ok(ahead) => now.checked_add(ahead)?,
        // The monotonic clock may have begun later than that; then now is early enough.
        Err(past) => now.checked_sub(past.duration()).unwrap_or(now),
    };
    Some(Deadline { at })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime};

    use http::HeaderValue;

    use super::{Deadline, parse};

    /// The seconds between the wall clock `2026-11-23T02:15:00.25Z` and the deadline.
    fn seconds_until(text: &str) -> Option<f64> {
        let wall = SystemTime::from("2026-11-23T02:15:00.25Z".parse::<jiff::Timestamp>().unwrap());
        let now = Instant::now();
        let deadline = parse(&HeaderValue::from_str(text).unwrap(), wall, now)?;
        let ahead = deadline.at.saturating_duration_since(now).as_secs_f64();
        Some(ahead - now.saturating_duration_since(deadline.at).as_secs_f64())
    }

    #[test]
    fn offsets_and_fractions_are_understood() {
        assert_eq!(seconds_until("2026-11-23T02:15:04Z"), Some(3.75));
        assert_eq!(seconds_until("2026-11-23T07:45:04+05:30"), Some(3.75));
        assert_eq!(seconds_until("2026-11-22T21:15:04-05:00"), Some(3.75));
        assert_eq!(seconds_until(" 2026-11-23T02:15:04.5Z "), Some(4.25));
        assert_eq!(seconds_until("2026-11-23T02:15:00Z"), Some(-0.25));
    }

    #[test]
    fn what_is_no_time_is_no_deadline() {
        for text in ["", "soon", "2026-11-23T02:15:04", "2026-13-01T00:00:00Z", "1795400104"] {
            assert_eq!(seconds_until(text), None, "{text:?}");
        }
        let default = Duration::from_secs(30);
        for header in [None, Some(&HeaderValue::from_static("soon"))] {
            let deadline = Deadline::from_header(header, default);
            assert!(deadline.remaining() <= default && deadline.remaining() > Duration::from_secs(20));
        }
    }

    #[test]
    fn a_deadline_that_is_past_leaves_no_time() {
        let long_ago = HeaderValue::from_static("1970-01-01T00:00:00Z");
        let deadline = Deadline::from_header(Some(&long_ago), Duration::from_secs(30));
        assert_eq!(deadline.remaining(), Duration::ZERO);
        assert_eq!(deadline.with_margin(Duration::MAX).remaining(), Duration::ZERO);
        assert!(Deadline::after(Duration::MAX).remaining() > Duration::from_secs(3_600));
    }
}
