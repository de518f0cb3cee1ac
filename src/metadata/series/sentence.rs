//! Sentences and the dates in them.

use crate::document::{CivilDate, DateMention, DateSource, Precision};

/// Characters before and behind a name or verb that tell something of it: a line may be a megabyte long.
const REACH: usize = 300;

/// The sentence around a place, or what of it is within reach.
pub(super) fn sentence(chars: &[char], at: usize) -> (usize, usize) {
    let is_end = |c: &char| matches!(c, '。' | '\n');
    let (first, last) = (at.saturating_sub(REACH), chars.len().min(at + REACH));
    let start = chars[first..at].iter().rposition(is_end).map_or(first, |end| first + end + 1);
    let end = chars[at..last].iter().position(is_end).map_or(last, |length| at + length);
    (start, end)
}

/// True for a title that is a sentence of a text: it has an end, or a topic and a comma.
pub(super) fn is_sentence(chars: &[char]) -> bool {
    chars.contains(&'。')
        || chars.windows(2).any(|pair| matches!(pair, ['は' | 'に' | 'が' | 'て' | 'で' | 'り' | 'し', '、']))
        || chars.first() == Some(&'|')
}

/// A date in ISO 8601 as far as it is told.
pub(super) fn written(date: &DateMention) -> Option<String> {
    let days = date.interval.filter(|_| date.source != DateSource::Inferred)?;
    let (start, end) = (days.start, days.end);
    let month = |date: CivilDate| format!("{:04}-{:02}", date.year, date.month);
    if date.surface.contains("年度") && start.month == 4 && start.day == 1 && end.month == 3 {
        return Some(format!("{}年度", start.year));
    }
    Some(match date.precision {
        Precision::Year if start.year == end.year => format!("{:04}", start.year),
        Precision::Month if month(start) == month(end) => month(start),
        Precision::Month => format!("{}/{}", month(start), month(end)),
        _ if start == end => start.to_string(),
        _ => format!("{start}/{end}"),
    })
}
