//! The Fn container contract (Oracle Functions) for any Rust function.
