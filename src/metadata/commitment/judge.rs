//! Judges a sentence: finds its predicates by the table and returns the strongest.

use super::clause::{Facts, Mood, Place, place, stands_free};
use super::found::Found;
use super::future::{decided_to, expected, intended, plan};
use super::object;
use super::sentence::Sentence;
use super::verb::{Form, Verb, any, suru};
use super::words::{Act, any_ends, any_starts, find, words};
use crate::document::Strength;
use crate::script::{ends_with, is_hiragana, is_kanji, is_katakana, starts_with};

/// The verb that makes an act a predicate.
struct Predicate {
    verb: Verb,
    /// True if no verb follows: a title or an entry ends with the noun.
    nominal: bool,
}

/// Most characters of a sentence that are read, from its end. The main predicate stands at the end, and the limit
/// bounds the time for long sentences, because each act reads its own clause.
const MAX_READ: usize = 1000;

/// Returns the strongest predicate of a sentence. Among equals, 合意 with an object precedes (合意し覚書に署名した), then the
/// last, because the main predicate stands at the end.
pub(super) fn strongest(sentence: &Sentence) -> Option<Found> {
    let core = &sentence.core;
    // ・連絡窓口を設置すること: such an entry is a noun; the sentence above the list decides.
    if ends_with(core, "こと") {
        return None;
    }
    let facts = Facts::of(core);
    let mut best: Option<Found> = None;
    let mut at = core.len().saturating_sub(MAX_READ);
    while at < core.len() {
        let cue = if sentence.quoted[at] { None } else { words().cue(core, at) };
        let Some(cue) = cue else {
            at += 1;
            continue;
        };
        let end = at + cue.word.len();
        if let Some(found) = read(sentence, cue.act, at, end, &facts)
            && best.is_none_or(|best| {
                let has_object = starts_with(&core[best.from..], "合意")
                    && object::particle(core, best.from).is_some_and(|p| p.0 != "において");
                found.strength < best.strength || (found.strength == best.strength && !has_object)
            })
        {
            best = Some(found);
        }
        at = end;
    }
    best.or_else(|| plan(sentence, &facts))
}

fn read(sentence: &Sentence, act: Act, at: usize, end: usize, facts: &Facts<'_>) -> Option<Found> {
    let core = &sentence.core;
    match act {
        Act::DecidedTo => decided_to(core, at, end),
        Act::Expected => expected(core, at, end),
        Act::Intended => intended(core, at, end, facts),
        _ => {
            let predicate = predicate(sentence, act, at, end)?;
            let strength = strength(sentence, act, at, &predicate, facts)?;
            Some(Found { strength, from: at, to: predicate.verb.end.min(core.len()) })
        }
    }
}

/// Endings of words of the table that end in the stem of a verb: を決め(た), 意見を交わ(した).
const VERBAL: [&str; 11] =
    ["識を得", "識が得", "決め", "決ま", "を結", "わ", "述べ", "訴え", "を示", "りまとめ", "話し合"];

/// Finds the verb that makes an act a predicate. `None` if the act is part of a compound or an adverb.
fn predicate(sentence: &Sentence, act: Act, at: usize, end: usize) -> Option<Predicate> {
    let core = &sentence.core;
    // 検討作業を進める: work on an act is the act.
    let weighs = matches!(act, Act::Plain(Strength::Considered | Strength::Discussed));
    let end = if weighs && starts_with(&core[end..], "作業") { end + 2 } else { end };
    if !stands_free(core, end) {
        // 検討中である means 検討している; 検討中の案 is part of a noun.
        let under_way = matches!(act, Act::Plain(Strength::Considered | Strength::Discussed)) && core[end] == '中';
        let verb = Verb { end: (end + 1).min(core.len()), form: Form::State };
        let rest = core.get(end + 1..).unwrap_or_default();
        let told = rest.is_empty() || any_starts(rest, &["である", "です", "であり", "だ", "でご"]).is_some();
        return (under_way && told).then_some(Predicate { verb, nominal: true });
    }
    let mut here = end;
    if let Some(length) = any_starts(&core[here..], &["等", "など"]) {
        here += length;
    }
    // 可決・成立した: nouns joined by a dot share one verb.
    if core.get(here) == Some(&'・') {
        let more = core[here + 1..].iter().take_while(|c| is_kanji(**c) || is_katakana(**c)).count();
        if (1..=8).contains(&more) {
            here += 1 + more;
        }
    }
    let rest = &core[here..];
    let counted = |verb: Verb| (place(core, verb) != Place::None).then_some(Predicate { verb, nominal: false });
    if let Some(verb) = suru(core, here) {
        return counted(verb);
    }
    // 認識を一にした, 認識を新たにした.
    if ends_with(&core[at..end], "認識を一") || ends_with(&core[at..end], "新たに") || ends_with(&core[at..end], "共に")
    {
        return counted(suru(core, here + usize::from(starts_with(rest, "に")))?);
    }
    // 共通認識を得た, ことを決めた, 協定を結んだ: words of the table that end in a verb.
    if any_ends(&core[at..end], &VERBAL).is_some() {
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
                // さ, し and す are stems of する: the reader starts at them.
                let verb = suru(core, verb_at).or_else(|| any(core, stem));
                let stem_is = |word: &str| starts_with(&core[verb_at..], word);
                // 策定が進められている: the act is not complete.
                let decides = matches!(act, Act::Plain(Strength::Agreed) | Act::Joint);
                if decides && ["進め", "開始", "続け", "検討", "始ま"].iter().any(|word| stem_is(word)) {
                    return None;
                }
                // 提案があった is an act; 合意がある is a state.
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
                    // を開始。, を実施。: the noun without する.
                    (stem == core.len() && length > 1)
                        .then_some(Predicate { verb: Verb { end: stem, form: Form::Past }, nominal: true })
                });
            }
        }
    }
    // 勧告の承認及び議長の任命が行われた: a list of nouns shares one verb.
    if any_starts(rest, &["、", "及び", "並びに", "や"]).is_some()
        && let Some(length) = rest.windows(2).position(|pair| "がを".contains(pair[0]) && "行実な".contains(pair[1]))
        && rest[..length].iter().all(|c| !is_hiragana(*c) || "のやとへにびな".contains(*c))
        && !rest[..length].ends_with(&['検', '討'])
        && let Some(verb) = any(core, here + length + 2)
    {
        return counted(verb);
    }
    // A title: 覚書の署名について, 要請及び回答.
    let titled = !sentence.closed
        && (any_starts(rest, &["について", "及び", "および", "に関する", "並びに", "と"]).is_some())
        && (matches!(act, Act::Plain(Strength::Agreed))
            || any_starts(&core[at..], &["要請", "要望", "表明"]).is_some())
        && rest.len() <= 16
        && object::particle(core, at).is_none_or(|p| p.0 != "で");
    titled.then_some(Predicate { verb: Verb { end: here, form: Form::Past }, nominal: true })
}

