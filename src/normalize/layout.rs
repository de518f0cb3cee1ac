//! Splits a source into lines, drops page furniture, and marks footnote blocks.

use std::collections::{HashMap, HashSet};

use super::characters;
use super::line_shape::is_toc_entry;
use super::{LineKind, LogicalLine};
use crate::document::{Line, LineRole};
use crate::script::{is_cjk, is_digit};

/// The place in the source where a part of a text begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// Number of its first line.
    pub line: usize,
    /// Page of its first line, where the source has form feeds.
    pub page: Option<usize>,
}

impl Start {
    /// Returns the start of the following part.
    pub fn behind(self, part: &str) -> Self {
        let page = self.page.map(|page| page + part.matches('\u{0C}').count());
        Self { line: self.line + part.matches('\n').count(), page }
    }
}

/// Returns the end of the first part of a text, of at most `bytes` bytes and `lines` lines: after a blank line where
/// its second half has one, else after a line. A single line is one part, however long.
pub(super) fn part_end(text: &str, bytes: usize, lines: usize) -> usize {
    if text.len() <= bytes && text.matches('\n').take(lines + 1).count() <= lines {
        return text.len();
    }
    let (mut end, mut gap) = (0, 0);
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if end > 0 && (at == lines || end + line.len() > bytes) {
            break;
        }
        end += line.len();
        if line.trim().is_empty() && (at >= lines / 2 || end >= bytes / 2) {
            gap = end;
        }
    }
    if gap > 0 { gap } else { end }
}

/// Number of blank lines that part two blocks: a page of a converted text ends with fewer, or with a form feed.
const FAR_LINES: usize = 4;

/// Splits a text into lines and repairs their characters; blank lines become `gap_before` of the next line.
pub(super) fn physical_lines(text: &str, start: Start) -> Vec<LogicalLine> {
    let has_pages = start.page.is_some();
    let mut page = start.page.unwrap_or(1);
    let first_line = start.line;
    let (mut gap, mut blank) = (false, 0usize);
    let mut out = Vec::new();
    for (at, raw) in text.lines().enumerate() {
        page += if has_pages { raw.matches('\u{0C}').count() } else { 0 };
        let repaired = characters::repair(raw);
        let trimmed = repaired.text.trim_end();
        if trimmed.trim().is_empty() {
            gap = true;
            blank += usize::from(!raw.contains('\u{0C}'));
            continue;
        }
        let cut = trimmed.chars().count();
        let mut repairs = repaired.repairs;
        repairs.retain(|repair| repair.span.end <= cut);
        out.push(LogicalLine {
            text: trimmed.to_owned(),
            kind: match () {
                () if repaired.footnote.is_some() => LineKind::Footnote,
                () if is_toc_entry(trimmed) => LineKind::Toc,
                () => LineKind::Text,
            },
            lines: (first_line + at, first_line + at),
            page: has_pages.then_some(page),
            gap_before: gap || out.is_empty(),
            far_before: blank >= FAR_LINES,
            space_after: raw.ends_with(' ') && !raw.ends_with("  "),
            heading_level: None,
            bold: false,
            is_row: false,
            flow: None,
            repairs,
        });
        (gap, blank) = (false, 0);
    }
    out
}

/// Converts the lines of a structured format, repairing their characters.
pub(super) fn extracted_lines(lines: &[Line]) -> Vec<LogicalLine> {
    let mut out: Vec<LogicalLine> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let repaired = characters::repair(&line.text);
        let trimmed = repaired.text.trim_end();
        if trimmed.trim().is_empty() {
            continue;
        }
        let kept = trimmed.chars().count();
        out.push(LogicalLine {
            text: trimmed.to_owned(),
            kind: match line.role {
                LineRole::Footnote => LineKind::Footnote,
                LineRole::Contents => LineKind::Toc,
                _ if repaired.footnote.is_some() => LineKind::Footnote,
                _ if is_toc_entry(trimmed) => LineKind::Toc,
                _ => LineKind::Text,
            },
            lines: line.lines.unwrap_or((at + 1, at + 1)),
            page: line.page,
            gap_before: line.gap_before || out.is_empty(),
            far_before: false,
            space_after: false,
            heading_level: if let LineRole::Heading(level) = line.role { Some(usize::from(level)) } else { None },
            bold: line.bold,
            is_row: line.role == LineRole::Row,
            flow: Some(line.flow),
            repairs: repaired.repairs.into_iter().filter(|repair| repair.span.end <= kept).collect(),
        });
    }
    out
}

/// Drops breadcrumbs, links to the top, page numbers, and headers repeated on every page.
///
/// A rule (`---`) is kept for [`mark_footnotes`], which drops it. `first_page` is the page of the first line.
pub(super) fn drop_furniture(lines: Vec<LogicalLine>, first_page: usize) -> (Vec<LogicalLine>, Vec<(usize, String)>) {
    let mut repeats: HashMap<&str, usize> = HashMap::new();
    let pages = lines.iter().filter_map(|line| line.page).max().map_or(1, |last| last + 1 - first_page);
    for line in lines.iter().filter(|_| pages > 3) {
        *repeats.entry(line.text.trim()).or_default() += 1;
    }
    let running: HashSet<String> =
        repeats.iter().filter(|(_, count)| **count * 2 > pages).map(|(text, _)| (*text).to_owned()).collect();
    let mut dropped = Vec::new();
    let mut kept: Vec<LogicalLine> = Vec::with_capacity(lines.len());
    let mut gap = false;
    let tails = crumb_tails(&lines);
    for (at, mut line) in lines.into_iter().enumerate() {
        if tails.contains(&at) || !line.is_row && is_furniture(line.text.trim()) || running.contains(line.text.trim()) {
            gap |= line.gap_before;
            dropped.push((line.lines.0, line.text));
            continue;
        }
        line.gap_before |= gap;
        gap = false;
        kept.push(line);
    }
    (kept, dropped)
}

