//! Functions and applications: memory, time, image, configuration.
//!
//! Limits: Oracle's pages on customizing functions (memory, sync and detached timeouts) and CreateFunctionDetails (configuration: 4 KB
//! of keys and values; keys of letters, digits and `_`, without a digit first; an image or the details of a source).

use adit_blueprint::Severity;
use adit_blueprint::platform::{LARGEST_CONFIG, MEMORY, MEMORY_WORDS, is_config_name, is_of_config_name};

use super::image::{FORM, image};
use super::look::{Look, quoted};
use super::regions::{meant, region};
use super::secrets::{is_secret, plain};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::record::{Kind, Record};

/// How long a call may take, in seconds.
const TIMEOUT: (i64, i64) = (1, 300);
/// How long a detached call may take, in seconds.
const DETACHED: (i64, i64) = (5, 3600);
/// How many subnets an application may have.
const SUBNETS: usize = 3;
/// How many groups.
const GROUPS: usize = 5;

pub(super) fn check(look: &Look<'_>) {
    for (_, _, block) in look.touched(Kind::Application) {
        config(look, &block);
        count(look, &block, "subnet_ids", SUBNETS);
        count(look, &block, "network_security_group_ids", GROUPS);
    }
    for (_, record, block) in look.touched(Kind::Function) {
        memory(look, &block);
        time(
            look,
            &block,
            "timeout_in_seconds",
            TIMEOUT,
            "longer calls are made detached, with `detached_mode_timeout_in_seconds`",
        );
        time(look, &block, "detached_mode_timeout_in_seconds", DETACHED, "");
        source(look, record, &block);
        digest(look, &block);
        config(look, &block);
        together(look, &block);
    }
}

fn memory(look: &Look<'_>, block: &Block<'_>) {
    let Got::Is(memory) = block.number("memory_in_mbs") else { return };
    if MEMORY.contains(&memory) {
        return;
    }
    let next = MEMORY.into_iter().find(|size| *size >= memory).unwrap_or(3072);
    let found = look.at(block, "memory_in_mbs", code::FUNCTION_LIMIT, memory.to_string(), MEMORY_WORDS);
    look.tell(found.fix(format!("write \"{next}\"")));
}

fn time(look: &Look<'_>, block: &Block<'_>, attribute: &str, (least, most): (i64, i64), why: &str) {
    let Got::Is(seconds) = block.number(attribute) else { return };
    if (least..=most).contains(&seconds) {
        return;
    }
    let expected = format!("{least} to {most} seconds");
    let found = look.at(block, attribute, code::FUNCTION_LIMIT, seconds.to_string(), expected);
    let found = if why.is_empty() || seconds < most { found } else { found.why(why) };
    look.tell(found.fix(format!("write {}", seconds.clamp(least, most))));
}

/// There is an image, or the details of a source.
fn source(look: &Look<'_>, record: &Record, block: &Block<'_>) {
    let text = match block.text("image") {
        Got::Is(text) => text,
        _ if block.is_absent("image") && block.is_absent("source_details") => {
            let found = look.at(block, "image", code::IMAGE, "not there", FORM);
            let message = format!("`{}` has neither `image` nor `source_details`", record.address);
            return look.tell(
                found
                    .says(message)
                    .why("the provider takes both for optional; the service does not")
                    .fix("write the image that the function runs, once it is pushed; without it, leave the function out (count = 0)"),
            );
        }
        _ => return,
    };
    let name = match image(text) {
        Ok(name) => name,
        Err(why) => {
            // In a URL, who logs in and with what may stand before the host.
            let text = if text.contains("://") { text.rsplit('@').next().unwrap_or_default() } else { text };
            let found = look.at(block, "image", code::IMAGE, quoted(text), FORM);
            let message = format!("`{}` is {}, no name of an image: {why}", found.place(), quoted(text));
            return look.tell(found.says(message).fix("write KEY.ocir.io/NAMESPACE/REPOSITORY:TAG"));
        }
    };
    let own = look.region(record);
    match (region(name.region), own) {
        (Some(theirs), Some(own)) if theirs != own => {
            let found = look.at(
                block,
                "image",
                code::OTHER_REGION,
                format!("in the registry of {}", theirs.name),
                format!("{}.ocir.io/…", own.key),
            );
            let message = format!(
                "`{}` is in the registry of {}, and this is made in {}",
                found.place(),
                theirs.name,
                own.name
            );
            look.tell(
                found
                    .says(message)
                    .why("functions take images of their own region's registry alone")
                    .see("400 \"Invalid Image … does not exist or you do not have access to use it\"")
                    .fix(format!("push it to {}.ocir.io, and write that", own.key)),
            );
        }
        (None, _) => {
            let near = own.or_else(|| meant(name.region)).map_or("fra", |it| it.key);
            let found = look.at(block, "image", code::NO_REGION, quoted(name.region), "a region's key");
            let message = format!(
                "`{}` is in the registry {}, and no region has that key",
                found.place(),
                quoted(name.region)
            );
            look.tell(found.warning().says(message).fix(format!("write the region's key: {near}.ocir.io/…")));
        }
        _ => {}
    }
}

