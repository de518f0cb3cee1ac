//! The state of a page as parameters of its URL.
//!
//! Invariants: a parameter is spelled as the option of the command; [`Params::to_query`] writes one canonical form;
//! `commands` names the command line that gives the same answer.

use std::fmt::Write as _;

use percent_encoding::percent_decode_str;
use url::form_urlencoded::byte_serialize;

use super::cursor::Cursor;
use super::names::{FORM_DATE, is_flag, is_known, is_list};
pub use super::names::{Filter, Language, NAMES, sort_name, unit_name};
use super::tool;
use super::view::{Extension, View};
use crate::document::{Role, Strength};
use crate::engine::{Request, Sort};
use crate::output::ANY_ROLE;
use crate::query::{DateUnit, Filters};

/// Hits of a page, as of the command.
pub const DEFAULT_LIMIT: usize = 10;
/// Most hits of one page. A longer list is an export, which is streamed.
pub const MAX_LIMIT: usize = 1000;

/// Reason why a URL was not read: a parameter and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct ParamError {
    /// Name of the parameter.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The state of a page.
///
/// # Examples
/// ```
/// use fumikura::serve::{Filter, Params};
///
/// let params = Params::parse("n=20&q=%E6%83%85%E5%A0%B1&partner=EU").unwrap();
/// assert_eq!((params.text.as_str(), params.limit), ("情報", Some(20)));
/// assert_eq!(params.to_query(), "q=%E6%83%85%E5%A0%B1&partner=EU&n=20");
/// assert!(params.toggled(Filter::Partner, "EU").filters.partners.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    /// `q`: the query.
    pub text: String,
    /// The filters.
    pub filters: Filters,
    /// `n`: hits of a page; 0: the counts only.
    pub limit: Option<usize>,
    /// `offset`: hits to skip.
    pub offset: usize,
    /// `after`: the place where the page begins, at one commit.
    pub after: Option<Cursor>,
    /// `all`: all hits.
    pub all: bool,
    /// `sort`
    pub sort: Sort,
    /// `group=document`: the best passage of each document.
    pub group: bool,
    /// `facets`: count facets too.
    pub facets: bool,
    /// `by`: unit of the facet of dates.
    pub by: DateUnit,
    /// `explain`
    pub explain: bool,
    /// `no-variants`
    pub no_variants: bool,
    /// `strict`
    pub strict: bool,
    /// `no-relax`
    pub no_relax: bool,
    /// `duplicates`: near-duplicates as hits of their own.
    pub duplicates: bool,
    /// `head`: a list begins with the conditions of its search.
    pub head: bool,
    /// `open`: names of the facets that the page shows with all their values.
    pub open: Vec<String>,
    /// `hit`: number of the match in a document that the page is at, from 1; 0 without one.
    pub hit: usize,
    /// `passage`: hash of the passage of a document that the page is at.
    pub passage: Option<String>,
    /// Parameters of a research tool, in canonical order.
    pub tool: Vec<(&'static str, String)>,
    /// `keys=0`: no keys of the page (WCAG 2.1.4).
    pub no_keys: bool,
    /// `lang`: language of the page; `None` where the browser's preference decides.
    pub lang: Option<Language>,
}

