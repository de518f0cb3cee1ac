//! Makes other spellings of katakana names by `data/sounds.tsv`: ヴィエトナム for ベトナム, サウディアラビア for
//! サウジアラビア.

use std::sync::LazyLock;

use crate::script::is_katakana;
use crate::table;

pub(super) const SOUNDS: &str = include_str!("../../data/sounds.tsv");

/// Upper bound of spellings of one name, before dots vary. Each sound multiplies their number.
const MAX_SPELLINGS: usize = 96;

/// Longest name that has other spellings, in code points.
const MAX_NAME_CHARS: usize = 12;

/// A sound with its usual spelling and its other spellings.
struct Sound {
    usual: &'static str,
    others: Vec<&'static str>,
}

static TABLE: LazyLock<Vec<Sound>> = LazyLock::new(|| {
    let sound =
        |cells: Vec<&'static str>| Some(Sound { usual: cells.first()?, others: table::list(cells.get(1)?).collect() });
    let mut sounds: Vec<Sound> = table::rows(SOUNDS).filter_map(sound).collect();
    // Longest first: グア before グ, クウェート before its parts.
    sounds.sort_by_key(|sound| std::cmp::Reverse(sound.usual.len()));
    sounds
});

/// Returns the other spellings of a name, without the name itself. Each sound varies independently; so do middle dots.
pub(super) fn spellings(name: &str) -> Vec<String> {
    // An official long form (…人民民主共和国) begins with the short name, whose spellings suffice.
    if !name.chars().any(is_katakana) || name.chars().count() > MAX_NAME_CHARS {
        return Vec::new();
    }
    // Holds the spellings of the text read so far. Any spelling gives all others: ヴェトナム gives ベトナム too.
    let mut whole = vec![String::new()];
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let at_start = |text: &str| rest.starts_with(text);
        // The longest spelling at this position counts: ヴェ, not ヴ.
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

/// Returns a name without its middle dots; for a name without dots, each form with one dot: スリ・ランカ.
fn other_dots(name: &str) -> Vec<String> {
    if name.contains('・') {
        return vec![name.replace('・', "")];
    }
    let chars: Vec<char> = name.chars().collect();
    // A shorter name has only one part.
    if chars.len() < MIN_PARTED_CHARS || !chars.iter().copied().all(is_katakana) {
        return Vec::new();
    }
    let starts_part = |at: &usize| !"ァィゥェォャュョッーン".contains(chars[*at]);
    let parted = |at: usize| chars[..at].iter().chain(&['・']).chain(&chars[at..]).collect();
    (2..chars.len() - 2).filter(starts_part).map(parted).collect()
}

/// Fewest characters of a name with two parts.
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
