//! The tools for language models, by the Model Context Protocol: `fumikura mcp` and `/mcp` of `serve --mcp`.
//!
//! Invariants: `protocol` alone knows the library of the protocol; a tool asks with the code that answers the page, and
//! only reads; text of documents is stripped of characters that hide or reorder text, and longer text stands inside a
//! fence that no document can know; every answer has at most `MOST` characters and says what it leaves out.

mod answers;
mod arguments;
mod call;
mod catalog;
mod documents;
mod fence;
mod fields;
mod protocol;
mod quotations;
mod sources;
mod tables;

pub(super) use protocol::router;
pub use protocol::stdio;

/// Most characters of an answer, as JSON. Assistants cut longer ones without a word.
const MOST: usize = 25_000;
