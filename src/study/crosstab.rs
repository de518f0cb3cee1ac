//! Cross tables: how often the values of two dimensions come together, with the statistics of the table.
//!
//! A cell is the number of hits under the filters of its row and its column. The engine answers one request for each
//! row with the facet of the columns, so the numbers are those of `facets` and of the links by construction.

use super::contingency::{CellStatistics, Contingency};
use super::crosstab_options::{Counted, CrosstabOptions};
use super::dimension::{Counting, Dimension, Value, narrowed, numbers_in, values};
use super::primary::primary;
use crate::engine::{Engine, Facets, Numbers, Request, SearchError};

/// Rows beyond the largest number of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Number of rows.
    pub rows: usize,
    /// Sum of their cells.
    pub count: usize,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossTable {
    /// Value of the layer; `None` for the table of all.
    pub layer: Option<Value>,
    /// Passages and documents that the table is about.
    pub total: Numbers,
    /// The rows, with their numbers in this table.
    pub rows: Vec<Value>,
    /// The columns, with their numbers in this table.
    pub cols: Vec<Value>,
    /// Counts, row by row.
    pub counts: Vec<Vec<usize>>,
    /// Rows that are not shown.
    pub rest: Rest,
    /// Statistics of the rows shown.
    pub statistics: Contingency,
}

/// A cell of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossCell {
    /// Its count.
    pub count: usize,
    /// Per cent of the sum of its row; `None` in an empty row.
    pub row_percent: Option<f64>,
    /// Per cent of the sum of its column; `None` in an empty column.
    pub col_percent: Option<f64>,
    /// Expected count and residual.
    pub statistics: CellStatistics,
}

impl CrossTable {
    /// Returns the cells, row by row.
    pub fn cells(&self) -> impl Iterator<Item = Vec<CrossCell>> + '_ {
        let percent = |count: usize, sum: usize| (sum > 0).then(|| count as f64 * 100.0 / sum as f64);
        let known = &self.statistics;
        self.counts.iter().zip(&known.cells).zip(&known.row_sums).map(move |((counts, cells), row_sum)| {
            let cell = |((count, statistics), col_sum): ((&usize, &CellStatistics), &usize)| CrossCell {
                count: *count,
                row_percent: percent(*count, *row_sum),
                col_percent: percent(*count, *col_sum),
                statistics: *statistics,
            };
            counts.iter().zip(cells).zip(&known.col_sums).map(cell).collect()
        })
    }
}

/// Cross tables of a request.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米サイバー対話\n2013年5月10日\n\n日米両国は情報共有で合意した。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = Request { text: "情報共有".to_owned(), ..Request::default() };
/// let found = study::crosstab(&index, &request, &study::CrosstabOptions::default())?;
/// assert_eq!((found.all.rows[0].label.as_str(), found.all.cols[0].label.as_str()), ("米国", "2013"));
/// assert_eq!(found.all.counts, [[1]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Crosstab {
    /// The options.
    pub options: CrosstabOptions,
    /// The table of all.
    pub all: CrossTable,
    /// A table for each value of the layer.
    pub layers: Vec<CrossTable>,
    /// What a reader must know before the numbers.
    pub warnings: Vec<String>,
    /// True where the time ran out: all numbers are lower bounds.
    pub timed_out: bool,
}

/// Counts a cross table of the passages of a request.
///
/// # Errors
/// Options that do not go together; else as [`Engine::search`].
pub fn crosstab(engine: &dyn Engine, request: &Request, options: &CrosstabOptions) -> Result<Crosstab, SearchError> {
    options.check(request)?;
    let mut counting = Counting::new(engine);
    let tables = Tables { request, options };
    let mut rows = tables.values(&mut counting, options.rows)?;
    let cols = tables.values(&mut counting, options.cols)?;
    let mut all = tables.table(&mut counting, None, &rows, &cols)?;
    if let Some(top) = options.top.filter(|top| *top < all.rows.len()) {
        tables.cut(&mut all, top);
        rows = all.rows.clone();
    }
    let mut layers = Vec::new();
    if let Some(layer) = options.layer {
        for value in tables.values(&mut counting, layer)? {
            layers.push(tables.table(&mut counting, Some(value), &rows, &cols)?);
        }
    }
    let mut warnings = std::mem::take(&mut counting.told);
    warnings.extend(tables.warnings(counting.timed_out, &all));
    Ok(Crosstab { options: options.clone(), all, layers, warnings, timed_out: counting.timed_out })
}

