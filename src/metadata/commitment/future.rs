//! Decisions on future acts, plans and intentions. They need no act of the table: こととした, 予定である, 努めてまいります.

use super::clause::{Facts, Mood, Place, place};
use super::found::Found;
use super::sentence::Sentence;
use super::verb::{Form, Verb, any, ending, suru};
use super::words::{any_ends, any_starts, words};
use crate::document::Strength;
use crate::script::{ends_with, is_hiragana, is_kanji, starts_with};

/// Reads a decision on a future act: ことと with した, なった or されている. こととなる alone predicts and decides nothing.
pub(super) fn decided_to(core: &[char], at: usize, end: usize) -> Option<Found> {
    let verb = match core.get(end - 1) {
        Some('す') if core.get(end) == Some(&'る') => Verb { end: end + 1, form: Form::Plain },
        Some('し' | 'さ') => ending(core, end + usize::from(core.get(end) == Some(&'れ')), core[end - 1] == 'さ'),
        Some('な' | '決') => any(core, end + usize::from(starts_with(&core[end..], "ま")))?,
        _ => return None,
    };
    // ここでは動向をみていくこととする: the sentence refers to its own text.
    if words().find("own_work", &core[..at]).is_some() {
        return None;
    }
    // 欲しいこととして: no verb precedes こと.
    if !core[..at].last().is_some_and(|c| "うくすつむるぶぐ".contains(*c)) {
        return None;
    }
    // つながることとなった reports a result, 設置されることとなった a decision.
    if core[end - 1] == 'な' && (verb.form == Form::Plain || !is_willed(&core[..at])) {
        return None;
    }
    // ことにした and ことになった are decisions; ことになる and ことにする are suppositions.
    let loose = core[end - 2] == 'に' && !matches!(verb.form, Form::Past | Form::State | Form::Link | Form::Te);
    let here = matches!(place(core, verb), Place::Main | Place::Joined);
    // こととしたい: the decision is still open.
    let strength = if verb.form == Form::Wish { Strength::Planned } else { Strength::Committed };
    (here && !loose).then_some(Found { strength, from: at, to: verb.end })
}

/// True if the verb before こと is an act that someone decides to do.
fn is_willed(before: &[char]) -> bool {
    words().before("willed", before).is_some()
        || any_ends(before, &["される"])
            .is_some_and(|length| words().before("doing", &before[..before.len() - length]).is_some())
}

/// True if the text ends with an act: 署名が, 採択される, 開催の. The growth of a market is no act.
fn is_act(before: &[char]) -> bool {
    let length = any_ends(before, &["される", "する", "が", "を", "も", "の"]).unwrap_or(0);
    let noun = &before[..before.len() - length];
    let from = noun.len().saturating_sub(6);
    let ends_so = |at: usize| words().cue(noun, at).is_some_and(|cue| at + cue.word.len() == noun.len());
    words().before("event", noun).is_some() || (from..noun.len()).any(ends_so)
}

/// Reads an expected act: 予定である, を予定している, 送付予定, 見込みである.
pub(super) fn expected(core: &[char], at: usize, end: usize) -> Option<Found> {
    let before = *core[..at].last()?;
    let rest = &core[end..];
    let found = |to| Some(Found { strength: Strength::Planned, from: at, to });
    if ends_with(&core[at..end], "見込") {
        // 見込み counts only after an act: an estimate of a market is no plan.
        let acts = is_act(&core[..at]);
        let told = any_starts(rest, &["みである", "みです", "みとな", "みであ", "まれる", "まれてい", "まれます"])
            .is_some()
            || rest == ['み'];
        return if acts && told { found((end + 2).min(core.len())) } else { None };
    }
    let follows = matches!(before, 'る' | 'う' | 'く' | 'す' | 'む' | 'ぶ' | 'つ' | 'ぐ' | 'を' | 'が' | 'も' | 'は')
        || is_kanji(before);
    // 行動計画 is a compound noun.
    if !follows || (starts_with(&core[at..], "計画") && is_kanji(before)) {
        return None;
    }
    if rest.is_empty()
        || any_starts(rest, &["である", "です", "であり", "でご", "だ", "で、", "となって", "とする"]).is_some()
    {
        return found(end);
    }
    if starts_with(rest, "とし") {
        return found(end);
    }
    let verb = suru(core, end)?;
    matches!(place(core, verb), Place::Main | Place::Joined).then_some(Found {
        strength: Strength::Planned,
        from: at,
        to: verb.end,
    })
}

