//! Wildcards and fuzzy words, matched on the positions of their pieces and characters alone, which come from a text
//! or from postings.

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::places::places;
use crate::analysis::{Analyzed, fold};
use crate::document::HEADING_END;
use crate::query::{Form, Plan, Tier};

/// Largest number of characters that a `*` matches.
const WILDCARD_CHARS: u32 = 20;
/// Characters that a `*` never matches.
pub(crate) const BARRIERS: [char; 7] = ['。', '、', '「', '」', '(', ')', HEADING_END];

/// A wildcard: 内閣*センター consists of its pieces in order, with few characters between them and no end of a
/// sentence.
#[derive(Clone, Debug)]
pub(crate) struct Wildcard {
    /// Folded pieces; empty for a query of stars.
    pub pieces: Vec<Vec<char>>,
    /// A star stands before the first piece, so no word boundary is needed there.
    pub open_start: bool,
    /// A star stands after the last piece.
    pub open_end: bool,
}

impl Wildcard {
    /// Reads a wildcard.
    pub fn of(text: &str) -> Self {
        let pieces = text.split('*').map(|piece| fold(piece).chars).filter(|piece| !piece.is_empty()).collect();
        Self { pieces, open_start: text.starts_with('*'), open_end: text.ends_with('*') }
    }

    /// Calls `see` with first position and end position of each occurrence. The starts of each piece and the
    /// positions of barriers are sorted.
    pub fn occurrences(&self, starts: &[Vec<u32>], barriers: &[u32], mut see: impl FnMut(u32, u32) -> ControlFlow<()>) {
        let length = |piece: usize| self.pieces[piece].len() as u32;
        let Some((firsts, others)) = starts.split_first() else { return };
        // Starts are sorted, so each list is read once.
        let mut from = vec![0usize; others.len()];
        for start in firsts {
            let first_end = start + length(0);
            let (mut end, mut whole) = (first_end, true);
            for (at, starts) in others.iter().enumerate() {
                // A start before the end of the first piece is of no use for later first pieces either.
                while from[at] < starts.len() && starts[from[at]] < first_end {
                    from[at] += 1;
                }
                let next = starts[from[at]..].iter().copied().find(|next| *next >= end);
                let near = next.filter(|next| next - end <= WILDCARD_CHARS);
                let Some(next) = near.filter(|next| {
                    let barrier = barriers.partition_point(|barrier| *barrier < end);
                    barriers.get(barrier).is_none_or(|barrier| barrier >= next)
                }) else {
                    whole = false;
                    break;
                };
                end = next + length(at + 1);
            }
            if whole && see(*start, end).is_break() {
                return;
            }
        }
    }

    /// Returns all occurrences in a text: first position, end position, tier.
    pub fn in_text(&self, analyzed: &Analyzed) -> Vec<(usize, usize, Tier)> {
        let chars = &analyzed.folded.chars;
        let positions = |piece: &Vec<char>| places(piece, chars).map(|at| at as u32).collect();
        let starts: Vec<Vec<u32>> = self.pieces.iter().map(positions).collect();
        let barriers: Vec<u32> =
            chars.iter().zip(0..).filter(|(c, _)| BARRIERS.contains(c)).map(|(_, at)| at).collect();
        let mut found = Vec::new();
        self.occurrences(&starts, &barriers, |start, end| {
            let (start, end) = (start as usize, end as usize);
            let is_word = (self.open_start || analyzed.boundary[start]) && (self.open_end || analyzed.boundary[end]);
            found.push((start, end, if is_word { Tier::Word } else { Tier::Substring }));
            ControlFlow::Continue(())
        });
        found
    }
}

/// Returns the number of characters of a fuzzy word that may differ. At least half of the characters, and at least
/// two, must stay: otherwise most texts would match.
pub(crate) fn edits(plan: &Plan) -> Option<usize> {
    let Form::Fuzzy(edits) = plan.leaf.form else { return None };
    let length = plan.alternatives.first()?.chars.len();
    Some(usize::from(edits).min(length / 2).min(length.saturating_sub(2)))
}

