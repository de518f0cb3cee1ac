//! Finds a sequence of letters in another one: equal, or with differences.

use std::collections::HashMap;
use std::ops::Range;

/// A place of a quotation in a source: the letters of the source, and the ranges that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Letters of the source.
    pub source: Range<usize>,
    /// Differing ranges of source and quotation, in order; one of the two may be empty.
    pub edits: Vec<(Range<usize>, Range<usize>)>,
    /// Number of letters inserted, left out or replaced.
    pub distance: usize,
}

impl Alignment {
    /// Returns the share of the quotation that is not changed, from 0 to 1.
    pub fn score(&self, letters: usize) -> f64 {
        if letters == 0 { 0.0 } else { 1.0 - self.distance.min(letters) as f64 / letters as f64 }
    }
}

/// Returns the places at which `part` stands in `text` letter by letter.
pub(super) fn occurrences(text: &[char], part: &[char]) -> Vec<usize> {
    let (Some(first), true) = (part.first(), part.len() <= text.len()) else { return Vec::new() };
    let starts = text.iter().enumerate().take(text.len() - part.len() + 1).filter(|(_, c)| *c == first);
    starts.map(|(at, _)| at).filter(|at| text.get(*at..at + part.len()) == Some(part)).collect()
}

/// Letters of a piece by which places are found; shorter quotations have shorter pieces.
const GRAM: usize = 4;
/// Quotations of fewer letters are found by pieces of two.
const SHORT: usize = 16;
/// Most places of one piece in a quotation that are followed: more are a repetition.
const REPEATS: usize = 64;
/// Most places of one document that are aligned.
const PLACES: usize = 8;
/// Most pairs of letters of source and quotation that are compared for one place: about 10 ms.
const MAX_CELLS: usize = 12_000_000;

/// The pieces of a quotation, each with its places.
pub(super) struct Grams<'q> {
    quotation: &'q [char],
    size: usize,
    places: HashMap<&'q [char], Vec<usize>>,
}

impl<'q> Grams<'q> {
    /// Reads the pieces of a quotation.
    pub fn of(quotation: &'q [char]) -> Self {
        let size = if quotation.len() < SHORT { 2 } else { GRAM };
        let mut places: HashMap<&[char], Vec<usize>> = HashMap::new();
        quotation.windows(size).enumerate().for_each(|(at, gram)| places.entry(gram).or_default().push(at));
        Self { quotation, size, places }
    }

    /// Returns the best places of the quotation in a text, nearest first; they do not overlap.
    ///
    /// Places are found by the pieces that they share with the quotation, as Navarro describes (A guided tour to
    /// approximate string matching, 2001, section 8), and aligned in full.
    pub fn places(&self, text: &[char]) -> Vec<Alignment> {
        let m = self.quotation.len();
        // Of each stretch of half a quotation, the number of pieces there.
        let stretch = (m / 2).max(8);
        let mut votes: Vec<u32> = vec![0; text.len() / stretch + 1];
        for (at, gram) in text.windows(self.size).enumerate() {
            if self.places.contains_key(gram) {
                votes[at / stretch] += 1;
            }
        }
        let sum = |at: usize| -> u32 { votes.iter().skip(at).take(4).sum() };
        let mut starts: Vec<(u32, usize)> =
            (0..votes.len()).map(|at| (sum(at), at)).filter(|(count, _)| *count > 0).collect();
        starts.sort_by_key(|(count, at)| (std::cmp::Reverse(*count), *at));
        let mut found: Vec<Alignment> = Vec::new();
        let mut looked: Vec<usize> = Vec::new();
        for (_, at) in starts {
            if looked.len() >= PLACES {
                break;
            }
            if looked.iter().any(|known| known.abs_diff(at) < 2) {
                continue;
            }
            looked.push(at);
            let slack = m / 4 + 8;
            let from = (at * stretch).saturating_sub(slack);
            let to = (at * stretch + 4 * stretch + slack).min(text.len());
            let window = text.get(from..to).unwrap_or_default();
            if let Some(mut place) = within(window, self.quotation, Open { start: true, end: true }) {
                place.source = place.source.start + from..place.source.end + from;
                place.edits.iter_mut().for_each(|(source, _)| *source = source.start + from..source.end + from);
                found.push(place);
            }
        }
        found.sort_by_key(|place| (place.distance, place.source.start));
        let mut kept: Vec<Alignment> = Vec::new();
        for place in found {
            if kept.iter().all(|known| known.source.end <= place.source.start || place.source.end <= known.source.start)
            {
                kept.push(place);
            }
        }
        kept
    }

