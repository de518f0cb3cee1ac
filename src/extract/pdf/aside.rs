//! A narrow column of running text beside a figure.
//!
//! Running text is set by the line: its lines have one size, one left edge and one leading, and each but the last of a
//! paragraph fills the measure. Labels of a figure have none of these in common with it, and do not stand on its lines;
//! cells of a table do. So the lines of such a column are read as if the figure were not there, and the figure is a
//! block of its own.

use super::shapes::{Run, median};
use super::table::Item;

/// More runs than this are no page of text: lines are compared with all that may stand beside them.
const MOST_RUNS: usize = 1000;
/// Fewest lines of a column; fewer where the text goes on in the full width.
const LINES: usize = 3;
const LONE_LINES: usize = 4;
/// Smallest measure of a column, in ems.
const MEASURE: f32 = 4.0;
/// Least and most from one line of a paragraph to the next, in ems.
const LEADING: (f32, f32) = (1.0, 3.0);
/// Leadings this near are one, in ems.
const SAME_LEADING: f32 = 0.2;
/// Left edges this near are one, in ems.
const SAME_EDGE: f32 = 0.3;
/// A line that ends this near to the right edge fills the measure, in ems: a word or a mark may go to the next line.
const FULL: f32 = 1.1;
/// Least space between a column and a figure, in ems.
const SPACE: f32 = 0.6;
/// Middles of lines this near are on one line, in ems.
const ON_LINE: f32 = 0.15;

/// A column with what stands beside it, as places among the items.
pub(super) struct Aside {
    pub column: Vec<usize>,
    pub figure: Vec<usize>,
    /// Where the lines of the column end.
    pub right: f32,
    /// The text goes on in the full width right above or below.
    pub flows: bool,
}

/// Finds the first narrow column of running text beside a figure.
pub(super) fn find(items: &[Item]) -> Option<Aside> {
    if items.len() <= LINES || items.len() > MOST_RUNS {
        return None;
    }
    chains(items).iter().filter(|chain| chain.len() >= LINES).find_map(|chain| {
        let on_right = |item: &Item, (_, right): (f32, f32), em: f32| item.x0() >= right + SPACE * em;
        let on_left = |item: &Item, (left, _): (f32, f32), em: f32| item.x1() <= left - SPACE * em;
        beside(items, chain, on_right).or_else(|| beside(items, chain, on_left))
    })
}

fn run(items: &[Item], at: usize) -> Option<&Run> {
    match &items[at] {
        Item::Run(run) => Some(run),
        Item::Table(_) => None,
    }
}

/// Lines one below the other, of one size and one left edge.
fn chains(items: &[Item]) -> Vec<Vec<usize>> {
    let mut runs: Vec<(usize, &Run)> = (0..items.len()).filter_map(|at| Some((at, run(items, at)?))).collect();
    runs.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    let mut done: Vec<Vec<usize>> = Vec::new();
    // The left edge of each open chain, its last line, and its lines.
    let mut open: Vec<(f32, &Run, Vec<usize>)> = Vec::new();
    for (at, line) in runs {
        let em = line.size;
        open.retain_mut(|chain| {
            let is_open = line.y - chain.1.y <= LEADING.1 * chain.1.size.max(em);
            if !is_open {
                done.push(std::mem::take(&mut chain.2));
            }
            is_open
        });
        let fits = |(left, last, _): &&mut (f32, &Run, Vec<usize>)| {
            let offset = (line.x0 - *left) / em;
            let bracket = line.text.starts_with(['（', '「', '『', '【', '〈', '《', '［']);
            // The first line of a paragraph stands in; an opening bracket may be set half as wide.
            let on_edge = offset.abs() <= SAME_EDGE
                || (0.7..=1.3).contains(&offset)
                || bracket && offset.abs() <= 2.0 * SAME_EDGE;
            on_edge && (last.size - em).abs() <= 0.05 * em && line.y - last.y >= LEADING.0 * em
        };
        match open.iter_mut().find(fits) {
            Some(chain) => {
                chain.0 = chain.0.min(line.x0);
                chain.1 = line;
                chain.2.push(at);
            }
            None => open.push((line.x0, line, vec![at])),
        }
    }
    done.extend(open.into_iter().map(|chain| chain.2));
    done
}

/// The longest piece of a chain with something beside it on one side, where it is running text and that is a figure.
fn beside(items: &[Item], chain: &[usize], is_beside: impl Fn(&Item, (f32, f32), f32) -> bool) -> Option<Aside> {
    let lines: Vec<&Run> = chain.iter().filter_map(|at| run(items, *at)).collect();
    let em = lines.first()?.size;
    let lead = median(lines.windows(2).map(|pair| pair[1].y - pair[0].y))?;
    let near: Vec<bool> = lines
        .iter()
        .map(|line| {
            items.iter().any(|item| {
                item.top() < line.y + lead / 2.0
                    && item.bottom() > line.y - lead / 2.0
                    && is_beside(item, (line.x0, line.x1), em)
            })
        })
        .collect();
    for at in (0..lines.len()).filter(|at| near[*at]) {
        let (mut first, mut end, mut right, mut full) = (at, at + 1, lines[at].x1, 1);
        // Two lines that end together set the measure; lines no wider that go on from them belong to the column.
        while let Some(line) = lines.get(end) {
            let is_wider = line.x1 > right + FULL * em;
            if is_wider && (full > 1 || !near[end]) || !near[end] && lines[end - 1].x1 < right - FULL * em {
                break;
            }
            full = if is_wider { 1 } else { full + usize::from(line.x1 >= right - FULL * em) };
            right = right.max(line.x1);
            end += 1;
        }
        while first > 0 && (lines[first - 1].x1 - right).abs() <= FULL * em {
            first -= 1;
            right = right.max(lines[first].x1);
        }
        let column = &lines[first..end];
        if is_running_text(column, right, lead)
            && let flows = flows(items, column, right, lead)
            && (flows || column.len() >= LONE_LINES)
            && let Some(figure) = figure(items, &chain[first..end], (right, lead), flows, &is_beside)
        {
            return Some(Aside { column: chain[first..end].to_vec(), figure, right, flows });
        }
    }
    None
}

