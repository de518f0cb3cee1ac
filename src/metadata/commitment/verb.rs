//! Reads the form of a verb after its stem.

use super::words::any_starts;
use crate::script::starts_with;

/// Form of a verb, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// した, しました.
    Past,
    /// する, します.
    Plain,
    /// A state or a habit: している.
    State,
    /// A continued future act: していく, してまいります.
    Going,
    /// Without tense, before another clause: し, しており.
    Link,
    /// して.
    Te,
    /// しない, せず.
    Negative,
    /// すれば, したら.
    Condition,
    /// したい, しよう.
    Wish,
    /// No predicate: しつつ, しながら, しうる.
    Other,
}

/// A verb that was read: its end and its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verb {
    pub end: usize,
    pub form: Form,
}

const fn verb(end: usize, form: Form) -> Verb {
    Verb { end, form }
}

/// Reads a form of する after an act: した, され, いたしました, させていただきます. `None` if no form of する stands here.
pub(super) fn suru(chars: &[char], at: usize) -> Option<Verb> {
    let rest = &chars[at.min(chars.len())..];
    if starts_with(rest, "する") {
        return Some(verb(at + 2, Form::Plain));
    }
    if starts_with(rest, "すれば") {
        return Some(verb(at + 3, Form::Condition));
    }
    if let Some(length) = any_starts(
        rest,
        &[
            "しない",
            "しなか",
            "しませ",
            "せず",
            "せざ",
            "されず",
            "されない",
            "されなか",
            "されませ",
            "しなけ",
            "できな",
            "できず",
        ],
    ) {
        return Some(verb(at + length, Form::Negative));
    }
    if starts_with(rest, "すべ") {
        return Some(verb(at + 2, Form::Other));
    }
    for (stem, one_row) in [
        ("され", true),
        ("させ", true),
        ("いたし", false),
        ("致し", false),
        ("し", false),
        ("でき", true),
        ("出来", true),
    ] {
        if starts_with(rest, stem) {
            return Some(ending(chars, at + stem.chars().count(), one_row));
        }
    }
    any_starts(rest, &["いたす", "致す"]).map(|length| verb(at + length, Form::Plain))
}

/// Reads the ending of any verb, after its kanji or after the kana before the ending: 行|った, 進め|る, 図|られ|た, 至|り.
pub(super) fn any(chars: &[char], at: usize) -> Option<Verb> {
    if let Some(found) = suru(chars, at) {
        return Some(found);
    }
    let c = *chars.get(at)?;
    let rest = &chars[at + 1..];
    Some(match c {
        'う' | 'く' | 'す' | 'つ' | 'む' | 'る' | 'ぶ' | 'ぐ' => verb(at + 1, Form::Plain),
        'わ' | 'か' | 'さ' | 'た' | 'ま' | 'ら' | 'ば'
            if starts_with(rest, "な") || starts_with(rest, "ず") || starts_with(rest, "ぬ") =>
        {
            verb(at + 2, Form::Negative)
        }
        'わ' | 'か' | 'さ' | 'た' | 'ま' | 'ら' | 'ば' if starts_with(rest, "れ") => {
            ending(chars, at + 2, true)
        }
        'わ' | 'か' | 'さ' | 'た' | 'ま' | 'ら' | 'ば' if starts_with(rest, "せ") => {
            ending(chars, at + 2, true)
        }
        'た' | 'て' | 'ま' | 'な' | 'ず' => ending(chars, at, true),
        'い' | 'き' | 'ち' | 'み' | 'り' | 'び' | 'ぎ' | 'っ' | 'ん' => ending(chars, at + 1, false),
        'え' | 'け' | 'せ' | 'め' | 'れ' | 'べ' | 'げ' | 'へ' if starts_with(rest, "ば") => {
            verb(at + 2, Form::Condition)
        }
        'え' | 'け' | 'せ' | 'め' | 'れ' | 'べ' | 'げ' => ending(chars, at + 1, true),
        'お' | 'こ' | 'そ' | 'と' | 'も' | 'ろ' if starts_with(rest, "う") => verb(at + 2, Form::Wish),
        '、' => verb(at, Form::Link),
        _ => return None,
    })
}

