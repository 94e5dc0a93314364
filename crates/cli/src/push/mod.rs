//! `adit push`: an image from the disk to a registry, its repository created first where that is asked for. Here: to an address that was
//! named; where adit.toml says where to, in `functions`.

mod account;
mod credentials;
mod functions;
mod outcome;
mod repository;

use std::path::{Path, PathBuf};

pub(crate) use self::credentials::login;

use adit_image::layout;
use adit_image::registry::{Push, Reference};
use clap::Parser;

use crate::args::{BuildArgs, OutputFormat, PushArgs};
use crate::build;
use crate::console;
use crate::failure::Failure;
use crate::push::account::Account;
use crate::push::repository::{Repository, Wanted};

/// What is pushed unless something else is named: what `adit build` writes.
const IMAGE: &str = "image";

pub(crate) async fn run(args: PushArgs) -> Result<(), Failure> {
    match &args.reference {
        Some(reference) if !args.all && args.functions.is_empty() => {
            let reference = reference.parse()?;
            to_reference(&args, reference).await
        }
        _ => Box::pin(functions::run(args)).await,
    }
}

async fn to_reference(args: &PushArgs, reference: Reference) -> Result<(), Failure> {
    // What is wrong with the arguments comes out before anything is built or sent.
    let push = Push {
        credentials: credentials::login(&args.login)?,
        mount_from: args.mount_from.as_deref().map(|from| mounted(&reference, from)).transpose()?,
        ..Push::new(reference.clone())
    };
    let path = args.layout.clone().unwrap_or_else(|| PathBuf::from(IMAGE));
    let human = args.format == OutputFormat::Human;
    if args.build {
        build(&path, human).await?;
    }
    let image = layout::read(&path)?;
    let repository = ensure(args, &reference).await?;
    if let Some(repository) = repository.as_ref().filter(|_| human) {
        console::named("repository", &repository.sentence());
    }
    let pushed = push.run(&image).await?;
    if human {
        outcome::tell_blobs(&pushed, &reference);
        console::data(&pushed.pinned);
    } else {
        console::data(&outcome::json(&pushed, &reference, &image.digest(), repository.as_ref()));
    }
    Ok(())
}

/// Creates the repository unless it is in its compartment; `None` if no compartment is named.
async fn ensure(args: &PushArgs, reference: &Reference) -> Result<Option<Repository>, Failure> {
    let Some(compartment) = &args.compartment else { return Ok(None) };
    let Some(address) = reference.ocir() else {
        return Err(Failure::Choice(format!(
            "--compartment is for Oracle's registry (REGION-KEY.ocir.io), and {} is another one",
            reference.registry()
        )));
    };
    let account = Account::of(args, &address.region)?;
    let wanted = Wanted { registry: reference.registry(), name: &address.name, compartment, create: true };
    wanted.ensure(&account).await.map(Some)
}

/// Builds with the defaults of `adit build`, and its variables.
pub(crate) async fn build(path: &Path, human: bool) -> Result<(), Failure> {
    #[derive(Parser)]
    struct Build {
        #[command(flatten)]
        args: BuildArgs,
    }
    let format = if human { "human" } else { "json" };
    let words = ["build".as_ref(), "--format".as_ref(), format.as_ref(), "-o".as_ref(), path.as_os_str()];
    let build = Build::try_parse_from(words).map_err(|error| Failure::Choice(error.to_string()))?;
    let built = build::build(&build.args).await?;
    if human {
        built.tell_form();
    }
    Ok(())
}

/// A repository of the same registry.
fn mounted(to: &Reference, from: &str) -> Result<String, Failure> {
    let reference: Reference = format!("{}/{from}", to.registry()).parse()?;
    match reference.tag() {
        None => Ok(from.to_owned()),
        Some(_) => Err(Failure::Choice("--mount-from names a repository, without a tag".to_owned())),
    }
}
