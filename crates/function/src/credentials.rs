//! The secret's JSON into a database to connect to. Pure; whatever is wrong with the secret is told by the names of its keys
//! and by places in it, never by a value.

use adit_ingest::{Database, Password, SslMode};
use serde_json::Value;

use crate::settings::certificates;

/// The keys that the secret must have.
const REQUIRED: [&str; 5] = ["host", "port", "dbname", "username", "password"];
/// The keys that it may have.
const OPTIONAL: [&str; 2] = ["sslmode", "sslrootcert"];

/// What is wrong with the secret's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SecretError {
    /// Not a JSON document.
    #[error("the secret is not JSON: {problem} at line {line}, column {column} (its values are not shown)")]
    NotJson { problem: &'static str, line: usize, column: usize },
    /// JSON, but not an object.
    #[error("the secret is not a JSON object but {0}")]
    NotAnObject(&'static str),
    /// An object with the wrong keys or with values of the wrong kind.
    #[error("the secret does not have the expected keys: {}", .0.join("; "))]
    Keys(Vec<String>),
}

/// Reads the secret; `ssl_mode` and `root_cert` are what the settings say where the secret says nothing.
pub(crate) fn read(
    secret: &[u8],
    ssl_mode: SslMode,
    root_cert: Option<&String>,
) -> Result<Database, SecretError> {
    let value: Value = serde_json::from_slice(secret).map_err(|error| SecretError::NotJson {
        // The library's own message may quote the text.
        problem: if error.is_eof() { "it ends too early" } else { "it is malformed" },
        line: error.line(),
        column: error.column(),
    })?;
    let Value::Object(keys) = &value else {
        return Err(SecretError::NotAnObject(kind_of(&value)));
    };
    let mut faults = Vec::new();
    let mut text = |name: &str| match keys.get(name) {
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        found => {
            faults.push(format!("`{name}` must be a text, found {}", found.map_or("nothing", kind_of)));
            String::new()
        }
    };
    let (host, dbname, user, password) = (text("host"), text("dbname"), text("username"), text("password"));
    let port = match keys.get("port") {
        Some(Value::Number(number)) => number.as_u64().and_then(|port| u16::try_from(port).ok()),
        // The console's form makes texts of numbers.
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    if port.is_none_or(|port| port == 0) {
        let found = keys.get("port").map_or("nothing", kind_of);
        faults.push(format!("`port` must be a number from 1 to 65535, found {found}"));
    }
    let ssl_mode = match keys.get("sslmode") {
        None | Some(Value::Null) => ssl_mode,
        Some(mode) => mode.as_str().and_then(|mode| mode.parse().ok()).unwrap_or_else(|| {
            faults.push("`sslmode` must be one of libpq's modes".to_owned());
            ssl_mode
        }),
    };
    let root_certificates = match keys.get("sslrootcert") {
        None | Some(Value::Null) => root_cert.cloned(),
        Some(Value::String(pem)) => {
            certificates(pem).map_err(|fault| faults.push(format!("`sslrootcert` {fault}"))).ok()
        }
        Some(other) => {
            faults.push(format!("`sslrootcert` must be a text, found {}", kind_of(other)));
            None
        }
    };
    if !faults.is_empty() {
        let known = |key: &&String| !REQUIRED.contains(&key.as_str()) && !OPTIONAL.contains(&key.as_str());
        let unknown: Vec<String> = keys.keys().filter(known).map(|key| format!("`{key}`")).collect();
        if !unknown.is_empty() {
            faults.push(format!("not known: {}", unknown.join(", ")));
        }
        return Err(SecretError::Keys(faults));
    }
    Ok(Database {
        host,
        port: port.unwrap_or_default(),
        dbname,
        user,
        password: Password::new(password),
        ssl_mode,
        root_certificates,
        connect_timeout: Database::CONNECT_TIMEOUT,
    })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(secret: &str) -> String {
        read(secret.as_bytes(), SslMode::Prefer, None).unwrap_err().to_string()
    }

    #[test]
    fn the_old_systems_secret_is_read() {
        let secret =
            br#"{"host":"10.0.0.146","port":"6432","dbname":"librarian_db","username":"u","password":"p"}"#;
        let database = read(secret, SslMode::Prefer, None).unwrap();
        assert_eq!(
            (database.host.as_str(), database.port, database.ssl_mode),
            ("10.0.0.146", 6432, SslMode::Prefer)
        );
        let secret =
            br#"{"host":"h","port":5432,"dbname":"d","username":"u","password":"p","sslmode":"verify-full"}"#;
        assert_eq!(read(secret, SslMode::Prefer, None).unwrap().ssl_mode, SslMode::VerifyFull);
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_is_shown() {
        assert!(fault("hunter2").contains("not JSON: it is malformed at line 1, column 1"));
        assert!(fault("{\"password\":\"hunter2\",\n}").contains("line 2, column 1"));
        assert_eq!(fault("[\"hunter2\"]"), "the secret is not a JSON object but an array");
        let text = fault(r#"{"host":5,"port":"many","dbname":"","user":"hunter2","password":null}"#);
        assert_eq!(
            text,
            "the secret does not have the expected keys: `host` must be a text, found a number; `dbname` must be a text, \
             found an empty text; `username` must be a text, found nothing; `password` must be a text, found null; \
             `port` must be a number from 1 to 65535, found a text; not known: `user`"
        );
        assert!(!text.contains("hunter2") && !text.contains("many"));
    }
}
