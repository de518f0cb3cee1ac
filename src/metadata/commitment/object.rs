//! Finds the object of a predicate: the words before it, back to the last border of a clause.

use super::found::Found;
use super::words::{any_ends, any_starts, words};
use crate::document::Strength;
use crate::script::{ends_with, is_hiragana, is_kanji, starts_with};

/// Particles between an object and its act, longest first. The flag is true if a verb takes the object (を), false if a
/// noun takes it (の).
const PARTICLES: [(&str, bool); 24] = [
    ("についての", false),
    ("に関しての", false),
    ("に関する", false),
    ("に向けた", false),
    ("に対する", false),
    ("への", false),
    ("との", false),
    ("での", false),
    ("の", false),
    ("について", true),
    ("に関して", true),
    ("に関し", true),
    ("につき", true),
    ("に対して", true),
    ("に対し", true),
    ("に向けて", true),
    ("を", true),
    ("が", true),
    ("で", true),
    ("に", true),
    ("へ", true),
    ("も", true),
    ("は", true),
    ("と", true),
];

/// Borders of a clause before a comma; an object begins after the comma.
const BORDERS: &[&str] = &[
    "あわせて",
    "併せて",
    "加えて",
    "そこで",
    "したがって",
    "具体的には",
    "その際",
    "特に",
    "とともに",
    "と共に",
    "たほか",
    "るほか",
    "一方",
    "は",
    "では",
    "には",
    "において",
    "が",
    "し",
    "して",
    "り",
    "い",
    "き",
    "行って",
    "れ",
    "ため",
    "後",
    "際",
    "より",
    "また",
    "さらに",
    "更に",
    "後に",
    "今後",
    "ところ",
    "結果",
    "下で",
    "間で",
    "的に",
    "け",
    "受け",
    "経て",
    "向けて",
    "通じて",
    "通じ",
    "踏まえて",
    "目途に",
    "を目指して",
    "るなど",
    "に加え",
    "よう",
    "ように",
];

/// Words of time before a particle; the object stands before them.
const TIMES: [&str; 12] = ["月", "年", "日", "年度", "月頃", "同時", "前", "後", "次回", "正式", "新た", "月末"];

/// Returns the particle before an act; adverbs between both are skipped.
pub(super) fn particle(core: &[char], at: usize) -> Option<(&'static str, bool)> {
    let end = without_adverbs(core, at);
    // 並びに情報交換: 並びに joins nouns.
    if ends_with(&core[..end], "並びに") {
        return None;
    }
    PARTICLES.into_iter().find(|(text, _)| ends_with(&core[..end], text))
}

fn without_adverbs(core: &[char], mut at: usize) -> usize {
    for _ in 0..4 {
        let Some(length) = words().before("adverb", &core[..at]) else { break };
        at -= length;
    }
    while at > 0 && core[at - 1] == '、' {
        at -= 1;
    }
    at
}

/// Returns the text before the act and its particle.
pub(super) fn noun_before(core: &[char], at: usize) -> &[char] {
    let mut end = end_before(core, at);
    if let Some(length) = any_ends(&core[..end], &["等", "など"]) {
        end -= length;
    }
    &core[..end]
}

/// Returns the end of the noun before an act, without its particle and without a time between both.
fn end_before(core: &[char], at: usize) -> usize {
    let end = without_adverbs(core, at);
    let Some((particle, _)) = PARTICLES.into_iter().find(|(text, _)| ends_with(&core[..end], text)) else { return end };
    let end = end - particle.chars().count();
    // 勧告が2月に採択された: the object stands before the time.
    if particle == "に" && any_ends(&core[..end], &TIMES).is_some() {
        let near = end.saturating_sub(18);
        if let Some(at) = (near..end).rev().find(|at| matches!(core[*at], 'を' | 'が')) {
            return at;
        }
    }
    end
}