fn digest(look: &Look<'_>, block: &Block<'_>) {
    let Got::Is(text) = block.text("image_digest") else { return };
    let is_digest = text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    });
    if !is_digest {
        let expected = "sha256: with 64 hexadecimal digits behind it, in small letters";
        let found = look.at(block, "image_digest", code::IMAGE, quoted(text), expected);
        look.tell(found.fix("write the digest that the push printed, or leave it out"));
    }
}

fn size(block: &Block<'_>) -> usize {
    let length = |(name, value): &(&str, Option<&str>)| name.len() + value.map_or(0, str::len);
    block.entries("config").iter().map(length).sum()
}

/// Keys, size, and nothing secret.
fn config(look: &Look<'_>, block: &Block<'_>) {
    for (name, value) in block.entries("config") {
        let place = format!("config[{}]", quoted(name).trim_matches('`'));
        if !is_config_name(name) {
            let expected = "letters, digits and `_`, no digit first";
            let found = look.at(block, &place, code::CONFIG, quoted(name), expected);
            let message = format!("`{}` is a key that no configuration has: {expected}", found.place());
            let instead: String = name.chars().map(|c| if is_of_config_name(c) { c } else { '_' }).collect();
            look.tell(found.says(message).fix(format!("call it {}", quoted(&instead))));
        }
        if value.is_some_and(|value| is_secret(name, value)) {
            look.tell(plain(
                look.at(
                    block,
                    &place,
                    code::PLAIN,
                    "a secret in plain text",
                    "the OCID of a secret in a vault",
                ),
                "everybody who may read the function (FN_FUNCTION_READ), the plan or the state reads it",
                "put it into a vault, and write the secret's OCID here",
            ));
        }
    }
    let size = size(block);
    if size > LARGEST_CONFIG {
        let found = look.at(
            block,
            "config",
            code::CONFIG,
            format!("{size} bytes of keys and values"),
            format!("at most {LARGEST_CONFIG} bytes"),
        );
        let message = format!(
            "`{}` has {size} bytes of keys and values; at most {LARGEST_CONFIG} are taken",
            found.place()
        );
        look.tell(found.says(message).fix("keep what is long elsewhere: in the image, a bucket or a vault"));
    }
}

/// What the application and the function have together. Oracle's text does not say of which of the two it counts.
fn together(look: &Look<'_>, block: &Block<'_>) {
    let Some(application) = look.names(block, "application_id").and_then(|at| look.block(at)) else { return };
    let (own, theirs) = (size(block), size(&application));
    if own <= LARGEST_CONFIG && theirs <= LARGEST_CONFIG && own + theirs > LARGEST_CONFIG && own > 0 {
        let sum = own + theirs;
        let found = look.at(
            block,
            "config",
            code::CONFIG,
            format!("{sum} bytes with the application's"),
            format!("at most {LARGEST_CONFIG} bytes"),
        );
        let message = format!(
            "`{}` has {sum} bytes with its application's, and {LARGEST_CONFIG} may be all",
            found.place()
        );
        look.tell(
            found
                .severity(Severity::Warning)
                .says(message)
                .why("whether Oracle's 4 KB are for each of the two or for both is not settled")
                .fix("keep what is long elsewhere: in the image, a bucket or a vault"),
        );
    }
}

/// More than is documented. How many subnets an application may have stands on the pages of pre-built functions alone.
fn count(look: &Look<'_>, block: &Block<'_>, attribute: &str, most: usize) {
    let count = block.texts(attribute).is().map_or(0, |all| all.len());
    if count > most {
        let found = look.at(
            block,
            attribute,
            code::FUNCTION_LIMIT,
            format!("{count} of them"),
            format!("at most {most}"),
        );
        let found = found.fix(format!("leave {most}"));
        let unsettled = "documented of pre-built functions; not settled of others";
        look.tell(if most == SUBNETS { found.warning().why(unsettled) } else { found });
    }
}
