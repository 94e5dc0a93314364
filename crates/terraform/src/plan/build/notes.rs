//! What a plan's resources say that cannot be, and what is not known of them, as findings.

use adit_blueprint::{Finding, Remark, Severity, Span};
use adit_net::addresses::{RangeFault, double_attachments, fault_of_subnet, fault_of_vcn};

use super::Builder;
use crate::plan::block::Fault;
use crate::plan::code;
use crate::plan::index::shown;

/// Something that is not known.
pub(super) fn open(address: &str, span: Span, what: &str, why: &str) -> Finding {
    Finding::new(code::OPEN, shown(address), span, format!("{what}: {why}"))
        .severity(Severity::Note)
        .observed(why.to_owned())
        .expected("a value that the plan has")
        .fix("plan again once it is known, or describe it in adit.toml")
}

pub(super) fn not_whole(name: &str, caution: &str) -> Finding {
    Finding::new(code::NOT_WHOLE, shown(name), Span::default(), format!("the plan is not whole: {caution}"))
        .severity(Severity::Warning)
        .observed(caution.to_owned())
        .expected("a whole plan")
        .remark(Remark::Why("what is not planned yet is not looked at".to_owned()))
        .fix("make a plan without -target that ends well")
}

/// The plan is about other things alone.
pub(in crate::plan) fn no_network(name: &str) -> Finding {
    Finding::new(code::NOTHING_OF_ORACLE, shown(name), Span::default(), "the plan has no network")
        .severity(Severity::Note)
        .observed("other resources alone")
        .expected("VCNs")
        .fix("name the plan that makes the VCNs, or reads them with data sources")
}

impl Builder<'_> {
    /// Everything that the resources say that cannot be.
    pub(super) fn faults(&mut self) -> Vec<Finding> {
        let mut found = Vec::new();
        for address in &self.links.index.twice {
            let span = self.listing.line(address, "stands twice");
            found.push(
                Finding::new(
                    code::ADDRESS_TWICE,
                    address,
                    span,
                    format!("`{address}` stands twice in the plan"),
                )
                .observed("two resources of one address")
                .expected("an address for each resource")
                .fix("make the plan anew with Terraform: it never writes this"),
            );
        }
        for address in &self.links.index.shapeless {
            let span = self.listing.line(address, "");
            found.push(
                Finding::new(
                    code::WRONG_TYPE,
                    address,
                    span,
                    format!("what the plan says of `{address}` cannot be read"),
                )
                .observed("values that are no object, nested without an end, or an address that is none")
                .expected("an object with the arguments of the resource")
                .fix("make the plan anew with Terraform: it never writes this"),
            );
        }
        let faults = self.links.faults.take();
        found.extend(faults.into_iter().map(|fault| self.fault(&fault)));
        found.extend(self.refused());
        found
    }

    fn fault(&mut self, fault: &Fault) -> Finding {
        let address = self.record(fault.record).map(|record| record.address.clone()).unwrap_or_default();
        let place = format!("{address}.{}", fault.at);
        let span = self.listing.line(&place, "");
        let finding = if fault.code == code::WRONG_TYPE {
            Finding::new(
                fault.code,
                &address,
                span,
                format!("`{place}` is {}, and should be {}", fault.found, fault.expected),
            )
        } else {
            Finding::new(fault.code, &address, span, format!("`{place}` is refused: {}", fault.found))
        };
        finding
            .observed(fault.found.clone())
            .expected(fault.expected.clone())
            .fix(format!("write {}", fault.expected))
    }

    /// What is refused of the network as a whole.
    fn refused(&self) -> Vec<Finding> {
        let network = &self.network;
        let mut found = Vec::new();
        let mut add = |object: &adit_net::Object, text: String, expected: &str| {
            let span = self.places.span(object.source).unwrap_or_default();
            let name = object.name.as_str();
            found.push(
                Finding::new(code::REFUSED, name, span, format!("`{name}` is refused: {text}"))
                    .observed(text)
                    .expected(expected.to_owned())
                    .fix(format!("take {expected}")),
            );
        };
        for (id, vcn) in network.vcns.iter() {
            // Of a VCN outside the plan the ranges are not known.
            if self.places.open(vcn.object.source).is_some() {
                continue;
            }
            // Without a range that can be read there is none; that was told.
            let refused = |fault: &&RangeFault| fault.refused() && **fault != RangeFault::Count(0);
            for fault in fault_of_vcn(network, id).iter().filter(refused) {
                add(&vcn.object, fault.to_string(), "one to five ranges of /16 to /30");
            }
        }
        for (id, subnet) in network.subnets.iter() {
            for fault in fault_of_subnet(network, id).iter().filter(|fault| fault.refused()) {
                add(&subnet.object, fault.to_string(), "a range inside the VCN's");
            }
        }
        for (first, second) in double_attachments(network) {
            let first = &network.attachments.at(first).object;
            let second = &network.attachments.at(second).object;
            // One that is only supposed is no second one.
            if self.places.open(first.source).is_none() && self.places.open(second.source).is_none() {
                let text = format!("its VCN is attached already, by `{}`", first.name);
                add(second, text, "one attachment for a VCN");
            }
        }
        found
    }

    /// Rules of IPv6 that were passed over.
    pub(super) fn passed_over(&mut self) -> Vec<Finding> {
        let mut records: Vec<(usize, usize)> = self.ipv6.drain().collect();
        records.sort_unstable();
        let mut found = Vec::new();
        for (at, count) in records {
            let address = self.record(at).map(|record| record.address.clone()).unwrap_or_default();
            let span = self.span(at);
            let rules = if count == 1 { "a rule".to_owned() } else { format!("{count} rules") };
            found.push(
                Finding::new(
                    code::IPV6,
                    &address,
                    span,
                    format!("{rules} of `{address}` for IPv6 passed over: only IPv4 is analysed"),
                )
                .severity(Severity::Warning)
                .observed(format!("{rules} for IPv6"))
                .expected("IPv4")
                .remark(Remark::Why("what is said here holds for IPv4 alone".to_owned()))
                .fix("look at IPv6 yourself, or go without"),
            );
        }
        found
    }
}
