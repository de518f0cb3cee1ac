//! Builds one segment in memory and writes it in tantivy's format.
//!
//! tantivy looks each token up in one hash table and appends to that term's list: three cache misses a token, and the
//! character view has one token per character. Here a field is the sequence of its term numbers in text order. When the
//! segment is full, a counting sort in linear time groups the occurrences by term. tantivy writes, reads and merges the
//! resulting files.

use std::sync::Arc;

use tantivy::directory::TerminatingWrite;
use tantivy::fastfield::FastFieldsWriter;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::store::StoreWriter;
use tantivy::{DocId, Index, SegmentMeta, TantivyDocument};

use super::layout::Layout;
use super::schema::Fields;
use super::term_numbers::Numbers;
use super::terms;
use crate::analysis::Word;

/// Fraction of the memory (one in four) that is kept for sorting the occurrences.
const DEALT_PART: usize = 4;
/// Terms per chunk of a field; a document with more terms has a larger chunk.
const CHUNK_TERMS: usize = 16 << 10;

/// One document of a segment.
pub(super) struct Row {
    /// Stored fields and columns.
    pub columns: TantivyDocument,
    /// Terms without frequencies: keys and numbers.
    pub exact: Vec<(Field, Vec<u8>)>,
    /// The texts of a passage.
    pub texts: Option<Texts>,
}

/// The views of a passage.
pub(super) struct Texts {
    /// Character view of the passage.
    pub body: Vec<u64>,
    /// Words of the passage.
    pub words: Vec<Word>,
    /// The headings above it.
    pub heading: Arc<View>,
    /// The title of its document.
    pub title: Arc<View>,
    /// Its place in the section.
    pub step: Step,
}

/// Both views of a title or of headings.
#[derive(Default)]
pub(super) struct View {
    pub chars: Vec<u64>,
    pub layout: Layout,
    pub words: Vec<Word>,
}

/// The place of a passage in its section. The discriminant indexes title, headings and passage: the words from there on
/// are new to the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is the first passage of the section.
    Begins,
    /// Its headings differ from those of the previous passage.
    Heading,
    /// It continues under the same headings.
    GoesOn,
}

/// The terms of a field so far, in chunks: a growing vector is copied, and the allocator keeps the old buffer for a
/// while.
#[derive(Default)]
struct Stream {
    chunks: Vec<Chunk>,
    count: usize,
    /// Memory held, in bytes.
    bytes: usize,
}

/// The term numbers in text order, and the end of each document.
struct Chunk {
    terms: Vec<u32>,
    ends: Vec<(DocId, u32)>,
}

impl Stream {
    /// Adds the terms of a document.
    fn add(&mut self, doc: DocId, terms: impl ExactSizeIterator<Item = u32>) {
        let count = terms.len();
        if count == 0 {
            return;
        }
        self.count += count;
        if self.chunks.last().is_none_or(|chunk| chunk.terms.capacity() - chunk.terms.len() < count) {
            let room = count.max(CHUNK_TERMS);
            self.chunks.push(Chunk { terms: Vec::with_capacity(room), ends: Vec::new() });
            self.bytes += room * size_of::<u32>();
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.terms.extend(terms);
            chunk.ends.push((doc, chunk.terms.len() as u32));
            self.bytes += size_of::<(DocId, u32)>();
        }
    }

    /// Iterates over the documents with their terms, in order.
    fn documents(&self) -> impl Iterator<Item = (DocId, &[u32])> {
        self.chunks.iter().flat_map(|chunk| {
            let mut from = 0;
            chunk
                .ends
                .iter()
                .map(move |(doc, end)| (*doc, &chunk.terms[std::mem::replace(&mut from, *end as usize)..*end as usize]))
        })
    }
}

/// A segment being built.
pub(super) struct SegmentBuilder {
    segment: Segment,
    schema: Schema,
    /// Term number of the commit's name, which all rows have.
    commit: u32,
    fields: Fields,
    numbers: Numbers,
    /// One stream per field, indexed by field number.
    streams: Vec<Stream>,
    columns: FastFieldsWriter,
    store: StoreWriter,
    norms: FieldNormsWriter,
    count: DocId,
    memory_bytes: usize,
    /// First passage of the current section, and the number of words of the section.
    section: Option<(DocId, u32)>,
}

