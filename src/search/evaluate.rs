//! Evaluates a query over the segments: rows of documents with tier and score, joined by the operators.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocAddress, DocId, Term};

use super::bm25::idf;
use super::compile::{Compiled, FacetTest};
use super::facets::{Counter, Facets};
use super::matcher::{PassageView, match_passage, wildcard_pieces};
use super::postings::{self, CharView, LeafDoc};
use super::request::FilterTests;
use super::segment::{Segment, SegmentTests, each};
use super::weights;
use crate::analysis::Analyzer;
use crate::document::DateSource;
use crate::index::{IndexError, IndexedDocument, OpenIndex, flag, query_date_key};
use crate::query::{Alternative, Field, Form, Plan, Reason, Tier};

/// A passage that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Where it stands.
    pub address: DocAddress,
    /// Number of its document.
    pub document: u64,
    /// How it matches.
    pub tier: Tier,
    /// Its score.
    pub score: f32,
    /// Bits of [`flag`].
    pub flags: u64,
    /// A partial match.
    pub relaxed: bool,
}

/// One passage of a segment while a query is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    doc: DocId,
    tier: Tier,
    /// Something of the query is in the passage itself.
    in_body: bool,
    score: f32,
}

/// Rows of each segment, in order of documents.
type Rows = Vec<Vec<Row>>;
/// Of each segment the passages that are looked at, in order; without it all.
type Within<'a> = Option<&'a [Vec<DocId>]>;

/// Evaluates queries over one index.
pub(super) struct Evaluation<'a> {
    index: &'a OpenIndex,
    analyzer: RefCell<&'a mut Analyzer>,
    segments: &'a [Segment<'a>],
    /// The document looked at last.
    last: RefCell<Option<Rc<IndexedDocument>>>,
}

