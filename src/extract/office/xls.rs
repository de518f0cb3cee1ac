//! Prepares Excel's old binary workbooks: moves distant cells together, because the reader allocates a full grid.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use super::super::ExtractError;

/// Most cells of a grid that is read unchanged, and most after its rows and columns were moved together.
const MAX_GRID: usize = 1 << 20;
const MAX_COMPACT_GRID: usize = 4 << 20;

/// Record numbers of `[MS-XLS]`.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const DIMENSIONS: u16 = 0x0200;
const MUL_RK: u16 = 0x00BD;
/// Number, Label, RString, BoolErr, RK, LabelSst, Formula: all begin with row and column.
const CELLS: &[u16] = &[0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x0006];

/// A cell record: the place of its data in the stream, and the columns that it covers.
struct CellRecord {
    at: usize,
    /// Place of the last column's number, for a record of several cells.
    last_at: Option<usize>,
}

/// Returns the workbook with unused rows and columns removed from oversized sheets, which changes no text. A workbook
/// that cannot be parsed here is returned unchanged.
///
/// # Errors
/// `OverLimit` where a sheet has too many cells even then.
pub(super) fn compacted(bytes: &[u8]) -> Result<Vec<u8>, ExtractError> {
    let Some((mut file, name, mut stream)) = workbook(bytes) else { return Ok(bytes.to_vec()) };
    match compact(&mut stream)? {
        false => Ok(bytes.to_vec()),
        true => {
            let written = file.open_stream(name).and_then(|mut place| {
                place.seek(SeekFrom::Start(0)).and_then(|_| place.write_all(&stream)).and_then(|()| place.flush())
            });
            Ok(if written.is_ok() { file.into_inner().into_inner() } else { bytes.to_vec() })
        }
    }
}

type Container = cfb::CompoundFile<Cursor<Vec<u8>>>;

fn workbook(bytes: &[u8]) -> Option<(Container, &'static str, Vec<u8>)> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes.to_vec())).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut stream = Vec::new();
    file.open_stream(name).ok()?.read_to_end(&mut stream).ok()?;
    Some((file, name, stream))
}

/// Moves the cells of each sheet together where their grid is too large; returns whether anything changed.
fn compact(stream: &mut [u8]) -> Result<bool, ExtractError> {
    let mut changed = false;
    let mut depth = 0usize;
    let mut cells: Vec<CellRecord> = Vec::new();
    let mut at = 0;
    while let (Some(kind), Some(length)) = (number(stream, at), number(stream, at + 2)) {
        let data = at + 4;
        let end = data + usize::from(length);
        if end > stream.len() {
            break;
        }
        match kind {
            // The records after this one are encrypted.
            FILE_PASS => return Ok(false),
            BOF => {
                depth += 1;
                if depth == 1 {
                    cells.clear();
                }
            }
            EOF => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    changed |= move_together(stream, &std::mem::take(&mut cells))?;
                }
            }
            DIMENSIONS if depth == 1 => changed |= shrink_dimensions(&mut stream[data..end]),
            MUL_RK if depth == 1 && length >= 6 => cells.push(CellRecord { at: data, last_at: Some(end - 2) }),
            kind if depth == 1 && CELLS.contains(&kind) && length >= 4 => {
                cells.push(CellRecord { at: data, last_at: None })
            }
            _ => {}
        }
        at = end;
    }
    Ok(changed)
}

fn number(stream: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(stream.get(at..at + 2)?.try_into().ok()?))
}

/// Shrinks the dimensions record: the reader allocates its full size, whatever the sheet contains.
fn shrink_dimensions(record: &mut [u8]) -> bool {
    let short = |at: usize| usize::from(number(record, at).unwrap_or(0));
    let long = |at: usize| short(at) | short(at + 2) << 16;
    // Number of rows, and the places of the end row and the end column.
    let (rows, row, column) = match record.len() {
        10 => (short(2).saturating_sub(short(0)), 2, 6),
        14 | 16 => (long(4).saturating_sub(long(0)), 4, 10),
        _ => return false,
    };
    if rows.saturating_mul(256) <= MAX_GRID {
        return false;
    }
    record.fill(0);
    (record[row], record[column]) = (1, 1);
    true
}

fn move_together(stream: &mut [u8], cells: &[CellRecord]) -> Result<bool, ExtractError> {
    let place = |stream: &[u8], at: usize| number(stream, at).unwrap_or(0);
    let (mut rows, mut columns) = (BTreeSet::new(), BTreeSet::new());
    for cell in cells {
        rows.insert(place(stream, cell.at));
        let first = place(stream, cell.at + 2);
        columns.extend(first..=cell.last_at.map_or(first, |last| place(stream, last)).max(first));
    }
    let span =
        |set: &BTreeSet<u16>| set.first().zip(set.last()).map_or(0, |(first, last)| usize::from(last - first) + 1);
    if span(&rows) * span(&columns) <= MAX_GRID {
        return Ok(false);
    }
    if rows.len() * columns.len() > MAX_COMPACT_GRID {
        return Err(ExtractError::OverLimit(format!("a sheet of {} rows and {} columns", rows.len(), columns.len())));
    }
    let ranks = |set: BTreeSet<u16>| -> std::collections::HashMap<u16, u16> { set.into_iter().zip(0..).collect() };
    let (rows, columns) = (ranks(rows), ranks(columns));
    for cell in cells {
        let moves =
            [(cell.at, &rows), (cell.at + 2, &columns)].into_iter().chain(cell.last_at.map(|last| (last, &columns)));
        for (at, ranks) in moves {
            if let Some(rank) = ranks.get(&place(stream, at)) {
                stream[at..at + 2].copy_from_slice(&rank.to_le_bytes());
            }
        }
    }
    Ok(true)
}
