//! Frequencies of words in a collection.

/// Frequencies of words in the texts of some passages.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, pipeline};
/// # use fumikura::query::{Budget, Filters};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n両国は情報共有を進め、情報を守る。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let counts = index.word_counts(&["情報", "衛星"], &Filters::default(), &Budget::default())?;
/// assert_eq!(counts.of_words, [2, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordCounts {
    /// Number of passages counted.
    pub passages: usize,
    /// Number of words in them, repetitions included.
    pub tokens: u64,
    /// Number of occurrences of each word asked for, in their order.
    pub of_words: Vec<u64>,
    /// True where the time ran out: all numbers are too small.
    pub timed_out: bool,
}

impl WordCounts {
    /// Adds the counts of a further collection.
    pub(crate) fn add(&mut self, other: &Self) {
        self.passages += other.passages;
        self.tokens += other.tokens;
        self.of_words.resize(other.of_words.len(), 0);
        self.of_words.iter_mut().zip(&other.of_words).for_each(|(count, other)| *count += other);
        self.timed_out |= other.timed_out;
    }
}