/// Reads the ending after a base that た and ます may follow. `one_row`: the base belongs to a verb in る (され, 進め).
pub(super) fn ending(chars: &[char], at: usize, one_row: bool) -> Verb {
    let rest = &chars[at.min(chars.len())..];
    let table: [(&[&str], Form); 8] = [
        (&["ましたら", "たら", "だら"], Form::Condition),
        (&["たい", "たく", "ましょ", "よう"], Form::Wish),
        (&["ません", "ない", "なか", "なけ", "ず", "ぬ", "ざる"], Form::Negative),
        (&["ました", "た", "だ"], Form::Past),
        (&["まして"], Form::Te),
        (&["ます"], Form::Plain),
        (
            &["つつ", "ながら", "得", "うる", "がた", "にく", "やす", "難", "かね", "そう", "すぎ", "直", "合"],
            Form::Other,
        ),
        (&["つもり"], Form::Other),
    ];
    for (texts, form) in table {
        // 行い、: ず, ぬ and なけ follow only the base of a verb in る.
        let fits = form != Form::Negative
            || one_row
            || starts_with(rest, "ません")
            || starts_with(rest, "ない")
            || starts_with(rest, "なか");
        if fits && let Some(length) = any_starts(rest, texts) {
            return verb(at + length, form);
        }
    }
    if one_row {
        if starts_with(rest, "られ") || starts_with(rest, "させ") {
            return ending(chars, at + 2, true);
        }
        if starts_with(rest, "れば") {
            return verb(at + 2, Form::Condition);
        }
        if starts_with(rest, "る") {
            return verb(at + 1, Form::Plain);
        }
    }
    if starts_with(rest, "て") || starts_with(rest, "で") {
        return te(chars, at + 1);
    }
    verb(at, Form::Link)
}

/// Reads the ending after て.
fn te(chars: &[char], at: usize) -> Verb {
    let rest = &chars[at.min(chars.len())..];
    let table: [(&[&str], Form); 9] = [
        (
            &[
                "いない",
                "いなか",
                "いません",
                "おらず",
                "おりません",
                "こなか",
                "いかな",
                "いなけ",
                "はいない",
                "はおらず",
            ],
            Form::Negative,
        ),
        (
            &[
                "いきたい",
                "いただきたい",
                "まいりたい",
                "参りたい",
                "いこう",
                "いきましょ",
                "みたい",
                "ほしい",
                "おきたい",
            ],
            Form::Wish,
        ),
        (&["いれば", "いただければ", "いけば"], Form::Condition),
        (
            &[
                "いった",
                "いきました",
                "まいりました",
                "参りました",
                "きた",
                "きました",
                "来た",
                "来ました",
                "いた",
                "いました",
                "おりました",
                "いただいた",
                "いただきました",
                "しまった",
            ],
            Form::Past,
        ),
        (&["いく", "いきます", "まいります", "参ります", "まいる", "いくもの"], Form::Going),
        (
            &[
                "いる",
                "います",
                "おります",
                "おる",
                "ございます",
                "いただいております",
                "いただいている",
                "いただきます",
                "いただく",
                "きている",
                "きております",
                "きています",
                "る",
            ],
            Form::State,
        ),
        (&["おり", "いただいており", "いき", "きており", "きておりまして", "まいり"], Form::Link),
        (&["から", "も", "は", "の", "以"], Form::Other),
        (&["いて", "おりまして", "きて"], Form::Te),
    ];
    let mut best: Option<(usize, Form)> = None;
    for (texts, form) in table {
        for text in texts {
            let length = text.chars().count();
            if starts_with(rest, text) && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, form));
            }
        }
    }
    match best {
        Some((length, Form::Going)) if starts_with(rest, "いくもの") => verb(at + length - 2, Form::Going),
        Some((length, form)) => verb(at + length, form),
        None => verb(at, Form::Te),
    }
}
