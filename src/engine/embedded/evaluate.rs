//! Evaluates a query over the segments: rows with tier and score, joined by the operators.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use tantivy::{DocAddress, DocId, Term};

use super::facets::Counter;
use super::filter::SegmentTests;
use super::positional;
use super::postings;
use super::roles::{RoleCounter, SegmentRoles};
use super::rows::{Row, Rows, Shown, Within, docs, narrowed, union, without};
use super::seams;
use super::segment_view::{Segment, each};
use crate::document::DateSource;
use crate::engine::ranking::hit::{Hit, HitRole};
use crate::engine::{Facets, PartnerRoles};
use crate::index::{IndexError, IndexedDocument, OpenIndex, flag};
use crate::matching::passage::{Matched, PassageView, TEXTS, match_passage, parts_in};
use crate::matching::together::Bond;
use crate::query::Place;
use crate::query::budget::{Pace, Watch};
use crate::query::filter::FilterTests;
use crate::query::{Compiled, FacetTest};
use crate::query::{Field, Leaf, Plan, Tier};

/// The hits of a query, by segment and row.
pub(super) struct Evaluated {
    pub hits: Vec<Hit>,
    /// Facets, if requested.
    pub facets: Option<Facets>,
    /// Roles of the partners of the filters, if there are partners.
    pub roles: Option<PartnerRoles>,
}

/// Evaluates queries over one index.
pub(super) struct Evaluation<'a> {
    pub(super) index: &'a OpenIndex,
    pub(super) segments: &'a [Segment<'a>],
    /// Cache of the last document.
    last: RefCell<Option<Rc<IndexedDocument>>>,
    pub(super) watch: Arc<Watch>,
}

