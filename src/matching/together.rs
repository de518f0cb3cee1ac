//! NEAR and SENT: one occurrence of each part, close to each other or in one sentence.

use crate::document::HEADING_END;
use crate::document::Span;
use crate::query::Tier;
use crate::query::budget::{Pace, Watch};

/// An occurrence of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// Folded positions; both 0 for an occurrence of characters that folding drops.
    pub start: usize,
    pub end: usize,
    /// Code points of the text.
    pub span: Span,
    pub tier: Tier,
    /// Index of the alternative.
    pub order: u16,
    /// Sentence numbers of its first and its last character, if requested.
    pub sentences: (u32, u32),
}

impl Occurrence {
    /// Makes an occurrence whose span is not known yet.
    pub const fn new(start: usize, end: usize, tier: Tier) -> Self {
        Self { start, end, span: Span::new(0, 0), tier, order: 0, sentences: (0, 0) }
    }
}

/// The relation between the parts of an operator: one occurrence of each part, in any order.
///
/// An operator that demands more of them (an order, for example) is a variant here. This file decides which occurrences
/// satisfy it, both for those in a text and for those by the positions of postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bond {
    /// `NEAR/30(情報, 共有)`: at most this number of characters (code points of the text) between neighbours.
    Near(usize),
    /// `SENT(情報 共有)`: all in one sentence, which ends at [`SENTENCE_ENDS`] or at a line end.
    Sentence,
}

/// Characters that end a sentence; a line end does too.
pub(crate) const SENTENCE_ENDS: [char; 4] = ['。', '!', '?', HEADING_END];
/// Distance of two headings for NEAR: larger than any distance and any text.
const HEADING_STEP: usize = 1 << 40;

/// Shifts an occurrence by the number of its heading, so that no NEAR joins two headings.
pub(crate) fn set_apart(found: &mut Occurrence, heading: usize) {
    found.span.start += heading * HEADING_STEP;
    found.span.end += heading * HEADING_STEP;
}

/// Reverses [`set_apart`].
pub(crate) fn set_back(span: Span) -> Span {
    Span::new(span.start % HEADING_STEP, span.end % HEADING_STEP)
}

/// Sorts the occurrences of a part by position.
pub(crate) fn in_order(list: &mut [Occurrence]) {
    let key = |found: &Occurrence| (found.span.start, found.order, found.span.end);
    if !list.is_sorted_by_key(key) {
        list.sort_by_key(key);
    }
}

/// Returns the best tier of a group of one occurrence of each part that satisfies the bond. If spans are requested,
/// it adds the groups around each occurrence, where the others are chosen by tier, then by distance. The lists are
/// sorted.
pub(crate) fn together(
    all: &[Vec<Occurrence>],
    bond: Bond,
    spans: Option<&mut Vec<Occurrence>>,
    watch: &Watch,
) -> Option<Tier> {
    if all.iter().any(Vec::is_empty) {
        return None;
    }
    match bond {
        Bond::Sentence => in_one_sentence(all, spans, watch),
        Bond::Near(distance) => {
            let mut tiers = [Tier::Word, Tier::Variant, Tier::Substring].into_iter();
            let (tier, group) = tiers.find_map(|tier| Some((tier, nearest(all, distance, tier, watch)?)))?;
            if let Some(spans) = spans {
                let before = spans.len();
                around_each(all, distance, spans, watch);
                if spans.len() == before {
                    spans.extend(group.iter().copied());
                }
            }
            Some(tier)
        }
    }
}

/// Returns the index of the part with the fewest occurrences.
fn rarest(all: &[Vec<Occurrence>]) -> usize {
    all.iter().enumerate().min_by_key(|(_, list)| list.len()).map_or(0, |(at, _)| at)
}

