//! A reference to a document or a passage as a plain value.

use std::time::SystemTime;

use super::issued::{Day, Issued};
use super::key::{hash, key};
use super::kind::{Form, Found, Kind, kind_of};
use super::text::{address, is_web, one_line};
use crate::document::{
    CivilDate, DateKind, DateSource, Document, DocumentDate, Meeting, Passage, Relation, line_range,
};
use crate::document::{authors, head, site};

/// The day on which a document was read from its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accessed {
    /// The day.
    pub day: CivilDate,
    /// The day is that of the file, not one that somebody noted.
    pub of_file: bool,
}

impl Accessed {
    /// Returns the day of the last change of a file, at Greenwich.
    pub fn of_file(time: SystemTime) -> Option<Self> {
        let day = jiff::Timestamp::try_from(time).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
        Some(Self { day: CivilDate::new(day.year(), day.month(), day.day()), of_file: true })
    }
}

/// The meeting or event that a document reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name with its number: `第10回日・ASEAN情報セキュリティ政策会議`.
    pub title: Option<String>,
    /// Its days.
    pub date: Option<Issued>,
    /// Its place, as written.
    pub place: Option<String>,
}

/// The place of a passage in its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locator {
    /// Id of the passage.
    pub passage: String,
    /// Page, counted from 1, where the document has pages.
    pub page: Option<usize>,
    /// First and last line of the source.
    pub lines: (usize, usize),
    /// Headings above the passage, outermost first.
    pub heading: Vec<String>,
}

impl Locator {
    /// Formats the place: `p. 3, l. 119–127`.
    pub fn label(&self) -> String {
        let page = self.page.map_or(String::new(), |page| format!("p. {page}, "));
        format!("{page}l. {}", self.line_range())
    }

    /// Formats the lines: `119–127`.
    pub fn line_range(&self) -> String {
        line_range(self.lines).replace('-', "–")
    }
}

/// A reference to a document, or to a passage of it.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, pipeline};
/// use fumikura::cite::Citation;
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "報道資料\n平成29年10月16日\n総務省\n第10回 日・ASEAN情報セキュリティ政策会議の結果\n総務省は、政策会議を開催した。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let document = index.show("a.txt")?.document;
/// let citation = Citation::of(&document, None, None);
/// assert_eq!(citation.key, "soumu2017-nichiasean10");
/// assert_eq!(citation.sist02(), "総務省. 第10回 日・ASEAN情報セキュリティ政策会議の結果. 総務省, 2017-10-16.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Key in lower case letters, figures and `-`: the same for the same document.
    pub key: String,
    /// Id of the document.
    pub document: String,
    /// Kind of the document.
    pub kind: Kind,
    /// Form of the document.
    pub form: Form,
    /// Word for the kind: 報道発表, 共同声明, 白書.
    pub genre: Option<String>,
    /// Bodies that publish the document, in the order of the text.
    pub authors: Vec<String>,
    /// Name of the publisher or of the site.
    pub publisher: Option<String>,
    /// Title on one line.
    pub title: String,
    /// Date of publication with the precision of the text. Where only the day of an event is known, its year, as a
    /// guess.
    pub issued: Option<Issued>,
    /// Meeting or event that the document reports.
    pub event: Option<Event>,
    /// Language of the text: `ja`, `en`.
    pub language: &'static str,
    /// Address.
    pub url: Option<String>,
    /// Day of reading, for a document with an address.
    pub accessed: Option<Accessed>,
    /// Names of its parties and its themes.
    pub keywords: Vec<String>,
    /// What the fields cannot tell: the source of a date, the era as printed, the series.
    pub notes: Vec<String>,
    /// Place of the passage, for a passage.
    pub locator: Option<Locator>,
    /// Words of the passage, to be quoted with the reference.
    pub quotation: Option<String>,
}

impl Citation {
    /// Makes the reference to a document, or to one of its passages.
    ///
    /// The first two passages of the document tell its authors and its kind, so a document without passages may have a
    /// poorer reference and another key.
    pub fn of(document: &Document, passage: Option<&Passage>, accessed: Option<Accessed>) -> Self {
        let head = head(document);
        let Found { kind, form, genre } = kind_of(document, &head);
        let authors: Vec<String> = authors(document, &head).iter().map(|name| one_line(name)).collect();
        let session = document.series.iter().find(|meeting| meeting.relation == Relation::Session);
        let (issued, mut notes) = issued(document);
        let url = document.url.as_deref().map(address).filter(|url| is_web(url));
        // A day that somebody noted is better than that of the file.
        let noted = document.accessed.map(|day| Accessed { day, of_file: false });
        let accessed = noted.or(accessed).filter(|_| url.is_some());
        if accessed.is_some_and(|accessed| accessed.of_file) {
            notes.push("参照日はファイルの日付".to_owned());
        }
        if let Some(meeting) = document.series.first() {
            notes.push(format!("会議: {}", one_line(&meeting_name(meeting))));
        }
        let year = issued.map(|issued| issued.first.year);
        let number = document.series.first().and_then(|meeting| meeting.number);
        let themes = document.themes.iter().take(3).map(|theme| theme.value.as_str());
        let parties = document.partners.iter().filter(|partner| partner.role == crate::document::Role::Party);
        let keywords = parties.map(|partner| partner.value.as_str()).chain(themes).map(one_line).collect();
        Self {
            key: key(document, authors.first().map(String::as_str), year, number),
            document: document.id.clone(),
            kind,
            form,
            genre: genre.map(str::to_owned),
            publisher: site(document, &authors).map(|name| one_line(&name)),
            authors,
            title: one_line(&document.title),
            issued,
            event: event(document, session),
            language: language(document, passage),
            url,
            accessed,
            keywords,
            notes,
            locator: passage.map(|passage| Locator {
                passage: passage.id.clone(),
                page: passage.page,
                lines: passage.lines,
                heading: passage.heading.iter().map(|heading| one_line(heading)).collect(),
            }),
            quotation: None,
        }
    }

