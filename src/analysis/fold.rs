//! Folds texts for matching: width, case, variant kanji, small kana, separators. Folded text is never shown.
//!
//! Variation that depends on context (okurigana, long vowels at the end of a word, numerals, ヴ) is not folded: the
//! query is expanded to the other spellings instead. So every substring of a text is found as it is written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

use super::address::glued;
use super::tables;
use crate::document::Span;
use crate::script::radical_kanji;

/// A folded text with the map to its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded characters.
    pub chars: Vec<char>,
    /// For each folded character, the code points of the text that it came from.
    pub origins: Vec<Span>,
    /// Positions in `chars` where a separator was dropped: always word boundaries, regardless of the dictionary.
    pub breaks: Vec<usize>,
    /// The text for the dictionary: folded, except that small kana and middle dots are kept.
    pub(super) surface: Vec<char>,
    /// For each character of `surface`, its position in `chars`; for a dropped character, the position of the next.
    pub(super) positions: Vec<usize>,
    /// Variant kanji: position in `surface`, and the character as written.
    pub(super) variants: Vec<(usize, char)>,
    /// Positions in `chars` where no word begins or ends: inside addresses, numbers and currency signs.
    pub(super) glued: Vec<usize>,
}

impl Folded {
    /// Returns the code points of the text that the folded characters `start..end` came from.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.origins[start].start, self.origins[end - 1].end)
    }
}

/// Folds a text.
///
/// # Examples
/// ```
/// let folded = |text| fumikura::analysis::fold(text).chars.into_iter().collect::<String>();
/// assert_eq!(folded("日・ＥＵ"), folded("日EU"));
/// assert_eq!(folded("國際電氣通信"), "国際電気通信");
/// assert_eq!(folded("APEC-TEL"), folded("APEC TEL"));
/// assert_ne!(folded("バカ"), folded("ハカ"));
/// ```
pub fn fold(text: &str) -> Folded {
    let mut folder = Folder::with_capacity(text.chars().count());
    let mut chars = text.chars();
    let mut at = 0;
    while let Some(c) = chars.next() {
        let next = || chars.clone().next();
        let mut end = at + 1;
        match c {
            'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '\u{4E00}'..='\u{9FFF}' | 'a'..='z' | '0'..='9' => {
                folder.push(c, at, end)
            }
            'A'..='Z' => folder.push(c.to_ascii_lowercase(), at, end),
            // The NFKC forms of common punctuation, without the table.
            '、' | '。' | '「' | '」' | '々' => folder.push(c, at, end),
            '（' => folder.push('(', at, end),
            '）' => folder.push(')', at, end),
            c if is_invisible(c) => folder.extend_last(end),
            '\u{FF66}'..='\u{FF9D}' if matches!(next(), Some('ﾞ' | 'ﾟ')) => {
                let voiced = chars.next() == Some('ﾞ');
                end += 1;
                let mark = if voiced { '\u{3099}' } else { '\u{309A}' };
                decompose_compatible(c, |full| [full, mark].into_iter().nfc().for_each(|c| folder.push(c, at, end)));
            }
            // A hyphen or dash used as a long vowel mark.
            c if is_dash(c) && folder.ends_in_katakana() && next().is_some_and(is_katakana) => {
                folder.push('ー', at, end)
            }
            '\u{3099}' | '\u{309A}' => folder.compose_last(c, end),
            c if is_separator(c) => folder.separate(c, at, end),
            c if c.is_ascii() => folder.push(c, at, end),
            c => fold_rare(c, at, end, &mut folder),
        }
        at = end;
    }
    let mut folded = folder.finish();
    folded.glued = glued(text, &folded.chars, &folded.origins);
    folded
}

fn fold_rare(c: char, at: usize, end: usize, folder: &mut Folder) {
    match c {
        '〜' => folder.push('~', at, end),
        // A voiced sound mark alone: its NFKC form would combine with the previous character.
        '\u{309B}' | 'ﾞ' => folder.push('\u{309B}', at, end),
        '\u{309C}' | 'ﾟ' => folder.push('\u{309C}', at, end),
        '\u{2018}' | '\u{2019}' => folder.push('\'', at, end),
        '\u{201C}' | '\u{201D}' | '\u{301D}' | '\u{301F}' => folder.push('"', at, end),
        // Circled company forms are expanded like the parenthesised ones, which NFKC expands.
        '㊑' | '㊒' | '㊓' | '㊔' | '㊖' => {
            let kanji = [c].into_iter().nfkc();
            ['('].into_iter().chain(kanji).chain([')']).for_each(|c| folder.push(c, at, end));
        }
        '\u{2E80}'..='\u{2EF3}' => folder.push(radical_kanji(c), at, end),
        // ①G7: the number of an item, and not the start of a code.
        '\u{2460}'..='\u{24FF}' | '\u{2776}'..='\u{2793}' => {
            let begun = folder.folded.chars.len();
            std::iter::once(c).nfkc().flat_map(char::to_lowercase).for_each(|part| folder.push(part, at, end));
            let ends = folder.folded.chars.len();
            folder.folded.breaks.extend([begun, ends]);
        }
        c => std::iter::once(c).nfkc().for_each(|part| {
            if is_separator(part) {
                folder.separate(part, at, end);
            } else {
                part.to_lowercase().for_each(|part| folder.push(part, at, end));
            }
        }),
    }
}

