//! Measures of association, keyness and dispersion, as pure functions of counts.
//!
//! Sources: Rychlý, "A Lexicographer-Friendly Association Score" (RASLAN 2008) for logDice; Oakes, "Statistics for
//! Corpus Linguistics" (1998) for MI3 and t; Dunning (1993) and Rayson & Garside (2000) for G²; Hardie (2014) for Log
//! Ratio; Gabrielatos (2018) for %DIFF; Gries (2008) for DP.

/// The four cells of a table of co-occurrence: tokens beside the node or elsewhere, the word or other words.
///
/// # Examples
/// ```
/// use fumikura::study::statistics::FourCells;
///
/// // Of 40 words near サイバー, 8 are 攻撃; of all 1,000 words, 20 are.
/// let cells = FourCells { both: 8, row: 40, column: 20, all: 1000 };
/// assert_eq!(cells.expected(), 0.8);
/// assert!(cells.log_likelihood() > 3.84);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FourCells {
    /// O11: occurrences of the word beside the node.
    pub both: u64,
    /// R1: all tokens beside the node.
    pub row: u64,
    /// C1: all occurrences of the word.
    pub column: u64,
    /// N: all tokens.
    pub all: u64,
}

impl FourCells {
    /// Returns E11, the occurrences beside the node that independence would give.
    pub fn expected(self) -> f64 {
        self.row as f64 * self.column as f64 / self.all.max(1) as f64
    }

    /// Returns G² over all four cells (Dunning 1993), negative where the word is rarer beside the node than expected.
    pub fn log_likelihood(self) -> f64 {
        let (row, column, all) = (self.row as f64, self.column as f64, self.all as f64);
        let both = self.both as f64;
        let cells = [
            (both, row, column),
            (row - both, row, all - column),
            (column - both, all - row, column),
            (all - row - column + both, all - row, all - column),
        ];
        let g2: f64 = cells.into_iter().map(|(seen, row, column)| times_ln(seen, row * column / all)).sum();
        signed(2.0 * g2, both >= self.expected())
    }

    /// Returns Log Ratio of the word beside the node against elsewhere.
    pub fn log_ratio(self) -> f64 {
        let other = |all: u64, part: u64| all.saturating_sub(part);
        log_ratio(self.both, self.row, other(self.column, self.both), other(self.all, self.row))
    }
}

/// Returns `seen · ln(seen / expected)`, with 0 · ln 0 = 0.
fn times_ln(seen: f64, expected: f64) -> f64 {
    if seen <= 0.0 || expected <= 0.0 { 0.0 } else { seen * (seen / expected).ln() }
}

/// Gives a measure the sign of its direction. Rounding may leave a tiny negative sum, which is 0.
fn signed(measure: f64, up: bool) -> f64 {
    let measure = measure.max(0.0);
    if up || measure == 0.0 { measure } else { -measure }
}

/// Returns logDice: 14 + log2(2 f_xy / (f_x + f_y)).
///
/// It is 14 where both always stand together; one point more is twice the association; 0 is less than one in 16,000.
///
/// # Examples
/// ```
/// use fumikura::study::statistics::log_dice;
///
/// // f_xy, f_x, f_y of 情報 and 共有.
/// assert_eq!(log_dice(300, 300, 300), 14.0);
/// ```
pub fn log_dice(both: u64, node: u64, word: u64) -> f64 {
    14.0 + (2.0 * both as f64 / (node as f64 + word as f64)).log2()
}

/// Returns MI3: log2(f_xy³ N / (f_x f_y)).
///
/// # Examples
/// ```
/// // 4 of 8 情報 stand beside 8 of 16 共有, in 64 words.
/// assert_eq!(fumikura::study::statistics::mi3(4, 8, 8, 64), 6.0);
/// ```
pub fn mi3(both: u64, node: u64, word: u64, all: u64) -> f64 {
    let both = both as f64;
    (both * both * both * all as f64 / (node as f64 * word as f64)).log2()
}

