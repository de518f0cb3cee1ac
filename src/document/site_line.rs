//! Lines that belong to a site and not to its pages, from `data/page_words.tsv`: links of menus, notices. They stand in
//! saved pages and in texts that were copied from pages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::table;

/// Table of the words of pages: `data/page_words.tsv`.
pub const PAGE_WORDS: &str = include_str!("../../data/page_words.tsv");

struct SiteLines {
    lines: HashSet<String>,
    items: HashSet<String>,
    /// Begins of lines, by their first character.
    starts: HashMap<char, Vec<String>>,
}

static LINES: LazyLock<SiteLines> = LazyLock::new(|| {
    let bare = |class: &str| {
        table::of_class(PAGE_WORDS, class).map(|word| folded(word).trim_matches(is_menu_mark).to_owned()).collect()
    };
    let mut starts: HashMap<char, Vec<String>> = HashMap::new();
    for start in table::of_class(PAGE_WORDS, "start").map(folded) {
        if let Some(first) = start.chars().next() {
            starts.entry(first).or_default().push(start);
        }
    }
    SiteLines { lines: bare("line"), items: bare("item"), starts }
});

/// Folds a line for comparison: NFKC, no blanks, small letters.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{FF01}'..='\u{FF5E}' => {
                let narrow = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
                out.push(narrow.to_ascii_lowercase());
            }
            c if c.is_whitespace() => {}
            // Most characters of Japanese pages stay as they are.
            '!'..='~' | '\u{3001}'..='\u{3098}' | '\u{309D}'..='\u{30FE}' | '\u{4E00}'..='\u{9FFF}' => {
                out.push(c.to_ascii_lowercase());
            }
            _ => return text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect(),
        }
    }
    out
}

/// Tells whether an item of a line belongs to the site: 文字サイズ変更. `linked` tells that the item is a link.
pub(crate) fn is_site_item(item: &str, linked: bool) -> bool {
    let words = &*LINES;
    let folded = folded(item);
    let bare = folded.trim_matches(is_menu_mark);
    let begins = |text: &str| {
        let starts = text.chars().next().and_then(|first| words.starts.get(&first));
        starts.is_some_and(|starts| starts.iter().any(|start| text.starts_with(start.as_str())))
    };
    bare.is_empty() && !folded.is_empty()
        || words.lines.contains(bare)
        || linked && (words.items.contains(bare) || bare.ends_with("戻る"))
        || bare.ends_with("allrightsreserved")
        || begins(bare)
        || begins(&folded)
}

/// Marks around a word of a menu.
pub(crate) fn is_menu_mark(c: char) -> bool {
    matches!(
        c,
        '▲' | '△'
            | '▼'
            | '▽'
            | '↑'
            | '→'
            | '←'
            | '●'
            | '■'
            | '◆'
            | '・'
            | '>'
            | '»'
            | '›'
            | '≫'
            | '<'
            | '«'
            | '‹'
            | '≪'
            | '['
            | ']'
            | '【'
            | '】'
            | '「'
            | '」'
            | '('
            | ')'
            | '。'
            | '.'
            | '!'
            | '*'
            | '-'
            | '_'
            | ':'
            | '|'
            | '/'
    )
}
