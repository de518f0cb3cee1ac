//! Collocates as text and as a table.

use std::io::{self, Write};

use super::aligned::aligned;
use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::table::{Cell, Column, Table, TableForm};
use super::{OutputError, Shape, one_line};
use crate::document::counted;
use crate::engine::Request;
use crate::study::{Collocate, Collocates, CollocationOptions, Window};

/// Returns the lines that explain the numbers: names for programs, names for people, sentences.
fn head(found: &Collocates, options: &CollocationOptions) -> Vec<(&'static str, &'static str, String)> {
    let window = match options.window {
        Window::Words(words) => format!("±{}", counted(words, "word")),
        other => format!("the {other}"),
    };
    let words = |count: u64| counted(usize::try_from(count).unwrap_or(usize::MAX), "word");
    let unit = if options.compound { "base forms, runs of nouns joined" } else { "base forms" };
    let collection = format!(
        "N = {} in {} that pass the filters; words are {unit}, without particles, auxiliaries and punctuation",
        words(found.collection_words),
        counted(found.collection_passages, "passage"),
    );
    vec![
        (
            "occurrences",
            "出現数",
            format!(
                "f_x = {} in {} of {}; {} inside longer words left out",
                found.occurrences,
                counted(found.total.passages, "passage"),
                counted(found.total.documents, "document"),
                found.substrings
            ),
        ),
        (
            "beside",
            "範囲",
            format!(
                "{window}: R1 = {}; one in several windows counts once, one of the query never",
                words(found.window_words)
            ),
        ),
        ("collection", "母集団", collection),
        (
            "measures",
            "指標",
            format!(
                "logDice, MI3 and t of f_xy, f_x, f_y, N; G² and Log Ratio of the {} in the windows against the rest; \
                 DP over documents; sorted by {}",
                words(found.window_words),
                options.measure.name()
            ),
        ),
        (
            "left_out",
            "除外",
            format!(
                "{} with f_xy < {} or in fewer than {}; stop words, numbers and words of other parts of speech",
                counted(found.below, "word"),
                options.min_count.max(1),
                counted(options.min_documents, "document")
            ),
        ),
        bonferroni(found.compared, found.bonferroni),
    ]
}

/// Tells the threshold of significance over all words that were compared: name, label, text.
pub(super) fn bonferroni(compared: usize, threshold: f64) -> (&'static str, &'static str, String) {
    let words = counted(compared, "word");
    let text = format!("{words} compared: for a significance of .05 over all of them, G² must exceed {threshold:.2}");
    ("bonferroni", "多重比較", text)
}

/// Warning of collocates that were cut.
const CUT: &str = "the time ran out: only the windows read until then are counted, so each f_xy and f_x is too small";

/// Writes collocates for people: lines that explain the numbers, then a line for each word.
///
/// # Errors
/// An error of the writer.
pub fn collocates_text(out: &mut dyn Write, found: &Collocates, options: &CollocationOptions) -> io::Result<()> {
    if found.timed_out {
        writeln!(out, "{CUT}")?;
    }
    writeln!(out, "{}", one_line(&found.parsed))?;
    for (_, _, line) in head(found, options) {
        writeln!(out, "  {line}")?;
    }
    if found.rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let row = |row: &Collocate| {
        vec![
            row.word.clone(),
            row.part.name().to_owned(),
            row.both.to_string(),
            row.all.to_string(),
            format!("{:.2}", row.log_dice),
            format!("{:.2}", row.mi3),
            format!("{:.2}", row.t),
            format!("{:.2}", row.log_likelihood),
            format!("{:.2}", row.log_ratio),
            row.documents.to_string(),
            format!("{:.2}", row.dp),
            row.opens.clone(),
        ]
    };
    let names = ["word", "part", "f_xy", "f_y", "logDice", "MI3", "t", "G²", "LogRatio", "docs", "DP", "lines"];
    aligned(out, &names, &found.rows.iter().map(row).collect::<Vec<_>>())?;
    if let Some(more) = found.compared.checked_sub(found.rows.len()).filter(|more| *more > 0) {
        writeln!(out, "{} more; -n {} shows all", counted(more, "word"), found.compared)?;
    }
    Ok(())
}

/// Columns of a table of collocates.
const COLUMNS: [Column; 14] = [
    ("word", 20),
    ("part", 10),
    ("f_xy", 8),
    ("f_x", 8),
    ("f_y", 8),
    ("n", 10),
    ("log_dice", 10),
    ("mi3", 10),
    ("t", 10),
    ("g2", 10),
    ("log_ratio", 10),
    ("documents", 10),
    ("dp", 10),
    ("query", 40),
];

/// Writes a row for each collocate.
///
/// # Errors
/// An error of the writer.
pub fn collocates_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    (found, request, options): (&Collocates, &Request, &CollocationOptions),
    made: &Made,
) -> Result<(), OutputError> {
    let mut conditions = Conditions::of(made);
    if found.timed_out {
        conditions.cut(CUT);
    }
    conditions.add("query", "検索式", &request.text);
    conditions.filters(&request.filters);
    for (name, label, line) in head(found, options) {
        conditions.add(name, label, &line);
    }
    let row = |row: &Collocate| {
        vec![
            Cell::from(row.word.as_str()),
            row.part.name().into(),
            row.both.into(),
            found.occurrences.into(),
            row.all.into(),
            found.collection_words.into(),
            row.log_dice.into(),
            row.mi3.into(),
            row.t.into(),
            row.log_likelihood.into(),
            row.log_ratio.into(),
            row.documents.into(),
            row.dp.into(),
            row.opens.as_str().into(),
        ]
    };
    let rows = &mut found.rows.iter().map(row).map(Ok);
    write_table(out, Table { sheet: "共起語", columns: &COLUMNS, rows, conditions: Some(&conditions) }, form, shape)
}
