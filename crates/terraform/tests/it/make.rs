//! Plans made in a few lines: what a test is about, around a network that is there already.

use adit_blueprint::{Source, path};
use adit_net::trace::Verdict;
use adit_terraform::plan::{Plan, Planned};
use serde_json::{Map, Value, json};

/// A plan that is being made.
#[derive(Clone, Default)]
pub(crate) struct Make {
    /// Resources by their module.
    planned: Vec<(String, Value)>,
    state: Vec<(String, Value)>,
    changes: Vec<Value>,
    pub(crate) configuration: Value,
}

/// The module of an address, the type, the name and the key.
fn parts(address: &str) -> (String, String, String, Option<Value>) {
    let at = address
        .find(".data.oci_")
        .or_else(|| address.find(".oci_"))
        .filter(|_| address.starts_with("module."));
    let (module, local) = at.map_or(("", address), |at| (&address[..at], &address[at + 1..]));
    let local = local.strip_prefix("data.").unwrap_or(local);
    let (local, key) = match local.split_once('[') {
        Some((local, key)) => (local, serde_json::from_str(key.strip_suffix(']').unwrap()).ok()),
        None => (local, None),
    };
    let (kind, name) = local.split_once('.').unwrap();
    (module.to_owned(), kind.to_owned(), name.to_owned(), key)
}

fn resource(address: &str, mode: &str, values: &Value) -> (String, Value) {
    let (module, kind, name, key) = parts(address);
    let mut made = json!({
        "address": address, "mode": mode, "type": kind, "name": name, "schema_version": 0,
        "provider_name": "registry.terraform.io/oracle/oci", "values": values,
    });
    if let Some(key) = key {
        made["index"] = key;
    }
    (module, made)
}

impl Make {
    /// A resource that is made, with the arguments that are known only after apply.
    pub(crate) fn create(mut self, address: &str, values: Value, open: &[&str]) -> Self {
        let mut unknown: Map<String, Value> =
            open.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
        unknown.insert("id".to_owned(), json!(true));
        self.change(address, &values, &Value::Object(unknown), &["create"]);
        self
    }

    /// The same, with all that is not known said in its shape.
    pub(crate) fn create_with(mut self, address: &str, values: Value, unknown: Value) -> Self {
        self.change(address, &values, &unknown, &["create"]);
        self
    }

    /// A resource that is there and stays.
    pub(crate) fn keep(mut self, address: &str, values: Value) -> Self {
        self.state.push(resource(address, "managed", &values));
        self.change(address, &values, &json!({}), &["no-op"]);
        self
    }

    /// A resource that becomes another.
    pub(crate) fn update(mut self, address: &str, before: Value, after: Value) -> Self {
        self.state.push(resource(address, "managed", &before));
        self.change(address, &after, &json!({}), &["update"]);
        self
    }

    /// A resource that goes.
    pub(crate) fn delete(mut self, address: &str, before: Value) -> Self {
        self.state.push(resource(address, "managed", &before));
        self.changes
            .push(json!({ "address": address, "change": { "actions": ["delete"], "after_unknown": {} } }));
        self
    }

    /// A data source that was read.
    pub(crate) fn data(mut self, address: &str, values: Value) -> Self {
        self.state.push(resource(address, "data", &values));
        self
    }

    fn change(&mut self, address: &str, values: &Value, unknown: &Value, actions: &[&str]) {
        self.planned.push(resource(address, "managed", values));
        self.changes
            .push(json!({ "address": address, "change": { "actions": actions, "after_unknown": unknown } }));
    }

    /// What the root module writes of a resource.
    pub(crate) fn written(mut self, address: &str, expressions: Value) -> Self {
        let resources = &mut self.configuration["resources"];
        if resources.is_null() {
            *resources = json!([]);
        }
        resources.as_array_mut().unwrap().push(json!({ "address": address, "expressions": expressions }));
        self
    }

    pub(crate) fn text(&self) -> String {
        let document = json!({
            "format_version": "1.2",
            "planned_values": { "root_module": tree(&self.planned) },
            "resource_changes": self.changes,
            "prior_state": { "format_version": "1.0", "values": { "root_module": tree(&self.state) } },
            "configuration": { "root_module": if self.configuration.is_null() { json!({}) } else { self.configuration.clone() } },
        });
        document.to_string()
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan::parse("plan.json", self.text().as_bytes()).unwrap()
    }

    pub(crate) fn planned(&self) -> Planned {
        self.plan().planned()
    }

    /// What becomes of a question, and what is said of it.
    pub(crate) fn ask(&self, from: &str, to: &str) -> (Verdict, String) {
        ask(self.planned(), from, to)
    }
}

