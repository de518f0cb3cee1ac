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
    /// Its entry in the dictionary, if it is one: words with one entry have one text.
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

/// Words that a person added for cutting, beside those of `data/terms.tsv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserWords(Arc<HashSet<String>>);

impl UserWords {
    /// Makes a set of words; what is shorter than two characters cuts nothing and is left out.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self(Arc::new(words.into_iter().filter(|word| word.chars().count() >= 2).collect()))
    }

    /// The words in order.
    pub fn sorted(&self) -> Vec<String> {
        let mut words: Vec<String> = self.0.iter().cloned().collect();
        words.sort();
        words
    }

    pub(super) fn has(&self, word: &str) -> bool {
        tables::is_term(word) || self.0.contains(word)
    }

    /// True for a word that is never cut: a person's own, and a term that its units make up by chance.
    pub(super) fn is_whole(&self, word: &str) -> bool {
        tables::is_whole(word) || self.0.contains(word)
    }

    /// True where a term may begin: most places are told by two characters.
    pub(super) fn may_begin(&self, rest: &[char]) -> bool {
        matches!(rest, [first, second, ..] if !self.0.is_empty() || tables::begins_term(*first, *second))
    }
}

/// Verbs that carry no meaning of their own.
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

/// What a dictionary entry is for ranking.
#[derive(Clone, Debug)]
enum Entry {
    /// Particles, auxiliaries, marks.
    Stop,
    /// What stands for it: of an inflected word the base form, of others the surface, both folded.
    Word(CompactString),
}

/// Remembers what each dictionary entry met is: asking the dictionary costs more than cutting the text.
#[derive(Default)]
pub(super) struct WordTable {
    met: Vec<Entry>,
    /// For each entry of the dictionary its place in `met`, counted from one; zero before it is met.
    places: Vec<u32>,
}

impl WordTable {
    pub fn collect(&mut self, lexicon: &Lexicon, analyzed: &Analyzed) -> Vec<Word> {
        let folded = &analyzed.folded;
        if self.places.is_empty() {
            // Comes cleared, and is touched only where words are met: `resize` would write all of it for one query.
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
                // A single hiragana that is no word of the dictionary is a scrap.
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

/// Long katakana words lose the mark at their end: サーバー = サーバ.
fn stem(chars: &[char]) -> CompactString {
    let katakana = chars.len() >= 4 && chars.iter().all(|c| is_katakana(*c));
    chars.strip_suffix(&['ー']).filter(|_| katakana).unwrap_or(chars).iter().collect()
}

/// What an entry is; `surface` is folded.
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
