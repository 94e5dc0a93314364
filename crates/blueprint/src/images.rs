//! Where the images of functions go, by the file: repositories, their compartments, the region. Accounts and digests are not known here.

use crate::model::{Blueprint, Function, Name};
use crate::nearest::nearest;
use crate::permission::ROOT;
use crate::words::{list, shown};

/// The repositories of some functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageTargets {
    /// The region's identifier.
    pub region: String,
    /// The tenancy's namespace, where it is written.
    pub namespace: Option<String>,
    /// The tenancy's OCID, where it is written.
    pub tenancy: Option<String>,
    /// Each repository once, in the file's order.
    pub repositories: Vec<ImageTarget>,
}

/// A repository, and whose image it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageTarget {
    /// Its name, without the namespace.
    pub repository: String,
    /// Its compartment.
    pub compartment: Compartment,
    /// The functions that run its image.
    pub functions: Vec<Runs>,
}

/// A function that runs an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// The function.
    pub function: String,
    /// Its application.
    pub application: String,
    /// The application's shape, where it is written.
    pub shape: Option<String>,
}

/// A compartment, as far as the file tells which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compartment {
    /// The tenancy itself.
    Root,
    /// The one of this name with its OCID.
    Known {
        /// Its name.
        name: String,
        /// Its OCID.
        ocid: String,
    },
    /// The one of this name or path.
    Named(String),
}

/// Why no image can be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageTargetError {
    /// There is no such function.
    #[error("there is no function `{name}`{}", near.as_ref().map(|near| format!("; the nearest is `{near}`")).unwrap_or_default())]
    NoSuch {
        /// The name.
        name: String,
        /// The nearest that there is.
        near: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// A function has no image.
    #[error("the function `{function}` names no image, so there is no repository to push to")]
    NoImage {
        /// The function.
        function: String,
    },
    /// No function has one.
    #[error("no function of the file names an image")]
    NoImages,
    /// The file says no region.
    #[error("the file does not say in which region it is, so there is no registry to push to")]
    NoRegion,
}

impl ImageTargetError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuch { .. } => "A0845",
            Self::NoImage { .. } | Self::NoImages | Self::NoRegion => "A0846",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoSuch { known, .. } if known.is_empty() => "`adit add function` adds one".to_owned(),
            Self::NoSuch { known, .. } => format!("there is {}", list(known.iter().map(String::as_str))),
            Self::NoImage { function } => {
                format!(
                    "add `image = {{ repository = \"…\" }}` to [function.{}]",
                    crate::words::key(function)
                )
            }
            Self::NoImages => "add `image = { repository = \"…\" }` to a function".to_owned(),
            Self::NoRegion => "add `region = \"…\"` to [tenancy], such as eu-frankfurt-1".to_owned(),
        }
    }
}

/// The repositories of the functions of these names; without names, of all functions that have an image.
///
/// # Errors
///
/// If there is no such function, or the file does not say where its image goes.
pub fn image_targets(blueprint: &Blueprint, names: &[String]) -> Result<ImageTargets, ImageTargetError> {
    let functions = chosen(blueprint, names)?;
    let tenancy = &blueprint.tenancy;
    let text = |name: &Option<Name>| name.as_ref().map(|name| name.value.clone());
    let mut targets = ImageTargets {
        region: text(&tenancy.region).ok_or(ImageTargetError::NoRegion)?,
        namespace: text(&tenancy.namespace),
        tenancy: text(&tenancy.ocid),
        repositories: Vec::new(),
    };
    for function in functions {
        let image = function.image.as_ref();
        let image =
            image.ok_or_else(|| ImageTargetError::NoImage { function: shown(&function.name.value) })?;
        let runs = runs(blueprint, function);
        let repository = &image.repository.value;
        match targets.repositories.iter_mut().find(|target| target.repository == *repository) {
            Some(target) => target.functions.push(runs),
            None => targets.repositories.push(ImageTarget {
                repository: repository.clone(),
                compartment: compartment(blueprint, image.compartment.as_ref()),
                functions: vec![runs],
            }),
        }
    }
    Ok(targets)
}

fn chosen<'b>(blueprint: &'b Blueprint, names: &[String]) -> Result<Vec<&'b Function>, ImageTargetError> {
    let all = &blueprint.functions;
    if names.is_empty() {
        let with_image: Vec<&Function> = all.iter().filter(|function| function.image.is_some()).collect();
        return if with_image.is_empty() { Err(ImageTargetError::NoImages) } else { Ok(with_image) };
    }
    let known = || all.iter().map(|function| function.name.value.as_str());
    if let Some(name) = names.iter().find(|name| !known().any(|known| known == name.as_str())) {
        return Err(ImageTargetError::NoSuch {
            name: shown(name),
            near: nearest(name, known()).map(shown),
            known: known().map(shown).collect(),
        });
    }
    Ok(all.iter().filter(|function| names.contains(&function.name.value)).collect())
}

