//! Logs, reruns and new passages as text and tables.

use std::io::{self, Write};

use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::sanitize::one_line;
use super::table::{Cell, Column, Table, TableForm};
use super::text::{DIM, NOTE, TITLE};
use super::{OutputError, Shape, date_label};
use crate::document::{clipped, counted};
use crate::study::{HitPlace, News, Run, RunsCompared};

/// Length of the start of a passage in a list, in code points.
const START: usize = 80;

/// Writes the runs of a log, a line each.
///
/// # Errors
/// An error of the writer.
pub fn log_text(out: &mut dyn Write, runs: &[(usize, Run)]) -> io::Result<()> {
    for (number, run) in runs {
        let least = if run.timed_out { "at least " } else { "" };
        let filters = match run.asked.filters.is_empty() {
            true => String::new(),
            false => format!("  [{}]", run.asked.filters_text()),
        };
        writeln!(
            out,
            "{number:>4}  {DIM}{}  {:<6}{DIM:#}  {TITLE}{}{TITLE:#}{}  {least}{} in {}",
            one_line(&run.time),
            one_line(&run.tool),
            one_line(&run.asked.query),
            one_line(&filters),
            counted(run.total.passages, "passage"),
            counted(run.total.documents, "document"),
        )?;
    }
    Ok(())
}

/// Columns of a table of runs.
const RUNS: [Column; 17] = [
    ("run", 6),
    ("time", 22),
    ("tool", 8),
    ("query", 40),
    ("read_as", 40),
    ("filters", 30),
    ("variants", 9),
    ("passages", 10),
    ("word", 10),
    ("variant", 10),
    ("substring", 10),
    ("documents", 10),
    ("sort", 10),
    ("commit", 20),
    ("timed_out", 10),
    ("warnings", 40),
    ("command", 60),
];

/// Writes the runs of a log as a table.
///
/// # Errors
/// An error of the writer.
pub fn log_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    runs: &[(usize, Run)],
    made: &Made,
) -> Result<(), OutputError> {
    let conditions = Conditions::of(made);
    let rows = &mut runs.iter().map(|(number, run)| Ok(run_row(*number, run)));
    write_table(out, Table { sheet: "検索記録", columns: &RUNS, rows, conditions: Some(&conditions) }, form, shape)
}

fn run_row(number: usize, run: &Run) -> Vec<Cell> {
    let tier = run.total.by_tier;
    vec![
        number.into(),
        run.time.clone().into(),
        run.tool.clone().into(),
        run.asked.query.clone().into(),
        run.parsed.clone().into(),
        run.asked.filters_text().into(),
        if run.asked.variants { "on" } else { "off" }.into(),
        run.total.passages.into(),
        tier.word.into(),
        tier.variant.into(),
        tier.substring.into(),
        run.total.documents.into(),
        run.sort.clone().into(),
        run.commit().into(),
        if run.timed_out { "timed out" } else { "" }.into(),
        run.warnings.join("; ").into(),
        run.command.clone().into(),
    ]
}

/// Writes what changed since a run.
///
/// # Errors
/// An error of the writer.
pub fn rerun_text(
    out: &mut dyn Write,
    number: usize,
    (before, after): (&Run, &Run),
    compared: &RunsCompared,
) -> io::Result<()> {
    writeln!(
        out,
        "{TITLE}run {number}{TITLE:#} {} of {}: {} added, {} gone, {} the same",
        one_line(&before.asked.query),
        one_line(&before.time),
        compared.added.len(),
        compared.gone.len(),
        compared.same,
    )?;
    for (run, which) in [(before, "the logged run"), (after, "this run")] {
        if run.timed_out {
            writeln!(out, "{NOTE}the time of {which} ran out: its hits are not complete{NOTE:#}")?;
        }
    }
    for (mark, list) in [('+', &compared.added), ('-', &compared.gone)] {
        for HitPlace { passage, title, .. } in list {
            writeln!(out, "{mark} {}  {DIM}{}{DIM:#}", one_line(passage), one_line(title))?;
        }
    }
    let shown =
        |value: &Option<String>| value.as_deref().map_or("–".to_owned(), |value| one_line(value).into_owned());
    for change in &compared.changed {
        let (before, after) = (shown(&change.before), shown(&change.after));
        writeln!(out, "{NOTE}{}{NOTE:#}: {before} → {after}", one_line(&change.name))?;
    }
    Ok(())
}

