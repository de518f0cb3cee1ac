//! Running heads and page numbers: text that is printed on most pages is kept once, page numbers are dropped.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::MAX_HEADING_CHARS;
use super::shapes::SetLine;
use crate::document::LineRole;

/// Fewest pages on which a running head is told by its repetition.
const PAGES: usize = 4;
/// Places this near are one, in points.
const SAME_PLACE: f32 = 4.0;
/// Lines of the head and of the foot of a page that may be printed on every page.
const EDGE_LINES: usize = 2;
/// Fewest characters beside its figures by which a line with changing figures is a running head.
const HEAD_CHARS: usize = 8;

/// Keeps running heads once: a head where it is first printed, a foot where it is last, in both places apart from the
/// sentences around it. Drops page numbers. Warns about each.
pub(super) fn keep_once(lines: &mut Vec<SetLine>, pages: usize, warnings: &mut Vec<String>) {
    let masks: Vec<String> = lines.iter().map(|line| masked(&line.text)).collect();
    let (drop, changed) = dropped(lines, &masks, pages);
    for (at, text) in changed {
        lines[at].text = text;
    }
    for at in 0..lines.len() {
        let is_kept = matches!(drop[at], Fate::Last | Fate::First) || lines[at].artifact;
        if matches!(drop[at], Fate::Last) || is_kept && lines[at].page > 1 {
            lines[at].role = LineRole::Footnote;
            lines[at].gap_before = true;
            lines[at].apart = true;
        } else if is_kept && let Some(next) = lines.get_mut(at + 1) {
            next.gap_before = true;
        }
        if let Fate::First | Fate::Last = drop[at] {
            warnings.push(format!("text of every page, kept once: {}", lines[at].text));
        }
    }
    let mut at = 0;
    let mut gap = false;
    lines.retain_mut(|line| {
        at += 1;
        if let Fate::Drop = drop[at - 1] {
            gap |= line.gap_before;
            return false;
        }
        line.gap_before |= std::mem::take(&mut gap);
        true
    });
    // What stands first on a page may go on from the page before.
    let mut page = 0;
    for line in lines.iter_mut().filter(|line| std::mem::replace(&mut page, line.page) != line.page) {
        line.gap_before = false;
    }
}

/// What becomes of a line.
#[derive(Clone, Copy)]
enum Fate {
    Keep,
    /// The first of several: a head.
    First,
    /// The last of several: a foot.
    Last,
    Drop,
}

fn masked(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| if c.is_numeric() { '#' } else { c }).collect()
}

fn is_number(text: &str) -> bool {
    text.contains('#')
        && text.chars().all(|c| matches!(c, '#' | '-' | '－' | '–' | '―' | '/' | '・' | 'P' | 'p' | '.' | '頁'))
}

