//! A function's environment: what the platform takes of it.

use super::{Blueprint, Function};
use crate::code;
use crate::finding::Finding;
use crate::platform::{LARGEST_CONFIG, is_config_name, is_of_config_name};
use crate::words::shown;

impl Function {
    /// Its whole environment: what is derived, and what is written, which wins. The secret's OCID is the caller's to know.
    pub fn environment(&self) -> Vec<(&str, String)> {
        let mut all: Vec<(&str, String)> = Vec::new();
        if !self.tables.is_empty() {
            let tables: Vec<&str> = self.tables.iter().map(|table| table.value.as_str()).collect();
            all.push(("ADIT_TABLE", tables.join(",")));
        }
        all.retain(|(name, _)| !self.config.iter().any(|(written, _)| written.value == *name));
        all.extend(self.config.iter().map(|(name, value)| (name.value.as_str(), value.value.clone())));
        all
    }
}

/// How long an OCID is that nobody knows yet: those of secrets have about 100 bytes.
const OCID: usize = 110;

impl Blueprint {
    /// How long the OCID of the secret is that a function is told of.
    fn secret_of(&self, function: &Function) -> Option<usize> {
        let name = function.database.as_ref()?;
        let database = self.databases.iter().find(|it| it.name.value == name.value)?;
        let secret = database.secret.as_ref()?;
        Some(secret.ocid.as_ref().map_or(OCID, |ocid| ocid.value.len()))
    }

    /// Tells what the platform refuses of the functions' environments.
    pub(crate) fn environments(&self, faults: &mut Vec<Finding>) {
        for function in &self.functions {
            for (name, _) in function.config.iter().filter(|(name, _)| !is_config_name(&name.value)) {
                let legal = |c: char| if is_of_config_name(c) { c } else { '_' };
                let mended: String = name.value.chars().map(legal).collect();
                let finding = Finding::new(
                    code::CONFIG_NAME,
                    shown(&function.name.value),
                    name.span,
                    format!("`{}` is no name that a function's configuration can have", shown(&name.value)),
                )
                .here("refused by the platform")
                .observed(shown(&name.value))
                .expected("letters, digits and _, not beginning with a digit");
                faults.push(if is_config_name(&mended) {
                    finding.fix(format!("write {mended}"))
                } else {
                    finding.fix("take another name")
                });
            }
            let written: usize =
                function.environment().iter().map(|(name, value)| name.len() + value.len()).sum();
            let size = written + self.secret_of(function).map_or(0, |ocid| "DB_SECRET_OCID".len() + ocid);
            if size > LARGEST_CONFIG {
                faults.push(
                    Finding::new(
                        code::CONFIG_SIZE,
                        shown(&function.name.value),
                        function.name.span,
                        format!("the configuration of {} is larger than 4 KB", shown(&function.name.value)),
                    )
                    .here("its names and values together")
                    .observed(format!("{size} bytes"))
                    .expected(format!("at most {LARGEST_CONFIG} bytes of names and values"))
                    .fix("put what is long, such as a mapping, into a file of the image, and name it: ADIT_MAPPING = \"@/mapping.json\""),
                );
            }
        }
    }
}
