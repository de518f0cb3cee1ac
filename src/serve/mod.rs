//! The page and its API, and tools for assistants: `fumikura serve` and `fumikura mcp`.
//!
//! Invariants: the only room with async code, used by nobody but `cli`; a GET changes nothing; the JSON of a view is
//! that of the command, byte for byte; every request passes `guard` before its route.

mod accept;
mod answer;
mod asked;
mod assets;
mod auth;
mod buckets;
mod commands;
mod connection;
mod cursor;
mod discover;
mod document;
mod forms;
mod gather;
mod guard;
mod handle;
mod hosts;
mod i18n;
mod i18n_notices;
mod i18n_tools;
mod known;
mod links;
mod log;
mod mcp;
mod metrics;
mod names;
mod openapi;
mod options;
mod original;
pub mod page;
mod pages;
mod params;
mod pool;
mod reply;
mod routes;
mod run;
mod server;
mod small;
mod store;
mod stream;
mod tool;
mod tools;
mod view;

pub use assets::{ASSETS, Asset};
pub use cursor::Cursor;
pub use gather::{DocumentValues, SearchValues, document_values, inferred, neighbours, search_values, series_places};
pub use i18n::{Text, Words, fill};
pub use i18n_tools::ToolText;
pub use mcp::stdio;
pub use options::{LogForm, Options, TrustedProxy};
pub use params::{DEFAULT_LIMIT, Filter, Language, MAX_LIMIT, NAMES, ParamError, Params, sort_name, unit_name};
pub use run::{ServeError, serve};
pub use server::Say;
pub use tool::Tool;
pub use view::{Extension, View};
