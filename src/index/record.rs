//! The stored records, and how documents become rows of a segment.

use crate::document::heading_text;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use unicode_normalization::char::decompose_compatible;

use super::facet_values::{FacetValues, facet_values};
use super::frame::{below_headings, frame, letters, letters_of};
use super::keys::{file_key, key, source_key};
use super::layout::Layout;
use super::prose;
use super::schema::{Fields, flag};
use super::segment_builder::{Row, Step, Texts, View};
use super::terms;
use crate::analysis::{Analyzer, fold};
use crate::document::{
    DateInterval, DateSource, Document, PageDay, Passage, PassageKind, SourceId, publishers, shown_path,
};
use crate::metadata::date::date_keys;

/// Most passages of one section: about one press release, or one heading of a white paper. Questions are matched
/// against sections, because a long text as a whole would contain every word.
const SECTION_PASSAGES: usize = 16;
/// Fewest passages of one section, except of the last in its document.
const CHAPTER_PASSAGES: usize = 4;

/// A passage with the id of its document; stored as a list of both.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct IndexedPassage {
    /// Id of the document.
    pub document: String,
    /// The passage.
    pub passage: Passage,
}

/// A document as stored: without its passages, with the fields that the manifest needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexedDocument {
    /// The document.
    pub document: Document,
    /// Its source file.
    pub source: SourceId,
    /// Hash of the bytes of its file and of the values given beside it; empty where its file holds many documents:
    /// their hashes stand with their lines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// Number of passages.
    pub passage_count: usize,
}

/// A source file, as the manifest records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its identity.
    pub id: SourceId,
    /// Size in bytes.
    pub size: u64,
    /// Time of last change, in nanoseconds since 1970.
    pub modified_ns: u64,
    /// Hash of the bytes and of the side file.
    pub hash: String,
    /// Number of documents in it.
    pub documents: usize,
    /// Parts that could not be used: place and reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<(String, String)>,
    /// Warnings: given values that could not be used, characters that could not be read, parts that were left out;
    /// place and reason. Its documents are in the index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<(String, String)>,
    /// The file is sound but has no text: it is skipped, which is not a failure.
    #[serde(default)]
    pub skipped: bool,
    /// A person has acknowledged its problems: they fail no run while its bytes stay the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// Returns the number that identifies a document in fast fields.
