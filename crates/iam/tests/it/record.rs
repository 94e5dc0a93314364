//! The record of the system that was built by hand: eight statements and a rule, each with its verdict, and what replaces them.

use std::fmt::Write as _;

use adit_iam::Engine;
use adit_iam::audit::{Audit, Finding, Fix, Place, Verdict, audit};
use adit_iam::need::{self, Deployers, Repository, RunsAs, Secret, System, Whom, Workload};
use adit_iam::tenancy::PolicySet;

use crate::world::{FUNCTION, SECRET, World};

/// The statements, in the order of the record. Those that name the tenancy are in a policy of the root compartment.
pub(crate) const RECORD: [&str; 8] = [
    "Allow group CI-CD-Deployers to manage functions-family in compartment Sandbox",
    "Allow dynamic-group PostgresInserterFunctionDG to use virtual-network-family in compartment Sandbox",
    "Allow dynamic-group PostgresInserterFunctionDG to read secret-bundles in compartment Sandbox where target.secret.id = 'ocid1.vaultsecret.oc1..librarian'",
    "Allow dynamic-group PostgresInserterFunctionDG to use keys in compartment Sandbox where target.key.id = 'ocid1.key.oc1..master'",
    "Allow group FunctionUsers to read vaults in compartment Sandbox",
    "Allow dynamic-group PostgresInserterFunctionDG to read repos in tenancy",
    "Allow group CI-CD-Deployers to manage repos in tenancy",
    "Allow service faas to use virtual-network-family in compartment Sandbox",
];

/// The system as `adit.toml` describes it.
pub(crate) fn system(world: &World) -> System {
    System {
        workloads: vec![Workload {
            function: "postgres-inserter".into(),
            ocid: Some(FUNCTION.into()),
            compartment: world.sandbox,
            runs_as: RunsAs::Resource(Whom::dynamic_group("PostgresInserterFunctionDG")),
            secret: Some(Secret {
                name: "librarian-db".into(),
                ocid: Some(SECRET.into()),
                compartment: world.sandbox,
            }),
            image: Some(Repository {
                name: "hello-world-app/postgres-inserter".into(),
                compartment: world.sandbox,
                pinned: false,
            }),
            buckets: Vec::new(),
        }],
        deployers: vec![Deployers { group: Whom::group("CI-CD-Deployers"), looks_up: false, invokes: false }],
        former: vec![Whom::group("FunctionUsers")],
        ..System::default()
    }
}

fn shown(set: &PolicySet, audit: &Audit) -> String {
    let mut text = String::new();
    for judged in &audit.judged {
        let verdict = match judged.verdict {
            Verdict::Keep => "keep",
            Verdict::Replace => "replace",
            Verdict::Remove => "remove",
            Verdict::NotJudged => "not judged",
        };
        writeln!(text, "{verdict}: {}", set.statement(judged.statement).unwrap().value).unwrap();
        let of_it = |it: &&Finding| it.place == Place::Statement(judged.statement);
        audit.findings.iter().filter(of_it).for_each(|it| finding(&mut text, it));
    }
    for it in audit.findings.iter().filter(|it| !matches!(it.place, Place::Statement(_))) {
        finding(&mut text, it);
    }
    text
}

fn finding(text: &mut String, finding: &Finding) {
    assert!(finding.message.chars().count() <= 100, "{}", finding.message);
    writeln!(text, "  {}: {}", finding.kind.code(), finding.message).unwrap();
    for note in &finding.notes {
        writeln!(text, "    = {note}").unwrap();
    }
    let lines = |text: &mut String, lines: &[need::Line]| {
        for line in lines {
            writeln!(text, "      {}", line.statement).unwrap();
        }
    };
    match &finding.fix {
        Fix::Remove => writeln!(text, "    fix: remove it").unwrap(),
        Fix::Replace(with) => {
            writeln!(text, "    fix: replace it by").unwrap();
            lines(text, with);
        }
        Fix::Add(add) => {
            writeln!(text, "    fix: add").unwrap();
            lines(text, add);
        }
        Fix::Rule(rule) => writeln!(text, "    fix: rule {rule}").unwrap(),
        Fix::Do(what) => writeln!(text, "    fix: {what}").unwrap(),
    }
}

#[test]
fn each_line_of_the_record_has_its_verdict() {
    let world = World::new().with(&RECORD);
    let found = audit(&Engine::new(&world.set), &system(&world));
    let verdicts: Vec<Verdict> = found.judged.iter().map(|it| it.verdict).collect();
    use Verdict::{Keep, Remove, Replace};
    assert_eq!(verdicts, [Replace, Remove, Keep, Remove, Remove, Remove, Replace, Remove]);
    insta::assert_snapshot!(shown(&world.set, &found));
}

/// The set that replaces the record: printed, and put into the place of the record.
#[test]
fn the_least_set_is_enough_and_nothing_in_it_is_too_much() {
    let world = World::new();
    let system = system(&world);
    let lines = need::lines(&world.set, &system);
    let texts: Vec<String> = lines.iter().map(|line| line.statement.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut world = world;
    for line in &texts {
        let sandbox = world.sandbox;
        world = world.policy(sandbox, &[line]);
    }
    let engine = Engine::new(&world.set);
    let found = audit(&engine, &system);
    assert!(found.judged.iter().all(|it| it.verdict == Verdict::Keep), "{}", shown(&world.set, &found));
    // Without any of its lines something is missing.
    for left_out in 0..texts.len() {
        let mut world = World::new();
        for (_, line) in texts.iter().enumerate().filter(|(at, _)| *at != left_out) {
            let sandbox = world.sandbox;
            world = world.policy(sandbox, &[line]);
        }
        let found = audit(&Engine::new(&world.set), &system);
        assert!(found.findings.iter().any(|it| it.kind.code() == "A0316"), "{}", texts[left_out]);
    }
    let mut text = String::new();
    for rule in need::rules(&system) {
        writeln!(text, "{}: {}", rule.whom, rule.text).unwrap();
    }
    for line in &lines {
        writeln!(text, "{:?}: {}", line.duty, line.statement).unwrap();
        for because in &line.because {
            writeln!(text, "    {}: {}, {}", because.permission, because.call, because.reason).unwrap();
        }
    }
    for step in need::steps(&system) {
        writeln!(text, "once: {} ({}): {}", step.call.name, step.call.needs.join(", "), step.what).unwrap();
    }
    insta::assert_snapshot!(text);
}

/// Every duty that a system can have, with nothing known yet but names.
#[test]
fn a_system_that_does_not_exist_yet_gets_holes() {
    let world = World::new();
    let mut system = system(&world);
    let workload = system.workloads.first_mut().unwrap();
    workload.ocid = None;
    workload.secret.as_mut().unwrap().ocid = None;
    workload.runs_as = RunsAs::User(Whom::group("FunctionUsers"));
    system.deployers.first_mut().unwrap().looks_up = true;
    system.deployers.first_mut().unwrap().invokes = true;
    system.provisioners = vec![Whom::group("Provisioners")];
    system.network = Some(world.network);
    system.tracing = true;
    let lines = need::lines(&world.set, &system);
    let texts: Vec<String> =
        lines.iter().map(|line| format!("{:?}: {}", line.duty, line.statement)).collect();
    insta::assert_snapshot!(texts.join("\n"));
}
