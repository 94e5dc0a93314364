//! All functions against all databases, by class: what is governed alike is asked about once.

use std::collections::BTreeMap;

use serde::Serialize;

use super::engine::Engine;
use super::query::{Reached, between, reached};
use super::store::Set;
use crate::model::{
    Access, DatabaseId, Endpoint, FunctionId, NsgId, PortRange, RouteTableId, SecurityListId, SubnetId, VcnId,
};
use crate::packet::Place;
use crate::trace::{End, Verdict, ends};

/// One function and one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// From.
    #[serde(skip)]
    pub function: FunctionId,
    /// To.
    #[serde(skip)]
    pub database: DatabaseId,
    /// What can be said of all packets between them.
    pub verdict: Verdict,
}

/// What decides about a function's packets beyond their addresses.
type Class = (VcnId, RouteTableId, Vec<SecurityListId>, Access, Vec<NsgId>, bool);

/// A class: its members, a subnet that stands for all.
#[derive(Debug)]
struct Members {
    stands_for: SubnetId,
    members: Vec<(FunctionId, SubnetId)>,
}

impl Engine {
    /// Every function against every database, at the database's port. A function in several subnets has its worst.
    pub fn matrix(&mut self) -> Vec<Cell> {
        let mut verdicts: BTreeMap<(FunctionId, DatabaseId), Verdict> = BTreeMap::new();
        let classes = self.classes();
        let databases: Vec<DatabaseId> = self.network().databases.ids().collect();
        for class in classes {
            for &database in &databases {
                self.class(&class, database, &mut verdicts);
            }
        }
        verdicts
            .into_iter()
            .map(|((function, database), verdict)| Cell { function, database, verdict })
            .collect()
    }

    fn classes(&self) -> Vec<Members> {
        let network = self.network();
        let mut classes: BTreeMap<Class, Members> = BTreeMap::new();
        for (id, function) in network.functions.iter() {
            for &subnet in &function.subnets {
                let there = network.subnets.at(subnet);
                let lists = there.security_lists.clone();
                let key =
                    (there.vcn, there.route_table, lists, there.access, function.nsgs.clone(), function.zpr);
                let class =
                    classes.entry(key).or_insert_with(|| Members { stands_for: subnet, members: Vec::new() });
                class.members.push((id, subnet));
            }
        }
        classes.into_values().collect()
    }

    fn class(
        &mut self,
        class: &Members,
        database: DatabaseId,
        verdicts: &mut BTreeMap<(FunctionId, DatabaseId), Verdict>,
    ) {
        let Ok(goals) = ends(self.network(), Endpoint::Database(database)) else { return };
        let [to] = goals.as_slice() else { return };
        let Place::Card { subnet: goal, .. } = to.place else { return };
        let port = u64::from(self.network().databases.at(database).port.number());
        let client = (u64::from(PortRange::EPHEMERAL.first().number()), u64::from(u16::MAX));
        let body = [(6, 6), client, (port, port)];
        // Within a subnet nothing is routed: the members in the database's own are asked about alone.
        let (alone, together): (Vec<_>, Vec<_>) =
            class.members.iter().partition(|(_, subnet)| *subnet == goal);
        let mut note = |function: FunctionId, verdict: Verdict| {
            let known = verdicts.entry((function, database)).or_insert(verdict);
            *known = (*known).max(verdict);
        };
        for (function, subnet) in alone {
            let from = self.function_end(function, subnet);
            let set = between(self, &from, to, body);
            let reached = reached(self, from, *to, set);
            note(function, self.verdict_of(&reached, set));
        }
        let Some((function, _)) = together.first() else { return };
        let sources: Vec<_> =
            together.iter().map(|(function, subnet)| self.function_end(*function, *subnet)).collect();
        let sets: Vec<_> = sources.iter().map(|from| between(self, from, to, body)).collect();
        let all = self.store.union_all(sets.clone());
        self.alias(together.iter().map(|(_, subnet)| *subnet), class.stands_for);
        let from = self.function_end(*function, class.stands_for);
        let reached = reached(self, from, *to, all);
        self.alias(std::iter::empty(), class.stands_for);
        for ((function, _), set) in together.into_iter().zip(sets) {
            note(function, self.verdict_of(&reached, set));
        }
    }

    fn function_end(&self, function: FunctionId, subnet: SubnetId) -> End {
        let place = Place::Card { subnet, vnic: None, function: Some(function) };
        End { place, range: Some(self.network().subnets.at(subnet).cidr) }
    }

    /// The worst of a part of what was asked about.
    fn verdict_of(&mut self, reached: &Reached, part: Set) -> Verdict {
        let store = &mut self.store;
        let rest = store.minus(part, reached.delivered);
        if rest.is_empty() {
            return Verdict::Reachable;
        }
        let rest = store.minus(rest, reached.unknown);
        let stopped = store.minus(rest, reached.ambiguous);
        if !stopped.is_empty() {
            Verdict::Unreachable
        } else if !rest.is_empty() {
            Verdict::Ambiguous
        } else {
            Verdict::Indeterminate
        }
    }
}
