//! Finds the best path of words through a text, with one of two segmenters.
//!
//! [`Reference`] is lindera's own segmenter. The default is our lattice, which finds the same path faster but depends
//! on the layout of lindera's dictionary. If that layout changes, the reference still works.

use lindera::mode::Mode;
use lindera::segmenter::Segmenter as Lindera;
use lindera::worker::SegmentWorker;
use lindera_dictionary::dictionary::Dictionary;

use super::dictionary::{Lexicon, lexicon};
use super::fold::fold;
use super::lattice::{Lattice, Token, clauses};

/// Finds the dictionary's best path of words through a text.
///
/// # Examples
/// ```
/// use fumikura::analysis::{Reference, Segmenter, path};
/// let words: Vec<String> = path(&mut Reference::new(), "放送受信料").into_iter().map(|word| word.text).collect();
/// assert_eq!(words, ["放送", "受信", "料"]);
/// ```
pub trait Segmenter: Send {
    /// Adds the words of the best path through a clause to `tokens`; the clause begins at character `offset` of its
    /// text.
    fn segment(&mut self, clause: &[char], offset: usize, tokens: &mut Vec<Token>);
}

/// The lattice over the dictionary that the program embeds.
#[derive(Default)]
pub(super) struct LatticeSegmenter(Lattice);

impl Segmenter for LatticeSegmenter {
    fn segment(&mut self, clause: &[char], offset: usize, tokens: &mut Vec<Token>) {
        self.0.segment(lexicon(), clause, offset, tokens);
    }
}

/// lindera's segmenter over the dictionary that the program embeds.
pub struct Reference(SegmentWorker);

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

impl Reference {
    /// Makes a segmenter; it shares the bytes of the dictionary with the program.
    pub fn new() -> Self {
        Self::over(lexicon().dictionary().clone())
    }

    fn over(dictionary: Dictionary) -> Self {
        Self(Lindera::new(Mode::Normal, dictionary, None).keep_whitespace(true).into_worker())
    }
}

impl Segmenter for Reference {
    fn segment(&mut self, clause: &[char], offset: usize, tokens: &mut Vec<Token>) {
        let text: String = clause.iter().collect();
        let Ok(found) = self.0.segment(&text) else { return };
        let mut start = offset;
        for token in &found {
            let end = start + text[token.byte_start..token.byte_end].chars().count();
            let word_id = (!token.word_id.is_unknown()).then(|| token.word_id.id());
            tokens.push(Token { start: std::mem::replace(&mut start, end), end, word_id });
        }
    }
}

/// A word of a path, with its part of speech.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathWord {
    /// Its surface after folding of variant kanji and widths.
    pub text: String,
    /// Its part of speech; `None` for a word that the dictionary does not have.
    pub part: Option<String>,
}

