//! Finds the title of a page among its headings, bold lines, images and the `<title>`.

use std::collections::HashSet;

use scraper::ElementRef;

use super::measure::{Candidate, Measures};
use super::publisher::{has_site_word, is_publisher, of_site};
use super::tree::{children_named, text_of};
use super::words::{folded, has_day, is_kind, is_kind_of_publication, is_of_site};

/// Share of the pairs of characters of a heading that the `<title>` must contain, and of the `<title>` that the heading
/// must contain.
const LEAST_COVER: f32 = 0.6;
const LEAST_REVERSE: f32 = 0.3;
/// Longest title, in code points.
const MAX_TITLE_CHARS: usize = 160;

/// The `<title>` of a page, without the names of the site and of the kind of page.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    /// All of it.
    pub full: String,
    /// Its parts: `総務省`, `報道資料`, `題`.
    pub parts: Vec<String>,
    /// The part that names the page.
    pub page: Option<String>,
}

impl Named {
    /// Reads the `<title>` and `og:title`.
    pub fn of(root: &ElementRef<'_>) -> Self {
        let Some(head) = children_named(root, "head").next() else { return Self::default() };
        let full = children_named(&head, "title").next().map(|title| text_of(&title)).unwrap_or_default();
        let parts = parts(&full);
        let longest = |parts: &[String]| {
            let named =
                || parts.iter().filter(|part| !is_kind(part) && !of_site(part) && part.chars().nth(1).is_some());
            // 電波利用ホームページ names the site where another part names the page.
            let of_page = named().filter(|part| !has_site_word(part)).max_by_key(|part| part.chars().count());
            of_page.or_else(|| named().max_by_key(|part| part.chars().count())).cloned()
        };
        Self { page: longest(&parts), full, parts }
    }
}

/// Splits a `<title>` at the marks between page and site: `総務省｜報道資料｜題`, `題（METI/経済産業省）`, `外務省: 題`.
fn parts(full: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let at_marks =
        full.split(['|', '｜', '│', '┃']).flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" – "));
    for part in at_marks.map(str::trim).filter(|part| !part.is_empty()) {
        let mut part = part;
        // A publisher or a kind before a colon, or behind one: 外務省: 題, 題：IPA.
        while let Some((before, rest)) = part.split_once(['：', ':']) {
            if !(of_site(before) || is_kind(before)) || rest.trim().is_empty() {
                break;
            }
            parts.push(before.trim().to_owned());
            part = rest.trim();
        }
        if let Some((rest, last)) = part.rsplit_once(['：', ':'])
            && of_site(last)
            && !rest.trim().is_empty()
        {
            parts.push(last.trim().to_owned());
            part = rest.trim();
        }
        // 警察庁　日独会議の結果
        if let Some((before, rest)) = part.split_once('\u{3000}')
            && is_publisher(before)
        {
            parts.push(before.trim().to_owned());
            part = rest.trim();
        }
        if let Some(inner) = part.strip_suffix(['）', ')'])
            && let Some((rest, last)) = inner.rsplit_once(['（', '('])
            && (of_site(last) || is_kind_of_publication(last))
            && !rest.trim().is_empty()
        {
            parts.push(last.trim().to_owned());
            part = rest.trim();
        }
        while let Some((site, rest)) = at_end(part) {
            parts.push(site.trim().to_owned());
            part = rest.trim();
        }
        parts.push(part.to_owned());
    }
    parts
}

/// Splits off a site that a mark without blanks parts from the page, before or behind it: 農林水産省/題, 題-IPA.
fn at_end(part: &str) -> Option<(&str, &str)> {
    const MARKS: [char; 8] = ['/', '／', '-', '－', '―', '_', '＿', '«'];
    if of_site(part) {
        return None;
    }
    // JPCERT/CC and IPv4/IPv6 are words.
    let parted = |before: &str, behind: &str| {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_empty = behind.trim().is_empty() || before.trim().is_empty();
        // A mark inside brackets parts nothing: 題（METI/経済産業省）.
        let is_inside = behind.contains(['）', ')']) && !behind.contains(['（', '(']);
        !(is_empty || is_inside || latin(before.chars().next_back()) && latin(behind.chars().next()))
    };
    let first = part.split_once(MARKS).filter(|(site, rest)| parted(site, rest) && of_site(site));
    let last = || part.rsplit_once(MARKS).filter(|(rest, site)| parted(rest, site) && of_site(site));
    first.or_else(|| last().map(|(rest, site)| (site, rest)))
}

