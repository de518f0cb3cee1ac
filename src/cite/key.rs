//! Keys of citations: `soumu2017-nichiasean10`.

use std::sync::LazyLock;

use wana_kana::ConvertJapanese;

use crate::document::Document;
use crate::table;

/// Table of readings: `data/readings.tsv`.
pub const READINGS: &str = include_str!("../../data/readings.tsv");

/// Number of words of a title in a key.
const MAX_WORDS: usize = 2;
/// Longest word in a key, in letters.
const MAX_LETTERS: usize = 12;

/// Readings in kana, longest word first.
static TABLE: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let mut rows: Vec<_> = table::rows(READINGS).filter_map(|cells| Some((*cells.first()?, *cells.get(1)?))).collect();
    rows.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    rows
});

/// Returns the key of a document: its first author, the year, the first words and the number of its title, in lower
/// case
/// letters and figures. Where no reading is known, a hash of the id stands instead. The key depends on the document
/// alone.
pub(super) fn key(document: &Document, author: Option<&str>, year: Option<i16>, number: Option<u32>) -> String {
    let author = match author.map(|author| words(author, 1)) {
        None => "anon".to_owned(),
        Some(word) if word.is_empty() => hash(author.unwrap_or_default()),
        Some(word) => word,
    };
    let year = year.map_or("nd".to_owned(), |year| year.to_string());
    let title = without_number(&document.title);
    let words = match words(&title, MAX_WORDS) {
        words if words.is_empty() => hash(&document.id),
        words => words,
    };
    let number = number.or_else(|| number_in(&document.title)).map_or(String::new(), |number| number.to_string());
    format!("{author}{year}-{words}{number}")
}

/// Returns the start of the hash of a text.
pub(super) fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..6].to_owned()
}

/// Returns the first words of a text that have a reading, joined.
fn words(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let text: String = chars.iter().collect();
    let (mut rest, mut found) = (text.as_str(), Vec::new());
    while let Some(first) = rest.chars().next().filter(|_| found.len() < most) {
        let run = |belongs: fn(char) -> bool| &rest[..rest.find(|c: char| !belongs(c)).unwrap_or(rest.len())];
        let (length, word) = if first.is_ascii_alphabetic() {
            let run = run(|c| c.is_ascii_alphanumeric());
            (run.len(), run.to_ascii_lowercase())
        } else if is_katakana(first) {
            let run = run(is_katakana);
            (run.len(), letters(run))
        } else if let Some((word, reading)) = TABLE.iter().find(|(word, _)| rest.starts_with(word)) {
            (word.len(), letters(reading))
        } else {
            (first.len_utf8(), String::new())
        };
        rest = &rest[length..];
        if !word.is_empty() {
            found.push(word.chars().take(MAX_LETTERS).collect::<String>());
        }
    }
    found.concat()
}

/// Writes kana in letters.
fn letters(kana: &str) -> String {
    kana.to_romaji().chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Returns a title without 第N回: its number ends the key.
fn without_number(title: &str) -> String {
    match numbered(title) {
        Some((start, end, _)) => format!("{}{}", &title[..start], &title[end..]),
        None => title.to_owned(),
    }
}

fn number_in(title: &str) -> Option<u32> {
    numbered(title).and_then(|(.., number)| number)
}

/// Finds 第N回 with Arabic figures: its bytes and its number.
fn numbered(title: &str) -> Option<(usize, usize, Option<u32>)> {
    let start = title.find('第')?;
    let end = start + title[start..].find('回')? + '回'.len_utf8();
    let inner = &title[start + '第'.len_utf8()..end - '回'.len_utf8()];
    let figures: String = inner.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let is_number =
        !figures.is_empty() && figures.chars().all(|c| c.is_ascii_digit() || "〇一二三四五六七八九十百".contains(c));
    is_number.then(|| (start, end, figures.parse().ok()))
}

fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

fn is_katakana(c: char) -> bool {
    ('ァ'..='ヺ').contains(&c) || c == 'ー'
}
