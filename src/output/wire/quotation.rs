//! Verified quotations.

use schemars::JsonSchema;
use serde::Serialize;

use super::Pair;
use crate::study;

/// The quotations of a draft.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Verified<'a> {
    /// The quotations, in the order of the draft.
    pub quotations: Vec<Quotation<'a>>,
    /// Words in quotes that were left out.
    pub terms: Vec<Term<'a>>,
    /// Lines of the draft with a bracket that is opened and not closed in its paragraph.
    pub unclosed: &'a [usize],
    /// True where the time ran out.
    pub timed_out: bool,
}

/// A quotation with its verdict.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Quotation<'a> {
    /// Its words as the draft has them.
    pub text: &'a str,
    /// Its position in the draft, in code points.
    pub span: Pair,
    /// Id of the document that the draft cites for it.
    pub cited: Option<&'a str>,
    /// `exact`, `spelling`, `altered`, `ellipsis`, `merged`, `other_document`, `not_found`, `unchecked`.
    pub verdict: &'static str,
    /// Id of the document in which it stands.
    pub document: Option<&'a str>,
    /// Id of the passage in which it begins.
    pub passage: Option<&'a str>,
    /// First and last line in the file.
    pub lines: Option<Pair>,
    /// Page, where the file has pages.
    pub page: Option<usize>,
    /// The words of the source at that place, without white space.
    pub source: Option<&'a str>,
    /// Differences from the source, in order.
    pub differences: Vec<Difference<'a>>,
    /// The parts of an ellipsis or of merged places.
    pub parts: Vec<QuotedPart<'a>>,
    /// The nearest places, for a quotation that was not found.
    pub nearest: Vec<NearPlace<'a>>,
    /// Ids of other documents with the same words.
    pub also: &'a [String],
    /// What else to look at.
    pub warnings: &'a [String],
}

/// A difference between source and quotation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Difference<'a> {
    /// `width`, `mark`, `spelling`, `omission`, `insertion`, `substitution`, `number`, `negation`, `name`.
    pub kind: &'static str,
    /// The words of the source.
    pub source: &'a str,
    /// The words of the quotation.
    pub quotation: &'a str,
}

/// A part of a quotation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct QuotedPart<'a> {
    /// Its words.
    pub text: &'a str,
    /// Where it stands; `null` where it was not found.
    pub place: Option<NearPlace<'a>>,
}

/// A place in a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NearPlace<'a> {
    /// Id of the document.
    pub document: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Id of the passage.
    pub passage: &'a str,
    /// First and last line in the file.
    pub lines: Pair,
    /// Page, where the file has pages.
    pub page: Option<usize>,
    /// The words of the source there, without white space.
    pub text: &'a str,
    /// Share of the quotation that is the same there, from 0 to 1.
    pub score: f64,
}

/// Words in quotes that are no quotation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Term<'a> {
    /// The words.
    pub text: &'a str,
    /// Their position in the draft, in code points.
    pub span: Pair,
    /// True where they are only too short for a quotation; else they are a name, a term or a title.
    pub short: bool,
}

impl<'a> From<&'a study::Verified> for Verified<'a> {
    fn from(verified: &'a study::Verified) -> Self {
        let term = |term: &'a study::Term| Term { text: &term.text, span: term.span.into(), short: term.short };
        Self {
            quotations: verified.quotations.iter().map(Quotation::from).collect(),
            terms: verified.terms.iter().map(term).collect(),
            unclosed: &verified.unclosed,
            timed_out: verified.timed_out,
        }
    }
}

impl<'a> From<&'a study::Quotation> for Quotation<'a> {
    fn from(quotation: &'a study::Quotation) -> Self {
        let place = quotation.place.as_ref();
        let difference = |difference: &'a study::Difference| Difference {
            kind: difference.kind.name(),
            source: &difference.source,
            quotation: &difference.quotation,
        };
        let part =
            |part: &'a study::Part| QuotedPart { text: &part.text, place: part.place.as_ref().map(NearPlace::from) };
        Self {
            text: &quotation.text,
            span: quotation.span.into(),
            cited: quotation.cited.as_deref(),
            verdict: quotation.verdict.name(),
            document: place.map(|place| place.document.as_str()),
            passage: place.map(|place| place.passage.as_str()),
            lines: place.map(|place| place.lines),
            page: place.and_then(|place| place.page),
            source: place.map(|place| place.text.as_str()),
            differences: quotation.differences.iter().map(difference).collect(),
            parts: quotation.parts.iter().map(part).collect(),
            nearest: quotation.nearest.iter().map(NearPlace::from).collect(),
            also: &quotation.also,
            warnings: &quotation.warnings,
        }
    }
}

impl<'a> From<&'a study::Place> for NearPlace<'a> {
    fn from(place: &'a study::Place) -> Self {
        Self {
            document: &place.document,
            title: &place.title,
            passage: &place.passage,
            lines: place.lines,
            page: place.page,
            text: &place.text,
            score: (place.score * 1000.0).round() / 1000.0,
        }
    }
}
