//! Suggestions for a query without hits: terms by reading or romaji, and terms that differ in a letter or two.
//!
//! Suggestions are shown, never run.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;
use wana_kana::ConvertJapanese;

use super::slips::{Sounds, known_terms};
use super::vocabulary::{ListOfWords, Vocabulary};
use crate::analysis::{Analyzer, fold, plain_romaji, readable, sound};
use crate::engine::{SearchError, TermCount};
use crate::query::budget::Watch;
use crate::query::{Compiled, Form, Leaf, Node, compile};
use crate::script::{is_hiragana, is_kanji, is_katakana};

/// Largest number of suggestions.
const MAX_SUGGESTIONS: usize = 5;
/// Least number of kana: shorter readings are ambiguous (こうぎ is 抗議 and 講義).
const MIN_KANA: usize = 5;
/// Least number of hiragana beside other words that count as a reading.
const MIN_KANA_BESIDE: usize = 4;
/// Least number of kanji in a word that may contain a homophone.
const MIN_KANJI: usize = 3;
/// Least number of Latin letters, for the reason of [`MIN_KANA`].
const MIN_LETTERS: usize = 6;
/// Least number of characters: shorter words differ from too many others in one letter.
const MIN_TYPO_CHARS: usize = 4;
/// Length from which two letters may be wrong, in characters.
const LONG_CHARS: usize = 7;
/// Longest word that is examined, in characters: no term is longer, and the cost grows with the positions of the
/// text.
const MAX_CHARS: usize = 40;
/// Largest number of words in a reading or a mistyped word.
const MAX_PARTS: usize = 4;
/// Largest number of homophones for one part of a reading.
const MAX_HOMOPHONES: usize = 8;
/// Largest number of candidates; the caller looks each up in the index.
const MAX_CANDIDATES: usize = MAX_SUGGESTIONS * 8;

/// Returns words that a query may have meant, best first, from the tables of the program and the vocabulary of the
/// texts, which is folded.
///
/// A term may consist of several words of the vocabulary. The caller keeps the terms that the index has.
///
/// # Examples
/// ```
/// let analyzer = fumikura::analysis::Analyzer::new();
/// let found = fumikura::engine::embedded::suggestions(&analyzer, "somusho", &["総務省".to_owned()]);
/// assert_eq!(found, ["総務省"]);
/// let words = ["サイバ".to_owned(), "防御".to_owned()];
/// assert!(fumikura::engine::embedded::suggestions(&analyzer, "サイバーボウギョ", &words).contains(&"サイバー防御".to_owned()));
/// ```
pub fn suggestions(analyzer: &Analyzer, typed: &str, vocabulary: &[String]) -> Vec<String> {
    let words = ListOfWords::new(analyzer, vocabulary.iter().cloned().collect());
    // A list cannot fail.
    watched(analyzer, &[typed], &words, &Watch::default()).unwrap_or_default().pop().unwrap_or_default()
}

/// Entries sorted by rank, distance and term.
type Found = BTreeSet<(usize, usize, String)>;

/// Works as [`suggestions`] for several texts, with the terms that are read in time.
///
/// # Errors
/// A vocabulary that cannot be read.
fn watched(
    analyzer: &Analyzer,
    typed: &[&str],
    vocabulary: &impl Vocabulary,
    watch: &Watch,
) -> Result<Vec<Vec<String>>, SearchError> {
    let mut all: Vec<(Vec<char>, Found)> = Vec::new();
    let mut in_vocabulary: Vec<(usize, Pieces)> = Vec::new();
    for typed in typed {
        let (mut found, mut folded) = (Found::new(), Vec::new());
        if let Some(slip) = Slip::of(typed) {
            // Words that occur in texts are no slips: only their combination is missing. Most queries without hits are
            // of this kind.
            let strange = strange_words(analyzer, &slip.folded, vocabulary)?;
            if slip.sound && (slip.whole_sound || !strange.is_empty()) {
                by_sound(analyzer, &slip.typed, vocabulary, watch, &mut found)?;
            }
            if slip.letter {
                let pieces = Pieces::of(&slip.folded, &strange, vocabulary)?;
                known_terms().for_each(|term| pieces.see(&term, &fold(&term).chars, &mut found));
                if !strange.is_empty() {
                    in_vocabulary.push((all.len(), pieces));
                }
            }
            folded = slip.folded;
        }
        all.push((folded, found));
    }
    // All texts share one way through the vocabulary.
    let mut chars = Vec::new();
    if !in_vocabulary.is_empty() {
        vocabulary.each(watch, &mut |term| {
            let outline = outline(term.chars());
            if !in_vocabulary.iter().any(|(_, pieces)| pieces.are_near(outline)) {
                return;
            }
            chars.clear();
            chars.extend(term.chars());
            in_vocabulary.iter().for_each(|(at, pieces)| pieces.see(term, &chars, &mut all[*at].1));
        })?;
    }
    let terms = all.into_iter().map(|(folded, found)| {
        let mut terms: Vec<String> = Vec::new();
        for (_, _, term) in found {
            if !terms.contains(&term) && fold(&term).chars != folded {
                terms.push(term);
            }
        }
        terms.truncate(MAX_CANDIDATES);
        terms
    });
    Ok(terms.collect())
}

