//! What people know better about series of meetings: `series.meta.toml` in a folder of sources.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::conflicts::first_day;
use super::toml_file::TomlFile as File;
use crate::document::GivenProblem;

/// Corrections of the series of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// Names of one series.
    pub same: Vec<(String, String)>,
    /// Names of two series, whatever a document says.
    pub apart: Vec<(String, String)>,
    /// What is true of a meeting.
    pub meetings: Vec<CorrectedMeeting>,
    /// Documents that are wrong about a meeting.
    pub not: Vec<WrongDocument>,
}

/// What is true of one meeting of a series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectedMeeting {
    /// Name of the series, in any spelling.
    pub series: String,
    /// N of 第N回.
    pub number: u32,
    /// Its date: `2012-11-14/2012-11-15`.
    pub date: Option<String>,
    /// Its place.
    pub place: Option<String>,
    /// File and line: `corpus/series.meta.toml:3`.
    pub told_in: String,
}

/// A document whose meeting of a series does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrongDocument {
    /// Name of the series, in any spelling.
    pub series: String,
    /// N of 第N回; `None` for each meeting of the series.
    pub number: Option<u32>,
    /// Id of the document.
    pub document: String,
}

impl Corrections {
    /// Reads the corrections of several files, each with its shown path and its bytes. Returns a problem for each file
    /// and each entry that cannot be used.
    pub fn read(files: impl IntoIterator<Item = (String, Result<Vec<u8>, GivenProblem>)>) -> (Self, Vec<GivenProblem>) {
        let (mut corrections, mut problems) = (Self::default(), Vec::new());
        for (shown, bytes) in files {
            match bytes {
                Ok(bytes) => problems.extend(corrections.add(&String::from_utf8_lossy(&bytes), &shown)),
                Err(problem) => problems.push(problem),
            }
        }
        (corrections, problems)
    }

    /// Adds the corrections of a file. Returns a problem with its line for each entry that cannot be used; the other
    /// entries count.
    ///
    /// # Examples
    /// ```
    /// let mut corrections = fumikura::study::Corrections::default();
    /// let text = "[[same]]\nnames = [\"日泰政策会議\", \"日泰物流会議\"]\n\n[[meeting]]\nseries = \"日泰政策会議\"\nnumber = \"七\"\n";
    /// let problems = corrections.add(text, "corpus/series.meta.toml");
    /// assert_eq!(corrections.same.len(), 1);
    /// assert_eq!(problems[0].place, "corpus/series.meta.toml:6");
    /// ```
    pub fn add(&mut self, text: &str, shown: &str) -> Vec<GivenProblem> {
        let file = File { text, shown };
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => return vec![file.unreadable(&error)],
        };
        let mut problems = Vec::new();
        for (kind, list) in table.get_ref().iter() {
            let DeValue::Array(entries) = list.get_ref() else {
                problems.push(file.problem(kind.span(), KINDS));
                continue;
            };
            for entry in entries.iter() {
                if let Err(problem) = self.entry(kind.get_ref(), entry, &file) {
                    problems.push(problem);
                }
            }
        }
        problems
    }

    fn entry(&mut self, kind: &str, entry: &Spanned<DeValue<'_>>, file: &File<'_>) -> Result<(), GivenProblem> {
        let DeValue::Table(fields) = entry.get_ref() else { return Err(file.problem(entry.span(), KINDS)) };
        let known: &[&str] = match kind {
            "same" | "apart" => &["names"],
            "meeting" => &["series", "number", "date", "place"],
            "not" => &["series", "number", "document"],
            _ => return Err(file.problem(entry.span(), KINDS)),
        };
        if let Some((key, _)) = fields.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let problem = format!("unknown field '{}'; the fields of {kind} are {}", key.get_ref(), known.join(", "));
            return Err(file.problem(key.span(), &problem));
        }
        let field = |name: &str| fields.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value);
        let text = |name: &str| field(name).map(|value| file.text(name, value)).transpose();
        let needed = |name: &str| {
            text(name)?.ok_or_else(|| file.problem(entry.span(), &format!("{kind} needs the field '{name}'")))
        };
        let number = || field("number").map(|value| file.number(value)).transpose();
        match kind {
            "meeting" => self.meetings.push(CorrectedMeeting {
                series: needed("series")?,
                number: number()?.ok_or_else(|| file.problem(entry.span(), "meeting needs the field 'number'"))?,
                date: field("date").map(|value| file.date(value)).transpose()?,
                place: text("place")?,
                told_in: file.place(entry.span()),
            }),
            "not" => self.not.push(WrongDocument {
                series: needed("series")?,
                number: number()?,
                document: needed("document")?,
            }),
            _ => {
                let list = if kind == "same" { &mut self.same } else { &mut self.apart };
                let names = field("names").map(|value| file.names(value)).transpose()?;
                let names = names.ok_or_else(|| file.problem(entry.span(), "the field 'names' is missing"))?;
                list.extend(names.windows(2).map(|pair| (pair[0].clone(), pair[1].clone())));
            }
        }
        Ok(())
    }
}

/// The kinds of entries, for messages.
const KINDS: &str = "expected are lists of tables: [[same]], [[apart]], [[meeting]], [[not]]";

impl File<'_> {
    fn number(&self, value: &Spanned<DeValue<'_>>) -> Result<u32, GivenProblem> {
        let written = self.text.get(value.span()).unwrap_or_default();
        written.parse().map_err(|_| self.problem(value.span(), "'number' must be a number: 19"))
    }

    /// Reads a date as meetings tell it: 2012, 2012-11, 2012-11-14, 2012-11-14/2012-11-15.
    fn date(&self, value: &Spanned<DeValue<'_>>) -> Result<String, GivenProblem> {
        let written = self.text.get(value.span()).unwrap_or_default().trim_matches(['"', '\'']);
        let is_day = |day: &str| first_day(day).parse::<jiff::civil::Date>().is_ok();
        let is_date = written.split('/').count() < 3 && written.split('/').all(is_day);
        let wrong = || self.problem(value.span(), "'date' must be 2012, 2012-11, 2012-11-14 or 2012-11-14/2012-11-15");
        is_date.then(|| written.to_owned()).ok_or_else(wrong)
    }

    fn names(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, GivenProblem> {
        let wrong = || self.problem(value.span(), "'names' must be a list of two or more texts");
        let DeValue::Array(list) = value.get_ref() else { return Err(wrong()) };
        let names = list.iter().map(|name| self.text("names", name)).collect::<Result<Vec<_>, _>>()?;
        if names.len() > 1 { Ok(names) } else { Err(wrong()) }
    }
}
