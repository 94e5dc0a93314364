//! Who has to make which calls, on what, and why.

use super::system::{RunsAs, System, Whom, Workload};
use crate::permissions::{self, CallRow};
use crate::tenancy::{CompartmentId, Request, Variables};

/// What somebody has to do with a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// The function at work.
    Run,
    /// Bringing a new image.
    Deploy,
    /// Finding things by name, while deploying.
    LookUp,
    /// Calling the function, to see that it works.
    Try,
    /// Creating applications and functions.
    Provision,
    /// What Oracle Cloud does itself.
    Platform,
}

/// A call that somebody has to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// For which duty.
    pub duty: Duty,
    /// Who makes it.
    pub whom: Whom,
    /// The call.
    pub call: &'static CallRow,
    /// On something in this compartment.
    pub compartment: CompartmentId,
    /// On this one alone: the variable that says so, and its value; a hole `<…>` as long as nobody knows the value. None for lists and
    /// for what does not exist yet.
    pub only: Option<(&'static str, String)>,
    /// Why.
    pub reason: &'static str,
}

impl Need {
    /// The requests that the call makes: one a permission.
    pub fn requests(&self, principal: &crate::tenancy::Principal) -> impl Iterator<Item = Request> + '_ {
        let variables = Variables::none().with("request.operation", self.call.name);
        let variables = match &self.only {
            Some((name, value)) => variables.with(name, value.clone()),
            None => variables,
        };
        let principal = principal.clone();
        self.call.needs.iter().map(move |permission| {
            Request::new(principal.clone(), permission, self.compartment).carrying(variables.clone())
        })
    }
}

/// All calls that a system makes again and again.
pub fn needs(system: &System) -> Vec<Need> {
    let mut needs = Vec::new();
    for workload in &system.workloads {
        run(&mut needs, workload);
        for deployers in &system.deployers {
            let whom = &deployers.group;
            push_image(&mut needs, workload, whom);
            let mut on_function = |duty, call, reason| {
                add(&mut needs, duty, whom, call, workload.compartment, Some(function_id(workload)), reason);
            };
            on_function(Duty::Deploy, "GetFunction", "to compare what is deployed with what is to be");
            on_function(Duty::Deploy, "UpdateFunction", "to give the function its new image");
            if deployers.invokes {
                on_function(Duty::Try, "InvokeFunction", "to see that it works");
            }
            if deployers.looks_up {
                for (call, reason) in [
                    ("ListApplications", "to find the application by its name"),
                    ("GetApplication", "to see the application"),
                    ("ListFunctions", "to find the function by its name"),
                ] {
                    add(&mut needs, Duty::LookUp, whom, call, workload.compartment, None, reason);
                }
            }
        }
        for whom in &system.provisioners {
            for (call, reason) in [
                ("CreateApplication", "to create the application"),
                ("GetApplication", "to see whether it is as it should be"),
                ("ListApplications", "to see whether it is there"),
                ("UpdateApplication", "to change its settings"),
                ("CreateFunction", "to create the function"),
                ("GetFunction", "to see whether it is as it should be"),
                ("ListFunctions", "to see whether it is there"),
            ] {
                add(&mut needs, Duty::Provision, whom, call, workload.compartment, None, reason);
            }
            if let Some(image) = &workload.image {
                let only = Some(("target.repo.name", image.name.clone()));
                let reason = "the image of a new function is looked up as whoever creates it";
                add(&mut needs, Duty::Provision, whom, "PullImage", image.compartment, only, reason);
            }
        }
    }
    needs
}

fn run(needs: &mut Vec<Need>, workload: &Workload) {
    let whom = match &workload.runs_as {
        RunsAs::Resource(whom) | RunsAs::User(whom) => whom,
    };
    for bucket in &workload.buckets {
        let only = Some(("target.bucket.name", bucket.name.clone()));
        let reason = "to read a new object, whose event calls it";
        add(needs, Duty::Run, whom, "GetObject", bucket.compartment, only, reason);
    }
    let Some(secret) = &workload.secret else { return };
    let value = secret.ocid.clone().unwrap_or_else(|| format!("<OCID of secret {}>", secret.name));
    let only = Some(("target.secret.id", value));
    let reason = "to read the database's address and password when it starts";
    add(needs, Duty::Run, whom, "GetSecretBundle", secret.compartment, only, reason);
}

fn push_image(needs: &mut Vec<Need>, workload: &Workload, whom: &Whom) {
    let Some(image) = &workload.image else { return };
    let only = Some(("target.repo.name", image.name.clone()));
    let reason = "to push the image; to read it is also what passes the check of UpdateFunction";
    add(needs, Duty::Deploy, whom, "PushImage", image.compartment, only, reason);
}

fn function_id(workload: &Workload) -> (&'static str, String) {
    let value = workload.ocid.clone().unwrap_or_else(|| format!("<OCID of function {}>", workload.function));
    ("target.function.id", value)
}

fn add(
    needs: &mut Vec<Need>,
    duty: Duty,
    whom: &Whom,
    call: &str,
    compartment: CompartmentId,
    only: Option<(&'static str, String)>,
    reason: &'static str,
) {
    // The first row of a call with cases is the usual case: what is pushed to exists.
    let Some(call) = permissions::calls(call).first() else { return };
    needs.push(Need { duty, whom: whom.clone(), call, compartment, only, reason });
}

/// What an administrator does once; it takes no lasting statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The call.
    pub call: &'static CallRow,
    /// On something in this compartment.
    pub compartment: CompartmentId,
    /// What for, in one line.
    pub what: String,
}

/// What an administrator does once for a system.
pub fn steps(system: &System) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |call: &str, compartment, what: String| {
        let row = permissions::calls(call).first();
        let step = row.map(|call| Step { call, compartment, what });
        steps.extend(step.filter(|step| !steps.contains(step)));
    };
    for workload in &system.workloads {
        if let Some(image) = &workload.image {
            let name = &image.name;
            let what = format!("create repository {name} there, before the first push");
            add("CreateContainerRepository", image.compartment, what);
            let what = format!("or, where {name} exists in the root compartment: move it");
            add("ChangeContainerRepositoryCompartment", CompartmentId::ROOT, what);
            let what =
                "switch off that a push to an unknown name creates a repository in the root compartment";
            add("UpdateContainerConfiguration", CompartmentId::ROOT, what.into());
        }
        if let Some(secret) = &workload.secret {
            let what =
                format!("create secret {}: this is what `use keys` and `use vaults` are for", secret.name);
            add("CreateSecret", secret.compartment, what);
        }
        if let RunsAs::Resource(whom) = &workload.runs_as {
            add("CreateDynamicGroup", CompartmentId::ROOT, format!("create {whom}"));
        }
        add("CreatePolicy", workload.compartment, "create the policy with these statements".into());
    }
    steps
}
