//! Differences between a source and a quotation, with their kinds.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::align::Alignment;
use super::letters::Letters;
use super::meaning::{is_in_kana, is_numeral, is_same_reading, names_differently, negates_differently, numbers};
use crate::analysis::Analyzer;
use crate::query::{Expander, Form, Leaf, Reason, Tier};

/// Kind of a difference between a source and a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// Full-width and half-width forms of the same characters.
    Width,
    /// Punctuation, brackets and dots.
    Mark,
    /// Another spelling of the same word: okurigana, kana, old kanji, numerals, long vowels.
    Spelling,
    /// Words of the source that the quotation lacks.
    Omission,
    /// Words of the quotation that the source lacks.
    Insertion,
    /// Other words.
    Substitution,
    /// Another number.
    Number,
    /// A negation that is added or missing.
    Negation,
    /// Another name.
    Name,
}

impl DifferenceKind {
    /// Returns the name in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Mark => "mark",
            Self::Spelling => "spelling",
            Self::Omission => "omission",
            Self::Insertion => "insertion",
            Self::Substitution => "substitution",
            Self::Number => "number",
            Self::Negation => "negation",
            Self::Name => "name",
        }
    }

    /// True for a difference that leaves every word as it is.
    pub const fn is_minor(self) -> bool {
        matches!(self, Self::Width | Self::Mark | Self::Spelling)
    }
}

/// A difference between a source and a quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its kind.
    pub kind: DifferenceKind,
    /// The words of the source; empty for an insertion.
    pub source: String,
    /// The words of the quotation; empty for an omission.
    pub quotation: String,
}

/// Letters of context on each side of a difference in which its words are read.
const AROUND: usize = 4;
/// Two differences with at most so many equal letters between them are tried as one word: 取り組み for 取組.
const WORD_GAP: usize = 2;
/// Longest word that is compared by spelling, in letters.
const MAX_WORD: usize = 24;

/// Compares quotations with sources.
pub(super) struct Comparer<'a> {
    analyzer: &'a Analyzer,
}

impl<'a> Comparer<'a> {
    /// Makes a comparer.
    pub fn new(analyzer: &'a Analyzer) -> Self {
        Self { analyzer }
    }

    /// Returns the differences between a place of a source and a quotation, in order; none where both are equal but for
    /// white space.
    pub fn differences(&self, source: &Letters, place: &Alignment, quotation: &Letters) -> Vec<Difference> {
        let mut found = Vec::new();
        let (mut s, mut q) = (place.source.start, 0);
        let edits = self.words(source, place, quotation);
        for (of_source, of_quotation, kind) in &edits {
            self.equal(source, s..of_source.start, quotation, q..of_quotation.start, &mut found);
            let (a, b) = (source.text(of_source), quotation.text(of_quotation));
            found.push(Difference { kind: *kind, source: squeezed(&a), quotation: squeezed(&b) });
            (s, q) = (of_source.end, of_quotation.end);
        }
        self.equal(source, s..place.source.end, quotation, q..quotation.len(), &mut found);
        ends(source, place, quotation, &mut found);
        found
    }

    /// Adds the differences of width, marks and forms of characters in a range with equal letters.
    fn equal(
        &self,
        source: &Letters,
        of_source: Range<usize>,
        quotation: &Letters,
        of_quotation: Range<usize>,
        found: &mut Vec<Difference>,
    ) {
        let mut last = usize::MAX;
        for (s, q) in of_source.clone().zip(of_quotation.clone()) {
            if s > of_source.start {
                let (a, b) = (marks(source.before(s)), marks(quotation.before(q)));
                if a != b {
                    let kind = if width(&a) == width(&b) { DifferenceKind::Width } else { DifferenceKind::Mark };
                    found.push(Difference { kind, source: a, quotation: b });
                    last = usize::MAX;
                }
            }
            let (a, b) = (squeezed(&source.text(&(s..s + 1))), squeezed(&quotation.text(&(q..q + 1))));
            if a == b {
                continue;
            }
            let kind = if width(&a) == width(&b) { DifferenceKind::Width } else { DifferenceKind::Spelling };
            match found.last_mut() {
                // Neighbours of one kind are one difference: １２ for 12.
                Some(known) if last == s && known.kind == kind => {
                    known.source.push_str(&a);
                    known.quotation.push_str(&b);
                }
                _ => found.push(Difference { kind, source: a, quotation: b }),
            }
            last = s + 1;
        }
    }

