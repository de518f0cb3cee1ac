//! Suggestions for a query without hits: terms by reading or romaji, and terms that differ in a letter or two.
//!
//! Suggestions are shown, never run.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use wana_kana::ConvertJapanese;

use super::slips::{Sounds, known_terms, readable};
use crate::analysis::{Analyzer, fold};
use crate::query::budget::Watch;
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
    watched(analyzer, typed, vocabulary, &Watch::default())
}

/// Works as [`suggestions`], with the terms that are read in time.
pub(super) fn watched(analyzer: &Analyzer, typed: &str, vocabulary: &[String], watch: &Watch) -> Vec<String> {
    let Some(slip) = Slip::of(typed) else { return Vec::new() };
    // Entries are sorted by rank, distance and term.
    let mut found: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    // Words that occur in texts are no slips: only their combination is missing. Most queries without hits are of
    // this kind.
    let strange = strange_words(analyzer, &slip.folded, vocabulary);
    if slip.sound && (slip.whole_sound || !strange.is_empty()) {
        by_sound(analyzer, &slip.typed, vocabulary, watch, &mut found);
    }
    if slip.letter {
        by_letters(&slip.folded, &strange, vocabulary, watch, &mut found);
    }
    let mut terms: Vec<String> = Vec::new();
    for (_, _, term) in found {
        if !terms.contains(&term) && fold(&term).chars != slip.folded {
            terms.push(term);
        }
    }
    terms.truncate(MAX_CANDIDATES);
    terms
}

