//! What a query without hits may have meant: terms by reading or romaji, and terms that differ in a letter.
//!
//! Suggestions are shown, never run.

use std::collections::BTreeSet;

use wana_kana::ConvertJapanese;

use super::budget::Watch;
use crate::analysis::Analyzer;
use crate::metadata::{Partners, partners, theme_terms};
use crate::normalize::shape::{is_hiragana, is_kanji, is_katakana};
use crate::query::alias_members;

/// Most suggestions.
const MAX_SUGGESTIONS: usize = 5;
/// Shorter readings mean too many things: こうぎ is 抗議 and 講義.
const MIN_KANA: usize = 5;
/// See [`MIN_KANA`].
const MIN_LETTERS: usize = 6;
/// Shorter words differ from too many others in one letter.
const MIN_TYPO_CHARS: usize = 4;

/// Terms that a query may have meant, best first, from the tables of the program and the vocabulary of the texts.
///
/// # Examples
/// ```
/// let mut analyzer = fumikura::analysis::Analyzer::new();
/// let found = fumikura::search::suggestions(&mut analyzer, "somusho", &["総務省".to_owned()]);
/// assert_eq!(found, ["総務省"]);
/// ```
pub fn suggestions(analyzer: &mut Analyzer, typed: &str, vocabulary: &[String]) -> Vec<String> {
    watched(analyzer, typed, vocabulary, &Watch::default())
}

/// As [`suggestions`], from as many terms as there is time for.
pub(super) fn watched(analyzer: &mut Analyzer, typed: &str, vocabulary: &[String], watch: &Watch) -> Vec<String> {
    let Some(slip) = Slip::of(typed) else { return Vec::new() };
    let mut found: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    if slip.sound {
        let wanted = plain_romaji(&slip.typed.to_romaji());
        let terms = known_terms().chain(vocabulary.iter().cloned()).take_while(|_| !watch.is_over());
        for term in terms.filter(|term| term.chars().any(|c| is_kanji(c) || is_katakana(c))) {
            let reading = plain_romaji(&analyzer.reading(&term).to_romaji());
            if reading.starts_with(&wanted) {
                found.insert((0, reading.len() - wanted.len(), term));
            }
        }
    }
    if slip.letter {
        let folded = slip.folded;
        let edits = if folded.len() >= 8 { 2 } else { 1 };
        for term in known_terms().chain(vocabulary.iter().cloned()).take_while(|_| !watch.is_over()) {
            let other = crate::analysis::fold(&term).chars;
            let distance = super::approximate::edit_distance(unmarked(&folded), unmarked(&other), edits);
            if other.len() >= MIN_TYPO_CHARS && (1..=edits).contains(&distance) && !same_word(&folded, &other) {
                found.insert((1, distance, term));
            }
        }
    }
    let mut terms: Vec<String> = Vec::new();
    for (_, _, term) in found {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms.truncate(MAX_SUGGESTIONS * 8);
    terms
}

/// What may be wrong with a word that is nowhere.
struct Slip {
    /// Without blanks.
    typed: String,
    folded: Vec<char>,
    /// It was typed as it sounds.
    sound: bool,
    /// A letter may be wrong.
    letter: bool,
}

impl Slip {
    /// `None` for what no term is like: a sentence, a short word.
    fn of(typed: &str) -> Option<Self> {
        let typed: String = typed.split_whitespace().collect();
        let kana = typed.chars().all(|c| is_hiragana(c) || c == 'ー') && typed.chars().count() >= MIN_KANA;
        let letters = typed.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '\'')) && typed.len() >= MIN_LETTERS;
        let folded: Vec<char> = crate::analysis::fold(&typed).chars;
        let letter = folded.len() >= MIN_TYPO_CHARS && folded.iter().all(|c| is_katakana(*c) || is_kanji(*c) || c.is_ascii_alphanumeric());
        let sound = kana || letters;
        (sound || letter).then_some(Self { typed, folded, sound, letter })
    }
}

/// Can anything be suggested for a word?
pub(super) fn may_be_a_slip(typed: &str) -> bool {
    Slip::of(typed).is_some()
}

/// Without the long vowel mark at the end, which the words of the index have lost.
fn unmarked(chars: &[char]) -> &[char] {
    chars.strip_suffix(&['ー']).unwrap_or(chars)
}

/// A long vowel mark more or less makes no other word.
fn same_word(a: &[char], b: &[char]) -> bool {
    let bare = |chars: &[char]| chars.iter().filter(|c| **c != 'ー').collect::<String>();
    bare(a) == bare(b)
}

/// Keeps the suggestions that a count says are in the index.
pub(super) fn in_index(terms: Vec<String>, mut count: impl FnMut(&str) -> usize) -> Vec<String> {
    terms.into_iter().filter(|term| count(term) > 0).take(MAX_SUGGESTIONS).collect()
}

/// Names and terms of the tables.
fn known_terms() -> impl Iterator<Item = String> {
    let names = partners()
        .rows()
        .iter()
        .flat_map(|row| Partners::names_of(row).map(str::to_owned).chain(row.kanji.map(|kanji| format!("日{kanji}"))));
    names.chain(alias_members().map(str::to_owned)).chain(theme_terms().map(str::to_owned))
}

/// Romaji without what spellings differ in: long vowels, Kunrei for Hepburn, doubled marks.
fn plain_romaji(romaji: &str) -> String {
    let mut text: String = romaji.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    for (from, to) in [
        ("tei", "ti"),
        ("dei", "di"),
        ("fuo", "fo"),
        ("fua", "fa"),
        ("fui", "fi"),
        ("fue", "fe"),
        ("sya", "sha"),
        ("syu", "shu"),
        ("syo", "sho"),
        ("tya", "cha"),
        ("tyu", "chu"),
        ("tyo", "cho"),
        ("zya", "ja"),
        ("zyu", "ju"),
        ("zyo", "jo"),
        ("jya", "ja"),
        ("jyu", "ju"),
        ("jyo", "jo"),
        ("tch", "cch"),
        ("si", "shi"),
        ("shhi", "shi"),
        ("ti", "chi"),
        ("tu", "tsu"),
        ("hu", "fu"),
        ("zi", "ji"),
        ("ou", "o"),
        ("oo", "o"),
        ("uu", "u"),
        ("aa", "a"),
        ("ii", "i"),
        ("ee", "e"),
        ("mb", "nb"),
        ("mp", "np"),
        ("mm", "nm"),
    ] {
        text = text.replace(from, to);
    }
    text
}
