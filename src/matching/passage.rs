//! Matching on the text itself: highlights, repaired passages, NEAR, SENT, wildcards, fuzzy words, and the oracle of
//! tests.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::approximate::{Fuzzy, Wildcard, edits};
use super::places::{each_place, places};
use super::sentences::Sentences;
use super::together::{Bond, Occurrence, in_order, set_apart, together};
use crate::analysis::{Analyzed, Analyzer, Folded, fold, is_invisible};
use crate::document::{DateSource, Document, Meeting, Passage, Span};
use crate::document::{HEADING_END, heading_text};
use crate::metadata::date::{date_keys, query_date_key};
use crate::metadata::partners;
use crate::query::Place;
use crate::query::budget::Watch;
use crate::query::plan::common_field;
use crate::query::{Compiled, FacetTest};
use crate::query::{Field, Form, Plan, Tier};

/// A passage with all texts that a query can match.
pub struct PassageView<'a> {
    passage: &'a Passage,
    body: Analyzed,
    heading: Analyzed,
    title: Analyzed,
    /// Texts of the three fields, for verbatim matches.
    texts: [Vec<char>; 3],
    /// Code points of the passage itself; the text of the next passage follows, where a match may continue in it.
    own_chars: usize,
    document: Option<&'a Document>,
    watch: &'a Watch,
}

/// Watch for texts that are read without a time limit.
static UNWATCHED: LazyLock<Watch> = LazyLock::new(Watch::default);

impl<'a> PassageView<'a> {
    /// Analyses a passage under a title.
    pub fn new(analyzer: &Analyzer, passage: &'a Passage, title: &str) -> Self {
        Self::analyzed(passage, title, None, |text| analyzer.analyze(text))
    }

    /// Analyses only the clauses of a passage that contain a word of the query. `next` is the text in which the
    /// passage continues: a match that begins in the passage may end there.
    pub(crate) fn for_query(
        analyzer: &Analyzer,
        passage: &'a Passage,
        title: &str,
        query: &Compiled,
        next: Option<&str>,
    ) -> Self {
        let (mut all, mut wanted) = (false, Vec::new());
        query.plans(&mut |plan| {
            // The characters alone do not locate wildcards and fuzzy words, so the whole text is analysed.
            all |= !plan.leaf.is_literal();
            wanted.extend(plan.alternatives.iter().map(|alternative| alternative.chars.as_slice()));
        });
        Self::analyzed(passage, title, next, |text| {
            let folded = fold(text);
            let mut touched = vec![all; folded.chars.len() + 1];
            if !all {
                each_place(&wanted, &folded.chars, |which, start| {
                    touched[start..=start + wanted[which].len()].fill(true)
                });
            }
            analyzer.analyze_where(folded, |clause| touched[clause].contains(&true))
        })
    }

    fn analyzed(
        passage: &'a Passage,
        title: &str,
        next: Option<&str>,
        mut analyze: impl FnMut(&str) -> Analyzed,
    ) -> Self {
        let heading = heading_text(&passage.heading);
        let body = next.map_or(Cow::Borrowed(&passage.text), |next| Cow::Owned(format!("{}\n{next}", passage.text)));
        Self {
            body: analyze(&body),
            heading: analyze(&heading),
            title: analyze(title),
            own_chars: passage.text.chars().count(),
            texts: [body.chars().collect(), heading.chars().collect(), title.chars().collect()],
            passage,
            document: None,
            watch: &UNWATCHED,
        }
    }

    /// Adds the document, which tests on its metadata need.
    pub fn in_document(mut self, document: &'a Document) -> Self {
        self.document = Some(document);
        self
    }

    /// Sets the watch that ends the matching.
    pub(crate) fn watched(mut self, watch: &'a Watch) -> Self {
        self.watch = watch;
        self
    }

    /// Returns the code points of the passage itself.
    pub(crate) fn own_chars(&self) -> usize {
        self.own_chars
    }

    /// Returns the passage.
    pub fn passage(&self) -> &Passage {
        self.passage
    }

    /// True where folded characters occur in the passage, its headings or the title, inside words too.
    pub(crate) fn holds(&self, folded: &[char]) -> bool {
        [&self.body, &self.heading, &self.title]
            .into_iter()
            .any(|text| places(folded, &text.folded.chars).next().is_some())
    }
}

/// Result of a match: tier and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// Tier of the best match.
    pub tier: Tier,
    /// Place of the match: the passage, or the title or headings alone.
    pub place: Place,
}

/// Matches a query against one passage; `None` where it does not match. DOC is evaluated as if the document had this
/// passage alone.
///
/// [`Matched::place`] tells whether the title or headings alone hold the query. An index shows the first such passage
/// of a document, and none where another passage of the document holds a word of the query.
pub fn match_passage(query: &Compiled, view: &PassageView<'_>) -> Option<Matched> {
    match_with(query, view, &|inner, _| match_passage(inner, view))
}

