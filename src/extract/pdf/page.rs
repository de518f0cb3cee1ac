//! Reads one page: from glyphs to lines in reading order.

use rustc_hash::FxHashMap;

use super::aside::{self, Aside};
use super::layout::{is_vertical, lines_of, runs};
use super::shapes::{Glyph, Rule, Run, SetLine, median};
use super::table::{self, Item};
use crate::document::Flow;

/// Reads a page.
pub(super) fn read(glyphs: Vec<Glyph>, rules: Vec<Rule>, quarter_turns: u8) -> Vec<SetLine> {
    let (glyphs, rules) = upright(glyphs, rules, quarter_turns);
    let glyphs: Vec<Glyph> =
        glyphs.into_iter().filter(|glyph| glyph.c != '\u{3000}' && !glyph.c.is_control()).collect();
    let mut out = Vec::new();
    if is_vertical(&glyphs) {
        // Captions and page numbers along the foot of a vertical page are read by themselves.
        let (level, downward): (Vec<Glyph>, Vec<Glyph>) = glyphs.into_iter().partition(|glyph| glyph.level);
        let turned: Vec<Rule> =
            rules.iter().map(|rule| Rule { x0: rule.y0, x1: rule.y1, y0: -rule.x1, y1: -rule.x0 }).collect();
        order(table::find(runs(&downward, &rules, true), &turned), &mut out, 0);
        order(table::find(runs(&level, &rules, false), &rules), &mut out, 0);
    } else {
        let stacked = stacks(&glyphs, quarter_turns);
        let mut at = 0;
        let (level, apart): (Vec<Glyph>, Vec<Glyph>) = glyphs.into_iter().partition(|glyph| {
            at += 1;
            glyph.turns == quarter_turns && !glyph.vertical && !stacked[at - 1]
        });
        order(table::find(runs(&level, &rules, false), &rules), &mut out, 0);
        let beside = apart_blocks(apart, quarter_turns);
        out.extend(beside);
    }
    if let Some(first) = out.first_mut() {
        first.gap_before = false;
    }
    out
}

/// Fewest letters of a stack, and the widest step from one to the next, in ems.
const STACK: usize = 4;
const STACK_STEP: f32 = 1.3;
/// Least space beside a letter of a stack, in ems.
const STACK_SPACE: f32 = 0.3;

/// Tells which glyphs stand one below the other, alone on their lines: the letters of an index tab, or of a heading of
/// a narrow column. Some programs set only its long vowels in a font for vertical text, which makes a stack of two
/// letters.
fn stacks(glyphs: &[Glyph], quarter_turns: u8) -> Vec<bool> {
    let is_letter = |c: char| c.is_alphabetic() && !c.is_ascii();
    let boxes = || {
        let upright = glyphs.iter().enumerate().filter(|(_, glyph)| glyph.turns == quarter_turns);
        upright.map(|(at, glyph)| Boxed::of(at, glyph))
    };
    // Letters by their column, a point wide.
    let mut columns: FxHashMap<i32, Vec<Boxed>> = FxHashMap::default();
    for boxed in boxes().filter(|boxed| is_letter(glyphs[boxed.at].c)) {
        columns.entry(boxed.middle.round() as i32).or_default().push(boxed);
    }
    let mut groups: Vec<Vec<Boxed>> = Vec::new();
    for (x, column) in &columns {
        // Rounding may part the letters of a column.
        let next = columns.get(&(x + 1)).into_iter().flatten();
        let mut letters: Vec<Boxed> = column.iter().chain(next).copied().collect();
        letters.sort_by(|a, b| a.y.total_cmp(&b.y));
        let follows = |last: &Boxed, next: &Boxed| {
            (next.size - last.size).abs() < 0.1 * last.size
                && (0.7..STACK_STEP).contains(&((next.y - last.y) / last.size))
        };
        let is_stack = |group: &&[Boxed]| {
            group.len() >= STACK || group.len() > 1 && group.iter().any(|boxed| glyphs[boxed.at].vertical)
        };
        groups.extend(letters.chunk_by(follows).filter(is_stack).map(<[Boxed]>::to_vec));
    }
    let mut stacked = vec![false; glyphs.len()];
    if groups.is_empty() {
        return stacked;
    }
    let band = |y: f32| (y / BAND).floor() as i32;
    let mut bands: FxHashMap<i32, Vec<Boxed>> = FxHashMap::default();
    for boxed in boxes().filter(|boxed| !glyphs[boxed.at].c.is_whitespace()) {
        bands.entry(band(boxed.y)).or_default().push(boxed);
    }
    let is_alone = |boxed: &Boxed| {
        let reach = 0.5 * boxed.size;
        let near = (band(boxed.y - reach)..=band(boxed.y + reach)).filter_map(|band| bands.get(&band)).flatten();
        let beside = |other: &Boxed| {
            other.at != boxed.at
                && (other.y - boxed.y).abs() < reach
                && (other.middle - boxed.middle).abs() < (1.0 + STACK_SPACE) * boxed.size
        };
        !near.into_iter().any(beside)
    };
    for group in groups.into_iter().filter(|group| group.iter().all(is_alone)) {
        group.iter().for_each(|boxed| stacked[boxed.at] = true);
    }
    stacked
}