/// Number of lines below a breadcrumb among which its title stands.
const HEAD_LINES: usize = 12;

/// Names of a site's home page, in addition to those that end in トップ.
const ROOTS: &[&str] = &["ホーム", "HOME", "Home", "TOP"];

fn is_furniture(line: &str) -> bool {
    // A page number stands between two dashes; one dash is the sign of a number.
    let is_page_number = || {
        let dashes = ['-', '－', '–', '—'];
        let inner = line.trim_matches(['-', '－', '–', '—', ' ', '　']);
        line.starts_with(dashes)
            && line.ends_with(dashes)
            && (1..=4).contains(&inner.chars().count())
            && inner.chars().all(is_digit)
    };
    let is_image = || line.starts_with("![") && line.ends_with(')') && !line.chars().any(is_cjk);
    matches!(
        line,
        "ページトップへ戻る"
            | "ページの先頭へ"
            | "ページトップへ"
            | "このページの先頭へ"
            | "印刷用ページ"
            | "本文へ"
            | "戻る"
    ) || is_page_number()
        || is_breadcrumb(line)
        || is_image()
}

/// Tells whether a line is a path from the root of a site: `総務省トップ > 広報・報道 > 題`.
fn is_breadcrumb(line: &str) -> bool {
    // This rules out most lines before the search for separators.
    if !line.contains("トップ") && !ROOTS.iter().any(|root| line.starts_with(root)) {
        return false;
    }
    let mut parts = line.split(['>', '＞', '›', '»']).map(str::trim);
    let root = parts.next().unwrap_or_default();
    (root.ends_with("トップ") || ROOTS.contains(&root)) && parts.count() >= 2
}

/// Finds the second lines of wrapped breadcrumbs. The last name of a breadcrumb is the title: with its second line it
/// stands again below, or the second line ends before a blank line or with further names.
fn crumb_tails(lines: &[LogicalLine]) -> HashSet<usize> {
    let squash = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut tails = HashSet::new();
    for (at, pair) in lines.windows(2).enumerate() {
        let (crumbs, tail) = (pair[0].text.trim(), pair[1].text.trim());
        if pair[1].gap_before || tail.ends_with('。') || !is_breadcrumb(crumbs) {
            continue;
        }
        let last = crumbs.rsplit(['>', '＞', '›', '»']).next().unwrap_or_default();
        let (begin, whole) = (squash(last), squash(last) + &squash(tail));
        let below = || lines[at + 2..].iter().take(HEAD_LINES).map(|line| squash(&line.text));
        // The last name alone stands below: the next line is the text.
        let is_whole = !begin.is_empty() && (squash(tail) == begin || below().any(|line| line == begin));
        // The last name is cut behind a particle: …のベトナムの | 社会主義共和国への訪問.
        let ends = last.ends_with(['の', 'に', 'へ', 'と', 'を', '・', '、'])
            && lines.get(at + 2).is_none_or(|next| next.gap_before);
        if !is_whole && (below().any(|line| line == whole) || ends || tail.contains(['>', '＞', '›', '»'])) {
            tails.insert(at + 1);
        }
    }
    tails
}

/// Marks footnote blocks and drops the rules before them.
///
/// A block is a footnote where it begins with a footnote mark, or where it follows a rule at the foot of a page and the
/// previous footnote is unfinished.
pub(super) fn mark_footnotes(lines: Vec<LogicalLine>) -> Vec<LogicalLine> {
    let has_footnotes = lines.iter().any(|line| line.kind == LineKind::Footnote);
    let mut out: Vec<LogicalLine> = Vec::with_capacity(lines.len());
    let mut after_rule = false;
    // Whether the last footnote is unfinished: kept up to date, because a search backwards from each rule would take
    // quadratic time.
    let mut unfinished = false;
    for mut line in lines {
        let is_rule =
            line.text.trim().len() >= 3 && line.text.trim().chars().all(|c| matches!(c, '-' | '_' | '─' | '*'));
        if is_rule {
            after_rule = true;
            continue;
        }
        let continues_block = !line.gap_before && out.last().is_some_and(|last| last.kind == LineKind::Footnote);
        if line.kind == LineKind::Text && has_footnotes && (after_rule && unfinished || continues_block) {
            line.kind = LineKind::Footnote;
        }
        line.gap_before |= after_rule;
        after_rule = false;
        if line.kind == LineKind::Footnote {
            unfinished = !super::line_shape::ends_sentence(&line.text);
        }
        out.push(line);
    }
    out
}

/// Marks addresses below footnotes as part of them: no sentence continues after an address.
pub(super) fn mark_addresses(lines: &mut [LogicalLine]) {
    for at in 1..lines.len() {
        let (above, line) = (&lines[at - 1], &lines[at]);
        if above.kind == LineKind::Footnote
            && line.kind == LineKind::Text
            && above.page == line.page
            && is_address(&line.text)
        {
            lines[at].kind = LineKind::Footnote;
        }
    }
}

/// Tells whether a line is only an address, such as `https://www.example.go.jp/a.html`.
fn is_address(line: &str) -> bool {
    let line = line.trim();
    (line.starts_with("https://") || line.starts_with("http://")) && line.chars().all(|c| c.is_ascii_graphic())
}
