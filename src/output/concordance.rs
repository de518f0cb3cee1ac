//! Concordances as text and tables.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::sanitize::one_line;
use super::table::{Cell, Column, Table, TableForm};
use super::text::{DIM, MATCH, NOTE, TITLE, date_label};
use super::{OutputError, Shape};
use crate::document::{Role, counted, line_range};
use crate::engine::Request;
use crate::query::Tier;
use crate::study::{Concordance, Line};

/// Widest column of a context in text, in columns of half width.
const MAX_COLUMN: usize = 60;

/// Writes a concordance for people: the matches stand below each other.
///
/// # Errors
/// An error of the writer.
pub fn concordance_text(out: &mut dyn Write, found: &Concordance) -> io::Result<()> {
    let total = &found.total;
    let [word, variant, substring] = total.by_tier;
    let least = if found.answer.timed_out || found.cut { "at least " } else { "" };
    writeln!(
        out,
        "{TITLE}{least}{} in {} of {}{TITLE:#}  \
         {DIM}word {word} · variant ≈ {variant} · substring ⊂ {substring}{DIM:#}",
        counted(total.lines, "occurrence"),
        counted(total.passages, "passage"),
        counted(total.documents, "document"),
    )?;
    if let Some(emptied) = &found.answer.emptied {
        writeln!(out, "{NOTE}{}{NOTE:#}", one_line(&emptied.sentence()))?;
    }
    if let Some(roles) = &found.answer.roles {
        writeln!(out, "{NOTE}{}{NOTE:#}", one_line(&roles.sentence()))?;
    }
    for note in concordance_notes(found) {
        writeln!(out, "{NOTE}{note}{NOTE:#}")?;
    }
    let shown: Vec<[String; 3]> = found
        .lines
        .iter()
        .map(|line| [&line.left, &line.matched, &line.right].map(|part| one_line(part).into()))
        .collect();
    let widest = |at: usize| shown.iter().map(|line| line[at].width()).max().unwrap_or(0).min(MAX_COLUMN);
    let (left, right) = (widest(0), widest(2));
    for (line, [before, matched, after]) in found.lines.iter().zip(&shown) {
        let mark = match line.tier {
            Tier::Word => ' ',
            Tier::Variant => '≈',
            Tier::Substring => '⊂',
        };
        let blank = |width: usize, text: &str| " ".repeat(width.saturating_sub(text.width()));
        writeln!(
            out,
            "{}{before} {mark}{MATCH}{matched}{MATCH:#} {after}{}  {DIM}{}{DIM:#}",
            blank(left, before),
            blank(right, after),
            one_line(&place(line)),
        )?;
    }
    Ok(())
}

/// Tells what a concordance does not show.
pub fn concordance_notes(found: &Concordance) -> Vec<String> {
    let mut notes = Vec::new();
    if found.cut {
        notes.push(format!(
            "there are more than {} occurrences: the first ones were read; add filters",
            found.total.lines
        ));
    }
    let with_titles =
        found.total.lines + if found.lines.iter().any(|line| line.passage.is_none()) { found.titles } else { 0 };
    if found.kept < with_titles {
        notes.push(format!("a sample of {} of {with_titles} lines", found.kept));
    }
    if found.lines.len() < found.kept {
        notes.push(format!("{} of {} are shown", found.lines.len(), counted(found.kept, "line")));
    }
    if found.titles > 0 && with_titles == found.total.lines {
        notes.push(format!(
            "{} in titles that no passage of the text holds: --titles lists them",
            counted(found.titles, "further occurrence")
        ));
    }
    notes
}

/// Writes date, id, line and page of a line.
fn place(line: &Line) -> String {
    let mut place = format!("{} {}", date_label(line.document.date.as_ref()), line.document.id);
    match (&line.passage, line.line) {
        (None, _) => place.push_str(" title"),
        (_, Some(line)) => place.push_str(&format!(":{line}")),
        (Some(passage), None) => place.push_str(&format!(":{}", line_range(passage.lines))),
    }
    if let Some(page) = line.passage.as_ref().and_then(|passage| passage.page) {
        place.push_str(&format!(" p. {page}"));
    }
    place
}

/// Columns of a table: the first three are those that AntConc and KH Coder read.
const COLUMNS: [Column; 14] = [
    ("left", 40),
    ("match", 14),
    ("right", 40),
    ("document", 30),
    ("title", 40),
    ("date", 22),
    ("partner", 20),
    ("theme", 24),
    ("heading", 30),
    ("page", 6),
    ("line", 9),
    ("passage", 30),
    ("offset", 8),
    ("tier", 10),
];

/// Writes a concordance as a table, one row an occurrence.
///
/// # Errors
/// An error of the writer.
pub fn concordance_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    (found, request): (&Concordance, &Request),
    made: &Made,
) -> Result<(), OutputError> {
    let mut conditions = Conditions::new(request, &found.answer, made);
    for note in concordance_notes(found) {
        if found.cut { conditions.cut(&note) } else { conditions.add("lines", "行", &note) }
    }
    let several = found.lines.iter().any(|line| line.index.is_some());
    let columns: Vec<Column> = COLUMNS.into_iter().chain(several.then_some(("index", 16))).collect();
    let rows = &mut found.lines.iter().map(|line| Ok(row(line)));
    write_table(out, Table { sheet: "用例", columns: &columns, rows, conditions: Some(&conditions) }, form, shape)
}

fn row(line: &Line) -> Vec<Cell> {
    let passage = line.passage.as_deref();
    let lines = match (line.line, passage) {
        (Some(line), _) => Cell::from(line),
        (None, Some(passage)) => line_range(passage.lines).into(),
        (None, None) => "".into(),
    };
    let mut cells = vec![
        line.left.clone().into(),
        line.matched.clone().into(),
        line.right.clone().into(),
        line.document.id.clone().into(),
        line.document.title.clone().into(),
        Cell::maybe(line.document.date.as_ref().map(|date| date_label(Some(date)))),
        line.partners(Role::Party).join("、").into(),
        line.themes().join("、").into(),
        passage.map_or(String::new(), |passage| passage.heading.join(" > ")).into(),
        Cell::number(passage.and_then(|passage| passage.page)),
        lines,
        passage.map_or("", |passage| &passage.id).into(),
        line.offset.into(),
        line.tier.name().into(),
    ];
    cells.extend(line.index.clone().map(Cell::from));
    cells
}
