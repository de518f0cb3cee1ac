//! Keyness of two sets of passages.

use schemars::JsonSchema;
use serde::Serialize;

use super::collocates::Passages;
use crate::study::{self, ComparisonOptions};

/// Two sets of passages with the words that are key for each.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison<'a> {
    /// The first set.
    pub a: Side<'a>,
    /// The second set.
    pub b: Side<'a>,
    /// Number of passages in both sets, which count in both.
    pub shared: usize,
    /// Fewest occurrences in the set of which a word is key.
    pub min_count: u64,
    /// Fewest documents of that set with the word.
    pub min_documents: usize,
    /// True where runs of nouns are joined.
    pub compound: bool,
    /// Number of words that reach the thresholds in either set.
    pub compared: usize,
    /// Number of content words below the thresholds in both sets, left out.
    pub below: usize,
    /// G² that a word must exceed for a significance of .05 over all words compared.
    pub bonferroni: f64,
    /// True where the time ran out: the passages read until then are counted.
    pub timed_out: bool,
    /// Warnings of both searches.
    pub warnings: &'a [String],
}

/// One of the sets.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Side<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// The query in its normal form.
    pub parsed: &'a str,
    /// Numbers of hits.
    pub total: Passages,
    /// Words of their texts.
    pub words: u64,
    /// The words that are key for it, the largest G² first.
    pub keywords: Vec<Keyword<'a>>,
    /// Number of further words that are key for it.
    pub more: usize,
}

/// A word that is key for a set.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Keyword<'a> {
    /// The word: an inflected one in its base form, another one as the first passage writes it.
    pub word: &'a str,
    /// Its commonest part of speech.
    pub part: &'static str,
    /// In the first set.
    pub a: InSet,
    /// In the second set.
    pub b: InSet,
    /// G² of two corpora; positive where the first set has it more often.
    pub g2: f64,
    /// log2 of the share in the first set over the share in the second.
    pub log_ratio: f64,
    /// By how many percent the share in the first set exceeds that in the second.
    pub percent_difference: f64,
    /// The query that finds its lines in the set of which it is key.
    pub query: &'a str,
    /// The first occurrences there, each in another document.
    pub examples: Vec<Example<'a>>,
}

/// A word in a set.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct InSet {
    /// Its occurrences.
    pub count: u64,
    /// Number of documents with it.
    pub documents: usize,
    /// Gries' DP over documents.
    pub dp: f64,
}

/// An occurrence of a word.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Example<'a> {
    /// Id of its document.
    pub document: &'a str,
    /// Id of its passage.
    pub passage: &'a str,
    /// Characters before it.
    pub left: &'a str,
    /// The word as written.
    #[serde(rename = "match")]
    pub word: &'a str,
    /// Characters after it.
    pub right: &'a str,
}

impl<'a> Comparison<'a> {
    /// Converts a comparison with its options.
    pub fn new(found: &'a study::Comparison, options: &ComparisonOptions) -> Self {
        Self {
            a: Side::from(&found.a),
            b: Side::from(&found.b),
            shared: found.shared,
            min_count: options.min_count,
            min_documents: options.min_documents,
            compound: options.compound,
            compared: found.compared,
            below: found.below,
            bonferroni: found.bonferroni,
            timed_out: found.timed_out,
            warnings: &found.warnings,
        }
    }
}

impl<'a> From<&'a study::Side> for Side<'a> {
    fn from(side: &'a study::Side) -> Self {
        Self {
            query: &side.query,
            parsed: &side.parsed,
            total: side.total.into(),
            words: side.words,
            keywords: side.keywords.iter().map(Keyword::from).collect(),
            more: side.more,
        }
    }
}

impl<'a> From<&'a study::Keyword> for Keyword<'a> {
    fn from(keyword: &'a study::Keyword) -> Self {
        Self {
            word: &keyword.word,
            part: keyword.part.name(),
            a: InSet::from(&keyword.a),
            b: InSet::from(&keyword.b),
            g2: keyword.log_likelihood,
            log_ratio: keyword.log_ratio,
            percent_difference: keyword.percent_difference,
            query: &keyword.opens,
            examples: keyword.examples.iter().map(Example::from).collect(),
        }
    }
}

impl From<&study::Compared> for InSet {
    fn from(compared: &study::Compared) -> Self {
        Self { count: compared.count, documents: compared.documents, dp: compared.dp }
    }
}

impl<'a> From<&'a study::Example> for Example<'a> {
    fn from(example: &'a study::Example) -> Self {
        Self {
            document: &example.document,
            passage: &example.passage,
            left: &example.left,
            word: &example.word,
            right: &example.right,
        }
    }
}
