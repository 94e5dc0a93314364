//! DNS labels of VCNs and subnets, and host names. Limits: Oracle's CreateVcnDetails and CreateSubnetDetails (letters and digits,
//! beginning with a letter, at most 15; unique in the VCN), CreateVnicDetails (RFC 952 and 1123, at most 63).

use std::collections::HashMap;

use super::look::{Found, Look, quoted};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::record::Kind;

/// Of a VCN's or a subnet's label.
const LONGEST_LABEL: usize = 15;
/// Of a host's name.
const LONGEST_HOST: usize = 63;

const LABEL: &str = "letters and digits, a letter first, at most 15 of them";
const HOST: &str = "letters, digits and dashes, a letter or digit first and last, at most 63 of them";

pub(super) fn check(look: &Look<'_>) {
    for kind in [Kind::Vcn, Kind::Subnet] {
        for (_, _, block) in look.touched(kind) {
            if let Got::Is(text) = block.text("dns_label")
                && let Some(wrong) = wrong_label(text)
            {
                look.tell(refused(look, &block, "dns_label", text, LABEL, &wrong));
            }
        }
    }
    for (_, _, block) in look.touched(Kind::Instance) {
        for card in block.blocks("create_vnic_details").is().unwrap_or_default() {
            if let Got::Is(text) = card.text("hostname_label")
                && let Some(wrong) = wrong_host(text)
            {
                look.tell(refused(look, &card, "hostname_label", text, HOST, &wrong));
            }
        }
    }
    twice(look);
}

fn refused(look: &Look<'_>, block: &Block<'_>, at: &str, text: &str, form: &str, wrong: &str) -> Found {
    let found = look.at(block, at, code::DNS_LABEL, quoted(text), form);
    let message = format!("`{}` is {}: {wrong}", found.place(), quoted(text));
    found.says(message).fix(format!("take {form}"))
}

fn wrong_label(text: &str) -> Option<String> {
    let count = text.chars().count();
    match text.chars().find(|c| !c.is_ascii_alphanumeric()) {
        Some('-') => Some("a DNS label has no dash".to_owned()),
        Some(other) => Some(format!("a DNS label has no {}", quoted(&other.to_string()))),
        None if count > LONGEST_LABEL => {
            Some(format!("a DNS label has at most {LONGEST_LABEL} characters, and this has {count}"))
        }
        None if !text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            Some("a DNS label begins with a letter".to_owned())
        }
        None => None,
    }
}

fn wrong_host(text: &str) -> Option<String> {
    let count = text.chars().count();
    match text.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        Some(other) => Some(format!("a host's name has no {}", quoted(&other.to_string()))),
        None if count > LONGEST_HOST => {
            Some(format!("a host's name has at most {LONGEST_HOST} characters, and this has {count}"))
        }
        None if text.starts_with('-') || text.ends_with('-') => {
            Some("a host's name has no dash at its ends".to_owned())
        }
        None => None,
    }
}

/// Two subnets of one VCN have two labels.
fn twice(look: &Look<'_>) {
    let mut seen: HashMap<(usize, String), &str> = HashMap::new();
    for (_, record, block) in look.all(Kind::Subnet) {
        let (Some(vcn), Got::Is(text)) = (look.names(&block, "vcn_id"), block.text("dns_label")) else {
            continue;
        };
        let Some(first) = seen.insert((vcn, text.to_ascii_lowercase()), &record.address) else { continue };
        if record.touched {
            let found = look.at(&block, "dns_label", code::DNS_LABEL, quoted(text), "a label of its own");
            let message =
                format!("`{}` is {}, as that of `{first}` in the same VCN", found.place(), quoted(text));
            look.tell(found.says(message).fix("give each subnet of a VCN a label of its own"));
        }
    }
}
