//! CSV: one row a hit. No cell begins with a sign that a spreadsheet takes for a formula.

use std::io::{self, Write};

use super::names_of;
use crate::document::Role;
use crate::search::Answer;

/// Writes the hits.
pub(super) fn write(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "rank",
        "tier",
        "document",
        "title",
        "date",
        "partners",
        "heading",
        "text",
        "first_line",
        "last_line",
        "page",
        "passage",
    ])?;
    for hit in &answer.hits {
        let (document, passage) = (&hit.document.document, &hit.passage.passage);
        let partners = names_of(Role::Party, &passage.partners);
        let cells = [
            hit.rank.to_string(),
            hit.tier.name().to_owned(),
            document.id.clone(),
            document.title.clone(),
            document.date.as_ref().map_or(String::new(), |date| date.interval.start.to_string()),
            partners.join("、"),
            passage.heading.join(" > "),
            passage.text.clone(),
            passage.lines.0.to_string(),
            passage.lines.1.to_string(),
            passage.page.map_or(String::new(), |page| page.to_string()),
            passage.id.clone(),
        ];
        writer.write_record(cells.map(|cell| harmless(&cell)))?;
    }
    writer.flush()
}

fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}