impl SegmentBuilder {
    /// Begins a segment whose rows all belong to one commit, with a bound on memory in bytes.
    pub fn new(index: &Index, fields: &Fields, commit: &str, memory_bytes: usize) -> tantivy::Result<Self> {
        let (segment, schema, settings) = (index.new_segment(), index.schema(), index.settings());
        let store = StoreWriter::new(
            segment.open_write(SegmentComponent::Store)?,
            settings.docstore_compression,
            settings.docstore_blocksize,
            settings.docstore_compress_dedicated_thread,
        )?;
        let mut numbers = Numbers::new();
        Ok(Self {
            fields: fields.clone(),
            commit: numbers.text(commit.as_bytes()),
            numbers,
            streams: schema.fields().map(|_| Stream::default()).collect(),
            columns: FastFieldsWriter::from_schema_and_tokenizer_manager(
                &schema,
                index.fast_field_tokenizer().clone(),
            )?,
            store,
            norms: FieldNormsWriter::for_schema(&schema),
            count: 0,
            memory_bytes,
            section: None,
            segment,
            schema,
        })
    }

    /// Adds rows of one document or file; call [`Self::end_document`] after its last row.
    pub fn add(&mut self, rows: &[Row]) -> tantivy::Result<()> {
        for row in rows {
            let doc = self.count;
            self.count += 1;
            self.store.store(&row.columns, &self.schema)?;
            self.columns.add_document(&row.columns)?;
            self.add_exact(self.fields.commit, doc, self.commit);
            for (field, term) in &row.exact {
                let number = self.numbers.text(term);
                self.add_exact(*field, doc, number);
            }
            if let Some(texts) = &row.texts {
                self.add_texts(doc, texts);
            }
        }
        Ok(())
    }

    /// Ends the document whose rows were added.
    pub fn end_document(&mut self) {
        self.end_section();
    }

    /// Adds one term to a field without frequencies or lengths.
    fn add_exact(&mut self, field: Field, doc: DocId, number: u32) {
        self.streams[field.field_id() as usize].add(doc, std::iter::once(number));
    }

    fn add_texts(&mut self, doc: DocId, texts: &Texts) {
        let Fields { body, heading, title, words, section_words, .. } = self.fields;
        for (field, pairs) in [(body, &texts.body), (heading, &texts.heading.chars), (title, &texts.title.chars)] {
            self.streams[field.field_id() as usize].add(doc, pairs.iter().map(|pair| self.numbers.pair(*pair)));
            self.norms.record(doc, field, pairs.len() as u32);
        }
        if texts.step == Step::Begins {
            self.end_section();
            self.section = Some((doc, 0));
        }
        let mut all = Vec::new();
        let starts = [&texts.title.words, &texts.heading.words, &texts.words].map(|text| {
            let start = all.len();
            all.extend(text.iter().filter_map(|word| self.numbers.word(word)));
            start
        });
        // A section counts the title once, headings where they change, and the words of all its passages.
        let fresh = &all[starts[texts.step as usize]..];
        if let Some((first, count)) = &mut self.section {
            self.streams[section_words.field_id() as usize].add(*first, fresh.iter().copied());
            *count += fresh.len() as u32;
        }
        self.norms.record(doc, words, all.len() as u32);
        self.streams[words.field_id() as usize].add(doc, all.into_iter());
    }

    fn end_section(&mut self) {
        if let Some((first, count)) = self.section.take() {
            self.norms.record(first, self.fields.section_words, count);
        }
    }

    /// Tells whether the segment must be written now to stay within the memory.
    pub fn is_full(&self) -> bool {
        !self.has_room(0)
    }

