//! A sample plan with something else in it: what is planned, what is known of it and what is written change together.

use std::collections::BTreeSet;

use adit_blueprint::{Finding, Source, changes, prove_network};
use adit_terraform::plan::Plan;
use serde_json::{Value, json};

use crate::make::refer;

/// A plan to change.
pub(crate) struct Edit(pub(crate) Value);

/// The parent and the last step of a JSON pointer.
fn split(pointer: &str) -> (&str, &str) {
    pointer.rsplit_once('/').unwrap()
}

fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = split(pointer);
    match document.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(last.to_owned(), value);
        }
        Some(Value::Array(items)) => match last.parse::<usize>() {
            Ok(at) if at < items.len() => items[at] = value,
            _ => items.push(value),
        },
        _ => {}
    }
}

impl Edit {
    /// A sample plan.
    pub(crate) fn of(name: &str) -> Self {
        let path = format!("{}/../../examples/plans/{name}.json", env!("CARGO_MANIFEST_DIR"));
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn find<'v>(all: &'v mut Value, address: &str) -> &'v mut Value {
        let found = all.as_array_mut().unwrap().iter_mut().find(|it| it["address"] == address);
        found.unwrap_or_else(|| panic!("no {address}"))
    }

    fn planned(&mut self, address: &str) -> &mut Value {
        &mut Self::find(&mut self.0["planned_values"]["root_module"]["resources"], address)["values"]
    }

    fn change(&mut self, address: &str) -> &mut Value {
        &mut Self::find(&mut self.0["resource_changes"], address)["change"]
    }

    fn written(&mut self, address: &str) -> &mut Value {
        &mut Self::find(&mut self.0["configuration"]["root_module"]["resources"], address)["expressions"]
    }

    /// A value that is known, in the place of what an argument says.
    pub(crate) fn set(mut self, address: &str, pointer: &str, value: Value) -> Self {
        put(self.planned(address), pointer, value.clone());
        put(self.change(address).pointer_mut("/after_unknown").unwrap(), pointer, json!(false));
        put(self.written(address), pointer, json!({ "constant_value": value }));
        self
    }

    /// What another resource says, known only after apply, in the place of what an argument says.
    pub(crate) fn refer(mut self, address: &str, pointer: &str, to: &str) -> Self {
        let (parent, last) = split(pointer);
        if let Some(fields) = self.planned(address).pointer_mut(parent).and_then(Value::as_object_mut) {
            fields.remove(last);
        }
        put(self.change(address).pointer_mut("/after_unknown").unwrap(), pointer, json!(true));
        put(self.written(address), pointer, refer(&[to]));
        self
    }

    /// Not written at all; the provider fills something in after apply.
    pub(crate) fn leave_out(mut self, address: &str, name: &str) -> Self {
        self.planned(address).as_object_mut().unwrap().remove(name);
        self.change(address)["after_unknown"][name] = json!(true);
        self.written(address).as_object_mut().unwrap().remove(name);
        self
    }

    /// The resource, as it is there already and stays.
    pub(crate) fn keep(mut self, address: &str) -> Self {
        self.change(address)["actions"] = json!(["no-op"]);
        self
    }

    /// A variable's value.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.0["variables"][name]["value"] = json!(value);
        self
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan::parse("plan.json", self.0.to_string().as_bytes()).unwrap()
    }

    /// All that a check finds, with the plan's listing.
    pub(crate) fn found(&self) -> (Source, Vec<Finding>) {
        let plan = self.plan();
        let mut planned = plan.planned();
        let mut found = plan.values(&mut planned);
        if planned.built.faults.is_empty() {
            found.extend(prove_network(&planned.built).findings);
            found.extend(changes(&plan.prior().built, &planned.built));
        }
        found.extend(planned.built.faults);
        found.extend(planned.notes);
        (Source::of(planned.listing), found)
    }

    /// Code and place of each, once.
    pub(crate) fn codes(&self) -> Vec<String> {
        let (source, found) = self.found();
        let said = found.iter().map(|it| {
            let place = source.place(it.span());
            format!("{} {}", it.code, place.strip_prefix("plan.json: ").unwrap_or(&place))
        });
        said.collect::<BTreeSet<_>>().into_iter().collect()
    }
}