/// Returns t: (f_xy − f_x f_y / N) / √f_xy.
///
/// # Examples
/// ```
/// // 4 of 8 情報 stand beside 8 共有, in 64 words.
/// assert_eq!(fumikura::study::statistics::t_score(4, 8, 8, 64), 1.5);
/// ```
pub fn t_score(both: u64, node: u64, word: u64, all: u64) -> f64 {
    let expected = node as f64 * word as f64 / all.max(1) as f64;
    (both as f64 - expected) / (both as f64).sqrt()
}

/// Frequencies of a word in two corpora.
///
/// # Examples
/// ```
/// use fumikura::study::statistics::TwoCorpora;
///
/// // 衛星: 20 of 1,000 words against 10 of 2,000.
/// let word = TwoCorpora { a: 20, b: 10, size_a: 1000, size_b: 2000 };
/// assert_eq!(word.log_ratio(), 2.0);
/// assert_eq!(word.percent_difference(), 300.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TwoCorpora {
    /// Occurrences in the first corpus.
    pub a: u64,
    /// Occurrences in the second corpus.
    pub b: u64,
    /// Words of the first corpus.
    pub size_a: u64,
    /// Words of the second corpus.
    pub size_b: u64,
}

impl TwoCorpora {
    /// True where the word is at least as frequent in the first corpus, by its share.
    pub fn is_of_first(self) -> bool {
        u128::from(self.a) * u128::from(self.size_b) >= u128::from(self.b) * u128::from(self.size_a)
    }

    /// Returns G² of two corpora, as Rayson and Garside write it: 2(a ln(a/E1) + b ln(b/E2)); negative where the word
    /// is rarer in the first.
    pub fn log_likelihood(self) -> f64 {
        let (a, b) = (self.a as f64, self.b as f64);
        let (c, d) = (self.size_a as f64, self.size_b as f64);
        let share = (a + b) / (c + d);
        signed(2.0 * (times_ln(a, c * share) + times_ln(b, d * share)), self.is_of_first())
    }

    /// Returns Log Ratio: log2((a/c) / (b/d)), 0.5 in the place of a 0.
    pub fn log_ratio(self) -> f64 {
        log_ratio(self.a, self.size_a, self.b, self.size_b)
    }

    /// Returns %DIFF: by how many percent the share in the first corpus exceeds that in the second; 0.5 in the place
    /// of a 0 there.
    pub fn percent_difference(self) -> f64 {
        let share = |count: f64, size: u64| count / size.max(1) as f64;
        let second = share(or_half(self.b), self.size_b);
        (share(self.a as f64, self.size_a) - second) / second * 100.0
    }
}

fn or_half(count: u64) -> f64 {
    if count == 0 { 0.5 } else { count as f64 }
}

fn log_ratio(a: u64, size_a: u64, b: u64, size_b: u64) -> f64 {
    let share = |count: u64, size: u64| or_half(count) / size.max(1) as f64;
    (share(a, size_a) / share(b, size_b)).log2()
}

/// Returns Gries' DP: half the sum of the differences between the share of each part in the corpus and its share of the
/// word. 0 is even, near 1 is all in one small part.
///
/// `parts` are size and occurrences of each part.
///
/// # Examples
/// ```
/// // 人材 stands twice in the first of two documents of 50 words.
/// assert_eq!(fumikura::study::statistics::dp(&[(50, 2), (50, 0)]), 0.5);
/// ```
pub fn dp(parts: &[(u64, u64)]) -> f64 {
    let size: u64 = parts.iter().map(|(size, _)| size).sum();
    let count: u64 = parts.iter().map(|(_, count)| count).sum();
    dp_where(parts.iter().copied(), size, count)
}

/// Returns DP from the parts that hold the word alone: each other part differs by its share of the corpus.
pub(super) fn dp_where(holding: impl Iterator<Item = (u64, u64)>, size: u64, count: u64) -> f64 {
    if size == 0 || count == 0 {
        return 0.0;
    }
    let (mut differences, mut held) = (0.0, 0);
    for (part, seen) in holding {
        differences += (seen as f64 / count as f64 - part as f64 / size as f64).abs();
        held += part;
    }
    0.5 * (differences + size.saturating_sub(held) as f64 / size as f64)
}

