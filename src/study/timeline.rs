//! Timelines: how often a query occurs by year, 年度, month or meeting, and its first and last use.
//!
//! Bins of dates are those of the facet of dates; occurrences are counted in the passages behind each bin.

use std::collections::{BTreeMap, HashMap};

use super::bins::{Bin, Bins, Per};
use super::corrections::Corrections;
use super::dimension::{Counting, Dimension, Value, both, narrowed, numbers_in, values, whole};
use super::meeting_bins::{Meetings, Tally};
use crate::document::{DateSource, DocumentDate};
use crate::engine::{Engine, FacetNode, Found, Numbers, Request, SearchError, Sort, UNDATED};
use crate::metadata::date::parse_range;

/// Most bins between the first and the last one that are filled up with empty ones.
const MOST_BINS: i64 = 130;

/// Options of a timeline.
///
/// # Examples
/// ```
/// use fumikura::study::{Bins, TimelineOptions};
///
/// let mut options = TimelineOptions::default();
/// options.set("by", "fiscal-year")?;
/// assert_eq!(options.by, Bins::FiscalYear);
/// assert!(options.set("per", "頁").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineOptions {
    /// Unit of the bins.
    pub by: Bins,
    /// What the numbers are related to.
    pub per: Per,
    /// Lists the first use with each partner.
    pub first: bool,
    /// Lists the last use with each partner.
    pub last: bool,
}

impl TimelineOptions {
    /// Sets an option by its name on the command line.
    ///
    /// # Errors
    /// An unknown name or value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let is_set = !matches!(value, "" | "0" | "false");
        match name {
            "by" => {
                let all = [Bins::Year, Bins::FiscalYear, Bins::Month, Bins::Meeting];
                self.by = all.into_iter().find(|bins| bins.name() == value).ok_or_else(|| {
                    format!("'{value}' is no unit of a timeline; choose year, fiscal-year, month or meeting")
                })?;
            }
            "per" => {
                let all = [Per::Absolute, Per::MillionCharacters, Per::Documents];
                self.per = all.into_iter().find(|per| per.name() == value).ok_or_else(|| {
                    format!("'{value}' is nothing to relate to; choose absolute, million-characters or documents")
                })?;
            }
            "first" => self.first = is_set,
            "last" => self.last = is_set,
            _ => return Err(format!("'{name}' is no option of a timeline")),
        }
        Ok(())
    }
}

/// A passage in which a query is first or last used.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Date of the document.
    pub date: DocumentDate,
    /// Id of the document.
    pub document: String,
    /// Title of the document.
    pub title: String,
    /// Id of the passage.
    pub passage: String,
}

impl Use {
    /// True where the date is inferred: an earlier or later use may stand elsewhere.
    pub fn is_inferred(&self) -> bool {
        self.date.source == DateSource::Inferred
    }
}

/// First and last use with a partner.
#[derive(Clone, Debug, PartialEq)]
pub struct PartnerUse {
    /// The partner.
    pub partner: Value,
    /// First dated passage, where asked for.
    pub first: Option<Use>,
    /// Last dated passage, where asked for.
    pub last: Option<Use>,
}

/// The timeline of one query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The query as typed.
    pub query: String,
    /// Number of passages and documents.
    pub total: Numbers,
    /// Bars in order.
    pub bins: Vec<Bin>,
    /// The bar of undated documents; for meetings, of passages that name none.
    pub undated: Bin,
    /// First dated passage.
    pub first: Option<Use>,
    /// Last dated passage.
    pub last: Option<Use>,
    /// First and last use with each partner, where asked for.
    pub partners: Vec<PartnerUse>,
}

/// Timelines of several queries over the same bins.
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
/// let queries = ["情報共有".to_owned()];
/// let options = study::TimelineOptions::default();
/// let found = study::timeline(&index, &Request::default(), &queries, &options, &study::Corrections::default())?;
/// assert_eq!((found.lines[0].bins[0].label.as_str(), found.lines[0].bins[0].occurrences), ("2013", 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Timelines {
    /// The options.
    pub options: TimelineOptions,
    /// A timeline for each query.
    pub lines: Vec<Timeline>,
    /// What a reader must know before the numbers.
    pub warnings: Vec<String>,
    /// True where the time ran out: all numbers are lower bounds.
    pub timed_out: bool,
}

