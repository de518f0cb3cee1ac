//! Joins lines that were broken by typesetting or by the end of a page.
//!
//! Three things decide whether a line continues: its own end, the start of the next line, and the right margin of the
//! text. Where the evidence is thin the lines stay apart, which loses no hit, because matching crosses line breaks.

use std::collections::HashSet;

use super::joints::{
    FINISHED_ENDS, continues_word, cuts_word, is_day_line, is_office_line, is_open_hiragana, is_pair_cut, keeps_hyphen,
    starts_with_particle,
};
use super::line_shape::{ends_sentence, marker, starts_item, starts_label};
use super::{LineKind, LogicalLine, figures};
use crate::document::Flow;
use crate::document::{Repair, RepairKind, Span};
use crate::script::{columns, is_cjk, is_hiragana, is_kanji, is_katakana, width_columns};

/// Share of the margin, in percent, that a line must fill to count as broken by it.
const FULL_LINE_PERCENT: usize = 75;

/// Longest title between blank lines, in code points.
const MAX_TITLE_CHARS: usize = 60;

/// Longest label on a line of its own (目次, 出席者), in code points.
const MAX_LABEL_CHARS: usize = 14;

/// Longest caption on a line of its own, in code points.
const MAX_CAPTION_CHARS: usize = 40;

/// Tells whether a text has a right margin: many unfinished lines end near one width.
pub(super) fn has_right_margin(lines: &[LogicalLine]) -> bool {
    let Some(margin) = margin_columns(lines) else { return false };
    if !(36..=130).contains(&margin) {
        return false;
    }
    let broken = lines
        .windows(2)
        .filter(|pair| {
            let width = width_columns(pair[0].text.trim());
            !ends_sentence(&pair[0].text)
                && !starts_item(&pair[1].text)
                && width * 100 >= margin * 85
                && width * 100 <= margin * 112
        })
        .count();
    broken * 5 >= lines.len()
}

/// The right margin of a text.
#[derive(Clone, Copy, Debug)]
struct Margin {
    /// Its width, in half-width columns.
    columns: usize,
    /// White space at the end of a line marks the end of a paragraph.
    spaces_end_paragraphs: bool,
}

/// Tells whether white space at line ends marks the ends of paragraphs: some lines have it, and mostly those that end
/// sentences.
fn spaces_end_paragraphs(lines: &[LogicalLine]) -> bool {
    let (with, without): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.space_after);
    let ended = |lines: &[&LogicalLine]| lines.iter().filter(|line| ends_sentence(&line.text)).count();
    !with.is_empty()
        && with.len() * 2 < lines.len()
        && ended(&with) * 3 > with.len()
        && ended(&without) * 8 < without.len().max(1)
}

/// Returns the width that nine in ten lines do not exceed, in half-width columns.
fn margin_columns(lines: &[LogicalLine]) -> Option<usize> {
    let texts = || lines.iter().filter(|line| line.kind == LineKind::Text);
    if texts().count() < 6 {
        return None;
    }
    let mut widths: Vec<usize> = texts().map(|line| width_columns(line.text.trim())).collect();
    widths.sort_unstable();
    widths.get(widths.len() * 9 / 10).copied()
}

/// Properties of a growing line that joining needs. Each character is read once: reading the whole line again for each
/// joined line would take quadratic time.
#[derive(Debug, Default)]
struct Measure {
    /// Bytes read so far.
    bytes: usize,
    /// Number of code points, and of those in the leading white space.
    chars: usize,
    lead_chars: usize,
    /// Width without the leading white space, in half-width columns.
    columns: usize,
    /// Opening brackets minus closing ones.
    open: i32,
    /// Pairs of `**`, and stars at the end.
    pairs: usize,
    stars: usize,
    commas: usize,
    has_stop: bool,
    /// Contains は, を or が.
    has_particle: bool,
}

