//! The words of an index, for suggestions: by themselves and by their sounds.

use std::collections::BTreeSet;
use std::sync::Arc;

use tantivy::InvertedIndexReader;
use tantivy::schema::Field;

use crate::engine::SearchError;
use crate::engine::ranking::vocabulary::Vocabulary;
use crate::index::{IndexError, OpenIndex, SOUND_END};
use crate::query::budget::{Pace, Watch};

/// The words of an index, in the dictionaries of terms of its segments.
pub(super) struct WordsOfIndex<'a> {
    index: &'a OpenIndex,
    words: Vec<Arc<InvertedIndexReader>>,
    sounds: Vec<Arc<InvertedIndexReader>>,
}

impl<'a> WordsOfIndex<'a> {
    /// Opens the dictionaries.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn open(index: &'a OpenIndex) -> Result<Self, IndexError> {
        let of = |field: Field| {
            let segments = index.searcher().segment_readers().iter();
            let opened = segments.map(|segment| segment.inverted_index(field).map_err(|error| index.damaged(error)));
            opened.collect::<Result<_, IndexError>>()
        };
        Ok(Self { index, words: of(index.fields().words)?, sounds: of(index.fields().sounds)? })
    }

    /// Calls `see` with the terms from `from` on, in each segment until it returns false.
    fn walk(
        &self,
        segments: &[Arc<InvertedIndexReader>],
        from: &str,
        mut see: impl FnMut(&str) -> bool,
    ) -> Result<(), IndexError> {
        for inverted in segments {
            let stream = inverted.terms().range().ge(from).into_stream();
            let mut stream = stream.map_err(|error| self.index.damaged(error))?;
            while stream.advance() && str::from_utf8(stream.key()).is_ok_and(&mut see) {}
        }
        Ok(())
    }
}

impl Vocabulary for WordsOfIndex<'_> {
    fn has(&self, word: &str) -> Result<bool, SearchError> {
        // The dictionary has single characters too.
        if word.chars().nth(1).is_none() {
            return Ok(false);
        }
        for inverted in &self.words {
            if inverted.terms().term_ord(word).map_err(|error| self.index.damaged(error))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn each(&self, watch: &Watch, see: &mut dyn FnMut(&str)) -> Result<(), SearchError> {
        let mut pace = Pace::new(watch);
        self.walk(&self.words, "", |word| {
            if word.chars().nth(1).is_some() {
                see(word);
            }
            // A word costs about as much as eight postings.
            !pace.is_over(8)
        })?;
        Ok(())
    }

    fn sounding(&self, sound: &str, whole: bool) -> Result<BTreeSet<(String, String)>, SearchError> {
        let mut found = BTreeSet::new();
        self.walk(&self.sounds, sound, |term| {
            let Some((other, word)) = term.split_once(SOUND_END) else { return false };
            let fits = if whole { other == sound } else { other.starts_with(sound) };
            found.extend(fits.then(|| (other.to_owned(), word.to_owned())));
            fits
        })?;
        Ok(found)
    }

    fn some_sound_begins(&self, sound: &str) -> Result<bool, SearchError> {
        let mut any = false;
        self.walk(&self.sounds, sound, |term| {
            any |= term.starts_with(sound);
            false
        })?;
        Ok(any)
    }
}
