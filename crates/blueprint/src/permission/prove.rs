//! What functions and groups have to do, put to the policies that the file names: each call is allowed, or the statement that is
//! missing is told.

use adit_iam::ask::{Answer as Can, can};
use adit_iam::need::{Line, Need, RunsAs, Whom, Workload, lines_for, needs};
use adit_iam::tenancy::{Bound, Principal, Request, Resource, Variables};
use adit_iam::{Engine, Truth};

use super::Permission;
use crate::code;
use crate::finding::{Finding, Remark, Severity};
use crate::model::Blueprint;
use crate::prove::{Answer, Outcome};
use crate::source::Span;
use crate::words::shown;

/// Whether what functions and groups have to do is allowed by the policies that the file names. Of a file that names none nothing is
/// asked: there the least statements are made with the rest.
pub fn check_permission(blueprint: &Blueprint, permission: &Permission) -> (Vec<Finding>, Vec<Answer>) {
    let (mut findings, mut answers) = (permission.faults.clone(), Vec::new());
    let engine = Engine::new(&permission.existing);
    super::secret::sentences(blueprint, permission, &engine, &mut findings, &mut answers);
    if blueprint.policies.is_empty() {
        return (findings, answers);
    }
    for need in needs(&permission.system) {
        let who = permission.who(&need);
        let question = format!("{who} may call {}", need.call.name);
        let (mut outcome, mut detail) = (Outcome::Holds, String::new());
        for request in permission.requests(&need) {
            let answer = can(&engine, &request);
            if let Can::Allowed { by } = answer {
                detail = format!("by {}", permission.place_of(by));
                continue;
            }
            let unknown = matches!(answer, Can::NotKnown { .. }) && outcome != Outcome::Fails;
            outcome = if unknown { Outcome::Unknown } else { Outcome::Fails };
            let finding = not_allowed(blueprint, permission, &need, &request, &answer);
            match findings.last_mut().filter(|last| last.message == finding.message) {
                // A call may lack several permissions: it is told once.
                Some(last) => join(last, finding),
                None => findings.push(finding),
            }
        }
        if outcome != Outcome::Holds {
            detail.clear();
        }
        answers.push(Answer { question, outcome, detail });
    }
    findings.extend(permission.audit_beside(&engine, blueprint));
    (findings, answers)
}

/// What else a call lacks.
fn join(finding: &mut Finding, other: Finding) {
    for (own, others) in [(&mut finding.observed, other.observed), (&mut finding.expected, other.expected)] {
        if let (Some(own), Some(others)) = (own, others) {
            own.push_str("; ");
            own.push_str(&others);
        }
    }
    if let (Some(fix), Some(more)) = (&mut finding.fix, other.fix) {
        fix.lines.extend(more.lines);
    }
}

impl Permission {
    /// The calls that functions and groups have to make, each with whether it is allowed.
    pub fn calls(&self) -> Vec<Answer> {
        let engine = Engine::new(&self.existing);
        let answer = |need: Need| {
            let requests = self.requests(&need);
            let unknown = if requests.is_empty() { Truth::Unknown } else { Truth::True };
            let truth = requests.iter().map(|request| engine.allowed(request)).fold(unknown, Truth::and);
            let outcome = match truth {
                Truth::True => Outcome::Holds,
                Truth::False => Outcome::Fails,
                Truth::Unknown => Outcome::Unknown,
            };
            let question = format!("{} may call {}", self.who(&need), need.call.name);
            Answer { question, outcome, detail: String::new() }
        };
        needs(&self.system).into_iter().map(answer).collect()
    }

    /// The least statements for the calls that the policies do not allow yet.
    pub fn lacking(&self) -> Vec<Line> {
        let engine = Engine::new(&self.existing);
        lines_for(&self.existing, &self.system, |need| {
            let requests = self.requests(need);
            requests.is_empty() || !requests.iter().all(|request| engine.allowed(request) == Truth::True)
        })
    }

    /// Who a need is of, as people call it.
    fn who(&self, need: &Need) -> String {
        match self.workload(need) {
            Some(workload) => workload.function.clone(),
            None => name_of(&need.whom).to_owned(),
        }
    }

    /// The function that a need is of, if it calls as itself.
    fn workload(&self, need: &Need) -> Option<&Workload> {
        let calls =
            |workload: &&Workload| matches!(&workload.runs_as, RunsAs::Resource(whom) if *whom == need.whom);
        self.system.workloads.iter().find(calls)
    }

