//! How many of each thing a file may have: far more than the cloud gives a tenancy by default, and few enough that every question
//! stays one of moments. What is beyond is told and left out.

use super::{Blueprint, Name};
use crate::code;
use crate::finding::Finding;
use crate::source::Span;

/// VCNs of a file; the cloud gives 50 a region.
const VCNS: usize = 1000;
/// Subnets of a VCN; the cloud gives 300.
const SUBNETS: usize = 3000;
/// Rules of one table, list or group; the cloud gives 200 of a direction.
const RULES: usize = 1000;
/// Tables, lists and groups that are written out, of each kind.
const HOLDERS: usize = 20_000;
/// Databases, machines, functions and applications, of each kind.
const ENDS: usize = 5000;
/// Sentences of `[require]`: each is a proof.
const SENTENCES: usize = 1000;
/// Gateways, and what is attached to one of them without a VCN, of each kind.
const GATEWAYS: usize = 100;
/// Local peerings of a VCN (the cloud gives 10), ranges of a VCN (5) or a network on premises, names in a list.
const FEW: usize = 100;

impl Blueprint {
    /// Takes out what is too much of, with a word for each kind.
    pub(crate) fn bounded(&mut self, faults: &mut Vec<Finding>) {
        let mut keep = Keep { faults };
        keep.named("VCNs", &mut self.vcns, VCNS, |vcn| &vcn.name);
        keep.named("gateways", &mut self.drgs, GATEWAYS, |drg| &drg.name);
        keep.named("route tables", &mut self.route_tables, HOLDERS, |table| &table.name);
        keep.named("security lists", &mut self.security_lists, HOLDERS, |list| &list.name);
        keep.named("network security groups", &mut self.nsgs, HOLDERS, |group| &group.name);
        keep.named("appliances", &mut self.appliances, ENDS, |machine| &machine.name);
        keep.named("databases", &mut self.databases, ENDS, |database| &database.name);
        keep.named("buckets", &mut self.buckets, ENDS, |bucket| &bucket.name);
        keep.named("applications", &mut self.applications, ENDS, |application| &application.name);
        keep.named("functions", &mut self.functions, ENDS, |function| &function.name);
        keep.named("sentences", &mut self.require, SENTENCES, |requirement| &requirement.name);
        for vcn in &mut self.vcns {
            keep.named("subnets", &mut vcn.subnets, SUBNETS, |subnet| &subnet.name);
            keep.named("local peerings", &mut vcn.peerings, FEW, |peering| &peering.name);
            keep.of("ranges", &mut vcn.cidrs, FEW, &vcn.name, |range| range.span);
            for subnet in &mut vcn.subnets {
                keep.of("security lists", &mut subnet.security_lists, FEW, &subnet.name, |list| list.span);
            }
        }
        for drg in &mut self.drgs {
            keep.named("route tables", &mut drg.tables, GATEWAYS, |table| &table.name);
            keep.named("remote peerings", &mut drg.remote_peerings, GATEWAYS, |peering| &peering.name);
            keep.named("networks on premises", &mut drg.on_premises, GATEWAYS, |place| &place.name);
            for table in &mut drg.tables {
                let name = &table.name;
                table
                    .rules
                    .iter_mut()
                    .for_each(|rules| keep.of("rules", rules, RULES, name, |rule| rule.span));
                table.import.iter_mut().for_each(|all| keep.of("imports", all, RULES, name, |it| it.span));
            }
            for place in &mut drg.on_premises {
                keep.of("ranges", &mut place.ranges, FEW, &place.name, |range| range.span);
            }
        }
        for table in &mut self.route_tables {
            let name = &table.name;
            table.rules.iter_mut().for_each(|rules| keep.of("rules", rules, RULES, name, |rule| rule.span));
        }
        for list in self.security_lists.iter_mut().chain(&mut self.nsgs) {
            let name = &list.name;
            list.rules
                .iter_mut()
                .for_each(|rules| keep.of("rules", rules, 2 * RULES, name, |rule| rule.span));
        }
        for application in &mut self.applications {
            keep.of("subnets", &mut application.subnets, FEW, &application.name, |it| it.span);
            keep.of("network security groups", &mut application.nsgs, FEW, &application.name, |it| it.span);
        }
        for function in &mut self.functions {
            keep.of("buckets", &mut function.buckets, FEW, &function.name, |it| it.span);
        }
        for database in &mut self.databases {
            keep.of("network security groups", &mut database.nsgs, FEW, &database.name, |it| it.span);
        }
        for machine in &mut self.appliances {
            keep.of("network security groups", &mut machine.nsgs, FEW, &machine.name, |it| it.span);
        }
    }
}

struct Keep<'f> {
    faults: &'f mut Vec<Finding>,
}

impl Keep<'_> {
    /// Things with names, of the whole file or of another thing.
    fn named<T>(&mut self, what: &str, all: &mut Vec<T>, most: usize, name: impl Fn(&T) -> &Name) {
        self.cut(what, all, most, "the file", |it| name(it).span);
    }

    /// Things of one that has a name.
    fn of<T>(&mut self, what: &str, all: &mut Vec<T>, most: usize, of: &Name, span: impl Fn(&T) -> Span) {
        self.cut(what, all, most, &of.value, span);
    }

    fn cut<T>(&mut self, what: &str, all: &mut Vec<T>, most: usize, of: &str, span: impl Fn(&T) -> Span) {
        let Some(first) = all.get(most) else { return };
        let of = crate::words::shown(of);
        self.faults.push(
            Finding::new(
                code::TOO_MANY,
                &of,
                span(first),
                format!("{} {what} are more than can be analysed at once", all.len()),
            )
            .here(format!("the one after the {most}th is here"))
            .observed(all.len().to_string())
            .expected(format!("at most {most}"))
            .fix("leave out what no requirement is about, or split the file"),
        );
        all.truncate(most);
    }
}
