//! The parsed file as a [`Blueprint`]. What is wrong was told by `shape::check` before, and is left out here; only what several
//! keys say together is told here.

use adit_net::{Access, AttachmentKind, Direction, Offers, ServiceLabel};
use toml::de::DeTable;

use super::section::Section;
use super::{
    Appliance, Application, Blueprint, Bucket, Compartment, Database, Door, Drg, DrgRule, DrgTable,
    DynamicGroup, Function, Gateway, Group, Image, Import, Link, LocalPeering, Name, OnPremises, Policy,
    RemotePeering, Requirement, RouteTable, Secret, SecurityList, SecurityRule, Subnet, Tenancy, Vcn, rules,
};
use crate::finding::Finding;
use crate::value::port;
use crate::value::range::{address, own_range, range};

impl Blueprint {
    /// Reads what can be read; what several keys say against each other is added to `faults`.
    pub(crate) fn read(table: &DeTable<'_>, faults: &mut Vec<Finding>) -> Self {
        let root = Section::root(table);
        let tenancy = root.section("tenancy");
        Self {
            tenancy: Tenancy {
                region: tenancy.and_then(|tenancy| tenancy.text("region")),
                compartment: tenancy.and_then(|tenancy| tenancy.text("compartment")),
                ocid: tenancy.and_then(|tenancy| tenancy.text("ocid")),
                namespace: tenancy.and_then(|tenancy| tenancy.text("namespace")),
            },
            drgs: each(&root, "drg", drg),
            vcns: each(&root, "vcn", vcn),
            route_tables: each(&root, "route-table", route_table),
            security_lists: security(&root, "security-list", faults),
            nsgs: security(&root, "nsg", faults),
            appliances: some(&root, "appliance", appliance),
            databases: some(&root, "database", database),
            buckets: each(&root, "bucket", |name, section| Bucket {
                name,
                managed: managed(&section),
                compartment: section.text("compartment"),
            }),
            applications: each(&root, "application", application),
            functions: some(&root, "function", function),
            groups: each(&root, "group", |name, group| Group { name, may: group.texts("may") }),
            compartments: each(&root, "compartment", |name, section| Compartment {
                name,
                parent: section.text("parent"),
                ocid: section.text("ocid"),
            }),
            dynamic_groups: some(&root, "dynamic-group", |name, section| {
                Some(DynamicGroup {
                    name,
                    matching_rule: section.text("matching-rule")?,
                    ocid: section.text("ocid"),
                })
            }),
            policies: each(&root, "policy", |name, section| Policy {
                name,
                compartment: section.text("compartment"),
                statements: section.texts("statements"),
                file: section.text("file"),
                ocid: section.text("ocid"),
            }),
            require: root
                .values("require")
                .into_iter()
                .map(|(name, sentence)| Requirement { name, sentence })
                .collect(),
        }
    }
}

fn each<T>(root: &Section<'_>, key: &str, read: impl Fn(Name, Section<'_>) -> T) -> Vec<T> {
    root.named(key).into_iter().map(|(name, section)| read(name, section)).collect()
}

fn some<T>(root: &Section<'_>, key: &str, read: impl Fn(Name, Section<'_>) -> Option<T>) -> Vec<T> {
    root.named(key).into_iter().filter_map(|(name, section)| read(name, section)).collect()
}

fn managed(section: &Section<'_>) -> bool {
    section.flag("managed").is_none_or(|flag| flag.value)
}

fn drg(name: Name, section: Section<'_>) -> Drg {
    Drg {
        name,
        managed: managed(&section),
        default_table: section.text("route-table"),
        tables: each(&section, "route-table", drg_table),
        remote_peerings: each(&section, "remote-peering", |name, peering| RemotePeering {
            name,
            peer: peering.text("peer"),
            route_table: peering.text("route-table"),
            ocid: peering.text("ocid"),
        }),
        on_premises: each(&section, "on-premises", |name, site| OnPremises {
            name,
            ranges: site.texts_as("cidr", range).unwrap_or_default(),
            circuit: site.text("by").is_some_and(|by| by.value == "virtual-circuit"),
            route_table: site.text("route-table"),
        }),
        ocid: section.text("ocid"),
    }
}

