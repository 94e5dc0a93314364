//! JSON pointers (RFC 6901), and all pointers of a mapping as one tree, so that a record is walked once. Pure.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A place in a record: `/user/email`, `/items/0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pointer(Vec<String>);

/// Why a text is not a pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a JSON pointer: {why}")]
pub struct PointerError {
    text: String,
    why: &'static str,
}

impl Pointer {
    /// The most steps that one may have: nobody walks deeper for a column.
    pub const MOST_STEPS: usize = 32;

    /// Its steps: keys, or places of an array.
    pub fn steps(&self) -> &[String] {
        &self.0
    }
}

impl FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |why| Err(PointerError { text: text.chars().take(100).collect(), why });
        let Some(steps) = text.strip_prefix('/') else {
            return refuse("a pointer begins with `/`; the whole record is {\"record\": true}");
        };
        let mut read = Vec::new();
        for step in steps.split('/') {
            let bare = step.replace("~0", "").replace("~1", "");
            if bare.contains('~') {
                return refuse("`~` stands only in `~0`, which is `~`, and `~1`, which is `/`");
            }
            read.push(step.replace("~1", "/").replace("~0", "~"));
        }
        if read.len() > Self::MOST_STEPS {
            return refuse("it has more than 32 steps");
        }
        Ok(Self(read))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "/{}", step.replace('~', "~0").replace('/', "~1")))
    }
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A step of a tree of pointers.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The columns that take the value here.
    pub(crate) columns: Vec<usize>,
    steps: Vec<(String, Node)>,
}

impl Node {
    /// Adds a pointer that leads to a column.
    pub(crate) fn add(&mut self, pointer: &Pointer, column: usize) {
        let mut node = self;
        for step in pointer.steps() {
            let at = match node.steps.iter().position(|(name, _)| name == step) {
                Some(at) => at,
                None => {
                    node.steps.push((step.clone(), Node::default()));
                    node.steps.len() - 1
                }
            };
            match node.steps.get_mut(at) {
                Some((_, next)) => node = next,
                None => return,
            }
        }
        node.columns.push(column);
    }

    /// Where a key, or the place of an array, leads.
    pub(crate) fn step(&self, name: &str) -> Option<&Node> {
        self.steps.iter().find(|(step, _)| step == name).map(|(_, node)| node)
    }

    /// What lies one step behind it.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Node> {
        self.steps.iter().map(|(_, node)| node)
    }

    /// Whether nothing lies behind it.
    pub(crate) fn is_leaf(&self) -> bool {
        self.steps.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_rfc_6901s() {
        let pointer: Pointer = "/a~1b/~01/0".parse().unwrap();
        assert_eq!(pointer.steps(), ["a/b", "~1", "0"]);
        assert_eq!(pointer.to_string(), "/a~1b/~01/0");
        assert_eq!("/".parse::<Pointer>().unwrap().steps(), [""]);
        for wrong in ["", "a", "/~", "/~2", &"/a".repeat(33)] {
            assert!(wrong.parse::<Pointer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_tree_joins_what_begins_alike() {
        let mut tree = Node::default();
        for (pointer, column) in [("/a/b", 1), ("/a/c", 2), ("/a", 3), ("/a/b", 4)] {
            tree.add(&pointer.parse().unwrap(), column);
        }
        let a = tree.step("a").unwrap();
        assert_eq!(a.columns, [3]);
        assert_eq!(a.step("b").unwrap().columns, [1, 4]);
        assert!(a.step("c").unwrap().is_leaf() && !a.is_leaf() && a.step("d").is_none());
    }
}
