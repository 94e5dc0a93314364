//! Compartments: a tree with the tenancy at its root.

/// The place of a compartment in its [`Compartments`]. Means nothing in another tenancy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompartmentId(u32);

impl CompartmentId {
    /// The root compartment: the tenancy itself.
    pub const ROOT: CompartmentId = CompartmentId(0);

    /// The place as a number, counted from 0: for tables that run beside the tree.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    name: String,
    ocid: Option<String>,
    parent: Option<CompartmentId>,
}

/// The compartments of a tenancy. Each is added behind its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compartments {
    nodes: Vec<Node>,
    complete: bool,
}

impl Compartments {
    /// A tenancy by its name, and its OCID where that is known.
    pub fn new(tenancy: impl Into<String>, ocid: Option<String>) -> Self {
        Self { nodes: vec![Node { name: tenancy.into(), ocid, parent: None }], complete: false }
    }

    /// Adds a compartment below another. A name is unique among the children of one parent, without regard to case; a second one of
    /// the same name is the first.
    pub fn add(
        &mut self,
        parent: CompartmentId,
        name: impl Into<String>,
        ocid: Option<String>,
    ) -> CompartmentId {
        let name = name.into();
        if let Some(there) = self.child(parent, &name) {
            return there;
        }
        self.nodes.push(Node { name, ocid, parent: Some(parent) });
        CompartmentId(u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX))
    }

    /// Says that there are no other compartments: a name that is not here leads nowhere.
    pub fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// Whether there are no others.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// All of them, each behind its parent.
    pub fn ids(&self) -> impl Iterator<Item = CompartmentId> + use<> {
        (0..self.count()).map(CompartmentId)
    }

    /// How many there are, the root among them.
    pub fn count(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// Its own name.
    pub fn name(&self, id: CompartmentId) -> &str {
        self.node(id).map_or("", |node| &node.name)
    }

    /// Its OCID, where it is known.
    pub fn ocid(&self, id: CompartmentId) -> Option<&str> {
        self.node(id)?.ocid.as_deref()
    }

    /// The one that it is in.
    pub fn parent(&self, id: CompartmentId) -> Option<CompartmentId> {
        self.node(id)?.parent
    }

    /// Itself and those around it, up to the root.
    pub fn up(&self, id: CompartmentId) -> impl Iterator<Item = CompartmentId> + '_ {
        std::iter::successors(Some(id), |id| self.parent(*id))
    }

    /// Whether `inner` is `outer` or in it.
    pub fn within(&self, inner: CompartmentId, outer: CompartmentId) -> bool {
        self.up(inner).any(|id| id == outer)
    }

    /// The child of this name, in any case.
    pub fn child(&self, parent: CompartmentId, name: &str) -> Option<CompartmentId> {
        self.ids().find(|id| self.parent(*id) == Some(parent) && same(self.name(*id), name))
    }

    /// The compartment with this OCID.
    pub fn by_ocid(&self, ocid: &str) -> Option<CompartmentId> {
        self.ids().find(|id| self.ocid(*id).is_some_and(|it| same(it, ocid)))
    }

    /// The path from the root's child to it, as statements at the root write it: `A:B`; empty for the root.
    pub fn path(&self, id: CompartmentId) -> String {
        let mut names: Vec<_> =
            self.up(id).filter(|id| *id != CompartmentId::ROOT).map(|id| self.name(id)).collect();
        names.reverse();
        names.join(":")
    }

    /// The compartment of a path as [`path`](Self::path) writes it, or of a name that is unique in the tenancy.
    pub fn find(&self, path: &str) -> Option<CompartmentId> {
        let down = path.split(':').try_fold(CompartmentId::ROOT, |at, name| self.child(at, name.trim()));
        let named = || {
            let mut all = self.ids().filter(|id| same(self.name(*id), path));
            all.next().filter(|_| all.next().is_none())
        };
        down.or_else(named)
    }

    fn node(&self, id: CompartmentId) -> Option<&Node> {
        self.nodes.get(id.index())
    }
}

/// Whether two names are one: Oracle compares without regard to case.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}