struct Tables<'a> {
    request: &'a Request,
    options: &'a CrosstabOptions,
}

impl Tables<'_> {
    fn level(&self, dimension: Dimension) -> usize {
        let tree = matches!(dimension, Dimension::Partner | Dimension::Theme);
        self.options.level.filter(|_| tree).unwrap_or(dimension.level())
    }

    /// Lists the values of a dimension that some passage of the request has.
    fn values(&self, counting: &mut Counting<'_>, dimension: Dimension) -> Result<Vec<Value>, SearchError> {
        let listed = |list: &[String]| list.iter().map(|value| Value::plain(dimension, value)).collect::<Vec<_>>();
        let filters = &self.request.filters;
        Ok(match dimension {
            Dimension::Query => self.options.queries.iter().map(|(name, text)| Value::query(name, text)).collect(),
            Dimension::Publisher if filters.publishers.is_empty() => listed(&self.options.publishers),
            Dimension::Type if filters.types.is_empty() => listed(&self.options.types),
            _ => {
                let facets = counting.facets(self.request, dimension.unit())?.facets.unwrap_or_default();
                values(dimension, self.level(dimension), self.request, &facets)?
            }
        })
    }

    /// Counts one table.
    fn table(
        &self,
        counting: &mut Counting<'_>,
        layer: Option<Value>,
        rows: &[Value],
        cols: &[Value],
    ) -> Result<CrossTable, SearchError> {
        let request = layer.as_ref().map_or_else(|| self.request.clone(), |layer| narrowed(self.request, layer));
        let total = counting.total(&request)?;
        let with_numbers = |counting: &mut Counting<'_>, values: &[Value]| {
            let numbers = |value: &Value| {
                let numbers = counting.total(&narrowed(&request, value))?;
                Ok(Value { numbers, ..value.clone() })
            };
            values.iter().map(numbers).collect::<Result<Vec<_>, SearchError>>()
        };
        let (rows, cols) = (with_numbers(counting, rows)?, with_numbers(counting, cols)?);
        let counts = match (self.options.primary, self.options.measure) {
            (true, _) => {
                let dimensions = [self.options.rows, self.options.cols];
                primary(counting, &request, dimensions, [&rows, &cols])?
            }
            (false, Counted::Occurrences) => self.occurrences(counting, &request, &rows, &cols)?,
            // The side whose values one request counts together is asked once for each value of the other.
            (false, _) if self.options.cols.is_facet() => {
                self.counts(counting, &request, &rows, &cols, self.options.cols)?
            }
            (false, _) => {
                let turned = self.counts(counting, &request, &cols, &rows, self.options.rows)?;
                transposed(&turned, rows.len())
            }
        };
        let statistics = Contingency::new(&counts);
        Ok(CrossTable { layer, total, rows, cols, counts, rest: Rest::default(), statistics })
    }

    /// Counts one line of cells for each value of the outer side.
    fn counts(
        &self,
        counting: &mut Counting<'_>,
        request: &Request,
        outer: &[Value],
        inner: &[Value],
        dimension: Dimension,
    ) -> Result<Vec<Vec<usize>>, SearchError> {
        let mut lines = Vec::new();
        for value in outer {
            let request = narrowed(request, value);
            if value.numbers.passages == 0 {
                lines.push(vec![0; inner.len()]);
                continue;
            }
            let facets: Facets = match dimension.is_facet() {
                true => counting.facets(&request, dimension.unit())?.facets.unwrap_or_default(),
                false => Facets::default(),
            };
            let mut line = Vec::new();
            for cell in inner {
                let numbers = match dimension.facet(&facets) {
                    Some(nodes) => numbers_in(nodes, &cell.path).unwrap_or_default(),
                    None => counting.total(&narrowed(&request, cell))?,
                };
                line.push(self.options.measure.of(numbers));
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// Counts occurrences: the passages behind each cell are read.
    fn occurrences(
        &self,
        counting: &mut Counting<'_>,
        request: &Request,
        rows: &[Value],
        cols: &[Value],
    ) -> Result<Vec<Vec<usize>>, SearchError> {
        let count = |row: &Value, col: &Value, counting: &mut Counting<'_>| {
            if row.numbers.passages == 0 || col.numbers.passages == 0 {
                return Ok(0);
            }
            counting.occurrences(&narrowed(&narrowed(request, row), col))
        };
        rows.iter()
            .map(|row| cols.iter().map(|col| count(row, col, counting)).collect::<Result<Vec<_>, SearchError>>())
            .collect()
    }

    /// Keeps the rows with the largest sums, in their order, and tells what the others hold.
    fn cut(&self, table: &mut CrossTable, top: usize) {
        let sums = &table.statistics.row_sums;
        let mut largest: Vec<usize> = (0..table.rows.len()).collect();
        largest.sort_by_key(|at| (std::cmp::Reverse(sums.get(*at).copied()), *at));
        let kept = |at: usize| largest.iter().take(top).any(|kept| *kept == at);
        let shown: Vec<bool> = (0..table.rows.len()).map(kept).collect();
        let rest = sums.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(sum, _)| *sum);
        table.rest = Rest { rows: rest.clone().count(), count: rest.sum() };
        retain(&mut table.rows, &shown);
        retain(&mut table.counts, &shown);
        table.statistics = Contingency::new(&table.counts);
    }

    /// Says what makes the statistics doubtful and what the table leaves out.
    fn warnings(&self, timed_out: bool, all: &CrossTable) -> Vec<String> {
        let options = self.options;
        let mut warnings = Vec::new();
        if timed_out {
            warnings.push("the time ran out: all numbers are lower bounds; --timeout 0 sets no limit".to_owned());
        }
        for (what, dimension, numbers) in [("rows", options.rows, &all.rows), ("columns", options.cols, &all.cols)] {
            let of = |value: &Value| options.measure.of(value.numbers);
            let sum: usize = numbers.iter().map(of).sum();
            let whole = options.measure.of(all.total);
            if options.primary {
                continue;
            }
            if self.may_overlap(dimension, sum > whole) {
                let unit = if options.measure == Counted::Documents { "document" } else { "passage" };
                let name = dimension.name();
                warnings.push(format!(
                    "{what} overlap: a {unit} with two values of {name} counts in two cells, and χ² assumes that each \
                     counts once; --measure documents --primary counts each document under one value"
                ));
            }
            if !is_complete(dimension) {
                warnings.push(format!("what has no {} of the {what} is in no cell", dimension.name()));
            }
        }
        if options.rows == Dimension::Series || options.cols == Dimension::Series {
            warnings.push("series: at most the 30 with most passages".to_owned());
        }
        if all.rest.rows > 0 {
            warnings.push(format!(
                "{} further rows with {} {} are not shown and not in the statistics",
                all.rest.rows,
                all.rest.count,
                options.measure.name()
            ));
        }
        let table = &all.statistics;
        if table.df > 0 && table.is_thin() {
            warnings.push(format!(
                "χ² is unreliable: {} of {} expected counts are below 5 (more than 20 %)",
                table.low, table.tested
            ));
        }
        if options.primary {
            warnings.push(PRIMARY_RULE.to_owned());
        }
        warnings
    }

    /// True where one passage, or one document, can count twice along a side.
    fn may_overlap(&self, dimension: Dimension, seen: bool) -> bool {
        match dimension {
            Dimension::Partner | Dimension::Theme | Dimension::Series | Dimension::Query | Dimension::Publisher => true,
            Dimension::Type => false,
            Dimension::Commitment => self.options.measure == Counted::Documents,
            // Every passage has a date or is undated, so a sum above the total proves an overlap.
            Dimension::Year | Dimension::FiscalYear | Dimension::Month => seen,
        }
    }
}

/// The rule of primary values.
const PRIMARY_RULE: &str = "each document counts once, under its primary values: for dates the day on which its date \
                            begins, else the value that most of its matching passages have, of equals the first in \
                            the order of the table";

/// True where each passage has a value.
fn is_complete(dimension: Dimension) -> bool {
    dimension.unit().is_some() || dimension == Dimension::Type
}

fn retain<T>(list: &mut Vec<T>, shown: &[bool]) {
    let mut shown = shown.iter();
    list.retain(|_| shown.next().copied().unwrap_or(false));
}

fn transposed(lines: &[Vec<usize>], rows: usize) -> Vec<Vec<usize>> {
    (0..rows).map(|row| lines.iter().map(|line| line.get(row).copied().unwrap_or(0)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::transposed;

    #[test]
    fn lines_of_columns_become_rows() {
        assert_eq!(transposed(&[vec![1, 2, 3], vec![4, 5, 6]], 3), [[1, 4], [2, 5], [3, 6]]);
    }
}
