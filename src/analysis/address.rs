//! Letters and digits that are not words by themselves: parts of addresses, currency signs (`US$`), decimals.

use crate::document::Span;
use crate::script::{half_widths, is_kanji_numeral};

/// Top-level domains by which a host is recognised without a scheme or `www.`.
const TOP_LEVELS: &[&str] =
    &["jp", "com", "org", "net", "int", "eu", "gov", "edu", "info", "uk", "kr", "cn", "de", "fr", "au", "sg", "tw"];

/// Returns positions in the folded characters where no word begins or ends: inside addresses except at the ends of
/// their hosts, before the countries of language tags, between letters and a currency sign, and inside numbers (2.5,
/// 1,500, 十二).
pub(super) fn glued(text: &str, folded: &[char], origins: &[Span]) -> Vec<usize> {
    let mut glued: Vec<usize> = Vec::new();
    for (at, [before, c]) in folded.array_windows().enumerate() {
        match c {
            '$' if before.is_ascii_alphabetic() => glued.push(at + 1),
            '.' | ',' if before.is_ascii_digit() && is_in_number(folded, at + 1) => glued.extend([at + 1, at + 2]),
            // 十二月 is no 二月: no word begins or ends inside a number.
            c if is_kanji_part(*c) && is_kanji_part(*before) && origins[at].end == origins[at + 1].start => {
                glued.push(at + 1);
            }
            _ => {}
        }
    }
    let may_be_address = |byte: &u8| matches!(byte, b'/' | b'-' | b'@') || *byte == b'.';
    if !text.as_bytes().iter().any(may_be_address) && !text.contains(['．', '／', '－', '＠']) {
        return glued;
    }
    let chars = half_widths(text);
    for run in runs(&chars) {
        let inner = match &chars[run.clone()] {
            tag if is_language_tag(tag) => vec![3],
            address => inner(address),
        };
        for place in inner {
            let at = origins.partition_point(|origin| origin.start < run.start + place);
            if origins.get(at).is_some_and(|origin| origin.start == run.start + place) {
                glued.push(at);
            }
        }
    }
    glued
}

fn is_kanji_part(c: char) -> bool {
    c == '万' || is_kanji_numeral(c)
}

/// Tells whether a mark between digits is a decimal point (2.5, not 1.2.3) or a thousands separator (1,500).
fn is_in_number(folded: &[char], at: usize) -> bool {
    let digits = |c: &&char| c.is_ascii_digit();
    let before = folded[..at].iter().rev().take_while(digits).count();
    let behind = folded[at + 1..].iter().take_while(digits).count();
    let is_more = |next: Option<usize>, further: Option<usize>| {
        let char_at = |at: Option<usize>| at.and_then(|at| folded.get(at));
        char_at(next) == Some(&'.') && char_at(further).is_some_and(char::is_ascii_digit)
    };
    match folded[at] {
        _ if behind == 0 => false,
        '.' => {
            let start = at - before;
            let end = at + 1 + behind;
            !is_more(start.checked_sub(1), start.checked_sub(2)) && !is_more(Some(end), Some(end + 1))
        }
        _ => behind == 3 && before <= 3,
    }
}

/// Iterates over the runs of characters that occur in addresses.
fn runs(chars: &[char]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let is_part = |c: &char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '/' | '-' | '.' | ':' | '_' | '~' | '?' | '=' | '&' | '#' | '%' | '+' | '@')
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + chars[at..].iter().position(is_part)?;
        at = start + chars[start..].iter().take_while(|c| is_part(c)).count();
        Some(start..at)
    })
}

/// Returns the places inside an address (`https://…`, `www.…`, `a@…`, `go.jp`, `/path/…`) where no word begins or
/// ends.
/// Empty where the run is not an address.
///
/// The ends of the host stay, and the starts of parts before a mark (`//ec.`). No word ends at the mark, so the part is
/// no word, but a query can ask for the part with the mark.
fn inner(run: &[char]) -> Vec<usize> {
    let end = run.len() - run.iter().rev().take_while(|c| !c.is_ascii_alphanumeric() && **c != '/').count();
    let run = &run[..end];
    let host = match host(run) {
        Some(host) => host,
        None if is_path(run) => 0..0,
        None => return Vec::new(),
    };
    let is_part = |at: usize| run.get(at).is_some_and(char::is_ascii_alphanumeric);
    let begins_part = |at: usize| {
        let to = at + run[at..].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        is_part(at) && !is_part(at - 1) && to != end && to != host.end
    };
    (1..end).filter(|at| *at != host.start && *at != host.end && !begins_part(*at)).collect()
}

