//! The sentences of a document, each with its place.

use std::sync::Arc;

use crate::document::{Document, Passage, PassageKind};

/// What a sentence is in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SentenceKind {
    /// A sentence, an item of a list, a row of a table.
    #[default]
    Text,
    /// A heading.
    Heading,
    /// A sentence of a footnote.
    Footnote,
}

impl SentenceKind {
    /// The name in outputs: `text`, `heading`, `footnote`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Heading => "heading",
            Self::Footnote => "footnote",
        }
    }
}

/// A sentence with its place.
///
/// # Examples
/// ```
/// use fumikura::document::{Document, Passage};
/// use fumikura::study::sentences;
///
/// let passage = Passage { text: "両国は（一致した。）進める。\n(1) 演習".to_owned(), lines: (4, 5), ..Passage::default() };
/// let found = sentences(&passage);
/// assert_eq!(found[0].text, "両国は（一致した。）進める。");
/// assert_eq!((found[1].text.as_str(), found[1].lines), ("(1) 演習", (5, 5)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlignedSentence {
    /// Its text, without white space at its ends.
    pub text: String,
    /// What it is.
    pub kind: SentenceKind,
    /// Id of its passage.
    pub passage: Arc<str>,
    /// Its line in the source, first and last; those of the passage, where its lines are not lines of the source.
    pub lines: (usize, usize),
    /// Page in the source.
    pub page: Option<usize>,
}

/// Cuts a passage into sentences: at 。 and ！ and ？ outside brackets, and at the ends of lines.
pub fn sentences(passage: &Passage) -> Vec<AlignedSentence> {
    let lines: Vec<&str> = passage.text.split('\n').collect();
    let counts_lines = passage.lines.1.saturating_sub(passage.lines.0) + 1 == lines.len();
    let id: Arc<str> = passage.id.as_str().into();
    let mut found = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        let heading = passage.heading.iter().any(|heading| heading.trim() == line.trim());
        let kind = match passage.kind {
            _ if heading => SentenceKind::Heading,
            PassageKind::Footnote => SentenceKind::Footnote,
            PassageKind::Body | PassageKind::Toc => SentenceKind::Text,
        };
        let own = passage.lines.0 + at;
        let lines = if counts_lines { (own, own) } else { passage.lines };
        let parts = if heading { vec![line.trim()] } else { of_line(line) };
        found.extend(parts.into_iter().map(|text| AlignedSentence {
            text: text.to_owned(),
            kind,
            passage: id.clone(),
            lines,
            page: passage.page,
        }));
    }
    found
}

/// Returns the sentences of some passages of a document, without its tables of contents.
pub(super) fn of_document(document: &Document, is_wanted: impl Fn(&Passage) -> bool) -> Vec<AlignedSentence> {
    let wanted = |passage: &&Passage| passage.kind != PassageKind::Toc && is_wanted(passage);
    document.passages.iter().filter(wanted).flat_map(sentences).collect()
}

/// Cuts a line. A bracket that never closes on its line is a slip of the text, and no reason to keep all that follows
/// together.
fn of_line(line: &str) -> Vec<&str> {
    let closes = |rest: &str| {
        let mut depth = 0_usize;
        for c in rest.chars() {
            match c {
                _ if is_opening(c) => depth += 1,
                _ if is_closing(c) && depth <= 1 => return true,
                _ if is_closing(c) => depth -= 1,
                _ => {}
            }
        }
        false
    };
    let (mut found, mut start, mut depth, mut ended) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in line.char_indices() {
        // Marks and closing brackets after the end belong to the sentence.
        if std::mem::take(&mut ended) && !is_end(c) {
            found.push(&line[start..at]);
            start = at;
        }
        match c {
            _ if is_opening(c) && (depth > 0 || closes(&line[at..])) => depth += 1,
            _ if is_closing(c) => depth = depth.saturating_sub(1),
            _ => ended = depth == 0 && is_end(c),
        }
    }
    found.push(&line[start..]);
    found.into_iter().map(str::trim).filter(|text| !text.is_empty()).collect()
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '｡' | '！' | '？')
}

fn is_opening(c: char) -> bool {
    matches!(c, '（' | '(' | '「' | '『' | '【' | '〔' | '［' | '〈' | '《' | '｢')
}

fn is_closing(c: char) -> bool {
    matches!(c, '）' | ')' | '」' | '』' | '】' | '〕' | '］' | '〉' | '》' | '｣')
}

#[cfg(test)]
mod tests {
    use super::{SentenceKind, of_line, sentences};
    use crate::document::{Passage, PassageKind};

    #[test]
    fn a_full_stop_inside_brackets_ends_no_sentence() {
        for (line, cut) in [
            ("甲は「同意する。」と述べた。乙も続いた。", &["甲は「同意する。」と述べた。", "乙も続いた。"][..]),
            ("（注）閉じない（括弧。次の文。", &["（注）閉じない（括弧。", "次の文。"]),
            ("本当か？！次へ", &["本当か？！", "次へ"]),
            ("入れ子（甲（乙。）丙。）です。後。", &["入れ子（甲（乙。）丙。）です。", "後。"]),
            ("  ", &[]),
            ("1) 項目", &["1) 項目"]),
        ] {
            assert_eq!(of_line(line), cut, "{line}");
        }
    }

    #[test]
    fn a_sentence_knows_its_line_and_a_heading_is_one() {
        let passage = Passage {
            id: "a#1".to_owned(),
            heading: vec!["2. 成果".to_owned()],
            text: "2. 成果\n両国は一致した。次回は東京。".to_owned(),
            lines: (7, 8),
            page: Some(3),
            ..Passage::default()
        };
        let found = sentences(&passage);
        let told: Vec<_> = found.iter().map(|one| (one.text.as_str(), one.kind, one.lines, one.page)).collect();
        assert_eq!(
            told,
            [
                ("2. 成果", SentenceKind::Heading, (7, 7), Some(3)),
                ("両国は一致した。", SentenceKind::Text, (8, 8), Some(3)),
                ("次回は東京。", SentenceKind::Text, (8, 8), Some(3)),
            ]
        );
        let folded = Passage { lines: (7, 12), kind: PassageKind::Footnote, heading: Vec::new(), ..passage };
        assert!(sentences(&folded).iter().all(|one| one.lines == (7, 12) && one.kind == SentenceKind::Footnote));
    }
}
