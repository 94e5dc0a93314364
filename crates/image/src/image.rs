//! An image: a manifest, a configuration and its layers, made of a program or read from a layout.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use oci_spec::image::{
    Arch as SpecArch, Config, Descriptor, HistoryBuilder, ImageConfiguration, ImageManifest,
    ImageManifestBuilder, MediaType, Os, PlatformBuilder, RootFs,
};

use crate::blob::{Blob, json};
use crate::layer::{self, Entry};
use crate::parts::Parts;
use crate::program::{Arch, Program};
use crate::sbom;

/// Where the program stands in the image.
const ENTRYPOINT: &str = "/function";
/// User and group that the platform runs every function as, whatever the image says (Fn contract, clause 46).
const USER: &str = "1000:1000";
/// So that the user has a name and a home: without an entry, `HOME` is `/` anyway.
const PASSWD: &[u8] = b"root:x:0:0:root:/:/sbin/nologin\nfn:x:1000:1000:fn:/:/sbin/nologin\n";
const GROUP: &[u8] = b"root:x:0:\nfn:x:1000:\n";

/// What an image is made of, besides the program.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    /// What the program is made of, where that is known.
    pub parts: Option<Parts>,
    /// Labels; what the parts say is added where it is not said here.
    pub labels: BTreeMap<String, String>,
    /// The time that the image and its files say, in seconds since 1970.
    pub time: u64,
}

/// A container image.
#[derive(Clone, Debug)]
pub struct Image {
    manifest: Blob,
    config: Blob,
    layers: Vec<Blob>,
    configuration: ImageConfiguration,
}

impl Image {
    /// Makes the image of a program.
    ///
    /// # Errors
    /// A time that the formats cannot hold.
    pub fn of_program(program: &Program, recipe: &Recipe) -> io::Result<Self> {
        let created = i64::try_from(recipe.time).ok().and_then(|time| Timestamp::from_second(time).ok());
        let created = created.ok_or_else(|| io::Error::other("the time is after the year 9999"))?.to_string();
        let sbom = recipe.parts.as_ref().map(|parts| sbom::document(program, parts, &created));
        let mut entries = vec![
            Entry { path: "etc/", mode: 0o755, content: b"" },
            Entry { path: "etc/group", mode: 0o644, content: GROUP },
            Entry { path: "etc/passwd", mode: 0o644, content: PASSWD },
            Entry { path: "function", mode: 0o755, content: program.bytes() },
            // The platform mounts an empty file system there that takes over this mode (clause 47).
            Entry { path: "tmp/", mode: 0o1777, content: b"" },
        ];
        entries.extend(sbom.as_ref().map(|sbom| Entry {
            path: "function.spdx.json",
            mode: 0o644,
            content: sbom,
        }));
        let layer = layer::pack(entries, recipe.time)?;
        let labels = labels(recipe);
        let configuration = configuration(program.arch(), &layer.diff_id, labels, &created);
        let config = Blob::new(MediaType::ImageConfig, json(&configuration));
        let manifest = manifest(config.descriptor(), layer.blob.descriptor()).map_err(io::Error::other)?;
        let mut manifest = Blob::new(MediaType::ImageManifest, json(&manifest));
        manifest.describe(platform(program.arch()).map_err(io::Error::other)?);
        Ok(Self { manifest, config, layers: vec![layer.blob], configuration })
    }

    /// An image whose content has been verified.
    pub(crate) fn of_blobs(manifest: Blob, config: Blob, layers: Vec<Blob>) -> Result<Self, String> {
        let configuration = serde_json::from_slice(config.bytes())
            .map_err(|error| format!("its configuration cannot be read: {error}"))?;
        Ok(Self { manifest, config, layers, configuration })
    }

    /// The manifest, by whose digest the image is named.
    #[must_use]
    pub fn manifest(&self) -> &Blob {
        &self.manifest
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Blob {
        &self.config
    }

    /// The layers, lowest first.
    #[must_use]
    pub fn layers(&self) -> &[Blob] {
        &self.layers
    }

    /// `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.manifest.digest()
    }

    /// What is pushed and pulled, in bytes: manifest, configuration and compressed layers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.layers.iter().chain([&self.manifest, &self.config]).map(Blob::size).sum()
    }

    /// The processor: `amd64`, `arm64`.
    #[must_use]
    pub fn architecture(&self) -> String {
        self.configuration.architecture().to_string()
    }

    /// The program and its arguments.
    #[must_use]
    pub fn entrypoint(&self) -> &[String] {
        self.config_section().and_then(|config| config.entrypoint().as_deref()).unwrap_or_default()
    }

    /// User and group.
    #[must_use]
    pub fn user(&self) -> &str {
        self.config_section().and_then(|config| config.user().as_deref()).unwrap_or_default()
    }

    /// The labels, by name.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<&str, &str> {
        let labels = self.config_section().and_then(|config| config.labels().as_ref());
        labels.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn config_section(&self) -> Option<&Config> {
        self.configuration.config().as_ref()
    }
}

fn configuration(
    arch: Arch,
    diff_id: &str,
    labels: BTreeMap<String, String>,
    created: &str,
) -> ImageConfiguration {
    let mut config = Config::default();
    config
        .set_user(Some(USER.to_owned()))
        .set_entrypoint(Some(vec![ENTRYPOINT.to_owned()]))
        .set_working_dir(Some("/".to_owned()));
    if !labels.is_empty() {
        config.set_labels(Some(labels.into_iter().collect()));
    }
    let mut root = RootFs::default();
    root.set_typ("layers".to_owned()).set_diff_ids(vec![diff_id.to_owned()]);
    let history = HistoryBuilder::default().created(created).created_by("adit build").build();
    let mut configuration = ImageConfiguration::default();
    configuration
        .set_created(Some(created.to_owned()))
        .set_architecture(spec_arch(arch))
        .set_os(Os::Linux)
        .set_config(Some(config))
        .set_rootfs(root)
        .set_history(history.ok().map(|history| vec![history]));
    configuration
}

fn manifest(config: &Descriptor, layer: &Descriptor) -> Result<ImageManifest, oci_spec::OciSpecError> {
    ImageManifestBuilder::default()
        .schema_version(2_u32)
        .media_type(MediaType::ImageManifest)
        .config(config.clone())
        .layers(vec![layer.clone()])
        .build()
}

fn platform(arch: Arch) -> Result<oci_spec::image::Platform, oci_spec::OciSpecError> {
    PlatformBuilder::default().architecture(spec_arch(arch)).os(Os::Linux).build()
}

fn spec_arch(arch: Arch) -> SpecArch {
    match arch {
        Arch::Amd64 => SpecArch::Amd64,
        Arch::Arm64 => SpecArch::ARM64,
    }
}

/// The labels of the recipe, and below them what the parts say, by the names of the specification.
fn labels(recipe: &Recipe) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    if let Some(parts) = &recipe.parts {
        let told = [
            ("title", Some(&parts.program.name)),
            ("version", Some(&parts.program.version)),
            ("licenses", parts.program.license.as_ref()),
            ("revision", parts.revision.as_ref()),
        ];
        let told = told.into_iter().filter_map(|(name, value)| Some((name, value?)));
        labels.extend(told.map(|(name, value)| (format!("org.opencontainers.image.{name}"), value.clone())));
    }
    labels.extend(recipe.labels.clone());
    labels
}
