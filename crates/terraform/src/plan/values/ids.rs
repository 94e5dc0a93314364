//! OCIDs: that there is one where one is wanted, of the right kind of thing, of the own region and realm.
//!
//! The form is `ocid1.KIND.REALM.[REGION].[FUTURE.]UNIQUE` (Oracle's page on resource identifiers); the kinds are those that the
//! cloud gives out.

use serde_json::{Map, Value};

use super::look::{Look, either, quoted};
use super::regions::{Region, region};
use crate::plan::code;
use crate::plan::record::{Kind, Record};

/// An argument, and the kinds of things whose OCID it takes.
struct Wants {
    /// Of which resources; `None`: of all.
    of: Option<&'static [Kind]>,
    attribute: &'static str,
    kinds: &'static [&'static str],
    /// Whether what it names is of the region that the resource is in.
    here: Here,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Here {
    /// Of the same region.
    Same,
    /// Mostly: what is replicated keeps its OCID in the other region.
    Mostly,
    /// Of none, or of any.
    Any,
}

const fn all(attribute: &'static str, kinds: &'static [&'static str], here: Here) -> Wants {
    Wants { of: None, attribute, kinds, here }
}

const fn of(
    of: &'static [Kind],
    attribute: &'static str,
    kinds: &'static [&'static str],
    here: Here,
) -> Wants {
    Wants { of: Some(of), attribute, kinds, here }
}

const COMPARTMENT: &[&str] = &["compartment", "tenancy"];

/// The first that fits counts.
const TABLE: &[Wants] = &[
    // What stands in the root has a code of its own.
    of(&[Kind::Group, Kind::DynamicGroup], "compartment_id", COMPARTMENT, Here::Any),
    all("compartment_id", COMPARTMENT, Here::Any),
    all("vcn_id", &["vcn"], Here::Same),
    all("subnet_id", &["subnet"], Here::Same),
    all("subnet_ids", &["subnet"], Here::Same),
    all("nsg_ids", &["networksecuritygroup"], Here::Same),
    all("network_security_group_ids", &["networksecuritygroup"], Here::Same),
    of(&[Kind::NsgRule], "network_security_group_id", &["networksecuritygroup"], Here::Same),
    all("security_list_ids", &["securitylist"], Here::Same),
    of(NETWORK, "route_table_id", &["routetable"], Here::Same),
    all("drg_id", &["drg"], Here::Same),
    all("drg_route_table_id", &["drgroutetable"], Here::Same),
    all("drg_route_distribution_id", &["drgroutedistribution"], Here::Same),
    all("import_drg_route_distribution_id", &["drgroutedistribution"], Here::Same),
    all("drg_attachment_id", &["drgattachment"], Here::Same),
    of(&[Kind::DrgRule], "next_hop_drg_attachment_id", &["drgattachment"], Here::Same),
    of(
        &[Kind::RouteTable, Kind::DefaultRouteTable],
        "network_entity_id",
        &["drg", "internetgateway", "natgateway", "servicegateway", "localpeeringgateway", "privateip"],
        Here::Same,
    ),
    of(&[Kind::ServiceGateway], "service_id", &["service"], Here::Same),
    of(&[Kind::DefaultRouteTable], "manage_default_resource_id", &["routetable"], Here::Same),
    of(&[Kind::DefaultSecurityList], "manage_default_resource_id", &["securitylist"], Here::Same),
    of(&[Kind::DefaultDrgTable], "manage_default_resource_id", &["drgroutetable"], Here::Same),
    of(&[Kind::Lpg], "peer_id", &["localpeeringgateway"], Here::Same),
    of(&[Kind::Rpc], "peer_id", &["remotepeeringconnection"], Here::Any),
    of(&[Kind::Function], "application_id", &["fnapp"], Here::Same),
    of(&[Kind::Secret], "vault_id", &["vault"], Here::Mostly),
    of(&[Kind::Secret], "key_id", &["key"], Here::Mostly),
    of(&[Kind::Log], "log_group_id", &["loggroup"], Here::Same),
    of(&[Kind::Instance], "source_id", &["image", "bootvolume"], Here::Same),
];

