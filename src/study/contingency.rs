//! Statistics of a table of counts: expected counts, χ², Cramér's V and adjusted standardised residuals.

/// Expected counts below this make χ² unreliable.
const LEAST_EXPECTED: f64 = 5.0;

/// Statistics of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellStatistics {
    /// Count that independence of rows and columns predicts: row sum × column sum / sum. `None` in an empty row or
    /// column.
    pub expected: Option<f64>,
    /// Adjusted standardised residual: (count − expected) / √(expected (1 − row sum / sum) (1 − column sum / sum));
    /// about normal with mean 0 and variance 1 under independence (Haberman 1973). `None` where it has no variance.
    pub residual: Option<f64>,
}

/// A table of counts with its statistics.
///
/// Rows and columns without a count carry no information: χ², its degrees of freedom and V leave them out.
///
/// # Examples
/// ```
/// use fumikura::study::Contingency;
///
/// // 情報共有 and 人材育成 (rows) with 米国 and EU (columns).
/// let table = Contingency::new(&[vec![20, 10], vec![5, 25]]);
/// assert_eq!((table.row_sums.as_slice(), table.sum, table.df), ([30, 30].as_slice(), 60, 1));
/// assert!((table.chi2.unwrap_or_default() - 15.428571428571429).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contingency {
    /// Sum of each row.
    pub row_sums: Vec<usize>,
    /// Sum of each column.
    pub col_sums: Vec<usize>,
    /// Sum of all cells.
    pub sum: usize,
    /// Statistics of the cells, row by row.
    pub cells: Vec<Vec<CellStatistics>>,
    /// Pearson's χ² without a correction: Σ (count − expected)² / expected. `None` for fewer than two rows or columns
    /// with a count.
    pub chi2: Option<f64>,
    /// Degrees of freedom: (rows − 1) (columns − 1).
    pub df: usize,
    /// Cramér's V: √(χ² / (sum × min(rows − 1, columns − 1))), from 0 to 1.
    pub v: Option<f64>,
    /// Number of expected counts below 5.
    pub low: usize,
    /// Number of expected counts.
    pub tested: usize,
}

impl Contingency {
    /// Computes the statistics of counts, given row by row.
    pub fn new(counts: &[Vec<usize>]) -> Self {
        let columns = counts.iter().map(Vec::len).max().unwrap_or(0);
        let row_sums: Vec<usize> = counts.iter().map(|row| row.iter().sum()).collect();
        let mut col_sums = vec![0; columns];
        for row in counts {
            col_sums.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let sum = row_sums.iter().sum();
        let of_row = |(row, row_sum): (&Vec<usize>, &usize)| {
            row.iter().zip(&col_sums).map(|(count, col_sum)| cell(*count, *row_sum, *col_sum, sum)).collect()
        };
        let cells: Vec<Vec<CellStatistics>> = counts.iter().zip(&row_sums).map(of_row).collect();
        let filled = |sums: &[usize]| sums.iter().filter(|sum| **sum > 0).count();
        let (rows, columns) = (filled(&row_sums).saturating_sub(1), filled(&col_sums).saturating_sub(1));
        let pairs = counts.iter().flatten().zip(cells.iter().flatten());
        let tested: Vec<(f64, f64)> = pairs.filter_map(|(count, cell)| Some((*count as f64, cell.expected?))).collect();
        let chi2: f64 = tested.iter().map(|(count, expected)| (count - expected).powi(2) / expected).sum();
        let df = rows * columns;
        let low = tested.iter().filter(|(_, expected)| *expected < LEAST_EXPECTED).count();
        Self {
            chi2: (df > 0).then_some(chi2),
            v: (df > 0).then(|| (chi2 / (sum as f64 * rows.min(columns) as f64)).sqrt()),
            tested: tested.len(),
            row_sums,
            col_sums,
            sum,
            cells,
            df,
            low,
        }
    }

    /// True where more than a fifth of the expected counts are below 5: χ² is then unreliable (Cochran 1954).
    pub fn is_thin(&self) -> bool {
        self.low * 5 > self.tested
    }
}

fn cell(count: usize, row_sum: usize, col_sum: usize, sum: usize) -> CellStatistics {
    if row_sum == 0 || col_sum == 0 {
        return CellStatistics::default();
    }
    let (count, row, column, sum) = (count as f64, row_sum as f64, col_sum as f64, sum as f64);
    let expected = row * column / sum;
    let variance = expected * (1.0 - row / sum) * (1.0 - column / sum);
    let residual = (variance > 0.0).then(|| (count - expected) / variance.sqrt());
    CellStatistics { expected: Some(expected), residual }
}

/// Returns the mark of a residual: `++` from 2.58, `+` from 1.96, `-` and `--` below zero; else an empty text.
///
/// # Examples
/// ```
/// use fumikura::study::residual_mark;
///
/// assert_eq!([3.1, 2.0, -1.0, -2.6].map(residual_mark), ["++", "+", "", "--"]);
/// ```
pub fn residual_mark(residual: f64) -> &'static str {
    match residual {
        z if z >= 2.58 => "++",
        z if z >= 1.96 => "+",
        z if z <= -2.58 => "--",
        z if z <= -1.96 => "-",
        _ => "",
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::Value;

    use super::Contingency;

    fn numbers(value: &Value) -> Vec<f64> {
        value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
    }

    #[test]
    fn statistics_are_those_of_scipy_on_twenty_tables() {
        let tables: Value = serde_json::from_str(include_str!("../../tests/tables/contingency.json")).expect("JSON");
        let tables = tables.as_array().expect("tables");
        assert_eq!(tables.len(), 20);
        for table in tables {
            let rows = table["counts"].as_array().expect("rows");
            let counts: Vec<Vec<usize>> =
                rows.iter().map(|row| numbers(row).iter().map(|count| *count as usize).collect()).collect();
            let found = Contingency::new(&counts);
            let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} {b}: {table}");
            near(found.chi2.expect("χ²"), table["chi2"].as_f64().expect("χ²"));
            near(found.v.expect("V"), table["v"].as_f64().expect("V"));
            assert_eq!(found.df as u64, table["df"].as_u64().expect("df"));
            for (name, of) in [("expected", 0), ("residual", 1)] {
                let known = table[name].as_array().expect("rows").iter().flat_map(numbers);
                let cells = found.cells.iter().flatten();
                cells
                    .zip(known)
                    .for_each(|(cell, known)| near([cell.expected, cell.residual][of].expect("one"), known));
            }
        }
    }

    #[test]
    fn empty_rows_and_columns_do_not_count() {
        let plain = Contingency::new(&[vec![20, 10], vec![5, 25]]);
        let wide = Contingency::new(&[vec![20, 0, 10], vec![0, 0, 0], vec![5, 0, 25]]);
        assert_eq!((wide.chi2, wide.df, wide.v), (plain.chi2, plain.df, plain.v));
        assert_eq!(wide.cells[1][0].expected, None);
        let one = Contingency::new(&[vec![3, 4]]);
        assert_eq!((one.chi2, one.df, one.cells[0][0].residual), (None, 0, None));
        assert_eq!(Contingency::new(&[]), Contingency::default());
    }

    #[test]
    fn a_table_of_small_expected_counts_is_thin() {
        assert!(Contingency::new(&[vec![1, 9], vec![9, 1]]).low == 0);
        assert!(Contingency::new(&[vec![1, 3], vec![3, 1]]).is_thin());
        assert!(!Contingency::new(&[vec![40, 30], vec![30, 40]]).is_thin());
    }
}