/// Matches a query against one passage; `of_document` tells how the passage matches DOC, by what DOC holds and whether
/// it stands inside NOT.
pub(crate) fn match_with(
    query: &Compiled,
    view: &PassageView<'_>,
    of_document: &dyn Fn(&Compiled, bool) -> Option<Matched>,
) -> Option<Matched> {
    let matches = |node| match_with(node, view, of_document);
    let excludes = |inner| is_excluding(matches(inner));
    match query {
        Compiled::And(nodes) => {
            let mut all: Option<Matched> = None;
            for node in nodes {
                if let Compiled::Not(inner) = node {
                    if excludes(inner) {
                        return None;
                    }
                    continue;
                }
                let matched = matches(node)?;
                all = Some(all.map_or(matched, |all| Matched {
                    tier: all.tier.max(matched.tier),
                    place: all.place.and(matched.place),
                }));
            }
            // A query of NOTs alone matches every other passage.
            Some(all.unwrap_or(Matched { tier: Tier::Word, place: Place::Anywhere }))
        }
        Compiled::Or(nodes) => nodes
            .iter()
            .filter_map(matches)
            .reduce(|a, b| Matched { tier: a.tier.min(b.tier), place: a.place.or(b.place) }),
        Compiled::Not(inner) => (!excludes(inner)).then_some(Matched { tier: Tier::Word, place: Place::Anywhere }),
        Compiled::Leaf(plan) => match_leaf(plan, view),
        Compiled::Near(distance, parts) => match_bound(Bond::Near(*distance), parts, view),
        Compiled::Sentence(parts) => match_bound(Bond::Sentence, parts, view),
        Compiled::Document(node) => of_document(node, false),
        Compiled::WholeDocument(node) => of_document(node, true),
        Compiled::Facet(test) => facet(test, view).map(|tier| Matched { tier, place: Place::Anywhere }),
    }
}

/// True where NOT beside the other parts of a query excludes a passage, whether or not it holds these parts.
#[cfg(feature = "cluster")]
pub(crate) fn denies(query: &Compiled, matched: impl Fn(&Compiled) -> Option<Matched>) -> bool {
    let Compiled::And(nodes) = query else { return false };
    nodes.iter().any(|node| matches!(node, Compiled::Not(inner) if is_excluding(matched(inner))))
}

/// NOT uses the same occurrences as AND, except substrings.
fn is_excluding(matched: Option<Matched>) -> bool {
    matched.is_some_and(|matched| matched.tier < Tier::Substring)
}

/// Fields of the three texts of a passage.
pub(crate) const TEXTS: [Field; 3] = [Field::Body, Field::Heading, Field::Title];

/// Combines the matches in the texts that the field of a query allows: the best tier and the nearest place.
fn in_texts(asked: Field, mut best: impl FnMut(usize) -> Option<Tier>) -> Option<Matched> {
    let texts = TEXTS.into_iter().enumerate().filter(|(_, field)| asked == Field::Any || asked == *field);
    texts
        .filter_map(|(number, field)| Some(Matched { tier: best(number)?, place: Place::of(field, asked) }))
        .reduce(|a, b| Matched { tier: a.tier.min(b.tier), place: a.place.or(b.place) })
}

/// Matches NEAR and SENT inside the passage, one heading, or the title.
fn match_bound(bond: Bond, parts: &[Vec<Plan>], view: &PassageView<'_>) -> Option<Matched> {
    let in_text = |(number, field): (usize, Field)| {
        let parts = parts_in(parts, field)?;
        let tier = bound(bond, &parts, view, number, None)?;
        Some(Matched { tier, place: Place::of(field, common_field(parts.iter().flatten().copied())) })
    };
    let matched = TEXTS.into_iter().enumerate().filter_map(in_text);
    matched.reduce(|a, b| Matched { tier: a.tier.min(b.tier), place: a.place.or(b.place) })
}

/// Returns the plans of each part of NEAR or SENT that may match in a text; `None` where one part has none.
pub(crate) fn parts_in(parts: &[Vec<Plan>], field: Field) -> Option<Vec<Vec<&Plan>>> {
    let parts: Vec<Vec<&Plan>> =
        parts.iter().map(|part| part.iter().filter(|plan| plan.leaf.is_for(field)).collect()).collect();
    (!parts.iter().any(Vec::is_empty)).then_some(parts)
}

fn match_leaf(plan: &Plan, view: &PassageView<'_>) -> Option<Matched> {
    in_texts(plan.leaf.field, |number| occurrences(plan, view, number).iter().map(|found| found.tier).min())
}

