//! Filters by partner, theme, series of meetings and days, and by path, publisher and file type of a document.

use glob::{MatchOptions, Pattern};

use super::condition::Condition;
use super::naming::{Naming, number, of_words};
use super::{Compiled, FacetTest, QueryError};
use crate::analysis::fold;
use crate::document::{Role, Strength};
use crate::metadata::{date, partners, series_key, themes, unknown_partner, unknown_theme};

/// Filters: values of one kind are alternatives, and all kinds must hold.
///
/// # Examples
/// ```
/// use fumikura::query::Filters;
/// use fumikura::Request;
///
/// // Passages of fiscal year 2012 with the United States or the EU.
/// let partners = vec!["アメリカ".to_owned(), "EU".to_owned()];
/// let filters = Filters { partners, date: Some("平成24年度".to_owned()), ..Filters::default() };
/// let request = Request { text: "情報共有".to_owned(), filters, ..Request::default() };
/// assert_eq!(request.filters.partners.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Partners, by any of their names.
    pub partners: Vec<String>,
    /// Partners that no passage may have in the given roles.
    pub exclude_partners: Vec<String>,
    /// Roles that count; an empty list means party.
    pub roles: Vec<Role>,
    /// Themes, by path, last name or English label.
    pub themes: Vec<String>,
    /// Strengths of the strongest commitment of a passage: `agreed`, `committed` and so on.
    pub commitments: Vec<String>,
    /// Series of meetings, by any spelling of the name; an empty name stands for every series.
    pub series: Vec<String>,
    /// Range of days, as typed; `unknown` for documents without a date.
    pub date: Option<String>,
    /// Patterns of the paths of documents: as shown, below their root, or whole.
    pub paths: Vec<String>,
    /// Publishers, by their name or a part of it.
    pub publishers: Vec<String>,
    /// Types of files: `pdf`, `html`, `word`, or an ending.
    pub types: Vec<String>,
}

/// Unit in which dates are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateUnit {
    /// Calendar years.
    #[default]
    Year,
    /// Months, below their years.
    Month,
    /// 年度: from April to March.
    FiscalYear,
}

/// Tests made from filters, by kind: partner, theme, commitment, date, exclusions.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterTests {
    pub partner: Vec<FacetTest>,
    pub theme: Vec<FacetTest>,
    pub commitment: Vec<FacetTest>,
    pub series: Vec<FacetTest>,
    pub date: Vec<FacetTest>,
    pub excluded: Vec<FacetTest>,
    /// Roles in which partners are counted.
    pub roles: Vec<Role>,
    /// The partners of the request, whose other roles are counted too.
    pub naming: Option<Naming>,
    /// Tests on whole documents.
    pub documents: DocumentTests,
    /// Unit in which dates are counted.
    pub by: DateUnit,
    /// Conditions of the query that consist of tests alone (`partner:米国`, `-theme:電波`), all of which must hold.
    pub conditions: Vec<Condition<Self>>,
}

impl Condition<FilterTests> {
    /// Makes the condition of a query; `None` where the query holds a word.
    pub fn of(query: &Compiled) -> Option<Self> {
        let all = |nodes: &[Compiled]| nodes.iter().map(Self::of).collect::<Option<Vec<_>>>();
        match query {
            Compiled::Facet(test) => Some(Self::Test(FilterTests::of(test.clone()))),
            Compiled::And(nodes) => all(nodes).map(Self::All),
            Compiled::Or(nodes) => all(nodes).map(Self::Any),
            Compiled::Not(inner) => Self::of(inner).map(|inner| Self::Not(Box::new(inner))),
            _ => None,
        }
    }
}

impl FilterTests {
    /// Makes the filter that passes where one test holds.
    pub fn of(test: FacetTest) -> Self {
        let mut filter = Self::default();
        match &test {
            FacetTest::Partner { .. } => filter.partner.push(test),
            FacetTest::Theme { .. } => filter.theme.push(test),
            FacetTest::Commitment { .. } => filter.commitment.push(test),
            FacetTest::Series { .. } => filter.series.push(test),
            FacetTest::Date { .. } | FacetTest::Undated | FacetTest::Source { .. } => filter.date.push(test),
        }
        filter
    }

    /// Returns the same tests with partners in any role.
    pub fn in_any_role(&self) -> Self {
        let any = |tests: &[FacetTest]| tests.iter().map(|test| test.clone().in_roles(&Role::ALL)).collect();
        Self {
            partner: any(&self.partner),
            excluded: any(&self.excluded),
            conditions: self.conditions.iter().map(|one| one.map(&Self::in_any_role)).collect(),
            roles: Role::ALL.to_vec(),
            ..self.clone()
        }
    }

