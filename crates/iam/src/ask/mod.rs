//! Questions: can somebody do something, who can, what can somebody do; and what is missing where the answer is no.
//!
//! Every question is asked of an [`Engine`](crate::Engine), in words of the tenancy.

mod call;
mod can;
mod what;
mod who;

pub use call::{CallAnswer, Way, call};
pub use can::{Answer, can, least_statement};
pub use what::{Power, what};
pub use who::{Who, who};