impl<'a> Evaluation<'a> {
    pub fn new(index: &'a OpenIndex, segments: &'a [Segment<'a>]) -> Self {
        let watch = segments.first().map(|segment| segment.watch.clone()).unwrap_or_default();
        Self { index, segments, last: RefCell::default(), watch }
    }

    /// Returns all hits that pass the filters, with the facets if requested. When the time is
    /// over, it returns the hits found until then.
    pub fn run(&self, query: Option<&Compiled>, filters: &FilterTests, facets: bool) -> Result<Evaluated, IndexError> {
        let rows = match query {
            // Only passages with a word of the query are shown, so the other passages of their documents need no
            // rows.
            Some(Compiled::Document(inner)) => self.in_one_document(inner, Shown::HoldingAlone, None)?,
            Some(query) => self.rows(query, None)?,
            None => self.passages(None)?,
        };
        let verify = query.filter(|query| !query.has_document());
        let mut counter = facets.then(Counter::default);
        let mut role_counter = RoleCounter::new(filters);
        let any_role = role_counter.is_some().then(|| filters.in_any_role());
        let mut hits = Vec::new();
        // After the deadline, the rows found until then are still filtered and shown.
        let showing = self.watch.showing();
        let mut pace = Pace::new(&showing);
        for (ordinal, (segment, rows)) in self.segments.iter().zip(rows).enumerate() {
            let tests = SegmentTests::new(segment, filters);
            let mut local = counter.as_ref().map(|_| super::facets::SegmentCounter::new(segment, filters));
            let mut roles = SegmentRoles::new(segment, filters);
            let any_role = any_role.as_ref().map(|filters| SegmentTests::new(segment, filters));
            hits.reserve(rows.len());
            for row in self.shown(ordinal, segment, rows, verify)? {
                if pace.is_over(1) {
                    self.watch.cut();
                    break;
                }
                let flags = segment.flags.first(row.doc).unwrap_or(0);
                let passed = tests.passed(segment, row.doc);
                let mut role = HitRole::new(None, roles.as_ref().is_some_and(SegmentRoles::is_ordered));
                if let Some(roles) = &mut roles
                    && roles.read(segment, row.doc)
                {
                    role = roles.role();
                    if let (Some(counter), Some(any_role)) = (&mut role_counter, &any_role) {
                        counter.see(roles, any_role, (segment, row.doc), passed.all());
                    }
                }
                if !passed.not_excluded {
                    continue;
                }
                let document = segment.document.first(row.doc).unwrap_or(0);
                if let Some(local) = &mut local {
                    local.count(segment, row.doc, document, flags, &passed);
                }
                if passed.all() {
                    let Row { tier, score, place, .. } = row;
                    hits.push(Hit {
                        address: DocAddress::new(ordinal as u32, row.doc),
                        document,
                        tier,
                        score,
                        flags,
                        relaxed: false,
                        place,
                        role,
                    });
                }
            }
            if let (Some(counter), Some(local)) = (&mut counter, local) {
                counter.add(segment, local);
            }
        }
        Ok(Evaluated {
            hits,
            facets: counter.map(|counter| counter.finish(self.segments)),
            roles: role_counter.map(RoleCounter::finish),
        })
    }

    /// Returns the rows of a segment that are hits, before any filter: passages that hold a word of the query; for a
    /// document without such a passage, its first passage under the title or headings that hold the query.
    fn shown(
        &self,
        ordinal: usize,
        segment: &Segment<'_>,
        rows: Vec<Row>,
        verify: Option<&Compiled>,
    ) -> Result<Vec<Row>, IndexError> {
        let rows = self.mended(ordinal, segment, rows, verify)?;
        if !rows.iter().any(|row| row.place.is_above()) {
            return Ok(rows);
        }
        let mut shown: Vec<Row> = Vec::with_capacity(rows.len());
        let (mut document, mut begins, mut from) = (None, 0, 0);
        // The rows of a document are adjacent, so each row is read once; the rows of a document are handled at its
        // end.
        for at in 0..=rows.len() {
            let next = rows.get(at).map(|row| segment.document.first(row.doc));
            if at > 0 && next == Some(document) {
                continue;
            }
            document = next.flatten();
            let of_document = &rows[begins..at];
            begins = at;
            shown.extend(of_document.iter().filter(|row| !row.place.is_above()));
            if shown.len() == from
                && let Some(first) = of_document.iter().find(|row| row.place == Place::Title)
            {
                shown.push(*first);
            } else if shown.len() == from {
                // Adjacent sections count as one.
                let below: Vec<Row> = of_document.iter().copied().filter(|row| row.place == Place::Heading).collect();
                shown.extend(below.chunk_by(|a, b| a.doc + 1 == b.doc).filter_map(<[Row]>::first));
            }
            from = shown.len();
        }
        Ok(shown)
    }

    /// Drops deleted rows, and corrects the tiers of words in repaired places by the text, where there is a query.
    pub(super) fn mended(
        &self,
        ordinal: usize,
        segment: &Segment<'_>,
        mut rows: Vec<Row>,
        verify: Option<&Compiled>,
    ) -> Result<Vec<Row>, IndexError> {
        let mut failed = None;
        rows.retain_mut(|row| {
            if segment.reader.is_deleted(row.doc) || failed.is_some() {
                return false;
            }
            let is_mended = || segment.flags.first(row.doc).unwrap_or(0) & flag::REPAIRED != 0;
            // Only a match of tier `word` needs the text: a repaired place turns it into a variant and changes no
            // other tier. Titles and headings are never repaired.
            let Some(query) = verify.filter(|_| row.tier == Tier::Word && !row.place.is_above() && is_mended()) else {
                return true;
            };
            if self.watch.is_over() {
                return false;
            }
            match self.matched(query, DocAddress::new(ordinal as u32, row.doc)) {
                Ok(Some(matched)) => {
                    (row.tier, row.place) = (row.tier.max(matched.tier), matched.place);
                    true
                }
                Ok(None) => false,
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        Ok(rows)
    }

    /// Matches a query against the text of a passage.
    fn matched(&self, query: &Compiled, address: DocAddress) -> Result<Option<Matched>, IndexError> {
        let passage = self.index.passage(address)?;
        let document = self.document(&passage.document)?;
        let title = document.as_ref().map_or("", |document| document.document.title.as_str());
        let next = Some(address)
            .filter(|_| seams::any_may_cross(query))
            .and_then(|address| seams::next_address(self.segments, address));
        let next = next.map(|next| self.index.passage(next)).transpose()?;
        let rest = next.as_ref().map(|next| next.passage.text.as_str());
        let view =
            PassageView::for_query(self.index.analyzer(), &passage.passage, title, query, rest).watched(&self.watch);
        let view = match document.as_ref().filter(|_| needs_document(query)) {
            Some(document) => view.in_document(&document.document),
            None => view,
        };
        Ok(match_passage(query, &view))
    }

    /// Returns the document of a passage, from a cache: its other passages mostly follow.
    fn document(&self, id: &str) -> Result<Option<Rc<IndexedDocument>>, IndexError> {
        if let Some(known) = self.last.borrow().as_ref().filter(|known| known.document.id == id) {
            return Ok(Some(known.clone()));
        }
        let found = self.index.document(id)?.map(Rc::new);
        *self.last.borrow_mut() = found.clone();
        Ok(found)
    }

    /// Returns rows of all passages, or of the given ones.
    pub(super) fn passages(&self, within: Within<'_>) -> Result<Rows, IndexError> {
        let row = |doc| Row { doc, tier: Tier::Word, place: Place::Anywhere, score: 0.0 };
        if let Some(within) = within {
            return Ok(within.iter().map(|docs| docs.iter().copied().map(row).collect()).collect());
        }
        let term = Term::from_field_text(self.index.fields().kind, "p");
        self.segments
            .iter()
            .map(|segment| {
                let inverted =
                    segment.reader.inverted_index(term.field()).map_err(|error| self.index.damaged(error))?;
                let found = postings::keys(&inverted, &term, None).map_err(|error| self.index.damaged(error))?;
                Ok(found.into_iter().map(|found| row(found.doc)).collect())
            })
            .collect()
    }

    /// Upper bound of matching passages; `u64::MAX` where postings give none. It only orders AND.
    fn at_most(&self, query: &Compiled) -> Result<u64, IndexError> {
        let least = |sizes: Vec<u64>| sizes.into_iter().min().unwrap_or(u64::MAX);
        Ok(match query {
            Compiled::Leaf(plan) => self.any_at_most([plan])?,
            Compiled::Near(_, parts) | Compiled::Sentence(parts) => {
                least(parts.iter().map(|part| self.any_at_most(part)).collect::<Result<_, _>>()?)
            }
            Compiled::And(nodes) => least(nodes.iter().map(|node| self.at_most(node)).collect::<Result<_, _>>()?),
            Compiled::Or(nodes) => {
                nodes.iter().map(|node| self.at_most(node)).try_fold(0u64, |sum, size| Ok(sum.saturating_add(size?)))?
            }
            Compiled::Not(_) | Compiled::Document(_) | Compiled::WholeDocument(_) | Compiled::Facet(_) => u64::MAX,
        })
    }

    /// Returns the upper bound of passages that match any of some plans, as [`Self::at_most`].
    fn any_at_most<'p>(&self, plans: impl IntoIterator<Item = &'p Plan>) -> Result<u64, IndexError> {
        let mut sum = 0u64;
        for plan in plans {
            if plan.alternatives.is_empty() || !plan.leaf.is_literal() {
                return Ok(u64::MAX);
            }
            for segment in self.segments {
                sum = sum.saturating_add(
                    segment.body.at_most(&plan.alternatives).map_err(|error| self.index.damaged(error))?,
                );
            }
        }
        Ok(sum)
    }

    /// Returns the rows that hold all parts of a query. It starts with the rarest part and evaluates each next part
    /// only in the remaining passages.
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
                all = self.all_but(all, &rows)?;
            }
        }
        Ok(all)
    }

