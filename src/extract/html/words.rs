//! Words of saved pages, from `data/page_words.tsv`: names of elements, lines that belong to the site, kinds of pages,
//! labels of dates.

use std::collections::HashSet;
use std::sync::LazyLock;

pub(super) use crate::document::folded;
use crate::document::{PAGE_WORDS, is_menu_mark, is_site_item};
use crate::table;

/// Longest line that can belong to the site, in code points.
const MAX_SITE_LINE_CHARS: usize = 120;
/// Longest name of a kind of page of several words, in bytes.
const MAX_KIND_BYTES: usize = 90;
/// Longest line that is told by its begin alone, in code points.
const MAX_START_CHARS: usize = 60;
/// Longest name of the root of a breadcrumb, in code points.
const MAX_ROOT_CHARS: usize = 14;

/// The words of each class of the table.
pub(super) struct PageWords {
    pub main: HashSet<&'static str>,
    pub main_outer: HashSet<&'static str>,
    pub apart: HashSet<&'static str>,
    pub apart_whole: HashSet<&'static str>,
    pub site_head: HashSet<&'static str>,
    pub archive: HashSet<&'static str>,
    pub archive_words: Vec<&'static str>,
    pub title: HashSet<&'static str>,
    kinds: HashSet<String>,
    kinds_of_part: HashSet<String>,
    kind_tails: Vec<&'static str>,
    contacts: Vec<&'static str>,
    ornaments: HashSet<&'static str>,
}

static WORDS: LazyLock<PageWords> = LazyLock::new(|| {
    fn of<C: FromIterator<&'static str>>(class: &str) -> C {
        table::of_class(PAGE_WORDS, class).collect()
    }
    fn folded_of<C: FromIterator<String>>(class: &str) -> C {
        of::<Vec<&str>>(class).into_iter().map(|word| folded(word).trim_matches(is_menu_mark).to_owned()).collect()
    }
    PageWords {
        main: of("main"),
        main_outer: of("main-outer"),
        apart: of("apart"),
        apart_whole: of("apart-whole"),
        site_head: of("site-head"),
        archive: of("archive"),
        archive_words: of("archive-words"),
        title: of("title"),
        kinds: folded_of("kind"),
        kinds_of_part: folded_of("kind-of-part"),
        kind_tails: of("kind-tail"),
        contacts: of("contact"),
        ornaments: of("ornament"),
    }
});

pub(super) fn page_words() -> &'static PageWords {
    &WORDS
}

/// Tells whether a line names a kind of page, such as 報道資料 or プレスリリース一覧　詳細, and not its subject.
pub(super) fn is_kind(line: &str) -> bool {
    let one = |text: &str| {
        let folded = folded(text);
        let bare = folded.trim_matches(is_menu_mark);
        WORDS.kinds.contains(bare) || WORDS.kinds_of_part.contains(bare)
    };
    if one(line) {
        return true;
    }
    // The longest kind of several words has fewer letters.
    if line.len() > MAX_KIND_BYTES {
        return false;
    }
    let mut parts =
        line.split([' ', '\u{3000}', '/', '／', '-', '－', ':', '：', '|', '｜']).filter(|part| !part.is_empty());
    let tailed = |part: &str| {
        let tail = WORDS.kind_tails.iter().find_map(|tail| part.strip_suffix(tail));
        tail.is_some_and(|rest| rest.is_empty() || one(rest))
    };
    parts.clone().nth(1).is_some() && parts.all(|part| one(part) || tailed(part))
}

/// Tells whether a text begins with the label of a contact: `問合せ先：総合通信基盤局`.
pub(super) fn is_contact(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches(is_menu_mark);
    WORDS.contacts.iter().any(|label| text.starts_with(label))
}

/// Tells whether the `alt` of an image names an ornament: 矢印.
pub(super) fn is_ornament(alt: &str) -> bool {
    WORDS.ornaments.contains(alt.trim())
}

