//! The strength of a sentence: its predicates by the table, the strongest of them.

use super::clause::{Mood, Place, mood, place, stands_free};
use super::object;
use super::sentence::Sentence;
use super::verb::{Form, Verb, any, suru};
use super::words::{Act, any_ends, any_starts, ends, find, starts, words};
use crate::document::Strength;
use crate::script::is_kanji;

/// A predicate that decides: where its words stand in the sentence's core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub strength: Strength,
    pub from: usize,
    pub to: usize,
}

/// How an act stands in the sentence.
struct Predicate {
    verb: Verb,
    /// No verb: a title or an entry ends with the noun.
    nominal: bool,
}

/// The strongest predicate of a sentence. Of equals 合意 with an object (合意し覚書に署名した), else the last, which the sentence
/// comes down to.
pub(super) fn strongest(sentence: &Sentence) -> Option<Found> {
    let core = &sentence.core;
    let mood = mood(core);
    let mut best: Option<Found> = None;
    let mut at = 0;
    while at < core.len() {
        let cue = if sentence.quoted[at] { None } else { words().cue(core, at) };
        let Some(cue) = cue else {
            at += 1;
            continue;
        };
        let end = at + cue.word.len();
        if let Some(found) = read(sentence, cue.act, at, end, mood)
            && best.is_none_or(|best| {
                let says_what = starts(&core[best.from..], "合意")
                    && object::particle(core, best.from).is_some_and(|p| p.0 != "において");
                found.strength < best.strength || (found.strength == best.strength && !says_what)
            })
        {
            best = Some(found);
        }
        at = end;
    }
    best.or_else(|| plan(sentence, mood))
}

fn read(sentence: &Sentence, act: Act, at: usize, end: usize, mood: Mood) -> Option<Found> {
    let core = &sentence.core;
    match act {
        Act::DecidedTo => decided_to(core, at, end),
        Act::Expected => expected(core, at, end),
        Act::Intended => intended(core, at, end),
        _ => {
            let predicate = predicate(sentence, act, at, end)?;
            let strength = strength(sentence, act, at, &predicate, mood)?;
            Some(Found { strength, from: at, to: predicate.verb.end.min(core.len()) })
        }
    }
}

/// ことと + した, なった, されている: a decision on what will be done. こととなる alone is what will come about.
fn decided_to(core: &[char], at: usize, end: usize) -> Option<Found> {
    let verb = match core.get(end - 1) {
        Some('す') if core.get(end) == Some(&'る') => Verb { end: end + 1, form: Form::Plain },
        Some('し' | 'さ') => {
            super::verb::ending(core, end + usize::from(core.get(end) == Some(&'れ')), core[end - 1] == 'さ')
        }
        Some('な' | '決') => any(core, end + usize::from(starts(&core[end..], "ま")))?,
        _ => return None,
    };
    if core[end - 1] == 'な' && verb.form == Form::Plain {
        return None;
    }
    // ことにした, ことになった: the same decision; ことになる, ことにする are supposed.
    let loose = core[end - 2] == 'に' && !matches!(verb.form, Form::Past | Form::State | Form::Link | Form::Te);
    let here = matches!(place(core, verb), Place::Main | Place::Joined);
    (here && !loose).then_some(Found { strength: Strength::Committed, from: at, to: verb.end })
}

/// 予定である, を予定している, 送付予定, 見込みである: an act is expected.
fn expected(core: &[char], at: usize, end: usize) -> Option<Found> {
    let before = *core[..at].last()?;
    let rest = &core[end..];
    let found = |to| Some(Found { strength: Strength::Planned, from: at, to });
    if ends(&core[at..end], "見込") {
        // An estimate of a market is no plan: 見込み is counted of acts alone.
        let near = &core[at.saturating_sub(16)..at];
        let acts = words().find("doing", near).is_some() || (0..near.len()).any(|at| words().cue(near, at).is_some());
        let told = any_starts(rest, &["みである", "みです", "みとな", "みであ", "まれる", "まれてい", "まれます"])
            .is_some()
            || rest == ['み'];
        return if acts && told { found((end + 2).min(core.len())) } else { None };
    }
    let follows = matches!(before, 'る' | 'う' | 'く' | 'す' | 'む' | 'ぶ' | 'つ' | 'ぐ' | 'を' | 'が' | 'も' | 'は')
        || is_kanji(before);
    if !follows {
        return None;
    }
    if rest.is_empty()
        || any_starts(rest, &["である", "です", "であり", "でご", "だ", "で、", "となって", "とする"]).is_some()
    {
        return found(end);
    }
    if starts(rest, "とし") {
        return found(end);
    }
    let verb = suru(core, end)?;
    matches!(place(core, verb), Place::Main | Place::Joined).then_some(Found {
        strength: Strength::Planned,
        from: at,
        to: verb.end,
    })
}

