//! One binary for all integration tests: otherwise each file would link the program once more.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stderr)]

mod above;
mod algebra;
mod approximate;
mod as_they_come;
mod asked;
mod book;
mod child;
mod cite;
#[cfg(feature = "cluster")]
mod cluster;
#[cfg(all(feature = "cluster", feature = "serve"))]
mod cluster_places;
mod collocates;
mod commands;
mod config;
mod crosstab;
mod docs;
mod documents;
mod encodings;
mod engine;
mod errors;
mod exports;
mod extraction;
mod faults;
mod foreign;
mod formats;
mod fuzz;
mod fuzz_formats;
mod given;
mod help_language;
mod identity;
mod journal;
mod kwic;
mod linear;
mod lines;
mod made;
#[cfg(feature = "serve")]
mod mcp;
mod messages;
mod metadata;
mod operation;
mod operators;
mod oracle;
mod order;
mod outputs;
#[cfg(feature = "serve")]
mod pages;
mod plan;
mod properties;
mod reading;
mod recall;
mod related;
mod relevance;
mod roles;
mod series;
#[cfg(feature = "serve")]
mod serve;
mod spellings;
mod stamp;
mod strangers;
mod support;
mod surface;
mod tables;
mod tidy;
mod verify;
mod watch;
mod wording;