/// Returns the pairs of characters of a folded text.
fn pairs(folded: &str) -> HashSet<(char, char)> {
    folded.chars().zip(folded.chars().skip(1)).collect()
}

/// Returns the share of pairs that another text contains.
fn cover(of: &HashSet<(char, char)>, by: &HashSet<(char, char)>) -> f32 {
    if of.is_empty() { 0.0 } else { of.intersection(by).count() as f32 / of.len() as f32 }
}

/// Chooses the heading that is the title of the page.
pub(super) fn choose<'a>(measures: &'a Measures, named: &Named) -> Option<&'a Candidate> {
    let wanted = named.page.as_deref().map(folded).unwrap_or_default();
    let (full, page) = (pairs(&folded(&named.full)), pairs(&wanted));
    let usable = |candidate: &&Candidate| {
        let text = candidate.text.trim();
        let length = text.chars().count();
        // 第二章　総則 names a part of the page, unless the page is that part.
        let is_part = is_numbered(text) && !named.page.as_deref().is_some_and(is_numbered);
        (2..=MAX_TITLE_CHARS).contains(&length)
            && !is_part
            && !is_kind(text)
            && !of_site(text)
            && !is_of_site(text, false)
    };
    let candidates: Vec<&Candidate> = measures.candidates.iter().filter(usable).collect();
    let mut best: Option<(&Candidate, f32)> = None;
    for candidate in candidates.iter().copied() {
        let text = folded(&candidate.text);
        let own = pairs(&text);
        let (of_own, reverse) = (cover(&own, &full), cover(&page, &own));
        let of_page = cover(&own, &page).min(reverse);
        let holds = wanted.chars().nth(3).is_some() && text.contains(&wanted);
        if holds || of_own >= LEAST_COVER && reverse >= LEAST_REVERSE {
            let score = of_own + reverse + of_page + if candidate.level <= 5 { 0.1 } else { 0.0 };
            if best.is_none_or(|(_, best)| score > best + 0.01) {
                best = Some((candidate, score));
            }
        }
    }
    if let Some((candidate, _)) = best {
        return Some(candidate);
    }
    // The first line like a heading before the text; bold and centred lines only where no heading stands there.
    let shown = |in_head: bool| -> Vec<&Candidate> {
        let of_page = |candidate: &&Candidate| {
            if in_head { measures.is_inside_head(candidate.at) } else { !measures.is_inside_apart(candidate.at) }
        };
        let found = candidates.iter().copied().filter(of_page);
        found.filter(|candidate| !has_day_alone(&candidate.text)).collect()
    };
    let outside = shown(false);
    // The only heading of a page may stand in the head of the site.
    let has_heading = outside.iter().any(|candidate| candidate.level <= 6);
    let mut shown = if has_heading { Vec::new() } else { shown(true) };
    shown.retain(|candidate| named.page.is_none() || measures.has_day_in_head(candidate.at));
    shown.extend(outside);
    let of_level = |levels: std::ops::RangeInclusive<u8>, anywhere: bool| {
        shown
            .iter()
            .copied()
            .find(|candidate| levels.contains(&candidate.level) && (anywhere || !candidate.behind_prose))
    };
    of_level(1..=1, true)
        .or_else(|| of_level(2..=3, false))
        .or_else(|| of_level(6..=6, false).filter(|_| named.page.is_none()))
        .or_else(|| of_level(7..=8, false).filter(|_| named.page.is_none()))
        .or_else(|| of_level(2..=3, true).filter(|_| named.page.is_none()))
}

/// Tells whether a line is the heading of a part: `第一章　総則`, `１．概要`, `（1）議題`.
fn is_numbered(text: &str) -> bool {
    let folded = folded(text);
    let begin = folded.trim_start_matches('(');
    let digits =
        |text: &str| text.chars().take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c)).count();
    if let Some(rest) = begin.strip_prefix('第') {
        let rest: String = rest.chars().skip(digits(rest)).take(1).collect();
        return digits(&begin['第'.len_utf8()..]) > 0 && ["章", "節", "部", "編", "条", "款"].contains(&rest.as_str());
    }
    let count = begin.chars().take_while(char::is_ascii_digit).count();
    let next = begin.chars().nth(count);
    (1..=2).contains(&count)
        && (next.is_some_and(|c| ".)、,".contains(c))
            || text.trim().chars().nth(count).is_some_and(char::is_whitespace))
}

/// Tells whether a line is little more than a day.
fn has_day_alone(text: &str) -> bool {
    has_day(text) && text.chars().count() < 20
}
