//! Real packets through real namespaces, held against what both engines say of them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly, too")]

mod cases;
mod compare;
mod dice;
mod flows;
mod kernel;
mod leftovers;
mod networks;
mod permission;
mod rules;
mod small;
