//! Years and numbers of a query that are typed beside other words: wishes about dates and places of a text, which
//! raise hits and are never mandatory.
//!
//! A year (2001年, 平成20年版, FY2014) beside other words tells which edition or report a person wants, and most texts
//! of that year do not repeat it. The number of an article or a meeting (第27条の38, 第6回) is one unit: its parts by
//! themselves name other articles.

use super::hit::Hit;
use super::numbered::{Unit, units};
use super::weights;
use crate::analysis::Analyzer;
use crate::document::{DateInterval, Passage};
use crate::engine::Request;
use crate::index::flag;
use crate::query::parts::parted;
use crate::query::period::{as_value, days_of, is_one_year, lettered};
use crate::query::{Leaf, Node, Plan, QueryError, Warning, compile};
use crate::script::is_hiragana;

/// A year that a person would like the documents to be of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Year {
    /// As typed.
    pub typed: Leaf,
    /// The days that it may mean; 20年度 may be a year of several eras.
    pub days: Vec<DateInterval>,
}

/// Takes the years out of a query whose other parts hold words, and says how times were read.
///
/// # Errors
/// `Strict` for a wish in a strict reading.
pub(crate) fn read(
    node: Option<Node>,
    request: &Request,
    warnings: &mut Vec<String>,
) -> Result<(Option<Node>, Vec<Year>), QueryError> {
    let (node, years) = without_years(node);
    if let Some(year) = years.first().filter(|_| request.strict) {
        return Err(QueryError::Strict(warning(year, &request.text)));
    }
    warnings.extend(years.iter().map(told));
    warnings.extend(node.iter().flat_map(told_of_words));
    Ok((node, years))
}

/// Takes the years out of a query whose other parts hold words. Years joined by OR are one wish.
fn without_years(node: Option<Node>) -> (Option<Node>, Vec<Year>) {
    let (rest, picked) = parted(node.clone(), &is_time);
    let mut has_words = false;
    if let Some(rest) = &rest {
        rest.positive_leaves(&mut |_| has_words = true);
    }
    if !has_words {
        return (node, Vec::new());
    }
    let mut years = Vec::new();
    for picked in &picked {
        picked.positive_leaves(&mut |typed| years.push(Year { days: days_of(typed), typed: typed.clone() }));
    }
    (rest, years)
}

/// Returns the plans by which a passage names a time.
///
/// # Errors
/// A query over the limits.
pub(crate) fn naming_plans(years: &[Year], analyzer: &Analyzer) -> Result<Vec<Plan>, QueryError> {
    let mut plans = Vec::new();
    for year in years {
        compile(&Node::Leaf(year.typed.clone()), analyzer, true)?.positive_plans(&mut |plan| plans.push(plan.clone()));
    }
    Ok(plans)
}

/// True for a time typed as a plain word, and for times joined by OR.
fn is_time(node: &Node) -> bool {
    match node {
        Node::Leaf(leaf) => !days_of(leaf).is_empty(),
        Node::Or(nodes) => nodes.iter().all(is_time),
        _ => false,
    }
}

/// Returns the sentence that tells how a year was read.
fn told(year: &Year) -> String {
    let Leaf { text, .. } = &year.typed;
    // Texts rarely have the words of a range.
    let quoted = if is_one_year(&year.typed) { format!("\"{text}\" or ") } else { String::new() };
    format!(
        "{text} is read as a wish and not as a condition: hits of any time are found and counted, and in the order of \
         relevance those of that time stand first; to require it, write {quoted}{}",
        as_filter(&year.days)
    )
}

/// Returns the same as a warning about its place in the query.
fn warning(year: &Year, query: &str) -> Warning {
    let before = query.find(&year.typed.text).map_or(0, |at| query[..at].chars().count());
    Warning { span: before..before + year.typed.text.chars().count(), message: told(year) }
}