/// Returns the words of a folded text that neither texts nor tables contain, as ranges with the bounds of the
/// neighbouring words.
fn strange_words(
    analyzer: &Analyzer,
    folded: &[char],
    vocabulary: &impl Vocabulary,
) -> Result<Vec<Strange>, SearchError> {
    let analyzed = analyzer.analyze(&folded.iter().collect::<String>());
    let words = analyzer.words(&analyzed);
    let mut known: Vec<bool> = words.iter().map(|word| word.end - word.start == 1).collect();
    // Two adjacent words of one kanji each may be one word with a wrong kanji: 退話 for 対話.
    for at in 1..words.len() {
        let single = |at: usize| words[at].end - words[at].start == 1 && is_kanji(folded[words[at].start]);
        if single(at - 1) && single(at) && words[at - 1].end == words[at].start {
            (known[at - 1], known[at]) = (false, false);
        }
    }
    for (word, known) in words.iter().zip(&mut known).filter(|(_, known)| !**known) {
        // The vocabulary has no single kanji.
        *known = word.end - word.start > 1 && vocabulary.has(word.text())?;
    }
    let mut strange = Vec::new();
    for run in (0..words.len()).collect::<Vec<_>>().chunk_by(|a, b| !known[*a] && !known[*b]) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if !known[*first] {
            let before = first.checked_sub(1).map_or(words[*first].start, |before| words[before].start);
            let behind = words.get(last + 1).map_or(words[*last].end, |behind| behind.end);
            strange.push(Strange { start: words[*first].start, end: words[*last].end, before, behind });
        }
    }
    Ok(strange)
}

/// An unknown word: its range, the start of the word before it and the end of the word after it.
struct Strange {
    start: usize,
    end: usize,
    before: usize,
    behind: usize,
}

/// Adds words that sound as typed or start so, and sequences of words that together sound as typed.
fn by_sound(
    analyzer: &Analyzer,
    typed: &str,
    vocabulary: &impl Vocabulary,
    watch: &Watch,
    found: &mut Found,
) -> Result<(), SearchError> {
    let spoken = if typed.chars().any(is_kanji) { analyzer.reading(typed) } else { typed.to_owned() };
    let wanted = plain_romaji(&spoken.to_romaji());
    let is_kanji_only = typed.chars().all(is_kanji);
    if wanted.is_empty() || is_kanji_only && spoken.chars().count() < MIN_KANA {
        return Ok(());
    }
    // A homophone replaces some kanji, and at least one kanji stays.
    let fits = |term: &str| {
        !is_kanji_only
            || term.chars().count() == typed.chars().count() && term.chars().zip(typed.chars()).any(|(a, b)| a == b)
    };
    let mut parts: FxHashMap<String, Vec<String>> = FxHashMap::default();
    let mut see = |reading: &str, term: &str| {
        let term = readable(term);
        if !fits(&term) {
            return;
        }
        if reading.starts_with(&wanted) {
            found.insert((0, reading.len() - wanted.len(), term));
        } else if reading.len() >= 2 && wanted.contains(reading) {
            let homophones = parts.entry(reading.to_owned()).or_default();
            if homophones.len() < MAX_HOMOPHONES && !homophones.contains(&term) {
                homophones.push(term);
            }
        }
    };
    for (reading, term) in known_sounds(analyzer) {
        see(reading, term);
    }
    for (reading, term) in vocabulary.sounding(&wanted, false)? {
        see(&reading, &term);
    }
    let mut met: FxHashSet<&str> = FxHashSet::default();
    for start in 0..wanted.len().saturating_sub(1) {
        for end in start + 2..=wanted.len() {
            let part = &wanted[start..end];
            if watch.is_over() || !vocabulary.some_sound_begins(part)? {
                break;
            }
            if part.len() < wanted.len() && met.insert(part) {
                vocabulary.sounding(part, true)?.iter().for_each(|(reading, term)| see(reading, term));
            }
        }
    }
    for (count, words) in rows_of_words(&wanted, &parts) {
        found.insert((1, count, words));
    }
    Ok(())
}