/// Counts timelines of queries; the text of the request is not used.
///
/// # Errors
/// Bins by meeting without one series; else as [`Engine::search`].
pub fn timeline(
    engine: &dyn Engine,
    request: &Request,
    queries: &[String],
    options: &TimelineOptions,
    corrections: &Corrections,
) -> Result<Timelines, SearchError> {
    let mut counting = Counting::new(engine);
    let meetings = match options.by {
        Bins::Meeting => Some(Meetings::new(engine, request, corrections)?),
        _ => None,
    };
    let plain = Request { text: String::new(), ..request.clone() };
    let mut lines = Vec::new();
    for query in queries {
        let request = Request { text: query.clone(), ..request.clone() };
        let mut line = Timeline { query: query.clone(), total: counting.total(&request)?, ..Timeline::default() };
        (line.bins, line.undated) = match &meetings {
            Some(meetings) => meetings.bins(&mut counting, &request)?,
            None => dated_bins(&mut counting, &request, options.by.dimension())?,
        };
        line.first = at_end(&mut counting, &request, Sort::Date)?;
        line.last = at_end(&mut counting, &request, Sort::DateDescending)?;
        if options.first || options.last {
            line.partners = by_partner(&mut counting, &request, options)?;
        }
        lines.push(line);
    }
    if meetings.is_none() {
        on_one_axis(&mut lines, options.by);
    }
    relate(&mut counting, &plain, meetings.as_ref(), options.per, &mut lines)?;
    let mut warnings = std::mem::take(&mut counting.told);
    if counting.timed_out {
        warnings.push("the time ran out: all numbers are lower bounds; --timeout 0 sets no limit".to_owned());
    }
    if lines.iter().any(|line| line.bins.iter().any(|bin| bin.inferred.passages > 0)) {
        warnings.push("some dates are inferred; their passages are counted apart too".to_owned());
    }
    for line in &lines {
        let sum: usize = line.bins.iter().chain([&line.undated]).map(|bin| bin.passages).sum();
        if sum > line.total.passages {
            let what = if meetings.is_some() { "names several meetings" } else { "has several dates" };
            warnings.push(format!(
                "«{}»: a passage counts in each bin that it belongs to, and some {what}: {} passages, {sum} in all \
                 bins",
                line.query, line.total.passages
            ));
        }
    }
    Ok(Timelines { options: options.clone(), lines, warnings, timed_out: counting.timed_out })
}

