//! The words that differ between two texts that are one wording changed.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::analysis::Analyzer;

/// A stretch of two texts: the same in both, or what stands in one in the place of what stands in the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlignedPart {
    /// Text of the older one; empty where the newer one adds words.
    pub old: String,
    /// Text of the newer one; empty where it drops words.
    pub new: String,
    /// True for the same words in any width.
    pub same: bool,
}

/// Compares two texts word by word: the analyzer cuts them, and words are the same by their folded letters.
///
/// The parts joined give both texts. Between two differences, one character that is the same is no island to a reader:
/// it goes into the difference.
///
/// # Examples
/// ```
/// use fumikura::analysis::Analyzer;
/// use fumikura::study::word_differences;
///
/// let parts = word_differences(&Analyzer::new(), "両国は情報共有を進める。", "両国は情報共有を強化する。");
/// assert_eq!((parts[0].old.as_str(), parts[0].same), ("両国は情報共有を", true));
/// assert_eq!((parts[1].old.as_str(), parts[1].new.as_str()), ("進める", "強化する"));
/// ```
pub fn word_differences(analyzer: &Analyzer, old: &str, new: &str) -> Vec<AlignedPart> {
    let (old, new) = (words(analyzer, old), words(analyzer, new));
    let keys = |words: &[Word]| words.iter().map(|word| word.key.clone()).collect::<Vec<_>>();
    let text = |words: &[Word], range: Range<usize>| -> String {
        words.get(range).unwrap_or_default().iter().map(|word| word.text.as_str()).collect()
    };
    let key = |words: &[Word], range: Range<usize>| -> String {
        words.get(range).unwrap_or_default().iter().map(|word| word.key.as_str()).collect()
    };
    let mut parts: Vec<AlignedPart> = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new)) {
        let (of_old, of_new) = (operation.old_range(), operation.new_range());
        parts.push(AlignedPart {
            old: text(&old, of_old.clone()),
            new: text(&new, of_new.clone()),
            // Another cut of the same letters is no difference: a point in one of them ends a word (日・EU).
            same: matches!(operation, DiffOp::Equal { .. }) || key(&old, of_old) == key(&new, of_new),
        });
    }
    without_islands(parts)
}

/// Puts single characters between two differences into them.
fn without_islands(parts: Vec<AlignedPart>) -> Vec<AlignedPart> {
    let mut parts = joined(parts);
    let count = parts.len();
    // Those beside a part that is the same are differences now.
    for part in parts.iter_mut().take(count.saturating_sub(1)).skip(1) {
        part.same &= part.old.chars().count() > 1;
    }
    joined(parts)
}

/// Puts parts of one kind side by side together.
fn joined(parts: Vec<AlignedPart>) -> Vec<AlignedPart> {
    let mut found: Vec<AlignedPart> = Vec::new();
    for part in parts {
        match found.last_mut() {
            Some(last) if last.same == part.same => {
                last.old.push_str(&part.old);
                last.new.push_str(&part.new);
            }
            _ => found.push(part),
        }
    }
    found
}

/// A word as written and as compared.
struct Word {
    text: String,
    key: String,
}

/// Cuts a text into words; what folding drops goes with the word before it.
fn words(analyzer: &Analyzer, text: &str) -> Vec<Word> {
    let chars: Vec<char> = text.chars().collect();
    let analyzed = analyzer.analyze(text);
    let (folded, boundary) = (&analyzed.folded, &analyzed.boundary);
    let mut found: Vec<Word> = Vec::new();
    let (mut start, mut written) = (0, 0);
    for end in 1..=folded.chars.len() {
        let is_last = end == folded.chars.len();
        if !is_last && boundary.get(end) != Some(&true) {
            continue;
        }
        let to = if is_last { chars.len() } else { folded.origins.get(end).map_or(chars.len(), |next| next.start) };
        let word: String = chars.get(written..to).unwrap_or_default().iter().collect();
        let key: String = folded.chars.get(start..end).unwrap_or_default().iter().collect();
        match found.last_mut() {
            // Parts of one character (㈱) have the same origin.
            Some(last) if word.is_empty() => last.key.push_str(&key),
            _ => found.push(Word { text: word, key }),
        }
        (start, written) = (end, to.max(written));
    }
    if found.is_empty() && !chars.is_empty() {
        found.push(Word { text: text.to_owned(), key: text.to_owned() });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{AlignedPart, word_differences};
    use crate::analysis::Analyzer;

    fn differences(old: &str, new: &str) -> Vec<(String, String, bool)> {
        let parts = word_differences(&Analyzer::new(), old, new);
        let join = |side: fn(&AlignedPart) -> &str| parts.iter().map(side).collect::<String>();
        assert_eq!((join(|part| &part.old).as_str(), join(|part| &part.new).as_str()), (old, new));
        parts.into_iter().map(|part| (part.old, part.new, part.same)).collect()
    }

    #[test]
    fn differences_are_whole_words() {
        let found = differences("各国と情報を共有した。", "各国と情報を交換した。");
        assert_eq!(found[1], ("共有".to_owned(), "交換".to_owned(), false));
        let found = differences("第9回会合を東京で開催した。", "第10回会合を東京で開催した。");
        assert!(found.iter().any(|part| part.0.contains('9') && part.1.contains("10") && !part.2), "{found:?}");
    }

    #[test]
    fn width_and_points_are_no_differences() {
        let found = differences("日・ＥＵ（政策）対話", "日EU(政策)対話");
        assert!(found.iter().all(|part| part.2), "{found:?}");
        // Between two words in Latin letters, a point keeps them apart.
        assert!(differences("EU・ICT", "EUICT").iter().any(|part| !part.2));
    }

    #[test]
    fn one_character_between_differences_is_no_island() {
        let found = differences("総務省の支援", "外務省の協力");
        assert!(!found.iter().any(|part| part.2 && part.0 == "の"), "{found:?}");
    }

    #[test]
    fn every_text_is_given_back_whole() {
        for (old, new) in
            [("", ""), ("", "甲"), ("　甲　", "甲"), ("㈱甲", "株式会社甲"), ("・・・", "甲・乙"), ("か゛\n", "が")]
        {
            differences(old, new);
        }
    }
}
