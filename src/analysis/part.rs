//! Parts of speech of words, by IPADIC.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, Ordering};

use super::dictionary::lexicon;
use super::fold::is_latin;
use super::words::Word;
use crate::script::is_hiragana;

/// Part of speech of a word, as far as lists of words need it.
///
/// # Examples
/// ```
/// use fumikura::analysis::{Analyzer, Part};
///
/// let analyzer = Analyzer::new();
/// let words = analyzer.words(&analyzer.analyze("新しい体制を早急に整える"));
/// let parts: Vec<Part> = words.iter().map(|word| word.part()).collect();
/// assert_eq!(parts, [Part::Adjective, Part::Noun, Part::Noun, Part::Verb]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// 名詞 without 非自立, 代名詞, 数 and 接尾; words that the dictionary does not have.
    Noun,
    /// 動詞,自立.
    Verb,
    /// 形容詞,自立.
    Adjective,
    /// 副詞.
    Adverb,
    /// 接頭詞 before a noun: 再, 非.
    Prefix,
    /// 名詞,接尾: 化, 省.
    Suffix,
    /// 名詞,数.
    Number,
    /// Every other word: 連体詞, fragments, single letters.
    Other,
}

/// All parts, at the place that [`code`] gives them.
const ALL: [Part; 8] =
    [Part::Noun, Part::Verb, Part::Adjective, Part::Adverb, Part::Prefix, Part::Suffix, Part::Number, Part::Other];

impl Part {
    /// The parts of speech of content words.
    pub const CONTENT: [Self; 4] = [Self::Noun, Self::Verb, Self::Adjective, Self::Adverb];

    /// Returns the name used on the command line and in JSON.
    ///
    /// # Examples
    /// ```
    /// # use fumikura::analysis::Part;
    /// assert_eq!(Part::Noun.name(), "noun"); // 名詞
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Noun => "noun",
            Self::Verb => "verb",
            Self::Adjective => "adjective",
            Self::Adverb => "adverb",
            Self::Prefix => "prefix",
            Self::Suffix => "suffix",
            Self::Number => "number",
            Self::Other => "other",
        }
    }

    /// True for the part of speech of a content word.
    pub fn is_content(self) -> bool {
        Self::CONTENT.contains(&self)
    }
}

impl Word {
    /// Returns the part of speech.
    ///
    /// A word without an entry of its own was cut out of a longer run: where the dictionary has its characters, their
    /// cheapest entry decides.
    pub fn part(&self) -> Part {
        match self.entry {
            Some(entry) => of_entry(entry),
            None => of_unknown(self.text()),
        }
    }
}

/// Returns the base form of an entry as the dictionary writes it; `None` for a word that is not inflected.
pub(crate) fn dictionary_form(entry: u32) -> Option<&'static str> {
    let [part, _, _, base, _] = lexicon().details(entry as usize);
    matches!(part, "動詞" | "形容詞").then_some(base).filter(|base| *base != "*")
}

/// Returns the part of an entry. Reading the details of an entry costs more than cutting its text, so each is read
/// once.
fn of_entry(entry: u32) -> Part {
    static KNOWN: LazyLock<Box<[AtomicU8]>> =
        LazyLock::new(|| (0..lexicon().size()).map(|_| AtomicU8::new(0)).collect());
    let place = KNOWN.get(entry as usize);
    let known = place.map_or(0, |place| place.load(Ordering::Relaxed));
    if let Some(part) = usize::from(known).checked_sub(1).and_then(|at| ALL.get(at)) {
        return *part;
    }
    let [part, division, _] = lexicon().part_of_speech(entry as usize);
    let part = classify(part, division);
    if let Some(place) = place {
        let at = ALL.iter().position(|known| *known == part).unwrap_or(ALL.len() - 1);
        place.store(at as u8 + 1, Ordering::Relaxed);
    }
    part
}

fn classify(part: &str, division: &str) -> Part {
    match (part, division) {
        ("名詞", "数") => Part::Number,
        ("名詞", "接尾") => Part::Suffix,
        ("名詞", "非自立" | "代名詞" | "接続詞的" | "動詞非自立的" | "特殊") => Part::Other,
        ("名詞", _) => Part::Noun,
        ("動詞", "自立") => Part::Verb,
        ("形容詞", "自立") => Part::Adjective,
        ("副詞", _) => Part::Adverb,
        ("接頭詞", "名詞接続") => Part::Prefix,
        _ => Part::Other,
    }
}

fn of_unknown(text: &str) -> Part {
    let chars: Vec<char> = text.chars().collect();
    if chars.iter().all(|c| c.is_numeric()) {
        return Part::Number;
    }
    match chars.as_slice() {
        // (a), A社: a letter alone names an item.
        [letter] if is_latin(*letter) => return Part::Other,
        _ if chars.iter().all(|c| is_latin(*c)) => return Part::Noun,
        _ => {}
    }
    let cheapest = lexicon().entries(&chars).min().and_then(|(_, entry)| u32::try_from(entry).ok());
    match cheapest {
        Some(entry) => of_entry(entry),
        // Hiragana that no entry has are the rest of a word that was cut wrongly.
        None if chars.iter().all(|c| is_hiragana(*c)) => Part::Other,
        None => Part::Noun,
    }
}

#[cfg(test)]
mod tests {
    use super::Part;
    use crate::analysis::Analyzer;

    fn parts(text: &str) -> Vec<(String, Part)> {
        let analyzer = Analyzer::new();
        let words = analyzer.words(&analyzer.analyze(text));
        words.iter().map(|word| (word.text().to_owned(), word.part())).collect()
    }

    #[test]
    fn numbers_suffixes_and_single_letters_are_no_nouns() {
        for (text, word, part) in [
            ("25件の報告", "25", Part::Number),
            ("三件の報告", "三", Part::Number),
            ("国際化を進める", "化", Part::Suffix),
            ("A社が参加した", "a", Part::Other),
            ("サイバーセキュリティを強化", "サイバ", Part::Noun),
            ("再構築を図る", "再", Part::Prefix),
            ("直ちに報告する", "直ちに", Part::Adverb),
            ("大きな成果", "大きな", Part::Other),
        ] {
            let all = parts(text);
            assert_eq!(all.iter().find(|(own, _)| own == word).map(|(_, part)| *part), Some(part), "{text}: {all:?}");
        }
    }
}
