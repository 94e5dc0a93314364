//! Random statements of the whole grammar, and the ways in which people write them down.

use adit_iam::syntax::{
    Action, Admit, At, Attribute, CompartmentPath, Condition, Define, Defined, Effect, Elsewhere, Endorse,
    Equality, Grant, Location, MatchingRule, Members, Name, Ocid, Order, Origin, Permission, Place,
    Principal, Relation, ResourceType, Statement, Subject, Test, Text, Value, Variable, Verb, With,
};

/// Numbers that look random and are the same each time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    pub(crate) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<At<T>> {
        (0..=self.roll(most)).map(|_| At::nowhere(make(self))).collect()
    }
}

const KEYWORDS: [&str; 30] = [
    "to",
    "in",
    "where",
    "of",
    "with",
    "as",
    "id",
    "and",
    "or",
    "not",
    "any",
    "all",
    "before",
    "between",
    "tenancy",
    "compartment",
    "group",
    "Service",
    "any-user",
    "any-tenancy",
    "Allow",
    "deny",
    "define",
    "endorse",
    "admit",
    "manage",
    "USE",
    "can",
    "if",
    "were",
];

fn chars(dice: &mut Dice, from: &str, most: usize) -> String {
    let from: Vec<char> = from.chars().collect();
    (0..=dice.roll(most)).map(|_| dice.pick(&from)).collect()
}

/// A text that can stand in quotes; often one that needs none.
pub(crate) fn text(dice: &mut Dice) -> Text {
    Text::new(match dice.roll(10) {
        0 => dice.pick(&KEYWORDS).to_owned(),
        1 => chars(dice, "aB3 -_./:,=!*(){}\"<>$#?&|;\u{e4}\u{65e5}\u{201c}\u{a0}/", 14),
        2 => format!("ocid1.{}.oc1..{}", dice.pick(&["group", "vaultsecret", "x"]), chars(dice, "a2z", 8)),
        3 => format!("{} {}", chars(dice, "Team", 4), dice.pick(&KEYWORDS)),
        4 => "\\'\\\\ \\/".to_owned(),
        _ => chars(dice, "aBcXyZ019_-.@+", 12),
    })
}

/// A word that is no keyword, no OCID and no variable.
fn word(dice: &mut Dice) -> String {
    format!("x{}", chars(dice, "aBcXyZ019_-.", 8))
}

fn ocid(dice: &mut Dice) -> Ocid {
    let kind = dice.pick(&["group", "dynamicgroup", "compartment", "tenancy", "vaultsecret"]);
    Ocid::new(Text::new(format!("ocid1.{kind}.oc1..{}", chars(dice, "abc2z-_", 12)))).unwrap()
}

fn name(dice: &mut Dice) -> Name {
    let domain = dice.one_in(4).then(|| text(dice));
    Name { domain, name: text(dice) }
}

fn principal(dice: &mut Dice) -> Principal {
    if dice.one_in(3) { Principal::Id(ocid(dice)) } else { Principal::Named(name(dice)) }
}

fn subject(dice: &mut Dice) -> Subject {
    match dice.roll(8) {
        0 => Subject::AnyUser,
        1 => Subject::AnyGroup,
        2 => Subject::Services(dice.some(2, text)),
        3 => Subject::Resource { service: At::nowhere(text(dice)), kind: At::nowhere(text(dice)) },
        4 | 5 => Subject::DynamicGroups(dice.some(2, principal)),
        _ => Subject::Groups(dice.some(2, principal)),
    }
}

fn resource(dice: &mut Dice) -> At<ResourceType> {
    At::nowhere(ResourceType::new(dice.pick(&[
        "all-resources",
        "repos",
        "secret-family",
        "vcns",
        "use-cases",
        "x2",
    ])))
}

fn action(dice: &mut Dice, verbs: &[Verb]) -> Action {
    if dice.one_in(3) {
        let permission = |dice: &mut Dice| {
            Permission::new(&format!("{}_{}", chars(dice, "AB2", 5), dice.pick(&["READ", "IN", "X"])))
        };
        return Action::Permissions(dice.some(3, permission));
    }
    Action::Verb { verb: At::nowhere(dice.pick(verbs)), resource: resource(dice) }
}

const VERBS: [Verb; 4] = [Verb::Inspect, Verb::Read, Verb::Use, Verb::Manage];

fn path(dice: &mut Dice) -> CompartmentPath {
    CompartmentPath(dice.some(3, text))
}

fn location(dice: &mut Dice) -> Location {
    match dice.roll(3) {
        0 => Location::Tenancy,
        1 => Location::CompartmentId(ocid(dice)),
        _ => Location::Compartment(path(dice)),
    }
}

