//! Words inside kanji compounds: corrections of the dictionary's best path, and the parts of its long words.
//!
//! A compound consists of words of two kanji, each with affixes of one kanji (他|事業|者). The best path respects this,
//! so it stands unless a listed term crosses it. A cover by the fewest words does not respect it (他事|業者), because
//! it counts an affix as a word.

use super::cover::cheapest_cover;
use super::dictionary::Lexicon;
use super::words::UserWords;

/// Prefixes that always precede a whole word, even where the kanji spell another split: 不|定期, not 不定|期.
const STRONG_PREFIXES: &str = "不非無未再";
/// Kanji that are usually a prefix before a word.
const PREFIXES: &str = "大新旧副各全諸両準超反他東西南北小中";
/// Suffixes that always follow a whole word, even where the kanji spell another split: 明文|化, not 明|文化.
const STRONG_SUFFIXES: &str = "化的性者";
/// Suffixes of places: 北海|道.
const PLACE_SUFFIXES: &str = "都道府県市区町村郡";
/// Suffixes that attach to any word; none of them is the second half of a different word.
const COMMON_SUFFIXES: &str =
    "地波先証書法別的者化性後前内外上下等数物員機期業力金品面町長型体会費用家中人県市区村都府道間国島側料館所部省庁局";
/// Suffixes of bodies and trades that a suffix of rank, order or person may follow: 総務省|令, 製造業|者.
const BODIES: &str = "省庁府局部課室院所会社市県区町村都校署団学業";
/// Suffixes that follow those of bodies.
const BEHIND_BODIES: &str = "令長者";
/// Suffixes that follow those of places: 東京都|内.
const BEHIND_PLACES: &str = "内外民立";
/// Names of countries in one kanji: 日|中|韓, not 日中|韓.
const COUNTRIES: &str = "日米英仏独伊露中韓朝台印豪加欧越比泰蘭西";
/// Numerals in kanji.
const NUMERALS: &str = "〇一二三四五六七八九十百千万億兆";

/// Costs of a part of a word, in the unit of IPADIC's costs. A word of two kanji costs ten times the most that
/// familiarity can add; one affix costs less than a word, two cost more.
const WORD: i32 = 10_000;
const LONGER_WORD: i32 = 11_000;
const STRONG_AFFIX: i32 = 2_000;
const PLACE_SUFFIX: i32 = 4_000;
const PREFIX: i32 = 5_000;
const SUFFIX: i32 = 6_000;
const OTHER_EDGE: i32 = 8_000;
const OTHER: i32 = 14_000;
/// Cost per kanji of a personal or organisation name, and of a string that the dictionary lacks.
const NAME_CHAR: i32 = 7_000;
const UNKNOWN_CHAR: i32 = 8_000;
/// Bounds of the familiarity that is added to a word's cost: familiar words cost less.
const KNOWN_BEST: i32 = -2_000;
const KNOWN_WORST: i32 = 1_000;
/// A listed term counts as more familiar than any entry.
const TERM: i32 = -3_000;
/// Cost from which on a word of three kanji is not split.
const MOST_OF_THREE: i32 = 22_000;
/// Cost of an entry that IPADIC's training text did not contain, by kind of noun: the zero of familiarity.
const UNSEEN_VERBAL: i32 = 4_467;
const UNSEEN_PLACE: i32 = 9_000;
const UNSEEN_OTHER: i32 = 5_620;
/// Margin of familiarity by which one of two overlapping words must win for its boundary to count.
const BETTER_KNOWN: i32 = 500;
/// Place names below this cost are widely known.
const FAMOUS_PLACE: i16 = 6_000;

fn is_numeral(piece: &[char]) -> bool {
    piece.iter().all(|c| NUMERALS.contains(*c))
}

