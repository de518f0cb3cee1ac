//! The wording of two meetings of a series.

use std::collections::{BTreeMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::difference::{Alignment, compare};
use crate::analysis::{Analyzer, fold};
use crate::document::{Document, Meeting, Relation};
use crate::engine::{Engine, SearchError};
use crate::metadata::series_key;
use crate::study::series::{Held, Series, Source};

/// Why a document stands for a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It reports this meeting as its own: its title or lead names it.
    Own,
    /// No other document names the meeting.
    Only,
    /// None reports it as its own; this one has most text on it.
    Longest,
}

impl Choice {
    /// The name in outputs: `own`, `only`, `longest`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Only => "only",
            Self::Longest => "longest",
        }
    }
}

/// A meeting with the document that stands for it.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetingSide {
    /// Its number or edition, as shown: `第9回`, `WRC-15`.
    pub name: String,
    /// Its dates, the most exact first.
    pub dates: Vec<String>,
    /// Why its document was taken.
    pub choice: Choice,
    /// The other documents that name it.
    pub others: Vec<Source>,
    /// True where documents contradict each other on it: dates without a common day, or two meetings of one number.
    pub conflict: bool,
}

/// Two meetings of a series side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetingsCompared {
    /// Name of the series.
    pub series: String,
    /// The first meeting.
    pub old: MeetingSide,
    /// The second meeting.
    pub new: MeetingSide,
    /// Their texts. Where a document reports several meetings of the series, only its passages that name the meeting.
    pub comparison: Alignment,
}

/// Reads two meetings: `9..10`, `WRC-12..WRC-15`, `第9回..第10回`, or by their dates `2012-11..2013-12`.
///
/// # Errors
/// Another text; the message says what is expected.
///
/// # Examples
/// ```
/// use fumikura::study::meeting_range;
///
/// assert_eq!(meeting_range("第９回..第10回"), Ok(("9".to_owned(), "10".to_owned())));
/// assert!(meeting_range("9").is_err());
/// ```
pub fn meeting_range(text: &str) -> Result<(String, String), String> {
    let name = |name: &str| {
        let plain: String = name.nfkc().collect();
        let bare = plain.trim();
        let number = bare.strip_prefix('第').and_then(|rest| rest.strip_suffix('回'));
        number.unwrap_or(bare).trim().to_owned()
    };
    let both = text.split_once("..").map(|(old, new)| (name(old), name(new)));
    let both = both.filter(|(old, new)| !old.is_empty() && !new.is_empty() && !new.contains(".."));
    both.ok_or_else(|| {
        format!("'{text}' names no two meetings; expected two numbers or editions: 9..10, WRC-12..WRC-15")
    })
}

/// Compares two meetings of one of some series, by number, edition or date as [`meeting_range`] gives them.
///
/// # Errors
/// A meeting that no document names, or two that the same passages name: the message names what exists; a collection
/// that cannot be read.
pub fn compare_meetings(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    series: &[Series],
    (old, new): (&str, &str),
) -> Result<MeetingsCompared, SearchError> {
    let all_held = |series: &&Series| !held(series, old).is_empty() && !held(series, new).is_empty();
    // Names can be of several series: the one that has both meetings is meant.
    let Some(series) = series.iter().find(all_held).or_else(|| series.first()) else {
        return Err(SearchError::NotFound("no document names the series; fumikura series lists all".to_owned()));
    };
    let (old_side, old_text) = side(engine, series, old)?;
    let (new_side, new_text) = side(engine, series, new)?;
    if old_text.0.id == new_text.0.id && old_text.1 == new_text.1 {
        return Err(SearchError::NotFound(format!(
            "{} and {} of «{}» are named by the same passages of {}: there are no two texts to compare",
            old_side.name, new_side.name, series.name, old_text.0.id
        )));
    }
    let comparison = compare(analyzer, old_text, new_text);
    Ok(MeetingsCompared { series: series.name.clone(), old: old_side, new: new_side, comparison })
}

/// Returns the meetings that a name can mean: by number, else by edition, else by date.
fn held<'a>(series: &'a Series, name: &str) -> Vec<&'a Held> {
    let by = |is_it: &dyn Fn(&Held) -> bool| series.meetings.iter().filter(|held| is_it(held)).collect::<Vec<_>>();
    let number = name.parse::<u32>().ok();
    let found = by(&|held| number.is_some() && held.number == number);
    if !found.is_empty() {
        return found;
    }
    let found = by(&|held| held.edition.as_ref().is_some_and(|edition| fold(edition).chars == fold(name).chars));
    if !found.is_empty() {
        return found;
    }
    let is_date = name.len() >= 4 && name.chars().all(|c| c.is_ascii_digit() || c == '-');
    by(&|held| is_date && held.dates.iter().any(|told| told.value.starts_with(name)))
}

/// A document, with the passages that count where not all do.
type Text = (Document, Option<Vec<String>>);

