//! BibTeX, which also `biblatex` reads.

use super::citation::Citation;

/// Names of months, which BibTeX styles translate.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Citation {
    /// Formats the reference as a BibTeX entry, with a blank line behind it.
    ///
    /// Bodies stand in double braces, so that no program takes them for persons. `date` holds the exact date for
    /// `biblatex`, `year` and `month` what plain BibTeX reads.
    pub fn bibtex(&self) -> String {
        let mut fields: Vec<(&str, String)> = Vec::new();
        if !self.authors.is_empty() {
            let names: Vec<String> = self.authors.iter().map(|name| format!("{{{}}}", escaped(name))).collect();
            fields.push(("author", braced(&names.join(" and "))));
        }
        // Double braces keep the letters of a title as they are: some styles write EU as eu.
        fields.push(("title", braced(&braced(&escaped(&self.title)))));
        if let Some(issued) = &self.issued {
            fields.push(("year", braced(&format!("{:04}", issued.first.year))));
            let month = issued.first.month.and_then(|month| MONTHS.get(usize::try_from(month - 1).ok()?));
            if let (Some(month), None) = (month, issued.fiscal_year) {
                fields.push(("month", (*month).to_owned()));
            }
            fields.push(("date", braced(&issued.edtf())));
        }
        let page = self.is_page();
        if let Some(publisher) = &self.publisher {
            let name = braced(&braced(&escaped(publisher)));
            fields.push((if page { "organization" } else { "institution" }, name));
        }
        if let Some(genre) = &self.genre {
            fields.push((if page { "howpublished" } else { "type" }, braced(&escaped(genre))));
        }
        if let Some(event) = &self.event {
            fields.extend(event.title.as_ref().map(|title| ("eventtitle", braced(&braced(&escaped(title))))));
            fields.extend(event.date.as_ref().map(|date| ("eventdate", braced(&date.edtf()))));
            fields.extend(event.place.as_ref().map(|place| ("venue", braced(&escaped(place)))));
        }
        fields.push(("language", braced(if self.language == "ja" { "japanese" } else { "english" })));
        fields.push(("langid", braced(if self.language == "ja" { "japanese" } else { "english" })));
        fields.extend(self.url.as_ref().map(|url| ("url", braced(url))));
        fields.extend(self.accessed_day().map(|day| ("urldate", braced(&day.to_string()))));
        if !self.keywords.is_empty() {
            let words: Vec<String> = self.keywords.iter().map(|word| escaped(&word.replace(',', " "))).collect();
            fields.push(("keywords", braced(&words.join(", "))));
        }
        fields.extend(self.note().map(|note| ("note", braced(&escaped(&note)))));
        fields.extend(self.quoted_line().map(|text| ("annotation", braced(&escaped(&text)))));
        let kind = if page { "misc" } else { "techreport" };
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let lines: Vec<String> = fields.iter().map(|(name, value)| format!("  {name:width$} = {value}")).collect();
        format!("@{kind}{{{},\n{}\n}}\n\n", self.key, lines.join(",\n"))
    }
}

fn braced(text: &str) -> String {
    format!("{{{text}}}")
}

/// Writes a text such that LaTeX prints this text. Braces become commands, because BibTeX counts escaped braces too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '%' | '&' | '$' | '#' | '_' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
