//! Looking at a plan's resources: which there are, what each says, of which region it is, and what is found.

use std::cell::RefCell;
use std::collections::HashSet;

use adit_blueprint::{Code, Finding, Listing, Remark, Severity};

use super::regions::{Region, region};
use crate::plan::block::{Block, Fault, Got};
use crate::plan::code;
use crate::plan::config::{Referred, Scope, referred};
use crate::plan::index::{Index, shown};
use crate::plan::providers::Providers;
use crate::plan::record::{Kind, Record};

/// How much of a value is shown, in characters.
const WIDTH: usize = 60;

/// A plan that is looked at.
pub(super) struct Look<'p> {
    pub(super) index: &'p Index,
    pub(super) providers: &'p Providers,
    /// The region of all regional things that there are, if it is one.
    evident: Option<&'static Region>,
    faults: RefCell<Vec<Fault>>,
    found: RefCell<Vec<Found>>,
}

/// Something that was found, without its line yet.
pub(super) struct Found {
    code: Code,
    severity: Severity,
    /// The resource.
    object: String,
    /// The resource, and what in it.
    place: String,
    message: Option<String>,
    observed: String,
    expected: String,
    remarks: Vec<Remark>,
    fix: Option<String>,
}

impl<'p> Look<'p> {
    pub(super) fn new(index: &'p Index, providers: &'p Providers) -> Self {
        let evident = super::places::evident(index);
        Self { index, providers, evident, faults: RefCell::default(), found: RefCell::default() }
    }

    /// What the plan makes or changes of a kind, with what it says.
    pub(super) fn touched(&self, kind: Kind) -> Vec<(usize, &'p Record, Block<'_>)> {
        self.all(kind).into_iter().filter(|(_, record, _)| record.touched).collect()
    }

    /// All of a kind, with what it says.
    pub(super) fn all(&self, kind: Kind) -> Vec<(usize, &'p Record, Block<'_>)> {
        let records = self.records().filter(|(_, record)| record.kind == kind);
        records.filter_map(|(at, record)| Some((at, record, self.block(at)?))).collect()
    }

    /// Every record.
    pub(super) fn records(&self) -> impl Iterator<Item = (usize, &'p Record)> {
        let index: &'p Index = self.index;
        index.records.iter().map(|record| record.as_ref()).enumerate()
    }

    pub(super) fn block(&self, at: usize) -> Option<Block<'_>> {
        Block::new(self.index, at, &self.faults)
    }

    pub(super) fn record(&self, at: usize) -> Option<&'p Record> {
        let index: &'p Index = self.index;
        index.record(at)
    }

    /// The region that a resource is made in, if it can be told.
    pub(super) fn region(&self, record: &Record) -> Option<&'static Region> {
        let key = self.index.config.provider(&record.module, &record.local).unwrap_or("oci");
        match self.providers.region(key) {
            Some(text) => region(text),
            None => self.evident,
        }
    }

    /// What an argument that is known only after apply refers to.
    pub(super) fn referred(&self, block: &Block<'_>, attribute: &str) -> Option<Referred> {
        let record = self.record(block.record)?;
        let [written] = block.written.as_slice() else { return None };
        let expression = written.get(attribute)?;
        let instances = self.index.instances(&record.module, &record.local);
        let keys: Vec<_> = instances.iter().map(|at| self.index.key(*at)).collect();
        let scope = Scope { module: &record.module, key: record.key.as_ref(), keys: &keys };
        Some(referred(self.index, scope, expression))
    }

    /// The one resource whose id an argument is going to be.
    pub(super) fn names(&self, block: &Block<'_>, attribute: &str) -> Option<usize> {
        match block.text(attribute) {
            Got::Is(id) => self.index.of_id(id),
            Got::Nothing => None,
            Got::Open => {
                let found = self.referred(block, attribute)?;
                match found.records.as_slice() {
                    [(at, what)] if found.open.is_empty() && what.as_deref().is_none_or(|it| it == "id") => {
                        Some(*at)
                    }
                    _ => None,
                }
            }
        }
    }

    /// Something about an argument of a block.
    pub(super) fn at(
        &self,
        block: &Block<'_>,
        attribute: &str,
        code: Code,
        observed: impl Into<String>,
        expected: impl Into<String>,
    ) -> Found {
        self.of(block.record, &block.path(attribute), code, observed, expected)
    }

    /// Something about a part of a resource.
    pub(super) fn of(
        &self,
        record: usize,
        part: &str,
        code: Code,
        observed: impl Into<String>,
        expected: impl Into<String>,
    ) -> Found {
        let object = self.record(record).map(|it| it.address.clone()).unwrap_or_default();
        let place = format!("{object}.{part}");
        Found {
            code,
            severity: Severity::Error,
            object,
            place,
            message: None,
            observed: observed.into(),
            expected: expected.into(),
            remarks: Vec::new(),
            fix: None,
        }
    }

    /// Something about a provider.
    pub(super) fn of_provider(
        &self,
        key: &str,
        code: Code,
        observed: impl Into<String>,
        expected: impl Into<String>,
    ) -> Found {
        let object = format!("provider.{}", shown(key));
        let place = format!("{object}.region");
        Found { object, place, ..self.of(usize::MAX, "", code, observed, expected) }
    }

    pub(super) fn tell(&self, found: Found) {
        self.found.borrow_mut().push(found);
    }

    /// All that was found, in the order of the plan's resources, and the values of another type than the provider's.
    pub(super) fn found(self) -> Vec<Found> {
        let mut found = self.found.take();
        let faults = self.faults.take();
        found.extend(faults.iter().filter(|fault| fault.code == code::WRONG_TYPE).map(|fault| Found {
            code: fault.code,
            ..self.of(fault.record, &fault.at, fault.code, &fault.found, &fault.expected)
        }));
        let mut seen = HashSet::new();
        found.retain(|it| seen.insert((it.code, it.message())));
        found
    }
}

impl Found {
    #[must_use]
    pub(super) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    #[must_use]
    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The first line, where it is not that one thing stands there and another should.
    #[must_use]
    pub(super) fn says(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    #[must_use]
    pub(super) fn why(mut self, text: impl Into<String>) -> Self {
        self.remarks.push(Remark::Why(text.into()));
        self
    }

    #[must_use]
    pub(super) fn see(mut self, text: impl Into<String>) -> Self {
        self.remarks.push(Remark::See(text.into()));
        self
    }

    #[must_use]
    pub(super) fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix = Some(text.into());
        self
    }

    /// Where it is.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn message(&self) -> String {
        match &self.message {
            Some(message) => message.clone(),
            None => format!("`{}` is {}, and should be {}", self.place, self.observed, self.expected),
        }
    }

    pub(super) fn finding(self, listing: &mut Listing) -> Finding {
        let message = self.message();
        let span = listing.line(&self.place, &shown(&self.observed));
        let fix = self.fix.unwrap_or_else(|| format!("write {}", self.expected));
        let finding = Finding::new(self.code, self.object, span, message)
            .severity(self.severity)
            .observed(self.observed)
            .expected(self.expected)
            .fix(fix);
        self.remarks.into_iter().fold(finding, Finding::remark)
    }
}

/// A value as it is shown: short, and nothing that a terminal would obey.
pub(super) fn quoted(text: &str) -> String {
    let start: String = shown(text).chars().take(WIDTH).collect();
    let more = if text.chars().count() > WIDTH { "…" } else { "" };
    format!("`{start}{more}`")
}

/// Words with commas between them, and `or` before the last.
pub(super) fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
