//! IPADIC, embedded in the program.

use std::sync::LazyLock;

use lindera_dictionary::dictionary::Dictionary;

use super::trie::{ENTRY_BYTES, Trie};

#[allow(missing_docs)]
mod embedded {
    lindera_dictionary::embedded_dictionary!("/ipadic", EmbeddedIpadicLoader);

    pub fn trie() -> crate::analysis::trie::Trie {
        crate::analysis::trie::Trie::new(TRIE_DATA, VALS_IDX_DATA, VALS_DATA)
    }
}

/// The dictionary, loaded once.
pub struct Lexicon {
    dictionary: Dictionary,
    trie: Trie,
    /// For each right context, the least and the greatest connection cost to a following word.
    joints: Vec<(i16, i16)>,
}

/// Returns the program's dictionary.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        // The bytes are part of the program: a failure here is a broken build, caught by every test.
        #[allow(clippy::expect_used)]
        let dictionary = embedded::load().expect("the embedded dictionary was written by build.rs");
        let matrix = &dictionary.connection_cost_matrix;
        let [mut least, mut most] = [i16::MAX, i16::MIN].map(|none| vec![none; matrix.forward_size as usize]);
        // The whole matrix is read at each start of the program: two plain loops, which the compiler vectorises.
        for row in (0..matrix.backward_size).map(|left| matrix.row(left)) {
            least.iter_mut().zip(row).for_each(|(least, cost)| *least = (*least).min(*cost));
            most.iter_mut().zip(row).for_each(|(most, cost)| *most = (*most).max(*cost));
        }
        Lexicon { joints: least.into_iter().zip(most).collect(), dictionary, trie: embedded::trie() }
    });
    &LEXICON
}

impl Lexicon {
    /// Returns the number of entries.
    pub fn size(&self) -> usize {
        self.dictionary.prefix_dictionary.words_idx_data.len() / 4
    }

    /// Returns the dictionary in lindera's form.
    pub(super) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Returns the least and the greatest connection cost after a right context.
    pub(super) fn joint(&self, right: u16) -> (i16, i16) {
        self.joints[usize::from(right)]
    }

    /// Returns the trie of its words.
    pub(super) fn trie(&self) -> &Trie {
        &self.trie
    }

    /// Iterates over the lengths in characters of the entries that `chars` begins with, shortest first.
    pub(super) fn prefix_lengths(&self, chars: &[char]) -> impl Iterator<Item = usize> {
        self.dictionary.prefix_dictionary.common_prefix_search(chars).map(|(_, end)| end)
    }

    /// Iterates over the entries whose surface is `chars`: cost and number of each.
    pub(super) fn entries(&self, chars: &[char]) -> impl Iterator<Item = (i16, usize)> {
        let found = self.dictionary.prefix_dictionary.common_prefix_search(chars);
        let records = found.filter(|(_, end)| *end == chars.len()).map(|(records, _)| records).next();
        records.unwrap_or_default().as_chunks::<ENTRY_BYTES>().0.iter().map(|[w0, w1, w2, w3, c0, c1, ..]| {
            (i16::from_le_bytes([*c0, *c1]), u32::from_le_bytes([*w0, *w1, *w2, *w3]) as usize)
        })
    }

    /// Returns the part of speech of an entry with its first and second subcategory.
    pub(super) fn part_of_speech(&self, word_id: usize) -> [&str; 3] {
        let mut fields = self.dictionary.word_details_iter(word_id);
        std::array::from_fn(|_| fields.next().unwrap_or("*"))
    }

    /// Returns part of speech, first subcategory, conjugation type, base form and reading of an entry.
    pub fn details(&self, word_id: usize) -> [&str; 5] {
        let mut fields = self.dictionary.word_details_iter(word_id);
        let mut next = |skip: usize| fields.nth(skip).unwrap_or("*");
        let (part, division) = (next(0), next(0));
        let conjugation = next(2);
        let (base, reading) = (next(1), next(0));
        [part, division, conjugation, base, reading]
    }
}