/// Height of the bands in which the neighbours of a letter are looked for, in points.
const BAND: f32 = 8.0;

/// A glyph with the middle of its box.
#[derive(Clone, Copy)]
struct Boxed {
    at: usize,
    middle: f32,
    y: f32,
    size: f32,
}

impl Boxed {
    fn of(at: usize, glyph: &Glyph) -> Self {
        let ((x0, y0), (x1, y1)) = (glyph.start, glyph.end);
        let size = glyph.size;
        if glyph.vertical {
            Self { at, middle: x0, y: (y0 + y1) / 2.0, size }
        } else {
            Self { at, middle: (x0 + x1) / 2.0, y: y0 - 0.38 * size, size }
        }
    }
}

/// Reads the text that is turned or set downwards on a page of level text: each direction is a block of its own.
fn apart_blocks(glyphs: Vec<Glyph>, quarter_turns: u8) -> Vec<SetLine> {
    let (downward, turned): (Vec<Glyph>, Vec<Glyph>) =
        glyphs.into_iter().partition(|glyph| glyph.turns == quarter_turns);
    let mut out = Vec::new();
    for turns in 1..4 {
        let mut group: Vec<Glyph> =
            turned.iter().filter(|glyph| (glyph.turns + 4 - quarter_turns) % 4 == turns).copied().collect();
        for glyph in &mut group {
            (glyph.start.1, glyph.end.1) = (-glyph.start.1, -glyph.end.1);
        }
        let (group, _) = upright(group, Vec::new(), turns);
        let pieces = pieces(group).into_iter().flat_map(|piece| runs(&piece, &[], false));
        order(pieces.map(Item::Run).collect(), &mut out, 0);
    }
    order(runs(&downward, &[], true).into_iter().map(Item::Run).collect(), &mut out, 0);
    for (at, line) in out.iter_mut().enumerate() {
        // Sentences of the page are joined past it.
        line.role = crate::document::LineRole::Footnote;
        line.gap_before |= at == 0;
        line.apart = true;
    }
    out
}

/// Parts glyphs, in the order in which they are drawn, where the next does not stand behind the last: index tabs may
/// lie one over the other.
fn pieces(glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let mut pieces: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        let follows = |last: &Glyph| {
            let (along, across) = (glyph.start.0 - last.end.0, glyph.start.1 - last.end.1);
            across.abs() < 0.3 * last.size && (-0.5..1.3).contains(&(along / last.size))
        };
        match pieces.last_mut() {
            Some(piece) if piece.last().is_some_and(follows) => piece.push(glyph),
            _ => pieces.push(vec![glyph]),
        }
    }
    pieces
}

