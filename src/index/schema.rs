//! The fields of the schema, each with its purpose.

use tantivy::schema::{FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions};

use super::layout::LayoutFields;

/// Bits of the field `flags`.
pub mod flag {
    use crate::document::{DateInterval, DateSource, DocumentDate};

    /// A line of a table of contents.
    pub const TOC: u64 = 1;
    /// A footnote.
    pub const FOOTNOTE: u64 = 2;
    /// The text was repaired by more than white space: matches are verified against the text.
    pub const REPAIRED: u64 = 4;
    /// The first passage of a section, whose row has the words of the whole section.
    pub const SECTION: u64 = 64;
    /// The passage names a partner.
    pub const PARTNER: u64 = 128;
    /// The passage has a theme.
    pub const THEME: u64 = 256;
    /// The passage has a commitment.
    pub const COMMITMENT: u64 = 2048;
    /// The row of a document, of a file or of lines. Every row has flags: a column without gaps is read faster.
    pub const NO_PASSAGE: u64 = 512;
    /// The passage names a series of meetings, or its document is about one.
    pub const SERIES: u64 = 4096;
    /// The date and the events of the document lie in one year: date columns need no further look-up.
    pub const ONE_YEAR: u64 = 1024;
    /// The passage is no running text: a caption, a source line, a list of addresses.
    pub const NO_PROSE: u64 = 8192;
    /// Shift of the four bits that tell how much of the passage stands in sentences.
    pub const PROSE_SHIFT: u32 = 14;
    /// Greatest value of those bits.
    pub const PROSE_LEVELS: u64 = 15;

    /// Returns how much of a passage stands in sentences, from 0 (nothing) to 1 (about three sentences or more).
    pub fn prose(flags: u64) -> f32 {
        (flags >> PROSE_SHIFT & PROSE_LEVELS) as f32 / PROSE_LEVELS as f32
    }

    /// The document has a date of its own.
    const DATED: u64 = 8;
    /// Shift of the two bits that hold the source of the date.
    const SOURCE_SHIFT: u32 = 4;
    const SOURCES: [DateSource; 4] =
        [DateSource::Given, DateSource::Stated, DateSource::Relative, DateSource::Inferred];

    /// Returns the bits for the date of a document and for its events.
    pub fn dated(date: &DocumentDate, events: &[DocumentDate]) -> u64 {
        let code = SOURCES.iter().position(|known| *known == date.source).unwrap_or(0) as u64;
        let DateInterval { start, end } = date.interval;
        let all_in =
            |event: &DocumentDate| event.interval.start.year == start.year && event.interval.end.year == start.year;
        DATED | code << SOURCE_SHIFT | if start.year == end.year && events.iter().all(all_in) { ONE_YEAR } else { 0 }
    }

    /// Decodes the source of the document's date; `None` for an undated document.
    pub fn date_source(flags: u64) -> Option<DateSource> {
        (flags & DATED != 0).then(|| SOURCES[(flags >> SOURCE_SHIFT & 3) as usize])
    }
}

/// All fields of the index.
#[derive(Clone, Debug)]
pub struct Fields {
    /// `p` passage, `s` first passage of a section, `d` document, `f` source file, `l` lines of a source file.
    pub kind: Field,
    /// Hash of the document id, used for deletes and look-ups.
    pub key: Field,
    /// Hash of the source path, on the rows of documents and files; with a number behind it on the rows of lines.
    pub source: Field,
    /// Name of the commit that wrote the row: deletes of a commit spare its own rows.
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
    /// Sound and word of each word of the texts, on some of its passages, for suggestions.
    pub sounds: Field,
    /// Keys of the dates named in the passage.
    pub when: Field,
    /// `role:path` of each partner.
    pub partner: Field,
    /// Path of each theme.
    pub theme: Field,
    /// The strongest commitment of the passage.
    pub commitment: Field,
    /// Key of each series of meetings that the passage names or its document is about, a tab, its name.
    pub series: Field,
    /// First days as `20171016`: that of the document, then those of its events. For a passage of an undated document,
    /// the days that it names. Absent where unknown.
    pub date_start: Field,
    /// Last days; as `date_start`.
    pub date_end: Field,
    /// On the row of a document, which precedes its passages: number of its root, a tab, its path below the root.
    pub path: Field,
    /// On the row of a document: its publishers.
    pub publisher: Field,
    /// Number that the passages of one document share.
    pub document: Field,
    /// Bits of [`flag`].
    pub flags: Field,
    /// Two halves of the sketch of the passage's text, for detecting near-duplicates.
    pub sketch: [Field; 2],
    /// How the folded texts of passage, headings and title map to their texts.
    pub layouts: [LayoutFields; 3],
    /// Hash of the headings, partners and statements of a passage: near-duplicates share it.
    pub frame: Field,
    /// The record as JSON.
    pub record: Field,
    /// Lines of a source file that holds many documents, in binary form.
    pub lines: Field,
}

impl Fields {
    /// Builds the schema and its fields.
    pub fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        // Texts arrive as terms: no tokenizer of tantivy runs.
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
        // These fields are matched but never ranked: no field lengths are kept.
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
            sounds: builder.add_text_field("sounds", exact.clone()),
            when: builder.add_text_field("when", exact),
            partner: builder.add_text_field("partner", facet.clone()),
            theme: builder.add_text_field("theme", facet.clone()),
            commitment: builder.add_text_field("commitment", facet.clone()),
            series: builder.add_text_field("series", facet.clone()),
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
            // Stored as text: tantivy reads and writes a bytes field one byte at a time.
            record: builder.add_text_field("record", STORED),
            lines: builder.add_bytes_field("lines", STORED),
        };
        (builder.build(), fields)
    }
}