    /// Adds words of the passage to quote with the reference.
    pub fn quoting(self, words: &str) -> Self {
        Self { quotation: Some(words.trim().to_owned()), ..self }
    }

    /// Returns the quotation on one line.
    pub(super) fn quoted_line(&self) -> Option<String> {
        self.quotation.as_deref().map(one_line)
    }

    /// Gives the citation a key that no other one of a list has: a hash of the id follows the key.
    pub fn set_apart(&mut self) {
        let id = self.locator.as_ref().map_or(&self.document, |locator| &locator.passage);
        self.key = format!("{}-{}", self.key, hash(id));
    }

    /// Returns the notes in one text, with the place of the passage, separated by `; `.
    pub fn note(&self) -> Option<String> {
        let id = self.locator.as_ref().map_or(&self.document, |locator| &locator.passage);
        let place = self.locator.as_ref().map(Locator::label);
        let parts = place.into_iter().chain(self.notes.iter().cloned()).chain([format!("fumikura: {}", one_line(id))]);
        Some(parts.collect::<Vec<_>>().join("; "))
    }

    /// True where the reference is to a page of the web and not to a report.
    pub fn is_page(&self) -> bool {
        self.form == Form::Page && matches!(self.kind, Kind::Page | Kind::PressRelease)
    }
}

/// Returns the date of publication, and notes about it.
fn issued(document: &Document) -> (Option<Issued>, Vec<String>) {
    let Some(date) = &document.date else { return (None, vec!["刊行日不明".to_owned()]) };
    let evidence = one_line(&date.evidence);
    let mut notes = Vec::new();
    if date.kind == DateKind::Event {
        let event = Issued::of(date).label();
        notes.push(format!("刊行日不明、年は会合の日付（{event}）による"));
    }
    match date.source {
        DateSource::Inferred => {
            let years: Vec<String> = date.candidates.iter().map(i16::to_string).collect();
            let others = if years.len() > 1 { format!("、候補 {}", years.join(", ")) } else { String::new() };
            notes.push(format!("日付は推定（「{evidence}」{others}）"));
        }
        // A stated date without its Western year stands in an era.
        DateSource::Stated if !evidence.is_empty() && !has_year(&evidence, date) => {
            notes.push(format!("原表記: {evidence}"));
        }
        _ => {}
    }
    let issued = if date.kind == DateKind::Event { Issued::year_of(date) } else { Issued::of(date) };
    (Some(issued), notes)
}

/// True where a text holds the Western year of a date, in figures of any width.
fn has_year(text: &str, date: &DocumentDate) -> bool {
    let narrow =
        |c: char| if ('０'..='９').contains(&c) { char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c) } else { c };
    text.chars().map(narrow).collect::<String>().contains(&date.interval.start.year.to_string())
}

/// Returns the name of a meeting with its number: `第10回 日・ASEAN情報セキュリティ政策会議`.
fn meeting_name(meeting: &Meeting) -> String {
    let number = meeting.number.map(|number| format!("第{number}回"));
    let parts = [number.as_deref(), meeting.edition.as_deref(), Some(meeting.series.as_str()), meeting.sub.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns the event that a document reports: the meeting of its title, the days of its event.
fn event(document: &Document, session: Option<&Meeting>) -> Option<Event> {
    let own = document.date.as_ref().filter(|date| date.kind == DateKind::Event);
    let date = document.events.first().or(own).map(Issued::of);
    let title = session.map(|meeting| one_line(&meeting_name(meeting)));
    let place = session.and_then(|meeting| meeting.place.as_deref()).map(one_line);
    (date.is_some() || title.is_some()).then_some(Event { title, date, place })
}

/// Returns the language: Japanese where the title or the text has kana, or kanji and no text; else English.
fn language(document: &Document, passage: Option<&Passage>) -> &'static str {
    let is_kana = |c: char| ('\u{3041}'..='\u{30ff}').contains(&c);
    let is_kanji = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let texts = document.passages.iter().take(3).chain(passage).map(|passage| passage.text.as_str());
    let japanese = texts.chain([document.title.as_str()]).any(|text| text.chars().any(|c| is_kana(c) || is_kanji(c)));
    if japanese { "ja" } else { "en" }
}

impl Citation {
    /// Returns the day of reading.
    pub(super) fn accessed_day(&self) -> Option<Day> {
        self.accessed.map(|accessed| Day::from(accessed.day))
    }
}
