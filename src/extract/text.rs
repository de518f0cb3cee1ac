//! Decodes bytes to text. Tests in order: BOM, UTF-8, ISO-2022-JP by its escapes, UTF-16 by its zero bytes, statistical
//! detection.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::ExtractError;

/// Number of first bytes that are inspected to distinguish text from binary data.
const SNIFF_BYTES: usize = 8192;

/// Decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, composed (NFC), lines ended by `\n`.
    pub text: String,
    /// The WHATWG name of the encoding.
    pub encoding: &'static str,
    /// Number of byte sequences that could not be decoded.
    pub replacements: usize,
}

/// Decodes the bytes of a text file.
///
/// # Errors
/// `Empty` for white space only, `Binary` for data.
///
/// # Examples
/// ```
/// let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode("情報セキュリティ政策会議の結果について");
/// let decoded = fumikura::extract::decode(&shift_jis).unwrap();
/// assert_eq!((decoded.text.as_str(), decoded.encoding), ("情報セキュリティ政策会議の結果について", "Shift_JIS"));
/// ```
pub fn decode(bytes: &[u8]) -> Result<Decoded, ExtractError> {
    decode_as(bytes, None)
}

/// Decodes bytes that may declare their encoding; a declaration counts where the bytes are valid in it.
pub(super) fn decode_as(bytes: &[u8], named: Option<&'static Encoding>) -> Result<Decoded, ExtractError> {
    let encoding = encoding_of(bytes, named)?;
    let (text, encoding, _) = encoding.decode(bytes);
    decoded(text.into_owned(), encoding)
}

/// Decodes as [`decode`] does, but reuses the buffer of UTF-8 bytes, so that the text is not held twice.
///
/// # Errors
/// The errors of [`decode`].
pub fn decode_owned(bytes: Vec<u8>) -> Result<Decoded, ExtractError> {
    let encoding = encoding_of(&bytes, None)?;
    if encoding != UTF_8 || Encoding::for_bom(&bytes).is_some() {
        let (text, encoding, _) = encoding.decode(&bytes);
        let text = text.into_owned();
        drop(bytes);
        return decoded(text, encoding);
    }
    match String::from_utf8(bytes) {
        Ok(text) => decoded(text, encoding),
        Err(error) => decoded(encoding.decode(error.as_bytes()).0.into_owned(), encoding),
    }
}

/// Determines the encoding of bytes: the declared one where the bytes are valid in it.
fn encoding_of(bytes: &[u8], named: Option<&'static Encoding>) -> Result<&'static Encoding, ExtractError> {
    if bytes.is_empty() {
        return Err(ExtractError::Empty);
    }
    let fits = |encoding: &&'static Encoding| Encoding::for_bom(bytes).is_none() && !encoding.decode(bytes).2;
    let encoding = named.filter(fits).unwrap_or_else(|| tell_encoding(bytes));
    let is_utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
    if !is_utf16 && looks_binary(&bytes[..bytes.len().min(SNIFF_BYTES)], encoding) {
        return Err(ExtractError::Binary);
    }
    Ok(encoding)
}

/// Normalises a decoded text: line ends become `\n`, characters are composed (NFC).
fn decoded(mut text: String, encoding: &'static Encoding) -> Result<Decoded, ExtractError> {
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    let replacements = text.matches('\u{FFFD}').count();
    if is_nfc_quick(text.chars()) != unicode_normalization::IsNormalized::Yes {
        text = compose(&text);
    }
    if text.trim().is_empty() {
        return Err(ExtractError::Empty);
    }
    if replacements * 10 > text.chars().count() {
        return Err(ExtractError::Binary);
    }
    Ok(Decoded { text, encoding: encoding.name(), replacements })
}

/// Composes か + U+3099 and the like, but keeps compatibility ideographs (NFC would turn characters such as 﨑 into
/// other kanji).
fn compose(text: &str) -> String {
    text.split_inclusive(is_singleton_ideograph)
        .map(|piece| {
            let last = piece.chars().next_back().filter(|&c| is_singleton_ideograph(c));
            let body = &piece[..piece.len() - last.map_or(0, char::len_utf8)];
            body.nfc().chain(last).collect::<String>()
        })
        .collect()
}

fn is_singleton_ideograph(c: char) -> bool {
    matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

fn tell_encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() && !has_iso_2022_escape(bytes) {
        return UTF_8;
    }
    if has_iso_2022_escape(bytes) && bytes.is_ascii() {
        return ISO_2022_JP;
    }
    if let Some(encoding) = utf16_by_zeros(bytes) {
        return encoding;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(Some(b"jp"), Utf8Detection::Allow)
}

/// Tells whether bytes contain an escape sequence of ISO-2022-JP: ESC $ @, ESC $ B, ESC ( J or ESC ( I.
fn has_iso_2022_escape(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|w| matches!(w, [0x1b, b'$', b'@' | b'B'] | [0x1b, b'(', b'J' | b'I']))
}

/// Detects UTF-16 without a BOM: ASCII (line ends, digits) leaves zero bytes on one side only.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SNIFF_BYTES) & !1];
    let zeros = |side: usize| head.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let kana =
        |high: usize| head.iter().skip(high).step_by(2).filter(|&&byte| byte == 0x30).count() * 10 > head.len() / 2;
    match (even, odd) {
        (0, 0) if kana(1) && !kana(0) => Some(UTF_16LE),
        (0, 0) if kana(0) && !kana(1) => Some(UTF_16BE),
        (0, 1..) if kana(1) || odd * 4 > head.len() / 2 => Some(UTF_16LE),
        (1.., 0) if kana(0) || even * 4 > head.len() / 2 => Some(UTF_16BE),
        _ => None,
    }
}

/// Tells whether bytes look binary: a NUL, or more than a tenth control characters (ESC does not count in ISO-2022-JP).
fn looks_binary(head: &[u8], encoding: &'static Encoding) -> bool {
    let is_control = |byte: u8| {
        matches!(byte, 0x01..=0x08 | 0x0b | 0x0e..=0x1f | 0x7f) && !(byte == 0x1b && encoding == ISO_2022_JP)
    };
    head.contains(&0) || head.iter().filter(|&&byte| is_control(byte)).count() * 10 > head.len()
}
