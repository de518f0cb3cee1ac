//! Markdown: each hit as a quotation with its place.

use std::io::{self, Write};

use super::sanitize::sanitized;
use crate::search::{Answer, Request};

/// Writes the hits.
pub(super) fn write(out: &mut dyn Write, answer: &Answer, request: &Request) -> io::Result<()> {
    let total = &answer.total;
    writeln!(out, "# {}\n", sanitized(&request.text))?;
    writeln!(
        out,
        "{} passages in {} documents{}\n",
        total.passages,
        total.documents,
        if answer.relaxed { "; partial matches below" } else { "" }
    )?;
    for hit in &answer.hits {
        let (document, passage) = (&hit.document.document, &hit.passage.passage);
        let mut quoted = String::new();
        let chars: Vec<char> = passage.text.chars().collect();
        let mut at = 0;
        for span in &hit.highlights {
            quoted.extend(&chars[at..span.start]);
            quoted.push_str("**");
            quoted.extend(&chars[span.start..span.end]);
            quoted.push_str("**");
            at = span.end;
        }
        quoted.extend(&chars[at..]);
        for line in sanitized(&quoted).lines() {
            writeln!(out, "> {line}  ")?;
        }
        let date = document.date.as_ref().map_or(String::new(), |date| format!(" ({})", date.interval.start));
        let heading = if passage.heading.is_empty() { String::new() } else { format!(", {}", passage.heading.join(" > ")) };
        let page = passage.page.map_or(String::new(), |page| format!(", p. {page}"));
        let place = format!("{}{date}{heading}{page}, {}:{}–{}", document.title, document.path, passage.lines.0, passage.lines.1);
        writeln!(out, "\n— {} · `{}`\n", sanitized(&place), sanitized(&passage.id))?;
    }
    Ok(())
}
