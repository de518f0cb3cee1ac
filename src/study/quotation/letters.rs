//! Texts by their letters: the sequence that stays when width, blanks, marks and old forms of kanji are taken away.

use std::ops::Range;

use crate::analysis::fold;
use crate::document::Span;

/// A text with the sequence of its letters, each with its origin in the text.
///
/// Two texts with the same letters differ at most in width, blanks, marks, old forms of kanji and the size of kana.
#[derive(Clone, Debug, Default)]
pub(super) struct Letters {
    /// The code points of the text.
    pub raw: Vec<char>,
    /// Its letters, folded.
    pub key: Vec<char>,
    /// For each letter, the code points that it came from.
    origins: Vec<Span>,
}

impl Letters {
    /// Reads the letters of a text.
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let (mut key, mut origins) = (Vec::with_capacity(folded.chars.len()), Vec::with_capacity(folded.chars.len()));
        for (at, (c, origin)) in folded.chars.iter().zip(&folded.origins).enumerate() {
            let is_digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
            // 3.5 and 35 are different numbers.
            let is_point = *c == '.'
                && is_digit(at.checked_sub(1).and_then(|before| folded.chars.get(before)))
                && is_digit(folded.chars.get(at + 1));
            if is_point || !is_mark(*c) {
                key.push(*c);
                origins.push(*origin);
            }
        }
        Self { raw: text.chars().collect(), key, origins }
    }

    /// Returns the number of letters.
    pub fn len(&self) -> usize {
        self.key.len()
    }

    /// Returns the code points from the first of some letters to the last one; an empty range stands before its letter.
    pub fn span(&self, letters: &Range<usize>) -> Span {
        let start = self.origins.get(letters.start).map_or(self.raw.len(), |origin| origin.start);
        let end = letters.end.checked_sub(1).filter(|_| !letters.is_empty()).and_then(|last| self.origins.get(last));
        Span::new(start, end.map_or(start, |origin| origin.end))
    }

    /// Returns the text from the first of some letters to the last one, with the marks and blanks between them.
    pub fn text(&self, letters: &Range<usize>) -> String {
        let span = self.span(letters);
        self.slice(span.start, span.end).iter().collect()
    }

    /// Returns the code points of a range.
    pub fn slice(&self, start: usize, end: usize) -> &[char] {
        self.raw.get(start..end.min(self.raw.len())).unwrap_or_default()
    }

    /// Returns the marks and blanks before a letter, or behind the last one.
    pub fn before(&self, letter: usize) -> &[char] {
        let start = letter.checked_sub(1).and_then(|last| self.origins.get(last)).map_or(0, |origin| origin.end);
        let end = self.origins.get(letter).map_or(self.raw.len(), |origin| origin.start);
        self.slice(start, end.max(start))
    }

    /// Returns the letters of a range.
    pub fn keys(&self, letters: &Range<usize>) -> &[char] {
        self.key.get(letters.clone()).unwrap_or_default()
    }

    /// True where a sentence or a block ends before a letter.
    pub fn begins_sentence(&self, letter: usize) -> bool {
        self.before(letter).iter().any(|c| matches!(c, '。' | '．' | '！' | '？' | '!' | '?' | '\n' | '\u{1}'))
    }
}

/// True for a mark or blank in a folded text: it carries no word.
pub(super) fn is_mark(c: char) -> bool {
    // Signs with a meaning of their own (%, +, =, ¥, ×, →) stay letters, and so does the end of a block.
    match c {
        '\u{1}' | '%' | '+' | '=' | '<' | '>' | '$' | '\u{3099}'..='\u{309C}' => false,
        c if c.is_ascii() => !c.is_ascii_alphanumeric(),
        c => {
            c.is_whitespace()
                || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2032}'..='\u{205E}' | '\u{3001}'..='\u{3003}'
            | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '・' | '\u{FFFD}' | '●' | '○' | '■' | '□' | '◆' | '◇'
            | '¡' | '§' | '¶' | '·' | '¿' | '«' | '»' | '─'..='╿')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Letters;

    fn key(text: &str) -> String {
        Letters::of(text).key.into_iter().collect()
    }

    #[test]
    fn letters_are_the_same_in_any_width_and_under_any_marks() {
        assert_eq!(key("日・ＥＵ　ＩＣＴ政策対話（第１９回）"), key("日EU ICT 政策対話(第19回)"));
        assert_eq!(key("確認した。\nまた、「連携」を"), key("確認したまた連携を"));
        assert_ne!(key("3.5％"), key("35％"));
        assert_ne!(key("５％増"), key("５増"));
    }

    #[test]
    fn each_letter_knows_its_place_in_the_text() {
        let text = Letters::of("「ＩＣＴ」 分野、の。");
        assert_eq!(text.text(&(0..5)), "ＩＣＴ」 分野");
        assert_eq!(text.before(3).iter().collect::<String>(), "」 ");
        assert_eq!(text.before(6).iter().collect::<String>(), "。");
        assert!(text.begins_sentence(6) && !text.begins_sentence(5));
    }
}