/// For each occurrence of the rarest part, finds the best and nearest occurrence of each other part in its sentence.
/// If spans are requested, it adds all occurrences of all parts in such a sentence, since each of them is in a group.
fn in_one_sentence(all: &[Vec<Occurrence>], mut spans: Option<&mut Vec<Occurrence>>, watch: &Watch) -> Option<Tier> {
    let rarest = rarest(all);
    let best_of = |list: &Vec<Occurrence>| list.iter().map(|found| found.tier).min();
    // The worst of the best tiers of all parts bounds the tier of a group.
    let possible = all.iter().map(best_of).try_fold(Tier::Word, |worst, best| Some(worst.max(best?)))?;
    let mut best: Option<Tier> = None;
    let (mut group, mut pace, mut marked) = (Vec::with_capacity(all.len()), Pace::new(watch), None);
    for anchor in all[rarest].iter().filter(|anchor| anchor.sentences.0 == anchor.sentences.1) {
        group.clear();
        group.push(*anchor);
        for (_, list) in all.iter().enumerate().filter(|(at, _)| *at != rarest) {
            let sentence = anchor.sentences.0;
            let from = list.partition_point(|found| found.sentences.0 < sentence);
            let within = list[from..].iter().take_while(|found| found.sentences.0 == sentence && !pace.is_over(1));
            let within = within.filter(|found| found.sentences.1 == sentence);
            match within.min_by_key(|found| {
                (found.tier, found.span.start.abs_diff(anchor.span.start), found.order, found.span.start)
            }) {
                Some(found) => group.push(*found),
                None => break,
            }
        }
        if watch.was_cut() {
            return best;
        }
        if group.len() < all.len() {
            continue;
        }
        let tier = group.iter().map(|found| found.tier).max()?;
        best = Some(best.map_or(tier, |best| best.min(tier)));
        match &mut spans {
            Some(spans) => {
                let sentence = (anchor.sentences.0, anchor.sentences.0);
                if marked.replace(sentence) != Some(sentence) {
                    spans.extend(all.iter().flatten().filter(|found| found.sentences == sentence).copied());
                }
            }
            None if best == Some(possible) => return best,
            None => {}
        }
    }
    best
}

/// True where the characters between the occurrences, not covered by any of them, are within the distance.
fn is_near<'a>(group: impl Iterator<Item = &'a Occurrence>, distance: usize) -> bool {
    let (mut start, mut end, mut covered) = (usize::MAX, 0, 0);
    for Occurrence { span, .. } in group {
        start = start.min(span.start);
        end = end.max(span.end);
        covered += span.end - span.start;
    }
    end.saturating_sub(start) <= covered + distance
}

/// Finds a group of one occurrence of each part, none worse than a tier, within the distance.
///
/// For a given start, the first occurrence of each part at or after it is the nearest. So one sweep over the starts
/// suffices.
fn nearest(all: &[Vec<Occurrence>], distance: usize, tier: Tier, watch: &Watch) -> Option<Vec<Occurrence>> {
    let fits =
        |list: &[Occurrence], from: usize| list[from..].iter().position(|found| found.tier <= tier).map(|at| from + at);
    let length = |found: &Occurrence| found.span.end - found.span.start;
    let is_even = all.iter().all(|list| list.iter().all(|found| length(found) == length(&list[0])));
    let longest: usize = all.iter().filter_map(|list| list.iter().map(length).max()).sum();
    let mut firsts: Vec<usize> = all.iter().map(|list| fits(list, 0)).collect::<Option<_>>()?;
    let mut pace = Pace::new(watch);
    loop {
        if pace.is_over(all.len() as u64) {
            return None;
        }
        let group = || firsts.iter().zip(all).map(|(at, list)| &list[*at]);
        if is_near(group(), distance) {
            return Some(group().copied().collect());
        }
        let (leftmost, start) = group().map(|found| found.span.start).enumerate().min_by_key(|(_, start)| *start)?;
        // No group from here on ends before its last member begins.
        let (least, most) =
            (group().map(|found| found.span.start).max()?, start.saturating_add(distance).saturating_add(longest));
        if !is_even
            && least < most
            && let Some(group) = nearest_uneven(all, &firsts, least + 1..=most, distance, tier, &mut pace)
        {
            return Some(group);
        }
        firsts[leftmost] = fits(&all[leftmost], firsts[leftmost] + 1)?;
    }
}

/// Works as [`nearest`] from one position on, where the occurrences of a part differ in length: a longer one further
/// away covers more. The group ends within a range of positions.
fn nearest_uneven(
    all: &[Vec<Occurrence>],
    firsts: &[usize],
    at: std::ops::RangeInclusive<usize>,
    distance: usize,
    tier: Tier,
    pace: &mut Pace<'_>,
) -> Option<Vec<Occurrence>> {
    let within = |list: usize| {
        let behind = all[list][firsts[list]..].iter().take_while(|found| found.span.start < *at.end());
        behind.filter(|found| found.tier <= tier)
    };
    let mut ends: Vec<usize> = (0..all.len()).flat_map(|list| within(list).map(|found| found.span.end)).collect();
    ends.retain(|end| at.contains(end));
    ends.sort_unstable();
    ends.dedup();
    ends.into_iter().find_map(|end| {
        let longest = |list| {
            within(list).filter(|found| found.span.end <= end).max_by_key(|found| found.span.end - found.span.start)
        };
        let group: Vec<Occurrence> = (0..all.len()).map(|list| longest(list).copied()).collect::<Option<_>>()?;
        (!pace.is_over(1 << 8) && is_near(group.iter(), distance)).then_some(group)
    })
}

