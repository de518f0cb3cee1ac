//! Turns glyphs into runs and runs into lines: direction, overprint, letter spacing, ruby, raised marks.

use std::collections::HashMap;

use super::shapes::{Glyph, Rule, Run, SetLine, median};
use crate::document::{Flow, LineRole};

/// A glyph in its box: along the line from `x0` to `x1`, its middle at `y`, y growing to the next line.
#[derive(Clone, Copy, Debug)]
struct Cell {
    c: char,
    x0: f32,
    x1: f32,
    /// Where the font's own width and the letter spacing end: the next glyph of the same text stands there.
    end: f32,
    y: f32,
    size: f32,
    bold: bool,
}

/// Two glyphs this near are one printed twice, in ems.
const OVERPRINT: f32 = 0.18;
/// A gap this wide parts two runs, in ems.
const RUN_GAP: f32 = 1.3;
/// A gap this wide between Latin glyphs is a blank, in ems.
const WORD_GAP: f32 = 0.16;
/// A gap this much wider than the usual one of its line is a full blank, in ems: 第１章　総則.
const BLANK_GAP: f32 = 0.7;

/// Widest gap between the number of a footnote and its text, in ems.
const TAB: f32 = 3.0;
/// Lines this far apart are of no one paragraph, in ems.
const FAR: f32 = 3.0;

/// Letters of alphabets, their ligatures, and half-width kana.
fn is_narrow(c: char) -> bool {
    (c as u32) < 0x1100 || matches!(c, '\u{FB00}'..='\u{FB06}' | '\u{FF61}'..='\u{FF9F}')
}

fn is_kana(c: char) -> bool {
    ('\u{3040}'..='\u{30FF}').contains(&c)
}

/// The runs of a page or part of one; where it is set from top to bottom it is turned so that lines run along x.
pub(super) fn runs(glyphs: &[Glyph], rules: &[Rule], vertical: bool) -> Vec<Run> {
    let mut cells: Vec<Cell> = glyphs.iter().map(|glyph| cell(glyph, vertical)).collect();
    drop_overprints(&mut cells);
    let uprights: Vec<(f32, f32, f32)> = if vertical {
        rules.iter().filter(|rule| rule.is_level()).map(|rule| (rule.y0, -rule.x1, -rule.x0)).collect()
    } else {
        rules.iter().filter(|rule| !rule.is_level()).map(|rule| (rule.x0, rule.y0, rule.y1)).collect()
    };
    let mut runs: Vec<Run> = rows(cells).into_iter().flat_map(|row| split_row(row, &uprights)).map(run).collect();
    drop_ruby(&mut runs);
    runs
}

fn cell(glyph: &Glyph, vertical: bool) -> Cell {
    let ((x0, y0), (x1, y1)) = (glyph.start, glyph.end);
    let size = glyph.size;
    let (x, y, half) = if (y1 - y0).abs() > (x1 - x0).abs() {
        // Set downwards by its font, the origin is at the middle of its top; turned on its side, at its foot.
        let middle = if glyph.vertical { x0 } else { x0 + 0.38 * size };
        (middle, (y0 + y1) / 2.0, (y1 - y0).abs() / 2.0)
    } else {
        let em = if is_narrow(glyph.c) { size * 0.7 } else { size };
        let width = if x1 - x0 > 0.01 { (x1 - x0).min(em.max(size * 0.5)) } else { em * 0.5 };
        (x0 + width / 2.0, y0 - 0.38 * size, width / 2.0)
    };
    let bold = glyph.bold;
    if vertical {
        let half = if is_narrow(glyph.c) { half } else { size / 2.0 };
        Cell { c: glyph.c, x0: y - half, x1: y + half, end: y + half, y: -x, size, bold }
    } else {
        let end = if (y1 - y0).abs() > (x1 - x0).abs() { x + half } else { x1.max(x + half) };
        Cell { c: glyph.c, x0: x - half, x1: x + half, end, y, size, bold }
    }
}

