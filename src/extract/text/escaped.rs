//! Decodes the two encodings of seven bits: ISO-2022-JP with its relatives, and UTF-7.

use encoding_rs::EUC_JP;

/// The character set that an escape sequence has chosen.
#[derive(Clone, Copy, PartialEq)]
enum Set {
    Ascii,
    /// JIS X 0201 kana, one byte each.
    Kana,
    /// JIS X 0208, two bytes each.
    Kanji,
    /// JIS X 0212, two bytes each.
    Supplement,
}

/// Tells whether bytes contain an escape sequence of ISO-2022-JP.
pub(super) fn has_escape(bytes: &[u8]) -> bool {
    // Most texts have no escape at all.
    bytes.contains(&0x1b) && bytes.windows(3).any(is_escape)
}

fn is_escape(window: &[u8]) -> bool {
    matches!(window, [0x1b, b'$', b'@' | b'B' | b'('] | [0x1b, b'(', b'J' | b'I'])
}

/// Returns the start and end of the first run of escaped characters: to the escape that ends it, or the end of its
/// line, or a byte of another encoding.
pub(super) fn run(bytes: &[u8]) -> Option<(usize, usize)> {
    if !bytes.contains(&0x1b) {
        return None;
    }
    let start =
        bytes.windows(3).position(|window| is_escape(window) && window[..2] != [0x1b, b'('] || window == b"\x1b(I")?;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match escape(&bytes[at..]) {
            Some((Set::Ascii, length)) => return Some((start, at + length)),
            Some((_, length)) => at += length,
            None if matches!(byte, b'\n' | b'\r') || !byte.is_ascii() => break,
            None => at += 1,
        }
    }
    Some((start, at))
}

/// Decodes ISO-2022-JP, CP50220 and CP50221: half-width kana by escape, by SO and SI, or by the eighth bit, JIS X 0212,
/// and several escapes in a row. A byte that fits nowhere becomes U+FFFD and ends nothing.
///
/// The sets are those of EUC-JP with the eighth bit set, so its decoder holds the tables.
pub(super) fn iso_2022_jp(bytes: &[u8]) -> String {
    let mut euc = Vec::with_capacity(bytes.len());
    // FF is never valid in EUC-JP: it becomes U+FFFD.
    const BAD: u8 = 0xFF;
    let (mut set, mut shifted, mut at) = (Set::Ascii, false, 0);
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        if let Some((chosen, length)) = escape(rest) {
            (set, shifted, at) = (chosen, false, at + length);
            continue;
        }
        at += 1;
        match (byte, set) {
            (0x0E, _) => shifted = true,
            (0x0F, _) => shifted = false,
            // A line end goes back to ASCII, so that a lost escape costs one line.
            (b'\n' | b'\r', _) => {
                (set, shifted) = (Set::Ascii, false);
                euc.push(byte);
            }
            (0x00..=0x20, _) => euc.push(byte),
            (0x21..=0x5F, _) if shifted => euc.extend([0x8E, byte | 0x80]),
            (0x21..=0x5F, Set::Kana) => euc.extend([0x8E, byte | 0x80]),
            (0x21..=0x7E, Set::Kanji | Set::Supplement) => match rest.get(1) {
                Some(&trail @ 0x21..=0x7E) => {
                    at += 1;
                    if set == Set::Supplement {
                        euc.push(0x8F);
                    }
                    euc.extend([byte | 0x80, trail | 0x80]);
                }
                // An even number of bytes behind a bad one tells that it took the place of the second.
                Some(&trail) if trail > 0x7F || (trail < 0x20 && trail != 0x1B && trail != b'\n' && trail != b'\r') => {
                    at += 1;
                    euc.push(BAD);
                    if !pairs_follow(&rest[2..])
                        && let Some(&trail) = rest.get(2)
                    {
                        // The bad byte stands between the two bytes of a pair.
                        at += 1;
                        euc.extend([byte | 0x80, trail | 0x80]);
                    }
                }
                _ => euc.push(BAD),
            },
            (0x21..=0x7E, _) => euc.push(byte),
            // Kana of eight bits stand in runs; a single byte is a fault.
            (0xA1..=0xDF, Set::Ascii) if is_kana(rest.get(1)) || (at > 1 && is_kana(bytes.get(at - 2))) => {
                euc.extend([0x8E, byte]);
            }
            (0x80.., Set::Kanji | Set::Supplement) => {
                // Where an odd number of bytes follows, the other byte of the pair is lost with it.
                at += usize::from(!pairs_follow(&rest[1..]));
                euc.push(BAD);
            }
            _ => euc.push(BAD),
        }
    }
    EUC_JP.decode_without_bom_handling(&euc).0.into_owned()
}

fn is_half(byte: &u8) -> bool {
    (0x21..=0x7E).contains(byte)
}

/// Tells whether the bytes up to the next escape or line end are pairs: an even number of them.
fn pairs_follow(bytes: &[u8]) -> bool {
    bytes.iter().take_while(|byte| is_half(byte)).count().is_multiple_of(2)
}

fn is_kana(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| (0xA1..=0xDF).contains(byte))
}

/// Reads an escape sequence at the start of bytes: the set that it chooses, and its length.
fn escape(bytes: &[u8]) -> Option<(Set, usize)> {
    Some(match bytes {
        [0x1b, b'$', b'(', b'D', ..] => (Set::Supplement, 4),
        [0x1b, b'$', b'(', b'@' | b'B', ..] => (Set::Kanji, 4),
        [0x1b, b'$', b'@' | b'B', ..] => (Set::Kanji, 3),
        [0x1b, b'&', b'@', ..] => (Set::Ascii, 3),
        [0x1b, b'(', b'B' | b'J' | b'H', ..] => (Set::Ascii, 3),
        [0x1b, b'(', b'I', ..] => (Set::Kana, 3),
        _ => return None,
    })
}

/// Decodes UTF-7; `None` where no run of it holds two Japanese characters.
pub(super) fn utf_7(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii())?;
    let mut out = String::with_capacity(text.len());
    let mut is_japanese = false;
    let mut rest = text;
    while let Some(at) = rest.find('+') {
        out.push_str(&rest[..at]);
        let run = &rest[at + 1..];
        let end = run.find(|c: char| !(c.is_ascii_alphanumeric() || c == '+' || c == '/')).unwrap_or(run.len());
        match units(&run[..end]) {
            Some(units) if !units.is_empty() => {
                let decoded = String::from_utf16_lossy(&units);
                // Three letters between a plus and a hyphen may be a kanji by chance.
                let wide = |c: &char| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}');
                is_japanese |= decoded.chars().filter(wide).count() >= 2;
                out.push_str(&decoded);
                rest = run[end..].strip_prefix('-').unwrap_or(&run[end..]);
            }
            _ => {
                out.push('+');
                // `+-` is a plus sign.
                rest = if end == 0 { run.strip_prefix('-').unwrap_or(run) } else { run };
            }
        }
    }
    out.push_str(rest);
    is_japanese.then_some(out)
}

/// Reads the UTF-16 units of base64 without padding.
fn units(base64: &str) -> Option<Vec<u16>> {
    let (mut bits, mut count, mut units) = (0u32, 0u32, Vec::new());
    for byte in base64.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0x3F_FFFF;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count & 0xFFFF) as u16);
        }
    }
    // Left-over bits are less than one character and zero.
    (count < 6 && bits & ((1 << count) - 1) == 0).then_some(units)
}