    /// Tells whether `bytes` more can be held and written.
    pub fn has_room(&self, bytes: usize) -> bool {
        let streams: usize = self.streams.iter().map(|stream| stream.bytes).sum();
        let held = streams + self.numbers.bytes() + self.columns.mem_usage() + self.norms.mem_usage();
        held + bytes + self.memory_bytes / DEALT_PART < self.memory_bytes
    }

    /// Writes the segment and returns the metadata by which the index writer adds it.
    pub fn finish(mut self) -> tantivy::Result<SegmentMeta> {
        self.store.close()?;
        let mut columns = self.segment.open_write(SegmentComponent::FastFields)?;
        self.columns.serialize(&mut columns, None)?;
        columns.terminate()?;
        drop(self.columns);
        self.norms.fill_up_to_max_doc(self.count);
        self.norms.serialize(
            FieldNormsSerializer::from_write(self.segment.open_write(SegmentComponent::FieldNorms)?)?,
            None,
        )?;
        let norms = FieldNormReaders::open(self.segment.open_read(SegmentComponent::FieldNorms)?)?;
        let (pairs, texts) = self.numbers.sorted();
        let mut serializer = InvertedIndexSerializer::open(&self.segment)?;
        let Fields { body, heading, title, section_words, words, sounds, .. } = self.fields;
        let by_sound = sounds::terms(&self.streams[words.field_id() as usize], &texts);
        let at_once = self.memory_bytes / DEALT_PART / size_of::<Occurrence>();
        for (field, entry) in self.schema.fields() {
            if field == sounds && !by_sound.is_empty() {
                let passages: usize = by_sound.iter().map(|(_, docs)| docs.len()).sum();
                let mut field_serializer = serializer.new_field(field, passages as u64, None)?;
                sounds::write(&by_sound, &mut field_serializer)?;
                field_serializer.close()?;
                continue;
            }
            let stream = std::mem::take(&mut self.streams[field.field_id() as usize]);
            let Some(option) = entry.field_type().index_record_option().filter(|_| stream.count > 0) else { continue };
            let of_pairs = [body, heading, title].contains(&field);
            // From field lengths tantivy computes the best score of a block, which only the search of sections uses.
            let lengths = if field == section_words { norms.get_field(field)? } else { None };
            // Sum of the rounded lengths. tantivy sums rounded lengths when it merges segments with deletes; so the
            // mean length, and with it every score, is the same before and after a merge.
            let total = match norms.get_field(field)? {
                Some(norms) => (0..self.count).map(|doc| u64::from(norms.fieldnorm(doc))).sum(),
                None => stream.count as u64,
            };
            let mut field_serializer = serializer.new_field(field, total, lengths)?;
            if of_pairs {
                let terms = pairs.iter().copied();
                deal(&stream, pairs.len(), at_once, option, &mut field_serializer, terms, terms::pair_term)?;
            } else {
                let terms = texts.iter().map(|(text, number)| (&**text, *number));
                deal(&stream, texts.len(), at_once, option, &mut field_serializer, terms, |text| text)?;
            }
            field_serializer.close()?;
        }
        serializer.close()?;
        let segment = self.segment.with_max_doc(self.count);
        let meta = segment.meta().clone();
        meta.untrack_temp_docstore();
        Ok(meta)
    }
}

/// Most passes over a field, however small the memory.
const MOST_HANDS: usize = 16;

/// A document and a position in it.
type Occurrence = (DocId, u32);

