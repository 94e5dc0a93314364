//! The search for requests that one set allows and another does not.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::values::{Compared, representatives};
use super::{Change, Gains, Open, Why};
use crate::decide::{Engine, Key, Row, beyond_deny};
use crate::syntax::{Condition, Effect, Members, Statement, Test, Text, Value, Variable};
use crate::tenancy::{
    Bound, CompartmentId, GroupId, PolicySet, Principal, Request, StatementId, User, Variables,
};
use crate::truth::Truth;

/// How many requests are asked about one principal, permission and compartment.
const MOST_REQUESTS: usize = 4_096;

/// What follows from the rest of a request, and is not varied.
const FIXED: [&str; 3] = ["request.permission", "target.compartment.id", "target.compartment.name"];

/// Variables that can have several values.
const SETS: [&str; 2] = ["request.groups.id", "target.policy.type"];

/// What `to` allows and `from` does not.
///
/// A request that is allowed in `to` alone is allowed there by a statement that `from` does not have; or `from` denies it by a
/// statement that `to` does not have. So one of the two is looked at, with everything that concerns its subjects.
pub(super) fn gains(from: &Engine<'_>, to: &Engine<'_>) -> Gains {
    let named: BTreeSet<&str> = from.permissions().chain(to.permissions()).collect();
    let numbered = |name| Asked { name, from: from.permission(name), to: to.permission(name) };
    let search =
        Search { from, to, named: named.into_iter().map(numbered).collect(), made: RefCell::default() };
    let mut gains = Gains::default();
    let (here, there) = (texts(from.set()), texts(to.set()));
    for row in to.rows().iter().filter(|row| row.effect == Effect::Allow && only(to.set(), row, &here)) {
        search.look(&mut gains, row.id, row, None);
    }
    for denied in from.rows().iter().filter(|row| row.effect == Effect::Deny && only(from.set(), row, &there))
    {
        for row in to.rows().iter().filter(|row| row.effect == Effect::Allow) {
            search.look(&mut gains, denied.id, row, Some(denied));
        }
    }
    gains.open.sort_by_key(|it| (it.denied, it.by, it.why));
    gains.open.dedup();
    gains
}

type Texts<'a> = HashSet<(CompartmentId, &'a Statement)>;

/// The statements whose meaning is in their text and their compartment alone.
fn texts(set: &PolicySet) -> Texts<'_> {
    let defines = |statement: &Statement| matches!(statement, Statement::Define(_));
    let plain = set.policies().filter(|(_, policy)| !policy.statements.iter().any(|it| defines(it)));
    plain.flat_map(|(_, policy)| policy.statements.iter().map(|it| (policy.compartment, &it.value))).collect()
}

fn only(set: &PolicySet, row: &Row, other: &Texts<'_>) -> bool {
    let place = set.policy(row.id.policy).map(|policy| policy.compartment);
    let statement = set.statement(row.id);
    !place.zip(statement).is_some_and(|(place, statement)| other.contains(&(place, &statement.value)))
}

struct Search<'e, 'a> {
    from: &'e Engine<'a>,
    to: &'e Engine<'a>,
    named: Vec<Asked<'e>>,
    made: RefCell<BTreeMap<BTreeSet<Compared>, Option<Vec<String>>>>,
}

/// What makes two permissions alike: what the rows say of them, which tests they meet, and a number if they are not.
type Alike = (Vec<Truth>, Vec<bool>, Option<usize>);

/// Who is asked about; none if it is not known who that is.
type People = Option<Vec<Principal>>;

