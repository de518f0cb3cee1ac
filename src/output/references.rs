//! Lists of references in the forms of citation programs.

use std::collections::HashSet;
use std::io::{self, Write};

use super::conditions::Conditions;
use super::json::write_json_line;
use super::{markdown_line, markdown_quote, sanitized};
use crate::cite::Citation;

/// Style of a list of references.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// A formatted reference by SIST 02-2007, one a line.
    #[default]
    Sist02,
    /// BibTeX.
    Bibtex,
    /// RIS.
    Ris,
    /// CSL-JSON.
    CslJson,
    /// Markdown.
    Markdown,
}

impl Style {
    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Sist02 => "text/plain; charset=utf-8",
            Self::Bibtex => "application/x-bibtex; charset=utf-8",
            Self::Ris => "application/x-research-info-systems; charset=utf-8",
            Self::CslJson => "application/vnd.citationstyles.csl+json",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}

/// Writes references one by one.
///
/// # Examples
/// ```
/// use fumikura::cite::Citation;
/// use fumikura::output::{References, Style};
///
/// # let document: fumikura::document::Document = serde_json::from_str(
/// #     r#"{"id": "a.html", "path": "a.html", "title": "日米対話の開催", "publisher": "総務省", "date": null}"#)?;
/// let mut out = Vec::new();
/// let mut references = References::begin(&mut out, Style::Sist02, None)?;
/// references.add(Citation::of(&document, None, None))?;
/// references.end()?;
/// assert_eq!(String::from_utf8(out)?, "総務省. “日米対話の開催”. 総務省.\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct References<'a> {
    out: &'a mut dyn Write,
    style: Style,
    keys: HashSet<String>,
    conditions: Option<&'a Conditions>,
}

impl<'a> References<'a> {
    /// Begins a list, with the conditions of the search in its head.
    ///
    /// BibTeX and RIS programs pass over lines before the first record. CSL-JSON has no place outside of the items, so
    /// the first item holds the conditions in its field `custom`.
    ///
    /// # Errors
    /// An error of the writer.
    pub fn begin(out: &'a mut dyn Write, style: Style, conditions: Option<&'a Conditions>) -> io::Result<Self> {
        if let Some(conditions) = conditions {
            match style {
                Style::Bibtex => {
                    // BibTeX reads an entry wherever it finds @.
                    let mut lines = Vec::new();
                    conditions.lines(&mut lines, "%")?;
                    out.write_all(String::from_utf8_lossy(&lines).replace('@', "\\u{40}").as_bytes())?;
                    writeln!(out)?;
                }
                Style::Ris => {
                    conditions.lines(out, "#")?;
                    writeln!(out)?;
                }
                Style::Sist02 => conditions.lines(out, "#")?,
                Style::Markdown => {
                    for row in &conditions.rows {
                        writeln!(out, "- {}: {}", row.name, markdown_line(&row.value))?;
                    }
                    writeln!(out)?;
                }
                Style::CslJson => {}
            }
        }
        Ok(Self { out, style, keys: HashSet::new(), conditions })
    }

    /// Writes a reference. Where another one has its key, it gets a key of its own.
    ///
    /// # Errors
    /// An error of the writer.
    pub fn add(&mut self, mut citation: Citation) -> io::Result<()> {
        if self.keys.contains(&citation.key) {
            citation.set_apart();
        }
        let is_first = self.keys.is_empty();
        match self.style {
            Style::Sist02 => {
                if let Some(text) = &citation.quotation {
                    writeln!(self.out, "「{}」", sanitized(text))?;
                }
                writeln!(self.out, "{}", sanitized(&citation.sist02()))?;
            }
            Style::Bibtex => self.out.write_all(sanitized(&citation.bibtex()).as_bytes())?,
            Style::Ris => self.out.write_all(sanitized(&citation.ris()).as_bytes())?,
            Style::Markdown => self.out.write_all(markdown(&citation).as_bytes())?,
            Style::CslJson => {
                let mut item = citation.csl();
                if is_first {
                    item.custom = self.conditions.map(|conditions| {
                        let all = serde_json::Value::Object(conditions.json());
                        std::iter::once(("search".to_owned(), all)).collect()
                    });
                }
                write!(self.out, "{}", if is_first { "[\n" } else { "," })?;
                write_json_line(self.out, &item)?;
            }
        }
        self.keys.insert(citation.key);
        Ok(())
    }

    /// Ends the list.
    ///
    /// # Errors
    /// An error of the writer.
    pub fn end(self) -> io::Result<()> {
        match self.style {
            Style::CslJson if self.keys.is_empty() => writeln!(self.out, "[]"),
            Style::CslJson => writeln!(self.out, "]"),
            _ => Ok(()),
        }
    }
}

/// Formats a reference as Markdown: the quotation, then the reference with a link to the source.
fn markdown(citation: &Citation) -> String {
    let quotation = citation.quotation.as_ref().map_or(String::new(), |text| markdown_quote(text, &[]) + "\n");
    let plain = Citation { url: None, accessed: None, ..citation.clone() };
    let mut text = format!("{quotation}— {}", markdown_line(&plain.sist02()));
    if let Some(url) = &citation.url {
        let name = if citation.language == "ja" { "原文" } else { "source" };
        text.push_str(&format!(" [{name}](<{}>)", sanitized(url)));
    }
    if let Some(accessed) = &citation.accessed {
        let read = if citation.language == "ja" { "参照" } else { "accessed" };
        text.push_str(&format!(" ({read} {})", accessed.day));
    }
    text.push_str("\n\n");
    text
}