/// Most moves from a wide glyph to the next go down.
pub(super) fn is_vertical(glyphs: &[Glyph]) -> bool {
    let wide = glyphs.iter().filter(|glyph| !is_narrow(glyph.c)).count();
    if wide * 5 < glyphs.len() {
        return false;
    }
    if glyphs.iter().filter(|glyph| glyph.vertical).count() * 2 > glyphs.len() {
        return true;
    }
    let (mut down, mut along) = (0, 0);
    let mut last: Option<&Glyph> = None;
    for glyph in glyphs.iter().filter(|glyph| !is_narrow(glyph.c)) {
        if let Some(last) = last {
            let size = last.size.max(glyph.size);
            let (dx, dy) = (glyph.start.0 - last.start.0, glyph.start.1 - last.start.1);
            if dx.abs() < 0.3 * size && dy > 0.3 * size && dy < 2.2 * size {
                down += 1;
            } else if dy.abs() < 0.3 * size && dx > 0.3 * size && dx < 2.2 * size {
                along += 1;
            }
        }
        last = Some(glyph);
    }
    down > along
}

/// Bold print made by printing twice.
fn drop_overprints(cells: &mut Vec<Cell>) {
    let mut seen: HashMap<(char, i32, i32), Vec<(f32, f32)>> = HashMap::new();
    cells.retain(|cell| {
        let step = cell.size.max(1.0) * 0.5;
        let (column, row) = ((cell.x0 / step) as i32, (cell.y / step) as i32);
        let near = |(x, y): &(f32, f32)| {
            (x - cell.x0).abs() < OVERPRINT * cell.size && (y - cell.y).abs() < OVERPRINT * cell.size
        };
        let twice = (-1..=1).any(|dx| {
            (-1..=1).any(|dy| seen.get(&(cell.c, column + dx, row + dy)).is_some_and(|places| places.iter().any(near)))
        });
        if !twice {
            seen.entry((cell.c, column, row)).or_default().push((cell.x0, cell.y));
        }
        !twice
    });
}

/// Cells by their line, each from its start to its end.
fn rows(mut cells: Vec<Cell>) -> Vec<Vec<Cell>> {
    cells.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for cell in cells {
        let fits = |row: &&mut Vec<Cell>| {
            let (first, last) = (&row[0], &row[row.len() - 1]);
            let small = cell.size.min(first.size);
            let tolerance = 0.38 * small.max(0.6 * cell.size.max(first.size).min(small));
            (last.y - cell.y).abs() < tolerance
                && (first.y - cell.y).abs() < tolerance * 1.6
                && cell.size.max(first.size) / small < 1.9
        };
        match rows.iter_mut().rev().take(8).find(fits) {
            Some(row) => row.push(cell),
            None => rows.push(vec![cell]),
        }
    }
    for row in &mut rows {
        // By the middle: a bracket that is set close may start to the left of the one before it.
        row.sort_by(|a, b| (a.x0 + a.x1).total_cmp(&(b.x0 + b.x1)));
    }
    rows
}

/// Parts a row at wide gaps and at upright rules; letters set apart evenly stay together.
fn split_row(row: Vec<Cell>, uprights: &[(f32, f32, f32)]) -> Vec<Vec<Cell>> {
    let mut runs: Vec<Vec<Cell>> = Vec::new();
    for cell in row {
        let Some(run) = runs.last_mut() else {
            runs.push(vec![cell]);
            continue;
        };
        let last = run[run.len() - 1];
        // A blank may be stretched from one column to the next.
        let gap = cell.x0 - if last.c.is_whitespace() { last.x1 } else { last.end };
        let between = |(x, top, bottom): &(f32, f32, f32)| {
            *x > last.x0 + 0.3 * (last.x1 - last.x0)
                && *x < cell.x1 - 0.3 * (cell.x1 - cell.x0)
                && *top <= cell.y
                && *bottom >= cell.y
        };
        if gap > RUN_GAP * last.size.max(cell.size) || (gap > -0.3 * cell.size && uprights.iter().any(between)) {
            runs.push(vec![cell]);
        } else {
            run.push(cell);
        }
    }
    let mut out: Vec<Vec<Cell>> = Vec::new();
    let mut at = 0;
    while at < runs.len() {
        let lone = |run: &Vec<Cell>| run.len() == 1 && !run[0].c.is_whitespace();
        let end = at + runs[at..].iter().take_while(|run| lone(run)).count();
        if end > at + 2 {
            let steps: Vec<f32> = (at + 1..end).map(|next| runs[next][0].x0 - runs[next - 1][0].x0).collect();
            let mean = steps.iter().sum::<f32>() / steps.len() as f32;
            if steps.iter().all(|step| (step - mean).abs() < 0.12 * mean) && mean < 8.0 * runs[at][0].size {
                out.push(runs[at..end].iter().map(|run| run[0]).collect());
                at = end;
                continue;
            }
        }
        out.push(std::mem::take(&mut runs[at]));
        at += 1;
    }
    out
}

