//! `adit dev`: the laptop stack, its ready lines, and its end.

mod function;
mod render;
mod sql;
pub(crate) mod state;

use std::sync::Arc;
use std::time::Duration;

use adit_ingest::TableName;
use adit_local::{
    DatabaseChoice, EmulatorOptions, Events, FunctionOptions, PgBouncerOptions, PortChoice, PostgresOptions,
    Stack, StackOptions,
};
use adit_oci::env::Vars;
use adit_oci::principal::ConfigFile;
use adit_oci::{Client, Endpoints};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::DevArgs;
use crate::console;
use crate::dev::state::{DevFunction, DevState};
use crate::failure::Failure;
use crate::invoke::{self, Target};
use crate::numbers;
use crate::payload::Payload;
use crate::program;

/// The name of the function in the local application.
const FUNCTION: &str = "postgres-inserter";
/// The table that it writes unless told otherwise; a database that is started here has it.
const SAMPLE_TABLE: &str = "items";

pub(crate) async fn run(args: DevArgs) -> Result<(), Failure> {
    let schema = args.schema.as_ref().map(|path| sql::read(path)).transpose()?;
    let payload = args.load.as_deref().map(|data| Payload::of_argument(data, None)).transpose()?;
    let stack = Stack::start(options(&args)?).await?;
    let outcome = serve(&args, &stack, schema, payload).await;
    stack.stop().await;
    outcome
}

fn options(args: &DevArgs) -> Result<StackOptions, Failure> {
    let mut function = FunctionOptions::new(FUNCTION, program::locate(args.function.as_deref(), None)?);
    function.memory_mb = args.memory;
    function.timeout = Duration::from_secs(args.timeout);
    let tables: Vec<String> = args.tables.iter().map(TableName::to_sql).collect();
    let tables = if tables.is_empty() { SAMPLE_TABLE.to_owned() } else { tables.join(",") };
    function.config.insert("ADIT_TABLE".to_owned(), tables);
    function.config.extend(args.config.iter().cloned());
    let port = args.database_port.map_or(PortChoice::Any, PortChoice::Exactly);
    let (server_port, pooler_port) = if args.no_pooler { (port, port) } else { (PortChoice::Any, port) };
    let database = match &args.database_url {
        Some(url) => DatabaseChoice::Url(url.clone()),
        None => DatabaseChoice::Local(PostgresOptions {
            port: server_port,
            data_dir: args.data.clone(),
            ..PostgresOptions::default()
        }),
    };
    let pooler =
        (!args.no_pooler).then(|| PgBouncerOptions { port: pooler_port, ..PgBouncerOptions::default() });
    let verbose = args.verbose;
    Ok(StackOptions {
        database,
        pooler,
        sample_table: args.tables.is_empty(),
        emulator: EmulatorOptions { port: PortChoice::Prefer(args.port), ..EmulatorOptions::default() },
        functions: vec![function],
        events: Events::new(move |event| render::event(&event, verbose)),
        ..StackOptions::default()
    })
}

/// Everything between the start and the stop.
async fn serve(
    args: &DevArgs,
    stack: &Stack,
    schema: Option<String>,
    payload: Option<Payload>,
) -> Result<(), Failure> {
    // A database that was made here is ours to complete; another one's owner says `adit migrate`.
    if stack.postgres().is_some() {
        sql::apply(&direct_url(stack), adit_ingest::LEDGER_SCHEMA).await?;
    }
    if let Some(schema) = schema {
        sql::apply(&direct_url(stack), &schema).await?;
    }
    let Some(function) = stack.functions().first() else { return Ok(()) };
    render::ready(stack, function);
    if let Some(payload) = payload {
        load(args, stack, function.id(), payload).await?;
    }
    // The password of a database that was made here protects nothing; another one's is not ours to show.
    if args.database_url.is_none() {
        console::named("psql", &stack.psql_line());
    }
    if args.exit {
        return Ok(());
    }
    render::invocations(stack, function);
    let state = DevState {
        pid: std::process::id(),
        endpoint: stack.emulator().url().to_owned(),
        config_file: stack.emulator().config_file().to_owned(),
        functions: stack
            .functions()
            .iter()
            .map(|function| DevFunction { name: function.name().to_owned(), id: function.id().to_owned() })
            .collect(),
    };
    let announced = state.announce();
    if let Err(error) = &announced {
        console::warning(&format!("`adit invoke` will not find this stack: {error}"));
    }
    console::talk("Ctrl-C stops all of it.");
    until_stopped(function).await?;
    console::talk("stopping");
    drop(announced);
    Ok(())
}

/// Sends a payload through the function, as any client does, and counts the rows by SQL.
async fn load(args: &DevArgs, stack: &Stack, function: &str, payload: Payload) -> Result<(), Failure> {
    let target = target(stack, function).await?;
    let summary = invoke::send(&target, payload, 1, None).await?;
    console::data(&summary.sentence());
    summary.warn();
    let table = args.tables.first().map_or_else(|| SAMPLE_TABLE.to_owned(), ToString::to_string);
    let sql_name = args.tables.first().map_or_else(|| SAMPLE_TABLE.to_owned(), TableName::to_sql);
    let count = sql::count(&direct_url(stack), &sql_name).await?;
    console::data(&format!("select count(*) from {table}: {}", numbers::count(count)));
    Ok(())
}

/// Waits for Ctrl-C; a newly built function takes over in the meantime.
async fn until_stopped(function: &adit_local::DeployedFunction) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Runtime)?;
    let program = function.containers().spec().program.clone();
    let mut built = function::built_at(&program);
    loop {
        tokio::select! {
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            () = tokio::time::sleep(Duration::from_millis(500)) => {
                let now = function::built_at(&program);
                if now.is_some() && now != built {
                    built = now;
                    match function.containers().recycle() {
                        Ok(()) => console::talk("the function was built anew: its next call runs the new program"),
                        Err(error) => console::warning(&error.to_string()),
                    }
                }
            }
        }
    }
}

/// The function of a stack, called as any client calls it: by signed requests.
async fn target(stack: &Stack, id: &str) -> Result<Target, Failure> {
    let vars = Vars::process();
    let principal = ConfigFile::read(stack.emulator().config_file())?.principal(None, &vars)?;
    let endpoints =
        Endpoints::single(stack.emulator().url()).map_err(|error| Failure::Endpoint(error.to_string()))?;
    let client = Client::builder(principal).endpoints(endpoints).build()?;
    let id = id.parse().map_err(|_| Failure::NoStack)?;
    Target::new(Arc::new(client), id).await
}

/// The database itself, not its pooler: a schema may need a session.
fn direct_url(stack: &Stack) -> String {
    stack.postgres().map_or_else(|| stack.database_url(), adit_local::Postgres::url)
}