/// Whose table of routes is one of a VCN.
const NETWORK: &[Kind] = &[
    Kind::Subnet,
    Kind::RouteTableAttachment,
    Kind::InternetGateway,
    Kind::NatGateway,
    Kind::ServiceGateway,
    Kind::Lpg,
    Kind::Attachment,
    Kind::PrivateIp,
];

/// The kinds that the way through the network is looked at by: a resource of the plan in their place is told there.
fn is_told_elsewhere(record: &Record) -> bool {
    !matches!(
        record.kind,
        Kind::Repository | Kind::Vault | Kind::Key | Kind::Secret | Kind::Log | Kind::LogGroup | Kind::Other
    )
}

/// What its OCIDs say that a resource is.
fn named(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Vcn => "vcn",
        Kind::Subnet => "subnet",
        Kind::RouteTable => "routetable",
        Kind::SecurityList => "securitylist",
        Kind::Nsg => "networksecuritygroup",
        Kind::Drg => "drg",
        Kind::Attachment => "drgattachment",
        Kind::DrgTable => "drgroutetable",
        Kind::Distribution => "drgroutedistribution",
        Kind::InternetGateway => "internetgateway",
        Kind::NatGateway => "natgateway",
        Kind::ServiceGateway => "servicegateway",
        Kind::Lpg => "localpeeringgateway",
        Kind::Rpc => "remotepeeringconnection",
        Kind::Instance => "instance",
        Kind::Application => "fnapp",
        Kind::Function => "fnfunc",
        Kind::Repository => "containerrepo",
        Kind::Vault => "vault",
        Kind::Key => "key",
        Kind::Secret => "vaultsecret",
        Kind::LogGroup => "loggroup",
        Kind::Log => "log",
        Kind::Policy => "policy",
        Kind::Group => "group",
        Kind::DynamicGroup => "dynamicgroup",
        Kind::Compartment => "compartment",
        Kind::Tenancy => "tenancy",
        _ => return None,
    })
}

pub(super) fn check(look: &Look<'_>) {
    for (at, record) in look.records().filter(|(_, record)| record.touched) {
        walk(look, at, record, &record.values, "");
        references(look, at, record);
    }
}