    /// Returns the edits with their kinds, those of one word joined.
    fn words(
        &self,
        source: &Letters,
        place: &Alignment,
        quotation: &Letters,
    ) -> Vec<(Range<usize>, Range<usize>, DifferenceKind)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some((first, _)) = place.edits.get(at).zip(Some(())) {
            // The longest group of near edits that is another spelling.
            let mut end = at + 1;
            while let (Some(last), Some(next)) = (place.edits.get(end - 1), place.edits.get(end))
                && next.0.start - last.0.end <= WORD_GAP
            {
                end += 1;
            }
            let group = |end: usize| {
                let last = place.edits.get(end - 1).unwrap_or(first);
                (first.0.start..last.0.end, first.1.start..last.1.end)
            };
            let spelled = (at + 1..=end).rev().find(|end| {
                let (s, q) = group(*end);
                self.is_spelling(source, &s, place, quotation, &q)
            });
            let (length, kind) = match spelled {
                Some(end) => (end, DifferenceKind::Spelling),
                // One equal letter between two changes is chance: しています for しました.
                None => {
                    let near = |end: usize| {
                        let pair = place.edits.get(end - 1).zip(place.edits.get(end));
                        pair.is_some_and(|(last, next)| next.0.start - last.0.end <= 1)
                    };
                    let mut joined = at + 1;
                    while joined < end && near(joined) {
                        joined += 1;
                    }
                    let (s, q) = group(joined);
                    (joined, self.kind(source, &s, place, quotation, &q))
                }
            };
            let (mut s, mut q) = group(length);
            if kind == DifferenceKind::Number || kind == DifferenceKind::Spelling {
                widen(source, &mut s, quotation, &mut q, place);
            }
            found.push((s, q, kind));
            at = length;
        }
        found
    }

    /// True where the words around an edit are other spellings of the same words.
    fn is_spelling(
        &self,
        source: &Letters,
        of_source: &Range<usize>,
        place: &Alignment,
        quotation: &Letters,
        of_quotation: &Range<usize>,
    ) -> bool {
        for around in [AROUND, 2, 1, 6, 0] {
            let (s, q) = around_edit(of_source, of_quotation, place, quotation.len(), around);
            let (a, b) = (source.keys(&s), quotation.keys(&q));
            if a.len() > MAX_WORD || b.len() > MAX_WORD || a.is_empty() || b.is_empty() {
                continue;
            }
            if negates_differently(a, b) {
                return false;
            }
            let (m, n) = (numbers(a), numbers(b));
            if m != n {
                return false;
            }
            if !m.is_empty() && without_numerals(a) == without_numerals(b) {
                return true;
            }
            if is_in_kana(a, b) || is_in_kana(b, a) || self.has_spelling(b, a) || self.has_spelling(a, b) {
                return true;
            }
            let (a, b): (String, String) = (a.iter().collect(), b.iter().collect());
            if around > 0 && is_same_reading(&a, &b, &|text| self.analyzer.reading(text)) {
                return true;
            }
        }
        false
    }

    /// Returns the kind of an edit that changes words.
    fn kind(
        &self,
        source: &Letters,
        of_source: &Range<usize>,
        place: &Alignment,
        quotation: &Letters,
        of_quotation: &Range<usize>,
    ) -> DifferenceKind {
        let (s, q) = around_edit(of_source, of_quotation, place, quotation.len(), AROUND);
        let (a, b) = (source.keys(&s), quotation.keys(&q));
        let changed = |text: &[char]| text.iter().any(|c| is_numeral(*c));
        let (of_a, of_b) = (source.keys(of_source), quotation.keys(of_quotation));
        if numbers(a) != numbers(b) || changed(of_a) && changed(of_b) {
            DifferenceKind::Number
        } else if negates_differently(a, b) {
            DifferenceKind::Negation
        } else if names_differently(a, b)
            || self.has_proper_noun(source, of_source)
            || self.has_proper_noun(quotation, of_quotation)
        {
            DifferenceKind::Name
        } else if of_source.is_empty() {
            DifferenceKind::Insertion
        } else if of_quotation.is_empty() {
            DifferenceKind::Omission
        } else {
            DifferenceKind::Substitution
        }
    }

    /// True where a proper noun stands at a range of letters, by the dictionary.
    fn has_proper_noun(&self, text: &Letters, range: &Range<usize>) -> bool {
        let from = range.start.saturating_sub(2 * AROUND);
        let around: String = text.keys(&(from..(range.end + 2 * AROUND).min(text.len()))).iter().collect();
        let mut end = from;
        self.analyzer.parts(&around).iter().any(|word| {
            let start = end;
            end += word.surface.chars().count();
            word.division == "固有名詞" && start < range.end && range.start < end
        })
    }

    /// True where the tables and rules of spelling that queries use lead from one text to another.
    fn has_spelling(&self, text: &[char], other: &[char]) -> bool {
        let leaf = Leaf { text: text.iter().collect(), form: Form::Word, ..Leaf::default() };
        let plan = Expander::new(self.analyzer, false).plan(&leaf);
        plan.alternatives
            .iter()
            .any(|form| form.tier == Tier::Word && form.reason == Reason::Spelling && form.chars == other)
    }
}