impl Search<'_, '_> {
    /// Everybody whom an allowing row is about, each alone, with each group that something denies, and as an administrator.
    ///
    /// More groups make no difference: what is allowed is allowed by one, what is denied is denied by one, and beyond deny is who is in
    /// Administrators.
    fn people(&self, row: &Row, denied: Option<&Row>) -> Vec<People> {
        let denying = |engine: &Engine<'_>| {
            let rows = engine.rows().iter().filter(|it| it.effect == Effect::Deny);
            rows.flat_map(|it| it.subjects.iter().cloned()).collect::<Vec<_>>()
        };
        let mut with: Vec<Option<Key>> = vec![None];
        match denied {
            Some(denied) => with.extend(denied.subjects.iter().cloned().map(Some)),
            None => with.extend(denying(self.from).into_iter().map(Some)),
        }
        let any_deny = denied.is_some() || !denying(self.to).is_empty() || with.len() > 1;
        let administrators = self.to.set().groups().find(|(_, group)| group.is_administrators());
        if let Some((id, _)) = administrators.filter(|_| any_deny) {
            with.push(Some(Key::Group(id)));
        }
        let mut seen = HashSet::new();
        with.retain(|key| seen.insert(key.clone()));
        row.subjects.iter().map(|subject| people_of(subject, &with)).collect()
    }

    fn look(&self, gains: &mut Gains, by: StatementId, row: &Row, denied: Option<&Row>) {
        let asked = self.asked(row, denied);
        let places = self.places(row, denied);
        if asked.is_empty() || places.is_empty() {
            return;
        }
        let mut why: BTreeSet<Why> = BTreeSet::new();
        for principals in self.people(row, denied) {
            let Some(principals) = principals else {
                why.insert(Why::NotKnown);
                continue;
            };
            for principal in principals {
                let changes = self.ask(&principal, row, &asked, &places, &mut why);
                let change =
                    |(permissions, witness)| Change { by, denied: denied.is_some(), permissions, witness };
                gains.changes.extend(changes.into_iter().map(change));
            }
        }
        gains.open.extend(why.into_iter().map(|why| Open { by, denied: denied.is_some(), why }));
    }

    /// The permissions that an allowing row, and the row that denies, are about.
    fn asked(&self, row: &Row, denied: Option<&Row>) -> Vec<Asked<'_>> {
        let about = |asked: &Asked<'_>| {
            !self.to.action_has(row, asked.to).is_false()
                && denied.is_none_or(|denied| !self.from.action_has(denied, asked.from).is_false())
        };
        self.named.iter().copied().filter(about).collect()
    }

    fn places(&self, row: &Row, denied: Option<&Row>) -> Vec<CompartmentId> {
        let holds = |place: &CompartmentId| {
            !self.to.place_has(row, *place).is_false()
                && denied.is_none_or(|denied| !self.from.place_has(denied, *place).is_false())
        };
        self.to.set().compartments.ids().filter(holds).collect()
    }

    /// What a principal gains: permissions, with a witness for the first of them, compartment by compartment.
    fn ask(
        &self,
        principal: &Principal,
        row: &Row,
        asked: &[Asked<'_>],
        places: &[CompartmentId],
        why: &mut BTreeSet<Why>,
    ) -> Vec<(Vec<String>, Request)> {
        let around = self.around(principal, row, asked, places);
        // Permissions that every row and every test of `request.permission` treats alike are one question; so are compartments.
        let (mut texts, mut doubts) = (BTreeMap::new(), BTreeSet::new());
        for condition in around.iter().filter_map(Around::condition) {
            collect(condition, &mut texts, &mut doubts);
        }
        let compared = texts.get("request.permission");
        let alone = compared.is_some() && doubts.contains(&Why::TwoVariables);
        let actions = distinct(&around, |it| (it.from, it.row.class));
        let mut alike: BTreeMap<Alike, Vec<&Asked<'_>>> = BTreeMap::new();
        for (number, permission) in asked.iter().enumerate() {
            let rows = actions.iter().map(|(it, _)| it.has(permission)).collect();
            let meets = compared.into_iter().flatten().map(|it| it.meets(permission.name)).collect();
            alike.entry((rows, meets, alone.then_some(number))).or_default().push(permission);
        }
        let alone = FIXED.iter().skip(1).any(|name| texts.contains_key(*name));
        let ranges = distinct(&around, |it| (it.from, it.row.range));
        let mut places_alike: BTreeMap<(Vec<Truth>, Option<CompartmentId>), CompartmentId> = BTreeMap::new();
        for place in places {
            let rows = ranges.iter().map(|(it, _)| it.holds_in(*place)).collect();
            places_alike.entry((rows, alone.then_some(*place))).or_insert(*place);
        }
        let mut places: Vec<CompartmentId> = places_alike.into_values().collect();
        places.sort_unstable();
        let mut changes = Vec::new();
        for place in places {
            let here = |it: &&Around<'_, '_>| !it.holds_in(place).is_false();
            let actions: Vec<(_, Vec<_>)> =
                actions.iter().map(|(it, rows)| (it, rows.iter().copied().filter(here).collect())).collect();
            let mut gained: Vec<String> = Vec::new();
            let mut witness = None;
            for permissions in alike.values() {
                let Some(first) = permissions.first() else { continue };
                let mut met: Vec<(&Around<'_, '_>, Truth)> = Vec::new();
                for (it, rows) in &actions {
                    let has = it.has(first);
                    if !has.is_false() {
                        met.extend(rows.iter().map(|it| (*it, it.subject.and(has).and(it.holds_in(place)))));
                    }
                }
                let request = Request::new(principal.clone(), first.name, place);
                if let Some(found) = self.vary(&met, request, why) {
                    gained.extend(permissions.iter().map(|it| it.name.to_owned()));
                    witness.get_or_insert(found);
                }
            }
            if let Some(witness) = witness {
                gained.sort();
                changes.push((gained, witness));
            }
        }
        changes
    }

    /// The rows that decide: the allowing one itself, what else allows in `from`, and what denies in either. Other rows that allow in
    /// `to` are looked at themselves.
    fn around(
        &self,
        principal: &Principal,
        row: &Row,
        asked: &[Asked<'_>],
        places: &[CompartmentId],
    ) -> Vec<Around<'_, '_>> {
        let spared = beyond_deny(self.to.set(), principal);
        let of = |engine, from| {
            let about = Engine::about(engine, principal);
            about.map(move |(row, subject)| Around { engine, row, subject, from })
        };
        let own = |it: &Around<'_, '_>| it.from || it.row.effect == Effect::Deny || it.row.id == row.id;
        let spoken = |it: &Around<'_, '_>| !(spared && it.row.effect == Effect::Deny);
        let meets = |it: &Around<'_, '_>| {
            places.iter().any(|place| !it.holds_in(*place).is_false())
                && asked.iter().any(|permission| !it.has(permission).is_false())
        };
        of(self.from, true)
            .chain(of(self.to, false))
            .filter(|it| own(it) && spoken(it) && meets(it))
            .collect()
    }

    /// The request with every combination of values that makes a difference, until one is a witness.
    fn vary(
        &self,
        met: &[(&Around<'_, '_>, Truth)],
        request: Request,
        why: &mut BTreeSet<Why>,
    ) -> Option<Request> {
        let certain = |it: &&(&Around<'_, '_>, Truth)| it.1.is_true() && it.0.row.condition.is_none();
        let from_denies = met.iter().any(|(it, _)| it.from && it.row.effect == Effect::Deny);
        let from_allows = met.iter().filter(certain).any(|(it, _)| it.from && it.row.effect == Effect::Allow);
        let to_denies = met.iter().filter(certain).any(|(it, _)| !it.from && it.row.effect == Effect::Deny);
        if to_denies || (from_allows && !from_denies) {
            return None;
        }
        let (mut texts, mut doubts) = (BTreeMap::new(), BTreeSet::new());
        for condition in met.iter().filter_map(|(it, _)| it.condition()) {
            collect(condition, &mut texts, &mut doubts);
        }
        let user = matches!(request.principal, Principal::User(_));
        texts.retain(|name: &String, _| {
            !(FIXED.contains(&name.as_str()) || user && name == "request.principal.type")
        });
        // What is absent makes every test false but one for absence. So a variable that the allowing row does not test is best absent,
        // where nothing tests for absence and nothing in `from` has to deny.
        let conditions = || met.iter().filter_map(|(it, _)| it.condition());
        if !from_denies && !conditions().any(tests_absence) {
            let (mut own, mut ignored) = (BTreeMap::new(), BTreeSet::new());
            let allowing = met.iter().filter(|(it, _)| !it.from && it.row.effect == Effect::Allow);
            for condition in allowing.filter_map(|(it, _)| it.condition()) {
                collect(condition, &mut own, &mut ignored);
            }
            texts.retain(|name, _| own.contains_key(name));
            // A test of what is absent raises no doubt.
            doubts.clear();
            for test in conditions().flat_map(tests_of) {
                let (mut named, mut why) = (BTreeMap::new(), BTreeSet::new());
                collect_test(test, &mut named, &mut why);
                if named.keys().any(|name| own.contains_key(name)) {
                    doubts.extend(why);
                }
            }
        }
        let mut choices: Vec<(&str, Vec<Bound>)> = Vec::new();
        let mut requests = 1usize;
        for (name, texts) in &texts {
            let Some(values) = self.values(texts) else {
                doubts.insert(Why::TooMany);
                continue;
            };
            let bounds: Vec<Bound> =
                std::iter::once(Bound::Absent).chain(values.into_iter().map(Bound::Value)).collect();
            requests = requests.saturating_mul(bounds.len());
            choices.push((name, bounds));
        }
        if requests > MOST_REQUESTS {
            doubts.insert(Why::TooMany);
        }
        for mut number in 0..requests.min(MOST_REQUESTS) {
            let mut variables = Variables::none();
            for (name, bounds) in &choices {
                if let Some(bound) = bounds.get(number % bounds.len()) {
                    variables.set(name, bound.clone());
                }
                number /= bounds.len();
            }
            let asked = request.clone().carrying(variables);
            match (self.answer(self.from, true, met, &asked), self.answer(self.to, false, met, &asked)) {
                (Truth::False, Truth::True) if self.confirmed(&asked) => return Some(asked),
                (Truth::True, _) | (_, Truth::False) => {}
                _ => {
                    doubts.insert(Why::NotKnown);
                }
            }
        }
        why.extend(doubts);
        None
    }

    /// [`representatives`], made once for the same texts.
    fn values(&self, texts: &BTreeSet<Compared>) -> Option<Vec<String>> {
        let mut made = self.made.borrow_mut();
        if let Some(values) = made.get(texts) {
            return values.clone();
        }
        let values = representatives(texts);
        made.insert(texts.clone(), values.clone());
        values
    }

    /// Whether all statements together say the same as the few that were asked.
    fn confirmed(&self, request: &Request) -> bool {
        self.to.allowed(request).is_true() && self.from.allowed(request).is_false()
    }

    /// What the rows of one set answer.
    fn answer(
        &self,
        engine: &Engine<'_>,
        from: bool,
        met: &[(&Around<'_, '_>, Truth)],
        request: &Request,
    ) -> Truth {
        let own: Vec<&(&Around<'_, '_>, Truth)> = met.iter().filter(|(it, _)| it.from == from).collect();
        let rows: Vec<&Row> = own.iter().map(|(it, _)| it.row).collect();
        let mut answer = [Truth::False; 2];
        for ((it, truth), condition) in own.iter().zip(engine.conditions(request, &rows)) {
            let [allow, deny] = &mut answer;
            let side = if it.row.effect == Effect::Allow { allow } else { deny };
            *side = side.or(truth.and(condition));
        }
        let [allow, deny] = answer;
        allow.and(!deny)
    }
}

/// A permission, and its number in each set.
#[derive(Clone, Copy)]
struct Asked<'e> {
    name: &'e str,
    from: Option<u32>,
    to: Option<u32>,
}

