//! Every variable that the function reads, its documentation, and the typed settings that come of them. What a principal needs
//! is listed here, too, and read by `adit-oci`.

mod loading;

use std::fmt::Write as _;
use std::path::Path;

use adit_ingest::{Format, SslMode, TableName};
use adit_oci::env::Vars;
use adit_oci::ocid::OcidError;
use adit_oci::pem::{Label, Pem};
use adit_oci::{SecretOcid, VaultOcid};

use crate::envelope::{BatchNames, Envelope};

pub(crate) use loading::Loading;

/// A variable with its documentation.
struct Variable {
    name: &'static str,
    default: &'static str,
    meaning: &'static str,
}

const SECRET_OCID: &str = "DB_SECRET_OCID";
const SECRET_NAME: &str = "DB_SECRET_NAME";
const VAULT_OCID: &str = "DB_VAULT_OCID";
const TABLE: &str = "ADIT_TABLE";
const FORMAT: &str = "ADIT_FORMAT";
const CSV_NULL: &str = "ADIT_CSV_NULL";
const MODE: &str = "ADIT_MODE";
const KEY: &str = "ADIT_KEY";
const UPDATE: &str = "ADIT_UPDATE";
const MAPPING: &str = "ADIT_MAPPING";
const ON_REJECT: &str = "ADIT_ON_REJECT";
const MOST_REJECTS: &str = "ADIT_MOST_REJECTS";
const BATCH: &str = "ADIT_BATCH";
const ENVELOPE: &str = "ADIT_ENVELOPE";
const LEDGER_RETENTION: &str = "ADIT_LEDGER_RETENTION";
const MIGRATE: &str = "ADIT_MIGRATE";
const ON_ERROR: &str = "ADIT_ON_ERROR";
const SSL_MODE: &str = "ADIT_SSLMODE";
const SSL_ROOT_CERT: &str = "ADIT_SSLROOTCERT";
const CONNECTIONS: &str = "ADIT_CONNECTIONS";

