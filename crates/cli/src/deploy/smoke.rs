//! The call at the end: whether what was deployed answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use adit_ingest::Format;
use adit_oci::env::Vars;
use adit_oci::functions::InvokeType;
use adit_oci::principal::ConfigFile;
use adit_oci::{Client, ErrorKind};
use adit_terraform::run::FunctionOutput;
use bytes::Bytes;
use serde_json::Value;

use crate::answer::Answer;
use crate::args::DeployArgs;
use crate::deploy::error::DeployError;
use crate::failure::Failure;
use crate::invoke::Target;
use crate::payload::Payload;

/// Permissions of a new function take a while until every place knows them.
const PATIENCE: Duration = Duration::from_secs(90);
/// Wait before another attempt.
const PAUSE: Duration = Duration::from_secs(5);

/// What is sent, and who sends it.
pub(super) struct Smoke {
    client: Arc<Client>,
    body: Bytes,
    format: Format,
}

/// What came back.
pub(super) struct Smoked {
    pub(super) function: String,
    pub(super) answer: String,
    pub(super) took: Duration,
}

impl Smoked {
    /// As JSON where it is some, else as a text.
    pub(super) fn value(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or_else(|_| Value::String(self.answer.clone()))
    }
}

impl Smoke {
    /// What the arguments say, read before anything is done; `None`: nothing is to be called.
    pub(super) fn of(args: &DeployArgs) -> Result<Option<Self>, Failure> {
        let Some(data) = &args.smoke else { return Ok(None) };
        let mut payload = Payload::of_argument(data, None)?;
        let mut body = Vec::new();
        let read = std::io::Read::read_to_end(&mut payload.input, &mut body);
        read.map_err(|error| Failure::Choice(format!("the payload cannot be read: {error}")))?;
        payload.bar.finish_and_clear();
        let vars = Vars::process();
        let path = args.config_file.clone().unwrap_or_else(|| ConfigFile::locate(&vars));
        let principal = ConfigFile::read(&path)?.principal(args.profile.as_deref(), &vars)?;
        let client = Arc::new(Client::builder(principal).build()?);
        Ok(Some(Self { client, body: body.into(), format: payload.format }))
    }

    /// Calls a function. One that has just been made may not be known everywhere yet: then it is called again for a while.
    pub(super) async fn call(
        &self,
        name: &str,
        function: &FunctionOutput,
        is_new: bool,
    ) -> Result<Smoked, Failure> {
        let id = function.id.parse().map_err(|_| DeployError::OtherImage {
            function: name.to_owned(),
            found: format!("its id is {:?}, which is no OCID of a function", function.id),
            wanted: "one that can be called".to_owned(),
        })?;
        let target = Target::at(Arc::clone(&self.client), id, function.invoke_endpoint.clone());
        let began = Instant::now();
        loop {
            let called = Instant::now();
            match target.call(self.body.clone(), self.format, InvokeType::Sync, None).await {
                Err(Failure::Oci(error))
                    if is_new && error.kind() == ErrorKind::NotFound && began.elapsed() < PATIENCE =>
                {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(failure) => return Err(failure),
                Ok(body) => {
                    let answer = String::from_utf8_lossy(&body).trim_end().to_owned();
                    return Ok(Smoked { function: name.to_owned(), answer, took: called.elapsed() });
                }
            }
        }
    }
}

impl Smoked {
    /// The failure that the answer is, if it is one: the function's own words.
    pub(super) fn failure(&self) -> Option<Failure> {
        let answer = Answer::read(self.answer.as_bytes()).filter(|answer| !answer.is_success())?;
        let failure = Failure::Answered { answer: Box::new(answer), stored: None };
        Some(failure.of_file(&format!("smoke call of {}", self.function)))
    }
}
