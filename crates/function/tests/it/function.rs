//! A function as it is deployed: in containers, with a secret and a database of its own. Every call that a test makes is
//! searched for values that must not be seen.

use std::time::Duration;

use adit_local::containers::Containers;
use adit_local::{Event, FunctionSpec};
use serde_json::Value;

use crate::cloud::{Cloud, Recorder, Variables, shared};
use crate::database::{Database, ITEMS};
use crate::exchange::{Answer, Call};
use crate::tools::{peak, program, until};

/// How a function is deployed.
pub(crate) struct Setup {
    name: &'static str,
    schema: String,
    variables: Variables,
    timeout: Duration,
    containers: usize,
    pooled: bool,
}

impl Setup {
    /// A function that may write the table `items` of a fresh database, both called `name`.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            schema: ITEMS.to_owned(),
            variables: Variables::from([("ADIT_TABLE".to_owned(), "items".to_owned())]),
            timeout: Duration::from_secs(30),
            containers: 1,
            pooled: false,
        }
    }

    /// Further statements for the database, by its owner.
    pub(crate) fn schema(mut self, statements: &str) -> Self {
        self.schema = format!("{}; {statements}", self.schema);
        self
    }

    /// Sets a variable of the function.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// How long a call may take.
    pub(crate) fn seconds(mut self, seconds: u64) -> Self {
        self.timeout = Duration::from_secs(seconds);
        self
    }

    /// How many containers may run at the same time.
    pub(crate) fn containers(mut self, most: usize) -> Self {
        self.containers = most;
        self
    }

    /// The database's user is one that PgBouncer lets in.
    pub(crate) fn pooled(mut self) -> Self {
        self.pooled = true;
        self
    }

    pub(crate) async fn start(self) -> Function<'static> {
        let shared = shared();
        self.start_in(&shared.cloud).await
    }

    /// Deploys it to this cloud, whose secret leads to the database.
    pub(crate) async fn start_in(mut self, cloud: &Cloud) -> Function<'_> {
        let postgres = &shared().postgres;
        let database = match self.pooled {
            true => Database::behind_pooler(postgres, self.name, &self.schema).await,
            false => Database::new(postgres, self.name, &self.schema).await,
        };
        let secret = cloud.emulator.put_secret(self.name, database.secret().to_string().as_bytes());
        for (name, value) in
            [("DB_SECRET_OCID", secret.as_str()), ("ADIT_OCI_ENDPOINT", cloud.emulator.url())]
        {
            self.variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        if !self.variables.keys().any(|name| name.starts_with("OCI_")) {
            self.variables.extend(cloud.principal.clone());
        }
        let hidden = hidden_values(&self.variables);
        let recorder = Recorder::default();
        let spec = FunctionSpec {
            config: self.variables,
            timeout: self.timeout,
            // Longer than any test: a container that goes has a reason.
            idle_timeout: Duration::from_secs(600),
            concurrency: self.containers,
            ..FunctionSpec::new(self.name, program())
        };
        let containers = Containers::new(spec, recorder.events()).unwrap();
        Function { containers, database, cloud, name: self.name, secret, recorder, hidden }
    }
}

pub(crate) struct Function<'c> {
    pub(crate) containers: Containers,
    pub(crate) database: Database,
    cloud: &'c Cloud,
    name: &'static str,
    /// The secret's OCID.
    pub(crate) secret: String,
    recorder: Recorder,
    hidden: Vec<String>,
}

