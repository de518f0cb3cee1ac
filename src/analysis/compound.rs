//! Words inside compounds of kanji: where the dictionary's best path is mended, and where its long words have parts.
//!
//! A compound is made of words of two kanji, each with affixes of one (他|事業|者). The best path knows that, so it stands
//! unless a listed term crosses it; a cover by the fewest words does not (他事|業者), because it counts an affix as a word.

use super::cover::cheapest_cover;
use super::dictionary::Lexicon;
use super::words::UserWords;

/// Prefixes that stand before a whole word, whatever the rest spells: 不|定期, not 不定|期.
const STRONG_PREFIXES: &str = "不非無未再";
/// Kanji that seldom are anything but a prefix before a word.
const PREFIXES: &str = "大新旧副各全諸両準超反他東西南北小中";
/// Suffixes that stand behind a whole word, whatever the rest spells: 明文|化, not 明|文化.
const STRONG_SUFFIXES: &str = "化的性者";
/// Suffixes of places: 北海|道.
const PLACE_SUFFIXES: &str = "都道府県市区町村郡";
/// Suffixes that make a word of any other; none of them is the second half of another word behind it.
const COMMON_SUFFIXES: &str =
    "地波先証書法別的者化性後前内外上下等数物員機期業力金品面町長型体会費用家中人県市区村都府道間国島側料館所部省庁局";
/// Suffixes of bodies and trades that a suffix of a rank, an order or a person may follow: 総務省|令, 製造業|者.
const BODIES: &str = "省庁府局部課室院所会社市県区町村都校署団学業";
/// Suffixes behind those of bodies.
const BEHIND_BODIES: &str = "令長者";
/// Suffixes behind those of places: 東京都|内.
const BEHIND_PLACES: &str = "内外民立";
/// Names of countries in one kanji: 日|中|韓, not 日中|韓.
const COUNTRIES: &str = "日米英仏独伊露中韓朝台印豪加欧越比泰蘭西";
/// Numerals in kanji.
const NUMERALS: &str = "〇一二三四五六七八九十百千万億兆";

/// Costs of a part of a word, in the unit of IPADIC's costs. A word of two kanji costs ten times what knowledge of it
/// can change; one affix costs less than a word, two cost more.
const WORD: i32 = 10_000;
const LONGER_WORD: i32 = 11_000;
const STRONG_AFFIX: i32 = 2_000;
const PLACE_SUFFIX: i32 = 4_000;
const PREFIX: i32 = 5_000;
const SUFFIX: i32 = 6_000;
const OTHER_EDGE: i32 = 8_000;
const OTHER: i32 = 14_000;
/// Each kanji of a name of a person or body, and of what the dictionary does not know.
const NAME_CHAR: i32 = 7_000;
const UNKNOWN_CHAR: i32 = 8_000;
/// What knowledge changes at most.
const KNOWN_BEST: i32 = -2_000;
const KNOWN_WORST: i32 = 1_000;
/// A listed term is known better than any entry.
const TERM: i32 = -3_000;
/// A word of three kanji whose parts cost as much has none.
const MOST_OF_THREE: i32 = 22_000;
/// Cost of an entry of which IPADIC's training text knew nothing, by its kind.
const UNSEEN_VERBAL: i32 = 4_467;
const UNSEEN_PLACE: i32 = 9_000;
const UNSEEN_OTHER: i32 = 5_620;
/// How much better known the second of two overlapping words must be, for its boundary to be one too.
const BETTER_KNOWN: i32 = 500;
/// Names of places that cost more are known to few.
const FAMOUS_PLACE: i16 = 6_000;

fn is_numeral(piece: &[char]) -> bool {
    piece.iter().all(|c| NUMERALS.contains(*c))
}

/// How well known a noun is, less is better; `None` for what is no noun, an affix, or a name of a person or body.
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

/// What the cheapest entry of a word is a name of.
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

/// Cuts of a word of three kanji or more into words and affixes; none in a person's name and in what they do not make
/// up.
pub(super) fn kanji_parts(lexicon: &Lexicon, words: &UserWords, word: &[char]) -> Vec<usize> {
    let name = name_of(lexicon, word);
    if is_numeral(word) || name == Some("人名") {
        return Vec::new();
    }
    // 市|町|村 and 都|道|府|県 are lists.
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

/// The words of a cover that are no single kanji, as one number: how well they are known together; and the number of
/// single kanji.
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

/// True where a cover by fewer words (重大|事故) beats the best path (重|大事|故): it leaves fewer single kanji, and its
/// words are better known, which those of 他事|業者 are not.
pub(super) fn beats(lexicon: &Lexicon, words: &UserWords, run: &[char], fewest: &[usize], path: &[usize]) -> bool {
    if fewest.len() >= path.len() || fewest.iter().all(|at| path.contains(at)) {
        return false;
    }
    let ((known, singles), (rival, rival_singles)) =
        (quality(lexicon, words, run, fewest), quality(lexicon, words, run, path));
    singles < rival_singles && known + BETTER_KNOWN <= rival
}

/// True where a cover that holds a listed term has no more words than the best path, and no more single kanji that are
/// no suffix: 外国|人|参政権 over 外国|人参|政権, not 虚|偽情報 over 虚偽|情報.
pub(super) fn holds_terms(lexicon: &Lexicon, run: &[char], fewest: &[usize], path: &[usize]) -> bool {
    let singles = |cuts: &[usize]| {
        let mut from = 0;
        let pieces = cuts.iter().copied().chain([run.len()]).map(|to| std::mem::replace(&mut from, to)..to);
        pieces.filter(|at| at.len() == 1 && (at.start == 0 || !is_suffix(lexicon, run[at.start]))).count()
    };
    fewest.len() <= path.len() && singles(fewest) <= singles(path)
}

/// What is mended beside two words of the best path, by [`beside`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mend {
    /// No boundary stands between them.
    Join,
    /// A boundary stands inside the second, at that many characters of it.
    CutSecond(usize),
    /// A boundary stands inside the first, at that many characters of it.
    CutFirst(usize),
}

/// What two neighbours on the best path of a run are beside each other; `is_last` where the second ends at hiragana.
pub(super) fn beside(
    lexicon: &Lexicon,
    words: &UserWords,
    first: &[char],
    second: &[char],
    is_last: bool,
) -> Option<Mend> {
    match (first, second) {
        _ if is_numeral(first) => is_numeral(second).then_some(Mend::Join),
        // 総務|省令 has 総務省 and 省令.
        ([.., _, _], [body, behind]) if BODIES.contains(*body) => (BEHIND_BODIES.contains(*behind)
            || BEHIND_PLACES.contains(*behind) && is_famous_place(lexicon, first))
        .then_some(Mend::CutSecond(1)),
        // 多言|語 has 言語 beside what the path saw in it.
        ([_, middle], [last]) if !is_last && !COMMON_SUFFIXES.contains(*last) && !is_numeral(second) => {
            let known = weight(lexicon, words, &[*middle, *last])?;
            let rival = weight(lexicon, words, first).unwrap_or(0);
            (known <= rival - BETTER_KNOWN && !is_famous_place(lexicon, first)).then_some(Mend::CutFirst(1))
        }
        // 大|学 is one word.
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
