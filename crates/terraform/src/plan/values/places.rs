//! Regions: what a provider is told is one, and what a resource names is of its own. Ids are looked at in `ids`.

use std::collections::BTreeSet;

use super::look::{Look, quoted};
use super::regions::{AS_OF, Region, is_formed, meant, region};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::index::Index;
use crate::plan::record::{Kind, Record};

/// The region of all that is there and is of one; none if there are several.
pub(super) fn evident(index: &Index) -> Option<&'static Region> {
    let regional = |record: &Record| {
        matches!(record.kind, Kind::Vcn | Kind::Subnet | Kind::Drg | Kind::Application | Kind::Function)
    };
    let ids = index.records.iter().filter(|record| regional(record)).filter_map(|record| record.known("id"));
    let named: BTreeSet<&str> = ids.filter_map(|id| id.split('.').nth(3)).collect();
    let mut regions: Vec<_> = named.into_iter().filter_map(region).collect();
    regions.dedup();
    match regions.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

pub(super) fn check(look: &Look<'_>) {
    providers(look);
    for (_, record, block) in
        look.touched(Kind::RouteTable).into_iter().chain(look.touched(Kind::DefaultRouteTable))
    {
        for rule in block.blocks("route_rules").is().unwrap_or_default() {
            label(look, record, &rule, "destination");
            label(look, record, &rule, "cidr_block");
        }
    }
    for kind in [Kind::SecurityList, Kind::DefaultSecurityList] {
        for (_, record, block) in look.touched(kind) {
            for rule in block.blocks("ingress_security_rules").is().unwrap_or_default() {
                label(look, record, &rule, "source");
            }
            for rule in block.blocks("egress_security_rules").is().unwrap_or_default() {
                label(look, record, &rule, "destination");
            }
        }
    }
    for (_, record, block) in look.touched(Kind::NsgRule) {
        label(look, record, &block, "source");
        label(look, record, &block, "destination");
    }
    for kind in [Kind::Instance, Kind::Subnet] {
        for (_, record, block) in look.touched(kind) {
            domain(look, record, &block);
        }
    }
    for (_, _, block) in look.touched(Kind::Rpc) {
        name(look, &block, "peer_region_name");
    }
    for (_, _, block) in look.touched(Kind::Secret) {
        for outer in block.blocks("replication_config").is().unwrap_or_default() {
            for target in outer.blocks("replication_targets").is().unwrap_or_default() {
                name(look, &target, "target_region");
            }
        }
    }
}

/// What a region that is not known is like, and how sure it is that there is none.
fn judged(text: &str) -> (bool, String, String) {
    match meant(text) {
        Some(near) => (true, format!("`{}`", near.name), format!("write {}", near.name)),
        None if is_formed(text) => (
            false,
            "the name of a region".to_owned(),
            "look it up: `oci iam region list` prints the regions that there are".to_owned(),
        ),
        None => (
            true,
            "the name of a region, such as eu-frankfurt-1".to_owned(),
            "write the name of a region, such as eu-frankfurt-1".to_owned(),
        ),
    }
}

fn providers(look: &Look<'_>) {
    for (key, text) in look.providers.all().filter(|(_, text)| region(text).is_none()) {
        let (sure, expected, fix) = judged(text);
        let message = format!("`provider.{key}.region` is {}, and no region is called so", quoted(text));
        let found = look.of_provider(key, code::NO_REGION, quoted(text), expected).says(message).fix(fix);
        let found = found.why(format!("Terraform plans for any name; known are the regions of {AS_OF}"));
        look.tell(if sure { found } else { found.warning() });
    }
}

/// An argument that is the name of a region.
fn name(look: &Look<'_>, block: &Block<'_>, attribute: &str) {
    let Got::Is(text) = block.text(attribute) else { return };
    if region(text).is_some() {
        return;
    }
    let (sure, expected, fix) = judged(text);
    let found = look.at(block, attribute, code::NO_REGION, quoted(text), expected);
    let message = format!("`{}` is {}, and no region is called so", found.place(), quoted(text));
    let found = found.says(message).fix(fix).why(format!("known are the regions of {AS_OF}"));
    look.tell(if sure { found } else { found.warning() });
}

/// `all-fra-services-in-oracle-services-network`: the key of its region.
fn key_of(label: &str) -> Option<&str> {
    let key = match label.strip_prefix("all-") {
        Some(rest) => rest.strip_suffix("-services-in-oracle-services-network")?,
        None => label.strip_prefix("oci-")?.strip_suffix("-objectstorage")?,
    };
    (!key.is_empty()).then_some(key)
}

/// A label of Oracle's services is of the region that it is used in.
fn label(look: &Look<'_>, record: &Record, block: &Block<'_>, attribute: &str) {
    let Got::Is(text) = block.text(attribute) else { return };
    let Some(key) = key_of(text) else { return };
    let Some(own) = look.region(record) else { return };
    if own.key.eq_ignore_ascii_case(key) {
        return;
    }
    let whose = region(key).map_or_else(|| "no region that is known".to_owned(), |it| it.name.to_owned());
    let right = text.replacen(key, own.key, 1);
    let found =
        look.at(block, attribute, code::OTHER_REGION, format!("the label of {whose}"), format!("`{right}`"));
    let message = format!("`{}` is the label of {whose}, and this is made in {}", found.place(), own.name);
    look.tell(
        found
            .says(message)
            .why("the services of another region are not behind a service gateway: the cloud refuses its label")
            .fix(format!("write {right}, or read it with the data source oci_core_services")),
    );
}

/// `Uocm:EU-FRANKFURT-1-AD-1`, `Uocm:PHX-AD-2`: the region of an availability domain.
fn domain(look: &Look<'_>, record: &Record, block: &Block<'_>) {
    let Got::Is(text) = block.text("availability_domain") else { return };
    let Some((_, behind)) = text.split_once(':') else { return };
    let lower = behind.to_ascii_lowercase();
    let Some((name, _)) = lower.rsplit_once("-ad-") else { return };
    let (Some(theirs), Some(own)) = (region(name), look.region(record)) else { return };
    if theirs != own {
        let found = look.at(
            block,
            "availability_domain",
            code::OTHER_REGION,
            theirs.name,
            format!("one of {}", own.name),
        );
        let message = format!("`{}` is in {}, and this is made in {}", found.place(), theirs.name, own.name);
        look.tell(found.says(message).fix(format!("take an availability domain of {}", own.name)));
    }
}
