//! What a file claims, put to the network: its requirements, the database that each function names, and the way of every function
//! to Oracle's services. What is in the way becomes findings; what holds is answered, too.

mod addresses;
mod block;
mod blocked;
mod changes;
mod intents;
mod lanes;
mod lints;
mod path;
pub(crate) mod request;
pub(crate) mod sentence;

use adit_net::reach::Engine;
use adit_net::trace::{AskError, Verdict};
use adit_net::{Endpoint, Flow, OracleService, Port};

use crate::build::{Built, EndpointError};
use crate::code;
use crate::finding::{Finding, Remark};
use crate::model::{Blueprint, Name};
use crate::source::Span;
use crate::words::shown;

pub use self::changes::changes;
pub use self::path::{Check, Path, PathError, Paths, Step, path};

use self::blocked::Asked;
use self::sentence::{Goal, Sentence, sentence};

/// What became of a file's claims.
#[derive(Debug)]
pub struct Proof {
    /// What is wrong, in the file's order.
    pub findings: Vec<Finding>,
    /// Each claim with its answer, in the order in which they are made.
    pub answers: Vec<Answer>,
}

/// A claim with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is claimed.
    pub question: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The proof in a line, or why there is none.
    pub detail: String,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds for every packet.
    Holds,
    /// It does not; a finding says why.
    Fails,
    /// It depends on something that is not known.
    Unknown,
}

/// What is wrong with the addresses of a network: all that can be told of a file whose names lead to nothing.
pub fn check_addresses(built: &Built) -> Vec<Finding> {
    addresses::findings(built)
}

/// Proves what a file claims.
pub fn prove(blueprint: &Blueprint, built: &Built) -> Proof {
    proved(blueprint, built, true)
}

/// Proves what can be proved of a network of which nobody says what it is for: its addresses, its rules, and that its functions
/// reach Oracle's services.
pub fn prove_network(built: &Built) -> Proof {
    proved(&Blueprint::default(), built, false)
}

fn proved(blueprint: &Blueprint, built: &Built, purposes: bool) -> Proof {
    let mut prover = Prover {
        purposes,
        built,
        engine: Engine::new(built.network.clone()),
        proof: Proof { findings: check_addresses(built), answers: Vec::new() },
        asked: Vec::new(),
        allowed: Vec::new(),
    };
    prover.allow(blueprint);
    prover.requirements(blueprint);
    prover.needs();
    prover.lints();
    let mut proof = prover.proof;
    proof.findings.sort_by_key(Finding::span);
    proof
}

/// What a function's missing way to Oracle's services looks like.
const IMAGE_OUT_OF_REACH: &str = "502 FunctionInvokeImageNotAvailable: the platform cannot fetch the image; nor are Vault and logs in reach";

struct Prover<'b> {
    /// Whether it is said what the network is for: else no rule is one too many.
    purposes: bool,
    built: &'b Built,
    engine: Engine,
    proof: Proof,
    /// What was asked already: a requirement and a function's database may be the same question.
    asked: Vec<Flow>,
    /// What is required to reach what: nothing else is meant to.
    allowed: Vec<(Endpoint, Endpoint)>,
}

