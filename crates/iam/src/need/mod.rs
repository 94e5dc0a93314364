//! What a system needs: the calls that its parts make, and the least statements that allow them, each with the call and the reason.
//!
//! A [`System`] is described by others, from `adit.toml`; nothing here knows that file.

mod duties;
mod line;
mod system;

pub use duties::{Duty, Need, Step, needs, steps};
pub use line::{Because, Line, Rule, lines, lines_for, rules};
pub use system::{Bucket, Deployers, Repository, RunsAs, Secret, System, Whom, Workload};