/// Columns of a table of a rerun.
const RERUN: [Column; 6] =
    [("change", 10), ("name", 20), ("document", 30), ("title", 40), ("before", 30), ("after", 30)];

/// Writes what changed since a run as a table: a row for each added and gone passage and each changed value.
///
/// # Errors
/// An error of the writer.
pub fn rerun_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    compared: &RunsCompared,
    made: &Made,
) -> Result<(), OutputError> {
    let place = |change: &str, hit: &HitPlace| -> Vec<Cell> {
        let (document, title) = (hit.document.clone().into(), hit.title.clone().into());
        vec![change.into(), hit.passage.clone().into(), document, title, "".into(), "".into()]
    };
    let mut rows: Vec<Vec<Cell>> = compared.added.iter().map(|hit| place("added", hit)).collect();
    rows.extend(compared.gone.iter().map(|hit| place("gone", hit)));
    for change in &compared.changed {
        let (before, after) = (Cell::maybe(change.before.clone()), Cell::maybe(change.after.clone()));
        rows.push(vec!["changed".into(), change.name.clone().into(), "".into(), "".into(), before, after]);
    }
    let conditions = Conditions::of(made);
    let rows = &mut rows.into_iter().map(Ok);
    write_table(out, Table { sheet: "再検索", columns: &RERUN, rows, conditions: Some(&conditions) }, form, shape)
}

/// Writes the new passages of saved searches.
///
/// # Errors
/// An error of the writer.
pub fn news_text(out: &mut dyn Write, all: &[News]) -> io::Result<()> {
    for news in all {
        let since = match &news.marked {
            Some((commit, time)) => format!("since {} (commit {})", one_line(time), one_line(commit)),
            None => "no earlier mark: all passages are new".to_owned(),
        };
        let least = if news.found.run.timed_out { "at least " } else { "" };
        let (new, all) = (news.found.new.len(), news.found.ids.len());
        writeln!(out, "{TITLE}{}{TITLE:#}: {least}{new} new of {all}, {since}", one_line(&news.name))?;
        if !news.changed.is_empty() {
            let what = one_line(&news.changed.join(", ")).into_owned();
            writeln!(out, "{NOTE}changed since the last mark: {what}; passages may be new for this alone{NOTE:#}")?;
        }
        for hit in &news.found.new {
            writeln!(
                out,
                "  {}  {}  {DIM}{}{DIM:#}",
                date_label(hit.date.as_ref()),
                one_line(&hit.title),
                one_line(&hit.passage)
            )?;
            writeln!(out, "      {}", one_line(&clipped(hit.text.trim().replace('\n', " "), START)))?;
        }
    }
    Ok(())
}

/// Columns of a table of new passages.
const NEWS: [Column; 9] = [
    ("search", 20),
    ("passage", 30),
    ("document", 30),
    ("title", 40),
    ("date", 22),
    ("tier", 10),
    ("text", 80),
    ("first_seen_commit", 20),
    ("first_seen_time", 22),
];

/// Writes the new passages of saved searches as a table.
///
/// # Errors
/// An error of the writer.
pub fn news_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    all: &[News],
    made: &Made,
) -> Result<(), OutputError> {
    let mut conditions = Conditions::of(made);
    for news in all {
        if news.found.run.timed_out {
            conditions.cut(&format!("the time of the search {} ran out", news.name));
        }
    }
    let one = |name: &str, hit: &crate::study::NewHit| -> Vec<Cell> {
        let (commit, time) = hit.first_seen.clone().unzip();
        vec![
            name.into(),
            hit.passage.clone().into(),
            hit.document.clone().into(),
            hit.title.clone().into(),
            Cell::maybe(hit.date.as_ref().map(|date| date_label(Some(date)))),
            hit.tier.name().into(),
            hit.text.clone().into(),
            Cell::maybe(commit),
            Cell::maybe(time),
        ]
    };
    let rows = all.iter().flat_map(|news| news.found.new.iter().map(move |hit| Ok(one(&news.name, hit))));
    let rows = &mut rows.into_iter();
    write_table(out, Table { sheet: "新着", columns: &NEWS, rows, conditions: Some(&conditions) }, form, shape)
}
