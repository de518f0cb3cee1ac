//! Finds the place of a predicate in its sentence: in the main clause, joined to it, or inside another clause.

use std::cell::OnceCell;

use super::verb::{Form, Verb};
use super::words::{any_ends, any_starts, find, words};
use crate::script::{ends_with, is_hiragana, is_kanji, starts_with};

/// Relation of a predicate to its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The predicate of the main clause.
    Main,
    /// Joined to the main clause.
    Joined,
    /// Followed by 予定, 見込み or 方針.
    Future,
    /// Inside another clause, denied, or a condition.
    None,
}

/// Returns the place of a verb, by its form and the text after it.
pub(super) fn place(core: &[char], verb: Verb) -> Place {
    let rest = &core[verb.end.min(core.len())..];
    match verb.form {
        // A condition is not yet true, and a denied act did not happen.
        Form::Negative | Form::Condition | Form::Other => Place::None,
        Form::Link | Form::Te => {
            if rest.is_empty() {
                return Place::Main;
            }
            // 検討しうる, 検討し得る: kana directly after し belong to the same predicate.
            let goes_on = rest.first().is_some_and(|c| *c == '、' || !is_hiragana(*c));
            let linked = goes_on
                || any_starts(rest, &["また", "さらに", "これ", "この", "その", "それ", "まと", "あわせ"]).is_some();
            if linked && !is_inside(rest) { Place::Joined } else { Place::None }
        }
        Form::Past | Form::Plain | Form::State | Form::Going | Form::Wish => after(rest, verb.form),
    }
}

/// Returns the place of a verb in a form that can end a sentence, by the text after it.
fn after(rest: &[char], form: Form) -> Place {
    if rest.is_empty() || ends_main(rest) {
        return Place::Main;
    }
    if form == Form::Wish {
        // 検討したいと考えております: と follows a wish.
        let told = any_starts(rest, &["と考え", "と思", "です", "と存じ", "ものと", "とし", "と思い"]).is_some();
        return if told { Place::Main } else { Place::None };
    }
    if let Some(length) = any_starts(rest, &["ことができた", "ことができまし", "ことができて"]) {
        return if rest.len() <= length + 3 { Place::Main } else { Place::None };
    }
    if let Some(length) = words().here("future", rest) {
        // する予定の会合: before a noun, 予定 is no predicate.
        let tail = &rest[length..];
        let told = tail.is_empty()
            || any_starts(
                tail,
                &["である", "であり", "です", "でご", "だ", "で、", "とな", "とし", "が", "み", "まれ", "んで", "え"],
            )
            .is_some();
        return if told && !starts_with(tail, "がある") { Place::Future } else { Place::None };
    }
    // A clause follows 取り組む上で、; 取り組む上での工夫 is part of a noun.
    if let Some(length) = words().here("join", rest)
        && !starts_with(&rest[length..], "の")
    {
        return if is_inside(&rest[length..]) { Place::None } else { Place::Joined };
    }
    Place::None
}

/// True if the rest is ところである, ものです and the like: a formal noun with a copula ends a main clause.
fn ends_main(rest: &[char]) -> bool {
    words().here("end", rest).is_some_and(|length| {
        let tail = &rest[length..];
        tail.is_empty() || starts_with(tail, "、") || tail.len() <= 3 && tail.iter().all(|c| is_hiragana(*c))
    })
}

/// True if the clause after し、 is inside another clause; then the clause before it is inside too: 議論し、対応策を採ることや、…
fn is_inside(rest: &[char]) -> bool {
    let next = if rest.first() == Some(&'、') { &rest[1..] } else { rest };
    let end = find(next, "、").unwrap_or(next.len());
    let chunk = &next[..end];
    // 署名し、公表するなどの取組を進めている: both verbs modify the noun.
    if ["するなどの", "するといった", "するための"].iter().any(|text| find(chunk, text).is_some()) {
        return true;
    }
    // A clause that reaches the end of the sentence is the main clause.
    if end == next.len() {
        return false;
    }
    words().class("reason").words.iter().any(|word| chunk.ends_with(word)) && !ends_with(chunk, "ことで")
}

/// Mood at the end of a sentence; it holds for all joined predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// Past or present: した, している, a noun.
    Told,
    /// Future or habit: する, します.
    Plain,
    /// Expected: 予定である, 見込みである.
    Future,
    /// Necessary: 必要がある, べきである.
    Need,
}

