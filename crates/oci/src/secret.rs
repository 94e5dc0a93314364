//! The one type for bytes that must not be seen: a secret's content, a pass phrase. It does not know what they mean.

use std::fmt;

use zeroize::Zeroizing;

/// Secret bytes. They are overwritten when dropped, and neither `Debug` nor any other trait shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(Zeroizing<Vec<u8>>);

impl SecretValue {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, for the one place that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_byte() {
        let shown = format!("{:?} {:#?}", SecretValue::new("hunter2"), Some(SecretValue::new("hunter2")));
        assert!(!shown.contains("hunter2") && !shown.contains("104"), "{shown}");
    }
}
