//! What a query without hits may have meant: terms by reading or romaji, and terms that differ in a letter or two.
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

/// Most suggestions.
const MAX_SUGGESTIONS: usize = 5;
/// Shorter readings mean too many things: こうぎ is 抗議 and 講義.
const MIN_KANA: usize = 5;
/// Fewest hiragana beside other words that may be the reading of one.
const MIN_KANA_BESIDE: usize = 4;
/// Fewest kanji of a word one of which may be a homophone.
const MIN_KANJI: usize = 3;
/// See [`MIN_KANA`].
const MIN_LETTERS: usize = 6;
/// Shorter words differ from too many others in one letter.
const MIN_TYPO_CHARS: usize = 4;
/// From this length on two letters may be wrong.
const LONG_CHARS: usize = 7;
/// Longest word looked at, in characters: no term is as long, and the parts of a text are tried at each of its places.
const MAX_CHARS: usize = 40;
/// Most words that a reading or a mistyped word is made up of.
const MAX_PARTS: usize = 4;
/// Most words kept for one part of a reading: homophones are many.
const MAX_HOMOPHONES: usize = 8;
/// Most candidates; each costs the caller a look at the index.
const MAX_CANDIDATES: usize = MAX_SUGGESTIONS * 8;

/// Words that a query may have meant, best first, from the tables of the program and the vocabulary of the texts, which
/// is folded.
///
/// A term may be made up of several words of the vocabulary. The caller keeps those that the index has.
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

