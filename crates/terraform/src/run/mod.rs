//! Driving a Terraform or OpenTofu that is installed here: which one, what it is asked, what it says.
//!
//! Nothing is decided here and nothing is printed. Commands are typed; what the program says is read from its JSON, and where it has none
//! (`init`) from its words. Output of a run may hold secrets: only diagnostics leave this room, and outputs by their names.

mod command;
mod diagnostic;
mod error;
mod event;
mod find;
mod guard;
mod interrupt;
mod outputs;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use diagnostic::{Diagnostic, LockInfo};
pub use error::RunError;
pub use event::{Applied, Counts, Did, Step};
pub use find::{LEAST, Product, Version};
pub use guard::{OVERRIDE, Unguarded};
pub use interrupt::Interrupt;
pub use outputs::{FunctionOutput, Outputs};

use command::{Run, Said, run};
use event::Stream;

/// An installed program, and the root module that it works on.
#[derive(Clone, Debug)]
pub struct Terraform {
    binary: PathBuf,
    product: Product,
    version: Version,
    dir: PathBuf,
    interrupt: Interrupt,
}

/// Where the state is, as `init` has left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// On this machine alone.
    Local,
    /// Somewhere that others can reach: the backend's type.
    Remote(String),
}

/// What is left of a backend's settings after `init`.
#[derive(Deserialize)]
struct Remembered {
    backend: Option<RememberedBackend>,
}

#[derive(Deserialize)]
struct RememberedBackend {
    #[serde(rename = "type")]
    kind: String,
}

impl Terraform {
    /// The program that is named, else `terraform`, else `tofu`, as `PATH` has them. When `interrupt` says so, what it runs is interrupted
    /// once, and waited for: it ends what it is at, writes the state and releases the lock.
    ///
    /// # Errors
    ///
    /// If there is none, or one that is too old.
    pub async fn find(named: Option<&Path>, dir: &Path, interrupt: &Interrupt) -> Result<Self, RunError> {
        let (binary, product, version) = find::find(named, interrupt).await?;
        Ok(Self { binary, product, version, dir: dir.to_owned(), interrupt: interrupt.clone() })
    }

    /// The program.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Which of the two it is.
    #[must_use]
    pub fn product(&self) -> Product {
        self.product
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// `init`: plugins and backend. Where the state is then.
    ///
    /// # Errors
    ///
    /// If a provider cannot be had, or the backend cannot be used.
    pub async fn init(&self) -> Result<Backend, RunError> {
        let said = self.run("init", &self.words(&["init", "-input=false", "-no-color"])).await?;
        if said.code != Some(0) {
            // Diagnostics are on standard error, what led to them on standard output.
            let found = diagnostic::of_text(&said.stderr);
            let found = if found.is_empty() { diagnostic::of_text(&said.stdout) } else { found };
            return Err(error::of_init(self, said.code, found));
        }
        Ok(self.backend())
    }

    /// Where the state is, as far as `init` has written it down.
    fn backend(&self) -> Backend {
        let data = std::env::var_os("TF_DATA_DIR").map_or_else(|| PathBuf::from(".terraform"), PathBuf::from);
        let file = self.dir.join(data).join("terraform.tfstate");
        let remembered =
            std::fs::read(file).ok().and_then(|text| serde_json::from_slice::<Remembered>(&text).ok());
        match remembered.and_then(|remembered| remembered.backend).map(|backend| backend.kind) {
            None => Backend::Local,
            Some(kind) if kind == "local" => Backend::Local,
            Some(kind) => Backend::Remote(diagnostic::line(&kind)),
        }
    }

    /// `plan`, kept in a file that is applied as it is. `variables` go before those of any file.
    ///
    /// # Errors
    ///
    /// If there is no plan. [`RunError::Guarded`]: there is one, which may be looked at and not applied.
    pub async fn plan(&self, saved: &Path, variables: &[(&str, String)]) -> Result<(), RunError> {
        let mut command = self.words(&["plan", "-input=false", "-json"]);
        command.arguments.push(joined("-out=", saved.as_os_str().to_owned()));
        for (name, value) in variables {
            command.arguments.push("-var".into());
            command.arguments.push(format!("{name}={value}").into());
        }
        let said = self.run("plan", &command).await?;
        let stream = Stream::of(&said.stdout);
        match said.code {
            Some(0) if stream.errors().next().is_none() => Ok(()),
            code => Err(error::of_plan(self, code, stream, &said.stderr)),
        }
    }

    /// `show -json` of a saved plan. It may hold secrets: it is for reading, never for printing.
    ///
    /// # Errors
    ///
    /// If the file is no plan of this version.
    pub async fn show(&self, saved: &Path) -> Result<Vec<u8>, RunError> {
        let mut command = self.words(&["show", "-json", "-no-color"]);
        command.arguments.push(saved.as_os_str().to_owned());
        let said = self.run("show", &command).await?;
        if said.code != Some(0) {
            return Err(error::unclear(self, "show", said.code, &said.stderr));
        }
        Ok(said.stdout)
    }

    /// `apply` of a saved plan, each step told as it comes.
    ///
    /// # Errors
    ///
    /// If anything of the plan was not done. The error knows what was.
    pub async fn apply(&self, saved: &Path, told: impl FnMut(&Step)) -> Result<Applied, RunError> {
        let mut command = self.words(&["apply", "-input=false", "-json"]);
        command.arguments.push(saved.as_os_str().to_owned());
        if self.interrupt.is_now() {
            // Nothing was begun, so it is the plan that has led to nothing.
            return Err(self.interrupted("plan"));
        }
        let ended = command::stream(&command, told).await?;
        let complete = ended.code == Some(0) && ended.stream.errors().next().is_none();
        if complete { Ok(ended.stream.applied) } else { Err(error::of_apply(self, ended)) }
    }

    /// `output -json`: what the root module says of what there is. Nothing before the first apply.
    ///
    /// # Errors
    ///
    /// If the state cannot be read, or an output has another form than Adit writes.
    pub async fn outputs(&self) -> Result<Outputs, RunError> {
        let said = self.run("output", &self.words(&["output", "-json", "-no-color"])).await?;
        if said.code != Some(0) {
            return Err(error::of_output(self, said.code, diagnostic::of_text(&said.stderr)));
        }
        Outputs::read(&said.stdout)
            .map_err(|why| RunError::Unclear { what: format!("{} output", self.name()), why })
    }

    /// A run that changes nothing in the cloud. One that was interrupted and failed has failed by that.
    async fn run(&self, command: &'static str, words: &Run) -> Result<Said, RunError> {
        if self.interrupt.is_now() {
            return Err(self.interrupted(command));
        }
        let said = run(words).await?;
        if said.interrupted && said.code != Some(0) {
            return Err(self.interrupted(command));
        }
        Ok(said)
    }

    fn interrupted(&self, command: &'static str) -> RunError {
        RunError::Interrupted { program: self.name(), command, applied: Box::default() }
    }

    /// As people call it, in this directory.
    fn name(&self) -> String {
        self.product.command().to_owned()
    }

    /// A command that a person can type.
    fn typed(&self, words: &str) -> String {
        format!("{} -chdir={} {words}", self.product.command(), self.dir.display())
    }

    fn words(&self, words: &[&str]) -> Run {
        Run {
            binary: self.binary.clone(),
            dir: self.dir.clone(),
            arguments: words.iter().map(OsString::from).collect(),
            interrupt: self.interrupt.clone(),
        }
    }
}

fn joined(before: &str, behind: OsString) -> OsString {
    let mut word = OsString::from(before);
    word.push(behind);
    word
}
