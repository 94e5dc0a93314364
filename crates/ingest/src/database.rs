//! Where a database is and how it is spoken to: the fields of a secret or of a URL, typed. No I/O here.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{DatabaseError, DatabaseErrorKind};

/// A database and the user to write as.
#[derive(Clone, Debug)]
pub struct Database {
    /// A host name, an address, or the directory of a Unix socket.
    pub host: String,
    /// The port, of PgBouncer or of the server itself.
    pub port: u16,
    /// The database's name.
    pub dbname: String,
    /// The user.
    pub user: String,
    /// The password.
    pub password: Password,
    /// How much security the connection must have.
    pub ssl_mode: SslMode,
    /// Certificates of the authorities to trust instead of the public ones, in PEM.
    pub root_certificates: Option<String>,
    /// How long one attempt to connect may take.
    pub connect_timeout: Duration,
}

/// A password. Its `Debug` is not its value, and its memory is cleared.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Wraps a password.
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value, for the protocol.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// libpq's `sslmode`, with libpq's meaning (manual, SSL support).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS only if the server will not have it otherwise.
    Allow,
    /// TLS if the server has it.
    #[default]
    Prefer,
    /// Always TLS, with any certificate (with root certificates given: as `verify-ca`).
    Require,
    /// Always TLS, with a certificate of a trusted authority.
    VerifyCa,
    /// Always TLS, with a certificate of a trusted authority for this host.
    VerifyFull,
}

impl FromStr for SslMode {
    type Err = DatabaseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "disable" => SslMode::Disable,
            "allow" => SslMode::Allow,
            "prefer" => SslMode::Prefer,
            "require" => SslMode::Require,
            "verify-ca" => SslMode::VerifyCa,
            "verify-full" => SslMode::VerifyFull,
            _ => {
                return Err(settings(
                    "sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full",
                ));
            }
        })
    }
}

impl Database {
    /// How long an attempt to connect may take unless told otherwise.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

    /// Reads a URL (`postgresql://user:password@host:port/dbname?sslmode=…`) or libpq's `key=value` text.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::Settings`], which never shows the text: a password stands in it.
    pub fn from_url(url: &str) -> Result<Self, DatabaseError> {
        let (url, ssl_mode) = take_ssl_mode(url)?;
        let config: tokio_postgres::Config = url
            .parse()
            .map_err(|_| settings("the URL is not postgresql://user:password@host:port/dbname"))?;
        let host = match config.get_hosts() {
            [] => "localhost".to_owned(),
            [tokio_postgres::config::Host::Tcp(host)] => host.clone(),
            [tokio_postgres::config::Host::Unix(directory)] => directory.display().to_string(),
            _ => return Err(settings("the URL names more than one host")),
        };
        let user = config.get_user().ok_or_else(|| settings("the URL names no user"))?.to_owned();
        let password = config.get_password().unwrap_or_default();
        let password =
            String::from_utf8(password.to_vec()).map_err(|_| settings("the password is not UTF-8"))?;
        Ok(Self {
            host,
            port: config.get_ports().first().copied().unwrap_or(5432),
            dbname: config.get_dbname().unwrap_or(&user).to_owned(),
            user,
            password: Password::new(password),
            ssl_mode,
            root_certificates: None,
            connect_timeout: config.get_connect_timeout().copied().unwrap_or(Self::CONNECT_TIMEOUT),
        })
    }
}

/// Takes `sslmode` out of a URL or a `key=value` text: the driver knows fewer modes than libpq.
fn take_ssl_mode(url: &str) -> Result<(String, SslMode), DatabaseError> {
    let Some((before, rest)) = url.split_once("sslmode=") else {
        return Ok((url.to_owned(), SslMode::default()));
    };
    let end = rest.find(['&', ' ']).unwrap_or(rest.len());
    let (mode, rest) = rest.split_at(end);
    let url = if before.ends_with(['?', '&']) && rest.starts_with('&') {
        format!("{before}{}", rest.trim_start_matches('&'))
    } else {
        format!("{}{rest}", before.trim_end_matches(['?', '&']))
    };
    Ok((url, mode.parse()?))
}

fn settings(message: &str) -> DatabaseError {
    DatabaseError::new(DatabaseErrorKind::Settings, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_libpqs() {
        let database = Database::from_url(
            "postgresql://u:p%40ss@10.0.0.146:6432/db?sslmode=verify-full&connect_timeout=3",
        )
        .unwrap();
        assert_eq!((database.host.as_str(), database.port), ("10.0.0.146", 6432));
        assert_eq!((database.user.as_str(), database.dbname.as_str()), ("u", "db"));
        assert_eq!(database.password.expose(), "p@ss");
        assert_eq!(database.ssl_mode, SslMode::VerifyFull);
        assert_eq!(database.connect_timeout, Duration::from_secs(3));
        let database = Database::from_url("host=/tmp/run user=me sslmode=disable").unwrap();
        assert_eq!((database.host.as_str(), database.dbname.as_str()), ("/tmp/run", "me"));
    }

    #[test]
    fn a_bad_url_and_a_password_are_never_shown() {
        let error = Database::from_url("postgresql://u:hunter2@:x/db").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
        let database = Database::from_url("postgresql://u:hunter2@h/db").unwrap();
        assert!(!format!("{database:?}").contains("hunter2"));
    }
}
