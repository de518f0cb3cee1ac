//! The sound of a word: its reading in Latin letters, in a form that the ways of writing it share.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use wana_kana::ConvertJapanese;

use super::analyzer::Analyzer;
use super::tables::katakana_units;
use crate::script::{is_kanji, is_katakana};

/// Returns the sound of a folded word by the dictionary; `None` for a word without kanji and katakana.
///
/// # Examples
/// ```
/// let analyzer = fumikura::analysis::Analyzer::new();
/// assert_eq!(fumikura::analysis::sound(&analyzer, "総務省").as_deref(), Some("somusho"));
/// assert_eq!(fumikura::analysis::sound(&analyzer, "セキユリテイ").as_deref(), Some("sekyurichi"));
/// ```
pub fn sound(analyzer: &Analyzer, word: &str) -> Option<String> {
    let has_reading = word.chars().any(|c| is_kanji(c) || is_katakana(c));
    has_reading.then(|| plain_romaji(&analyzer.reading(&readable(word)).to_romaji()))
}

/// Restores the small kana of a folded term: セキユリテイ becomes セキュリティ. The words of an index are folded.
pub(crate) fn readable(term: &str) -> String {
    let chars: Vec<char> = term.chars().collect();
    let mut out = String::with_capacity(term.len() + 'ー'.len_utf8());
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let behind = chars.get(at + 1).copied();
        let follows = |kana: &str| before.is_some_and(|before| kana.contains(before));
        let small = match c {
            'ヤ' | 'ユ' | 'ヨ' => follows("キシチニヒミリギジビピテデ"),
            'ア' | 'オ' => follows("フヴ"),
            'イ' => follows("テデフ"),
            'エ' => follows("シジチフウヴ"),
            'ツ' => {
                before.is_some_and(is_katakana)
                    && behind.is_some_and(|behind| {
                        "カキクケコサシスセソタチテトパピプペポガギグゲゴダヂデドバビブベボ".contains(behind)
                    })
            }
            _ => false,
        };
        // In Unicode a small kana stands directly before the large one.
        out.push(if small { char::from_u32(*c as u32 - 1).unwrap_or(*c) } else { *c });
    }
    // Words of an index lack the final long vowel mark.
    out.push('ー');
    if !known_terms_with_marks().contains(out.as_str()) {
        out.pop();
    }
    out
}

/// Returns the words of the tables that end in a long vowel mark.
fn known_terms_with_marks() -> &'static FxHashSet<&'static str> {
    static WORDS: LazyLock<FxHashSet<&'static str>> =
        LazyLock::new(|| katakana_units().filter(|word| word.ends_with('ー')).collect());
    &WORDS
}

/// Replacements of [`plain_romaji`], in order.
const PLAIN: [(&str, &str); 40] = [
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
];

/// Normalises romaji: drops long vowels, maps Kunrei to Hepburn, unifies nasals and doubled consonants.
pub(crate) fn plain_romaji(romaji: &str) -> String {
    let letters = |text: &[u8]| text.iter().fold(0u32, |set, letter| set | 1 << (letter - b'a'));
    let mut text: Vec<u8> = romaji.to_lowercase().bytes().filter(u8::is_ascii_alphabetic).collect();
    let mut set = letters(&text);
    let mut other = Vec::with_capacity(text.len());
    // Each word of a vocabulary passes here, so replacements without a place are left out by their letters.
    for (from, to) in PLAIN.map(|(from, to)| (from.as_bytes(), to.as_bytes())) {
        if letters(from) & !set != 0 || !text.windows(from.len()).any(|window| window == from) {
            continue;
        }
        other.clear();
        let mut rest = &text[..];
        while let Some((first, behind)) = rest.split_first() {
            match rest.strip_prefix(from) {
                Some(behind) => {
                    other.extend_from_slice(to);
                    rest = behind;
                }
                None => {
                    other.push(*first);
                    rest = behind;
                }
            }
        }
        std::mem::swap(&mut text, &mut other);
        set = letters(&text);
    }
    String::from_utf8(text).unwrap_or_default()
}
