//! The words of the texts, for suggestions and completions.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::analysis::{Analyzer, sound};
use crate::engine::SearchError;
use crate::query::budget::Watch;

/// A set of folded words of two characters or more.
pub(crate) trait Vocabulary {
    /// Tells whether a word is in the set.
    ///
    /// # Errors
    /// As all methods: a collection that cannot be read.
    fn has(&self, word: &str) -> Result<bool, SearchError>;

    /// Calls `see` with the words that are read in time; a word may come more than once.
    fn each(&self, watch: &Watch, see: &mut dyn FnMut(&str)) -> Result<(), SearchError>;

    /// Returns the words with a sound, or with a sound that begins so, each after its sound, sorted.
    fn sounding(&self, sound: &str, whole: bool) -> Result<BTreeSet<(String, String)>, SearchError>;

    /// Tells whether the sound of some word begins so.
    fn some_sound_begins(&self, sound: &str) -> Result<bool, SearchError>;
}

/// A list of words.
pub(crate) struct ListOfWords {
    analyzer: Analyzer,
    words: BTreeSet<String>,
    sounds: OnceLock<BTreeSet<(String, String)>>,
}

impl ListOfWords {
    pub fn new(analyzer: &Analyzer, words: BTreeSet<String>) -> Self {
        Self { analyzer: analyzer.clone(), words, sounds: OnceLock::new() }
    }

    /// Returns the words that begin with some letters and go on, the shortest first: at most `most` of them.
    pub fn completing(&self, beginning: &str, most: usize) -> Vec<String> {
        if beginning.is_empty() {
            return Vec::new();
        }
        let begins = |word: &&String| word.starts_with(beginning);
        let from = self.words.range(beginning.to_owned()..);
        let mut found: Vec<&String> = from.take_while(begins).filter(|word| *word != beginning).collect();
        found.sort_by_key(|word| word.chars().count());
        found.into_iter().take(most).cloned().collect()
    }

    fn sounds_from(&self, from: &str) -> impl Iterator<Item = &(String, String)> {
        let with_sound = |word: &String| Some((sound(&self.analyzer, word)?, word.clone()));
        let sounds = self.sounds.get_or_init(|| self.words.iter().filter_map(with_sound).collect());
        sounds.range((from.to_owned(), String::new())..)
    }
}

impl Vocabulary for ListOfWords {
    fn has(&self, word: &str) -> Result<bool, SearchError> {
        Ok(self.words.contains(word))
    }

    fn each(&self, watch: &Watch, see: &mut dyn FnMut(&str)) -> Result<(), SearchError> {
        self.words.iter().take_while(|_| !watch.is_over()).for_each(|word| see(word));
        Ok(())
    }

    fn sounding(&self, sound: &str, whole: bool) -> Result<BTreeSet<(String, String)>, SearchError> {
        let fits = |other: &&(String, String)| if whole { other.0 == sound } else { other.0.starts_with(sound) };
        Ok(self.sounds_from(sound).take_while(fits).cloned().collect())
    }

    fn some_sound_begins(&self, sound: &str) -> Result<bool, SearchError> {
        Ok(self.sounds_from(sound).next().is_some_and(|(other, _)| other.starts_with(sound)))
    }
}