/// Tells whether a run is a path without a host: `/path/…`.
fn is_path(run: &[char]) -> bool {
    run.first() == Some(&'/') && run.get(1).is_some_and(char::is_ascii_lowercase) && run[1..].contains(&'/')
}

/// Returns the range of an address's host: after `://` or `@`, from `www.` on, or before the first slash where the host
/// ends in a known top-level domain.
fn host(run: &[char]) -> Option<std::ops::Range<usize>> {
    let behind = |mark: &[char]| run.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len());
    let to_end = |start: usize| {
        let ends = |c: &char| matches!(c, '/' | ':' | '?' | '#' | '&' | '=' | '@');
        start..start + run[start..].iter().position(ends).unwrap_or(run.len() - start)
    };
    if let Some(start) = behind(&[':', '/', '/']) {
        return Some(to_end(start));
    }
    let start = behind(&['@']).unwrap_or(0);
    let host = to_end(start);
    let name: String = run[host.clone()].iter().collect();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
    };
    let is_known = || {
        let last = name.rsplit('.').next().unwrap_or_default();
        name.contains('.') && name.split('.').all(is_label) && TOP_LEVELS.contains(&last)
    };
    (name.to_ascii_lowercase().starts_with("www.") || is_known()).then_some(host)
}

/// Tells whether a run is a language tag (BCP 47): a language in small letters and a country, as `en-us`, `ja-JP`.
fn is_language_tag(run: &[char]) -> bool {
    let (small, letter) = (char::is_ascii_lowercase, char::is_ascii_alphabetic);
    matches!(run, [a, b, '-', c, d] if small(a) && small(b) && letter(c) && letter(d))
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Analyzer, fold};

    /// Returns the given words that occur in a text as whole words.
    fn words<'a>(text: &str, of: &[&'a str]) -> Vec<&'a str> {
        let analyzed = Analyzer::new().analyze(text);
        let (chars, boundary) = (&analyzed.folded.chars, &analyzed.boundary);
        let stands = |word: &&&str| {
            let word = fold(word).chars;
            (0..chars.len()).any(|at| chars[at..].starts_with(&word) && boundary[at] && boundary[at + word.len()])
        };
        of.iter().filter(stands).copied().collect()
    }

    #[test]
    fn parts_of_addresses_and_currencies_are_no_words() {
        assert!(words("価格はUS$100、CA$", &["US", "CA", "$100"]).is_empty());
        let parts = ["EC", "europa", "eu", "meti", "go", "jp", "en", "us", "main", "soumu", "info", "index", "html"];
        for text in [
            "https://ec.europa.eu/en-us/main は",
            "www.meti.go.jp/main/index.html",
            "ｗｗｗ．ｓｏｕｍｕ．ｇｏ．ｊｐ",
            "の /en-us/main に",
            "宛先は info@soumu.go.jp です",
            "meti.go.jp を見る",
        ] {
            let found = words(text, &parts);
            assert!(found.is_empty() || found == ["info"], "{text}: {found:?}");
        }
        assert!(words("言語は en-us とする", &["us"]).is_empty());
    }

    #[test]
    fn a_whole_host_is_a_word() {
        for text in ["https://www.soumu.go.jp/main/ は", "www.soumu.go.jp。", "詳細はwww.soumu.go.jp."] {
            assert_eq!(words(text, &["www.soumu.go.jp", "www.soumu", "go"]), ["www.soumu.go.jp"], "{text}");
        }
    }

    #[test]
    fn the_decimals_of_a_number_are_no_word() {
        assert!(words("3.5G、27.5GHz、１，５００円", &["5G", "5", "500", "500円"]).is_empty());
        assert_eq!(words("2.5GHz、1.2.3、2011.6.9", &["2.5", "1.2.3", "6"]), ["2.5", "1.2.3", "6"]);
    }

    #[test]
    fn names_beside_strokes_and_hyphens_stay_names() {
        let names = ["JPCERT", "CC", "ISO", "IEC", "TCP", "IP", "US", "EU", "Amazon"];
        assert_eq!(words("JPCERT/CC、ISO/IEC、TCP/IP、US-EU、日/US/EU、Amazon.com", &names), names);
    }
}