/// Returns a warning where fewer characters may differ than requested.
pub(crate) fn bound(plan: &Plan) -> Option<String> {
    let Form::Fuzzy(asked) = plan.leaf.form else { return None };
    let edits = edits(plan).filter(|edits| *edits < usize::from(asked))?;
    Some(match edits {
        0 => format!(
            "{} is looked for as it is: it is so short that with other characters most texts would match",
            plan.leaf.text
        ),
        1 => format!("of {} at most 1 character may differ: at least half of them must stay", plan.leaf.text),
        edits => {
            format!("of {} at most {edits} characters may differ: at least half of them must stay", plan.leaf.text)
        }
    })
}

/// Distances of the word from the windows that begin at one position, by length from the shortest.
type Distances = [u8; 7];
/// Distance of a window that is too far or extends beyond the text.
const FAR: u8 = u8::MAX;
/// Longest window that is cached, in characters.
const REMEMBERED: usize = 15;
/// Largest number of cached windows.
const MAX_WINDOWS: usize = 1 << 16;

/// A fuzzy word: it matches windows of about its length within its number of edits.
#[derive(Clone, Debug)]
pub(crate) struct Fuzzy {
    /// Distinct characters of the word.
    pub letters: Vec<char>,
    /// The word as numbers of its letters, from 1.
    word: Vec<u16>,
    edits: usize,
    /// Cache of windows, by the letters of the word in them.
    known: FxHashMap<u64, Distances>,
    window: Vec<u16>,
    row: Vec<u8>,
}

impl Fuzzy {
    /// Makes a matcher for a word. The edits are limited to three, and to one less than the length of the word.
    pub fn new(word: &[char], edits: usize) -> Self {
        let mut letters: Vec<char> = Vec::new();
        let number = |c: &char| {
            let known = letters.iter().position(|letter| letter == c);
            known.unwrap_or_else(|| {
                letters.push(*c);
                letters.len() - 1
            }) as u16
                + 1
        };
        let word: Vec<u16> = word.iter().map(number).collect();
        Self {
            letters,
            edits: edits.min(word.len().saturating_sub(1)).min(3),
            word,
            known: FxHashMap::default(),
            window: Vec::new(),
            row: Vec::new(),
        }
    }

    /// Calls `see` with first position, end position and tier of each occurrence. `met` has the sorted positions of
    /// the letters, each with its number from 0; other characters of the text have only positions.
    ///
    /// At each position the nearest window counts, and windows at word boundaries win ties. Of overlapping windows
    /// the nearest counts.
    pub fn occurrences(
        &mut self,
        met: &[(u32, u16)],
        length: usize,
        is_cut: impl Fn(usize) -> bool,
        mut see: impl FnMut(usize, usize, Tier) -> ControlFlow<()>,
    ) {
        let (longest, fewest) = (self.word.len() + self.edits, self.word.len() - self.edits);
        let shortest = fewest.max(1);
        let tier = |rank: usize| match (rank / 2, rank % 2) {
            (0, 0) => Tier::Word,
            (_, 0) => Tier::Variant,
            _ => Tier::Substring,
        };
        let mut last: Option<(usize, usize, usize)> = None;
        for first in 0..met.len() {
            // A window that begins after the previous letter must contain the least number of letters that stay.
            let Some((needed, _)) = met.get(first + fewest.max(1) - 1) else { break };
            let after = first.checked_sub(1).map_or(0, |before| met[before].0 as usize + 1);
            for start in after.max((*needed as usize + 1).saturating_sub(longest))..=met[first].0 as usize {
                let distances = self.distances(&met[first..], start, length);
                let mut best: Option<(usize, usize)> = None;
                for (distance, end) in
                    distances.into_iter().zip(start + shortest..).filter(|(distance, _)| *distance != FAR)
                {
                    // Word boundaries on both sides break ties between windows of equal distance.
                    let rank = usize::from(distance) * 2;
                    if best.is_some_and(|(known, _)| known <= rank) {
                        continue;
                    }
                    let rank = rank + usize::from(!(is_cut(start) && is_cut(end)));
                    if best.is_none_or(|(known, _)| rank < known) {
                        best = Some((rank, end));
                    }
                }
                let Some((rank, end)) = best else { continue };
                match &mut last {
                    Some((known, _, last_end)) if *last_end > start => {
                        if rank < *known {
                            last = Some((rank, start, end));
                        }
                    }
                    _ => {
                        if let Some((rank, start, end)) = last.replace((rank, start, end))
                            && see(start, end, tier(rank)).is_break()
                        {
                            return;
                        }
                    }
                }
            }
        }
        if let Some((rank, start, end)) = last {
            let _ = see(start, end, tier(rank));
        }
    }

