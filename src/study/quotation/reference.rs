//! The document that a draft cites for a quotation: an id, a file name, a title, or a meeting of a series near it.

use std::collections::HashMap;

use super::draft::Taken;
use super::letters::Letters;
use crate::document::{DateInterval, Document, Span};
use crate::engine::{Engine, Request, SearchError};
use crate::metadata::date::{Context, mentions};
use crate::metadata::series_of_title;
use crate::query::{Budget, Filters};

/// What the words near a quotation say of its source without naming one document: they only choose among equal places.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    /// Numbers of meetings: 第19回.
    numbers: Vec<u32>,
    /// Days and years named.
    days: Vec<DateInterval>,
}

impl Hints {
    /// True where a document suits: its meeting has one of the numbers, or its date is among the days.
    pub fn suits(&self, document: &Document) -> bool {
        let numbered = document.series.iter().any(|meeting| meeting.number.is_some_and(|n| self.numbers.contains(&n)));
        let dated =
            document.date.as_ref().is_some_and(|date| self.days.iter().any(|days| days.overlaps(&date.interval)));
        numbered || dated
    }
}

/// Documents that are looked at for a meeting or a title.
const DOCUMENTS: usize = 50;
/// Longest file name or id, in code points.
const MAX_NAME: usize = 120;

/// Finds the cited documents of a draft; each reference is looked up once.
pub(super) struct References<'a> {
    engine: &'a dyn Engine,
    budget: Budget,
    known: HashMap<String, Vec<String>>,
}

impl<'a> References<'a> {
    /// Makes the references over a collection.
    pub fn new(engine: &'a dyn Engine, budget: Budget) -> Self {
        Self { engine, budget, known: HashMap::new() }
    }

    /// Returns the ids of the documents that a draft cites for a quotation, and what else it says of them.
    ///
    /// A note in brackets directly behind the quotation goes first, then the words of its sentence before it.
    ///
    /// # Errors
    /// A collection that cannot be read.
    pub fn of(&mut self, draft: &[char], taken: &Taken, others: &[Span]) -> Result<(Vec<String>, Hints), SearchError> {
        let note = note_behind(draft, taken);
        let before = sentence_before(draft, taken, others);
        let mut hints = Hints::default();
        for words in [&note, &taken.attribution, &before] {
            hints.days.extend(mentions(words, &mut Context::default()).into_iter().filter_map(|date| date.interval));
            hints.numbers.extend(meeting_numbers(words));
        }
        for (words, is_note) in [(&note, true), (&taken.attribution, true), (&before, false)] {
            if words.trim().is_empty() {
                continue;
            }
            let found = self.named(words, is_note)?;
            if !found.is_empty() {
                return Ok((found, hints));
            }
        }
        Ok((Vec::new(), hints))
    }