/// Returns the sentences about times that are searched as words: H25, 2013年以降 alone, a year in a part of an OR.
fn told_of_words(node: &Node) -> Vec<String> {
    let mut told = Vec::new();
    node.positive_leaves(&mut |leaf| {
        let days = days_of(leaf);
        if let Some(year) = lettered(leaf) {
            told.push(format!("{leaf} is searched as a word; for the year {year} write {leaf}年"));
        } else if !days.is_empty() {
            let filter = as_filter(&days);
            told.push(format!("{leaf} is searched as a word; for documents of that time write {filter}"));
        }
    });
    told
}

fn as_filter(days: &[DateInterval]) -> String {
    let all: Vec<String> = days.iter().map(|days| format!("date:{}", as_value(days))).collect();
    if all.len() > 1 { format!("({})", all.join(" OR ")) } else { all.concat() }
}

/// Returns the factor of the score of an exact hit for its running text.
fn prose_factor(flags: u64) -> f32 {
    let sentences = weights::WITHOUT_PROSE + (1.0 - weights::WITHOUT_PROSE) * flag::prose(flags);
    sentences * if flags & flag::NO_PROSE == 0 { 1.0 } else { weights::NO_PROSE }
}

/// The wishes of a query.
#[derive(Debug)]
pub(crate) struct Wishes {
    /// The query is a keyword: running text about it is wished for.
    is_keyword: bool,
    days: Vec<DateInterval>,
    units: Vec<Unit>,
}

impl Wishes {
    /// Collects the years of a query and the numbers in its text.
    pub fn new(years: &[Year], text: &str) -> Self {
        let days = years.iter().flat_map(|year| year.days.clone()).collect();
        // A heading (放送サービスの高度化) names the section that it stands over, which may be a table.
        Self { is_keyword: !text.contains(is_hiragana), days, units: units(text) }
    }

    /// True where the query is a keyword.
    pub fn is_keyword(&self) -> bool {
        self.is_keyword
    }

    /// Returns the factor of the score of an exact hit for its running text.
    pub fn of_prose(&self, flags: u64) -> f32 {
        if self.is_keyword { prose_factor(flags) } else { 1.0 }
    }

    /// Returns the factor of the score of a hit for its date and for naming the years, and marks one of another year.
    /// `days` are the first and last day of its document; `names` tells whether the passage names a year of the query.
    pub fn of_year(&self, hit: &mut Hit, days: Option<(u64, u64)>, names: bool) -> f32 {
        if self.days.is_empty() {
            return 1.0;
        }
        let days = days.filter(|_| flag::date_source(hit.flags).is_some());
        let meets = |wished: &DateInterval| {
            days.is_some_and(|(start, end)| start <= wished.end.as_number() && end >= wished.start.as_number())
        };
        let is_dated = self.days.iter().any(meets);
        if !is_dated && !names {
            hit.set_of_other_year();
        }
        (if is_dated { weights::OF_YEAR } else { 1.0 }) * if names { weights::NAMES_YEAR } else { 1.0 }
    }

    /// True where the query has a year.
    pub fn has_years(&self) -> bool {
        !self.days.is_empty()
    }

    /// True where the query has the number of an article or a meeting.
    pub fn has_units(&self) -> bool {
        !self.units.is_empty()
    }

    /// Returns the factor of the score of a passage for the numbers of articles and meetings that title, headings or
    /// text hold whole.
    pub fn of_units(&self, title: &[Unit], passage: &Passage) -> f32 {
        let headings: Vec<Unit> = passage.heading.iter().flat_map(|heading| units(heading)).collect();
        let own = units(&passage.text);
        let factor = self.units.iter().map(|unit| match () {
            () if title.contains(unit) || headings.contains(unit) => weights::TITLED_UNIT,
            () if own.contains(unit) => weights::NAMES_UNIT,
            () => 1.0,
        });
        factor.fold(1.0, f32::max)
    }
}
