//! Interchangeable marks: brackets and quotes, commas and full stops, company forms in brackets.
//!
//! Each rule takes folded characters and returns other spellings, folded too.

use super::tables::{LegalForm, legal_forms};
use crate::script::starts_with;

/// Returns the length of a company form in brackets at the start of a text.
pub(super) fn company(chars: &[char]) -> Option<usize> {
    let form = legal_forms().iter().find(|form| starts_with(chars, form.brackets))?;
    Some(form.brackets.chars().count())
}

/// Replaces company forms: ㈱日立 = (株)日立 = 株式会社日立.
pub(super) fn companies(chars: &[char]) -> Vec<Vec<char>> {
    let text: String = chars.iter().collect();
    // Every company form contains one of these.
    if !["(", "会社", "法人", "組合"].iter().any(|part| text.contains(part)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for LegalForm { brackets: short, full, alone } in legal_forms() {
        if text.contains(short) {
            out.push(text.replace(short, full));
        } else if text.contains(full) && !is_longer(&text, full) && (*alone || text != *full) {
            out.push(text.replace(full, short));
        }
    }
    out.iter().map(|text| text.chars().collect()).collect()
}

/// True where the full form is the end of a longer one: 一般社団法人 contains 社団法人 but is another form.
fn is_longer(text: &str, full: &str) -> bool {
    legal_forms()
        .iter()
        .any(|LegalForm { full: other, .. }| other.len() > full.len() && other.ends_with(full) && text.contains(other))
}

/// Pairs of quotes and brackets: opening, closing.
const QUOTES: [(char, char); 6] = [('「', '」'), ('『', '』'), ('"', '"'), ('〈', '〉'), ('《', '》'), ('\'', '\'')];

/// Returns punctuation of other styles: ， for 、, ． for 。, 『』 for 「」; each kind everywhere at once, and both
/// kinds together.
pub(super) fn punctuation(chars: &[char]) -> Vec<Vec<char>> {
    let mut stops = vec![chars.to_vec()];
    let pairs = [
        [('、', ','), ('。', '.')],
        [('、', ','), ('。', '。')],
        [('、', '、'), ('。', '.')],
        [(',', '、'), ('.', '。')],
        [(',', '、'), ('.', '.')],
    ];
    for pairs in pairs {
        let is_number = |at: usize| {
            at > 0
                && chars[at - 1].is_ascii_alphanumeric()
                && chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric)
        };
        let other = |(at, c): (usize, &char)| {
            pairs.iter().find(|(from, _)| from == c && !is_number(at)).map_or(*c, |(_, to)| *to)
        };
        stops.push(chars.iter().enumerate().map(other).collect());
    }
    let mut out = Vec::new();
    for form in stops {
        let opens = |c: char| QUOTES.iter().any(|(open, _)| *open == c);
        let is_japanese_quote =
            |c: char| QUOTES.iter().filter(|(open, _)| *open != '\'').any(|(open, close)| *open == c || *close == c);
        if form.iter().any(|c| is_japanese_quote(*c)) {
            for (open, close) in &QUOTES[..5] {
                let mut is_open = false;
                let mut quote = |c: char| {
                    // Straight quotes open and close alternately.
                    is_open = if c == '"' { !is_open } else { opens(c) };
                    if is_open { *open } else { *close }
                };
                out.push(form.iter().map(|c| if is_japanese_quote(*c) { quote(*c) } else { *c }).collect());
            }
            // Some styles exchange inner and outer quotes.
            let swapped = |c: &char| match c {
                '「' => '『',
                '『' => '「',
                '」' => '』',
                '』' => '」',
                c => *c,
            };
            out.push(form.iter().map(swapped).collect());
        }
        out.push(form);
    }
    out.retain(|form| form != chars);
    out.sort();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::punctuation;

    fn forms(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        punctuation(&chars).into_iter().map(|form| form.into_iter().collect()).collect()
    }

    #[test]
    fn marks_of_other_styles_stand_for_each_other() {
        assert!(forms("通信、放送").contains(&"通信,放送".to_owned()));
        assert!(forms("した.次").contains(&"した。次".to_owned()));
        assert!(forms("「日『米』間」、会議").contains(&"『日「米」間』,会議".to_owned()));
        assert!(forms("\"白書\"を").contains(&"「白書」を".to_owned()));
        assert!(forms("情報通信").is_empty());
        assert!(forms("X.1051と1,000").is_empty(), "marks inside numbers and names are no punctuation");
    }
}