/// Chooses the document that stands for a meeting.
fn side(engine: &dyn Engine, series: &Series, name: &str) -> Result<(MeetingSide, Text), SearchError> {
    let found = held(series, name);
    let Some(first) = found.first() else { return Err(missing(series, name)) };
    let shown = label(first);
    let sources: BTreeMap<&str, &Source> =
        found.iter().flat_map(|held| &held.sources).map(|source| (source.document.as_str(), source)).collect();
    let keys: HashSet<String> = std::iter::once(&series.name)
        .chain(&series.other_names)
        .map(|name| series_key(name))
        .chain([series.id.clone()])
        .collect();
    let is_of_series = |meeting: &Meeting| {
        meeting.relation == Relation::Session
            && (keys.contains(&meeting.series_id) || keys.contains(&series_key(&meeting.series)))
    };
    let is_it = |meeting: &Meeting| is_of_series(meeting) && found.iter().any(|held| is_meeting(held, meeting));
    let mut texts: Vec<(bool, usize, Text)> = Vec::new();
    for id in sources.keys() {
        let document = match engine.show(id) {
            Ok(shown) => shown.document,
            // A correction can name a document that is not in the collection.
            Err(SearchError::NotFound(_)) => continue,
            Err(error) => return Err(error),
        };
        let is_own = document.series.iter().any(is_it);
        let others = document.series.iter().filter(|meeting| is_of_series(meeting) && !is_it(meeting));
        let is_alone = is_own && others.filter(|meeting| meeting.number.is_some()).count() == 0;
        let naming = document.passages.iter().filter(|passage| passage.series.iter().any(is_it));
        let naming: Vec<String> = naming.map(|passage| passage.id.clone()).collect();
        let passages = (!is_alone && !naming.is_empty()).then_some(naming);
        let is_read = |id: &String| passages.as_ref().is_none_or(|wanted| wanted.contains(id));
        let read = document.passages.iter().filter(|passage| is_read(&passage.id));
        let length = read.map(|passage| passage.text.chars().count()).sum();
        texts.push((is_own, length, (document, passages)));
    }
    // The first of those with most text: `max_by_key` takes the last.
    texts.reverse();
    let others = texts.len();
    let Some((is_own, _, text)) = texts.into_iter().max_by_key(|(is_own, length, _)| (*is_own, *length)) else {
        let told: Vec<&str> = sources.keys().copied().collect();
        return Err(SearchError::NotFound(format!(
            "no document of this index reports {shown} of «{}»; it is known from {}",
            series.name,
            if told.is_empty() { "a correction".to_owned() } else { told.join(", ") }
        )));
    };
    let choice = match (is_own, others) {
        (true, _) => Choice::Own,
        (false, 1) => Choice::Only,
        (false, _) => Choice::Longest,
    };
    let others = sources.into_values().filter(|source| source.document != text.0.id).cloned().collect();
    let dates = found.iter().flat_map(|held| &held.dates).map(|told| told.value.clone()).collect();
    let conflict = found.iter().any(|held| held.conflict);
    Ok((MeetingSide { name: shown, dates, choice, others, conflict }, text))
}

/// True where a document means this meeting.
fn is_meeting(held: &Held, meeting: &Meeting) -> bool {
    match (held.number, &held.edition) {
        (Some(number), _) if meeting.number.is_some() => meeting.number == Some(number),
        (_, Some(edition)) if meeting.edition.is_some() => meeting.edition.as_ref() == Some(edition),
        (None, None) => held.dates.iter().any(|told| meeting.date.as_ref() == Some(&told.value)),
        _ => false,
    }
}

/// Writes number or edition of a meeting; the date of one that has neither.
fn label(held: &Held) -> String {
    let number = held.number.map(|number| format!("第{number}回"));
    let date = || held.dates.first().map(|told| told.value.clone());
    number.or_else(|| held.edition.clone()).or_else(date).unwrap_or_default()
}

/// Most meetings that an error names.
const NAMED: usize = 20;

/// Says which meetings there are.
fn missing(series: &Series, name: &str) -> SearchError {
    let mut there: Vec<String> = series.meetings.iter().map(label).filter(|label| !label.is_empty()).collect();
    there.dedup();
    let more = there.len().saturating_sub(NAMED);
    there.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let there = match there.is_empty() {
        true => "no document names any of its meetings".to_owned(),
        false => format!("there are {}{more}", there.join("、")),
    };
    SearchError::NotFound(format!("no document names meeting {name} of «{}»; {there}", series.name))
}

#[cfg(test)]
mod tests {
    use super::{held, label, meeting_range, missing};
    use crate::study::series::{Held, Series, Told};

    fn series() -> Series {
        let told = |value: &str| vec![Told { value: value.to_owned(), sources: Vec::new() }];
        Series {
            name: "日EU・ICT政策対話".to_owned(),
            meetings: vec![
                Held { number: Some(18), ..Held::default() },
                Held { number: Some(19), dates: told("2012-11"), ..Held::default() },
                Held { edition: Some("WRC-15".to_owned()), ..Held::default() },
                Held { dates: told("2014-03-04"), ..Held::default() },
            ],
            ..Series::default()
        }
    }

    #[test]
    fn a_meeting_is_found_by_number_edition_or_date() {
        for (name, found) in [("19", "第19回"), ("wrc-15", "WRC-15"), ("2014", "2014-03-04"), ("2012-11", "第19回")]
        {
            assert_eq!(held(&series(), name).first().map(|held| label(held)).as_deref(), Some(found), "{name}");
        }
        assert!(held(&series(), "20").is_empty() && held(&series(), "1").is_empty());
        let said = missing(&series(), "20").to_string();
        assert!(said.contains("meeting 20") && said.contains("第18回、第19回、WRC-15、2014-03-04"), "{said}");
    }

    #[test]
    fn two_meetings_are_asked_for() {
        assert_eq!(meeting_range("WRC-12..WRC-15"), Ok(("WRC-12".to_owned(), "WRC-15".to_owned())));
        for bad in ["", "9", "9..", "..9", "9-10", "1..2..3"] {
            assert!(meeting_range(bad).is_err_and(|said| said.contains(bad)), "{bad}");
        }
    }
}
