//! `X cannot read secret Y`: by no statement that there is, and by none that the file's own needs make. Who can ship code that reads it
//! is told, too.

use adit_iam::Engine;
use adit_iam::ask::Who;
use adit_iam::audit::shipping;
use adit_iam::need::{RunsAs, Secret, Whom};
use adit_iam::tenancy::{Bound, Principal, Request, Variables};

use super::Permission;
use super::prove::{function, name_of};
use crate::code;
use crate::finding::{Finding, Remark, Severity};
use crate::model::{Blueprint, Name};
use crate::nearest::nearest;
use crate::prove::sentence::{Sentence, sentence};
use crate::prove::{Answer, Outcome};
use crate::words::{list, shown};

/// The permission to read a secret's content, and its call.
const READS: (&str, &str) = ("SECRET_BUNDLE_READ", "GetSecretBundle");

/// The file's sentences about secrets, each with its answer.
pub(super) fn sentences(
    blueprint: &Blueprint,
    permission: &Permission,
    engine: &Engine<'_>,
    findings: &mut Vec<Finding>,
    answers: &mut Vec<Answer>,
) {
    for text in blueprint.require.iter().map(|requirement| &requirement.sentence) {
        // One that is not understood was told with those about packets.
        let Ok(Sentence::CannotRead { who, secret }) = sentence(text) else { continue };
        let question = text.value.clone();
        let asked = Asked { permission, engine, text };
        match asked.ends(&who, &secret) {
            Err(fault) => findings.push(*fault),
            Ok((reader, secret)) => {
                let (outcome, detail, finding) = asked.answer(&who, &reader, secret);
                findings.extend(finding);
                answers.push(Answer { question, outcome, detail });
            }
        }
    }
}

/// Somebody that a sentence speaks of.
struct Reader {
    principal: Principal,
    /// As the subject of statements.
    whom: Whom,
}

struct Asked<'a> {
    permission: &'a Permission,
    engine: &'a Engine<'a>,
    text: &'a Name,
}

impl<'a> Asked<'a> {
    /// Both ends of a sentence.
    fn ends(&self, who: &str, secret: &str) -> Result<(Reader, &'a Secret), Box<Finding>> {
        let reader = self.reader(who).ok_or_else(|| {
            let set = &self.permission.existing;
            let functions = self.permission.system.workloads.iter().map(|it| it.function.as_str());
            let groups = set.groups().map(|(_, group)| group.name.as_str());
            let dynamic = set.dynamic_groups().map(|(_, group)| group.name.as_str());
            let known = functions.chain(groups).chain(dynamic).collect();
            self.no_such(who, "function, group or dynamic group", known)
        })?;
        let secrets = || self.permission.system.workloads.iter().filter_map(|it| it.secret.as_ref());
        let found = secrets().find(|it| it.name == secret);
        let secret = found.ok_or_else(|| {
            self.no_such(
                secret,
                "secret of a function's database",
                secrets().map(|it| it.name.as_str()).collect(),
            )
        })?;
        Ok((reader, secret))
    }

    fn reader(&self, name: &str) -> Option<Reader> {
        let Permission { existing, system, .. } = self.permission;
        if let Some(workload) = system.workloads.iter().find(|it| it.function == name) {
            let (RunsAs::Resource(whom) | RunsAs::User(whom)) = &workload.runs_as;
            let principal = match &workload.runs_as {
                RunsAs::Resource(_) => function(workload),
                RunsAs::User(whom) => whom.principal(existing)?,
            };
            return Some(Reader { principal, whom: whom.clone() });
        }
        let named = [Whom::group(name), Whom::dynamic_group(name)];
        named.into_iter().find_map(|whom| Some(Reader { principal: whom.principal(existing)?, whom }))
    }

    fn no_such(&self, name: &str, what: &str, known: Vec<&str>) -> Box<Finding> {
        let name = shown(name);
        let finding = Finding::new(
            code::NO_SUCH_NAME,
            &name,
            self.text.span,
            format!("there is no {what} `{name}` in the file"),
        )
        .here("in this sentence")
        .observed("no such name");
        Box::new(match nearest(&name, known.iter().copied()) {
            Some(near) => finding.expected(format!("`{near}`")).fix(format!("write `{near}`")),
            None => finding.expected(list(known)).fix("write a name that the file has"),
        })
    }

