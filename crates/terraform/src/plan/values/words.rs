//! Arguments that take one of a few words. Their tables are from the enumerations of Oracle's interfaces (the models of its libraries,
//! November 2026); the service compares them without regard to case, and so is it done here.

use super::look::{Look, either, quoted};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::record::Kind;

/// How many letters a slip may be away from the word that is meant.
const NEAR: usize = 2;

/// An argument and its words.
struct Words {
    of: Kind,
    /// The blocks that lead to it, then its name.
    path: &'static [&'static str],
    words: &'static [&'static str],
    /// What else there is to know.
    why: Option<&'static str>,
}

const fn words(of: Kind, path: &'static [&'static str], words: &'static [&'static str]) -> Words {
    Words { of, path, words, why: None }
}

/// All of them. What makes the network (`protocol`, `direction`, `match_type`, …) is looked at where the network is made.
const TABLE: &[Words] = &[
    Words {
        why: Some("EXPORT distributions are the gateway's own: they are there, and none can be made"),
        ..words(Kind::Distribution, &["distribution_type"], &["IMPORT"])
    },
    Words {
        why: Some("a distribution only ever accepts; what no statement accepts is not imported"),
        ..words(Kind::Statement, &["action"], &["ACCEPT"])
    },
    words(Kind::DrgRule, &["destination_type"], &["CIDR_BLOCK"]),
    words(Kind::Application, &["shape"], &["GENERIC_X86", "GENERIC_ARM", "GENERIC_X86_ARM"]),
    words(Kind::Function, &["source_details", "source_type"], &["PRE_BUILT_FUNCTIONS"]),
    words(Kind::Function, &["provisioned_concurrency_config", "strategy"], &["CONSTANT", "NONE"]),
    words(Kind::Vault, &["vault_type"], &["DEFAULT", "VIRTUAL_PRIVATE", "EXTERNAL"]),
    words(Kind::Key, &["protection_mode"], &["HSM", "SOFTWARE", "EXTERNAL"]),
    words(Kind::Key, &["key_shape", "algorithm"], &["AES", "RSA", "ECDSA"]),
    words(Kind::Key, &["key_shape", "curve_id"], &["NIST_P256", "NIST_P384", "NIST_P521"]),
    words(Kind::Secret, &["secret_content", "content_type"], &["BASE64"]),
    words(Kind::Secret, &["secret_content", "stage"], &["CURRENT", "PENDING"]),
    words(
        Kind::Secret,
        &["secret_generation_context", "generation_type"],
        &["PASSPHRASE", "SSH_KEY", "BYTES"],
    ),
    words(Kind::Log, &["log_type"], &["SERVICE", "CUSTOM"]),
    words(Kind::Log, &["configuration", "source", "source_type"], &["OCISERVICE"]),
    words(Kind::Instance, &["source_details", "source_type"], &["image", "bootVolume"]),
];

pub(super) fn check(look: &Look<'_>) {
    for entry in TABLE {
        for (_, _, block) in look.touched(entry.of) {
            at(look, entry, &block, entry.path);
        }
    }
}

fn at(look: &Look<'_>, entry: &Words, block: &Block<'_>, path: &[&str]) {
    match path {
        [] => {}
        [name] => word(look, entry, block, name),
        [outer, rest @ ..] => {
            for inner in block.blocks(outer).is().unwrap_or_default() {
                at(look, entry, &inner, rest);
            }
        }
    }
}

fn word(look: &Look<'_>, entry: &Words, block: &Block<'_>, attribute: &str) {
    let Got::Is(text) = block.text(attribute) else { return };
    if entry.words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return;
    }
    let expected = either(entry.words);
    let found = look.at(block, attribute, code::WORD, quoted(text), expected.clone());
    let found = match entry.why {
        Some(why) => found.why(why),
        None => found,
    };
    let upper = text.to_ascii_uppercase();
    let near =
        entry.words.iter().map(|word| (strsim::osa_distance(&upper, &word.to_ascii_uppercase()), word));
    let near = near.filter(|(distance, _)| *distance <= NEAR).min();
    look.tell(found.fix(format!("write {}", near.map_or(expected.as_str(), |(_, word)| word))));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An argument of the table is one of the provider's.
    #[test]
    fn every_argument_exists() {
        let schema = include_str!("../../../tests/fixtures/provider.json");
        for name in TABLE.iter().flat_map(|entry| entry.path) {
            assert!(schema.contains(&format!("\"{name}\":")), "{name}");
        }
    }
}
