//! What must not get through: "X does not reach Y", "nothing else in VCN reaches Y". Proved for every packet, or refuted by one.

use adit_net::reach::{Counterexample, Engine, Proof};
use adit_net::trace::AskError;
use adit_net::{Endpoint, VcnId};

use super::lanes::{called, ends, lanes};
use super::sentence::{Goal, Sentence, sentence};
use super::{Answer, Outcome, Prover};
use crate::code;
use crate::finding::{Finding, Remark};
use crate::model::{Blueprint, Name};
use crate::words::shown;

impl Prover<'_> {
    /// Notes what is required to reach what: by sentences, and by the databases that functions name.
    pub(super) fn allow(&mut self, blueprint: &Blueprint) {
        for need in &self.built.needs {
            self.allowed.push((Endpoint::Function(need.function), Endpoint::Database(need.database)));
        }
        for requirement in &blueprint.require {
            if let Ok(Sentence::Reaches { from, to, not: false }) = sentence(&requirement.sentence)
                && let (Ok(from), Ok(to)) = (self.built.endpoint(&from), self.built.endpoint(&to.name))
            {
                self.allowed.push((from, to));
            }
        }
    }

    pub(super) fn never(&mut self, text: &Name, from: &str, to: &Goal) {
        let (from, goal) = (self.end(text, from), self.end(text, &to.name));
        let (Some(from), Some(goal)) = (from, goal) else { return };
        let proved = self.with_port(text, goal, to, |engine| engine.never(from, goal));
        let open = matches!(proved, Some(Ok(Proof::Holds))) && from == Endpoint::Internet;
        if !(open && self.perhaps_public(text, goal)) {
            self.answered(text, proved);
        }
    }

    /// Whether the internet may have a way to an end through what is not written of somebody else's network; that is told.
    fn perhaps_public(&mut self, text: &Name, goal: Endpoint) -> bool {
        let network = &self.built.network;
        let subnet = match goal {
            Endpoint::Database(id) => network.vnics.at(network.databases.at(id).vnic).subnet,
            Endpoint::Vnic(id) => network.vnics.at(id).subnet,
            Endpoint::Subnet(id) => id,
            _ => return false,
        };
        if !self.built.places.perhaps_public(subnet) {
            return false;
        }
        let subnet = network.subnets.at(subnet);
        let (name, vcn) = (shown(subnet.object.name.as_str()), &network.vcns.at(subnet.vcn).object);
        let said = shown(&text.value);
        let detail = format!("whether {} has an internet gateway is not written", shown(vcn.name.as_str()));
        let mut finding = Finding::new(code::NOT_KNOWN, &name, text.span, format!("whether `{said}` is not known"))
            .here("is required")
            .observed("neither the subnet's `access` nor the VCN's `internet-gateway`")
            .expected("one of the two")
            .remark(Remark::Why(format!("{detail}, nor that `{name}` is private")))
            .fix(format!(
                "write `access = \"private\"` of `{name}`, or `internet-gateway = false` in [vcn.{}], if it is so",
                crate::words::key(vcn.name.as_str())
            ));
        if let Some(span) = self.built.places.span(subnet.object.source) {
            finding = finding.also(span, "public or private?");
        }
        self.proof.findings.push(finding);
        self.proof.answers.push(Answer { question: text.value.clone(), outcome: Outcome::Unknown, detail });
        true
    }

    pub(super) fn nothing_else(&mut self, text: &Name, within: Option<&str>, to: &Goal) {
        let Some(goal) = self.end(text, &to.name) else { return };
        let network = &self.built.network;
        let vcns: Vec<VcnId> = match within {
            None => network.vcns.ids().collect(),
            Some(name) => match network.vcns.find(|vcn| vcn.object.name.as_str() == name) {
                Some(vcn) => vec![vcn],
                None => return self.no_vcn(text, name),
            },
        };
        let allowed: Vec<Endpoint> =
            self.allowed.iter().filter(|(_, to)| *to == goal).map(|(from, _)| *from).collect();
        // Beyond the VCNs there are the internet, and what is on premises.
        let outside: Vec<Endpoint> = match within {
            Some(_) => Vec::new(),
            None => network.sites.ids().map(Endpoint::Site).chain([Endpoint::Internet]).collect(),
        };
        let proved = self.with_port(text, goal, to, |engine| {
            let mut worst = Proof::Holds;
            for vcn in &vcns {
                match engine.nothing_else(*vcn, &allowed, goal)? {
                    Proof::Holds => {}
                    open @ Proof::Open(_) => worst = open,
                    refuted @ Proof::Refuted(_) => return Ok(refuted),
                }
            }
            for from in outside.iter().filter(|from| !allowed.contains(from)) {
                match engine.never(*from, goal)? {
                    Proof::Holds => {}
                    open @ Proof::Open(_) => worst = open,
                    refuted @ Proof::Refuted(_) => return Ok(refuted),
                }
            }
            Ok(worst)
        });
        let open = matches!(proved, Some(Ok(Proof::Holds))) && outside.contains(&Endpoint::Internet);
        if !(open && self.perhaps_public(text, goal)) {
            self.answered(text, proved);
        }
    }

    /// Proves something of a database's own port, or of another that the sentence names. `None`: a port of something that is no
    /// database, of which only all ports can be proved; that is told.
    fn with_port(
        &mut self,
        text: &Name,
        goal: Endpoint,
        to: &Goal,
        prove: impl FnOnce(&mut Engine) -> Result<Proof, AskError>,
    ) -> Option<Result<Proof, AskError>> {
        match (to.port, goal) {
            (None, _) => Some(prove(&mut self.engine)),
            (Some(port), Endpoint::Database(id)) => {
                let mut network = self.built.network.clone();
                network.databases.at_mut(id).port = port;
                Some(prove(&mut Engine::new(network)))
            }
            (Some(_), _) => {
                let name = shown(&to.name);
                let said = shown(&text.value);
                self.proof.findings.push(
                    Finding::new(
                        code::SENTENCE,
                        &said,
                        text.span,
                        format!("`{said}` names a port of `{name}`, which is no database"),
                    )
                    .here("is proved for all ports, or for a database's")
                    .observed("a port of something that is no database")
                    .expected("no port, or a database")
                    .fix("leave the port out, which demands more, or name a database"),
                );
                None
            }
        }
    }

    fn answered(&mut self, text: &Name, proved: Option<Result<Proof, AskError>>) {
        let (outcome, detail) = match proved {
            None => return,
            Some(Err(error)) => return self.cannot_be_asked(&text.value, text.span, &error),
            Some(Ok(Proof::Holds)) => (Outcome::Holds, "no packet does".to_owned()),
            Some(Ok(Proof::Refuted(example))) => {
                self.proof.findings.push(self.refuted(text, &example, false));
                (Outcome::Fails, format!("{} does", example.trace.packet))
            }
            Some(Ok(Proof::Open(example))) => {
                self.proof.findings.push(self.refuted(text, &example, true));
                (Outcome::Unknown, format!("{} might", example.trace.packet))
            }
        };
        self.proof.answers.push(Answer { question: text.value.clone(), outcome, detail });
    }

    /// The packet that gets where none must, with the rules that let it.
    fn refuted(&self, text: &Name, example: &Counterexample, open: bool) -> Finding {
        let places = &self.built.places;
        let said = shown(&text.value);
        let (client, goal) = ends(&example.trace);
        let (code, message) = if open {
            (code::NOT_KNOWN, format!("whether `{said}` is not known"))
        } else {
            (code::REACHES_ANYWAY, format!("`{said}` is not so: {client} reaches {goal}"))
        };
        let mut finding = Finding::new(code, &said, text.span, message)
            .here("is required")
            .observed(example.trace.packet.to_string())
            .expected("no packet");
        for rule in &example.by {
            if let Some(span) = places.span(rule.source) {
                finding = finding.also(span, "lets it through");
            }
        }
        finding.body = lanes(&example.trace, places);
        if example.trace.verdict != adit_net::trace::Verdict::Reachable && !open {
            let note = "its answer does not get back, but the packet was there";
            finding = finding.remark(Remark::Note(note.to_owned()));
        }
        let last = example.by.iter().rev().find(|rule| places.rule(rule.source).is_some());
        match last {
            Some(rule) => finding.fix(format!("narrow {}: {}", called(rule, places), shown(&rule.text))),
            None => finding.fix("close the way at one of its steps, or drop the requirement"),
        }
    }

    fn no_vcn(&mut self, text: &Name, name: &str) {
        let known = self.built.network.vcns.iter().map(|(_, vcn)| vcn.object.name.as_str());
        let near = crate::nearest::nearest(name, known);
        let fix = match near {
            Some(near) => format!("write `{near}`"),
            None => "name a VCN of the file".to_owned(),
        };
        let name = shown(name);
        self.proof.findings.push(
            Finding::new(
                code::NO_SUCH_NAME,
                &name,
                text.span,
                format!("there is no VCN `{name}` in the file"),
            )
            .here("in this sentence")
            .observed("no such VCN")
            .expected("a VCN of the file")
            .fix(fix),
        );
    }
}
