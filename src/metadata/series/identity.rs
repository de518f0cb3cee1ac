//! When two names are one series: spelling alone, or what a text states; never likeness.

use std::collections::HashMap;

use super::words::WORDS;
use crate::metadata::gazetteer::partners;
use crate::script::half_width;

/// The key of a name: the same for all its spellings.
///
/// Blanks, dots, quotes, brackets, hyphens, width and case do not tell names apart; nor does who holds the meeting
/// (総務省MRA国際ワークショップ), nor 級 (大臣級会合 and 大臣会合 run on in one numbering), nor whether a country is
/// written by its character (日印, 日インド), nor the short form of the conferences in the table (WRC).
///
/// # Examples
/// ```
/// use fumikura::metadata::series_key;
///
/// assert_eq!(series_key("日・ＡＳＥＡＮ情報セキュリティ政策会議"), series_key("日ASEAN情報セキュリティ政策会議"));
/// assert_ne!(series_key("日独ICT政策対話"), series_key("日EU・ICT政策対話"));
/// ```
pub fn series_key(name: &str) -> String {
    let key = spelled(name);
    if let Some(full) = full_names().get(&key) {
        return full.clone();
    }
    let chars: Vec<char> = key.chars().collect();
    // ITU無線通信総会, 総務省MRA国際ワークショップ: who holds it stands in front.
    for skip in ["itu", "国際電気通信連合", "総務省", "国連"] {
        if let Some(rest) = key.strip_prefix(skip)
            && let Some(full) = full_names().get(rest)
        {
            return full.clone();
        }
        if skip == "総務省"
            && let Some(rest) = key.strip_prefix(skip)
            && rest.chars().count() > 5
            && !rest.ends_with("委員会")
        {
            return rest.to_owned();
        }
    }
    // （日）+ character of a country: by the usual name.
    if chars.first() == Some(&'日')
        && let Some(second) = chars.get(1)
        && let Some(row) = partners().rows().iter().find(|row| row.kanji == Some(*second))
        && chars.get(2).is_none_or(|third| partners().rows().iter().all(|row| row.kanji != Some(*third)))
        && !(2..=chars.len().min(6)).any(|end| partners().by_name(&chars[1..end].iter().collect::<String>()).is_some())
    {
        let rest: String = chars[2..].iter().collect();
        return format!("日{}{rest}", spelled(row.name));
    }
    // 日インド, 日サウディアラビア: by the usual spelling of the partner.
    if chars.first() == Some(&'日') {
        for end in (3..=chars.len().min(12)).rev() {
            let name: String = chars[1..end].iter().collect();
            if let Some(row) = partners().by_name(&name) {
                let rest: String = chars[end..].iter().collect();
                return format!("日{}{rest}", spelled(row.name));
            }
        }
    }
    key
}

/// A name without what spelling may change.
fn spelled(name: &str) -> String {
    let kept = name
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !"・「」『』()〈〉<>,.、。-－―‐–—−~〜/｢｣･:\"“”".contains(*c));
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    lower.replace("級会合", "会合").replace("級会議", "会議").replace("シンポジューム", "シンポジウム")
}

/// The full name behind each name of the table, by keys.
fn full_names() -> &'static HashMap<String, String> {
    static NAMES: std::sync::LazyLock<HashMap<String, String>> = std::sync::LazyLock::new(|| {
        let rows = WORDS.acronyms.iter();
        rows.flat_map(|row| {
            let full = row.first().map(|name| spelled(name)).unwrap_or_default();
            row.iter().map(move |name| (spelled(name), full.clone()))
        })
        .collect()
    });
    &NAMES
}

/// Which keys are one series, by what texts state: a rename, or a short form in brackets.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    above: HashMap<String, String>,
}

impl Joined {
    /// The key that stands for all keys joined with this one.
    pub fn root(&self, key: &str) -> String {
        let mut key = key;
        while let Some(above) = self.above.get(key) {
            key = above;
        }
        key.to_owned()
    }

    /// States that two keys are one series; the second stands for both.
    pub fn join(&mut self, old: &str, new: &str) {
        let (old, new) = (self.shortened(old), self.shortened(new));
        if old != new {
            self.above.insert(old, new);
        }
    }

    /// True where no keys were joined.
    pub fn is_empty(&self) -> bool {
        self.above.is_empty()
    }

    /// Puts each key directly below its root: a chain of renames is then one step.
    pub fn flatten(&mut self) {
        let keys: Vec<String> = self.above.keys().cloned().collect();
        for key in keys {
            self.shortened(&key);
        }
    }

    /// Returns the root of a key and puts all keys on the way directly below it.
    fn shortened(&mut self, key: &str) -> String {
        let root = self.root(key);
        let mut key = key.to_owned();
        while key != root {
            let Some(above) = self.above.insert(key, root.clone()) else { break };
            key = above;
        }
        root
    }
}