/// Returns the familiarity of a noun, less is better; `None` for other parts of speech, affixes, and names of persons
/// or bodies.
fn weight(lexicon: &Lexicon, words: &UserWords, word: &[char]) -> Option<i32> {
    if words.may_begin(word) && words.has(&word.iter().collect::<String>()) {
        return Some(TERM);
    }
    lexicon
        .entries(word)
        .filter_map(|(cost, id)| match lexicon.part_of_speech(id) {
            ["名詞", "接尾" | "数" | "非自立", _] => None,
            ["名詞", "固有名詞", "地域"] => Some(i32::from(cost) - UNSEEN_PLACE),
            ["名詞", "固有名詞", _] => None,
            ["名詞", "サ変接続", _] => Some(i32::from(cost) - UNSEEN_VERBAL),
            ["名詞", ..] => Some(i32::from(cost) - UNSEEN_OTHER),
            _ => None,
        })
        .min()
}

/// Returns the kind of name of a word's cheapest entry; `None` where that is not a name.
fn name_of<'a>(lexicon: &'a Lexicon, word: &[char]) -> Option<&'a str> {
    let (_, id) = lexicon.entries(word).min_by_key(|(cost, _)| *cost)?;
    match lexicon.part_of_speech(id) {
        ["名詞", "固有名詞", of] => Some(of),
        _ => None,
    }
}

fn is_famous_place(lexicon: &Lexicon, word: &[char]) -> bool {
    lexicon
        .entries(word)
        .any(|(cost, id)| cost < FAMOUS_PLACE && matches!(lexicon.part_of_speech(id), [_, "固有名詞", "地域"]))
}

fn is_noun(lexicon: &Lexicon, word: &[char]) -> bool {
    lexicon.entries(word).any(|(_, id)| lexicon.part_of_speech(id)[0] == "名詞")
}

fn is_suffix(lexicon: &Lexicon, c: char) -> bool {
    lexicon.entries(&[c]).any(|(_, id)| matches!(lexicon.part_of_speech(id), ["名詞", "接尾", _]))
}

/// Returns the cuts of a word of three or more kanji into words and affixes; none for personal names, and where no
/// parts make up the word.
pub(super) fn kanji_parts(lexicon: &Lexicon, words: &UserWords, word: &[char]) -> Vec<usize> {
    let name = name_of(lexicon, word);
    if is_numeral(word) || name == Some("人名") {
        return Vec::new();
    }
    // A word made only of place suffixes is a list: 市|町|村, 都|道|府|県.
    if word.iter().all(|c| PLACE_SUFFIXES.contains(*c)) {
        return (1..word.len()).collect();
    }
    let is_place = word.len() == 3 && name == Some("地域");
    let single = |at: usize| -> i32 {
        let (c, is_first, is_last) = (word[at], at == 0, at + 1 == word.len());
        let edge = if word.len() == 3 && !is_place { OTHER_EDGE } else { OTHER };
        match () {
            () if is_first && STRONG_PREFIXES.contains(c) => STRONG_AFFIX,
            () if is_first && PREFIXES.contains(c) => PREFIX,
            () if is_first => edge,
            () if is_last && STRONG_SUFFIXES.contains(c) => STRONG_AFFIX,
            () if is_last && PLACE_SUFFIXES.contains(c) => PLACE_SUFFIX,
            () if (!is_place || is_last && is_famous_place(lexicon, &word[..at])) && is_suffix(lexicon, c) => SUFFIX,
            () if is_last => edge,
            () => OTHER,
        }
    };
    let several = |part: &[char]| -> i32 {
        let length = part.len() as i32;
        match weight(lexicon, words, part).map(|weight| weight.min(KNOWN_WORST)) {
            Some(TERM) => WORD + TERM,
            Some(weight) => (if length == 2 { WORD } else { LONGER_WORD }) + weight.max(KNOWN_BEST),
            None if is_noun(lexicon, part) => length * NAME_CHAR,
            None => length * UNKNOWN_CHAR,
        }
    };
    let cost = |from: usize, to: usize| if to - from == 1 { single(from) } else { several(&word[from..to]) };
    let cuts = cheapest_cover(word, |rest, add| {
        let from = word.len() - rest.len();
        for length in (1..=rest.len().min(word.len() - 1)).filter(|length| word.len() > 3 || from + length <= 3) {
            if word.len() == 3 && length == 2 && weight(lexicon, words, &rest[..2]).is_none() {
                continue;
            }
            add(length, cost(from, from + length) as u32);
        }
    });
    let ends = || cuts.iter().copied().chain([word.len()]).scan(0, |from, to| Some((std::mem::replace(from, to), to)));
    let total: i32 = ends().map(|(from, to)| cost(from, to)).sum();
    if word.len() == 3 && total >= MOST_OF_THREE || ends().all(|(from, to)| to - from == 1) {
        return Vec::new();
    }
    let mut all = cuts.clone();
    for (from, to) in ends().filter(|(from, to)| to - from >= 3 && to - from < word.len()) {
        all.extend(kanji_parts(lexicon, words, &word[from..to]).into_iter().map(|at| from + at));
    }
    all.sort_unstable();
    all
}