    /// Returns the documents that some words name.
    fn named(&mut self, words: &str, is_note: bool) -> Result<Vec<String>, SearchError> {
        for token in tokens(words, is_note) {
            let found = self.by_id(&token)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        for meeting in series_of_title(words).meetings {
            if let Some(number) = meeting.number {
                let found = self.by_meeting(&meeting.series, number)?;
                if !found.is_empty() {
                    return Ok(found);
                }
            }
        }
        for title in titles(words, is_note) {
            let found = self.by_title(&title)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// Returns the document with an id or a file name.
    fn by_id(&mut self, name: &str) -> Result<Vec<String>, SearchError> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let found = match self.engine.show(name) {
            Ok(shown) => vec![shown.document.id],
            Err(SearchError::NotFound(_)) => {
                // The name of a file, with or without its folder and its ending.
                let escaped: String = name.chars().filter(|c| !matches!(c, '*' | '?' | '[' | ']')).collect();
                let paths =
                    vec![escaped.clone(), format!("*/{escaped}"), format!("*/{escaped}.*"), format!("{escaped}.*")];
                let filters = Filters { paths, ..Filters::default() };
                let of_file = self.documents(Request { filters, limit: 2, ..Request::default() })?;
                of_file.into_iter().map(|document| document.id).collect::<Vec<_>>()
            }
            Err(error) => return Err(error),
        };
        // A file of many documents names none of them.
        let found = if found.len() == 1 { found } else { Vec::new() };
        self.known.insert(name.to_owned(), found.clone());
        Ok(found)
    }

    /// Returns the documents about a meeting of a series.
    fn by_meeting(&mut self, series: &str, number: u32) -> Result<Vec<String>, SearchError> {
        let key = format!("{series}\n{number}");
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let filters = Filters { series: vec![series.to_owned()], ..Filters::default() };
        let found = self.documents(Request { filters, limit: DOCUMENTS, ..Request::default() })?;
        let is_of = |document: &Document| document.series.iter().any(|meeting| meeting.number == Some(number));
        let ids: Vec<String> = found.into_iter().filter(is_of).map(|document| document.id).collect();
        self.known.insert(key, ids.clone());
        Ok(ids)
    }

    /// Returns the documents with a title.
    fn by_title(&mut self, title: &str) -> Result<Vec<String>, SearchError> {
        if let Some(known) = self.known.get(title) {
            return Ok(known.clone());
        }
        let text = format!("title:\"{}\"", title.replace(['"', '＂', '*'], " "));
        let found = self.documents(Request { text, limit: DOCUMENTS, variants: false, ..Request::default() })?;
        let key = Letters::of(title).key;
        let is_so = |document: &Document| Letters::of(&document.title).key == key;
        let ids: Vec<String> = found.into_iter().filter(is_so).map(|document| document.id).collect();
        self.known.insert(title.to_owned(), ids.clone());
        Ok(ids)
    }

    fn documents(&self, request: Request) -> Result<Vec<Document>, SearchError> {
        let request = Request { group_documents: true, relax: false, budget: self.budget.clone(), ..request };
        Ok(self.engine.search(&request)?.hits.into_iter().map(|hit| hit.document).collect())
    }
}

/// Returns the note in brackets directly behind a quotation and its closing bracket.
fn note_behind(draft: &[char], taken: &Taken) -> String {
    let behind = draft.get(taken.span.end..).unwrap_or_default();
    let behind: Vec<char> = behind
        .iter()
        .skip_while(|c| matches!(c, '」' | '』' | '｣' | '”' | '〟' | '"' | '＂' | ' ' | '　'))
        .copied()
        .collect();
    let close = match behind.first() {
        Some('（') => '）',
        Some('(') => ')',
        Some('〔') => '〕',
        Some('[') => ']',
        Some('［') => '］',
        _ => return String::new(),
    };
    let end = behind.iter().position(|c| *c == close).unwrap_or(0);
    behind.get(1..end).unwrap_or_default().iter().collect()
}

/// Returns the words of the sentence before a quotation, behind the quotation before it; a block belongs to the line
/// above it.
fn sentence_before(draft: &[char], taken: &Taken, others: &[Span]) -> String {
    let before = draft.get(..taken.span.start.saturating_sub(1)).unwrap_or_default();
    let last = others.iter().map(|span| span.end + 1).filter(|end| *end < taken.span.start).max().unwrap_or(0);
    let mut text: Vec<char> = before.iter().skip(last).copied().collect();
    if taken.form == super::draft::Form::Block {
        while text.last().is_some_and(|c| c.is_whitespace() || matches!(c, '。' | '：' | ':')) {
            text.pop();
        }
    }
    let start = text.iter().rposition(|c| matches!(c, '。' | '．' | '\n')).map_or(0, |at| at + 1);
    text.drain(start..).collect()
}

/// Returns the words that may be an id or a file name. In running text, only those with a digit and a letter or a mark.
fn tokens(words: &str, is_note: bool) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#');
    let mut tokens: Vec<String> = words
        .split(|c: char| !is_part(c))
        .map(|token| token.trim_matches(|c: char| matches!(c, '.' | '-' | '/')).to_owned())
        .filter(|token| token.len() > 2 && token.len() < MAX_NAME && token.contains(|c: char| c.is_ascii_digit()))
        .filter(|token| is_note || token.contains(['-', '_', '.', '/']))
        .filter(|token| !is_date(token, is_note))
        .collect();
    let whole = words.trim();
    // A file name may have any letters.
    if is_note
        && whole.chars().count() < MAX_NAME
        && !whole.contains(['、', '，', ' ', '　', '「'])
        && !tokens.iter().any(|t| t == whole)
    {
        tokens.push(whole.to_owned());
    }
    tokens
}

/// True for figures that are a day or a year and no id: 2012/11/14, and 2012 in a note.
fn is_date(token: &str, is_note: bool) -> bool {
    let has_letters = token.contains(|c: char| c.is_ascii_alphabetic());
    let is_year = token.len() == 4 && (token.starts_with("19") || token.starts_with("20"));
    !has_letters && (!is_note || is_year || token.contains(['/', '.', '-']))
}

/// Returns the titles that some words name: those in brackets, and a whole note.
fn titles(words: &str, is_note: bool) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    for (open, close) in [('『', '』'), ('「', '」'), ('《', '》')] {
        let mut rest = words;
        while let Some((_, behind)) = rest.split_once(open) {
            let Some((title, after)) = behind.split_once(close) else { break };
            titles.push(title.to_owned());
            rest = after;
        }
    }
    if is_note {
        titles.extend([words.to_owned(), words.split(['、', '，', ',']).next().unwrap_or_default().to_owned()]);
    }
    titles.retain(|title| Letters::of(title).len() > 3);
    titles
}

/// Returns the numbers of meetings in some words: 第19回, 第十回.
fn meeting_numbers(words: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((_, behind)) = rest.split_once('第') {
        if let Some((number, _)) = behind.split_once('回') {
            let chars = Letters::of(number).key;
            let digits: String = chars.iter().collect();
            let of_kanji = || crate::script::kanji_number(&chars).and_then(|value| u32::try_from(value).ok());
            if !chars.is_empty() && chars.iter().all(|c| crate::script::is_numeral(*c)) {
                found.extend(digits.parse().ok().or_else(of_kanji));
            }
        }
        rest = behind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_and_words_before_are_read() {
        let draft: Vec<char> =
            "前文。対話（第19回）は「協力していく」（corpus/2012.txt、3頁）とする。".chars().collect();
        let start = draft.iter().position(|c| *c == '「').unwrap_or(0) + 1;
        let taken = Taken { span: Span::new(start, start + 7), ..Taken::default() };
        assert_eq!(note_behind(&draft, &taken), "corpus/2012.txt、3頁");
        assert_eq!(sentence_before(&draft, &taken, &[]), "対話（第19回）は");
        assert_eq!(tokens("corpus/2012.txt、3頁", true), ["corpus/2012.txt"]);
        assert_eq!(tokens("004", true), ["004"]);
        assert!(tokens("2013年に", false).is_empty());
        assert!(tokens("2012/11/14に", false).is_empty() && !tokens("2012、12頁", true).contains(&"2012".to_owned()));
        assert_eq!(meeting_numbers("第19回と第十回では"), [19, 10]);
        assert_eq!(titles("『情報通信白書』は", false), ["情報通信白書"]);
    }
}
