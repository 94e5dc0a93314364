//! `adit invoke`: a payload to a function, in as many calls as its size needs, and one word about all of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adit_ingest::{Counts, Format, Piece, Pieces};
use adit_oci::env::Vars;
use adit_oci::functions::{Intent, Invoke, InvokeType};
use adit_oci::ocid::FunctionOcid;
use adit_oci::principal::ConfigFile;
use adit_oci::{Client, Endpoints};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::answer::{Answer, RejectLine};
use crate::args::{InvokeArgs, OutputFormat};
use crate::console;
use crate::dev::state::DevState;
use crate::failure::{Failure, reject_line};
use crate::numbers;
use crate::payload::Payload;

/// Largest body of a call: OCI takes 6 MB (6,291,456 bytes); what is just below is surely taken.
pub(crate) const LARGEST_BODY: usize = 6 * 1024 * 1024 - 1024;
/// The header that names a batch to the function.
const BATCH_ID: HeaderName = HeaderName::from_static("adit-batch-id");
/// How many rejects of all calls are listed.
const MOST_REJECTS: usize = 100;
/// A call may take 300 s, and starting a container comes on top.
const CALL: Duration = Duration::from_secs(330);

/// A function that can be called.
#[derive(Clone)]
pub(crate) struct Target {
    client: Arc<Client>,
    id: FunctionOcid,
    invoke_endpoint: String,
}

/// What came of all calls.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) inserted: u64,
    /// Rows that were stored by an earlier call under the same batch id.
    pub(crate) replayed: u64,
    pub(crate) calls: u64,
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    pub(crate) rows_per_second: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) deleted: u64,
    pub(crate) superseded: u64,
    pub(crate) rejected: u64,
    /// Of the records that were not stored those that the function tells, counted from the start of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rejects: Vec<RejectLine>,
    #[serde(skip)]
    counts: Counts,
}

/// Sends the payload. `false`: it was stored, but records were rejected.
pub(crate) async fn run(args: InvokeArgs) -> Result<bool, Failure> {
    let target = Target::of(&args).await?;
    let payload = Payload::of_argument(&args.data, args.input.input.map(Into::into))?;
    if payload.inline || args.detached {
        return send_whole(&target, payload, &args).await;
    }
    let summary = send(&target, payload, usize::from(args.jobs), args.batch_id.as_deref()).await?;
    match args.input.format {
        OutputFormat::Human => console::data(&summary.sentence()),
        OutputFormat::Json => console::data(&serde_json::to_string(&summary).unwrap_or_default()),
    }
    summary.warn();
    Ok(summary.rejected == 0)
}

impl Target {
    /// The function that the arguments mean: one in the cloud by its OCID, or one of the running `adit dev`.
    async fn of(args: &InvokeArgs) -> Result<Self, Failure> {
        let vars = Vars::process();
        let in_cloud = args.function.as_ref().and_then(|function| function.parse::<FunctionOcid>().ok());
        let state = DevState::read();
        let local = state.as_ref().and_then(|state| state.function(args.function.as_deref()).transpose());
        let (id, config_file, endpoint) = match (in_cloud, local) {
            (_, Some(Ok(function))) => {
                let state = state.as_ref().ok_or(Failure::NoStack)?;
                let id = function.id.parse().map_err(|_| Failure::NoStack)?;
                (id, Some(state.config_file.clone()), Some(state.endpoint.clone()))
            }
            (Some(id), _) => (id, None, None),
            (None, Some(Err(failure))) => return Err(failure),
            (None, None) => return Err(Failure::NoStack),
        };
        let path = args.config_file.clone().or(config_file).unwrap_or_else(|| ConfigFile::locate(&vars));
        let principal = ConfigFile::read(&path)?.principal(args.profile.as_deref(), &vars)?;
        let mut client = Client::builder(principal);
        if let Some(url) = args.endpoint.clone().or(endpoint) {
            client = client
                .endpoints(Endpoints::single(&url).map_err(|error| Failure::Endpoint(error.to_string()))?);
        }
        Self::new(Arc::new(client.build()?), id).await
    }

