//! All parts together: a database with its pooler, the emulated OCI, and the functions between them.

mod database;
mod options;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use options::{DatabaseChoice, FunctionOptions, FunctionPrincipal, StackOptions};

use crate::containers::{Containers, FunctionSpec};
use crate::ocid::local_ocid;
use crate::stack::database::{Database, SAMPLE_TABLE};
use crate::{Emulator, Error, PgBouncer, Postgres, env};

/// A running stack. Dropping it stops everything that it started.
#[derive(Debug)]
pub struct Stack {
    functions: Vec<DeployedFunction>,
    // Before the database: it stops the functions, which use the database.
    emulator: Emulator,
    database: Database,
    secret_id: String,
    elapsed: Duration,
}

/// One function of a running stack.
#[derive(Clone, Debug)]
pub struct DeployedFunction {
    containers: Arc<Containers>,
}

impl Stack {
    /// Starts all parts. Returns when the database answers through its pooler and functions can be invoked; their
    /// containers start with their first calls.
    ///
    /// # Errors
    ///
    /// The first part that does not start; those that did are stopped again.
    pub async fn start(options: StackOptions) -> Result<Self, Error> {
        let began = Instant::now();
        check_names(&options.functions)?;
        // Making a cluster and making keys are the slow parts, and have nothing to do with each other.
        let (database, (emulator, credentials)) =
            tokio::try_join!(Box::pin(Database::start(&options)), Box::pin(cloud(&options)))?;
        let secret_id = emulator.put_secret(&options.secret, &database.address.json());
        let mut functions = Vec::new();
        for (function, platform_env) in options.functions.iter().zip(credentials) {
            let mut spec = spec_of(function, &options.application);
            spec.platform_env = platform_env;
            spec.platform_env.insert(env::ENDPOINT.to_owned(), emulator.url().to_owned());
            spec.config.entry(env::DB_SECRET_OCID.to_owned()).or_insert_with(|| secret_id.clone());
            if options.sample_table && database.postgres.is_some() {
                spec.config.entry(env::ADIT_TABLE.to_owned()).or_insert_with(|| SAMPLE_TABLE.to_owned());
            }
            let containers = Arc::new(Containers::new(spec, options.events.clone())?);
            emulator.deploy(Arc::clone(&containers));
            functions.push(DeployedFunction { containers });
        }
        Ok(Self { functions, emulator, database, secret_id, elapsed: began.elapsed() })
    }

    /// How long the start took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Where functions send data: through the pooler where there is one. It contains the password.
    pub fn database_url(&self) -> String {
        self.database.address.url()
    }

    /// A line for a terminal that opens `psql` on the database. It contains the password.
    pub fn psql_line(&self) -> String {
        format!("psql '{}'", self.database_url())
    }

    /// A line for a terminal that invokes `function` with the real `oci` command.
    pub fn invoke_line(&self, function: &DeployedFunction, body: &str) -> String {
        format!(
            "oci --config-file {} --endpoint {} fn function invoke --function-id {} --file - --body '{}'",
            self.emulator.config_file().display(),
            self.emulator.url(),
            function.id(),
            body.replace('\'', r"'\''")
        )
    }

    /// A line for a terminal that puts a file into the emulated Object Storage with the real `oci` command.
    pub fn put_line(&self, bucket: &str, file: &str) -> String {
        format!(
            "oci --config-file {} --endpoint {} os object put --bucket-name {bucket} --file {file}",
            self.emulator.config_file().display(),
            self.emulator.url()
        )
    }

    /// The functions, in the order of the options.
    pub fn functions(&self) -> &[DeployedFunction] {
        &self.functions
    }

    /// The OCID of the secret that leads to the database.
    pub fn secret_id(&self) -> &str {
        &self.secret_id
    }

    /// The emulated OCI.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// The database server, where it was started here.
    pub fn postgres(&self) -> Option<&Postgres> {
        self.database.postgres.as_ref()
    }

    /// The pooler, where there is one.
    pub fn pooler(&self) -> Option<&PgBouncer> {
        self.database.pooler.as_ref()
    }

    /// Stops everything, in the order in which nothing misses what it needs, without blocking the runtime.
    pub async fn stop(self) {
        drop(self.emulator);
        self.database.stop().await;
    }
}

impl DeployedFunction {
    /// Its display name.
    pub fn name(&self) -> &str {
        &self.containers.spec().name
    }

    /// Its OCID.
    pub fn id(&self) -> &str {
        &self.containers.spec().id
    }

    /// Its containers, for calls that need no OCI client, and for [`Containers::recycle`] after a build.
    pub fn containers(&self) -> &Arc<Containers> {
        &self.containers
    }
}

type Variables = std::collections::BTreeMap<String, String>;

/// The emulator, and for each function the variables of its principal.
async fn cloud(options: &StackOptions) -> Result<(Emulator, Vec<Variables>), Error> {
    let mut emulator_options = options.emulator.clone();
    emulator_options.events = options.events.clone();
    let emulator = Emulator::start(emulator_options).await?;
    let mut credentials = Vec::new();
    for function in &options.functions {
        credentials.push(match function.principal {
            FunctionPrincipal::Resource => {
                emulator.resource_principal(&local_ocid("fnfunc", &function.name)).await?
            }
            FunctionPrincipal::ApiKey => emulator.api_key_variables(),
        });
    }
    Ok((emulator, credentials))
}

fn spec_of(function: &FunctionOptions, application: &str) -> FunctionSpec {
    FunctionSpec {
        application_name: application.to_owned(),
        application_id: local_ocid("fnapp", application),
        arguments: function.arguments.clone(),
        config: function.config.clone(),
        memory_mb: function.memory_mb,
        timeout: function.timeout,
        detached_timeout: function.detached_timeout,
        idle_timeout: function.idle_timeout,
        concurrency: function.concurrency,
        ..FunctionSpec::new(&function.name, &function.program)
    }
}

fn check_names(functions: &[FunctionOptions]) -> Result<(), Error> {
    let mut ids = std::collections::BTreeSet::new();
    match functions.iter().find(|function| !ids.insert(local_ocid("fnfunc", &function.name))) {
        Some(twice) => Err(Error::DuplicateFunction { name: twice.name.clone() }),
        None => Ok(()),
    }
}