impl Measure {
    /// Reads the characters that were added to the line since the last call.
    fn catch_up(&mut self, text: &str) -> &Self {
        for c in text.get(self.bytes..).unwrap_or_default().chars() {
            if self.lead_chars == self.chars && c.is_whitespace() {
                self.lead_chars += 1;
            } else {
                self.columns += columns(c);
            }
            self.chars += 1;
            self.stars = if c == '*' { self.stars + 1 } else { 0 };
            match c {
                '*' if self.stars.is_multiple_of(2) => self.pairs += 1,
                '、' => self.commas += 1,
                '。' => self.has_stop = true,
                'は' | 'を' | 'が' => self.has_particle = true,
                c => self.open += bracket(c).unwrap_or(0),
            }
        }
        self.bytes = text.len();
        self
    }

    /// Subtracts katakana that were removed from the end of the line.
    fn take_off(&mut self, tail: &str) {
        self.bytes -= tail.len();
        self.chars -= tail.chars().count();
        self.columns -= width_columns(tail);
    }

    /// Returns the code points of the line without the leading white space.
    fn length(&self) -> usize {
        self.chars - self.lead_chars
    }

    fn fills(&self, margin: usize) -> bool {
        self.columns * 100 >= margin * FULL_LINE_PERCENT
    }

    /// Tells whether a line is a list of names: members separated by commas, without particles or a full stop. Such a
    /// line is complete.
    fn is_list_of_names(&self) -> bool {
        !self.has_stop && self.commas >= 2 && !self.has_particle
    }
}

/// Joins broken lines, then reads the Markdown marks of the whole lines.
pub(super) fn join(lines: Vec<LogicalLine>, wrapped: bool) -> Vec<LogicalLine> {
    let margin = wrapped.then(|| Margin {
        columns: margin_columns(&lines).unwrap_or(0),
        spaces_end_paragraphs: spaces_end_paragraphs(&lines),
    });
    let words = words_if_cut(&lines);
    let mut out: Vec<LogicalLine> = Vec::with_capacity(lines.len());
    // Footnotes wait until the sentence that they interrupt is complete.
    let mut notes: Vec<LogicalLine> = Vec::new();
    let mut note_between = false;
    // Measures of the last line and of the last footnote.
    let (mut measure, mut note_measure) = (Measure::default(), Measure::default());
    for line in lines {
        if line.kind == LineKind::Footnote {
            note_between = true;
            match notes.last_mut() {
                Some(note)
                    if !starts_with_mark(&line.text)
                        && !ends_sentence(&note.text)
                        && line.flow != Some(Flow::Whole) =>
                {
                    append(note, line, None, &mut note_measure, &words)
                }
                _ => {
                    note_measure = Measure::default();
                    notes.push(line);
                }
            }
            continue;
        }
        let joined = match out.last_mut() {
            Some(last) if last.kind == LineKind::Toc || line.kind == LineKind::Toc => {
                joins_toc(last, &line).then_some(None)
            }
            Some(last) => {
                goes_on(last, &mut measure, &line, margin).then(|| note_between.then_some(RepairKind::FootnoteSplit))
            }
            None => None,
        };
        if let Some(at) =
            figures::cut_before(&out, &line, |last| margin.is_some_and(|margin| fills(last, margin.columns)))
        {
            // The figure moves before the sentence that it interrupts, so that later lines continue the sentence.
            out[at..].rotate_left(1);
            measure = Measure::default();
            if let Some(last) = out.last_mut() {
                append(last, line, Some(RepairKind::FigureSplit), &mut measure, &words);
            }
            note_between = false;
            continue;
        }
        note_between = false;
        match (joined, out.last_mut()) {
            (Some(repair), Some(last)) => {
                let kind = line.kind;
                append(last, line, repair, &mut measure, &words);
                last.kind = if kind == LineKind::Toc { kind } else { last.kind };
            }
            _ => {
                flush_notes(&mut out, &mut notes);
                measure = Measure::default();
                out.push(line);
            }
        }
    }
    flush_notes(&mut out, &mut notes);
    out.into_iter().map(read_markdown_marks).collect()
}

