//! The arguments of `adit push`.

use std::path::PathBuf;

use adit_oci::ocid::CompartmentOcid;

use super::{LoginArgs, OutputFormat};

/// Push the function's image to a registry, and print the address that never means another one
#[derive(Debug, clap::Args)]
#[command(
    allow_missing_positional = true,
    override_usage = "adit push [OPTIONS] [LAYOUT] REPOSITORY\n       adit push [OPTIONS] [LAYOUT] --function NAME\n       adit push [OPTIONS] [LAYOUT] --all",
    group(clap::ArgGroup::new("by-file").args(["functions", "all"]).multiple(true)),
    group(clap::ArgGroup::new("cloud").args(["functions", "all", "compartment"]).multiple(true)),
    after_help = "Examples:
  adit push --function postgres-inserter --user NAMESPACE/ci@example.com --password-file token
  adit push --all --build --pin terraform
  adit push fra.ocir.io/NAMESPACE/hello-world-app/postgres-inserter:1.0 --user NAMESPACE/ci@example.com --password-file token
  adit push --build --compartment ocid1.compartment.oc1..… fra.ocir.io/NAMESPACE/hello-world-app/postgres-inserter --user …
  adit push image.tar localhost:5000/postgres-inserter

Exit code: 0 it is pushed, 1 it was refused, 2 wrong usage or no image, 3 the registry cannot be reached

A password or auth token is read from --password-file, --password-stdin, or the variable ADIT_REGISTRY_PASSWORD; it is never an
argument, which every user of the machine could read."
)]
pub(crate) struct PushArgs {
    /// The image: what `adit build` wrote, a directory or FILE.tar [default: image]
    #[arg(value_name = "LAYOUT")]
    pub(crate) layout: Option<PathBuf>,
    /// Where to: `REGISTRY/REPOSITORY[:TAG]`. In Oracle's registry REGION-KEY.ocir.io/NAMESPACE/NAME; names are unique in a tenancy
    #[arg(value_name = "REPOSITORY", required_unless_present = "by-file")]
    pub(crate) reference: Option<String>,
    /// Where adit.toml says that the image of this function goes, tagged by its content; may stand several times
    #[arg(long = "function", value_name = "NAME")]
    pub(crate) functions: Vec<String>,
    /// The same for all functions of adit.toml that have an image
    #[arg(long, conflicts_with = "functions")]
    pub(crate) all: bool,
    /// The file, for --function and --all [default: adit.toml]
    #[arg(short, long, value_name = "FILE", requires = "by-file")]
    pub(crate) file: Option<PathBuf>,
    /// Note the digest in DIR/images.auto.tfvars.json, where what `adit export terraform` wrote reads it. The repository is
    /// Terraform's then, and is not created here
    #[arg(long, value_name = "DIR", requires = "by-file")]
    pub(crate) pin: Option<PathBuf>,
    /// Another host than that of Oracle's registry in the file's region, for --function and --all
    #[arg(long, value_name = "HOST", requires = "by-file")]
    pub(crate) registry: Option<String>,
    /// Build the image first, as `adit build -o LAYOUT` does
    #[arg(long)]
    pub(crate) build: bool,
    #[command(flatten)]
    pub(crate) login: LoginArgs,
    /// Take over from this repository of the same registry what it has of the image, without sending it
    #[arg(long, value_name = "REPOSITORY", conflicts_with = "by-file")]
    pub(crate) mount_from: Option<String>,
    /// Oracle's registry: create the repository in this compartment first, unless it is there. Without it the registry
    /// puts an unknown name into the root compartment, or refuses it
    #[arg(long, value_name = "OCID", conflicts_with = "by-file")]
    pub(crate) compartment: Option<CompartmentOcid>,
    /// Profile of the OCI configuration, to look for repositories [default: DEFAULT]
    #[arg(long, value_name = "NAME", requires = "cloud")]
    pub(crate) profile: Option<String>,
    /// OCI configuration file, to look for repositories [default: ~/.oci/config]
    #[arg(long, value_name = "FILE", requires = "cloud")]
    pub(crate) config_file: Option<PathBuf>,
    /// One base URL for all OCI services [default: those of the registry's region]
    #[arg(long, value_name = "URL", requires = "cloud")]
    pub(crate) endpoint: Option<String>,
    /// How the outcome is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: OutputFormat,
}
