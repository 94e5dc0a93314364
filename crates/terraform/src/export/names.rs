//! What things are called in Terraform: names made from those of the cloud, and no two alike.

use std::collections::{HashMap, HashSet};

/// Names that are given out, per type of resource.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashMap<&'static str, HashSet<String>>,
}

impl Names {
    /// A name for something that is called `name` in the cloud; the second of the same gets a number.
    pub(super) fn give(&mut self, kind: &'static str, name: &str) -> String {
        let taken = self.taken.entry(kind).or_default();
        let wanted = local(name);
        let mut given = wanted.clone();
        let mut number = 2;
        while !taken.insert(given.clone()) {
            given = format!("{wanted}_{number}");
            number += 1;
        }
        given
    }
}

/// A name of the cloud as one of Terraform: letters and digits of ASCII in lower case, everything else an underscore.
pub(super) fn local(name: &str) -> String {
    let part = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let local: String = name.chars().map(part).collect();
    if local.starts_with(|c: char| c.is_ascii_alphabetic()) { local } else { format!("_{local}") }
}

/// A name that policies and groups may have in the cloud.
pub(super) fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike() {
        let mut names = Names::default();
        let given: Vec<String> = ["fn-rt", "fn_rt", "FN rt", "fn_rt_2", "10.0", "ünder"]
            .iter()
            .map(|name| names.give("a", name))
            .collect();
        assert_eq!(given, ["fn_rt", "fn_rt_2", "fn_rt_3", "fn_rt_2_2", "_10_0", "__nder"]);
        assert_eq!(names.give("b", "fn-rt"), "fn_rt");
    }
}
