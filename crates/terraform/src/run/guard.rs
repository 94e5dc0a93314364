//! Lifting the guard `prevent_destroy` of some resources for one plan: a file beside the configuration that overrides it, and is gone
//! with the value. The configuration itself stays as it is.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file's name: what ends so is an override.
pub const OVERRIDE: &str = "adit_deploy_override.tf";

/// Resources without their guard, while it lives.
#[derive(Debug)]
pub struct Unguarded(PathBuf);

impl Unguarded {
    /// Lifts the guards of these addresses. `None`: one of them is in a module, where no file beside this configuration reaches.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn lift(dir: &Path, addresses: &[String]) -> io::Result<Option<Self>> {
        let blocks: Option<Vec<(&str, &str)>> = addresses.iter().map(|address| block(address)).collect();
        let Some(mut blocks) = blocks else { return Ok(None) };
        blocks.sort_unstable();
        blocks.dedup();
        let mut text =
            String::from("# Written by adit deploy for one plan, and removed behind it. Safe to delete.\n");
        for (kind, name) in blocks {
            let _ = write!(
                text,
                "\nresource \"{kind}\" \"{name}\" {{\n  lifecycle {{\n    prevent_destroy = false\n  }}\n}}\n"
            );
        }
        let path = dir.join(OVERRIDE);
        fs::write(&path, text)?;
        Ok(Some(Self(path)))
    }

    /// Removes what a run left behind that was killed.
    ///
    /// # Errors
    ///
    /// If it is there and cannot be removed.
    pub fn clean(dir: &Path) -> io::Result<()> {
        match fs::remove_file(dir.join(OVERRIDE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Unguarded {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The type and the name of a resource of the root module.
fn block(address: &str) -> Option<(&str, &str)> {
    let (kind, name) = address.split('[').next()?.split_once('.')?;
    let word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    (word(kind) && word(name) && kind != "module" && kind != "data").then_some((kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_resources_of_the_root_are_lifted() {
        assert_eq!(block("oci_functions_function.f[0]"), Some(("oci_functions_function", "f")));
        for address in ["module.a.oci_core_vcn.b", "data.oci_core_vcn.b", "x", "a.b\" {", ""] {
            assert_eq!(block(address), None, "{address}");
        }
        let dir = tempfile::tempdir().unwrap();
        assert!(Unguarded::lift(dir.path(), &["module.a.x.y".to_owned()]).unwrap().is_none());
        let lifted =
            Unguarded::lift(dir.path(), &["a.b[0]".to_owned(), "a.b[1]".to_owned()]).unwrap().unwrap();
        let text = fs::read_to_string(dir.path().join(OVERRIDE)).unwrap();
        assert_eq!(text.matches("resource \"a\" \"b\" {").count(), 1, "{text}");
        drop(lifted);
        assert!(!dir.path().join(OVERRIDE).exists());
        Unguarded::clean(dir.path()).unwrap();
    }
}
