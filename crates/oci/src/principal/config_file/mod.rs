//! `~/.oci/config`: where the file is, what its profiles mean. API keys and session tokens are read from it; how its text
//! is read is in `ini`.

mod ini;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::api_key::{Parts, region_of};
use super::{ApiKey, Principal, PrincipalError, Session, SessionToken, Source};
use crate::env::{self, Vars};
use crate::region::Region;
use crate::secret::SecretValue;
use ini::{Entry, Ini};

/// A configuration file.
#[derive(Debug)]
pub struct ConfigFile {
    path: PathBuf,
    ini: Ini,
}

impl ConfigFile {
    /// Where the file is: `OCI_CLI_CONFIG_FILE`; else `~/.oci/config` when there is one; else `OCI_CONFIG_FILE`; else
    /// `~/.oraclebmc/config` when there is one; else `~/.oci/config`.
    #[must_use]
    pub fn locate(vars: &Vars) -> PathBuf {
        let usual = expanded("~/.oci/config", vars);
        let old = expanded("~/.oraclebmc/config", vars);
        let told = |name| vars.get(name).map(|path| expanded(&path, vars));
        told(env::CLI_CONFIG_FILE)
            .or_else(|| usual.is_file().then(|| usual.clone()))
            .or_else(|| told(env::CONFIG_FILE))
            .or_else(|| old.is_file().then_some(old))
            .unwrap_or(usual)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`PrincipalError`] when it cannot be read, or a line of it is wrong.
    pub fn read(path: &Path) -> Result<Self, PrincipalError> {
        let place = || path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| PrincipalError::Unreadable { place: place(), source })?;
        let ini = Ini::parse(&text).map_err(|bad| PrincipalError::BadValue {
            place: format!("line {} of {}", bad.line, place()),
            problem: bad.what,
        })?;
        Ok(Self { path: path.to_owned(), ini })
    }

    /// The principal of the profile `name`; without a name, of `OCI_CLI_PROFILE` or `DEFAULT`. A profile with a
    /// `security_token_file` is a session, any other an API key.
    ///
    /// # Errors
    /// [`PrincipalError`]: there is no such profile, or what is missing or wrong in it.
    pub fn principal(&self, name: Option<&str>, vars: &Vars) -> Result<Principal, PrincipalError> {
        let from_vars = vars.get(env::CLI_PROFILE);
        let name = name.or(from_vars.as_deref()).unwrap_or("DEFAULT");
        let entries = self.ini.profile(name).ok_or_else(|| PrincipalError::BadValue {
            place: self.path.display().to_string(),
            problem: format!(
                "has no profile {name:?}; it has {}",
                self.ini.names().collect::<Vec<_>>().join(", ")
            ),
        })?;
        let profile = Profile { file: &self.path, name, entries, vars };
        if profile.entries.contains_key("key_content") {
            let problem = "is a private key, which the file must not hold: use key_file".to_owned();
            return Err(PrincipalError::BadValue { place: profile.place("key_content"), problem });
        }
        if profile.entries.contains_key("security_token_file") {
            profile.session_token().map(Principal::SessionToken)
        } else {
            profile.api_key().map(Principal::ApiKey)
        }
    }
}

/// One profile, with what it inherits.
struct Profile<'a> {
    file: &'a Path,
    name: &'a str,
    entries: BTreeMap<String, Entry>,
    vars: &'a Vars,
}

impl Profile<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(|entry| entry.value.as_str()).filter(|value| !value.is_empty())
    }

    fn place(&self, name: &str) -> String {
        let line = self.entries.get(name).map_or(0, |entry| entry.line);
        format!("{name} (profile {}, line {line} of {})", self.name, self.file.display())
    }

    /// The values of `names`, or all of the names that have none.
    fn required<const N: usize>(&self, names: [&'static str; N]) -> Result<[&str; N], PrincipalError> {
        let missing: Vec<_> = names.into_iter().filter(|name| self.get(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(names.map(|name| self.get(name).unwrap_or_default()));
        }
        Err(PrincipalError::Incomplete {
            kind: format!("profile {} of {}", self.name, self.file.display()),
            missing,
        })
    }

    fn api_key(&self) -> Result<ApiKey, PrincipalError> {
        let [tenancy, user, fingerprint, key_file] =
            self.required(["tenancy", "user", "fingerprint", "key_file"])?;
        let key = self.file("key_file", key_file);
        ApiKey::from_parts(Parts {
            tenancy: (tenancy, self.place("tenancy")),
            user: (user, self.place("user")),
            fingerprint: (fingerprint, self.place("fingerprint")),
            pem: (&key.read()?, key.place()),
            pass_phrase: self.get("pass_phrase").map(SecretValue::new),
            region: self.region()?,
        })
    }

    fn session_token(&self) -> Result<SessionToken, PrincipalError> {
        let [token_file, key_file] = self.required(["security_token_file", "key_file"])?;
        let token = self.file("security_token_file", token_file);
        let pass_phrase =
            self.get("pass_phrase").map(|text| Source::value(self.place("pass_phrase"), text.to_owned()));
        let session = Session::new(token, self.file("key_file", key_file), pass_phrase);
        Ok(SessionToken::new(session, self.region()?).of_tenancy(self.get("tenancy")))
    }

    fn file(&self, name: &str, path: &str) -> Source {
        Source::file(self.place(name), expanded(path, self.vars))
    }

    /// The profile's own region, or `OCI_REGION`.
    fn region(&self) -> Result<Option<Region>, PrincipalError> {
        let own = self.get("region").map(|text| Region::parse(text, self.vars)).transpose();
        match own.map_err(|source| PrincipalError::BadRegion { place: self.place("region"), source })? {
            None => region_of(self.vars, env::REGION),
            region => Ok(region),
        }
    }
}

/// The path, with the home directory in place of a leading `~`.
fn expanded(path: &str, vars: &Vars) -> PathBuf {
    match (path.strip_prefix('~'), vars.get(env::HOME)) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => PathBuf::from(home + rest),
        _ => PathBuf::from(path),
    }
}