/// Returns the names and terms of the tables with their sounds.
fn known_sounds(analyzer: &Analyzer) -> &'static [(String, String)] {
    static SOUNDS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    // Own words do not change readings, so the sounds are those of any analyzer.
    SOUNDS.get_or_init(|| known_terms().filter_map(|term| Some((sound(analyzer, &term)?, term))).collect())
}

/// Returns the sequences of words that form a text, the shortest first, with their numbers of words. `parts` maps a
/// reading to its terms.
fn rows_of_words(wanted: &str, parts: &FxHashMap<String, Vec<String>>) -> Vec<(usize, String)> {
    // For each position, the sequences of terms that end there.
    let mut rows: Vec<Vec<(usize, String)>> = vec![Vec::new(); wanted.len() + 1];
    rows[0].push((0, String::new()));
    for at in 0..wanted.len() {
        rows[at].sort_by_key(|(count, _)| *count);
        rows[at].truncate(MAX_CANDIDATES);
        if rows[at].is_empty() {
            continue;
        }
        let before = std::mem::take(&mut rows[at]);
        for end in (at + 2..=wanted.len()).filter(|end| wanted.is_char_boundary(at) && wanted.is_char_boundary(*end)) {
            let Some(terms) = parts.get(&wanted[at..end]) else { continue };
            let more = before.iter().filter(|(count, _)| *count < MAX_PARTS);
            rows[end].extend(
                more.flat_map(|(count, row)| terms.iter().map(move |term| (count + 1, format!("{row}{term}")))),
            );
        }
    }
    let mut whole = rows.pop().unwrap_or_default();
    whole.retain(|(count, _)| *count > 1);
    whole.sort_by_key(|(count, _)| *count);
    whole.truncate(MAX_CANDIDATES);
    whole
}

/// The parts of a folded text that may contain wrong letters.
struct Pieces {
    folded: Vec<char>,
    list: Vec<Piece>,
}

impl Pieces {
    /// Makes the parts of a text: the whole text, and each unknown word alone and with its neighbours.
    fn of(folded: &[char], strange: &[Strange], vocabulary: &impl Vocabulary) -> Result<Self, SearchError> {
        let mut ranges = vec![(0, folded.len())];
        for word in strange.iter().take(MAX_PARTS) {
            ranges.extend([
                (word.start, word.end),
                (word.before, word.end),
                (word.start, word.behind),
                (word.before, word.behind),
            ]);
            ranges.extend(beside_known(folded, word, vocabulary)?);
        }
        ranges.sort_unstable();
        ranges.dedup();
        let list = ranges.into_iter().filter(|(start, end)| end - start >= 2);
        let list = list.map(|(start, end)| Piece::new(folded, start, end)).collect();
        Ok(Self { folded: folded.to_vec(), list })
    }

    fn are_near(&self, outline: Outline) -> bool {
        self.list.iter().any(|piece| piece.is_near(outline))
    }

