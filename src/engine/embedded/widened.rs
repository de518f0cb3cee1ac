//! What a query was widened by, as the index has it.

use crate::engine::Widened;
use rustc_hash::FxHashSet;
use tantivy::DocAddress;

use super::evaluate::Evaluation;
use super::hit::Hit;
use super::rows::Row;
use super::segment_view::Segment;
use crate::document::Span;
use crate::document::{HEADING_END, heading_text};
use crate::index::{IndexError, OpenIndex};
use crate::matching::passage::{PassageView, occurrences};
use crate::query::Compiled;
use crate::query::filter::FilterTests;
use crate::query::{Alternative, Form, Plan, Reason};

/// Calls `see` for each plan that is widened, with each alternative that widens it and the reason.
fn additions<'a>(compiled: &'a Compiled, see: &mut impl FnMut(&'a Plan, &'a Alternative, String, bool)) {
    compiled.plans_by_sign(false, &mut |plan, negated| {
        for alternative in plan.alternatives.iter().filter(|_| plan.leaf.form == Form::Word || plan.is_plural()) {
            let reason = match &alternative.reason {
                Reason::Alias(kind) => (*kind).to_owned(),
                Reason::Inflection => "inflection".to_owned(),
                Reason::Particle => "particle".to_owned(),
                Reason::Typed | Reason::Spelling => continue,
            };
            see(plan, alternative, reason, negated);
        }
    });
}

/// The word that was typed, of a plural the code.
fn typed(plan: &Plan) -> String {
    let text = &plan.leaf.text;
    if plan.is_plural() { text.trim_end_matches('s') } else { text }.to_owned()
}

/// What was asked for beside what was typed.
pub(super) fn widened(compiled: &Compiled) -> Vec<Widened> {
    let mut out = Vec::new();
    additions(compiled, &mut |plan, alternative, reason, negated| {
        out.push(Widened { word: typed(plan), added: alternative.shown.clone(), reason, negated, passages: None });
    });
    out
}

/// As [`widened`], only what occurs, as a text of the index writes it, with the number of hits that hold it. Of negated
/// words, which no hit holds, and of a query without hits, the passages of the index are counted.
///
/// # Errors
/// `Damaged` where the index cannot be read.
pub(super) fn occurring(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    compiled: &Compiled,
    hits: &[Hit],
) -> Result<Vec<Widened>, IndexError> {
    let hits: FxHashSet<DocAddress> = hits.iter().map(|hit| hit.address).collect();
    let mut all = Vec::new();
    additions(compiled, &mut |plan, alternative, reason, negated| {
        let only = Plan { leaf: plan.leaf.clone(), alternatives: vec![alternative.clone()], date: None };
        let entry = Widened { word: typed(plan), added: alternative.shown.clone(), reason, negated, passages: None };
        all.push((only, alternative.open_end, entry));
    });
    let mut found: Vec<Widened> = Vec::new();
    for (plan, open_end, entry) in all {
        let evaluation = Evaluation::new(index, segments);
        let leaf = Compiled::Leaf(plan.clone());
        let live: Vec<DocAddress> = if entry.negated || hits.is_empty() {
            let (all, _) = evaluation.run(Some(&leaf), &FilterTests::default(), false)?;
            all.iter().map(|hit| hit.address).collect()
        } else {
            let rows = evaluation.rows(&leaf, None)?;
            let of_segment = |(ordinal, rows): (usize, &Vec<Row>)| {
                let address = |row: &Row| DocAddress::new(ordinal as u32, row.doc);
                rows.iter().map(address).filter(|address| hits.contains(address)).collect::<Vec<_>>()
            };
            rows.iter().enumerate().flat_map(of_segment).collect()
        };
        let Some(first) = live.first() else { continue };
        let mut entry = Widened { passages: Some(live.len()), ..entry };
        if let Some(written) = written(index, &plan, *first)? {
            entry.added = if open_end { format!("{written}…") } else { written };
        }
        // Two forms that fold apart may be written alike where one ends open.
        match found
            .iter_mut()
            .find(|known| (&known.word, &known.added, known.negated) == (&entry.word, &entry.added, entry.negated))
        {
            Some(known) => known.passages = known.passages.max(entry.passages),
            None => found.push(entry),
        }
    }
    Ok(found)
}

/// What a plan finds, as a passage writes it: folding makes large kana of small ones.
fn written(index: &OpenIndex, plan: &Plan, address: DocAddress) -> Result<Option<String>, IndexError> {
    let passage = index.passage(address)?;
    let title = index.document(&passage.document)?.map(|document| document.document.title).unwrap_or_default();
    let passage = &passage.passage;
    let compiled = Compiled::Leaf(plan.clone());
    let view = PassageView::for_query(index.analyzer(), passage, &title, &compiled, None);
    let text = |(field, text): (usize, &str)| -> Option<String> {
        let Span { start, end } = occurrences(plan, &view, field).first()?.span;
        Some(text.chars().skip(start).take(end - start).filter(|c| !matches!(*c, '\n' | HEADING_END)).collect())
    };
    Ok([passage.text.as_str(), &heading_text(&passage.heading), &title].into_iter().enumerate().find_map(text))
}
