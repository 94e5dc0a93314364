//! What a session token says about itself. Its signature is the service's business and is not checked here.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The claims that matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claims {
    /// `exp`; `None` when the token does not say.
    pub(super) expires: Option<SystemTime>,
    /// Modulus of the key that the token is for (`jwk`); `None` when the token does not say.
    pub(super) modulus: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Payload {
    exp: Option<u64>,
    jwk: Option<Jwk>,
}

/// The key is an object, or a string that holds one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Jwk {
    Text(String),
    Object(Key),
}

#[derive(Deserialize)]
struct Key {
    n: String,
}

/// Reads the claims of `token`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn claims(token: &str) -> Result<Claims, &'static str> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it is not a JWT of three parts");
    };
    let payload =
        URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| "its claims are not base64url")?;
    let payload: Payload =
        serde_json::from_slice(&payload).map_err(|_| "its claims are not the JSON they should be")?;
    let expires = match payload.exp {
        None => None,
        Some(seconds) => {
            let expires = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
            Some(expires.ok_or("its expiry is out of range")?)
        }
    };
    let key = match payload.jwk {
        None => None,
        Some(Jwk::Object(key)) => Some(key),
        Some(Jwk::Text(text)) => {
            Some(serde_json::from_str(&text).map_err(|_| "its jwk is not a JSON Web Key")?)
        }
    };
    let modulus = match key {
        None => None,
        Some(key) => Some(
            URL_SAFE_NO_PAD.decode(key.n.trim_end_matches('=')).map_err(|_| "its jwk is not base64url")?,
        ),
    };
    let without_zeros = |bytes: Vec<u8>| bytes.into_iter().skip_while(|&byte| byte == 0).collect();
    Ok(Claims { expires, modulus: modulus.map(without_zeros) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn expiry_and_key() {
        let text = token(r#"{"exp":1700000000,"jwk":"{\"n\":\"AAEC\",\"e\":\"AQAB\"}"}"#);
        let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(claims(&text), Ok(Claims { expires: Some(expires), modulus: Some(vec![1, 2]) }));
        assert_eq!(
            claims(&token(r#"{"jwk":{"n":"AQI="}}"#)),
            Ok(Claims { expires: None, modulus: Some(vec![1, 2]) })
        );
    }

    #[test]
    fn damaged() {
        assert_eq!(claims("a.b"), Err("it is not a JWT of three parts"));
        assert_eq!(claims("a.*.c"), Err("its claims are not base64url"));
        assert_eq!(claims(&token("[]x")), Err("its claims are not the JSON they should be"));
        assert_eq!(claims(&token(r#"{"exp":18446744073709551615}"#)), Err("its expiry is out of range"));
    }

    proptest! {
        #[test]
        fn arbitrary_text_does_not_panic(payload in ".{0,200}", token_text in ".{0,200}") {
            drop((claims(&token(&payload)), claims(&token_text)));
        }
    }
}