    /// Collects the partners of the filters and of the words of the query; `None` where there are none.
    pub fn naming(&self, words: Option<&Compiled>) -> Option<Naming> {
        let (mut paths, mut beside) = (Vec::new(), Vec::new());
        let mut all = vec![of_filters(self, &mut paths)];
        if let Some(words) = words {
            all.push(of_words(words, &mut paths));
            of_words(words, &mut beside);
        }
        let beside_words = !beside.is_empty();
        (!paths.is_empty()).then_some(Naming { paths, joined: Condition::All(all), beside_words })
    }

    /// True where every passage passes.
    pub fn is_empty(&self) -> bool {
        self.partner.is_empty()
            && self.theme.is_empty()
            && self.commitment.is_empty()
            && self.series.is_empty()
            && self.date.is_empty()
            && self.excluded.is_empty()
            && self.documents.is_empty()
            && self.conditions.is_empty()
    }
}

fn of_tests(tests: &[FacetTest], paths: &mut Vec<String>) -> Condition<usize> {
    let one = |test: &FacetTest| match test {
        FacetTest::Partner { path, .. } => Some(Condition::Test(number(path, paths))),
        _ => None,
    };
    Condition::Any(tests.iter().filter_map(one).collect())
}

/// Returns how filters join their partners: alternatives of each kind, and all kinds.
fn of_filters(filters: &FilterTests, paths: &mut Vec<String>) -> Condition<usize> {
    let mut all = vec![of_tests(&filters.partner, paths)];
    all.push(Condition::Not(Box::new(of_tests(&filters.excluded, paths))));
    all.extend(filters.conditions.iter().map(|one| of_condition(one, paths)));
    Condition::All(all)
}

fn of_condition(condition: &Condition<FilterTests>, paths: &mut Vec<String>) -> Condition<usize> {
    let list = |all: &[Condition<FilterTests>], paths: &mut Vec<String>| {
        all.iter().map(|one| of_condition(one, paths)).collect()
    };
    match condition {
        Condition::Test(tests) => of_filters(tests, paths),
        Condition::All(all) => Condition::All(list(all, paths)),
        Condition::Any(any) => Condition::Any(list(any, paths)),
        Condition::Not(one) => Condition::Not(Box::new(of_condition(one, paths))),
    }
}

impl Filters {
    /// Returns the filters as names and values for people.
    pub fn describe(&self) -> Vec<(&'static str, String)> {
        let list = |name: &'static str, values: &[String]| {
            values.iter().map(move |value| (name, value.clone())).collect::<Vec<_>>()
        };
        let mut out = list("partner", &self.partners);
        out.extend(list("exclude_partner", &self.exclude_partners));
        out.extend(self.roles.iter().map(|role| ("role", role.name().to_owned())));
        out.extend(list("theme", &self.themes));
        out.extend(list("commitment", &self.commitments));
        out.extend(list("series", &self.series));
        out.extend(self.date.iter().map(|date| ("date", date.clone())));
        out.extend(list("path", &self.paths));
        out.extend(list("publisher", &self.publishers));
        out.extend(list("type", &self.types));
        out
    }

    /// Names of the filters, as [`Self::describe`] gives them.
    pub const NAMES: [&str; 10] =
        ["partner", "exclude_partner", "role", "theme", "commitment", "series", "date", "path", "publisher", "type"];

    /// Adds a value to a filter by its name; the inverse of [`Self::describe`].
    ///
    /// # Errors
    /// An unknown name or role, or a second date.
    ///
    /// # Examples
    /// ```
    /// let mut filters = fumikura::query::Filters::default();
    /// filters.set("partner", "米国")?;
    /// assert_eq!(filters.describe(), [("partner", "米国".to_owned())]);
    /// assert!(filters.set("country", "米国").is_err());
    /// # Ok::<(), String>(())
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let list = match name {
            "partner" => &mut self.partners,
            "exclude_partner" => &mut self.exclude_partners,
            "theme" => &mut self.themes,
            "commitment" => &mut self.commitments,
            "series" => &mut self.series,
            "path" => &mut self.paths,
            "publisher" => &mut self.publishers,
            "type" => &mut self.types,
            "role" => {
                let role = Role::of_name(value);
                let names = Role::ALL.map(Role::name).join(", ");
                self.roles.push(role.ok_or_else(|| format!("unknown role '{value}'; roles are {names}"))?);
                return Ok(());
            }
            "date" if self.date.is_some() => return Err("a search takes one date or range of dates".to_owned()),
            "date" => {
                self.date = Some(value.to_owned());
                return Ok(());
            }
            _ => return Err(format!("unknown filter '{name}'; filters are {}", Self::NAMES.join(", "))),
        };
        list.push(value.to_owned());
        Ok(())
    }

    pub(crate) fn tests(&self) -> Result<FilterTests, QueryError> {
        let roles = if self.roles.is_empty() { vec![Role::Party] } else { self.roles.clone() };
        Ok(FilterTests {
            partner: self.partners.iter().map(|name| partner_test(name, &roles)).collect::<Result<_, _>>()?,
            excluded: self.exclude_partners.iter().map(|name| partner_test(name, &roles)).collect::<Result<_, _>>()?,
            theme: self.themes.iter().map(|name| theme_test(name)).collect::<Result<_, _>>()?,
            commitment: self.commitments.iter().map(|name| commitment_test(name)).collect::<Result<_, _>>()?,
            series: self.series.iter().map(|name| series_test(name)).collect(),
            date: self.date.iter().map(|range| date_test(range)).collect::<Result<_, _>>()?,
            roles,
            naming: None,
            documents: DocumentTests::new(&self.paths, &self.publishers, &self.types)?,
            by: DateUnit::default(),
            conditions: Vec::new(),
        })
    }
}

