//! Typed places in a list: how one object of a [`Network`](crate::Network) refers to another.
//!
//! An [`Id`] is made by [`Arena::add`] only, so it always leads somewhere in its own network. Objects refer to each other in
//! circles (a table names a peering, the peering has a table): add them first, fill their rules in afterwards through
//! [`Arena::at_mut`].

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The place of a `T` in its [`Arena`]. Means nothing in another network.
pub struct Id<T> {
    index: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The place as a number, counted from 0: for tables that run beside an arena.
    pub fn index(self) -> usize {
        self.index as usize
    }

    fn at(index: usize) -> Self {
        Self { index: u32::try_from(index).unwrap_or(u32::MAX), of: PhantomData }
    }
}

// Written out, because a derive would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.cmp(&other.index)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index)
    }
}

/// The objects of one kind, in the order in which they were added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arena<T> {
    items: Vec<T>,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T> Arena<T> {
    /// Adds an object and tells where it is.
    pub fn add(&mut self, item: T) -> Id<T> {
        self.items.push(item);
        Id::at(self.items.len() - 1)
    }

    /// The object at `id`; `None` if the id belongs to a larger network.
    pub fn get(&self, id: Id<T>) -> Option<&T> {
        self.items.get(id.index())
    }

    /// The object at `id`, which must be one of this arena's.
    #[expect(
        clippy::indexing_slicing,
        reason = "an id is made by `add` of this arena only, and nothing is ever taken out"
    )]
    pub fn at(&self, id: Id<T>) -> &T {
        &self.items[id.index()]
    }

    /// The same, to change.
    #[expect(
        clippy::indexing_slicing,
        reason = "an id is made by `add` of this arena only, and nothing is ever taken out"
    )]
    pub fn at_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.items[id.index()]
    }

    /// All of them, with their places.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Id<T>, &T)> + ExactSizeIterator {
        self.items.iter().enumerate().map(|(index, item)| (Id::at(index), item))
    }

    /// Their places alone.
    pub fn ids(&self) -> impl Iterator<Item = Id<T>> + use<T> {
        (0..self.items.len()).map(Id::at)
    }

    /// The place of the first that answers to `wanted`.
    pub fn find(&self, wanted: impl FnMut(&T) -> bool) -> Option<Id<T>> {
        self.items.iter().position(wanted).map(Id::at)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<T> Index<Id<T>> for Arena<T> {
    type Output = T;
    fn index(&self, id: Id<T>) -> &T {
        self.at(id)
    }
}

impl<T> IndexMut<Id<T>> for Arena<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        self.at_mut(id)
    }
}