    fn answer(&self, who: &str, reader: &Reader, secret: &Secret) -> (Outcome, String, Option<Finding>) {
        let said = shown(&self.text.value);
        let (who, name) = (shown(who), shown(&secret.name));
        if self.needs_it(&reader.whom, secret) {
            let finding = Finding::new(
                code::READS_SECRET,
                &said,
                self.text.span,
                format!("`{who}` can read secret `{name}`: a function needs it"),
            )
            .here("is required")
            .observed(format!("{} by the file's own needs", READS.0))
            .expected("no statement")
            .fix("take the sentence out, or give the function's database another secret");
            return (Outcome::Fails, "a function needs it".to_owned(), Some(finding));
        }
        let decision = self.engine.decide(&self.request(&reader.principal, secret));
        if decision.truth.is_false() {
            let by = if self.permission.existing.policies().len() == 0 {
                "no statement that the file needs allows it"
            } else {
                "no statement allows it"
            };
            return (Outcome::Holds, by.to_owned(), self.ships(&who, reader, secret));
        }
        let certain = decision.truth.is_true();
        let (code, message) = if certain {
            (code::READS_SECRET, format!("`{who}` can read secret `{name}`"))
        } else {
            (code::PERMISSION_NOT_KNOWN, format!("whether `{who}` can read secret `{name}` is not known"))
        };
        let mut finding = Finding::new(code, &said, self.text.span, message)
            .here("is required")
            .observed(format!(
                "{} is {}",
                READS.0,
                if certain { "granted" } else { "granted under a condition that is not known" }
            ))
            .expected("no statement that grants it");
        let mut places = Vec::new();
        for (id, _) in &decision.allow {
            places.push(self.permission.place_of(*id));
            if let Some(span) = self.permission.span(*id) {
                finding = finding.also(span, "lets it");
            }
        }
        let places = places.join(", ");
        let finding = if certain {
            finding.fix(format!("narrow or take out {places}"))
        } else {
            finding.fix(format!("write the secret's `ocid` in the file, or narrow {places}"))
        };
        (if certain { Outcome::Fails } else { Outcome::Unknown }, String::new(), Some(finding))
    }

    /// Whether the file's own needs have somebody read the secret.
    fn needs_it(&self, whom: &Whom, secret: &Secret) -> bool {
        self.permission.system.workloads.iter().any(|workload| {
            let (RunsAs::Resource(runs) | RunsAs::User(runs)) = &workload.runs_as;
            runs == whom && workload.secret.as_ref() == Some(secret)
        })
    }

    fn request(&self, principal: &Principal, secret: &Secret) -> Request {
        let id = secret.ocid.as_ref().map_or(Bound::NotKnown, |ocid| Bound::Value(ocid.clone()));
        let mut variables = Variables::not_known();
        variables.set("request.operation", Bound::Value(READS.1.to_owned()));
        variables.set("target.secret.id", id);
        variables.set("target.secret.name", Bound::Value(secret.name.clone()));
        Request::new(principal.clone(), READS.0, secret.compartment).carrying(variables)
    }

    /// Whether somebody that a statement is about is the reader.
    fn is(&self, who: &Who, reader: &Reader) -> bool {
        let set = &self.permission.existing;
        match (who, &reader.whom) {
            (Who::EveryUser, Whom::Group { .. }) | (Who::EveryResource, Whom::DynamicGroup { .. }) => true,
            (Who::Group(id), whom @ Whom::Group { .. }) => {
                whom.principal(set) == Some(Principal::member([*id]))
            }
            (Who::DynamicGroup(id), whom @ Whom::DynamicGroup { .. }) => {
                whom.principal(set) == Some(Principal::matched([*id]))
            }
            _ => false,
        }
    }

    /// Whoever brings new code to a function that reads the secret reads it by that code.
    fn ships(&self, who: &str, reader: &Reader, secret: &Secret) -> Option<Finding> {
        let system = &self.permission.system;
        let by_statement = || {
            let mut ships = shipping(self.engine, system).into_iter();
            ships.any(|it| it.secret == secret.name && self.is(&it.who, reader))
        };
        let deploys = system.deployers.iter().any(|it| it.group == reader.whom)
            || system.provisioners.contains(&reader.whom)
            || by_statement();
        let function = system.workloads.iter().find(|it| it.secret.as_ref() == Some(secret))?;
        let (function, name) = (shown(&function.function), shown(&secret.name));
        deploys.then(|| {
            Finding::new(
                code::SHIPS_CODE,
                name_of(&reader.whom),
                self.text.span,
                format!("`{who}` can ship code to `{function}` that reads secret `{name}`"),
            )
            .severity(Severity::Note)
            .here("holds for its own permissions")
            .observed("it may change the code of a function that reads the secret")
            .expected("a second pair of eyes between it and the function")
            .remark(Remark::Note(
                "no statement can repair this: who changes the code acts as the function".to_owned(),
            ))
            .fix("have each image reviewed before its digest is deployed, or require signed images")
        })
    }
}
