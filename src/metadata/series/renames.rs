//! Sentences that say that a body or meeting had another name before.
//!
//! Three forms: brackets (電気通信技術審議会（現情報通信審議会）), a verb with both names (AからBに改称, A、BとCが統合されDが
//! 発足), a noun (Bの前身であるA). Only names of bodies and meetings: programmes, services and rules are renamed too.

use super::bodies::{Name, name_before, name_from, names};
use super::edges::closing;
use super::sentence::{sentence, written};
use super::signs::{BEFORE_MARK, Change};
use super::words::{List, WORDS};
use crate::document::{DateMention, Rename, RenameKind};
use crate::script::starts_with;

/// Finds the renames of a text at the words that tell of them.
pub(super) fn renames(chars: &[char], places: &[(usize, Change)], dates: &[DateMention]) -> Vec<Rename> {
    let mut found = Vec::new();
    for (at, change) in places {
        match change {
            Change::Mark => brackets(chars, *at, &mut found),
            Change::Word if matches!(chars[*at], '前' | '後' | '引') => nouns(chars, *at, &mut found),
            Change::Word => changes(chars, *at, dates, &mut found),
        }
    }
    let mut kept: Vec<Rename> = Vec::new();
    for rename in found {
        if !kept.iter().any(|other| other.old == rename.old && other.new == rename.new) {
            kept.push(rename);
        }
    }
    kept
}

fn starts(chars: &[char], at: usize, word: &str) -> bool {
    chars.get(at..).is_some_and(|rest| starts_with(rest, word))
}

/// True where a name ends with one of the words.
fn ends_with(words: &List, name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    words.before(&letters, letters.len()).is_some()
}

/// X（旧Y）, X（現Y）, X（現在の「Y」）, （…、現Y）.
fn brackets(chars: &[char], at: usize, found: &mut Vec<Rename>) {
    // The mark stands right behind the bracket or behind a comma inside it.
    let mut open = at;
    let mut inside = 0;
    if at == 0 || !BEFORE_MARK.contains(&chars[at - 1]) {
        return;
    }
    while open > 0 && chars[open] != '(' {
        open -= 1;
        inside += 1;
        if inside > 60 || matches!(chars[open], ')' | '\n') {
            return;
        }
    }
    if chars.get(open) != Some(&'(') {
        return;
    }
    let Some(close) = closing(chars, open) else { return };
    let former = WORDS.former.at(chars, at);
    let present = WORDS.present.at(chars, at);
    let Some(length) = former.or(present) else { return };
    let mut from = at + length;
    while from < close && matches!(chars[from], ':' | ' ' | '・' | 'は' | '、') {
        from += 1;
    }
    let Some(other) = name_from(chars, from, close) else { return };
    // 現行, 現場, 現時点, 旧来: the mark is part of a word.
    let is_word = |word: &str| starts(chars, at, word);
    if [
        "現代", "現行", "現場", "現時", "現地", "現実", "現状", "旧来", "旧式", "旧型", "後続", "現役", "現職", "現金",
        "現物",
    ]
    .iter()
    .any(|word| is_word(word))
    {
        return;
    }
    // 現在はKDDIの子会社: a sentence goes on.
    if chars.get(other.end).is_some_and(|c| matches!(c, 'の' | 'だ' | 'で' | 'が' | 'に' | 'を')) {
        return;
    }
    // 重要インフラ（現在、情報通信、金融、…）: a list tells what is meant.
    if chars[from - 1] == '、' && chars.get(other.end) == Some(&'、') {
        return;
    }
    let Some(own) = name_before(chars, open) else { return };
    let (old, new) = if former.is_some() { (&other, &own) } else { (&own, &other) };
    if is_pair(old, new, true) {
        found.push(rename(chars, at, old, new, RenameKind::Renamed, None));
    }
}

