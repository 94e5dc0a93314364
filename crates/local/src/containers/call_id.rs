//! Call ids as the platform makes them: ULIDs, 26 characters that sort by time.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom as _, SystemRandom};

/// Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A fresh id: 48 bits of milliseconds, 80 random bits.
pub(crate) fn call_id() -> String {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut random = [0_u8; 16];
    // Without random bytes (never seen on a running system) ids of one millisecond are equal; nothing relies on them.
    let _ = SystemRandom::new().fill(&mut random);
    encode((millis << 80) | (u128::from_be_bytes(random) >> 48))
}

fn encode(ulid: u128) -> String {
    (0..26)
        .rev()
        .map(|place| {
            let digit = usize::try_from((ulid >> (5 * place)) & 31).unwrap_or_default();
            DIGITS.get(digit).copied().map_or('0', char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_the_extremes() {
        assert_eq!(encode(0), "00000000000000000000000000");
        assert_eq!(encode(u128::MAX), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assert_eq!(encode(33), "00000000000000000000000011");
    }

    #[test]
    fn ids_differ_and_sort_by_time() {
        let (one, two) = (call_id(), call_id());
        assert_ne!(one, two);
        assert!(one.as_str() > "01J" && one.as_str() < "7");
    }
}
