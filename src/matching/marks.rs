//! Finds all occurrences of a query in one passage, in the headings above it and in the title, each with its tier.

use super::passage::{PassageView, TEXTS, bound, occurrences, parts_in};
use super::together::{Bond, Occurrence, set_back};
use crate::document::HEADING_END;
use crate::document::Span;
use crate::query::{Compiled, Field, Mark, Marks, Node, Plan, Tier};

/// Finds the occurrences of a query in the three texts.
pub(crate) fn marks(query: &Compiled, view: &PassageView<'_>) -> Marks {
    let [mut body, above, title] = [0, 1, 2].map(|text| {
        let mut marks = Vec::new();
        collect(query, view, text, &mut marks);
        in_order(&mut marks);
        marks
    });
    // A match that continues in the next passage is marked up to the end of this one.
    body.iter_mut().for_each(|mark| mark.span.end = mark.span.end.min(view.own_chars()));
    Marks { body, heading: by_heading(view, &above), title }
}

/// Distributes the marks of the joined headings to the single headings.
fn by_heading(view: &PassageView<'_>, marks: &[Mark]) -> Vec<Vec<Mark>> {
    let mut start = 0;
    let of_heading = |heading: &String| {
        let length = heading.chars().count();
        let end = start + length;
        let here = marks.iter().filter(|mark| mark.span.start >= start && mark.span.end <= end);
        let shifted = here
            .map(|mark| Mark { span: Span::new(mark.span.start - start, mark.span.end - start), ..*mark })
            .collect();
        start = end + HEADING_END.len_utf8();
        shifted
    };
    view.passage().heading.iter().map(of_heading).collect()
}

/// Sorts marks and keeps each span once, with its best tier.
fn in_order(marks: &mut Vec<Mark>) {
    marks.sort_by_key(|mark| (mark.span, mark.tier));
    marks.dedup_by_key(|mark| mark.span);
}

fn collect(query: &Compiled, view: &PassageView<'_>, text: usize, marks: &mut Vec<Mark>) {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().for_each(|node| collect(node, view, text, marks)),
        Compiled::Document(node) | Compiled::WholeDocument(node) => collect(node, view, text, marks),
        Compiled::Leaf(plan) => marks.extend(of_plan(plan, view, text)),
        Compiled::Near(distance, plans) => marks.extend(of_group(Bond::Near(*distance), plans, view, text)),
        Compiled::Sentence(plans) => marks.extend(of_group(Bond::Sentence, plans, view, text)),
        Compiled::Not(_) | Compiled::Facet(_) => {}
    }
}

/// Returns the occurrences of a plan in a text. An occurrence inside another one of the same plan is the same word in
/// two spellings (サーバ in サーバー), so only the outer one is kept. The word itself inside another name that holds it
/// (国連 in 国連総会) is kept instead of the name.
fn of_plan(plan: &Plan, view: &PassageView<'_>, text: usize) -> Vec<Mark> {
    if !plan.leaf.is_for(TEXTS[text]) {
        return Vec::new();
    }
    let mut found = occurrences(plan, view, text);
    found.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end), found.tier));
    let mut marks: Vec<Mark> = Vec::with_capacity(found.len());
    for Occurrence { span, tier, .. } in found {
        match marks.last_mut() {
            Some(last) if span.end <= last.span.end => {
                if tier == Tier::Word && last.tier == Tier::Variant {
                    last.span = span;
                }
                last.tier = last.tier.min(tier);
            }
            _ => marks.push(Mark { span, tier }),
        }
    }
    marks
}

fn of_group(bond: Bond, parts: &[Vec<Plan>], view: &PassageView<'_>, text: usize) -> Vec<Mark> {
    let mut found = Vec::new();
    if let Some(parts) = parts_in(parts, TEXTS[text]) {
        bound(bond, &parts, view, text, Some(&mut found));
    }
    let is_apart = matches!(bond, Bond::Near(_)) && TEXTS[text] == Field::Heading;
    let mark =
        |found: Occurrence| Mark { span: if is_apart { set_back(found.span) } else { found.span }, tier: found.tier };
    found.into_iter().map(mark).collect()
}

/// A part of a query that a passage does not hold.
#[derive(Debug)]
pub(crate) enum Lacking<'q> {
    /// A term.
    Plan(&'q Plan),
    /// NEAR or SENT whose terms are all there, but apart.
    Apart(Node),
}

/// Returns the parts of a query that a passage with its headings and title lacks. Of alternatives, either all are
/// lacking or none.
pub(crate) fn lacking<'q>(query: &'q Compiled, view: &PassageView<'_>, marks: &Marks) -> Vec<Lacking<'q>> {
    match query {
        // Most questions are one leaf, and its occurrences are known.
        Compiled::Leaf(_) if !marks.is_empty() => Vec::new(),
        Compiled::Leaf(plan) => vec![Lacking::Plan(plan)],
        query => lacking_parts(query, view),
    }
}

fn lacking_parts<'q>(query: &'q Compiled, view: &PassageView<'_>) -> Vec<Lacking<'q>> {
    let is_nowhere = |plan: &Plan| (0..TEXTS.len()).all(|text| of_plan(plan, view, text).is_empty());
    let of_part = |part: &'q [Plan]| {
        let lacking = part.iter().all(is_nowhere);
        part.iter().filter(move |_| lacking).map(Lacking::Plan)
    };
    let of_group = |bond: Bond, parts: &'q [Vec<Plan>]| {
        let mut all: Vec<Lacking<'q>> = parts.iter().flat_map(|part| of_part(part)).collect();
        if all.is_empty() && (0..TEXTS.len()).all(|text| of_group(bond, parts, view, text).is_empty()) {
            let leaves = parts.iter().map(|part| part.iter().map(|plan| plan.leaf.clone()).collect()).collect();
            all.push(Lacking::Apart(match bond {
                Bond::Near(distance) => Node::Near(distance, leaves),
                Bond::Sentence => Node::Sentence(leaves),
            }));
        }
        all
    };
    match query {
        Compiled::And(nodes) => nodes.iter().flat_map(|node| lacking_parts(node, view)).collect(),
        Compiled::Or(nodes) => {
            let of_each: Vec<Vec<Lacking<'q>>> = nodes.iter().map(|node| lacking_parts(node, view)).collect();
            if of_each.iter().any(Vec::is_empty) { Vec::new() } else { of_each.into_iter().flatten().collect() }
        }
        Compiled::Leaf(plan) => of_part(std::slice::from_ref(plan)).collect(),
        Compiled::Near(distance, parts) => of_group(Bond::Near(*distance), parts),
        Compiled::Sentence(parts) => of_group(Bond::Sentence, parts),
        // A passage decides nothing about its document.
        Compiled::Document(_) | Compiled::WholeDocument(_) | Compiled::Not(_) | Compiled::Facet(_) => Vec::new(),
    }
}
