//! Whether two networks, or two sets of policies, are the same but for the order of things, where they come from and what the cloud
//! decides. Both sides become lines that people can read, and the lines are compared.
//!
//! Only what an export makes is compared. What belongs to somebody else is, in a plan, an OCID and nothing more; so it is left out of the
//! comparison, and where something of one's own refers to it, the reference is compared: by a name on one side and an OCID that was
//! made from this name on the other ([`called`]).

mod network;
mod policies;

use std::collections::BTreeMap;

pub(crate) use network::lines;
pub(crate) use policies::statements;

/// What two sides have that the other has not; nothing if they are the same.
pub(crate) fn differences(file: &[String], plan: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    file.iter().for_each(|line| *counts.entry(line).or_default() += 1);
    plan.iter().for_each(|line| *counts.entry(line).or_default() -= 1);
    let told = counts.into_iter().filter(|(_, count)| *count != 0);
    told.map(|(line, count)| {
        format!("{}: {line}", if count > 0 { "the file alone" } else { "the plan alone" })
    })
    .collect()
}

/// The name of something of somebody else's, whether by its name or by an OCID that ends with it: letters and digits of ASCII.
pub(crate) fn called(name: &str) -> String {
    let last = if name.starts_with("ocid1.") { name.rsplit('.').next().unwrap_or_default() } else { name };
    let part = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    last.chars().map(part).collect::<String>().trim_matches('_').to_owned()
}
