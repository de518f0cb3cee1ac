//! Two texts side by side: which sentences stayed, changed, came and went.

use super::align::align;
use super::sentence::{AlignedSentence, of_document};
use super::words::{AlignedPart, word_differences};
use crate::analysis::Analyzer;
use crate::document::{Document, Passage, PassageKind};
use crate::engine::{Engine, SearchError, Shown};

/// What became of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Both have it, with the same letters.
    Same,
    /// Both have it, in other words.
    Reworded,
    /// Only the newer text has it.
    New,
    /// Only the older text has it.
    Dropped,
}

impl Pairing {
    /// All groups, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Same, Self::Reworded, Self::New, Self::Dropped];

    /// The name in outputs: `same`, `reworded`, `new`, `dropped`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Reworded => "reworded",
            Self::New => "new",
            Self::Dropped => "dropped",
        }
    }
}

/// Sentences that stand beside each other, or one that stands alone.
#[derive(Clone, Debug, PartialEq)]
pub struct AlignedRow {
    /// What became of it.
    pub pairing: Pairing,
    /// Sentences of the older text: two where they became one; none for a new sentence.
    pub old: Vec<AlignedSentence>,
    /// Sentences of the newer text: two where one became two; none for a dropped sentence.
    pub new: Vec<AlignedSentence>,
    /// Dice of their runs of three characters, 0 to 1; 0 for a sentence alone.
    pub score: f32,
    /// True for a sentence with the same letters that changed its place.
    pub moved: bool,
    /// The words that differ, for a reworded sentence.
    pub parts: Vec<AlignedPart>,
}

/// Numbers of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlignedCounts {
    /// Sentences that stayed.
    pub same: usize,
    /// Sentences in other words.
    pub reworded: usize,
    /// Sentences that came.
    pub new: usize,
    /// Sentences that went.
    pub dropped: usize,
}

impl AlignedCounts {
    /// Counts the rows of each group.
    pub fn of(rows: &[AlignedRow]) -> Self {
        let count = |pairing: Pairing| rows.iter().filter(|row| row.pairing == pairing).count();
        Self {
            same: count(Pairing::Same),
            reworded: count(Pairing::Reworded),
            new: count(Pairing::New),
            dropped: count(Pairing::Dropped),
        }
    }
}

/// One of two texts.
#[derive(Clone, Debug, PartialEq)]
pub struct AlignedSide {
    /// Its document, without passages.
    pub document: Document,
    /// The passages that were compared, where not the whole document was.
    pub passages: Option<Vec<String>>,
    /// Number of its sentences.
    pub sentences: usize,
    /// Number of passages of a table of contents, which are left out.
    pub contents: usize,
}

/// Two texts side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// The older text.
    pub old: AlignedSide,
    /// The newer text.
    pub new: AlignedSide,
    /// Their sentences, in the order of the newer text; a dropped sentence stands before what followed it.
    pub rows: Vec<AlignedRow>,
}

/// Puts the sentences of two texts side by side.
///
/// # Examples
/// ```
/// use fumikura::analysis::Analyzer;
/// use fumikura::document::Passage;
/// use fumikura::study::{Pairing, pair_sentences, sentences};
///
/// let passage = |text: &str| Passage { text: text.to_owned(), ..Passage::default() };
/// let old = sentences(&passage("両国は情報共有を進める。次回は東京で開く。"));
/// let new = sentences(&passage("両国は情報共有を一層進める。次回は東京で開く。"));
/// let rows = pair_sentences(&Analyzer::new(), old, new);
/// assert_eq!(rows.iter().map(|row| row.pairing).collect::<Vec<_>>(), [Pairing::Reworded, Pairing::Same]);
/// ```
pub fn pair_sentences(analyzer: &Analyzer, old: Vec<AlignedSentence>, new: Vec<AlignedSentence>) -> Vec<AlignedRow> {
    let texts = |list: &[AlignedSentence]| list.iter().map(|sentence| sentence.text.clone()).collect::<Vec<_>>();
    let links = align(&texts(&old), &texts(&new));
    let mut is_linked = vec![false; old.len()];
    links.iter().flat_map(|link| link.old.clone()).for_each(|at| {
        if let Some(linked) = is_linked.get_mut(at) {
            *linked = true;
        }
    });
    let dropped = |at: usize, rows: &mut Vec<AlignedRow>| {
        if let Some(sentence) = old.get(at).filter(|_| is_linked.get(at) == Some(&false)) {
            rows.push(alone(Pairing::Dropped, sentence));
        }
    };
    let mut rows = Vec::new();
    let (mut read_old, mut read_new) = (0, 0);
    for link in &links {
        let came = new.iter().take(link.new.start).skip(read_new);
        rows.extend(came.map(|sentence| alone(Pairing::New, sentence)));
        read_new = link.new.end;
        // A sentence that changed its place says nothing of those around its old one.
        if !link.moved {
            (read_old..link.old.start).for_each(|at| dropped(at, &mut rows));
            read_old = read_old.max(link.old.end);
        }
        let (from_old, from_new) = (old.get(link.old.clone()), new.get(link.new.clone()));
        let (from_old, from_new) = (from_old.unwrap_or_default(), from_new.unwrap_or_default());
        let parts =
            if link.same { Vec::new() } else { word_differences(analyzer, &joined(from_old), &joined(from_new)) };
        rows.push(AlignedRow {
            pairing: if link.same { Pairing::Same } else { Pairing::Reworded },
            old: from_old.to_vec(),
            new: from_new.to_vec(),
            score: link.score,
            moved: link.moved,
            parts,
        });
    }
    (read_old..old.len()).for_each(|at| dropped(at, &mut rows));
    rows.extend(new.iter().skip(read_new).map(|sentence| alone(Pairing::New, sentence)));
    rows
}

