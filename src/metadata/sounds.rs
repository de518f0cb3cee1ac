//! Other spellings of katakana names: ヴィエトナム for ベトナム, サウディアラビア for サウジアラビア, by `data/sounds.tsv`.

use std::sync::LazyLock;

use super::table;
use crate::script::is_katakana;

pub(super) const SOUNDS: &str = include_str!("../../data/sounds.tsv");

/// Spellings made of one name, at most: names with many sounds have many.
const MAX_SPELLINGS: usize = 96;

/// A sound in its usual spelling, with the others.
struct Sound {
    usual: &'static str,
    others: Vec<&'static str>,
}

static TABLE: LazyLock<Vec<Sound>> = LazyLock::new(|| {
    let sound =
        |cells: Vec<&'static str>| Some(Sound { usual: cells.first()?, others: table::list(cells.get(1)?).collect() });
    let mut sounds: Vec<Sound> = table::rows(SOUNDS).filter_map(sound).collect();
    // グア before グ, クウェート before its parts.
    sounds.sort_by_key(|sound| std::cmp::Reverse(sound.usual.len()));
    sounds
});

/// The other spellings of a name, each place by itself; without middle dots too. The name itself is not among them.
pub(super) fn spellings(name: &str) -> Vec<String> {
    if !name.chars().any(is_katakana) {
        return Vec::new();
    }
    // The usual form of the name: ヴェトナム of the table is ベトナム spelled otherwise.
    let mut whole = vec![String::new()];
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let at_start = |text: &str| rest.starts_with(text);
        // The longest spelling that stands here: ヴェ and not ヴ.
        let found = TABLE
            .iter()
            .flat_map(|sound| {
                std::iter::once(sound.usual).chain(sound.others.iter().copied()).map(move |one| (sound, one))
            })
            .filter(|(_, written)| at_start(written))
            .max_by_key(|(_, written)| written.len());
        let (choices, length) = match found {
            Some((sound, written)) if whole.len() * (1 + sound.others.len()) <= MAX_SPELLINGS => {
                (std::iter::once(sound.usual).chain(sound.others.iter().copied()).collect(), written.len())
            }
            _ => (vec![&rest[..c.len_utf8()]], c.len_utf8()),
        };
        whole = choices.iter().flat_map(|choice| whole.iter().map(move |begun| format!("{begun}{choice}"))).collect();
        rest = &rest[length..];
    }
    let dotted: Vec<String> = whole.iter().flat_map(|name| other_dots(name)).collect();
    whole.extend(dotted);
    whole.retain(|spelling| spelling != name);
    whole
}

/// A name without its middle dots, or with one where it has none: スリ・ランカ, ニュー・ジーランド.
fn other_dots(name: &str) -> Vec<String> {
    if name.contains('・') {
        return vec![name.replace('・', "")];
    }
    let chars: Vec<char> = name.chars().collect();
    // Shorter names have no parts.
    if chars.len() < MIN_PARTED_CHARS || !chars.iter().copied().all(is_katakana) {
        return Vec::new();
    }
    let starts_part = |at: &usize| !"ァィゥェォャュョッーン".contains(chars[*at]);
    let parted = |at: usize| chars[..at].iter().chain(&['・']).chain(&chars[at..]).collect();
    (2..chars.len() - 2).filter(starts_part).map(parted).collect()
}

/// Characters of the shortest name that has parts.
const MIN_PARTED_CHARS: usize = 5;

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn a_name_has_its_older_spellings() {
        for (usual, older) in [
            ("ベトナム", "ヴィエトナム"),
            ("ヴェトナム", "ベトナム"),
            ("サウジアラビア", "サウディアラビア"),
            ("ボリビア", "ボリヴィア"),
            ("ベネズエラ", "ヴェネズエラ"),
            ("バヌアツ", "ヴァヌアツ"),
            ("エルサルバドル", "エルサルヴァドル"),
            ("ジンバブエ", "ジンバブウェ"),
            ("スリランカ", "スリ・ランカ"),
            ("エルサルバドル", "エル・サルヴァドル"),
            ("ブルネイ・ダルサラーム国", "ブルネイダルサラーム国"),
        ] {
            assert!(spellings(usual).iter().any(|spelling| spelling == older), "{usual}: {:?}", spellings(usual));
        }
        assert!(spellings("中国").is_empty());
    }
}
