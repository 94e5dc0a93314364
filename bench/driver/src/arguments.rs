//! The command line, as types. Nothing is opened or checked here beyond its form.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::Failure;

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Call running containers for a while.
    Load(Load),
    /// Start a program and call it until it answers.
    Cold(Cold),
    /// Be a container that only passes on.
    Relay(Relay),
}

/// What every call sends.
#[derive(Debug)]
pub(crate) struct Call {
    /// The path of the request; the platform's is `/call`.
    pub(crate) path: String,
    /// The file that is the body.
    pub(crate) body: PathBuf,
    /// The media type of the body.
    pub(crate) content_type: String,
}

/// Calls to running containers.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) call: Call,
    /// Number of callers. Caller `n` uses socket `n mod sockets`, one call after the other.
    pub(crate) callers: usize,
    pub(crate) until: Until,
    /// One or more sockets.
    pub(crate) sockets: Vec<PathBuf>,
}

/// When a caller stops. A call that has begun is always finished and counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// After this time.
    Elapsed(Duration),
    /// After this many calls of each caller.
    Calls(u64),
}

/// The start of one program.
#[derive(Debug)]
pub(crate) struct Cold {
    pub(crate) call: Call,
    /// Where the program will listen.
    pub(crate) socket: PathBuf,
    /// Where its output is appended.
    pub(crate) log: PathBuf,
    /// Further calls after the first answer, before memory is read again.
    pub(crate) then: u64,
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
}

/// Between a socket and a database.
#[derive(Debug)]
pub(crate) struct Relay {
    /// Where it listens.
    pub(crate) socket: PathBuf,
    /// The database's host and port.
    pub(crate) database: String,
    pub(crate) dbname: String,
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Command {
    /// Reads the arguments after the program's name.
    pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, Failure> {
        let mut words = Words::read(arguments)?;
        let command = match words.command.to_str() {
            Some("load") => Self::Load(Load {
                call: words.call()?,
                callers: words.option("--callers")?.unwrap_or(1),
                until: match (words.option::<f64>("--seconds")?, words.option("--calls")?) {
                    (Some(seconds), None) => Until::Elapsed(Duration::try_from_secs_f64(seconds)?),
                    (None, Some(calls)) => Until::Calls(calls),
                    _ => return Err("exactly one of --seconds and --calls is needed".into()),
                },
                sockets: words.trailing()?.into_iter().map(PathBuf::from).collect(),
            }),
            Some("cold") => {
                let cold = Cold {
                    call: words.call()?,
                    socket: words.required("--socket")?,
                    log: words.required("--log")?,
                    then: words.option("--then")?.unwrap_or(0),
                    program: OsString::new(),
                    arguments: Vec::new(),
                };
                let mut trailing = words.trailing()?.into_iter();
                Self::Cold(Cold {
                    program: trailing.next().unwrap_or_default(),
                    arguments: trailing.collect(),
                    ..cold
                })
            }
            Some("relay") => Self::Relay(Relay {
                socket: words.required("--socket")?,
                database: words.required("--database")?,
                dbname: words.required("--dbname")?,
                user: words.required("--user")?,
                // As libpq's programs take it: a command line can be read by everybody.
                password: std::env::var("PGPASSWORD").map_err(|error| format!("PGPASSWORD: {error}"))?,
            }),
            _ => {
                return Err(format!("unknown command {:?}; allowed: load, cold, relay", words.command).into());
            }
        };
        match words.options.first() {
            Some((name, _)) => Err(format!("unknown option {name}").into()),
            None => Ok(command),
        }
    }
}

/// The arguments, sorted into `--name value` pairs and the rest.
struct Words {
    command: OsString,
    options: Vec<(String, OsString)>,
    trailing: Vec<OsString>,
}

impl Words {
    fn read(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, Failure> {
        let command = arguments.next().ok_or("a command is needed: load, cold or relay")?;
        let mut options = Vec::new();
        let mut trailing = Vec::new();
        while let Some(word) = arguments.next() {
            match word.to_str() {
                Some("--") => trailing.extend(arguments.by_ref()),
                Some(name) if name.starts_with("--") => {
                    let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
                    options.push((name.to_owned(), value));
                }
                _ => trailing.push(word),
            }
        }
        Ok(Self { command, options, trailing })
    }

    /// What every call sends.
    fn call(&mut self) -> Result<Call, Failure> {
        Ok(Call {
            path: self.option("--path")?.unwrap_or_else(|| "/call".into()),
            body: self.required("--body")?,
            content_type: self.option("--type")?.unwrap_or_else(|| "application/json".into()),
        })
    }

    fn option<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Failure>
    where
        T::Err: std::fmt::Display,
    {
        let Some(at) = self.options.iter().position(|(given, _)| given == name) else { return Ok(None) };
        let (_, value) = self.options.remove(at);
        let text = value.to_str().ok_or_else(|| format!("{name}: {value:?} is not UTF-8"))?;
        text.parse().map(Some).map_err(|error| format!("{name} {text}: {error}").into())
    }

    fn required<T: FromStr>(&mut self, name: &str) -> Result<T, Failure>
    where
        T::Err: std::fmt::Display,
    {
        self.option(name)?.ok_or_else(|| format!("{name} is needed").into())
    }

    fn trailing(&mut self) -> Result<Vec<OsString>, Failure> {
        match std::mem::take(&mut self.trailing) {
            empty if empty.is_empty() => {
                Err("nothing to call: name a socket (load) or a program (cold)".into())
            }
            words => Ok(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, Failure> {
        Command::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn load_takes_several_sockets_and_defaults_to_one_caller_of_call() {
        let Ok(Command::Load(load)) = parse("load --body b --seconds 0.5 s1 s2") else {
            panic!("not a load")
        };
        assert_eq!(load.sockets, [PathBuf::from("s1"), PathBuf::from("s2")]);
        assert_eq!((load.callers, load.call.path.as_str()), (1, "/call"));
        assert!(matches!(load.until, Until::Elapsed(time) if time == Duration::from_millis(500)));
    }

    #[test]
    fn cold_passes_everything_after_the_dashes_to_the_program() {
        let line = "cold --body b --socket s --log l --then 9 -- python -m uvicorn --uds s";
        let Ok(Command::Cold(cold)) = parse(line) else { panic!("not a cold start") };
        assert_eq!(cold.program, "python");
        assert_eq!(cold.arguments, ["-m", "uvicorn", "--uds", "s"]);
        assert_eq!(cold.then, 9);
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (line, named) in [
            ("", "command"),
            ("run --body b", "run"),
            ("load --seconds 1 s", "--body"),
            ("load --body b s", "--seconds"),
            ("load --body b --calls 1 --seconds 1 s", "exactly one"),
            ("load --body b --calls x s", "--calls x"),
            ("load --body b --calls 1", "socket"),
            ("load --body b --calls 1 --colour red s", "--colour"),
            ("load --body", "--body needs a value"),
        ] {
            let failure = parse(line).expect_err(line).to_string();
            assert!(failure.contains(named), "{line:?}: {failure}");
        }
    }
}