/// A line of the same text, clearly wider than the column, is the next above or below it.
fn flows(items: &[Item], column: &[&Run], right: f32, lead: f32) -> bool {
    let (Some(first), Some(last)) = (column.first(), column.last()) else { return false };
    let em = first.size;
    let left = column.iter().map(|line| line.x0).fold(f32::MAX, f32::min);
    (0..items.len()).filter_map(|at| run(items, at)).any(|line| {
        let next = [first.y - lead, last.y + lead].iter().any(|y| (line.y - y).abs() <= SAME_LEADING * em);
        next && (line.size - em).abs() <= 0.05 * em
            && line.x0 <= left + 2.0 * em
            && line.x1 >= right - FULL * em
            && line.x1 - line.x0 >= right - left + 2.0 * em
    })
}

fn is_running_text(lines: &[&Run], right: f32, lead: f32) -> bool {
    let (Some(last), Some(before)) = (lines.last(), lines.len().checked_sub(1)) else { return false };
    let em = last.size;
    let left = lines.iter().map(|line| line.x0).fold(f32::MAX, f32::min);
    let full = lines[..before].iter().filter(|line| line.x1 >= right - FULL * em).count();
    let even = lines.windows(2).filter(|pair| (pair[1].y - pair[0].y - lead).abs() <= SAME_LEADING * em).count();
    let kana = |c: char| ('\u{3041}'..='\u{309F}').contains(&c);
    let chars: usize = lines.iter().map(|line| line.chars).sum();
    let hiragana: usize = lines.iter().map(|line| line.text.chars().filter(|c| kana(*c)).count()).sum();
    lines.len() >= LINES
        && full + 1 >= lines.len().min(LONE_LINES)
        && full * 3 >= before * 2
        && even * 3 >= before * 2
        && right - left >= MEASURE * em
        && hiragana * 5 >= chars
        && lines.iter().any(|line| line.text.contains(['、', '。']))
}

/// What stands beside a column, where nothing else does and it is not set on the lines of the column as cells are.
fn figure(
    items: &[Item],
    column: &[usize],
    (right, lead): (f32, f32),
    flows: bool,
    is_beside: impl Fn(&Item, (f32, f32), f32) -> bool,
) -> Option<Vec<usize>> {
    let lines: Vec<&Run> = column.iter().filter_map(|at| run(items, *at)).collect();
    let (first, last) = (lines.first()?, lines.last()?);
    let em = first.size;
    let left = lines.iter().map(|line| line.x0).fold(f32::MAX, f32::min);
    let (top, bottom) = (first.y - em / 2.0, last.y + em / 2.0);
    let (mut upper, mut lower) = (f32::MIN, f32::MAX);
    let mut sides = Vec::new();
    // What begins the next line in the size of the text is the text, also below a figure on its left.
    let is_next = |next: &Run| {
        [first.y - lead, last.y + lead].iter().any(|y| (next.y - y).abs() <= SAME_LEADING * em)
            && (next.size - em).abs() <= 0.05 * em
            && !items.iter().any(|item| item.x0() < next.x0 && item.top() < next.y && item.bottom() > next.y)
    };
    for (at, item) in items.iter().enumerate().filter(|(at, _)| !column.contains(at)) {
        if is_beside(item, (left, right), em) && !run(items, at).is_some_and(is_next) {
            sides.push(at);
        } else if item.bottom() <= top + 0.3 * em {
            upper = upper.max(item.bottom());
        } else if item.top() >= bottom - 0.3 * em {
            lower = lower.min(item.top());
        } else if !run(items, at).is_some_and(|mark| mark.chars <= 4 && mark.size < 0.8 * em) {
            return None;
        }
    }
    sides.retain(|at| {
        let item = &items[*at];
        let middle = (item.top() + item.bottom()) / 2.0;
        item.top() < bottom && item.bottom() > top || middle > upper && middle < lower
    });
    let mut rows: Vec<(f32, bool)> = Vec::new();
    for run in sides.iter().filter_map(|at| run(items, *at)).filter(|run| run.y > top - lead && run.y < bottom + lead) {
        if !rows.iter().any(|(y, _)| (y - run.y).abs() <= ON_LINE * em) {
            rows.push((run.y, lines.iter().any(|line| (line.y - run.y).abs() <= ON_LINE * em)));
        }
    }
    let on_lines = rows.iter().filter(|(_, on_line)| *on_line).count();
    // A lone caption may meet a line.
    (!sides.is_empty() && on_lines * 2 <= rows.len() + usize::from(flows)).then_some(sides)
}