/// A row that has a say.
struct Around<'e, 'a> {
    engine: &'e Engine<'a>,
    row: &'e Row,
    subject: Truth,
    from: bool,
}

/// The rows that are alike in something, with one of them to ask.
fn distinct<'r, 'e, 'a, K: Ord>(
    around: &'r [Around<'e, 'a>],
    by: impl Fn(&Around<'e, 'a>) -> K,
) -> Vec<(&'r Around<'e, 'a>, Vec<&'r Around<'e, 'a>>)> {
    let mut alike: BTreeMap<K, Vec<&Around<'e, 'a>>> = BTreeMap::new();
    for it in around {
        alike.entry(by(it)).or_default().push(it);
    }
    alike.into_values().filter_map(|rows| Some((*rows.first()?, rows))).collect()
}

impl<'e> Around<'e, '_> {
    fn has(&self, permission: &Asked<'_>) -> Truth {
        self.engine.action_has(self.row, if self.from { permission.from } else { permission.to })
    }

    fn holds_in(&self, place: CompartmentId) -> Truth {
        self.engine.place_has(self.row, place)
    }

    fn condition(&self) -> Option<&'e Condition> {
        self.row.condition.as_ref()?;
        Some(&self.engine.set().statement(self.row.id)?.condition()?.value)
    }
}

