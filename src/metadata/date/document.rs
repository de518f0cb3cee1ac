//! Finds the date of a document: by the publication line, else by an event in its first texts, else by inference from
//! weekdays and other evidence.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::calendar;
use super::terms::{Expression, Month, date_words};
use super::{Context, Written, mentions, parse_range, resolved};
use crate::document::{CivilDate, DateInterval, DateKind, DateMention, DateSource, DocumentDate, Precision};
use crate::document::{OtherDay, day_labels, is_no_title, other_day};
use crate::script::{half_width, is_kanji_numeral};
use crate::table;

/// Table of events with their days.
pub(in crate::metadata) const EVENTS: &str = include_str!("../../../data/events.tsv");

/// Number of first texts (the lead) whose dates may be the date of the document.
const LEAD_TEXTS: usize = 3;
/// Number of first lines, without empty ones, that may be the publication line.
const HEAD_LINES: usize = 12;
/// Longest publication line, in code points.
const MAX_LINE_CHARS: usize = 24;
/// Candidate years of a day with a weekday and without a year.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2035;

/// Longest label beside the date of a publication line, in code points: 独立行政法人情報処理推進機構 is too long.
const MAX_LABEL_CHARS: usize = 10;

/// Longest label behind a date, in code points: 一部改定.
const MAX_BEHIND_CHARS: usize = 6;
/// Number of further characters in a publication line, in code points.
const MAX_LOOSE_CHARS: usize = 4;

/// How a line of dates names a date, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// 公開日, 掲載日: the day of the publication.
    Published,
    /// A date alone.
    Alone,
    /// 更新日: the day of the last change of a page, which may be years later.
    Updated,
    /// 日時, 締切: another day, which is never that of the publication.
    Other,
}

/// Reads the words with which a page states the day of its publication.
pub fn page_day(words: &str) -> Option<DocumentDate> {
    let found = mentions(words, &mut Context::default());
    let day = found.iter().find(|day| day.source == DateSource::Stated && day.precision == Precision::Day)?;
    of(day, DateKind::Published, day.source)
}

/// Finds the line of a press release that consists of its date, in the first texts.
///
/// A line with a day is preferred to a line with a month (2020年6月 under the title of a paper), a day of publication to
/// a day without label, and that to a day of an update. Of several revisions (改定), the newest counts. A page of a
/// meeting tells the day of the meeting, so the day of its update is no publication.
pub fn publication_line(title: &str, texts: &[&str]) -> Option<DocumentDate> {
    let lines = |texts_of: usize| {
        let lines = texts.iter().take(texts_of).flat_map(|text| text.lines());
        lines.map(str::trim).filter(|line| !line.is_empty())
    };
    // The lines around the title come first: a menu or the banner of an archive may stand above them.
    let at_title = lines(TITLE_TEXTS).take(TITLE_LINES).position(|line| line == title).unwrap_or_default();
    let around = || lines(TITLE_TEXTS).skip(at_title.saturating_sub(LINES_ABOVE)).take(LINES_ABOVE + HEAD_LINES);
    let of_title = (at_title > LINES_ABOVE).then(|| best_of(title, around())).flatten();
    let found = of_title.or_else(|| best_of(title, lines(LEAD_TEXTS).take(HEAD_LINES)));
    found.or_else(|| day_without_era(&around().collect::<Vec<&str>>(), texts))
}

/// Reads a day of three short numbers that stands alone beside an office: 26.5.12 above 防衛省. It counts years of an
/// era. The era is the one in which the year is next to a year that the texts state.
fn day_without_era(head: &[&str], texts: &[&str]) -> Option<DocumentDate> {
    let office = |at: usize| head.get(at).is_some_and(|line| is_no_title(line) && numbers(line).is_none());
    let found = head
        .iter()
        .enumerate()
        .find_map(|(at, line)| Some((*line, numbers(line)?)).filter(|_| office(at + 1) || at > 0 && office(at - 1)));
    let (line, [year, month, day]) = found?;
    let stated: BTreeSet<i16> = texts
        .iter()
        .flat_map(|text| mentions(text, &mut Context::default()))
        .filter(|mention| mention.source == DateSource::Stated)
        .filter_map(|mention| Some(mention.interval?.start.year))
        .collect();
    let eras: Vec<&str> = calendar::era_names().collect();
    let in_era = |era: &&str| {
        let words = format!("{era}{year}年{month}月{day}日");
        let mention = mentions(&words, &mut Context::default()).into_iter().next()?;
        let interval = mention.interval.filter(|_| mention.precision == Precision::Day)?;
        stated.iter().any(|stated| (stated - interval.start.year).abs() <= 1).then_some(interval)
    };
    Some(DocumentDate {
        interval: eras.iter().rev().find_map(in_era)?,
        precision: Precision::Day,
        kind: DateKind::Published,
        source: DateSource::Inferred,
        evidence: line.to_owned(),
        candidates: Vec::new(),
    })
}

/// Reads a line of three numbers of one or two digits, parted by points.
fn numbers(line: &str) -> Option<[i16; 3]> {
    if line.chars().nth(8).is_some() {
        return None;
    }
    let line: String = line.chars().map(half_width).collect();
    let mut parts = line.split('.').map(|part| part.parse::<i16>().ok().filter(|number| (1..=99).contains(number)));
    let found = [parts.next()??, parts.next()??, parts.next()??];
    (parts.next().is_none() && found[1] <= 12 && found[2] <= 31).then_some(found)
}

