//! CSV: one row for each hit. No cell starts a formula in a spreadsheet, and none acts on a terminal.

use std::io::Write;

use unicode_normalization::UnicodeNormalization;

use super::sanitize::{BYTE_ORDER_MARK, is_suspect, sanitized};
use super::{Hits, OutputError, date_label, match_name, names_of};
use crate::document::Role;

/// Writes the hits, after a byte order mark if requested.
pub(super) fn write(out: &mut dyn Write, hits: &mut Hits<'_>, byte_order_mark: bool) -> Result<(), OutputError> {
    if byte_order_mark {
        write!(out, "{BYTE_ORDER_MARK}")?;
    }
    let mut header = csv::Writer::from_writer(&mut *out);
    const COLUMNS: [&str; 20] = [
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
        "match",
        "path",
        "url",
        "publisher",
        "duplicates",
        "place",
        "missing",
        "role",
    ];
    // The column `index` exists only for an answer from several indexes.
    let mut hits = hits.peekable();
    let several = hits.peek().is_some_and(|hit| hit.as_ref().is_ok_and(|hit| hit.index.is_some()));
    header.write_record(COLUMNS.iter().copied().chain(several.then_some("index"))).map_err(std::io::Error::from)?;
    header.flush()?;
    drop(header);
    // Numbers aside, every cell is quoted: a spreadsheet that also splits cells at semicolons or tabs would find a
    // formula inside a bare cell.
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(out);
    for hit in hits {
        let hit = hit?;
        let (document, passage) = (&hit.document, &hit.passage);
        let partners = names_of(Role::Party, &passage.partners);
        let cells = [
            hit.rank.to_string(),
            // A partial hit has no tier: it does not hold the query.
            if hit.relaxed { String::new() } else { hit.tier.name().to_owned() },
            document.id.clone(),
            document.title.clone(),
            document.date.as_ref().map_or(String::new(), |date| date_label(Some(date))),
            partners.join("、"),
            passage.heading.join(" > "),
            passage.text.clone(),
            passage.lines.0.to_string(),
            passage.lines.1.to_string(),
            passage.page.map_or(String::new(), |page| page.to_string()),
            passage.id.clone(),
            match_name(&hit).to_owned(),
            document.path.clone(),
            document.url.clone().unwrap_or_default(),
            document.publisher.clone().unwrap_or_default(),
            hit.duplicates.join(" "),
            if hit.relaxed { String::new() } else { hit.place.name().to_owned() },
            hit.missing.join("、"),
            hit.role.map_or(String::new(), |role| role.name().to_owned()),
        ];
        let cells = cells.into_iter().chain(hit.index.clone());
        writer.write_record(cells.map(|cell| harmless(&cell))).map_err(std::io::Error::from)?;
    }
    Ok(writer.flush()?)
}

/// Escapes unsafe characters of a cell, and puts `'` in front of a possible formula.
pub(super) fn harmless(cell: &str) -> String {
    let shown = sanitized(cell);
    if is_formula(cell) { format!("'{shown}") } else { shown.into_owned() }
}

/// True for a cell that begins with a formula sign, also after characters that importers trim: blanks, quotes,
/// invisible characters.
fn is_formula(cell: &str) -> bool {
    for c in cell.chars() {
        match c {
            '\t' | '\r' => return true,
            '\'' | '"' | '`' | '＇' | '＂' | '‘' | '’' | '“' | '”' => {}
            c if c.is_whitespace() || is_suspect(c) => {}
            // Spreadsheets read full-width, small and raised forms as the sign itself.
            c => {
                return std::iter::once(c)
                    .nfkc()
                    .next()
                    .is_some_and(|plain| matches!(plain, '=' | '+' | '-' | '@' | '−'));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_one_behind_what_importers_trim_too() {
        let behind = [
            "",
            " ",
            "\n",
            "\n \n",
            "\u{3000}",
            "\u{a0}",
            "\u{200b}",
            "\u{feff}",
            "\"",
            "'",
            "”",
            "\u{e0041}",
            "\u{2028}",
            "\r",
            "\t",
        ];
        for before in behind {
            for sign in ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹣", "⁺", "−"] {
                let cell = format!("{before}{sign}HYPERLINK(\"x\")");
                assert_eq!(harmless(&cell), format!("'{}", sanitized(&cell)));
            }
        }
    }

    #[test]
    fn other_cells_stay_as_they_are() {
        for cell in ["", " ", "報道資料", " 1+1=2", "「=A1」", "日・ASEAN", "\n第1章", "葛\u{e0100}城市", "２−１"]
        {
            assert_eq!(harmless(cell), cell);
        }
        assert_eq!(harmless("報道\u{1b}[2J"), "報道\\u{1b}[2J");
    }
}
