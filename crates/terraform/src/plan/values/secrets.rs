//! Secrets, keys and vaults: nothing secret in the plan, content that is what it is said to be, keys of lengths that there are.
//!
//! Lengths: Oracle's KeyShape (bytes). Content: Base64SecretContentDetails. That a plan and a state hold it as plain text was measured.

use super::look::{Found, Look, quoted};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::record::Kind;

/// An algorithm, the lengths of its keys in bytes, and what of them people write.
const LENGTHS: &[(&str, &[i64], &str)] = &[
    ("AES", &[16, 24, 32], "16, 24 or 32"),
    ("RSA", &[256, 384, 512], "256, 384 or 512"),
    ("ECDSA", &[32, 48, 66], "32, 48 or 66"),
];

/// How a name ends whose value is a secret.
const SECRETS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
];

/// What a secret may measure, in bytes: Oracle's limit for a secret's bundle.
const LARGEST: usize = 25 * 1024;

pub(super) fn check(look: &Look<'_>) {
    for (_, _, block) in look.touched(Kind::Key) {
        for shape in block.blocks("key_shape").is().unwrap_or_default() {
            key(look, &shape);
        }
    }
    for (_, _, block) in look.touched(Kind::Secret) {
        secret(look, &block);
    }
    // What stands in a state stands there whether it changes or not.
    for (_, record, block) in look.all(Kind::Secret) {
        if !record.managed {
            continue;
        }
        for content in block.blocks("secret_content").is().unwrap_or_default() {
            if let Got::Is(_) = content.text("content") {
                look.tell(plain(
                    look.at(&content, "content", code::PLAIN, "a secret in plain text", "no content"),
                    "base64 hides nothing, and `sensitive` only keeps it off the screen",
                    "let the vault make it (`enable_auto_generation` with `secret_generation_context`), or make the secret outside of Terraform and name its OCID",
                ));
            }
        }
    }
}

/// A secret stands in the plan. What it is, is told to nobody.
pub(super) fn plain(found: Found, why: &str, fix: &str) -> Found {
    let message = format!("`{}` stands in the plan and the state in plain text", found.place());
    found.warning().says(message).why(why).fix(fix)
}

/// Whether a setting is a secret, by its name or by what it looks like.
pub(super) fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let named = SECRETS.iter().any(|end| name.ends_with(end));
    let harmless =
        value.is_empty() || value.starts_with("ocid1.") || value.starts_with('/') || value.len() < 4;
    let with_password =
        value.split_once("://").and_then(|(_, rest)| rest.split_once('@')).is_some_and(|(user, _)| {
            !user.contains('/') && user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
        });
    named && !harmless || with_password || value.contains("PRIVATE KEY-----")
}

fn key(look: &Look<'_>, shape: &Block<'_>) {
    let (Got::Is(algorithm), Got::Is(length)) = (shape.text("algorithm"), shape.number("length")) else {
        return;
    };
    let Some((name, lengths, expected)) =
        LENGTHS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(algorithm))
    else {
        return;
    };
    if lengths.contains(&length) {
        return;
    }
    let found =
        look.at(shape, "length", code::KEY_SHAPE, length.to_string(), format!("{expected} for {name}"));
    let found = if length % 8 == 0 && lengths.contains(&(length / 8)) {
        found.why("the length is counted in bytes, not in bits").fix(format!("write {}", length / 8))
    } else {
        found.fix(format!("write {expected}: the length in bytes"))
    };
    look.tell(found);
}

