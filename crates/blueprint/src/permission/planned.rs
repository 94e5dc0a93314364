//! The tenancy as it will be, where the file names no policies: with the least statements for what its functions and groups do.

use adit_iam::need::{RunsAs, System, Whom, lines, rules};
use adit_iam::syntax::{At, Options, parse_rule};
use adit_iam::tenancy::{DynamicGroup, Matching, Members, Policy};

use super::Permission;

impl Permission {
    /// With the least statements, if there are no policies yet. What has no OCID yet is given one that stands for it.
    #[must_use]
    pub fn or_planned(self) -> Self {
        if self.existing.policies().len() > 0 {
            return self;
        }
        let system = named(self.system);
        let mut existing = self.existing;
        for rule in rules(&system) {
            let Whom::DynamicGroup { domain, name } = rule.whom else { continue };
            let read = parse_rule(&rule.text, &Options::default()).rule;
            let members =
                read.map_or(Members::NotKnown, |rule| Members::Matched(Matching::from(&rule.value)));
            existing.add_dynamic_group(DynamicGroup { domain, ..DynamicGroup::new(name, members) });
        }
        for line in lines(&existing, &system) {
            let name = format!("the least for {}", line.whom);
            let statements = vec![At::nowhere(line.statement)];
            existing.add_policy(Policy { name, compartment: line.attach, statements });
        }
        Self { existing, system, ..self }
    }
}

/// With an OCID for everything that has none yet: it stands in the statements, and the same in whatever is asked.
fn named(mut system: System) -> System {
    for workload in &mut system.workloads {
        if matches!(workload.runs_as, RunsAs::Resource(_)) {
            let ocid = format!("{}fnfunc.oc1..{}", adit_iam::syntax::Ocid::PREFIX, plain(&workload.function));
            workload.ocid.get_or_insert(ocid);
        }
        if let Some(secret) = &mut workload.secret {
            let ocid = format!("{}vaultsecret.oc1..{}", adit_iam::syntax::Ocid::PREFIX, plain(&secret.name));
            secret.ocid.get_or_insert(ocid);
        }
    }
    system
}

fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}
