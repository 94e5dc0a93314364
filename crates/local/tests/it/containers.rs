//! Functions in containers: the contract seen from both sides, and the life of a container.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adit_local::containers::{BODY_LIMIT, Call, Failure, Invocation};
use adit_local::{ContainerEnd, Containers, Event, FunctionSpec, Stream};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::support::{Recorder, eventually, example, is_alive, state, we_are_root};

fn puppet(change: impl FnOnce(&mut FunctionSpec)) -> (Containers, Recorder) {
    let recorder = Recorder::default();
    let mut spec = FunctionSpec::new("puppet", example("puppet"));
    change(&mut spec);
    (Containers::new(spec, recorder.events()).unwrap(), recorder)
}

fn starting(how: &str) -> impl FnOnce(&mut FunctionSpec) {
    move |spec| spec.config = BTreeMap::from([("PUPPET_START".to_owned(), how.to_owned())])
}

async fn tell(containers: &Containers, command: &str) -> Call {
    containers.invoke(Invocation { body: Bytes::from(command.to_owned()), ..Invocation::default() }).await
}

async fn ask(containers: &Containers, command: &str) -> String {
    let reply = tell(containers, command).await.outcome.unwrap();
    String::from_utf8(reply.body.to_vec()).unwrap()
}

async fn fails(containers: &Containers, command: &str) -> Failure {
    tell(containers, command).await.outcome.unwrap_err()
}

fn ends(recorder: &Recorder) -> Vec<ContainerEnd> {
    let events = recorder.all();
    events
        .into_iter()
        .filter_map(|event| if let Event::ContainerEnded { why, .. } = event { Some(why) } else { None })
        .collect()
}

fn process_state(pid: &str) -> char {
    state(&std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap())
}

#[tokio::test]
async fn a_function_made_with_the_kit_answers_and_its_line_belongs_to_its_call() {
    let recorder = Recorder::default();
    let spec = FunctionSpec::new("greeter", example("greeter"));
    let containers = Containers::new(spec, recorder.events()).unwrap();
    let call = tell(&containers, "Ada").await;
    assert_eq!(call.outcome.unwrap().body, "Hello, Ada!");
    eventually("the call is told", || {
        recorder.all().iter().any(|event| matches!(event, Event::FunctionCalled { .. }))
    })
    .await;
    let events = recorder.all();
    let line = events.iter().position(|event| {
        matches!(event, Event::FunctionLog { call: Some(id), line, .. } if *id == call.id && line.contains("Ada"))
    });
    let called = events.iter().position(|event| matches!(event, Event::FunctionCalled { .. }));
    assert!(line.unwrap() < called.unwrap(), "{events:?}");
}