    /// A function by its OCID; the service says where it is called.
    pub(crate) async fn new(client: Arc<Client>, id: FunctionOcid) -> Result<Self, Failure> {
        let function = client.get_function(&id, Instant::now() + Duration::from_secs(30)).await?;
        let invoke_endpoint = function.invoke_endpoint.unwrap_or_default();
        Ok(Self { client, id, invoke_endpoint })
    }

    /// A function that is called there, whatever the service says.
    pub(crate) fn at(client: Arc<Client>, id: FunctionOcid, invoke_endpoint: String) -> Self {
        Self { client, id, invoke_endpoint }
    }

    pub(crate) async fn call(
        &self,
        body: Bytes,
        format: Format,
        invoke_type: InvokeType,
        batch: Option<&str>,
    ) -> Result<Bytes, Failure> {
        let media_type = match format {
            Format::Json => HeaderValue::from_static("application/json"),
            Format::Csv => HeaderValue::from_static("text/csv"),
        };
        let mut headers = HeaderMap::new();
        if let Some(batch) = batch {
            let value = HeaderValue::from_str(batch).map_err(|_| {
                Failure::Choice(
                    "a batch id travels in a header: no line breaks and no control characters".to_owned(),
                )
            })?;
            headers.insert(BATCH_ID, value);
        }
        let call =
            Invoke { body, media_type, intent: Intent::HttpRequest, invoke_type, dry_run: false, headers };
        let response =
            self.client.invoke(&self.id, &self.invoke_endpoint, &call, Instant::now() + CALL).await?;
        Ok(response.body)
    }
}

/// Sends a payload as it is and prints what the function says.
async fn send_whole(target: &Target, mut payload: Payload, args: &InvokeArgs) -> Result<bool, Failure> {
    let mut body = Vec::new();
    let read = std::io::Read::read_to_end(&mut payload.input, &mut body);
    read.map_err(|error| Failure::Choice(format!("the payload cannot be read: {error}")))?;
    payload.bar.finish_and_clear();
    let invoke_type = if args.detached { InvokeType::Detached } else { InvokeType::Sync };
    let answer = target.call(body.into(), payload.format, invoke_type, args.batch_id.as_deref()).await?;
    if args.detached {
        console::talk("accepted: the platform runs the call by itself");
        return Ok(true);
    }
    console::data(String::from_utf8_lossy(&answer).trim_end());
    match Answer::read(&answer) {
        Some(answer) if !answer.is_success() => {
            Err(Failure::Answered { answer: Box::new(answer), stored: None })
        }
        Some(answer) if answer.rejected.unwrap_or_default() > 0 => {
            warn(answer.rejected.unwrap_or_default(), &answer.reject_lines());
            Ok(false)
        }
        _ => Ok(true),
    }
}

/// Says which records were not stored, where the others were.
fn warn(rejected: u64, lines: &[String]) {
    console::warning(&format!("{} rejected, the others are stored", numbers::counted(rejected, "record")));
    lines.iter().for_each(|line| console::detail(line));
}

