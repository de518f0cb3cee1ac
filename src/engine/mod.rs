//! What answers requests: the request and the answer as plain values, and the engines behind them.

mod answer;
pub mod embedded;
mod request;

pub use answer::{
    Answer, Emptied, FacetNode, Facets, FilterCount, Found, SearchError, TermCount, Total, UNDATED, Widened,
};
pub use request::{Request, Sort};
