//! What a search asks: all that decides which passages it finds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Request, Sort};
use crate::query::{Budget, Filters, QueryError};

/// What a search asks. Two searches that ask the same of one commit find the same passages.
///
/// # Examples
/// ```
/// use fumikura::Request;
/// use fumikura::study::Asked;
///
/// let asked = Asked::of(&Request { text: "情報共有".to_owned(), ..Request::default() });
/// assert_eq!(asked.request()?.text, "情報共有");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The query as typed; empty for all passages.
    pub query: String,
    /// True where other names and inflections are found too.
    #[serde(default = "on")]
    pub variants: bool,
    /// The values of each filter, by its name.
    #[serde(default)]
    pub filters: BTreeMap<String, Vec<String>>,
}

fn on() -> bool {
    true
}

impl Asked {
    /// Takes from a request what decides its hits.
    pub fn of(request: &Request) -> Self {
        let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in request.filters.describe() {
            filters.entry(name.to_owned()).or_default().push(value);
        }
        Self { query: request.text.clone(), variants: request.variants, filters }
    }

    /// Makes the request for all passages, oldest first, without partial matches and with near-duplicates; without a
    /// time limit.
    ///
    /// # Errors
    /// A filter that this version does not know.
    pub fn request(&self) -> Result<Request, QueryError> {
        let mut filters = Filters::default();
        for (name, values) in &self.filters {
            values.iter().try_for_each(|value| filters.set(name, value)).map_err(QueryError::UnknownValue)?;
        }
        Ok(all(Request { text: self.query.clone(), filters, variants: self.variants, ..Request::default() }))
    }

    /// Formats the filters for people: `partner 米国, EU; date 2011..`; `none` without filters.
    pub fn filters_text(&self) -> String {
        if self.filters.is_empty() {
            return "none".to_owned();
        }
        let one = |(name, values): (&String, &Vec<String>)| format!("{name} {}", values.join(", "));
        self.filters.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

/// Returns a request for all passages that hold the query exactly.
pub(super) fn all(request: Request) -> Request {
    Request {
        limit: usize::MAX,
        offset: 0,
        sort: Sort::Date,
        group_documents: false,
        facets: false,
        explain: false,
        strict: false,
        relax: false,
        fold_duplicates: false,
        budget: Budget::default(),
        ..request
    }
}