/// Returns the occurrences of a plan in one text: 0 is the passage, 1 its headings, 2 the title.
pub(crate) fn occurrences(plan: &Plan, view: &PassageView<'_>, field: usize) -> Vec<Occurrence> {
    let mut found = indexed_occurrences(plan, view, field);
    if field == 0 {
        for found in &mut found {
            if found.tier == Tier::Word && view.passage.repairs.iter().any(|repair| repair.span.overlaps(&found.span)) {
                found.tier = Tier::Variant;
            }
        }
    }
    found
}

/// Works as [`occurrences`], but a word in a repaired place stays a word, as postings have it.
pub(crate) fn indexed_occurrences(plan: &Plan, view: &PassageView<'_>, field: usize) -> Vec<Occurrence> {
    let analyzed = [&view.body, &view.heading, &view.title][field];
    let text = &view.texts[field];
    let mut found = match plan.leaf.form {
        _ if plan.alternatives.is_empty() => raw(&plan.leaf.text, text),
        Form::Fuzzy(_) => {
            let edits = edits(plan).unwrap_or(0);
            by_tier(Fuzzy::new(&plan.alternatives[0].chars, edits).in_text(analyzed), analyzed)
        }
        Form::Verbatim => {
            let typed = plain(plan.leaf.text.chars());
            let mut found = literal(plan, analyzed);
            found.retain(|found| {
                let around = text.get(with_separators(&analyzed.folded, found, text.len()));
                let seen = text[found.span.start..found.span.end].iter().copied().filter(|c| !is_invisible(*c));
                // Characters count as a whole: ㈲ stands for a form that contains 有, but the text has no 有.
                around.is_some_and(|around| plain(around.iter().copied()).contains(&typed))
                    && typed.contains(&plain(seen))
            });
            found
        }
        _ if plan.leaf.is_wildcard() => by_tier(Wildcard::of(&plan.leaf.text).in_text(analyzed), analyzed),
        _ => literal(plan, analyzed),
    };
    if field == 0 {
        // An occurrence that begins in the next passage belongs to that passage.
        found.retain(|found| found.span.start < view.own_chars);
        if let Some(key) = plan.date.as_ref().and_then(query_date_key) {
            for mention in view.passage.dates.iter().filter(|mention| date_keys(mention).contains(&key)) {
                found.push(Occurrence { span: mention.span, order: u16::MAX, ..Occurrence::new(0, 0, Tier::Word) });
            }
        }
    }
    found
}

/// Returns all occurrences of the alternatives of a plan in a folded text.
fn literal(plan: &Plan, analyzed: &Analyzed) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let wanted: Vec<&[char]> = plan.alternatives.iter().map(|alternative| alternative.chars.as_slice()).collect();
    each_place(&wanted, &analyzed.folded.chars, |order, start| {
        let alternative = &plan.alternatives[order];
        let end = start + alternative.chars.len();
        let is_word = alternative.is_word(analyzed.boundary[start], analyzed.boundary[end]);
        let tier = if is_word { alternative.tier } else { Tier::Substring };
        if is_word || alternative.loose {
            let (start, end) = alternative.own(start, end);
            let span = analyzed.folded.span(start, end);
            found.push(Occurrence { span, order: order as u16, ..Occurrence::new(start, end, tier) });
        }
    });
    found
}

/// Finds characters that fold to nothing (a middle dot, a blank) in the original text.
fn raw(typed: &str, text: &[char]) -> Vec<Occurrence> {
    let wanted: Vec<char> = typed.chars().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let found = |at| Occurrence { span: Span::new(at, at + wanted.len()), ..Occurrence::new(0, 0, Tier::Substring) };
    places(&wanted, text).map(found).collect()
}

/// Makes occurrences of folded ranges with tiers.
fn by_tier(found: Vec<(usize, usize, Tier)>, analyzed: &Analyzed) -> Vec<Occurrence> {
    let occurrence =
        |(start, end, tier)| Occurrence { span: analyzed.folded.span(start, end), ..Occurrence::new(start, end, tier) };
    found.into_iter().map(occurrence).collect()
}

/// Returns the code points of an occurrence with the surrounding separators that folding dropped; an empty or invalid
/// range for an occurrence inside a character.
fn with_separators(folded: &Folded, found: &Occurrence, length: usize) -> std::ops::Range<usize> {
    let (chars, origins) = (&folded.chars, &folded.origins);
    // Between Latin words, separators are one folded blank.
    let first = found.start - usize::from(found.start > 0 && chars[found.start - 1] == ' ');
    let last = found.end + usize::from(chars.get(found.end) == Some(&' '));
    let start = first.checked_sub(1).map_or(0, |before| origins[before].end);
    let end = origins.get(last).map_or(length, |after| after.start);
    start..end
}