pub(super) fn document_number(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

/// Cost of a row in characters, beside those of its passage: a row takes about a kilobyte by itself.
const ROW_CHARS: usize = 64;

/// The rows of one document: its record first, then its passages. Rows are made on demand: all rows of a large document
/// take twenty times the memory of its text.
pub(super) struct DocumentRows<'a> {
    fields: &'a Fields,
    indexed: &'a IndexedDocument,
    analyzer: &'a Analyzer,
    key: String,
    number: u64,
    title: Arc<View>,
    begins: Vec<bool>,
    /// The headings of the previous passage, analysed: most neighbours share them.
    above: (&'a [String], Arc<View>),
    /// Letters of those headings.
    headings: String,
    /// The letters of the title and of each heading, which a passage may repeat at its start.
    openers: Vec<Vec<char>>,
    /// Number of rows taken.
    taken: usize,
}

impl<'a> DocumentRows<'a> {
    pub fn new(fields: &'a Fields, indexed: &'a IndexedDocument, analyzer: &'a Analyzer) -> Self {
        let document = &indexed.document;
        let (title, opener) = view_of(analyzer, &document.title);
        Self {
            fields,
            indexed,
            key: key(&document.id),
            number: document_number(&document.id),
            title: Arc::new(title),
            begins: section_starts(&document.passages),
            above: (&[], Arc::default()),
            headings: String::new(),
            openers: vec![opener],
            taken: 0,
            analyzer,
        }
    }

    /// Returns the next rows, until their characters reach `most`; no rows at the end.
    pub fn take_chars(&mut self, most: usize) -> Vec<Row> {
        let mut chars = 0;
        let mut rows = Vec::with_capacity(if self.taken == 0 { self.begins.len().min(1 << 10) + 1 } else { 0 });
        while chars < most
            && let Some(row) = self.next()
        {
            chars += ROW_CHARS + row.texts.as_ref().map_or(0, |texts| texts.body.len());
            rows.push(row);
        }
        rows
    }

    /// Tells whether all rows were taken.
    pub fn is_empty(&self) -> bool {
        self.taken > self.begins.len()
    }

    /// Estimates the memory that a segment takes for the document, in bytes.
    pub fn memory(&self) -> usize {
        memory_of(&self.indexed.document)
    }

    fn document_row(&self) -> Row {
        let mut columns = TantivyDocument::new();
        columns.add_text(self.fields.record, to_json(&without_passages(self.indexed)));
        columns.add_u64(self.fields.flags, flag::NO_PASSAGE);
        let SourceId { root, path } = &self.indexed.source;
        columns.add_text(self.fields.path, format!("{root}\t{}", shown_path(path.as_ref())));
        for publisher in publishers(&self.indexed.document) {
            columns.add_text(self.fields.publisher, publisher);
        }
        let exact = vec![
            (self.fields.kind, b"d".to_vec()),
            (self.fields.key, self.key.clone().into_bytes()),
            (self.fields.source, source_key(&self.indexed.source).into_bytes()),
        ];
        Row { columns, exact, texts: None }
    }

    fn passage_row(&mut self, at: usize) -> Option<Row> {
        let (fields, document) = (self.fields, &self.indexed.document);
        let passage = document.passages.get(at)?;
        let mut step = Step::GoesOn;
        if self.above.0 != passage.heading {
            self.above = (&passage.heading, Arc::new(view_of(self.analyzer, &heading_text(&passage.heading)).0));
            self.openers.truncate(1);
            for heading in &passage.heading {
                let is_title = *heading == document.title;
                let opener = if is_title { self.openers[0].clone() } else { letters_of(&fold(heading).chars) };
                self.openers.push(opener);
            }
            self.headings = letters(&self.openers);
            step = Step::Heading;
        }
        let begins = self.begins[at];
        let mut exact = vec![(fields.kind, b"p".to_vec())];
        if begins {
            step = Step::Begins;
            exact.push((fields.kind, b"s".to_vec()));
        }
        exact.push((fields.key, self.key.clone().into_bytes()));
        exact.push((fields.document, self.number.to_be_bytes().to_vec()));
        // A set: a list of ranges repeats the same years and months.
        let keys: BTreeSet<String> = passage.dates.iter().flat_map(date_keys).collect();
        exact.extend(keys.into_iter().map(|key| (fields.when, key.into_bytes())));
        let mut columns = TantivyDocument::new();
        columns.add_u64(fields.document, self.number);
        let values = facet_values(document, passage);
        let facets = add_facets(&mut columns, fields, document, passage, &values);
        let flags = facets
            | match passage.kind {
                PassageKind::Body => 0,
                PassageKind::Toc => flag::TOC,
                PassageKind::Footnote => flag::FOOTNOTE,
            }
            | if passage.repairs.is_empty() { 0 } else { flag::REPAIRED }
            | prose::bits(&passage.text)
            | document.date.as_ref().map_or(0, |date| flag::dated(date, &document.events));
        columns.add_u64(fields.flags, flags | if begins { flag::SECTION } else { 0 });
        let body = self.analyzer.analyze(&passage.text);
        let own = below_headings(&body.folded.chars, &self.openers);
        columns.add_u64(fields.frame, frame(&self.headings, &values.partners, own));
        for (field, half) in fields.sketch.iter().zip(terms::sketch(own)) {
            columns.add_u64(*field, half);
        }
        let layouts = [&Layout::of(&body, &passage.text), &self.above.1.layout, &self.title.layout];
        for (layout, fields) in layouts.into_iter().zip(fields.layouts) {
            layout.add_to(&mut columns, fields);
        }
        columns.add_text(fields.record, to_json(&(&document.id, passage)));
        let words = self.analyzer.words(&body);
        let texts =
            Texts { body: terms::pairs(&body), words, heading: self.above.1.clone(), title: self.title.clone(), step };
        Some(Row { columns, exact, texts: Some(texts) })
    }
}

impl Iterator for DocumentRows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = match self.taken.checked_sub(1) {
            None => Some(self.document_row()),
            Some(at) => self.passage_row(at),
        };
        self.taken += usize::from(row.is_some());
        row
    }
}