/// Scores a cover: the summed familiarity of its words of two or more kanji, and the number of its single kanji.
fn quality(lexicon: &Lexicon, words: &UserWords, run: &[char], cuts: &[usize]) -> (i32, usize) {
    let mut from = 0;
    cuts.iter().chain([&run.len()]).fold((0, 0), |(known, singles), to| {
        let word = &run[std::mem::replace(&mut from, *to)..*to];
        match word.len() {
            1 => (known, singles + usize::from(!is_numeral(word))),
            _ => (known + weight(lexicon, words, word).unwrap_or(0), singles),
        }
    })
}

/// Tells whether a cover by fewer words (重大|事故) beats the best path (重|大事|故): it leaves fewer single kanji, and
/// its words are more familiar, unlike those of 他事|業者.
pub(super) fn beats(lexicon: &Lexicon, words: &UserWords, run: &[char], fewest: &[usize], path: &[usize]) -> bool {
    if fewest.len() >= path.len() || fewest.iter().all(|at| path.contains(at)) {
        return false;
    }
    let ((known, singles), (rival, rival_singles)) =
        (quality(lexicon, words, run, fewest), quality(lexicon, words, run, path));
    singles < rival_singles && known + BETTER_KNOWN <= rival
}

/// Tells whether a cover that respects a listed term has at most as many words as the best path, and at most as many
/// single kanji other than suffixes: 外国|人|参政権 beats 外国|人参|政権, but 虚|偽情報 does not beat 虚偽|情報.
pub(super) fn holds_terms(lexicon: &Lexicon, run: &[char], fewest: &[usize], path: &[usize]) -> bool {
    let singles = |cuts: &[usize]| {
        let mut from = 0;
        let pieces = cuts.iter().copied().chain([run.len()]).map(|to| std::mem::replace(&mut from, to)..to);
        pieces.filter(|at| at.len() == 1 && (at.start == 0 || !is_suffix(lexicon, run[at.start]))).count()
    };
    fewest.len() <= path.len() && singles(fewest) <= singles(path)
}

/// The correction at two neighbours on the best path, as found by [`beside`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mend {
    /// There is no boundary between them.
    Join,
    /// There is a boundary inside the second, after that many characters.
    CutSecond(usize),
    /// There is a boundary inside the first, after that many characters.
    CutFirst(usize),
}