pub(crate) fn ask(planned: Planned, from: &str, to: &str) -> (Verdict, String) {
    let Planned { built, listing, .. } = planned;
    assert_eq!(built.faults, []);
    let answer = path(&built, from, to).unwrap();
    let source = Source::of(listing);
    let said = answer.findings.iter().map(|finding| {
        let remarks: Vec<String> = finding.remarks.iter().map(|remark| format!("{remark:?}")).collect();
        format!(
            "{} {}: {} {}",
            finding.code,
            source.place(finding.span()),
            finding.message,
            remarks.join(" ")
        )
    });
    (answer.verdict, said.collect::<Vec<_>>().join("\n"))
}

fn tree(resources: &[(String, Value)]) -> Value {
    let mut modules: Vec<&str> = resources.iter().map(|(module, _)| module.as_str()).collect();
    modules.sort_unstable();
    modules.dedup();
    let of = |wanted: &str| -> Vec<Value> {
        resources
            .iter()
            .filter(|(module, _)| module == wanted)
            .map(|(_, resource)| resource.clone())
            .collect()
    };
    let children: Vec<Value> = modules
        .into_iter()
        .filter(|module| !module.is_empty())
        .map(|module| json!({ "address": module, "resources": of(module) }))
        .collect();
    json!({ "resources": of(""), "child_modules": children })
}

/// References as Terraform writes them: each followed by what it begins with.
pub(crate) fn refer(references: &[&str]) -> Value {
    let mut all = Vec::new();
    for reference in references {
        all.push((*reference).to_owned());
        let mut rest = *reference;
        while let Some(at) = rest.rfind(['.', '[']) {
            rest = &rest[..at];
            let least = if rest.starts_with("data.") { 2 } else { 1 };
            if rest.matches('.').count() < least {
                break;
            }
            all.push(rest.to_owned());
        }
    }
    json!({ "references": all })
}

pub(crate) fn constant(value: &str) -> Value {
    json!({ "constant_value": value })
}

pub(crate) fn ingress(source: &str, port: u16) -> Value {
    json!({ "protocol": "6", "source": source, "source_type": "CIDR_BLOCK", "stateless": false,
        "tcp_options": [{ "min": port, "max": port, "source_port_range": [] }], "udp_options": [], "icmp_options": [] })
}

pub(crate) fn egress_all() -> Value {
    json!({ "protocol": "all", "destination": "0.0.0.0/0", "destination_type": "CIDR_BLOCK", "stateless": false,
        "tcp_options": [], "udp_options": [], "icmp_options": [] })
}

/// A VCN with two subnets, `web` and `db`, that is there already; port 5432 of `db` is open for `web`.
pub(crate) fn there() -> Make {
    Make::default()
        .keep("oci_core_vcn.net", vcn())
        .keep("oci_core_route_table.rt", table(&[]))
        .keep("oci_core_security_list.sl", list(&[ingress("10.1.0.0/24", 5432)]))
        .keep("oci_core_subnet.web", subnet("web", "10.1.0.0/24"))
        .keep("oci_core_subnet.db", subnet("db", "10.1.1.0/24"))
}

pub(crate) fn vcn() -> Value {
    json!({ "id": "ocid1.vcn.oc1..net", "cidr_blocks": ["10.1.0.0/16"], "cidr_block": "10.1.0.0/16", "display_name": "net",
        "default_route_table_id": "ocid1.routetable.oc1..default", "default_security_list_id": "ocid1.securitylist.oc1..default" })
}

pub(crate) fn table(rules: &[Value]) -> Value {
    json!({ "id": "ocid1.routetable.oc1..rt", "vcn_id": "ocid1.vcn.oc1..net", "display_name": "rt", "route_rules": rules })
}

pub(crate) fn list(ingress: &[Value]) -> Value {
    json!({ "id": "ocid1.securitylist.oc1..sl", "vcn_id": "ocid1.vcn.oc1..net", "display_name": "sl",
        "ingress_security_rules": ingress, "egress_security_rules": [egress_all()] })
}

pub(crate) fn subnet(name: &str, range: &str) -> Value {
    json!({ "id": format!("ocid1.subnet.oc1..{name}"), "vcn_id": "ocid1.vcn.oc1..net", "display_name": name, "cidr_block": range,
        "prohibit_public_ip_on_vnic": true, "prohibit_internet_ingress": true, "route_table_id": "ocid1.routetable.oc1..rt",
        "security_list_ids": ["ocid1.securitylist.oc1..sl"] })
}
