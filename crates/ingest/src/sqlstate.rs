//! What a failure of the driver means: one table from SQLSTATE (manual, appendix A) and from the texts that PgBouncer sends
//! without a telling SQLSTATE, to the kinds of `error`. And the row that a server's message speaks of.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use crate::encode::shorten_words;
use crate::error::{DatabaseError, DatabaseErrorKind};

/// What the driver was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Making a connection.
    Connecting,
    /// Anything whose failure undoes everything.
    Working,
    /// Something after which the rows are stored, whether the answer arrives or not.
    Committing,
}

/// The error for a failure of the driver.
pub(crate) fn explain(error: &Error, doing: Doing) -> DatabaseError {
    if let Some(server) = error.as_db_error() {
        let kind = kind_of(server);
        return DatabaseError {
            kind,
            message: shorten_words(server.message()),
            sqlstate: Some(server.code().code().to_owned()),
            // A server that shuts down answers instead of committing. A pooler that has lost the server (class 08) answers for one that
            // has fallen silent.
            outcome_unknown: doing == Doing::Committing
                && kind == DatabaseErrorKind::Lost
                && server.code().code().starts_with("08"),
        };
    }
    let (kind, message) = match error.source().and_then(|source| source.downcast_ref::<io::Error>()) {
        Some(source) if doing == Doing::Connecting => (connect_kind(source), source.to_string()),
        Some(source) => (DatabaseErrorKind::Lost, source.to_string()),
        None if error.is_closed() => (DatabaseErrorKind::Lost, "the connection is closed".to_owned()),
        None if doing == Doing::Connecting => {
            let kind = match error.source() {
                Some(_) if error.to_string().contains("TLS") => DatabaseErrorKind::Tls,
                _ if error.to_string().contains("authentication") => DatabaseErrorKind::Credentials,
                _ if error.to_string().contains("config") => DatabaseErrorKind::Settings,
                _ => DatabaseErrorKind::Unreachable,
            };
            (kind, full_text(error))
        }
        None => (DatabaseErrorKind::Refused, full_text(error)),
    };
    let outcome_unknown = doing == Doing::Committing && kind == DatabaseErrorKind::Lost;
    DatabaseError { kind, message, sqlstate: None, outcome_unknown }
}

/// A driver's error with its causes: each says only its own part.
fn full_text(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let part = inner.to_string();
        if !text.contains(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = inner.source();
    }
    text
}

fn connect_kind(error: &io::Error) -> DatabaseErrorKind {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(_) => DatabaseErrorKind::Tls,
        None => DatabaseErrorKind::Unreachable,
    }
}

fn kind_of(error: &DbError) -> DatabaseErrorKind {
    use DatabaseErrorKind as Kind;
    // PgBouncer sends 08P01 (protocol violation) for nearly everything: its words come first.
    const POOLER: [(&str, Kind); 11] = [
        ("query_wait_timeout", Kind::TooManyConnections),
        ("no more connections allowed", Kind::TooManyConnections),
        ("SASL authentication failed", Kind::Credentials),
        ("password authentication failed", Kind::Credentials),
        ("no such user", Kind::Credentials),
        ("role \"", Kind::Credentials),
        ("no such database", Kind::NoDatabase),
        ("does not exist", Kind::NoDatabase),
        ("server login failed", Kind::Unreachable),
        ("server_login_retry", Kind::Unreachable),
        ("server conn crashed", Kind::Lost),
    ];
    let code = error.code().code();
    let of_pooler = code.starts_with("08") || code == "XX000";
    if of_pooler && let Some((_, kind)) = POOLER.iter().find(|(words, _)| error.message().contains(words)) {
        return *kind;
    }
    match (code.get(..2).unwrap_or_default(), code) {
        (_, "53300") => Kind::TooManyConnections,
        (_, "57014") => Kind::Deadline,
        (_, "26000" | "42P05") => Kind::Statement,
        (_, "42P01" | "3F000") => Kind::NoTable,
        (_, "42501") => Kind::Privilege,
        (_, "55P03") | ("40", _) => Kind::Conflict,
        ("08", _) | (_, "57P01" | "57P02" | "57P05") => Kind::Lost,
        (_, "57P03") => Kind::Unreachable,
        ("28", _) => Kind::Credentials,
        ("3D", _) => Kind::NoDatabase,
        ("53", _) => Kind::Resources,
        ("42", _) => Kind::Schema,
        _ => Kind::Refused,
    }
}

/// Whether the server refused a row for what is in it: a value (class 22), a constraint (23), a trigger or check (44, P0001).
pub(crate) fn refuses_row(error: &DbError) -> bool {
    let code = error.code().code();
    matches!(code.get(..2), Some("22" | "23" | "44")) || code == "P0001"
}

/// The row and the column that a message about COPY speaks of: `COPY items, line 3, column name: …`. The row counts from 0.
pub(crate) fn copy_place(error: &DbError) -> (Option<u64>, Option<String>) {
    let context = error.where_().unwrap_or_default();
    let context = context.lines().find(|line| line.starts_with("COPY ")).unwrap_or_default();
    let row = context
        .split_once(", line ")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>())
        .and_then(|digits| digits.parse::<u64>().ok())
        .and_then(|line| line.checked_sub(1));
    let column = error.column().map(str::to_owned).or_else(|| {
        let (_, rest) = context.split_once(", column ")?;
        Some(rest.split([':', ',']).next()?.to_owned())
    });
    (row, column)
}
