//! How fast a large tenancy is read, asked, judged and compared: 500 policies of 50 statements. Prints what each took; asserts nothing
//! about time.
//!
//! ```sh
//! cargo run --release -p adit-iam --example tenancy              # 500 policies of 50
//! cargo run --release -p adit-iam --example tenancy -- 100 50    # another size
//! ```
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program that prints figures"
)]

use std::time::{Duration, Instant};

use adit_iam::ask::{can, what, who};
use adit_iam::audit::audit;
use adit_iam::diff::difference;
use adit_iam::need::{Deployers, Repository, RunsAs, Secret, System, Whom, Workload};
use adit_iam::syntax::{Options, parse};
use adit_iam::tenancy::{
    CompartmentId, Compartments, DynamicGroup, Group, Matching, Members, Policy, PolicySet, Principal,
    Request, Variables,
};
use adit_iam::{Engine, Truth};

const COMPARTMENTS: usize = 100;
const GROUPS: usize = 200;
const DYNAMIC_GROUPS: usize = 50;

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

fn tenancy() -> PolicySet {
    let mut tree = Compartments::new("acme", Some("ocid1.tenancy.oc1..acme".into()));
    let mut r = Random(7);
    let mut places = vec![CompartmentId::ROOT];
    for number in 0..COMPARTMENTS {
        let parent = places[r.below(places.len().min(20))];
        places.push(tree.add(parent, format!("c{number}"), Some(format!("ocid1.compartment.oc1..{number}"))));
    }
    let mut set = PolicySet::new(tree.complete()).with_all_groups();
    for number in 0..GROUPS {
        set.add_group(Group {
            ocid: Some(format!("ocid1.group.oc1..{number}")),
            ..Group::new(format!("g{number}"))
        });
    }
    for number in 0..DYNAMIC_GROUPS {
        let is = |attribute: &str, value: String| Matching::Is { attribute: attribute.into(), value };
        let place = format!("ocid1.compartment.oc1..{}", number % COMPARTMENTS);
        let rule =
            Matching::All(vec![is("resource.type", "fnfunc".into()), is("resource.compartment.id", place)]);
        set.add_dynamic_group(DynamicGroup::new(format!("d{number}"), Members::Matched(rule)));
    }
    set
}

/// One statement, in a policy at the root.
fn statement(r: &mut Random) -> String {
    let subject = match r.below(10) {
        0 => format!("dynamic-group d{}", r.below(DYNAMIC_GROUPS)),
        1 => format!("group g{}, g{}", r.below(GROUPS), r.below(GROUPS)),
        2 => format!("group id ocid1.group.oc1..{}", r.below(GROUPS)),
        3 => "service faas".into(),
        _ => format!("group g{}", r.below(GROUPS)),
    };
    let action = match r.below(3) {
        0 => {
            let permissions =
                ["SECRET_BUNDLE_READ", "REPOSITORY_READ", "FN_FUNCTION_UPDATE", "OBJECT_READ", "KEY_DECRYPT"];
            format!("{{{}, {}}}", r.one(&permissions), r.one(&permissions))
        }
        _ => {
            let types = [
                "repos",
                "secret-family",
                "functions-family",
                "virtual-network-family",
                "objects",
                "keys",
                "log-groups",
                "all-resources",
            ];
            format!("{} {}", r.one(&["inspect", "read", "use", "manage"]), r.one(&types))
        }
    };
    let place = match r.below(8) {
        0 => "tenancy".to_owned(),
        _ => format!("compartment id ocid1.compartment.oc1..{}", r.below(COMPARTMENTS)),
    };
    let condition = match r.below(6) {
        0 => format!(" where target.repo.name = 'app-{}'", r.below(50)),
        1 => format!(
            " where all {{target.secret.id = 'ocid1.vaultsecret.oc1..{}', request.operation != 'DeleteSecret'}}",
            r.below(50)
        ),
        2 => format!(" where any {{target.bucket.name = /logs-{}*/, request.region = 'fra'}}", r.below(50)),
        _ => String::new(),
    };
    format!("Allow {subject} to {action} in {place}{condition}")
}

fn texts(policies: usize, statements: usize) -> Vec<String> {
    let mut r = Random(1);
    (0..policies).map(|_| (0..statements).map(|_| statement(&mut r)).collect::<Vec<_>>().join("\n")).collect()
}

fn load(texts: &[String]) -> PolicySet {
    let mut set = tenancy();
    for (number, text) in texts.iter().enumerate() {
        let parsed = parse(text, &Options::default());
        let statements = parsed.statements().cloned().collect();
        set.add_policy(Policy { name: format!("p{number}"), compartment: CompartmentId::ROOT, statements });
    }
    set
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what:<58} {:>10.3} ms", start.elapsed().as_secs_f64() * 1e3);
    done
}

