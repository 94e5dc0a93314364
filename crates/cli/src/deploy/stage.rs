//! The two stages: the same configuration twice. First what repositories need, with the images that run already; then the functions. Each plan is
//! judged before it is applied, and applied as it was judged.

use std::collections::BTreeMap;
use std::path::PathBuf;

use adit_terraform::plan::{Plan, PlanError, Summary};
use adit_terraform::run::{Interrupt, Outputs, RunError, Terraform, Unguarded};

use super::{no_output, variable};
use crate::args::{DeployArgs, OutputFormat};
use crate::console;
use crate::deploy::error::DeployError;
use crate::deploy::receipt::{Outcome, Receipt};
use crate::deploy::{ask, steps, tell};
use crate::failure::Failure;
use crate::pins::{self, Pins};

/// What a plan is called in messages.
const PLAN: &str = "the plan";

/// What both stages need.
pub(super) struct Stages<'a> {
    pub(super) args: &'a DeployArgs,
    pub(super) terraform: &'a Terraform,
    /// Where a plan is kept until it is applied.
    pub(super) saved: PathBuf,
    /// The digests that are noted beside the configuration.
    pub(super) pins: Pins,
    pub(super) interrupt: &'a Interrupt,
    pub(super) receipt: &'a mut Receipt,
}

