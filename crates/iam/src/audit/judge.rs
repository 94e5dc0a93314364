//! One statement against the needs of those whom it is about.

use std::collections::BTreeSet;

use super::lint::allows;
use super::remark::remarks;
use super::system::{Verdict, principals};
use super::{Finding, Fix, Kind, Place};
use crate::decide::{Scope, reference, scope};
use crate::need::{self, Line, Need, RunsAs, System, Whom};
use crate::permissions::{self, Rest};
use crate::syntax::{Action, Effect, Grant, Statement};
use crate::tenancy::{Bound, CompartmentId, Policy, PolicySet, Principal, Request, StatementId, Variables};

/// A system, ready to judge statements.
pub(super) struct Judge<'a> {
    set: &'a PolicySet,
    system: &'a System,
    lines: &'a [Line],
    needs: Vec<Need>,
    people: Vec<(Whom, Principal)>,
}

/// What a statement grants to one principal, beside what that one needs.
#[derive(Default)]
struct Use {
    granted: BTreeSet<String>,
    used: BTreeSet<String>,
    /// The compartments of the needs that it serves.
    places: BTreeSet<CompartmentId>,
    /// What the needs are about, where the statement does not care.
    not_only: BTreeSet<String>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(set: &'a PolicySet, system: &'a System, lines: &'a [Line]) -> Self {
        let needs = need::needs(system);
        let mut whoms: BTreeSet<Whom> = needs.iter().map(|it| it.whom.clone()).collect();
        whoms.extend(system.former.iter().cloned());
        whoms.extend(system.deployers.iter().map(|it| it.group.clone()));
        whoms.extend(system.provisioners.iter().cloned());
        whoms.insert(Whom::Service("faas".into()));
        let people = whoms.into_iter().filter_map(|whom| Some((principals(set, system, &whom)?, whom)));
        Self {
            set,
            system,
            lines,
            needs,
            people: people.map(|(principal, whom)| (whom, principal)).collect(),
        }
    }

