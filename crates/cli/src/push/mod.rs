//! `adit push`: an image from the disk to a registry, its repository created first where that is asked for.

mod credentials;
mod repository;

use std::path::{Path, PathBuf};

use adit_image::layout;
use adit_image::registry::{Push, Pushed, Reference, Way};
use clap::Parser;
use serde_json::json;

use crate::args::{BuildArgs, OutputFormat, PushArgs};
use crate::build;
use crate::console;
use crate::failure::Failure;
use crate::numbers;
use crate::push::repository::Repository;

/// What is pushed unless something else is named: what `adit build` writes.
const IMAGE: &str = "image";

pub(crate) async fn run(args: PushArgs) -> Result<(), Failure> {
    let reference: Reference = args.reference.parse()?;
    // What is wrong with the arguments comes out before anything is built or sent.
    let push = Push {
        credentials: credentials::read(&args)?,
        mount_from: args.mount_from.as_deref().map(|from| mounted(&reference, from)).transpose()?,
        ..Push::new(reference.clone())
    };
    let path = args.layout.clone().unwrap_or_else(|| PathBuf::from(IMAGE));
    let human = args.format == OutputFormat::Human;
    if args.build {
        build(&path, human).await?;
    }
    let image = layout::read(&path)?;
    let repository = repository::ensure(&args, &reference).await?;
    if let Some(repository) = repository.as_ref().filter(|_| human) {
        console::named("repository", &repository.sentence());
    }
    let pushed = push.run(&image).await?;
    if human {
        tell(&pushed, &reference);
    } else {
        console::data(&json(&pushed, &reference, &image.digest(), repository.as_ref()));
    }
    Ok(())
}

/// Builds with the defaults of `adit build`, and its variables.
async fn build(path: &Path, human: bool) -> Result<(), Failure> {
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

fn tell(pushed: &Pushed, reference: &Reference) {
    for blob in &pushed.blobs {
        console::named(word(blob.way), &format!("{}, {}", blob.digest, numbers::bytes(blob.size)));
    }
    if reference.tag().is_some() {
        console::named("tagged", &reference.to_string());
    }
    console::data(&pushed.pinned);
}

fn json(pushed: &Pushed, reference: &Reference, digest: &str, repository: Option<&Repository>) -> String {
    let blobs = pushed
        .blobs
        .iter()
        .map(|blob| json!({ "digest": blob.digest, "size": blob.size, "way": word(blob.way) }));
    json!({
        "reference": pushed.pinned,
        "digest": digest,
        "tag": reference.tag(),
        "blobs": blobs.collect::<Vec<_>>(),
        "repository": repository.map(|repository| json!({ "id": repository.id, "created": repository.created })),
    })
    .to_string()
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Present => "present",
        Way::Mounted => "mounted",
        Way::Sent => "sent",
    }
}
