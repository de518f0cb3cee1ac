//! The table of acts and of the grammar around them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::table;
use crate::document::Strength;

pub(crate) const COMMITMENTS: &str = include_str!("../../../data/commitments.tsv");

/// What a word of the table does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It has one strength.
    Plain(Strength),
    /// 策定: agreed where two sides or a body act.
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
    /// A bit for each word's first character, of some that share it: what has none begins no word.
    first: [u64; 4],
}

impl Class {
    fn add(&mut self, word: Vec<char>) {
        if let Some(c) = word.first() {
            self.first[*c as usize / 64 % 4] |= 1 << (*c as usize % 64);
        }
        self.words.push(word);
    }

    /// Length of the longest word that stands at the start of these characters.
    pub fn here(&self, chars: &[char]) -> Option<usize> {
        let c = *chars.first()? as usize;
        if self.first[c / 64 % 4] & (1 << (c % 64)) == 0 {
            return None;
        }
        self.words.iter().find(|word| word.first() == chars.first() && chars.starts_with(word)).map(Vec::len)
    }
}

/// The table, read once.
pub(super) struct Words {
    /// The acts by their first character, longest first.
    cues: BTreeMap<char, Vec<Cue>>,
    /// A bit for each character of the basic plane: an act may begin with it.
    first: Vec<u64>,
    classes: BTreeMap<&'static str, Class>,
    none: Class,
}

/// The one table of the program.
pub(super) fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(Words::new);
    &WORDS
}

impl Words {
    fn new() -> Self {
        let mut made =
            Self { cues: BTreeMap::new(), first: vec![0; 1024], classes: BTreeMap::new(), none: Class::default() };
        for cells in table::rows(COMMITMENTS) {
            let [label, list, ..] = *cells.as_slice() else { continue };
            let list = table::list(list).map(|word| word.chars().collect::<Vec<char>>());
            if let Some(act) = act(label) {
                for word in list {
                    let Some(first) = word.first().copied() else { continue };
                    if let Some(bits) = made.first.get_mut(first as usize / 64) {
                        *bits |= 1 << (first as usize % 64);
                    }
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

    /// The longest act that stands here.
    pub fn cue(&self, chars: &[char], at: usize) -> Option<&Cue> {
        let first = *chars.get(at)?;
        if self.first.get(first as usize / 64)? & (1 << (first as usize % 64)) == 0 {
            return None;
        }
        self.cues.get(&first)?.iter().find(|cue| chars[at..].starts_with(&cue.word))
    }

    /// The words of a class of grammar.
    pub fn class(&self, name: &str) -> &Class {
        self.classes.get(name).unwrap_or(&self.none)
    }

    /// Length of the longest word of a class that stands here.
    pub fn here(&self, name: &str, chars: &[char]) -> Option<usize> {
        self.class(name).here(chars)
    }

    /// Length of the longest word of a class that ends here.
    pub fn before(&self, name: &str, chars: &[char]) -> Option<usize> {
        self.class(name).words.iter().find(|word| word.last() == chars.last() && chars.ends_with(word)).map(Vec::len)
    }

    /// Where the first word of a class stands.
    pub fn find(&self, name: &str, chars: &[char]) -> Option<usize> {
        let class = self.class(name);
        (0..chars.len()).find(|at| class.here(&chars[*at..]).is_some())
    }

    /// Where the last word of a class stands.
    pub fn find_last(&self, name: &str, chars: &[char]) -> Option<usize> {
        let class = self.class(name);
        (0..chars.len()).rev().find(|at| class.here(&chars[*at..]).is_some())
    }
}

fn act(label: &str) -> Option<Act> {
    // both, japan … are classes of actors, and no strength has such a name.
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

/// True where these characters begin with the text.
pub(super) fn starts(chars: &[char], text: &str) -> bool {
    let mut chars = chars.iter();
    text.chars().all(|c| chars.next() == Some(&c))
}

/// True where these characters end with the text.
pub(super) fn ends(chars: &[char], text: &str) -> bool {
    let mut chars = chars.iter().rev();
    text.chars().rev().all(|c| chars.next() == Some(&c))
}

/// The first of these texts that the characters begin with, with its length.
pub(super) fn any_starts(chars: &[char], texts: &[&str]) -> Option<usize> {
    texts.iter().find(|text| starts(chars, text)).map(|text| text.chars().count())
}

/// The first of these texts that the characters end with, with its length.
pub(super) fn any_ends(chars: &[char], texts: &[&str]) -> Option<usize> {
    texts.iter().find(|text| ends(chars, text)).map(|text| text.chars().count())
}

/// Where a text stands.
pub(super) fn find(chars: &[char], text: &str) -> Option<usize> {
    (0..chars.len()).find(|at| starts(&chars[*at..], text))
}