/// Number of first texts and lines in which the title is searched, where menus precede it.
const TITLE_TEXTS: usize = 12;
const TITLE_LINES: usize = 120;
/// Number of lines above the title that may hold the date.
const LINES_ABOVE: usize = 3;

/// Returns the date of the best line of dates.
fn best_of<'a>(title: &str, lines: impl Iterator<Item = &'a str>) -> Option<DocumentDate> {
    let mut found: Vec<(Named, bool, DateMention)> = Vec::new();
    // The days below a label belong to it: 開催日.
    let mut label = None;
    for line in lines {
        let mut dates = named_dates(line);
        if dates.is_empty() {
            label = if line == title { None } else { label_of_line(line) };
        } else if label.is_some() {
            dates.iter_mut().filter(|(named, ..)| *named == Named::Alone).for_each(|date| date.0 = Named::Other);
        }
        found.append(&mut dates);
    }
    let has_event = found.iter().any(|(named, ..)| *named == Named::Other);
    found.retain(|(named, ..)| *named != Named::Other && !(has_event && *named == Named::Updated));
    [Precision::Day, Precision::Month].into_iter().find_map(|precision| {
        let of_precision = || found.iter().filter(|(.., mention)| mention.precision == precision);
        let newest = of_precision().filter(|(_, revised, _)| *revised).max_by_key(|(.., mention)| mention.interval);
        let first = || of_precision().min_by_key(|(named, ..)| *named);
        let (.., mention) = newest.or_else(first)?;
        of(mention, DateKind::Published, mention.source)
    })
}

/// Returns the day that a line of labels names: １．日時, or a head of a table such as 開催日　場所.
fn label_of_line(line: &str) -> Option<OtherDay> {
    other_day(line).or_else(|| {
        let parts = line.split(['\u{3000}', ' ']).filter(|part| !part.is_empty());
        if line.chars().nth(2 * MAX_LINE_CHARS).is_some() { None } else { parts.into_iter().find_map(other_day) }
    })
}

/// Reads the dates of a line that has nothing beside dates and their labels, and whether each is that of a revision.
fn named_dates(line: &str) -> Vec<(Named, bool, DateMention)> {
    if line.chars().count() > 2 * MAX_LINE_CHARS {
        return Vec::new();
    }
    let found = mentions(line, &mut Context::default());
    if found.is_empty() {
        return Vec::new();
    }
    let (mut rest, mut at) = (line, 0);
    let mut named = Vec::new();
    // Characters that are neither dates nor labels nor offices.
    let mut loose = 0;
    for mention in found {
        let between = rest;
        let length = mention.span.start - at;
        rest = behind(rest, mention.span.end - at);
        at = mention.span.end;
        let before: String = between.chars().take(length).collect();
        // A label stands before its date, or behind it: 2014-05-08(新規), 平成30年7月27日 改定.
        let label = before.trim_matches([' ', '\u{3000}', ':', '：', '(', '（', ')', '）', '|', '/', '／', ',', '、']);
        let after = rest.trim_start_matches([' ', '\u{3000}', '(', '（']);
        let behind_it = after
            .split([' ', '\u{3000}', ')', '）'])
            .next()
            .filter(|word| label.is_empty() && word.chars().count() <= MAX_BEHIND_CHARS);
        let squeezed = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
        };
        let label_alone = squeezed(label);
        let words = label_alone.clone() + &squeezed(behind_it.unwrap_or_default());
        let has = |words_of: &[&str]| words_of.iter().any(|word| words.contains(word));
        let labels = day_labels();
        let (published, revised) = (has(&labels.published), has(&labels.revised));
        let updated = has(&labels.updated) || has(&labels.copied);
        let is_event = labels.event.iter().any(|word| label_alone.contains(word)) || other_day(label).is_some();
        // 報道資料 and an office may stand before the date.
        let of_date = published || updated || revised;
        for part in label.split(['\u{3000}', ' ']).filter(|part| !is_no_title(part) && !is_place(part)) {
            let length = part.chars().count();
            loose += if of_date && length <= MAX_LABEL_CHARS { 0 } else { length };
        }
        if is_event && !published {
            return vec![(Named::Other, false, mention)];
        }
        if mention.source != DateSource::Stated {
            return Vec::new();
        }
        let name = match (published, updated) {
            (true, _) => Named::Published,
            (false, true) => Named::Updated,
            _ => Named::Alone,
        };
        named.push((name, revised, mention));
    }
    let labelled = named.iter().any(|(named, revised, _)| *named != Named::Alone || *revised);
    // Offices and the place of a conference (於：会見室) may follow.
    if !is_no_title(rest) && !rest.contains('於') {
        let length = rest.chars().count();
        loose += if labelled && length <= MAX_LABEL_CHARS { 0 } else { length };
    }
    // Two days without labels are no line of publication.
    if loose > MAX_LOOSE_CHARS || named.len() > 1 && !labelled { Vec::new() } else { named }
}

/// True for a place before a date in English: Tokyo, 12 May 2022.
fn is_place(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ',' | ' '))
}

fn of(mention: &DateMention, kind: DateKind, source: DateSource) -> Option<DocumentDate> {
    Some(DocumentDate {
        interval: mention.interval?,
        precision: mention.precision,
        kind,
        source,
        evidence: mention.surface.clone(),
        candidates: Vec::new(),
    })
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

/// Returns the text without its first `chars` characters.
fn behind(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or("", |(at, _)| &text[at..])
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
    let lines = lines.map(|line| (std::mem::replace(&mut above, Some(line)), line));
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