    /// Returns rows without others. When the time is over, it returns none, because the excluded set is incomplete.
    fn all_but(&self, all: Rows, not: &Rows) -> Result<Rows, IndexError> {
        Ok(if self.watch.is_over() { vec![Vec::new(); all.len()] } else { without(all, not) })
    }

    /// Returns the passages that may hold all of some parts, by their pairs alone. This saves reading positions where
    /// the rarest part is a phrase and other parts restrict it.
    fn possible<'q>(
        &self,
        asked: &[(u64, &'q Compiled)],
        within: Within<'_>,
    ) -> Result<Option<Vec<Vec<DocId>>>, IndexError> {
        let known = |(size, node): &(u64, &'q Compiled)| match *node {
            // The pairs of a phrase over two passages are in neither passage alone.
            Compiled::Leaf(plan) if *size < u64::MAX && plan.date.is_none() && !seams::may_cross(plan) => Some(plan),
            _ => None,
        };
        let plans: Vec<&Plan> = asked.iter().filter_map(known).collect();
        let is_phrase = |plan: &Plan| plan.alternatives.iter().any(|alternative| alternative.chars.len() > 2);
        if plans.len() < 2 || !is_phrase(plans[0]) {
            return Ok(None);
        }
        self.possible_in(plans.into_iter().map(|plan| vec![plan]).collect(), within, |plan, field| {
            plan.leaf.is_for(field)
        })
    }

    /// Returns the passages that may hold one plan of each part in one field, by their pairs alone, the rarest first:
    /// many common words mostly have few passages in common.
    fn possible_in_all(
        &self,
        parts: &[Vec<&Plan>],
        within: Within<'_>,
        wanted: Field,
    ) -> Result<Option<Vec<Vec<DocId>>>, IndexError> {
        let mut sized = Vec::new();
        for part in parts.iter().filter(|part| part.iter().all(|plan| plan.date.is_none())) {
            let size = self.any_at_most(part.iter().copied())?;
            // A part without a bound from postings restricts nothing.
            sized.extend((size < u64::MAX).then(|| (size, part.clone())));
        }
        sized.sort_by_key(|(size, _)| *size);
        self.possible_in(sized.into_iter().map(|(_, part)| part).collect(), within, |_, field| field == wanted)
    }

    /// Returns the passages that have the pairs of one plan of each part in a field. Each part is looked up only in
    /// the passages of the parts before it.
    fn possible_in(
        &self,
        parts: Vec<Vec<&Plan>>,
        within: Within<'_>,
        is_for: impl Fn(&Plan, Field) -> bool + Sync,
    ) -> Result<Option<Vec<Vec<DocId>>>, IndexError> {
        let mut all: Option<Vec<Vec<DocId>>> = None;
        for part in parts {
            let within = all.as_deref().or(within);
            all = Some(each(self.segments, |ordinal, segment| {
                let mut docs = Vec::new();
                for plan in &part {
                    for (_, view) in segment.views().into_iter().filter(|(field, _)| is_for(plan, *field)) {
                        let within = within.map(|within| within[ordinal].as_slice());
                        docs.extend(
                            postings::possible(view, &plan.alternatives, within)
                                .map_err(|error| self.index.damaged(error))?,
                        );
                    }
                }
                docs.sort();
                docs.dedup();
                Ok(docs)
            })?);
        }
        Ok(all)
    }

    pub(super) fn rows(&self, query: &Compiled, within: Within<'_>) -> Result<Rows, IndexError> {
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
            Compiled::Not(inner) => {
                let rows = self.rows(inner, within)?;
                self.all_but(self.passages(within)?, &rows)
            }
            Compiled::Leaf(plan) => self.leaf(plan, within),
            Compiled::Near(distance, parts) => self.bound(Bond::Near(*distance), parts, query, within),
            Compiled::Sentence(parts) => self.bound(Bond::Sentence, parts, query, within),
            Compiled::Document(inner) => self.in_one_document(inner, Shown::Holding, within),
            Compiled::WholeDocument(inner) => self.in_one_document(inner, Shown::All, within),
            Compiled::Facet(test) => self.facet_rows(test, within),
        }
    }

