//! The research tools: views with the name of their command, each with parameters of its own.

use crate::study::SortKey;

/// A research tool: a command, and a view of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `/kwic`
    Kwic,
    /// `/collocates`
    Collocates,
    /// `/timeline`
    Timeline,
    /// `/crosstab`
    Crosstab,
    /// `/compare`
    Compare,
    /// `/similar`
    Similar,
    /// `/verify`
    Verify,
}

/// Names of the parameters of all tools, in canonical order.
pub(super) const OPTIONS: [&str; 39] = [
    "id",
    "with",
    "threshold",
    "other-documents",
    "diff",
    "query",
    "by",
    "per",
    "first",
    "last",
    "document",
    "rows",
    "cols",
    "layer",
    "primary",
    "level",
    "top",
    "queries",
    "left",
    "right",
    "unit",
    "within",
    "sort",
    "per-document",
    "thin",
    "sample",
    "seed",
    "segmented",
    "titles",
    "window",
    "measure",
    "a",
    "b",
    "min-count",
    "min-documents",
    "part",
    "compound",
    "in",
    "min",
];

impl Tool {
    /// All tools.
    pub const ALL: [Self; 7] =
        [Self::Kwic, Self::Timeline, Self::Crosstab, Self::Collocates, Self::Compare, Self::Similar, Self::Verify];
    /// The views over the hits of a query, in the order of the page.
    pub const VIEWS: [Self; 4] = [Self::Kwic, Self::Timeline, Self::Crosstab, Self::Collocates];

    /// Returns the name of the command, which is that of the view.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kwic => "kwic",
            Self::Collocates => "collocates",
            Self::Timeline => "timeline",
            Self::Crosstab => "crosstab",
            Self::Compare => "compare",
            Self::Similar => "similar",
            Self::Verify => "verify",
        }
    }

    /// Returns the path of the view.
    pub fn route(self) -> &'static str {
        match self {
            Self::Kwic => "/kwic",
            Self::Collocates => "/collocates",
            Self::Timeline => "/timeline",
            Self::Crosstab => "/crosstab",
            Self::Compare => "/compare",
            Self::Similar => "/similar",
            Self::Verify => "/verify",
        }
    }

    /// Returns the names of the parameters that the tool takes beside the filters.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Kwic => &[
                "q",
                "n",
                "offset",
                "no-variants",
                "strict",
                "left",
                "right",
                "unit",
                "within",
                "sort",
                "per-document",
                "thin",
                "sample",
                "seed",
                "segmented",
                "titles",
            ],
            Self::Collocates => &["q", "n", "window", "measure", "min-count", "min-documents", "part", "compound"],
            Self::Timeline => &["q", "no-variants", "query", "by", "per", "first", "last", "document"],
            Self::Crosstab => {
                &["q", "no-variants", "rows", "cols", "layer", "measure", "primary", "level", "top", "queries"]
            }
            Self::Compare => &["a", "b", "n", "min-count", "min-documents", "part", "compound"],
            Self::Similar => &["id", "n", "with", "threshold", "other-documents"],
            Self::Verify => &["q", "in", "min"],
        }
    }

    /// True for a tool over passages that filters can leave out.
    pub fn has_filters(self) -> bool {
        self != Self::Verify
    }

    /// Returns the number of rows where the address names none; `None` for all of them. `is_whole` is true for a list
    /// to take away.
    pub fn rows(self, is_whole: bool) -> Option<usize> {
        match self {
            Self::Kwic => (!is_whole).then_some(100),
            // A list to take away has all words that anybody reads.
            Self::Collocates | Self::Compare => Some(if is_whole { 1000 } else { 50 }),
            Self::Similar => Some(10),
            Self::Timeline | Self::Crosstab | Self::Verify => None,
        }
    }
}

/// Returns the canonical name of a parameter of a tool.
pub(super) fn option(name: &str) -> Option<&'static str> {
    OPTIONS.into_iter().find(|option| *option == name)
}

/// True for a parameter of a tool without a value.
pub(super) fn is_flag(name: &str) -> bool {
    matches!(name, "segmented" | "titles" | "compound" | "primary" | "first" | "last" | "other-documents")
}

/// True for a parameter of a tool that may stand several times.
pub(super) fn is_list(name: &str) -> bool {
    matches!(name, "part" | "query" | "document")
}

/// True for a parameter whose value is a number.
pub(super) fn is_number(name: &str) -> bool {
    matches!(
        name,
        "left" | "right" | "per-document" | "thin" | "sample" | "min-count" | "min-documents" | "min" | "level" | "top"
    )
}

/// Describes a parameter of a tool.
pub(super) fn described(name: &str) -> &'static str {
    match name {
        "left" => "Width of the text before the match.",
        "right" => "Width of the text after the match.",
        "unit" => "Unit of both widths: `char` or `word`.",
        "within" => "Text that the context never leaves: `passage` or `sentence`.",
        "sort" => "Keys of the order with blanks between them: `position`, `date`, `left:1,2`, `right:1`.",
        "per-document" => "Most lines of a document.",
        "thin" => "Keeps one line of so many.",
        "sample" => "Number of lines of a sample.",
        "seed" => "Another text gives another sample.",
        "segmented" => "Blanks between words.",
        "titles" => "Lists occurrences in titles that no passage of the text holds, too.",
        "id" => "Id of a passage or a document.",
        "with" => "Id of the text to compare with, sentence by sentence.",
        "threshold" => "Least likeness, from 0 to 1.",
        "other-documents" => "Leaves out the document of the passage.",
        "diff" => "Two meetings to compare: `9..10`.",
        "query" => "A further query.",
        "by" => "Unit of the bins: `year`, `fiscal-year`, `month` or `meeting`.",
        "per" => "What the numbers are related to: `absolute`, `million-characters` or `documents`.",
        "first" => "Lists the first dated passage with each partner.",
        "last" => "Lists the last dated passage with each partner.",
        "document" => "Shows where the query stands in this document; `all`: in those with most occurrences.",
        "rows" => "Dimension of the rows.",
        "cols" => "Dimension of the columns.",
        "layer" => "A table for each value of this dimension.",
        "primary" => "Counts each document once, under its primary values.",
        "level" => "Level of the tree of partners and themes, from 1.",
        "top" => "Only the rows with the largest sums.",
        "queries" => "Named queries, a line each: name, tab, query.",
        "window" => "The words that count: a number on each side, `sentence` or `passage`.",
        "measure" => {
            "Of collocates, the order: `log-dice`, `mi3`, `t`, `log-likelihood`; of a cross table, what cells count."
        }
        "a" => "The query of the first set.",
        "b" => "The query of the second set.",
        "min-count" => "Leaves out words with fewer occurrences.",
        "min-documents" => "Leaves out words in fewer documents.",
        "part" => "Only words of this part of speech: `noun`, `verb`, `adjective`, `adverb`.",
        "compound" => "Joins runs of nouns to one word.",
        "in" => "Id of the document that every quotation must stand in.",
        _ => "Least number of letters of a quotation.",
    }
}

/// True for an order that only a concordance has.
pub(super) fn is_order(value: &str) -> bool {
    value.split_whitespace().all(|key| SortKey::parse(key).is_ok())
}