impl<'a> Evaluation<'a> {
    pub fn new(index: &'a OpenIndex, segments: &'a [Segment<'a>], analyzer: &'a mut Analyzer) -> Self {
        Self { index, analyzer: RefCell::new(analyzer), segments, last: RefCell::default() }
    }

    /// All hits that pass the filters, segment by segment in the order of their rows, and the facets where asked for.
    pub fn run(&self, query: Option<&Compiled>, filters: &FilterTests, facets: bool) -> Result<(Vec<Hit>, Option<Facets>), IndexError> {
        let rows = match query {
            // Nothing stands beside a lone word that headings could add to.
            Some(Compiled::Leaf(plan)) if plan.leaf.field == Field::Any => self.leaf(plan, true, None)?,
            Some(query) => self.rows(query, None)?,
            None => self.passages(None)?,
        };
        let verify = query.filter(|query| !has_document(query));
        let mut counter = facets.then(Counter::default);
        let mut hits = Vec::new();
        for (ordinal, (segment, rows)) in self.segments.iter().zip(rows).enumerate() {
            let tests = SegmentTests::new(segment, filters);
            let mut local = counter.as_ref().map(|_| super::facets::SegmentCounter::new(segment, filters));
            hits.reserve(rows.len());
            for mut row in rows.into_iter().filter(|row| row.in_body && !segment.reader.is_deleted(row.doc)) {
                let address = DocAddress::new(ordinal as u32, row.doc);
                let flags = segment.flags.first(row.doc).unwrap_or(0);
                // A mended place makes a variant of a word, and nothing of the rest.
                if let Some(query) = verify.filter(|_| row.tier == Tier::Word && flags & flag::REPAIRED != 0) {
                    match self.matched(query, address)? {
                        Some(tier) => row.tier = row.tier.max(tier),
                        None => continue,
                    }
                }
                let passed = tests.passed(segment, row.doc);
                if !passed.not_excluded {
                    continue;
                }
                let document = segment.document.first(row.doc).unwrap_or(0);
                if let Some(local) = &mut local {
                    local.count(segment, row.doc, document, flags, &passed);
                }
                if passed.partner && passed.theme && passed.date {
                    hits.push(Hit { address, document, tier: row.tier, score: row.score, flags, relaxed: false });
                }
            }
            if let (Some(counter), Some(local)) = (&mut counter, local) {
                counter.add(segment, local);
            }
        }
        Ok((hits, counter.map(Counter::finish)))
    }

    /// The tier of a passage by its text.
    fn matched(&self, query: &Compiled, address: DocAddress) -> Result<Option<Tier>, IndexError> {
        let passage = self.index.passage(address)?;
        let document = self.document(&passage.document)?;
        let mut analyzer = self.analyzer.borrow_mut();
        let title = document.as_ref().map_or("", |document| document.document.title.as_str());
        let view = PassageView::for_query(&mut analyzer, &passage.passage, title, query);
        let view = match document.as_ref().filter(|_| needs_document(query)) {
            Some(document) => view.in_document(&document.document),
            None => view,
        };
        Ok(match_passage(query, &view).map(|matched| matched.tier))
    }

    /// The document of a passage that is looked at; its other passages mostly follow.
    fn document(&self, id: &str) -> Result<Option<Rc<IndexedDocument>>, IndexError> {
        if let Some(known) = self.last.borrow().as_ref().filter(|known| known.document.id == id) {
            return Ok(Some(known.clone()));
        }
        let found = self.index.document(id)?.map(Rc::new);
        *self.last.borrow_mut() = found.clone();
        Ok(found)
    }

    /// All passages, or those given.
    fn passages(&self, within: Within<'_>) -> Result<Rows, IndexError> {
        let row = |doc| Row { doc, tier: Tier::Word, in_body: true, score: 0.0 };
        if let Some(within) = within {
            return Ok(within.iter().map(|docs| docs.iter().copied().map(row).collect()).collect());
        }
        let term = Term::from_field_text(self.index.fields().kind, "p");
        self.segments
            .iter()
            .map(|segment| {
                let inverted = segment.reader.inverted_index(term.field()).map_err(|error| self.index.damaged(error))?;
                let found = postings::keys(&inverted, &term, None).map_err(|error| self.index.damaged(error))?;
                Ok(found.into_iter().map(|found| row(found.doc)).collect())
            })
            .collect()
    }

    /// No more passages than these hold a query in themselves; a guess for what is not told by postings.
    fn at_most(&self, query: &Compiled) -> Result<u64, IndexError> {
        let of_plan = |plan: &Plan| -> Result<u64, IndexError> {
            if plan.alternatives.is_empty() || plan.leaf.is_wildcard() || matches!(plan.leaf.form, Form::Fuzzy(_)) {
                return Ok(u64::MAX);
            }
            let of_segment = |segment: &Segment<'_>| segment.body.at_most(&plan.alternatives).map_err(|error| self.index.damaged(error));
            self.segments.iter().map(of_segment).sum()
        };
        let least = |sizes: Vec<u64>| sizes.into_iter().min().unwrap_or(u64::MAX);
        Ok(match query {
            Compiled::Leaf(plan) => of_plan(plan)?,
            Compiled::Near(_, plans) | Compiled::Sentence(plans) => least(plans.iter().map(of_plan).collect::<Result<_, _>>()?),
            Compiled::And(nodes) => least(nodes.iter().map(|node| self.at_most(node)).collect::<Result<_, _>>()?),
            Compiled::Or(nodes) => nodes.iter().map(|node| self.at_most(node)).try_fold(0u64, |sum, size| Ok(sum.saturating_add(size?)))?,
            Compiled::Not(_) | Compiled::Document(_) | Compiled::Facet(_) => u64::MAX,
        })
    }

    /// Rows in all of some parts of a query: the rarest first, and then only what is left of its passages.
    fn in_all(&self, nodes: &[Compiled], within: Within<'_>) -> Result<Rows, IndexError> {
        let asked = nodes.iter().filter(|node| !matches!(node, Compiled::Not(_)));
        let mut asked = asked.map(|node| Ok((self.at_most(node)?, node))).collect::<Result<Vec<_>, IndexError>>()?;
        asked.sort_by_key(|(size, _)| *size);
        let possible = self.possible(&asked, within)?;
        let all = narrowed(asked, possible.as_deref().or(within), |(_, node), within| self.rows(node, within))?;
        let mut all = match all {
            Some(all) => all,
            None => self.passages(within)?,
        };
        for node in nodes {
            if let Compiled::Not(inner) = node {
                let rows = self.rows(inner, Some(&docs(&all)))?;
                all = without(all, &rows);
            }
        }
        Ok(all)
    }

    /// The passages that may hold all of some parts of a query, by their pairs alone, where that spares the positions of many:
    /// the rarest part is a phrase, and not the only one to go by.
    fn possible<'q>(&self, asked: &[(u64, &'q Compiled)], within: Within<'_>) -> Result<Option<Vec<Vec<DocId>>>, IndexError> {
        let known = |(size, node): &(u64, &'q Compiled)| match *node {
            Compiled::Leaf(plan) if *size < u64::MAX && plan.date.is_none() => Some(plan),
            _ => None,
        };
        let plans: Vec<&Plan> = asked.iter().filter_map(known).collect();
        let is_phrase = |plan: &Plan| plan.alternatives.iter().any(|alternative| alternative.chars.len() > 2);
        if plans.len() < 2 || !is_phrase(plans[0]) {
            return Ok(None);
        }
        let mut all: Option<Vec<Vec<DocId>>> = None;
        for plan in plans {
            let within = all.as_deref().or(within);
            all = Some(each(self.segments, |ordinal, segment| {
                let mut docs = Vec::new();
                for (_, view) in segment.views().into_iter().filter(|(field, _)| plan.leaf.is_for(*field)) {
                    let within = within.map(|within| within[ordinal].as_slice());
                    docs.extend(postings::possible(view, &plan.alternatives, within).map_err(|error| self.index.damaged(error))?);
                }
                docs.sort();
                docs.dedup();
                Ok(docs)
            })?);
        }
        Ok(all)
    }

    fn rows(&self, query: &Compiled, within: Within<'_>) -> Result<Rows, IndexError> {
        match query {
            Compiled::And(nodes) => self.in_all(nodes, within),
            Compiled::Or(nodes) => {
                let mut all: Rows = vec![Vec::new(); self.segments.len()];
                for node in nodes {
                    let rows = self.rows(node, within)?;
                    all = union(all, &rows);
                }
                Ok(all)
            }
            Compiled::Not(inner) => Ok(without(self.passages(within)?, &self.rows(inner, within)?)),
            Compiled::Leaf(plan) => self.leaf(plan, false, within),
            Compiled::Near(_, plans) | Compiled::Sentence(plans) => {
                let all = narrowed(plans, within, |plan, within| {
                    let mut rows = self.leaf(plan, false, within)?;
                    rows.iter_mut().for_each(|rows| rows.retain(|row| row.in_body));
                    Ok(rows)
                })?;
                self.verified(all.unwrap_or_default(), query)
            }
            Compiled::Document(inner) => self.in_one_document(inner),
            Compiled::Facet(test) => self.facet_rows(test, within),
        }
    }

    /// Keeps the rows whose text matches, with the tier that the text has.
    fn verified(&self, rows: Rows, query: &Compiled) -> Result<Rows, IndexError> {
        rows.into_iter()
            .enumerate()
            .map(|(ordinal, rows)| {
                let mut kept = Vec::with_capacity(rows.len());
                for row in rows {
                    if self.segments[ordinal].reader.is_deleted(row.doc) {
                        continue;
                    }
                    if let Some(tier) = self.matched(query, DocAddress::new(ordinal as u32, row.doc))? {
                        kept.push(Row { tier, in_body: true, ..row });
                    }
                }
                Ok(kept)
            })
            .collect()
    }

    /// Documents with each part somewhere; their passages with any part.
    fn in_one_document(&self, inner: &Compiled) -> Result<Rows, IndexError> {
        let Compiled::And(nodes) = inner else { return self.rows(inner, None) };
        let mut common: Option<HashSet<u64>> = None;
        let mut any: Rows = vec![Vec::new(); self.segments.len()];
        let mut excluded: HashSet<u64> = HashSet::new();
        let documents = |rows: &Rows, test: &dyn Fn(&Row) -> bool| -> HashSet<u64> {
            let of_segment = |(segment, rows): (&Segment<'_>, &Vec<Row>)| {
                rows.iter().filter(|row| test(row)).filter_map(|row| segment.document.first(row.doc)).collect::<Vec<_>>()
            };
            self.segments.iter().zip(rows).flat_map(of_segment).collect()
        };
        for node in nodes {
            if let Compiled::Not(not) = node {
                excluded.extend(documents(&self.rows(not, None)?, &|row| row.in_body && row.tier < Tier::Substring));
                continue;
            }
            let rows = self.rows(node, None)?;
            let here = documents(&rows, &|row| row.in_body);
            common = Some(match common {
                None => here,
                Some(common) => &common & &here,
            });
            any = union(any, &rows);
        }
        let common = common.unwrap_or_default();
        for (segment, rows) in self.segments.iter().zip(&mut any) {
            rows.retain(|row| {
                segment.document.first(row.doc).is_some_and(|document| common.contains(&document) && !excluded.contains(&document))
            });
        }
        Ok(any)
    }

    fn facet_rows(&self, test: &FacetTest, within: Within<'_>) -> Result<Rows, IndexError> {
        let mut filters = FilterTests::default();
        let list = match test {
            FacetTest::Partner { .. } => &mut filters.partner,
            FacetTest::Theme { .. } => &mut filters.theme,
            FacetTest::Date { .. } | FacetTest::Source { .. } => &mut filters.date,
        };
        list.push(test.clone());
        let mut rows = self.passages(within)?;
        let is_date = matches!(test, FacetTest::Date { .. });
        for (segment, rows) in self.segments.iter().zip(&mut rows) {
            let tests = SegmentTests::new(segment, &filters);
            rows.retain(|row| {
                let passed = tests.passed(segment, row.doc);
                passed.partner && passed.theme && passed.date
            });
            for row in rows.iter_mut().filter(|_| is_date) {
                // A date that was concluded is not a date that is written.
                if flag::date_source(segment.flags.first(row.doc).unwrap_or(0)) == Some(DateSource::Inferred) {
                    row.tier = Tier::Variant;
                }
            }
        }
        Ok(rows)
    }

    /// Rows of one leaf, scored; `lone` where it is all there is, so that only passages that hold it themselves count.
    fn leaf(&self, plan: &Plan, lone: bool, within: Within<'_>) -> Result<Rows, IndexError> {
        let candidates = match plan.leaf.form {
            _ if plan.alternatives.is_empty() => self.passages(within)?,
            Form::Fuzzy(edits) => self.fuzzy_candidates(plan, usize::from(edits), within)?,
            Form::Verbatim => self.literal(plan, lone, within)?,
            _ if plan.leaf.is_wildcard() => {
                let pieces = wildcard_pieces(&plan.leaf.text);
                let all = narrowed(pieces, within, |piece, within| self.literal(&piece_plan(plan, piece), false, within))?;
                all.unwrap_or_else(|| vec![Vec::new(); self.segments.len()])
            }
            _ => return self.literal(plan, lone, within),
        };
        self.verified(candidates, &Compiled::Leaf(plan.clone()))
    }

    /// Passages with one of the pieces that so many edits must leave whole.
    fn fuzzy_candidates(&self, plan: &Plan, edits: usize, within: Within<'_>) -> Result<Rows, IndexError> {
        let chars = &plan.alternatives[0].chars;
        let pieces = edits + 1;
        let mut all: Rows = vec![Vec::new(); self.segments.len()];
        for at in 0..pieces {
            let piece = chars[chars.len() * at / pieces..chars.len() * (at + 1) / pieces].to_vec();
            if piece.is_empty() {
                return self.passages(within);
            }
            let rows = self.literal(&piece_plan(plan, piece), false, within)?;
            all = union(all, &rows);
        }
        Ok(all)
    }

    /// Rows of the alternatives of a plan in its field.
    fn literal(&self, plan: &Plan, lone: bool, within: Within<'_>) -> Result<Rows, IndexError> {
        let fields = self.index.fields();
        let (index, segments) = (self.index, self.segments);
        let per_segment = each(segments, |ordinal, segment| {
            let within = within.map(|within| within[ordinal].as_slice());
            let find = |field: Field, view: &CharView, within: Option<&[DocId]>| -> Result<Vec<LeafDoc>, IndexError> {
                if !plan.leaf.is_for(field) {
                    return Ok(Vec::new());
                }
                postings::find(view, &plan.alternatives, within).map_err(|error| index.damaged(error))
            };
            let mut body = find(Field::Body, &segment.body, within)?;
            if let Some(key) = plan.date.as_ref().and_then(query_date_key).filter(|_| plan.leaf.is_for(Field::Body)) {
                let term = Term::from_field_text(fields.when, &key);
                let inverted = segment.reader.inverted_index(fields.when).map_err(|error| index.damaged(error))?;
                body.extend(postings::keys(&inverted, &term, within).map_err(|error| index.damaged(error))?);
                body.sort_by_key(|found| (found.doc, found.tier));
                body.dedup_by_key(|found| found.doc);
            }
            let with_body: Option<Vec<DocId>> = lone.then(|| body.iter().map(|found| found.doc).collect());
            let within = with_body.as_deref().or(within);
            let (heading, title) = (find(Field::Heading, &segment.heading, within)?, find(Field::Title, &segment.title, within)?);
            let holding = segment.body.at_most(&plan.alternatives).map_err(|error| index.damaged(error))?;
            Ok((body, heading, title, holding))
        })?;
        let holding = per_segment.iter().map(|(.., holding)| holding).sum();
        let passages = segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
        let tokens: u64 = segments.iter().map(|segment| segment.body.chars()).sum();
        let rarity = idf(holding, passages);
        let average = tokens as f32 / passages.max(1) as f32;
        let in_field = plan.leaf.field != Field::Any;
        self.segments
            .iter()
            .zip(per_segment)
            .map(|(segment, (body, heading, title, _))| {
                let norms = segment.reader.get_fieldnorms_reader(fields.body).map_err(|error| self.index.damaged(error))?;
                let body: Vec<Row> = body.iter().map(|found| body_row(found, rarity, &norms, average)).collect();
                let above =
                    |found: &LeafDoc, boost: f32| Row { doc: found.doc, tier: found.tier, in_body: in_field, score: rarity * boost };
                let heading: Vec<Row> = heading.iter().map(|found| above(found, weights::HEADING_BOOST)).collect();
                let title: Vec<Row> = title.iter().map(|found| above(found, weights::TITLE_BOOST)).collect();
                Ok(either(either(body, &heading), &title))
            })
            .collect()
    }
}

