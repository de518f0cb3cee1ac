//! What near-duplicates must share: headings, partners, numbers and negations.

use crate::analysis::is_letter;
use crate::script::is_numeral;

/// Returns the folded letters and digits of headings, without headings that repeat the title or a part of it: a page
/// and its PDF differ in punctuation, and one of them has the title as its first heading. The first of `openers` is the
/// title.
pub(super) fn letters(openers: &[Vec<char>]) -> String {
    let Some((title, headings)) = openers.split_first() else { return String::new() };
    let contains = |text: &[char], part: &[char]| part.is_empty() || text.windows(part.len()).any(|run| run == part);
    // A short word of a title may be a heading of its own: 米国 under the title 米国及び欧州の動向.
    let is_long = |heading: &[char]| heading.len() >= TITLE_PART || heading == title;
    let repeats = |heading: &[char]| {
        contains(title, heading) && is_long(heading) || title.len() >= TITLE_PART && contains(heading, title)
    };
    let texts = headings.iter().filter(|heading| !repeats(heading)).map(|heading| heading.iter().collect::<String>());
    texts.collect::<Vec<_>>().join("\n")
}

/// Fewest letters by which a heading counts as a repeated part of the title.
const TITLE_PART: usize = 6;

/// Returns the letters and digits of a folded text.
pub(super) fn letters_of(folded: &[char]) -> Vec<char> {
    folded.iter().copied().filter(|c| is_letter(*c)).collect()
}

/// Strips the title and headings from the start of a folded passage.
pub(super) fn below_headings<'a>(folded: &'a [char], openers: &[Vec<char>]) -> &'a [char] {
    let mut rest = folded;
    for opener in openers.iter().filter(|opener| !opener.is_empty()) {
        let mut letters = rest.iter().enumerate().filter(|(_, c)| is_letter(**c));
        let mut end = 0;
        let is_first = opener.iter().all(|c| {
            let next = letters.next();
            end = next.map_or(end, |(at, _)| at + 1);
            next.is_some_and(|(_, letter)| letter == c)
        });
        if is_first {
            rest = &rest[end..];
        }
    }
    if rest.iter().any(|c| is_letter(*c)) { rest } else { folded }
}

/// Texts with fewer letters are near-duplicates only where all letters agree: in a short text, one other word (東京,
/// 大阪) changes the subject.
const SHORT_LETTERS: usize = 80;
/// Hashes the parts of a text that a near-duplicate must share: its numbers, in any order, and its number of negations;
/// all letters, where the text is short.
fn statement(folded: &[char]) -> u64 {
    let add = |hash: u64, c: char| (hash.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(0x517c_c1b7_2722_0a95);
    let letters = || folded.iter().copied().filter(|c| is_letter(*c));
    if letters().take(SHORT_LETTERS).count() < SHORT_LETTERS {
        return letters().fold(1, add);
    }
    // A sum of the runs does not depend on their order.
    let (mut numbers, mut run, mut denied) = (0u64, 1, 0);
    for (at, c) in folded.iter().copied().enumerate() {
        if is_numeral(c) {
            run = add(run, c);
            continue;
        }
        if run != 1 {
            numbers = numbers.wrapping_add(std::mem::replace(&mut run, 1));
        }
        let next = || folded.get(at + 1).copied().unwrap_or_default();
        denied += u64::from(match c {
            'な' => matches!(next(), 'い' | 'か' | 'く' | 'け'),
            'せ' => next() == 'ん',
            'ざ' => next() == 'る',
            'ず' | 'ぬ' | '不' | '非' | '未' | '無' => true,
            _ => false,
        });
    }
    numbers.wrapping_add(if run == 1 { 0 } else { run }).wrapping_mul(31).wrapping_add(denied)
}

/// Hashes the parts that near-duplicates must share: headings, partners and [`statement`]. 32 bits suffice, because
/// hashes are compared only where the sketches agree too.
pub(super) fn frame(headings: &str, partners: &[String], folded: &[char]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(headings.as_bytes()).update(b"\0").update(&statement(folded).to_le_bytes());
    for partner in partners {
        hasher.update(b"\0").update(partner.as_bytes());
    }
    let [a, b, c, d, ..] = *hasher.finalize().as_bytes();
    u64::from(u32::from_le_bytes([a, b, c, d]))
}
