//! Postings and counts of the units of a query in a segment.

use std::io;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, Term};

use super::char_view::{CharView, PairTerms};
use super::segment_view::Segment;
use crate::engine::ranking::statistics::{Counts, Units};
use crate::index::{IndexError, OpenIndex};

/// Term infos of the units in one segment.
pub(super) struct Terms<'a> {
    pub section_words: Arc<InvertedIndexReader>,
    pub words: Arc<InvertedIndexReader>,
    pub body: &'a CharView,
    pub section_norms: FieldNormReader,
    pub word_norms: FieldNormReader,
    pub body_norms: FieldNormReader,
    /// For each word: in sections, in passages.
    pub of_words: Vec<Option<(TermInfo, TermInfo)>>,
    /// For each bigram: terms with any flags.
    pub of_grams: Vec<PairTerms>,
    pub counts: Counts,
}

impl<'a> Terms<'a> {
    pub fn of(index: &OpenIndex, segment: &'a Segment<'_>, units: &Units) -> Result<Self, IndexError> {
        let (fields, reader) = (index.fields(), segment.reader);
        let inverted = |field| reader.inverted_index(field).map_err(|error| index.damaged(error));
        let norms = |field| reader.get_fieldnorms_reader(field).map_err(|error| index.damaged(error));
        let (section_words, words) = (inverted(fields.section_words)?, inverted(fields.words)?);
        let info = |inverted: &InvertedIndexReader, word: &str| {
            inverted.terms().get(word).map_err(|error| index.damaged(error))
        };
        let of_words = units.words.iter().map(|word| {
            let Some(in_sections) = info(&section_words, word)? else { return Ok(None) };
            // A section has the words of its passages and of its headings, so a word may be in sections alone.
            Ok(Some((in_sections, info(&words, word)?.unwrap_or_default())))
        });
        let of_words = of_words.collect::<Result<Vec<_>, IndexError>>()?;
        let of_grams = units
            .grams
            .iter()
            .map(|(first, second)| segment.body.terms((*first, Some(*second))).map_err(|error| index.damaged(error)));
        let of_grams = of_grams.collect::<Result<Vec<_>, IndexError>>()?;
        let open = |info: &TermInfo| section_words.read_postings_from_terminfo(info, IndexRecordOption::Basic);
        let with_word = of_words.iter().map(|infos| infos.as_ref().map_or(Ok(0), |(info, _)| segment.live(info, open)));
        let with_gram = of_grams.iter().map(|terms| segment.live_with_pair(terms));
        let with_word = with_word.collect::<io::Result<_>>().map_err(|error| index.damaged(error))?;
        let with_gram = with_gram.collect::<io::Result<_>>().map_err(|error| index.damaged(error))?;
        let live_with = |kind: &str| {
            segment.live_with(&Term::from_field_text(fields.kind, kind)).map_err(|error| index.damaged(error))
        };
        let (section_norms, word_norms, body_norms) =
            (norms(fields.section_words)?, norms(fields.words)?, norms(fields.body)?);
        Ok(Self {
            counts: Counts {
                rows: segment.rows(),
                sections: live_with("s")?,
                passages: live_with("p")?,
                with_word,
                with_gram,
                section_length: segment.live_length(section_words.total_num_tokens(), &section_norms),
                passage_length: segment.live_length(words.total_num_tokens(), &word_norms),
                passage_chars: segment.live_length(segment.body.chars(), &body_norms),
            },
            of_words,
            of_grams,
            section_norms,
            word_norms,
            body_norms,
            section_words,
            words,
            body: &segment.body,
        })
    }
}