/// The system that is judged: one function in the first compartment.
fn system() -> System {
    let place = tenancy().compartments.find("c0").unwrap();
    System {
        workloads: vec![Workload {
            function: "inserter".into(),
            ocid: Some("ocid1.fnfunc.oc1..inserter".into()),
            compartment: place,
            runs_as: RunsAs::Resource(Whom::dynamic_group("d0")),
            secret: Some(Secret {
                name: "db".into(),
                ocid: Some("ocid1.vaultsecret.oc1..1".into()),
                compartment: place,
            }),
            image: Some(Repository { name: "app-1".into(), compartment: place, pinned: false }),
            buckets: Vec::new(),
        }],
        deployers: vec![Deployers { group: Whom::group("g1"), looks_up: true, invokes: true }],
        provisioners: vec![Whom::group("g2")],
        ..System::default()
    }
}

fn main() {
    let mut sizes = std::env::args().skip(1).map(|it| it.parse::<usize>().unwrap());
    let (policies, statements) = (sizes.next().unwrap_or(500), sizes.next().unwrap_or(50));
    println!("{policies} policies of {statements} statements, {COMPARTMENTS} compartments, {GROUPS} groups");
    let texts = texts(policies, statements);
    let set = timed("load: read the texts", || load(&texts));
    assert_eq!(set.statements().count(), policies * statements);
    let engine = timed("load: make ready", || Engine::new(&set));

    let (mut longest, mut total, mut allowed) = (Duration::ZERO, Duration::ZERO, 0);
    let asked = questions(&set);
    for request in &asked {
        let start = Instant::now();
        let _ = can(&engine, request);
        longest = longest.max(start.elapsed());
        total += start.elapsed();
        allowed += usize::from(engine.allowed(request) == Truth::True);
    }
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let each = millis(total) / f64::from(u32::try_from(asked.len()).unwrap());
    println!(
        "{} questions, {allowed} allowed, with what is missing: {each:.3} ms each, {:.3} ms the longest",
        asked.len(),
        millis(longest)
    );
    let request = Request::new(Principal::Foreign, "SECRET_BUNDLE_READ", asked[0].target)
        .carrying(Variables::not_known());
    let found = timed("who can read a secret", || who(&engine, &request));
    println!("  {} answers", found.len());
    let group = set.groups().next().unwrap().0;
    let powers =
        timed("what can a group do, in all compartments", || what(&engine, &Principal::member([group])));
    println!("  {} answers", powers.len());
    let audited = timed("audit", || audit(&engine, &system()));
    println!(
        "  {} lines judged, {} about others, {} findings",
        audited.judged.len(),
        audited.others,
        audited.findings.len()
    );

    for changed in [1, 10, 250, policies * statements] {
        let mut others = texts.clone();
        let mut r = Random(99);
        let step = policies * statements / changed;
        for at in (0..policies * statements).step_by(step) {
            let mut lines: Vec<String> = others[at / statements].lines().map(str::to_owned).collect();
            lines[at % statements] = statement(&mut r);
            others[at / statements] = lines.join("\n");
        }
        let other = load(&others);
        let other = Engine::new(&other);
        let found =
            timed(&format!("diff, {changed} statements are others"), || difference(&engine, &other).unwrap());
        println!(
            "  {} more, {} less, {} open",
            found.more.changes.len(),
            found.less.changes.len(),
            found.more.open.len() + found.less.open.len()
        );
    }
}

fn questions(set: &PolicySet) -> Vec<Request> {
    let mut r = Random(3);
    let places: Vec<CompartmentId> = set.compartments.ids().collect();
    let groups: Vec<_> = set.groups().map(|(id, _)| id).collect();
    let permissions = [
        "SECRET_BUNDLE_READ",
        "REPOSITORY_UPDATE",
        "FN_FUNCTION_UPDATE",
        "KEY_DECRYPT",
        "VCN_DELETE",
        "POLICY_CREATE",
    ];
    (0..1_000)
        .map(|_| {
            let place = places[r.below(places.len())];
            let principal = match r.below(3) {
                0 => Principal::function("ocid1.fnfunc.oc1..inserter", place),
                _ => Principal::member([groups[r.below(groups.len())], groups[r.below(groups.len())]]),
            };
            let variables = Variables::none()
                .with("target.repo.name", "app-1")
                .with("target.secret.id", "ocid1.vaultsecret.oc1..1");
            Request::new(principal, r.one(&permissions), place).carrying(variables)
        })
        .collect()
}