fn drg_table(name: Name, section: Section<'_>) -> DrgTable {
    let default = section.text("default-for").map(|word| word.value);
    let is = |words: [&str; 2]| default.as_deref().is_some_and(|word| words.contains(&word));
    DrgTable {
        name,
        for_vcns: is(["vcn-attachments", "all-attachments"]),
        for_others: is(["other-attachments", "all-attachments"]),
        rules: section.list("rules").map(|rules| {
            rules
                .iter()
                .filter_map(|rule| {
                    Some(DrgRule {
                        span: rule.span,
                        destination: rule.text_as("destination", range)?,
                        attachment: rule.text("attachment")?,
                    })
                })
                .collect()
        }),
        import: section.texts_as("import", |text| {
            Ok(match text {
                "all" => Import::All,
                "type:vcn" => Import::Kind(AttachmentKind::Vcn),
                "type:remote-peering" => Import::Kind(AttachmentKind::RemotePeering),
                "type:ipsec" => Import::Kind(AttachmentKind::Ipsec),
                "type:virtual-circuit" => Import::Kind(AttachmentKind::VirtualCircuit),
                name => Import::Attachment(name.to_owned()),
            })
        }),
        ecmp: section.flag("ecmp").is_some_and(|flag| flag.value),
        ocid: section.text("ocid"),
    }
}

fn vcn(name: Name, section: Section<'_>) -> Vcn {
    Vcn {
        name,
        managed: managed(&section),
        cidrs: section.texts_as("cidr", own_range).unwrap_or_default(),
        drg: link(&section),
        compartment: section.text("compartment"),
        subnets: some(&section, "subnet", subnet),
        internet: door(&section, "internet-gateway"),
        nat: door(&section, "nat-gateway"),
        service: door(&section, "service-gateway"),
        peerings: some(&section, "local-peering", |name, peering| {
            Some(LocalPeering {
                name,
                peer: peering.text("peer")?,
                route_table: peering.text("route-table"),
                ocid: peering.text("ocid"),
            })
        }),
        ocid: section.text("ocid"),
    }
}

fn link(section: &Section<'_>) -> Option<Link> {
    if let Some(gateway) = section.text("drg") {
        let offers = Offers::Subnets;
        return Some(Link {
            gateway,
            route_table: None,
            vcn_route_table: None,
            offers,
            ocid: None,
            managed: None,
        });
    }
    let link = section.section("drg")?;
    Some(Link {
        gateway: link.text("gateway")?,
        route_table: link.text("route-table"),
        vcn_route_table: link.text("vcn-route-table"),
        offers: match link.text("advertises") {
            Some(word) if word.value == "vcn" => Offers::Vcn,
            _ => Offers::Subnets,
        },
        ocid: link.text("ocid"),
        managed: link.flag("managed").map(|flag| flag.value),
    })
}

fn door(section: &Section<'_>, key: &str) -> Door {
    let Some(span) = section.key_span(key) else { return Door::Unsaid };
    let plain = |name| Gateway {
        span,
        name,
        enabled: true,
        services: ServiceLabel::AllServices,
        route_table: None,
        ocid: None,
    };
    if let Some(flag) = section.flag(key) {
        return if flag.value { Door::Yes(plain(None)) } else { Door::No(span) };
    }
    if let Some(name) = section.text(key) {
        return Door::Yes(plain(Some(name)));
    }
    let Some(gateway) = section.section(key) else { return Door::Unsaid };
    Door::Yes(Gateway {
        enabled: gateway.flag("enabled").is_none_or(|flag| flag.value),
        services: match gateway.text("services") {
            Some(word) if word.value == "object-storage" => ServiceLabel::ObjectStorage,
            _ => ServiceLabel::AllServices,
        },
        route_table: gateway.text("route-table"),
        ocid: gateway.text("ocid"),
        ..plain(gateway.text("name"))
    })
}

