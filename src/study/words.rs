//! The words of a passage, for counting: base forms with their part of speech, place and sentence.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use compact_str::CompactString;

use crate::analysis::{Analyzed, Analyzer, Folded, Part, Word, dictionary_form};
use crate::document::Span;
use crate::table::rows;

/// Words that are no content words although their part of speech is.
const STOP_WORDS: &str = include_str!("../../data/stop_words.tsv");

/// True for a word that collocates and keywords leave out.
pub(super) fn is_stop_word(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| rows(STOP_WORDS).filter_map(|cells| cells.first().copied()).collect());
    WORDS.contains(word)
}

/// A word of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Its base form, folded; a compound as written, folded.
    pub text: CompactString,
    pub part: Part,
    /// Its place, in code points of the passage.
    pub span: Span,
    /// Its entry in the dictionary, where it has one.
    entry: Option<u32>,
}

impl Token {
    /// Returns the word for people: an inflected one in its base form, another one as the passage writes it.
    pub fn written(&self, passage: &[char]) -> String {
        let base = || self.entry.and_then(dictionary_form).map(str::to_owned);
        let own = || {
            let chars = passage.iter().take(self.span.end).skip(self.span.start);
            chars.filter(|c| !c.is_whitespace()).collect::<String>()
        };
        base().unwrap_or_else(own)
    }
}

/// Finds the words of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    pub analyzer: &'a Analyzer,
    /// Joins runs of nouns.
    pub compound: bool,
}

impl Words<'_> {
    /// Returns the words of a text in order: those that the index counts, or these with runs of nouns joined.
    pub fn of(self, text: &str) -> Vec<Token> {
        self.of_analyzed(&self.analyzer.analyze(text))
    }

    /// Returns the words of a folded text that overlap code points for which `wanted` is true. Other stretches of the
    /// text stand as one word each, because finding words is most of the work.
    pub fn where_wanted(self, folded: Folded, wanted: impl Fn(Span) -> bool) -> Vec<Token> {
        let origins = folded.origins.clone();
        let wanted = |range: RangeInclusive<usize>| {
            let last = origins.get(range.end().saturating_sub(1)).map_or(0, |span| span.end);
            origins.get(*range.start()).is_some_and(|first| wanted(Span::new(first.start, last.max(first.end))))
        };
        self.of_analyzed(&self.analyzer.analyze_where(folded, wanted))
    }

    fn of_analyzed(self, analyzed: &Analyzed) -> Vec<Token> {
        let folded = &analyzed.folded;
        let words = self.analyzer.words(analyzed);
        let mut tokens = Vec::with_capacity(words.len());
        let mut rest = words.as_slice();
        while let Some(first) = rest.first() {
            let length = if self.compound { compound(rest, folded) } else { 1 };
            let end = rest.get(length - 1).map_or(first.end, |last| last.end);
            let joined = || folded.chars.iter().take(end).skip(first.start).collect();
            let is_joined = length > 1;
            tokens.push(Token {
                text: if is_joined { joined() } else { CompactString::from(first.text()) },
                part: if is_joined { Part::Noun } else { first.part() },
                span: folded.span(first.start, end),
                entry: first.entry.filter(|_| !is_joined),
            });
            rest = rest.get(length..).unwrap_or_default();
        }
        tokens
    }
}

/// Returns the number of words at the start of a list that are one compound, at least 1.
///
/// A compound is a run of nouns with the prefixes before them and the suffixes behind them. 情報共有体制 names one thing,
/// and its pieces mislead. A number, a separator and a line end end it: they stand between two names.
fn compound(words: &[Word], folded: &Folded) -> usize {
    let touches = |at: usize| {
        let pair = words.get(at).zip(words.get(at + 1));
        pair.is_some_and(|(a, b)| {
            a.end == b.start && folded.span(a.start, a.end).end == folded.span(b.start, b.end).start
        })
    };
    let part = |at: usize| words.get(at).map_or(Part::Other, Word::part);
    let mut at = 0;
    while part(at) == Part::Prefix && touches(at) {
        at += 1;
    }
    if part(at) != Part::Noun {
        return 1;
    }
    while touches(at) && matches!(part(at + 1), Part::Noun | Part::Suffix) {
        at += 1;
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::{STOP_WORDS, Token, Words, is_stop_word};
    use crate::analysis::{Analyzer, Part, fold};
    use crate::document::Span;
    use crate::table::rows;

    fn words(text: &str, compound: bool) -> Vec<String> {
        let analyzer = Analyzer::new();
        Words { analyzer: &analyzer, compound }.of(text).into_iter().map(|token| token.text.into_string()).collect()
    }

    #[test]
    fn a_compound_is_a_run_of_nouns_with_prefixes_and_suffixes() {
        for (text, pieces, compounds) in [
            ("情報共有体制を整える", &["情報", "共有", "体制", "整える"][..], &["情報共有体制", "整える"][..]),
            ("国際化が進む", &["国際", "化", "進む"], &["国際化", "進む"]),
            ("情報・通信の政策", &["情報", "通信", "政策"], &["情報", "通信", "政策"]),
            ("情報\n通信", &["情報", "通信"], &["情報", "通信"]),
            ("情報3会議", &["情報", "3", "会議"], &["情報", "3", "会議"]),
        ] {
            assert_eq!(words(text, false), pieces, "{text}");
            assert_eq!(words(text, true), compounds, "{text}");
        }
    }

    #[test]
    fn words_have_their_place_and_a_form_for_people() {
        let analyzer = Analyzer::new();
        let text = "サーバーを守った。ＩＣＴ人材を育てる";
        let chars: Vec<char> = text.chars().collect();
        let tokens = Words { analyzer: &analyzer, compound: false }.of(text);
        let shown: Vec<(&str, String, Part, usize)> = tokens
            .iter()
            .map(|token| (token.text.as_str(), token.written(&chars), token.part, token.span.start))
            .collect();
        let expected = [
            ("サーバ", "サーバー", Part::Noun, 0),
            ("守る", "守る", Part::Verb, 5),
            ("ict", "ＩＣＴ", Part::Noun, 9),
            ("人材", "人材", Part::Noun, 12),
            ("育てる", "育てる", Part::Verb, 15),
        ];
        assert_eq!(shown, expected.map(|(text, written, part, at)| (text, written.to_owned(), part, at)));
    }

    #[test]
    fn words_where_they_are_wanted_are_those_of_the_whole_text() {
        let analyzer = Analyzer::new();
        let words = Words { analyzer: &analyzer, compound: false };
        let text = "会議を開く。情報共有の体制を整える。成果を守る。";
        let wanted = Span::new(6, 17);
        let is_wanted = |token: &Token| token.span.overlaps(&wanted);
        let some: Vec<Token> = words.where_wanted(fold(text), |span| span.overlaps(&wanted));
        let all: Vec<Token> = words.of(text).into_iter().filter(is_wanted).collect();
        assert_eq!(some.into_iter().filter(is_wanted).collect::<Vec<_>>(), all);
        assert_eq!(all.len(), 4);
    }

    #[test]
    fn stop_words_are_folded_distinct_and_have_a_source_and_a_reason() {
        let mut seen = std::collections::HashSet::new();
        for row in rows(STOP_WORDS) {
            assert_eq!(row.len(), 3, "{row:?}");
            assert_eq!(fold(row[0]).chars.iter().collect::<String>(), row[0]);
            assert!(seen.insert(row[0]) && ["grammar", "document", "latin"].contains(&row[1]), "{row:?}");
        }
        assert!(is_stop_word("ため") && !is_stop_word("情報"));
    }
}
