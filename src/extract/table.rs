//! Extracts tables of text (CSV, TSV): each row is a line, and the header row names its cells. A row of one cell above
//! the header is the title.

use super::text::decode;
use super::{ExtractError, Extracted, flowed};
use crate::document::{Flow, Line, LineRole, is_no_title};

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = decode(bytes)?;
    let mut extracted = Extracted::decoded(&decoded);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&decoded.text))
        .has_headers(false)
        .flexible(true)
        .from_reader(decoded.text.as_bytes());
    let mut header: Option<Vec<String>> = None;
    // Rows of one cell above the table are its captions; the first that may be a title is that of the document.
    let (mut is_above, mut caption) = (true, None);
    for record in reader.records() {
        let record = record.map_err(|error| ExtractError::Damaged(error.to_string()))?;
        let first = record.position().map_or(1, |place| place.line() as usize);
        let cells: Vec<String> = record.iter().map(|cell| flowed(cell.trim())).collect();
        let mut filled = cells.iter().filter(|cell| !cell.is_empty());
        let one = filled.next().filter(|_| filled.next().is_none());
        let role = if one.is_some() { LineRole::Text } else { LineRole::Row };
        let named = header.clone().unwrap_or_default();
        match one {
            Some(cell) if is_above => caption = caption.or_else(|| is_caption(cell).then(|| cell.clone())),
            None if is_above && !cells.iter().all(String::is_empty) => {
                is_above = false;
                extracted.title = caption.take();
                header = is_header(&cells).then(|| cells.clone());
            }
            _ => {}
        }
        let shown = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(at, cell)| {
            match named.get(at).filter(|name| !name.is_empty()) {
                Some(name) => format!("{name}：{cell}"),
                None => cell.clone(),
            }
        });
        let text = shown.collect::<Vec<_>>().join("　");
        // A quoted cell may hold line ends, so a row ends where the next one starts.
        let last = first + record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        extracted.lines.push(Line { text, role, lines: Some((first, last)), flow: Flow::Whole, ..Line::default() });
    }
    Ok(extracted)
}

/// Longest caption of a table, in code points.
const MAX_CAPTION_CHARS: usize = 100;

/// Tells whether a row of one cell may be the title of the table below it: no unit (単位：億円), no note, no sentence.
fn is_caption(cell: &str) -> bool {
    let is_beside = ["(", "（", "※", "注", "単位"].iter().any(|start| cell.starts_with(start));
    (2..=MAX_CAPTION_CHARS).contains(&cell.chars().count())
        && cell.chars().any(char::is_alphabetic)
        && !is_beside
        && !cell.ends_with('。')
        && !is_no_title(cell)
}

/// Chooses the character between cells: the one that the first lines have most.
fn delimiter(text: &str) -> u8 {
    let count = |byte: u8| text.lines().take(10).map(|line| line.bytes().filter(|b| *b == byte).count()).sum::<usize>();
    [b'\t', b',', b';'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

/// Tells whether a row names the columns: at least two cells, all different, none empty, none a number or a date.
pub(super) fn is_header(cells: &[String]) -> bool {
    let is_name = |cell: &String| {
        let digits = cell.chars().filter(|c| c.is_numeric()).count();
        !cell.is_empty() && cell.chars().count() <= 40 && digits * 2 < cell.chars().count()
    };
    let mut sorted: Vec<&String> = cells.iter().collect();
    sorted.sort();
    sorted.dedup();
    cells.len() > 1 && sorted.len() == cells.len() && cells.iter().all(is_name)
}
