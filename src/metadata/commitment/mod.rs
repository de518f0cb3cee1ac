//! Sentences that decide something: agreed, committed, confirmed, discussed, considered, planned, stated.
//!
//! The facts of the language that the rules hold to:
//! 1. A sentence says what its last predicate says, and those on a level with it (し、, とともに, ほか). A predicate
//!    before a noun (合意された協力) tells of the noun. `clause`
//! 2. Of several the strongest is the sentence's. `judge`
//! 3. An act is a verbal noun: with する or を行う it is a predicate; in a compound (検討会) or before で, に基づき it is
//!    none. `judge`
//! 4. A denied act did not happen (合意に至らず); a denied object does not deny the act (設置しないことで合意). `verb`
//! 5. What is expected is planned (採択が予定されている); what hangs on a condition is nothing (合意が得られれば).
//!    `future`
//! 6. A title leaves the verb out: 覚書の署名.
//! 7. Entries of a list have the predicate of the sentence above that announces them (以下の事項を確認した。).
//! 8. Acts at home and abroad are read alike; `actor` tells who acts.

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

/// The sentences of a text that decide something. `plain`: the text in half width; `hits`: names of partners in it.
pub(super) fn commitments(plain: PlainText<'_>, text: &str, hits: &[Hit]) -> Vec<Commitment> {
    // Names are read only where a sentence decides.
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
    for span in sentence::spans(chars) {
        if announced.is_none() && !may_decide(&chars[span.start..span.end]) && !ends_head(&chars[span.start..span.end])
        {
            continue;
        }
        let sentence = Sentence::new(chars, span);
        if sentence.core.is_empty() {
            continue;
        }
        match judge::strongest(&sentence) {
            Some(found) => {
                announced = announces(&sentence).then_some(found.strength);
                decided.push((sentence, found));
            }
            None if any_ends(&sentence.core, &["合意事項", "合意事項:", "合意内容", "合意内容:"]).is_some() =>
            {
                announced = Some(Strength::Agreed);
            }
            None => match announced {
                // Entries of a list, each without a predicate of its own.
                Some(strength) if sentence.marked => inherited.push((sentence, strength)),
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

/// True where a span has an act of the table, or ends as a plan does: most sentences of a text have neither.
fn may_decide(chars: &[char]) -> bool {
    let end = chars.iter().rposition(|c| !matches!(c, '。' | '｡' | ' ')).map_or(0, |last| last + 1);
    // What stands in brackets or is a footnote's number is not read yet.
    let is_open = chars[..end].last().is_some_and(|c| matches!(c, ')' | '）') || c.is_ascii_digit());
    is_open || future::ends_plan(&chars[..end]) || (0..end).any(|at| words().cue(chars, at).is_some())
}

/// True for the head of a list of what was agreed.
fn ends_head(chars: &[char]) -> bool {
    any_ends(chars, &["合意事項", "合意事項:", "合意事項：", "合意内容", "合意内容:"]).is_some()
}

/// True where a sentence announces a list of what it decides: 以下の事項, 次の三点.
fn announces(sentence: &Sentence) -> bool {
    let core = &sentence.core;
    ["以下の", "次の", "下記の", "以下について", "次について"].iter().any(|word| {
        find(core, word).is_some_and(|at| {
            let behind = &core[at + word.chars().count()..];
            word.ends_with("て") || words().find("listed", &behind[..behind.len().min(10)]).is_some()
        })
    })
}