    /// Returns rows where one occurrence of each part is close to the others: in the passage, in one heading, or in
    /// the title.
    fn bound(&self, bond: Bond, parts: &[Vec<Plan>], query: &Compiled, within: Within<'_>) -> Result<Rows, IndexError> {
        let mut all: Rows = vec![Vec::new(); self.segments.len()];
        for (text, field) in TEXTS.into_iter().enumerate() {
            let Some(parts) = parts_in(parts, field) else { continue };
            let possible = self.possible_in_all(&parts, within, field)?;
            let candidates = narrowed(&parts, possible.as_deref().or(within), |part, within| {
                let mut all: Rows = vec![Vec::new(); self.segments.len()];
                for plan in part {
                    let leaf = Leaf { field, ..plan.leaf.clone() };
                    all = union(all, &self.leaf(&Plan { leaf, ..Plan::clone(plan) }, within)?);
                }
                Ok(all)
            })?;
            let candidates = candidates.unwrap_or_default();
            if candidates.iter().all(Vec::is_empty) {
                continue;
            }
            let told = each(self.segments, |ordinal, segment| {
                let rows = candidates.get(ordinal).map_or(&[][..], Vec::as_slice);
                positional::bound(self.index, segment, bond, &parts, text, rows)
            })?;
            all = union(all, &self.with_doubtful(told, query)?);
        }
        Ok(all)
    }

