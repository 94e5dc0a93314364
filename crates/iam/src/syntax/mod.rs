//! The policy language as it is written: statements with a place for everything in them. What a statement grants is not decided here.
//!
//! Equality of everything here is that of what is said: places do not count, and neither does the case of what Oracle reads without
//! regard to it (keywords, verbs, resource types, permissions).
//!
//! [`parse`] reads a text, [`parse_statement`] one statement, [`parse_rule`] the matching rule of a dynamic group; `Display` writes the canonical form, which reads as the same tree.

mod action;
pub mod code;
mod condition;
mod fault;
mod lex;
mod location;
mod print;
mod read;
mod rule;
mod span;
mod statement;
mod subject;
mod text;
mod vocabulary;
mod words;

pub use action::{Action, Permission, ResourceType, Verb};
pub use code::Code;
pub use condition::{Condition, Equality, Members, Order, Relation, Test, Value, Variable};
pub use fault::{Fault, Fix, Severity};
pub use location::{CompartmentPath, Elsewhere, Location, Place};
pub use read::{
    Entry, Layout, MOST_STATEMENTS, Options, Parsed, ParsedRule, parse, parse_rule, parse_statement,
};
pub use rule::{Attribute, MatchingRule};
pub use span::{At, Span};
pub use statement::{Admit, Define, Defined, Effect, Endorse, Grant, Origin, Statement, With};
pub use subject::{Name, Principal, Subject};
pub use text::{Holes, Ocid, Text};
pub use vocabulary::Vocabulary;
