//! All functions against all databases, by class: what is governed alike is asked about once.

use std::collections::BTreeMap;

use serde::Serialize;

use super::engine::Engine;
use super::fields;
use super::query::{Reached, addresses, reached};
use super::store::{Interval, Set};
use crate::model::{
    Access, DatabaseId, Direction, Endpoint, FunctionId, NsgId, PortRange, RouteTableId, SecurityListId,
    SubnetId, VcnId,
};
use crate::packet::{Card, Place};
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
    members: Vec<Member>,
}

/// A function in one of its subnets.
#[derive(Debug)]
struct Member {
    function: FunctionId,
    subnet: SubnetId,
    addresses: Vec<Interval>,
}

/// A database as the end of all questions.
#[derive(Debug)]
struct Goal {
    to: End,
    subnet: SubnetId,
    body: [Interval; 3],
    /// The sources that its lists and groups admit, sorted; `None`: that is not known, or depends on who asks.
    admitted: Option<Vec<Interval>>,
}

impl Goal {
    /// Whether packets from these addresses may be let in. If not, no way needs to be looked for.
    fn may_admit(&self, sources: &[Interval]) -> bool {
        self.admitted.as_ref().is_none_or(|admitted| {
            sources.iter().any(|(first, last)| {
                let next = admitted.partition_point(|(_, end)| end < first);
                admitted.get(next).is_some_and(|(start, _)| start <= last)
            })
        })
    }
}

/// For one database the worst verdict of each function so far.
pub(super) type Column = Vec<Option<Verdict>>;

/// From how many pairs on they are shared among the processors: below, a second engine costs more than it brings.
const SHARED: usize = 100_000;

/// How many engines work at once at the most: each has sets of its own.
const WORKERS: usize = 4;

impl Engine {
    /// Every function against every database, at the database's port. A function in several subnets has its worst.
    pub fn matrix(&mut self) -> Vec<Cell> {
        let databases: Vec<DatabaseId> = self.network().databases.ids().collect();
        let pairs = self.network().functions.len().saturating_mul(databases.len());
        let workers = match std::thread::available_parallelism() {
            Ok(processors) if pairs >= SHARED => processors.get().min(WORKERS),
            _ => 1,
        };
        let columns = if workers == 1 { self.columns(&databases) } else { self.shared(&databases, workers) };
        let mut cells = Vec::with_capacity(pairs);
        for function in self.network().functions.ids() {
            for (&database, column) in databases.iter().zip(&columns) {
                let verdict = column.get(function.index()).copied().flatten();
                cells.extend(verdict.map(|verdict| Cell { function, database, verdict }));
            }
        }
        cells
    }

    /// The columns of some databases.
    pub(super) fn columns(&mut self, databases: &[DatabaseId]) -> Vec<Column> {
        let classes = self.classes();
        let functions = self.network().functions.len();
        let mut columns = Vec::with_capacity(databases.len());
        for &database in databases {
            self.trim();
            let mut column = vec![None; functions];
            if let Some(goal) = self.goal(database) {
                for class in &classes {
                    self.class(class, &goal, &mut column);
                }
            }
            columns.push(column);
        }
        columns
    }