    /// Adds the doubtful rows whose texts match to the rows proved by postings.
    pub(super) fn with_doubtful(&self, told: Vec<positional::Told>, query: &Compiled) -> Result<Rows, IndexError> {
        let (mut rows, doubtful): (Rows, Rows) = told.into_iter().map(|told| (told.rows, told.doubtful)).unzip();
        for (rows, mut verified) in rows.iter_mut().zip(self.verified(doubtful, query)?) {
            if !verified.is_empty() {
                rows.append(&mut verified);
                rows.sort_by_key(|row| row.doc);
            }
        }
        Ok(rows)
    }

    /// Keeps the rows whose text matches, with the tier of the text.
    fn verified(&self, rows: Rows, query: &Compiled) -> Result<Rows, IndexError> {
        rows.into_iter()
            .enumerate()
            .map(|(ordinal, rows)| {
                let mut kept = Vec::with_capacity(rows.len());
                for row in rows {
                    if self.watch.is_over() {
                        break;
                    }
                    if self.segments[ordinal].reader.is_deleted(row.doc) {
                        continue;
                    }
                    if let Some(Matched { tier, place }) =
                        self.matched(query, DocAddress::new(ordinal as u32, row.doc))?
                    {
                        kept.push(Row { tier, place, ..row });
                    }
                }
                Ok(kept)
            })
            .collect()
    }

    fn facet_rows(&self, test: &FacetTest, within: Within<'_>) -> Result<Rows, IndexError> {
        let filters = FilterTests::of(test.clone());
        let mut rows = self.passages(within)?;
        let is_date = matches!(test, FacetTest::Date { .. });
        for (segment, rows) in self.segments.iter().zip(&mut rows) {
            let tests = SegmentTests::new(segment, &filters);
            rows.retain(|row| tests.passed(segment, row.doc).all());
            for row in rows.iter_mut().filter(|_| is_date) {
                // An inferred date is not written in the text, so it is a variant.
                if flag::date_source(segment.flags.first(row.doc).unwrap_or(0)) == Some(DateSource::Inferred) {
                    row.tier = Tier::Variant;
                }
            }
        }
        Ok(rows)
    }
}

fn needs_document(query: &Compiled) -> bool {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().any(needs_document),
        Compiled::Not(node) | Compiled::Document(node) | Compiled::WholeDocument(node) => needs_document(node),
        Compiled::Facet(_) => true,
        _ => false,
    }
}
