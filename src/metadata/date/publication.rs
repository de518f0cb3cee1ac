//! Finds the line that tells the day of the publication, apart from the days of events and of updates.

use std::collections::BTreeSet;

use super::{Context, calendar, mentions};
use crate::document::{DateKind, DateMention, DateSource, DocumentDate, Precision};
use crate::document::{OtherDay, day_labels, is_no_title, other_day};
use crate::script::half_width;

/// Number of first texts (the lead) whose dates may be the date of the document.
pub(super) const LEAD_TEXTS: usize = 3;
/// Number of first lines, without empty ones, that may be the publication line.
pub(super) const HEAD_LINES: usize = 12;
/// Longest publication line, in code points.
pub(super) const MAX_LINE_CHARS: usize = 24;
/// Number of further characters in a publication line, in code points.
pub(super) const MAX_LOOSE_CHARS: usize = 4;
/// Longest label beside the date of a publication line, in code points: 独立行政法人情報処理推進機構 is too long.
const MAX_LABEL_CHARS: usize = 10;
/// Longest label behind a date, in code points: 一部改定.
const MAX_BEHIND_CHARS: usize = 6;

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
pub(super) fn label_of_line(line: &str) -> Option<OtherDay> {
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

/// Makes the date of a document of a mention.
pub(super) fn of(mention: &DateMention, kind: DateKind, source: DateSource) -> Option<DocumentDate> {
    Some(DocumentDate {
        interval: mention.interval?,
        precision: mention.precision,
        kind,
        source,
        evidence: mention.surface.clone(),
        candidates: Vec::new(),
    })
}

/// Returns the text without its first `chars` characters.
pub(super) fn behind(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or("", |(at, _)| &text[at..])
}