    /// Returns the longest runs that the quotation shares with a text: `(start in the quotation, start in the text,
    /// length)`, at most one for each start in the quotation, none shorter than `least`.
    pub fn runs(&self, text: &[char], least: usize) -> Vec<(usize, usize, usize)> {
        let mut best: Vec<Option<(usize, usize)>> = vec![None; self.quotation.len()];
        for (at, gram) in text.windows(self.size).enumerate() {
            for start in self.places.get(gram).into_iter().flatten().copied().take(REPEATS) {
                // Only at the start of a run: the letters before differ.
                let before = at.checked_sub(1).and_then(|at| text.get(at));
                if start > 0 && before.is_some() && before == self.quotation.get(start - 1) {
                    continue;
                }
                let pairs = text.iter().skip(at).zip(self.quotation.iter().skip(start));
                let length = pairs.take_while(|(a, b)| a == b).count();
                if let Some(known) = best.get_mut(start)
                    && length >= least
                    && known.is_none_or(|(_, longest)| longest < length)
                {
                    *known = Some((at, length));
                }
            }
        }
        let run = |(start, run): (usize, Option<(usize, usize)>)| run.map(|(at, length)| (start, at, length));
        best.into_iter().enumerate().filter_map(run).collect()
    }
}

/// Aligns a quotation with the part of a text that is nearest to it by edits (Sellers 1980); `None` where they share
/// too little.
///
/// Where the table would be too large, the longest run that both share stands, and the letters before and behind it are
/// aligned by themselves.
fn within(text: &[char], quotation: &[char], open: Open) -> Option<Alignment> {
    let (n, m) = (text.len(), quotation.len());
    if (m + 1).saturating_mul(n + 1) <= MAX_CELLS {
        return table(text, quotation, open);
    }
    let (start, at, length) = Grams::of(quotation).runs(text, GRAM).into_iter().max_by_key(|(_, _, length)| *length)?;
    // What is not changed by more than a quarter reaches no farther.
    let reach = |letters: usize| letters + letters / 4 + 8;
    let from = if open.start { at.saturating_sub(reach(start)) } else { 0 };
    let behind = at + length;
    let to = if open.end { (behind + reach(m - start - length)).min(n) } else { n };
    let left = within(text.get(from..at)?, quotation.get(..start)?, Open { end: false, ..open })?;
    let right = within(text.get(behind..to)?, quotation.get(start + length..)?, Open { start: false, ..open })?;
    let moved = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
    let of_left = left.edits.iter().map(|(s, q)| (moved(s, from), q.clone()));
    let of_right = right.edits.iter().map(|(s, q)| (moved(s, behind), moved(q, start + length)));
    Some(Alignment {
        source: left.source.start + from..right.source.end + behind,
        edits: of_left.chain(of_right).collect(),
        distance: left.distance + right.distance,
    })
}

/// The ends at which letters of the text may be left over.
#[derive(Clone, Copy, Debug)]
struct Open {
    start: bool,
    end: bool,
}

/// Weight of a letter that is left out or added.
const LEFT_OUT: u32 = 10;
/// Weight of a replaced letter: of two ways with as many changes, the one with more equal letters is taken.
const REPLACED: u32 = 11;

fn replacement(a: char, b: char) -> u32 {
    if a == b { 0 } else { REPLACED }
}

/// Returns the cost below a cell: the letter of a row is added. Letters added before any letter of the text weigh as
/// replaced ones, so that および for 及び replaces a letter.
fn added(above: u32, row: usize, open: Open) -> u32 {
    let is_first = open.start && above == (row as u32 - 1) * REPLACED;
    above + if is_first { REPLACED } else { LEFT_OUT }
}