/// Every argument of a resource and its blocks.
fn walk(look: &Look<'_>, at: usize, record: &Record, fields: &Map<String, Value>, path: &str) {
    for (name, value) in fields {
        let path = format!("{path}{name}");
        let wants =
            TABLE.iter().find(|it| it.attribute == name && it.of.is_none_or(|of| of.contains(&record.kind)));
        match value {
            Value::String(text) => {
                if let Some(wants) = wants {
                    known(look, at, record, wants, &path, text);
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    let path = format!("{path}[{number}]");
                    match item {
                        Value::Object(inner) => walk(look, at, record, inner, &format!("{path}.")),
                        Value::String(text) => {
                            if let Some(wants) = wants {
                                known(look, at, record, wants, &path, text);
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// An OCID, taken apart.
struct Ocid<'t> {
    kind: &'t str,
    realm: &'t str,
    region: &'t str,
}

impl<'t> Ocid<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let ["ocid1", kind, realm, region, rest @ ..] = parts.as_slice() else { return None };
        let legal =
            |part: &&str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let [.., unique] = rest else { return None };
        let whole = rest.len() <= 2 && ![*kind, *realm, *unique].iter().any(|part| part.is_empty());
        (whole && text.len() <= 255 && parts.iter().all(legal)).then_some(Self { kind, realm, region })
    }
}

fn known(look: &Look<'_>, at: usize, record: &Record, wants: &Wants, path: &str, text: &str) {
    // OCIDs of the first tenancies have another form, and are valid.
    if text.is_empty() || text.starts_with("ocidv1:") {
        return;
    }
    let kinds: Vec<String> = wants.kinds.iter().map(|kind| format!("ocid1.{kind}.…")).collect();
    let expected = either(&kinds.iter().map(String::as_str).collect::<Vec<_>>());
    let Some(ocid) = Ocid::parse(text) else {
        let found = look.of(at, path, code::OCID, quoted(text), format!("an OCID, {expected}"));
        let fix = if text.contains("<") || text.contains("...") {
            "put the whole OCID in the place of what stands for it"
        } else {
            "write the thing's OCID; names are not taken here"
        };
        return look.tell(found.fix(fix));
    };
    if !wants.kinds.contains(&ocid.kind.to_ascii_lowercase().as_str()) {
        // Of what the plan has, the network tells it with the resource's name.
        if look.index.of_id(text).is_some()
            && is_told_elsewhere(record)
            && wants.attribute != "compartment_id"
        {
            return;
        }
        let observed = format!("the OCID of a thing of the kind {}", quoted(ocid.kind));
        return look.tell(
            look.of(at, path, code::OCID, observed, expected.clone())
                .fix(format!("take the OCID of the thing that is meant: {expected}")),
        );
    }
    let Some(own) = look.region(record) else { return };
    elsewhere(look, at, wants, path, &ocid, own);
}

/// Whether a thing is of another realm or region.
fn elsewhere(look: &Look<'_>, at: usize, wants: &Wants, path: &str, ocid: &Ocid<'_>, own: &Region) {
    let tell = |theirs: String, own: &str| {
        let found = look.of(
            at,
            path,
            code::OTHER_REGION,
            format!("the OCID of something in {theirs}"),
            format!("one of {own}"),
        );
        let message = format!("`{}` is of something in {theirs}, and this is made in {own}", found.place());
        let found = found.says(message).fix(format!("take the OCID of the thing in {own}"));
        look.tell(match wants.here {
            Here::Mostly => found
                .warning()
                .why("what is replicated keeps its OCID in the other region: then nothing is wrong"),
            _ => found.why("a request to one region does not find what is in another"),
        });
    };
    if !ocid.realm.eq_ignore_ascii_case(own.realm) {
        return tell(format!("the realm {}", quoted(ocid.realm)), own.realm);
    }
    if wants.here == Here::Any || ocid.region.is_empty() {
        return;
    }
    match region(ocid.region) {
        Some(theirs) if theirs == own => {}
        Some(theirs) => tell(theirs.name.to_owned(), own.name),
        // A region that is not known may be one of more names.
        None => {}
    }
}

/// Arguments that are known only after apply, and that nothing else follows.
fn references(look: &Look<'_>, at: usize, record: &Record) {
    let Some(block) = look.block(at) else { return };
    for wants in TABLE {
        let mine = wants.of.map_or(wants.attribute == "compartment_id", |of| {
            of.contains(&record.kind) && !is_told_elsewhere(record)
        });
        if !mine || !block.is_open(wants.attribute) {
            continue;
        }
        let Some(other) = look.names(&block, wants.attribute).and_then(|other| look.record(other)) else {
            continue;
        };
        if named(other.kind).is_some_and(|kind| wants.kinds.contains(&kind)) {
            continue;
        }
        // What another resource is, is known of those that have a kind.
        if other.kind == Kind::Other && wants.attribute != "compartment_id" {
            continue;
        }
        let kinds: Vec<String> = wants.kinds.iter().map(|kind| format!("ocid1.{kind}.…")).collect();
        let expected = either(&kinds.iter().map(String::as_str).collect::<Vec<_>>());
        let observed = format!("the OCID of `{}`, {}", other.address, other.kind.words());
        look.tell(
            look.of(at, wants.attribute, code::OCID, observed, expected.clone())
                .fix(format!("take the OCID of the thing that is meant: {expected}")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An argument of the table is one of the provider's.
    #[test]
    fn every_argument_exists() {
        let schema = include_str!("../../../tests/fixtures/provider.json");
        for wants in TABLE {
            assert!(schema.contains(&format!("\"{}\":", wants.attribute)), "{}", wants.attribute);
        }
    }
}
