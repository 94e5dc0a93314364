//! Small random tenancies, policies and requests: few names, so that they meet; every form of the language among them.

use std::collections::BTreeMap;

use crate::syntax::{
    Action, Admit, At, CompartmentPath, Condition, Define, Defined, Effect, Elsewhere, Endorse, Equality,
    Grant, Holes, Location, Members as SetMembers, Name, Ocid, Order, Origin, Permission, Place,
    Principal as Named, Relation, ResourceType, Statement, Subject, Test, Text, Value, Variable, Verb,
};
use crate::tenancy::{
    Bound, CompartmentId, Compartments, DynamicGroup, Group, Matching, Members, Policy, PolicySet, Principal,
    Request, Resource, User, Variables,
};

/// Numbers that look random, the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end
    }
    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

pub(crate) const PERMISSIONS: [&str; 10] = [
    "SECRET_BUNDLE_READ",
    "SECRET_BUNDLE_INSPECT",
    "KEY_DECRYPT",
    "REPOSITORY_READ",
    "REPOSITORY_UPDATE",
    "FN_FUNCTION_UPDATE",
    "FN_INVOCATION",
    "STREAM_PRODUCE",
    "VNIC_ATTACH",
    "TEAPOT_POUR",
];
const TYPES: [&str; 13] = [
    "secret-bundles",
    "secret-family",
    "keys",
    "repos",
    "functions-family",
    "fn-function",
    "streams",
    "stream-push",
    "virtual-network-family",
    "instance-family",
    "queues",
    "all-resources",
    "all-resources",
];
pub(crate) const VARIABLES: [&str; 10] = [
    "target.secret.id",
    "Target.Repo.Name",
    "request.permission",
    "request.groups.id",
    "request.operation",
    "request.principal.type",
    "target.compartment.name",
    "request.utc-timestamp",
    "request.utc-timestamp.time-of-day",
    "target.policy.type",
];
const TEXTS: [&str; 14] = [
    "a",
    "A",
    "b",
    "ab",
    "a*",
    "*",
    "*b",
    "SECRET_BUNDLE_READ",
    "repository_update",
    "GetSecretBundle",
    "ocid1.group..1",
    "fnfunc",
    "b*a*",
    "",
];
const MOMENTS: [&str; 5] =
    ["2026-11-24T10:00:00Z", "2026-11-24T10:00Z", "2026-11-25Z", "tomorrow", "10:00:00Z"];
const TIMES: [&str; 4] = ["08:00:00Z", "20:00:00Z", "23:30Z", "2026-11-24T09:00:00Z"];

fn text(r: &mut Random) -> Text {
    if r.once_in(25) { Text::with_holes("${x}", Holes::Quoted) } else { Text::new(r.one(&TEXTS)) }
}

fn at<T>(value: T) -> At<T> {
    At::nowhere(value)
}

fn variable(r: &mut Random) -> Variable {
    Variable::new(r.one(&VARIABLES))
}

fn ocid(text: &str) -> Ocid {
    Ocid::new(Text::new(text)).unwrap()
}

/// A tenancy of a few compartments and groups.
pub(crate) fn tenancy(r: &mut Random) -> PolicySet {
    let mut compartments = Compartments::new("root", Some("ocid1.tenancy..0".into()));
    for number in 0..r.below(6) {
        let parents: Vec<CompartmentId> = compartments.ids().collect();
        let ocid = (!r.once_in(4)).then(|| format!("ocid1.compartment..{number}"));
        compartments.add(r.one(&parents), r.one(&["a", "b", "c", "root"]), ocid);
    }
    let mut set = PolicySet::new(if r.once_in(2) { compartments.complete() } else { compartments });
    for (number, name) in ["g", "h", "Administrators"].into_iter().enumerate() {
        let domain = if r.once_in(5) { "Other" } else { "Default" };
        let ocid = (!r.once_in(4)).then(|| format!("ocid1.group..{number}"));
        set.add_group(Group { domain: domain.into(), ocid, ..Group::new(name) });
    }
    for (number, name) in ["d", "e"].into_iter().enumerate() {
        let members = if r.once_in(8) { Members::NotKnown } else { Members::Matched(matching(r, 2)) };
        let ocid = (!r.once_in(4)).then(|| format!("ocid1.dynamicgroup..{number}"));
        set.add_dynamic_group(DynamicGroup { ocid, ..DynamicGroup::new(name, members) });
    }
    set
}

