//! Tests whether the words beside a name make it a part of another name: `data/name_traps.tsv`.
//!
//! タイ語 is a language, インドカレー a dish, ドーハ宣言 a declaration, ISO 9001 a standard, 日独立 no pair of states.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rows::Form;
use crate::script::{ends_with, is_kanji, is_katakana, is_numeral, starts_with};
use crate::table;

pub(super) const NAME_TRAPS: &str = include_str!("../../data/name_traps.tsv");

/// Longest text after a state in which the end of the name of a committee may stand, in code points.
const MAX_COMMITTEE_CHARS: usize = 45;

/// Words of the table by class.
pub(super) struct Traps {
    words: HashMap<&'static str, Vec<&'static str>>,
    /// Common words that begin with the one-character name of a state, by this character.
    common: HashMap<char, Vec<&'static str>>,
}

/// Returns the table of traps.
pub(super) fn traps() -> &'static Traps {
    static TABLE: LazyLock<Traps> = LazyLock::new(|| {
        let (mut words, mut common) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for cells in table::rows(NAME_TRAPS) {
            let [class, word, ..] = *cells.as_slice() else { continue };
            words.entry(class).or_default().push(word);
            if let ("word", Some(first)) = (class, word.chars().next()) {
                common.entry(first).or_default().push(word);
            }
        }
        Traps { words, common }
    });
    &TABLE
}

impl Traps {
    fn of(&self, class: &str) -> impl Iterator<Item = &'static str> {
        self.words.get(class).into_iter().flatten().copied()
    }

    /// True for an abbreviation of several bodies, which needs its partner beside it: CSA.
    pub fn is_ambiguous(&self, word: &str) -> bool {
        self.of("ambiguous").any(|one| one == word)
    }

    /// True if a common word begins at the position: 独立, 中小.
    pub fn is_common_word(&self, chars: &[char], at: usize) -> bool {
        let words = chars.get(at).and_then(|first| self.common.get(first));
        words.is_some_and(|words| words.iter().any(|word| starts_with(&chars[at..], word)))
    }

    /// True if the name of a state or city is a part of another name.
    pub fn hold_name(&self, chars: &[char], start: usize, end: usize, form: Form) -> bool {
        let rest = &chars[end..];
        if rest.is_empty() && start == 0 {
            return false;
        }
        let rest = rest.strip_prefix(&['・']).unwrap_or(rest);
        let next = |class: &str| self.of(class).any(|word| starts_with(rest, word));
        let of_treaty = |class: &str| {
            let rest = rest.strip_prefix(&['諸']).unwrap_or(rest);
            self.of(class).any(|word| starts_with(rest, word))
        };
        if of_treaty("treaty") || form == Form::City && of_treaty("treaty-city") {
            return true;
        }
        if form != Form::Name {
            return false;
        }
        let in_katakana = is_katakana(chars[end - 1]);
        // インド移動通信市場 is no company: a longer word follows.
        let ends = |word: &str| {
            let after = rest.get(word.chars().count());
            !after.is_some_and(|c| is_kanji(*c) && !matches!(c, '社' | '株') || is_katakana(*c))
        };
        let company = |class: &str| self.of(class).any(|word| starts_with(rest, word) && ends(word));
        let before = || {
            self.of("company-before").any(|word| {
                let from = start.checked_sub(word.chars().count());
                from.is_some_and(|from| starts_with(&chars[from..], word))
            })
        };
        next("after")
            || company("company")
            || in_katakana && company("company-katakana")
            || before()
            || self.is_committee(rest)
    }

    /// True if a text goes on as the name of a committee in Japan: …による拉致問題等に関する特別委員会.
    fn is_committee(&self, rest: &[char]) -> bool {
        let clause = rest.iter().take(MAX_COMMITTEE_CHARS).take_while(|c| !matches!(c, '、' | '。' | '」' | '\n'));
        let clause = &rest[..clause.count()];
        let ends = |at: usize| self.of("committee").any(|word| starts_with(&clause[at..], word));
        clause.iter().enumerate().any(|(at, c)| matches!(c, 'に' | '問') && ends(at))
    }

    /// True if a body and the number after it name a standard: ISO/IEC 27001, IEEE 802.11.
    pub fn is_standard(&self, chars: &[char], start: usize, end: usize) -> bool {
        let Some(next) = chars.get(end).filter(|c| matches!(c, ' ' | '/' | '-') || c.is_ascii_digit()) else {
            return false;
        };
        let is_name = |word: &str| word.len() == end - start && starts_with(&chars[start..], word);
        if !self.of("number").any(is_name) {
            return false;
        }
        let mut at = end;
        // ISO/IEC 27001, ISO/TR 14742.
        while *next == '/' && chars.get(at) == Some(&'/') {
            at += 1 + letters(chars, at + 1);
        }
        at += usize::from(matches!(chars.get(at), Some(' ' | '-')));
        let kind = letters(chars, at);
        if (1..=4).contains(&kind) && chars.get(at + kind) == Some(&' ') {
            at += kind + 1;
        }
        let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let number =
            chars[at..].iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':')).count();
        let rest = &chars[at + number..];
        // ISO 2016年 is a year, IEEE 802委員会 is a body.
        let is_other = ["年", "月", "委員会", "作業部会", "WG", " WG"].iter().any(|word| starts_with(rest, word));
        digits >= 2 && !is_other
    }

    /// True if a one-character form denotes no state: 日独立, 来訪中, 日英対訳.
    pub fn hold_short(&self, chars: &[char], start: usize, end: usize) -> bool {
        let glued = || self.of("glue").any(|word| ends_with(&chars[..=start], word));
        matches!(chars[start], '訪' | '対' | '駐') && glued()
            || self.is_common_word(chars, end - 1)
            || self.names_languages(chars, end)
    }

    /// True if the words after a form of several states make it a list of languages: 日英中韓の4か国語.
    pub fn names_languages(&self, chars: &[char], end: usize) -> bool {
        let rest = chars[end..].strip_prefix(&['の']).unwrap_or(&chars[end..]);
        let digits = rest.iter().take(2).take_while(|c| is_numeral(**c)).count();
        self.of("language").any(|word| starts_with(&rest[digits..], word))
    }
}

/// Counts the Latin letters at a position.
fn letters(chars: &[char], at: usize) -> usize {
    chars.get(at..).unwrap_or_default().iter().take_while(|c| c.is_ascii_alphabetic()).count()
}
