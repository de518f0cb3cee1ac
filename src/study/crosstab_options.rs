//! Options of a cross table.

use super::dimension::{Dimension, unusable};
use crate::engine::{Numbers, Request, SearchError};

/// What the cells of a table count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Passages.
    #[default]
    Passages,
    /// Documents with such a passage.
    Documents,
    /// Occurrences of the query in the texts of these passages.
    Occurrences,
}

impl Counted {
    /// All measures.
    pub const ALL: [Self; 3] = [Self::Passages, Self::Documents, Self::Occurrences];

    /// Returns the name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passages => "passages",
            Self::Documents => "documents",
            Self::Occurrences => "occurrences",
        }
    }

    /// Returns the measure with a name.
    ///
    /// # Errors
    /// An unknown name, with the known ones.
    pub fn by_name(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|measure| measure.name() == name)
            .ok_or_else(|| format!("'{name}' is no measure; choose passages, documents or occurrences"))
    }

    pub(super) fn of(self, numbers: Numbers) -> usize {
        if self == Self::Documents { numbers.documents } else { numbers.passages }
    }
}

/// Options of a cross table.
///
/// # Examples
/// ```
/// use fumikura::study::{CrosstabOptions, Dimension};
///
/// let mut options = CrosstabOptions::default();
/// options.set("rows", "query")?;
/// options.set("queries", "共有\t情報共有\n# a comment\n人材\t人材育成 OR 能力構築\n")?;
/// assert_eq!((options.rows, options.queries.len()), (Dimension::Query, 2));
/// assert!(options.set("measure", "言葉").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrosstabOptions {
    /// Dimension of the rows.
    pub rows: Dimension,
    /// Dimension of the columns.
    pub cols: Dimension,
    /// Dimension of further tables, one for each value.
    pub layer: Option<Dimension>,
    /// Named queries, for the dimension `query`.
    pub queries: Vec<(String, String)>,
    /// Publishers of the collection, for the dimension `publisher`.
    pub publishers: Vec<String>,
    /// Types of files of the collection, for the dimension `type`.
    pub types: Vec<String>,
    /// What the cells count.
    pub measure: Counted,
    /// Counts each document once, under its primary values.
    pub primary: bool,
    /// Largest number of rows; `None` for all.
    pub top: Option<usize>,
    /// Level of the tree of partners and themes, from 1; `None` for the level of the dimension.
    pub level: Option<usize>,
}

impl Default for CrosstabOptions {
    fn default() -> Self {
        let (queries, publishers, types) = Default::default();
        Self {
            rows: Dimension::Partner,
            cols: Dimension::Year,
            layer: None,
            queries,
            publishers,
            types,
            measure: Counted::default(),
            primary: false,
            top: None,
            level: None,
        }
    }
}

impl CrosstabOptions {
    /// Sets an option by its name on the command line; `queries` takes the contents of the file.
    ///
    /// # Errors
    /// An unknown name or a value that the option does not take.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number = || {
            let number = value.parse().ok().filter(|number| *number > 0);
            number.ok_or_else(|| format!("'{value}' is no number from 1 on for {name}"))
        };
        match name {
            "rows" => self.rows = Dimension::by_name(value)?,
            "cols" => self.cols = Dimension::by_name(value)?,
            "layer" => self.layer = if value.is_empty() { None } else { Some(Dimension::by_name(value)?) },
            "measure" => self.measure = Counted::by_name(value)?,
            "primary" => self.primary = !matches!(value, "" | "0" | "false"),
            "top" => self.top = Some(number()?),
            "level" => self.level = Some(number()?),
            "queries" => self.queries = named_queries(value)?,
            _ => return Err(format!("'{name}' is no option of a cross table")),
        }
        Ok(())
    }

    pub(super) fn check(&self, request: &Request) -> Result<(), SearchError> {
        let mut kinds: Vec<&str> =
            [Some(self.rows), Some(self.cols), self.layer].into_iter().flatten().map(Dimension::filter).collect();
        kinds.sort_unstable();
        if let Some([twice, _]) = kinds.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(unusable(&format!(
                "rows, columns and layers must be of different kinds, and two are of kind {twice}; \
                 to count one kind against itself, use --rows query with a query for each value (partner:米国)"
            )));
        }
        if kinds.contains(&"query") && self.queries.is_empty() {
            return Err(unusable(
                "the dimension query needs named queries: --queries FILE, with NAME, a tab and a query \
                                 on each line",
            ));
        }
        let has_words = !request.text.trim().is_empty() || kinds.contains(&"query");
        if self.measure == Counted::Occurrences && !has_words {
            return Err(unusable("occurrences need a query; without one, count passages or documents"));
        }
        if self.primary && self.measure != Counted::Documents {
            return Err(unusable("primary values are those of documents: add --measure documents"));
        }
        Ok(())
    }
}

/// Reads named queries: a line each of name, tab and query; empty lines and lines that begin with `#` do not count.
fn named_queries(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut queries: Vec<(String, String)> = Vec::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, query) = line.split_once('\t').map_or(("", ""), |(name, query)| (name.trim(), query.trim()));
        if name.is_empty() || query.is_empty() {
            return Err(format!("line {number} of the queries is no name, tab and query: {line}"));
        }
        if queries.iter().any(|(known, _)| known == name) {
            return Err(format!("line {number} of the queries has the name {name} again; each needs its own"));
        }
        queries.push((name.to_owned(), query.to_owned()));
    }
    Ok(queries)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn named_queries_have_a_name_and_a_tab() {
        let queries = named_queries("\u{feff}共有\t情報共有\n\n# x\n人材\t 人材育成 ").expect("queries");
        assert_eq!(queries[1], ("人材".to_owned(), "人材育成".to_owned()));
        assert!(named_queries("共有 情報共有").is_err_and(|error| error.contains("line 1")));
        assert!(named_queries("a\tx\na\ty").is_err_and(|error| error.contains("line 2")));
    }

    #[test]
    fn options_that_do_not_go_together_are_refused() {
        let check = |set: &[(&str, &str)], text: &str| {
            let mut options = CrosstabOptions::default();
            set.iter().for_each(|(name, value)| options.set(name, value).expect("an option"));
            let request = Request { text: text.to_owned(), ..Request::default() };
            options.check(&request).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(check(&[], ""), "");
        assert!(check(&[("rows", "month")], "").contains("different kinds"));
        assert!(check(&[("rows", "query")], "").contains("--queries"));
        assert!(check(&[("measure", "occurrences")], "").contains("need a query"));
        assert!(check(&[("primary", "1")], "").contains("--measure documents"));
        assert_eq!(check(&[("rows", "query"), ("queries", "a\tb"), ("measure", "occurrences")], ""), "");
    }
}
