//! Passwords of throw-away databases: made here, shown nowhere by accident.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::Error;

/// A password. `Debug` prints no value; [`Password::expose`] is the only way to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password that was chosen by somebody else.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// 144 random bits as 24 characters of `A-Z a-z 0-9 - _`, which need no escape in a URL, a shell or an SQL literal.
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = [0_u8; 18];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", Password::new("hunter2")), "Password(..)");
    }

    #[test]
    fn random_passwords_differ_and_need_no_escape() {
        let (one, two) = (Password::random().unwrap(), Password::random().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.expose().len(), 24);
        assert!(one.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }
}
