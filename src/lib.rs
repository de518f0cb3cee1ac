//! Full-text search over Japanese official documents on international ICT and cyber-security cooperation.
//!
//! A document goes through [`ingest`], [`normalize`], [`segment`], [`metadata`] and [`index`], led by [`pipeline`]; a
//! query goes through [`query`], [`engine`] and [`output`]. `ARCHITECTURE.md` is the map.

#![warn(missing_docs)]

pub mod analysis;
pub mod cli;
pub mod document;
pub mod engine;
pub mod evaluate;
pub mod extract;
pub mod index;
pub mod ingest;
pub mod matching;
pub mod metadata;
pub mod normalize;
pub mod output;
pub mod pipeline;
pub mod query;
pub mod script;
pub mod segment;

pub use engine::embedded::Index;
pub use engine::{Answer, Engine, Found, Request, SearchError};
