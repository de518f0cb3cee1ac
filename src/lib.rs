//! Full-text search over Japanese official documents on international ICT and cyber-security cooperation.
//!
//! # Examples
//! From a folder of texts to hits:
//! ```
//! use fumikura::{Engine, Index, IndexOptions, Request, pipeline};
//!
//! let folder = tempfile::tempdir()?;
//! let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
//! std::fs::create_dir(&texts)?;
//! std::fs::write(texts.join("対話.txt"), "日米サイバー対話\n2013年5月10日\n\n1. 情報共有\n両国は情報共有の取り組みを進める。\n")?;
//!
//! let report = pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
//! assert_eq!(report.added, 1);
//!
//! let index = Index::open(index)?;
//! // 取組 is another spelling of 取り組み.
//! let answer = index.search(&Request { text: "情報共有 取組".to_owned(), ..Request::default() })?;
//! for hit in &answer.hits {
//!     println!("{}:{}: {}", hit.document.path, hit.passage.lines.0, hit.passage.text);
//! }
//! assert_eq!(answer.total.passages, 1);
//! assert!(answer.hits[0].passage.text.contains("取り組み"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//! A document goes through [`ingest`], [`normalize`], [`segment`], [`metadata`] and [`index`], led by [`pipeline`]; a
//! query goes through [`query`], [`engine`] and [`output`]. `ARCHITECTURE.md` is the map.

#![warn(missing_docs)]

pub mod analysis;
pub mod cite;
pub mod cli;
pub mod document;
pub mod engine;
pub mod engines;
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
#[cfg(feature = "serve")]
pub mod serve;
pub mod study;
mod table;

pub use engine::embedded::Index;
pub use engine::{Answer, Engine, Found, Request, SearchError};
pub use pipeline::IndexOptions;

/// The examples of the chapter on the library: compiled and run, so that they stay true.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
mod chapter {}
