//! The crate from outside: whatever a file holds, reading it ends in findings with places, and what it describes is what is built.

mod built;
mod hostile;
