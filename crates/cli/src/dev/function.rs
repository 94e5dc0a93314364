//! When the function's program was built.

use std::path::Path;
use std::time::SystemTime;

/// When the program was written; `None` while it is being replaced.
pub(crate) fn built_at(program: &Path) -> Option<SystemTime> {
    program.metadata().ok()?.modified().ok()
}
