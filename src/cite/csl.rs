//! CSL-JSON, which Zotero, pandoc and citation processors read.

use serde::Serialize;

use super::citation::Citation;
use super::issued::{Day, Issued};
use super::kind::Kind;

/// An item of CSL-JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Csl {
    /// Key.
    pub id: String,
    /// `report`, `webpage` or `treaty`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Key, which processors can show.
    pub citation_key: String,
    /// Authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub author: Vec<Name>,
    /// Title.
    pub title: String,
    /// Date of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Date>,
    /// Publisher of a report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Name of the site of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_title: Option<String>,
    /// Word for the kind: 報道発表.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
    /// Name of the meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_title: Option<String>,
    /// Days of the meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_date: Option<Date>,
    /// Place of the meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_place: Option<String>,
    /// `ja` or `en`; without it, styles write the punctuation of English.
    pub language: &'static str,
    /// Address.
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Day of reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessed: Option<Date>,
    /// Headings above the passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Page or lines of the passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// `page` or `line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'static str>,
    /// Parties and themes, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// What the fields cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Words of the passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annote: Option<String>,
    /// Conditions of the search, in the first item of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<serde_json::Map<String, serde_json::Value>>,
}

/// A name that is not split into its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Name {
    /// The name.
    pub literal: String,
}

/// A date, with as many parts as are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Date {
    /// Year, month and day of the date, or of the first and the last one of a range.
    pub date_parts: Vec<Vec<i16>>,
    /// True for an inferred date.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub circa: bool,
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        Self { date_parts: vec![day.parts()], circa: false }
    }
}

impl From<Issued> for Date {
    fn from(issued: Issued) -> Self {
        let days = std::iter::once(issued.first).chain(issued.last);
        Self { date_parts: days.map(|day| day.parts()).collect(), circa: issued.circa }
    }
}

impl Citation {
    /// Returns the reference as an item of CSL-JSON.
    pub fn csl(&self) -> Csl {
        let page = self.is_page();
        let event = self.event.as_ref();
        let locator = self.locator.as_ref();
        Csl {
            id: self.key.clone(),
            kind: match self.kind {
                Kind::Treaty => "treaty",
                _ if page => "webpage",
                _ => "report",
            },
            citation_key: self.key.clone(),
            author: self.authors.iter().map(|name| Name { literal: name.clone() }).collect(),
            title: self.title.clone(),
            issued: self.issued.map(Date::from),
            publisher: self.publisher.clone().filter(|_| !page),
            container_title: self.publisher.clone().filter(|_| page),
            genre: self.genre.clone(),
            event_title: event.and_then(|event| event.title.clone()),
            event_date: event.and_then(|event| event.date).map(Date::from),
            event_place: event.and_then(|event| event.place.clone()),
            language: self.language,
            url: self.url.clone(),
            accessed: self.accessed_day().map(Date::from),
            section: locator.map(|locator| locator.heading.join(" > ")).filter(|heading| !heading.is_empty()),
            locator: locator.map(|locator| locator.page.map_or_else(|| locator.line_range(), |page| page.to_string())),
            label: locator.map(|locator| if locator.page.is_some() { "page" } else { "line" }),
            keyword: (!self.keywords.is_empty()).then(|| self.keywords.join(", ")),
            note: self.note(),
            annote: self.quoted_line(),
            custom: None,
        }
    }
}
