#![doc = include_str!("../README.md")]

mod body;
mod call;
mod contract;
mod deadline;
mod encode;
pub mod env;
mod fault;
mod frame;
mod invocation;
pub mod log;
mod names;
mod panics;
mod reply;
mod run;
mod serve;
mod socket;
mod wire;

pub use bytes::Bytes;
pub use http::HeaderMap;

pub use crate::body::BodyTooLarge;
pub use crate::contract::{Contract, ContractError, PLATFORM_BODY_LIMIT};
pub use crate::deadline::Deadline;
pub use crate::invocation::{Gateway, Intent, Invocation, InvocationBuilder};
pub use crate::reply::{Outcome, Reply};
pub use crate::run::run;
pub use crate::serve::{ServeError, serve};
