//! The words of the texts, for suggestions: by themselves and by their sounds.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use tantivy::InvertedIndexReader;
use tantivy::schema::Field;

use crate::analysis::{Analyzer, sound};
use crate::index::{IndexError, OpenIndex, SOUND_END};
use crate::query::budget::{Pace, Watch};

/// A set of folded words of two characters or more.
pub(super) trait Vocabulary {
    /// Tells whether a word is in the set.
    ///
    /// # Errors
    /// As all methods: an index that cannot be read.
    fn has(&self, word: &str) -> Result<bool, IndexError>;

    /// Calls `see` with the words that are read in time; a word may come more than once.
    fn each(&self, watch: &Watch, see: &mut dyn FnMut(&str)) -> Result<(), IndexError>;

    /// Returns the words with a sound, or with a sound that begins so, each after its sound, sorted.
    fn sounding(&self, sound: &str, whole: bool) -> Result<BTreeSet<(String, String)>, IndexError>;

    /// Tells whether the sound of some word begins so.
    fn some_sound_begins(&self, sound: &str) -> Result<bool, IndexError>;
}

/// A list of words.
pub(super) struct ListOfWords<'a> {
    analyzer: &'a Analyzer,
    words: &'a [String],
    sounds: OnceLock<BTreeSet<(String, String)>>,
}

impl<'a> ListOfWords<'a> {
    pub fn new(analyzer: &'a Analyzer, words: &'a [String]) -> Self {
        Self { analyzer, words, sounds: OnceLock::new() }
    }

    fn sounds_from(&self, from: &str) -> impl Iterator<Item = &(String, String)> {
        let with_sound = |word: &String| Some((sound(self.analyzer, word)?, word.clone()));
        let sounds = self.sounds.get_or_init(|| self.words.iter().filter_map(with_sound).collect());
        sounds.range((from.to_owned(), String::new())..)
    }
}

impl Vocabulary for ListOfWords<'_> {
    fn has(&self, word: &str) -> Result<bool, IndexError> {
        Ok(self.words.iter().any(|other| other == word))
    }

    fn each(&self, watch: &Watch, see: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        self.words.iter().take_while(|_| !watch.is_over()).for_each(|word| see(word));
        Ok(())
    }

    fn sounding(&self, sound: &str, whole: bool) -> Result<BTreeSet<(String, String)>, IndexError> {
        let fits = |other: &&(String, String)| if whole { other.0 == sound } else { other.0.starts_with(sound) };
        Ok(self.sounds_from(sound).take_while(fits).cloned().collect())
    }

    fn some_sound_begins(&self, sound: &str) -> Result<bool, IndexError> {
        Ok(self.sounds_from(sound).next().is_some_and(|(other, _)| other.starts_with(sound)))
    }
}

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
    fn has(&self, word: &str) -> Result<bool, IndexError> {
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

    fn each(&self, watch: &Watch, see: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        let mut pace = Pace::new(watch);
        self.walk(&self.words, "", |word| {
            if word.chars().nth(1).is_some() {
                see(word);
            }
            // A word costs about as much as eight postings.
            !pace.is_over(8)
        })
    }

    fn sounding(&self, sound: &str, whole: bool) -> Result<BTreeSet<(String, String)>, IndexError> {
        let mut found = BTreeSet::new();
        self.walk(&self.sounds, sound, |term| {
            let Some((other, word)) = term.split_once(SOUND_END) else { return false };
            let fits = if whole { other == sound } else { other.starts_with(sound) };
            found.extend(fits.then(|| (other.to_owned(), word.to_owned())));
            fits
        })?;
        Ok(found)
    }

    fn some_sound_begins(&self, sound: &str) -> Result<bool, IndexError> {
        let mut any = false;
        self.walk(&self.sounds, sound, |term| {
            any |= term.starts_with(sound);
            false
        })?;
        Ok(any)
    }
}