fn runs(blueprint: &Blueprint, function: &Function) -> Runs {
    let application = blueprint.applications.iter().find(|it| it.name.value == function.application.value);
    Runs {
        function: function.name.value.clone(),
        application: function.application.value.clone(),
        shape: application.and_then(|it| Some(it.shape.as_ref()?.value.clone())),
    }
}

/// The compartment that is named, else that of everything that names none, else the tenancy itself.
fn compartment(blueprint: &Blueprint, named: Option<&Name>) -> Compartment {
    let Some(name) = named.or(blueprint.tenancy.compartment.as_ref()) else { return Compartment::Root };
    if ROOT.iter().any(|word| word.eq_ignore_ascii_case(&name.value)) {
        return Compartment::Root;
    }
    let known = blueprint.compartments.iter().find(|known| known.name.value == name.value);
    match known.and_then(|known| known.ocid.as_ref()) {
        Some(ocid) => Compartment::Known { name: name.value.clone(), ocid: ocid.value.clone() },
        None => Compartment::Named(path(blueprint, &name.value)),
    }
}

/// A name with those of the compartments that it is said to be in: `A:B`.
fn path(blueprint: &Blueprint, name: &str) -> String {
    let mut path = name.to_owned();
    let mut at = name;
    // Compartments lie in each other six deep at most; parents that name each other end.
    for _ in 0..6 {
        let known = blueprint.compartments.iter().find(|known| known.name.value == at);
        let Some(parent) = known.and_then(|known| known.parent.as_ref()) else { break };
        if ROOT.iter().any(|word| word.eq_ignore_ascii_case(&parent.value)) {
            break;
        }
        path = format!("{}:{path}", parent.value);
        at = &parent.value;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    const FILE: &str = r#"version = 1
[tenancy]
region = "eu-frankfurt-1"
compartment = "Sandbox"
[compartment.Images]
ocid = "ocid1.compartment.oc1..images"
[application.x86]
subnet = "v/s"
[application.arm]
subnet = "v/s"
shape = "GENERIC_ARM"
[function.a]
application = "x86"
image = { repository = "r/a", compartment = "Images" }
[function.b]
application = "arm"
image = { repository = "r/b" }
[function.c]
application = "x86"
[function.d]
application = "x86"
image = { repository = "r/a" }
[function.e]
application = "x86"
image = { repository = "r/e", compartment = "Root" }
"#;

    fn targets(text: &str, names: &[&str]) -> Result<ImageTargets, ImageTargetError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        image_targets(&parse(&Source::new("adit.toml", text)).blueprint, &names)
    }

    #[test]
    fn each_repository_stands_once_with_its_compartment_and_its_functions() {
        let all = targets(FILE, &[]).unwrap();
        let named: Vec<(&str, &Compartment, usize)> = all
            .repositories
            .iter()
            .map(|it| (&*it.repository, &it.compartment, it.functions.len()))
            .collect();
        let images = Compartment::Known {
            name: "Images".to_owned(),
            ocid: "ocid1.compartment.oc1..images".to_owned(),
        };
        let sandbox = Compartment::Named("Sandbox".to_owned());
        assert_eq!(named, [("r/a", &images, 2), ("r/b", &sandbox, 1), ("r/e", &Compartment::Root, 1)]);
        let nested =
            FILE.replace("[application.x86]", "[compartment.Sandbox]\nparent = \"Teams\"\n[application.x86]");
        let nested = targets(&nested, &["b"]).unwrap();
        assert_eq!(nested.repositories[0].compartment, Compartment::Named("Teams:Sandbox".to_owned()));
        let one = targets(FILE, &["b"]).unwrap();
        assert_eq!((one.repositories.len(), one.region.as_str()), (1, "eu-frankfurt-1"));
        assert_eq!(one.repositories[0].functions[0].shape.as_deref(), Some("GENERIC_ARM"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let told = |text: &str, names: &[&str]| {
            let error = targets(text, names).unwrap_err();
            format!("{} {error}; {}", error.code(), error.help())
        };
        assert_eq!(
            told(FILE, &["a", "aa"]),
            "A0845 there is no function `aa`; the nearest is `a`; there is `a`, `b`, `c`, `d` and `e`"
        );
        assert_eq!(
            told(FILE, &["c"]),
            "A0846 the function `c` names no image, so there is no repository to push to; add `image = { repository = \"…\" }` to [function.c]"
        );
        assert!(told("version = 1", &[]).starts_with("A0846 no function of the file names an image"));
        assert!(
            told(&FILE.replace("region", "#"), &["a"])
                .starts_with("A0846 the file does not say in which region")
        );
    }
}