#[tokio::test]
async fn the_request_is_as_the_agent_sends_it() {
    let (containers, _) = puppet(|_| {});
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("fn-intent"), HeaderValue::from_static("httprequest"));
    headers.insert(HeaderName::from_static("fn-call-id"), HeaderValue::from_static("forged"));
    headers.append(HeaderName::from_static("x-multi"), HeaderValue::from_static("a"));
    headers.append(HeaderName::from_static("x-multi"), HeaderValue::from_static("b"));
    let call = containers.invoke(Invocation { headers, body: "head".into(), detached: false }).await;
    let head = String::from_utf8(call.outcome.unwrap().body.to_vec()).unwrap();
    let mut lines: Vec<&str> = head.trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "POST /call HTTP/1.1");
    lines.sort_unstable();
    let deadline = lines.iter().position(|line| line.starts_with("Fn-Deadline: ")).unwrap();
    let deadline: jiff::Timestamp =
        lines.remove(deadline).strip_prefix("Fn-Deadline: ").unwrap().parse().unwrap();
    let left = deadline.duration_since(jiff::Timestamp::now());
    assert_eq!(deadline.subsec_nanosecond(), 0);
    assert!(left.as_secs() <= 30 && left.as_secs() >= 25, "{left:?}");
    let id = format!("Fn-Call-Id: {}", call.id);
    let expected = [
        id.as_str(),
        "Fn-Intent: httprequest",
        "Host: localhost",
        "Transfer-Encoding: chunked",
        "X-Multi: a",
        "X-Multi: b",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn the_environment_is_the_platforms_and_nothing_of_ours() {
    let (containers, _) = puppet(|spec| {
        spec.memory_mb = 256;
        spec.config = BTreeMap::from([
            ("ADIT_TABLE".to_owned(), "items".to_owned()),
            ("FN_FORMAT".to_owned(), "evil".to_owned()),
        ]);
    });
    assert_eq!(ask(&containers, "env FN_FORMAT").await, "http-stream");
    assert_eq!(ask(&containers, "env FN_MEMORY").await, "256");
    assert_eq!(ask(&containers, "env FN_FN_NAME").await, "puppet");
    assert_eq!(ask(&containers, "env ADIT_TABLE").await, "items");
    assert_eq!(ask(&containers, "env HOME").await, "/");
    let names = "ADIT_TABLE FN_APP_ID FN_APP_NAME FN_FN_ID FN_FN_NAME FN_FORMAT FN_LISTENER FN_MEMORY FN_TYPE HOME \
                 HOSTNAME PATH";
    assert_eq!(ask(&containers, "variables").await, names);
    if we_are_root() {
        assert_eq!(ask(&containers, "whoami").await, "Uid:\t1000\t1000\t1000\t1000");
    }
}

#[tokio::test]
async fn bodies_pass_whole_up_to_the_limit_and_not_above() {
    let (containers, _) = puppet(|_| {});
    let mut body = vec![b'x'; BODY_LIMIT];
    body[..5].copy_from_slice(b"echo ");
    let send = |body: Vec<u8>| containers.invoke(Invocation { body: body.into(), ..Invocation::default() });
    assert_eq!(send(body.clone()).await.outcome.unwrap().body, body);
    body.push(b'x');
    let failure = send(body).await.outcome.unwrap_err();
    assert_eq!(failure.status_and_code().1, "FunctionInvokeRequestContentTooLarge");

    assert_eq!(ask(&containers, &format!("big {BODY_LIMIT}")).await.len(), BODY_LIMIT);
    let pid = ask(&containers, "pid").await;
    let failure = fails(&containers, &format!("big {}", BODY_LIMIT + 1)).await;
    assert_eq!(failure.status_and_code().1, "FunctionInvokeResponseBodyTooLarge");
    assert_eq!(ask(&containers, "pid").await, pid, "the container is kept");
}

#[tokio::test]
async fn only_three_statuses_are_legal_and_two_of_them_hide_the_body() {
    let (containers, recorder) = puppet(|_| {});
    let pid = ask(&containers, "pid").await;
    assert_eq!(fails(&containers, "status 502").await, Failure::SaidFailed);
    assert_eq!(fails(&containers, "status 504").await, Failure::SaidTimedOut);
    assert_eq!(ask(&containers, "pid").await, pid, "the container is kept");
    assert_eq!(ask(&containers, "connection").await, "0", "and so is the connection");

    for status in [201, 204, 400, 404, 500, 503] {
        let failure = fails(&containers, &format!("status {status}")).await;
        assert_eq!(failure, Failure::InvalidStatus { status });
    }
    assert_eq!(ends(&recorder), [ContainerEnd::CallFailed; 6]);
    assert!(!is_alive(pid.parse().unwrap()));
}

#[tokio::test]
async fn reply_headers_pass_without_those_of_the_connection() {
    let (containers, _) = puppet(|_| {});
    let reply = tell(&containers, "hops").await.outcome.unwrap();
    assert_eq!(reply.headers.get_all("x-kept").iter().count(), 2);
    assert!(!reply.headers.contains_key("keep-alive"));
    let failure = fails(&containers, "header 20000").await;
    assert_eq!(failure.status_and_code().1, "FunctionInvokeResponseHeaderTooLarge");
}

#[tokio::test]
async fn a_reply_that_breaks_off_costs_the_container() {
    let (containers, recorder) = puppet(|_| {});
    for command in ["exit 3", "cut", "no-such-command"] {
        let failure = fails(&containers, command).await;
        assert_eq!(failure.status_and_code().1, "FunctionInvokeExecutionError", "{command}: {failure}");
    }
    assert_eq!(ends(&recorder), [ContainerEnd::CallFailed; 3]);
    assert_eq!(ask(&containers, "echo next").await, "echo next");
}

#[tokio::test]
async fn no_reply_in_time_costs_the_container() {
    let (containers, recorder) = puppet(|spec| spec.timeout = Duration::from_millis(1200));
    let pid = ask(&containers, "pid").await;
    assert_eq!(
        fails(&containers, "sleep 60000").await,
        Failure::Timeout { limit: Duration::from_millis(1200) }
    );
    assert_eq!(ends(&recorder), [ContainerEnd::CallFailed]);
    eventually("the process is gone", || !is_alive(pid.parse().unwrap())).await;
}

#[tokio::test]
async fn a_detached_call_has_its_own_time() {
    let (containers, _) = puppet(|spec| {
        spec.timeout = Duration::from_millis(100);
        spec.detached_timeout = Some(Duration::from_secs(30));
    });
    let invocation = |detached| Invocation { body: "sleep 400".into(), detached, ..Invocation::default() };
    assert!(containers.invoke(invocation(true)).await.outcome.is_ok());
    assert_eq!(
        containers.invoke(invocation(false)).await.outcome.unwrap_err(),
        Failure::Timeout { limit: Duration::from_millis(100) }
    );
}

#[tokio::test]
async fn a_container_that_ends_before_it_listens_says_why() {
    let (containers, recorder) = puppet(starting("exit"));
    let failure = fails(&containers, "echo x").await;
    assert_eq!(failure.status_and_code().1, "FunctionInvokeContainerInitFail");
    assert!(failure.to_string().contains("exited with status 7"), "{failure}");
    let told = recorder.all().into_iter().find_map(|event| match event {
        Event::ContainerInitFailed { last_lines, .. } => Some(last_lines),
        _ => None,
    });
    assert_eq!(told.unwrap(), ["no database host is set"]);
    assert_eq!(ends(&recorder), [ContainerEnd::InitFailed]);
}

#[tokio::test]
async fn what_is_no_open_socket_is_refused() {
    for (how, why) in [("file", "is not a socket"), ("closed", "mode 0600")] {
        let (containers, _) = puppet(starting(how));
        let failure = fails(&containers, "echo x").await;
        assert!(matches!(&failure, Failure::UnusableSocket { why: told } if told.contains(why)), "{failure}");
    }
}

#[tokio::test]
async fn a_container_that_never_listens_has_five_seconds() {
    let (containers, recorder) = puppet(starting("late"));
    let began = Instant::now();
    assert_eq!(fails(&containers, "echo x").await, Failure::InitTimeout { limit: Duration::from_secs(5) });
    assert!(began.elapsed() >= Duration::from_secs(5));
    assert_eq!(ends(&recorder), [ContainerEnd::InitFailed]);
}

#[tokio::test]
async fn calls_at_the_same_time_use_more_containers_up_to_the_limit() {
    let (containers, _) = puppet(|spec| spec.concurrency = 3);
    let containers = Arc::new(containers);
    let busy: Vec<_> = (0..3)
        .map(|_| {
            let containers = Arc::clone(&containers);
            tokio::spawn(async move { ask(&containers, "sleep 700").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fails(&containers, "echo x").await, Failure::TooManyRequests { limit: 3 });
    let mut pids = Vec::new();
    for call in busy {
        pids.push(call.await.unwrap());
    }
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 3);
    assert!(pids.contains(&ask(&containers, "pid").await), "one of them is used again");
}

#[tokio::test]
async fn a_container_is_frozen_between_calls_and_thawed_for_the_next() {
    let (containers, _) = puppet(|_| {});
    let pid = ask(&containers, "pid").await;
    eventually("it is frozen", || process_state(&pid) == 'T').await;
    assert_eq!(ask(&containers, "pid").await, pid);
    assert_ne!(process_state(&pid), 'T');
    // Calls that follow each other closely find it awake.
    for _ in 0..5 {
        ask(&containers, "echo x").await;
        assert_ne!(process_state(&pid), 'T');
    }
    eventually("it is frozen again", || process_state(&pid) == 'T').await;
}

#[tokio::test]
async fn a_connection_is_kept_for_a_second() {
    let (containers, _) = puppet(|_| {});
    assert_eq!(ask(&containers, "connection").await, "0");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(ask(&containers, "connection").await, "0");
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert_eq!(ask(&containers, "connection").await, "1");
}

#[tokio::test]
async fn an_idle_container_is_killed_though_it_is_frozen() {
    let (containers, recorder) = puppet(|spec| spec.idle_timeout = Duration::from_millis(300));
    let pid = ask(&containers, "pid").await;
    eventually("it is frozen", || !is_alive(pid.parse().unwrap()) || process_state(&pid) == 'T').await;
    eventually("it is told", || ends(&recorder) == [ContainerEnd::Idle]).await;
    eventually("the process is gone", || !is_alive(pid.parse().unwrap())).await;
    assert_ne!(ask(&containers, "pid").await, pid);
}

#[tokio::test]
async fn one_that_died_between_calls_costs_no_call() {
    let (containers, recorder) = puppet(|_| {});
    let pid = ask(&containers, "pid").await;
    assert!(std::process::Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    eventually("the process is gone", || !is_alive(pid.parse().unwrap())).await;
    assert_ne!(ask(&containers, "pid").await, pid);
    assert_eq!(ends(&recorder), [ContainerEnd::EndedByItself]);
}

#[tokio::test]
async fn lines_belong_to_the_call_that_wrote_them() {
    let (containers, recorder) = puppet(|_| {});
    let ids = [tell(&containers, "log one").await.id, tell(&containers, "log two").await.id];
    eventually("all is told", || {
        recorder.all().iter().filter(|event| matches!(event, Event::FunctionCalled { .. })).count() == 2
    })
    .await;
    let mut lines: Vec<_> = recorder
        .all()
        .into_iter()
        .filter_map(|event| match event {
            Event::FunctionLog { call: Some(call), stream, line, .. } if !line.starts_with("ready") => {
                Some((call, stream, line))
            }
            _ => None,
        })
        .collect();
    lines.sort_by(|a, b| (a.2.as_str()).cmp(b.2.as_str()));
    let [one, two] = ids;
    let expected = [
        (Arc::clone(&one), Stream::Stderr, "err one".to_owned()),
        (Arc::clone(&two), Stream::Stderr, "err two".to_owned()),
        (one, Stream::Stdout, "out one".to_owned()),
        (two, Stream::Stdout, "out two".to_owned()),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_replaced_program_is_used_for_the_next_call() {
    let dir = tempfile::tempdir().unwrap();
    let program: PathBuf = dir.path().join("function");
    std::fs::copy(example("greeter"), &program).unwrap();
    let spec = FunctionSpec::new("changing", &program);
    let containers = Containers::new(spec, adit_local::Events::ignored()).unwrap();
    assert_eq!(ask(&containers, "Ada").await, "Hello, Ada!");
    std::fs::remove_file(&program).unwrap();
    assert!(containers.recycle().is_err(), "there is nothing to run");
    std::fs::copy(example("puppet"), &program).unwrap();
    containers.recycle().unwrap();
    assert_eq!(ask(&containers, "echo x").await, "echo x");
}

#[tokio::test]
async fn a_program_that_others_cannot_reach_runs_all_the_same() {
    // Closed to others, as a build below `/root` is.
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("function");
    std::fs::copy(example("puppet"), &program).unwrap();
    let spec = FunctionSpec::new("hidden", &program);
    let containers = Containers::new(spec, adit_local::Events::ignored()).unwrap();
    assert_eq!(ask(&containers, "echo x").await, "echo x");
}

#[tokio::test]
async fn stopping_kills_the_busy_ones_too_and_leaves_no_directory() {
    let (containers, _) = puppet(|_| {});
    let containers = Arc::new(containers);
    let listener = ask(&containers, "env FN_LISTENER").await;
    let busy = {
        let containers = Arc::clone(&containers);
        tokio::spawn(async move { fails(&containers, "sleep 60000").await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    containers.stop();
    let failure = busy.await.unwrap();
    assert_eq!(failure.status_and_code().1, "FunctionInvokeExecutionError");
    drop(containers);
    let socket = PathBuf::from(listener.strip_prefix("unix:").unwrap());
    eventually("the directory is gone", || !socket.parent().unwrap().parent().unwrap().exists()).await;
}
