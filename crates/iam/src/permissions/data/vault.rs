//! Vault: vaults, keys and secrets.

use super::super::row::{CallRow, FamilyRow, ResourceRow, Service, Source, call, family, resource};

const PAGE: Source = Source { page: "Identity/policyreference/keypolicyreference.htm", dated: "2026-09" };
const OLD: Source = Source { page: "Identity/Reference/keypolicyreference.htm", dated: "2025-02-20" };

const SECRET: &[&str] = &["target.secret.id", "target.secret.name", "target.vault.id"];
const KEY: &[&str] = &["target.key.id", "target.vault.id"];

const RESOURCES: &[ResourceRow] = &[
    resource("vaults", &PAGE)
        .inspect(&["VAULT_INSPECT"])
        .read(&["VAULT_READ"])
        .r#use(&["VAULT_CREATE_KEY", "VAULT_IMPORT_KEY", "VAULT_CREATE_SECRET"])
        .manage(&[
            "VAULT_CREATE",
            "VAULT_UPDATE",
            "VAULT_DELETE",
            "VAULT_MOVE",
            "VAULT_BACKUP",
            "VAULT_RESTORE",
            "VAULT_REPLICATE",
        ])
        .variables(&["target.vault.id"]),
    resource("keys", &PAGE)
        .inspect(&["KEY_INSPECT"])
        .read(&["KEY_READ"])
        .r#use(&["KEY_ENCRYPT", "KEY_DECRYPT", "KEY_EXPORT", "KEY_SIGN", "KEY_VERIFY"])
        .manage(&[
            "KEY_CREATE",
            "KEY_UPDATE",
            "KEY_ROTATE",
            "KEY_DELETE",
            "KEY_MOVE",
            "KEY_IMPORT",
            "KEY_BACKUP",
            "KEY_RESTORE",
        ])
        .variables(KEY),
    resource("key-delegate", &PAGE).r#use(&["KEY_ASSOCIATE", "KEY_DISASSOCIATE"]).variables(KEY),
    resource("hsm-cluster", &OLD)
        .inspect(&["HSM_CLUSTER_INSPECT"])
        .read(&["HSM_CLUSTER_READ"])
        .r#use(&["HSM_CLUSTER_UPDATE"])
        .manage(&["HSM_CLUSTER_DELETE", "HSM_CLUSTER_CREATE", "HSM_CLUSTER_MOVE"]),
    resource("secrets", &PAGE)
        .inspect(&["SECRET_INSPECT"])
        .read(&["SECRET_READ"])
        .r#use(&["SECRET_UPDATE", "SECRET_ROTATE"])
        .manage(&["SECRET_CREATE", "SECRET_DELETE", "SECRET_MOVE", "SECRET_REPLICATE_CONFIGURE"])
        .variables(SECRET)
        .note("the copy of 2025-02-20 has neither `SECRET_ROTATE` nor `SECRET_REPLICATE_CONFIGURE`"),
    resource("secret-versions", &PAGE)
        .inspect(&["SECRET_VERSION_INSPECT"])
        .read(&["SECRET_VERSION_READ"])
        .manage(&["SECRET_VERSION_DELETE"])
        .variables(SECRET)
        .note("the page lists `GetKeyVersion` here and means `GetSecretVersion`"),
    resource("secret-bundles", &PAGE)
        .inspect(&["SECRET_BUNDLE_INSPECT"])
        .read(&["SECRET_BUNDLE_READ"])
        .variables(SECRET),
    resource("secret-replication", &PAGE)
        .not_known("named beside the family, of which it is no member; its permissions were not on the copy that was read"),
];

const FAMILIES: &[FamilyRow] = &[
    family("secret-family", &["secrets", "secret-versions", "secret-bundles"], &PAGE),
    family("key-family", &["keys", "key-delegate"], &PAGE).note(
        "only some copies of the page have it, without its members; a user reports that it does not work",
    ),
];

const CALLS: &[CallRow] = &[
    call("ListVaults", &["VAULT_INSPECT"], &PAGE),
    call("GetVault", &["VAULT_READ"], &PAGE),
    call("CreateVault", &["VAULT_CREATE"], &PAGE),
    call("UpdateVault", &["VAULT_UPDATE"], &PAGE),
    call("ScheduleVaultDeletion", &["VAULT_DELETE"], &PAGE),
    call("ChangeVaultCompartment", &["VAULT_MOVE"], &PAGE),
    call("ListKeys", &["KEY_INSPECT"], &PAGE),
    call("GetKey", &["KEY_READ"], &PAGE),
    call("CreateKey", &["KEY_CREATE", "VAULT_CREATE_KEY"], &PAGE),
    call("UpdateKey", &["KEY_UPDATE"], &PAGE),
    call("CreateKeyVersion", &["KEY_ROTATE"], &PAGE),
    call("ScheduleKeyDeletion", &["KEY_DELETE"], &PAGE),
    call("ChangeKeyCompartment", &["KEY_MOVE"], &PAGE),
    call("ImportKey", &["KEY_IMPORT", "VAULT_IMPORT_KEY"], &PAGE),
    call("ExportKey", &["KEY_EXPORT"], &PAGE),
    call("Encrypt", &["KEY_ENCRYPT"], &PAGE).note("`KEY_ASSOCIATE` where a service does it for the caller"),
    call("GenerateDataEncryptionKey", &["KEY_ENCRYPT"], &PAGE),
    call("Decrypt", &["KEY_DECRYPT"], &PAGE),
    call("Sign", &["KEY_SIGN"], &PAGE),
    call("Verify", &["KEY_VERIFY"], &PAGE),
    call("CreateSecret", &["KEY_ENCRYPT", "KEY_DECRYPT", "SECRET_CREATE", "VAULT_CREATE_SECRET"], &PAGE),
    call("UpdateSecret", &["SECRET_UPDATE"], &PAGE),
    call("ListSecrets", &["SECRET_INSPECT"], &PAGE),
    call("GetSecret", &["SECRET_READ"], &PAGE).note("what is said about it, not what is in it"),
    call("ScheduleSecretDeletion", &["SECRET_DELETE"], &PAGE),
    call("ChangeSecretCompartment", &["SECRET_MOVE", "SECRET_UPDATE"], &PAGE),
    call("ListSecretVersions", &["SECRET_VERSION_INSPECT"], &PAGE),
    call("GetSecretVersion", &["SECRET_VERSION_READ"], &PAGE),
    call("ScheduleSecretVersionDeletion", &["SECRET_VERSION_DELETE", "SECRET_UPDATE"], &PAGE),
    call("ListSecretBundles", &["SECRET_BUNDLE_INSPECT"], &PAGE),
    call("GetSecretBundle", &["SECRET_BUNDLE_READ"], &PAGE),
    call("GetSecretBundleByName", &["SECRET_BUNDLE_READ"], &PAGE),
];

pub(super) const SERVICE: Service =
    Service { name: "Vault", resources: RESOURCES, families: FAMILIES, calls: CALLS };
