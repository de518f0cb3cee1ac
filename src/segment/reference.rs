//! Tells lines that begin like a heading and are none: sentences that refer to a number, and notes.

use crate::normalize::line_shape;
use crate::script::{is_digit, is_kanji};

/// Words that join a number to a sentence, whatever follows.
const JOINING: [&str; 16] = [
    "を",
    "及び",
    "および",
    "並びに",
    "又は",
    "または",
    "若しくは",
    "、",
    "，",
    "～",
    "〜",
    "から",
    "より",
    "のう",
    "のよ",
    "のと",
];

/// Particles that join a number to a sentence where a kanji, a number or another particle follows: で述べた, に示す,
/// の場合. A heading may begin with the same character: でんぷん, はじめに, がん対策.
const PARTICLES: [char; 9] = ['で', 'に', 'の', 'は', 'が', 'と', 'も', 'へ', 'や'];

/// Beginnings of words that look like a particle: は虫類, と畜場, もの作り.
const WORDS: [&str; 5] = ["は虫", "と畜", "は種", "もの", "とも働"];

/// True if a line begins with a number that the sentence refers to: （1）で述べたような取組を進める.
pub(super) fn refers(text: &str) -> bool {
    let Some(marked) = line_shape::marker(text) else { return false };
    let rest = &text[marked.length_bytes..];
    // A blank after the number separates a heading: （1） 及び腰の対応.
    if text[..marked.length_bytes].ends_with(char::is_whitespace) || WORDS.iter().any(|word| rest.starts_with(word)) {
        return false;
    }
    let mut letters = rest.chars();
    let particle = letters.next().is_some_and(|c| PARTICLES.contains(&c));
    let goes_on = letters.next().is_some_and(|c| {
        is_kanji(c) || is_digit(c) || matches!(c, '、' | '，' | 'は' | 'も' | 'の' | 'お' | 'つ' | 'よ' | '(' | '（')
    });
    JOINING.iter().any(|word| rest.starts_with(word)) || particle && goes_on
}

/// True for a note, which is no heading: ※1 …, 注2 …, （注）…, *3 …, 4 総務省「…」（http…）.
pub(super) fn is_note(text: &str) -> bool {
    let mut letters = text.trim_start_matches(['(', '（', '[', '［', '＊', '*', '※', '†', '‡']).chars();
    let marked = text.starts_with(['※', '＊', '†', '‡']);
    let (first, second) = (letters.next(), letters.next());
    let starred = text.starts_with('*') && first.is_some_and(is_digit);
    let named = first == Some('注')
        && second.is_none_or(|c| is_digit(c) || matches!(c, ')' | '）' | ']' | '］' | '：' | ':' | ' ' | '　'));
    let numbered = line_shape::marker(text).is_some_and(|marked| marked.marker == line_shape::Marker::Number);
    let cites = || ["http://", "https://", "より作成", "を参照", "を基に作成"].iter().any(|word| text.contains(word));
    marked || starred || named || numbered && cites()
}

#[cfg(test)]
mod tests {
    use super::{is_note, refers};

    #[test]
    fn a_number_before_a_particle_is_a_reference() {
        for text in [
            "（1）で述べたような取組を進める",
            "(2)に示す課題への対応",
            "①及び②の方針の下で進める",
            "（3）の場合における措置",
            "②を踏まえた今後の取組",
            "（2）については次のとおり",
            "③と同様の考え方による整理",
            "（1）では現状を整理した",
        ] {
            assert!(refers(text), "{text}");
        }
    }

    #[test]
    fn a_heading_may_begin_with_the_character_of_a_particle() {
        for text in [
            "（1）はじめに",
            "(2)がん対策",
            "①でんぷんの需給",
            "（3）にぎわいの創出",
            "（4）とりまとめ",
            "⑤もの作りの振興",
            "（1）情報共有",
            "1 と畜場の管理",
            "(3)は虫類の保護",
            "（2）やさしい日本語",
        ] {
            assert!(!refers(text), "{text}");
        }
    }

    #[test]
    fn a_note_is_no_heading() {
        for text in [
            "※1 平成28年度末の値",
            "注2 推計値を含む",
            "（注）四捨五入による",
            "*3 暫定値",
            "＊ 速報値",
            "4 総務省「通信利用動向調査」より作成",
            "12 https://www.example.jp/",
        ] {
            assert!(is_note(text), "{text}");
        }
        for text in ["注意事項", "1 概要", "注目される技術", "（1）注視すべき点", "*重要*"] {
            assert!(!is_note(text), "{text}");
        }
    }
}
