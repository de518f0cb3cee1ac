//! IPADIC, embedded in the program.

use std::sync::LazyLock;

use lindera::mode::Mode;
use lindera::segmenter::Segmenter;
use lindera_dictionary::dictionary::Dictionary;

#[allow(missing_docs)]
mod embedded {
    lindera_dictionary::embedded_dictionary!("/ipadic", EmbeddedIpadicLoader);
}

/// The dictionary, loaded once.
pub struct Lexicon {
    dictionary: Dictionary,
}

/// The one dictionary of the program.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        // The bytes are part of the program: a failure here is a broken build, caught by every test.
        #[allow(clippy::expect_used)]
        let dictionary = embedded::load().expect("the embedded dictionary was written by build.rs");
        Lexicon { dictionary }
    });
    &LEXICON
}

impl Lexicon {
    /// Number of entries.
    pub fn size(&self) -> usize {
        self.dictionary.prefix_dictionary.words_idx_data.len() / 4
    }

    /// A segmenter in `normal` mode.
    pub(super) fn segmenter(&self) -> Segmenter {
        Segmenter::new(Mode::Normal, self.dictionary.clone(), None)
    }

    /// Lengths in characters of the entries that `chars` begins with, shortest first.
    pub(super) fn prefix_lengths(&self, chars: &[char]) -> impl Iterator<Item = usize> {
        self.dictionary.prefix_dictionary.common_prefix_search(chars).map(|(_, end)| end)
    }

    /// Part of speech, its first division, conjugation type, base form and reading of an entry.
    pub fn details(&self, word_id: usize) -> [&str; 5] {
        let mut fields = self.dictionary.word_details_iter(word_id);
        let mut next = |skip: usize| fields.nth(skip).unwrap_or("*");
        let (part, division) = (next(0), next(0));
        let conjugation = next(2);
        let (base, reading) = (next(1), next(0));
        [part, division, conjugation, base, reading]
    }
}
