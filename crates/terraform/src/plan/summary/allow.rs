//! Which replacements and deletions somebody has named, and which nobody has.

use super::{Change, Summary};

/// A name that says too little.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is the name of several objects that are replaced or deleted: {}", addresses.join(", "))]
pub struct AllowError {
    /// The name.
    pub name: String,
    /// The objects, by their addresses.
    pub addresses: Vec<String>,
}

impl Summary {
    /// The replacements and deletions that no name stands for. A name is an address, or a name in the cloud or in the configuration;
    /// what goes with an object goes under its name.
    ///
    /// # Errors
    ///
    /// If a name, and no address, stands for more than one object of which none goes with another.
    pub fn unnamed(&self, names: &[String]) -> Result<Vec<&Change>, AllowError> {
        let mut named: Vec<&str> = Vec::new();
        for name in names {
            let mut meant: Vec<&Change> = self.destroyed().filter(|change| change.is_called(name)).collect();
            if let Some(exact) = meant.iter().find(|change| change.address == *name) {
                meant = vec![exact];
            }
            let addresses: Vec<&str> = meant.iter().map(|change| change.address.as_str()).collect();
            meant.retain(|change| !self.goes_with(change, &addresses));
            if let [_, _, ..] = meant.as_slice() {
                let addresses = meant.iter().map(|change| change.address.clone()).collect();
                return Err(AllowError { name: name.clone(), addresses });
            }
            named.extend(addresses);
        }
        Ok(self
            .destroyed()
            .filter(|change| !named.contains(&change.address.as_str()) && !self.goes_with(change, &named))
            .collect())
    }

    /// The names that stand for nothing that is replaced or deleted.
    pub fn idle<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let idle = |name: &&'n String| !self.destroyed().any(|change| change.is_called(name));
        names.iter().filter(idle).map(String::as_str).collect()
    }

    fn destroyed(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.action.destroys())
    }

    /// Whether a change follows from one of these, be it by way of others.
    fn goes_with(&self, change: &Change, addresses: &[&str]) -> bool {
        let mut follows = change.follows.as_deref();
        // As many steps as there are changes: a circle ends, too.
        for _ in 0..self.changes.len() {
            let Some(address) = follows else { return false };
            if address == change.address {
                return false;
            }
            if addresses.contains(&address) {
                return true;
            }
            follows = self.change(address).and_then(|next| next.follows.as_deref());
        }
        false
    }
}

impl Change {
    fn is_called(&self, name: &str) -> bool {
        self.address == name || self.name == name || self.local == name
    }
}
