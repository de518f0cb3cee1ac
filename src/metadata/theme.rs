//! Themes of a passage: weighted words of a controlled vocabulary, with length normalisation and a threshold.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::half_width::{Hit, PlainText};
use super::organisation;
use crate::document::ThemeValue;
use crate::script::is_katakana;
use crate::table;

pub(super) const THEMES: &str = include_str!("../../data/themes.tsv");

/// Lowest score of a theme. A short passage reaches it with one word of weight 2, or with two words of weight 1.
const THRESHOLD: f32 = 2.0;
/// Longest passage whose score is not reduced, in code points. The score of a longer passage is divided by the square
/// root of the ratio of lengths.
const USUAL_CHARS: f32 = 250.0;
/// Largest number of themes of one passage; the best are kept.
const MAX_THEMES: usize = 5;

/// Row of the vocabulary.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Path in the vocabulary: `サイバーセキュリティ/重要インフラ防護`.
    pub path: &'static str,
    /// English label.
    pub english: &'static str,
    terms: Vec<(&'static str, u8)>,
}

/// Returns the vocabulary of themes.
pub fn themes() -> &'static [Theme] {
    &VOCABULARY.rows
}

/// Returns all words of the vocabulary that indicate a theme; words of weight 0 do not.
pub fn theme_terms() -> impl Iterator<Item = &'static str> {
    themes().iter().flat_map(|theme| theme.terms.iter().filter(|(_, weight)| *weight > 0).map(|(word, _)| *word))
}

struct Vocabulary {
    rows: Vec<Theme>,
    /// Words to search for in a text.
    patterns: Vec<String>,
    /// For each pattern, its themes (row) with weights.
    meanings: Vec<Vec<(usize, u8)>>,
    /// For each pattern, the names of organisations that hold it, with its place in them.
    in_names: Vec<Vec<(&'static str, usize)>>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let rows: Vec<Theme> = table::rows(THEMES)
        .filter_map(|cells| {
            let [path, english, terms, ..] = *cells.as_slice() else { return None };
            let terms = table::list(terms)
                .filter_map(|term| term.rsplit_once(':').map(|(word, weight)| (word, weight.parse().unwrap_or(1))))
                .collect();
            Some(Theme { path, english, terms })
        })
        .collect();
    let mut meanings: BTreeMap<String, Vec<(usize, u8)>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for (word, weight) in &row.terms {
            // A word of weight 0 has no theme: it only keeps the words in it from counting.
            let meaning = (*weight > 0).then_some((at, *weight));
            meanings.entry((*word).to_owned()).or_default().extend(meaning);
            if word.contains('・') {
                meanings.entry(word.replace('・', "")).or_default().extend(meaning);
            }
        }
    }
    let (patterns, meanings): (Vec<String>, _) = meanings.into_iter().unzip();
    let in_names = patterns.iter().map(|pattern| organisation::names_with(pattern)).collect();
    Vocabulary { rows, patterns, meanings, in_names }
});

/// Returns the words to search for in a text.
pub(super) fn patterns() -> impl Iterator<Item = &'static str> {
    VOCABULARY.patterns.iter().map(String::as_str)
}

/// Returns the words among the pattern hits of a text, in order, with the numbers of their patterns. Words in names of
/// organisations indicate no theme.
pub(super) fn words<'a>(text: PlainText<'a>, hits: &[Hit], partners: &[Hit]) -> Vec<(usize, &'a str)> {
    let alone = hits.iter().filter(|hit| {
        let tells = !VOCABULARY.meanings[hit.pattern].is_empty() && stands_alone(text.letters, hit.start, hit.end);
        tells && !organisation::holds(text.letters, hit, partners, &VOCABULARY.in_names[hit.pattern])
    });
    alone.map(|hit| (hit.pattern, &text.letters[hit.start..hit.end])).collect()
}

/// Scores the themes of one passage by its words; words of its headings count half.
pub(super) fn score(
    text: PlainText<'_>,
    own_words: &[(usize, &str)],
    heading_words: &[(usize, String)],
) -> Vec<ThemeValue> {
    if own_words.is_empty() && heading_words.is_empty() {
        return Vec::new();
    }
    // For each theme, its score and the occurrences of each word. A map, because a long list repeats many words.
    let mut scores: BTreeMap<usize, (f32, BTreeMap<&str, usize>)> = BTreeMap::new();
    let own = own_words.iter().map(|(pattern, word)| (*pattern, *word, 1.0));
    let above = heading_words.iter().map(|(pattern, word)| (*pattern, word.as_str(), 0.5));
    for (pattern, word, factor) in own.chain(above) {
        for (theme, weight) in &VOCABULARY.meanings[pattern] {
            let (score, evidence) = scores.entry(*theme).or_default();
            // Each repetition of a word adds half as much as the one before.
            let times = evidence.entry(word).or_default();
            *score += f32::from(*weight) * factor / (1 << (*times).min(8)) as f32;
            *times += 1;
        }
    }
    let length = text.chars.len() as f32;
    let norm = (length / USUAL_CHARS).max(1.0).sqrt();
    let mut values: Vec<ThemeValue> = scores
        .into_iter()
        .filter_map(|(theme, (score, evidence))| {
            let score = score / norm;
            (score >= THRESHOLD).then(|| ThemeValue {
                value: VOCABULARY.rows[theme].path.to_owned(),
                score: (score * 100.0).round() / 100.0,
                evidence: evidence.into_keys().map(str::to_owned).collect(),
            })
        })
        .collect();
    values.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.value.cmp(&b.value)));
    values.truncate(MAX_THEMES);
    values
}

/// True if a word counts where it stands. Latin words and short katakana words must be whole; other words may be parts
/// of compounds.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let word = &text[start..end];
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let edge = |c: Option<char>, inner: Option<char>| inner.is_some_and(|c| c.is_ascii_alphanumeric()) && latin(c);
    let short_katakana = word.chars().all(is_katakana) && word.chars().count() <= 3;
    let katakana = short_katakana && (before.is_some_and(is_katakana) || after.is_some_and(is_katakana));
    !edge(before, word.chars().next()) && !edge(after, word.chars().next_back()) && !katakana
}
