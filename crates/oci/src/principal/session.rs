//! A session: a token and the private key that belongs to it, both replaced from time to time by somebody else. Read as a
//! pair, before they expire and after a refusal. Resource principals and session tokens are sessions.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::jwt::{self, Claims};
use super::{PrincipalError, Source};
use crate::key::SigningKey;
use crate::secret::SecretValue;
use crate::sign::{KeyId, Signer};

/// A token is read again this long before it expires.
const AHEAD: Duration = Duration::from_secs(60);
/// How often a pair that does not fit is read again, and the wait between: a writer needs two renames.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// A token and its private key.
#[derive(Debug)]
pub struct Session {
    token: Source,
    key: Source,
    pass_phrase: Option<Source>,
    current: Mutex<Option<Current>>,
}

/// The signer of a session, and when its token expires.
#[derive(Debug, Clone)]
pub(super) struct Current {
    pub(super) signer: Arc<Signer>,
    pub(super) expires: Option<SystemTime>,
}

impl Current {
    /// Whether the token is good for a minute from `now`.
    pub(super) fn is_fresh(&self, now: SystemTime) -> bool {
        self.expires.is_none_or(|expires| expires.duration_since(now).is_ok_and(|left| left > AHEAD))
    }
}

impl Session {
    /// A session whose parts are read at the first use.
    #[must_use]
    pub fn new(token: Source, key: Source, pass_phrase: Option<Source>) -> Self {
        Self { token, key, pass_phrase, current: Mutex::new(None) }
    }

    /// A signer that is good at `now`, read again when the token expires within a minute.
    ///
    /// # Errors
    /// [`PrincipalError`] when token or key cannot be read, do not belong together, or the token has expired.
    pub async fn signer(&self, now: SystemTime) -> Result<Arc<Signer>, PrincipalError> {
        match self.current() {
            Some(current) if current.is_fresh(now) => Ok(current.signer),
            _ => self.read_again(now).await,
        }
    }

    /// A signer in place of `refused`: read again, unless that has happened since.
    ///
    /// # Errors
    /// As [`Session::signer`].
    pub async fn refresh(
        &self,
        refused: &Arc<Signer>,
        now: SystemTime,
    ) -> Result<Arc<Signer>, PrincipalError> {
        match self.current() {
            Some(current) if !Arc::ptr_eq(&current.signer, refused) => Ok(current.signer),
            _ => self.read_again(now).await,
        }
    }

    async fn read_again(&self, now: SystemTime) -> Result<Arc<Signer>, PrincipalError> {
        let mut tries = 1;
        let current = loop {
            match self.read_pair() {
                Err(PrincipalError::Pair { .. }) if tries < TRIES => tries += 1,
                pair => break pair?,
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        };
        // A token that has less than a minute left and is not replaced yet is still good.
        if let Some(since) = current.expires.and_then(|expires| now.duration_since(expires).ok()) {
            return Err(PrincipalError::Expired { place: self.token.place(), seconds: since.as_secs() });
        }
        let signer = Arc::clone(&current.signer);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(current);
        Ok(signer)
    }

    /// Reads token, key, and the token once more: a pair whose token changed meanwhile, or names another key, is none.
    fn read_pair(&self) -> Result<Current, PrincipalError> {
        let not_a_pair = || PrincipalError::Pair { token: self.token.place(), key: self.key.place() };
        let damaged = |what| PrincipalError::Token { place: self.token.place(), what };
        let token = self.token.read()?;
        let pem = self.key.read()?;
        let pass_phrase = self.pass_phrase.as_ref().map(Source::read).transpose()?;
        if token != self.token.read()? {
            return Err(not_a_pair());
        }
        let pass_phrase = pass_phrase.map(|text| SecretValue::new(text.trim_end_matches(['\r', '\n'])));
        let key = SigningKey::from_pem(&pem, pass_phrase.as_ref())
            .map_err(|source| PrincipalError::Key { place: self.key.place(), source })?;
        let token = token.trim();
        let Claims { expires, modulus } = jwt::claims(token).map_err(damaged)?;
        if modulus.is_some_and(|modulus| modulus != key.public_key().modulus()) {
            return Err(not_a_pair());
        }
        let key_id = KeyId::session(token).map_err(|_| damaged("it holds a character that no token has"))?;
        Ok(Current { signer: Arc::new(Signer::new(key_id, Arc::new(key))), expires })
    }

    fn current(&self) -> Option<Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
