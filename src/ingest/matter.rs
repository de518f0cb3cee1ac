//! Reads given values from YAML and TOML: front matter and side files.
//!
//! Where a text is malformed as a whole, each of its entries is read separately, so that a fault costs one value.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};
use toml::de::{DeTable, DeValue};

use super::given::{MAX_FRONT_MATTER_BYTES, Raw};
use crate::document::{Given, GivenField, GivenProblem};

/// A key with its value and its place.
type Entry = (String, Raw, String);

/// The origin of a piece of text: the file as shown, and the number of its first line.
#[derive(Clone, Copy)]
struct Origin<'a> {
    shown: &'a str,
    first_line: usize,
}

impl Origin<'_> {
    /// Returns the place of a line of the piece, counted from 0.
    fn place(&self, line: usize) -> String {
        format!("{}:{}", self.shown, self.first_line + line)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Yaml,
    Toml,
}

/// Reads the bytes of a side file; `shown` names it in messages. An unknown key is a problem.
pub(super) fn of_side_file(shown: &str, bytes: &[u8]) -> Given {
    let text = String::from_utf8_lossy(bytes);
    let origin = Origin { shown, first_line: 1 };
    let (entries, problems) = read(Syntax::Toml, text.trim_start_matches('\u{FEFF}'), origin);
    let mut given = Given { problems, ..Given::default() };
    for (key, raw, place) in entries {
        let raw = if matches!(text, Cow::Owned(_)) { utf8_only(raw) } else { raw };
        if !given.set(&key, raw, &place) {
            let key: String = key.chars().take(60).collect();
            given.problems.push(GivenProblem::new(
                place,
                format!("unknown key '{key}'; known are title, url, date, partners, themes"),
            ));
        }
    }
    given
}

/// Turns a value whose bytes were not UTF-8 into a problem.
fn utf8_only(raw: Raw) -> Raw {
    let check = |field: GivenField| match field.value.contains('\u{FFFD}') {
        true => Err(GivenProblem::new(field.place, "not UTF-8")),
        false => Ok(field),
    };
    match raw {
        Raw::One(field) => check(field).map_or_else(Raw::Wrong, Raw::One),
        Raw::Many(list) => Raw::Many(list.into_iter().map(|found| found.and_then(check)).collect()),
        other => other,
    }
}

/// Splits off front matter: YAML between `---`, or TOML between `+++`.
///
/// Returns the values, the rest of the text, and the number of its first line. Unknown keys are ignored, because other
/// programs use front matter too. Other text between two rules stays text.
pub(super) fn split_front_matter<'a>(text: &'a str, shown: &str) -> (Given, &'a str, usize) {
    let none = || (Given::default(), text, 1);
    let mut lines = text.split_inclusive('\n');
    let opening = lines.next().unwrap_or_default();
    let (syntax, fences): (Syntax, &[&str]) = match opening.trim_end() {
        "---" => (Syntax::Yaml, &["---", "..."]),
        "+++" => (Syntax::Toml, &["+++"]),
        _ => return none(),
    };
    let start = opening.len();
    let mut end = start;
    let mut closing = None;
    for (number, line) in (2..).zip(lines) {
        if fences.contains(&line.trim_end()) {
            closing = Some((number, line));
            break;
        }
        end += line.len();
        if end - start > MAX_FRONT_MATTER_BYTES {
            break;
        }
    }
    let Some((number, line)) = closing else { return none() };
    let matter = &text[start..end];
    let (entries, problems) = read(syntax, matter, Origin { shown, first_line: 2 });
    let is_ours = |key: &str| Given::KEYS.contains(&key);
    let is_front_matter = match problems.is_empty() {
        _ if matter.trim().is_empty() => true,
        // YAML reads a paragraph with a colon as a mapping: text between two rules is front matter only where its keys
        // are identifiers.
        true => {
            entries.iter().any(|(key, ..)| is_ours(key))
                || !entries.is_empty() && entries.iter().all(|(key, ..)| key.is_ascii())
        }
        false => blocks(syntax, matter).any(|(_, block)| key_of(syntax, block).is_some_and(is_ours)),
    };
    if !is_front_matter {
        return none();
    }
    let mut given = Given { problems, ..Given::default() };
    for (key, raw, place) in entries {
        given.set(&key, raw, &place);
    }
    (given, &text[end + line.len()..], number + 1)
}

/// Reads all entries of a text; where it is malformed, each entry separately, with the problems of the unreadable ones.
fn read(syntax: Syntax, text: &str, origin: Origin<'_>) -> (Vec<Entry>, Vec<GivenProblem>) {
    let entries = |text: &str, origin: Origin<'_>| match syntax {
        Syntax::Yaml => yaml(text, origin),
        Syntax::Toml => toml(text, origin),
    };
    match entries(text, origin) {
        Ok(found) => (found, Vec::new()),
        Err(_) => {
            let (mut found, mut problems) = (Vec::new(), Vec::new());
            for (line, block) in blocks(syntax, text) {
                match entries(block, Origin { first_line: origin.first_line + line, ..origin }) {
                    Ok(some) => found.extend(some),
                    Err(problem) => problems.push(problem),
                }
            }
            // Each entry is sound alone, so the fault is between them: a repeated key.
            if problems.is_empty()
                && let Err(problem) = entries(text, origin)
            {
                problems.push(problem);
            }
            (found, problems)
        }
    }
}

