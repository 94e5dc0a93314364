//! A small tenancy to ask about: compartments Sandbox (with Inner) and Network, a few groups, a function and its dynamic group.

use adit_iam::syntax::{At, Options, Statement, parse_statement};
use adit_iam::tenancy::{
    CompartmentId, Compartments, DynamicGroup, DynamicGroupId, Group, GroupId, Matching, Members, Policy,
    PolicySet, Principal, Request,
};
use adit_iam::{Engine, Truth, decide};

pub(crate) const FUNCTION: &str = "ocid1.fnfunc.oc1..inserter";
pub(crate) const SECRET: &str = "ocid1.vaultsecret.oc1..librarian";
pub(crate) const SANDBOX_OCID: &str = "ocid1.compartment.oc1..sandbox";

pub(crate) struct World {
    pub(crate) set: PolicySet,
    pub(crate) sandbox: CompartmentId,
    pub(crate) inner: CompartmentId,
    pub(crate) network: CompartmentId,
    pub(crate) ci: GroupId,
    pub(crate) users: GroupId,
    pub(crate) administrators: GroupId,
    pub(crate) dynamic: DynamicGroupId,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut tree = Compartments::new("acme", Some("ocid1.tenancy.oc1..acme".into()));
        let sandbox = tree.add(CompartmentId::ROOT, "Sandbox", Some(SANDBOX_OCID.into()));
        let inner = tree.add(sandbox, "Inner", Some("ocid1.compartment.oc1..inner".into()));
        let network = tree.add(CompartmentId::ROOT, "Network", Some("ocid1.compartment.oc1..network".into()));
        let mut set = PolicySet::new(tree.complete());
        let mut group = |name: &str| {
            set.add_group(Group { ocid: Some(format!("ocid1.group.oc1..{name}")), ..Group::new(name) })
        };
        let (ci, users, administrators) =
            (group("CI-CD-Deployers"), group("FunctionUsers"), group("Administrators"));
        let rule =
            Matching::All(vec![is("resource.type", "fnfunc"), is("resource.compartment.id", SANDBOX_OCID)]);
        let dynamic =
            set.add_dynamic_group(DynamicGroup::new("PostgresInserterFunctionDG", Members::Matched(rule)));
        Self { set, sandbox, inner, network, ci, users, administrators, dynamic }
    }

    /// The same with a policy of these lines at a compartment.
    pub(crate) fn policy(mut self, compartment: CompartmentId, lines: &[&str]) -> Self {
        let name = format!("policy-{}", self.set.policies().len());
        let statements = lines.iter().map(|line| statement(line)).collect();
        self.set.add_policy(Policy { name, compartment, statements });
        self
    }

    /// The same with a policy at the root.
    pub(crate) fn with(self, lines: &[&str]) -> Self {
        self.policy(CompartmentId::ROOT, lines)
    }

    /// What both evaluators answer.
    pub(crate) fn ask(&self, request: &Request) -> Truth {
        let plain = decide::reference::decide(&self.set, request);
        assert_eq!(plain, Engine::new(&self.set).decide(request));
        plain.truth
    }

    /// Whether a member of CI-CD-Deployers has a permission in Sandbox.
    pub(crate) fn ci_has(&self, permission: &str) -> Truth {
        self.ask(&Request::new(self.ci_member(), permission, self.sandbox))
    }

    pub(crate) fn ci_member(&self) -> Principal {
        Principal::member([self.ci])
    }

    pub(crate) fn function(&self) -> Principal {
        Principal::function(FUNCTION, self.sandbox)
    }
}

pub(crate) fn is(attribute: &str, value: &str) -> Matching {
    Matching::Is { attribute: attribute.into(), value: value.into() }
}

/// A statement that must be one.
pub(crate) fn statement(line: &str) -> At<Statement> {
    parse_statement(line, &Options { template: true, ..Options::default() })
        .map_err(|faults| format!("{line}: {faults:?}"))
        .unwrap()
}
