//! The ends of a quotation at its place: whole endings, negations that it cuts off, passages and lines.

use std::ops::Range;

use super::align::Alignment;
use super::differences::squeezed;
use super::letters::{Letters, is_mark};
use super::meaning::negations;
use super::sources::Source;
use super::verdict::Place;
use crate::script::{is_hiragana, starts_with};

/// Letters behind a quotation among which a negation is told.
const BEHIND: usize = 8;

/// Keeps an alignment within the sentences that it is about, and reads the ending of its last word to the end.
///
/// A difference at an end does not reach over the end of a sentence. Japanese inflects in hiragana at the end of a
/// word:
/// where the last letter of a quotation differs (一致した for 一致しなかった), the whole ending is compared.
pub(super) fn trimmed(mut alignment: Alignment, source: &Letters, quotation: &Letters) -> Alignment {
    if let Some((of_source, of_quotation)) = alignment.edits.first_mut()
        && of_quotation.start == 0
        && of_source.start == alignment.source.start
        && let Some(start) = (of_source.start + 1..=of_source.end).rev().find(|at| source.begins_sentence(*at))
    {
        of_source.start = start;
        alignment.source.start = start;
    }
    let end = alignment.source.end;
    if let Some((of_source, of_quotation)) = alignment.edits.last_mut()
        && of_source.end == end
        && of_quotation.end == quotation.len()
    {
        let inflects = quotation.key.last().is_some_and(|c| is_hiragana(*c));
        let goes_on = |at: &usize| {
            source.key.get(*at).is_some_and(|c| is_hiragana(*c)) && !source.before(*at).iter().any(|c| is_mark(*c))
        };
        let reach = end + (end..end + BEHIND).take_while(goes_on).count();
        let is_far = |at: &usize| source.begins_sentence(*at) && *at < end;
        let first = of_source.start.max(1);
        of_source.end = (first..end).find(is_far).unwrap_or(if inflects { reach } else { end });
        // Equal letters at the new end are no difference: なかった for た leaves out なかっ.
        alignment.source.end = of_source.end;
        while of_source.end > of_source.start
            && of_quotation.end > of_quotation.start
            && source.key.get(of_source.end - 1) == quotation.key.get(of_quotation.end - 1)
        {
            of_source.end -= 1;
            of_quotation.end -= 1;
        }
    }
    alignment
}

/// Returns the place of some letters in a source.
pub(super) fn place(source: &Source, letters: &Range<usize>, score: f64) -> Option<Place> {
    let (first, last) = source.passages(letters)?;
    let passages = &source.document.passages;
    let (first, last) = (passages.get(first)?, passages.get(last)?);
    Some(Place {
        document: source.document.id.clone(),
        title: source.document.title.clone(),
        path: source.document.path.clone(),
        passage: first.id.clone(),
        lines: (first.lines.0, last.lines.1.max(first.lines.1)),
        page: first.page,
        text: squeezed(&source.text.text(letters)),
        score,
    })
}

/// Warns of a negation of the source directly behind some letters, or of a prefix that negates directly before them.
pub(super) fn cut_at_negation(source: &Letters, letters: &Range<usize>) -> Vec<String> {
    let before = letters.start.checked_sub(1).and_then(|at| source.key.get(at)).filter(|c| "不非未無".contains(**c));
    let before = before.filter(|_| source.before(letters.start).is_empty());
    let behind = cut_before_negation(source, letters.end);
    let before = before.map(|prefix| format!("the source has «{prefix}» directly before it"));
    before.into_iter().chain(behind.map(|words| format!("the source goes on with a negation: «{words}»"))).collect()
}

/// Returns the words of a source directly behind a quotation, where they negate it: 合意|はなし.
fn cut_before_negation(source: &Letters, end: usize) -> Option<String> {
    let limit = (end..(end + BEHIND).min(source.len()))
        .find(|at| *at > end && source.before(*at).iter().any(|c| !c.is_whitespace()));
    let behind = end..limit.unwrap_or((end + BEHIND).min(source.len()));
    if behind.is_empty() || source.before(end).iter().any(|c| !c.is_whitespace()) {
        return None;
    }
    let words = source.keys(&behind);
    // A negation belongs to the words before it only without another word between: は, が, に至ら, し.
    let is_close =
        |at: usize| words.get(..at).is_some_and(|before| before.len() <= 5 && before.iter().all(|c| is_hiragana(*c)));
    let close = (0..words.len()).filter(|at| is_close(*at)).any(|at| {
        let rest = words.get(at..).unwrap_or_default();
        let marks = ["ない", "なく", "なか", "なし", "ません", "ず", "ぬ"];
        marks.iter().any(|mark| starts_with(rest, mark))
    });
    (close && !negations(words).is_empty()).then(|| words.iter().collect())
}