/// AからBに改称, AをBに改組, AとBが統合されCが発足, AのBへの改組.
fn changes(chars: &[char], at: usize, dates: &[DateMention], found: &mut Vec<Rename>) {
    let Some((length, kind)) = WORDS.change(chars, at) else { return };
    let (from, to) = sentence(chars, at);
    let date = dates
        .iter()
        .rev()
        .find(|date| date.span.start >= from && date.span.end <= at && date.interval.is_some())
        .and_then(written);
    // X（2013年4月にYに改称）, Y（Xから改称）: the verb and one name stand in brackets behind the other.
    if let Some(open) = bracket_before(chars, at, from)
        && let Some(own) = name_before(chars, open)
    {
        let inside = names(chars, open + 1, at);
        let joint = |name: &Name| chars[name.end..at].iter().collect::<String>();
        let changed = kind != RenameKind::Merged && kind != RenameKind::Succeeded;
        if let Some(other) = inside.last().filter(|_| changed) {
            let (old, new) = match joint(other).as_str() {
                "から" | "より" => (other, &own),
                "に" | "へ" | "と" | "" | "に名称を" | "と名称を" => (&own, other),
                _ => return,
            };
            if is_pair(old, new, false) && (inside.len() == 1 || is_body(&own.text) && is_body(&other.text)) {
                found.push(rename(chars, at, old, new, kind, date.clone()));
                return;
            }
        }
    }
    let before = names(chars, from, at);
    // The new name stands before the verb with に, へ or と, or behind it as what came to be.
    let is_name = starts(chars, at, "名称を変") || starts(chars, at, "名称を改");
    let is_change_of_name = !is_name && chars[at..at + length].ends_with(&['変', '更'])
        || starts(chars, at, "に改め")
        || starts(chars, at, "と改め");
    // Aと統合: with に and へ alone a name is what came of it.
    let joins = kind == RenameKind::Merged;
    let particle = |name: &&Name| {
        target_particle(chars, name.end, at, is_change_of_name) && !(joins && chars.get(name.end) == Some(&'と'))
    };
    if let Some(new) = before.iter().rev().find(particle) {
        let named = ["に変更", "へ変更", "と変更"].iter().any(|word| starts(chars, at, word));
        let before_new: Vec<&Name> = before.iter().filter(|name| name.end <= new.start).collect();
        let weak = matches!(chars[at], '移' | '昇' | '格' | '民' | '廃');
        let both = |old: &Name| !weak || is_body(&old.text) && is_body(&new.text);
        let fits =
            |old: &&&Name| source_particle(chars, old.end, new.start, named) && is_pair(old, new, false) && both(old);
        if let Some(old) = before_new.iter().rev().find(fits).copied() {
            // AとBが統合され、Cに再編: both became C.
            let between: String = chars[old.end..new.start].iter().collect();
            let joined = between.contains("統合") || between.contains("合併");
            let kind = if joined { RenameKind::Merged } else { kind };
            found.push(rename(chars, at, old, new, kind, date.clone()));
            // A、Bと統合し、Cとして: others of the list.
            if kind == RenameKind::Merged {
                let others = before_new.iter().filter(|other| is_body(&other.text) && in_list(chars, other.end));
                for other in others.filter(|other| joined && is_pair(other, new, false)) {
                    found.push(rename(chars, at, other, new, kind, date.clone()));
                }
                for other in joined_before(chars, &before, old) {
                    if is_pair(other, new, false) {
                        found.push(rename(chars, at, other, new, kind, date.clone()));
                    }
                }
            }
            return;
        }
        if named {
            return;
        }
    }
    // A及び同本部改組後のB: the older name is the last one that is no pronoun.
    if chars.get(at + length..).is_some_and(|rest| rest.starts_with(&['後', 'の'])) {
        let old = before.iter().rev().find(|name| is_body(&name.text) && !name.text.starts_with('同'));
        let new = names(chars, at + length + 2, to);
        if let (Some(old), Some(new)) = (old, new.first().filter(|new| new.start <= at + length + 3))
            && is_pair(old, new, false)
        {
            found.push(rename(chars, at, old, new, kind, date));
        }
        return;
    }
    // AとBを統合して発足したC, Aを改組したB: the new name is what the verb describes.
    if let Some(clause) = WORDS.relative.at(chars, at + length)
        && let Some(new) = names(chars, at + length + clause, to).first()
        && new.start <= at + length + clause + 1
        && is_body(&new.text)
        && let Some(last) = last_before(chars, &before, at)
    {
        for old in joined_before(chars, &before, last).into_iter().chain([last]) {
            if is_pair(old, new, false) && is_body(&old.text) {
                found.push(rename(chars, at, old, new, kind, date.clone()));
            }
        }
        return;
    }
    let verbs = ["改称", "衣替え", "名称変更", "改名"];
    if matches!(kind, RenameKind::Renamed) && !verbs.iter().any(|verb| starts(chars, at, verb)) {
        return;
    }
    let behind = names(chars, at + length, to);
    let Some(new) = behind.iter().find(|name| came_to_be(chars, name.end) && is_body(&name.text)) else { return };
    let between: String = chars[at + length..new.start].iter().collect();
    if between.chars().count() > 100 {
        return;
    }
    // The names right before the verb, and the bodies named in its clause: 第二電電、KDD及びIDOが合併.
    // 総務省は、AとBを統合し: the topic acts, the object changes.
    let has_object = before.iter().any(|name| chars.get(name.end) == Some(&'を'));
    let acts = |name: &&Name| has_object && chars.get(name.end) == Some(&'は');
    let changes = |name: &&Name| is_body(&name.text) && in_list(chars, name.end) && !acts(name);
    let mut old: Vec<&Name> = before.iter().filter(changes).collect();
    if let Some(last) = last_before(chars, &before, at).filter(|_| joins) {
        old.extend(joined_before(chars, &before, last).into_iter().chain([last]));
    }
    for old in old {
        if is_pair(old, new, false) && !old.text.ends_with("機関") {
            found.push(rename(chars, at, old, new, kind, date.clone()));
        }
    }
}