fn matching(r: &mut Random, depth: usize) -> Matching {
    if depth > 0 && r.once_in(2) {
        let parts = (0..=r.below(2)).map(|_| matching(r, depth - 1)).collect();
        return if r.once_in(2) { Matching::Any(parts) } else { Matching::All(parts) };
    }
    let attribute =
        r.one(&["resource.type", "resource.id", "resource.compartment.id", "instance.id", "tag.n.k.value"]);
    let value = r.one(&["fnfunc", "FNFUNC", "ocid1.fnfunc..1", "ocid1.compartment..0", "v"]);
    let (attribute, value) = (attribute.to_owned(), value.to_owned());
    match r.below(8) {
        0 => Matching::IsNot { attribute, value },
        1 => Matching::Has { attribute },
        _ => Matching::Is { attribute, value },
    }
}

/// A tenancy with policies.
pub(crate) fn set(r: &mut Random) -> PolicySet {
    let mut set = tenancy(r);
    policies(r, &mut set);
    set
}

/// Adds policies.
pub(crate) fn policies(r: &mut Random, set: &mut PolicySet) {
    let places: Vec<CompartmentId> = set.compartments.ids().collect();
    for number in 0..=r.below(3) {
        let compartment = if !r.once_in(3) { CompartmentId::ROOT } else { r.one(&places) };
        let statements = (0..=r.below(3)).map(|_| at(statement(r))).collect();
        set.add_policy(Policy { name: format!("p{number}"), compartment, statements });
    }
}

pub(crate) fn statement(r: &mut Random) -> Statement {
    let effect = at(if r.once_in(7) { Effect::Deny } else { Effect::Allow });
    let (subject, action) = (at(subject(r)), at(action(r)));
    let condition = r.once_in(2).then(|| at(condition(r, 2)));
    match r.below(24) {
        0 => Statement::Define(Define {
            kind: at(r.one(&[Defined::Group, Defined::Compartment, Defined::DynamicGroup])),
            name: at(Name { domain: None, name: Text::new(r.one(&["g", "a", "d", "z"])) }),
            id: at(ocid(r.one(&["ocid1.group..1", "ocid1.compartment..0", "ocid1.dynamicgroup..9"]))),
        }),
        1 => Statement::Endorse(Endorse {
            effect,
            subject,
            action,
            with: None,
            scope: at(Elsewhere::AnyTenancy),
            condition,
        }),
        2 => Statement::Admit(Admit {
            effect,
            subject,
            origin: Some(at(Origin::AnyTenancy)),
            action,
            place: at(Place::Here(location(r))),
            with: None,
            condition,
        }),
        _ => Statement::Grant(Grant { effect, subject, action, location: at(location(r)), condition }),
    }
}

fn subject(r: &mut Random) -> Subject {
    let group = |r: &mut Random| {
        at(match r.below(8) {
            0 => Named::Id(ocid(r.one(&["ocid1.group..0", "ocid1.group..1", "ocid1.group..7"]))),
            1 => Named::Named(Name {
                domain: Some(Text::new(r.one(&["Other", "default"]))),
                name: Text::new("g"),
            }),
            2 => Named::Named(Name { domain: None, name: Text::with_holes("<x>", Holes::Bare) }),
            _ => Named::Named(Name {
                domain: None,
                name: Text::new(r.one(&["g", "G", "h", "Administrators", "z"])),
            }),
        })
    };
    let dynamic = |r: &mut Random| {
        at(match r.below(6) {
            0 => Named::Id(ocid(r.one(&["ocid1.dynamicgroup..0", "ocid1.dynamicgroup..7"]))),
            _ => Named::Named(Name { domain: None, name: Text::new(r.one(&["d", "e", "z"])) }),
        })
    };
    match r.below(14) {
        0 | 12 | 13 => Subject::AnyUser,
        1 => Subject::AnyGroup,
        2 => Subject::Services(vec![at(Text::new(r.one(&["faas", "FaaS", "blockstorage"])))]),
        3 => Subject::Resource { service: at(Text::new("psmrp")), kind: at(Text::new("psm")) },
        4..=6 => Subject::DynamicGroups((0..=r.below(2)).map(|_| dynamic(r)).collect()),
        _ => Subject::Groups((0..=r.below(2)).map(|_| group(r)).collect()),
    }
}

fn action(r: &mut Random) -> Action {
    if r.once_in(3) {
        return Action::Permissions(
            (0..=r.below(2)).map(|_| at(Permission::new(r.one(&PERMISSIONS)))).collect(),
        );
    }
    let verb = r.one(&[Verb::Inspect, Verb::Read, Verb::Use, Verb::Manage, Verb::Manage]);
    Action::Verb { verb: at(verb), resource: at(ResourceType::new(r.one(&TYPES))) }
}

fn location(r: &mut Random) -> Location {
    match r.below(6) {
        0..=2 => Location::Tenancy,
        3 => Location::CompartmentId(ocid(r.one(&[
            "ocid1.compartment..0",
            "ocid1.compartment..1",
            "ocid1.tenancy..0",
        ]))),
        _ => Location::Compartment(CompartmentPath(
            (0..=r.below(2)).map(|_| at(Text::new(r.one(&["a", "B", "c", "root"])))).collect(),
        )),
    }
}

