//! How long to wait before a request is repeated, and how often. Whether a failure is worth it is said by its kind, in
//! [`super::error`].

use std::time::Duration;

use ring::rand::SystemRandom;

/// How often and how fast a request is repeated. The default is that of Oracle's own libraries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts, the first among them.
    pub attempts: u32,
    /// Wait after the first attempt; doubled after each.
    pub base: Duration,
    /// Random time on top, so that clients do not come in step.
    pub jitter: Duration,
    /// Longest wait.
    pub max: Duration,
    /// Longest time for all attempts. The caller's deadline holds too.
    pub total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 8,
            base: Duration::from_secs(1),
            jitter: Duration::from_secs(1),
            max: Duration::from_secs(30),
            total: Duration::from_secs(600),
        }
    }
}

impl RetryPolicy {
    /// One attempt.
    #[must_use]
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// The wait after the attempt number `attempt` (from 1), with `fraction` (0 to 1) of the jitter.
    pub(crate) fn delay(&self, attempt: u32, fraction: f64) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.base
            .saturating_mul(factor)
            .saturating_add(self.jitter.mul_f64(fraction.clamp(0.0, 1.0)))
            .min(self.max)
    }
}

/// A random number from 0 to 1; one half when the system has none.
pub(crate) fn random_fraction() -> f64 {
    let random: Option<[u8; 4]> =
        ring::rand::generate(&SystemRandom::new()).ok().map(|random| random.expose());
    random.map_or(0.5, |bytes| f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let waits: Vec<u64> = (1..=8).map(|attempt| policy.delay(attempt, 0.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(policy.delay(2, 0.5), Duration::from_millis(2500));
        assert_eq!(policy.delay(u32::MAX, 1.0), Duration::from_secs(30));
    }
}