    /// The same, each processor with some of them. A database is asked about by itself, so nothing depends on who does it.
    pub(super) fn shared(&mut self, databases: &[DatabaseId], workers: usize) -> Vec<Column> {
        let share = databases.len().div_ceil(workers).max(1);
        let mut chunks = databases.chunks(share);
        let own = chunks.next().unwrap_or_default();
        let mut others: Vec<Self> = chunks.clone().map(|_| Self::new(self.network().clone())).collect();
        std::thread::scope(|scope| {
            let working: Vec<_> = others
                .iter_mut()
                .zip(chunks)
                .map(|(engine, chunk)| scope.spawn(|| engine.columns(chunk)))
                .collect();
            let mut columns = self.columns(own);
            for worker in working {
                match worker.join() {
                    Ok(more) => columns.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            columns
        })
    }

    fn goal(&mut self, database: DatabaseId) -> Option<Goal> {
        let ends = ends(self.network(), Endpoint::Database(database)).ok()?;
        let to = *ends.first()?;
        let Place::Card { subnet, vnic, function } = to.place else { return None };
        let port = u64::from(self.network().databases.at(database).port.number());
        let client = (u64::from(PortRange::EPHEMERAL.first().number()), u64::from(u16::MAX));
        let body = [(6, 6), client, (port, port)];
        let card = Card { subnet, vnic, function, address: to.range?.first() };
        let filter = self.card(&card, Direction::Ingress);
        let admitted =
            if filter.unknown || !filter.members.is_empty() {
                None
            } else {
                let [protocol, left, right] = body;
                let at = u64::from(u32::from(card.address));
                let asked = self.store.boxed([(at, at), fields::EVERYWHERE, protocol, left, right]);
                let all = self.store.union(filter.stateful.0, filter.stateless.0);
                let all = self.store.intersect(all, asked);
                let sources = self.store.edges(all).first().map(|edge| self.store.edges(edge.then));
                Some(sources.map_or_else(Vec::new, |edges| {
                    edges.iter().map(|edge| (edge.first, edge.last)).collect()
                }))
            };
        Some(Goal { to, subnet, body, admitted })
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
                let addresses = addresses(self, &self.function_end(id, subnet));
                class.members.push(Member { function: id, subnet, addresses });
            }
        }
        classes.into_values().collect()
    }

    fn class(&mut self, class: &Members, goal: &Goal, column: &mut Column) {
        let (to, body) = (&goal.to, goal.body);
        let mut note = |function: FunctionId, verdict: Verdict| {
            if let Some(worst) = column.get_mut(function.index()) {
                *worst = (*worst).max(Some(verdict));
            }
        };
        let mut together = Vec::with_capacity(class.members.len());
        for member in &class.members {
            if !goal.may_admit(&member.addresses) {
                note(member.function, Verdict::Unreachable);
            } else if member.subnet == goal.subnet {
                // Within a subnet nothing is routed: the members in the database's own are asked about alone.
                let from = self.function_end(member.function, member.subnet);
                let set = self.packets(member.addresses.clone(), to, body);
                let reached = reached(self, from, *to, set);
                note(member.function, self.verdict_of(&reached, set));
            } else {
                together.push(member);
            }
        }
        let Some(first) = together.first() else { return };
        let from = self.function_end(first.function, class.stands_for);
        let sources: Vec<Interval> =
            together.iter().flat_map(|member| member.addresses.iter().copied()).collect();
        let all = self.packets(sources, to, body);
        self.alias(together.iter().map(|member| member.subnet), class.stands_for);
        let reached = reached(self, from, *to, all);
        self.alias(std::iter::empty(), class.stands_for);
        // Most often all of them fare alike.
        let nothing =
            reached.delivered.is_empty() && reached.unknown.is_empty() && reached.ambiguous.is_empty();
        let alike = match (reached.delivered == all, nothing) {
            (true, _) => Some(Verdict::Reachable),
            (_, true) => Some(Verdict::Unreachable),
            _ => None,
        };
        for member in together {
            let verdict = match alike {
                Some(verdict) => verdict,
                None => {
                    let set = self.packets(member.addresses.clone(), to, body);
                    self.verdict_of(&reached, set)
                }
            };
            note(member.function, verdict);
        }
    }

    /// Packets from any of these addresses to a database.
    fn packets(&mut self, mut sources: Vec<Interval>, to: &End, body: [Interval; 3]) -> Set {
        sources.sort_unstable();
        sources.dedup();
        let [protocol, left, right] = body;
        let goals = addresses(self, to);
        let mut boxes = Vec::with_capacity(sources.len());
        for source in sources {
            for &goal in &goals {
                boxes.push(self.store.boxed([goal, source, protocol, left, right]));
            }
        }
        self.store.union_all(boxes)
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