/// Makes the test for a partner by any of its names.
pub(crate) fn partner_test(name: &str, roles: &[Role]) -> Result<FacetTest, QueryError> {
    let partner = partners().by_name(name).ok_or_else(|| QueryError::UnknownValue(unknown_partner(name)))?;
    Ok(FacetTest::Partner { path: partner.path.to_owned(), roles: roles.to_vec() })
}

/// Makes the test for a theme by its path, the first or last part of it, or its English label.
pub(crate) fn theme_test(name: &str) -> Result<FacetTest, QueryError> {
    let trimmed = name.trim().trim_end_matches('/');
    let top = themes().iter().find(|theme| theme.path.split('/').next() == Some(trimmed)).map(|_| trimmed.to_owned());
    let exact = themes().iter().find(|theme| {
        theme.path == trimmed
            || theme.path.rsplit('/').next() == Some(trimmed)
            || theme.english.eq_ignore_ascii_case(trimmed)
    });
    let path = top.or_else(|| exact.map(|theme| theme.path.to_owned()));
    let path = path.ok_or_else(|| QueryError::UnknownValue(unknown_theme(name)))?;
    Ok(FacetTest::Theme { path })
}

/// Makes the test for the strongest commitment of a passage.
pub(crate) fn commitment_test(name: &str) -> Result<FacetTest, QueryError> {
    let strength = Strength::by_name(name).ok_or_else(|| {
        let known = Strength::ALL.map(Strength::name).join(", ");
        QueryError::UnknownValue(format!("unknown commitment '{name}'; commitments are {known}"))
    })?;
    Ok(FacetTest::Commitment { strength })
}

/// Makes the test for a series of meetings by any spelling of its name.
pub(crate) fn series_test(name: &str) -> FacetTest {
    FacetTest::Series { key: series_key(name) }
}

/// Values of the filter of dates that stand for documents without a date.
const UNDATED: [&str; 4] = ["unknown", "undated", "日付不明", "不明"];

/// Makes the test for a range of days, or for documents without a date.
pub(crate) fn date_test(range: &str) -> Result<FacetTest, QueryError> {
    if UNDATED.iter().any(|name| range.trim().eq_ignore_ascii_case(name)) {
        return Ok(FacetTest::Undated);
    }
    date::parse_range(range).map(|interval| FacetTest::Date { interval }).map_err(QueryError::UnknownValue)
}

/// Names of file types, with their endings.
const TYPES: &[(&str, &[&str])] = &[
    ("text", &["txt", "text"]),
    ("markdown", &["md", "markdown"]),
    ("html", &["html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "cgi", "mhtml", "mht"]),
    ("pdf", &["pdf"]),
    ("word", &["docx", "docm", "dotx", "dotm", "odt", "ott", "rtf"]),
    ("powerpoint", &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "odp", "otp"]),
    ("spreadsheet", &["xlsx", "xlsm", "xlsb", "xltx", "xltm", "xls", "ods", "ots"]),
    ("table", &["csv", "tsv"]),
    ("epub", &["epub"]),
    ("mail", &["eml"]),
    ("jsonl", &["jsonl", "ndjson"]),
    ("warc", &["warc"]),
];

/// Returns the name of the type of a file, by the ending of its path.
pub(crate) fn type_of(path: &str) -> Option<&'static str> {
    let ending = ending_of(path)?;
    TYPES.iter().find(|(_, endings)| endings.contains(&ending.as_str())).map(|(name, _)| *name)
}

