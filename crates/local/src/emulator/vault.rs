//! Vault's secrets: versions, stages, and the three ways to read them (`/20190301`).

use std::fmt;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::emulator::answer::{Answer, Refusal, json};
use crate::emulator::query::Query;
use crate::emulator::timestamp::rfc3339;

/// All secrets. A secret has at least one version.
#[derive(Debug, Default)]
pub(crate) struct Vault(Vec<Secret>);

#[derive(Debug)]
struct Secret {
    id: String,
    name: String,
    vault_id: String,
    /// The version with number n is at n - 1.
    versions: Vec<Version>,
}

/// `Debug` does not show the content.
struct Version {
    content: Vec<u8>,
    created: SystemTime,
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Version").field("created", &self.created).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretBundle<'a> {
    secret_id: &'a str,
    time_created: String,
    version_number: usize,
    secret_bundle_content: Content,
    stages: Vec<Stage>,
    metadata: Empty,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    content_type: &'static str,
    content: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecretBundleVersionSummary<'a> {
    secret_id: &'a str,
    time_created: String,
    version_number: usize,
    stages: Vec<Stage>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Stage {
    Current,
    Latest,
    Previous,
    Deprecated,
}

impl Vault {
    /// Adds a version, which becomes current; the first one makes the secret.
    pub(crate) fn put(&mut self, id: &str, name: &str, vault_id: &str, content: Vec<u8>) {
        let version = Version { content, created: SystemTime::now() };
        match self.0.iter_mut().find(|secret| secret.id == id) {
            Some(secret) => secret.versions.push(version),
            None => self.0.push(Secret {
                id: id.to_owned(),
                name: name.to_owned(),
                vault_id: vault_id.to_owned(),
                versions: vec![version],
            }),
        }
    }

    /// `GetSecretBundle`.
    pub(crate) fn bundle(&self, id: &str, query: &Query) -> Result<Answer, Refusal> {
        self.by_id(id)?.bundle(query)
    }

    /// `GetSecretBundleByName`.
    pub(crate) fn bundle_by_name(&self, query: &Query) -> Result<Answer, Refusal> {
        let (name, vault_id) = (query.required("secretName")?, query.required("vaultId")?);
        let found = self.0.iter().find(|secret| secret.name == name && secret.vault_id == vault_id);
        found
            .ok_or_else(|| Refusal::not_found(format!("no secret `{name}` in vault {vault_id}")))?
            .bundle(query)
    }

    /// `ListSecretBundleVersions`, the newest first unless `sortOrder=ASC`.
    pub(crate) fn versions(&self, id: &str, query: &Query) -> Result<Answer, Refusal> {
        let secret = self.by_id(id)?;
        let mut summaries: Vec<_> = secret
            .versions
            .iter()
            .zip(1..)
            .map(|(version, version_number)| SecretBundleVersionSummary {
                secret_id: &secret.id,
                time_created: rfc3339(version.created),
                version_number,
                stages: secret.stages(version_number),
            })
            .collect();
        if query.get("sortOrder") != Some("ASC") {
            summaries.reverse();
        }
        Ok(json(&summaries))
    }

    fn by_id(&self, id: &str) -> Result<&Secret, Refusal> {
        let found = self.0.iter().find(|secret| secret.id == id);
        found.ok_or_else(|| Refusal::not_found(format!("no secret {id}")))
    }
}

impl Secret {
    /// One of `versionNumber`, `secretVersionName` and `stage` selects; without any, the current version.
    fn bundle(&self, query: &Query) -> Result<Answer, Refusal> {
        let number = match (query.get("versionNumber"), query.get("secretVersionName"), query.get("stage")) {
            (Some(number), _, _) => number
                .parse()
                .map_err(|_| Refusal::invalid_parameter(format!("versionNumber {number} is not a number")))?,
            (_, Some(name), _) => {
                return Err(Refusal::not_found(format!("{} has no version named `{name}`", self.id)));
            }
            (_, _, Some("PREVIOUS")) => self.versions.len().saturating_sub(1),
            (_, _, None | Some("CURRENT" | "LATEST")) => self.versions.len(),
            (_, _, Some("PENDING" | "DEPRECATED")) => 0,
            (_, _, Some(stage)) => {
                return Err(Refusal::invalid_parameter(format!("stage {stage} is not a stage")));
            }
        };
        let version = number.checked_sub(1).and_then(|index| self.versions.get(index));
        let version =
            version.ok_or_else(|| Refusal::not_found(format!("{} has no such version", self.id)))?;
        Ok(json(&SecretBundle {
            secret_id: &self.id,
            time_created: rfc3339(version.created),
            version_number: number,
            secret_bundle_content: Content {
                content_type: "BASE64",
                content: STANDARD.encode(&version.content),
            },
            stages: self.stages(number),
            metadata: Empty {},
        }))
    }

    fn stages(&self, number: usize) -> Vec<Stage> {
        match self.versions.len() - number {
            0 => vec![Stage::Current, Stage::Latest],
            1 => vec![Stage::Previous],
            _ => vec![Stage::Deprecated],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn vault() -> Vault {
        let mut vault = Vault::default();
        for content in ["one", "two", "three"] {
            vault.put("ocid1.s", "db", "ocid1.v", content.into());
        }
        vault
    }

    async fn read(answer: Result<Answer, Refusal>) -> serde_json::Value {
        let body = answer.unwrap().into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    #[tokio::test]
    async fn the_current_version_unless_another_is_asked_for() {
        let vault = vault();
        for (query, number, content) in [
            ("", 3, "dGhyZWU="),
            ("stage=PREVIOUS", 2, "dHdv"),
            ("versionNumber=1", 1, "b25l"),
            ("stage=LATEST", 3, "dGhyZWU="),
        ] {
            let bundle = read(vault.bundle("ocid1.s", &Query::parse(query))).await;
            assert_eq!(bundle["versionNumber"], number, "{query}");
            assert_eq!(bundle["secretBundleContent"]["content"], content, "{query}");
        }
        let by_name = read(vault.bundle_by_name(&Query::parse("secretName=db&vaultId=ocid1.v"))).await;
        assert_eq!(by_name["stages"], serde_json::json!(["CURRENT", "LATEST"]));
        let versions = read(vault.versions("ocid1.s", &Query::parse(""))).await;
        assert_eq!(versions[2]["stages"], serde_json::json!(["DEPRECATED"]));
    }

    #[test]
    fn what_is_not_there_is_not_there() {
        let vault = vault();
        for query in ["versionNumber=4", "versionNumber=0", "stage=PENDING", "secretVersionName=x"] {
            let refusal = vault.bundle("ocid1.s", &Query::parse(query)).unwrap_err();
            assert_eq!(refusal.code, "NotAuthorizedOrNotFound", "{query}");
        }
        assert_eq!(vault.bundle("ocid1.t", &Query::parse("")).unwrap_err().code, "NotAuthorizedOrNotFound");
        assert_eq!(vault.bundle("ocid1.s", &Query::parse("stage=X")).unwrap_err().code, "InvalidParameter");
        assert_eq!(
            vault.bundle_by_name(&Query::parse("secretName=db")).unwrap_err().code,
            "InvalidParameter"
        );
    }

    #[test]
    fn debug_shows_no_content() {
        let shown = format!("{:?}", vault());
        assert!(!shown.contains("one") && !shown.contains("111, 110, 101"), "{shown}");
    }
}