/// A plan for a piece of another, found anywhere.
fn piece_plan(plan: &Plan, piece: Vec<char>) -> Plan {
    let shown = piece.iter().collect();
    let alternative = Alternative { chars: piece, tier: Tier::Word, loose: true, open_end: false, reason: Reason::Typed, shown };
    Plan { leaf: plan.leaf.clone(), alternatives: vec![alternative], date: None }
}

fn body_row(found: &LeafDoc, rarity: f32, norms: &FieldNormReader, average: f32) -> Row {
    let weight = weights::KEYWORD.weight(found.count, norms.fieldnorm(found.doc), average);
    Row { doc: found.doc, tier: found.tier, in_body: true, score: rarity * weight }
}

/// The passages of some rows.
fn docs(rows: &Rows) -> Vec<Vec<DocId>> {
    rows.iter().map(|rows| rows.iter().map(|row| row.doc).collect()).collect()
}

/// Rows that all parts of a query have: each part is looked for only where those before it stand. `None` without parts.
fn narrowed<T>(
    parts: impl IntoIterator<Item = T>,
    within: Within<'_>,
    mut rows: impl FnMut(T, Within<'_>) -> Result<Rows, IndexError>,
) -> Result<Option<Rows>, IndexError> {
    let mut all: Option<Rows> = None;
    for part in parts {
        all = Some(match all {
            None => rows(part, within)?,
            Some(all) => all.iter().zip(rows(part, Some(&docs(&all)))?).map(|(a, b)| both(a, &b)).collect(),
        });
    }
    Ok(all)
}

/// Rows in either, segment by segment.
fn union(a: Rows, b: &Rows) -> Rows {
    a.into_iter().zip(b).map(|(a, b)| either(a, b)).collect()
}

/// Rows in both: the worse tier, the sum of scores.
fn both(a: &[Row], b: &[Row]) -> Vec<Row> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut out = Vec::with_capacity(short.len());
    let mut at = 0;
    for row in short {
        at += postings::ahead(&long[at..], |other| other.doc < row.doc);
        match long.get(at) {
            Some(other) if other.doc == row.doc => out.push(Row {
                doc: row.doc,
                tier: row.tier.max(other.tier),
                in_body: row.in_body || other.in_body,
                score: row.score + other.score,
            }),
            Some(_) => {}
            None => break,
        }
    }
    out
}