impl Stages<'_> {
    /// The first stage, where a repository is missing. What there is then.
    pub(super) async fn repositories(
        &mut self,
        known: Outputs,
        names: &[String],
    ) -> Result<Outputs, Failure> {
        let missing = names.iter().any(|name| !known.repositories.contains_key(name));
        // Without touching anything both stages are one plan.
        if !missing || self.args.dry_run {
            return Ok(known);
        }
        self.title("stage 1", "what comes before the image: network, repository, application");
        let summary = self.judged(&known.images).await?;
        self.applied(&summary, None).await?;
        let known = self.terraform.outputs().await?;
        match names.iter().find(|name| !known.repositories.contains_key(*name)) {
            Some(name) => Err(no_output(self.args, name, "the repository").into()),
            None => Ok(known),
        }
    }

    /// The second stage: the functions with their images. `None`: it was only planned.
    pub(super) async fn functions(
        &mut self,
        images: &BTreeMap<String, String>,
        names: &[String],
    ) -> Result<Option<Outputs>, Failure> {
        if self.receipt.outcome != Outcome::Nothing {
            self.title("stage 2", "the functions");
        }
        let summary = self.judged(images).await?;
        for name in names {
            fits(&summary, name, images)?;
        }
        if self.args.dry_run {
            self.receipt.outcome = Outcome::Planned;
            return Ok(None);
        }
        self.applied(&summary, Some(images)).await?;
        let outputs = self.terraform.outputs().await?;
        for name in names {
            let runs = outputs.images.get(name).map_or("no image", String::as_str);
            let wanted = images.get(name).map_or("", String::as_str);
            if runs != wanted {
                return Err(other(name, format!("the state says that it runs {runs}"), wanted).into());
            }
        }
        Ok(Some(outputs))
    }

    /// Makes a plan and judges it: what it destroys has been named, and what is checked finds no error in it.
    async fn judged(&mut self, images: &BTreeMap<String, String>) -> Result<Summary, Failure> {
        let variables = [("images", variable(images))];
        let mut guarded: Vec<String> = Vec::new();
        let (bytes, summary) = loop {
            let lifted = self.lift(&guarded)?;
            let planned = self.terraform.plan(&self.saved, &variables).await;
            drop(lifted);
            let more = match planned {
                Ok(()) => Vec::new(),
                // Such a plan can be looked at, as far as it goes: not behind what is guarded. It cannot be applied.
                Err(RunError::Guarded { addresses }) => addresses,
                Err(error) => return Err(error.into()),
            };
            let bytes = self.terraform.show(&self.saved).await?;
            let summary = Summary::parse(PLAN, &bytes)?;
            let allowed = self.allowed(&summary);
            if more.is_empty() || allowed.is_err() {
                self.receipt.planned(&summary);
                tell::plan(self.args, &summary);
            }
            allowed?;
            if more.is_empty() {
                break (bytes, summary);
            }
            if more.iter().all(|address| guarded.contains(address)) {
                return Err(RunError::Guarded { addresses: more }.into());
            }
            guarded.extend(more);
        };
        match Plan::parse(PLAN, &bytes) {
            Ok(plan) => drop(steps::check(self.args, Some(plan))?),
            Err(PlanError::NothingOfOracle { .. }) => {
                self.title(
                    "verdict",
                    "the plan has no network and no policies of Oracle's: nothing to judge",
                );
            }
            Err(error) => return Err(error.into()),
        }
        Ok(summary)
    }

    /// Lifts the guards of what somebody has named.
    fn lift(&self, guarded: &[String]) -> Result<Option<Unguarded>, Failure> {
        if guarded.is_empty() {
            return Ok(None);
        }
        let unusable = |error| DeployError::Scratch { path: self.args.dir.clone(), error };
        match Unguarded::lift(&self.args.dir, guarded).map_err(unusable)? {
            None => Err(RunError::Guarded { addresses: guarded.to_vec() }.into()),
            lifted => Ok(lifted),
        }
    }

    /// Whether somebody has named all that goes.
    fn allowed(&self, summary: &Summary) -> Result<(), DeployError> {
        let unnamed = summary.unnamed(&self.args.allow_replace)?;
        if unnamed.is_empty() {
            return Ok(());
        }
        let partly =
            "what depends on that is not planned yet: Terraform plans no further than to what is protected";
        let partly = summary.errored.then(|| partly.to_owned());
        let sentences = unnamed.iter().map(ToString::to_string).chain(partly).collect();
        // What follows from another one needs no name of its own.
        let names = unnamed.iter().filter(|change| change.follows.is_none());
        let twice = |name: &str| {
            summary.changes.iter().filter(|it| it.name == name && it.action.destroys()).count() > 1
        };
        let names =
            names.map(|it| if twice(&it.name) { it.address.clone() } else { it.name.clone() }).collect();
        Err(DeployError::Unnamed { sentences, names })
    }

    /// Applies a plan, if there is anything in it, and if somebody says yes. `pin`: the digests that are noted beside the configuration, so
    /// that what is applied by hand afterwards has them, too.
    async fn applied(
        &mut self,
        summary: &Summary,
        pin: Option<&BTreeMap<String, String>>,
    ) -> Result<(), Failure> {
        if summary.applies {
            ask::consent(self.args, self.interrupt).await?;
        }
        if let Some(images) = pin {
            images.iter().for_each(|(name, digest)| self.pins.set(name, digest));
            self.pins.write()?;
        }
        if !summary.applies {
            // The first stage has nothing to say of the whole.
            self.receipt.outcome = match (pin, self.receipt.outcome) {
                (Some(_), Outcome::Nothing) => Outcome::Unchanged,
                (Some(_), _) => Outcome::Applied,
                (None, outcome) => outcome,
            };
            return Ok(());
        }
        match self.terraform.apply(&self.saved, |step| tell::step(self.args, summary, step)).await {
            Ok(applied) => {
                // Without the functions it is half of it.
                self.receipt.applied(&applied, pin.is_some());
                Ok(())
            }
            Err(error) => {
                if let Some(applied) = error.applied() {
                    self.receipt.applied(applied, false);
                }
                Err(error.into())
            }
        }
    }

    fn title(&self, name: &str, text: &str) {
        if self.args.format == OutputFormat::Human {
            console::named(name, text);
        }
    }
}

/// Whether the plan runs the image that was pushed, and no other.
fn fits(summary: &Summary, name: &str, images: &BTreeMap<String, String>) -> Result<(), DeployError> {
    let Some(wanted) = images.get(name) else { return Ok(()) };
    for (change, image, digest) in summary.images().filter(|(change, ..)| change.name == name) {
        if digest.is_some_and(|digest| digest != wanted) {
            return Err(other(
                name,
                format!("the plan runs {} of {image}", digest.unwrap_or_default()),
                wanted,
            ));
        }
        if image.rsplit_once(':').map(|(_, tag)| tag) != Some(pins::tag(wanted).as_str()) {
            return Err(other(name, format!("{} runs {image}", change.address), wanted));
        }
    }
    Ok(())
}

fn other(function: &str, found: String, wanted: &str) -> DeployError {
    DeployError::OtherImage { function: function.to_owned(), found, wanted: wanted.to_owned() }
}
