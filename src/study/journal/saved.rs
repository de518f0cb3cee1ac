//! Searches kept as files: `searches/NAME.toml`.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::toml_file::TomlFile;
use super::asked::Asked;
use crate::document::GivenProblem;
use crate::query::Filters;

/// Longest name, in bytes: a file name has at most 255, and the endings need some.
const MAX_NAME: usize = 200;
/// Fields of a file.
const FIELDS: [&str; 5] = ["query", "note", "created", "variants", "filters"];

/// A search that is kept as a file.
///
/// # Examples
/// ```
/// use fumikura::study::SavedSearch;
///
/// let text = "query = \"情報共有\"\ncreated = \"2026-11-27T05:42:53Z\"\n\n[filters]\npartner = [\"米国\", \"EU\"]\n";
/// let saved = SavedSearch::read(text, "searches/共有.toml")?;
/// assert_eq!(saved.asked.filters["partner"], ["米国", "EU"]);
/// assert_eq!(SavedSearch::read(&saved.write()?, "searches/共有.toml")?, saved);
/// let error = SavedSearch::read("query = \"x\"\npartner = \"米国\"\n", "searches/共有.toml").unwrap_err();
/// assert_eq!(error.place, "searches/共有.toml:2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedSearch {
    /// What it asks.
    pub asked: Asked,
    /// Words of its author.
    pub note: Option<String>,
    /// Time at which it was kept.
    pub created: Option<String>,
}

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variants: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    filters: &'a BTreeMap<String, Vec<String>>,
}

impl SavedSearch {
    /// Reads a file with its shown path.
    ///
    /// # Errors
    /// The first fault, with file and line: no TOML, an unknown field or filter, a value of another type, neither query
    /// nor filter.
    pub fn read(text: &str, shown: &str) -> Result<Self, GivenProblem> {
        let file = TomlFile { text, shown };
        let table = DeTable::parse(text).map_err(|error| file.unreadable(&error))?;
        let mut saved = Self { asked: Asked { variants: true, ..Asked::default() }, ..Self::default() };
        for (key, value) in table.get_ref().iter() {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("query", DeValue::String(text)) => saved.asked.query = text.trim().to_owned(),
                ("note", _) => saved.note = Some(file.text("note", value)?),
                ("created", DeValue::Datetime(time)) => saved.created = Some(time.to_string()),
                ("created", _) => saved.created = Some(file.text("created", value)?),
                ("variants", DeValue::Boolean(on)) => saved.asked.variants = *on,
                ("filters", DeValue::Table(filters)) => saved.asked.filters = read_filters(filters, &file)?,
                ("query", _) => return Err(file.problem(value.span(), "'query' must be a text in quotes")),
                ("variants", _) => return Err(file.problem(value.span(), "'variants' must be true or false")),
                ("filters", _) => return Err(file.problem(value.span(), "[filters] must be a table")),
                (name, _) => {
                    let more = if Filters::NAMES.contains(&name) { "; filters stand below [filters]" } else { "" };
                    let problem = format!("unknown field '{name}'; the fields are {}{more}", FIELDS.join(", "));
                    return Err(file.problem(key.span(), &problem));
                }
            }
        }
        if saved.asked.query.is_empty() && saved.asked.filters.is_empty() {
            return Err(file.problem(0..0, "a search needs the field 'query' or a filter"));
        }
        Ok(saved)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// None for texts.
    pub fn write(&self) -> io::Result<String> {
        let written = Written {
            query: &self.asked.query,
            note: self.note.as_deref(),
            created: self.created.as_deref(),
            variants: (!self.asked.variants).then_some(false),
            filters: &self.asked.filters,
        };
        toml::to_string(&written).map_err(io::Error::other)
    }
}

fn read_filters(table: &DeTable<'_>, file: &TomlFile<'_>) -> Result<BTreeMap<String, Vec<String>>, GivenProblem> {
    let (mut read, mut checked) = (BTreeMap::new(), Filters::default());
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        let values: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut texts = Vec::new();
        for value in values {
            // A year is a number in TOML.
            let text = match value.get_ref() {
                DeValue::Integer(_) => file.text.get(value.span()).unwrap_or_default().to_owned(),
                DeValue::Datetime(date) => date.to_string(),
                _ => file.text(name, value)?,
            };
            checked.set(name, &text).map_err(|problem| file.problem(key.span(), &problem))?;
            texts.push(text);
        }
        read.insert(name.to_owned(), texts);
    }
    Ok(read)
}

/// Checks the name of a search, which is the name of its file.
///
/// # Errors
/// The fault, as a sentence.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::study::search_name("情報共有_EU"), Ok("情報共有_EU".to_owned()));
/// assert!(fumikura::study::search_name("../a").is_err());
/// ```
pub fn search_name(name: &str) -> Result<String, String> {
    let is_safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | 'ー' | '・');
    if let Some(bad) = name.chars().find(|c| !is_safe(*c)) {
        return Err(format!("a name of a search has letters, digits, - _ . and no '{}'", bad.escape_default()));
    }
    if name.is_empty() || name.len() > MAX_NAME || name.starts_with(['.', '-']) || name.ends_with('.') {
        return Err(format!(
            "a name of a search has 1 to {MAX_NAME} bytes, and no . or - at its start or . at its end"
        ));
    }
    if name.ends_with(".state") || name.ends_with(".toml") {
        return Err("a name of a search does not end with .state or .toml, which end its files".to_owned());
    }
    Ok(name.to_owned())
}
