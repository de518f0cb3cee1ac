//! The words of a segment by their sounds, for suggestions: a dictionary of terms that consist of sound and word.

use std::io;

use tantivy::DocId;
use tantivy::postings::FieldSerializer;

use super::Stream;
use crate::analysis::{Analyzer, sound};
use crate::index::term_numbers::{MAX_TERM_BYTES, Numbered};

/// Ends the sound in a term; a sound has only Latin letters.
pub const SOUND_END: char = '\t';
/// Passages listed for each word. A merge drops a term whose passages are all deleted, so a frequent word gets more
/// than one; all of them would take as much space as the word view.
const MOST_PASSAGES: usize = 16;

/// Returns the terms of the words of a segment, sorted, each with its first passages.
pub(super) fn terms(words: &Stream, texts: &Numbered<Box<[u8]>>) -> Vec<(String, Vec<DocId>)> {
    let mut met: Vec<(u32, DocId)> = Vec::new();
    // For each word, its number of passages and the last of them.
    let mut counts = vec![(0, DocId::MAX); texts.len()];
    for (doc, words) in words.documents() {
        for number in words {
            let (count, last) = &mut counts[*number as usize];
            if *count < MOST_PASSAGES && *last != doc {
                (*count, *last) = (*count + 1, doc);
                met.push((*number, doc));
            }
        }
    }
    met.sort_unstable();
    // Own words do not change readings.
    let analyzer = Analyzer::new();
    let term = |text: &[u8], number: &u32| {
        let word = str::from_utf8(text).ok().filter(|word| word.chars().nth(1).is_some())?;
        let from = met.partition_point(|(other, _)| other < number);
        let docs = met[from..].iter().take_while(|(other, _)| other == number).map(|(_, doc)| *doc);
        let docs: Vec<DocId> = docs.collect();
        let term = format!("{}{SOUND_END}{word}", sound(&analyzer, word).filter(|_| !docs.is_empty())?);
        (!term.starts_with(SOUND_END) && term.len() <= MAX_TERM_BYTES).then_some((term, docs))
    };
    let mut terms: Vec<(String, Vec<DocId>)> = texts.iter().filter_map(|(text, number)| term(text, number)).collect();
    terms.sort_unstable();
    terms
}

/// Writes the terms of [`terms`].
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(terms: &[(String, Vec<DocId>)], serializer: &mut FieldSerializer<'_>) -> io::Result<()> {
    for (term, docs) in terms {
        serializer.new_term(term.as_bytes(), docs.len() as u32, false)?;
        docs.iter().for_each(|doc| serializer.write_doc(*doc, 0, &[]));
        serializer.close_term()?;
    }
    Ok(())
}
