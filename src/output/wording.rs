//! Two texts side by side, and passages that are like one, as text and Markdown.
//!
//! Words that went stand in `[-…-]` and words that came in `{+…+}`, as wdiff writes them; in Markdown they are struck
//! out and bold.

use std::io::{self, Write};

use super::markdown::{markdown_date, markdown_line};
use super::sanitize::one_line;
use super::text::{DIM, NOTE, TITLE, date_label};
use crate::document::{Document, counted, line_range};
use crate::study::{
    AlignedCounts, AlignedRow, AlignedSentence, AlignedSide, Alignment, Choice, MeetingSide, MeetingsCompared, Pairing,
    Parallel, Parallels,
};

/// How texts and marks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordingForm {
    /// Text for people.
    Text,
    /// Markdown.
    Markdown,
}

impl WordingForm {
    fn date(self, document: &Document) -> String {
        match self {
            Self::Text => date_label(document.date.as_ref()),
            Self::Markdown => markdown_date(document.date.as_ref()),
        }
    }

    /// Writes a text such that it acts as nothing else.
    fn plain(self, text: &str) -> String {
        match self {
            Self::Text => one_line(text).into_owned(),
            Self::Markdown => markdown_line(text),
        }
    }

    fn gone(self, text: &str) -> String {
        self.marked(text, "[-", "-]", "~~")
    }

    fn came(self, text: &str) -> String {
        self.marked(text, "{+", "+}", "**")
    }

    /// Marks a text; blanks at its ends stay outside, where Markdown would read no mark.
    fn marked(self, text: &str, open: &str, close: &str, both: &str) -> String {
        let inner = text.trim();
        if inner.is_empty() {
            return self.plain(text);
        }
        let (before, after) = text.split_once(inner).unwrap_or_default();
        let (open, close) = if self == Self::Text { (open, close) } else { (both, both) };
        format!("{}{open}{}{close}{}", self.plain(before), self.plain(inner), self.plain(after))
    }

    fn title(self, text: &str) -> String {
        match self {
            Self::Text => format!("{TITLE}{}{TITLE:#}", self.plain(text)),
            Self::Markdown => format!("# {}\n", self.plain(text)),
        }
    }

    /// The start of a line of a list.
    fn item(self) -> &'static str {
        if self == Self::Text { "" } else { "- " }
    }

    fn note(self, text: &str) -> String {
        match self {
            Self::Text => format!("{NOTE}{}{NOTE:#}", self.plain(text)),
            Self::Markdown => format!("{}\n", self.plain(text)),
        }
    }
}

/// Writes two meetings side by side.
///
/// # Errors
/// An error of the writer.
pub fn meetings_compared(out: &mut dyn Write, form: WordingForm, found: &MeetingsCompared) -> io::Result<()> {
    let title = format!("{}  {} → {}", found.series, found.old.name, found.new.name);
    writeln!(out, "{}", form.title(&title))?;
    for (label, meeting, side) in
        [("old", &found.old, &found.comparison.old), ("new", &found.new, &found.comparison.new)]
    {
        writeln!(out, "{}{label}  {}", form.item(), form.plain(&meeting_line(form, meeting, side)))?;
        for other in &meeting.others {
            let line = format!("also names it: {}  {}", other.document, other.title);
            writeln!(out, "{}     {}", form.item(), form.plain(&line))?;
        }
    }
    rows_with_counts(out, form, &found.comparison)
}

/// Writes two documents side by side.
///
/// # Errors
/// An error of the writer.
pub fn documents_compared(out: &mut dyn Write, form: WordingForm, found: &Alignment) -> io::Result<()> {
    let title = format!("{} → {}", found.old.document.title, found.new.document.title);
    writeln!(out, "{}", form.title(&title))?;
    for (label, side) in [("old", &found.old), ("new", &found.new)] {
        writeln!(out, "{}{label}  {}", form.item(), form.plain(&side_line(form, side)))?;
    }
    rows_with_counts(out, form, found)
}

fn meeting_line(form: WordingForm, meeting: &MeetingSide, side: &AlignedSide) -> String {
    let why = match meeting.choice {
        Choice::Own => "reports it as its own",
        Choice::Only => "the only document that names it",
        Choice::Longest => "no document reports it as its own; this one has most text on it",
    };
    let dates = meeting.dates.first().map_or(String::new(), |date| format!(" ({date})"));
    let conflict = if meeting.conflict { "; documents contradict each other on this meeting" } else { "" };
    format!("{}{dates}: {}; {why}{conflict}", meeting.name, side_line(form, side))
}

fn side_line(form: WordingForm, side: &AlignedSide) -> String {
    let document = &side.document;
    let passages = side.passages.as_ref().map_or(String::new(), |passages| match passages.as_slice() {
        [passage] => format!(", passage {passage} alone"),
        passages => format!(", {} of it", counted(passages.len(), "passage")),
    });
    let contents = match side.contents {
        0 => String::new(),
        contents => format!(", without {} of a table of contents", counted(contents, "passage")),
    };
    let date = form.date(document);
    let sentences = counted(side.sentences, "sentence");
    format!("{}  {date}  {}{passages}, {sentences}{contents}", document.id, document.title)
}

fn rows_with_counts(out: &mut dyn Write, form: WordingForm, found: &Alignment) -> io::Result<()> {
    writeln!(out, "{}{}\n", if form == WordingForm::Markdown { "\n" } else { "" }, counts(&found.rows))?;
    found.rows.iter().try_for_each(|row| write_row(out, form, row, ""))
}

fn counts(rows: &[AlignedRow]) -> String {
    let AlignedCounts { same, reworded, new, dropped } = AlignedCounts::of(rows);
    format!("same {same} · reworded {reworded} · new {new} · dropped {dropped}")
}