    /// The verdict on a statement; none if it is about nobody of the system.
    pub(super) fn judge(
        &self,
        id: StatementId,
        policy: &Policy,
        statement: &Statement,
    ) -> Option<(Verdict, Vec<Finding>)> {
        let grant = allows(statement)?;
        let about: Vec<&(Whom, Principal)> = self
            .people
            .iter()
            .filter(|(_, principal)| {
                let request = Request::new(principal.clone(), "", CompartmentId::ROOT);
                !reference::subject(self.set, policy, &grant.subject, &request).is_false()
            })
            .collect();
        let (first, _) = about.first()?;
        let place = Place::Statement(id);
        let Some(names) = names(grant) else {
            if self.lines.iter().any(|line| line.statement == *statement) {
                return Some((Verdict::Keep, Vec::new()));
            }
            let finding = Finding {
                kind: Kind::NotJudged,
                place,
                message: "what this grants is not in the tables, so it is not judged".into(),
                notes: vec![format!("the tables of {} have no row for it", permissions::VERSION)],
                fix: Fix::Do("see in Oracle's policy reference what it grants".into()),
            };
            return Some((Verdict::NotJudged, vec![finding]));
        };
        let mut total = Use::default();
        for (whom, principal) in &about {
            self.add(&mut total, policy, statement, grant, &names, whom, principal);
        }
        let mut findings = Vec::new();
        let verdict = if self.lines.iter().any(|line| line.statement == *statement) {
            Verdict::Keep
        } else if total.used.is_empty() {
            findings.push(self.needless(place, first, grant, &total));
            Verdict::Remove
        } else {
            match self.wider(place, &about, policy, grant, &total) {
                Some(finding) => {
                    findings.push(finding);
                    Verdict::Replace
                }
                None => Verdict::Keep,
            }
        };
        findings.extend(self.second_reader(place, grant, first, &total));
        Some((verdict, findings))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one statement and one principal, each with what is known of it"
    )]
    fn add(
        &self,
        total: &mut Use,
        policy: &Policy,
        statement: &Statement,
        grant: &Grant,
        names: &[&str],
        whom: &Whom,
        principal: &Principal,
    ) {
        let within = match scope(self.set, policy, &grant.location) {
            Scope::In(id) => id,
            _ => policy.compartment,
        };
        let granted = names.iter().filter(|name| {
            let request = Request::new(principal.clone(), name, within).carrying(usual(name));
            !reference::applies(self.set, policy, statement, &request).is_false()
        });
        total.granted.extend(granted.map(|name| (*name).to_owned()));
        for need in self.needs.iter().filter(|need| need.whom == *whom) {
            for request in need.requests(principal) {
                if reference::applies(self.set, policy, statement, &request).is_false() {
                    continue;
                }
                total.used.insert(request.permission.clone());
                total.places.insert(need.compartment);
                if let Some((variable, value)) = &need.only {
                    let variables = request.variables.clone().with(variable, format!("not {value}"));
                    let other = request.carrying(variables);
                    if !reference::applies(self.set, policy, statement, &other).is_false() {
                        total.not_only.insert(format!("{variable} = '{value}'"));
                    }
                }
            }
        }
    }

    fn needless(&self, place: Place, whom: &Whom, grant: &Grant, total: &Use) -> Finding {
        let what = &grant.action.value;
        let message = format!("no call of {whom} uses `{what}`");
        let mut notes = vec![format!("it grants {}", counted(&total.granted))];
        notes.extend(remarks(what, whom, true));
        Finding { kind: Kind::Needless, place, message, notes, fix: Fix::Remove }
    }

    fn wider(
        &self,
        place: Place,
        about: &[&(Whom, Principal)],
        policy: &Policy,
        grant: &Grant,
        total: &Use,
    ) -> Option<Finding> {
        let surplus: BTreeSet<String> = total.granted.difference(&total.used).cloned().collect();
        let elsewhere = match scope(self.set, policy, &grant.location) {
            Scope::In(id) => total.places.len() == 1 && !total.places.contains(&id),
            _ => false,
        };
        if surplus.is_empty() && !elsewhere && total.not_only.is_empty() {
            return None;
        }
        let (whom, _) = about.first()?;
        let what = &grant.action.value;
        let message = format!("`{what}` gives {whom} more than it needs");
        let mut notes = vec![format!("needed of it: {}", list(&total.used))];
        if !surplus.is_empty() {
            notes.push(format!("not needed: {}", counted(&surplus)));
        }
        if elsewhere {
            let place = total.places.iter().next().copied().unwrap_or(CompartmentId::ROOT);
            notes.push(format!("needed in {} alone", self.set.compartments.name(place)));
        }
        notes.extend(total.not_only.iter().map(|only| format!("needed for {only} alone")));
        notes.extend(remarks(what, whom, false));
        let lines: Vec<Line> = self
            .lines
            .iter()
            .filter(|line| about.iter().any(|(whom, _)| line.whom == *whom))
            .filter(|line| line.because.iter().any(|it| total.used.contains(&it.permission)))
            .cloned()
            .collect();
        Some(Finding { kind: Kind::Wider, place, message, notes, fix: Fix::Replace(lines) })
    }

    /// Somebody beside the function is given what the function needs to read its secret.
    fn second_reader(&self, place: Place, grant: &Grant, whom: &Whom, total: &Use) -> Option<Finding> {
        const READ: &str = "SECRET_BUNDLE_READ";
        let narrow = names(grant)?.iter().all(|name| name.starts_with("SECRET_"));
        if !narrow || !total.granted.contains(READ) {
            return None;
        }
        let reads = |runs: &RunsAs| match runs {
            RunsAs::Resource(other) | RunsAs::User(other) => (other != whom).then(|| other.to_string()),
        };
        let (workload, other) =
            self.system.workloads.iter().find_map(|it| Some((it, reads(&it.runs_as)?)))?;
        let secret = workload.secret.as_ref()?;
        Some(Finding {
            kind: Kind::TwoPrincipals,
            place,
            message: format!("{whom} and {other} are both given secret {}", secret.name),
            notes: vec![
                format!("function {} reads it as {other}: one of the two is not used", workload.function),
                "a user's API key in a function's configuration can be read by whoever may read the function"
                    .into(),
            ],
            fix: Fix::Remove,
        })
    }
}

/// The permissions of an action; none if the tables do not know all of them.
fn names(grant: &Grant) -> Option<Vec<&str>> {
    match &grant.action.value {
        Action::Permissions(list) => Some(list.iter().map(|it| it.as_str()).collect()),
        Action::Verb { verb, resource } => {
            let covered = permissions::covered(Effect::Allow, verb.value, resource);
            let known = covered.rest != Rest::NotKnown || !covered.permissions.is_empty();
            known.then(|| covered.permissions.iter().copied().collect())
        }
    }
}

/// What requests for a permission carry: where only lists need it, no single resource.
fn usual(permission: &str) -> Variables {
    let mut variables = Variables::not_known();
    let calls = permissions::calls_that_need(permission);
    if !calls.is_empty() && calls.iter().all(|call| call.lists()) {
        for name in permissions::variables(permission) {
            variables.set(name, Bound::Absent);
        }
    }
    variables
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// How many, and which, if that can be read.
fn counted(names: &BTreeSet<String>) -> String {
    let count = names.len();
    let word = if count == 1 { "permission" } else { "permissions" };
    if count <= 12 { format!("{count} {word}: {}", list(names)) } else { format!("{count} {word}") }
}