/// 努めてまいります, 取り組んでいく, 所存です: what the speaker means to do; 取り組んでいる is what goes on today.
fn intended(core: &[char], at: usize, end: usize) -> Option<Found> {
    let rest = &core[end..];
    let found = |to| Some(Found { strength: Strength::Planned, from: at, to });
    if core[at] == '所' {
        return if rest.is_empty() || any_starts(rest, &["です", "であ", "でご"]).is_some() {
            found(end)
        } else {
            None
        };
    }
    let verb = any(core, end)?;
    let means = matches!(verb.form, Form::Plain | Form::Going | Form::Wish);
    (means
        && matches!(place(core, verb), Place::Main | Place::Joined)
        && object::particle(core, at).is_some_and(|p| p.0 == "に"))
    .then_some(Found { strength: Strength::Planned, from: at, to: verb.end })
}

/// The verb that makes a predicate of an act; nothing where the act is part of a compound or an adverb.
fn predicate(sentence: &Sentence, act: Act, at: usize, end: usize) -> Option<Predicate> {
    let core = &sentence.core;
    // 認識を共有, 意見を交換: such words of the table may end in a noun that する follows.
    if !stands_free(core, end) {
        return None;
    }
    let mut here = end;
    if let Some(length) = any_starts(&core[here..], &["等", "など"]) {
        here += length;
    }
    let rest = &core[here..];
    let counted = |verb: Verb| (place(core, verb) != Place::None).then_some(Predicate { verb, nominal: false });
    if let Some(verb) = suru(core, here) {
        return counted(verb);
    }
    // 認識を一にした, 認識を新たにした.
    if ends(&core[at..end], "認識を一") || ends(&core[at..end], "新たに") || ends(&core[at..end], "共に") {
        return counted(suru(core, here + usize::from(starts(rest, "に")))?);
    }
    if ends(&core[at..end], "得") {
        return counted(any(core, here)?);
    }
    if rest.is_empty() || (rest[0] == '、' && object::particle(core, at).is_some_and(|p| p.1 && p.0 != "の")) {
        return is_nominal(sentence, act, at)
            .then_some(Predicate { verb: Verb { end: here, form: Form::Past }, nominal: true });
    }
    for (particles, class) in [
        (["をも", "を", "を", "を"], "wo_verb"),
        (["が", "は", "も", "はも"], "ga_verb"),
        (["には", "にも", "に", "に"], "ni_verb"),
    ] {
        let Some(length) = any_starts(rest, &particles) else { continue };
        let mut verb_at = here + length;
        while let Some(length) = words().here("adverb", &core[verb_at..]) {
            verb_at += length;
        }
        let classes: &[&str] = if rest[0] == 'は' { &["ga_verb", "wo_verb"] } else { &[class] };
        for class in classes {
            if let Some(length) = words().here(class, &core[verb_at..]) {
                let stem = verb_at + length;
                // さ, し, す are stems of する: read from them.
                let verb = suru(core, verb_at).or_else(|| any(core, stem));
                let stem_is = |word: &str| starts(&core[verb_at..], word);
                // 提案があった is an act, 合意がある a state.
                let there_is = stem_is("あ") || stem_is("ござい");
                if there_is && !matches!(act, Act::Plain(Strength::Stated | Strength::Discussed)) {
                    return None;
                }
                if there_is && stem_is("あった") {
                    return counted(Verb { end: verb_at + 3, form: Form::Past });
                }
                if there_is && verb.is_some_and(|verb| verb.form == Form::Plain) {
                    return None;
                }
                return verb.and_then(counted).or_else(|| {
                    // を開始。, を実施。: the verb's noun alone.
                    (stem == core.len() && length > 1)
                        .then_some(Predicate { verb: Verb { end: stem, form: Form::Past }, nominal: true })
                });
            }
        }
    }
    // A title: 覚書の署名について, 要請及び回答.
    let titled = !sentence.closed
        && (any_starts(rest, &["について", "及び", "および", "に関する", "並びに", "と", "に対する"]).is_some())
        && matches!(act, Act::Plain(Strength::Agreed | Strength::Stated))
        && rest.len() <= 16
        && object::particle(core, at).is_none_or(|p| p.0 != "で");
    titled.then_some(Predicate { verb: Verb { end: here, form: Form::Past }, nominal: true })
}

/// True where an act without a verb stands for one: behind its object's particle (覚書を締結), and at the end of a title the acts
/// that have a result (覚書の締結, 交付決定). A talk or a study named so is a topic (規制の検討).
fn is_nominal(sentence: &Sentence, act: Act, at: usize) -> bool {
    let core = &sentence.core;
    let decides = matches!(act, Act::Plain(Strength::Agreed | Strength::Stated) | Act::Joint);
    match object::particle(core, at) {
        Some((_, true)) => true,
        Some((_, false)) => decides,
        None => {
            decides
                && at > 0
                && any_ends(&core[..at], &["意思", "政策", "購入", "最終"]).is_none()
                && !core[..at].is_empty()
        }
    }
}

