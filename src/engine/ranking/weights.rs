//! All weights of ranking. Coordinate search chose them on the questions of JaQuAD (train, 3,000) and the headings of
//! the white papers (even ids, 1,250). Each step improved both halves of its set; weights common to questions and
//! topics were searched on both sets together. `docs/performance-log.md` has the figures and the unsuccessful trials.

use super::bm25::Saturation;

/// Weight of a keyword in a passage.
pub(crate) const KEYWORD: Saturation = Saturation { k1: 1.2, b: 0.75 };
/// Least idf of a keyword: for a word in every passage, the number of its occurrences still distinguishes passages.
pub(crate) const LEAST_RARITY: f32 = 0.05;
/// Weight of bigrams and trigrams in a section.
pub(crate) const GRAM: Saturation = Saturation { k1: 0.9, b: 0.75 };
/// Weight of words and bigrams in one passage.
pub(crate) const PASSAGE: Saturation = Saturation { k1: 0.3, b: 0.75 };

/// The weights that differ between questions and topics.
#[derive(Debug)]
pub(crate) struct Form {
    /// Weight of words in a section.
    pub word: Saturation,
    /// Factor of the words of the passage.
    pub passage_words: f32,
    /// Factor of the words of the section's first passage.
    pub lead_words: f32,
    /// Factor of the share of the query's bigrams in the first passage.
    pub lead_gram_coverage: f32,
    /// Factor of the share of the query's words in the section.
    pub section_coverage: f32,
}

/// Weights for a question: its answer stands in one passage, where its words occur once.
pub(crate) const QUESTION: Form = Form {
    word: Saturation { k1: 0.75, b: 0.75 },
    passage_words: 0.8,
    lead_words: 0.2,
    lead_gram_coverage: 0.0,
    section_coverage: 0.48,
};
/// Weights for a topic: the head of a section names it, and its words repeat.
pub(crate) const TOPIC: Form = Form {
    word: Saturation { k1: 1.5, b: 0.75 },
    passage_words: 0.1,
    lead_words: 0.55,
    lead_gram_coverage: 0.2,
    section_coverage: 0.3,
};

/// Factor of bigrams of the section, relative to its words.
pub(crate) const SECTION_GRAMS: f32 = 0.2;
/// Factor of trigrams of the section.
pub(crate) const SECTION_TRIGRAMS: f32 = 0.1;
/// Factor of bigrams of the passage.
pub(crate) const PASSAGE_GRAMS: f32 = 0.1;
/// Factor of the share of the query's bigrams in the section.
pub(crate) const SECTION_GRAM_COVERAGE: f32 = 0.2;
/// Factor of the share of the query's words in the passage.
pub(crate) const PASSAGE_COVERAGE: f32 = 0.4;
/// Bonus of a passage that holds the query exactly, by tier (word, variant, substring), relative to the idf of the
/// query.
pub(crate) const EXACT: [f32; 3] = [0.4, 0.2, 0.0];

/// Factor of the first score of an exact hit in its second score; small, so that it breaks ties.
pub(crate) const FIRST: f32 = 0.001;

/// Exponent by which rare bigrams gain over plain idf.
pub(crate) const GRAM_RARITY_POWER: f32 = 0.3;
/// Idf that [`GRAM_RARITY_POWER`] leaves unchanged.
pub(crate) const MEAN_RARITY: f32 = 5.0;

/// Upper bound of the count of a repeated word of the query.
pub(crate) const MOST_SAID: f32 = 2.0;
/// Mean length of a section in mean passages, for the length normalisation of its bigrams.
pub(crate) const PASSAGES_OF_SECTION: f32 = 2.6;

/// Least idf of a word that finds sections: about the idf of a word in six of ten sections. Commoner words count in
/// the second stage.
pub(crate) const TELLING: f32 = 0.5;
/// Largest number of words that find sections, the rarest: the time of block-max WAND grows faster than the number of
/// words.
pub(crate) const FINDING_WORDS: usize = 10;
/// Number of sections with partial hits that the second stage scores. With 200, JaQuAD gains .0005 nDCG@10 and the
/// white papers lose .001.
pub(crate) const DEPTH: usize = 80;
/// Number of exact hits that the second stage scores: the best by their first score, for every page. Later hits keep
/// the order of the first score. With 80, judged keywords lose .002 and P@5 .02.
pub(crate) const HEAD: usize = 40;
/// Number of further sections after the rescored ones; the first passage stands for each.
pub(crate) const REST: usize = 420;
/// Score of a word in the headings, relative to its idf.
pub(crate) const HEADING_BOOST: f32 = 0.8;
/// Score of a word in the title, relative to its idf.
pub(crate) const TITLE_BOOST: f32 = 0.5;

/// Part of an exact hit's score that does not depend on its running text; the rest is proportional to it.
pub(crate) const WITHOUT_PROSE: f32 = 0.4;
/// Factor of an exact hit in a passage that is no running text: a caption names a word and says nothing about it.
pub(crate) const NO_PROSE: f32 = 0.5;
/// Factor of each further exact hit of one document: ten documents say more than ten passages of one.
pub(crate) const FURTHER: f32 = 0.85;
/// Factor of an exact hit without the capitals of a query in capitals: FIRST is no "first".
pub(crate) const WITHOUT_CAPITALS: f32 = 0.2;
/// Number of exact hits that are scored for a query in capitals or with the number of an article or a meeting.
pub(crate) const WIDE_HEAD: usize = 100;

/// Factor of a passage whose document is of a year of the query.
pub(crate) const OF_YEAR: f32 = 1.5;
/// Factor of a passage that names a year of the query in text, headings or title.
pub(crate) const NAMES_YEAR: f32 = 1.05;
/// Number of sections that the second stage scores where the query has a year: each year may have one.
pub(crate) const YEAR_DEPTH: usize = 160;
/// Factor of a passage whose title or headings are an article or a meeting of the query.
pub(crate) const TITLED_UNIT: f32 = 2.0;
/// Factor of a passage that names such a number.
pub(crate) const NAMES_UNIT: f32 = 1.4;