    /// The requests of a need, by whoever makes it.
    fn requests(&self, need: &Need) -> Vec<Request> {
        let principal = match self.workload(need) {
            Some(workload) => Some(function(workload)),
            None => need.whom.principal(&self.existing),
        };
        let Some(principal) = principal else { return Vec::new() };
        let mut variables = if need.call.lists() { Variables::none() } else { Variables::not_known() };
        variables.set("request.operation", Bound::Value(need.call.name.to_owned()));
        if let Some((name, value)) = &need.only {
            // What has no value yet has a hole for one.
            let bound = if value.starts_with('<') { Bound::NotKnown } else { Bound::Value(value.clone()) };
            variables.set(name, bound);
        }
        let request = |permission: &&str| {
            Request::new(principal.clone(), permission, need.compartment).carrying(variables.clone())
        };
        need.call.needs.iter().map(request).collect()
    }
}

pub(super) fn name_of(whom: &Whom) -> &str {
    match whom {
        Whom::Group { name, .. } | Whom::DynamicGroup { name, .. } | Whom::Service(name) => name,
    }
}

/// A function as one who calls.
pub(super) fn function(workload: &Workload) -> Principal {
    Principal::Resource(Resource {
        kind: Some("fnfunc".to_owned()),
        ocid: workload.ocid.clone(),
        compartment: Some(workload.compartment),
        tags: None,
        groups: std::collections::BTreeSet::new(),
        exact: false,
    })
}

/// Where the file speaks of whoever has a need.
fn span(blueprint: &Blueprint, who: &str) -> Span {
    let functions = blueprint.functions.iter().map(|it| &it.name);
    let groups = blueprint.groups.iter().map(|it| &it.name);
    let users = blueprint.functions.iter().filter_map(|it| it.user_group.as_ref());
    let named = functions.chain(groups).chain(users).find(|name| name.value == who);
    named.map(|name| name.span).unwrap_or_default()
}

fn not_allowed(
    blueprint: &Blueprint,
    permission: &Permission,
    need: &Need,
    request: &Request,
    answer: &Can,
) -> Finding {
    let who = permission.who(need);
    let call = need.call.name;
    let (code, message) = match answer {
        Can::Denied { .. } => (code::DENIED, format!("a statement denies `{}` {call}", shown(&who))),
        Can::NotKnown { .. } => {
            (code::PERMISSION_NOT_KNOWN, format!("whether `{}` may call {call} is not known", shown(&who)))
        }
        _ => (code::NOT_ALLOWED, format!("nothing lets `{}` call {call}", shown(&who))),
    };
    let mut finding = Finding::new(code, &who, span(blueprint, &who), message)
        .here(format!("calls it {}", need.reason))
        .observed(format!("{} is not granted", request.permission))
        .expected(format!("{} in compartment {}", request.permission, permission.compartment(need)))
        .remark(Remark::See(symptom(call).to_owned()));
    let statements = match answer {
        Can::Denied { by } => vec![(*by, "denies it".to_owned())],
        Can::NotKnown { because, .. } => because
            .iter()
            .map(|id| (*id, "decides it, under a condition that is not known".to_owned()))
            .collect(),
        Can::Missing { nearest, .. } => {
            nearest.iter().map(|near| (near.statement, format!("comes nearest: {}", near.lacks))).collect()
        }
        Can::Allowed { .. } => Vec::new(),
    };
    for (id, word) in statements.into_iter().take(3) {
        if let Some(span) = permission.span(id) {
            finding = finding.also(span, word);
        }
    }
    match answer {
        Can::Missing { least: Some(least), .. } => {
            finding = finding
                .fix(format!("add to a policy of compartment {}", permission.compartment(need)))
                .line(least.to_string());
        }
        Can::NotKnown { .. } => {
            finding = finding.severity(Severity::Warning).fix("write the OCIDs that the condition compares: `ocid` of the function, of the secret, of the compartment");
        }
        Can::Denied { by } => {
            finding =
                finding.fix(format!("take `{}` out, or except this call", shown(&permission.text_of(*by))));
        }
        _ => {}
    }
    finding
}

impl Permission {
    fn compartment(&self, need: &Need) -> &str {
        self.existing.compartments.name(need.compartment)
    }
}

/// What people see where a call is not allowed.
fn symptom(call: &str) -> &'static str {
    match call {
        "GetSecretBundle" => {
            "404 NotAuthorizedOrNotFound from the Vault: the function answers A0808 and stores nothing"
        }
        "PushImage" | "PullImage" => {
            "`denied: Anonymous users are only allowed read access` or 403 from the registry"
        }
        "UpdateFunction" | "CreateFunction" => {
            "404 NotAuthorizedOrNotFound, or 400 Invalid Image where the image is out of reach"
        }
        _ => "404 NotAuthorizedOrNotFound: the cloud does not tell what is forbidden from what is not there",
    }
}
