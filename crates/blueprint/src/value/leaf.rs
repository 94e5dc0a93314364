//! The kinds of single values that keys take: what is said of each, for people and for editors, and how one is checked.

use crate::code;
use crate::nearest::nearest;
use crate::platform;
use crate::shape::{Leaf, Scalar, Type};
use crate::value::{BadValue, port, protocol, quoted, range, target};
use crate::words::shown;

macro_rules! leafs {
    ($($name:ident: $what:expr, $schema:literal, $takes:expr, $check:expr;)*) => {
        $(pub(crate) static $name: Leaf = Leaf { what: $what, schema: $schema, takes: $takes, check: $check };)*
    };
}

const TEXT_ONLY: &[Type] = &[Type::Text];
const WHOLE_ONLY: &[Type] = &[Type::Whole];
const BOTH: &[Type] = &[Type::Text, Type::Whole];

leafs! {
    TEXT: "a text", r#"{"type":"string"}"#, TEXT_ONLY, |_| Ok(());
    NAME: "a name", r#"{"type":"string","minLength":1}"#, TEXT_ONLY, |scalar| texts(scalar, name);
    OCID: "an OCID such as `ocid1.vcn.oc1.eu-frankfurt-1.…`", r#"{"type":"string","pattern":"^ocid1\\."}"#,
        TEXT_ONLY, |scalar| texts(scalar, ocid);
    FLAG: "`true` or `false`", r#"{"type":"boolean"}"#, &[Type::Flag], |_| Ok(());
    VERSION: "`1`", r#"{"const":1}"#, WHOLE_ONLY, version;
    OWN_RANGE: "an IPv4 range of /16 to /30, such as `10.1.0.0/16`",
        r#"{"type":"string","pattern":"^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+/(1[6-9]|2[0-9]|30)$"}"#,
        TEXT_ONLY, |scalar| texts(scalar, range::own_range);
    RANGE: "an IPv4 range such as `192.168.0.0/16`",
        r#"{"type":"string","pattern":"^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+/[0-9]+$"}"#,
        TEXT_ONLY, |scalar| texts(scalar, range::range);
    ADDRESS: "an IPv4 address such as `10.0.0.146`", r#"{"type":"string","format":"ipv4"}"#,
        TEXT_ONLY, |scalar| texts(scalar, range::address);
    DESTINATION: "an IPv4 range, `all-services` or `object-storage`", r#"{"type":"string"}"#,
        TEXT_ONLY, |scalar| texts(scalar, target::destination);
    PEER: "an IPv4 range, `all-services`, `object-storage` or `nsg/NAME`", r#"{"type":"string"}"#,
        TEXT_ONLY, |scalar| texts(scalar, target::peer);
    TARGET: "a target: a gateway, `local-peering/NAME` or a private address", r#"{"type":"string"}"#,
        TEXT_ONLY, |scalar| texts(scalar, target::target);
    PORT: "a port", r#"{"type":"integer","minimum":1,"maximum":65535}"#,
        WHOLE_ONLY, |scalar| port::port(scalar).map(drop);
    PORTS: "a port, or a range such as `\"1024-65535\"`",
        r#"{"type":["integer","string"],"minimum":1,"maximum":65535,"pattern":"^([0-9]+(-[0-9]+)?|all)$"}"#,
        BOTH, |scalar| port::ports(scalar).map(drop);
    PROTOCOL: "a protocol", r#"{"type":["integer","string"],"minimum":0,"maximum":255}"#,
        BOTH, |scalar| protocol::protocol(scalar).map(drop);
    BYTE: "a number from 0 to 255", r#"{"type":"integer","minimum":0,"maximum":255}"#,
        WHOLE_ONLY, |scalar| within(scalar, 0, 255);
    ACCESS: "`public` or `private`", r#"{"enum":["public","private"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["public", "private"]);
    ADVERTISES: "`subnets` or `vcn`", r#"{"enum":["subnets","vcn"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["subnets", "vcn"]);
    SERVICES: "`all-services` or `object-storage`", r#"{"enum":["all-services","object-storage"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["all-services", "object-storage"]);
    DEFAULT_FOR: "`vcn-attachments`, `other-attachments` or `all-attachments`",
        r#"{"enum":["vcn-attachments","other-attachments","all-attachments"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["vcn-attachments", "other-attachments", "all-attachments"]);
    IMPORT: "`all`, a type (`type:vcn`, `type:remote-peering`, `type:ipsec`, `type:virtual-circuit`) or an attachment's name",
        r#"{"type":"string","minLength":1}"#, TEXT_ONLY, |scalar| texts(scalar, import);
    LINK: "`ipsec` or `virtual-circuit`", r#"{"enum":["ipsec","virtual-circuit"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["ipsec", "virtual-circuit"]);
    POOLER: "`pgbouncer`", r#"{"const":"pgbouncer"}"#, TEXT_ONLY, |scalar| one_of(scalar, &["pgbouncer"]);
    POOL_MODE: "`transaction`, `session` or `statement`", r#"{"enum":["transaction","session","statement"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["transaction", "session", "statement"]);
    SHAPE: "`GENERIC_X86`, `GENERIC_ARM` or `GENERIC_X86_ARM`",
        r#"{"enum":["GENERIC_X86","GENERIC_ARM","GENERIC_X86_ARM"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["GENERIC_X86", "GENERIC_ARM", "GENERIC_X86_ARM"]);
    CONCURRENCY: "a number from 1 to 100000", r#"{"type":"integer","minimum":1,"maximum":100000}"#,
        WHOLE_ONLY, |scalar| within(scalar, 1, 100_000);
    MEMORY: platform::MEMORY_WORDS, r#"{"enum":[128,256,512,1024,2048,3072]}"#, WHOLE_ONLY, memory;
    TIMEOUT: "a number of seconds from 1 to 300", r#"{"type":"integer","minimum":1,"maximum":300}"#,
        WHOLE_ONLY, |scalar| within(scalar, 1, 300);
    REPOSITORY: "a repository's name, such as `app/function`",
        r#"{"type":"string","pattern":"^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$"}"#,
        TEXT_ONLY, |scalar| texts(scalar, repository);
    PRINCIPAL: "`resource`", r#"{"const":"resource"}"#, TEXT_ONLY, |scalar| one_of(scalar, &["resource"]);
    MAY: "`deploy`, `invoke` or `provision`", r#"{"enum":["deploy","invoke","provision"]}"#,
        TEXT_ONLY, |scalar| one_of(scalar, &["deploy", "invoke", "provision"]);
}