    /// Adds a word that differs from a part in a letter or two, with the rest of the text.
    fn see(&self, term: &str, other: &[char], found: &mut Found) {
        let folded = &self.folded;
        let text = |chars: &[char]| chars.iter().collect::<String>();
        // A different number is no slip: 第10回, 第100回.
        let is_digit = |c: &&char| c.is_ascii_digit();
        let same_digits = |a: &[char], b: &[char]| a.iter().filter(is_digit).eq(b.iter().filter(is_digit));
        let (mut sounds, outline) = (None, outline(other.iter().copied()));
        for piece in self.list.iter().filter(|piece| piece.is_near(outline)) {
            let typed = &folded[piece.start..piece.end];
            let whole = typed.len() == folded.len();
            // A part may be short, because the index must contain the words beside it too.
            if other.len() < if whole { MIN_TYPO_CHARS } else { 2 } || other == typed || !same_digits(typed, other) {
                continue;
            }
            let distance = piece.sounds.slips(sounds.get_or_insert_with(|| Sounds::of(other)), piece.edits);
            if distance <= piece.edits {
                let term =
                    [readable(&text(&folded[..piece.start])), readable(term), readable(&text(&folded[piece.end..]))]
                        .concat();
                found.insert((if whole { 1 } else { 2 }, distance, term));
            }
        }
    }
}

/// A part of a text that may contain wrong letters.
struct Piece {
    start: usize,
    end: usize,
    /// Largest number of slips.
    edits: usize,
    outline: Outline,
    sounds: Sounds,
}

impl Piece {
    /// Makes the part `start..end` of a folded text.
    fn new(folded: &[char], start: usize, end: usize) -> Self {
        let typed = &folded[start..end];
        Self {
            start,
            end,
            edits: if typed.len() >= LONG_CHARS { 2 } else { 1 },
            outline: outline(typed.iter().copied()),
            sounds: Sounds::of(typed),
        }
    }

    /// Compares lengths and letters: a cheap test before the distance is computed. A slip of a kana with a small kana
    /// changes two characters.
    fn is_near(&self, other: Outline) -> bool {
        let own = self.outline;
        let most = if own.katakana || other.katakana { 2 * self.edits } else { self.edits };
        own.length.abs_diff(other.length) <= most
            && (own.letters & !other.letters).count_ones() as usize <= most
            && (other.letters & !own.letters).count_ones() as usize <= most
    }
}

/// The number of characters of a word and a bit set of them, without long vowel marks, and whether some are katakana.
#[derive(Clone, Copy, Debug, Default)]
struct Outline {
    length: usize,
    letters: u64,
    katakana: bool,
}

fn outline(chars: impl Iterator<Item = char>) -> Outline {
    let add = |outline: Outline, c: char| Outline {
        length: outline.length + 1,
        letters: outline.letters | 1 << (c as u32 % 64),
        katakana: outline.katakana || is_katakana(c),
    };
    chars.filter(|c| *c != 'ー').fold(Outline::default(), add)
}

/// Returns the rest of an unknown katakana run after its longest known prefix, and before its longest known suffix:
/// コメト in パブリックコメト.
fn beside_known(
    folded: &[char],
    word: &Strange,
    vocabulary: &impl Vocabulary,
) -> Result<Vec<(usize, usize)>, SearchError> {
    let run = &folded[word.start..word.end];
    if run.len() < LONG_CHARS || !run.iter().all(|c| is_katakana(*c)) {
        return Ok(Vec::new());
    }
    let mut left = Vec::new();
    for length in (2..run.len()).rev() {
        if vocabulary.has(&run[..length].iter().collect::<String>())? {
            left.push((word.start + length, word.end));
            break;
        }
    }
    for length in (2..run.len()).rev() {
        if vocabulary.has(&run[run.len() - length..].iter().collect::<String>())? {
            left.push((word.start, word.end - length));
            break;
        }
    }
    Ok(left)
}

/// Possible kinds of slips in an unknown word.
struct Slip {
    /// The typed text without blanks.
    typed: String,
    folded: Vec<char>,
    /// The text, or a part of it, was typed by its sound.
    sound: bool,
    /// The whole text was typed by its sound, in hiragana or Latin letters.
    whole_sound: bool,
    /// A letter may be wrong.
    letter: bool,
}