impl Function<'_> {
    /// Makes a call and waits until all that it wrote is known.
    pub(crate) async fn call(&self, call: impl Into<Call>) -> Answer {
        let call = self.containers.invoke(call.into().into_invocation()).await;
        let log = until("the end of the call", async || self.log_of(&call.id)).await;
        let answer = Answer { outcome: call.outcome, log };
        self.hides_values(&answer);
        answer
    }

    /// The lines of a call that is over.
    fn log_of(&self, id: &str) -> Option<Vec<String>> {
        let over = |event: &Event| match event {
            Event::FunctionCalled { call, .. } if **call == *id => Some(()),
            _ => None,
        };
        let line = |event: &Event| match event {
            Event::FunctionLog { call: Some(call), line, .. } if **call == *id => Some(line.clone()),
            _ => None,
        };
        (!self.recorder.all(over).is_empty()).then(|| self.recorder.all(line))
    }

    /// A call whose rows are stored: as many as it says, and no more.
    pub(crate) async fn stores(&self, call: impl Into<Call>, rows: u64) -> Answer {
        let before = self.database.count("items").await;
        let answer = self.call(call).await;
        let document = answer.document();
        assert_eq!(document["status"], "success", "{document}");
        assert_eq!(
            (&document["received"], &document["inserted"]),
            (&rows.into(), &rows.into()),
            "{document}"
        );
        assert_eq!(self.database.count("items").await, before + rows);
        let logged = answer.logged();
        assert_eq!((&logged["level"], &logged["inserted"]), (&"info".into(), &rows.into()), "{logged}");
        answer
    }

    /// A call that is refused with this code: nothing of it is stored, and the same container stores the next good one.
    pub(crate) async fn refuses(&self, call: impl Into<Call>, code: &str) -> Answer {
        let answer = self.fails(call, code).await;
        self.goes_on().await;
        answer
    }

    /// A call that is refused with this code, and nothing of it is stored.
    pub(crate) async fn fails(&self, call: impl Into<Call>, code: &str) -> Answer {
        let before = self.database.count("items").await;
        let answer = self.call(call).await;
        let document = answer.document();
        assert_eq!(document["code"], code, "{document}");
        assert!(matches!(document["status"].as_str(), Some("error" | "rejected")), "{document}");
        assert_eq!(document["inserted"], 0, "{document}");
        let logged = answer.logged();
        assert_eq!((&logged["level"], &logged["code"]), (&"error".into(), &code.into()), "{logged}");
        assert_eq!(self.database.count("items").await, before);
        answer
    }

    /// A good call is stored by the container that served the first call.
    pub(crate) async fn goes_on(&self) {
        self.stores(r#"{"name":"good"}"#, 1).await;
        assert_eq!(self.pids().len(), 1, "the container was replaced");
    }

    /// The process ids of all containers that were started.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.recorder.all(|event| match event {
            Event::ContainerStarted { pid, .. } => Some(*pid),
            _ => None,
        })
    }

    /// The most memory that the first container has had, in kB.
    pub(crate) fn peak(&self) -> u64 {
        peak(self.pids()[0])
    }

    /// Stores a new version of the secret.
    pub(crate) fn put_secret(&self, content: impl AsRef<[u8]>) {
        self.cloud.emulator.put_secret(self.name, content.as_ref());
    }

    /// Stores what now leads to the database as a new version of the secret.
    pub(crate) fn renew_secret(&self) {
        self.put_secret(self.database.secret().to_string());
    }

    /// The same with one key changed.
    pub(crate) fn put_secret_with(&self, key: &str, value: impl Into<Value>) {
        let mut secret = self.database.secret();
        secret[key] = value.into();
        self.put_secret(secret.to_string());
    }

    /// How often the secret was read with success.
    pub(crate) fn secret_reads(&self) -> usize {
        self.cloud.asked_for(&self.secret).iter().filter(|asked| asked.status == 200).count()
    }

    /// Another value that must not be seen in any reply or log line from now on.
    pub(crate) fn hide(&mut self, value: &str) {
        self.hidden.push(value.to_owned());
    }

    /// No reply and no line of the log has a password, a private key or a token in it.
    fn hides_values(&self, answer: &Answer) {
        let reply = match &answer.outcome {
            Ok(reply) => {
                let headers: Vec<_> = reply.headers.values().map(|value| value.to_str().unwrap()).collect();
                format!("{} {}", headers.join(" "), String::from_utf8_lossy(&reply.body))
            }
            Err(failure) => failure.to_string(),
        };
        let lines = self.recorder.all(|event| match event {
            Event::FunctionLog { line, .. } => Some(line.clone()),
            _ => None,
        });
        for value in self.hidden.iter().chain([&self.database.password]) {
            assert!(!reply.contains(value), "a reply shows a secret: {reply}");
            assert!(lines.iter().all(|line| !line.contains(value)), "the log shows a secret: {lines:?}");
        }
    }
}

/// The private key and the token among the variables, or in the files that they name: any line of theirs that is long
/// enough to tell.
fn hidden_values(variables: &Variables) -> Vec<String> {
    ["OCI_PRIVATE_KEY_CONTENT", "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", "OCI_RESOURCE_PRINCIPAL_RPST"]
        .iter()
        .filter_map(|name| variables.get(*name))
        .filter_map(|value| {
            if value.starts_with('/') { std::fs::read_to_string(value).ok() } else { Some(value.clone()) }
        })
        .flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| word.len() >= 40)
        .map(|word| word.chars().take(60).collect())
        .collect()
}
