//! The laptop stack: PostgreSQL, PgBouncer, emulated OCI and the function's containers.
//!
//! Everything is real but the cloud: the database and the pooler are the servers themselves, the function is the
//! binary that is deployed, run as the platform runs it; only the OCI services are emulated, on one loopback port.
//! The library prints nothing; what happens is told by [`Events`].

mod env;
mod error;
mod event;
mod ocid;
mod port;
mod process;
mod secret;

pub mod containers;
pub mod emulator;
pub mod pgbouncer;
pub mod postgres;
mod stack;

pub use containers::{Containers, FunctionSpec};
pub use emulator::{Emulator, EmulatorOptions};
pub use error::Error;
pub use event::{ContainerEnd, Event, Events, Part, Stream};
pub use pgbouncer::{PgBouncer, PgBouncerOptions};
pub use port::{PortChoice, PortOwner};
pub use postgres::{Postgres, PostgresOptions};
pub use secret::Password;
pub use stack::{DatabaseChoice, DeployedFunction, FunctionOptions, FunctionPrincipal, Stack, StackOptions};
