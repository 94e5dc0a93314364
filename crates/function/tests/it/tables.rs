//! Tables that change while a container that has read them is warm.

use crate::exchange::Call;
use crate::function::Setup;

#[tokio::test]
async fn a_column_that_was_added_is_there_for_the_next_call() {
    let function = Setup::new("column_added").start().await;
    function.goes_on().await;
    let wide = r#"{"name":"a","colour":"red"}"#;
    function.refuses(wide, "A0620").await;
    function.refuses(Call::csv("name,colour\na,red\n"), "A0604").await;
    function.database.run("alter table items add colour text").await;
    function.stores(wide, 1).await;
    function.database.run("alter table items add size int").await;
    function.stores(Call::csv("name,size\na,5\nb,6\n"), 2).await;
    assert_eq!(function.database.rows("select size from items where size > 0 order by 1").await, ["5", "6"]);
}

#[tokio::test]
async fn a_column_that_was_widened_takes_what_it_refused_before() {
    let function = Setup::new("column_widened").start().await;
    let long = || Call::new(format!(r#"[{{"name":"{}"}},{{"name":"b"}}]"#, "x".repeat(300)));
    function.refuses(long(), "A0620").await;
    function.database.run("alter table items alter name type text").await;
    function.stores(long(), 2).await;
}

#[tokio::test]
async fn a_column_that_was_renamed_or_dropped_is_gone_for_the_next_call() {
    let function = Setup::new("column_renamed").start().await;
    for (before, change) in [
        (r#"{"name":"a","description":"d"}"#, "alter table items rename description to about"),
        (r#"[{"name":"a","about":"d"},{"name":"b","about":"e"}]"#, "alter table items drop about"),
    ] {
        let rows = before.matches("name").count() as u64;
        function.stores(before, rows).await;
        function.database.run(change).await;
        function.refuses(before, "A0620").await;
    }
}

#[tokio::test]
async fn a_column_whose_type_was_changed_gets_the_same_values_and_no_others() {
    let function = Setup::new("type_changed").schema("alter table items add amount bigint").start().await;
    let body = r#"[{"name":"a","amount":7},{"name":"b","amount":8}]"#;
    function.stores(body, 2).await;
    // Eight bytes either way: a server that is sent the old form would take it for another number.
    function.database.run("alter table items alter amount type double precision").await;
    function.stores(body, 2).await;
    function.database.run("alter table items alter amount type text using amount::bigint::text").await;
    function.stores(body, 2).await;
    let amounts =
        function.database.rows("select distinct amount from items where amount is not null order by 1").await;
    assert_eq!(amounts, ["7", "8"]);
    assert_eq!(function.secret_reads(), 1);
}