/// Tells whether a line may have been broken by the margin.
fn fills(line: &LogicalLine, margin: usize) -> bool {
    width_columns(line.text.trim()) * 100 >= margin * FULL_LINE_PERCENT
}

/// Moves complete footnotes after the line that they interrupt; an incomplete one waits for its rest on the next page.
fn flush_notes(out: &mut Vec<LogicalLine>, notes: &mut Vec<LogicalLine>) {
    let cut_off = |text: &str| text.ends_with(is_open_hiragana) || text.ends_with('、');
    let keep = notes.last().is_some_and(|note| cut_off(note.text.trim_end()) && note.text.chars().nth(39).is_some());
    let last = if keep { notes.pop() } else { None };
    out.append(notes);
    notes.extend(last);
}

fn starts_with_mark(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '注' || c == '※')
}

/// Tells whether `next` completes an entry of a table of contents: an entry is complete once it has its dot leader.
fn joins_toc(last: &LogicalLine, next: &LogicalLine) -> bool {
    last.kind == LineKind::Text && next.kind == LineKind::Toc && !next.gap_before && marker(last.text.trim()).is_some()
}

/// Tells whether `next` continues `last`.
fn goes_on(last: &LogicalLine, measure: &mut Measure, next: &LogicalLine, margin: Option<Margin>) -> bool {
    let (end, start) = (last.text.trim(), next.text.trim());
    if last.flow == Some(Flow::Whole) || next.flow == Some(Flow::Whole) {
        return false;
    }
    if last.heading_level.is_some() || next.heading_level.is_some() {
        // A heading of two lines.
        return last.heading_level == next.heading_level
            && !next.gap_before
            && last.page == next.page
            && marker(start).is_none();
    }
    let measure = measure.catch_up(&last.text);
    if !next.gap_before && measure.pairs % 2 == 1 {
        return true;
    }
    if is_markdown_block(start) || is_markdown_table(end) {
        return false;
    }
    if !next.gap_before && (cuts_word(end, start) || is_pair_cut(end, start)) {
        return true;
    }
    let length = measure.length();
    // A day and an office are lines of a letterhead or of an address; a particle continues an office.
    if is_day_line(end) || is_office_line(end) && (is_office_line(start) || !starts_with_particle(start)) {
        return false;
    }
    // Blank lines over a third of a page part two blocks.
    if next.far_before && !end.ends_with(['、', '，']) {
        return false;
    }
    // Full-width letters on both sides are one word, broken like Japanese text.
    let wide = |c: char| matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９');
    if end.ends_with(wide) && start.starts_with(wide) {
        return true;
    }
    if length >= 10 && measure.open > 0 && closes_bracket(start) && marker(start).is_none() {
        return true;
    }
    let bracketed_start = starts_with_bracketed_rest(start);
    if (starts_item(start) && !bracketed_start) || starts_label(start) || next.text.starts_with(['　', '\t']) {
        return false;
    }
    if end.starts_with('#')
        || (length <= 30 && marker(end).is_some() && margin.is_none_or(|margin| !measure.fills(margin.columns)))
    {
        return false;
    }
    // A caption on a line of its own continues no line.
    if figures::caption(start) && !start.contains(['、', '。']) && start.chars().nth(MAX_CAPTION_CHARS).is_none() {
        return false;
    }
    if end.ends_with(['、', '，']) {
        return true;
    }
    match last.flow {
        // A figure without text leaves only vertical space: a sentence continues below it where the next line cannot
        // begin a sentence.
        Some(Flow::Full) => {
            let over_space =
                || (measure.has_stop || measure.commas > 0) && !ends_sentence(end) && continues_word(start);
            return !end.ends_with(['。', '．']) && (!next.gap_before || over_space());
        }
        Some(Flow::Short) => return false,
        _ => {}
    }
    if let Some(margin) = margin {
        let ended = end.ends_with(['。', '．']) || (margin.spaces_end_paragraphs && last.space_after);
        return !ended && measure.fills(margin.columns);
    }
    if overlap_chars(end, start) > 0 && length >= 5 {
        return true;
    }
    let is_finished = FINISHED_ENDS.iter().any(|finished| end.ends_with(finished));
    if is_finished && (!continues_word(start) || next.gap_before && !starts_with_particle(start)) {
        return false;
    }
    let closes_only = end.ends_with(|c| bracket(c) == Some(-1)) && continues_word(start);
    if (ends_sentence(end) && !closes_only)
        || (start.starts_with(['(', '（', '【', '[', '「']) && !bracketed_start && !end.ends_with(is_hiragana))
    {
        return false;
    }
    let Some(first) = start.chars().next() else { return false };
    let is_prose = measure.has_stop || (length >= 40 && measure.commas > 0);
    // A short line between blank lines is a title: only a particle continues it, not a name (あかま副大臣).
    let is_alone = last.gap_before && next.gap_before && !is_prose && measure.commas == 0 && length <= MAX_TITLE_CHARS;
    if is_alone && !end.ends_with(is_open_hiragana) && !starts_with_particle(start) {
        return false;
    }
    // A label is whole, whether a word in kanji or in kana (あいさつ) stands below it.
    let is_label = length <= MAX_LABEL_CHARS && !measure.has_stop && measure.commas == 0 && !measure.has_particle;
    if is_label && !end.ends_with(is_open_hiragana) && !starts_with_particle(start) && !bracketed_start {
        return false;
    }
    let is_rest = continues_word(start) || bracketed_start;
    let wants_more = length >= 15 && end.ends_with(is_open_hiragana) && is_cjk(first);
    is_cjk(first) && (is_rest || wants_more || (is_prose && !measure.is_list_of_names()))
}

