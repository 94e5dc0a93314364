//! The secrets. One that exists is named; another is made, and the Vault makes its password: nothing secret is in the configuration or
//! in the state.

use std::collections::HashSet;

use adit_blueprint::model::{Database, Secret};

use super::hcl::{Block, Part, Value, code};
use super::names::local;
use super::scope::Scope;

const SECRET: &str = "oci_vault_secret";

/// How long a made password is.
const LENGTH: i64 = 32;

/// The OCID of the secret of a database.
pub(super) fn secret(scope: &mut Scope<'_>, database: usize) -> Part {
    let Some(database) = scope.blueprint.databases.get(database) else { return Part::Text(String::new()) };
    match &database.secret {
        Some(Secret { ocid: Some(ocid), name, .. }) => {
            let variable = format!("{}_secret_ocid", scope.called("secret", &name.value));
            let what = format!("OCID of secret {}", name.value);
            scope.ask(&variable, &what, Some(Value::from(ocid.value.clone())), &["vaultsecret"])
        }
        Some(secret) => code(format!("{SECRET}.{}.id", name_of(scope, &secret.name.value))),
        None => Part::Text(String::new()),
    }
}

/// The secrets that are made, each once, with a database that uses it.
fn made<'a>(scope: &Scope<'a>) -> Vec<(&'a Database, &'a Secret)> {
    let mut seen = HashSet::new();
    let all = scope.blueprint.databases.iter().filter_map(|it| Some((it, it.secret.as_ref()?)));
    all.filter(|(_, secret)| secret.ocid.is_none() && seen.insert(secret.name.value.as_str())).collect()
}

fn name_of(scope: &Scope<'_>, name: &str) -> String {
    scope.secrets.get(name).cloned().unwrap_or_else(|| local(name))
}

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (database, secret) in made(scope) {
        let shown = secret.name.value.as_str();
        let name = name_of(scope, shown);
        let vault = scope.ask("vault_ocid", "OCID of the vault that secrets are made in", None, &["vault"]);
        let key = scope.ask(
            "vault_key_ocid",
            "OCID of the vault's key that secrets are encrypted with",
            None,
            &["key"],
        );
        let user = match &database.user {
            Some(user) => Value::from(user.value.as_str()),
            None => {
                let variable = format!("{}_user", scope.called("database", &database.name.value));
                let what = format!("The role that functions log in to {} as", database.name.value);
                scope.variable(&variable, "string", &what, None).into()
            }
        };
        let mut fields = vec![
            ("host".to_owned(), Value::from(database.address.value.to_string())),
            ("port".to_owned(), Value::from(i64::from(database.port.value.number()))),
        ];
        fields.extend(
            database.dbname.as_ref().map(|name| ("dbname".to_owned(), Value::from(name.value.as_str()))),
        );
        fields.push(("username".to_owned(), user));
        fields.push(("password".to_owned(), Value::from("%GENERATED_PASSPHRASE%")));
        let context = Block::new("secret_generation_context", &[])
            .set("generation_type", "PASSPHRASE")
            .set("generation_template", "SECRETS_DEFAULT_PASSWORD")
            .set("passphrase_length", LENGTH)
            .set("secret_template", Value::Call("jsonencode", vec![Value::Map(fields)]));
        let block = Block::new("resource", &[SECRET, &name])
            .comment(format!("{}: the secret of database {}", scope.place(secret.name.span), database.name.value))
            .comment("The Vault makes the password; give it to the role in PostgreSQL (docs/runbook.md). A secret that exists already is named by its ocid in the file.")
            .set("compartment_id", scope.compartment(secret.compartment.as_ref()))
            .set("vault_id", vault)
            .set("key_id", key)
            .set("secret_name", shown)
            .set("enable_auto_generation", true)
            .block(context);
        blocks.push(scope.guarded(block, shown));
    }
    blocks
}