fn texts<T>(scalar: &Scalar<'_>, check: impl FnOnce(&str) -> Result<T, BadValue>) -> Result<(), BadValue> {
    match scalar {
        Scalar::Text(text) => check(text).map(drop),
        // The type was told before.
        _ => Ok(()),
    }
}

/// A name is what the console can show on one line.
fn name(text: &str) -> Result<(), BadValue> {
    if text.trim().is_empty() || text.chars().any(char::is_control) || text.len() > 255 {
        return Err(BadValue::new(
            code::BAD_VALUE,
            format!("`{}` is not a name", shown(text)),
            "1 to 255 bytes without control characters",
        ));
    }
    Ok(())
}

/// `ocid1.TYPE.REALM.[REGION].UNIQUE`, as Oracle documents it; what kind of thing it names is compared where that is known.
fn ocid(text: &str) -> Result<(), BadValue> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let parts = text.split('.').count();
    if text.starts_with("ocid1.") && text.len() <= 255 && (5..=7).contains(&parts) && text.chars().all(legal)
    {
        return Ok(());
    }
    Err(BadValue::new(
        code::BAD_VALUE,
        format!("`{}` is not an OCID", shown(text)),
        "ocid1.TYPE.REALM.REGION.UNIQUE, as the console shows it; the region is empty for what has none",
    ))
}

fn repository(text: &str) -> Result<(), BadValue> {
    if platform::is_repository(text) {
        return Ok(());
    }
    let bad = BadValue::new(
        code::BAD_VALUE,
        format!("`{}` is not the name of a repository", shown(text)),
        "small letters and digits, with `.`, `_`, `-` and `/` between them, without host and tag",
    );
    let small = text.to_ascii_lowercase();
    Err(if platform::is_repository(&small) { bad.instead(quoted(&small)) } else { bad })
}

fn import(text: &str) -> Result<(), BadValue> {
    const TYPES: [&str; 4] = ["type:vcn", "type:remote-peering", "type:ipsec", "type:virtual-circuit"];
    if text.starts_with("type:") && !TYPES.contains(&text) {
        let bad = BadValue::new(
            code::BAD_VALUE,
            format!("`{}` is no type of attachment", shown(text)),
            crate::words::list(TYPES),
        );
        return Err(match nearest(text, TYPES) {
            Some(near) => bad.instead(quoted(near)),
            None => bad,
        });
    }
    name(text)
}

fn version(scalar: &Scalar<'_>) -> Result<(), BadValue> {
    match scalar {
        Scalar::Whole(1) => Ok(()),
        Scalar::Whole(other) => Err(BadValue::new(
            code::VERSION,
            format!("version {other} of the file is not known to this version of adit"),
            "`1`",
        )),
        _ => Ok(()),
    }
}

fn memory(scalar: &Scalar<'_>) -> Result<(), BadValue> {
    match scalar {
        Scalar::Whole(value) if !platform::MEMORY.contains(value) => {
            let bad = BadValue::new(
                code::BAD_VALUE,
                format!("the platform has no container of {value} MB"),
                platform::MEMORY_WORDS,
            );
            Err(match platform::MEMORY.iter().find(|size| *size >= value) {
                Some(size) if *value > 0 => bad.instead(size.to_string()),
                _ => bad,
            })
        }
        _ => Ok(()),
    }
}

fn within(scalar: &Scalar<'_>, least: i64, most: i64) -> Result<(), BadValue> {
    match scalar {
        Scalar::Whole(value) if !(least..=most).contains(value) => Err(BadValue::new(
            code::BAD_VALUE,
            format!("{value} is not allowed"),
            format!("{least} to {most}"),
        )),
        _ => Ok(()),
    }
}

fn one_of(scalar: &Scalar<'_>, words: &[&'static str]) -> Result<(), BadValue> {
    let Scalar::Text(text) = scalar else { return Ok(()) };
    if words.contains(text) {
        return Ok(());
    }
    let bad = BadValue::new(
        code::BAD_VALUE,
        format!("`{}` is not allowed", shown(text)),
        crate::words::list(words.iter().copied()),
    );
    Err(match nearest(text, words.iter().copied()) {
        Some(near) => bad.instead(quoted(near)),
        None => bad,
    })
}