fn secret(look: &Look<'_>, block: &Block<'_>) {
    let generated = match block.raw("enable_auto_generation") {
        Got::Open => return,
        _ => block.flag("enable_auto_generation") == Got::Is(true),
    };
    if generated && block.is_absent("secret_generation_context") {
        let found = look.at(
            block,
            "secret_generation_context",
            code::SECRET,
            "not there",
            "how the vault is to make the secret",
        );
        let message = format!("`{}` is missing, and the vault is to make the secret", found.place());
        look.tell(
            found.says(message).fix("write secret_generation_context { generation_type = \"PASSPHRASE\" … }"),
        );
    }
    if !generated && block.is_absent("secret_content") {
        let found = look.at(
            block,
            "secret_content",
            code::SECRET,
            "not there",
            "a content, or `enable_auto_generation = true`",
        );
        let message = format!("`{}` is missing, and the vault is not to make it either", found.place());
        look.tell(
            found
                .warning()
                .says(message)
                .why("whether the service takes a secret without a first version is not settled")
                .fix("write enable_auto_generation = true, with secret_generation_context"),
        );
    }
    for content in block.blocks("secret_content").is().unwrap_or_default() {
        let (Got::Is(text), base64) = (content.text("content"), content.text("content_type")) else {
            continue;
        };
        let is_base64 = matches!(base64, Got::Is(kind) if kind.eq_ignore_ascii_case("BASE64"));
        match decoded(text) {
            None if is_base64 => {
                let found = look.at(&content, "content", code::SECRET, "no base64", "base64");
                let message = format!("`{}` is not base64, as `content_type` says it is", found.place());
                look.tell(found.says(message).fix("write base64encode(…) around it"));
            }
            Some(length) if length > LARGEST => {
                let found = look.at(
                    &content,
                    "content",
                    code::SECRET,
                    format!("{length} bytes"),
                    format!("at most {LARGEST}"),
                );
                let message =
                    format!("`{}` has {length} bytes; a secret has at most {LARGEST}", found.place());
                look.tell(
                    found
                        .says(message)
                        .fix("keep a key of it in the vault, and the rest encrypted elsewhere"),
                );
            }
            _ => {}
        }
    }
    if let Got::Is(name) = block.text("secret_name") {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.len() > 255 || !name.chars().all(legal) {
            let expected = "letters, digits, `-`, `_` and `.`, at most 255 of them";
            look.tell(look.at(block, "secret_name", code::SECRET, quoted(name), expected));
        }
    }
}

/// How many bytes a text of base64 stands for; `None` if it is none.
fn decoded(text: &str) -> Option<usize> {
    let text: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let body = text.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1);
    let padding = text.len() - body;
    let legal = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let whole = text.len().is_multiple_of(4) && padding <= 2;
    (whole && text.iter().take(body).all(legal)).then(|| text.len() / 4 * 3 - padding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_told_from_what_is_none() {
        for (text, length) in [
            ("", Some(0)),
            ("aHVudGVyMg==", Some(7)),
            ("aHVudGVyMjI=", Some(8)),
            ("YWJj", Some(3)),
            ("YW Jj\n", Some(3)),
        ] {
            assert_eq!(decoded(text), length, "{text}");
        }
        for text in ["hunter2", "hunter2!", "aHVudGVyMg", "aHVu=GVy", "====", "aGVsbG8_", "ä==="] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }

    #[test]
    fn secrets_are_known_by_name_or_look() {
        for (name, value) in [
            ("DB_PASSWORD", "hunter22"),
            ("api_token", "abcd1234"),
            ("DATABASE_URL", "postgresql://app:hunter2@10.0.0.146/app"),
            ("PEM", "-----BEGIN PRIVATE KEY-----\nMIIE"),
        ] {
            assert!(is_secret(name, value), "{name}");
        }
        for (name, value) in [
            ("ADIT_SECRET_OCID", "ocid1.vaultsecret.oc1..a"),
            ("DB_SECRET", "ocid1.vaultsecret.oc1..a"),
            ("TOKEN_URL", "https://example.com/token"),
            ("DATABASE_URL", "postgresql://10.0.0.146/app"),
            ("DATABASE_URL", "postgresql://app@10.0.0.146/app"),
            ("PASSWORD", ""),
        ] {
            assert!(!is_secret(name, value), "{name}");
        }
    }
}