/// Returns the words of a folded text that neither texts nor tables contain, as ranges with the bounds of the
/// neighbouring words.
fn strange_words(analyzer: &Analyzer, folded: &[char], vocabulary: &[String]) -> Vec<Strange> {
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
        *known = word.end - word.start > 1 && vocabulary.iter().any(|other| *other == *word.text());
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
    strange
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
    vocabulary: &[String],
    watch: &Watch,
    found: &mut BTreeSet<(usize, usize, String)>,
) {
    let spoken = if typed.chars().any(is_kanji) { analyzer.reading(typed) } else { typed.to_owned() };
    let wanted = plain_romaji(&spoken.to_romaji());
    let is_kanji_only = typed.chars().all(is_kanji);
    if wanted.is_empty() || is_kanji_only && spoken.chars().count() < MIN_KANA {
        return;
    }
    let mut parts: FxHashMap<String, Vec<String>> = FxHashMap::default();
    let terms = known_terms().chain(vocabulary.iter().cloned()).take_while(|_| !watch.is_over());
    for term in terms.filter(|term| term.chars().any(|c| is_kanji(c) || is_katakana(c))) {
        let term = readable(&term);
        // A homophone replaces some kanji, and at least one kanji stays.
        if is_kanji_only
            && !(term.chars().count() == typed.chars().count() && term.chars().zip(typed.chars()).any(|(a, b)| a == b))
        {
            continue;
        }
        let reading = plain_romaji(&analyzer.reading(&term).to_romaji());
        if reading.starts_with(&wanted) {
            found.insert((0, reading.len() - wanted.len(), term));
        } else if reading.len() >= 2 && wanted.contains(&reading) {
            let homophones = parts.entry(reading).or_default();
            if homophones.len() < MAX_HOMOPHONES && !homophones.contains(&term) {
                homophones.push(term);
            }
        }
    }
    for (count, words) in rows_of_words(&wanted, &parts) {
        found.insert((1, count, words));
    }
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

/// Adds words that differ from the typed text in a letter or two, alone or as one of several words.
fn by_letters(
    folded: &[char],
    strange: &[Strange],
    vocabulary: &[String],
    watch: &Watch,
    found: &mut BTreeSet<(usize, usize, String)>,
) {
    let pieces = pieces(folded, strange, vocabulary);
    let text = |chars: &[char]| chars.iter().collect::<String>();
    // A different number is no slip: 第10回, 第100回.
    let digits = |chars: &[char]| chars.iter().filter(|c| c.is_ascii_digit()).collect::<String>();
    let mut see = |term: &str, other: &[char]| {
        let mut sounds = None;
        for piece in pieces.iter().filter(|piece| piece.is_near(other)) {
            let typed = &folded[piece.start..piece.end];
            let whole = typed.len() == folded.len();
            // A part may be short, because the index must contain the words beside it too.
            if other.len() < if whole { MIN_TYPO_CHARS } else { 2 } || other == typed || digits(typed) != digits(other)
            {
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
    };
    known_terms().for_each(|term| see(&term, &fold(&term).chars));
    let mut chars = Vec::new();
    for term in vocabulary.iter().filter(|_| !strange.is_empty()).take_while(|_| !watch.is_over()) {
        chars.clear();
        chars.extend(term.chars());
        see(term, &chars);
    }
}

/// A part of a text that may contain wrong letters.
struct Piece {
    start: usize,
    end: usize,
    /// Largest number of slips.
    edits: usize,
    length: usize,
    letters: u64,
    sounds: Sounds,
}

impl Piece {
    /// Makes the part `start..end` of a folded text.
    fn new(folded: &[char], start: usize, end: usize) -> Self {
        let typed = &folded[start..end];
        let (length, letters) = outline(typed);
        Self {
            start,
            end,
            edits: if typed.len() >= LONG_CHARS { 2 } else { 1 },
            length,
            letters,
            sounds: Sounds::of(typed),
        }
    }

    /// Compares lengths and letters: a cheap test before the distance is computed. A slip of a kana with a small kana
    /// changes two characters.
    fn is_near(&self, other: &[char]) -> bool {
        let most = 2 * self.edits;
        let (length, letters) = outline(other);
        self.length.abs_diff(length) <= most
            && (self.letters & !letters).count_ones() as usize <= most
            && (letters & !self.letters).count_ones() as usize <= most
    }
}

/// Returns the number of characters of a word and a bit set of them, without long vowel marks.
fn outline(chars: &[char]) -> (usize, u64) {
    chars.iter().filter(|c| **c != 'ー').fold((0, 0), |(length, set), c| (length + 1, set | 1 << (*c as u32 % 64)))
}

/// Returns the parts of a text that may contain a wrong letter: the whole text, and each unknown word alone and with
/// its neighbours.
fn pieces(folded: &[char], strange: &[Strange], vocabulary: &[String]) -> Vec<Piece> {
    let mut ranges = vec![(0, folded.len())];
    for word in strange.iter().take(MAX_PARTS) {
        ranges.extend([
            (word.start, word.end),
            (word.before, word.end),
            (word.start, word.behind),
            (word.before, word.behind),
        ]);
        ranges.extend(beside_known(folded, word, vocabulary));
    }
    ranges.sort_unstable();
    ranges.dedup();
    ranges
        .into_iter()
        .filter(|(start, end)| end - start >= 2)
        .map(|(start, end)| Piece::new(folded, start, end))
        .collect()
}

/// Returns the rest of an unknown katakana run after its longest known prefix, and before its longest known suffix:
/// コメト in パブリックコメト.
fn beside_known(folded: &[char], word: &Strange, vocabulary: &[String]) -> Vec<(usize, usize)> {
    let run = &folded[word.start..word.end];
    if run.len() < LONG_CHARS || !run.iter().all(|c| is_katakana(*c)) {
        return Vec::new();
    }
    let text: String = run.iter().collect();
    let (mut begins, mut ends) = (0, 0);
    for known in vocabulary.iter().map(String::as_str).filter(|known| known.len() < text.len()) {
        let length = known.chars().count();
        if length >= 2 && text.starts_with(known) {
            begins = begins.max(length);
        }
        if length >= 2 && text.ends_with(known) {
            ends = ends.max(length);
        }
    }
    let mut left = Vec::new();
    left.extend((begins > 0).then_some((word.start + begins, word.end)));
    left.extend((ends > 0).then_some((word.start, word.end - ends)));
    left
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

/// True for a word typed by its sound, in Latin letters or hiragana.
pub(super) fn is_spoken(typed: &str) -> bool {
    !typed.is_empty() && typed.chars().map(plain_letter).all(|c| c.is_ascii_alphabetic() || is_hiragana(c) || c == 'ー')
}

/// True where a word may have suggestions.
pub(super) fn may_be_a_slip(typed: &str) -> bool {
    Slip::of(typed).is_some()
}

/// Keeps the suggestions that the index has, by a count.
pub(super) fn in_index(terms: Vec<String>, mut count: impl FnMut(&str) -> usize) -> Vec<String> {
    terms.into_iter().filter(|term| count(term) > 0).take(MAX_SUGGESTIONS).collect()
}

/// Normalises romaji: drops long vowels, maps Kunrei to Hepburn, unifies nasals and doubled consonants.
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
        // Older spellings do not distinguish フォ and ホ, ヴ and ブ, ディ and ジ.
        ("fo", "ho"),
        ("fa", "ha"),
        ("fi", "hi"),
        ("fe", "he"),
        ("v", "b"),
        ("di", "ji"),
    ] {
        text = text.replace(from, to);
    }
    text
}