/// Tells whether a character is invisible (variation selectors included): it belongs to the previous character.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}') || crate::script::is_invisible(c)
}

/// Tells whether a character is a letter or digit of a script that separates words by blanks.
pub fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && !crate::script::is_cjk(c) && c.is_alphanumeric())
}

/// Tells whether a character is a letter or digit of any script. Equals `char::is_alphanumeric`, but decides kana,
/// kanji and the commonest punctuation without a table look-up.
pub fn is_letter(c: char) -> bool {
    match c {
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '\u{4E00}'..='\u{9FFF}' => true,
        '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => false,
        c => c.is_alphanumeric(),
    }
}

fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '\u{FE63}')
}

/// Tells whether a character is a separator (blank, hyphen, middle dot): between Latin words it becomes one blank,
/// elsewhere it is dropped.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || matches!(c, '・' | '･' | '·' | '•' | '‧' | '⋅')
}

/// Replaces a small kana by the large one: ゃ → や, ッ → ツ, ヶ → ケ.
fn enlarge(c: char) -> char {
    match c {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' => step(c),
        'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => step(c),
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ゕ' => 'か',
        'ゖ' => 'け',
        c => c,
    }
}

/// Returns the next code point: in Unicode, a large kana follows its small one.
fn step(c: char) -> char {
    char::from_u32(c as u32 + 1).unwrap_or(c)
}

struct Folder {
    folded: Folded,
    /// Code points of the separators since the last character.
    pending: Option<Span>,
    pending_dot: bool,
}

impl Folder {
    fn with_capacity(chars: usize) -> Self {
        let folded = Folded {
            chars: Vec::with_capacity(chars),
            origins: Vec::with_capacity(chars),
            breaks: Vec::new(),
            surface: Vec::with_capacity(chars),
            positions: Vec::with_capacity(chars),
            variants: Vec::new(),
            glued: Vec::new(),
        };
        Self { folded, pending: None, pending_dot: false }
    }

    #[inline]
    fn push(&mut self, c: char, start: usize, end: usize) {
        let kanji = tables::kanji(c);
        if let Some(gap) = self.pending.take() {
            self.close_gap(gap, kanji);
        }
        if kanji != c {
            self.folded.variants.push((self.folded.surface.len(), c));
        }
        self.place(enlarge(kanji), kanji, Span::new(start, end));
    }

    /// Adds the blank, the break or the middle dot that pending separators stand for.
    fn close_gap(&mut self, gap: Span, next: char) {
        let at = self.folded.chars.len();
        if self.folded.chars.last().is_some_and(|last| is_latin(*last)) && is_latin(next) {
            self.place(' ', ' ', gap);
        } else if at > 0 {
            self.folded.breaks.push(at);
        }
        if self.pending_dot && self.folded.surface.last() != Some(&' ') {
            self.folded.surface.push('・');
            self.folded.positions.push(self.folded.chars.len());
        }
        self.pending_dot = false;
    }

    #[inline]
    fn place(&mut self, c: char, surface: char, origin: Span) {
        self.folded.positions.push(self.folded.chars.len());
        self.folded.surface.push(surface);
        self.folded.chars.push(c);
        self.folded.origins.push(origin);
    }

    fn separate(&mut self, c: char, start: usize, end: usize) {
        let gap = self.pending.get_or_insert(Span::new(start, end));
        gap.end = end;
        self.pending_dot |= !c.is_whitespace();
    }

    /// Combines a voiced sound mark with the previous kana.
    fn compose_last(&mut self, mark: char, end: usize) {
        let (Some(last), Some(surface)) = (self.folded.chars.last_mut(), self.folded.surface.last_mut()) else {
            return;
        };
        let mut composed = [*surface, mark].into_iter().nfc();
        if let (Some(c), None) = (composed.next(), composed.next()) {
            *surface = c;
            *last = enlarge(c);
        }
        self.extend_last(end);
    }

    /// Extends the origin of the previous character over an invisible one.
    fn extend_last(&mut self, end: usize) {
        match (&mut self.pending, self.folded.origins.last_mut()) {
            (Some(gap), _) => gap.end = end,
            (None, Some(origin)) => origin.end = end,
            (None, None) => {}
        }
    }

    fn ends_in_katakana(&self) -> bool {
        self.pending.is_none() && self.folded.surface.last().is_some_and(|c| is_katakana(*c))
    }

    fn finish(self) -> Folded {
        self.folded
    }
}

#[cfg(test)]
mod tests {
    use super::is_letter;

    #[test]
    fn letters_are_told_as_the_table_tells_them() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_letter(c), c.is_alphanumeric(), "{c:?}");
        }
    }
}
