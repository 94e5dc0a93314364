//! Policies from elsewhere than the file: texts of statements, one a line.

use adit_iam::syntax::{Fault, Layout, parse};
use adit_iam::tenancy::{CompartmentId, Policy};

use super::{Permission, ROOT};
use crate::source::Source;

/// Our own convention for a file of statements: the comment that says to which compartment its policy is attached.
const COMPARTMENT: &str = "# compartment:";

impl Permission {
    /// Adds the statements of a text, one a line, as one policy; what is none is given back. A line `# compartment: PATH` says what the
    /// policy is attached to; without it, that is the tenancy.
    pub fn add_text(&mut self, source: &Source) -> Vec<Fault> {
        let attached = source.text().lines().find_map(|line| line.trim().strip_prefix(COMPARTMENT));
        let compartment = attached.map_or(CompartmentId::ROOT, |path| self.compartment_at(path.trim()));
        let parsed = parse(source.text(), &super::policies::options(Layout::Lines));
        let faults = parsed.faults().filter(|fault| fault.is_error()).cloned().collect();
        let (mut statements, mut names, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for entry in parsed.entries {
            if let Some(statement) = entry.statement {
                names.push(format!("{}:{}", source.name(), source.position(entry.span.start).line));
                places.push(crate::policy::span(entry.span));
                statements.push(statement);
            }
        }
        let id = self.existing.add_policy(Policy { name: source.name().to_owned(), compartment, statements });
        self.names.insert(id, names);
        self.places.insert(id, places);
        self.name_groups();
        faults
    }

    /// Adds the policies of a tenancy that is the same, or a part of this one.
    pub fn take_policies(&mut self, from: &Self) {
        for (id, policy) in from.existing.policies() {
            let path = from.existing.compartments.path(policy.compartment);
            let compartment = if path.is_empty() { CompartmentId::ROOT } else { self.compartment_at(&path) };
            let id = (self.existing.add_policy(Policy { compartment, ..policy.clone() }), id);
            if let (to, Some(names)) = (id.0, from.names.get(&id.1)) {
                self.names.insert(to, names.clone());
            }
        }
        self.name_groups();
    }

    fn compartment_at(&mut self, path: &str) -> CompartmentId {
        if ROOT.iter().any(|word| word.eq_ignore_ascii_case(path)) {
            return CompartmentId::ROOT;
        }
        let tree = &mut self.existing.compartments;
        tree.find(path).unwrap_or_else(|| {
            path.split(':').fold(CompartmentId::ROOT, |parent, name| tree.add(parent, name.trim(), None))
        })
    }

    /// Without the policies that there are, and without anything else that was said of statements.
    #[must_use]
    pub fn without_policies(&self) -> Self {
        let mut without = Self::start(self.existing.without_policies());
        without.system = self.system.clone();
        without
    }
}