/// Aligns by the whole table of edits.
fn table(text: &[char], quotation: &[char], open: Open) -> Option<Alignment> {
    let (n, m) = (text.len(), quotation.len());
    let width = n + 1;
    let mut cost: Vec<u32> = vec![0; (m + 1) * width];
    if !open.start {
        cost.iter_mut().take(width).enumerate().for_each(|(column, cost)| *cost = column as u32 * LEFT_OUT);
    }
    for row in 1..=m {
        let (above, here) = cost.split_at_mut(row * width);
        let above = &above[(row - 1) * width..];
        let here = &mut here[..width];
        here[0] = added(above[0], row, open);
        for column in 1..=n {
            let replaced = above[column - 1] + replacement(text[column - 1], quotation[row - 1]);
            here[column] = replaced.min(added(above[column], row, open)).min(here[column - 1] + LEFT_OUT);
        }
    }
    let last = &cost[m * width..];
    let reach = if open.end {
        let least = *last.iter().min()?;
        let nearest = last.iter().position(|cost| *cost == least)?;
        // Letters added at the end replace as many letters of the text where that costs no more changes: である for でない
        // is a difference, not an addition.
        let at = |row: usize| cost[row * width + nearest];
        let added = (1..=m).rev().take_while(|row| at(*row) == at(row - 1) + LEFT_OUT).count();
        let bound = least + added as u32 * (REPLACED - LEFT_OUT);
        (nearest..=(nearest + added).min(n)).rfind(|end| last[*end] <= bound)?
    } else {
        n
    };
    let (mut row, mut column) = (m, reach);
    let mut distance = 0;
    let mut edits: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut differs = |source: Range<usize>, quoted: Range<usize>| match edits.last_mut() {
        Some((a, b)) if a.start == source.end && b.start == quoted.end => {
            a.start = source.start;
            b.start = quoted.start;
        }
        _ => edits.push((source, quoted)),
    };
    while row > 0 || !open.start && column > 0 {
        let here = cost[row * width + column];
        let is_equal = row > 0 && column > 0 && text[column - 1] == quotation[row - 1];
        if row > 0
            && column > 0
            && here == cost[(row - 1) * width + column - 1] + replacement(text[column - 1], quotation[row - 1])
        {
            (row, column) = (row - 1, column - 1);
            if !is_equal {
                distance += 1;
                differs(column..column + 1, row..row + 1);
            }
        } else if column > 0 && here == cost[row * width + column - 1] + LEFT_OUT {
            (column, distance) = (column - 1, distance + 1);
            differs(column..column + 1, row..row);
        } else {
            (row, distance) = (row - 1, distance + 1);
            differs(column..column, row..row + 1);
        }
    }
    edits.reverse();
    Some(Alignment { source: column..reach, edits, distance })
}

#[cfg(test)]
mod tests {
    use super::{Grams, occurrences};

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn equal_letters_are_found_at_each_place() {
        assert_eq!(occurrences(&chars("ああああ"), &chars("ああ")), [0, 1, 2]);
        assert!(occurrences(&chars("あ"), &chars("ああ")).is_empty() && occurrences(&chars("あ"), &[]).is_empty());
    }

    #[test]
    fn a_place_tells_what_differs() {
        let text = chars("前の文である国際連携を強化していくことで一致しましたまた次の文が続く");
        let quotation = chars("国際連携を強化することで合意しました");
        let places = Grams::of(&quotation).places(&text);
        let place = &places[0];
        assert_eq!(text[place.source.clone()].iter().collect::<String>(), "国際連携を強化していくことで一致しました");
        assert_eq!(place.distance, 6);
        let quoted: Vec<String> =
            place.edits.iter().map(|(_, quoted)| quotation[quoted.clone()].iter().collect()).collect();
        assert_eq!(quoted.last().map(String::as_str), Some("合意"));
    }

    #[test]
    fn a_replaced_start_is_a_replacement() {
        let (text, quotation) = (chars("本日総務省は新しい指針を公表"), chars("経済産業省は新しい指針を公表"));
        let place = &Grams::of(&quotation).places(&text)[0];
        assert_eq!((place.edits[0].clone(), place.distance), ((0..4, 0..4), 4));
        let (text, quotation) = (chars("及び関係機関等との連携を図る"), chars("および関係機関等との連携を図る"));
        assert_eq!(Grams::of(&quotation).places(&text)[0].edits, [(0..1, 0..2)]);
    }

    #[test]
    fn a_replaced_ending_is_a_replacement() {
        let (text, quotation) = (chars("この取組は重要でない"), chars("この取組は重要である"));
        let places = Grams::of(&quotation).places(&text);
        assert_eq!(places[0].edits, [(8..10, 8..10)]);
    }

    #[test]
    fn a_long_quotation_is_aligned_in_parts() {
        let text: Vec<char> = (0..9_000u32).filter_map(|at| char::from_u32(0x4E00 + at * 7919 % 9001)).collect();
        let mut quotation = text[500..8_500].to_vec();
        quotation[10] = 'あ';
        quotation[4_000] = 'い';
        quotation.remove(7_990);
        let place = &Grams::of(&quotation).places(&text)[0];
        assert_eq!((place.source.clone(), place.distance), (500..8_500, 3));
        assert_eq!(place.edits, [(510..511, 10..11), (4_500..4_501, 4_000..4_001), (8_490..8_491, 7_990..7_990)]);
    }

    #[test]
    fn shared_runs_are_the_longest() {
        let (text, quotation) = (chars("甲乙丙丁戊己庚辛"), chars("子丙丁戊己丑甲乙"));
        assert_eq!(Grams::of(&quotation).runs(&text, 2), [(1, 2, 4), (6, 0, 2)]);
    }
}
