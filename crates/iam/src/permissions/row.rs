//! The shape of the tables: what one row says, and from which page it was taken.

use crate::syntax::Verb;

/// A page of Oracle's documentation, and when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its address, without the part that all of them begin with (`https://docs.oracle.com/iaas/Content/`).
    pub page: &'static str,
    /// The date that the page bears, or the month in which it was read: `2025-02-20`, `2026-09`.
    pub dated: &'static str,
}

impl Source {
    /// The whole address.
    pub fn url(&self) -> String {
        format!("https://docs.oracle.com/iaas/Content/{}", self.page)
    }
}

/// What the verbs grant of one type of resources, or of one family beyond its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    inspect: &'static [&'static str],
    read: &'static [&'static str],
    r#use: &'static [&'static str],
    manage: &'static [&'static str],
}

impl Levels {
    const NONE: Levels = Levels { inspect: &[], read: &[], r#use: &[], manage: &[] };

    /// What a verb adds to the verb below it.
    pub fn added(&self, verb: Verb) -> &'static [&'static str] {
        match verb {
            Verb::Inspect => self.inspect,
            Verb::Read => self.read,
            Verb::Use => self.r#use,
            Verb::Manage => self.manage,
            Verb::Associate => &[],
        }
    }

    /// All that a verb grants: what it adds and what each lesser verb does.
    pub fn up_to(&self, verb: Verb) -> impl Iterator<Item = &'static str> + use<'_> {
        LEVELS
            .into_iter()
            .take_while(move |level| *level <= verb)
            .flat_map(|level| self.added(level).iter().copied())
    }
}

/// The verbs that include each other, the least first.
pub const LEVELS: [Verb; 4] = [Verb::Inspect, Verb::Read, Verb::Use, Verb::Manage];

/// A type of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceRow {
    /// Its name in statements.
    pub name: &'static str,
    /// The same type under the name that another page, or another place of the page, gives it.
    pub also: &'static [&'static str],
    /// What the verbs grant; none if no page that could be read says it.
    pub levels: Option<Levels>,
    /// The variables that a request about it carries, beyond those of every request.
    pub variables: &'static [&'static str],
    /// Where this was taken from.
    pub source: &'static Source,
    /// In what pages disagree, or what the page gets wrong.
    pub note: &'static str,
}

/// A type of which the verbs' permissions are known: each call adds what one verb adds.
pub(super) const fn resource(name: &'static str, source: &'static Source) -> ResourceRow {
    ResourceRow { name, also: &[], levels: Some(Levels::NONE), variables: &[], source, note: "" }
}

impl ResourceRow {
    pub(super) const fn inspect(self, adds: &'static [&'static str]) -> Self {
        self.levels(Levels { inspect: adds, ..self.known() })
    }
    pub(super) const fn read(self, adds: &'static [&'static str]) -> Self {
        self.levels(Levels { read: adds, ..self.known() })
    }
    pub(super) const fn r#use(self, adds: &'static [&'static str]) -> Self {
        self.levels(Levels { r#use: adds, ..self.known() })
    }
    pub(super) const fn manage(self, adds: &'static [&'static str]) -> Self {
        self.levels(Levels { manage: adds, ..self.known() })
    }
    pub(super) const fn variables(self, variables: &'static [&'static str]) -> Self {
        Self { variables, ..self }
    }
    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
    pub(super) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
    /// The type is known, what its verbs grant is not.
    pub(super) const fn not_known(self, note: &'static str) -> Self {
        Self { levels: None, note, ..self }
    }

    const fn levels(self, levels: Levels) -> Self {
        Self { levels: Some(levels), ..self }
    }
    const fn known(&self) -> Levels {
        match self.levels {
            Some(levels) => levels,
            None => Levels::NONE,
        }
    }
}

/// Types that one name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyRow {
    /// Its name in statements.
    pub name: &'static str,
    /// The types that it stands for.
    pub members: &'static [&'static str],
    /// What a verb grants with the family that it grants with none of its members.
    pub beyond: Levels,
    /// Where this was taken from.
    pub source: &'static Source,
    /// In what pages disagree.
    pub note: &'static str,
}

pub(super) const fn family(
    name: &'static str,
    members: &'static [&'static str],
    source: &'static Source,
) -> FamilyRow {
    FamilyRow { name, members, beyond: Levels::NONE, source, note: "" }
}

impl FamilyRow {
    pub(super) const fn beyond(
        self,
        inspect: &'static [&'static str],
        read: &'static [&'static str],
        r#use: &'static [&'static str],
        manage: &'static [&'static str],
    ) -> Self {
        Self { beyond: Levels { inspect, read, r#use, manage }, ..self }
    }
    pub(super) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// What a call needs.
///
/// Several rows may have one name. Rows without `when` are alternatives: either is enough. Rows with `when` are cases of the call, each
/// with needs of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// The name of the operation, as `request.operation` has it.
    pub name: &'static str,
    /// All of these; none for a call that anybody may make.
    pub needs: &'static [&'static str],
    /// The case that this row is about.
    pub when: &'static str,
    /// Where this was taken from.
    pub source: &'static Source,
    /// What else is known of it.
    pub note: &'static str,
}

pub(super) const fn call(
    name: &'static str,
    needs: &'static [&'static str],
    source: &'static Source,
) -> CallRow {
    CallRow { name, needs, when: "", source, note: "" }
}

impl CallRow {
    pub(super) const fn when(self, when: &'static str) -> Self {
        Self { when, ..self }
    }
    pub(super) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
    /// Whether it is a call for many resources at once: such a request carries no `target.<thing>.id` or `.name`.
    pub fn lists(&self) -> bool {
        self.name.starts_with("List")
    }
}

/// The tables of one service.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// What it is called in the documentation.
    pub name: &'static str,
    /// Its types of resources.
    pub resources: &'static [ResourceRow],
    /// The families of them.
    pub families: &'static [FamilyRow],
    /// Its calls.
    pub calls: &'static [CallRow],
}
