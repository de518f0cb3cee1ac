//! Lists of searches: a table with a query a line.

use std::collections::{BTreeMap, HashMap};

use super::asked::Asked;
use crate::document::DocumentDate;
use crate::engine::{Engine, Request, SearchError, Sort, Total};
use crate::query::Budget;

/// Columns of a list of searches.
const COLUMNS: [&str; 5] = ["id", "query", "partner", "theme", "date"];

/// A list of searches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Its lines.
    pub lines: Vec<BatchLine>,
    /// Columns that no search uses.
    pub unused: Vec<String>,
}

/// A line of a list of searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    /// Line in the file, from 1.
    pub line: usize,
    /// Its id.
    pub id: String,
    /// The query as typed.
    pub query: String,
    /// What it asks, or the fault of the line.
    pub asked: Result<Asked, String>,
    /// What may be wrong with the line.
    pub warnings: Vec<String>,
}

/// A line with what its search found, or its fault.
#[derive(Clone, Debug)]
pub struct BatchSummary {
    /// The line.
    pub line: BatchLine,
    /// What was found, or the fault of line or query.
    pub found: Result<BatchCounts, String>,
}

/// What a search of a list found.
#[derive(Clone, Debug, Default)]
pub struct BatchCounts {
    /// Numbers of exact matches.
    pub total: Total,
    /// Date of the oldest dated document.
    pub first: Option<DocumentDate>,
    /// Date of the newest dated document.
    pub last: Option<DocumentDate>,
    /// True where the time ran out.
    pub timed_out: bool,
    /// Warnings of line and query.
    pub warnings: Vec<String>,
}

impl Batch {
    /// Reads a table with a header: CSV, or TSV where the first line has a tab. A cell of `partner` and `theme` may
    /// hold alternatives with `;` between them.
    ///
    /// A faulty line does not hide the lines behind it: a quote that is never closed would take them into its cell.
    ///
    /// # Errors
    /// No header, or one without the columns `id` and `query`.
    ///
    /// # Examples
    /// ```
    /// use fumikura::study::Batch;
    ///
    /// let batch = Batch::read("query,id,partner\n\"\"\"情報 共有\"\"\",a,米国;EU\n")?;
    /// let asked = batch.lines[0].asked.clone()?;
    /// assert_eq!((asked.query.as_str(), asked.filters["partner"].len()), ("\"情報 共有\"", 2));
    /// # Ok::<(), String>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let tabs = text.lines().next().is_some_and(|first| first.contains('\t'));
        let mut records = Records { text, at: 0, line: 1, tabs, used: Vec::new() };
        let header = records.next().filter(|record| record.cells.iter().any(|cell| !cell.trim().is_empty()));
        let Record { cells: header, .. } =
            header.ok_or("the file is empty: its first line must name the columns id and query")?;
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let column: HashMap<&str, usize> =
            names.iter().enumerate().rev().map(|(at, name)| (name.as_str(), at)).collect();
        if let Some(missing) = COLUMNS.iter().take(2).find(|name| !column.contains_key(*name)) {
            return Err(format!(
                "the first line has no column '{missing}': it must name id, query and, if wanted, partner, theme, \
                 date; it names {}",
                names.join(", ")
            ));
        }
        let unused = names.iter().filter(|name| !name.is_empty() && !COLUMNS.contains(&name.as_str()));
        let unused = unused.cloned().collect();
        records.used = COLUMNS.iter().filter_map(|name| column.get(name).copied()).collect();
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut lines = Vec::new();
        for Record { line, cells, is_open } in records {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cell = |name: &str| {
                let at = column.get(name).copied();
                at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim()).to_owned()
            };
            let (id, query) = (cell("id"), cell("query"));
            let mut warnings = Vec::new();
            if let Some(before) = seen.insert(id.clone(), line) {
                warnings.push(format!("line {before} has the same id"));
            }
            let asked = if is_open {
                Err("a quote is not closed on this line".to_owned())
            } else if id.is_empty() {
                Err("the line has no id".to_owned())
            } else if cells.len() > names.len() {
                let (own, header) = (cells.len(), names.len());
                Err(format!("the line has {own} cells, the header {header}: a cell with commas needs quotes"))
            } else {
                asked(query.clone(), COLUMNS.iter().skip(2).map(|name| (*name, cell(name))))
            };
            lines.push(BatchLine { line, id, query, asked, warnings });
        }
        Ok(Self { lines, unused })
    }
}

fn asked(query: String, filters: impl Iterator<Item = (&'static str, String)>) -> Result<Asked, String> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, cell) in filters {
        // A date is one range; ';' in it is a fault that the search tells.
        let separators: &[char] = if name == "date" { &[] } else { &[';', '；'] };
        let values = cell.split(separators).map(|value| value.trim().to_owned());
        let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
        if !values.is_empty() {
            all.insert(name.to_owned(), values);
        }
    }
    if query.is_empty() && all.is_empty() {
        return Err("the line has neither a query nor a filter".to_owned());
    }
    Ok(Asked { query, variants: true, filters: all })
}

/// The records of a table.
struct Records<'a> {
    text: &'a str,
    /// Byte and line of the next record.
    at: usize,
    line: usize,
    tabs: bool,
    /// Columns that hold no line end in a sound record.
    used: Vec<usize>,
}