/// Characters from which on the memory of a document is estimated.
const LARGE_CHARS: usize = 1 << 20;
/// Most characters that folding makes of a byte: U+FDFA has three bytes and becomes eighteen characters.
const MOST_CHARS_A_BYTE: usize = 6;
/// Bytes that a character takes in a segment being built: in the character view, and its share of words and sections.
const BYTES_A_CHAR: usize = 5;
/// Bytes that each character takes that folding adds beyond the first: the layout records its origin.
const BYTES_A_PART: usize = 36;
/// Bytes that a distinct pair of characters takes: in the table, sorted, and as a term.
const BYTES_A_PAIR: usize = 90;

/// Estimates the memory that a segment takes for a document, in bytes; zero for all but large documents.
///
/// Distinct pairs are estimated from the number of hash bits set (linear counting): a text of random kanji has ten
/// million of them.
pub(super) fn memory_of(document: &Document) -> usize {
    let above = |passage: &Passage| document.title.len() + passage.heading.iter().map(String::len).sum::<usize>();
    let bytes: usize = document.passages.iter().map(|passage| passage.text.len() + above(passage)).sum();
    if bytes < LARGE_CHARS / MOST_CHARS_A_BYTE {
        return 0;
    }
    const BITS: usize = 1 << 24;
    let mut seen = vec![0u64; BITS / 64];
    let (mut chars, mut more_parts) = (0, 0);
    for passage in &document.passages {
        let mut last = 0;
        let mut see = |c: char| {
            let hash = (last << 32 | u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS.ilog2());
            seen[hash as usize / 64] |= 1 << (hash % 64);
            last = u64::from(c);
            chars += 1;
        };
        for c in passage.text.chars() {
            match c {
                '\0'..='\u{9F}' | 'ぁ'..='ヿ' | '一'..='鿿' => see(c),
                // Approximates folding of characters such as ㈱.
                _ => {
                    let mut parts = 0usize;
                    decompose_compatible(c, |part| {
                        parts += 1;
                        see(part);
                    });
                    more_parts += parts.saturating_sub(1);
                }
            }
        }
        // Title and headings are shared by many passages, so their pairs are not counted again.
        chars += document.title.chars().count()
            + passage.heading.iter().map(|heading| heading.chars().count()).sum::<usize>();
    }
    let unset: u32 = seen.iter().map(|bits| bits.count_zeros()).sum();
    let pairs = BITS as f64 * (BITS as f64 / f64::from(unset.max(1))).ln();
    chars * BYTES_A_CHAR + more_parts * BYTES_A_PART + pairs as usize * BYTES_A_PAIR
}

/// Computes both views and the layout of a title or of headings, with the folded letters.
fn view_of(analyzer: &Analyzer, text: &str) -> (View, Vec<char>) {
    let analyzed = analyzer.analyze(text);
    let letters = letters_of(&analyzed.folded.chars);
    let words = analyzer.words(&analyzed);
    (View { chars: terms::pairs(&analyzed), layout: Layout::of(&analyzed, text), words }, letters)
}