/// The documentation, in the order in which people need it.
const VARIABLES: &[Variable] = &[
    Variable {
        name: SECRET_OCID,
        default: "",
        meaning: "OCID of the Vault secret with the database's credentials, a JSON object: \
                  {\"host\", \"port\", \"dbname\", \"username\", \"password\"} and, if wanted, \"sslmode\", \"sslrootcert\"",
    },
    Variable {
        name: SECRET_NAME,
        default: "",
        meaning: "instead of the OCID: the secret's name, with DB_VAULT_OCID",
    },
    Variable { name: VAULT_OCID, default: "", meaning: "OCID of the vault that holds DB_SECRET_NAME" },
    Variable {
        name: TABLE,
        default: "",
        meaning: "the only tables that may be written, separated by commas; the first is the default. \
                  Another one is chosen by the header Adit-Table, or ?table= behind a gateway",
    },
    Variable {
        name: FORMAT,
        default: "auto",
        meaning: "auto (an object: by its name, as .csv or .ndjson.gz; else by Content-Type), json or csv",
    },
    Variable {
        name: CSV_NULL,
        default: "",
        meaning: "a text that means null in CSV, as NA or \\N does; an empty field always does",
    },
    Variable {
        name: ENVELOPE,
        default: "auto",
        meaning: "what a body is. raw, gateway: the records themselves. connector-hub: stream messages, each with records in \
                  base64. queue: queue messages, each with records in its content. event: an Object Storage event; the records are \
                  read from the object (`read objects` on the bucket). librarian: {\"table_name\", \"chunks_to_upsert\", \"files_to_delete\"}: the \
                  chunks of these files go by metadata.source, the others are upserted. auto: what the whole body has the shape of. An event: \
                  one object with cloudEventsVersion 0.1, eventType, eventID, or specversion 1.0, type, id; and with source and data. \
                  Stream messages: an array of nothing but objects with stream, partition, key, value, offset, timestamp \
                  and no other key. Queue messages: the same with id, content, receipt, deliveryCount, visibleAfter, expireAfter \
                  (createdAt, metadata), or such an array in {\"messages\": […]}. Everything else, and all that comes through a gateway, \
                  is records",
    },
    Variable {
        name: MODE,
        default: "append",
        meaning: "what happens to rows that are there, in every table. append: every record is a new row. upsert: a record whose key is \
                  there changes that row. replace: rows with the same key as a record are deleted first. delete: the rows with the \
                  records' keys are deleted",
    },
    Variable {
        name: KEY,
        default: "",
        meaning: "what makes a record and a row the same, for upsert and delete: columns separated by commas, or constraint and the \
                  name of a unique constraint; without it the primary key. For replace: a field such as source, or metadata.source in a \
                  jsonb column",
    },
    Variable {
        name: UPDATE,
        default: "all",
        meaning: "what upsert changes of a row that is there: all columns that the record has, nothing, or these, separated by commas",
    },
    Variable {
        name: MAPPING,
        default: "",
        meaning: "how keys become columns: JSON, or @ and the absolute path of a file with it. {\"columns\": {\"mail\": {\"pointer\": \
                  \"/user/mail\"}, \"origin\": {\"constant\": \"web\"}, \"raw\": {\"record\": true}}, \"names\": \"exact\", \"ignore-case\" or \
                  \"snake\", \"unknown\": \"reject\", \"ignore\" or {\"column\": \"extra\"}, \"null\": \"null\" or \"absent\", \"epoch\": \
                  \"seconds\" or \"milliseconds\"}, every part of it optional; without it keys are the columns' names",
    },
    Variable {
        name: ON_REJECT,
        default: "all",
        meaning: "what happens when a record cannot be stored. all: the payload is refused, and nothing of it stored. each: the others are \
                  stored; the answer has status partial (207 behind a gateway) and the rejects. each-kept: the same, and the record is kept \
                  in the table adit_rejects that `adit migrate` makes",
    },
    Variable {
        name: MOST_REJECTS,
        default: "20",
        meaning: "how many rejects an answer lists; the others are counted",
    },
    Variable {
        name: BATCH,
        default: "auto",
        meaning: "which payloads are stored at most once, with the ledger that `adit migrate` makes, besides those that the \
                  header Adit-Batch-Id names (Adit-Source: who names it). header: no others. envelope: stream messages by their offsets, \
                  queue messages by their ids, objects by their eTag. auto: the same, but they are stored without a ledger, too, as \
                  long as there is none. field:/a/b: a body that is one JSON object by the text or whole number at this JSON \
                  pointer, which must be there; others as with envelope. digest: as with envelope, and all others by the SHA-256 of \
                  their bytes",
    },
    Variable {
        name: LEDGER_RETENTION,
        default: "",
        meaning: "how many days the ledger remembers a batch; for ever without it. A batch that comes again later is stored again",
    },
    Variable {
        name: MIGRATE,
        default: "never",
        meaning: "allow: where Adit's own tables (adit_ledger, adit_rejects) are missing and needed, the function makes them, as `adit \
                  migrate` does; its user must be allowed to",
    },
    Variable {
        name: ON_ERROR,
        default: "auto",
        meaning: "document: an error is a JSON document in a 200, with its HTTP status behind a gateway. fail: an error fails the \
                  call (502, or 504 at the deadline) and its detail is in the log. auto: fail for detached calls, events and messages, \
                  whose senders look at nothing else and send them again, but not for an event that names no records; document \
                  for all others",
    },
    Variable {
        name: SSL_MODE,
        default: "prefer",
        meaning: "disable, allow, prefer, require, verify-ca or verify-full, as libpq means them; the secret's sslmode wins",
    },
    Variable {
        name: SSL_ROOT_CERT,
        default: "",
        meaning: "authority to trust for the database: PEM, line breaks lost or not, or the absolute path of a file; without it \
                  the public ones",
    },
    Variable {
        name: CONNECTIONS,
        default: "8",
        meaning: "most connections of one process. The platform sends one call at a time, so a container has one",
    },
    Variable {
        name: "OCI_RESOURCE_PRINCIPAL_VERSION",
        default: "",
        meaning: "with _RPST, _PRIVATE_PEM and _REGION: the function's own identity. The platform sets them",
    },
    Variable {
        name: "OCI_USER_OCID",
        default: "",
        meaning: "with OCI_TENANCY_OCID, OCI_FINGERPRINT, OCI_REGION and OCI_PRIVATE_KEY_CONTENT (PEM, line breaks lost or not, or in \
                  base64): a user's API key, where there is no resource principal",
    },
    Variable {
        name: "ADIT_OCI_ENDPOINT",
        default: "",
        meaning: "one base URL for all OCI services, for tests and the emulator",
    },
];