fn run(cells: Vec<Cell>) -> Run {
    let size = median(cells.iter().map(|cell| cell.size)).unwrap_or_default();
    let shown: Vec<&Cell> = cells.iter().filter(|cell| !cell.c.is_whitespace()).collect();
    // Leaders of a table of contents tell nothing of its words.
    let is_letter = |cell: &Cell| cell.c.is_alphanumeric();
    let pairs = shown.windows(2).filter(|pair| is_letter(pair[0]) && is_letter(pair[1]));
    let usual_gap = median(pairs.map(|pair| pair[1].x0 - pair[0].end)).unwrap_or(0.0).max(0.0);
    let mut text = String::new();
    let mut note = false;
    let mut last: Option<&Cell> = None;
    let mut level: Option<f32> = None;
    let mut spaced = false;
    for cell in &cells {
        if cell.c.is_whitespace() {
            spaced = true;
            continue;
        }
        // A small raised figure behind a Japanese character calls a footnote; at the start it opens one.
        let raised = cell.size < 0.8 * size && level.is_none_or(|level| cell.y < level - 0.1 * size) && is_mark(cell.c);
        match last {
            _ if raised && last.is_none() && cells.iter().any(|other| other.size > cell.size * 1.2) => note = true,
            Some(before) if raised && (!is_narrow(before.c) || before.size < 0.8 * size) => {
                last = Some(cell);
                continue;
            }
            Some(before) => {
                let gap = cell.x0 - before.end;
                let narrow = is_narrow(before.c) && is_narrow(cell.c);
                let either = is_narrow(before.c) || is_narrow(cell.c);
                if either && spaced && gap > 0.1 * size
                    || narrow && (spaced && gap > 0.05 * size || gap - usual_gap > WORD_GAP * size.max(cell.size))
                    || note && before.size < 0.8 * size && !raised
                {
                    text.push(' ');
                } else if gap - usual_gap > BLANK_GAP * size {
                    text.push('　');
                }
                level = level.or((cell.size >= 0.9 * size).then_some(cell.y));
            }
            None => level = (cell.size >= 0.9 * size).then_some(cell.y),
        }
        text.push(cell.c);
        last = Some(cell);
        spaced = false;
    }
    Run {
        x0: shown.first().map_or(cells[0].x0, |cell| cell.x0),
        x1: shown.iter().map(|cell| cell.x1).fold(cells[0].x0, f32::max),
        y: median(shown.iter().map(|cell| cell.y)).unwrap_or(cells[0].y),
        size,
        chars: text.chars().count(),
        bold: !shown.is_empty() && shown.iter().all(|cell| cell.bold),
        text,
        note,
        right: None,
        beside: 0,
    }
}

fn is_mark(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '*' | '※' | '†' | ')' | '(' | '）' | '（' | '０'..='９' | '注')
}

/// Drops readings: a small run of kana beside a larger run.
fn drop_ruby(runs: &mut Vec<Run>) {
    let bases: Vec<(f32, f32, f32, f32)> = runs.iter().map(|run| (run.x0, run.x1, run.y, run.size)).collect();
    runs.retain(|run| {
        let kana = !run.text.is_empty() && run.text.chars().all(is_kana);
        let above = |(x0, x1, y, size): &(f32, f32, f32, f32)| {
            *size > run.size * 1.6
                && y - run.y > 0.2 * size
                && y - run.y < 1.25 * size
                && run.x0 > x0 - size
                && run.x1 < x1 + size
        };
        !(run.text.is_empty() || kana && bases.iter().any(above))
    });
}

