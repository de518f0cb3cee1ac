//! Collocates.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::{self, Request};
use crate::study::{self, CollocationOptions};

/// Collocates of a query, with the numbers that they rest on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Collocates<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// The query in its normal form.
    pub parsed: &'a str,
    /// Numbers of hits.
    pub total: Passages,
    /// The words that count: a number of words on each side, `sentence` or `passage`.
    pub window: String,
    /// The measure by which the rows are sorted.
    pub measure: &'static str,
    /// Fewest occurrences beside the query.
    pub min_count: u64,
    /// Fewest documents with such an occurrence.
    pub min_documents: usize,
    /// True where runs of nouns are joined.
    pub compound: bool,
    /// f_x: occurrences of the query in the texts of the hits.
    pub occurrences: u64,
    /// Occurrences inside longer words, which are left out.
    pub substrings: u64,
    /// R1: words in the windows.
    pub window_words: u64,
    /// The filtered collection.
    pub collection: Collection,
    /// Number of words that reach the thresholds.
    pub compared: usize,
    /// Number of content words below the thresholds, left out.
    pub below: usize,
    /// G² that a row must exceed for a significance of .05 over all words compared.
    pub bonferroni: f64,
    /// True where the time ran out: the windows read until then are counted.
    pub timed_out: bool,
    /// Warnings of the search.
    pub warnings: &'a [String],
    /// The collocates, best first.
    pub rows: Vec<Collocate<'a>>,
}

/// Numbers of passages and documents.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Passages {
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
}

impl From<engine::Total> for Passages {
    fn from(total: engine::Total) -> Self {
        Self { passages: total.passages, documents: total.documents }
    }
}

/// The collection in which words are counted.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Collection {
    /// Number of passages that pass the filters.
    pub passages: usize,
    /// N: words in them.
    pub words: u64,
}

/// A word beside the query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Collocate<'a> {
    /// The word: an inflected one in its base form, another one as the first passage writes it.
    pub word: &'a str,
    /// Its commonest part of speech.
    pub part: &'static str,
    /// Occurrences in the windows.
    pub f_xy: u64,
    /// Occurrences of the query.
    pub f_x: u64,
    /// Occurrences of the word in the filtered collection.
    pub f_y: u64,
    /// Words of the filtered collection.
    pub n: u64,
    /// 14 + log2(2 f_xy / (f_x + f_y)).
    pub log_dice: f64,
    /// log2(f_xy³ n / (f_x f_y)).
    pub mi3: f64,
    /// (f_xy − f_x f_y / n) / √f_xy.
    pub t: f64,
    /// G² of the four cells f_xy, window_words − f_xy, f_y − f_xy and the rest; negative where the word is rarer.
    pub g2: f64,
    /// log2 of the share in the windows over the share in the rest.
    pub log_ratio: f64,
    /// Number of documents with it in a window.
    pub documents: usize,
    /// Gries' DP over documents.
    pub dp: f64,
    /// The query that finds its lines.
    pub query: &'a str,
}

impl<'a> Collocates<'a> {
    /// Converts collocates with their request and options.
    pub fn new(found: &'a study::Collocates, request: &'a Request, options: &CollocationOptions) -> Self {
        let row = |row: &'a study::Collocate| Collocate {
            word: &row.word,
            part: row.part.name(),
            f_xy: row.both,
            f_x: found.occurrences,
            f_y: row.all,
            n: found.collection_words,
            log_dice: row.log_dice,
            mi3: row.mi3,
            t: row.t,
            g2: row.log_likelihood,
            log_ratio: row.log_ratio,
            documents: row.documents,
            dp: row.dp,
            query: &row.opens,
        };
        Self {
            query: &request.text,
            parsed: &found.parsed,
            total: found.total.into(),
            window: options.window.to_string(),
            measure: options.measure.name(),
            min_count: options.min_count,
            min_documents: options.min_documents,
            compound: options.compound,
            occurrences: found.occurrences,
            substrings: found.substrings,
            window_words: found.window_words,
            collection: Collection { passages: found.collection_passages, words: found.collection_words },
            compared: found.compared,
            below: found.below,
            bonferroni: found.bonferroni,
            timed_out: found.timed_out,
            warnings: &found.warnings,
            rows: found.rows.iter().map(row).collect(),
        }
    }
}