fn elsewhere(dice: &mut Dice) -> Elsewhere {
    match dice.roll(3) {
        0 => Elsewhere::AnyTenancy,
        1 => Elsewhere::Tenancy(At::nowhere(text(dice))),
        _ => Elsewhere::Compartment { path: At::nowhere(path(dice)), tenancy: At::nowhere(text(dice)) },
    }
}

fn variable(dice: &mut Dice) -> Variable {
    const KNOWN: [&str; 8] = [
        "request.user.id",
        "request.permission",
        "target.secret.id",
        "target.resource.tag.HR.Cost-Center",
        "Request.Operation",
        "request.utc-timestamp.time-of-day",
        "resource.compartment.id",
        "target.resource.compartment.tag.a_b.c",
    ];
    Variable::new(dice.pick(&KNOWN))
}

fn pattern(dice: &mut Dice) -> Text {
    Text::new(match dice.roll(4) {
        0 => format!("{}/{}*", word(dice), word(dice)),
        1 => format!("*\\/{}\\/", word(dice)),
        2 => format!("*{}*", word(dice)),
        _ => format!("{}*", word(dice)),
    })
}

fn value(dice: &mut Dice, variables: bool) -> Value {
    match dice.roll(8) {
        0 if variables => Value::Variable(variable(dice)),
        1 => Value::Ocid(ocid(dice)),
        2 => Value::Word(Text::new(word(dice))),
        3 | 4 => Value::Pattern(pattern(dice)),
        _ => Value::String(text(dice)),
    }
}

fn moment(dice: &mut Dice) -> At<Text> {
    const DATES: [&str; 3] = ["2026-11-24T10:00:00Z", "2028-02-29T23:59Z", "2027-01-31Z"];
    At::nowhere(Text::new(dice.pick(&DATES)))
}

fn test(dice: &mut Dice) -> Test {
    let variable = At::nowhere(variable(dice));
    let timestamp = || At::nowhere(Variable::new("request.utc-timestamp"));
    match dice.roll(12) {
        0 => Test::Present(variable),
        1 => Test::Absent(variable),
        2 | 3 => {
            Test::In { variable, negated: dice.one_in(2), values: dice.some(3, |dice| value(dice, false)) }
        }
        4 => {
            let order = At::nowhere(dice.pick(&[Order::Before, Order::After]));
            Test::Time { variable: timestamp(), order, moment: moment(dice) }
        }
        5 => Test::Between { variable: timestamp(), from: moment(dice), to: moment(dice) },
        6 => {
            let variable = At::nowhere(Variable::new("request.utc-timestamp.time-of-day"));
            let at = |text: &str| At::nowhere(Text::new(text));
            Test::Between { variable, from: at("17:00:00Z"), to: at("09:00Z") }
        }
        7 => {
            let with = match dice.roll(3) {
                0 => Members::Variable(variable.value.clone()),
                1 => Members::One(text(dice)),
                _ => Members::These(dice.some(2, text)),
            };
            let relation = At::nowhere(dice.pick(&[Relation::Intersect, Relation::Equal]));
            Test::Sets { relation, variable, with: At::nowhere(with) }
        }
        _ => {
            let equality = At::nowhere(dice.pick(&[Equality::Equal, Equality::NotEqual]));
            Test::Compare { variable, equality, value: At::nowhere(value(dice, true)) }
        }
    }
}

fn condition(dice: &mut Dice, depth: usize) -> Condition {
    if depth < 4 && dice.one_in(3) {
        let inside = dice.some(3, |dice| condition(dice, depth + 1));
        return if dice.one_in(2) { Condition::Any(inside) } else { Condition::All(inside) };
    }
    Condition::Test(test(dice))
}