impl Slip {
    /// Examines a text; `None` where no term can be similar: a sentence, a short word.
    fn of(typed: &str) -> Option<Self> {
        // Readings are written with separators and length marks: サイバー・コウゲキ, sōmushō.
        let is_apart = |c: char| c.is_whitespace() || matches!(c, '・' | '･' | '·');
        let typed: String = typed.chars().filter(|c| !is_apart(*c)).map(plain_letter).collect();
        let count = typed.chars().count();
        let kana = typed.chars().all(|c| is_hiragana(c) || c == 'ー') && count >= MIN_KANA;
        let letters =
            typed.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '\'')) && typed.len() >= MIN_LETTERS;
        // サイバーコウゲキ, 情報きょうゆう: kana for words that are written in kanji. 総無省: kanji with the same
        // sound.
        let is_japanese = |c: char| is_kanji(c) || is_katakana(c) || is_hiragana(c);
        let of = |is_of: fn(char) -> bool| typed.chars().filter(|c| is_of(*c)).count();
        let chars: Vec<char> = typed.chars().collect();
        let has_reading = chars
            .chunk_by(|a, b| is_hiragana(*a) == is_hiragana(*b))
            .any(|run| is_hiragana(run[0]) && run.len() >= MIN_KANA_BESIDE);
        let homophone = of(is_kanji) == count && count >= MIN_KANJI;
        // Text of hiragana alone is subject to `MIN_KANA` above: せいさく is 政策, 制作 and 製作.
        let beside = has_reading && of(is_hiragana) < count;
        let mixed = typed.chars().all(is_japanese) && (of(is_katakana) >= MIN_KANA || beside || homophone);
        let folded: Vec<char> = fold(&typed).chars;
        let letter = folded.len() >= MIN_TYPO_CHARS
            && folded.iter().all(|c| is_katakana(*c) || is_kanji(*c) || c.is_ascii_alphanumeric());
        let sound = kana || letters || mixed;
        (count <= MAX_CHARS && (sound || letter)).then_some(Self {
            typed,
            folded,
            sound,
            whole_sound: kana || letters,
            letter,
        })
    }
}

/// Removes the length mark of a Latin letter: ō, ô.
fn plain_letter(c: char) -> char {
    if c.is_ascii() || !c.is_alphabetic() || is_kanji(c) {
        return c;
    }
    let mut parts = std::iter::once(c).nfd();
    match (parts.next(), parts.next()) {
        (Some(letter), Some('\u{304}' | '\u{302}')) if letter.is_ascii_alphabetic() => letter,
        _ => c,
    }
}

/// Returns the texts among the words of a query that may be slips: words that no passage holds, and several together.
pub(crate) fn slips(counts: &[TermCount]) -> Vec<String> {
    let empty: Vec<&str> = counts.iter().filter(|count| count.passages == 0).map(|count| count.term.as_str()).collect();
    // Romaji separated by blanks may be one term: jinzai ikusei.
    let all_spoken = counts.len() > 1 && counts.iter().all(|count| is_spoken(&count.term));
    let together = if all_spoken {
        // All words are joined, not only those without passages: a romaji word may occur in a web address.
        Some(counts.iter().map(|count| count.term.as_str()).collect::<String>())
    } else {
        (empty.len() > 1).then(|| empty.concat())
    };
    let all = together.into_iter().chain(empty.into_iter().map(str::to_owned));
    all.filter(|typed| Slip::of(typed).is_some()).collect()
}

/// Returns what slips may have meant, of the words that some passage holds. `count` tells how many hold a word.
///
/// # Errors
/// A vocabulary that cannot be read.
pub(crate) fn meant(
    analyzer: &Analyzer,
    slips: &[String],
    vocabulary: &impl Vocabulary,
    watch: &Watch,
    mut count: impl FnMut(&Compiled) -> usize,
) -> Result<Vec<String>, SearchError> {
    let slips: Vec<&str> = slips.iter().map(String::as_str).collect();
    let mut is_there = |term: &String| {
        let leaf = Node::Leaf(Leaf { text: term.clone(), form: Form::Whole, ..Leaf::default() });
        compile(&leaf, analyzer, false).is_ok_and(|compiled| count(&compiled) > 0)
    };
    let mut all = Vec::new();
    for terms in watched(analyzer, &slips, vocabulary, watch)? {
        all.extend(terms.into_iter().filter(&mut is_there).take(MAX_SUGGESTIONS));
    }
    Ok(all)
}

/// True for a word typed by its sound, in Latin letters or hiragana.
fn is_spoken(typed: &str) -> bool {
    !typed.is_empty() && typed.chars().map(plain_letter).all(|c| c.is_ascii_alphabetic() || is_hiragana(c) || c == 'ー')
}
