//! Finds the date of a document: by the publication line, else by an event in its first texts, else by inference from
//! weekdays and other evidence.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::calendar;
use super::publication::{HEAD_LINES, LEAD_TEXTS, MAX_LINE_CHARS, MAX_LOOSE_CHARS, behind, label_of_line, of};
use super::terms::{Expression, Month, date_words};
use super::{Context, Written, mentions, parse_range, resolved};
use crate::document::{CivilDate, DateInterval, DateKind, DateMention, DateSource, DocumentDate, Precision};
use crate::document::{OtherDay, day_labels, other_day};
use crate::script::is_kanji_numeral;
use crate::table;

/// Table of events with their days.
pub(in crate::metadata) const EVENTS: &str = include_str!("../../../data/events.tsv");

/// Candidate years of a day with a weekday and without a year.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2035;

/// Reads the words with which a page states the day of its publication.
pub fn page_day(words: &str) -> Option<DocumentDate> {
    let found = mentions(words, &mut Context::default());
    let day = found.iter().find(|day| day.source == DateSource::Stated && day.precision == Precision::Day)?;
    of(day, DateKind::Published, day.source)
}

/// Reads the dates of the first texts of a document.
pub fn lead(texts: &[&str]) -> Vec<Written> {
    texts.iter().take(LEAD_TEXTS).map(|text| Written::new(text)).collect()
}

/// Finds the date of a document without a publication line, by its title and its texts. `lead` holds the dates of the
/// first texts.
pub fn document_date(title: &str, texts: &[&str], lead: &[Written]) -> Option<DocumentDate> {
    let of_title = Written::new(title);
    let head = || std::iter::once((title, &of_title)).chain(texts.iter().copied().zip(lead));
    let in_lead = || texts.iter().zip(lead).find_map(|(text, written)| event(text, written, false));
    let found = event(title, &of_title, true).or_else(|| head_day(texts)).or_else(in_lead);
    found.or_else(|| head().find_map(|(text, written)| by_weekday(text, written, texts))).or_else(|| as_of(texts))
}

/// Finds the first stated day in a sentence that reports an event.
fn event(text: &str, written: &Written, is_title: bool) -> Option<DocumentDate> {
    // The rest of a sentence is searched once, not again for each further date in the sentence.
    let (mut rest, mut at) = (text, 0);
    let mut held: Option<(usize, bool)> = None;
    resolved(text, written, &mut Context::default()).iter().find_map(|mention| {
        if mention.source != DateSource::Stated || mention.precision != Precision::Day {
            return None;
        }
        rest = behind(rest, mention.span.end - std::mem::replace(&mut at, mention.span.end));
        let from = text.len() - rest.len();
        let (_, is_held) = match held {
            // An earlier search found no word up to the end of this sentence.
            Some((end, false)) if from <= end => (end, false),
            _ => {
                let after = rest.split('。').next().unwrap_or_default();
                *held.insert((from + after.len(), date_words().held.iter().any(|word| after.contains(word))))
            }
        };
        let is_labelled = is_labelled(text, from, mention.span.end - mention.span.start);
        let is_event = is_held || is_labelled || is_title && is_of_gathering(text, rest);
        is_event.then(|| of(mention, DateKind::Event, DateSource::Stated)).flatten()
    })
}

/// Longest distance in which a label (日時) may precede the days of an event, in characters without blanks, and with
/// them.
const LABEL_CHARS: usize = 8;
const WIDE_LABEL_CHARS: usize = 24;
/// Largest number of days between an event and the publication of its report or announcement.
const NEAR_DAYS: i64 = 93;

/// Finds the days of the event that a document reports or announces. They come from the title, or from the first
/// sentence of the first texts that reports an event near the publication.
pub fn events(own: &DocumentDate, title: &str, lead: &[(&str, &Written)]) -> Vec<DocumentDate> {
    if own.kind == DateKind::Event {
        return Vec::new();
    }
    let of_title = Written::new(title);
    let context = Context::of(Some(own.interval.start));
    let of_title = near_events(own, title, &of_title, context, true);
    let mut lead = lead.iter();
    of_title
        .or_else(|| lead.find_map(|(text, written)| near_events(own, text, written, context, false)))
        .unwrap_or_default()
}

/// Tells whether the label of an event stands before a date, or on the line above it. `end` is the end of the date in
/// bytes, `length` its length in characters.
fn is_labelled(text: &str, end: usize, length: usize) -> bool {
    let mut before = text[..end].chars().rev().skip(length).take(WIDE_LABEL_CHARS).peekable();
    let mut label: Vec<char> = Vec::new();
    while let Some(c) = before.next_if(|c| *c != '\n' && label.len() < LABEL_CHARS) {
        if !c.is_whitespace() {
            label.push(c);
        }
    }
    let above = label.is_empty() && before.next() == Some('\n');
    if above {
        label.extend(before.by_ref().take_while(|c| *c != '\n'));
    }
    let label: String = label.into_iter().rev().collect();
    let labels = day_labels();
    if above {
        return other_day(&label) == Some(OtherDay::Event);
    }
    labels.event.iter().chain(&labels.plain).any(|word| label.contains(word))
}