/// Finds the correction at two neighbours on the best path of a run; `is_last` tells that the second ends before
/// hiragana.
pub(super) fn beside(
    lexicon: &Lexicon,
    words: &UserWords,
    first: &[char],
    second: &[char],
    is_last: bool,
) -> Option<Mend> {
    match (first, second) {
        _ if is_numeral(first) => is_numeral(second).then_some(Mend::Join),
        // 総務|省令 contains both 総務省 and 省令.
        ([.., _, _], [body, behind]) if BODIES.contains(*body) => (BEHIND_BODIES.contains(*behind)
            || BEHIND_PLACES.contains(*behind) && is_famous_place(lexicon, first))
        .then_some(Mend::CutSecond(1)),
        // 多言|語 contains 言語 too.
        ([_, middle], [last]) if !is_last && !COMMON_SUFFIXES.contains(*last) && !is_numeral(second) => {
            let known = weight(lexicon, words, &[*middle, *last])?;
            let rival = weight(lexicon, words, first).unwrap_or(0);
            (known <= rival - BETTER_KNOWN && !is_famous_place(lexicon, first)).then_some(Mend::CutFirst(1))
        }
        // 大|学 spells one word.
        ([one], [other]) if ![one, other].iter().any(|c| COUNTRIES.contains(**c)) && !is_numeral(second) => {
            let strong = STRONG_PREFIXES.contains(*one) || STRONG_SUFFIXES.contains(*other);
            (!strong && weight(lexicon, words, &[*one, *other])? <= -BETTER_KNOWN).then_some(Mend::Join)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Analyzer, fold};

    /// The folded text with its boundaries.
    fn cut(text: &str) -> String {
        let analyzed = Analyzer::new().analyze(text);
        let chars = analyzed.folded.chars.iter().zip(&analyzed.boundary).enumerate();
        chars
            .fold(String::new(), |out, (at, (c, bound))| out + if at > 0 && *bound { "|" } else { "" } + &c.to_string())
    }

    #[test]
    fn an_affix_leaves_the_word_beside_it_whole() {
        for cuts in [
            "放送|受信|料",
            "放送|受信|契約",
            "他|事業|者",
            "法|規制",
            "世界|最高|水準",
            "企業|別|売上|高",
            "生産|性|向上|等",
            "不|定期",
            "明文|化",
            "小|学校",
            "中|学校",
            "西|日本",
            "東|日本|大|震災",
            "送|受信",
            "外国|人|参政|権",
            "ミリ|波|帯|電波",
        ] {
            assert_eq!(cut(&cuts.replace('|', "")), cuts);
        }
    }

    #[test]
    fn a_suffix_between_two_words_belongs_to_both() {
        for cuts in ["総務|省|令", "製造|業|者", "労働|基準|監督|署|長", "東京|都|内", "動|画|像", "多|言|語"]
        {
            assert_eq!(cut(&cuts.replace('|', "")), cuts);
        }
    }

    #[test]
    fn what_two_words_spell_together_is_none() {
        for cuts in [
            "各国|連携",
            "保有|人材",
            "新米|国家",
            "管理|大臣",
            "東京|都",
            "虚偽|情報",
            "重大|事故|件数",
            "中国|人民|銀行",
        ] {
            assert_eq!(cut(&cuts.replace('|', "")), cuts);
        }
    }

    #[test]
    fn names_and_numbers_are_not_cut() {
        for cuts in
            ["大統領", "太平洋", "鹿児島|県", "名古屋", "江沢民", "第|百三十八|条", "二十一|世紀", "慶応|義塾|大学"]
        {
            assert_eq!(cut(&cuts.replace('|', "")), cuts);
        }
    }

    #[test]
    fn units_that_make_up_a_longer_entry_are_words() {
        for cuts in [
            "ケーブル|テレビ",
            "データ|ベース",
            "クレジット|カード",
            "メール|アドレス",
            "ビッグ|データ",
            "エコ|システム",
            "スパム|メール",
            "インターネット",
            "テンプレート",
            "コントロール",
            "データ|ベース|システム",
        ] {
            let pieces: Vec<String> = cuts.split('|').map(|piece| fold(piece).chars.into_iter().collect()).collect();
            assert_eq!(cut(&cuts.replace('|', "")), pieces.join("|"));
        }
    }
}
