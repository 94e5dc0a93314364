//! Who and what a question names.

use adit_iam::need::{RunsAs, Whom};
use adit_iam::tenancy::{CompartmentId, Group, Principal, Variables};

use super::prove::function;
use super::{Permission, ROOT};
use crate::nearest::nearest;
use crate::words::list;

/// What something is asked about: where it is, and how a request says that it is this one.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its compartment.
    pub compartment: CompartmentId,
    /// What a request carries of it.
    pub variables: Variables,
}

/// A name that leads to nothing.
#[derive(Debug, thiserror::Error)]
#[error("there is no {what} `{name}`{}", near.as_ref().map(|near| format!("; the nearest is `{near}`")).unwrap_or_else(|| format!("; there are: {known}")))]
pub struct NameError {
    what: &'static str,
    name: String,
    near: Option<String>,
    known: String,
}

impl NameError {
    fn new<'n>(what: &'static str, name: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let near = nearest(name, known.iter().copied()).map(str::to_owned);
        let known = if known.is_empty() { "none".to_owned() } else { list(known.iter().copied().take(20)) };
        Self { what, name: crate::words::shown(name), near, known }
    }
}

impl Permission {
    /// Who a name means: a function, `group/NAME`, `dynamic-group/NAME`, `service/NAME`, or a name alone that is one of these.
    ///
    /// # Errors
    ///
    /// If nobody has that name.
    pub fn principal(&self, name: &str) -> Result<Principal, NameError> {
        let set = &self.existing;
        let workload = |name: &str| self.system.workloads.iter().find(|it| it.function == name);
        let as_function = |name: &str| {
            workload(name).and_then(|workload| match &workload.runs_as {
                RunsAs::Resource(_) => Some(function(workload)),
                RunsAs::User(whom) => whom.principal(set),
            })
        };
        let found = match name.split_once('/') {
            Some(("function", name)) => as_function(name),
            Some(("group", name)) => whom(name, true).principal(set),
            Some(("dynamic-group", name)) => whom(name, false).principal(set),
            Some(("service", name)) => Some(Principal::Service(name.to_owned())),
            _ => as_function(name)
                .or_else(|| whom(name, true).principal(set))
                .or_else(|| whom(name, false).principal(set)),
        };
        found.ok_or_else(|| {
            let functions = self.system.workloads.iter().map(|it| it.function.as_str());
            let groups = set.groups().map(|(_, Group { name, .. })| name.as_str());
            let dynamic = set.dynamic_groups().map(|(_, group)| group.name.as_str());
            NameError::new("function, group or dynamic group", name, functions.chain(groups).chain(dynamic))
        })
    }

    /// What a name means: `secret/NAME`, `function/NAME`, `repository/NAME`, `compartment/PATH`, `tenancy`, or a name alone that is one
    /// of these.
    ///
    /// # Errors
    ///
    /// If nothing has that name.
    pub fn target(&self, name: &str) -> Result<Target, NameError> {
        let found = match name.split_once('/') {
            Some(("secret", name)) => self.secret(name),
            Some(("function", name)) => self.function(name),
            Some(("repository", name)) => self.repository(name),
            Some(("compartment", path)) => self.compartment_target(path),
            _ => self
                .secret(name)
                .or_else(|| self.function(name))
                .or_else(|| self.repository(name))
                .or_else(|| self.compartment_target(name)),
        };
        found.ok_or_else(|| {
            let secrets =
                self.system.workloads.iter().filter_map(|it| Some(it.secret.as_ref()?.name.as_str()));
            let functions = self.system.workloads.iter().map(|it| it.function.as_str());
            let images = self.system.workloads.iter().filter_map(|it| Some(it.image.as_ref()?.name.as_str()));
            let tree = &self.existing.compartments;
            let compartments = tree.ids().map(|id| tree.name(id));
            let known = secrets.chain(functions).chain(images).chain(compartments);
            NameError::new("secret, function, repository or compartment", name, known)
        })
    }

    fn secret(&self, name: &str) -> Option<Target> {
        let secret =
            self.system.workloads.iter().filter_map(|it| it.secret.as_ref()).find(|it| it.name == name)?;
        let variables = Variables::not_known().with("target.secret.name", &secret.name);
        let variables = match &secret.ocid {
            Some(ocid) => variables.with("target.secret.id", ocid),
            None => variables,
        };
        Some(Target { compartment: secret.compartment, variables })
    }

    fn function(&self, name: &str) -> Option<Target> {
        let workload = self.system.workloads.iter().find(|it| it.function == name)?;
        let variables = match &workload.ocid {
            Some(ocid) => Variables::not_known().with("target.function.id", ocid),
            None => Variables::not_known(),
        };
        Some(Target { compartment: workload.compartment, variables })
    }

    fn repository(&self, name: &str) -> Option<Target> {
        let image =
            self.system.workloads.iter().filter_map(|it| it.image.as_ref()).find(|it| it.name == name)?;
        let variables = Variables::not_known().with("target.repo.name", &image.name);
        Some(Target { compartment: image.compartment, variables })
    }

    fn compartment_target(&self, path: &str) -> Option<Target> {
        let root = ROOT.iter().any(|word| word.eq_ignore_ascii_case(path));
        let compartment =
            if root { Some(CompartmentId::ROOT) } else { self.existing.compartments.find(path) };
        Some(Target { compartment: compartment?, variables: Variables::not_known() })
    }
}

/// `DOMAIN/NAME`, or a name of the default domain.
fn whom(name: &str, users: bool) -> Whom {
    let (domain, name) = match name.split_once('/') {
        Some((domain, name)) => (domain.to_owned(), name.to_owned()),
        None => (adit_iam::tenancy::DEFAULT_DOMAIN.to_owned(), name.to_owned()),
    };
    if users { Whom::Group { domain, name } } else { Whom::DynamicGroup { domain, name } }
}
