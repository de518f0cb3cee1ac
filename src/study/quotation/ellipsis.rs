//! Marks of ellipsis in quotations.

use super::letters::Letters;

/// Words that mark an ellipsis in brackets.
const LEFT_OUT: [&str; 6] = ["中略", "略", "前略", "後略", "省略", "以下略"];

/// Splits a quotation at its marks of ellipsis: …, ……, ..., ［…］, （中略）, 〔略〕.
pub(super) fn parts(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut parts = vec![String::new()];
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let rest = chars.get(at..).unwrap_or_default();
        match ellipsis(rest) {
            0 => {
                if let Some(last) = parts.last_mut() {
                    last.push(*c);
                }
                at += 1;
            }
            length => {
                parts.push(String::new());
                at += length;
            }
        }
    }
    parts.retain(|part| Letters::of(part).len() > 0);
    parts
}

/// Returns the length of a mark of ellipsis at the start of a text; 0 where there is none.
fn ellipsis(chars: &[char]) -> usize {
    let dots = |chars: &[char]| {
        let length = chars.iter().take_while(|c| matches!(c, '…' | '‥' | '⋯')).count();
        let small = |dot: char| chars.iter().take_while(|c| **c == dot).count();
        match length {
            0 => ['.', '．', '・', '。'].into_iter().map(small).find(|length| *length > 2).unwrap_or(0),
            length => length,
        }
    };
    let pair = |open: char| match open {
        '(' => Some(')'),
        '（' => Some('）'),
        '[' => Some(']'),
        '［' => Some('］'),
        '〔' => Some('〕'),
        '【' => Some('】'),
        _ => None,
    };
    let Some(close) = chars.first().copied().and_then(pair) else { return dots(chars) };
    let Some(end) = chars.iter().take(8).position(|c| *c == close) else { return 0 };
    let inside = chars.get(1..end).unwrap_or_default();
    let word: String = inside.iter().filter(|c| !c.is_whitespace()).collect();
    let is_ellipsis = LEFT_OUT.contains(&word.as_str()) || !inside.is_empty() && dots(inside) == inside.len();
    if is_ellipsis { end + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn marks_of_ellipsis_split_a_quotation() {
        for (text, expected) in [
            ("意見交換を行い、……一致しました", &["意見交換を行い、", "一致しました"][..]),
            ("さらに、（中略）確認した", &["さらに、", "確認した"]),
            ("すること、〔略〕に合意した", &["すること、", "に合意した"]),
            ("前半［…］後半", &["前半", "後半"]),
            ("前半...後半", &["前半", "後半"]),
            ("…前半", &["前半"]),
            ("ITU（国際電気通信連合）の", &["ITU（国際電気通信連合）の"]),
            ("3.5% と 日・EU", &["3.5% と 日・EU"]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