/// True if an act without a verb is a predicate: after the particle of its object (覚書を締結), or, for an act with a
/// result, at the end of a title (覚書の締結, 交付決定). In a title, a talk or a study is a topic (規制の検討).
fn is_nominal(sentence: &Sentence, act: Act, at: usize) -> bool {
    let core = &sentence.core;
    // 検討会の報告 and 事業の提案 are titles of documents; 要請 is an act.
    let asks = any_starts(&core[at..], &["要請", "要望", "表明"]).is_some();
    let decides = match act {
        Act::Plain(Strength::Agreed) | Act::Joint => true,
        Act::Plain(Strength::Stated) => asks,
        _ => false,
    };
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

/// Returns the strength of an act whose predicate counts.
fn strength(sentence: &Sentence, act: Act, at: usize, predicate: &Predicate, facts: &Facts<'_>) -> Option<Strength> {
    let core = &sentence.core;
    let verb = predicate.verb;
    let own = own(core, act, at, predicate, facts)?;
    if predicate.nominal {
        // 条件等を検討、調整する必要がある: both nouns share the verb of the second.
        let shared = core.get(verb.end) == Some(&'、') && facts.mood() == Mood::Need;
        return (!shared).then_some(own);
    }
    let place = place(core, verb);
    // A clause without tense takes the tense of the sentence.
    let future = match (place, verb.form) {
        (Place::Future, _) => true,
        // 署名され、双方は実施に移す: a new topic after the clause ends its share in the tense.
        (Place::Joined, Form::Link | Form::Te) if facts.topic() >= Some(verb.end) => false,
        (Place::Joined, Form::Link | Form::Te | Form::Plain) => match facts.mood() {
            Mood::Need => return None,
            Mood::Future => facts.soon() < Some(verb.end),
            Mood::Plain => !ends_committed(core),
            Mood::Told => false,
        },
        (_, Form::Plain | Form::Going | Form::Wish) => true,
        _ => false,
    };
    // Work of the text itself (以下では検討する) is no commitment.
    let told_of_text =
        starts_with(&core[at..], "紹介") || starts_with(&core[at..], "検討") || starts_with(&core[at..], "議論");
    if (told_of_text || (future && place == Place::Main)) && facts.own_work() {
        return None;
    }
    match own {
        // 検討する予定: a future consideration is a plan.
        Strength::Considered if place == Place::Future => Some(Strength::Planned),
        Strength::Considered => Some(own),
        // 議論をしたいと思います: a chair announces the next item.
        Strength::Discussed if verb.form == Form::Wish => None,
        _ if !future => Some(own),
        // 指摘したいと思います, 提案いたします: the sentence itself performs the act.
        Strength::Stated if verb.form == Form::Wish => Some(own),
        Strength::Stated
            if place == Place::Main && verb.form == Form::Plain && ends_with(&core[..verb.end], "ます") =>
        {
            Some(own)
        }
        // 価格は市場で決定される: a general fact.
        Strength::Agreed
            if verb.form == Form::Plain
                && place == Place::Main
                && ends_with(&core[..verb.end], "される")
                && facts.soon().is_none() =>
        {
            None
        }
        _ => Some(Strength::Planned),
    }
}

fn ends_committed(core: &[char]) -> bool {
    any_ends(core, &["こととする", "こととします", "こととなる"]).is_some()
}

/// Returns the strength of a completed act, by its object.
fn own(core: &[char], act: Act, at: usize, predicate: &Predicate, facts: &Facts<'_>) -> Option<Strength> {
    let object = object::noun_before(core, at);
    let particle = object::particle(core, at).map(|particle| particle.0);
    let verb = predicate.verb;
    let told = matches!(verb.form, Form::Past | Form::Link | Form::Te | Form::State);
    let both = facts.both();
    match act {
        // 情報共有 is also daily work in a firm: it counts in a meeting or in the past.
        Act::Plain(Strength::Discussed)
            if starts_with(&core[at..], "情報共有") && !facts.meets() && verb.form != Form::Past =>
        {
            None
        }
        // 価格が決まる: a general fact.
        Act::Plain(Strength::Agreed) if !told && any_starts(&core[at..], &["を決め", "が決ま", "に決ま"]).is_some() => {
            None
        }
        // 事業に採択された: an applicant was chosen.
        Act::Plain(Strength::Agreed)
            if particle == Some("に")
                && any_ends(object, &["事業", "公募", "プログラム", "プロジェクト"]).is_some() =>
        {
            None
        }
        Act::Plain(Strength::Discussed) if !told => (!starts_with(&core[at..], "紹介")).then_some(Strength::Discussed),
        Act::Plain(strength) => Some(strength),
        Act::Joint => {
            // 宣言を取りまとめた: an agreed text; 報告書を取りまとめた is work.
            let texts = ["宣言", "声明", "原則", "憲章", "コミュニケ", "合意文書", "行動計画", "作業計画"];
            let joint = any_ends(object, &texts).is_some();
            let plan = starts_with(&core[at..], "策定") && (both || facts.body() || find(core, "共同").is_some());
            (plan || (joint && facts.meets() && told)).then_some(Strength::Agreed)
        }
        Act::Unanimous => {
            let view = any_ends(object, &["見解", "意見", "考え", "方針", "方向", "点", "認識"]).is_some();
            match particle {
                _ if any_ends(object, &["認識"]).is_some() => Some(Strength::Confirmed),
                // 継続していくことで一致 is a promise; 一致 on a text or a view (重要であること) is an agreement.
                Some("で" | "に" | "について" | "に関して")
                    if ends_with(object, "こと") && !ends_with(object, "であること") =>
                {
                    Some(Strength::Committed)
                }
                Some("で" | "に" | "について" | "に関して") => {
                    (both || view || predicate.verb.form == Form::Past).then_some(Strength::Agreed)
                }
                // 意見の一致をみた.
                Some("が" | "の") => view.then_some(Strength::Agreed),
                _ => None,
            }
        }
        Act::Checked => {
            if !told && !matches!(verb.form, Form::Plain | Form::Going) {
                return None;
            }
            // していることを確認した, したことが確認された: an observation.
            let observed = any_ends(
                object,
                &[
                    "ていること",
                    "したこと",
                    "れたこと",
                    "であったこと",
                    "でいること",
                    "られること",
                    "できること",
                    "えること",
                    "されること",
                    "きたこと",
                    "存在すること",
                    "寄与すること",
                    "有すること",
                    "増加すること",
                    "減少すること",
                    "影響すること",
                    "きいこと",
                    "いないこと",
                    "ないこと",
                ],
            )
            .is_some()
                || (any_ends(object, &["であること", "があること"]).is_some()
                    && any_ends(object, &["重要であること", "必要であること", "不可欠であること", "必要があること"])
                        .is_none());
            let weighty = words().before("weighty", object).is_some()
                || ends_with(object, "こと")
                || (facts.meets() && (both || words().before("notable", object).is_some()));
            (weighty && (!observed || both) && particle != Some("の")).then_some(Strength::Confirmed)
        }
        Act::Aware => {
            let weighty = any_ends(object, &["重要性", "必要性", "有用性", "意義"]).is_some();
            // 必要性が認識されている: a general view.
            let active = find(&core[at..verb.end.min(core.len())], "れ").is_none();
            let held = weighty || (both && ends_with(object, "こと") && particle == Some("を"));
            (told && held && active && particle != Some("と")).then_some(Strength::Confirmed)
        }
        Act::Shared => {
            if any_ends(object, &["認識", "意識", "理解", "見解", "重要性", "必要性"]).is_some() {
                return Some(Strength::Confirmed);
            }
            let meets = facts.meets() || verb.form == Form::Past;
            (told && verb.form != Form::State && meets && words().before("knowledge", object).is_some())
                .then_some(Strength::Discussed)
        }
        Act::Published => {
            let says = particle == Some("と")
                || any_ends(object, &["こと", "旨", "声明", "宣言", "談話", "意向", "考え", "方針", "見解"]).is_some();
            (says && told).then_some(Strength::Stated)
        }
        Act::DecidedTo | Act::Expected | Act::Intended => None,
    }
}