/// Significance that a line of Bonferroni keeps over all tests.
const FAMILY: f64 = 0.05;

/// Returns the G² that a word must exceed where many words are tested (Bonferroni): the χ² with one degree of freedom
/// whose probability is 0.05 divided by the number of words.
///
/// # Examples
/// ```
/// // One word, 情報: the usual 3.84.
/// assert!((fumikura::study::statistics::bonferroni(1) - 3.841_458_820_694_124).abs() < 1e-9);
/// ```
pub fn bonferroni(words: usize) -> f64 {
    let wanted = FAMILY / words.max(1) as f64;
    // The probability of a χ² of one degree of freedom falls with x, so bisection finds it; 1,400 is beyond the
    // smallest number that an f64 holds.
    let (mut low, mut high) = (0.0, 1400.0);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if libm::erfc(f64::sqrt(middle / 2.0)) > wanted { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() < within, "{found} is not {expected}");
    }

    #[test]
    fn log_dice_has_its_published_values() {
        near(log_dice(300, 300, 300), 14.0, 1e-12);
        near(log_dice(3, 3000, 3000), 4.034, 1e-3);
        near(log_dice(8, 389, 230), 8.726, 5e-3);
    }

    /// Values of UCREL's wizard for two corpora, to two decimals, by its formula.
    #[test]
    fn log_likelihood_of_two_corpora_follows_the_form_of_rayson_and_garside() {
        for (a, b, size_a, size_b, expected) in [
            (20, 10, 1000, 1000, 3.40),
            (10, 20, 1000, 1000, -3.40),
            (100, 50, 10_000, 10_000, 16.99),
            (12, 0, 5000, 5000, 16.64),
            (0, 12, 5000, 5000, -16.64),
            (5, 5, 1000, 1000, 0.0),
        ] {
            near(TwoCorpora { a, b, size_a, size_b }.log_likelihood(), expected, 5e-3);
        }
    }

    #[test]
    fn four_cells_agree_with_the_sum_over_a_table_written_out() {
        let cells = FourCells { both: 8, row: 40, column: 20, all: 1000 };
        let table = [(8.0, 0.8), (32.0, 39.2), (12.0, 19.2), (948.0, 940.8)];
        let expected: f64 = table.iter().map(|(seen, expected): &(f64, f64)| 2.0 * seen * (seen / expected).ln()).sum();
        near(cells.log_likelihood(), expected, 1e-9);
        near(FourCells { both: 0, ..cells }.log_ratio(), (0.5f64 / 40.0 / (20.0 / 960.0)).log2(), 1e-12);
        assert!(FourCells { both: 0, ..cells }.log_likelihood() < 0.0);
    }

    #[test]
    fn a_word_of_one_corpus_alone_has_a_finite_effect() {
        let word = TwoCorpora { a: 8, b: 0, size_a: 1000, size_b: 1000 };
        near(word.log_ratio(), 4.0, 1e-12);
        near(word.percent_difference(), 1500.0, 1e-9);
        near(TwoCorpora { a: 0, b: 8, ..word }.percent_difference(), -100.0, 1e-9);
    }

    /// The first row is the example of Gries: five parts of 50 words with 1, 2, 3, 4 and 5 occurrences of one word.
    #[test]
    fn dispersion_is_half_the_sum_of_differences() {
        near(dp(&[(9, 1), (10, 2), (10, 3), (10, 4), (11, 5)]), 0.18, 1e-12);
        near(dp(&[(10, 2), (30, 6)]), 0.0, 1e-12);
        let parts = [(10, 0), (20, 3), (30, 0), (40, 1)];
        let holding = parts.iter().copied().filter(|(_, count)| *count > 0);
        near(dp_where(holding, 100, 4), dp(&parts), 1e-12);
    }

    #[test]
    fn the_line_of_bonferroni_rises_with_the_number_of_words() {
        near(bonferroni(100), 12.115_665_146_397_173, 1e-6);
        assert!(bonferroni(10_000) > bonferroni(1000));
    }
}