/// Returns the range of the object of a predicate in the core.
pub(super) fn range(core: &[char], found: Found) -> Option<(usize, usize)> {
    let act = &core[found.from..];
    let is_decided = any_starts(act, &["ことと", "ことに"]).is_some();
    let end = if is_decided { found.from + 2 } else { end_before(core, found.from) };
    // 質問票を送付予定: the object belongs to the noun before 予定.
    let end = match (found.strength, core[..end].iter().rposition(|c| *c == 'を')) {
        (Strength::Planned, Some(at))
            if end == found.from && end - at <= 5 && core[at + 1..end].iter().all(|c| is_kanji(*c)) =>
        {
            at
        }
        _ => end,
    };
    let is_clause = ends_with(&core[..end], "こと") || found.strength == Strength::Planned;
    let mut from = start(core, end, is_clause);
    // A short clause (継続的に実施すること) takes the clause before it.
    if is_clause && end - from < 11 && from > 1 {
        from = start(core, from - 1, is_clause);
    }
    let from = from + lead(&core[from..end], is_clause);
    // A talk has a topic only if a particle marks it.
    let bare =
        end == found.from && !is_decided && found.strength != Strength::Planned && found.strength != Strength::Agreed;
    // そのための検討, これを決定した: a pronoun names no object.
    let points_back = end < from + 5 && core.get(from).is_some_and(|c| "そこ同".contains(*c));
    if from + 1 < end && !bare && !points_back {
        return Some((from, end));
    }
    // 役割分担に関しましては、検討を進めます: the topic is the object.
    ["に関しましては", "については", "に関しては", "につきましては", "について、"].iter().find_map(|topic| {
        let at = (1..found.from).rev().find(|at| starts_with(&core[*at..], topic))?;
        let from = start(core, at, false);
        (from + 1 < at).then_some((from, at))
    })
}

/// Returns the position after the last border of a clause before `end`.
fn start(core: &[char], end: usize, is_clause: bool) -> usize {
    let mut depth = 0_usize;
    for at in (1..end).rev() {
        match core[at] {
            '」' | '』' => depth += 1,
            '「' | '『' => depth = depth.saturating_sub(1),
            '、' if depth == 0 => {
                let before = &core[..at];
                let is_topic = any_ends(before, &["に関しては", "については", "を始め", "を含め"]).is_some();
                let border = BORDERS.iter().any(|border| ends_with(before, border)) && !is_topic;
                // 演習について、今年度の成果を: an object without こと begins after the topic; a clause with こと includes it.
                if border || !is_clause && any_ends(before, &["について", "に関して"]).is_some() {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    0
}

/// Counts the characters of the topic and of introductory words: また、, 両大臣は, 会合において, 日米間で, 2012年2月に.
fn lead(object: &[char], is_clause: bool) -> usize {
    let mut from = 0;
    let mut depth = 0_usize;
    for at in 0..object.len() {
        match object[at] {
            '「' | '『' => depth += 1,
            '」' | '』' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c => {
                let rest = &object[at..];
                let left = |length: usize| object.len() - at - length;
                let borders: &[&str] = if is_clause {
                    &["との間で", "の間で"]
                } else {
                    &[
                        "との間で",
                        "間において",
                        "において",
                        "に対し",
                        "の間で",
                        "では",
                        "すべく",
                        "を経て",
                        "を踏まえ",
                        "により",
                        "によって",
                    ]
                };
                let when = || (c == 'に' || c == 'で') && any_ends(&object[..at], &TIMES[..5]).is_some() && at < 24;
                if let Some(length) = any_starts(rest, borders) {
                    // At least five characters must remain for the object.
                    if left(length) > 4 {
                        from = at + length;
                    }
                } else if starts_with(rest, "はじめ") || (c == 'が' && at > 0 && "我わ".contains(object[at - 1]))
                {
                    // は in G20をはじめとする and が in 我が国 are no particles.
                } else if c == 'は' && at > 0 && left(0) > 5 && !matches!(object[at - 1], 'で' | 'に' | 'ま' | 'い')
                    || (!is_clause && left(1) > 3 && when())
                    || (!is_clause && c == 'が' && left(1) > 3 && at > 0 && !is_hiragana(object[at - 1]) && at < 14)
                {
                    from = at + 1;
                }
            }
        }
        if object.get(from) == Some(&'も') && object.get(from + 1) == Some(&'、') {
            from += 1;
        }
        if object.get(from) == Some(&'、') {
            from += 1;
        }
    }
    from.min(object.len())
}
