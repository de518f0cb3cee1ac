//! Lines at the head of a document that are no title: kinds of documents, offices, dates, numbers.

use std::sync::LazyLock;

use super::site_line::is_site_item;
use crate::table;

/// Table of words of lines that are no title: `data/title_words.tsv`.
pub const TITLE_WORDS: &str = include_str!("../../data/title_words.tsv");

/// Longest name of an office, in code points.
const MAX_OFFICE_CHARS: usize = 24;

/// Longest name of a company or body, in code points.
const MAX_COMPANY_CHARS: usize = 32;

struct Words {
    /// Whole lines: 報道資料.
    kinds: Vec<&'static str>,
    /// Ends of the names of offices: 省.
    offices: Vec<&'static str>,
    /// Begins and ends of the names of companies: 株式会社.
    companies: Vec<&'static str>,
    /// Begins of the names of public bodies: 独立行政法人.
    bodies: Vec<&'static str>,
    /// Ends of the titles that begin as the name of a body: 独立行政法人通則法.
    no_bodies: Vec<&'static str>,
    /// Sections with a name of their own: はじめに.
    sections: Vec<&'static str>,
    /// Words beside a date in a line of dates: 公開日.
    dates: Vec<&'static str>,
    /// Labels before a title: 件名.
    labels: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let of = |class: &str| table::longest_first(TITLE_WORDS, class);
    Words {
        kinds: of("kind"),
        offices: of("office"),
        companies: of("company"),
        bodies: of("body"),
        no_bodies: of("no-body"),
        sections: of("section"),
        dates: of("date"),
        labels: of("label"),
    }
});

/// Tells whether a line at the head of a document is no title: it names the kind of the document, an office, a company,
/// a date or a number, or it belongs to the menu of a site.
///
/// # Examples
/// ```
/// use fumikura::document::is_no_title;
///
/// assert!(["報道資料", "令和2年6月12日", "更新日：2022年8月28日", "1/2", "目次"].iter().all(|line| is_no_title(line)));
/// assert!(["総務省 情報流通行政局", "総　　務　　省", "株式会社海洋通信"].iter().all(|line| is_no_title(line)));
/// assert!(is_no_title("本文へ移動"));
/// assert!(!is_no_title("周波数割当計画の一部変更について"));
/// ```
pub fn is_no_title(line: &str) -> bool {
    let bare = bare(line);
    bare.is_empty() || is_kind(&bare) || is_of_dates(&bare) || is_office(line) || is_number(line) || is_menu(line)
}

/// Tells whether a line is the name of a section of a paper: はじめに.
pub(crate) fn is_section_name(line: &str) -> bool {
    WORDS.sections.contains(&line.trim())
}

/// Longest line of a menu, in bytes: 文字サイズ・背景色の変更.
const MAX_MENU_BYTES: usize = 90;

/// Tells whether a line of a text that was copied from a page belongs to the site.
fn is_menu(line: &str) -> bool {
    line.len() <= MAX_MENU_BYTES && is_site_item(line, false)
}

/// Returns the title behind its label: `件名：…`.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::document::labelled_title("タイトル：会合の結果"), Some("会合の結果"));
/// ```
pub fn labelled_title(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = WORDS.labels.iter().find_map(|label| line.strip_prefix(label))?;
    let title = rest.trim_start().strip_prefix([':', '：'])?.trim();
    (!title.is_empty()).then_some(title)
}

/// Returns the line without blanks and the brackets around it.
fn bare(line: &str) -> String {
    let marks =
        ['【', '】', '[', ']', '［', '］', '<', '>', '＜', '＞', '〈', '〉', '■', '●', '○', '◆', '*', '#', '－', '-'];
    line.trim().trim_matches(marks).chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c) || "〇一二三四五六七八九十".contains(c)
}

/// A kind may have a number: 資料1, 参考資料2-1.
fn is_kind(bare: &str) -> bool {
    let whole = bare.to_lowercase();
    let name = whole.trim_end_matches(|c: char| is_digit(c) || matches!(c, '-' | '－' | '.' | '．'));
    WORDS.kinds.iter().any(|kind| *kind == whole || *kind == name)
}

/// A line of dates has nothing but figures, units and words such as 公開日; the kind of the document may stand beside.
fn is_of_dates(bare: &str) -> bool {
    if !bare.chars().any(is_digit) && !bare.contains('元') {
        return false;
    }
    let allowed = |c: char| is_digit(c) || "元年月日火水木金土曜祝時分()（）/／.．-－:：,，・、~～〜'’".contains(c);
    let mut rest = bare;
    while let Some(c) = rest.chars().next() {
        let is_next = |word: &&&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if allowed(c) {
            rest = &rest[c.len_utf8()..];
        } else if let Some(word) = WORDS.dates.iter().chain(&WORDS.kinds).find(is_next) {
            rest = &rest[word.len()..];
        } else {
            return false;
        }
    }
    true
}

/// Offices stand alone, or one beside another: 総務省 情報流通行政局. Their letters may be set apart: 総　務　省.
fn is_office(line: &str) -> bool {
    let mut names: Vec<String> = Vec::new();
    let mut apart = false;
    for name in line.split([' ', '　', '、', '・', '／', '/']).filter(|name| !name.is_empty()) {
        let letter = name.chars().nth(1).is_none();
        match names.last_mut().filter(|_| apart && letter) {
            Some(last) => last.push_str(name),
            None => names.push(name.to_owned()),
        }
        apart = letter;
    }
    let is_name = |name: &str| {
        if is_company(name) {
            return true;
        }
        let name = name.trim_end_matches(['）', ')']);
        let name = ["決定", "申合せ", "了承"].iter().fold(name, |name, word| name.strip_suffix(word).unwrap_or(name));
        let numbered = name.starts_with('第') && name.chars().nth(1).is_some_and(is_digit);
        let letters = name.len() <= 9 && name.bytes().all(|byte| byte.is_ascii_uppercase());
        let office = WORDS.offices.iter().any(|end| name.ends_with(end));
        letters || office && !numbered && name.chars().count() <= MAX_OFFICE_CHARS && !name.contains(['の', '「', '第'])
    };
    !names.is_empty() && names.iter().all(|name| is_name(name))
}

/// Tells whether a text is the name of a company or of a public body, by its form: 株式会社海洋通信, 国立大学法人東京大学.
fn is_company(name: &str) -> bool {
    let plain = |c: char| !('ぁ'..='ん').contains(&c) && !matches!(c, '「' | '」' | '、' | '。' | '：' | ':');
    if name.len() > 3 * MAX_COMPANY_CHARS || !name.chars().all(plain) {
        return false;
    }
    let rest = |form: &&&str| name.strip_prefix(**form).or_else(|| name.strip_suffix(**form));
    let is_paper = |rest: &str| rest.is_empty() || WORDS.no_bodies.iter().any(|end| rest.ends_with(end));
    WORDS.companies.iter().find_map(|form| rest(&form)).is_some_and(|rest| !is_paper(rest))
        || WORDS.bodies.iter().find_map(|form| name.strip_prefix(form)).is_some_and(|rest| !is_paper(rest))
}

/// A number of a document or an address: JPCERT-AT-2014-0000, https://….
fn is_number(line: &str) -> bool {
    let line = line.trim();
    let one_word = line.is_ascii() && !line.contains(' ');
    one_word && (line.contains("://") || line.bytes().any(|byte| byte.is_ascii_digit()))
}