/// A statement of any kind.
pub(crate) fn statement(dice: &mut Dice) -> Statement {
    let effect = At::nowhere(if dice.one_in(4) { Effect::Deny } else { Effect::Allow });
    let kind = dice.roll(10);
    if kind == 0 {
        let kind =
            dice.pick(&[Defined::Tenancy, Defined::Group, Defined::DynamicGroup, Defined::Compartment]);
        let name = match kind {
            Defined::Group | Defined::DynamicGroup => name(dice),
            _ => Name { domain: None, name: text(dice) },
        };
        return Statement::Define(Define {
            kind: At::nowhere(kind),
            name: At::nowhere(name),
            id: At::nowhere(ocid(dice)),
        });
    }
    let subject = At::nowhere(subject(dice));
    let condition = dice.one_in(2).then(|| At::nowhere(condition(dice, 0)));
    let joins = dice.one_in(2);
    let verbs: &[Verb] = if joins { &[Verb::Associate] } else { &VERBS };
    match kind {
        1 | 2 => {
            let action = At::nowhere(action(dice, verbs));
            let with = joins.then(|| With { resource: resource(dice), place: At::nowhere(location(dice)) });
            let scope = At::nowhere(elsewhere(dice));
            Statement::Endorse(Endorse { effect, subject, action, with, scope, condition })
        }
        3 | 4 => {
            let action = At::nowhere(action(dice, verbs));
            let origin = dice.one_in(2).then(|| {
                At::nowhere(if dice.one_in(2) {
                    Origin::AnyTenancy
                } else {
                    Origin::Tenancy(At::nowhere(text(dice)))
                })
            });
            let place = match dice.roll(3) {
                0 => Place::There(Elsewhere::Tenancy(At::nowhere(text(dice)))),
                _ => Place::Here(location(dice)),
            };
            let with = joins.then(|| {
                let place =
                    if dice.one_in(2) { Place::Here(location(dice)) } else { Place::There(elsewhere(dice)) };
                With { resource: resource(dice), place: At::nowhere(place) }
            });
            Statement::Admit(Admit {
                effect,
                subject,
                origin,
                action,
                place: At::nowhere(place),
                with,
                condition,
            })
        }
        _ => {
            let action = At::nowhere(action(dice, &VERBS));
            Statement::Grant(Grant {
                effect,
                subject,
                action,
                location: At::nowhere(location(dice)),
                condition,
            })
        }
    }
}

fn attribute(dice: &mut Dice) -> Attribute {
    match dice.roll(7) {
        5 | 6 => Attribute::Tag {
            namespace: word(dice).replace('.', "-").into(),
            key: word(dice).replace('.', "_").into(),
        },
        plain => Attribute::PLAIN[plain].1.clone(),
    }
}

/// A matching rule.
pub(crate) fn rule(dice: &mut Dice, depth: usize) -> MatchingRule {
    if depth < 4 && dice.one_in(2) {
        let inside = dice.some(3, |dice| rule(dice, depth + 1));
        return if dice.one_in(2) { MatchingRule::Any(inside) } else { MatchingRule::All(inside) };
    }
    let attribute = At::nowhere(attribute(dice));
    if matches!(attribute.value, Attribute::Tag { .. }) && dice.one_in(2) {
        return MatchingRule::Has(attribute);
    }
    let equality = At::nowhere(dice.pick(&[Equality::Equal, Equality::NotEqual]));
    MatchingRule::Compare { attribute, equality, value: At::nowhere(text(dice)) }
}

/// Words that are read without regard to case, wherever they stand without quotes in what is printed.
const ANY_CASE: [&str; 38] = [
    "allow",
    "deny",
    "endorse",
    "admit",
    "define",
    "to",
    "in",
    "where",
    "of",
    "with",
    "as",
    "id",
    "any",
    "all",
    "and",
    "not",
    "between",
    "before",
    "after",
    "tenancy",
    "compartment",
    "group",
    "dynamic-group",
    "service",
    "resource",
    "any-user",
    "any-group",
    "any-tenancy",
    "inspect",
    "read",
    "use",
    "manage",
    "associate",
    "sets-intersect",
    "sets-equal",
    "all-resources",
    "repos",
    "secret-family",
];

/// The same statement as someone else would write it: other white space, other case, other or no spaces at signs.
pub(crate) fn rewritten(dice: &mut Dice, printed: &str) -> String {
    let mut written = String::new();
    let (mut rest, mut quoted) = (printed, false);
    while let Some(c) = rest.chars().next() {
        if quoted || c == '\'' || c == '\\' || c == '/' {
            // Texts and patterns stay as they are: a pattern here has no spaces.
            let escaped = if c == '\\' { rest.chars().nth(1) } else { None };
            quoted ^= c == '\'';
            written.push(c);
            written.extend(escaped);
            rest = &rest[c.len_utf8() + escaped.map_or(0, char::len_utf8)..];
            continue;
        }
        if c == ' ' {
            let signs = |c: char| ",{}()=!".contains(c);
            let beside = written.ends_with(signs) || rest[1..].starts_with(signs);
            if !beside || dice.one_in(2) {
                written.push_str(dice.pick(&[" ", "  ", "\t", "\n", " \r\n  ", "\u{c} "]));
            }
            rest = &rest[1..];
            continue;
        }
        let length = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.@+".contains(c))
            .unwrap_or(rest.len())
            .max(c.len_utf8());
        let (word, tail) = rest.split_at(length);
        let any_case = ANY_CASE.iter().any(|known| known.eq_ignore_ascii_case(word));
        if any_case {
            written.extend(
                word.chars()
                    .map(|c| if dice.one_in(2) { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }),
            );
        } else {
            written.push_str(word);
        }
        rest = tail;
    }
    written
}
