//! Past disagreements, each as the smallest network that shows it, whoever of the three was wrong.

use std::net::Ipv4Addr;

use adit_net::*;

use crate::small::{Case, far};

/// The engine was wrong: what an attachment's VCN table holds is offered (R20), but a rule that Oracle refuses there (R13) is not held.
#[test]
fn what_oracle_refuses_in_an_ingress_table_is_not_offered() {
    let mut case = Case::new();
    let drg = case.n.drgs.add(Drg { object: Object::new("drg") });
    let far = far(&mut case, drg);
    let other = case.n.subnets.at(far).vcn;
    // The same table for the subnet and for what comes from the DRG.
    case.rule(0, "10.1.0.0/24", Target::Drg(drg));
    for (vcn, ingress) in [(case.vcn, Some(case.tables[0])), (other, None)] {
        let to = Attached::Vcn { vcn, ingress, offers: Offers::Subnets };
        case.n.attachments.add(Attachment { object: Object::new("attachment"), drg, to, table: None });
    }
    let test = "what_oracle_refuses_in_an_ingress_table_is_not_offered";
    let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(far));
    assert!(tally.is_none_or(|tally| tally.answered == 3));
}

/// The engine was wrong: a packet that comes back to its own machine leaves it by the table of the address that sent it (R1), again
/// and again.
#[test]
fn the_table_of_an_address_holds_for_what_comes_back_by_another() {
    let mut case = Case::new();
    let ends = case.machine(case.subnets[0], &[("10.0.0.146", None), ("10.0.0.156", Some(case.tables[2]))]);
    case.rule(2, "10.0.1.0/24", Target::PrivateIp(Ipv4Addr::new(10, 0, 0, 146)));
    let test = "the_table_of_an_address_holds_for_what_comes_back_by_another";
    let tally = case.ask(test, ends[1], Endpoint::Subnet(case.subnets[1]));
    assert!(tally.is_none_or(|tally| tally.lost == 3));
}

/// The translation was wrong: a machine's rules admit the answer to a question that took another way, though no connection of its
/// own knows it.
#[test]
fn an_answer_passes_a_machine_that_has_not_seen_the_question() {
    let mut case = Case::new();
    case.machine(case.subnets[0], &[("10.0.0.146", None)]);
    case.rule(1, "10.0.0.0/24", Target::PrivateIp(Ipv4Addr::new(10, 0, 0, 146)));
    let test = "an_answer_passes_a_machine_that_has_not_seen_the_question";
    let (from, to) = (Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(case.subnets[1]));
    let tally = case.ask(test, from, to);
    assert!(tally.is_none_or(|tally| tally.answered == 3));
}

/// The translation was wrong: what the table of an address leaves to the VCN was asked of the subnet's table as well.
#[test]
fn the_table_of_an_address_stands_in_for_the_subnets() {
    let mut case = Case::new();
    let ends = case.machine(case.subnets[0], &[("10.0.0.146", None), ("10.0.0.156", Some(case.tables[2]))]);
    case.rule(0, "10.0.1.0/24", Target::PrivateIp(Ipv4Addr::new(10, 0, 0, 250)));
    let test = "the_table_of_an_address_stands_in_for_the_subnets";
    for (end, answered) in [(ends[0], 0), (ends[1], 3)] {
        let tally = case.ask(test, end, Endpoint::Subnet(case.subnets[1]));
        assert!(tally.is_none_or(|tally| tally.answered == answered));
    }
}
