//! Words for ranking: content words in their base form.

use std::collections::HashSet;
use std::sync::Arc;

use compact_str::CompactString;

use super::analyzed::Analyzed;
use super::dictionary::Lexicon;
use super::fold::is_letter;
use super::tables;
use crate::script::is_katakana;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    text: CompactString,
    /// Position in the folded text.
    pub start: usize,
    /// One past its last folded character.
    pub end: usize,
    /// Its dictionary entry, where it has one: words of one entry share one text.
    pub(crate) entry: Option<u32>,
}

impl Word {
    /// The base form, folded.
    ///
    /// # Examples
    /// ```
    /// let analyzer = fumikura::analysis::Analyzer::new();
    /// let words = analyzer.words(&analyzer.analyze("各国と連携した"));
    /// assert_eq!(words.iter().map(|word| word.text()).collect::<Vec<_>>(), ["各国", "連携"]);
    /// ```
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A word of the best path through a text, with its part of speech by IPADIC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartOfSpeech {
    /// The word as written.
    pub surface: String,
    /// 名詞, 動詞, 助詞; empty for a word that the dictionary does not have.
    pub part: &'static str,
    /// Its first subcategory: サ変接続, 固有名詞, 係助詞.
    pub division: &'static str,
}

/// User words: units for cutting compounds, in addition to `data/terms.tsv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserWords(Arc<HashSet<String>>);

impl UserWords {
    /// Makes a set of words; words of fewer than two characters have no effect and are left out.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self(Arc::new(words.into_iter().filter(|word| word.chars().count() >= 2).collect()))
    }

    /// Returns the words, sorted.
    pub fn sorted(&self) -> Vec<String> {
        let mut words: Vec<String> = self.0.iter().cloned().collect();
        words.sort();
        words
    }

    pub(super) fn has(&self, word: &str) -> bool {
        tables::is_term(word) || self.0.contains(word)
    }

    /// Tells whether a word is never cut: a user word, or a term that units make up only by chance.
    pub(super) fn is_whole(&self, word: &str) -> bool {
        tables::is_whole(word) || self.0.contains(word)
    }

    /// Tells whether a term may begin here: two characters rule out most places.
    pub(super) fn may_begin(&self, rest: &[char]) -> bool {
        matches!(rest, [first, second, ..] if !self.0.is_empty() || tables::begins_term(*first, *second))
    }
}

/// Verbs without a meaning of their own.
const LIGHT_VERBS: &[&str] = &[
    "する",
    "いる",
    "ある",
    "なる",
    "れる",
    "られる",
    "せる",
    "できる",
    "おる",
    "よる",
    "つく",
    "とる",
    "いう",
    "行う",
];

/// The role of a dictionary entry in ranking.
#[derive(Clone, Debug)]
enum Entry {
    /// Left out: particles, auxiliaries, punctuation.
    Stop,
    /// Its text for ranking: the base form of an inflected word, else the surface, folded.
    Word(CompactString),
}

/// Caches the role of each dictionary entry met: querying the dictionary costs more than segmenting the text.
#[derive(Default)]
pub(super) struct WordTable {
    met: Vec<Entry>,
    /// For each entry of the dictionary, its place in `met` plus one; zero before the entry is met.
    places: Vec<u32>,
}

impl WordTable {
    pub fn collect(&mut self, lexicon: &Lexicon, analyzed: &Analyzed) -> Vec<Word> {
        let folded = &analyzed.folded;
        if self.places.is_empty() {
            // `vec!` takes zeroed pages, of which only those of met words are touched; `resize` would write the whole
            // table for one query.
            self.places = vec![0; lexicon.size()];
        }
        let mut words = Vec::with_capacity(analyzed.units.len());
        for unit in &analyzed.units {
            let start = folded.positions[unit.start];
            let end = folded.positions.get(unit.end).copied().unwrap_or(folded.chars.len());
            let chars = &folded.chars[start..end];
            let text = match unit.word_id {
                Some(id) => match self.entry(id, || classify(lexicon, id, chars)) {
                    Entry::Stop => continue,
                    Entry::Word(text) => text.clone(),
                },
                None if !chars.iter().any(|c| is_letter(*c)) => continue,
                // A single hiragana outside the dictionary is a fragment.
                None if chars.len() == 1 && ('ぁ'..='ん').contains(&chars[0]) => continue,
                None => stem(chars),
            };
            words.push(Word { text, start, end, entry: unit.word_id });
        }
        words
    }

    fn entry(&mut self, id: u32, classify: impl FnOnce() -> Entry) -> &Entry {
        let place = &mut self.places[id as usize];
        if *place == 0 {
            self.met.push(classify());
            *place = self.met.len() as u32;
        }
        &self.met[*place as usize - 1]
    }
}

/// Strips the long vowel mark from the end of a long katakana word: サーバー = サーバ.
fn stem(chars: &[char]) -> CompactString {
    let katakana = chars.len() >= 4 && chars.iter().all(|c| is_katakana(*c));
    chars.strip_suffix(&['ー']).filter(|_| katakana).unwrap_or(chars).iter().collect()
}

/// Determines the role of an entry; `surface` is folded.
fn classify(lexicon: &Lexicon, id: u32, surface: &[char]) -> Entry {
    let [part, division, _, base, _] = lexicon.details(id as usize);
    match part {
        "助詞" | "助動詞" | "記号" | "接続詞" | "フィラー" | "感動詞" => Entry::Stop,
        "動詞" if division == "非自立" || division == "接尾" || LIGHT_VERBS.contains(&base) => Entry::Stop,
        "名詞" if division == "非自立" || division == "代名詞" => Entry::Stop,
        _ if !surface.iter().any(|c| is_letter(*c)) => Entry::Stop,
        "動詞" | "形容詞" if base != "*" => Entry::Word(super::fold(base).chars.into_iter().collect()),
        _ => Entry::Word(stem(surface)),
    }
}