/// A record of a table.
struct Record {
    /// Its line.
    line: usize,
    cells: Vec<String>,
    /// True where a quote is not closed on its line; the cells are then those of the line without quotes.
    is_open: bool,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let (rest, first) = loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let first = rest.find('\n').map_or(rest.len(), |end| end + 1);
            if !rest.get(..first).is_some_and(|line| line.trim().is_empty()) {
                break (rest, first);
            }
            self.at += first;
            self.line += 1;
        };
        let own = rest.get(..first).unwrap_or_default();
        let (mut cells, mut length) = if self.tabs {
            (own.trim_end_matches(['\n', '\r']).split('\t').map(unquoted).collect(), first)
        } else {
            record(rest, true)
        };
        let is_open = self.used.iter().filter_map(|at| cells.get(*at)).any(|cell: &String| cell.contains('\n'));
        if is_open {
            // Reading goes on behind this line, so that the quote takes no other into its cell.
            (cells, length) = (record(own, false).0, first);
        }
        let line = self.line;
        self.line += rest.get(..length).unwrap_or_default().matches('\n').count();
        self.at += length.max(1);
        Some(Record { line, cells, is_open })
    }
}

/// Reads the first record of a table of CSV, with its length in bytes.
fn record(text: &str, quotes: bool) -> (Vec<String>, usize) {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(quotes).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => {
            let length = usize::try_from(reader.position().byte()).unwrap_or(text.len()).min(text.len());
            (record.iter().map(str::to_owned).collect(), length)
        }
        _ => (Vec::new(), text.len()),
    }
}

/// Returns the text of a cell of TSV. Spreadsheets quote a cell with quotes or commas; other quotes are of the query.
fn unquoted(cell: &str) -> String {
    let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
    match inner.filter(|inner| inner.contains("\"\"") || inner.contains(',')) {
        Some(inner) if !inner.replace("\"\"", "").contains('"') => inner.replace("\"\"", "\""),
        _ => cell.to_owned(),
    }
}

/// Runs the search of a line, for counts and dates.
///
/// # Errors
/// A collection that cannot be read; a fault of the query is part of the summary.
pub fn batch_summary(
    engine: &dyn Engine,
    line: &BatchLine,
    budget: &dyn Fn() -> Budget,
) -> Result<BatchSummary, SearchError> {
    let found = match &line.asked {
        Ok(asked) => asked.request().map_err(SearchError::from).and_then(|request| counts(engine, &request, budget)),
        Err(fault) => return Ok(BatchSummary { line: line.clone(), found: Err(fault.clone()) }),
    };
    let found = match found {
        Ok(mut counts) => {
            counts.warnings.splice(0..0, line.warnings.iter().cloned());
            Ok(counts)
        }
        Err(SearchError::Query(error)) => Err(error.to_string()),
        Err(error) => return Err(error),
    };
    Ok(BatchSummary { line: line.clone(), found })
}

fn counts(engine: &dyn Engine, request: &Request, budget: &dyn Fn() -> Budget) -> Result<BatchCounts, SearchError> {
    // Undated documents stand last in both orders.
    let one = |sort| engine.search(&Request { limit: 1, sort, budget: budget(), ..request.clone() });
    let first = one(Sort::Date)?;
    let last = if first.total.passages > 1 { Some(one(Sort::DateDescending)?) } else { None };
    let date = |answer: &crate::engine::Answer| answer.hits.first().and_then(|hit| hit.document.date.clone());
    Ok(BatchCounts {
        total: first.total,
        first: date(&first),
        last: last.as_ref().map_or_else(|| date(&first), date),
        timed_out: first.timed_out || last.as_ref().is_some_and(|last| last.timed_out),
        warnings: first.warnings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String, Result<String, String>)> {
        let batch = Batch::read(text).unwrap_or_default();
        batch.lines.into_iter().map(|line| (line.line, line.id, line.asked.map(|asked| asked.query))).collect()
    }

    #[test]
    fn an_open_quote_hides_no_line_behind_it() {
        let read = lines("id,query\na,情報\nb,\"共有\nc,安全\nd,\"国,連\"\n");
        let ids: Vec<&str> = read.iter().map(|(_, id, _)| id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d"]);
        assert_eq!(read.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [2, 3, 4, 5]);
        assert!(read[1].2.is_err() && read[2].2 == Ok("安全".to_owned()) && read[3].2 == Ok("国,連".to_owned()));
    }

    #[test]
    fn quotes_of_a_tsv_are_those_of_the_query_unless_a_spreadsheet_wrote_them() {
        let read = lines("id\tquery\r\n1\t\"情報 共有\"\r\n2\t\"\"\"情報 共有\"\"\"\r\n3\t\"NEAR/9(a, b)\"\r\n");
        let queries: Vec<_> = read.into_iter().filter_map(|(_, _, query)| query.ok()).collect();
        assert_eq!(queries, ["\"情報 共有\"", "\"情報 共有\"", "NEAR/9(a, b)"]);
    }

    #[test]
    fn a_line_without_id_or_query_or_with_too_many_cells_is_a_fault_of_its_own() {
        let read = lines("id,query\n,情報\n2,\n3,情報,共有\n\n5,国\n");
        let faults: Vec<bool> = read.iter().map(|(_, _, query)| query.is_err()).collect();
        assert_eq!(faults, [true, true, true, false]);
        assert_eq!(read[3].0, 6);
        assert!(Batch::read("name,query\n").is_err() && Batch::read("").is_err());
    }

    #[test]
    fn columns_stand_in_any_order_and_a_repeated_id_is_told() {
        let batch = Batch::read("\u{feff}Date,Query,note,ID\n2011,国,x,1\n,国,y,1\n").unwrap_or_default();
        assert_eq!(batch.unused, ["note"]);
        assert_eq!(
            batch.lines[0].asked.as_ref().map(|asked| asked.filters["date"].clone()),
            Ok(vec!["2011".to_owned()])
        );
        assert_eq!(batch.lines[1].warnings, ["line 2 has the same id"]);
    }
}
