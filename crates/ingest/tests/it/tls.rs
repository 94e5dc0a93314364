//! `sslmode`, against a PgBouncer with a certificate of an authority made here.

use adit_ingest::{Database, DatabaseErrorKind, Format, Session, SslMode};
use adit_local::{PgBouncer, PgBouncerOptions, Postgres, PostgresOptions};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::support::{ITEMS, TestDatabase, append, records, soon};

#[tokio::test]
async fn each_mode_checks_what_libpq_checks() {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let server_key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&server_key, &issuer).unwrap();
    let directory = tempfile::Builder::new().permissions(readable()).tempdir().unwrap();
    let file = |name: &str, content: String| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };

    let postgres = Postgres::start(PostgresOptions::default()).await.unwrap();
    let settings = vec![
        ("client_tls_sslmode".to_owned(), "allow".to_owned()),
        ("client_tls_key_file".to_owned(), file("key.pem", server_key.serialize_pem())),
        ("client_tls_cert_file".to_owned(), file("cert.pem", server.pem())),
    ];
    let options = PgBouncerOptions { settings, ..PgBouncerOptions::default() };
    let Some(bouncer) = PgBouncer::start(&postgres, options).await.unwrap() else {
        assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "PgBouncer is not installed");
        return;
    };
    let db = TestDatabase::at(postgres.url(), ITEMS).await;
    let url = Database::from_url(&bouncer.url()).unwrap();
    let connect = async |host: &str, ssl_mode, root: Option<&str>| {
        let database = Database {
            host: host.to_owned(),
            ssl_mode,
            root_certificates: root.map(str::to_owned),
            ..url.clone()
        };
        Session::connect(&database, soon()).await
    };
    let kind = |outcome: Result<Session, adit_ingest::DatabaseError>| {
        outcome.map(|_| ()).map_err(|error| error.kind)
    };

    for mode in [SslMode::Disable, SslMode::Allow, SslMode::Prefer, SslMode::Require] {
        assert_eq!(kind(connect("localhost", mode, None).await), Ok(()), "{mode:?}");
    }
    // The authority is not a public one; with it given, the chain is good, but 127.0.0.1 is not localhost.
    assert_eq!(kind(connect("localhost", SslMode::VerifyFull, None).await), Err(DatabaseErrorKind::Tls));
    assert_eq!(kind(connect("127.0.0.1", SslMode::VerifyCa, Some(&root)).await), Ok(()));
    assert_eq!(
        kind(connect("127.0.0.1", SslMode::VerifyFull, Some(&root)).await),
        Err(DatabaseErrorKind::Tls)
    );
    let other = CertificateParams::new(Vec::new()).unwrap();
    let other = other.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
    assert_eq!(kind(connect("localhost", SslMode::Require, Some(&other)).await), Err(DatabaseErrorKind::Tls));

    let mut session = connect("localhost", SslMode::VerifyFull, Some(&root)).await.unwrap();
    let payload = records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
    assert_eq!(session.ingest(&append("items"), payload, Some(soon())).await.unwrap().inserted, 2);
    assert_eq!(db.count("items").await, 2);
}

fn readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
