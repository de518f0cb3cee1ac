//! Compares our segments with those of tantivy's own writer for the same terms.

#![allow(clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use tantivy::index::SegmentReader;
use tantivy::indexer::NoMergePolicy;
use tantivy::postings::Postings;
use tantivy::schema::{FieldType, IndexRecordOption};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{DocSet, Document as _, Index, IndexSettings, TERMINATED, TantivyDocument};

use super::super::record::{DocumentRows, FileRecord, IndexedDocument, file_row};
use super::*;
use crate::analysis::{Analyzer, sound};
use crate::document::{Document, PageDay, PageLink, Passage, PassageKind, SourceId};

/// Documents with a passage per line of the corpus, under changing headings, and one passage of a single repeated
/// letter.
fn documents() -> Vec<IndexedDocument> {
    let mut files: Vec<_> = std::fs::read_dir("corpus").expect("the corpus").map(|e| e.expect("one").path()).collect();
    files.sort();
    let mut texts: Vec<String> =
        files.iter().map(|file| String::from_utf8_lossy(&std::fs::read(file).expect("a file")).into_owned()).collect();
    texts.push(format!("短い。\n{}\n同じ字だけの節の次。", "あ".repeat(30_000)));
    texts.iter().enumerate().map(|(at, text)| document(at, text)).collect()
}

fn document(number: usize, text: &str) -> IndexedDocument {
    let id = format!("文書{number}");
    let lines = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
    let passages: Vec<Passage> = lines
        .map(|(at, line)| Passage {
            id: format!("{id}#{at}"),
            index: at,
            kind: if at % 7 == 3 { PassageKind::Footnote } else { PassageKind::Body },
            heading: vec![format!("第{}章 国際連携", at / 9), format!("{}節", at / 3)],
            text: line.to_owned(),
            lines: (at + 1, at + 1),
            ..Passage::default()
        })
        .collect();
    let document = Document {
        id,
        path: String::new(),
        title: "サイバーセキュリティ国際連携の概要".to_owned(),
        url: None,
        publisher: number.is_multiple_of(2).then(|| "総務省".to_owned()),
        date: None,
        accessed: None,
        undated: number == 1,
        page_day: PageDay::Unknown,
        links: vec![PageLink::new("資料", "https://www.example.go.jp/1.pdf")],
        events: Vec::new(),
        partners: Vec::new(),
        themes: Vec::new(),
        series: Vec::new(),
        renames: Vec::new(),
        passages,
    };
    IndexedDocument {
        passage_count: document.passages.len(),
        document,
        source: SourceId { root: 0, path: Default::default() },
        hash: String::new(),
    }
}

/// Builds the rows of each document and of a file.
fn rows(fields: &Fields, documents: &[IndexedDocument]) -> Vec<Vec<Row>> {
    let analyzer = Analyzer::new();
    let mut all: Vec<Vec<Row>> = documents
        .iter()
        .map(|document| DocumentRows::new(fields, document, &analyzer).take_chars(usize::MAX))
        .collect();
    all.push(vec![file_row(
        fields,
        &FileRecord {
            id: SourceId { root: 0, path: Default::default() },
            size: 1,
            modified_ns: 2,
            hash: "三".to_owned(),
            documents: 1,
            problems: Vec::new(),
            warnings: Vec::new(),
            skipped: false,
            accepted: false,
        },
    )]);
    all
}

fn index() -> (Index, Fields) {
    let (schema, fields) = Fields::schema();
    let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    (Index::builder().schema(schema).settings(settings).create_in_ram().expect("an index"), fields)
}

fn ours(rows: &[Vec<Row>], memory_bytes: usize) -> Index {
    let (index, fields) = index();
    let mut builder = SegmentBuilder::new(&index, &fields, "commit", memory_bytes).expect("a segment");
    for rows in rows {
        builder.add(rows).expect("rows");
        builder.end_document();
    }
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 20 << 20).expect("a writer");
    writer.add_segment(builder.finish().expect("a segment")).expect("a segment");
    writer.commit().expect("a commit");
    index
}

/// Wraps the terms of one text for tantivy.
fn cut(terms: impl Iterator<Item = String>) -> PreTokenizedString {
    let token = |(position, text)| Token { position, text, ..Token::default() };
    PreTokenizedString { text: String::new(), tokens: (0..).zip(terms).map(token).collect() }
}

