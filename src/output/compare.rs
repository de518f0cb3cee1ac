//! Keyness of two sets as text and as a table.

use std::io::{self, Write};

use super::aligned::aligned;
use super::collocates::bonferroni;
use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::table::{Cell, Column, Table, TableForm};
use super::{OutputError, Shape, one_line};
use crate::document::counted;
use crate::query::Filters;
use crate::study::{Comparison, ComparisonOptions, Example, Keyword, Side};

/// Returns the lines that explain the numbers: names for programs, names for people, sentences.
fn head(found: &Comparison, options: &ComparisonOptions) -> Vec<(&'static str, &'static str, String)> {
    let side = |side: &Side| {
        format!(
            "{}: {} in {} of {}",
            side.parsed,
            counted(usize::try_from(side.words).unwrap_or(usize::MAX), "word"),
            counted(side.total.passages, "passage"),
            counted(side.total.documents, "document")
        )
    };
    let unit = if options.compound { "base forms, runs of nouns joined" } else { "base forms" };
    vec![
        ("a", "A", side(&found.a)),
        ("b", "B", side(&found.b)),
        ("shared", "共通", format!("{} in both sets, counted in both", counted(found.shared, "passage"))),
        (
            "measures",
            "指標",
            format!(
                "words are {unit}, without particles, auxiliaries and punctuation; G² of two corpora, Log Ratio and \
                 %DIFF of A against B with .5 for 0; DP over documents; sorted by G²"
            ),
        ),
        (
            "left_out",
            "除外",
            format!(
                "{} that reach {} in {} in neither set; stop words, numbers and words of other parts of speech",
                counted(found.below, "word"),
                counted(usize::try_from(options.min_count.max(1)).unwrap_or(usize::MAX), "occurrence"),
                counted(options.min_documents, "document")
            ),
        ),
        bonferroni(found.compared, found.bonferroni),
    ]
}

/// Warning of a comparison that was cut.
const CUT: &str = "the time ran out: only the passages read until then are counted";

/// Writes a comparison for people: lines that explain the numbers, then the words of each set with examples.
///
/// # Errors
/// An error of the writer.
pub fn compare_text(out: &mut dyn Write, found: &Comparison, options: &ComparisonOptions) -> io::Result<()> {
    if found.timed_out {
        writeln!(out, "{CUT}")?;
    }
    for (at, (_, label, line)) in head(found, options).into_iter().enumerate() {
        let mark = if at < 2 { format!("{label}  ") } else { "   ".to_owned() };
        writeln!(out, "{mark}{}", one_line(&line))?;
    }
    for (name, side) in [("A", &found.a), ("B", &found.b)] {
        if side.keywords.is_empty() {
            writeln!(out, "\nno word is key for {name}")?;
            continue;
        }
        writeln!(out, "\nmore in {name}")?;
        let row = |row: &Keyword| {
            vec![
                row.word.clone(),
                row.part.name().to_owned(),
                row.a.count.to_string(),
                row.b.count.to_string(),
                format!("{:.2}", row.log_likelihood),
                format!("{:.2}", row.log_ratio),
                format!("{:.0}", row.percent_difference),
                row.a.documents.to_string(),
                row.b.documents.to_string(),
                format!("{:.2}", row.a.dp),
                format!("{:.2}", row.b.dp),
                row.opens.clone(),
            ]
        };
        let names =
            ["word", "part", "in A", "in B", "G²", "LogRatio", "%DIFF", "docs A", "docs B", "DP A", "DP B", "lines"];
        aligned(out, &names, &side.keywords.iter().map(row).collect::<Vec<_>>())?;
        if side.more > 0 {
            writeln!(out, "{} more; -n {} shows all", counted(side.more, "word"), side.keywords.len() + side.more)?;
        }
        for keyword in &side.keywords {
            for Example { passage, left, word, right, .. } in &keyword.examples {
                writeln!(out, "  {}", one_line(&format!("{left}«{word}»{right}  {passage}")))?;
            }
        }
    }
    Ok(())
}

/// Columns of a table of keywords.
const COLUMNS: [Column; 14] = [
    ("key_for", 8),
    ("word", 20),
    ("part", 10),
    ("count_a", 10),
    ("count_b", 10),
    ("g2", 10),
    ("log_ratio", 10),
    ("percent_difference", 10),
    ("documents_a", 10),
    ("documents_b", 10),
    ("dp_a", 10),
    ("dp_b", 10),
    ("query", 40),
    ("passages", 40),
];

/// Writes a row for each keyword.
///
/// # Errors
/// An error of the writer.
pub fn compare_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    (found, filters, options): (&Comparison, &Filters, &ComparisonOptions),
    made: &Made,
) -> Result<(), OutputError> {
    let mut conditions = Conditions::of(made);
    if found.timed_out {
        conditions.cut(CUT);
    }
    conditions.filters(filters);
    for (name, label, line) in head(found, options) {
        conditions.add(name, label, &line);
    }
    let row = |(name, row): (&str, &Keyword)| {
        let passages: Vec<&str> = row.examples.iter().map(|example| example.passage.as_str()).collect();
        vec![
            Cell::from(name),
            row.word.as_str().into(),
            row.part.name().into(),
            row.a.count.into(),
            row.b.count.into(),
            row.log_likelihood.into(),
            row.log_ratio.into(),
            row.percent_difference.into(),
            row.a.documents.into(),
            row.b.documents.into(),
            row.a.dp.into(),
            row.b.dp.into(),
            row.opens.as_str().into(),
            passages.join(" ").into(),
        ]
    };
    let of_a = found.a.keywords.iter().map(|keyword| ("A", keyword));
    let rows = &mut of_a.chain(found.b.keywords.iter().map(|keyword| ("B", keyword))).map(row).map(Ok);
    write_table(out, Table { sheet: "特徴語", columns: &COLUMNS, rows, conditions: Some(&conditions) }, form, shape)
}
