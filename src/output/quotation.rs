//! Verified quotations as text.

use std::io::{self, Write};

use super::one_line;
use crate::document::{clipped, counted, line_range};
use crate::study::{Place, Quotation, Verdict, Verified};

/// Longest term in the list of those left out, in code points.
const MAX_TERM: usize = 40;

/// Writes each quotation with its verdict, its place and its differences, then the counts and what was left out.
///
/// # Errors
/// An error of the writer.
pub fn quotations_text(out: &mut dyn Write, verified: &Verified, draft: &str) -> io::Result<()> {
    let chars: Vec<char> = draft.chars().collect();
    for (number, quotation) in verified.quotations.iter().enumerate() {
        let line = 1 + chars.iter().take(quotation.span.start).filter(|c| **c == '\n').count();
        writeln!(
            out,
            "{}. {}  line {line}  「{}」",
            number + 1,
            quotation.verdict.name(),
            one_line(&squeezed(&quotation.text))
        )?;
        one(out, quotation)?;
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(verified))?;
    let left_out = |short: bool| -> Vec<String> {
        let terms = verified.terms.iter().filter(|term| term.short == short);
        terms.map(|term| format!("「{}」", clipped(squeezed(&term.text), MAX_TERM))).collect()
    };
    for (what, terms) in [("names and terms", left_out(false)), ("too short", left_out(true))] {
        if !terms.is_empty() {
            writeln!(out, "left out, {what}: {}  {}", terms.len(), one_line(&terms.join("")))?;
        }
    }
    Ok(())
}

/// Counts the verdicts in one line: `3 quotations: 2 exact · 1 altered`.
fn summary(verified: &Verified) -> String {
    if verified.quotations.is_empty() {
        return "no quotation in the draft".to_owned();
    }
    let count = |verdict: Verdict| Some((verified.count(verdict), verdict)).filter(|(count, _)| *count > 0);
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter_map(count)
        .map(|(count, verdict)| format!("{count} {}", verdict.name()))
        .collect();
    format!("{}: {}", counted(verified.quotations.len(), "quotation"), counts.join(" · "))
}

fn one(out: &mut dyn Write, quotation: &Quotation) -> io::Result<()> {
    if let Some(cited) = &quotation.cited {
        writeln!(out, "   cited       {}", one_line(cited))?;
    }
    if let Some(place) = quotation.place.as_ref().filter(|_| quotation.parts.is_empty()) {
        writeln!(out, "   place       {}", one_line(&label(place)))?;
        if !quotation.differences.is_empty() {
            writeln!(out, "   source      {}", one_line(&place.text))?;
        }
    }
    for part in &quotation.parts {
        let place = part.place.as_ref().map_or("not found".to_owned(), label);
        writeln!(out, "   part        「{}」  {}", one_line(&squeezed(&part.text)), one_line(&place))?;
    }
    for difference in &quotation.differences {
        let words = |words: &str| if words.is_empty() { "–".to_owned() } else { words.to_owned() };
        let (source, quoted) = (words(&difference.source), words(&difference.quotation));
        writeln!(out, "   {:<11} {} → {}", difference.kind.name(), one_line(&source), one_line(&quoted))?;
    }
    for place in &quotation.nearest {
        let share = format!("{:.0} %", place.score * 100.0);
        writeln!(out, "   nearest     {share}  {}  {}", one_line(&place.text), one_line(&label(place)))?;
    }
    if !quotation.also.is_empty() {
        writeln!(out, "   also        {}", one_line(&quotation.also.join(", ")))?;
    }
    for warning in &quotation.warnings {
        writeln!(out, "   warning     {}", one_line(warning))?;
    }
    Ok(())
}

fn label(place: &Place) -> String {
    let page = place.page.map_or(String::new(), |page| format!(" p. {page}"));
    format!("{}:{}{page}  {}  {}", place.path, line_range(place.lines), place.passage, place.title)
}

/// Returns a text on one line, without the line ends of the draft.
fn squeezed(text: &str) -> String {
    text.lines().map(str::trim).collect()
}