fn value(r: &mut Random) -> Value {
    match r.below(8) {
        0 => Value::Pattern(text(r)),
        1 => Value::Word(Text::new("ab")),
        2 => Value::Variable(variable(r)),
        3 => Value::Ocid(ocid("ocid1.group..1")),
        _ => Value::String(text(r)),
    }
}

pub(crate) fn condition(r: &mut Random, depth: usize) -> Condition {
    if depth > 0 && r.once_in(2) {
        let parts = (0..=r.below(2)).map(|_| at(condition(r, depth - 1))).collect();
        return if r.once_in(2) { Condition::Any(parts) } else { Condition::All(parts) };
    }
    let name = variable(r);
    let time = || if name.as_str().ends_with("day") { &TIMES[..] } else { &MOMENTS[..] };
    let moment = |r: &mut Random| at(Text::new(r.one(time())));
    Condition::Test(match r.below(12) {
        0 => Test::Present(at(name)),
        1 => Test::Absent(at(name)),
        2 => Test::Time {
            order: at(r.one(&[Order::Before, Order::After])),
            moment: moment(r),
            variable: at(name),
        },
        3 => Test::Between { from: moment(r), to: moment(r), variable: at(name) },
        4 => Test::In {
            variable: at(name),
            negated: r.once_in(2),
            values: (0..=r.below(2)).map(|_| at(Value::String(text(r)))).collect(),
        },
        5 => Test::Sets {
            relation: at(r.one(&[Relation::Intersect, Relation::Equal])),
            variable: at(name),
            with: at(match r.below(3) {
                0 => SetMembers::Variable(variable(r)),
                1 => SetMembers::One(text(r)),
                _ => SetMembers::These((0..=r.below(2)).map(|_| at(text(r))).collect()),
            }),
        },
        _ => Test::Compare {
            variable: at(name),
            equality: at(r.one(&[Equality::Equal, Equality::NotEqual])),
            value: at(value(r)),
        },
    })
}

/// A request to a tenancy.
pub(crate) fn request(r: &mut Random, set: &PolicySet) -> Request {
    let places: Vec<CompartmentId> = set.compartments.ids().collect();
    let target = r.one(&places);
    let principal = match r.below(8) {
        0 => Principal::Service((r.one(&["faas", "blockstorage"])).into()),
        1 => Principal::Foreign,
        2 | 3 => Principal::Resource(Resource {
            kind: (!r.once_in(6)).then(|| r.one(&["fnfunc", "instance"]).into()),
            ocid: (!r.once_in(4)).then(|| "ocid1.fnfunc..1".into()),
            compartment: (!r.once_in(4)).then(|| r.one(&places)),
            tags: (!r.once_in(4)).then(|| BTreeMap::from([("n.k".into(), "v".into())])),
            groups: set.dynamic_groups().map(|(id, _)| id).filter(|_| r.once_in(6)).collect(),
            exact: r.once_in(8),
        }),
        _ => {
            let groups = set.groups().map(|(id, _)| id).filter(|_| r.once_in(2)).collect();
            Principal::User(User { name: None, ocid: Some("ocid1.user..1".into()), groups })
        }
    };
    let mut variables = if r.once_in(3) { Variables::not_known() } else { Variables::none() };
    for name in VARIABLES {
        if r.once_in(2) || name.starts_with("request.perm") || name.starts_with("target.comp") {
            continue;
        }
        let pool: &[&str] = match name {
            "request.utc-timestamp" => {
                &["2026-11-24T09:59:59Z", "2026-11-24T12:00:00Z", "2026-11-26Z", "noon"]
            }
            "request.utc-timestamp.time-of-day" => &["09:00:00Z", "23:45:00Z", "07:00:00Z"],
            _ => &TEXTS,
        };
        let bound = match r.below(6) {
            0 => Bound::Absent,
            1 => Bound::NotKnown,
            2 => Bound::Set((0..r.below(3)).map(|_| (r.one(pool)).to_owned()).collect()),
            _ => Bound::Value((r.one(pool)).into()),
        };
        variables.set(name, bound);
    }
    Request::new(principal, r.one(&PERMISSIONS), target).carrying(variables)
}

/// The same with one statement more, one less, or another in the place of one.
pub(crate) fn changed(r: &mut Random, set: &PolicySet) -> PolicySet {
    let mut new = set.without_policies();
    let at_policy = r.below(set.policies().len());
    for (id, policy) in set.policies() {
        let mut policy = policy.clone();
        if id.index() == at_policy {
            let place = r.below(policy.statements.len());
            match r.below(3) {
                0 => policy.statements.push(at(statement(r))),
                1 => drop(policy.statements.remove(place)),
                _ => policy.statements[place] = at(statement(r)),
            }
        }
        new.add_policy(policy);
    }
    new
}
