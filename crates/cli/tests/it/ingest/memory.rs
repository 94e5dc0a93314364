//! Bounded memory: whatever comes through standard input, the process stays small.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Base;
use crate::support::Ran;

/// The most resident memory that a load may take, in kB.
const MOST: u64 = 64 * 1024;
/// How much is sent through it; `bench/memory` sends more, in smaller records.
const BYTES: u64 = 300_000_000;

/// The most that a process ever had, in kB, as the kernel tells while it lives.
fn high_water_mark(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn a_stream_of_any_length_takes_little_memory() {
    let base = Base::new("create unlogged table rows (n bigint, tags text[], doc jsonb, filler text)");
    let mut child = base.start(&["-", "--table", "rows"]);
    let mut stdin = child.stdin.take().unwrap();
    let (pid, over, most) = (child.id(), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let watcher = std::thread::spawn({
        let (over, most) = (Arc::clone(&over), Arc::clone(&most));
        move || {
            while !over.load(Ordering::Relaxed) {
                most.fetch_max(high_water_mark(pid).unwrap_or_default(), Ordering::Relaxed);
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
    });
    let gigabytes: Option<u64> = std::env::var("ADIT_MEMORY_GB").ok().map(|number| number.parse().unwrap());
    let bytes = gigabytes.map_or(BYTES, |number| number * 1_000_000_000);
    // Large records, so that it is bytes and not records that pass; now and then a larger one.
    let (document, filler) = if gigabytes.is_some() { (60, 60) } else { (4_000, 16_000) };
    let ordinary = format!(
        "{{\"n\": 1, \"tags\": [\"a\", \"b\"], \"doc\": {{\"k\": \"{}\"}}, \"filler\": \"{}\"}}\n",
        "d".repeat(document),
        "x".repeat(filler)
    );
    let large = format!(
        "{{\"n\": 2, \"filler\": \"{}\"}}\n",
        "y".repeat(if gigabytes.is_some() { 20_000 } else { 1_000_000 })
    );
    // Written some at a time: the pipe is not what is tested.
    let (some, one) = (ordinary.repeat(100), large);
    let (mut sent, mut rows) = (0, 0);
    while sent < bytes {
        stdin.write_all(some.as_bytes()).unwrap();
        stdin.write_all(one.as_bytes()).unwrap();
        sent += (some.len() + one.len()) as u64;
        rows += 101;
    }
    drop(stdin);
    let ran: Ran = child.wait_with_output().unwrap().into();
    over.store(true, Ordering::Relaxed);
    watcher.join().unwrap();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(base.query("select count(*) from rows"), rows.to_string());
    let most = most.load(Ordering::Relaxed);
    println!("{sent} bytes, {rows} rows: {most} kB resident at most");
    assert!(most > 1_000 && most <= MOST, "{most} kB");
}
