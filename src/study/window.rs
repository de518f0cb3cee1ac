//! Windows: the words beside the occurrences of a query in one passage.

use std::fmt;
use std::str::FromStr;

use super::words::{Token, Words};
use crate::analysis::fold;
use crate::document::Span;
use crate::matching::sentence_numbers;

/// The words beside an occurrence that count.
///
/// # Examples
/// ```
/// use fumikura::study::Window;
///
/// // The sentence in which 情報共有 stands.
/// assert_eq!("sentence".parse(), Ok(Window::Sentence));
/// assert_eq!("5".parse(), Ok(Window::Words(5)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// This number of words on each side, over the ends of sentences.
    Words(usize),
    /// The sentence of the occurrence.
    Sentence,
    /// The passage of the occurrence.
    Passage,
}

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "sentence" => Ok(Self::Sentence),
            "passage" => Ok(Self::Passage),
            number => match number.parse() {
                Ok(words @ 1..=1000) => Ok(Self::Words(words)),
                _ => Err("expected a number of words from 1 to 1000, sentence or passage".to_owned()),
            },
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => write!(f, "{words}"),
            Self::Sentence => write!(f, "sentence"),
            Self::Passage => write!(f, "passage"),
        }
    }
}

/// Characters that a word with the particles behind it mostly takes. Where words are longer, the whole passage is cut.
const CHARS_A_WORD: usize = 8;

/// Returns the words of a passage in the windows of some occurrences, in order, each with its distance in characters to
/// the nearest occurrence in whose window it stands.
///
/// A word in several windows is one word. Words that an occurrence overlaps are none.
pub(super) fn beside(words: Words<'_>, text: &str, nodes: &[Span], window: Window) -> Vec<(Token, usize)> {
    if nodes.is_empty() {
        return Vec::new();
    }
    let (tokens, ranges) = match window {
        Window::Words(count) => of_words(words, text, nodes, count),
        Window::Passage => {
            let tokens = words.of(text);
            let ranges = nodes.iter().map(|_| (0, tokens.len())).collect();
            (tokens, ranges)
        }
        Window::Sentence => of_sentences(words, text, nodes),
    };
    let mut distances: Vec<Option<usize>> = vec![None; tokens.len()];
    for (node, (from, to)) in nodes.iter().zip(ranges) {
        for (token, distance) in tokens.iter().zip(&mut distances).take(to).skip(from) {
            let gap = match token.span.end <= node.start {
                true => node.start - token.span.end,
                false => token.span.start.saturating_sub(node.end),
            };
            *distance = Some(distance.map_or(gap, |known| known.min(gap)));
        }
    }
    let is_of_node = |token: &Token| {
        let at = nodes.partition_point(|node| node.end <= token.span.start);
        nodes.get(at).is_some_and(|node| node.overlaps(&token.span))
    };
    let counted = tokens.into_iter().zip(distances).filter_map(|(token, distance)| Some((token, distance?)));
    counted.filter(|(token, _)| !is_of_node(token)).collect()
}

/// For each occurrence, the tokens of its window: first, and one past the last.
type Ranges = Vec<(usize, usize)>;

fn of_words(words: Words<'_>, text: &str, nodes: &[Span], count: usize) -> (Vec<Token>, Ranges) {
    let reach = count * CHARS_A_WORD;
    let near = |node: &Span| Span::new(node.start.saturating_sub(reach), node.end + reach);
    let folded = fold(text);
    let length = folded.origins.last().map_or(0, |last| last.end);
    let tokens = words.where_wanted(folded, |span| nodes.iter().any(|node| near(node).overlaps(&span)));
    let ranges: Option<Ranges> = nodes
        .iter()
        .map(|node| {
            let (from, to) = range(&tokens, node, count);
            let near = near(node);
            // The words near the occurrence are known. A window that goes on beyond them holds none that is known.
            let starts = match tokens.get(from).filter(|_| from > 0 || near.start > 0) {
                Some(first) => first.span.start >= near.start,
                None => near.start == 0,
            };
            let ends = match tokens.get(to.wrapping_sub(1)).filter(|_| near.end < length) {
                Some(last) => last.span.end <= near.end,
                None => near.end >= length,
            };
            (starts && ends).then_some((from, to))
        })
        .collect();
    match ranges {
        Some(ranges) => (tokens, ranges),
        None => {
            let tokens = words.of(text);
            let ranges = nodes.iter().map(|node| range(&tokens, node, count)).collect();
            (tokens, ranges)
        }
    }
}

