//! When and where a meeting was held, from the clause around its name.

use super::attached::Named;
use super::edges::is_noun;
use super::ordinal::blanks;
use super::sentence::written;
use super::words::WORDS;
use crate::document::DateMention;
use crate::metadata::gazetteer::partners;

/// The days of a meeting: in the brackets behind it; before it, if no other meeting stands between but one that is
/// held with it; behind it. The sentence of the name goes from `start` to `end`.
pub(super) fn date_of(
    chars: &[char],
    name: &Named,
    (start, end): (usize, usize),
    all: &[Named],
    dates: &[DateMention],
) -> Option<String> {
    if let Some((from, to)) = name.note
        && let Some(inside) = dates.iter().find(|date| date.span.start >= from && date.span.end <= to)
    {
        return written(inside);
    }
    let other = |from: usize, to: usize| {
        // The names come in order.
        let first = all.partition_point(|other| other.start < from);
        let inside = all[first..].iter().take_while(|other| other.start < to);
        inside
            .filter(|other| other.end <= to && other.start != name.start)
            .any(|other| !is_joint(&chars[other.end..to].iter().take(8).collect::<String>()))
    };
    // The dates come in order.
    let dates = &dates[dates.partition_point(|date| date.span.start < start)..];
    let dates = &dates[..dates.partition_point(|date| date.span.start < end)];
    // 研究会期（2008～2011年）の課題を扱う総会: a date alone in brackets is of the word before it.
    let is_gloss = |date: &&DateMention| {
        let open = date.span.start.checked_sub(1).filter(|open| chars[*open] == '(');
        let noun = open.and_then(|open| open.checked_sub(1)).map(|at| chars[at]);
        chars.get(date.span.end) == Some(&')') && noun.is_some_and(|c| !matches!(c, '年' | '月' | '日' | '度'))
    };
    let before = dates.iter().rev().find(|date| date.span.end <= name.start && !is_gloss(date));
    if let Some(date) =
        before.filter(|date| !other(date.span.end, name.start) && !is_other_matter(chars, date.span.end, name.start))
    {
        return spread(chars, dates, date);
    }
    let after = dates.iter().find(|date| date.span.start >= name.end && date.span.end <= end)?;
    let between: String = chars[name.end..after.span.start].iter().collect();
    let near = between.is_empty() || ["が", "は", "を", "、", "「", "」"].iter().any(|word| between.starts_with(word));
    let near = near && between.chars().count() <= 12 && !between.contains("を経");
    let held: String = chars[after.span.end..(after.span.end + 14).min(end)].iter().collect();
    let is_held = ["に", "開催", " |", "に、"].iter().any(|word| held.starts_with(word)) || held.contains("開催");
    (near && is_held && !other(name.end, after.span.start)).then(|| written(after))?
}

/// True for what joins two meetings that are held together.
fn is_joint(between: &str) -> bool {
    matches!(between.trim(), "及び" | "と" | "、" | "・" | "並びに" | "」及び「" | "及び「")
}

/// The days of a date and of those joined with it: 11月14日(水)及び15日(木).
fn spread(chars: &[char], dates: &[DateMention], last: &DateMention) -> Option<String> {
    let mut first = last;
    for date in dates.iter().rev().filter(|date| date.span.end <= last.span.start) {
        let between: String = chars[date.span.end..first.span.start].iter().collect();
        if !matches!(between.as_str(), "及び" | "、" | "・" | "と") {
            break;
        }
        first = date;
    }
    let (Some(from), Some(to)) = (first.interval, last.interval) else { return written(last) };
    if first.span.start == last.span.start || from.start > to.end {
        return written(last);
    }
    Some(format!("{}/{}", from.start, to.end))
}

/// True where a clause ends between a date and a name: the date is of what was said before.
fn is_other_matter(chars: &[char], from: usize, to: usize) -> bool {
    let between: String = chars[from..to].iter().collect();
    ["し、", "たほか", "ており、", "するとともに", "れ、", "を経て", "までに"].iter().any(|end| between.contains(end))
}

