//! RIS, which reference managers read.

use std::fmt::Write;

use super::citation::Citation;
use super::issued::{Day, Issued};

impl Citation {
    /// Formats the reference as a RIS record, one field a line, with a blank line behind it.
    pub fn ris(&self) -> String {
        let mut out = String::new();
        // A value stands on one line, so no text can begin a field.
        let mut add = |tag: &str, value: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{tag}  - {value}");
        };
        add("TY", if self.is_page() { "ELEC" } else { "RPRT" });
        add("ID", &self.key);
        self.authors.iter().for_each(|author| add("AU", author));
        add("TI", &self.title);
        if let Some(issued) = &self.issued {
            add("PY", &format!("{:04}", issued.first.year));
            add("DA", &date(issued));
        }
        if let Some(publisher) = &self.publisher {
            add("PB", publisher);
        }
        if let Some(genre) = &self.genre {
            add("M3", genre);
        }
        if let Some(title) = self.event.as_ref().and_then(|event| event.title.as_deref()) {
            add("T2", title);
        }
        if let Some(locator) = &self.locator {
            add("SP", &locator.page.map_or_else(|| format!("l. {}", locator.line_range()), |page| page.to_string()));
        }
        add("LA", self.language);
        if let Some(url) = &self.url {
            add("UR", url);
        }
        if let Some(day) = self.accessed_day() {
            add("Y2", &slashes(day, ""));
        }
        self.keywords.iter().for_each(|word| add("KW", word));
        if let Some(note) = self.note() {
            add("N1", &note);
        }
        if let Some(text) = self.quoted_line() {
            add("N1", &format!("「{text}」"));
        }
        add("ER", "");
        out.push('\n');
        out
    }
}

/// Writes a date in the form of RIS, `YYYY/MM/DD/rest`; unknown parts stay empty. The rest holds what the parts cannot.
fn date(issued: &Issued) -> String {
    let rest = match (issued.fiscal_year, issued.last, issued.circa) {
        (None, None, false) => String::new(),
        _ => issued.label(),
    };
    // The first month of a 年度 is no date of publication.
    let first =
        if issued.fiscal_year.is_some() { Day { month: None, day: None, ..issued.first } } else { issued.first };
    // A slash separates the parts.
    slashes(first, &rest.replace('/', " - "))
}

fn slashes(day: Day, rest: &str) -> String {
    let part = |part: Option<i8>| part.map_or(String::new(), |part| format!("{part:02}"));
    format!("{:04}/{}/{}/{rest}", day.year, part(day.month), part(day.day))
}