impl Prover<'_> {
    fn requirements(&mut self, blueprint: &Blueprint) {
        for requirement in &blueprint.require {
            match sentence(&requirement.sentence) {
                Ok(sentence) => self.requirement(&requirement.sentence, &sentence),
                Err(fault) => self.proof.findings.push(*fault),
            }
        }
    }

    fn requirement(&mut self, text: &Name, sentence: &Sentence) {
        match sentence {
            Sentence::Reaches { from, to, not: false } => {
                if let Some(flow) = self.flow(text, from, to) {
                    self.reaches(text.value.clone(), text.span, &flow);
                }
            }
            // About permission: `permission` answers it.
            Sentence::CannotRead { .. } => {}
            Sentence::Reaches { from, to, not: true } => self.never(text, from, to),
            Sentence::NothingElse { within, to } => self.nothing_else(text, within.as_deref(), to),
        }
    }

    /// What every function needs, whether or not a sentence says so.
    fn needs(&mut self) {
        let network = &self.built.network;
        for need in &self.built.needs {
            let flow = Flow::tcp(Endpoint::Function(need.function), Endpoint::Database(need.database));
            let function = &network.functions.at(need.function).object.name;
            let database = &network.databases.at(need.database).object.name;
            self.reaches(format!("{function} reaches {database}"), need.span, &flow);
        }
        let Ok(https) = Port::new(443) else { return };
        for (id, function) in network.functions.iter() {
            let flow = Flow::tcp(Endpoint::Function(id), Endpoint::Oracle(OracleService::Other)).port(https);
            let span = self.built.places.span(function.object.source).unwrap_or_default();
            let question = format!("{} reaches Oracle's services (image, Vault, logs)", function.object.name);
            self.reaches(question, span, &flow);
        }
    }

    /// Asks whether every packet of a flow gets there, and its answer back.
    fn reaches(&mut self, question: String, span: Span, flow: &Flow) {
        if self.asked.contains(flow) {
            return;
        }
        self.asked.push(*flow);
        let answer = match self.engine.ask(flow) {
            Ok(answer) => answer,
            Err(error) => return self.cannot_be_asked(&question, span, &error),
        };
        let symptom = matches!(flow.to, Endpoint::Oracle(_)).then_some(IMAGE_OUT_OF_REACH);
        let asked = Asked { network: &self.built.network, places: &self.built.places, span, symptom };
        for case in answer.cases.iter().filter(|case| case.verdict != Verdict::Reachable) {
            for finding in blocked::findings(asked, &case.trace) {
                self.add(finding, &question);
            }
        }
        let (outcome, detail) = match answer.verdict {
            Verdict::Reachable => {
                let hops =
                    answer.cases.first().map_or(0, |case| case.trace.there.len() + case.trace.back.len());
                (Outcome::Holds, format!("every packet, there and back; {hops} steps"))
            }
            Verdict::Unreachable => (Outcome::Fails, String::new()),
            Verdict::Ambiguous => (Outcome::Fails, "two ways, and an arbitrary one wins".to_owned()),
            Verdict::Indeterminate => (Outcome::Unknown, "something on the way is not known".to_owned()),
        };
        self.proof.answers.push(Answer { question, outcome, detail });
    }

    /// Several questions may meet the same thing in the way: it is told once.
    fn add(&mut self, finding: Finding, question: &str) {
        let same = |known: &&mut Finding| {
            known.code == finding.code && known.object == finding.object && known.expected == finding.expected
        };
        match self.proof.findings.iter_mut().find(same) {
            Some(known) => {
                let hit = Remark::Hit(format!("also: {}", shown(question)));
                if !known.remarks.contains(&hit) {
                    known.remarks.push(hit);
                }
            }
            None => self.proof.findings.push(finding),
        }
    }

    /// An end of a sentence; one that is not known is told.
    fn end(&mut self, text: &Name, name: &str) -> Option<Endpoint> {
        match self.built.endpoint(name) {
            Ok(endpoint) => Some(endpoint),
            Err(error) => {
                let fault = no_end(text, &error);
                if !self.proof.findings.contains(&fault) {
                    self.proof.findings.push(fault);
                }
                None
            }
        }
    }

    fn flow(&mut self, text: &Name, from: &str, to: &Goal) -> Option<Flow> {
        let (from, goal) = (self.end(text, from), self.end(text, &to.name));
        Some(tcp(from?, goal?, to.port))
    }

    fn cannot_be_asked(&mut self, question: &str, span: Span, error: &AskError) {
        let question = shown(question);
        self.proof.findings.push(
            Finding::new(
                code::CANNOT_BE_ASKED,
                &question,
                span,
                format!("`{question}` has no answer: {error}"),
            )
            .observed(error.to_string())
            .expected("two ends, of which one at least is in a subnet of the file")
            .fix("name the ends as the file has them, a subnet as `VCN/SUBNET`"),
        );
        self.proof.answers.push(Answer { question, outcome: Outcome::Unknown, detail: error.to_string() });
    }
}

/// A TCP connection: to the port that is named, else to a database's own, else to that of Oracle's services, else to any.
fn tcp(from: Endpoint, to: Endpoint, port: Option<Port>) -> Flow {
    let https = || Port::new(443).ok().filter(|_| matches!(to, Endpoint::Oracle(_)));
    Flow { port: port.or_else(https), ..Flow::tcp(from, to) }
}

fn no_end(text: &Name, error: &EndpointError) -> Finding {
    let finding =
        Finding::new(error.code(), shown(&text.value), text.span, error.to_string()).here("in this sentence");
    match error {
        EndpointError::NoSuch { near: Some(near), .. } => {
            finding.observed("no such name").expected(format!("`{near}`")).fix(format!("write `{near}`"))
        }
        EndpointError::NoSuch { .. } => finding
            .observed("no such name")
            .expected("a function, database, subnet (VCN/SUBNET), address, or `the internet`")
            .fix("name a function, a database, a subnet (VCN/SUBNET), an address, or `the internet`"),
        EndpointError::Ambiguous { candidates, .. } => {
            let list = crate::words::list(candidates.iter().map(String::as_str));
            finding
                .observed("several things of this name")
                .expected(list.clone())
                .fix(format!("write one of {list}"))
        }
    }
}
