//! Finds commitments: sentences that agree, commit, confirm, discuss, consider, plan or state something.
//!
//! The rules follow these facts of the language:
//! 1. The last predicate of a sentence and the predicates joined to it (し、, とともに, ほか) count. A predicate before
//!    a noun (合意された協力) modifies the noun. `clause`
//! 2. The strongest of these predicates is the strength of the sentence. `judge`
//! 3. An act is a verbal noun. With する or を行う it is a predicate; in a compound (検討会) or before で or に基づき it
//!    is no predicate. `judge`
//! 4. A denied act did not happen (合意に至らず); a denied object does not deny the act (設置しないことで合意). `verb`
//! 5. An expected act is planned (採択が予定されている); a conditional act is no commitment (合意が得られれば). `future`
//! 6. A title omits the verb: 覚書の署名.
//! 7. Entries of a list take the predicate of the sentence that announces the list (以下の事項を確認した。).
//! 8. The same rules hold for acts of Japan and of other countries; `actor` finds the actor.

mod actor;
mod clause;
mod found;
mod future;
mod judge;
mod object;
mod sentence;
mod verb;
mod words;

use actor::Name;
pub(super) use words::COMMITMENTS;

use super::gazetteer::partners;
use super::half_width::{Hit, PlainText};
use super::rows::Kind;
use found::Found;
use sentence::Sentence;
use words::{any_ends, any_starts, find, words};

use crate::document::{Actor, Commitment, Span, Strength};

/// Finds the commitments of a text. `plain` is the text in half width, `hits` the names of partners in it.
pub(super) fn commitments(plain: PlainText<'_>, text: &str, hits: &[Hit]) -> Vec<Commitment> {
    // Names are resolved only if a sentence has a commitment.
    read(plain.chars, text, || {
        let found = partners().names(plain, hits).into_iter();
        found
            .filter_map(|found| {
                let row = &partners().rows()[*found.partners.first()?];
                let state = row.is_government() || row.kind == Kind::Region;
                Some(Name { start: found.start, end: found.end, bilateral: found.bilateral, state })
            })
            .collect()
    })
}

fn read(chars: &[char], text: &str, names: impl FnOnce() -> Vec<Name>) -> Vec<Commitment> {
    let mut decided: Vec<(Sentence, Found)> = Vec::new();
    let mut announced: Option<Strength> = None;
    let mut made: Vec<Commitment> = Vec::new();
    let mut inherited: Vec<(Sentence, Strength)> = Vec::new();
    let mut sentence = Sentence::default();
    for span in sentence::spans(chars) {
        if announced.is_none() && !may_decide(&chars[span.start..span.end]) {
            continue;
        }
        sentence.fill(chars, span);
        if sentence.core.is_empty() {
            continue;
        }
        match judge::strongest(&sentence) {
            Some(found) => {
                announced = announces(&sentence).then_some(found.strength);
                decided.push((std::mem::take(&mut sentence), found));
            }
            None if ends_head(&sentence.core) => announced = Some(Strength::Agreed),
            None => match announced {
                // An entry of a list without its own predicate.
                Some(strength) if sentence.marked => inherited.push((std::mem::take(&mut sentence), strength)),
                _ => announced = None,
            },
        }
    }
    if decided.is_empty() && inherited.is_empty() {
        return made;
    }
    let names = names();
    let written: Vec<char> = text.chars().collect();
    let slice = |from: usize, to: usize| {
        written.get(from..to).map(|chars| chars.iter().collect::<String>()).unwrap_or_default()
    };
    for (sentence, found) in &decided {
        let is_subject = |name: &Name| {
            chars.get(name.end..).is_some_and(|rest| {
                any_starts(rest, &["は", "が", "政府は", "政府が", "では", "側は", "側が", "からは"]).is_some()
            })
        };
        let within: Vec<(Name, bool)> = names
            .iter()
            .filter(|name| name.start >= sentence.span.start && name.end <= sentence.span.end)
            .map(|name| (*name, is_subject(name)))
            .collect();
        let place = |at: usize| sentence.at.get(at).copied().unwrap_or(sentence.span.end);
        let end_of = |to: usize| to.checked_sub(1).map_or(sentence.span.start, |last| place(last) + 1);
        made.push(Commitment {
            label: found.strength,
            words: slice(place(found.from), end_of(found.to)),
            actor: actor::actor(&sentence.core, &within, *found),
            object: object::range(&sentence.core, *found).map(|(from, to)| slice(place(from), end_of(to))),
            sentence: sentence.span,
        });
    }
    for (sentence, strength) in inherited {
        let Span { start, end } = sentence.span;
        made.push(Commitment {
            label: strength,
            words: String::new(),
            actor: Some(Actor::Both),
            object: Some(slice(start, end)),
            sentence: sentence.span,
        });
    }
    made.sort_by_key(|commitment| commitment.sentence);
    made
}

/// Quick test before a sentence is read: true if it contains an act of the table, ends like a plan or announces a list.
/// Most sentences of a text fail it.
fn may_decide(chars: &[char]) -> bool {
    let body = without_tail(chars);
    let words = words();
    future::ends_plan(body) || ends_head(body) || (0..chars.len()).any(|at| words.cue(chars, at).is_some())
}

/// Strips 。, blanks, brackets and digits of a footnote from the end of a sentence.
fn without_tail(mut chars: &[char]) -> &[char] {
    while let Some((last, before)) = chars.split_last() {
        let is_closing = |c: &char| matches!(c, ')' | '）' | '〕' | ']');
        if is_closing(last) {
            let mut depth = 1_usize;
            let open = before.iter().rposition(|c| {
                depth += usize::from(is_closing(c));
                depth -= usize::from(matches!(c, '(' | '（' | '〔' | '['));
                depth == 0
            });
            chars = &before[..open.unwrap_or(before.len())];
        } else if last.is_whitespace() || last.is_ascii_digit() || matches!(last, '。' | '｡') {
            chars = before;
        } else {
            break;
        }
    }
    chars
}

/// True for the head of a list of agreed items.
fn ends_head(chars: &[char]) -> bool {
    any_ends(chars, &["合意事項", "合意事項:", "合意内容", "合意内容:"]).is_some()
}

/// True if a sentence announces a list: 以下の事項, 次の三点.
fn announces(sentence: &Sentence) -> bool {
    let core = &sentence.core;
    ["以下の", "次の", "下記の", "以下について", "次について"].iter().any(|word| {
        find(core, word).is_some_and(|at| {
            let behind = &core[at + word.chars().count()..];
            word.ends_with("て") || words().find("listed", &behind[..behind.len().min(10)]).is_some()
        })
    })
}
