//! Latin words: a hyphen inside a name is optional (Wi-Fi, WiFi; e-Gov, eGov), and so is a blank between letters and
//! digits.

use super::ast::{Form, Leaf};
use super::plan::{Alternative, Plan, Reason, Tier};
use crate::analysis::fold;
use crate::script::{foreign, half_width, is_invisible};

/// First parts that may be joined with a hyphen where capitals do not show the joint. Source: Chicago Manual of Style
/// (17th ed.) 7.89, and names of the field.
const FIRST_PARTS: &[&str] = &[
    "anti", "co", "counter", "cross", "cyber", "hi", "inter", "intra", "li", "micro", "multi", "non", "off", "on",
    "post", "pre", "re", "self", "semi", "sub", "super", "tele", "trans", "ultra", "web", "wi",
];
/// Last parts, with the same source as [`FIRST_PARTS`].
const LAST_PARTS: &[&str] = &["based", "free", "less", "like", "line", "off", "out", "up", "wide", "wise"];
/// Shortest word that is cut without capitals, in characters.
const MIN_PLAIN_CHARS: usize = 4;

/// Returns the other spellings of the Latin words of a text, folded.
pub(super) fn spellings(text: &str) -> Vec<Vec<char>> {
    if !text.contains(|c: char| c.is_ascii_alphanumeric() || ('！'..='～').contains(&c)) {
        return Vec::new();
    }
    let folded = fold(text);
    let written: Vec<char> = text.chars().collect();
    let chars = &folded.chars;
    // Folding removes case, so the original text tells capitals; this needs a one-to-one mapping of characters.
    let is_upper = |at: usize| {
        folded.origins[at].end == folded.origins[at].start + 1 && written[folded.origins[at].start].is_uppercase()
    };
    let mut out = Vec::new();
    // Blanks that may be dropped: hyphens, blanks between letters and digits, blanks of letter-spaced capitals.
    let single = |at: usize| {
        let beside =
            |other: Option<usize>| other.and_then(|other| chars.get(other)).is_some_and(char::is_ascii_alphanumeric);
        is_upper(at) && !beside(at.checked_sub(1)) && !beside(Some(at + 1))
    };
    let optional = |at: usize| {
        let (Some(before), Some(behind)) = (at.checked_sub(1).map(|before| chars[before]), chars.get(at + 1)) else {
            return false;
        };
        let hyphen = written[folded.origins[at].start..folded.origins[at].end].iter().any(|c| !c.is_whitespace());
        let digits = (before.is_ascii_digit(), behind.is_ascii_digit());
        match digits {
            (true, true) => false,
            (false, false) => hyphen || single(at - 1) && single(at + 1),
            _ => true,
        }
    };
    let blanks: Vec<usize> = (0..chars.len()).filter(|at| chars[*at] == ' ' && optional(*at)).collect();
    let without = |gone: &[usize]| {
        chars.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, c)| *c).collect::<Vec<_>>()
    };
    if !blanks.is_empty() {
        out.push(without(&blanks));
    }
    if blanks.len() > 1 {
        out.extend(blanks.iter().map(|at| without(&[*at])));
    }
    // Positions where a blank, which also stands for a hyphen, may be inserted.
    let with = |new: &[usize]| {
        let blank = |at: usize| new.contains(&at).then_some(' ');
        chars.iter().enumerate().flat_map(|(at, c)| blank(at).into_iter().chain([*c])).collect::<Vec<_>>()
    };
    let mut start = 0;
    for run in chars.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        if run[0].is_ascii_alphanumeric() {
            let upper: Vec<bool> = (start..start + run.len()).map(is_upper).collect();
            let mut joints: Vec<usize> = joints(run, &upper).into_iter().map(|at| start + at).collect();
            out.extend(joints.iter().map(|at| with(&[*at])));
            joints.dedup();
            if joints.len() > 1 {
                out.push(with(&joints));
            }
        }
        start += run.len();
    }
    out
}