/// Turns a page so that most of its text is upright, and y downwards.
fn upright(mut glyphs: Vec<Glyph>, mut rules: Vec<Rule>, quarter_turns: u8) -> (Vec<Glyph>, Vec<Rule>) {
    let turn = |(x, y): (f32, f32)| match quarter_turns {
        1 => (y, x),
        2 => (-x, y),
        3 => (-y, -x),
        _ => (x, -y),
    };
    for glyph in &mut glyphs {
        (glyph.start, glyph.end) = (turn(glyph.start), turn(glyph.end));
    }
    if quarter_turns != 0 {
        for rule in &mut rules {
            let (a, b) = (turn((rule.x0, -rule.y0)), turn((rule.x1, -rule.y1)));
            *rule = Rule { x0: a.0.min(b.0), x1: a.0.max(b.0), y0: a.1.min(b.1), y1: a.1.max(b.1) };
        }
    }
    (glyphs, rules)
}

/// Deepest nesting of columns and blocks.
const MAX_DEPTH: usize = 12;
/// Fewest characters a run of a column has on average: fewer are cells of a table without rules.
const COLUMN_CHARS: usize = 10;
/// Fewest runs of a column.
const COLUMN_RUNS: usize = 4;

/// Puts items in reading order: columns side by side, else blocks one below the other, else lines.
fn order(mut items: Vec<Item>, out: &mut Vec<SetLine>, depth: usize) {
    if items.is_empty() {
        return;
    }
    if depth < MAX_DEPTH {
        let aside = aside::find(&items);
        let gutter = if items.len() > 2 * COLUMN_RUNS { gutter(&items, median_size(&items)) } else { None };
        match (aside, gutter) {
            // A column that goes on in the full width is none of a page in columns.
            (Some(aside), gutter) if aside.flows || gutter.is_none() => return past_figure(items, aside, out, depth),
            (_, Some(gutter)) => return columns(items, gutter, out, depth),
            _ => {}
        }
    }
    if items.len() > 2 * COLUMN_RUNS && depth < MAX_DEPTH {
        let size = median_size(&items);
        items.sort_by(|a, b| a.top().total_cmp(&b.top()));
        let mut bottom = items[0].bottom();
        let mut widest = (0.0, 0);
        for (at, item) in items.iter().enumerate().skip(1) {
            if item.top() - bottom > widest.0 {
                widest = (item.top() - bottom, at);
            }
            bottom = bottom.max(item.bottom());
        }
        if widest.0 > 0.9 * size {
            let below = items.split_off(widest.1);
            order(items, out, depth + 1);
            let from = out.len();
            order(below, out, depth + 1);
            if let Some(first) = out.get_mut(from) {
                first.gap_before = true;
            }
            return;
        }
    }
    items.sort_by(|a, b| a.top().total_cmp(&b.top()));
    let mut block: Vec<Run> = Vec::new();
    for item in items {
        match item {
            Item::Run(run) => block.push(run),
            Item::Table(table) => {
                out.extend(lines_of(std::mem::take(&mut block)));
                out.extend(table.into_lines());
            }
        }
    }
    out.extend(lines_of(block));
}

/// Reads the text that goes past a figure as if the figure were not there, and the figure where the paragraph ends.
fn past_figure(items: Vec<Item>, found: Aside, out: &mut Vec<SetLine>, depth: usize) {
    let (mut text, mut figure) = (Vec::new(), Vec::new());
    for (at, mut item) in items.into_iter().enumerate() {
        if found.figure.contains(&at) {
            figure.push(item);
            continue;
        }
        if let Item::Run(run) = &mut item
            && found.column.contains(&at)
        {
            run.right = Some(run.right.map_or(found.right, |right| right.min(found.right)));
            run.beside |= 1 << depth;
        }
        text.push(item);
    }
    let from = out.len();
    order(text, out, depth + 1);
    let column_end = out[from..].iter().rposition(|line| line.beside & (1 << depth) != 0);
    let mut at = column_end.map_or(out.len(), |end| from + end + 1);
    let goes_on = |line: &SetLine, next: &SetLine| {
        line.flow == Flow::Full && !next.gap_before && !next.text.starts_with('\u{3000}')
    };
    while at > from && at < out.len() && goes_on(&out[at - 1], &out[at]) {
        at += 1;
    }
    if let Some(next) = out.get_mut(at) {
        next.gap_before = true;
    }
    let behind = out.split_off(at);
    order(figure, out, depth + 1);
    // No text changes its size in the middle of a sentence, but labels of a figure do.
    for label in at + 1..out.len() {
        if (out[label - 1].size - out[label].size).abs() > 0.05 * out[label].size {
            out[label].gap_before = true;
        }
    }
    if let Some(first) = out.get_mut(at) {
        first.gap_before = true;
    }
    out.extend(behind);
}

