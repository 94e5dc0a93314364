//! Every form of a private key that OpenSSL writes, and what is said about those that cannot be used.

use adit_oci::SecretValue;
use adit_oci::key::{KeyError, PublicKey, SigningKey};
use adit_oci::pem::{Label, Pem, PemError};
use proptest::prelude::*;

/// What `openssl rsa -pubout -outform DER | openssl md5 -c` says of the key.
const FINGERPRINT: &str = "ff:e4:f7:c1:ba:ec:57:c3:37:81:a4:8b:c1:a8:ad:8d";

macro_rules! key_file {
    ($name:literal) => {
        include_str!(concat!("../keys/", $name))
    };
}

const ENCRYPTED: [&str; 11] = [
    key_file!("dek-aes-128-cbc.pem"),
    key_file!("dek-aes-192-cbc.pem"),
    key_file!("dek-aes-256-cbc.pem"),
    key_file!("dek-des3.pem"),
    key_file!("pbes2-aes128-SHA256.pem"),
    key_file!("pbes2-aes192-SHA256.pem"),
    key_file!("pbes2-aes256-SHA1.pem"),
    key_file!("pbes2-aes256-SHA256.pem"),
    key_file!("pbes2-aes256-SHA384.pem"),
    key_file!("pbes2-aes256-SHA512.pem"),
    key_file!("pbes2-des3-SHA256.pem"),
];

const PLAIN: [&str; 2] = [key_file!("pkcs1.pem"), key_file!("pkcs8.pem")];

fn read(text: &str, pass_phrase: Option<&str>) -> Result<String, KeyError> {
    let pass_phrase = pass_phrase.map(SecretValue::new);
    SigningKey::from_pem(text, pass_phrase.as_ref()).map(|key| key.public_key().fingerprint().to_string())
}

#[test]
fn all_forms_are_one_key() {
    for text in PLAIN {
        assert_eq!(read(text, None).as_deref(), Ok(FINGERPRINT));
        // A pass phrase that is not needed may come from [DEFAULT].
        assert_eq!(read(text, Some("x")).as_deref(), Ok(FINGERPRINT));
        let der = Pem::parse_all(text).unwrap().remove(0).der;
        assert_eq!(SigningKey::from_der(&der).unwrap().public_key().fingerprint().to_string(), FINGERPRINT);
    }
    for text in ENCRYPTED {
        assert_eq!(read(text, Some("open sesame")).as_deref(), Ok(FINGERPRINT), "{text}");
    }
    for text in [key_file!("public.pem"), key_file!("public-pkcs1.pem")] {
        let key = PublicKey::from_pem(text).unwrap();
        assert_eq!(key.fingerprint().to_string(), FINGERPRINT);
        assert_eq!(key.to_pem(), key_file!("public.pem"));
    }
}

#[test]
fn a_missing_or_wrong_pass_phrase_is_said() {
    for text in ENCRYPTED {
        assert_eq!(read(text, None), Err(KeyError::PassPhraseNeeded));
        for wrong in ["", "open sesam", "open sesame "] {
            assert_eq!(read(text, Some(wrong)), Err(KeyError::WrongPassPhrase), "{text}");
        }
    }
}

#[test]
fn what_is_no_rsa_private_key_is_said() {
    let said = |text: &str| read(text, Some("open sesame")).unwrap_err().to_string();
    let rsa_only = "Oracle Cloud takes RSA keys only";
    assert_eq!(said(key_file!("ec.pem")), format!("is of kind EC; {rsa_only}"));
    assert_eq!(said(key_file!("ec-pkcs8.pem")), format!("is of kind EC; {rsa_only}"));
    assert_eq!(said(key_file!("ed25519.pem")), format!("is of kind Ed25519; {rsa_only}"));
    assert_eq!(
        said(key_file!("public.pem")),
        "is a PUBLIC KEY, not a private key: give the other half of the pair"
    );
    assert_eq!(
        said(key_file!("certificate.pem")),
        "is a CERTIFICATE, not a private key: give the other half of the pair"
    );
    assert_eq!(
        said(key_file!("scrypt.pem")),
        "is encrypted with 1.3.6.1.4.1.11591.4.11; PBES2 with PBKDF2 and AES, or a DEK-Info of AES or DES-EDE3, can be read"
    );
    assert_eq!(said(""), "is empty");
    assert_eq!(said("~/.oci/key.pem"), "has no `-----BEGIN …-----` line and is not base64 of a key");
    assert_eq!(PublicKey::from_pem(PLAIN[1]), Err(KeyError::NotPublic(Label::PrivateKey)));
}

#[test]
fn a_key_that_was_cut_is_said_wherever_it_was_cut() {
    for text in PLAIN.into_iter().chain(ENCRYPTED) {
        for length in 1..text.trim_end().len() {
            let error = read(text.get(..length).unwrap(), Some("open sesame")).unwrap_err();
            let known = matches!(
                error,
                KeyError::Pem(PemError::NotPem | PemError::NoEnd { .. }) | KeyError::Malformed { .. }
            );
            assert!(known, "{length}: {error}");
        }
    }
}

/// Loses whole lines of the body, as a careless copy does.
#[test]
fn a_key_with_a_lost_line_is_said() {
    for text in PLAIN {
        let lines: Vec<&str> = text.lines().collect();
        for lost in 1..lines.len() - 1 {
            let rest: Vec<&str> =
                lines.iter().enumerate().filter(|(n, _)| *n != lost).map(|(_, line)| *line).collect();
            let error = read(&rest.join("\n"), None).unwrap_err();
            let known = matches!(
                error,
                KeyError::Malformed { .. }
                    | KeyError::NotRsa { .. }
                    | KeyError::Size { .. }
                    | KeyError::Inconsistent { .. }
            );
            assert!(known, "{lost}: {error}");
        }
    }
}

proptest! {
    #[test]
    fn changed_bytes_do_not_panic(at in 0_usize..3000, byte in any::<u8>(), which in 0_usize..13) {
        let text = PLAIN.iter().chain(&ENCRYPTED).nth(which).unwrap();
        let mut pem = Pem::parse_all(text).unwrap().remove(0);
        let place = at % pem.der.len();
        pem.der[place] = byte;
        // A changed number of rounds would only make the test slow, so the first bytes of PBES2 stay.
        if place > 90 {
            drop(read(&pem.to_text(), Some("open sesame")));
        }
        drop(SigningKey::from_der(&pem.der));
        drop(PublicKey::from_spki_der(&pem.der));
        drop(PublicKey::from_pkcs1_der(&pem.der));
    }

    #[test]
    fn arbitrary_text_does_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        drop(SigningKey::from_der(&bytes));
        drop(PublicKey::from_spki_der(&bytes));
        let pass_phrase = SecretValue::new("x");
        for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"] {
            for body in [&text, &base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes)] {
                let pem = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
                drop(SigningKey::from_pem(&pem, Some(&pass_phrase)));
                drop(PublicKey::from_pem(&pem));
            }
        }
        drop(SigningKey::from_pem(&text, None));
    }
}
