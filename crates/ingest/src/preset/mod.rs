//! Payloads of other programs that say themselves what is to be done with them. One file each; what they come to is a [`crate::Load`].

mod librarian;

pub use librarian::Librarian;