fn is_markdown_block(line: &str) -> bool {
    line.starts_with('#') || line.starts_with('|') || line.starts_with("```") || line.starts_with("**")
}

fn is_markdown_table(line: &str) -> bool {
    line.starts_with('|') || line.starts_with("- |")
}

/// Tells whether a line begins with a bracketed text and then continues a sentence: `(仮称)における…`.
fn starts_with_bracketed_rest(start: &str) -> bool {
    start.starts_with(['(', '（'])
        && start.find([')', '）']).is_some_and(|close| {
            let rest = start[close..].trim_start_matches([')', '）']);
            continues_word(rest)
        })
}

/// Returns 1 for an opening bracket, -1 for a closing one.
fn bracket(c: char) -> Option<i32> {
    match c {
        '(' | '（' | '「' | '『' | '【' | '〔' => Some(1),
        ')' | '）' | '」' | '』' | '】' | '〕' => Some(-1),
        _ => None,
    }
}

fn closes_bracket(text: &str) -> bool {
    text.chars().find_map(bracket) == Some(-1)
}

/// Counts the characters at the end of a page that the start of the next page repeats: `…情報セキ` + `セキュリティ…` →
/// 2.
///
/// Only a katakana word cut in two counts: other repetitions are too often intended.
fn overlap_chars(end: &str, start: &str) -> usize {
    let longest = start.chars().take_while(|c| is_katakana(*c)).count();
    // A tail at least as long as the run at the start is not an overlap.
    let tail = || end.chars().rev().take_while(|c| is_katakana(*c)).take(longest);
    let (count, bytes) = tail().fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
    if count >= 2 && longest > count && start.starts_with(&end[end.len() - bytes..]) { count } else { 0 }
}

