//! TLS to the database as `sslmode` means it, with a root certificate in every form that a setting or a secret can have.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use adit_local::{PgBouncer, PgBouncerOptions};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::cloud::shared;
use crate::function::Setup;
use crate::tools::skipped;

/// An authority, and a PgBouncer with a certificate of it for `localhost`.
async fn secure_pooler() -> Option<(PgBouncer, String, TempDir)> {
    let key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = authority.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&key, &issuer).unwrap();
    let directory = tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir().unwrap();
    let file = |name: &str, content: String| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let settings = [
        ("client_tls_sslmode", "allow".to_owned()),
        ("client_tls_key_file", file("key.pem", key.serialize_pem())),
        ("client_tls_cert_file", file("cert.pem", server.pem())),
    ];
    file("root.pem", format!("The authority of a test.\n{root}"));
    let settings = settings.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let options = PgBouncerOptions { settings, ..PgBouncerOptions::default() };
    let bouncer = PgBouncer::start(&shared().postgres, options).await.unwrap();
    if bouncer.is_none() {
        skipped("PgBouncer is not installed");
    }
    Some((bouncer?, root, directory))
}

#[tokio::test]
async fn a_certificate_is_checked_by_the_authority_of_the_settings() {
    let Some((bouncer, root, directory)) = secure_pooler().await else { return };
    let file = directory.path().join("root.pem").display().to_string();
    // A console loses line breaks.
    let joined = root.replace('\n', "");
    let escaped = root.replace('\n', "\\n");
    for (name, certificate) in
        [("tls_pem", &root), ("tls_joined", &joined), ("tls_escaped", &escaped), ("tls_file", &file)]
    {
        let setup = Setup::new(name).pooled().set("ADIT_SSLMODE", "verify-full");
        let function = setup.set("ADIT_SSLROOTCERT", certificate).start().await;
        let mut secret = function.database.secret();
        secret["port"] = bouncer.port().into();
        secret["host"] = "localhost".into();
        function.put_secret(secret.to_string());
        function.goes_on().await;
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_is_refused_until_the_secret_says_otherwise() {
    let Some((bouncer, root, _directory)) = secure_pooler().await else { return };
    let other = KeyPair::generate().unwrap();
    let other = CertificateParams::new(Vec::new()).unwrap().self_signed(&other).unwrap().pem();
    let setup = Setup::new("tls_refused").pooled().set("ADIT_SSLMODE", "verify-full");
    let function = setup.set("ADIT_SSLROOTCERT", &other).start().await;
    let mut secret = function.database.secret();
    secret["port"] = bouncer.port().into();
    for (host, mode) in [("localhost", None), ("127.0.0.1", None), ("localhost", Some("verify-ca"))] {
        secret["host"] = host.into();
        secret["sslmode"] = mode.into();
        function.put_secret(secret.to_string());
        let document = function.fails(r#"{"name":"a"}"#, "A0505").await.document();
        assert!(document["help"].as_str().unwrap().contains("sslrootcert"), "{document}");
    }
    secret["sslrootcert"] = root.replace('\n', " ").into();
    function.put_secret(secret.to_string());
    function.goes_on().await;

    secret["sslrootcert"] = "not a certificate".into();
    function.put_secret(secret.to_string());
    function.containers.recycle().unwrap();
    let document = function.fails(r#"{"name":"a"}"#, "A0405").await.document();
    assert!(document["message"].as_str().unwrap().contains("`sslrootcert` has no `-----BEGIN"), "{document}");
}
