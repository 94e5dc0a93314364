//! `adit add`: what is added to the file is shown, and written in one step or not at all. What it looks like is the blueprint's matter.

use adit_blueprint::Source;
use adit_blueprint::edit::{self, EditError, Edited, NewApplication, NewDatabase, NewFunction};

use crate::args::{AddArgs, AddCommand, AddToArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;
use crate::prove::load::refused;
use crate::replace;

pub(crate) fn run(args: AddArgs) -> Result<(), Failure> {
    match args.command {
        AddCommand::Function(args) => {
            let request = NewFunction {
                name: args.name,
                application: args.application,
                database: args.database,
                tables: args.tables,
                memory: args.memory,
                timeout: args.timeout,
                repository: args.repository,
            };
            add(&args.to, |source| edit::add_function(source, &request))
        }
        AddCommand::Database(args) => {
            let request = NewDatabase {
                name: args.name,
                subnet: args.subnet,
                address: args.address,
                port: args.port,
                pooler: args.pooler.map(Into::into),
                dbname: args.dbname,
                secret: args.secret,
            };
            add(&args.to, |source| edit::add_database(source, &request))
        }
        AddCommand::Application(args) => {
            let request = NewApplication {
                name: args.name,
                subnets: args.subnets,
                shape: args.shape,
                concurrency: args.concurrency,
            };
            add(&args.to, |source| edit::add_application(source, &request))
        }
    }
}

fn add(to: &AddToArgs, addition: impl FnOnce(&Source) -> Result<Edited, EditError>) -> Result<(), Failure> {
    let source = Source::read(&to.file)?;
    let edited = addition(&source).map_err(|error| failure(&source, error))?;
    if !to.dry_run {
        replace::replace(&to.file, Some(source.text().as_bytes()), edited.text.as_bytes())
            .map_err(|error| Failure::Write { path: to.file.clone(), error })?;
    }
    show(source.name(), &edited);
    let name = source.name();
    if to.dry_run {
        console::talk("nothing is written: --dry-run");
    } else {
        let file = if name == "adit.toml" { String::new() } else { format!(" --file {name}") };
        console::talk(&format!("{name} written; next: adit check{file}"));
    }
    Ok(())
}

/// The faults of the file are told as `adit check` tells them.
fn failure(source: &Source, error: EditError) -> Failure {
    match error {
        EditError::Unsound { faults, is_toml } => refused(source, &faults, is_toml, ReportFormat::Human),
        error => Failure::Edit(error),
    }
}

/// The lines that are new, with the first one's number. An addition in braces is a line that was there.
fn show(name: &str, edited: &Edited) {
    let is_line = |byte: usize| byte == 0 || edited.text.get(..byte).is_some_and(|text| text.ends_with('\n'));
    let new = Source::new(name, edited.text.as_str());
    let first = new.position(edited.added.start).line;
    let added = edited.added();
    let shown = if is_line(edited.added.start) || added.starts_with(['\n', '\r']) {
        added.trim()
    } else {
        new.line(first)
    };
    let skipped = added.len() - added.trim_start().len();
    let first = new.position(edited.added.start + skipped).line;
    console::data(&format!("{name}:{first}"));
    for line in shown.lines() {
        console::added(line);
    }
}