/// Splits a text into presumed entries, each with the number of its first line, counted from 0.
fn blocks(syntax: Syntax, text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut starts = vec![(0, 0)];
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let is_start = match syntax {
            // Indented lines, items and closing brackets continue the entry above them.
            Syntax::Yaml => !line.starts_with([' ', '\t', '-', '#', ']', '}', '\n', '\r']),
            Syntax::Toml => line.starts_with('[') || key_of(syntax, line).is_some(),
        };
        if is_start && at > 0 {
            starts.push((number, at));
        }
        at += line.len();
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(_, at)| *at).chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(|((number, start), end)| (number, &text[start..end]))
}

/// Returns the key that a block seems to begin with.
fn key_of(syntax: Syntax, block: &str) -> Option<&str> {
    let line = block.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let (key, _) = line.split_once(if syntax == Syntax::Yaml { ':' } else { '=' })?;
    let key = key.trim().trim_matches(['"', '\'']);
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).then_some(key)
}

fn toml(text: &str, origin: Origin<'_>) -> Result<Vec<Entry>, GivenProblem> {
    let place_of = |at: usize| origin.place(text.get(..at).unwrap_or(text).matches('\n').count());
    let table = DeTable::parse(text)
        .map_err(|error| GivenProblem::new(place_of(error.span().map_or(0, |span| span.start)), error.message()))?;
    let field = |value: &toml::Spanned<DeValue<'_>>| -> Result<GivenField, GivenProblem> {
        let place = place_of(value.span().start);
        match value.get_ref() {
            DeValue::String(text) => Ok(GivenField { value: text.to_string(), place }),
            DeValue::Array(_) | DeValue::Table(_) => {
                Err(GivenProblem::new(place, "a text is expected, not a list or table"))
            }
            // Numbers and times are kept as written.
            _ => Ok(GivenField { value: text.get(value.span()).unwrap_or_default().to_owned(), place }),
        }
    };
    let entry = |(key, value): (&toml::Spanned<Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| {
        let raw = match value.get_ref() {
            DeValue::Array(list) => Raw::Many(list.iter().map(field).collect()),
            _ => field(value).map_or_else(Raw::Wrong, Raw::One),
        };
        (key.get_ref().to_string(), raw, place_of(key.span().start))
    };
    Ok(table.get_ref().iter().map(entry).collect())
}

/// Reads a mapping event by event: unknown values are not built, and aliases cannot multiply the input.
fn yaml(text: &str, origin: Origin<'_>) -> Result<Vec<Entry>, GivenProblem> {
    let mut events = Events { parser: Parser::new_from_str(text), origin };
    let mut entries = Vec::new();
    loop {
        match events.next()? {
            (Event::MappingStart(..), _) => break,
            (Event::StreamEnd, _) => return Ok(entries),
            (Event::Scalar(..) | Event::SequenceStart(..) | Event::Alias(_), place) => {
                return Err(GivenProblem::new(place, "key: value is expected"));
            }
            _ => {}
        }
    }
    loop {
        let (event, place) = events.next()?;
        match event {
            Event::MappingEnd => break,
            Event::Scalar(key, ..) => entries.push((key.into_owned(), events.value()?, place)),
            key => {
                events.skip(&key)?;
                events.value()?;
            }
        }
    }
    loop {
        match events.next()? {
            (Event::StreamEnd, _) => return Ok(entries),
            (Event::DocumentEnd, _) => {}
            (_, place) => return Err(GivenProblem::new(place, "key: value is expected")),
        }
    }
}

struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
    origin: Origin<'a>,
}

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, String), GivenProblem> {
        let problem = |error: ScanError| {
            let line = error.marker().line().saturating_sub(1);
            GivenProblem::new(
                self.origin.place(line),
                format!("{}; write a value that contains signs of YAML in quotes", error.info()),
            )
        };
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.origin.place(span.start.line().saturating_sub(1)))),
            Some(Err(error)) => Err(problem(error)),
            None => Ok((Event::StreamEnd, self.origin.place(0))),
        }
    }

    /// Reads the value of a key.
    fn value(&mut self) -> Result<Raw, GivenProblem> {
        let (event, place) = self.next()?;
        if !matches!(event, Event::SequenceStart(..)) {
            return Ok(match self.scalar(event, place)? {
                Some(Ok(field)) => Raw::One(field),
                Some(Err(problem)) => Raw::Wrong(problem),
                None => Raw::Nothing,
            });
        }
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Raw::Many(list)),
                (event, place) => list.extend(self.scalar(event, place)?),
            }
        }
    }

    /// Returns the text of an event; `None` for null. Any other value is skipped and is a problem.
    fn scalar(
        &mut self,
        event: Event<'a>,
        place: String,
    ) -> Result<Option<Result<GivenField, GivenProblem>>, GivenProblem> {
        Ok(match event {
            Event::Scalar(value, ScalarStyle::Plain, ..) if matches!(&*value, "" | "~" | "null" | "Null" | "NULL") => {
                None
            }
            Event::Scalar(value, ..) => Some(Ok(GivenField { value: value.into_owned(), place })),
            Event::Alias(_) => Some(Err(GivenProblem::new(place, "an alias is not followed; write the value itself"))),
            other => {
                self.skip(&other)?;
                Some(Err(GivenProblem::new(place, "a text is expected, not a list or table")))
            }
        })
    }

    /// Skips to the end of the value that an event begins.
    fn skip(&mut self, event: &Event<'_>) -> Result<(), GivenProblem> {
        let change = |event: &Event<'_>| match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => 1,
            Event::SequenceEnd | Event::MappingEnd => -1,
            _ => 0,
        };
        let mut depth = change(event);
        while depth > 0 {
            depth += match self.next()?.0 {
                // Do not loop for ever where the parser ends early.
                Event::StreamEnd => return Ok(()),
                event => change(&event),
            };
        }
        Ok(())
    }
}
