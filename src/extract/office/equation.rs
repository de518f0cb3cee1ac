//! Reads Word's EQ fields, which write one character over another: `EQ \o\ac(○,秘)`.

/// Returns the text that an EQ field shows; `None` for a field of another kind.
///
/// A mark drawn around a character and a reading raised above its base are left out, as ruby is.
pub(super) fn shown(code: &str) -> Option<String> {
    let code = code.trim_start();
    let rest = code.strip_prefix("EQ").or_else(|| code.strip_prefix("eq")).or_else(|| code.strip_prefix("Eq"))?;
    if !rest.starts_with([' ', '\\', '\t', '\u{3000}']) {
        return None;
    }
    let chars: Vec<char> = rest.chars().collect();
    let (groups, _) = arguments(&chars, 0, 0);
    Some(groups.into_iter().map(|piece| piece.text).collect::<String>().trim().to_owned())
}

/// Deepest nesting of switches.
const MAX_DEPTH: usize = 8;

/// A piece of a field's code.
#[derive(Default)]
struct Piece {
    text: String,
    /// Raised or lowered: a reading beside a base.
    is_shifted: bool,
}

/// Reads the arguments from a place up to the closing bracket, and the place behind it.
fn arguments(code: &[char], mut at: usize, depth: usize) -> (Vec<Piece>, usize) {
    let mut pieces = vec![Piece::default()];
    while let Some(c) = code.get(at) {
        at += 1;
        match c {
            ')' => break,
            ',' | ';' if depth > 0 => pieces.push(Piece::default()),
            '\\' => {
                let begin = at;
                while code.get(at).is_some_and(|c| !matches!(c, '(' | ')' | ',')) && (at == begin || code[at] != '\\') {
                    at += 1;
                }
                let switch: String = code[begin..at].iter().collect();
                let name = switch.trim().to_ascii_lowercase();
                if code.get(at) == Some(&'(') && depth < MAX_DEPTH {
                    let (inner, end) = arguments(code, at + 1, depth + 1);
                    at = end;
                    let shifted = name.starts_with("up") || name.starts_with("do");
                    if let Some(last) = pieces.last_mut() {
                        last.is_shifted |= shifted;
                        last.text.push_str(&laid_over(inner, name.starts_with('f')));
                    }
                }
            }
            c if depth > 0 => {
                if let Some(last) = pieces.last_mut() {
                    last.text.push(*c);
                }
            }
            _ => {}
        }
    }
    (pieces, at)
}

/// Joins what is written one over the other.
fn laid_over(pieces: Vec<Piece>, is_fraction: bool) -> String {
    let frame = |text: &str| matches!(text.trim(), "○" | "◯" | "〇" | "△" | "□" | "◇" | "●" | "〈〉");
    let has_base = pieces.iter().any(|piece| !piece.is_shifted && !frame(&piece.text) && !piece.text.trim().is_empty());
    let kept = pieces.iter().filter(|piece| !has_base || !piece.is_shifted && !frame(&piece.text));
    kept.map(|piece| piece.text.trim()).collect::<Vec<_>>().join(if is_fraction { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_in_a_circle_and_the_base_of_a_reading_are_read() {
        assert_eq!(shown(r" eq \o\ac(○,秘)").as_deref(), Some("秘"));
        assert_eq!(shown(r"EQ \o(○,1)").as_deref(), Some("1"));
        assert_eq!(shown(r#"EQ \* jc2 \* "Font:明朝" \* hps10 \o\ad(\s\up 9(でんぱ),電波)"#).as_deref(), Some("電波"));
        assert_eq!(shown(r"EQ \f(1,2)").as_deref(), Some("1/2"));
        assert_eq!(shown(r#"HYPERLINK "http://example.test""#), None);
    }
}
