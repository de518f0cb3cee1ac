//! The table of acts and of the grammar around acts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::document::Strength;
use crate::script::{ends_with, starts_with};
use crate::table;

pub(crate) const COMMITMENTS: &str = include_str!("../../../data/commitments.tsv");

/// Meaning of a word of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// An act with one strength.
    Plain(Strength),
    /// 策定: agreed if two sides or a body act.
    Joint,
    /// 一致.
    Unanimous,
    /// こととし(た).
    DecidedTo,
    /// 確認.
    Checked,
    /// 認識.
    Aware,
    /// 共有.
    Shared,
    /// 発表, 公表.
    Published,
    /// 予定, 見込み.
    Expected,
    /// 努め, 所存.
    Intended,
}

/// A word that may be a predicate.
#[derive(Debug)]
pub(super) struct Cue {
    pub word: Vec<char>,
    pub act: Act,
}

/// A class of words, longest first.
#[derive(Debug, Default)]
pub(super) struct Class {
    pub words: Vec<Vec<char>>,
    /// Bits of the first characters of the words; several characters share one bit.
    first: [u64; 4],
}

impl Class {
    fn add(&mut self, word: Vec<char>) {
        if let Some(c) = word.first() {
            self.first[*c as usize / 64 % 4] |= 1 << (*c as usize % 64);
        }
        self.words.push(word);
    }

    /// Returns the length of the longest word at the start of these characters.
    pub fn here(&self, chars: &[char]) -> Option<usize> {
        let c = *chars.first()? as usize;
        if self.first[c / 64 % 4] & (1 << (c % 64)) == 0 {
            return None;
        }
        self.words.iter().find(|word| word.first() == chars.first() && chars.starts_with(word)).map(Vec::len)
    }
}

/// Number of bits for pairs of characters. A fraction of 4 % of them is set.
const PAIR_BITS: usize = 4096;

/// Returns the bit of a pair of characters; several pairs share one bit.
fn pair(first: char, second: char) -> usize {
    let hash = (first as u32).wrapping_mul(0x9E37_79B1) ^ (second as u32).wrapping_mul(0x85EB_CA6B);
    (hash >> 20) as usize
}

/// The table.
pub(super) struct Words {
    /// The acts by their first character, longest first.
    cues: BTreeMap<char, Vec<Cue>>,
    /// Bits of the first two characters of the acts, by [`pair`]. A first character alone (を, が, こ) is too frequent.
    pairs: [u64; PAIR_BITS / 64],
    classes: BTreeMap<&'static str, Class>,
    none: Class,
}

/// Returns the table; it is parsed on the first call.
pub(super) fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(Words::new);
    &WORDS
}

impl Words {
    fn new() -> Self {
        let mut made = Self {
            cues: BTreeMap::new(),
            pairs: [0; PAIR_BITS / 64],
            classes: BTreeMap::new(),
            none: Class::default(),
        };
        for cells in table::rows(COMMITMENTS) {
            let [label, list, ..] = *cells.as_slice() else { continue };
            let list = table::list(list).map(|word| word.chars().collect::<Vec<char>>());
            if let Some(act) = act(label) {
                for word in list {
                    let [first, second, ..] = *word.as_slice() else { continue };
                    let bit = pair(first, second);
                    made.pairs[bit / 64] |= 1 << (bit % 64);
                    made.cues.entry(first).or_default().push(Cue { word, act });
                }
            } else {
                let class = made.classes.entry(label).or_default();
                list.for_each(|word| class.add(word));
            }
        }
        made.cues.values_mut().for_each(|cues| cues.sort_by_key(|cue| std::cmp::Reverse(cue.word.len())));
        made.classes.values_mut().for_each(|class| class.words.sort_by_key(|word| std::cmp::Reverse(word.len())));
        made
    }

    /// Returns the longest act at a position. Each act has two characters or more.
    pub fn cue(&self, chars: &[char], at: usize) -> Option<&Cue> {
        let (first, second) = (*chars.get(at)?, *chars.get(at + 1)?);
        let bit = pair(first, second);
        if self.pairs[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        self.cues.get(&first)?.iter().find(|cue| chars[at..].starts_with(&cue.word))
    }

    /// Returns the words of a class of grammar.
    pub fn class(&self, name: &str) -> &Class {
        self.classes.get(name).unwrap_or(&self.none)
    }

    /// Returns the length of the longest word of a class at the start of these characters.
    pub fn here(&self, name: &str, chars: &[char]) -> Option<usize> {
        self.class(name).here(chars)
    }

    /// Returns the length of the longest word of a class at the end of these characters.
    pub fn before(&self, name: &str, chars: &[char]) -> Option<usize> {
        self.class(name).words.iter().find(|word| word.last() == chars.last() && chars.ends_with(word)).map(Vec::len)
    }

    /// Returns the position of the first word of a class.
    pub fn find(&self, name: &str, chars: &[char]) -> Option<usize> {
        let class = self.class(name);
        (0..chars.len()).find(|at| class.here(&chars[*at..]).is_some())
    }

    /// Returns the position of the last word of a class.
    pub fn find_last(&self, name: &str, chars: &[char]) -> Option<usize> {
        let class = self.class(name);
        (0..chars.len()).rev().find(|at| class.here(&chars[*at..]).is_some())
    }
}

fn act(label: &str) -> Option<Act> {
    // Labels of classes (both, japan …) are no names of strengths.
    Some(match label {
        "joint" => Act::Joint,
        "unanimous" => Act::Unanimous,
        "decided_to" => Act::DecidedTo,
        "checked" => Act::Checked,
        "aware" => Act::Aware,
        "shared" => Act::Shared,
        "published" => Act::Published,
        "expected" => Act::Expected,
        "intended" => Act::Intended,
        label => Act::Plain(Strength::by_name(label)?),
    })
}

/// Returns the length of the first of these texts that the characters begin with.
pub(super) fn any_starts(chars: &[char], texts: &[&str]) -> Option<usize> {
    texts.iter().find(|text| starts_with(chars, text)).map(|text| text.chars().count())
}

/// Returns the length of the first of these texts that the characters end with.
pub(super) fn any_ends(chars: &[char], texts: &[&str]) -> Option<usize> {
    texts.iter().find(|text| ends_with(chars, text)).map(|text| text.chars().count())
}

/// Returns the position of a text.
pub(super) fn find(chars: &[char], text: &str) -> Option<usize> {
    (0..chars.len()).find(|at| starts_with(&chars[*at..], text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_of_the_table_has_two_characters_and_is_found() {
        for cells in table::rows(COMMITMENTS) {
            let [label, list, ..] = *cells.as_slice() else { panic!("{cells:?}") };
            for word in table::list(list).filter(|_| act(label).is_some()) {
                let chars: Vec<char> = word.chars().collect();
                assert_eq!(words().cue(&chars, 0).map(|cue| cue.word.len()), Some(chars.len()), "{word}");
            }
        }
    }
}
