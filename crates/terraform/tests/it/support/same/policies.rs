//! A set of policies as lines: one for each statement, with the compartment that holds it.

use adit_iam::tenancy::PolicySet;

/// Every statement of a set. `names` says what stands for what: an OCID of the plan, and how the file writes the same.
pub(crate) fn statements(set: &PolicySet, names: &[(String, String)]) -> Vec<String> {
    let mut lines: Vec<String> = set
        .statements()
        .map(|(_, policy, statement)| {
            let mut line = format!("{}: {}", set.compartments.path(policy.compartment), statement.value);
            names.iter().for_each(|(from, to)| line = line.replace(from, to));
            line
        })
        .collect();
    lines.extend(set.dynamic_groups().map(|(_, group)| {
        let mut line = format!("dynamic group {}: {:?}", group.name, group.members);
        names.iter().for_each(|(from, to)| line = line.replace(from, to));
        line
    }));
    lines.sort();
    lines
}
