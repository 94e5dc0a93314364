//! The steps that other commands do, as a deployment needs them: check, export, build, push.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use adit_blueprint::{Blueprint, Severity};
use adit_image::registry::{Credentials, Push, Pushed};
use adit_image::{Image, layout};
use adit_terraform::export::MARKER;
use adit_terraform::plan::Plan;

use crate::args::{DeployArgs, FileArgs, OutputFormat, WriteArgs};
use crate::console;
use crate::deploy::error::{DeployError, LARGE_IMAGE};
use crate::export::terraform::{System, folder};
use crate::failure::Failure;
use crate::numbers;
use crate::pins;
use crate::prove::check::{Examined, examine};
use crate::prove::load::read_with;
use crate::push;

/// An image of Adit has 6 MB; each new container waits until its image is there.
const LARGE: u64 = 100_000_000;

/// Checks the file, and with it a plan. What is wrong is printed, and is the failure.
pub(super) fn check(args: &DeployArgs, plan: Option<Plan>) -> Result<Blueprint, Failure> {
    let of_plan = plan.is_some();
    let file = FileArgs { file: args.file.clone(), plan: None };
    let read = read_with(&file, plan)?;
    let blueprint = read.blueprint.clone().unwrap_or_default();
    let is_toml = read.is_toml;
    let examined = examine(read, &args.file);
    tell(args, &examined, of_plan);
    if !is_toml {
        return Err(Failure::NotToml);
    }
    match examined.count(Severity::Error) {
        0 => Ok(blueprint),
        count => {
            let errors = numbers::counted(count as u64, "error");
            let error = if of_plan {
                DeployError::PlanErrors { errors }
            } else {
                DeployError::Errors { of: args.file.clone(), errors }
            };
            Err(error.into())
        }
    }
}

/// What was found: the errors whole, else a line each, and a word about all.
fn tell(args: &DeployArgs, examined: &Examined, of_plan: bool) {
    if examined.count(Severity::Error) > 0 {
        console::talk(&examined.report().words());
        return;
    }
    let verdict = examined.report().verdict();
    match args.format {
        OutputFormat::Human if of_plan => console::named("verdict", &format!("with the plan, {verdict}")),
        OutputFormat::Human => console::named("check", &verdict),
        OutputFormat::Json => {}
    }
    for line in examined.report().short_of(Severity::Warning) {
        console::warning(&line);
    }
}

/// The configuration in its directory, as the file says: written anew, or in a dry run only compared. A module that is not Adit's is
/// left as it is.
pub(super) fn export(args: &DeployArgs) -> Result<(), Failure> {
    let versions = args.dir.join("versions.tf");
    match fs::read_to_string(&versions) {
        Ok(text) if text.lines().next() != Some(MARKER) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound && args.dry_run => {
            return Err(DeployError::NotExported(args.dir.clone()).into());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::File { path: versions, error }),
        Ok(_) => {}
    }
    let folder = folder(&args.dir, WriteArgs { check: args.dry_run, force: false });
    let outcome = System::read(&args.file)?.put(&folder, &[])?;
    let changed = outcome.changed();
    if args.dry_run && changed > 0 {
        return Err(DeployError::NotCurrent { dir: args.dir.clone(), file: args.file.clone() }.into());
    }
    if args.format == OutputFormat::Human && changed > 0 {
        let files = numbers::counted(changed as u64, "file");
        console::named(
            "export",
            &format!("{files} of {} changed to what {} says", args.dir.display(), args.file.display()),
        );
    }
    Ok(())
}

/// The image that is deployed: the one that is named, else one that is built now.
pub(super) async fn image(args: &DeployArgs, scratch: &Path) -> Result<Image, Failure> {
    let human = args.format == OutputFormat::Human;
    let image = match &args.image {
        Some(path) => layout::read(path)?,
        None => {
            let path = scratch.join("image");
            push::build(&path, human).await?;
            layout::read(&path)?
        }
    };
    if human {
        console::named("image", &format!("{}, {}", image.digest(), numbers::bytes(image.size())));
    }
    if image.size() > LARGE {
        console::warning(&format!(
            "[{LARGE_IMAGE}] the image has {}: each new container waits for all of it",
            numbers::bytes(image.size())
        ));
    }
    Ok(image)
}

/// Pushes the image to a repository, under the tag of its content.
pub(super) async fn push(
    image: &Image,
    repository: &str,
    credentials: Option<Credentials>,
) -> Result<Pushed, Failure> {
    let reference = format!("{repository}:{}", pins::tag(&image.digest())).parse()?;
    Ok(Push { credentials, ..Push::new(reference) }.run(image).await?)
}
