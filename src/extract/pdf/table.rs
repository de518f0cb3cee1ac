//! Reads ruled tables: cells are found by the lines drawn around them.

use super::layout::lines_of;
use super::shapes::{Rule, Run, SetLine};

/// Two rules this near meet, in points.
const TOUCH: f32 = 3.0;
/// More rules than this draw a picture.
const MAX_RULES: usize = 4000;
/// A row of more text than this is a layout, not data, in code points.
const MAX_ROW_CHARS: usize = 600;

/// Something to be put in order: a run of text, or a whole table.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Run(Run),
    Table(Table),
}

impl Item {
    pub fn x0(&self) -> f32 {
        match self {
            Self::Run(run) => run.x0,
            Self::Table(table) => table.x0,
        }
    }

    pub fn x1(&self) -> f32 {
        match self {
            Self::Run(run) => run.x1,
            Self::Table(table) => table.x1,
        }
    }

    pub fn top(&self) -> f32 {
        match self {
            Self::Run(run) => run.y - run.size / 2.0,
            Self::Table(table) => table.y0,
        }
    }

    pub fn bottom(&self) -> f32 {
        match self {
            Self::Run(run) => run.y + run.size / 2.0,
            Self::Table(table) => table.y1,
        }
    }

    pub fn chars(&self) -> usize {
        match self {
            Self::Run(run) => run.chars,
            // A table is as good a column as any text.
            Self::Table(_) => 40,
        }
    }
}

/// A ruled table with the runs in it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
    cells: Vec<Cell>,
}

#[derive(Clone, Debug)]
struct Cell {
    /// Rules around it: left, top, right, bottom.
    frame: [f32; 4],
    runs: Vec<Run>,
}

impl Table {
    /// A line a row, its cells set apart; rows of long cells keep their lines.
    pub fn into_lines(self) -> Vec<SetLine> {
        let mut cells = self.cells;
        cells.sort_by(|a, b| a.frame[1].total_cmp(&b.frame[1]).then(a.frame[0].total_cmp(&b.frame[0])));
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for cell in cells {
            match rows.last_mut() {
                Some(row) if (cell.frame[1] - row[0].frame[1]).abs() < TOUCH => row.push(cell),
                _ => rows.push(vec![cell]),
            }
        }
        let mut out = Vec::new();
        for mut row in rows {
            row.sort_by(|a, b| a.frame[0].total_cmp(&b.frame[0]));
            let chars: usize = row.iter().flat_map(|cell| &cell.runs).map(|run| run.chars).sum();
            let cells: Vec<Vec<SetLine>> = row.into_iter().map(|cell| lines_of(cell.runs)).collect();
            if chars > MAX_ROW_CHARS || cells.len() == 1 {
                out.extend(cells.into_iter().flatten());
                continue;
            }
            let size = cells[0].first().map_or(10.0, |line| line.size);
            let texts: Vec<String> = cells.iter().map(|lines| joined(lines)).collect();
            let place = cells[0].first().map_or((0.0, 0.0), |line| line.place);
            out.push(SetLine { text: texts.join("　"), size, place, ..SetLine::default() });
        }
        out
    }
}

/// The lines of a cell as one text.
fn joined(lines: &[SetLine]) -> String {
    let text = lines.iter().map(|line| line.text.trim()).collect::<Vec<_>>().join("\n");
    super::super::flowed(&text)
}

/// Gathers the runs that stand between rules into tables; all others stay as they are.
pub(super) fn find(runs: Vec<Run>, rules: &[Rule]) -> Vec<Item> {
    let (levels, uprights): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| rule.is_level());
    if levels.len() < 2 || uprights.len() < 2 || rules.len() > MAX_RULES {
        return runs.into_iter().map(Item::Run).collect();
    }
    let groups = connected(rules);
    let mut tables: Vec<Option<Table>> = vec![None; groups.iter().max().map_or(0, |last| last + 1)];
    let mut items = Vec::new();
    let numbered: Vec<(usize, &Rule)> = rules.iter().enumerate().collect();
    for run in runs {
        let middle = (run.x0 + run.x1) / 2.0;
        let beside =
            |rule: &&(usize, &Rule)| !rule.1.is_level() && rule.1.y0 <= run.y + 1.0 && rule.1.y1 >= run.y - 1.0;
        let along =
            |rule: &&(usize, &Rule)| rule.1.is_level() && rule.1.x0 <= middle + 1.0 && rule.1.x1 >= middle - 1.0;
        let left = numbered
            .iter()
            .filter(beside)
            .filter(|rule| rule.1.x0 <= run.x0 + 0.3 * run.size)
            .max_by(|a, b| a.1.x0.total_cmp(&b.1.x0));
        let right = numbered
            .iter()
            .filter(beside)
            .filter(|rule| rule.1.x0 >= run.x1 - 0.3 * run.size)
            .min_by(|a, b| a.1.x0.total_cmp(&b.1.x0));
        let above =
            numbered.iter().filter(along).filter(|rule| rule.1.y0 <= run.y).max_by(|a, b| a.1.y0.total_cmp(&b.1.y0));
        let below =
            numbered.iter().filter(along).filter(|rule| rule.1.y0 >= run.y).min_by(|a, b| a.1.y0.total_cmp(&b.1.y0));
        let (Some(left), Some(right), Some(above), Some(below)) = (left, right, above, below) else {
            items.push(Item::Run(run));
            continue;
        };
        let group = groups[left.0];
        if [right, above, below].iter().any(|rule| groups[rule.0] != group) {
            items.push(Item::Run(run));
            continue;
        }
        let frame = [left.1.x0, above.1.y0, right.1.x0, below.1.y0];
        let table = tables[group].get_or_insert(Table {
            x0: f32::MAX,
            y0: f32::MAX,
            x1: f32::MIN,
            y1: f32::MIN,
            cells: Vec::new(),
        });
        table.x0 = table.x0.min(frame[0]);
        table.y0 = table.y0.min(frame[1]);
        table.x1 = table.x1.max(frame[2]);
        table.y1 = table.y1.max(frame[3]);
        let same = |cell: &&mut Cell| cell.frame.iter().zip(&frame).all(|(a, b)| (a - b).abs() < TOUCH);
        match table.cells.iter_mut().find(same) {
            Some(cell) => cell.runs.push(run),
            None => table.cells.push(Cell { frame, runs: vec![run] }),
        }
    }
    for table in tables.into_iter().flatten() {
        if table.cells.len() == 1 {
            // A frame around text is no table.
            items.extend(table.cells.into_iter().flat_map(|cell| cell.runs).map(Item::Run));
        } else {
            items.push(Item::Table(table));
        }
    }
    items
}

/// For each rule the number of the group of rules it touches, directly or by others.
fn connected(rules: &[Rule]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..rules.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    for a in 0..rules.len() {
        for b in a + 1..rules.len() {
            let (first, second) = (&rules[a], &rules[b]);
            let touch = first.x0 <= second.x1 + TOUCH
                && second.x0 <= first.x1 + TOUCH
                && first.y0 <= second.y1 + TOUCH
                && second.y0 <= first.y1 + TOUCH;
            if touch {
                let (a, b) = (root(&mut group, a), root(&mut group, b));
                group[a] = b;
            }
        }
    }
    (0..rules.len()).map(|at| root(&mut group, at)).collect()
}