/// True if a title names a gathering, and no word after the day (公表, 現在) makes it the day of a paper.
fn is_of_gathering(title: &str, behind_day: &str) -> bool {
    let words = date_words();
    let behind = behind_day.trim_start_matches(['に', 'の', ' ', '\u{3000}']);
    !words.not_held.iter().any(|word| behind.starts_with(word))
        && words.gatherings.iter().any(|word| title.contains(word))
}

fn has_number(surface: &str) -> bool {
    surface.chars().any(|c| c.is_numeric() || is_kanji_numeral(c))
}

fn near_events(
    own: &DocumentDate,
    text: &str,
    written: &Written,
    mut context: Context,
    is_title: bool,
) -> Option<Vec<DocumentDate>> {
    let mut found: Vec<DocumentDate> = Vec::new();
    let (mut rest, mut at) = (text, 0);
    // The rest of a sentence is searched once, not again for each further date in the sentence.
    let mut held: Option<(usize, bool)> = None;
    for mention in resolved(text, written, &mut context) {
        let between = rest;
        rest = behind(rest, mention.span.end - std::mem::replace(&mut at, mention.span.end));
        let gap = mention.span.end - mention.span.start;
        if !found.is_empty() {
            // Further days count only if a conjunction joins them to the first: 10月10日及び11日.
            let before: String = between.chars().take(between.chars().count() - rest.chars().count() - gap).collect();
            if !date_words().and.contains(&before.trim()) {
                break;
            }
        }
        // 本月10日 names a day near the publication; 昨日 is relative to the speaker, so it does not count.
        let is_named = mention.source != DateSource::Relative || has_number(&mention.surface);
        let Some(days) = mention.interval.filter(|_| mention.precision == Precision::Day && is_named) else {
            continue;
        };
        let apart =
            calendar::distance(days.start, own.interval.start).min(calendar::distance(days.end, own.interval.end));
        if own.interval.contains(&days) || !own.interval.overlaps(&days) && apart > NEAR_DAYS {
            continue;
        }
        let from = text.len() - rest.len();
        let (_, is_held) = match held {
            Some((end, false)) if from <= end => (end, false),
            _ => {
                let after = sentence(rest);
                *held.insert((from + after.len(), date_words().takes_place.iter().any(|word| after.contains(word))))
            }
        };
        if is_held || is_title && is_of_gathering(text, rest) || is_labelled(text, from, gap) {
            let event = of(&mention, DateKind::Event, mention.source);
            // A repeated day counts once: 10月10日(火)、10月10日.
            found.extend(event.filter(|event| found.iter().all(|known| known.interval != event.interval)));
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Returns the text to the end of its first sentence. A 。 before a closing bracket ends no sentence: 「…という。)」.
fn sentence(text: &str) -> &str {
    let ends = text.match_indices('。').map(|(at, mark)| at + mark.len());
    let mut ends = ends.filter(|end| !text[*end..].starts_with([')', '）', '」', '』']));
    ends.next().map_or(text, |end| &text[..end])
}

/// Infers the year of a day without a year. The weekdays must be right in that year, and the events that the texts
/// place in their own year must leave one candidate.
fn by_weekday(lead: &str, written: &Written, texts: &[&str]) -> Option<DocumentDate> {
    let expression = written.expressions.iter().find(|expression| {
        let first = &expression.first;
        first.year.is_none()
            && first.weekday.is_some()
            && first.day().is_some()
            && matches!(first.month, Some(Month::Number(_)))
    })?;
    let surface: String = lead.chars().skip(expression.start).take(expression.end - expression.start).collect();
    let fits = |year: i16| days_in(&surface, expression, year);
    let candidates: Vec<i16> = YEARS.filter(|year| fits(*year).is_some()).collect();
    if candidates.is_empty() {
        return None;
    }
    let named = this_years_events(texts);
    let chosen: Vec<i16> =
        candidates.iter().copied().filter(|year| named.iter().any(|(_, event)| event.start.year == *year)).collect();
    let [year] = chosen.as_slice() else { return None };
    let because = named
        .iter()
        .filter(|(_, event)| event.start.year == *year)
        .map(|(words, _)| words.as_str())
        .next()
        .unwrap_or_default();
    Some(DocumentDate {
        interval: fits(*year)?,
        precision: Precision::Day,
        kind: DateKind::Event,
        source: DateSource::Inferred,
        evidence: format!("{surface}; {because}"),
        candidates,
    })
}

/// Returns the days of an expression without a year in a year; `None` where a weekday is wrong in that year.
fn days_in(surface: &str, expression: &Expression, year: i16) -> Option<DateInterval> {
    let mut context = Context::of(Some(CivilDate::new(year, 7, 1)));
    let Some(Month::Number(month)) = expression.first.month else { return None };
    let first = CivilDate::new(year, month, expression.first.day()?);
    let right =
        |day: CivilDate, weekday: Option<u8>| weekday.is_none_or(|weekday| calendar::weekday(day) == Some(weekday));
    context.document = Some(first);
    let interval = mentions(surface, &mut context).first()?.interval?;
    let last_weekday = expression.last.and_then(|last| last.weekday);
    (interval.start == first && right(first, expression.first.weekday) && right(interval.end, last_weekday))
        .then_some(interval)
}

/// Infers the year of a head line that is a day without a year, as under 8月5日(金): the newest year that the texts state
/// and in which the weekday is right. Without a weekday, the texts must state a day near it.
fn head_day(texts: &[&str]) -> Option<DocumentDate> {
    let lines = texts.iter().take(LEAD_TEXTS).flat_map(|text| text.lines()).map(str::trim).take(HEAD_LINES);
    let mut above = None;
    let lines = lines.map(|line| (above.replace(line), line));
    let lines = lines.filter(|(above, line)| {
        line.chars().count() <= MAX_LINE_CHARS && above.is_none_or(|above| label_of_line(above).is_none())
    });
    let (line, expression) = lines.into_iter().find_map(|(_, line)| {
        let written = Written::new(line);
        let [only] = written.expressions.as_slice() else { return None };
        let alone = line.chars().count() - (only.end - only.start) <= MAX_LOOSE_CHARS;
        (alone && only.first.year.is_none() && only.first.day().is_some()).then_some((line, *only))
    })?;
    let stated = texts.iter().flat_map(|text| mentions(text, &mut Context::default()));
    let stated: Vec<DateMention> = stated.filter(|mention| mention.source == DateSource::Stated).collect();
    let near = |day: DateInterval| {
        let is_near = |other: DateInterval| calendar::distance(other.start, day.start) <= NEAR_DAYS;
        stated.iter().any(|other| other.precision == Precision::Day && other.interval.is_some_and(is_near))
    };
    let years: BTreeSet<i16> = stated.iter().filter_map(|mention| Some(mention.interval?.start.year)).collect();
    let has_weekday = expression.first.weekday.is_some();
    let days = |year: &i16| days_in(line, &expression, *year).filter(|days| has_weekday || near(*days));
    Some(DocumentDate {
        interval: years.iter().rev().find_map(days)?,
        precision: Precision::Day,
        kind: DateKind::Published,
        source: DateSource::Inferred,
        evidence: line.to_owned(),
        candidates: years.iter().copied().filter(|year| days(year).is_some()).collect(),
    })
}

/// Returns the events of `data/events.tsv` that a text places in its own year: 本年12月に開催される…WCIT.
fn this_years_events(texts: &[&str]) -> Vec<(String, DateInterval)> {
    static TABLE: LazyLock<Vec<(&str, DateInterval)>> = LazyLock::new(|| {
        table::rows(EVENTS)
            .filter_map(|cells| {
                Some(table::list(cells.first()?).map({
                    let days = *cells.get(1)?;
                    move |name| (name, days)
                }))
            })
            .flatten()
            .filter_map(|(name, days)| Some((name, parse_range(days).ok()?)))
            .collect()
    });
    let mut found = Vec::new();
    for text in texts {
        for sentence in text.split('。') {
            let Some(at) = ["本年", "今年"].iter().filter_map(|word| sentence.find(word)).min() else { continue };
            let rest = &sentence[at..];
            let month = mentions(rest, &mut Context::of(Some(CivilDate::new(2000, 1, 1))))
                .first()
                .and_then(|mention| mention.interval);
            for (name, days) in TABLE.iter() {
                // A month in the text must be a month of the event.
                let same_month = month
                    .is_none_or(|month| month.start.month <= days.end.month && days.start.month <= month.end.month);
                if same_month && rest.find(name).is_some_and(|offset| rest[..offset].chars().count() <= 40) {
                    let words: String = rest.chars().take_while(|c| *c != '、').take(40).collect();
                    found.push((words, *days));
                }
            }
        }
    }
    found
}

/// Infers the year from the latest stamp of the form 2008年4月現在.
fn as_of(texts: &[&str]) -> Option<DocumentDate> {
    let mut latest: Option<DateMention> = None;
    for text in texts.iter().filter(|text| text.contains("現在")) {
        let (mut rest, mut at) = (*text, 0);
        for mention in mentions(text, &mut Context::default()) {
            rest = behind(rest, mention.span.end - std::mem::replace(&mut at, mention.span.end));
            let later = |best: &DateMention| best.interval < mention.interval;
            if rest.starts_with("現在") && mention.source == DateSource::Stated && latest.as_ref().is_none_or(later) {
                latest = Some(mention);
            }
        }
    }
    let mention = latest?;
    let year = mention.interval?.start.year;
    Some(DocumentDate {
        interval: calendar::year(year),
        precision: Precision::Year,
        kind: DateKind::Published,
        source: DateSource::Inferred,
        evidence: format!("{}現在", mention.surface),
        candidates: vec![year],
    })
}