/// The bracket that is open at a place.
fn bracket_before(chars: &[char], at: usize, from: usize) -> Option<usize> {
    let back = chars[from..at].iter().rev().take(60).position(|c| matches!(c, '(' | ')'))?;
    let open = at - 1 - back;
    (chars[open] == '(').then_some(open)
}

/// Bの前身であるA, Aの後継であるB, Aを引き継ぐB.
fn nouns(chars: &[char], at: usize, found: &mut Vec<Rename>) {
    let (from, to) = sentence(chars, at);
    let (length, is_former) = match (WORDS.predecessor.at(chars, at), WORDS.successor.at(chars, at)) {
        (Some(length), _) => (length, true),
        (_, Some(length)) => (length, false),
        _ => return,
    };
    let joint = if chars[at] == '引' { 'を' } else { 'の' };
    if at == 0 || chars[at - 1] != joint && !(chars[at - 1] == 'に' && chars[at] == '引') {
        return;
    }
    let Some(own) = name_before(chars, at - 1).filter(|name| name.start >= from) else { return };
    let Some(other) = names(chars, at + length, to).into_iter().next().filter(|other| other.start <= at + length + 16)
    else {
        return;
    };
    let (old, new) = if is_former { (&other, &own) } else { (&own, &other) };
    if is_pair(old, new, false) && is_body(&old.text) && is_body(&new.text) {
        found.push(rename(chars, at, old, new, RenameKind::Succeeded, None));
    }
}

fn rename(chars: &[char], at: usize, old: &Name, new: &Name, relation: RenameKind, date: Option<String>) -> Rename {
    let (from, to) = sentence(chars, at);
    Rename {
        old: old.text.clone(),
        new: new.text.clone(),
        relation,
        date,
        evidence: chars[from..to].iter().collect::<String>().trim().to_owned(),
    }
}

/// True where a name is what another became: に, へ, と before the verb, with 名称を and the like between.
fn target_particle(chars: &[char], end: usize, verb: usize, change_of_name: bool) -> bool {
    if verb < end {
        return false;
    }
    let between = &chars[end..verb];
    WORDS.target.is(between) || change_of_name && between.is_empty()
}