/// Returns the words of the best path through a text, before any correction of compounds.
pub fn path(segmenter: &mut dyn Segmenter, text: &str) -> Vec<PathWord> {
    let surface = fold(text).surface;
    let mut tokens = Vec::new();
    clauses(&surface).for_each(|(start, clause)| segmenter.segment(clause, start, &mut tokens));
    let part = |lexicon: &Lexicon, id: u32| lexicon.details(id as usize)[0].to_owned();
    tokens
        .into_iter()
        .map(|token| PathWord {
            text: surface[token.start..token.end].iter().collect(),
            part: token.word_id.map(|id| part(lexicon(), id)),
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::LazyLock;

    use lindera::dictionary::load_fs_dictionary;
    use lindera_dictionary::builder::DictionaryBuilder;
    use lindera_dictionary::dictionary::metadata::Metadata;
    use proptest::prelude::*;

    use super::*;

    /// Loads the dictionary that lindera builds from all entries of IPADIC; it is kept beside the build's own. `None`
    /// where the program was built without local sources.
    fn whole_dictionary() -> Option<Dictionary> {
        static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
            let sources = option_env!("FUMIKURA_IPADIC").unwrap_or("/usr/share/mecab/dic/ipadic");
            if !Path::new(sources).join("matrix.def").is_file() {
                return None;
            }
            let out = Path::new(env!("LINDERA_WORKDIR"));
            let (whole, done) = (out.join("whole"), out.join("whole.done"));
            if !done.is_file() {
                let metadata = std::fs::read_to_string(out.join("ipadic/metadata.json")).expect("the metadata");
                let metadata: Metadata = serde_json::from_str(&metadata).expect("metadata");
                DictionaryBuilder::new(metadata).build_dictionary(Path::new(sources), &whole).expect("a dictionary");
                std::fs::write(done, "").expect("a mark");
            }
            Some(whole)
        });
        FOLDER.as_deref().map(|folder| load_fs_dictionary(folder).expect("the dictionary as built"))
    }

    fn tokens(segmenter: &mut dyn Segmenter, text: &[char]) -> Vec<Token> {
        let mut tokens = Vec::new();
        clauses(text).for_each(|(start, clause)| segmenter.segment(clause, start, &mut tokens));
        tokens
    }

    /// Replaces entry numbers by the details of each word: numbers differ between dictionaries.
    fn described(dictionary: &Dictionary, tokens: Vec<Token>) -> Vec<(usize, usize, Option<Vec<String>>)> {
        let details = |id: u32| dictionary.word_details_iter(id as usize).map(str::to_owned).collect();
        tokens.into_iter().map(|token| (token.start, token.end, token.word_id.map(details))).collect()
    }

    /// Lines of the corpus.
    fn corpus() -> Vec<Vec<char>> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir("corpus").expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        let texts =
            files.iter().map(|file| String::from_utf8_lossy(&std::fs::read(file).expect("a file")).into_owned());
        texts.flat_map(|text| text.lines().map(|line| line.chars().collect()).collect::<Vec<Vec<char>>>()).collect()
    }

    /// Compares both segmenters on lines: ours over the thinned dictionary, lindera's over the whole one. Returns the
    /// number of words.
    fn compare(lines: impl Iterator<Item = Vec<char>>) -> Option<usize> {
        let whole = whole_dictionary()?;
        let (mut ours, mut reference) = (LatticeSegmenter::default(), Reference::over(whole.clone()));
        let count = lines.map(|line| {
            let found = described(lexicon().dictionary(), tokens(&mut ours, &line));
            assert_eq!(found, described(&whole, tokens(&mut reference, &line)), "{}", String::from_iter(&line));
            found.len()
        });
        Some(count.sum())
    }

    #[test]
    fn our_path_is_that_of_lindera_over_all_of_ipadic() {
        if let Some(count) = compare(corpus().into_iter()) {
            assert!(count > 10_000, "{count} words compared");
        }
    }

    /// Joins random pieces of the corpus's lines: paths are found clause by clause, so whole clauses in another order
    /// would show nothing new. 2 MB; `FUMIKURA_SEGMENTED_MB` sets another size.
    #[test]
    fn our_path_is_that_of_lindera_over_pieces_put_together() {
        let megabytes: usize =
            std::env::var("FUMIKURA_SEGMENTED_MB").ok().and_then(|number| number.parse().ok()).unwrap_or(2);
        let lines: Vec<Vec<char>> = corpus().into_iter().filter(|line| line.len() > 4).collect();
        // xorshift: the same pieces in every run.
        let mut state = 0x9E37_79B9_7F4A_7C15u64;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let mut bytes = 0;
        let made = std::iter::from_fn(|| {
            let mut line = Vec::new();
            while line.len() < 200 && bytes < megabytes << 20 {
                let source = &lines[random(lines.len())];
                let start = random(source.len() - 1);
                let piece = &source[start..(start + 2 + random(24)).min(source.len())];
                bytes += piece.iter().map(|c| c.len_utf8()).sum::<usize>();
                line.extend_from_slice(piece);
            }
            Some(line).filter(|line| !line.is_empty())
        });
        if let Some(count) = compare(made) {
            assert!(count > 100_000 * megabytes, "{count} words compared");
        }
    }

    /// Kana, kanji, letters, digits and punctuation in any order, with any other characters between them.
    const ANY_TEXT: &str = "([ぁ-ゖ]{0,6}[ァ-ヺー]{0,4}[一-鿿]{0,4}\
                            |[0-9a-zA-Z０-９一二三十百。、々・「」]{0,6}|\\PC{0,3}){0,8}";

    proptest! {
        /// Mixtures of scripts that no author would write.
        #[test]
        fn our_path_is_that_of_lindera_in_any_text(text in ANY_TEXT) {
            let text: Vec<char> = text.chars().collect();
            prop_assert_eq!(tokens(&mut LatticeSegmenter::default(), &text), tokens(&mut Reference::new(), &text));
        }
    }
}
