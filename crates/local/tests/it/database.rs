//! PostgreSQL and PgBouncer: start, answer, stop, keep, collide, die with us.

use std::net::{Ipv4Addr, TcpListener};

use adit_local::{Error, Event, Part, PgBouncer, PgBouncerOptions, PortChoice, Postgres, PostgresOptions};

use crate::support::{Recorder, eventually, is_alive, query, uid_of, we_are_root};

#[tokio::test]
async fn answers_through_both_and_leaves_nothing_behind() {
    let recorder = Recorder::default();
    let options = PostgresOptions { events: recorder.events(), ..PostgresOptions::default() };
    let postgres = Postgres::start(options).await.unwrap();
    let bouncer = PgBouncer::start(&postgres, PgBouncerOptions::default()).await.unwrap().expect("installed");

    assert_eq!(query(&postgres.url(), "select current_user").await.unwrap(), "adit");
    assert_eq!(query(&postgres.superuser_url(), "select current_user").await.unwrap(), "postgres");
    assert_eq!(query(&bouncer.url(), "select current_database()").await.unwrap(), "adit");
    assert_eq!(
        query(&bouncer.url_of("pgbouncer"), "show version").await.unwrap().split(' ').next(),
        Some("PgBouncer")
    );
    assert_eq!(query(&postgres.url(), "show fsync").await.unwrap(), "on");
    assert_eq!(query(&postgres.url(), "show synchronous_commit").await.unwrap(), "on");
    if we_are_root() {
        assert_ne!(uid_of(postgres.pid()), 0);
        assert_ne!(uid_of(bouncer.pid()), 0);
    }

    let (data, pids) = (postgres.data_dir().to_owned(), [postgres.pid(), bouncer.pid()]);
    bouncer.stop().await;
    postgres.stop().await;
    assert!(!data.exists());
    assert!(pids.iter().all(|pid| !is_alive(*pid)));
    assert!(recorder.all().iter().any(|event| matches!(event, Event::PostgresChosen { .. })));
    assert!(!recorder.all().iter().any(|event| matches!(event, Event::ServerDied { .. })));
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_both() {
    let postgres = Postgres::start(PostgresOptions::default()).await.unwrap();
    let bouncer = PgBouncer::start(&postgres, PgBouncerOptions::default()).await.unwrap().expect("installed");
    for url in [postgres.url(), bouncer.url()] {
        let wrong = url.replace(postgres.password().expose(), "wrong");
        assert_ne!(wrong, url);
        let refused = query(&wrong, "select 1").await.unwrap_err();
        let message = refused.as_db_error().map(|error| error.message().to_owned()).unwrap_or_default();
        assert!(message.contains("authentication failed"), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_start_at_the_same_moment() {
    let starting: Vec<_> = (0..4)
        .map(|_| {
            tokio::spawn(async {
                let postgres = Postgres::start(PostgresOptions::default()).await?;
                let bouncer = PgBouncer::start(&postgres, PgBouncerOptions::default()).await?;
                Ok::<_, Error>((postgres, bouncer.expect("installed")))
            })
        })
        .collect();
    let mut ports = Vec::new();
    let mut running = Vec::new();
    for task in starting {
        let (postgres, bouncer) = task.await.unwrap().unwrap();
        assert_eq!(query(&bouncer.url(), "select 42").await.unwrap(), "42");
        ports.extend([postgres.port(), bouncer.port()]);
        running.push((bouncer, postgres));
    }
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 8);
}

#[tokio::test]
async fn a_taken_port_is_named_when_demanded_and_stepped_over_when_preferred() {
    let occupier = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let taken = occupier.local_addr().unwrap().port();
    let demanded = PostgresOptions { port: PortChoice::Exactly(taken), ..PostgresOptions::default() };
    let Err(Error::PortTaken { part, port, owner }) = Postgres::start(demanded).await else {
        panic!("the port is taken")
    };
    assert_eq!((part, port), (Part::Postgres, taken));
    assert_eq!(owner.expect("we hold it").pid, std::process::id());

    let recorder = Recorder::default();
    let preferred = PostgresOptions {
        port: PortChoice::Prefer(taken),
        events: recorder.events(),
        ..PostgresOptions::default()
    };
    let postgres = Postgres::start(preferred).await.unwrap();
    assert_ne!(postgres.port(), taken);
    let told = recorder.all().iter().any(|event| {
        matches!(event, Event::PortTaken { wanted, used, .. } if *wanted == taken && *used == postgres.port())
    });
    assert!(told, "{:?}", recorder.all());

    let demanded = PgBouncerOptions { port: PortChoice::Exactly(taken), ..PgBouncerOptions::default() };
    let refused = PgBouncer::start(&postgres, demanded).await.unwrap_err();
    assert!(refused.to_string().starts_with(&format!("PgBouncer cannot listen on 127.0.0.1:{taken}: ")));
}

#[tokio::test]
async fn a_data_directory_outlives_the_server_but_not_the_password() {
    let parent = tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir()
        .unwrap();
    let options =
        || PostgresOptions { data_dir: Some(parent.path().join("data")), ..PostgresOptions::default() };
    let first = Postgres::start(options()).await.unwrap();
    let first_password = first.password().clone();
    query(&first.url(), "create table kept as select 7 as n").await.unwrap();

    let Err(Error::NotReady { log, .. }) = Postgres::start(options()).await else {
        panic!("two servers on one data directory")
    };
    assert!(log.contains("postmaster.pid"), "{log}");

    first.stop().await;
    let second = Postgres::start(options()).await.unwrap();
    assert_eq!(query(&second.url(), "select n from kept").await.unwrap(), "7");
    assert_ne!(&first_password, second.password());
}

#[tokio::test]
async fn a_directory_of_other_things_or_of_another_version_is_refused() {
    let parent = tempfile::tempdir_in("/tmp").unwrap();
    let options =
        || PostgresOptions { data_dir: Some(parent.path().to_owned()), ..PostgresOptions::default() };
    std::fs::write(parent.path().join("letter.txt"), "dear").unwrap();
    let refused = Postgres::start(options()).await.unwrap_err();
    assert_eq!(refused.code(), "A0909");
    assert!(parent.path().join("letter.txt").exists());

    std::fs::set_permissions(parent.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(parent.path().join("PG_VERSION"), "9.6\n").unwrap();
    let refused = Postgres::start(options()).await.unwrap_err().to_string();
    assert!(refused.contains("made by PostgreSQL 9.6"), "{refused}");
}

#[tokio::test]
async fn more_databases_on_one_server_and_statements_as_its_superuser() {
    let postgres = Postgres::start(PostgresOptions::default()).await.unwrap();
    let url = postgres.create_database("odd \"name\"").await.unwrap();
    assert_eq!(query(&url, "select current_database()").await.unwrap(), "odd \"name\"");
    postgres.execute("odd \"name\"", "create table t (n int); insert into t values (3)").await.unwrap();
    assert_eq!(
        query(&url, "select tableowner from pg_tables where tablename = 't'").await.unwrap(),
        "postgres"
    );
    assert_eq!(postgres.execute("adit", "select 1/0").await.unwrap_err().code(), "A0912");
}

#[tokio::test]
async fn a_server_that_dies_is_an_event() {
    let recorder = Recorder::default();
    let options = PostgresOptions { events: recorder.events(), ..PostgresOptions::default() };
    let postgres = Postgres::start(options).await.unwrap();
    let kill =
        std::process::Command::new("kill").args(["-KILL", &postgres.pid().to_string()]).status().unwrap();
    assert!(kill.success());
    eventually("the death is told", || {
        recorder.all().iter().any(|event| matches!(event, Event::ServerDied { part: Part::Postgres, .. }))
    })
    .await;
}
