//! Which program: Terraform or OpenTofu, and whether it is young enough.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::command::{Run, run};
use super::error::RunError;
use super::interrupt::Interrupt;

/// The oldest version whose plans and blocks are understood: `import` blocks came with it.
pub const LEAST: Version = Version { major: 1, minor: 5, patch: 0 };

/// The two programs that speak the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// HashiCorp's.
    Terraform,
    /// The Linux Foundation's.
    OpenTofu,
}

impl Product {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::OpenTofu => "OpenTofu",
        }
    }

    /// Its command.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::OpenTofu => "tofu",
        }
    }
}

/// A version, without what stands behind a dash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let plain = text.split(['-', '+']).next()?;
        let mut numbers = plain.split('.').map(|number| number.parse::<u32>().ok());
        let version = Self { major: numbers.next()??, minor: numbers.next()??, patch: numbers.next()?? };
        numbers.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// What both print for `version -json`.
#[derive(Deserialize)]
struct Told {
    terraform_version: String,
}

/// The program that is named, else the first of the two on `PATH`.
pub(super) async fn find(
    named: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<(PathBuf, Product, Version), RunError> {
    let binary = locate(named)?;
    // In no directory of a configuration: one that asks for another version would fail here already, with fewer words.
    let ask = |words: &[&str]| Run {
        binary: binary.clone(),
        dir: std::env::temp_dir(),
        arguments: words.iter().map(Into::into).collect(),
        interrupt: interrupt.clone(),
    };
    let unknown = |why: String| RunError::NotTerraform { binary: binary.clone(), why };
    let said = run(&ask(&["version", "-json"])).await?;
    let told: Told = serde_json::from_slice(&said.stdout)
        .map_err(|_| unknown("`version -json` printed no version".to_owned()))?;
    let version = Version::parse(&told.terraform_version).ok_or_else(|| {
        unknown(format!("its version is {:?}", super::diagnostic::line(&told.terraform_version)))
    })?;
    // The words of a person tell them apart, the JSON does not.
    let said = run(&ask(&["version"])).await?;
    let product = if said.stdout.starts_with(b"OpenTofu") { Product::OpenTofu } else { Product::Terraform };
    if version < LEAST {
        return Err(RunError::TooOld { binary, product, found: version });
    }
    Ok((binary, product, version))
}

fn locate(named: Option<&Path>) -> Result<PathBuf, RunError> {
    let directories: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let on_path =
        |name: &Path| directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file());
    match named {
        // A word without a slash is looked for as a shell does.
        Some(name) if name.components().count() == 1 && !name.is_absolute() && !name.starts_with(".") => {
            on_path(name)
                .or_else(|| name.is_file().then(|| std::path::absolute(name).ok()).flatten())
                .ok_or_else(|| RunError::NoBinary { named: Some(name.to_owned()) })
        }
        // It is run in another directory.
        Some(path) if path.is_file() => {
            std::path::absolute(path).map_err(|error| RunError::NotStarted { binary: path.to_owned(), error })
        }
        Some(path) => Err(RunError::NoBinary { named: Some(path.to_owned()) }),
        None => on_path(Path::new("terraform"))
            .or_else(|| on_path(Path::new("tofu")))
            .ok_or(RunError::NoBinary { named: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let version = |text: &str| Version::parse(text).unwrap();
        assert!(version("1.11.4") > version("1.5.0") && version("1.10.0-beta1") > version("1.9.8"));
        assert!(version("1.4.7") < LEAST && version("1.5.0") >= LEAST);
        assert_eq!(version("1.6.0+ent").to_string(), "1.6.0");
        for text in ["", "1", "1.2", "v1.2.3", "1.2.3.4", "1.x.0"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
