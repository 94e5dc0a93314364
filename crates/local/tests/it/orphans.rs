//! We may be killed without a chance to clean up. Then too, nothing may be left behind.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use adit_local::containers::Invocation;
use adit_local::{FunctionOptions, Stack, StackOptions};

use crate::support::{eventually, example, is_alive, state};

/// Marks the victim's lines among those of the test harness.
const MARK: &str = "victim: ";

/// Starts a stack, calls its function once, tells what there is, and waits for its end.
#[tokio::test]
#[ignore = "the test below runs it in a process that it kills"]
async fn victim() {
    let functions = vec![FunctionOptions::new("puppet", example("puppet"))];
    let stack = Stack::start(StackOptions { functions, ..StackOptions::default() }).await.unwrap();
    let containers = stack.functions().first().unwrap().containers();
    let ask = |body: &'static str| async move {
        let call = containers.invoke(Invocation { body: body.into(), ..Invocation::default() }).await;
        String::from_utf8(call.outcome.unwrap().body.to_vec()).unwrap()
    };
    println!("{MARK}pid {}", ask("pid").await);
    println!("{MARK}pid {}", stack.postgres().unwrap().pid());
    println!("{MARK}pid {}", stack.pooler().unwrap().pid());
    println!("{MARK}dir {}", stack.postgres().unwrap().data_dir().parent().unwrap().display());
    println!("{MARK}dir {}", stack.emulator().config_file().parent().unwrap().display());
    println!(
        "{MARK}dir {}",
        ask("env FN_LISTENER").await.trim_start_matches("unix:").trim_end_matches("/c1/lsnr.sock")
    );
    println!("{MARK}end");
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_we_are_killed_everything_ends() {
    example("puppet");
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["orphans::victim", "--exact", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(victim.stdout.take().unwrap());
    let told = stdout
        .lines()
        .map(Result::unwrap)
        .filter_map(|line| line.split_once(MARK).map(|(_, told)| told.to_owned()));
    let told: Vec<String> = told.take_while(|told| told != "end").collect();
    let of_kind = |kind: &str| {
        told.iter().filter_map(|line| line.strip_prefix(kind)).map(str::to_owned).collect::<Vec<_>>()
    };
    let pids: Vec<u32> = of_kind("pid ").iter().map(|pid| pid.parse().unwrap()).collect();
    let dirs: Vec<PathBuf> = of_kind("dir ").iter().map(PathBuf::from).collect();
    assert_eq!((pids.len(), dirs.len()), (3, 3), "{told:?}");
    assert!(pids.iter().all(|pid| is_alive(*pid)) && dirs.iter().all(|dir| dir.exists()));
    let function = pids.first().unwrap();
    eventually("the function is frozen", || {
        std::fs::read_to_string(format!("/proc/{function}/stat")).is_ok_and(|stat| state(&stat) == 'T')
    })
    .await;

    victim.kill().unwrap();
    victim.wait().unwrap();
    eventually("all processes end", || !pids.iter().any(|pid| is_alive(*pid))).await;
    eventually("all directories go", || !dirs.iter().any(|dir| dir.exists())).await;
}
