//! `adit deploy`: check, image, Terraform's plan judged and applied, a call, a receipt. What can fail without touching anything comes first.

mod ask;
mod error;
mod receipt;
mod smoke;
mod stage;
mod steps;
mod tell;

use std::collections::BTreeMap;

use adit_blueprint::Blueprint;
use adit_terraform::run::{Backend, Interrupt, Terraform, Unguarded};

pub(crate) use self::error::DeployError;

use crate::args::{DeployArgs, OutputFormat};
use crate::console;
use crate::deploy::error::STATE_IS_LOCAL;
use crate::deploy::receipt::{DeployedImage, Outcome, Receipt};
use crate::deploy::smoke::Smoke;
use crate::deploy::stage::Stages;
use crate::failure::Failure;
use crate::pins::Pins;
use crate::push;

/// Deploys, and prints the receipt: also of what was done before it failed.
pub(crate) async fn run(args: DeployArgs) -> Result<(), Failure> {
    let interrupt = Interrupt::default();
    tokio::spawn(ask::listen(interrupt.clone()));
    let mut receipt = Receipt::new(args.file.clone(), args.dir.clone());
    let done = Box::pin(deploy(&args, &interrupt, &mut receipt)).await;
    match args.format {
        OutputFormat::Json => console::data(&receipt.json(done.as_ref().err())),
        OutputFormat::Human if done.is_ok() || receipt.outcome != Outcome::Nothing => receipt.tell(),
        OutputFormat::Human => {}
    }
    done
}

async fn deploy(args: &DeployArgs, interrupt: &Interrupt, receipt: &mut Receipt) -> Result<(), Failure> {
    // What is wrong with the arguments comes out before anything is looked at.
    let login = push::login(&args.login)?;
    let smoke = Smoke::of(args)?;
    let blueprint = steps::check(args, None)?;
    let names = names(args, &blueprint)?;
    let terraform = Terraform::find(args.terraform_binary.as_deref(), &args.dir, interrupt).await?;
    steps::export(args)?;
    let pins = Pins::read(&args.dir)?;
    let pinned = pins.digests()?;
    let unusable = |error| DeployError::Scratch { path: args.dir.clone(), error };
    Unguarded::clean(&args.dir).map_err(unusable)?;

    let backend = terraform.init().await?;
    receipt.by(&terraform, &backend);
    introduce(args, &terraform, &backend);
    let known = terraform.outputs().await?;

    // Of this user alone: a plan may hold secrets.
    let scratch = tempfile::Builder::new().prefix("adit-deploy-").tempdir();
    let scratch = scratch.map_err(|error| DeployError::Scratch { path: std::env::temp_dir(), error })?;
    let image = ask::unless(interrupt, steps::image(args, scratch.path())).await?;
    let digest = image.digest();

    let saved = scratch.path().join("plan.bin");
    let mut stages = Stages { args, terraform: &terraform, saved, pins, interrupt, receipt };
    let known = stages.repositories(known, &names).await?;
    for name in &names {
        let mut deployed = DeployedImage { digest: digest.clone(), pushed: None };
        if let Some(repository) = known.repositories.get(name).filter(|_| !args.dry_run) {
            let pushed = steps::push(&image, repository, login.clone());
            deployed.pushed = Some(ask::unless(interrupt, pushed).await?);
        }
        tell::image(args, name, &deployed);
        stages.receipt.images.insert(name.clone(), deployed);
    }
    // What the state knows to run, then what is pinned in the directory, then what is new.
    let mut images = known.images;
    images.extend(pinned);
    images.extend(names.iter().map(|name| (name.clone(), digest.clone())));
    let before = known.functions;
    let Some(outputs) = stages.functions(&images, &names).await? else { return Ok(()) };
    stages.receipt.functions.clone_from(&outputs.functions);

    let Some(smoke) = smoke else {
        if args.format == OutputFormat::Human {
            console::named("smoke", "no function was called: --smoke DATA calls each");
        }
        return Ok(());
    };
    for name in &names {
        let function = outputs.functions.get(name).ok_or_else(|| no_output(args, name, "the OCID"))?;
        let is_new = before.get(name) != Some(function);
        let smoked = ask::unless(interrupt, smoke.call(name, function, is_new)).await?;
        let failure = smoked.failure();
        stages.receipt.smoked.push(smoked);
        if let Some(failure) = failure {
            return Err(failure);
        }
    }
    Ok(())
}

/// The functions that get the image: those that are named, else all of the file.
fn names(args: &DeployArgs, blueprint: &Blueprint) -> Result<Vec<String>, DeployError> {
    let there: Vec<String> = blueprint.functions.iter().map(|function| function.name.value.clone()).collect();
    match args.functions.iter().find(|name| !there.contains(name)) {
        Some(name) => Err(DeployError::NoFunction { name: name.clone(), file: args.file.clone(), there }),
        None if args.functions.is_empty() => Ok(there),
        None => Ok(args.functions.clone()),
    }
}

/// Which program it is, and where the state is.
fn introduce(args: &DeployArgs, terraform: &Terraform, backend: &Backend) {
    if args.format == OutputFormat::Human {
        let program = format!("{} {}", terraform.product().name(), terraform.version());
        console::named("terraform", &format!("{program}, {}", terraform.binary().display()));
    }
    if *backend == Backend::Local {
        console::warning(&format!(
            "[{STATE_IS_LOCAL}] the state is local, in {}: nobody else can deploy, and who loses it loses the way back; a `backend` block keeps \
             it elsewhere",
            args.dir.display()
        ));
    }
}

/// What the configuration should have said.
fn no_output(args: &DeployArgs, name: &str, what: &'static str) -> DeployError {
    DeployError::NoOutput { function: name.to_owned(), what, dir: args.dir.clone() }
}

/// The digests as a variable of Terraform.
fn variable(images: &BTreeMap<String, String>) -> String {
    serde_json::to_string(images).unwrap_or_default()
}
