//! The forms by which a query was widened, as the index contains them.

use crate::engine::Widened;
use rustc_hash::FxHashSet;
use tantivy::DocAddress;

use super::evaluate::Evaluation;
use super::rows::Row;
use super::segment_view::Segment;
use crate::document::Span;
use crate::document::{HEADING_END, heading_text};
use crate::engine::ranking::hit::Hit;
use crate::engine::ranking::widened::{additions, typed};
use crate::index::{IndexError, OpenIndex};
use crate::matching::passage::{PassageView, occurrences};
use crate::query::Compiled;
use crate::query::Plan;
use crate::query::filter::FilterTests;

/// Returns the forms that were added to the typed words and occur, as a text of the index writes them, with the number
/// of hits that hold them. For negated words, which no hit holds, and for a query without hits, passages of the index
/// are counted.
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
            let all = evaluation.run(Some(&leaf), &FilterTests::default(), false)?.hits;
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
        // Two different folded forms may have the same written form where one of them is open at its end.
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

/// Returns an occurrence of a plan as the passage writes it, because folding maps small kana to large ones.
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