impl Params {
    /// Parses the part of a URL after `?`. A parameter without a value counts as absent, because a form sends one for
    /// each empty field.
    ///
    /// # Errors
    /// An unknown parameter, a bad value, one value too many, or bytes that are no UTF-8: the error names it.
    pub fn parse(query: &str) -> Result<Self, ParamError> {
        let mut params = Self::default();
        let mut seen: Vec<String> = Vec::new();
        let mut ends = [String::new(), String::new()];
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).map_err(|reason| ParamError { name: shown(name), reason })?;
            // The option has two names.
            let name = if name == "limit" { "n".to_owned() } else { name };
            let wrong = |reason: String| ParamError { name: shown(&name), reason };
            let value = decoded(value).map_err(wrong)?;
            let wrong = |reason: String| ParamError { name: shown(&name), reason };
            if is_flag(&name) {
                let on = flag(pair.contains('='), &value).map_err(wrong)?;
                params.set_flag(&name, on);
            } else if value.is_empty() && is_known(&name) {
                continue;
            } else if let Some(end) = FORM_DATE.iter().position(|field| *field == name) {
                ends[end] = value;
            } else {
                params.set(&name, value).map_err(wrong)?;
            }
            if !is_list(&name) && seen.contains(&name) {
                return Err(wrong("stands twice".to_owned()));
            }
            seen.push(name);
        }
        if ends.iter().any(|end| !end.is_empty()) {
            if params.filters.date.is_some() {
                let reason = "stands beside from or to: a period has one spelling".to_owned();
                return Err(ParamError { name: "date".to_owned(), reason });
            }
            let [from, to] = ends;
            params.filters.date = Some(if from == to { from } else { format!("{from}..{to}") });
        }
        if params.after.is_some() && params.offset > 0 {
            let reason = "stands beside offset: a page begins at one of them".to_owned();
            return Err(ParamError { name: "after".to_owned(), reason });
        }
        Ok(params)
    }

    /// Sets a parameter with a value.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "q" => self.text = value,
            "partner" => self.filters.partners.push(value),
            "exclude-partner" => self.filters.exclude_partners.push(value),
            "role" => self.set_role(&value)?,
            "theme" => self.filters.themes.push(value),
            "commitment" => {
                if Strength::by_name(&value).is_none_or(|strength| strength.name() != value) {
                    return Err(one_of(&value, &Strength::ALL.map(Strength::name)));
                }
                self.filters.commitments.push(value);
            }
            "series" => self.filters.series.push(value),
            "date" => self.filters.date = Some(value),
            "path" => self.filters.paths.push(value),
            "publisher" => self.filters.publishers.push(value),
            "type" => self.filters.types.push(value),
            "n" => {
                let limit = number(&value)?;
                if limit > MAX_LIMIT {
                    return Err(format!("at most {MAX_LIMIT} hits a page; all=1 gives all"));
                }
                self.limit = Some(limit);
            }
            "offset" => self.offset = number(&value)?,
            "after" => self.after = Some(Cursor::parse(&value)?),
            "sort" => {
                self.sort = match value.as_str() {
                    "relevance" => Sort::Relevance,
                    "date" => Sort::Date,
                    "-date" => Sort::DateDescending,
                    _ if tool::is_order(&value) => {
                        self.tool.push(("sort", value));
                        return Ok(());
                    }
                    _ => return Err(one_of(&value, &["relevance", "date", "-date"])),
                }
            }
            "group" => {
                self.group = match value.as_str() {
                    "document" => true,
                    "passage" => false,
                    _ => return Err(one_of(&value, &["document", "passage"])),
                }
            }
            "by" => {
                self.by = match value.as_str() {
                    "year" => DateUnit::Year,
                    "month" => DateUnit::Month,
                    "fiscal-year" => DateUnit::FiscalYear,
                    // A timeline alone counts by meetings.
                    "meeting" => {
                        self.tool.push(("by", value));
                        return Ok(());
                    }
                    _ => return Err(one_of(&value, &["year", "month", "fiscal-year"])),
                }
            }
            "open" => {
                if !self.open.contains(&value) {
                    self.open.push(value);
                }
            }
            "hit" => self.hit = number(&value)?,
            "passage" => self.passage = Some(value),
            "keys" => self.no_keys = !flag(true, &value)?,
            "lang" => {
                self.lang = match value.as_str() {
                    "ja" => Some(Language::Ja),
                    "en" => Some(Language::En),
                    _ => return Err(one_of(&value, &["ja", "en"])),
                }
            }
            _ => match tool::option(name) {
                Some(name) => self.tool.push((name, value)),
                None => return Err(format!("is no parameter; parameters are {}", NAMES.join(", "))),
            },
        }
        Ok(())
    }

    fn set_role(&mut self, value: &str) -> Result<(), String> {
        let asked = |role: &Role| value == ANY_ROLE || value == role.name();
        if !Role::ALL.iter().any(asked) {
            return Err(one_of(value, &["party", "venue", "member", "mention", ANY_ROLE]));
        }
        let roles = &self.filters.roles;
        self.filters.roles = Role::ALL.into_iter().filter(|role| asked(role) || roles.contains(role)).collect();
        Ok(())
    }

    fn set_flag(&mut self, name: &str, on: bool) {
        match name {
            "all" => self.all = on,
            "facets" => self.facets = on,
            "explain" => self.explain = on,
            "no-variants" => self.no_variants = on,
            "strict" => self.strict = on,
            "no-relax" => self.no_relax = on,
            "head" => self.head = on,
            _ if tool::is_flag(name) => {
                self.tool.extend(tool::option(name).filter(|_| on).map(|name| (name, "1".to_owned())))
            }
            _ => self.duplicates = on,
        }
    }

    /// Returns the state without what concerns one page, or one form, of its list.
    pub(super) fn of_list(&self) -> Self {
        Self {
            limit: None,
            facets: false,
            explain: false,
            head: false,
            all: false,
            no_keys: false,
            open: Vec::new(),
            ..self.first_page()
        }
    }

    /// Returns a short hash of the parameters that decide which list is meant, and its order.
    pub(super) fn digest(&self) -> String {
        let list = Self { lang: None, ..self.of_list() };
        blake3::hash(list.to_query().as_bytes()).to_hex()[..8].to_owned()
    }

    /// True where the place at which the page begins belongs to the list of these parameters.
    pub fn goes_on(&self) -> bool {
        self.after.as_ref().is_none_or(|after| after.digest() == self.digest())
    }

    /// Returns the place of the first hit, counted from 0.
    pub fn start(&self) -> usize {
        self.after.as_ref().map_or(self.offset, |after| after.offset)
    }

    /// Returns the first parameter that would change nothing in a view. A filter that has no effect must not look like
    /// one that has.
    pub fn unused(&self, view: &View, extension: Extension, is_api: bool) -> Option<&'static str> {
        let is_filter = |name: &str| Filter::ALL.iter().any(|filter| filter.name() == name);
        let used = |name: &str| match (name, view) {
            ("lang", _) => true,
            ("open" | "keys", _) => !is_api,
            (_, View::Search) => !matches!(name, "hit" | "passage"),
            (_, View::Home | View::Facets) => matches!(name, "q" | "by" | "head") || is_filter(name),
            // The page of all series has a field that filters them by name.
            (_, View::Series(None)) if extension == Extension::Html => matches!(name, "q" | "offset"),
            ("diff", View::Series(Some(_))) => true,
            (_, View::Series(_)) => name == "head",
            // A page leads back to its list.
            (_, View::Document(_)) => !is_api,
            (_, View::Tool(tool)) => {
                name == "head" || tool.parameters().contains(&name) || tool.has_filters() && is_filter(name)
            }
            (_, View::Help) => false,
        };
        // An order of a concordance is none of a search, though both are called `sort`.
        let of_series = |name: &str| name == "diff" && matches!(view, View::Series(Some(_)));
        let of_tool = self
            .tool
            .iter()
            .find(|(name, _)| !matches!(view, View::Tool(_)) && !of_series(name))
            .map(|(name, _)| *name);
        of_tool.or_else(|| self.pairs().into_iter().map(|(name, _)| name).find(|name| !used(name)))
    }

    /// Makes the request to an engine, without a budget.
    pub fn to_request(&self) -> Request {
        Request {
            text: self.text.clone(),
            filters: self.filters.clone(),
            limit: if self.all { usize::MAX } else { self.limit.unwrap_or(DEFAULT_LIMIT) },
            offset: self.start(),
            sort: self.sort,
            group_documents: self.group,
            facets: self.facets,
            by: self.by,
            explain: self.explain,
            variants: !self.no_variants,
            strict: self.strict,
            // A list of all hits is as long as their count; partial matches only fill a page.
            relax: !self.no_relax && !self.all,
            fold_duplicates: !self.duplicates,
            ..Request::default()
        }
    }

    /// Returns the parameters that differ from their defaults, in canonical order.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.text.is_empty() {
            pairs.push(("q", self.text.clone()));
        }
        for filter in Filter::ALL {
            pairs.extend(self.values(filter).into_iter().map(|value| (filter.name(), value)));
        }
        pairs.extend(self.limit.map(|limit| ("n", limit.to_string())));
        match &self.after {
            Some(after) => pairs.push(("after", after.to_string())),
            None if self.offset > 0 => pairs.push(("offset", self.offset.to_string())),
            None => {}
        }
        let mut flag = |on: bool, name: &'static str, value: &str| {
            if on {
                pairs.push((name, value.to_owned()));
            }
        };
        flag(self.all, "all", "1");
        flag(self.sort != Sort::Relevance, "sort", sort_name(self.sort));
        flag(self.group, "group", "document");
        flag(self.facets, "facets", "1");
        flag(self.by != DateUnit::Year, "by", unit_name(self.by));
        flag(self.explain, "explain", "1");
        flag(self.no_variants, "no-variants", "1");
        flag(self.strict, "strict", "1");
        flag(self.no_relax, "no-relax", "1");
        flag(self.duplicates, "duplicates", "1");
        flag(self.head, "head", "1");
        self.open.iter().for_each(|name| flag(true, "open", name));
        flag(self.hit > 0, "hit", &self.hit.to_string());
        flag(self.passage.is_some(), "passage", self.passage.as_deref().unwrap_or_default());
        for option in tool::OPTIONS {
            self.tool.iter().filter(|(name, _)| *name == option).for_each(|(name, value)| flag(true, name, value));
        }
        flag(self.no_keys, "keys", "0");
        flag(self.lang.is_some(), "lang", self.lang.unwrap_or_default().name());
        pairs
    }

    /// Returns the canonical query string, without `?`.
    pub fn to_query(&self) -> String {
        let mut query = String::new();
        for (name, value) in self.pairs() {
            let mark = if query.is_empty() { "" } else { "&" };
            // Writing to a string cannot fail.
            let _ = write!(query, "{mark}{name}=");
            query.extend(byte_serialize(value.as_bytes()));
        }
        query
    }

    /// Returns the values of a filter, as they stand in the URL.
    pub fn values(&self, filter: Filter) -> Vec<String> {
        let filters = &self.filters;
        match filter {
            Filter::Role if filters.roles.len() == Role::ALL.len() => vec![ANY_ROLE.to_owned()],
            Filter::Role => filters.roles.iter().map(|role| role.name().to_owned()).collect(),
            Filter::Date => filters.date.iter().cloned().collect(),
            Filter::Partner => filters.partners.clone(),
            Filter::ExcludePartner => filters.exclude_partners.clone(),
            Filter::Theme => filters.themes.clone(),
            Filter::Commitment => filters.commitments.clone(),
            Filter::Series => filters.series.clone(),
            Filter::Path => filters.paths.clone(),
            Filter::Publisher => filters.publishers.clone(),
            Filter::Type => filters.types.clone(),
        }
    }

    /// Tells whether a filter has a value.
    pub fn has(&self, filter: Filter, value: &str) -> bool {
        self.values(filter).iter().any(|known| known == value)
    }

    /// Returns the number of values of all filters.
    pub fn filter_count(&self) -> usize {
        Filter::ALL.into_iter().map(|filter| self.values(filter).len()).sum()
    }

    /// Returns the state at the top of the list.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self { offset: 0, after: None, hit: 0, passage: None, ..self.clone() }
    }

    /// Returns the state that a form of a view answers: a list to take away is whole where the URL names no part of it.
    #[must_use]
    pub fn for_form(&self, extension: Extension) -> Self {
        let names_part = self.limit.is_some() || self.start() > 0;
        Self { all: self.all || extension.is_whole() && !names_part, ..self.clone() }
    }
}

/// Reads the value of a flag; a bare name means yes.
fn flag(has_value: bool, value: &str) -> Result<bool, String> {
    match value {
        "" => Ok(!has_value),
        "1" | "true" | "on" | "yes" => Ok(true),
        "0" | "false" | "off" | "no" => Ok(false),
        _ => Err(one_of(value, &["1", "0"])),
    }
}

fn number(value: &str) -> Result<usize, String> {
    // A sign is no digit: `+5` arrives as ` 5`.
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit());
    // The end of a page must not overflow where it is added up.
    let number = value.parse::<u32>().ok().filter(|_| is_plain);
    number.map(|number| number as usize).ok_or_else(|| format!("'{}' is not a whole number", shown(value)))
}

fn one_of(value: &str, known: &[&str]) -> String {
    format!("'{}' is none of {}", shown(value), known.join(", "))
}

/// Shortens a text for a message.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Decodes a part of a query string: `+` is a blank, and `%XX` a byte of UTF-8.
pub(super) fn decoded(text: &str) -> Result<String, String> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8().map_err(|_| "is not UTF-8".to_owned())?;
    if decoded.contains('\0') {
        return Err("holds a NUL character".to_owned());
    }
    Ok(decoded.into_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "params_tests.rs"]
mod tests;