    /// Returns the distances of the windows that begin at a position. `met` starts with the first letter at or after
    /// it.
    fn distances(&mut self, met: &[(u32, u16)], start: usize, length: usize) -> Distances {
        let longest = (self.word.len() + self.edits).min(length - start);
        self.window.clear();
        self.window.resize(longest, 0);
        for (position, letter) in met.iter().take_while(|(position, _)| (*position as usize) < start + longest) {
            self.window[*position as usize - start] = letter + 1;
        }
        if self.word.len() + self.edits > REMEMBERED || self.letters.len() > 14 {
            return self.measured();
        }
        // The key has four bits for each character; all bits are set beyond the text.
        let key = self.window.iter().fold(u64::MAX, |key, letter| key << 4 | u64::from(*letter));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let distances = self.measured();
        if self.known.len() >= MAX_WINDOWS {
            self.known.clear();
        }
        self.known.insert(key, distances);
        distances
    }

    /// Returns the Levenshtein distances of the word from the prefixes of the window.
    fn measured(&mut self) -> Distances {
        let Self { word, edits, window, row, .. } = self;
        let far = (*edits + 1) as u8;
        let shortest = (word.len() - *edits).max(1);
        let mut distances = [FAR; 7];
        row.clear();
        row.extend((0..=word.len()).map(|at| at.min(usize::from(far)) as u8));
        for (at, letter) in window.iter().enumerate() {
            let length = at + 1;
            // Cells outside this band exceed the limit.
            let band = length.saturating_sub(*edits)..=(length + *edits).min(word.len());
            let mut diagonal = row[band.start().saturating_sub(1)];
            let mut left = far;
            if *band.start() == 0 {
                diagonal = row[0];
                row[0] = length.min(usize::from(far)) as u8;
                left = row[0];
            } else {
                row[band.start() - 1] = far;
            }
            for to in (*band.start()).max(1)..=*band.end() {
                let above = if to == length + *edits { far } else { row[to] };
                let change = diagonal + u8::from(word[to - 1] != *letter);
                diagonal = row[to];
                left = change.min(above + 1).min(left + 1).min(far);
                row[to] = left;
            }
            if length >= shortest && *band.end() == word.len() && row[word.len()] < far {
                distances[length - shortest] = row[word.len()];
            }
        }
        distances
    }

    /// Returns all occurrences in a text: first position, end position, tier.
    pub fn in_text(&mut self, analyzed: &Analyzed) -> Vec<(usize, usize, Tier)> {
        let chars = &analyzed.folded.chars;
        let letter = |c: &char| self.letters.iter().position(|letter| letter == c);
        let met: Vec<(u32, u16)> = chars.iter().zip(0..).filter_map(|(c, at)| Some((at, letter(c)? as u16))).collect();
        let mut found = Vec::new();
        self.occurrences(
            &met,
            chars.len(),
            |at| analyzed.boundary[at],
            |start, end, tier| {
                found.push((start, end, tier));
                ControlFlow::Continue(())
            },
        );
        found
    }
}

