//! Leaves of a query: the rows of their spellings, with scores.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Term};

use super::char_view::CharView;
use super::evaluate::Evaluation;
use super::postings::{self, LeafDoc};
use super::rows::{Row, Rows, Within, either, narrowed};
use super::segment_view::{Segment, each, holding};
use super::{positional, seams};
use crate::engine::ranking::bm25::{idf, stepped};
use crate::engine::ranking::weights;
use crate::index::IndexError;
use crate::matching::approximate::Wildcard;
use crate::metadata::date::query_date_key;
use crate::query::{Alternative, Compiled, Field, Form, Place, Plan, Reason, Tier};

impl Evaluation<'_> {
    /// Returns the scored rows of one leaf.
    pub(super) fn leaf(&self, plan: &Plan, within: Within<'_>) -> Result<Rows, IndexError> {
        let candidates = match plan.leaf.form {
            _ if plan.alternatives.is_empty() => {
                let all = self.passages(within)?;
                return each(self.segments, |ordinal, segment| {
                    positional::dropped(self.index, segment, ordinal, plan, &all[ordinal])
                });
            }
            Form::Fuzzy(_) => return self.fuzzy(plan, within),
            Form::Verbatim => self.literal(plan, within)?,
            _ if plan.leaf.is_wildcard() => {
                let pieces = Wildcard::of(&plan.leaf.text).pieces;
                // A piece that comes again (の*の) has the rows that it had before.
                let mut known: Vec<(Vec<char>, Rows)> = Vec::new();
                let all = narrowed(&pieces, within, |piece, within| {
                    if let Some((_, rows)) = known.iter().find(|(other, _)| other == piece) {
                        return Ok(rows.clone());
                    }
                    let rows = self.literal(&piece_plan(plan, piece.clone()), within)?;
                    if pieces.iter().filter(|other| *other == piece).count() > 1 {
                        known.push((piece.clone(), rows.clone()));
                    }
                    Ok(rows)
                })?;
                all.unwrap_or_else(|| vec![Vec::new(); self.segments.len()])
            }
            _ => return self.literal(plan, within),
        };
        let told = each(self.segments, |ordinal, segment| {
            let candidates = &candidates[ordinal];
            let mut told = positional::leaf(self.index, segment, plan, candidates)?;
            // A match that continues in the next passage has no positions of its own, so the texts decide.
            let docs: Vec<DocId> = candidates.iter().map(|row| row.doc).collect();
            for over in seams::find(segment, plan, Some(&docs)).map_err(|error| self.index.damaged(error))? {
                let is_known = told.rows.iter().chain(&told.doubtful).any(|row| row.doc == over.doc);
                told.doubtful.extend(candidates.iter().find(|row| row.doc == over.doc && !is_known).copied());
            }
            Ok(told)
        })?;
        self.with_doubtful(told, &Compiled::Leaf(plan.clone()))
    }

    /// Returns the rows of the alternatives of a plan in its field.
    pub(super) fn literal(&self, plan: &Plan, within: Within<'_>) -> Result<Rows, IndexError> {
        let fields = self.index.fields();
        let (index, segments) = (self.index, self.segments);
        let found = each(segments, |ordinal, segment| {
            let within = within.map(|within| within[ordinal].as_slice());
            let damaged = |error| index.damaged(error);
            let whole = match plan.leaf.is_for(Field::Body) {
                true => postings::find(&segment.body, &plan.alternatives, within).map_err(damaged)?,
                false => Vec::new(),
            };
            let mut body = seams::with(whole, seams::find(segment, plan, within).map_err(damaged)?);
            if let Some(key) = plan.date.as_ref().and_then(query_date_key).filter(|_| plan.leaf.is_for(Field::Body)) {
                let term = Term::from_field_text(fields.when, &key);
                let inverted = segment.reader.inverted_index(fields.when).map_err(|error| index.damaged(error))?;
                body.extend(postings::keys(&inverted, &term, within).map_err(|error| index.damaged(error))?);
                body.sort_by_key(|found| (found.doc, found.tier));
                body.dedup_by_key(|found| found.doc);
            }
            let rarest = postings::rarest_pairs(&segment.body, &plan.alternatives).map_err(damaged)?;
            let above = |field: Field, view: &CharView| match plan.leaf.is_for(field) {
                true => postings::find_above(view, &rarest, &plan.alternatives, within).map_err(damaged),
                false => Ok(Vec::new()),
            };
            Ok([body, above(Field::Heading, &segment.heading)?, above(Field::Title, &segment.title)?])
        })?;
        if found.iter().flatten().all(Vec::is_empty) {
            return Ok(vec![Vec::new(); segments.len()]);
        }
        let per_segment = each(segments, |_, segment| {
            let norms = segment.reader.get_fieldnorms_reader(fields.body).map_err(|error| index.damaged(error))?;
            let counts = segment.live_with_pairs(&plan.alternatives).map_err(|error| index.damaged(error))?;
            Ok((norms, counts))
        })?;
        let holding = holding(&plan.alternatives, per_segment.iter().map(|(_, counts)| counts.clone()));
        let passages = segments.iter().map(Segment::rows).sum();
        let tokens: u64 = segments
            .iter()
            .zip(&per_segment)
            .map(|(segment, (norms, _))| segment.live_length(segment.body.chars(), norms))
            .sum();
        let rarity = idf(holding, passages).max(weights::LEAST_RARITY);
        let average = tokens as f32 / passages.max(1) as f32;
        let asked = plan.leaf.field;
        found
            .into_iter()
            .zip(&per_segment)
            .map(|([body, heading, title], (norms, _))| {
                let body: Vec<Row> = body.iter().map(|found| body_row(found, rarity, norms, average)).collect();
                let above = |found: Vec<LeafDoc>, field: Field, boost: f32| -> Vec<Row> {
                    let (place, score) = (Place::of(field, asked), stepped(rarity * boost));
                    found.into_iter().map(|found| Row { doc: found.doc, tier: found.tier, place, score }).collect()
                };
                let heading = above(heading, Field::Heading, weights::HEADING_BOOST);
                let title = above(title, Field::Title, weights::TITLE_BOOST);
                Ok(either(either(body, &heading), &title))
            })
            .collect()
    }
}

/// Makes a plan for a piece of another plan, found anywhere.
pub(super) fn piece_plan(plan: &Plan, piece: Vec<char>) -> Plan {
    let shown = piece.iter().collect();
    let alternative = Alternative::new(piece, Tier::Word, true, Reason::Typed, shown);
    Plan { leaf: plan.leaf.clone(), alternatives: vec![alternative], date: None }
}

fn body_row(found: &LeafDoc, rarity: f32, norms: &FieldNormReader, average: f32) -> Row {
    let weight = weights::KEYWORD.weight(found.count, norms.fieldnorm(found.doc), average);
    Row { doc: found.doc, tier: found.tier, place: Place::Body, score: stepped(rarity * weight) }
}