/// Sends a payload in pieces, `jobs` at a time. After a failure nothing more is sent. With a batch id, piece 2 is the batch `id/2`: the
/// same file is cut in the same places when it is sent again.
pub(crate) async fn send(
    target: &Target,
    payload: Payload,
    jobs: usize,
    batch: Option<&str>,
) -> Result<Summary, Failure> {
    let started = Instant::now();
    let bar = payload.bar.clone();
    let mut pieces = Pieces::new(payload.format, payload.input, LARGEST_BODY)?;
    let mut running = JoinSet::new();
    let mut summary = Summary::default();
    let mut first = 0;
    // Where each piece that is under way begins, to tell which records of the file a reject means.
    let mut failed: BTreeMap<u64, Failure> = BTreeMap::new();
    let mut ended = false;
    loop {
        while !ended && failed.is_empty() && running.len() < jobs {
            match pieces.next() {
                None => ended = true,
                Some(Err(error)) => {
                    failed.insert(first, error.into());
                }
                Some(Ok(Piece { bytes, records })) => {
                    summary.calls += 1;
                    summary.bytes += bytes.len() as u64;
                    let target = target.clone();
                    let format = payload.format;
                    let batch = batch.map(|batch| format!("{batch}/{}", summary.calls));
                    running.spawn(async move {
                        let called = target.call(bytes.into(), format, InvokeType::Sync, batch.as_deref());
                        (first, called.await)
                    });
                    first += records;
                }
            }
        }
        let Some(done) = running.join_next().await else { break };
        let Ok((first, answered)) = done else { continue };
        match answered.and_then(|body| stored(&body, first)) {
            Ok(answer) => {
                summary.take(answer);
                bar.set_message(numbers::counted(summary.counts.rows(), "row"));
            }
            Err(failure) => {
                failed.insert(first, failure);
            }
        }
    }
    bar.finish_and_clear();
    let took = started.elapsed();
    summary.seconds = took.as_secs_f64();
    summary.rows_per_second = numbers::rate(summary.counts.rows(), took);
    match failed.pop_first() {
        None => Ok(summary),
        Some((_, Failure::Answered { answer, .. })) => {
            let stored =
                format!("{} of other calls are stored", numbers::counted(summary.counts.rows(), "row"));
            Err(Failure::Answered { answer, stored: (summary.calls > 1).then_some(stored) })
        }
        Some((_, failure)) => Err(failure),
    }
}

/// The answer to a call that stored its payload. Records of a reject are counted from the start of the file.
fn stored(body: &[u8], first: u64) -> Result<Answer, Failure> {
    let Some(mut answer) = Answer::read(body) else {
        let text: String = String::from_utf8_lossy(body).chars().take(200).collect();
        return Err(Failure::NoReceipt(text));
    };
    for reject in &mut answer.rejects {
        reject.index = reject.index.map(|index| index + first);
    }
    if answer.is_success() {
        return Ok(answer);
    }
    Err(Failure::Answered { answer: Box::new(answer), stored: None })
}

impl Summary {
    fn take(&mut self, answer: Answer) {
        if answer.replayed {
            self.replayed += answer.counts().rows();
            return;
        }
        self.counts.add(answer.counts());
        let Counts { inserted, updated, unchanged, deleted, superseded, rejected, .. } = self.counts;
        (self.inserted, self.updated, self.unchanged) = (inserted, updated, unchanged);
        (self.deleted, self.superseded, self.rejected) = (deleted, superseded, rejected);
        self.rejects.extend(answer.rejects);
        self.rejects.sort_by_key(|reject| reject.index);
        self.rejects.truncate(MOST_REJECTS);
    }

    /// Says which records were not stored, if there are such.
    pub(crate) fn warn(&self) {
        if self.rejected > 0 {
            let told = self.rejects.iter().map(|reject| {
                reject_line(reject.index, reject.column.as_deref(), &reject.reason, &reject.code)
            });
            let more = self.rejected.saturating_sub(self.rejects.len() as u64);
            let more = (more > 0).then(|| format!("and {} more", numbers::count(more)));
            warn(self.rejected, &told.chain(more).collect::<Vec<_>>());
        }
    }

    /// What came of it, for a person.
    pub(crate) fn sentence(&self) -> String {
        let replayed = match self.replayed {
            0 => String::new(),
            rows => format!("{} stored before, ", numbers::counted(rows, "row")),
        };
        let calls = format!("in {} ({})", numbers::counted(self.calls, "call"), numbers::bytes(self.bytes));
        format!(
            "{replayed}{}, {}, {} rows/s",
            self.counts.sentence(&calls, numbers::count),
            numbers::time(Duration::from_secs_f64(self.seconds)),
            numbers::count(self.rows_per_second)
        )
    }
}
