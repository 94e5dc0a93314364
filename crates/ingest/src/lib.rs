//! Gets JSON and CSV into PostgreSQL: a payload's records become rows of an existing table, as fast as the server takes them.
//!
//! ```text
//! Load (table, mapping, mode, rejects, batch) + Table (from the catalogue) -> Plan
//! bytes -> Records -> Encoder (the binary COPY format, or a Reject) -> write (one transaction) -> Receipt
//! ```
//!
//! This crate knows PostgreSQL and knows no cloud. Its encoder is sans-IO; everything that waits is in [`Session`]. It is safe
//! behind PgBouncer in transaction mode by construction: COPY stands inside an explicit transaction, every
//! other statement is unnamed, and no session state is kept.

mod catalog;
mod counts;
mod database;
mod encode;
mod encoder;
mod error;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod group;
mod infer;
mod ledger;
mod load;
mod mapping;
mod plan;
mod preset;
mod receipt;
mod records;
mod rejects;
mod session;
mod sqlstate;
mod table;
mod tls;
mod trial;
mod types;
mod write;

pub use counts::Counts;
pub use database::{Database, Password, SslMode};
pub use encode::{Encoding, Epoch};
pub use error::{DatabaseError, DatabaseErrorKind, IngestError, PayloadError, Rejected, Retry};
pub use infer::{InferError, Inferred, Look};
pub use ledger::{BatchId, BatchIdError, LEDGER_SCHEMA};
pub use load::{Deletion, FieldPath, FieldPathError, Key, Load, Mode, ModeError, ModeKind, OnReject, Update};
pub use mapping::{
    Constant, Mapping, MappingError, NameRule, NullMeans, Pointer, PointerError, Source, UnknownKey,
};
pub use preset::Librarian;
pub use receipt::{KeyPart, Receipt, Reject, RejectCode, Rejects};
pub use records::{Cut, Cuts, Format, Piece, Pieces, Plain, Records, Watch, decompressed};
pub use rejects::REJECTS_SCHEMA;
pub use session::Session;
pub use table::{Column, Filled, Table, TableName, TableNameError, Unique};
pub use trial::{Absent, ColumnPlan, Description, From, Trial, Tried, Unknown};