/// The documentation of all variables, as `--settings` prints it.
pub fn describe() -> String {
    let mut text = String::from(
        "adit-function reads these variables (configuration of the application or the function):\n",
    );
    for Variable { name, default, meaning } in VARIABLES {
        let default = if default.is_empty() { String::new() } else { format!(" (default: {default})") };
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{name}{default}\n");
        for line in wrap(meaning, 96) {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What the function was told.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) secret: SecretPlace,
    /// Never empty: the first is the default.
    pub(crate) tables: Vec<TableName>,
    /// `None`: by Content-Type.
    pub(crate) format: Option<Format>,
    pub(crate) csv_null: String,
    /// `None`: by the shape of each body.
    pub(crate) envelope: Option<Envelope>,
    pub(crate) batch: BatchNames,
    pub(crate) loading: Loading,
    pub(crate) on_error: OnError,
    pub(crate) ssl_mode: SslMode,
    pub(crate) ssl_root_cert: Option<String>,
    pub(crate) connections: usize,
}

/// Which secret holds the credentials.
#[derive(Debug)]
pub(crate) enum SecretPlace {
    Ocid(SecretOcid),
    Name { name: String, vault: VaultOcid },
}

/// How a caller learns of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnError {
    Auto,
    Document,
    Fail,
}

/// Everything that is wrong with the settings, each with its variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub(crate) struct SettingsError(Vec<String>);

impl Settings {
    /// Reads all settings, and names all that is wrong with them at once.
    pub(crate) fn from_vars(vars: &Vars) -> Result<Self, SettingsError> {
        let mut faults = Vec::new();
        let secret = secret_place(vars).map_err(|fault| faults.push(fault)).ok();
        let mut tables = Vec::new();
        for name in
            vars.get(TABLE).unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
        {
            match name.parse() {
                Ok(name) => tables.push(name),
                Err(error) => faults.push(format!("{TABLE}: {error}")),
            }
        }
        if vars.get(TABLE).is_none() {
            faults.push(format!("{TABLE} is not set: it names the tables that may be written"));
        } else if tables.is_empty() && faults.is_empty() {
            faults.push(format!("{TABLE} names no table"));
        }
        let mut choose = |name, allowed: &[&str]| {
            let value = vars.get(name)?;
            let found = allowed.iter().position(|allowed| value.eq_ignore_ascii_case(allowed));
            if found.is_none() {
                faults.push(format!("{name} must be one of {}", allowed.join(", ")));
            }
            found
        };
        let format = match choose(FORMAT, &["auto", "json", "csv"]) {
            Some(1) => Some(Format::Json),
            Some(2) => Some(Format::Csv),
            _ => None,
        };
        let envelopes = ["auto", "raw", "gateway", "connector-hub", "event", "queue", "librarian"];
        let envelope = choose(ENVELOPE, &envelopes).and_then(|at| {
            Envelope::ALL.into_iter().find(|envelope| Some(&envelope.name()) == envelopes.get(at))
        });
        let on_error = match choose(ON_ERROR, &["auto", "document", "fail"]) {
            Some(1) => OnError::Document,
            Some(2) => OnError::Fail,
            _ => OnError::Auto,
        };
        let batch = batch_names(vars.get(BATCH).as_deref()).unwrap_or_else(|fault| {
            faults.push(fault);
            BatchNames::Auto
        });
        let ssl_mode = vars.get(SSL_MODE).map(|mode| mode.parse()).transpose().unwrap_or_else(|error| {
            faults.push(format!("{SSL_MODE}: {error}"));
            None
        });
        let ssl_root_cert =
            vars.get(SSL_ROOT_CERT).map(|pem| root_cert(&pem)).transpose().unwrap_or_else(|fault| {
                faults.push(format!("{SSL_ROOT_CERT} {fault}"));
                None
            });
        let loading = Loading::from_vars(vars, &mut faults);
        let connections = match vars.get(CONNECTIONS).map(|text| text.parse()) {
            None => 8,
            Some(Ok(number)) if number > 0 => number,
            Some(_) => {
                faults.push(format!("{CONNECTIONS} must be a whole number above 0"));
                8
            }
        };
        match secret {
            Some(secret) if faults.is_empty() => Ok(Self {
                secret,
                tables,
                format,
                csv_null: vars.get(CSV_NULL).unwrap_or_default(),
                envelope,
                batch,
                loading,
                on_error,
                ssl_mode: ssl_mode.unwrap_or_default(),
                ssl_root_cert,
                connections,
            }),
            _ => Err(SettingsError(faults)),
        }
    }
}

