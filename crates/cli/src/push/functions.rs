//! `adit push --function`: where the images of functions go is taken from adit.toml, their tags from their content.

use std::path::{Path, PathBuf};

use adit_blueprint::{Compartment, ImageTarget, ImageTargets, image_targets};
use adit_image::registry::{Push, Pushed, Reference};
use adit_image::{Image, ImageError, layout};
use adit_oci::Region;
use adit_oci::identity::CompartmentError;
use adit_oci::ocid::CompartmentOcid;

use super::account::Account;
use super::repository::{Repository, Wanted, may_not_look};
use super::{IMAGE, build, credentials, outcome};
use crate::args::{OutputFormat, PushArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;
use crate::pins::{self, Pins};
use crate::prove::load::sound;

/// An image that was pushed for some functions.
pub(super) struct Shipped {
    pub(super) functions: Vec<String>,
    pub(super) reference: Reference,
    pub(super) pushed: Pushed,
    pub(super) repository: Option<Repository>,
}

pub(super) async fn run(args: PushArgs) -> Result<(), Failure> {
    let human = args.format == OutputFormat::Human;
    let file = args.file.clone().unwrap_or_else(|| PathBuf::from("adit.toml"));
    let format = if human { ReportFormat::Human } else { ReportFormat::Json };
    let targets = image_targets(&sound(&file, format)?, &args.functions)?;
    // What is wrong with the arguments comes out before anything is built or sent.
    let credentials = credentials::login(&args.login)?;
    let mut pins = args.pin.as_deref().map(Pins::read).transpose()?;
    let path = layout_of(&args)?;
    let account = Account::of(&args, &targets.region)?;
    let place = Place::find(&args, &targets, &account).await?;
    let references = targets.repositories.iter().map(|target| place.reference(&target.repository, None));
    references.collect::<Result<Vec<_>, _>>()?;
    if args.build {
        build(&path, human).await?;
    }
    let image = layout::read(&path)?;
    for target in &targets.repositories {
        fits(&image, &path, target)?;
    }
    let tag = pins::tag(&image.digest());
    let mut shipped: Vec<Shipped> = Vec::new();
    for target in &targets.repositories {
        let reference = place.reference(&target.repository, Some(&tag))?;
        let repository = ensure(&args, &targets, target, &place, &account).await?;
        if let Some(repository) = repository.as_ref().filter(|_| human) {
            console::named("repository", &repository.sentence());
        }
        let push = Push {
            credentials: credentials.clone(),
            // What the first repository has need not be sent again.
            mount_from: shipped.first().map(|first| first.reference.repository().to_owned()),
            ..Push::new(reference.clone())
        };
        let pushed = push.run(&image).await?;
        if human {
            outcome::tell_blobs(&pushed, &reference);
        }
        let functions = target.functions.iter().map(|runs| runs.function.clone()).collect();
        shipped.push(Shipped { functions, reference, pushed, repository });
    }
    if let Some(pins) = &mut pins {
        let names = shipped.iter().flat_map(|shipped| shipped.functions.iter());
        names.for_each(|name| pins.set(name, &image.digest()));
        pins.write()?;
    }
    let pinned = pins.as_ref().map(Pins::path);
    if human {
        outcome::tell_functions(&shipped, pinned);
    } else {
        console::data(&outcome::functions_json(&shipped, &image.digest(), pinned));
    }
    Ok(())
}

/// The image; with --function no repository stands beside it.
fn layout_of(args: &PushArgs) -> Result<PathBuf, Failure> {
    match (&args.layout, &args.reference) {
        (Some(layout), None) => Ok(layout.clone()),
        (None, Some(only)) => Ok(PathBuf::from(only)),
        (None, None) => Ok(PathBuf::from(IMAGE)),
        (Some(_), Some(reference)) => Err(Failure::Choice(format!(
            "adit.toml says where the images of functions go: leave out {reference}, or --function and --all"
        ))),
    }
}

/// The registry and the namespace in it.
struct Place {
    registry: String,
    namespace: String,
}

impl Place {
    async fn find(args: &PushArgs, targets: &ImageTargets, account: &Account) -> Result<Self, Failure> {
        let registry = args.registry.clone().unwrap_or_else(|| host(&account.region));
        let namespace = match &targets.namespace {
            Some(written) => written.clone(),
            None => account.client.object_storage_namespace(account.deadline).await?,
        };
        Ok(Self { registry, namespace })
    }

    fn reference(&self, repository: &str, tag: Option<&str>) -> Result<Reference, Failure> {
        let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        Ok(format!("{}/{}/{repository}{tag}", self.registry, self.namespace).parse()?)
    }
}

/// The registry's host in a region; of one whose key is not known by its name.
fn host(region: &Region) -> String {
    region.registry().unwrap_or_else(|| format!("ocir.{}.oci.{}", region.name(), region.domain()))
}

/// The repository of a target; `None` if this user may not look for it: the registry decides then.
async fn ensure(
    args: &PushArgs,
    targets: &ImageTargets,
    target: &ImageTarget,
    place: &Place,
    account: &Account,
) -> Result<Option<Repository>, Failure> {
    let looked = async {
        let compartment = compartment(&target.compartment, targets, account).await?;
        let wanted = Wanted {
            registry: &place.registry,
            name: &target.repository,
            compartment: &compartment,
            create: args.pin.is_none(),
        };
        wanted.ensure(account).await
    };
    match looked.await {
        Ok(repository) => Ok(Some(repository)),
        Err(failure) => match may_not_look(&failure) {
            Some(error) if args.pin.is_some() => {
                console::warning(&format!(
                    "whether the repository `{}` is there cannot be looked up, so the registry decides: {error}",
                    target.repository
                ));
                Ok(None)
            }
            _ => Err(failure),
        },
    }
}

/// The compartment of a repository: by the file, else by asking for its name.
async fn compartment(
    compartment: &Compartment,
    targets: &ImageTargets,
    account: &Account,
) -> Result<CompartmentOcid, Failure> {
    let malformed =
        |text: &str| Failure::Choice(format!("`{text}` in adit.toml is not the OCID of a compartment"));
    if let Compartment::Known { ocid, .. } = compartment {
        return ocid.parse().map_err(|_| malformed(ocid));
    }
    let tenancy = match &targets.tenancy {
        Some(written) => Some(written.parse().map_err(|_| malformed(written))?),
        None => account.tenancy(),
    };
    let tenancy: CompartmentOcid = tenancy.ok_or_else(|| {
        Failure::Choice(
            "which tenancy it is, neither adit.toml ([tenancy] ocid) nor the credentials say".to_owned(),
        )
    })?;
    let name = match compartment {
        Compartment::Named(name) => name,
        _ => return Ok(tenancy),
    };
    account.client.compartment_named(&tenancy, name, account.deadline).await.map_err(|error| match error {
        CompartmentError::Call(error) => Failure::Oci(error),
        other => Failure::Compartment(other),
    })
}

/// Whether the platform can run the image where the file has its functions: an application's shape decides it.
fn fits(image: &Image, path: &Path, target: &ImageTarget) -> Result<(), Failure> {
    let found = image.architecture();
    for runs in &target.functions {
        let shape = runs.shape.as_deref().unwrap_or("GENERIC_X86");
        let wanted = match shape {
            "GENERIC_ARM" => "arm64",
            "GENERIC_X86_ARM" => "both processors",
            _ => "amd64",
        };
        if found != wanted {
            let wanted = format!("{wanted}, which application `{}` wants ({shape})", runs.application);
            return Err(ImageError::WrongArchitecture { path: path.to_owned(), found, wanted }.into());
        }
    }
    Ok(())
}