/// The strength of an act whose predicate counts.
fn strength(sentence: &Sentence, act: Act, at: usize, predicate: &Predicate, mood: Mood) -> Option<Strength> {
    let core = &sentence.core;
    let verb = predicate.verb;
    let own = own(core, act, at, verb, predicate)?;
    if predicate.nominal {
        return Some(own);
    }
    let place = place(core, verb);
    let gap = &core[verb.end.min(core.len())..];
    // A clause without a tense of its own has that of the sentence.
    let future = match (place, verb.form) {
        (Place::Future, _) => true,
        (Place::Joined, Form::Link | Form::Te | Form::Plain) => match mood {
            Mood::Need => return None,
            Mood::Future => words().find("soon", gap).is_none(),
            Mood::Plain => !ends_committed(core),
            Mood::Told => false,
        },
        (_, Form::Plain | Form::Going | Form::Wish) => true,
        _ => false,
    };
    // The text's own work (以下では検討する) decides nothing.
    if future && place == Place::Main && words().find("own_work", core).is_some() {
        return None;
    }
    match own {
        // 検討する予定, 検討していく: to consider is no more than a plan.
        Strength::Considered if place == Place::Future => Some(Strength::Planned),
        Strength::Considered => Some(own),
        _ if !future => Some(own),
        // 価格は市場で決定される: how things are, not what will be done.
        Strength::Agreed
            if verb.form == Form::Plain
                && place == Place::Main
                && ends(&core[..verb.end], "される")
                && words().find("soon", core).is_none() =>
        {
            None
        }
        _ => Some(Strength::Planned),
    }
}

fn ends_committed(core: &[char]) -> bool {
    any_ends(core, &["こととする", "こととします", "こととなる"]).is_some()
}

/// The strength of an act done, by what it is done to.
fn own(core: &[char], act: Act, at: usize, verb: Verb, predicate: &Predicate) -> Option<Strength> {
    let object = object::noun_before(core, at);
    let particle = object::particle(core, at).map(|particle| particle.0);
    let told = matches!(verb.form, Form::Past | Form::Link | Form::Te | Form::State);
    let both = words().find("both", core).is_some();
    match act {
        Act::Plain(Strength::Discussed) if !told => (!starts(&core[at..], "紹介")).then_some(Strength::Discussed),
        Act::Plain(strength) => {
            // を採択して…: 採択 of an applicant, 決定 by a cause are acts all the same; 決定 by a thing is none.
            Some(strength)
        }
        Act::Joint => {
            let body = words().find("body", core).is_some();
            (both || body || find(core, "共同").is_some()).then_some(Strength::Agreed)
        }
        Act::Unanimous => {
            let view = any_ends(object, &["見解", "意見", "考え", "方針", "方向", "点", "認識"]).is_some();
            match particle {
                _ if any_ends(object, &["認識"]).is_some() => Some(Strength::Confirmed),
                // 継続していくことで一致: what they will do; 一致 on a text is an agreement.
                Some("で" | "に" | "について" | "に関して") if ends(object, "こと") => {
                    Some(Strength::Committed)
                }
                Some("で" | "に" | "について" | "に関して") => {
                    (both || view || predicate.verb.form == Form::Past).then_some(Strength::Agreed)
                }
                Some("が") => view.then_some(Strength::Agreed),
                _ => None,
            }
        }
        Act::Checked => {
            if !told && !matches!(verb.form, Form::Plain | Form::Going) {
                return None;
            }
            // していることを確認した, したことが確認された: what was observed.
            let observed =
                any_ends(object, &["ていること", "たこと", "であること", "でいること", "があること"]).is_some();
            let weighty =
                words().before("weighty", object).is_some() || any_ends(object, &["こと", "性", "点"]).is_some();
            ((weighty || both) && !(observed && !both) && particle != Some("の")).then_some(Strength::Confirmed)
        }
        Act::Aware => {
            let weighty = any_ends(object, &["重要性", "必要性", "有用性", "意義"]).is_some();
            (told && weighty && particle != Some("と")).then_some(Strength::Confirmed)
        }
        Act::Shared => {
            if any_ends(object, &["認識", "意識", "理解", "見解"]).is_some() {
                return Some(Strength::Confirmed);
            }
            (told && verb.form != Form::State && words().before("knowledge", object).is_some())
                .then_some(Strength::Discussed)
        }
        Act::DecidedTo | Act::Expected | Act::Intended => None,
    }
}

/// 地域連絡窓口を設置する。, 来年開催される。: a plan told by its verb alone, in an entry of a list or with a word of the future.
fn plan(sentence: &Sentence, mood: Mood) -> Option<Found> {
    let core = &sentence.core;
    let soon = words().find("soon", core).is_some();
    if mood != Mood::Plain || !(soon || sentence.marked) || words().find("own_work", core).is_some() {
        return None;
    }
    let length = any_ends(
        core,
        &[
            "を行う",
            "を行います",
            "を図る",
            "を図ります",
            "を進める",
            "を進めます",
            "していきます",
            "していく",
            "してまいります",
            "を続ける",
            "される",
            "されます",
            "する",
            "します",
        ],
    )?;
    let from = core.len() - length;
    let doing = core[from] == 'を' || words().before("doing", &core[..from]).is_some();
    (doing && !sentence.quoted[from]).then_some(Found {
        strength: Strength::Planned,
        from: if core[from] == 'を' { from + 1 } else { from.saturating_sub(2) },
        to: core.len(),
    })
}
