//! The steps that need no index: from one source document to passages with metadata.

use std::path::Path;

use crate::document::{Document, counted};
use crate::ingest::{Content, Format, SourceDocument};
use crate::metadata;
use crate::normalize::{Normalized, normalize_lines, parts};
use crate::segment::Segmenter;

/// Longest title, in code points: the title is indexed with each passage of its document.
const MAX_TITLE_CHARS: usize = 500;

/// Makes a document from a source: repaired, split into passages, with metadata. Given values that cannot be used are
/// left out.
pub fn make_document(source: &SourceDocument) -> Document {
    let (mut document, _) = cut(source);
    metadata::complete(&mut document, &source.given);
    document
}

/// Returns the repaired lines of a document; a large text is repaired part by part.
pub fn repaired(source: &SourceDocument) -> Normalized {
    match &source.content {
        Content::Lines(lines) => normalize_lines(lines),
        Content::Text(text) => parts(text, source.first_line)
            .reduce(|mut whole, part| {
                whole.lines.extend(part.lines);
                whole.dropped.extend(part.dropped);
                whole
            })
            .unwrap_or_default(),
    }
}

/// Performs the steps before metadata: returns a document with passages, and warnings about the bounds that cut it.
pub fn cut(source: &SourceDocument) -> (Document, Vec<String>) {
    let stem = || Path::new(&source.path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // The rows of a table of text hold no title: without a caption, its file names it, as a sheet is named by its book.
    let of_table = || source.is_table().then(stem);
    let named = source.title.clone().or_else(of_table);
    let mut segmenter = Segmenter::new(&source.id, named.as_deref());
    let (mut dropped, mut characters) = (0, 0);
    let mut add = |part: Normalized| {
        dropped += part.dropped.len();
        characters += part.dropped.iter().map(|(_, text)| text.chars().count()).sum::<usize>();
        segmenter.add(part);
    };
    match &source.content {
        Content::Text(text) => parts(text, source.first_line).for_each(add),
        Content::Lines(lines) => add(normalize_lines(lines)),
    }
    let mut segmented = segmenter.finish();
    if dropped > 0 {
        let left_out = format!("{} of page furniture left out ({characters} characters)", counted(dropped, "line"));
        segmented.warnings.push(left_out);
    }
    let given = source.given.title.as_ref().map(|title| title.value.clone());
    let mut title = given.or(segmented.title).unwrap_or_else(stem);
    if let Some((end, _)) = title.char_indices().nth(MAX_TITLE_CHARS) {
        let count = title.chars().count();
        segmented.warnings.push(format!("its title has {count} characters: the first {MAX_TITLE_CHARS} are kept"));
        title.truncate(end);
    }
    let mut document = Document {
        id: source.id.clone(),
        path: source.path.clone(),
        title,
        url: source.given.url.as_ref().map(|url| url.value.clone()),
        publisher: source.publisher.clone(),
        date: None,
        accessed: None,
        undated: false,
        page_day: source.page_day.clone(),
        links: source.links.clone(),
        events: Vec::new(),
        partners: Vec::new(),
        themes: Vec::new(),
        series: Vec::new(),
        renames: Vec::new(),
        passages: segmented.passages,
    };
    if source.format == Format::JsonLines.name() {
        // A document of a JSONL file occupies one line of it.
        document.passages.iter_mut().for_each(|passage| passage.lines = (source.first_line, source.first_line));
    }
    (document, segmented.warnings)
}