/// Returns the record of a document: passages have records of their own, and the path is that of the source file.
fn without_passages(indexed: &IndexedDocument) -> IndexedDocument {
    let Document {
        id,
        path: _,
        title,
        url,
        publisher,
        date,
        accessed,
        undated,
        page_day: _,
        links,
        events,
        partners,
        themes,
        series,
        renames,
        passages: _,
    } = &indexed.document;
    let document = Document {
        id: id.clone(),
        path: String::new(),
        title: title.clone(),
        url: url.clone(),
        publisher: publisher.clone(),
        date: date.clone(),
        accessed: *accessed,
        undated: *undated,
        page_day: PageDay::Unknown,
        links: links.clone(),
        events: events.clone(),
        partners: partners.clone(),
        themes: themes.clone(),
        series: series.clone(),
        renames: renames.clone(),
        passages: Vec::new(),
    };
    IndexedDocument {
        document,
        source: indexed.source.clone(),
        hash: indexed.hash.clone(),
        passage_count: indexed.passage_count,
    }
}

/// Tells for each passage whether a section begins there. A chapter is one section, or several of nearly equal size: 17
/// passages become 9 and 8. Short chapters share a section.
fn section_starts(passages: &[Passage]) -> Vec<bool> {
    let mut starts = vec![false; passages.len()];
    let chapter = |at: usize| passages[at].heading.first();
    let mut from = 0;
    for at in 1..=passages.len() {
        if at < passages.len() && (chapter(at) == chapter(at - 1) || at - from < CHAPTER_PASSAGES) {
            continue;
        }
        let count = at - from;
        let size = count.div_ceil(count.div_ceil(SECTION_PASSAGES));
        (from..at).step_by(size).for_each(|first| starts[first] = true);
        from = at;
    }
    starts
}

/// Builds the row of a source file.
pub(super) fn file_row(fields: &Fields, file: &FileRecord) -> Row {
    let mut columns = TantivyDocument::new();
    columns.add_text(fields.record, to_json(file));
    columns.add_u64(fields.flags, flag::NO_PASSAGE);
    let exact = vec![
        (fields.kind, b"f".to_vec()),
        (fields.key, file_key(&file.id).into_bytes()),
        (fields.source, source_key(&file.id).into_bytes()),
    ];
    Row { columns, exact, texts: None }
}

fn to_json(record: &impl Serialize) -> String {
    // Serialising cannot fail: records hold only strings, numbers and lists.
    serde_json::to_string(record).unwrap_or_default()
}

/// Adds the facet values of a passage: partners, themes, commitment, series, dates. Returns the flags for them.
fn add_facets(
    row: &mut TantivyDocument,
    fields: &Fields,
    document: &Document,
    passage: &Passage,
    values: &FacetValues,
) -> u64 {
    let FacetValues { partners, themes, commitment, series } = values;
    partners.iter().for_each(|value| row.add_text(fields.partner, value));
    themes.iter().for_each(|value| row.add_text(fields.theme, value));
    commitment.iter().for_each(|strength| row.add_text(fields.commitment, strength.name()));
    series.iter().for_each(|value| row.add_text(fields.series, value));
    // A passage of an undated document takes the dates that it names, unless the document was given as undated.
    let dates =
        |date| std::iter::once(date).chain(&document.events).map(|date| date.interval).collect::<Vec<DateInterval>>();
    let own = document.date.as_ref().map(dates).or_else(|| document.undated.then(Vec::new));
    let named = || {
        passage.dates.iter().filter(|date| date.source == DateSource::Stated).filter_map(|date| date.interval).collect()
    };
    for interval in own.unwrap_or_else(named) {
        row.add_u64(fields.date_start, interval.start.as_number());
        row.add_u64(fields.date_end, interval.end.as_number());
    }
    (u64::from(!partners.is_empty()) * flag::PARTNER)
        | (u64::from(!themes.is_empty()) * flag::THEME)
        | (u64::from(commitment.is_some()) * flag::COMMITMENT)
        | (u64::from(!series.is_empty()) * flag::SERIES)
}