/// Tells whether a text names a kind of publication, such as 報道発表資料.
pub(super) fn is_kind_of_publication(text: &str) -> bool {
    WORDS.kinds.contains(folded(text).trim_matches(is_menu_mark))
}

/// Tells whether a line belongs to the site: a link to the top of the page, a copyright notice, a breadcrumb. `linked`
/// tells that the line is a link.
pub(super) fn is_of_site(line: &str, linked: bool) -> bool {
    // Counting all characters is faster than stopping at the limit.
    let has_more_than = |chars: usize| line.len() > chars && line.chars().count() > chars;
    if line.len() > MAX_SITE_LINE_CHARS * 3 || has_more_than(MAX_SITE_LINE_CHARS) {
        return false;
    }
    if is_breadcrumb(line) {
        return true;
    }
    let is_long = has_more_than(MAX_START_CHARS);
    let is_notice = || ["opyright", "COPYRIGHT", "©", "ights"].iter().any(|word| line.contains(word));
    if is_long && !is_notice() {
        return false;
    }
    let is_item = |item: &str| is_site_item(item, linked);
    is_item(line) || {
        let marks = ['|', '｜', '\u{3000}', '/', '／'];
        line.contains(marks) && {
            let mut items = line.split(marks).map(str::trim).filter(|item| !item.is_empty());
            let count = items.clone().count();
            count > 1 && items.all(is_item)
        }
    }
}

/// Tells whether a line is a path from the root of a site to the page: `総務省トップ > 広報・報道 > …`.
fn is_breadcrumb(line: &str) -> bool {
    let mut parts = line.split(['>', '＞', '›', '»', '≫']).map(str::trim);
    let root = parts.next().unwrap_or_default();
    parts.next().is_some() && is_root(root)
}

/// Tells whether a text names the root of a site: ホーム, 総務省トップ.
pub(super) fn is_root(text: &str) -> bool {
    let folded = folded(text);
    let bare = folded.trim_matches(is_menu_mark);
    let short = bare.chars().nth(MAX_ROOT_CHARS).is_none();
    short && ["ホーム", "トップ", "トップページ", "home", "top", "ホームページ"].iter().any(|root| bare.ends_with(root))
}

/// Tells whether a text names a day: `平成16年9月17日`, `2014-06-09`, `October 7, 2015`.
pub(super) fn has_day(text: &str) -> bool {
    let is_japanese = || text.contains('年') && text.contains('月') && text.contains('日');
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit {
        return is_japanese();
    }
    // Lengths of the first groups of digits, and the separators behind them.
    let (mut groups, mut count, mut separators, mut digits, mut years) = ([0usize; 3], 0, 0, 0, 0);
    for byte in text.bytes().chain(std::iter::once(b' ')) {
        if byte.is_ascii_digit() {
            digits += 1;
            continue;
        }
        if digits > 0 {
            if count < 3 {
                groups[count] = digits;
                separators += usize::from(matches!(byte, b'-' | b'/' | b'.') && count < 2);
            }
            years += usize::from(digits == 4);
            count += 1;
            digits = 0;
        }
    }
    if is_japanese()
        || groups[0] == 4 && separators == 2 && (1..=2).contains(&groups[1]) && (1..=2).contains(&groups[2])
    {
        return true;
    }
    let months = [
        "January",
        "February",
        "March",
        "April",
        "May ",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    years > 0 && count >= 2 && months.iter().any(|month| text.contains(month))
}

/// Counts the bytes of running text in a piece: it ends a sentence.
pub(super) fn prose_bytes(text: &str) -> usize {
    let trimmed = text.trim();
    let is_notice =
        || trimmed.contains("opyright") || trimmed.contains("ights Reserved") || trimmed.contains("ights reserved");
    let is_latin = || trimmed.ends_with('.') && trimmed.split_whitespace().nth(7).is_some() && !is_notice();
    if trimmed.contains('。') && trimmed.len() > 15 || is_latin() { trimmed.len() } else { 0 }
}