/// Returns an edit with some equal letters on both sides, within the place and up to the next edits.
fn around_edit(
    of_source: &Range<usize>,
    of_quotation: &Range<usize>,
    place: &Alignment,
    letters: usize,
    around: usize,
) -> (Range<usize>, Range<usize>) {
    let mut before = place.edits.iter().filter(|(s, q)| s.end <= of_source.start && q.end <= of_quotation.start);
    let before = before.rfind(|(s, q)| (s, q) != (of_source, of_quotation));
    let start = before.map_or(0, |(_, q)| q.end);
    let behind = place.edits.iter().find(|(s, q)| s.start >= of_source.end && q.start >= of_quotation.end);
    let behind = behind.filter(|(s, q)| (s, q) != (of_source, of_quotation));
    let end = behind.map_or(letters, |(_, q)| q.start);
    let left = around.min(of_quotation.start.saturating_sub(start));
    let right = around.min(end.saturating_sub(of_quotation.end));
    (of_source.start - left..of_source.end + right, of_quotation.start - left..of_quotation.end + right)
}

/// Widens an edit over whole numbers: 191 for 193, not 1 for 3.
fn widen(
    source: &Letters,
    of_source: &mut Range<usize>,
    quotation: &Letters,
    of_quotation: &mut Range<usize>,
    place: &Alignment,
) {
    let is_numeral =
        |c: Option<&char>| c.is_some_and(|c| crate::script::is_numeral(*c) || matches!(c, '.' | '万' | '億'));
    let touches = |text: &[char]| text.iter().any(|c| is_numeral(Some(c)));
    if !touches(source.keys(of_source)) && !touches(quotation.keys(of_quotation)) {
        return;
    }
    let equal = |s: usize, q: usize| source.key.get(s) == quotation.key.get(q) && is_numeral(source.key.get(s));
    while of_source.start > place.source.start
        && of_quotation.start > 0
        && equal(of_source.start - 1, of_quotation.start - 1)
    {
        of_source.start -= 1;
        of_quotation.start -= 1;
    }
    while of_source.end < place.source.end && equal(of_source.end, of_quotation.end) {
        of_source.end += 1;
        of_quotation.end += 1;
    }
}

/// Adds the differences of the marks at both ends: the quotation may leave out marks that stand outside of it.
fn ends(source: &Letters, place: &Alignment, quotation: &Letters, found: &mut Vec<Difference>) {
    let (a, b) = (marks(source.before(place.source.start)), marks(quotation.before(0)));
    if !a.ends_with(&b) {
        let kind = if width(&a).ends_with(&width(&b)) { DifferenceKind::Width } else { DifferenceKind::Mark };
        found.insert(0, Difference { kind, source: a, quotation: b });
    }
    let (a, b) = (marks(source.before(place.source.end)), marks(quotation.before(quotation.len())));
    if !a.starts_with(&b) {
        let kind = if width(&a).starts_with(&width(&b)) { DifferenceKind::Width } else { DifferenceKind::Mark };
        found.push(Difference { kind, source: a, quotation: b });
    }
}

/// Returns a text without numerals and the units that belong to their values.
fn without_numerals(key: &[char]) -> Vec<char> {
    key.iter().filter(|c| !crate::script::is_numeral(**c) && !matches!(c, '万' | '億' | '兆' | '.')).copied().collect()
}

/// Returns the marks of a text without blanks and invisible characters.
fn marks(text: &[char]) -> String {
    text.iter().filter(|c| is_shown(**c)).collect()
}

/// Returns a text without white space.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| is_shown(*c)).collect()
}

fn is_shown(c: char) -> bool {
    !c.is_whitespace() && !crate::script::is_invisible(c)
}

/// Returns the compatible form of a text, in which widths are the same.
fn width(text: &str) -> String {
    text.nfkc().collect()
}