/// Writes a row: what became of the sentence, the places in both sources, and its words.
fn write_row(out: &mut dyn Write, form: WordingForm, row: &AlignedRow, indent: &str) -> io::Result<()> {
    let place = |sentences: &[AlignedSentence]| -> Option<String> {
        let (first, last) = (sentences.first()?, sentences.last()?);
        let page = first.page.map_or(String::new(), |page| format!(" p. {page}"));
        Some(format!("{}{page}", line_range((first.lines.0, last.lines.1))))
    };
    let places: Vec<String> = [("old", place(&row.old)), ("new", place(&row.new))]
        .into_iter()
        .filter_map(|(label, place)| Some(format!("{label}:{}", place?)))
        .collect();
    let score = if row.pairing == Pairing::Reworded { format!(" {:.2}", row.score) } else { String::new() };
    let moved = if row.moved { " moved" } else { "" };
    let head = format!("{}{score}{moved}", row.pairing.name());
    let passages: Vec<&str> = row.old.first().into_iter().chain(row.new.first()).map(|one| &*one.passage).collect();
    let text = match row.pairing {
        Pairing::Same => form.plain(&joined(&row.new)),
        Pairing::New => form.came(&joined(&row.new)),
        Pairing::Dropped => form.gone(&joined(&row.old)),
        Pairing::Reworded => row
            .parts
            .iter()
            .map(|part| match part.same {
                true => form.plain(&part.new),
                false => format!("{}{}", form.gone(&part.old), form.came(&part.new)),
            })
            .collect(),
    };
    match form {
        WordingForm::Text => {
            writeln!(out, "{indent}{head:<14}  {DIM}{}{DIM:#}", one_line(&places.join(" → ")))?;
            writeln!(out, "{indent}  {text}")
        }
        WordingForm::Markdown => {
            let passages = passages.iter().map(|id| markdown_line(id)).collect::<Vec<_>>().join(" → ");
            writeln!(out, "- *{head}* ({}; {passages})  \n  {text}", markdown_line(&places.join(" → ")))
        }
    }
}

fn joined(sentences: &[AlignedSentence]) -> String {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

/// Writes the passages that are like a passage or a document.
///
/// # Errors
/// An error of the writer.
pub fn parallels_listed(out: &mut dyn Write, form: WordingForm, found: &Parallels) -> io::Result<()> {
    let asked = found.passage.as_ref().unwrap_or(&found.document.id);
    let noun = if found.passage.is_some() { "passage" } else { "document" };
    let least = if found.timed_out { "at least " } else { "" };
    // The share decides what a list holds: of passages with a tenth of their wording in common, none says the same.
    let title = format!(
        "{least}{} like {asked}, with a likeness of {} or more (share of equal runs of three characters)",
        counted(found.total, noun),
        found.threshold
    );
    writeln!(out, "{}", form.title(&title))?;
    for note in parallels_notes(found) {
        writeln!(out, "{}", form.note(&note))?;
    }
    let mut last: Option<(&Option<String>, &str)> = None;
    for like in &found.found {
        let key = (&like.index, like.document.id.as_str());
        if found.passage.is_some() || last != Some(key) {
            let document = &like.document;
            let index = like.index.as_ref().map_or(String::new(), |index| format!("  index {index}"));
            let line = format!("{}  {}  {}{index}", document.id, form.date(document), document.title);
            match form {
                WordingForm::Text => writeln!(out, "\n{TITLE}{}{TITLE:#}", one_line(&line))?,
                WordingForm::Markdown => writeln!(out, "\n## {}\n", markdown_line(&line))?,
            }
            last = Some(key);
        }
        write_parallel(out, form, like)?;
    }
    Ok(())
}

fn write_parallel(out: &mut dyn Write, form: WordingForm, like: &Parallel) -> io::Result<()> {
    let place = |passage: &crate::document::Passage| {
        let page = passage.page.map_or(String::new(), |page| format!(" p. {page}"));
        format!("{}:{}{page}", passage.id, line_range(passage.lines))
    };
    let head = format!("{:.2}  {} → {}  {}", like.score, place(&like.of), place(&like.passage), counts(&like.rows));
    match form {
        WordingForm::Text => writeln!(out, "  {}", one_line(&head))?,
        WordingForm::Markdown => writeln!(out, "\n{}\n", markdown_line(&head))?,
    }
    if let Some(run) = like.run.as_ref().filter(|run| !run.is_empty()) {
        let line = format!("longest run, {}: {run}", counted(run.chars().count(), "character"));
        match form {
            WordingForm::Text => writeln!(out, "    {DIM}{}{DIM:#}", one_line(&line))?,
            WordingForm::Markdown => writeln!(out, "{}\n", markdown_line(&line))?,
        }
    }
    like.rows.iter().try_for_each(|row| write_row(out, form, row, "    "))
}

/// Tells what a list of passages that are like one does not show.
pub fn parallels_notes(found: &Parallels) -> Vec<String> {
    let mut notes = Vec::new();
    if found.timed_out {
        let compared = counted(found.compared, "passage");
        notes.push(format!("the time ran out after {compared}: more may be alike; --timeout 0 waits for all"));
    }
    if found.left_out > 0 {
        notes.push(format!(
            "{} not compared: a table of contents, or fewer than 20 letters",
            counted(found.left_out, "passage")
        ));
    }
    let shown = match found.passage {
        Some(_) => found.found.len(),
        None => {
            let mut ids: Vec<_> = found.found.iter().map(|like| (&like.index, &like.document.id)).collect();
            ids.dedup();
            ids.len()
        }
    };
    if shown < found.total {
        notes.push(format!("{shown} of {} are shown: -n shows more", found.total));
    }
    notes
}
