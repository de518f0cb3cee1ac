//! The fields, each with what it is for.

use tantivy::schema::{FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions};

use super::layout::LayoutFields;

/// Bits of the field `flags`.
pub mod flag {
    use crate::document::{DateInterval, DateSource, DocumentDate};

    /// A line of a table of contents.
    pub const TOC: u64 = 1;
    /// A footnote.
    pub const FOOTNOTE: u64 = 2;
    /// The text was mended by more than white space: matches are looked at again.
    pub const REPAIRED: u64 = 4;
    /// The first passage of a section, which holds the words of all.
    pub const SECTION: u64 = 64;
    /// It names a partner.
    pub const PARTNER: u64 = 128;
    /// It has a theme.
    pub const THEME: u64 = 256;
    /// The row of a document or a file. Each row has flags: a column without gaps is read faster.
    pub const NO_PASSAGE: u64 = 512;
    /// The date of the document and its events lie in one year: the other days need not be looked up.
    pub const ONE_YEAR: u64 = 1024;
    /// The document has a date of its own.
    const DATED: u64 = 8;
    /// How the date is known stands in two bits from here.
    const SOURCE_SHIFT: u32 = 4;
    const SOURCES: [DateSource; 4] =
        [DateSource::Given, DateSource::Stated, DateSource::Relative, DateSource::Inferred];

    /// The bits for the date of a document and the days of its events.
    pub fn dated(date: &DocumentDate, events: &[DocumentDate]) -> u64 {
        let code = SOURCES.iter().position(|known| *known == date.source).unwrap_or(0) as u64;
        let DateInterval { start, end } = date.interval;
        let all_in =
            |event: &DocumentDate| event.interval.start.year == start.year && event.interval.end.year == start.year;
        DATED | code << SOURCE_SHIFT | if start.year == end.year && events.iter().all(all_in) { ONE_YEAR } else { 0 }
    }

    /// How the document's date is known; `None` for an undated document.
    pub fn date_source(flags: u64) -> Option<DateSource> {
        (flags & DATED != 0).then(|| SOURCES[(flags >> SOURCE_SHIFT & 3) as usize])
    }
}

/// All fields of the index.
#[derive(Clone, Debug)]
pub struct Fields {
    /// `p` passage, `s` first passage of a section, `d` document, `f` source file.
    pub kind: Field,
    /// Hash of the document id: deletes and look-ups go by it.
    pub key: Field,
    /// Hash of the source path; on documents and files.
    pub source: Field,
    /// Which commit wrote it: deletes spare what is written beside them.
    pub commit: Field,
    /// Character view of the passage: bigrams with positions, word boundaries in the term.
    pub body: Field,
    /// Character view of the headings.
    pub heading: Field,
    /// Character view of the title.
    pub title: Field,
    /// Word view of passage, headings and title, for ranking: frequencies only.
    pub words: Field,
    /// Word view of a section, on its first passage, for finding sections by a question.
    pub section_words: Field,
    /// Keys of the dates named in the passage.
    pub when: Field,
    /// `role:path` of each partner.
    pub partner: Field,
    /// Path of each theme.
    pub theme: Field,
    /// First and last day of the document, as `20171016`, then those of its events; of an undated document's passage
    /// those that it names; absent where unknown.
    pub date_start: Field,
    /// See `date_start`.
    pub date_end: Field,
    /// On the row of a document, which stands before those of its passages: number of its root, a tab, its path below
    /// it.
    pub path: Field,
    /// On the row of a document: who published it.
    pub publisher: Field,
    /// Number that the passages of one document share.
    pub document: Field,
    /// Bits of [`flag`].
    pub flags: Field,
    /// Two halves of the sketch of the passage's text, for telling near duplicates.
    pub sketch: [Field; 2],
    /// How the folded texts of passage, headings and title lie over the texts.
    pub layouts: [LayoutFields; 3],
    /// Hash of the headings and the partners of a passage: near duplicates have the same.
    pub frame: Field,
    /// The record as JSON.
    pub record: Field,
}

impl Fields {
    /// The schema and its fields.
    pub fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        // Texts come cut into terms: no tokenizer of tantivy's ever sees one.
        let chars = |fieldnorms| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(fieldnorms);
            TextOptions::default().set_indexing_options(indexing)
        };
        let words = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(true);
        // Found, never ranked: no lengths are kept.
        let exact = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let exact = TextOptions::default().set_indexing_options(exact);
        let facet = TextOptions::default().set_fast("raw");
        let number: NumericOptions = FAST.into();
        let fields = Self {
            kind: builder.add_text_field("kind", exact.clone()),
            key: builder.add_text_field("key", exact.clone()),
            source: builder.add_text_field("source", exact.clone()),
            commit: builder.add_text_field("commit", exact.clone()),
            body: builder.add_text_field("body", chars(true)),
            heading: builder.add_text_field("heading", chars(false)),
            title: builder.add_text_field("title", chars(false)),
            words: builder.add_text_field("words", TextOptions::default().set_indexing_options(words.clone())),
            section_words: builder.add_text_field("section_words", TextOptions::default().set_indexing_options(words)),
            when: builder.add_text_field("when", exact),
            partner: builder.add_text_field("partner", facet.clone()),
            theme: builder.add_text_field("theme", facet.clone()),
            path: builder.add_text_field("path", facet.clone()),
            publisher: builder.add_text_field("publisher", facet),
            date_start: builder.add_u64_field("date_start", number.clone()),
            date_end: builder.add_u64_field("date_end", number.clone()),
            document: builder.add_u64_field("document", number.clone().set_indexed()),
            flags: builder.add_u64_field("flags", number.clone()),
            sketch: [
                builder.add_u64_field("sketch_low", number.clone()),
                builder.add_u64_field("sketch_high", number.clone()),
            ],
            frame: builder.add_u64_field("frame", number),
            layouts: ["body", "heading", "title"].map(|text| LayoutFields::add(&mut builder, text)),
            // As text: tantivy writes and reads a field of bytes byte by byte.
            record: builder.add_text_field("record", STORED),
        };
        (builder.build(), fields)
    }
}
