//! References and addresses of what an answer names.

use std::collections::HashMap;

use serde_json::Value;

use super::fields::{list, number, text};
use crate::cite::{Accessed, Citation};
use crate::document::{Document, Passage};
use crate::engine::SearchError;
use crate::output::{document_link, passage_link};
use crate::serve::store::Held;

/// Documents whose references an answer gives, each read once.
pub(super) struct Sources<'a> {
    held: &'a Held,
    /// Scheme and name of the server; empty where programs speak to it without one.
    base: &'a str,
    known: HashMap<String, (Document, Option<Accessed>)>,
}

impl<'a> Sources<'a> {
    pub fn new(held: &'a Held, base: &'a str) -> Self {
        Self { held, base, known: HashMap::new() }
    }

    /// Makes the reference to a document or to a passage of it.
    pub fn citation(&mut self, document: &str, passage: Option<&Passage>) -> Result<Citation, SearchError> {
        if !self.known.contains_key(document) {
            let (found, read) = self.held.collection.source(document)?;
            self.known.insert(document.to_owned(), (found, read.and_then(Accessed::of_file)));
        }
        let Some((found, accessed)) = self.known.get(document) else {
            return Err(SearchError::NotFound(document.to_owned()));
        };
        Ok(Citation::of(found, passage, *accessed))
    }

    /// Returns the reference to a document, on one line.
    pub fn of_document(&mut self, document: &str) -> Result<String, SearchError> {
        Ok(self.citation(document, None)?.sist02())
    }

    /// Returns the reference to a place of the JSON, which has lines, page and headings, and the address of the place.
    pub fn of_place(&mut self, document: &str, id: &str, place: &Value) -> Result<(String, String), SearchError> {
        let line = |at: usize| place["lines"][at].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
        let passage = Passage {
            id: id.to_owned(),
            heading: list(place, "heading").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            text: text(place, "text").to_owned(),
            lines: (line(0), line(1)),
            page: Some(number(place, "page")).filter(|page| *page > 0),
            ..Passage::default()
        };
        let citation = self.citation(document, Some(&passage).filter(|passage| passage.lines.0 > 0))?;
        let url = self.url(&citation, id);
        Ok((citation.sist02(), url))
    }

    /// Returns an address that is never empty: that of the source, else of the page, else the id in a form that no
    /// other program opens.
    pub fn url(&self, citation: &Citation, id: &str) -> String {
        match &citation.url {
            Some(url) => url.clone(),
            None if self.base.is_empty() => document_link("fumikura:", id).replacen("fumikura:/doc/", "fumikura:", 1),
            None => passage_link(self.base, id),
        }
    }
}
