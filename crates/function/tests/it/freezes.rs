//! What can happen to a connection while its container is frozen, which it is from 50 ms after every reply: the next call
//! notices, and its rows are stored all the same.

use std::time::Duration;

use crate::function::{Function, Setup};
use crate::relay::Relay;
use crate::tools::until;

/// Waits until the container has been stopped where it was.
async fn frozen(function: &Function<'_>) {
    let stat = format!("/proc/{}/stat", function.pids()[0]);
    until("the freeze", async || std::fs::read_to_string(&stat).unwrap().contains(") T ").then_some(()))
        .await;
}

#[tokio::test]
async fn a_backend_killed_during_the_freeze_is_replaced_by_the_next_call() {
    let function = Setup::new("frozen_kill").start().await;
    for body in [r#"{"name":"a"}"#, r#"[{"name":"a"},{"name":"b"}]"#] {
        function.goes_on().await;
        frozen(&function).await;
        function.database.kill_functions().await;
        let rows = body.matches("name").count() as u64;
        let logged = function.stores(body, rows).await.logged();
        assert_eq!((&logged["attempts"], &logged["connected"]), (&1.into(), &true.into()), "{logged}");
    }
    assert_eq!(function.secret_reads(), 1, "a lost connection says nothing against the password");
}

#[tokio::test]
async fn a_connection_that_fell_silent_during_the_freeze_is_given_up() {
    let function = Setup::new("frozen_silence").start().await;
    let relay = Relay::to(function.database.port).await;
    function.put_secret_with("port", relay.port);
    function.goes_on().await;
    frozen(&function).await;
    relay.fall_silent();
    function.goes_on().await;
    assert_eq!(relay.accepted(), 2);
}

#[tokio::test]
async fn a_connection_that_survived_the_freeze_is_used_again() {
    let function = Setup::new("frozen_well").start().await;
    for _ in 0..3 {
        function.goes_on().await;
        frozen(&function).await;
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let logged = function.stores(r#"{"name":"a"}"#, 1).await.logged();
    assert_eq!(logged["connected"], false, "{logged}");
    assert_eq!((function.database.functions().await, function.secret_reads()), (1, 1));
}
