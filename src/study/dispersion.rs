//! Where in documents a query occurs.

use std::collections::HashMap;

use super::dimension::Counting;
use crate::document::{DocumentDate, Span};
use crate::engine::{Engine, Request, SearchError};

/// Most documents that a plot shows legibly.
pub const MOST_DOCUMENTS: usize = 60;

/// A document with the places of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: Option<DocumentDate>,
    /// Its length, in code points of the texts of its passages.
    pub length: usize,
    /// First code point of each occurrence, counted from the start of the document, in order.
    pub offsets: Vec<usize>,
}

/// Occurrences of a query by their position in documents.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米サイバー対話\n\n日米両国は情報共有で合意した。情報共有を続ける。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = Request { text: "情報共有".to_owned(), ..Request::default() };
/// assert_eq!(study::dispersion(&index, &request, &["a.txt".to_owned()])?.rows[0].offsets.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dispersion {
    /// The query as typed.
    pub query: String,
    /// The documents: those asked for in their order, else those with most occurrences first.
    pub rows: Vec<Row>,
    /// Number of further documents.
    pub rest_documents: usize,
    /// Their occurrences.
    pub rest_occurrences: usize,
    /// True where the time ran out: occurrences may be missing.
    pub timed_out: bool,
}

/// Finds the positions of a query in documents; without ids, in the 60 documents with most occurrences.
///
/// # Errors
/// An unknown id; else as [`Engine::search`].
pub fn dispersion(engine: &dyn Engine, request: &Request, ids: &[String]) -> Result<Dispersion, SearchError> {
    let mut counting = Counting::new(engine);
    let mut asked = Vec::new();
    for id in ids {
        asked.push(engine.show(id)?.document);
    }
    let mut request = request.clone();
    if request.filters.paths.is_empty() {
        request.filters.paths = asked.iter().map(|document| literal(&document.path)).collect();
    }
    // Spans by the position of their passage.
    let mut found_in: HashMap<String, Vec<(usize, Span)>> = HashMap::new();
    counting.each(&request, |found| {
        let id = &found.document.id;
        if !found.marks.body.is_empty() && (asked.is_empty() || asked.iter().any(|document| document.id == *id)) {
            let spans = found.marks.body.iter().map(|mark| (found.passage.index, mark.span));
            found_in.entry(id.clone()).or_default().extend(spans);
        }
    })?;
    let mut plot = Dispersion { query: request.text.clone(), timed_out: counting.timed_out, ..Dispersion::default() };
    if asked.is_empty() {
        let mut ranked: Vec<(usize, &String)> = found_in.iter().map(|(id, spans)| (spans.len(), id)).collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let rest = ranked.split_off(ranked.len().min(MOST_DOCUMENTS));
        plot.rest_documents = rest.len();
        plot.rest_occurrences = rest.iter().map(|(occurrences, _)| occurrences).sum();
        for (_, id) in ranked {
            asked.push(engine.show(id)?.document);
        }
    }
    for document in asked {
        let mut starts = HashMap::new();
        let mut length = 0;
        for passage in &document.passages {
            starts.insert(passage.index, length);
            length += passage.text.chars().count();
        }
        let spans = found_in.get(&document.id).map(Vec::as_slice).unwrap_or_default();
        let mut offsets: Vec<usize> =
            spans.iter().filter_map(|(passage, span)| Some(starts.get(passage)? + span.start)).collect();
        offsets.sort_unstable();
        plot.rows.push(Row { document: document.id, title: document.title, date: document.date, length, offsets });
    }
    Ok(plot)
}

/// Returns the pattern that matches one path alone.
fn literal(path: &str) -> String {
    path.chars().fold(String::new(), |mut pattern, c| {
        if matches!(c, '*' | '?' | '[' | ']') {
            pattern.extend(['[', c, ']']);
        } else {
            pattern.push(c);
        }
        pattern
    })
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_path_with_signs_of_patterns_matches_itself() {
        assert_eq!(literal("資料[1]*.pdf"), "資料[[]1[]][*].pdf");
    }
}
