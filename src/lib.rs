//! fumikura.
pub mod document;
pub mod ingest;
pub mod normalize;
pub mod segment;
pub mod metadata;
pub mod analysis;
pub mod index;
pub mod query;
pub mod search;
pub mod pipeline;
pub mod evaluate;
pub mod output;
pub mod cli;
