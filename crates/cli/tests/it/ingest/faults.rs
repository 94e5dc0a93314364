//! What goes wrong while a file is being stored: Ctrl-C, a lost connection, a database that is not there.

use std::io::Write as _;

use rustix::process::{Pid, Signal, kill_process};

use super::resume::wait_until;
use super::{Base, steady};
use crate::support::Ran;

/// A table that takes its time over each row, as long as it is told to.
const SLOW: &str = "create table slow (yes boolean); insert into slow values (true);
    create table items (name text);
    create function wait() returns trigger language plpgsql as
        $$ begin if (select yes from slow) then perform pg_sleep(0.02); end if; return new; end $$;
    create trigger wait before insert on items for each row execute function wait()";
/// The backends that store rows.
const STORING: &str =
    "from pg_stat_activity where datname = current_database() and query ilike 'copy %' and state = 'active'";

fn is_storing(base: &Base) -> bool {
    base.query(&format!("select count(*) {STORING}")) == "1"
}

#[test]
fn ctrl_c_rolls_back_and_says_what_is_stored() {
    let base = Base::new(SLOW);
    let slow = base.names("b.ndjson", "b", 20_000);
    base.query("update slow set yes = false");
    let fast = base.names("a.ndjson", "a", 10);
    assert_eq!(base.ingest(&[&fast, "--table", "items"]).code, Some(0));
    base.query("update slow set yes = true");
    let child = base.start(&[&fast, &slow, "--table", "items"]);
    wait_until(|| base.query("select count(*) from items") == "20" && is_storing(&base));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(
        (ran.code, steady(&ran.stdout, &base.place).as_str()),
        (Some(130), "DIR/a.ndjson: 10 rows stored in items, N s, N rows/s\n")
    );
    assert_eq!(
        ran.stderr,
        "stopping: what is under way is rolled back\nerror: stopped: 1 of 2 files are stored (10 rows in all)\n"
    );
    assert_eq!(base.query("select count(*) from items"), "20");
    wait_until(|| base.query(&format!("select count(*) {STORING}")) == "0");
}

#[test]
fn ctrl_c_does_not_wait_for_standard_input() {
    let base = Base::new("create table items (name text)");
    let mut child = base.start(&["-", "--table", "items"]);
    let mut stdin = child.stdin.take().unwrap();
    let line = "{\"name\": \"x\"}\n".repeat(50_000);
    stdin.write_all(line.as_bytes()).unwrap();
    stdin.flush().unwrap();
    wait_until(|| is_storing(&base));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    drop(stdin);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(130), ""), "{}", ran.stderr);
    assert_eq!(ran.stderr, "stopping: what is under way is rolled back\nerror: stopped: nothing is stored\n");
    wait_until(|| base.query(&format!("select count(*) {STORING}")) == "0");
    assert_eq!(base.query("select count(*) from items"), "0");
}

#[test]
fn a_file_is_tried_again_when_the_connection_is_lost() {
    let base = Base::new(SLOW);
    let file = base.names("a.ndjson", "a", 5_000);
    let child = base.start(&[&file, "--table", "items"]);
    wait_until(|| is_storing(&base));
    base.query(&format!("select pg_terminate_backend(pid) {STORING}"));
    base.query("update slow set yes = false");
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(
        (ran.code, steady(&ran.stdout, &base.place).as_str()),
        (Some(0), "DIR/a.ndjson: 5,000 rows stored in items, N s, N rows/s\n"),
        "{}",
        ran.stderr
    );
    let said = steady(&ran.stderr, &base.place);
    assert!(
        said.starts_with("warning: DIR/a.ndjson: the connection to the database was lost: terminating connection due to administrator command; trying again in N ms (1 of 5)\n"),
        "{said}"
    );
    assert_eq!(base.query("select count(*) || ' ' || count(distinct name) from items"), "5000 5000");
}

#[test]
fn standard_input_is_not_tried_again() {
    let base = Base::new(SLOW);
    let mut child = base.start(&["-", "--table", "items"]);
    let mut stdin = child.stdin.take().unwrap();
    let lines = "{\"name\": \"x\"}\n".repeat(10_000);
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    wait_until(|| is_storing(&base));
    base.query(&format!("select pg_terminate_backend(pid) {STORING}"));
    let ran: Ran = child.wait_with_output().unwrap().into();
    let _ = writer.join();
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.stderr.starts_with("error[A0506]: the connection to the database was lost: "),
        "{}",
        ran.stderr
    );
    assert_eq!(base.query("select count(*) from items"), "0");
}

#[test]
fn a_database_that_is_not_there_is_said_at_once() {
    let base = Base::new("select 1");
    let file = base.names("a.ndjson", "a", 1);
    let url =
        |change: &str| base.url.rsplit_once('/').map(|(before, _)| format!("{before}/{change}")).unwrap();
    for (url, said) in [
        ("postgresql://u:p@127.0.0.1:1/db".to_owned(), "error[A0501]: the database cannot be reached: "),
        (url("nothing_of_this_name"), "error[A0503]: there is no such database: "),
        (
            base.url.replacen(":adit:", ":wrong:", 1).replacen("//adit:", "//nobody:", 1),
            "error[A0502]: the database does not accept the user or the password: ",
        ),
    ] {
        let ran = base.place.run(&["ingest", &file, "--table", "items", "--database-url", &url]);
        assert!(ran.code == Some(3) && ran.stderr.starts_with(said), "{url}: {}", ran.stderr);
    }
}

#[test]
fn what_the_server_refuses_is_said_with_its_record() {
    let base = Base::new("create table items (name text unique check (name <> 'x'))");
    let file = base.place.file("a.json", r#"[{"name": "a"}, {"name": "b"}, {"name": "a"}, {"name": "x"}]"#);
    let ran = base.ingest(&[&file, "--table", "items"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("  record 2: duplicate key value violates unique constraint")
            || ran.stderr.contains("  record 3"),
        "{}",
        ran.stderr
    );
    let ran = base.ingest(&[&file, "--table", "items", "--on-reject", "each"]);
    assert_eq!(
        (ran.code, steady(&ran.stdout, &base.place).as_str()),
        (Some(1), "DIR/a.json: 2 rows stored in items; 2 rejected, N s, N rows/s\n")
    );
    assert_eq!(ran.stderr.matches("[A0629]").count(), 2, "{}", ran.stderr);
}