/// Returns the Latin words of a text in small letters, with the hyphens inside them, where a hyphen at the end of a
/// line cuts one.
fn words_if_cut(lines: &[LogicalLine]) -> HashSet<String> {
    if !lines.windows(2).any(|pair| cuts_word(pair[0].text.trim_end(), pair[1].text.trim_start())) {
        return HashSet::new();
    }
    let words = lines.iter().flat_map(|line| line.text.split(|c: char| !c.is_ascii_alphabetic() && c != '-'));
    words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// Appends `next` to `last`, with a blank only between Latin words.
fn append(
    last: &mut LogicalLine,
    next: LogicalLine,
    repair: Option<RepairKind>,
    measure: &mut Measure,
    words: &HashSet<String>,
) {
    let mut text = std::mem::take(&mut last.text);
    text.truncate(text.trim_end().len());
    measure.catch_up(&text);
    let start = next.text.trim_start();
    let is_cut = cuts_word(&text, start) && !keeps_hyphen(&text, start, words);
    if is_cut && let Some(hyphen) = text.pop() {
        measure.take_off(hyphen.encode_utf8(&mut [0; 4]));
        let at = measure.chars;
        let pair = [text.chars().next_back(), Some(hyphen), start.chars().next()];
        last.repairs.push(Repair {
            kind: RepairKind::LineHyphen,
            span: Span::new(at.saturating_sub(1), at + 1),
            original: pair.into_iter().flatten().collect(),
        });
    }
    let overlap = overlap_chars(&text, start);
    let tail_bytes: usize = text.chars().rev().take(overlap).map(char::len_utf8).sum();
    let tail = text.split_off(text.len() - tail_bytes);
    measure.take_off(&tail);
    let spaced = !is_cut
        && text.chars().next_back().is_some_and(|c| !is_cjk(c) && !is_kanji(c) && c != '-' && c != '/')
        && start.chars().next().is_some_and(|c| !is_cjk(c))
        && !text.is_empty();
    if spaced {
        text.push(' ');
    }
    let at = measure.catch_up(&text).chars;
    let shift = next.text[..next.text.len() - start.len()].chars().count();
    text.push_str(start);
    if overlap > 0 {
        last.repairs.push(Repair {
            kind: RepairKind::PageOverlap,
            span: Span::new(at, at + overlap),
            original: tail.clone() + &tail,
        });
    } else if let Some(kind) = repair {
        last.repairs.push(Repair { kind, span: Span::new(at.saturating_sub(1), at + 1), original: String::new() });
    }
    last.repairs.extend(next.repairs.into_iter().map(|mut repair| {
        repair.span = Span::new(
            repair.span.start + at - shift.min(repair.span.start),
            repair.span.end + at - shift.min(repair.span.start),
        );
        repair
    }));
    last.text = text;
    last.lines.1 = last.lines.1.max(next.lines.1);
    last.space_after = next.space_after;
    last.flow = next.flow;
}

/// Removes `#` and `**` from a whole line, recording heading level and boldness.
fn read_markdown_marks(mut line: LogicalLine) -> LogicalLine {
    if !line.text.starts_with([' ', '　', '#']) && !line.text.contains('*') {
        return line;
    }
    let before = line.text.chars().count();
    let indented = line.text.trim_start_matches([' ', '　']).to_owned();
    let hashes = indented.len() - indented.trim_start_matches('#').len();
    let mut text = indented;
    if (1..=6).contains(&hashes) && text[hashes..].starts_with([' ', '　']) {
        line.heading_level = Some(hashes);
        text = text[hashes..].trim_start().to_owned();
    }
    let inner = text.trim();
    if inner.len() > 4 && inner.starts_with("**") && inner.ends_with("**") && inner.matches("**").count() == 2 {
        line.bold = true;
        text = inner[2..inner.len() - 2].trim().to_owned();
    } else if text.contains('*') && text.matches("**").count().is_multiple_of(2) {
        text = text.replace("**", "");
    }
    if line.repairs.is_empty() || text.chars().count() == before {
        line.text = text;
        return line;
    }
    // Removed marks shift the spans of repairs: move them along.
    let shift = before - text.chars().count();
    for repair in &mut line.repairs {
        repair.span = Span::new(repair.span.start.saturating_sub(shift), repair.span.end.saturating_sub(shift));
    }
    line.text = text;
    line
}
