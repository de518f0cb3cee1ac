//! Where words of the table stand in a text: most texts hold none and are left after one pass.

use std::sync::LazyLock;

use super::words::WORDS;

/// Number of pairs that the set tells apart; the table holds some 300.
const SIZE: usize = 8192;

/// The last two characters of a word that ends names.
const END: u8 = 1;
/// The first two characters of a short form.
const SHORT: u8 = 2;
/// The first two characters of a word that tells of a change.
const CHANGE: u8 = 4;
/// A bracket, a comma or a blank, and the first character of 旧 or 現在.
const MARK: u8 = 8;

/// Set of pairs of characters, by a hash: one look at each character tells whether words must be compared there.
pub(super) struct Signs(Box<[u8; SIZE]>);

/// A word of a rename in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// 旧, 現在の: in brackets.
    Mark,
    /// 改称, 統合, 前身である.
    Word,
}

/// Places of the words in half-width characters, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// Last characters of words that end names, and first characters of short forms.
    pub names: Vec<usize>,
    /// First characters of words that tell of a rename.
    pub changes: Vec<(usize, Change)>,
}

/// The signs of the table.
pub(super) static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let mut signs = Signs(Box::new([0; SIZE]));
    for word in WORDS.ends() {
        signs.put(&word[word.len().saturating_sub(2)..], END);
    }
    for word in WORDS.short.all() {
        signs.put(&word[..2], SHORT);
    }
    let changes = [&WORDS.renamed, &WORDS.reorganised, &WORDS.merged, &WORDS.succeeded];
    for word in changes.into_iter().chain([&WORDS.predecessor, &WORDS.successor]).flat_map(|words| words.all()) {
        signs.put(&word[..2], CHANGE);
    }
    for first in WORDS.former.all().chain(WORDS.present.all()).filter_map(|word| word.first()) {
        for before in BEFORE_MARK {
            signs.put(&[before, *first], MARK);
        }
    }
    signs
});

/// What stands before a mark in brackets: （旧X）, （…、現Y）.
pub(super) const BEFORE_MARK: [char; 6] = ['(', '、', ',', ' ', '。', ':'];

fn hash(a: char, b: char) -> usize {
    let mixed = u32::from(a).wrapping_mul(0x9E37_79B1) ^ u32::from(b).wrapping_mul(0x85EB_CA6B);
    (mixed >> 19) as usize
}

impl Signs {
    fn put(&mut self, pair: &[char], sign: u8) {
        if let [a, b] = *pair {
            self.0[hash(a, b)] |= sign;
        }
    }

    /// Finds the words of the table in a text.
    pub fn places(&self, chars: &[char]) -> Places {
        let mut places = Places::default();
        for (at, pair) in chars.windows(2).enumerate() {
            let signs = self.0[hash(pair[0], pair[1])];
            if signs != 0 {
                Self::compare(chars, at, signs, &mut places);
            }
        }
        places
    }

    /// Compares the words that the pair at `at` may be of.
    fn compare(chars: &[char], at: usize, signs: u8, places: &mut Places) {
        if signs & SHORT != 0 && WORDS.short.at(chars, at).is_some() {
            places.names.push(at);
        }
        if signs & END != 0 && WORDS.end(chars, at + 1).is_some() {
            places.names.push(at + 1);
        }
        let is_change = || WORDS.change(chars, at).is_some();
        let is_noun = || WORDS.predecessor.at(chars, at).or_else(|| WORDS.successor.at(chars, at)).is_some();
        if signs & CHANGE != 0 && (is_change() || is_noun()) {
            places.changes.push((at, Change::Word));
        }
        let mark = || WORDS.former.at(chars, at + 1).or_else(|| WORDS.present.at(chars, at + 1)).is_some();
        if signs & MARK != 0 && BEFORE_MARK.contains(&chars[at]) && mark() {
            places.changes.push((at + 1, Change::Mark));
        }
    }

    /// True where a word that ends names may end at a place.
    pub fn may_end(&self, chars: &[char], at: usize) -> bool {
        at > 0 && self.0[hash(chars[at - 1], chars[at])] & END != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::half_widths;

    #[test]
    fn texts_without_a_word_of_the_table_are_left_and_others_are_not() {
        let places = |text: &str| SIGNS.places(&half_widths(text));
        assert_eq!(places("東大寺の仏像は奈良時代に造られた。"), Places::default());
        assert!(places("その後、宮殿は改修された（1984年）。").names.is_empty());
        for text in ["第5回政策会議を開催", "ＷＲＣ－１５の結果", "検討会"] {
            assert!(!places(text).names.is_empty(), "{text}");
        }
        for text in ["郵政省（現総務省）", "環境庁は環境省へと再編された", "協議の前身である懇談会"]
        {
            assert!(!places(text).changes.is_empty(), "{text}");
        }
    }
}
