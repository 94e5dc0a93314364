//! The least statements for what is needed, each with its reasons.

use std::collections::BTreeMap;

use super::duties::{Duty, Need, needs};
use super::system::{RunsAs, System, Whom};
use crate::make;
use crate::syntax::{At, Location, Verb};
use crate::syntax::{Condition, Equality, Holes, Statement, Test, Text, Value, Variable};
use crate::tenancy::{CompartmentId, PolicySet};

/// A statement of the least set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// For which duty.
    pub duty: Duty,
    /// Who it is for.
    pub whom: Whom,
    /// The statement.
    pub statement: Statement,
    /// The compartment to attach its policy to.
    pub attach: CompartmentId,
    /// Each permission in it, with the call that needs it and why.
    pub because: Vec<Because>,
}

/// Why a permission is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Because {
    /// The permission; or the verb and type, where no page says which permissions are checked.
    pub permission: String,
    /// The call.
    pub call: &'static str,
    /// Why it is made.
    pub reason: &'static str,
}

/// Calls with the same key share a statement.
type Key = (Duty, Whom, CompartmentId, Option<(&'static str, String)>);

/// The least statements for a system, in the order of its duties.
pub fn lines(set: &PolicySet, system: &System) -> Vec<Line> {
    lines_for(set, system, |_| true)
}

/// The same, for those of its calls that `wanted` says yes to.
pub fn lines_for(set: &PolicySet, system: &System, wanted: impl Fn(&Need) -> bool) -> Vec<Line> {
    let mut groups: BTreeMap<Key, Vec<Because>> = BTreeMap::new();
    let mut order = Vec::new();
    for need in needs(system).into_iter().filter(wanted) {
        let Need { duty, whom, call, compartment, only, reason } = need;
        let key = (duty, whom, compartment, only);
        let because = groups.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        for permission in call.needs {
            let one = Because { permission: (*permission).to_owned(), call: call.name, reason };
            if !because.contains(&one) {
                because.push(one);
            }
        }
    }
    order.sort_by_key(|(duty, ..)| *duty);
    let mut lines: Vec<Line> = Vec::new();
    for key in order {
        let because = groups.remove(&key).unwrap_or_default();
        let (duty, whom, compartment, only) = key;
        let mut names: Vec<&str> = because.iter().map(|it| it.permission.as_str()).collect();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        let statement = make::allow(
            whom.subject(),
            make::permissions(names),
            place(set, compartment),
            only.map(|(variable, value)| only_this(variable, &value)),
        );
        lines.push(Line { duty, whom, statement, attach: compartment, because });
    }
    for whom in &system.provisioners {
        lines.extend(system.network.map(|network| join_network(set, whom, network)));
    }
    if system.tracing {
        for compartment in
            system.workloads.iter().map(|it| it.compartment).collect::<std::collections::BTreeSet<_>>()
        {
            lines.push(trace(set, compartment));
        }
    }
    lines.sort_by_key(|line| line.duty);
    lines
}

/// Which permissions are checked when an application is given a subnet is on no page; that this statement is enough is.
fn join_network(set: &PolicySet, whom: &Whom, network: CompartmentId) -> Line {
    Line {
        duty: Duty::Provision,
        whom: whom.clone(),
        statement: make::allow(
            whom.subject(),
            make::verb(Verb::Use, "virtual-network-family"),
            place(set, network),
            None,
        ),
        attach: network,
        because: vec![Because {
            permission: "use virtual-network-family".into(),
            call: "CreateApplication",
            reason: "to give the application its subnet; which permissions of it are checked is not documented",
        }],
    }
}

fn trace(set: &PolicySet, compartment: CompartmentId) -> Line {
    let whom = Whom::Service("faas".into());
    Line {
        duty: Duty::Platform,
        statement: make::allow(
            whom.subject(),
            make::verb(Verb::Use, "apm-domains"),
            place(set, compartment),
            None,
        ),
        whom,
        attach: compartment,
        because: vec![Because {
            permission: "use apm-domains".into(),
            call: "InvokeFunction",
            reason: "the platform hands traces over",
        }],
    }
}

fn place(set: &PolicySet, compartment: CompartmentId) -> Location {
    if compartment == CompartmentId::ROOT {
        Location::Tenancy
    } else {
        make::compartment(set.compartments.name(compartment))
    }
}

/// `variable = 'value'`, the value perhaps a hole.
fn only_this(variable: &str, value: &str) -> Condition {
    let holes = if value.starts_with('<') { Holes::Quoted } else { Holes::None };
    let text = if holes == Holes::None { Text::new(value) } else { Text::with_holes(value, holes) };
    Condition::Test(Test::Compare {
        variable: At::nowhere(Variable::new(variable)),
        equality: At::nowhere(Equality::Equal),
        value: At::nowhere(Value::String(text)),
    })
}

/// The rule of a dynamic group: these functions, and nothing else in their compartment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The dynamic group.
    pub whom: Whom,
    /// The rule, ready to paste.
    pub text: String,
}

/// The rules of the dynamic groups that the functions of a system run in.
pub fn rules(system: &System) -> Vec<Rule> {
    let mut by_group: BTreeMap<&Whom, Vec<String>> = BTreeMap::new();
    for workload in &system.workloads {
        if let RunsAs::Resource(whom) = &workload.runs_as {
            let id =
                workload.ocid.clone().unwrap_or_else(|| format!("<OCID of function {}>", workload.function));
            by_group.entry(whom).or_default().push(id);
        }
    }
    let rule = |(whom, ids): (&Whom, Vec<String>)| {
        let one = |id: &String| format!("resource.id = '{id}'");
        let text = match ids.as_slice() {
            [id] => format!("ALL {{resource.type = 'fnfunc', {}}}", one(id)),
            ids => {
                let ids: Vec<String> = ids.iter().map(one).collect();
                format!("ALL {{resource.type = 'fnfunc', ANY {{{}}}}}", ids.join(", "))
            }
        };
        Rule { whom: whom.clone(), text }
    };
    by_group.into_iter().map(rule).collect()
}
