//! Gets JSON and CSV into PostgreSQL: a payload's records become rows of an existing table, all of them or none, as fast as
//! the server takes them.
//!
//! ```text
//! bytes -> Records -> Encoder (the binary COPY format, or a Reject) -> Session (one transaction) -> Receipt
//! ```
//!
//! This crate knows PostgreSQL and knows no cloud. Its encoder is sans-IO; everything that waits is in [`Session`]. It is safe
//! behind PgBouncer in transaction mode by construction: COPY stands inside an explicit transaction, every
//! other statement is unnamed, and no session state is kept.

mod catalog;
mod database;
mod encode;
mod encoder;
mod error;
mod ledger;
mod receipt;
mod records;
mod session;
mod sqlstate;
mod table;
mod tls;
mod writer;

pub use database::{Database, Password, SslMode};
pub use encode::Encoding;
pub use error::{DatabaseError, DatabaseErrorKind, IngestError, PayloadError, Rejected, Retry};
pub use ledger::{BatchId, BatchIdError, LEDGER_SCHEMA};
pub use receipt::{KeyPart, Receipt, Reject, RejectCode, Rejects};
pub use records::{Format, Piece, Pieces, Records};
pub use session::Session;
pub use table::{Column, Filled, Table, TableName, TableNameError};