/// Returns the positions where a Latin word may be divided: at capitals, between letters and digits, at common parts.
fn joints(word: &[char], upper: &[bool]) -> Vec<usize> {
    let letters = |range: std::ops::Range<usize>| word[range].iter().all(char::is_ascii_alphabetic);
    let mut found: Vec<usize> = (1..word.len())
        .filter(|at| {
            let (before, behind) = (word[at - 1], word[*at]);
            match (before.is_ascii_digit(), behind.is_ascii_digit()) {
                // 5G is one name; 10Gbps is a number and a unit.
                (true, false) => word.len() - at >= 2 && letters(*at..word.len()),
                (false, true) => true,
                (true, true) => false,
                // Capitals show the joint: WiFi, JAlert, IDless.
                (false, false) => {
                    upper[*at] && (!upper[at - 1] || upper.get(at + 1) == Some(&false) && letters(*at..at + 2))
                        || *at >= 2
                            && upper[at - 2]
                            && upper[at - 1]
                            && !upper[*at]
                            && upper[..*at].iter().all(|upper| *upper)
                }
            }
        })
        .collect();
    let plain = letters(0..word.len())
        && (upper.iter().all(|upper| *upper) || !upper[1.min(upper.len() - 1)..].contains(&true));
    if plain && word.len() >= MIN_PLAIN_CHARS {
        // A single letter may stand before a hyphen (e-mail, i-mode), except the English article (along, a long).
        if word[0] != 'a' {
            found.push(1);
        }
        let begins = |part: &&&str| part.len() + 2 <= word.len() && part.chars().zip(word).all(|(a, b)| a == *b);
        let ends = |part: &&&str| {
            part.len() + 2 <= word.len() && part.chars().rev().zip(word.iter().rev()).all(|(a, b)| a == *b)
        };
        found.extend(FIRST_PARTS.iter().filter(begins).map(|part| part.len()));
        found.extend(LAST_PARTS.iter().filter(ends).map(|part| word.len() - part.len()));
        found.sort_unstable();
        found.dedup();
    }
    found
}

/// True for a code that is found whole (`US`, `NISC`, `IoT`): two Latin letters in any case, or three or four with at
/// least two capitals.
pub(super) fn is_acronym(text: &str, folded: &[char]) -> bool {
    let capitals = || text.chars().filter(|c| c.is_uppercase()).count();
    folded.iter().all(char::is_ascii_alphabetic) && (folded.len() <= 2 || folded.len() <= 4 && capitals() >= 2)
}

/// Makes the plan of the plural of a code: a small s after its capitals (ISPs). `ITS` is another code than `IT`, and
/// only the letters as written distinguish them, so the plural is searched as a verbatim phrase.
pub(super) fn plural(leaf: &Leaf) -> Option<Plan> {
    let folded = fold(&leaf.text).chars;
    if leaf.form != Form::Word || !is_acronym(&leaf.text, &folded) {
        return None;
    }
    let typed: String = leaf.text.chars().filter(|c| !is_invisible(*c)).map(half_width).collect();
    let code = if typed.ends_with(|c: char| c.is_ascii_uppercase()) { typed } else { typed.to_ascii_uppercase() };
    let shown = format!("{code}s");
    let chars = [folded.as_slice(), &['s']].concat();
    let alternative = Alternative::new(chars, Tier::Variant, false, Reason::Inflection, shown.clone());
    let leaf = Leaf { text: shown, form: Form::Verbatim, field: leaf.field };
    Some(Plan { leaf, alternatives: vec![alternative], date: None })
}