/// The place of a meeting: …において、第3回…, …で開催された第18回…, (2003年9月、韓国・済州), | @韓国・ソウル |.
pub(super) fn place_of(chars: &[char], name: &Named, (start, end): (usize, usize), all: &[Named]) -> Option<String> {
    if let Some((from, to)) = name.note {
        let inside: String = chars[from..to].iter().collect();
        if let Some((_, place)) = inside.rsplit_once(['、', ',', '於']) {
            let place = place.trim_matches(['於', ' ', ':', '@']);
            let place = if place.contains('(') { place } else { place.trim_end_matches(')') };
            return (!place.is_empty() && place.chars().count() <= 20 && !place.contains(['第', '年', '月']))
                .then(|| place.to_owned());
        }
    }
    // チュニジアにて開催された世界情報社会サミットにおいて…: the place of another meeting.
    let last = all[..all.partition_point(|other| other.start < name.start)].last();
    let is_joined = |last: &Named| {
        last.end <= name.start && is_joint(&chars[last.end..name.start].iter().take(8).collect::<String>())
    };
    let start = last.filter(|last| !is_joined(last)).map_or(start, |last| last.end.clamp(start, name.start));
    // A quotation may hold the end of a sentence.
    let end = end.max(name.end);
    let before = &chars[start..name.start];
    let line = || chars[name.end..end].iter().collect::<String>();
    if chars.get(blanks(chars, name.end)) == Some(&'|')
        && let Some((_, rest)) = line().split_once('@')
    {
        return rest.split('|').next().map(|place| place.trim().to_owned()).filter(|place| !place.is_empty());
    }
    let marks: [&[char]; 3] = [&['に', 'お', 'い', 'て'], &['に', 'て'], &['で']];
    for (n, mark) in marks.into_iter().enumerate() {
        // The last one before the name: a place is told right before what was held there.
        let held = |at: &usize| {
            let runs_on = || {
                let next: String = before[at + mark.len()..].iter().take(3).collect();
                next.is_empty()
                    || ["、", "第", "「", "開催", "実施", "行わ", "日"].iter().any(|word| next.starts_with(word))
            };
            before[*at..].starts_with(mark) && (n < 2 || runs_on())
        };
        let marked = (0..before.len().saturating_sub(mark.len() - 1)).rev().filter(held);
        if let Some(place) = marked.filter_map(|at| place_before(before, at)).next() {
            return Some(place);
        }
    }
    let rest = &chars[name.end..end.min(name.end + 40)];
    let held = |at: &usize| {
        marks.iter().any(|mark| {
            rest[*at..].starts_with(mark) && {
                let next = &rest[*at + mark.len()..];
                next.starts_with(&['開', '催']) || next.starts_with(&['の', '開', '催'])
            }
        })
    };
    let at = (0..rest.len()).find(held)?;
    place_before(rest, at)
}

/// The noun before `at`, if it is a place: a country, a city, 札幌市, a name in katakana; or a meeting over the network.
fn place_before(chars: &[char], at: usize) -> Option<String> {
    let mut from = at;
    while from > 0 {
        let c = chars[from - 1];
        let inner = is_noun(c) || matches!(c, '(' | ')') || (c == 'の' && from > 1 && is_noun(chars[from - 2]));
        if !inner {
            break;
        }
        from -= 1;
    }
    let run = &chars[from..at];
    // 2004(平成16)年7月札幌: what is left of a date is none.
    let last = run.iter().rposition(|c| matches!(c, '年' | '月' | '日'));
    let last = last.filter(|at| run.get(at + 1) != Some(&'本') && run[..*at].iter().any(char::is_ascii_digit));
    let run = &run[last.map_or(0, |at| at + 1)..];
    let place: String = run.iter().collect::<String>().trim_matches([' ', '・', 'の']).to_owned();
    if !(2..=20).contains(&place.chars().count()) || place.contains('(') != place.contains(')') {
        return None;
    }
    let known = |part: &str| {
        let letters: Vec<char> = part.chars().collect();
        WORDS.cities.is(&letters)
            || partners().by_name(part).is_some_and(|row| row.kind.is_single())
            || ["市", "県", "都", "府", "町", "村", "国内", "王国", "共和国", "島", "州"]
                .iter()
                .any(|end| part.ends_with(end))
                && part.chars().count() > 1
            || matches!(part, "日本" | "Web会議" | "ウェブ会議" | "オンライン" | "テレビ会議" | "電話会議")
            || letters.len() >= 3 && letters.iter().all(|c| crate::script::is_katakana(*c) || *c == '・')
    };
    let mut parts = place.split(['・', 'の', '(', ')', '、']).filter(|part| !part.is_empty());
    let first = parts.next()?;
    let is_place = known(&place) || known(first) && parts.clone().all(|part| known(part) || part.chars().count() <= 6);
    // 政府において, 都道府県で: who acts.
    let acts = ["政府", "都道府", "都道府県", "市町村", "各県", "各市", "同市", "同県", "当市", "本市", "本県"];
    if acts.contains(&place.as_str()) {
        return None;
    }
    let is_no_place =
        ["アジア", "フォーラム", "サミット", "グループ", "レベル", "セッション", "プロジェクト", "メンバー", "パネル"]
            .iter()
            .any(|word| place.ends_with(word));
    (is_place && !is_no_place).then_some(place)
}