/// Counts the bins of dates that the facet of dates has.
fn dated_bins(
    counting: &mut Counting<'_>,
    request: &Request,
    dimension: Dimension,
) -> Result<(Vec<Bin>, Bin), SearchError> {
    let facets = counting.facets(request, dimension.unit())?.facets.unwrap_or_default();
    let guessed = Request { text: both(&request.text, "source:inferred"), ..request.clone() };
    let guessed: Vec<FacetNode> = match counting.facets(&guessed, dimension.unit()) {
        Ok(answer) => answer.facets.unwrap_or_default().date,
        // The longer query can be over a limit that the query itself is not over.
        Err(SearchError::Query(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    let (mut bins, mut undated) = (Vec::new(), undated_bin());
    for value in values(dimension, dimension.level(), request, &facets)? {
        let occurrences = counting.occurrences(&narrowed(request, &value))?;
        let days = parse_range(&value.filter.1).ok();
        let bin = Bin {
            start: days.map(|days| days.start),
            end: days.map(|days| days.end),
            passages: value.numbers.passages,
            documents: value.numbers.documents,
            occurrences,
            inferred: numbers_in(&guessed, &value.path).unwrap_or_default(),
            of: None,
            date: value.filter.1.clone(),
            label: value.label.clone(),
        };
        if value.is_undated() { undated = bin } else { bins.push(bin) }
    }
    Ok((bins, undated))
}

fn undated_bin() -> Bin {
    Bin { label: UNDATED.to_owned(), date: "unknown".to_owned(), ..Bin::default() }
}

/// Returns the first passage in the order of dates, where it has a date.
fn at_end(counting: &mut Counting<'_>, request: &Request, sort: Sort) -> Result<Option<Use>, SearchError> {
    let answer = counting.engine.search(&Request { limit: 1, sort, ..whole(request) })?;
    counting.timed_out |= answer.timed_out;
    let of = |found: Found| {
        let Found { document, passage, .. } = found;
        Some(Use { date: document.date?, document: document.id, title: document.title, passage: passage.id })
    };
    Ok(answer.hits.into_iter().next().and_then(of))
}

fn by_partner(
    counting: &mut Counting<'_>,
    request: &Request,
    options: &TimelineOptions,
) -> Result<Vec<PartnerUse>, SearchError> {
    let facets = counting.facets(request, None)?.facets.unwrap_or_default();
    let mut all = Vec::new();
    for partner in values(Dimension::Partner, Dimension::Partner.level(), request, &facets)? {
        let request = narrowed(request, &partner);
        let mut of = |wanted: bool, sort: Sort| match wanted {
            true => at_end(counting, &request, sort),
            false => Ok(None),
        };
        let (first, last) = (of(options.first, Sort::Date)?, of(options.last, Sort::DateDescending)?);
        all.push(PartnerUse { partner, first, last });
    }
    Ok(all)
}

/// Returns the number of a bin on the axis, and the name of the bin with a number.
fn number(by: Bins, label: &str) -> Option<i64> {
    let (year, month) = label.split_once('-').unwrap_or((label, "1"));
    let year: i64 = year.trim_end_matches("年度").parse().ok()?;
    Some(if by == Bins::Month { year * 12 + month.parse::<i64>().ok()? - 1 } else { year })
}

fn label(by: Bins, number: i64) -> String {
    match by {
        Bins::Month => format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
        Bins::FiscalYear => format!("{number}年度"),
        Bins::Year | Bins::Meeting => format!("{number:04}"),
    }
}

/// Gives all queries the same bins, with empty ones between.
fn on_one_axis(lines: &mut [Timeline], by: Bins) {
    let mut axis: BTreeMap<i64, Bin> = BTreeMap::new();
    for bin in lines.iter().flat_map(|line| &line.bins) {
        let Some(number) = number(by, &bin.label) else { return };
        let empty = Bin { passages: 0, documents: 0, occurrences: 0, inferred: Numbers::default(), ..bin.clone() };
        axis.insert(number, empty);
    }
    let ends = axis.first_key_value().zip(axis.last_key_value()).map(|((first, _), (last, _))| (*first, *last));
    let Some((first, last)) = ends else { return };
    if last - first < MOST_BINS {
        for number in first..=last {
            axis.entry(number).or_insert_with(|| {
                let label = label(by, number);
                let days = parse_range(&label).ok();
                let (start, end) = (days.map(|days| days.start), days.map(|days| days.end));
                Bin { date: label.clone(), label, start, end, ..Bin::default() }
            });
        }
    }
    for line in lines {
        let mut own: HashMap<String, Bin> = line.bins.drain(..).map(|bin| (bin.label.clone(), bin)).collect();
        line.bins = axis.values().map(|empty| own.remove(&empty.label).unwrap_or_else(|| empty.clone())).collect();
    }
}

/// Sets what the numbers of each bin are related to.
fn relate(
    counting: &mut Counting<'_>,
    plain: &Request,
    meetings: Option<&Meetings>,
    per: Per,
    lines: &mut [Timeline],
) -> Result<(), SearchError> {
    if per == Per::Absolute {
        return Ok(());
    }
    let mut known: HashMap<String, usize> = HashMap::new();
    if let Some(meetings) = meetings {
        let (tallies, without) = meetings.tallies(counting, plain)?;
        let of = |tally: &Tally| if per == Per::Documents { tally.documents.len() } else { tally.characters };
        known = meetings.labels.iter().cloned().zip(tallies.iter().map(of)).collect();
        known.insert(UNDATED.to_owned(), of(&without));
    }
    for bin in lines.iter_mut().flat_map(|line| line.bins.iter_mut().chain([&mut line.undated])) {
        let of = match known.get(&bin.label) {
            Some(of) => *of,
            None => {
                let value = Value { filter: ("date", bin.date.clone()), ..Value::default() };
                let request = narrowed(plain, &value);
                let of = if per == Per::Documents {
                    counting.total(&request)?.documents
                } else {
                    let mut characters = 0;
                    counting.each(&request, |found| characters += found.passage.text.chars().count())?;
                    characters
                };
                known.insert(bin.label.clone(), of);
                of
            }
        };
        bin.of = Some(of);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bin(label: &str, passages: usize) -> Bin {
        Bin { label: label.to_owned(), date: label.to_owned(), passages, ..Bin::default() }
    }

    fn labels(line: &Timeline) -> Vec<(&str, usize)> {
        line.bins.iter().map(|bin| (bin.label.as_str(), bin.passages)).collect()
    }

    #[test]
    fn queries_share_one_axis_with_empty_bins_between() {
        let line = |bins: Vec<Bin>| Timeline { bins, ..Timeline::default() };
        let mut lines = [line(vec![bin("2011年度", 2)]), line(vec![bin("2013年度", 1)])];
        on_one_axis(&mut lines, Bins::FiscalYear);
        assert_eq!(labels(&lines[0]), [("2011年度", 2), ("2012年度", 0), ("2013年度", 0)]);
        assert_eq!(labels(&lines[1]), [("2011年度", 0), ("2012年度", 0), ("2013年度", 1)]);
        let start = lines[0].bins[1].start.map(|day| day.to_string());
        assert_eq!(start.as_deref(), Some("2012-04-01"));
        let mut lines = [line(vec![bin("0710", 1), bin("2013", 1)])];
        on_one_axis(&mut lines, Bins::Year);
        assert_eq!(lines[0].bins.len(), 2, "not 1,300 bars");
        let mut lines = [line(vec![bin("2011-11", 1), bin("2012-02", 1)])];
        on_one_axis(&mut lines, Bins::Month);
        assert_eq!(labels(&lines[0]), [("2011-11", 1), ("2011-12", 0), ("2012-01", 0), ("2012-02", 1)]);
    }
}
