//! What every source of a [`PolicySet`] has: policies come as texts, and what cannot be read of them is kept, never dropped;
//! compartments come in any order, and some are missing.

mod groups;
mod tree;

use std::collections::BTreeMap;

use crate::syntax::{Fault, Options, parse_statement};
use crate::tenancy::{CompartmentId, Compartments, Policy, PolicyId, PolicySet, StatementId};

pub use tree::{Node, Odd, Tree, tree};

/// A set that is being gathered from texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// What could be read.
    pub set: PolicySet,
    /// Where each statement of it stands, for people: `policy ci, statement 2`.
    pub places: BTreeMap<StatementId, String>,
    /// The statements that could not be read, so that answers may lack what they allow or deny.
    pub faults: Vec<Unread>,
}

/// A statement that could not be read. It is not in the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The name of its policy.
    pub policy: String,
    /// Which statement of it, counted from 1.
    pub number: usize,
    /// Where it stands, for people: `policy ci, statement 2`.
    pub place: String,
    /// What it says.
    pub text: String,
    /// What is wrong with it, with places in the text; never empty.
    pub faults: Vec<Fault>,
}

impl Gathered {
    /// Nothing but compartments.
    pub fn new(compartments: Compartments) -> Self {
        Self { set: PolicySet::new(compartments), places: BTreeMap::new(), faults: Vec::new() }
    }

    /// Adds a policy with those of its statements that can be read. `None` is a statement that nobody knows yet: it counts, and is
    /// left to the caller to tell. The place of the second statement is `place`, a space, and `statement 2`.
    pub fn policy<'t>(
        &mut self,
        name: &str,
        compartment: CompartmentId,
        place: &str,
        statements: impl IntoIterator<Item = Option<&'t str>>,
        options: &Options,
    ) -> PolicyId {
        let mut read = Vec::new();
        let mut places = Vec::new();
        for (at, text) in statements.into_iter().enumerate() {
            let Some(text) = text else { continue };
            let number = at + 1;
            let place = format!("{place} statement {number}");
            match parse_statement(text, options) {
                Ok(statement) => {
                    read.push(statement);
                    places.push(place);
                }
                Err(faults) => {
                    let (policy, text) = (name.to_owned(), text.to_owned());
                    self.faults.push(Unread { policy, number, place, text, faults });
                }
            }
        }
        let policy = self.set.add_policy(Policy { name: name.to_owned(), compartment, statements: read });
        let numbered = (0..).zip(places);
        self.places.extend(numbered.map(|(index, place)| (StatementId { policy, index }, place)));
        policy
    }
}