/// Groups the occurrences of a field by term, as many terms per pass as `at_once` occurrences allow, and writes each
/// term. The terms come in order.
fn deal<T, B: AsRef<[u8]>>(
    stream: &Stream,
    numbers: usize,
    at_once: usize,
    option: IndexRecordOption,
    serializer: &mut FieldSerializer<'_>,
    terms: impl Iterator<Item = (T, u32)>,
    bytes: impl Fn(T) -> B,
) -> std::io::Result<()> {
    /// Place of a term that another pass writes.
    const ELSEWHERE: u32 = u32::MAX;
    // Each pass reads the whole field: this bounds the passes to `MOST_HANDS` where the field is far larger than the
    // memory.
    let at_once = at_once.max(stream.count / MOST_HANDS);
    let mut counts = vec![0u32; numbers];
    stream.documents().flat_map(|(_, terms)| terms).for_each(|number| counts[*number as usize] += 1);
    let mut places = vec![ELSEWHERE; numbers];
    let mut dealt: Vec<Occurrence> = Vec::new();
    // For the current term: its frequency in each document, and the position deltas within one document.
    let (mut counts_within, mut deltas) = (Vec::new(), Vec::new());
    let mut terms = terms.filter(|(_, number)| counts[*number as usize] > 0).peekable();
    while let Some((term, number)) = terms.next() {
        let count = counts[number as usize] as usize;
        if count > at_once {
            // A very frequent term (all of a text that repeats one letter) is read directly from the field, without
            // sorting.
            write_alone(stream, number, option, serializer, bytes(term).as_ref())?;
            continue;
        }
        places[number as usize] = 0;
        let (mut hand, mut size) = (vec![(term, number)], count);
        while let Some((term, number)) =
            terms.next_if(|(_, number)| size + counts[*number as usize] as usize <= at_once)
        {
            places[number as usize] = size as u32;
            size += counts[number as usize] as usize;
            hand.push((term, number));
        }
        dealt.resize(size, (0, 0));
        for (doc, terms) in stream.documents() {
            for (position, number) in terms.iter().enumerate() {
                let place = &mut places[*number as usize];
                if *place != ELSEWHERE {
                    dealt[*place as usize] = (doc, position as u32);
                    *place += 1;
                }
            }
        }
        let mut from = 0;
        for (term, number) in hand {
            let end = places[number as usize] as usize;
            places[number as usize] = ELSEWHERE;
            counts_within.clear();
            counts_within.extend(dealt[from..end].chunk_by(|a, b| a.0 == b.0).map(<[_]>::len));
            serializer.new_term(bytes(term).as_ref(), counts_within.len() as u32, option.has_freq())?;
            for count in &counts_within {
                let places = &dealt[from..from + count];
                from += count;
                deltas.clear();
                if option.has_positions() {
                    let mut last = 0;
                    deltas
                        .extend(places.iter().map(|(_, position)| position - std::mem::replace(&mut last, *position)));
                }
                serializer.write_doc(places[0].0, if option.has_freq() { places.len() as u32 } else { 0 }, &deltas);
            }
            serializer.close_term()?;
        }
    }
    Ok(())
}

/// Writes a term in two passes over its field: one counts its documents, one writes its positions.
fn write_alone(
    stream: &Stream,
    number: u32,
    option: IndexRecordOption,
    serializer: &mut FieldSerializer<'_>,
    term: &[u8],
) -> std::io::Result<()> {
    let places = || {
        let of_document = |(doc, terms): (DocId, _)| {
            <[u32]>::iter(terms).zip(0..).map(move |(other, position)| (doc, *other, position))
        };
        stream
            .documents()
            .flat_map(of_document)
            .filter(|(_, other, _)| *other == number)
            .map(|(doc, _, position)| (doc, position))
    };
    let (mut documents, mut last) = (0, None);
    for (doc, _) in places() {
        documents += u32::from(last != Some(doc));
        last = Some(doc);
    }
    serializer.new_term(term, documents, option.has_freq())?;
    let mut deltas: Vec<u32> = Vec::new();
    let mut places = places().peekable();
    while let Some((doc, mut before)) = places.next() {
        let mut count = 1;
        deltas.clear();
        deltas.extend(option.has_positions().then_some(before));
        while let Some((_, position)) = places.next_if(|(other, _)| *other == doc) {
            count += 1;
            if option.has_positions() {
                deltas.push(position - std::mem::replace(&mut before, position));
            }
        }
        serializer.write_doc(doc, if option.has_freq() { count } else { 0 }, &deltas);
    }
    serializer.close_term()
}

mod sounds;
pub use sounds::SOUND_END;

#[cfg(test)]
mod tests;