#[cfg(test)]
/// Returns the Levenshtein distance, or stops above `limit`.
fn edit_distance(a: &[char], b: &[char], limit: usize) -> usize {
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, right) in b.iter().enumerate() {
            let change = diagonal + usize::from(left != right);
            diagonal = row[to + 1];
            row[to + 1] = change.min(diagonal + 1).min(row[to] + 1);
        }
        if row.iter().min().is_some_and(|least| *least > limit) {
            return limit + 1;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{BARRIERS, Fuzzy, WILDCARD_CHARS, Wildcard, edit_distance};
    use crate::analysis::{Analyzed, Analyzer};
    use crate::query::Tier;

    /// Numbers by xorshift.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % limit as u64) as usize
        }

        fn chars(&mut self, alphabet: &str, most: usize) -> String {
            let alphabet: Vec<char> = alphabet.chars().collect();
            (0..=self.below(most)).map(|_| alphabet[self.below(alphabet.len())]).collect()
        }
    }

    fn analyzed(random: &mut Random, text: &str) -> Analyzed {
        let mut analyzed = Analyzer::new().analyze(text);
        let last = analyzed.boundary.len() - 1;
        analyzed.boundary[1..last].fill_with(|| random.below(2) == 0);
        analyzed
    }

    /// Reference: measures each window by itself.
    fn slowly(word: &[char], edits: usize, analyzed: &Analyzed) -> Vec<(usize, usize, Tier)> {
        let chars = &analyzed.folded.chars;
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for start in 0..chars.len() {
            let mut best: Option<(usize, usize)> = None;
            for length in word.len().saturating_sub(edits).max(1)..=word.len() + edits {
                let Some(window) = chars.get(start..start + length) else { break };
                let distance = edit_distance(word, window, edits);
                let rank = distance * 2 + usize::from(!(analyzed.boundary[start] && analyzed.boundary[start + length]));
                if distance <= edits && best.is_none_or(|(known, _)| rank < known) {
                    best = Some((rank, start + length));
                }
            }
            let Some((rank, end)) = best else { continue };
            match found.last_mut() {
                Some(last) if last.2 > start => {
                    if rank < last.0 {
                        *last = (rank, start, end);
                    }
                }
                _ => found.push((rank, start, end)),
            }
        }
        let tier = |rank: usize| if rank == 0 { Tier::Word } else { [Tier::Variant, Tier::Substring][rank % 2] };
        found.into_iter().map(|(rank, start, end)| (start, end, tier(rank))).collect()
    }

    #[test]
    fn fuzzy_words_are_found_as_by_trying_each_window() {
        let mut random = Random(20_171_016);
        let mut found = 0;
        for _ in 0..4000 {
            let word = random.chars("規定すを", 5);
            let text = random.chars("規定するをいあ。", 60);
            let word: Vec<char> = word.chars().collect();
            let analyzed = analyzed(&mut random, &text);
            for edits in (0..=3).filter(|edits| *edits < word.len()) {
                let fast = Fuzzy::new(&word, edits).in_text(&analyzed);
                assert_eq!(fast, slowly(&word, edits, &analyzed), "{word:?}~{edits} in {text}");
                found += fast.len();
            }
        }
        assert!(found > 5000, "{found}");
        let long: Vec<char> = "情報通信審議会情報通信政策部会".chars().collect();
        let text = "情報通信審議会情報通信政策部会、情報通信審議会通信政策部会及び情報通信審議会情報放送政策部会";
        let analyzed = analyzed(&mut random, text);
        assert_eq!(Fuzzy::new(&long, 3).in_text(&analyzed), slowly(&long, 3, &analyzed));
    }

    #[test]
    fn wildcards_are_found_as_by_trying_each_place() {
        let mut random = Random(20_121_114);
        let mut found = 0;
        for _ in 0..4000 {
            let pattern = random.chars("国会*", 5);
            let text = random.chars("国会、の", 90);
            let analyzed = analyzed(&mut random, &text);
            let chars = &analyzed.folded.chars;
            let wildcard = Wildcard::of(&pattern);
            let at = |piece: &[char], at: usize| chars.get(at..at + piece.len()).is_some_and(|window| window == piece);
            let mut expected = Vec::new();
            for start in 0..chars.len() {
                let Some(first) = wildcard.pieces.first().filter(|first| at(first, start)) else { continue };
                let mut end = start + first.len();
                let all = wildcard.pieces[1..].iter().all(|piece| {
                    let limit = (end + WILDCARD_CHARS as usize).min(chars.len());
                    let free = |next: &usize| !chars[end..*next].iter().any(|c| BARRIERS.contains(c));
                    let next = (end..=limit).take_while(free).find(|next| at(piece, *next));
                    end = next.map_or(end, |next| next + piece.len());
                    next.is_some()
                });
                let is_word =
                    (wildcard.open_start || analyzed.boundary[start]) && (wildcard.open_end || analyzed.boundary[end]);
                if all {
                    expected.push((start, end, if is_word { Tier::Word } else { Tier::Substring }));
                }
            }
            assert_eq!(wildcard.in_text(&analyzed), expected, "{pattern} in {text}");
            found += expected.len();
        }
        assert!(found > 5000, "{found}");
    }
}
