//! Who pushes: the name as an argument, the password from a file, standard input or a variable, and from nowhere else.

use std::fs::File;
use std::io::{self, Read};

use adit_image::registry::Credentials;
use adit_oci::SecretValue;

use crate::args::LoginArgs;
use crate::failure::Failure;

/// The variable with the password, where neither a file nor standard input has it.
const PASSWORD: &str = "ADIT_REGISTRY_PASSWORD";
/// No password is as long.
const LONGEST: u64 = 64 * 1024;

/// The login of the arguments; `None` if they name no user.
pub(crate) fn login(args: &LoginArgs) -> Result<Option<Credentials>, Failure> {
    let Some(user) = args.user.clone().filter(|user| !user.is_empty()) else { return Ok(None) };
    if user.contains(':') {
        return Err(Failure::Choice(
            "a registry's user has no colon in it; the password is not part of it".to_owned(),
        ));
    }
    let password = if let Some(path) = &args.password_file {
        let unreadable = |error| Failure::File { path: path.clone(), error };
        all(File::open(path).map_err(unreadable)?).map_err(unreadable)?
    } else if args.password_stdin {
        all(io::stdin().lock())
            .map_err(|error| Failure::Choice(format!("the password cannot be read: {error}")))?
    } else {
        std::env::var(PASSWORD).unwrap_or_default().into_bytes()
    };
    let password = password.trim_ascii_end().to_vec();
    if password.is_empty() {
        return Err(Failure::Choice(format!(
            "there is no password for {user}: --password-file FILE, --password-stdin or {PASSWORD} has it"
        )));
    }
    Ok(Some(Credentials { user, password: SecretValue::new(password) }))
}

fn all(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