/// Returns the tokens that overlap an occurrence, and a number of tokens on each side.
fn range(tokens: &[Token], node: &Span, count: usize) -> (usize, usize) {
    let first = tokens.partition_point(|token| token.span.end <= node.start);
    let after = tokens.partition_point(|token| token.span.start < node.end);
    (first.saturating_sub(count), (after.max(first) + count).min(tokens.len()))
}

fn of_sentences(words: Words<'_>, text: &str, nodes: &[Span]) -> (Vec<Token>, Ranges) {
    let folded = fold(text);
    let numbers = sentence_numbers(&folded, text);
    let number = |at: usize| numbers.get(at).or(numbers.last()).copied().unwrap_or(0);
    let sentences: Vec<(u32, u32)> =
        nodes.iter().map(|node| (number(node.start), number(node.end.saturating_sub(1)))).collect();
    let is_in = |span: Span| {
        let (first, last) = (number(span.start), number(span.end.saturating_sub(1)));
        sentences.iter().any(|(from, to)| first <= *to && *from <= last)
    };
    let tokens = words.where_wanted(folded, is_in);
    let place = |sentence: u32| tokens.partition_point(|token| number(token.span.start) < sentence);
    let ranges = sentences.iter().map(|(from, to)| (place(*from), place(to + 1))).collect();
    (tokens, ranges)
}

#[cfg(test)]
mod tests {
    use super::{Window, beside};
    use crate::analysis::Analyzer;
    use crate::document::Span;
    use crate::study::words::Words;

    /// Returns the words in the windows of all occurrences of a string, each with its distance.
    fn window(text: &str, node: &str, window: Window) -> Vec<(String, usize)> {
        let analyzer = Analyzer::new();
        let starts = text.match_indices(node).map(|(at, _)| text[..at].chars().count());
        let nodes: Vec<Span> = starts.map(|start| Span::new(start, start + node.chars().count())).collect();
        let found = beside(Words { analyzer: &analyzer, compound: false }, text, &nodes, window);
        found.into_iter().map(|(token, distance)| (token.text.into_string(), distance)).collect()
    }

    fn words(found: &[(String, usize)]) -> Vec<&str> {
        found.iter().map(|(word, _)| word.as_str()).collect()
    }

    #[test]
    fn a_window_of_words_counts_on_both_sides_over_the_ends_of_sentences() {
        let text = "会議を開く。人材と情報の共有を進める。成果を守る";
        let found = window(text, "情報", Window::Words(2));
        let expected = [("開く", 4), ("人材", 1), ("共有", 1), ("進める", 4)];
        assert_eq!(found, expected.map(|(word, distance)| (word.to_owned(), distance)));
    }

    /// Blanks, marks and long words push the words of a window out of the part that is cut first.
    #[test]
    fn a_window_reaches_its_words_however_far_they_are() {
        let far = "、".repeat(60);
        let text = format!("会議{far}人材{far}情報{far}成果{far}体制");
        for (count, expected) in [(1, &["人材", "成果"][..]), (2, &["会議", "人材", "成果", "体制"])] {
            assert_eq!(words(&window(&text, "情報", Window::Words(count))), expected);
        }
    }

    #[test]
    fn a_word_between_two_occurrences_counts_once_and_no_occurrence_counts() {
        let found = window("情報の共有と情報の保護", "情報", Window::Words(5));
        assert_eq!(words(&found), ["共有", "保護"]);
    }

    #[test]
    fn a_sentence_ends_at_a_full_stop_and_a_line_end() {
        for text in ["会議を開く。情報を守る。成果を示す", "会議を開く\n情報を守る\n成果を示す"]
        {
            assert_eq!(words(&window(text, "情報", Window::Sentence)), ["守る"], "{text}");
            assert_eq!(words(&window(text, "情報", Window::Passage)).len(), 5, "{text}");
        }
    }

    #[test]
    fn a_word_that_an_occurrence_overlaps_does_not_count() {
        assert_eq!(words(&window("各国連携の会議", "国連", Window::Words(5))), ["会議"]);
    }
}