/// Returns a leaf as documents are repaired, where that differs: letter-spaced capitals closed up (`="I T 安心"`), and
/// Cyrillic or Hangul letters in katakana (이슈).
pub(super) fn repaired(leaf: &Leaf) -> Option<Leaf> {
    let may_differ = |c: char| leaf.form == Form::Verbatim && c.is_whitespace() || foreign::is_foreign(c);
    if !leaf.text.contains(may_differ) {
        return None;
    }
    let chars: Vec<char> = leaf.text.chars().collect();
    let plain = |at: Option<usize>| at.and_then(|at| chars.get(at)).map(|c| half_width(*c));
    let alone = |at: Option<usize>, is: fn(&char) -> bool| {
        let beside = |at: Option<usize>| plain(at).is_some_and(|c| c.is_ascii_alphanumeric());
        plain(at).is_some_and(|c| is(&c))
            && !beside(at.and_then(|at| at.checked_sub(1)))
            && !beside(at.map(|at| at + 1))
    };
    // Words apart from each other are closed up by `spaced_capitals`.
    let is_gap = |at: usize| {
        leaf.form == Form::Verbatim
            && chars[at].is_whitespace()
            && alone(at.checked_sub(1), char::is_ascii_uppercase)
            && alone(Some(at + 1), |c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let closed: String = (0..chars.len()).filter(|at| !is_gap(*at)).map(|at| chars[at]).collect();
    let mut text = String::with_capacity(closed.len());
    let runs: Vec<char> = closed.chars().collect();
    for run in runs.chunk_by(|a, b| foreign::is_foreign(*a) == foreign::is_foreign(*b)) {
        let written: String = run.iter().collect();
        let katakana = Some(&written).filter(|_| foreign::is_foreign(run[0]));
        text += &katakana.and_then(|run| foreign::to_katakana(run)).unwrap_or(written);
    }
    (text != leaf.text).then_some(Leaf { text, ..leaf.clone() })
}

/// True for a code with a number: two to four Latin letters and digits (`5G`, `G7`, `B2B`).
pub(super) fn is_numbered(folded: &[char]) -> bool {
    (2..=4).contains(&folded.len())
        && folded.iter().all(char::is_ascii_alphanumeric)
        && folded.iter().any(char::is_ascii_digit)
        && folded.iter().any(char::is_ascii_alphabetic)
}

/// Returns the longer pieces that may contain a code with a number, each with whether more may follow: a longer unit
/// (5G in 5GHz), a longer number (5G in 15Gbps), two codes in one (8K in 4K8K). Longer words (G7 in SG7) and numbers
/// with a point (5G in 2.5GHz) are excluded.
pub(super) fn pieces_with(folded: &[char]) -> Vec<(Vec<char>, bool)> {
    let (Some(first), Some(last)) = (folded.first(), folded.last()) else { return Vec::new() };
    let mut pieces = Vec::new();
    pieces.push((folded.to_vec(), true));
    if first.is_ascii_digit() {
        pieces.extend(('0'..='9').map(|digit| ([&[digit], folded].concat(), false)));
        if last.is_ascii_alphabetic() {
            pieces.push(([&[*last], folded].concat(), false));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::spellings;

    fn has(text: &str, form: &str) -> bool {
        spellings(text).iter().any(|found| found.iter().collect::<String>() == form)
    }

    #[test]
    fn a_hyphen_inside_a_name_is_optional() {
        for (text, form) in [
            ("Wi-Fi", "wifi"),
            ("WiFi", "wi fi"),
            ("WIFI", "wi fi"),
            ("ｅ－Ｇｏｖ", "egov"),
            ("egov", "e gov"),
            ("IDless", "id less"),
            ("JAlert", "j alert"),
            ("COVID19", "covid 19"),
            ("Society 5.0", "society5.0"),
            ("I T 戦略", "it戦略"),
            ("10Gbps", "10 gbps"),
        ] {
            assert!(has(text, form), "{text}: {form} in {:?}", spellings(text));
        }
    }

    #[test]
    fn numbers_and_words_set_off_by_blanks_stay() {
        assert!(!has("2011-2012", "20112012"));
        assert!(!has("APEC TEL", "apectel"));
        assert!(!has("5G", "5 g"));
        assert!(!has("along", "a long"));
        assert!(spellings("情報通信").is_empty());
    }
}
