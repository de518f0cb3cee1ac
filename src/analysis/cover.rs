//! Covers of a run by words: the fewest, or the cheapest.

use super::dictionary::Lexicon;
use super::tables;
use super::words::UserWords;

/// Kanji that IPADIC has as prefixes and that seldom are anything else before a word.
const PREFIXES: &str = "大新旧再非不無未副各全諸両準超反";

/// Cost of one word in a cover.
const COST: u32 = 10;

/// Cost of one word where the number of words decides; more than all squares of a run.
pub(super) const FEWEST_COST: u32 = 50_000;

/// A cost no cover reaches.
const NEVER: u32 = u32::MAX / 2;

/// Inner cuts of the cheapest cover of `run` by words; of equals, the one whose first words are longest.
///
/// `entries(rest, add)` calls `add(length, cost)` for each word that `rest` begins with.
pub(super) fn cheapest_cover(run: &[char], entries: impl Fn(&[char], &mut dyn FnMut(usize, u32))) -> Vec<usize> {
    let length = run.len();
    // From the end backwards, so that the first word of the best rest is known: longest first wins ties.
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

/// The units, of `data/words.tsv` and a person's own, that a text begins with.
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

/// The least number of units, two or more, that make up a word; `None` for a unit and for what they do not make up.
fn units_of(words: &UserWords, word: &[char]) -> Option<u32> {
    const NONE: u32 = u32::MAX;
    if words.has(&word.iter().collect::<String>()) {
        return None;
    }
    let mut least = vec![NONE; word.len() + 1];
    least[0] = 0;
    for at in (0..word.len()).filter(|at| *at == 0 || word.len() - at >= 3) {
        if least[at] != NONE {
            let next = least[at] + 1;
            add_terms(words, &word[at..], &mut |length, _| {
                if length >= 3 {
                    least[at + length] = least[at + length].min(next);
                }
            });
        }
    }
    least.last().copied().filter(|units| (2..NONE).contains(units))
}

/// Cuts of a dictionary word of three kanji or more into dictionary words, down to pairs.
pub(super) fn kanji_parts(lexicon: &Lexicon, words: &UserWords, word: &[char]) -> Vec<usize> {
    let cuts = cheapest_cover(word, |rest, add| {
        // A prefix belongs before a word, a single kanji elsewhere is the worst of covers: 大|震災 over 大震|災.
        let single = if rest.len() == word.len() && PREFIXES.contains(rest[0]) { 2 } else { 4 };
        lexicon.prefix_lengths(rest).filter(|length| *length < word.len()).for_each(|length| {
            add(length, COST + if length == 1 { single } else { 0 });
        });
        add_terms(words, rest, &mut |length, cost| {
            if length < word.len() {
                add(length, cost);
            }
        });
    });
    let mut all = cuts.clone();
    let mut from = 0;
    for to in cuts.into_iter().chain([word.len()]) {
        if to - from >= 3 && to - from < word.len() {
            all.extend(kanji_parts(lexicon, words, &word[from..to]).into_iter().map(|at| from + at));
        }
        from = to;
    }
    all.sort_unstable();
    all
}

/// Cuts of a katakana run into known units; what is not known stays whole and has three characters at least.
pub(super) fn katakana_units(lexicon: &Lexicon, words: &UserWords, run: &[char]) -> Vec<usize> {
    cheapest_cover(run, |rest, add| {
        for length in 3..=rest.len() {
            add(length, 3 * COST + length as u32 * COST);
        }
        for length in lexicon.prefix_lengths(rest) {
            match length {
                0 | 1 => {}
                2 => add(length, 4 * COST),
                // An entry of the dictionary may be a compound of units: it costs a little more than they do.
                _ if length >= 6
                    && let Some(units) = units_of(words, &rest[..length]) =>
                {
                    add(length, COST * units + 1)
                }
                _ => add(length, if length > 7 { COST * 2 + 1 } else { COST }),
            }
        }
        add_terms(words, rest, add);
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