/// Returns the ending of a path in small letters; that of the packed file for `a.csv.gz`, and without a number for
/// `page.html.1`.
fn ending_of(path: &str) -> Option<String> {
    let (before, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    let is_none = ending.eq_ignore_ascii_case("gz") || ending.bytes().all(|byte| byte.is_ascii_digit());
    match is_none && before.contains('.') {
        true => ending_of(before),
        false => Some(ending.to_ascii_lowercase()),
    }
}

/// `*` matches `/` too: `*.pdf` means every PDF.
const GLOB: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: false, require_literal_leading_dot: false };

/// Tests on documents: tests of one kind are alternatives, and all kinds must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct DocumentTests {
    pub(crate) paths: Vec<Pattern>,
    /// Folded.
    pub(crate) publishers: Vec<Vec<char>>,
    pub(crate) endings: Vec<&'static str>,
    /// For each root: its full path, its path as shown, and its name.
    roots: Vec<[String; 3]>,
}

impl DocumentTests {
    /// Reads the filters.
    ///
    /// # Errors
    /// An invalid pattern of paths, or an unknown type.
    pub(crate) fn new(paths: &[String], publishers: &[String], types: &[String]) -> Result<Self, QueryError> {
        let mut tests =
            Self { publishers: publishers.iter().map(|name| fold(name).chars).collect(), ..Self::default() };
        for path in paths {
            let path = path.strip_prefix("./").unwrap_or(path);
            let wrong = |error| {
                QueryError::UnknownValue(format!(
                    "'{path}' is no valid pattern of paths: {error}; write [*] for a * in a name"
                ))
            };
            tests.paths.push(Pattern::new(path).map_err(wrong)?);
            // A folder matches everything below it.
            tests.paths.push(Pattern::new(&format!("{}/*", path.trim_end_matches('/'))).map_err(wrong)?);
        }
        for name in types {
            let wanted = name.trim().trim_start_matches("*.").trim_start_matches('.').to_lowercase();
            let of_type = TYPES.iter().find(|(name, _)| *name == wanted).map(|(_, endings)| endings.to_vec());
            let ending = || {
                TYPES
                    .iter()
                    .flat_map(|(_, endings)| *endings)
                    .find(|ending| **ending == wanted)
                    .map(|ending| vec![*ending])
            };
            tests.endings.extend(of_type.or_else(ending).ok_or_else(|| {
                let known = TYPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                QueryError::UnknownValue(format!("unknown type '{name}'; types are {known}, or an ending such as docx"))
            })?);
        }
        Ok(tests)
    }

    /// True where every document passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.publishers.is_empty() && self.endings.is_empty()
    }

    /// Sets the roots of an index: for each root its full path, its path as shown, and its name.
    pub(crate) fn place(&mut self, roots: Vec<[String; 3]>) {
        self.roots = roots;
    }

    /// True where the path of a document passes. `value` is the number of the root, a tab, and the path below it.
    pub(crate) fn passes_path(&self, value: &str) -> bool {
        let (root, path) = value.split_once('\t').unwrap_or(("", value));
        let below = |folder: &str| {
            if folder.is_empty() { path.to_owned() } else { format!("{}/{path}", folder.trim_end_matches('/')) }
        };
        let places = root.parse::<usize>().ok().and_then(|root| self.roots.get(root));
        let matches = |path: &str| self.paths.iter().any(|pattern| pattern.matches_with(path, GLOB));
        let by_path =
            || matches(path) || places.is_some_and(|places| places.iter().any(|folder| matches(&below(folder))));
        (self.paths.is_empty() || by_path())
            && (self.endings.is_empty()
                || ending_of(path).is_some_and(|ending| self.endings.contains(&ending.as_str())))
    }

    /// True where the publisher of a document passes.
    pub(crate) fn passes_publisher(&self, value: &str) -> bool {
        let value = fold(value).chars;
        self.publishers
            .iter()
            .any(|wanted| !wanted.is_empty() && value.windows(wanted.len()).any(|part| part == wanted))
    }
}
