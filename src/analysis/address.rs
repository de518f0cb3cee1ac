//! Letters that name nothing: the codes in addresses (`/en-us/`) and in signs of currencies (`US$`).

use crate::document::Span;

/// Longest piece of an address that is a code and no name: `us`, `jp`, `eu`, `www`.
const MAX_CODE_CHARS: usize = 3;

/// Positions in the folded characters where no word begins or ends: before the codes of addresses and language tags,
/// and between letters and the sign of a currency. Most texts have neither, which a look at their bytes tells.
pub(super) fn glued(text: &str, folded: &[char], origins: &[Span]) -> Vec<usize> {
    let bytes = text.as_bytes();
    if !bytes.iter().any(|byte| matches!(byte, b'/' | b'-' | b'$')) && !text.contains('\u{FF04}') {
        return Vec::new();
    }
    let mut glued: Vec<usize> = folded
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0].is_ascii_alphabetic() && pair[1] == '$')
        .map(|(at, _)| at + 1)
        .collect();
    let chars: Vec<char> = text.chars().collect();
    for run in runs(&chars) {
        let codes = match &chars[run.clone()] {
            address if is_address(address) => codes(address),
            tag if is_language_tag(tag) => vec![3],
            _ => continue,
        };
        for code in codes {
            let at = origins.partition_point(|origin| origin.start < run.start + code);
            if origins.get(at).is_some_and(|origin| origin.start == run.start + code) {
                glued.push(at);
            }
        }
    }
    glued
}

/// Runs of the characters that addresses are made of.
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

/// `https://…`, `www.…`, `/path/…`.
fn is_address(run: &[char]) -> bool {
    let begins = |with: &str| with.chars().zip(run).filter(|(a, b)| *a == b.to_ascii_lowercase()).count() == with.len();
    let has_scheme = run.windows(3).any(|window| window == [':', '/', '/']);
    let is_path = || {
        run.first() == Some(&'/') && run[1..].contains(&'/') && run[1..].first().is_some_and(char::is_ascii_lowercase)
    };
    has_scheme || begins("www.") || is_path()
}

/// `en-us`, `ja-JP`: a language in small letters and a country (BCP 47).
fn is_language_tag(run: &[char]) -> bool {
    matches!(run, [a, b, '-', c, d] if a.is_ascii_lowercase() && b.is_ascii_lowercase() && c.is_ascii_alphabetic() && d.is_ascii_alphabetic())
}

/// Where the pieces begin that are codes.
fn codes(run: &[char]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut start = 0;
    for piece in run.split(|c| !c.is_ascii_alphanumeric()) {
        if start > 0 && (1..=MAX_CODE_CHARS).contains(&piece.len()) && piece.iter().all(char::is_ascii_alphabetic) {
            found.push(start);
        }
        start += piece.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;

    /// The pieces behind the places where no word begins.
    fn pieces(text: &str) -> Vec<String> {
        let folded = fold(text);
        folded
            .glued
            .iter()
            .map(|at| folded.chars[*at..].iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '$').collect())
            .collect()
    }

    #[test]
    fn codes_in_addresses_and_currencies_are_no_names() {
        assert_eq!(pieces("価格はUS$100、A$5"), ["$100", "$5"]);
        assert_eq!(pieces("https://example.com/en-us/page は"), ["com", "en", "us"]);
        assert_eq!(pieces("www.soumu.go.jp/"), ["go", "jp"]);
        assert_eq!(pieces("の /en-us/ に"), ["en", "us"]);
        assert_eq!(pieces("言語は en-us とする"), ["us"]);
    }

    #[test]
    fn names_beside_strokes_and_hyphens_stay_names() {
        assert!(pieces("JPCERT/CC、ISO/IEC、TCP/IP、US-EU、日/US/EU、and/or").is_empty());
    }
}
