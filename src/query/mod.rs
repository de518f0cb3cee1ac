//! Queries: lenient reading into a tree, and the expansion of each leaf.
//!
//! Invariants: reading fails only on the limits (a malformed query still runs, with a warning that points at the
//! place); this module does not know the index; `parse(display(q)) = q`.

mod ast;
mod bond;
pub(crate) mod budget;
mod compile;
pub(crate) mod condition;
mod error;
mod expand;
pub(crate) mod filter;
mod habits;
mod help;
mod latin;
mod marks;
pub(crate) mod naming;
mod numbers;
mod parse;
pub(crate) mod parts;
pub(crate) mod period;
pub(crate) mod place;
pub(crate) mod plan;
mod prefix;
mod rules;
mod tables;
mod token;
pub(crate) mod values;

pub use ast::{Field, Form, Leaf, Node};
pub use budget::Budget;
pub use compile::{Compiled, FacetTest, compile};
pub use error::{QueryError, Warning};
pub use expand::Expander;
pub use filter::{DateUnit, Filters};
pub use help::QUERY_HELP;
pub use parse::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES, Parsed, parse};
pub use place::{Mark, Marks, Place};
pub use plan::{Alternative, Plan, Reason, Tier};
pub use tables::{TABLES, alias_members};