/// Takes raised figures that stand by themselves to the run they belong to: behind it they call a footnote and are
/// dropped, before it they open one.
fn absorb_marks(runs: Vec<Run>) -> Vec<Run> {
    let is_small = |run: &Run| run.chars <= 4 && run.text.chars().all(is_mark);
    let (marks, mut rest): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(is_small);
    let mut kept = Vec::new();
    for mark in marks {
        let raises = |base: &Run| {
            base.size > mark.size * 1.25
                && base.y - mark.y > 0.05 * base.size
                && base.y - mark.y < 0.9 * base.size
                && mark.x0 < base.x1 + 0.8 * base.size
        };
        let touches = |base: &Run| raises(base) && mark.x1 > base.x0 - base.size;
        // The number of a footnote may be set apart by a tab.
        let opens = |base: &Run| raises(base) && mark.x1 <= base.x0 && mark.x1 > base.x0 - TAB * base.size;
        let is_first = !rest.iter().any(|run| run.x0 < mark.x0 && (run.y - mark.y).abs() < run.size);
        let place = rest.iter().position(touches).or_else(|| rest.iter().position(opens).filter(|_| is_first));
        // A number between the two lines of its note stands before the first.
        if is_first
            && let Some(upper) = between_lines(&rest, &mark)
            && let Some(base) = rest.get_mut(upper)
        {
            base.note |= mark.size < 0.85 * base.size;
            // Its lines keep their common edge.
            base.text.insert_str(0, &format!("{} ", mark.text));
            continue;
        }
        let base = place.and_then(|place| rest.get_mut(place));
        match base {
            Some(base) if mark.x1 <= base.x0 + 0.3 * base.size => {
                base.note = true;
                base.text.insert_str(0, &format!("{} ", mark.text));
                base.x0 = mark.x0;
            }
            // Behind a letter or figure it may be a power.
            Some(base) if mark.x0 >= base.x1 - 0.3 * base.size && base.text.ends_with(is_narrow) => {
                base.text.push_str(&mark.text)
            }
            Some(_) => {}
            None => kept.push(mark),
        }
    }
    rest.extend(kept);
    rest
}

/// The upper of two lines of one left edge that a mark stands between, on their left.
fn between_lines(runs: &[Run], mark: &Run) -> Option<usize> {
    let beside = |base: &Run| mark.x1 <= base.x0 && mark.x1 > base.x0 - TAB * base.size;
    let upper = (0..runs.len())
        .filter(|at| beside(&runs[*at]) && mark.y - runs[*at].y > 0.2 * runs[*at].size)
        .max_by(|a, b| runs[*a].y.total_cmp(&runs[*b].y))?;
    let above = &runs[upper];
    let is_lower = |base: &Run| {
        beside(base)
            && (base.y + above.y - 2.0 * mark.y).abs() < 0.25 * (base.y - above.y)
            && base.y - above.y < 2.0 * base.size
            && (base.x0 - above.x0).abs() < 0.5 * base.size
            && (base.size - above.size).abs() < 0.05 * base.size
    };
    runs.iter().any(is_lower).then_some(upper)
}

/// The lines of a block of runs.
pub(super) fn lines_of(runs: Vec<Run>) -> Vec<SetLine> {
    let mut runs = absorb_marks(runs);
    if runs.is_empty() {
        return Vec::new();
    }
    runs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match rows.last_mut() {
            Some(row) if run.y - row[0].y < 0.5 * run.size.min(row[0].size) => row.push(run),
            _ => rows.push(vec![run]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    let left = rows.iter().map(|row| row[0].x0).fold(f32::MAX, f32::min);
    let right = rows.iter().filter_map(|row| row.last()).map(|run| run.x1).fold(f32::MIN, f32::max);
    let lead = median(rows.windows(2).map(|pair| pair[1][0].y - pair[0][0].y)).unwrap_or(f32::MAX);
    let mut out: Vec<SetLine> = Vec::new();
    let mut before: Option<(f32, f32)> = None;
    for row in rows {
        let size = row.iter().map(|run| run.size).fold(0.0, f32::max);
        let (x0, y) = (row[0].x0, row[0].y);
        let end = row.last().map_or(0.0, |run| run.x1);
        let gap_before = before.is_some_and(|(_, above)| y - above > (lead * 1.35).min(FAR * size));
        // The first line of a paragraph stands in by one character.
        let indented = before
            .is_some_and(|(above, _)| x0 - above > 0.7 * size && x0 - above < 2.5 * size && above - left < 0.5 * size);
        let text = row.iter().map(|run| run.text.as_str()).collect::<Vec<_>>().join("　");
        let right = row[0].right.unwrap_or(right);
        out.push(SetLine {
            text: if indented { format!("　{text}") } else { text },
            role: if row[0].note { LineRole::Footnote } else { LineRole::Text },
            flow: if end >= right - 1.8 * size && row.len() == 1 { Flow::Full } else { Flow::Short },
            bold: row.iter().all(|run| run.bold),
            gap_before,
            size: row[0].size,
            page: 0,
            place: (x0, y),
            apart: false,
            artifact: false,
            beside: row.iter().fold(0, |all, run| all | run.beside),
        });
        before = Some((x0, y));
    }
    out
}
