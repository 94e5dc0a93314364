//! What a test needs from its surroundings, and what it says when that is missing.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The program under test.
pub(crate) fn program() -> PathBuf {
    deployed().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_adit-function")))
}

/// The program as it is deployed: static and optimised.
pub(crate) fn deployed() -> Option<PathBuf> {
    std::env::var_os("ADIT_FUNCTION_BIN").map(PathBuf::from)
}

/// One of `examples/events`.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/events").join(name)).unwrap()
}

/// The most memory that a process has had, in kB.
pub(crate) fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    status.split_once("VmHWM:").unwrap().1.split_whitespace().next().unwrap().parse().unwrap()
}

/// Says that a test was not made; where everything must be tested, that is a failure.
pub(crate) fn skipped(why: &str) {
    assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "needed for this test: {why}");
    // Past the test harness, which would swallow it.
    writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
}

pub(crate) fn we_are_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(Path::new("/proc/self")).unwrap().uid() == 0
}

/// Asks again and again for what must come; the limit only ends a test that would hang.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}