/// As [`suggestions`], from as many terms as there is time for.
pub(super) fn watched(analyzer: &Analyzer, typed: &str, vocabulary: &[String], watch: &Watch) -> Vec<String> {
    let Some(slip) = Slip::of(typed) else { return Vec::new() };
    // Rank, then how far from what was typed, then the term.
    let mut found: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    // Words that the texts have are no slips: only their row is not there. Most queries without hits are such.
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

/// The words of a folded text that neither texts nor tables have, as ranges with the places where words begin and end
/// around them.
fn strange_words(analyzer: &Analyzer, folded: &[char], vocabulary: &[String]) -> Vec<Strange> {
    let analyzed = analyzer.analyze(&folded.iter().collect::<String>());
    let words = analyzer.words(&analyzed);
    let mut known: Vec<bool> = words.iter().map(|word| word.end - word.start == 1).collect();
    // Two kanji that are words by themselves side by side may be one word with a wrong kanji: 退話 for 対話.
    for at in 1..words.len() {
        let single = |at: usize| words[at].end - words[at].start == 1 && is_kanji(folded[words[at].start]);
        if single(at - 1) && single(at) && words[at - 1].end == words[at].start {
            (known[at - 1], known[at]) = (false, false);
        }
    }
    for (word, known) in words.iter().zip(&mut known).filter(|(_, known)| !**known) {
        // A single kanji is in no vocabulary.
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

/// A word that is nowhere: its range, where the word before it begins and where the one behind it ends.
struct Strange {
    start: usize,
    end: usize,
    before: usize,
    behind: usize,
}

/// Words that sound as typed or begin so, and words in a row that together sound as typed.
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
        // A homophone takes the place of some kanji, and the others are as typed.
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

/// Words that a text is made up of, the fewest first, each with their number; `parts` are the terms by what is written.
fn rows_of_words(wanted: &str, parts: &FxHashMap<String, Vec<String>>) -> Vec<(usize, String)> {
    // At each place the rows of terms that lead there.
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

/// Words that differ from what was typed in a letter or two, alone or as one of several words in a row.
fn by_letters(
    folded: &[char],
    strange: &[Strange],
    vocabulary: &[String],
    watch: &Watch,
    found: &mut BTreeSet<(usize, usize, String)>,
) {
    let pieces = pieces(folded, strange, vocabulary);
    let text = |chars: &[char]| chars.iter().collect::<String>();
    // Another number is no slip: 第10回, 第100回.
    let digits = |chars: &[char]| chars.iter().filter(|c| c.is_ascii_digit()).collect::<String>();
    let mut see = |term: &str, other: &[char]| {
        let mut sounds = None;
        for piece in pieces.iter().filter(|piece| piece.is_near(other)) {
            let typed = &folded[piece.start..piece.end];
            let whole = typed.len() == folded.len();
            // A part may be short, for the words beside it must be in the index too.
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

/// A part of a text in which letters may be wrong.
struct Piece {
    start: usize,
    end: usize,
    /// Most slips.
    edits: usize,
    length: usize,
    letters: u64,
    sounds: Sounds,
}

impl Piece {
    /// The part `start..end` of a folded text.
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

    /// A look at length and letters, before any distance is reckoned. A slip of a kana with a small one is one of two
    /// characters.
    fn is_near(&self, other: &[char]) -> bool {
        let most = 2 * self.edits;
        let (length, letters) = outline(other);
        self.length.abs_diff(length) <= most
            && (self.letters & !letters).count_ones() as usize <= most
            && (letters & !self.letters).count_ones() as usize <= most
    }
}

/// How many characters a word has and which, long vowel marks left out.
fn outline(chars: &[char]) -> (usize, u64) {
    chars.iter().filter(|c| **c != 'ー').fold((0, 0), |(length, set), c| (length + 1, set | 1 << (*c as u32 % 64)))
}

/// The parts of a text in which a letter may be wrong: the whole, and each strange word alone and with the words beside
/// it.
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

/// What is left of a strange run of katakana beside the longest words that the texts have at its start and its end:
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

/// What may be wrong with a word that is nowhere.
struct Slip {
    /// Without blanks.
    typed: String,
    folded: Vec<char>,
    /// It, or a part of it, was typed as it sounds.
    sound: bool,
    /// All of it was, in hiragana or Latin letters.
    whole_sound: bool,
    /// A letter may be wrong.
    letter: bool,
}

impl Slip {
    /// `None` for what no term is like: a sentence, a short word.
    fn of(typed: &str) -> Option<Self> {
        // As people set readings: サイバー・コウゲキ, sōmushō.
        let is_apart = |c: char| c.is_whitespace() || matches!(c, '・' | '･' | '·');
        let typed: String = typed.chars().filter(|c| !is_apart(*c)).map(plain_letter).collect();
        let count = typed.chars().count();
        let kana = typed.chars().all(|c| is_hiragana(c) || c == 'ー') && count >= MIN_KANA;
        let letters =
            typed.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '\'')) && typed.len() >= MIN_LETTERS;
        // サイバーコウゲキ, 情報きょうゆう: kana for words that are written in kanji; 総無省: kanji that sound the same.
        let is_japanese = |c: char| is_kanji(c) || is_katakana(c) || is_hiragana(c);
        let of = |is_of: fn(char) -> bool| typed.chars().filter(|c| is_of(*c)).count();
        let chars: Vec<char> = typed.chars().collect();
        let has_reading = chars
            .chunk_by(|a, b| is_hiragana(*a) == is_hiragana(*b))
            .any(|run| is_hiragana(run[0]) && run.len() >= MIN_KANA_BESIDE);
        let homophone = of(is_kanji) == count && count >= MIN_KANJI;
        // Hiragana alone are asked for their length above: せいさく is 政策, 制作 and 製作.
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

/// A Latin letter without the mark of its length: ō, ô.
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

/// True for a word typed as it sounds, in Latin letters or hiragana.
pub(super) fn is_spoken(typed: &str) -> bool {
    !typed.is_empty() && typed.chars().map(plain_letter).all(|c| c.is_ascii_alphabetic() || is_hiragana(c) || c == 'ー')
}

/// Can anything be suggested for a word?
pub(super) fn may_be_a_slip(typed: &str) -> bool {
    Slip::of(typed).is_some()
}

/// Keeps the suggestions that a count says are in the index.
pub(super) fn in_index(terms: Vec<String>, mut count: impl FnMut(&str) -> usize) -> Vec<String> {
    terms.into_iter().filter(|term| count(term) > 0).take(MAX_SUGGESTIONS).collect()
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
        // フォ and ホ, ヴ and ブ, ディ and デ (as ジ) are one in older spellings.
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