/// Returns the mood of a sentence.
pub(super) fn mood(core: &[char]) -> Mood {
    let mut body = core;
    for tail in
        ["ところである", "ところです", "ものである", "ものです", "ところであります", "のである", "のです", "わけである"]
    {
        if ends_with(body, tail) {
            body = &body[..body.len() - tail.chars().count()];
        }
    }
    let tail = &body[body.len().saturating_sub(12)..];
    if words().find("need", tail).is_some() && any_ends(body, &["た"]).is_none() {
        return Mood::Need;
    }
    if ["てまいりたいと", "ていきたいと"]
        .iter()
        .any(|text| find(&body[body.len().saturating_sub(16)..], text).is_some())
    {
        return Mood::Plain;
    }
    let tail = &body[body.len().saturating_sub(9)..];
    if ["予定", "見込み", "所存", "見通し"].iter().any(|word| find(tail, word).is_some()) {
        return Mood::Future;
    }
    if any_ends(
        body,
        &[
            "ている",
            "でいる",
            "ています",
            "でいます",
            "ております",
            "でおります",
            "てある",
            "である",
            "です",
            "ある",
            "いる",
        ],
    )
    .is_some()
    {
        return Mood::Told;
    }
    let last = body.last().copied().unwrap_or(' ');
    if matches!(last, 'る' | 'う' | 'く' | 'す' | 'む' | 'ぶ' | 'つ' | 'ぐ') { Mood::Plain } else { Mood::Told }
}

/// True if a noun may end here: no kanji, katakana or letter follows.
pub(super) fn stands_free(core: &[char], end: usize) -> bool {
    core.get(end)
        .is_none_or(|c| !(is_kanji(*c) || crate::script::is_katakana(*c) || c.is_ascii_alphanumeric()) || *c == '等')
        || any_starts(&core[end..], &["及び", "並びに"]).is_some()
}

/// Facts on a whole sentence. Each is computed once, on its first use, for all acts of the sentence.
pub(super) struct Facts<'a> {
    core: &'a [char],
    mood: OnceCell<Mood>,
    both: OnceCell<bool>,
    body: OnceCell<bool>,
    meets: OnceCell<bool>,
    own_work: OnceCell<bool>,
    soon: OnceCell<Option<usize>>,
    topic: OnceCell<Option<usize>>,
}

impl<'a> Facts<'a> {
    pub fn of(core: &'a [char]) -> Self {
        let flag = OnceCell::new;
        Self {
            core,
            mood: OnceCell::new(),
            both: flag(),
            body: flag(),
            meets: flag(),
            own_work: flag(),
            soon: OnceCell::new(),
            topic: OnceCell::new(),
        }
    }

    pub fn mood(&self) -> Mood {
        *self.mood.get_or_init(|| mood(self.core))
    }

    /// True if it names two sides.
    pub fn both(&self) -> bool {
        *self.both.get_or_init(|| words().find("both", self.core).is_some())
    }

    /// True if it names an organisation, a conference or a committee.
    pub fn body(&self) -> bool {
        *self.body.get_or_init(|| words().find("body", self.core).is_some())
    }

    /// True if it reports a meeting or names two sides.
    pub fn meets(&self) -> bool {
        *self.meets.get_or_init(|| {
            self.both()
                || self.body()
                || words().find("talk", self.core).is_some()
                || (0..self.core.len()).any(|at| joins_japan(self.core, at))
        })
    }

    /// True if it refers to its own text: 本節, 以下では.
    pub fn own_work(&self) -> bool {
        *self.own_work.get_or_init(|| words().find("own_work", self.core).is_some())
    }

    /// Returns the position of its last word of the future.
    pub fn soon(&self) -> Option<usize> {
        *self.soon.get_or_init(|| words().find_last("soon", self.core))
    }

    /// Returns the position of its last は of a topic, which is not that of では, には or または.
    pub fn topic(&self) -> Option<usize> {
        let is_topic = |at: &usize| self.core[*at] == 'は' && !"でにてとまい、".contains(self.core[at - 1]);
        *self.topic.get_or_init(|| (1..self.core.len()).rev().find(is_topic))
    }
}

/// True for 日 in 日米 and 日・EU; false in 3日, 本日 and 日本.
fn joins_japan(core: &[char], at: usize) -> bool {
    core[at] == '日'
        && core.get(at + 1).is_some_and(|c| c.is_ascii_uppercase() || "・米英独仏印韓中豪加伊欧露越泰".contains(*c))
        && !(at > 0 && (core[at - 1].is_ascii_digit() || "今本同翌平休".contains(core[at - 1])))
}