/// Rows in either: the better tier, the sum of scores.
fn either(a: Vec<Row>, b: &[Row]) -> Vec<Row> {
    if b.is_empty() {
        return a;
    }
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(x), Some(y)) if x.doc == y.doc => {
                out.push(Row { doc: x.doc, tier: x.tier.min(y.tier), in_body: x.in_body || y.in_body, score: x.score + y.score });
                left.next();
                right.next();
            }
            (Some(x), Some(y)) if x.doc < y.doc => out.extend(left.next()),
            (Some(_), Some(_)) | (None, Some(_)) => out.extend(right.next()),
            (Some(_), None) => out.extend(left.next()),
            (None, None) => return out,
        }
    }
}

/// Rows without those that NOT acts on: words and variants in the passage itself.
fn without(all: Rows, not: &Rows) -> Rows {
    all.into_iter()
        .zip(not)
        .map(|(mut rows, not)| {
            rows.retain(|row| {
                let found = not.binary_search_by_key(&row.doc, |other| other.doc).ok().map(|at| not[at]);
                !found.is_some_and(|found| found.in_body && found.tier < Tier::Substring)
            });
            rows
        })
        .collect()
}

fn has_document(query: &Compiled) -> bool {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().any(has_document),
        Compiled::Not(node) => has_document(node),
        Compiled::Document(_) => true,
        _ => false,
    }
}

fn needs_document(query: &Compiled) -> bool {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().any(needs_document),
        Compiled::Not(node) | Compiled::Document(node) => needs_document(node),
        Compiled::Facet(_) => true,
        _ => false,
    }
}