/// Removes the differences that verbatim matches ignore: width and white space.
fn plain(text: impl Iterator<Item = char>) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// Matches NEAR or SENT in one text: returns the best tier and, if requested, the occurrences that take part.
pub(crate) fn bound(
    bond: Bond,
    parts: &[Vec<&Plan>],
    view: &PassageView<'_>,
    field: usize,
    spans: Option<&mut Vec<Occurrence>>,
) -> Option<Tier> {
    let is_inside = |found: &Occurrence| field != 0 || found.span.end <= view.own_chars;
    let of_part =
        |part: &Vec<&Plan>| part.iter().flat_map(|plan| occurrences(plan, view, field)).filter(is_inside).collect();
    let mut all: Vec<Vec<Occurrence>> = parts.iter().map(of_part).collect();
    if all.iter().any(Vec::is_empty) {
        return None;
    }
    let text = &view.texts[field];
    match bond {
        Bond::Sentence => {
            let sentences =
                Sentences::of([&view.body, &view.heading, &view.title].map(|text| &text.folded)[field], text);
            all.iter_mut().flatten().for_each(|found| found.sentences = sentences.of_occurrence(found));
        }
        Bond::Near(_) if TEXTS[field] == Field::Heading => {
            let heading = |at: usize| text[..at].iter().filter(|c| **c == HEADING_END).count();
            all.iter_mut().flatten().for_each(|found| set_apart(found, heading(found.span.start)));
        }
        Bond::Near(_) => {}
    }
    if spans.is_some() {
        all.iter_mut().for_each(outermost);
    }
    all.iter_mut().for_each(|list| in_order(list));
    together(&all, bond, spans, view.watch)
}

/// Drops occurrences inside others of the same word; the outer one gets the better tier.
fn outermost(found: &mut Vec<Occurrence>) {
    found.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end), found.tier));
    found.dedup_by(|inner, outer| {
        let is_inside = inner.span.end <= outer.span.end;
        if is_inside {
            outer.tier = outer.tier.min(inner.tier);
        }
        is_inside
    });
}

/// Evaluates a test on metadata; an inferred date makes a variant.
fn facet(test: &FacetTest, view: &PassageView<'_>) -> Option<Tier> {
    let below = |path: &str, wanted: &str| {
        path == wanted || path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'))
    };
    match test {
        FacetTest::Partner { path, roles } => {
            let matches = |value: &crate::document::PartnerValue| {
                roles.contains(&value.role)
                    && partners().by_name(&value.value).is_some_and(|partner| below(partner.path, path))
            };
            let given = view
                .document
                .into_iter()
                .flat_map(|document| document.partners.iter().filter(|value| value.evidence.is_empty()));
            view.passage.partners.iter().chain(given).any(matches).then_some(Tier::Word)
        }
        FacetTest::Theme { path } => {
            let given = view
                .document
                .into_iter()
                .flat_map(|document| document.themes.iter().filter(|value| value.evidence.is_empty()));
            view.passage.themes.iter().chain(given).any(|value| below(&value.value, path)).then_some(Tier::Word)
        }
        FacetTest::Commitment { strength } => {
            (view.passage.strongest_commitment() == Some(*strength)).then_some(Tier::Word)
        }
        FacetTest::Series { key } => {
            let own = view.document.into_iter().flat_map(|document| &document.series);
            let is_it = |meeting: &Meeting| key.is_empty() || meeting.series_id == *key;
            view.passage.series.iter().chain(own).any(is_it).then_some(Tier::Word)
        }
        FacetTest::Date { interval } => match view.document.and_then(|document| document.date.as_ref()) {
            Some(date) => {
                let events = view.document.into_iter().flat_map(|document| &document.events);
                let overlaps = std::iter::once(date).chain(events).any(|date| date.interval.overlaps(interval));
                overlaps.then_some(if date.source == DateSource::Inferred { Tier::Variant } else { Tier::Word })
            }
            None => {
                let stated = view.passage.dates.iter().filter(|mention| mention.source == DateSource::Stated);
                stated
                    .filter_map(|mention| mention.interval)
                    .any(|named| named.overlaps(interval))
                    .then_some(Tier::Word)
            }
        },
        FacetTest::Undated => view.document.is_some_and(|document| document.date.is_none()).then_some(Tier::Word),
        FacetTest::Source { source } => {
            let date = view.document.and_then(|document| document.date.as_ref());
            (date.map(|date| date.source) == Some(*source)).then_some(Tier::Word)
        }
    }
}

#[cfg(test)]
#[path = "passage_tests.rs"]
mod tests;