/// Returns the fate of each line, and the texts of lines that lose a page number.
fn dropped(lines: &[SetLine], masks: &[String], pages: usize) -> (Vec<Fate>, Vec<(usize, String)>) {
    let at_edge = |at: usize| {
        let page = lines[at].page;
        let other = |other: Option<&SetLine>| other.is_none_or(|other| other.page != page);
        // The lines are in the order of their pages.
        other(at.checked_sub(EDGE_LINES).map(|above| &lines[above])) || other(lines.get(at + EDGE_LINES))
    };
    let place =
        |line: &SetLine| ((line.place.0 / SAME_PLACE).round() as i32, (line.place.1 / SAME_PLACE).round() as i32);
    let mut at_edges: HashMap<&str, HashSet<usize>> = HashMap::new();
    let mut at_places: HashMap<(&str, i32, i32), HashSet<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        if at_edge(at) || line.apart {
            at_edges.entry(&masks[at]).or_default().insert(line.page);
        }
        let (x, y) = place(line);
        at_places.entry((&masks[at], x, y)).or_default().insert(line.page);
    }
    // The highest and the lowest lines of each page: on a slide they may be read between others.
    let mut heights: HashMap<usize, Vec<f32>> = HashMap::new();
    for line in lines.iter().filter(|line| !line.apart && !line.artifact) {
        heights.entry(line.page).or_default().push(line.place.1);
    }
    for heights in heights.values_mut() {
        heights.sort_by(f32::total_cmp);
        heights.dedup_by(|a, b| (*a - *b).abs() < SAME_PLACE);
    }
    let is_within = |at: usize, edge: usize| {
        let y = lines[at].place.1;
        heights.get(&lines[at].page).is_some_and(|heights| {
            let rank = heights.iter().filter(|height| **height < y - SAME_PLACE).count();
            rank < edge || heights.len() - rank <= edge
        })
    };
    let is_margin = |at: usize| is_within(at, EDGE_LINES);
    let runs_along = |at: usize| {
        let (line, mask) = (&lines[at], masks[at].as_str());
        let count = if at_edge(at) || line.apart { at_edges.get(mask).map_or(0, HashSet::len) } else { 0 };
        let (x, y) = place(line);
        // Near places may be parted by the rounding.
        let placed: usize = (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .map(|(x, y)| at_places.get(&(mask, x, y)).map_or(0, HashSet::len))
            .sum();
        let number = is_number(mask);
        let short = mask.chars().count() <= MAX_HEADING_CHARS;
        let most = |count: usize| count * 2 > pages && pages >= PAGES;
        let in_margin = || line.apart || is_margin(at);
        // Two or three pages may be alike: only the first or last line of each is a head or a foot, and no sentence.
        let is_outermost = || is_within(at, 1) && !lines[at].text.contains(['。', '、']);
        // Left and right pages may have heads of their own.
        let of_one_side = || {
            let on: HashSet<usize> = at_edges.get(mask).into_iter().flatten().map(|page| page % 2).collect();
            on.len() == 1 && count * 5 >= pages * 2 && count > 1 && pages >= PAGES
        };
        short
            && (most(count)
                || most(placed) && !number && in_margin()
                || placed == pages && pages > 1 && !number && is_outermost()
                || of_one_side() && placed == count && in_margin()
                || number && count > 1 && count * 3 > pages
                || line.artifact && (number || count > 1))
    };
    // Of each text the lines that run along the pages, in order.
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in (0..lines.len()).filter(|at| runs_along(*at)) {
        groups.entry(&masks[at]).or_default().push(at);
    }
    let (mut fates, mut changed) = (vec![Fate::Keep; lines.len()], Vec::new());
    for (mask, group) in groups {
        if is_number(mask) {
            group.iter().for_each(|at| fates[*at] = Fate::Drop);
            continue;
        }
        // Texts that differ in their figures are as many texts, unless the figure counts the pages.
        let counts = counts_pages(lines, &group);
        let shown = if counts { without_count(lines, &group) } else { None };
        if counts && shown.is_none() {
            group.iter().for_each(|at| fates[*at] = Fate::Drop);
            continue;
        }
        // A long text whose figure changes is a head too (答申（案）　第1章), a short one (第1章) may be a heading.
        let is_head = mask.chars().filter(|c| *c != '#').count() >= HEAD_CHARS && !mask.starts_with(['#', '第', '（']);
        let mut texts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for at in group {
            texts.entry(shown.clone().unwrap_or_else(|| lines[at].text.clone())).or_default().push(at);
        }
        for (text, places) in texts.into_iter().filter(|(_, places)| places.len() > 1 || is_head) {
            let (first, last) = (places[0], places[places.len() - 1]);
            places.iter().for_each(|at| fates[*at] = Fate::Drop);
            if shown.is_some() {
                for at in [first, last] {
                    changed.push((at, text.clone()));
                }
            }
            if is_foot(lines, first) {
                fates[last] = Fate::Last;
            } else {
                fates[first] = Fate::First;
            }
        }
    }
    (fates, changed)
}

