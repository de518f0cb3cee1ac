//! Extracts tables of text (CSV, TSV): each row is a line, and the header row names its cells.

use super::text::decode;
use super::{ExtractError, Extracted, flowed};
use crate::document::{Flow, Line};

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = decode(bytes)?;
    let mut extracted = Extracted::decoded(&decoded);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&decoded.text))
        .has_headers(false)
        .flexible(true)
        .from_reader(decoded.text.as_bytes());
    let mut header: Option<Vec<String>> = None;
    let mut at = 0;
    for record in reader.records() {
        let record = record.map_err(|error| ExtractError::Damaged(error.to_string()))?;
        let first = record.position().map_or(1, |place| place.line() as usize);
        let cells: Vec<String> = record.iter().map(|cell| flowed(cell.trim())).collect();
        at += 1;
        if at == 1 && is_header(&cells) {
            header = Some(cells.clone());
        }
        let named = header.as_ref().filter(|_| at > 1);
        let shown = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(at, cell)| {
            match named.and_then(|names| names.get(at)).filter(|name| !name.is_empty()) {
                Some(name) => format!("{name}：{cell}"),
                None => cell.clone(),
            }
        });
        let text = shown.collect::<Vec<_>>().join("　");
        // A quoted cell may hold line ends, so a row ends where the next one starts.
        let last = first + record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        extracted.lines.push(Line { text, lines: Some((first, last)), flow: Flow::Whole, ..Line::default() });
    }
    Ok(extracted)
}

/// Chooses the character between cells: the one that the first lines have most.
fn delimiter(text: &str) -> u8 {
    let count = |byte: u8| text.lines().take(10).map(|line| line.bytes().filter(|b| *b == byte).count()).sum::<usize>();
    [b'\t', b',', b';'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

/// Tells whether a row names the columns: at least two cells, all different, none empty, none a number or a date.
fn is_header(cells: &[String]) -> bool {
    let is_name = |cell: &String| {
        let digits = cell.chars().filter(|c| c.is_numeric()).count();
        !cell.is_empty() && cell.chars().count() <= 40 && digits * 2 < cell.chars().count()
    };
    let mut sorted: Vec<&String> = cells.iter().collect();
    sorted.sort();
    sorted.dedup();
    cells.len() > 1 && sorted.len() == cells.len() && cells.iter().all(is_name)
}