/// True where a name is what became another: から, を, は, が, の, with other words up to the new name.
fn source_particle(chars: &[char], end: usize, new: usize, named: bool) -> bool {
    let between: String = chars[end..new].iter().collect();
    if named {
        return ["の名称を", "の名称を、", "の名称が", "という名称を", "から", "の名前を", "は名称を", "は、名称を"]
            .iter()
            .any(|joint| between.starts_with(joint))
            // …は合併し、社名をauに変更.
            || between.starts_with(['は', 'が', 'も'])
                && ["名称を", "社名を", "商号を", "名を"].iter().any(|end| between.ends_with(end));
    }
    let short = between.chars().count() <= 80;
    short
        && (["から", "より", "を", "は", "が", "の名称を", "について", "も", "、"]
            .iter()
            .any(|joint| between.starts_with(joint))
            || between == "の")
}

/// True where a name is one of those that come together: と, 及び, 、, が, を, は.
fn in_list(chars: &[char], end: usize) -> bool {
    let rest: String = chars[end..(end + 6).min(chars.len())].iter().collect();
    let rest = rest.trim_start_matches('等').trim_start_matches("など");
    ["と", "及び", "、", "が", "を", "は", "並びに", "の3社", "の三", "の二", "の通信", "の2", "・", "の両"]
        .iter()
        .any(|joint| rest.starts_with(joint))
}

/// The name right before a verb; 甲野、乙野、丙野の三社が合併: the last of those that are counted.
fn last_before<'a>(chars: &[char], all: &'a [Name], verb: usize) -> Option<&'a Name> {
    let (last, others) = all.split_last()?;
    if verb - last.end > 8 {
        return None;
    }
    let counts = |c: char| c.is_ascii_digit() || matches!(c, '両' | '二' | '三' | '四' | '五' | '六' | '七');
    let is_count = last.text.starts_with(counts) && last.text.chars().count() <= 4;
    let counted = others.last().filter(|name| is_count && chars[name.end..last.start] == ['の']);
    counted.or(Some(last))
}

/// Names of a list that goes on before `first`.
fn joined_before<'a>(chars: &[char], all: &'a [Name], first: &Name) -> Vec<&'a Name> {
    let mut kept = Vec::new();
    let mut start = first.start;
    for name in all.iter().rev().filter(|name| name.end <= first.start) {
        let between: String = chars[name.end..start].iter().collect();
        if matches!(between.as_str(), "と" | "及び" | "、" | "・" | "並びに") {
            start = name.start;
            kept.push(name);
        } else {
            break;
        }
    }
    kept
}

/// True where a name came to be: となった, が発足, として設立, を設置.
fn came_to_be(chars: &[char], end: usize) -> bool {
    let mut end = end;
    // 「…」（議長：…）を設置, …協会 3 が発足: brackets and the number of a note stand between.
    loop {
        match chars.get(end) {
            Some(' ') => end += 1,
            Some('(') => match closing(chars, end) {
                Some(close) => end = close + 1,
                None => break,
            },
            Some(c) if c.is_ascii_digit() && end > 0 && matches!(chars[end - 1], ' ' | '0'..='9') => end += 1,
            _ => break,
        }
    }
    WORDS.became.at(chars, end).is_some()
}

/// True for the name of a body or a meeting.
fn is_body(name: &str) -> bool {
    let latin = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '&' | '・' | ' '))
        && name.chars().any(|c| c.is_ascii_uppercase());
    ends_with(&WORDS.bodies_named, name) || latin || name.starts_with("独立行政法人") || name.contains("株式会社")
}

/// True where one can have become the other; in brackets the marks say so, else one of them must be a body's name.
fn is_pair(old: &Name, new: &Name, marked: bool) -> bool {
    let thing =
        |name: &Name| ends_with(&WORDS.things, &name.text) && (!is_body(&name.text) || name.text.ends_with("一部"));
    // A noun of two characters outside brackets is a word: 協議, 整理; 郵政省 and KDD are names.
    let least = if marked { 2 } else { 3 };
    let long = |name: &Name| name.text.chars().count() >= least;
    // 住商情報システム（現SCSK）: a company may be named so.
    let company = |name: &Name, other: &Name| {
        marked && (name.text.ends_with("システム") || name.text.ends_with("サービス")) && is_body(&other.text)
    };
    if thing(old) && !company(old, new)
        || thing(new) && !company(new, old)
        || old.text == new.text
        || !long(old)
        || !long(new)
    {
        return false;
    }
    is_body(&old.text) || is_body(&new.text) || marked && old.text.chars().count() >= 2
}
