//! Extracts the XML of statutes in the form of e-Gov: parts, chapters, sections and articles are headings.

use super::office::xml::{Xml, read};
use super::{ExtractError, Extracted, flowed, text};
use crate::document::{Line, LineRole};

/// The state of the reader.
#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    title: Option<String>,
    /// The line that is being written.
    line: String,
    /// The caption of an article, which stands before its number.
    caption: String,
    skipped: usize,
    in_contents: usize,
    /// The head of an answer of e-Gov stands before the statute.
    is_begun: bool,
    row: Option<Vec<String>>,
}

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = text::decode(bytes)?;
    let mut extracted = Extracted::decoded(&decoded);
    let mut reader = Reader::default();
    read(&decoded.text, |event| reader.event(event))?;
    reader.end(LineRole::Text);
    extracted.lines = reader.lines;
    extracted.title = reader.title;
    Ok(extracted)
}

/// Returns the level of the heading that an element is.
fn level(element: &str) -> Option<u8> {
    Some(match element {
        "PartTitle" | "SupplProvisionLabel" | "AppdxTableTitle" | "AppdxStyleTitle" | "AppdxTitle" => 1,
        "ChapterTitle" => 2,
        "SectionTitle" => 3,
        "SubsectionTitle" => 4,
        "DivisionTitle" => 5,
        "ArticleTitle" => 6,
        _ => return None,
    })
}

impl Reader {
    fn event(&mut self, event: Xml<'_>) {
        match event {
            // Readings above characters.
            Xml::Open("Rt", _) => self.skipped += 1,
            Xml::Close("Rt") => self.skipped = self.skipped.saturating_sub(1),
            _ if self.skipped > 0 => {}
            Xml::Open("Law", _) => self.is_begun = true,
            _ if !self.is_begun => {}
            Xml::Open("TOC", _) => self.in_contents += 1,
            Xml::Close("TOC") => {
                self.end(LineRole::Contents);
                self.in_contents = self.in_contents.saturating_sub(1);
            }
            Xml::Text(text) => self.line.push_str(text),
            Xml::Open("TableRow", _) => self.row = Some(Vec::new()),
            Xml::Close("TableColumn") => {
                let cell = flowed(std::mem::take(&mut self.line).trim());
                if let Some(row) = self.row.as_mut().filter(|_| !cell.is_empty()) {
                    row.push(cell);
                }
            }
            Xml::Close("TableRow") => {
                let row = self.row.take().unwrap_or_default().join("　");
                self.lines.push(Line::whole(row, LineRole::Text));
            }
            _ if self.row.is_some() => {}
            Xml::Open(element, _) if level(element).is_some() || is_line(element) => {
                // The number of a paragraph or item stands before its sentence in one line.
                if !element.ends_with("Sentence") {
                    self.end(LineRole::Text);
                }
            }
            Xml::Close(element) => self.close(element),
            Xml::Open(..) => {}
        }
    }

    fn close(&mut self, element: &str) {
        match element {
            "LawTitle" => {
                self.title = Some(flowed(self.line.trim()));
                self.end(LineRole::Heading(1));
            }
            "ArticleCaption" => self.caption = std::mem::take(&mut self.line).trim().to_owned(),
            "ArticleTitle" if self.in_contents == 0 => {
                let caption = std::mem::take(&mut self.caption);
                self.line.push_str(&caption);
                self.end(LineRole::Heading(6));
            }
            element if self.in_contents > 0 && (element.ends_with("Title") || element == "ArticleRange") => {
                self.line.push('　');
            }
            element if self.in_contents > 0 && element.starts_with("TOC") => self.end(LineRole::Contents),
            element
                if (element.ends_with("Num") || element == "ItemTitle" || element.ends_with("SubitemTitle"))
                    && !self.line.trim().is_empty() =>
            {
                self.line.push('　');
            }
            element if is_subitem_title(element) => self.line.push('　'),
            element if level(element).is_some() => self.end(level(element).map_or(LineRole::Text, LineRole::Heading)),
            "Column" => self.line.push('　'),
            element if is_line(element) => self.end(LineRole::Text),
            _ => {}
        }
    }

    /// Ends the line that is being written.
    fn end(&mut self, role: LineRole) {
        let text = flowed(std::mem::take(&mut self.line).trim());
        if text.is_empty() {
            return;
        }
        let role = if self.in_contents > 0 { LineRole::Contents } else { role };
        self.lines.push(Line::whole(text, role));
    }
}

/// Tells whether an element is the number of an item below an item (Subitem1Title and so on).
fn is_subitem_title(element: &str) -> bool {
    element.starts_with("Subitem") && element.ends_with("Title")
}

/// Tells whether an element is a line of its own.
fn is_line(element: &str) -> bool {
    matches!(element, "LawNum" | "LawTitle" | "EnactStatement" | "Preamble" | "Paragraph" | "Item" | "Remarks" | "Note")
        || matches!(element, "ParagraphSentence" | "ItemSentence" | "RelatedArticleNum" | "List" | "ArticleCaption")
        || (element.starts_with("Subitem") && element.ends_with("Sentence"))
}