fn subnet(name: Name, section: Section<'_>) -> Option<Subnet> {
    Some(Subnet {
        name,
        cidr: section.text_as("cidr", own_range)?,
        access: section.text("access").map(|word| match word.value.as_str() {
            "public" => Access::Public,
            _ => Access::Private,
        }),
        route_table: section.text("route-table"),
        security_lists: section.texts("security-list"),
        ocid: section.text("ocid"),
    })
}

fn route_table(name: Name, section: Section<'_>) -> RouteTable {
    RouteTable {
        name,
        vcn: section.text("vcn"),
        managed: section.flag("managed").map(|flag| flag.value),
        rules: section.list("rules").map(|rules| rules.iter().filter_map(rules::route).collect()),
        ocid: section.text("ocid"),
    }
}

fn security(root: &Section<'_>, key: &str, faults: &mut Vec<Finding>) -> Vec<SecurityList> {
    let mut lists = Vec::new();
    for (name, section) in root.named(key) {
        let (admits, lets_out) = (section.list("ingress"), section.list("egress"));
        let written = admits.is_some() || lets_out.is_some();
        let mut read = |sections: Option<Vec<Section<'_>>>, direction: Direction| -> Vec<SecurityRule> {
            sections
                .unwrap_or_default()
                .iter()
                .filter_map(|rule| rules::security(rule, direction, faults))
                .collect()
        };
        let mut rules = read(admits, Direction::Ingress);
        rules.extend(read(lets_out, Direction::Egress));
        lists.push(SecurityList {
            name,
            vcn: section.text("vcn"),
            managed: section.flag("managed").map(|flag| flag.value),
            rules: written.then_some(rules),
            ocid: section.text("ocid"),
        });
    }
    lists
}

fn appliance(name: Name, section: Section<'_>) -> Option<Appliance> {
    Some(Appliance {
        name,
        subnet: section.text("subnet")?,
        address: section.text_as("address", address)?,
        forwards: section.flag("forwards").map(|flag| flag.value),
        source_check: section.flag("source-check").is_none_or(|flag| flag.value),
        route_table: section.text("route-table"),
        nsgs: section.texts("nsg"),
    })
}

fn database(name: Name, section: Section<'_>) -> Option<Database> {
    Some(Database {
        name,
        subnet: section.text("subnet")?,
        address: section.text_as("address", address)?,
        port: section.scalar_as("port", port::port)?,
        pool_mode: section.section("pooler").and_then(|pooler| pooler.text("mode")),
        dbname: section.text("dbname"),
        user: section.text("user"),
        secret: secret(&section),
        nsgs: section.texts("nsg"),
    })
}

fn secret(section: &Section<'_>) -> Option<Secret> {
    let named = |name| Secret { name, ocid: None, compartment: None };
    section.text("secret").map(named).or_else(|| {
        let table = section.section("secret")?;
        Some(Secret {
            name: table.text("name")?,
            ocid: table.text("ocid"),
            compartment: table.text("compartment"),
        })
    })
}

fn application(name: Name, section: Section<'_>) -> Application {
    Application {
        name,
        subnets: section.texts("subnet"),
        shape: section.text("shape"),
        concurrency: section.number("concurrency"),
        compartment: section.text("compartment"),
        nsgs: section.texts("nsg"),
        ocid: section.text("ocid"),
    }
}

fn function(name: Name, section: Section<'_>) -> Option<Function> {
    Some(Function {
        name,
        application: section.text("application")?,
        database: section.text("database"),
        tables: section.texts("tables"),
        buckets: section.texts("buckets"),
        memory: section.number("memory"),
        timeout: section.number("timeout"),
        user_group: section.section("principal").and_then(|principal| principal.text("user-group")),
        dynamic_group: section.section("principal").and_then(|principal| principal.text("dynamic-group")),
        image: section.section("image").and_then(|image| {
            Some(Image {
                repository: image.text("repository")?,
                compartment: image.text("compartment"),
                ocid: image.text("ocid"),
            })
        }),
        ocid: section.text("ocid"),
        config: section.values("config"),
    })
}