/// Indexes the same terms with tantivy's writer. The words of a section belong to its first passage, so they are
/// gathered first.
fn theirs(rows: &[Vec<Row>]) -> Index {
    let (index, fields) = index();
    let schema = index.schema();
    let mut documents: Vec<TantivyDocument> = Vec::new();
    let mut sections: Vec<(usize, Vec<String>)> = Vec::new();
    let (analyzer, mut passages) = (Analyzer::new(), BTreeMap::<String, usize>::new());
    for row in rows.iter().flatten() {
        let mut document = row.columns.clone();
        document.add_text(fields.commit, "commit");
        for (field, term) in &row.exact {
            // The terms of a number come with its column.
            if matches!(schema.get_field_entry(*field).field_type(), FieldType::Str(_)) {
                document.add_text(*field, std::str::from_utf8(term).expect("a text"));
            }
        }
        if let Some(texts) = &row.texts {
            let views = [
                (fields.body, &texts.body),
                (fields.heading, &texts.heading.chars),
                (fields.title, &texts.title.chars),
            ];
            for (field, pairs) in views {
                document.add_pre_tokenized_text(field, cut(pairs.iter().map(|pair| terms::pair_term(*pair))));
            }
            let parts = [&texts.title.words, &texts.heading.words, &texts.words];
            let words =
                |from: usize| parts[from..].iter().flat_map(|words| words.iter()).map(|word| word.text().to_string());
            document.add_pre_tokenized_text(fields.words, cut(words(0)));
            for word in words(0).filter(|word| word.chars().count() > 1).collect::<BTreeSet<_>>() {
                let Some(sound) = sound(&analyzer, &word).filter(|sound| !sound.is_empty()) else { continue };
                let count = passages.entry(word.clone()).or_default();
                *count += 1;
                if *count <= 16 {
                    document.add_text(fields.sounds, format!("{sound}\t{word}"));
                }
            }
            if texts.step == Step::Begins {
                sections.push((documents.len(), Vec::new()));
            }
            sections.last_mut().expect("a section").1.extend(words(texts.step as usize));
        }
        documents.push(document);
    }
    for (first, words) in sections {
        documents[first].add_pre_tokenized_text(fields.section_words, cut(words.into_iter()));
    }
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 200 << 20).expect("a writer");
    writer.set_merge_policy(Box::new(NoMergePolicy));
    for document in documents {
        writer.add_document(document).expect("a document");
    }
    writer.commit().expect("a commit");
    index
}

/// Lists the whole content of one field of a segment: terms with documents, frequencies and positions, lengths, and
/// columns.
fn told(segment: &SegmentReader, field: Field, schema: &Schema) -> Vec<String> {
    let (entry, mut told) = (schema.get_field_entry(field), Vec::new());
    if let Some(option) = entry.field_type().index_record_option() {
        let index = segment.inverted_index(field).expect("an index");
        let mut terms = index.terms().stream().expect("terms");
        while terms.advance() {
            let info = terms.value().clone();
            let mut postings = index.read_postings_from_terminfo(&info, option).expect("postings");
            let mut line = format!("{:?} in {}:", terms.key(), info.doc_freq);
            let mut positions = Vec::new();
            while postings.doc() != TERMINATED {
                line += &format!(" {}", postings.doc());
                if option.has_freq() {
                    line += &format!("×{}", postings.term_freq());
                }
                if option.has_positions() {
                    postings.positions(&mut positions);
                    line += &format!("{positions:?}");
                }
                postings.advance();
            }
            told.push(line);
        }
        // Lengths are stored rounded. Ours sums the rounded lengths, so only the sum differs.
        if entry.has_fieldnorms() {
            let norms = segment.get_fieldnorms_reader(field).expect("lengths");
            told.extend((0..segment.max_doc()).map(|doc| format!("length {doc}: {}", norms.fieldnorm_id(doc))));
        } else if option == IndexRecordOption::WithFreqsAndPositions {
            told.push(format!("{} terms in all", index.total_num_tokens()));
        }
    }
    let columns = segment.fast_fields();
    for doc in (0..segment.max_doc()).filter(|_| entry.is_fast()) {
        told.push(match entry.field_type() {
            FieldType::U64(_) => {
                format!(
                    "{doc}: {:?}",
                    columns.u64(entry.name()).expect("numbers").values_for_doc(doc).collect::<Vec<_>>()
                )
            }
            FieldType::Str(_) => {
                let column = columns.str(entry.name()).expect("texts");
                format!(
                    "{doc}: {:?}",
                    column.map(|column| column.term_ords(doc).map(|ord| term(&column, ord)).collect::<Vec<_>>())
                )
            }
            _ => {
                let column = columns.bytes(entry.name()).expect("bytes");
                format!(
                    "{doc}: {:?}",
                    column.map(|column| column.term_ords(doc).map(|ord| bytes(&column, ord)).collect::<Vec<_>>())
                )
            }
        });
    }
    told
}

fn term(column: &tantivy::columnar::StrColumn, ord: u64) -> String {
    let mut term = String::new();
    column.ord_to_str(ord, &mut term).expect("a term");
    term
}

fn bytes(column: &tantivy::columnar::BytesColumn, ord: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    column.ord_to_bytes(ord, &mut bytes).expect("bytes");
    bytes
}

#[test]
fn a_segment_is_the_one_that_tantivy_writes_of_the_same_terms() {
    let (schema, fields) = Fields::schema();
    let documents = documents();
    let rows = rows(&fields, &documents);
    let reader = |index: &Index| index.reader().expect("a reader").searcher().segment_reader(0).clone();
    let expected = theirs(&rows);
    let expected = reader(&expected);
    // In one pass, and in many passes with one term written alone.
    for memory_bytes in [64 << 20, 64 << 10] {
        let found = ours(&rows, memory_bytes);
        let found = reader(&found);
        assert_eq!(found.max_doc(), expected.max_doc());
        assert!(found.max_doc() > 500, "{} rows", found.max_doc());
        for (field, entry) in schema.fields() {
            let (ours, theirs) = (told(&found, field, &schema), told(&expected, field, &schema));
            assert_eq!(ours.len(), theirs.len(), "{}", entry.name());
            assert!(field != fields.body || ours.len() > 5_000, "{} terms and lengths", ours.len());
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_eq!(ours, theirs, "{}", entry.name());
            }
        }
        let stores = [&found, &expected].map(|segment| segment.get_store_reader(10).expect("a store"));
        for doc in 0..found.max_doc() {
            let [ours, theirs] =
                stores.each_ref().map(|store| store.get::<TantivyDocument>(doc).expect("a document").to_json(&schema));
            assert_eq!(ours, theirs);
        }
    }
}