/// For each occurrence of each part, adds the best and nearest occurrences of the other parts, if all of them are
/// near.
fn around_each(all: &[Vec<Occurrence>], distance: usize, spans: &mut Vec<Occurrence>, watch: &Watch) {
    let longest: usize =
        all.iter().filter_map(|list| list.iter().map(|found| found.span.end - found.span.start).max()).sum();
    let reach = distance.saturating_add(longest);
    let (mut group, mut pace) = (Vec::with_capacity(all.len()), Pace::new(watch));
    let anchors = all.iter().enumerate().flat_map(|(part, list)| list.iter().map(move |anchor| (part, anchor)));
    for (part, anchor) in anchors {
        group.clear();
        for (at, list) in all.iter().enumerate() {
            if at == part {
                group.push(*anchor);
                continue;
            }
            let from = list.partition_point(|found| found.span.start < anchor.span.start.saturating_sub(reach));
            let last = anchor.span.start.saturating_add(reach);
            let around = list[from..].iter().take_while(|found| found.span.start <= last && !pace.is_over(1));
            // Parts between two distant ones may still follow, so the anchor counts twice until then.
            let near = around.filter(|found| is_near(group.iter().chain([anchor, *found]), distance));
            match near.min_by_key(|found| {
                (found.tier, found.span.start.abs_diff(anchor.span.start), found.order, found.span.start)
            }) {
                Some(found) => group.push(*found),
                None => break,
            }
        }
        if watch.was_cut() {
            return;
        }
        if group.len() == all.len() && is_near(group.iter(), distance) {
            spans.extend(group.iter().copied());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::together;
    use super::{Bond, Occurrence, in_order, is_near};
    use crate::document::Span;
    use crate::query::Tier;
    use crate::query::budget::Watch;

    /// All possible groups.
    fn slowly(all: &[Vec<Occurrence>], group: &mut Vec<Occurrence>, distance: usize) -> Option<Tier> {
        let Some(list) = all.get(group.len()) else {
            return is_near(group.iter(), distance).then(|| group.iter().map(|found| found.tier).max()).flatten();
        };
        let mut best: Option<Tier> = None;
        for found in list {
            group.push(*found);
            let tier = slowly(all, group, distance);
            group.pop();
            best = [best, tier].into_iter().flatten().min();
        }
        best
    }

    #[test]
    fn near_groups_are_found_as_by_trying_all() {
        let mut number = 20_171_016u64;
        let mut below = |limit: usize| {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            (number % limit as u64) as usize
        };
        let (mut found, watch) = (0, Watch::default());
        for round in 0..3000 {
            let uneven = round % 2 == 0;
            let all: Vec<Vec<Occurrence>> = (0..2 + below(3))
                .map(|_| {
                    let length = 1 + below(4);
                    let mut list: Vec<Occurrence> = (0..below(6))
                        .map(|order| {
                            let start = below(60);
                            let end = start + if uneven { 1 + below(5) } else { length };
                            let tier = [Tier::Word, Tier::Variant, Tier::Substring][below(3)];
                            Occurrence {
                                span: Span::new(start, end),
                                order: order as u16,
                                ..Occurrence::new(start, end, tier)
                            }
                        })
                        .collect();
                    in_order(&mut list);
                    list
                })
                .collect();
            let distance = below(25);
            let mut spans = Vec::new();
            let tier = together(&all, Bond::Near(distance), Some(&mut spans), &watch);
            assert_eq!(tier, slowly(&all, &mut Vec::new(), distance), "round {round}: {distance} {all:?}");
            assert_eq!(tier, together(&all, Bond::Near(distance), None, &watch));
            assert_eq!(tier.is_some(), !spans.is_empty(), "round {round}");
            found += usize::from(tier.is_some());
        }
        assert!((500..2500).contains(&found), "{found}");
    }
}
