//! The analyzer, shared by threads.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use regex_automata::util::pool::Pool;

use super::analyzed::Analyzed;
use super::boundary::Cutter;
use super::fold::{Folded, fold};
use super::words::{PartOfSpeech, UserWords, Word};

type Cutters = Pool<Cutter, Box<dyn Fn() -> Cutter + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>>;

/// Folds texts and finds their words; immutable, cheap to clone, and shared by threads.
///
/// A pool lends each call caches for words, runs and clauses: they change the speed of an answer, never the answer.
///
/// # Examples
/// ```
/// let analyzer = fumikura::analysis::Analyzer::new();
/// let words = std::thread::scope(|scope| scope.spawn(|| analyzer.analyze("各国連携")).join().unwrap());
/// assert_eq!(words, analyzer.analyze("各国連携"));
/// ```
#[derive(Clone)]
pub struct Analyzer {
    words: UserWords,
    cutters: Arc<Cutters>,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Analyzer").field("words", &self.words).finish_non_exhaustive()
    }
}

impl Analyzer {
    /// Makes an analyzer over the embedded dictionary.
    pub fn new() -> Self {
        Self::with_words(UserWords::default())
    }

    /// Makes an analyzer over the embedded dictionary and user words.
    pub fn with_words(words: UserWords) -> Self {
        let own = words.clone();
        Self { words, cutters: Arc::new(Pool::new(Box::new(move || Cutter::new(own.clone())))) }
    }

    /// Returns the user words.
    pub fn user_words(&self) -> &UserWords {
        &self.words
    }

    /// Folds a text and finds its word boundaries.
    ///
    /// # Examples
    /// ```
    /// let analyzed = fumikura::analysis::Analyzer::new().analyze("各国連携");
    /// assert_eq!(analyzed.boundary, [true, false, true, false, true]);
    /// ```
    pub fn analyze(&self, text: &str) -> Analyzed {
        self.analyze_where(fold(text), |_| true)
    }

    /// Finds the word boundaries of a folded text in the clauses for which `wanted` is true; its argument is the
    /// clause's range of folded characters. Other clauses have boundaries at their ends only.
    pub(crate) fn analyze_where(&self, folded: Folded, wanted: impl Fn(RangeInclusive<usize>) -> bool) -> Analyzed {
        self.cutters.get().analyze(folded, wanted)
    }

    /// Returns the words of an analysed text in order, for ranking: base forms, without particles and punctuation.
    pub fn words(&self, analyzed: &Analyzed) -> Vec<Word> {
        self.cutters.get().words(analyzed)
    }

    /// Returns the reading of a text in katakana, by the dictionary; unknown words stay as written.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(fumikura::analysis::Analyzer::new().reading("攻撃"), "コウゲキ");
    /// ```
    pub fn reading(&self, text: &str) -> String {
        self.cutters.get().reading(text)
    }

    /// Returns the words of a text with their parts of speech, by the dictionary's best path, before compounds are cut.
    ///
    /// # Examples
    /// ```
    /// let words = fumikura::analysis::Analyzer::new().parts("各国と連携した");
    /// let parts: Vec<&str> = words.iter().map(|word| word.part).collect();
    /// assert_eq!(parts, ["名詞", "助詞", "名詞", "動詞", "助動詞"]);
    /// ```
    pub fn parts(&self, text: &str) -> Vec<PartOfSpeech> {
        self.cutters.get().parts(text)
    }
}
