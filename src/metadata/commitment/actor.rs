//! Finds the actor of a commitment.

use super::found::Found;
use super::words::{any_starts, find, words};
use crate::document::{Actor, Strength};
use crate::script::{ends_with, is_kanji, is_katakana, starts_with};

/// Name of a partner in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// Joined with Japan: 日米, 日EU.
    pub bilateral: bool,
    /// A government or a region, not an organisation or framework.
    pub state: bool,
}

/// Returns the actor. The evidence is used in this order: words for two sides, the topic or the subject, other names in
/// the sentence, the kind of the act. The flag beside a name is true if a particle of the subject follows the name.
pub(super) fn actor(core: &[char], names: &[(Name, bool)], found: Found) -> Option<Actor> {
    let before = &core[..found.from];
    let words_of = &core[found.from..found.to.min(core.len())];
    let has = |class: &str| words().find(class, before).is_some();
    let japan = japan(before);
    let bilateral = names.iter().any(|(name, _)| name.bilateral);
    let strong = has("both") || bilateral;
    let talk = has("talk");
    let passive = ["され", "られ", "われ", "なさ"].iter().any(|form| find(words_of, form).is_some());
    let decided_by_one = any_starts(words_of, &["こととし", "こととす", "ことにし"]).is_some();
    // 一致, 合意 and 認識の共有 need two sides.
    let needs_two = any_starts(words_of, &["一致", "合意", "認識を", "再確認", "意見交換", "確認"]).is_some();
    let topic = topic(before);
    let of_topic = |class: &str| topic.is_some_and(|topic| last_is(topic, class));
    let mutual =
        matches!(found.strength, Strength::Agreed | Strength::Committed | Strength::Confirmed | Strength::Discussed);
    if mutual && !of_topic("japan") && (strong || (talk && !(decided_by_one && japan))) {
        return Some(Actor::Both);
    }
    if (of_topic("japan") && japan) || (!passive && names.is_empty() && starts_with(before, "我が国は")) {
        return Some(Actor::Japan);
    }
    let polite = any_starts(words_of.get(words_of.len().saturating_sub(2)..).unwrap_or_default(), &["ます"]).is_some();
    // 支援してまいります: the speaker acts.
    if polite && matches!(found.strength, Strength::Planned | Strength::Considered) {
        return Some(Actor::Japan);
    }
    if names.iter().any(|(name, subject)| *subject && name.state && !name.bilateral) && !needs_two {
        return Some(Actor::Other);
    }
    for (class, actor) in [("both", Actor::Both), ("other", Actor::Other), ("body", Actor::Body)] {
        if of_topic(class) && !(needs_two && actor == Actor::Other) {
            return Some(actor);
        }
    }
    let body = names.iter().any(|(name, _)| !name.state && !name.bilateral) || has("body");
    let other = has("other") || names.iter().any(|(name, _)| name.state);
    Some(match found.strength {
        Strength::Agreed | Strength::Confirmed | Strength::Discussed
            if needs_two && !(body && passive) && !(body && find(before, "各国").is_some()) =>
        {
            Actor::Both
        }
        Strength::Committed if needs_two => Actor::Both,
        Strength::Agreed if any_starts(words_of, &["閣議決定", "交付決定"]).is_some() => Actor::Japan,
        Strength::Agreed | Strength::Confirmed | Strength::Discussed => match (other, body, japan) {
            _ if starts_with(words_of, "紹介") => Actor::Japan,
            (true, _, _) if words().find("other", before).is_some() && !japan => Actor::Other,
            (_, true, _) => Actor::Body,
            (_, _, true) => Actor::Japan,
            (true, _, _) if any_starts(words_of, &["締結", "署名", "調印"]).is_some() => Actor::Both,
            (true, _, _) => Actor::Other,
            _ if any_starts(words_of, &["採択", "承認", "決定", "可決", "議決", "決議"]).is_some() => {
                Actor::Body
            }
            _ => Actor::Both,
        },
        _ if japan || polite => Actor::Japan,
        // 議論が行われる予定である: a conference, if no actor is named.
        _ if passive || (body && topic.is_some()) => Actor::Body,
        Strength::Planned
            if any_starts(before.get(before.len().saturating_sub(4)..).unwrap_or_default(), &["われる", "される"])
                .is_some() =>
        {
            Actor::Body
        }
        _ => Actor::Japan,
    })
}

/// True if the text names Japan or a body of Japan. 政府 alone is Japan's; 英国政府 and 連邦政府 are foreign.
fn japan(core: &[char]) -> bool {
    let class = words().class("japan");
    (0..core.len()).any(|at| {
        class.here(&core[at..]).is_some()
            // 日本方式 and 日本語 name no body of Japan.
            && !["日本方式", "日本語", "日本製", "日本型"].iter().any(|word| starts_with(&core[at..], word))
            && (!starts_with(&core[at..], "政府")
                || at == 0
                || !(is_kanji(core[at - 1]) || is_katakana(core[at - 1]))
                || ends_with(&core[..at], "日本"))
    })
}

/// Returns the text before the first は of a topic, also before では and においては.
fn topic(core: &[char]) -> Option<&[char]> {
    let at = (1..core.len()).find(|at| {
        let before = core[at - 1];
        core[*at] == 'は' && !matches!(before, 'て' | 'と' | 'ま' | 'い')
    })?;
    let end = if matches!(core[at - 1], 'で' | 'に') { at - 1 } else { at };
    Some(&core[..end])
}

/// True if the topic ends with a word of the class, or has such a word near its end.
fn last_is(topic: &[char], class: &str) -> bool {
    words().class(class).words.iter().any(|word| {
        let tail = &topic[topic.len().saturating_sub(word.len() + 3)..];
        (0..tail.len()).any(|at| tail[at..].starts_with(word))
    })
}