/// Those whom a subject is about, each with each of the others where that is possible.
fn people_of(subject: &Key, with: &[Option<Key>]) -> People {
    let user = |groups: &[GroupId]| {
        Principal::User(User { groups: groups.iter().copied().collect(), ..User::default() })
    };
    let mut people = Vec::new();
    for other in with {
        let mut users = |own: Option<GroupId>| match other {
            None | Some(Key::AnyUser | Key::AnyGroup) => people.push(user(own.as_slice())),
            Some(Key::Group(id)) => people.push(user(&own.into_iter().chain([*id]).collect::<Vec<_>>())),
            _ => {}
        };
        match subject {
            Key::AnyUser | Key::AnyGroup => users(None),
            Key::Group(id) => users(Some(*id)),
            _ => {}
        }
        let own = match subject {
            Key::DynamicGroup(id) => Some(*id),
            _ => None,
        };
        let resource = matches!(subject, Key::AnyUser | Key::AnyGroup | Key::DynamicGroup(_));
        match other {
            None | Some(Key::AnyUser | Key::AnyGroup) if resource => people.push(Principal::matched(own)),
            Some(Key::DynamicGroup(id)) if resource => {
                people.push(Principal::matched(own.into_iter().chain([*id])))
            }
            _ => {}
        }
        match (subject, other) {
            (Key::Service(name), _) => people.push(Principal::Service(name.to_string())),
            (Key::AnyUser, None) => people.push(Principal::Service("any other service".into())),
            (Key::AnyUser, Some(Key::Service(name))) => people.push(Principal::Service(name.to_string())),
            _ => {}
        }
    }
    let known = matches!(
        subject,
        Key::AnyUser | Key::AnyGroup | Key::Group(_) | Key::DynamicGroup(_) | Key::Service(_)
    );
    let mut distinct: Vec<Principal> = Vec::new();
    for one in people {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    known.then_some(distinct)
}

/// Whether some part of a condition holds because something is absent.
fn tests_absence(condition: &Condition) -> bool {
    tests_of(condition).into_iter().any(|test| matches!(test, Test::Absent(_)))
}

/// The tests of a condition, in no order.
fn tests_of(condition: &Condition) -> Vec<&Test> {
    let (mut open, mut tests) = (vec![condition], Vec::new());
    while let Some(condition) = open.pop() {
        match condition {
            Condition::Any(parts) | Condition::All(parts) => open.extend(parts.iter().map(|it| &it.value)),
            Condition::Test(test) => tests.push(test),
        }
    }
    tests
}

/// The variables of a condition with what they are compared with, and what of it no few values can stand for.
fn collect(condition: &Condition, texts: &mut BTreeMap<String, BTreeSet<Compared>>, why: &mut BTreeSet<Why>) {
    tests_of(condition).into_iter().for_each(|test| collect_test(test, texts, why));
}

fn collect_test(test: &Test, texts: &mut BTreeMap<String, BTreeSet<Compared>>, why: &mut BTreeSet<Why>) {
    let mut named = |variable: &Variable| {
        let name = variable.as_str().to_ascii_lowercase();
        if SETS.contains(&name.as_str()) {
            why.insert(Why::Sets);
        }
        name
    };
    match test {
        Test::Compare { variable, value, .. } => {
            let name = named(variable);
            match &value.value {
                Value::Variable(other) => {
                    let other = named(other);
                    why.insert(Why::TwoVariables);
                    texts.entry(other).or_default();
                    texts.entry(name).or_default();
                }
                value => texts.entry(name).or_default().extend(compared(value)),
            }
        }
        Test::In { variable, values, .. } => {
            let name = named(variable);
            texts.entry(name).or_default().extend(values.iter().flat_map(|value| compared(value)));
        }
        Test::Present(variable) | Test::Absent(variable) => {
            let name = named(variable);
            texts.entry(name).or_default();
        }
        Test::Time { variable, moment, .. } => {
            let name = named(variable);
            why.insert(Why::Times);
            texts.entry(name).or_default().extend(quoted(moment));
        }
        Test::Between { variable, from, to } => {
            let name = named(variable);
            why.insert(Why::Times);
            texts.entry(name).or_default().extend([from, to].into_iter().flat_map(|it| quoted(it)));
        }
        Test::Sets { variable, with, .. } => {
            let name = named(variable);
            let other = match &with.value {
                Members::Variable(other) => Some(named(other)),
                _ => None,
            };
            why.insert(Why::Sets);
            texts.entry(name).or_default().extend(match &with.value {
                Members::These(members) => members.iter().flat_map(|it| quoted(it)).collect(),
                Members::One(member) => quoted(member),
                Members::Variable(_) => Vec::new(),
            });
            if let Some(other) = other {
                texts.entry(other).or_default();
            }
        }
    }
}

/// What a value of the language is compared as: a quoted text with `*` as itself and as a pattern.
fn compared(value: &Value) -> Vec<Compared> {
    match value {
        Value::String(text) => quoted(text),
        Value::Pattern(text) => text.known().map(|it| Compared::Pattern(it.into())).into_iter().collect(),
        Value::Word(text) => text.known().map(|it| Compared::Text(it.into())).into_iter().collect(),
        Value::Ocid(ocid) => ocid.text().known().map(|it| Compared::Text(it.into())).into_iter().collect(),
        Value::Variable(_) => Vec::new(),
    }
}

fn quoted(text: &Text) -> Vec<Compared> {
    let Some(text) = text.known() else { return Vec::new() };
    let mut both = vec![Compared::Text(text.into())];
    if text.contains('*') {
        both.push(Compared::Pattern(text.into()));
    }
    both
}