fn batch_names(value: Option<&str>) -> Result<BatchNames, String> {
    let value = value.unwrap_or("auto");
    if let Some(pointer) = value.strip_prefix("field:") {
        return pointer.parse().map(BatchNames::Field).map_err(|error| format!("{BATCH}: {error}"));
    }
    match value.to_ascii_lowercase().as_str() {
        "header" => Ok(BatchNames::Header),
        "auto" => Ok(BatchNames::Auto),
        "envelope" => Ok(BatchNames::Envelope),
        "digest" => Ok(BatchNames::Digest),
        _ => Err(format!(
            "{BATCH} must be one of auto, header, envelope, digest, or field: and a JSON pointer"
        )),
    }
}

fn secret_place(vars: &Vars) -> Result<SecretPlace, String> {
    match (vars.get(SECRET_OCID), vars.get(SECRET_NAME), vars.get(VAULT_OCID)) {
        (Some(ocid), _, _) => {
            ocid.parse().map(SecretPlace::Ocid).map_err(|error| ocid_fault(SECRET_OCID, &error))
        }
        (None, Some(name), Some(vault)) => match vault.parse() {
            Ok(vault) => Ok(SecretPlace::Name { name, vault }),
            Err(error) => Err(ocid_fault(VAULT_OCID, &error)),
        },
        (None, Some(_), None) => Err(format!("{SECRET_NAME} needs {VAULT_OCID}")),
        (None, None, _) => {
            Err(format!("{SECRET_OCID} is not set: it names the secret with the database's credentials"))
        }
    }
}

/// What is wrong with an OCID. A value that is none is not shown: people paste the secret itself where its OCID belongs.
fn ocid_fault(name: &str, error: &OcidError) -> String {
    match error {
        OcidError::WrongKind { .. } => format!("{name}: {error}"),
        _ => format!("{name} is not an OCID (its value is not shown)"),
    }
}

/// Certificates as PEM, mangled or not, or the file that an absolute path names.
fn root_cert(value: &str) -> Result<String, String> {
    let path = Path::new(value.trim());
    if !path.is_absolute() {
        return certificates(value);
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{value} cannot be read: {error}"))?;
    certificates(&text).map_err(|fault| format!("{value} {fault}"))
}

/// The certificates in a text, in the one right form of PEM: what is typed into the console comes without its line breaks.
pub(crate) fn certificates(text: &str) -> Result<String, String> {
    let blocks = Pem::parse_all(text).map_err(|error| error.to_string())?;
    match blocks.iter().find(|block| block.label != Label::Certificate) {
        Some(other) => Err(format!("holds a {}, which is no certificate", other.label)),
        None => Ok(blocks.iter().map(|block| block.to_text().as_str().to_owned()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: (&str, &str) = (SECRET_OCID, "ocid1.vaultsecret.oc1.iad.aaaa");

    fn faults(pairs: &[(&str, &str)]) -> String {
        Settings::from_vars(&Vars::fixed(pairs.iter().copied())).unwrap_err().to_string()
    }

    #[test]
    fn the_least_is_a_secret_and_a_table() {
        let settings = Settings::from_vars(&Vars::fixed([SECRET, (TABLE, "items, Sales.Orders")])).unwrap();
        assert_eq!(
            settings.tables.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["items", "sales.orders"]
        );
        assert_eq!((settings.format, settings.on_error), (None, OnError::Auto));
        assert_eq!((settings.ssl_mode, settings.connections), (SslMode::Prefer, 8));
    }

    #[test]
    fn all_faults_are_named_at_once() {
        let text = faults(&[(TABLE, "a b"), (FORMAT, "xml"), (SSL_MODE, "on"), (CONNECTIONS, "0")]);
        for name in [SECRET_OCID, TABLE, FORMAT, SSL_MODE, CONNECTIONS] {
            assert!(text.contains(name), "{name}: {text}");
        }
        assert!(faults(&[SECRET]).contains("ADIT_TABLE is not set"));
        assert!(faults(&[(TABLE, "t"), (SECRET_NAME, "n")]).contains("DB_SECRET_NAME needs DB_VAULT_OCID"));
    }

    #[test]
    fn every_variable_is_described_once() {
        let text = describe();
        for variable in VARIABLES {
            assert_eq!(text.matches(&format!("\n{}", variable.name)).count(), 1, "{}", variable.name);
        }
        assert!(text.lines().all(|line| line.len() <= 110));
    }
}