/// True for the last line of a page, and for one that is nearer to it than to the first.
fn is_foot(lines: &[SetLine], at: usize) -> bool {
    let page = lines[at].page;
    let above = lines[..at].iter().rev().take_while(|line| line.page == page).count();
    let below = lines[at + 1..].iter().take_while(|line| line.page == page).count();
    below == 0 || below < above
}

/// True where a figure of the lines grows by one from page to page.
fn counts_pages(lines: &[SetLine], group: &[usize]) -> bool {
    let mut offsets: HashMap<i64, usize> = HashMap::new();
    for at in group {
        let page = lines[*at].page as i64;
        // A page number begins or ends its line, or stands before the number of all pages (1／4); a figure inside it
        // numbers a chapter.
        let text = &lines[*at].text;
        let mut found: Vec<i64> = numbers(text);
        let at_end = |c: Option<char>| c.is_some_and(char::is_numeric);
        let (starts, ends) = (
            at_end(text.chars().find(|c| c.is_alphanumeric())),
            at_end(text.chars().rev().find(|c| c.is_alphanumeric())),
        );
        let says_page = text.to_lowercase().contains("page") || text.contains("ページ") || text.contains('頁');
        if text.contains('。') || !(starts || ends || says_page) {
            continue;
        }
        if !says_page {
            let (first, last) = (found.first().filter(|_| starts), found.last().filter(|_| ends));
            let before_all = found.iter().rev().nth(1).filter(|_| ends && text.contains(['/', '／']));
            found = first.into_iter().chain(last).chain(before_all).copied().collect();
        }
        let found: HashSet<i64> = found.into_iter().map(|number| number - page).collect();
        found.into_iter().for_each(|offset| *offsets.entry(offset).or_default() += 1);
    }
    let same = group.iter().skip(1).all(|at| lines[*at].text == lines[group[0]].text);
    !same && offsets.values().any(|count| count * 3 > group.len() * 2)
}

/// Returns what lines have in common beside the number of the page; `None` where that is no text: Page 1 of 4.
fn without_count(lines: &[SetLine], group: &[usize]) -> Option<String> {
    let texts = || group.iter().map(|at| lines[*at].text.as_str());
    let first = texts().next()?;
    let same = |a: (char, char)| a.0 == a.1;
    let before = texts().map(|text| first.chars().zip(text.chars()).take_while(|pair| same(*pair)).count()).min()?;
    let behind = texts()
        .map(|text| first.chars().rev().zip(text.chars().rev()).take_while(|pair| same(*pair)).count())
        .min()?
        .min(first.chars().count() - before);
    let is_rest = |c: char| c.is_numeric() || c.is_whitespace() || "-－–―/／()（）・.".contains(c);
    // 1 and 10 begin with the same figure.
    let head: String = first.chars().take(before).collect();
    let head = head.trim_end_matches(is_rest);
    let tail: String = first.chars().skip(first.chars().count() - behind).collect();
    // The number of all pages goes with that of the page.
    let is_total = tail.starts_with(['/', '／']);
    let tail = tail.trim_start_matches(|c: char| is_rest(c) && (is_total || !c.is_numeric()));
    let text = [head, tail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　");
    let words = text.to_lowercase();
    let is_count = ["page", "of", "ページ", "頁", "p"];
    let rest = is_count.iter().fold(words, |rest, word| rest.replace(word, ""));
    rest.chars().any(char::is_alphabetic).then_some(text)
}

fn numbers(text: &str) -> Vec<i64> {
    let digits = |c: char| c.to_digit(10).or_else(|| ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32));
    let mut found = Vec::new();
    let mut open: Option<i64> = None;
    for c in text.chars() {
        match digits(c) {
            Some(digit) => open = Some(open.unwrap_or(0).saturating_mul(10).saturating_add(i64::from(digit))),
            None => found.extend(open.take()),
        }
    }
    found.extend(open);
    found
}
