//! Covers a run by words: by the fewest, or by the cheapest.

use super::dictionary::Lexicon;
use super::tables;
use super::words::UserWords;

/// Cost of one word in a cover.
const COST: u32 = 10;

/// Cost of one word where the number of words decides; exceeds the sum of squares in any run.
pub(super) const FEWEST_COST: u32 = 50_000;

/// A cost above that of every cover.
const NEVER: u32 = u32::MAX / 2;

/// Returns the inner cuts of the cheapest cover of `run` by words; of equal covers, the one whose first words are
/// longest.
///
/// `entries(rest, add)` calls `add(length, cost)` for each word that `rest` begins with.
pub(super) fn cheapest_cover(run: &[char], entries: impl Fn(&[char], &mut dyn FnMut(usize, u32))) -> Vec<usize> {
    let length = run.len();
    // Backwards from the end: so a tie can be decided by the first word, the longest of which wins.
    let mut best = vec![(NEVER, 0usize); length + 1];
    best[length] = (0, 0);
    for at in (0..length).rev() {
        let mut choice = (NEVER, 0);
        entries(&run[at..], &mut |word, cost| {
            if at + word <= length {
                let total = cost.saturating_add(best[at + word].0);
                if total < choice.0 || (total == choice.0 && word > choice.1) {
                    choice = (total, word);
                }
            }
        });
        best[at] = choice;
    }
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < length && best[at].1 > 0 {
        at += best[at].1;
        if at < length {
            cuts.push(at);
        }
    }
    cuts
}

/// Adds the units that a text begins with: those of `data/terms.tsv` and the user words.
pub(super) fn add_terms(words: &UserWords, rest: &[char], add: &mut dyn FnMut(usize, u32)) {
    if !words.may_begin(rest) {
        return;
    }
    let mut word = String::new();
    for (at, c) in rest.iter().enumerate().take(tables::MAX_TERM_CHARS) {
        word.push(*c);
        if at >= 1 && words.has(&word) {
            add(at + 1, COST);
        }
    }
}

/// Shortest common noun of the dictionary that counts as a unit of a longer word without being a listed term: shorter
/// nouns make up words by chance (テンプ|レート).
const MIN_NOUN_UNIT: usize = 4;

/// Returns the least number of units, at least two, that make up a word; `None` for a word that stays whole, and where
/// units do not make it up.
fn units_of(lexicon: &Lexicon, words: &UserWords, word: &[char]) -> Option<u32> {
    const NONE: u32 = u32::MAX;
    if words.is_whole(&word.iter().collect::<String>()) {
        return None;
    }
    let mut least = vec![NONE; word.len() + 1];
    least[0] = 0;
    for at in (0..word.len()).filter(|at| *at == 0 || word.len() - at >= 3) {
        if least[at] != NONE {
            let next = least[at] + 1;
            let mut add = |length: usize| {
                if length < word.len() {
                    least[at + length] = least[at + length].min(next);
                }
            };
            // A term that itself consists of units does not count as one unit.
            let is_unit = |length| {
                length < 6 || length < word.len() && units_of(lexicon, words, &word[at..at + length]).is_none()
            };
            add_terms(words, &word[at..], &mut |length, _| {
                if length >= 3 && is_unit(length) {
                    add(length)
                }
            });
            for length in lexicon.prefix_lengths(&word[at..]).filter(|length| *length >= MIN_NOUN_UNIT) {
                if is_unit(length) && is_common_noun(lexicon, &word[at..at + length]) {
                    add(length);
                }
            }
        }
    }
    least.last().copied().filter(|units| (2..NONE).contains(units))
}

fn is_common_noun(lexicon: &Lexicon, word: &[char]) -> bool {
    lexicon
        .entries(word)
        .any(|(_, id)| matches!(lexicon.part_of_speech(id), ["名詞", "一般" | "サ変接続" | "形容動詞語幹", _]))
}

/// Returns the cuts of a katakana run into known units; unknown parts stay whole and have at least three characters.
pub(super) fn katakana_units(lexicon: &Lexicon, words: &UserWords, run: &[char]) -> Vec<usize> {
    cheapest_cover(run, |rest, add| {
        for length in 3..=rest.len() {
            add(length, 3 * COST + length as u32 * COST);
        }
        for length in lexicon.prefix_lengths(rest) {
            match length {
                0 | 1 => {}
                2 => add(length, 4 * COST),
                // A dictionary entry may be a compound of units: it costs slightly more than its units, so that the
                // units win.
                _ if length >= 6
                    && let Some(units) = units_of(lexicon, words, &rest[..length]) =>
                {
                    add(length, COST * units + 1)
                }
                _ => add(length, if length > 7 { COST * 2 + 1 } else { COST }),
            }
        }
        add_terms(words, rest, &mut |length, cost| {
            let units = if length >= 6 { units_of(lexicon, words, &rest[..length]) } else { None };
            add(length, units.map_or(cost, |units| COST * units + 1));
        });
        // A long vowel mark may close a unit: サーバー where サーバ is known.
        let mut with_mark = String::new();
        for (at, c) in rest.iter().enumerate() {
            if *c == 'ー' && at >= 3 && words.has(&with_mark) {
                add(at + 1, COST);
            }
            with_mark.push(*c);
        }
    })
}
