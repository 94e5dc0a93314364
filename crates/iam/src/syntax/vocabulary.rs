//! The names that are known to exist. The grammar takes any name; one that is not known and is near to one that is, is a slip.

use super::words;

/// Names of types of resources and of permissions.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    types: Vec<&'static str>,
    permissions: Vec<&'static str>,
}

impl Vocabulary {
    /// Types in lower case, permissions in upper case, in any order.
    pub fn new(
        types: impl IntoIterator<Item = &'static str>,
        permissions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let sorted = |names: &mut dyn Iterator<Item = &'static str>| {
            let mut names: Vec<_> = names.collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        Self { types: sorted(&mut types.into_iter()), permissions: sorted(&mut permissions.into_iter()) }
    }

    /// The names that Adit's own tables have. Oracle Cloud has many more types than those.
    pub fn known() -> Self {
        use crate::permissions::{all, resource_names};
        use crate::syntax::ResourceType;
        Self::new(resource_names().chain([ResourceType::ALL_RESOURCES]), all())
    }

    /// The type that was meant by one that is not known.
    pub(super) fn slip_of_type(&self, name: &str) -> Option<&'static str> {
        slip(&self.types, name)
    }

    /// The permission that was meant by one that is not known.
    pub(super) fn slip_of_permission(&self, name: &str) -> Option<&'static str> {
        slip(&self.permissions, name)
    }
}

fn slip(known: &[&'static str], name: &str) -> Option<&'static str> {
    match known.binary_search(&name) {
        Ok(_) => None,
        // The names of two types that there are can be as near as a third of their letters.
        Err(_) => words::nearest(name, known.iter().copied())
            .filter(|near| strsim::osa_distance(near, name) <= if name.len() < 8 { 1 } else { 2 }),
    }
}
