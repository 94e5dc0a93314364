//! R41 to R47: stateful and stateless rules, and the answers; the checklist as views of a trace.

use adit_net::reach::LintKind;
use adit_net::trace::{Assumption, Reason, Station, Status, Verdict};
use adit_net::*;

use crate::world::*;

fn from_database() -> SecurityRule {
    SecurityRule::ingress(cidr("10.0.0.146/32"), Traffic::Tcp(Ports::from(PortRange::only(port(6432)))))
}

fn status(w: &World, station: Station) -> Status {
    let answer = w.answer();
    let checks = answer.cases[0].trace.checks();
    checks.into_iter().find(|check| check.station == station).unwrap().status
}

#[test]
fn r41_a_stateful_rule_lets_the_answer_in_whatever_the_rules_say() {
    let w = world();
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Reachable);
    let last = answer.cases[0].trace.back.last().unwrap();
    assert_eq!(last.reason, Reason::Tracked(Direction::Ingress));
    assert_eq!(status(&w, Station::SourceIngress), Status::NotNeeded);
    // A rule for it is pointed out as needless.
    let mut w = w;
    w.n.security_lists[w.fn_sl].rules.push(SecurityRule::ingress(cidr("10.0.0.146/32"), Traffic::All));
    let found = reach::lints(&mut Engine::new(w.n.clone()), &[w.flow()]);
    let redundant = found
        .iter()
        .find(|lint| lint.kind == LintKind::RedundantAnswer)
        .expect("the fifth item of the checklist");
    assert_eq!(redundant.at.name.as_str(), "fn-public-sl");
}

#[test]
fn r42_a_connection_is_known_by_both_addresses_and_ports() {
    let w = world();
    let answer = w.answer();
    let trace = &answer.cases[0].trace;
    let back = trace.packet.answer().unwrap();
    assert_eq!((back.source, back.destination), (trace.packet.destination, trace.packet.source));
    // What is tracked is this connection: the database may open none to the function.
    let flow = Flow::tcp(Endpoint::Database(w.librarian), Endpoint::Function(w.inserter)).port(port(8080));
    assert_eq!(w.ask(&flow).verdict, Verdict::Unreachable);
}

#[test]
fn r43_a_stateless_rule_needs_another_for_the_answer_with_ports_mirrored() {
    let mut w = world();
    let out = SecurityRule::egress(Cidr::ALL, Traffic::All).stateless();
    w.list(w.fn_sl, vec![out.clone()]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert_eq!(reason(&answer), Reason::AnswerNotAdmitted(Direction::Ingress));
    assert_eq!(answer.fixes.len(), 1);
    assert_eq!(answer.fixes[0].text, "ingress stateless from 10.0.0.146/32, TCP from port 6432");
    assert_eq!(status(&w, Station::SourceIngress), Status::Fail);
    w.list(w.fn_sl, vec![out.clone(), SecurityRule::ingress(cidr("10.0.0.146/32"), tcp(6432))]);
    assert_eq!(w.verdict(), Verdict::Unreachable, "to port 6432 is not from port 6432");
    w.list(w.fn_sl, vec![out.clone(), from_database().stateless()]);
    assert_eq!(w.verdict(), Verdict::Reachable);
    assert_eq!(status(&w, Station::SourceIngress), Status::Pass);
    w.list(w.fn_sl, vec![out, from_database()]);
    assert_eq!(w.verdict(), Verdict::Reachable, "the answer's rule may be of either kind");
    // And the same at the database.
    w.list(w.db_sl, vec![SecurityRule::ingress(cidr("10.1.0.0/24"), tcp(6432)).stateless()]);
    assert_eq!(status(&w, Station::GoalEgress), Status::Fail);
}

#[test]
fn r44_where_both_match_the_stateless_one_wins() {
    let mut w = world();
    let both = vec![
        SecurityRule::egress(Cidr::ALL, Traffic::All),
        SecurityRule::egress(cidr("10.0.0.0/16"), Traffic::All).stateless(),
    ];
    w.list(w.fn_sl, both.clone());
    assert_eq!(w.reason(), Reason::AnswerNotAdmitted(Direction::Ingress));
    let found = reach::lints(&mut Engine::new(w.n.clone()), &[w.flow()]);
    assert!(found.iter().any(|lint| lint.kind == LintKind::BothStates));
    // Across lists and groups too.
    w.list(w.fn_sl, vec![both[0].clone()]);
    let nsg =
        w.n.nsgs.add(Nsg { object: Object::new("group"), vcn: w.spoke, rules: vec![both[1].clone()].into() });
    assert_eq!(w.verdict(), Verdict::Reachable);
    w.n.functions[w.inserter].nsgs.push(nsg);
    assert_eq!(w.verdict(), Verdict::Unreachable);
}

#[test]
fn r44_an_unknown_list_may_hold_a_stateless_rule() {
    let mut w = world();
    let unknown = w.n.security_lists.add(SecurityList {
        object: Object::new("theirs").unmanaged(),
        vcn: w.spoke,
        rules: Rules::Unknown,
    });
    w.n.subnets[w.fn_subnet].security_lists.push(unknown);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Indeterminate);
    w.n.security_lists[w.fn_sl].rules.push(from_database());
    assert_eq!(w.verdict(), Verdict::Reachable, "with a rule for the answer it does not matter");
}

#[test]
fn r47_an_idle_connection_is_forgotten_and_that_is_said() {
    let w = world();
    assert!(w.answer().cases[0].trace.assumptions.contains(&Assumption::IdleTimeout));
}

#[test]
fn every_blocker_is_found_at_once_and_each_station_says_its_own() {
    let w = world();
    let all = |w: &World| Station::ALL.map(|station| status(w, station));
    use Status::{Fail, NotNeeded, Pass};
    assert_eq!(all(&w), [Pass, Pass, Pass, Pass, NotNeeded, Pass, NotNeeded]);
    let mut w = world();
    w.routes(w.fn_rt, vec![]);
    w.routes(w.rt_database, vec![]);
    w.n.drg_tables[w.drt].rules = Rules::default();
    w.list(w.db_sl, vec![]);
    w.list(w.fn_sl, vec![]);
    assert_eq!(all(&w), [Fail, Fail, Fail, Fail, NotNeeded, Fail, NotNeeded]);
    let answer = w.answer();
    assert_eq!(answer.repair, Repair::Whole);
    let fixes: Vec<_> = answer.fixes.iter().map(|fix| format!("{}: {}", fix.at, fix.text)).collect();
    insta::assert_snapshot!(fixes.join("\n"));
    insta::assert_snapshot!(drawn(&answer));
    for fix in &answer.fixes {
        fix.change.apply(&mut w.n);
    }
    assert_eq!(w.verdict(), Verdict::Reachable);
}

#[test]
fn unknown_rules_are_never_assumed_and_what_to_ask_for_is_said() {
    let mut w = world();
    w.n.route_tables[w.rt_database].rules = Rules::Unknown;
    w.n.security_lists[w.db_sl].rules = Rules::Unknown;
    w.n.drg_tables[w.drt].rules = Rules::Unknown;
    let answer = w.answer();
    assert_eq!((answer.verdict, answer.repair), (Verdict::Indeterminate, Repair::Supposed));
    let fixes: Vec<_> = answer.fixes.iter().map(|fix| format!("{}: {}", fix.at, fix.text)).collect();
    insta::assert_snapshot!(fixes.join("\n"));
}