fn alone(pairing: Pairing, sentence: &AlignedSentence) -> AlignedRow {
    let (old, new) = match pairing {
        Pairing::Dropped => (vec![sentence.clone()], Vec::new()),
        _ => (Vec::new(), vec![sentence.clone()]),
    };
    AlignedRow { pairing, old, new, score: 0.0, moved: false, parts: Vec::new() }
}

fn joined(sentences: &[AlignedSentence]) -> String {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

/// Compares two documents, or passages of documents, by their ids.
///
/// # Errors
/// As [`Engine::show`].
pub fn compare_documents(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    old: &str,
    new: &str,
) -> Result<Alignment, SearchError> {
    let side = |id: &str| -> Result<(Document, Option<Vec<String>>), SearchError> {
        let Shown { document, passage } = engine.show(id)?;
        let passage = passage.and_then(|at| document.passages.get(at)).map(|passage| vec![passage.id.clone()]);
        Ok((document, passage))
    };
    Ok(compare(analyzer, side(old)?, side(new)?))
}

/// Compares two documents, or those of their passages that are named.
pub(super) fn compare(
    analyzer: &Analyzer,
    old: (Document, Option<Vec<String>>),
    new: (Document, Option<Vec<String>>),
) -> Alignment {
    let (old, old_sentences) = side(old);
    let (new, new_sentences) = side(new);
    Alignment { old, new, rows: pair_sentences(analyzer, old_sentences, new_sentences) }
}

fn side((document, passages): (Document, Option<Vec<String>>)) -> (AlignedSide, Vec<AlignedSentence>) {
    let is_wanted = |passage: &Passage| passages.as_ref().is_none_or(|wanted| wanted.contains(&passage.id));
    let sentences = of_document(&document, is_wanted);
    let is_contents = |passage: &&Passage| passage.kind == PassageKind::Toc && is_wanted(passage);
    let contents = document.passages.iter().filter(is_contents).count();
    let document = Document { passages: Vec::new(), ..document };
    (AlignedSide { document, passages, sentences: sentences.len(), contents }, sentences)
}

#[cfg(test)]
mod tests {
    use super::{AlignedCounts, Pairing, pair_sentences};
    use crate::analysis::Analyzer;
    use crate::document::Passage;
    use crate::study::wording::sentence::sentences;

    #[test]
    fn each_sentence_stands_in_one_row_and_dropped_ones_before_what_followed() {
        let cut = |text: &str| sentences(&Passage { text: text.to_owned(), ..Passage::default() });
        let old = cut("議題は三つである。電波の割当てについて報告があった。次回は東京で開く。");
        let new = cut("議題は三つである。次回は東京で開く予定である。会議は公開で行った。");
        let rows = pair_sentences(&Analyzer::new(), old, new);
        let groups: Vec<Pairing> = rows.iter().map(|row| row.pairing).collect();
        assert_eq!(groups, [Pairing::Same, Pairing::Dropped, Pairing::Reworded, Pairing::New]);
        assert_eq!(AlignedCounts::of(&rows), AlignedCounts { same: 1, reworded: 1, new: 1, dropped: 1 });
        assert!(rows[2].parts.iter().any(|part| !part.same && part.new.contains("予定")), "{:?}", rows[2].parts);
    }
}