/// Reads an intention of the speaker: 努めてまいります, 取り組んでいく, 所存です. 取り組んでいる is a present activity.
pub(super) fn intended(core: &[char], at: usize, end: usize, facts: &Facts<'_>) -> Option<Found> {
    let rest = &core[end..];
    let found = |to| Some(Found { strength: Strength::Planned, from: at, to });
    if core[at] == '所' {
        return if rest.is_empty() || any_starts(rest, &["です", "であ", "でご"]).is_some() {
            found(end)
        } else {
            None
        };
    }
    // 講じていく考えであります.
    if core[at] == '考' || core[at] == '方' {
        let follows = core[..at].last().is_some_and(|c| "るうくすむ".contains(*c));
        let told = any_starts(rest, &["す", "あ", "ご"]).is_some() && rest.len() <= 7;
        return if follows && told { found(end) } else { None };
    }
    let verb = any(core, end)?;
    let means = matches!(verb.form, Form::Plain | Form::Going | Form::Wish);
    // 取り組むとともに、…を進めている: the end of the sentence makes both a present activity.
    let place = place(core, verb);
    let means = means && (place == Place::Main || (place == Place::Joined && facts.mood() != Mood::Told));
    // 最近の取組: after の it is a noun.
    let is_verb = core[..at].last().is_none_or(|c| *c != 'の');
    (means && is_verb).then_some(Found { strength: Strength::Planned, from: at, to: verb.end })
}

/// Endings of a sentence that states a plan by its verb alone. Their last characters stand in [`ends_plan`] too.
const PLANS: &[&str] = &[
    "を行う",
    "を図る",
    "を進める",
    "を続ける",
    "行います",
    "図ります",
    "進めます",
    "続けます",
    "講じます",
    "目指します",
    "深めます",
    "高めます",
    "設けます",
    "していく",
    "ていきます",
    "てまいります",
    "て参ります",
    "ていきたいと考えております",
    "ていきたいと考えています",
    "ていきたいと考えます",
    "ていきたいと思っております",
    "ていきたいと思います",
    "てまいりたいと考えております",
    "てまいりたいと考えています",
    "てまいりたいと考えます",
    "てまいりたいと思っております",
    "てまいりたいと思います",
    "てまいりたいと存じます",
    "される",
    "されます",
    "する",
    "いたします",
    "します",
];

/// True if a sentence without its 。 ends like a plan.
pub(super) fn ends_plan(chars: &[char]) -> bool {
    // Most sentences end with another character, in た above all.
    matches!(chars.last(), Some('う' | 'く' | 'す' | 'る')) && any_ends(chars, PLANS).is_some()
}

/// Reads a plan that is stated by its verb alone, in an entry of a list or with a word of the future:
/// 地域連絡窓口を設置する。, 来年開催される。
pub(super) fn plan(sentence: &Sentence, facts: &Facts<'_>) -> Option<Found> {
    let core = &sentence.core;
    if facts.mood() != Mood::Plain {
        return None;
    }
    let soon = facts.soon().is_some();
    // 推進していく: the form itself is future.
    let goes_on = any_ends(core, &["していく", "ていきます", "てまいります", "て参ります"]).is_some();
    // 推進します: the speaker announces an act.
    let speaks = ends_with(core, "ます");
    if is_measure(sentence, facts) {
        return Some(Found { strength: Strength::Planned, from: core.len() - 4, to: core.len() });
    }
    if !(soon || sentence.marked || goes_on || speaks) || facts.own_work() {
        return None;
    }
    let length = any_ends(core, PLANS)?;
    let from = core.len() - length;
    // In a list, 創出が促進される is an effect; 来年開催される is a plan.
    if core[from] == 'さ' && !soon {
        return None;
    }
    let clause = core[..from].iter().rposition(|c| *c == '、').map_or(0, |at| at + 1);
    let acts_on = core[clause..from].iter().any(|c| "をもに".contains(*c));
    let by_itself = core[from] == 'を' || (acts_on && !matches!(core[from], 'す' | 'い' | 'し' | 'さ'));
    let doing = by_itself || words().before("doing", &core[..from]).is_some();
    // 試算を行う, 分析を進める: work of the text itself.
    let own =
        any_ends(&core[..from], &["試算", "分析", "考察", "整理", "概観", "比較", "検証", "推計", "説明", "紹介"]);
    (doing && own.is_none() && !sentence.quoted[from]).then_some(Found {
        strength: Strength::Planned,
        from: verb_start(core, from + usize::from(core[from] == 'を')),
        to: core.len(),
    })
}

/// True for a measure of a strategy: 取組を推進する。 With a topic other than Japan, the sentence describes an effect.
fn is_measure(sentence: &Sentence, facts: &Facts<'_>) -> bool {
    let core = &sentence.core;
    let japan = facts.topic().is_none_or(|at| words().before("planner", &core[..at]).is_some());
    let Some(length) = any_ends(core, &["する"]).filter(|_| sentence.closed && japan) else { return false };
    let noun = &core[..core.len() - length];
    words().before("measure", noun).is_some_and(|length| ends_with(&noun[..noun.len() - length], "を"))
}

/// Returns the start of the verb whose ending stands at `at`: 推進|してまいります, 進|めます.
fn verb_start(core: &[char], mut at: usize) -> usize {
    while at > 0 && is_hiragana(core[at - 1]) && !"をにがはでもと".contains(core[at - 1]) {
        at -= 1;
    }
    let stem = core[..at].iter().rev().take_while(|c| is_kanji(**c)).count();
    // Before する stand two kanji as a rule; other verbs have one.
    let most = if core.get(at).is_some_and(|c| "しすさい".contains(*c)) { 2 } else { 1 };
    at - stem.min(most)
}