fn median_size(items: &[Item]) -> f32 {
    let sizes = items.iter().filter_map(|item| if let Item::Run(run) = item { Some(run.size) } else { None });
    median(sizes).unwrap_or(10.0)
}

/// The place between two columns: the x that fewest items cross, where both sides hold lines of text side by side.
fn gutter(items: &[Item], size: f32) -> Option<f32> {
    let mut best: Option<(usize, f32)> = None;
    let mut starts: Vec<f32> = items.iter().map(Item::x0).collect();
    starts.sort_by(f32::total_cmp);
    starts.dedup_by(|a, b| (*a - *b).abs() < 0.5 * size);
    for start in starts.into_iter().skip(1) {
        let at = start - 0.4 * size;
        let (mut left, mut right, mut crossing) = (Side::default(), Side::default(), 0);
        for item in items {
            match () {
                () if item.x1() <= at => left.add(item),
                () if item.x0() >= at => right.add(item),
                () => crossing += 1,
            }
        }
        let side_by_side = left.bottom.min(right.bottom) - left.top.max(right.top) > 3.0 * size;
        let apart = right.x0 - left.x1 >= 0.8 * size;
        let fits = left.is_text() && right.is_text() && side_by_side && apart && crossing * 4 <= items.len();
        if fits && best.is_none_or(|(fewest, _)| crossing < fewest) {
            best = Some((crossing, at));
        }
    }
    best.map(|(_, at)| at)
}

/// What stands on one side of a gutter.
struct Side {
    count: usize,
    chars: usize,
    top: f32,
    bottom: f32,
    x0: f32,
    x1: f32,
}

impl Default for Side {
    fn default() -> Self {
        Self { count: 0, chars: 0, top: f32::MAX, bottom: f32::MIN, x0: f32::MAX, x1: f32::MIN }
    }
}

impl Side {
    fn add(&mut self, item: &Item) {
        self.count += 1;
        self.chars += item.chars();
        self.top = self.top.min(item.top());
        self.bottom = self.bottom.max(item.bottom());
        self.x0 = self.x0.min(item.x0());
        self.x1 = self.x1.max(item.x1());
    }

    fn is_text(&self) -> bool {
        self.count >= COLUMN_RUNS && self.chars >= COLUMN_CHARS * self.count
    }
}

/// Reads columns band by band: what crosses the gutter stands between two bands.
fn columns(items: Vec<Item>, gutter: f32, out: &mut Vec<SetLine>, depth: usize) {
    let crosses = |item: &Item| item.x0() < gutter && item.x1() > gutter;
    let (mut across, mut rest): (Vec<Item>, Vec<Item>) = items.into_iter().partition(crosses);
    across.sort_by(|a, b| a.top().total_cmp(&b.top()));
    let band = |items: Vec<Item>, out: &mut Vec<SetLine>| {
        let (left, right): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.x1() <= gutter);
        order(left, out, depth + 1);
        let from = out.len();
        order(right, out, depth + 1);
        if let Some(first) = out.get_mut(from) {
            // The top of a column: whether it goes on from the foot of the last tells its words.
            first.gap_before = false;
        }
    };
    let mut group: Vec<Item> = Vec::new();
    for item in across {
        let (above, below): (Vec<Item>, Vec<Item>) = rest.into_iter().partition(|other| other.top() < item.top());
        rest = below;
        if !above.is_empty() {
            order(std::mem::take(&mut group), out, depth + 1);
            band(above, out);
        }
        group.push(item);
    }
    order(group, out, depth + 1);
    band(rest, out);
}
