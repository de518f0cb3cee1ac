//! Decodes bytes to text: the encoding under which the text is most likely ([`likely`]), not the first that fits.
//!
//! A byte order mark decides. Valid UTF-8 with enough characters beyond ASCII is UTF-8. Otherwise each Japanese
//! encoding, the declared one and the guesses of a statistical detector for other languages are compared by the cost
//! of their text.

mod escaped;
mod likely;
mod mojibake;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};
use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use self::likely::cost;
use super::ExtractError;
use crate::document::counted;

pub use likely::FREQUENT;
pub use mojibake::{Mojibake, mojibake};

/// Number of first bytes that are inspected to distinguish text from binary data.
const SNIFF_BYTES: usize = 8192;
/// Number of bytes that are decoded in each encoding to compare them.
const COMPARED_BYTES: usize = 32 << 10;
/// Fewest bytes beyond ASCII from which on an encoding is not compared with others if its text is Japanese.
const SURE_SAMPLE_BYTES: usize = 200;
/// Number of bytes beyond ASCII from which on valid UTF-8 is not compared.
const SURE_BYTES: usize = 24;
/// Gain in bits of a declared encoding: about that of one bad byte.
const DECLARED_GAIN: u64 = likely::LOST;
/// Gain in bits of valid UTF-8, which bytes of another encoding are seldom by chance.
const VALID_GAIN: u64 = 12;
/// Cost in bits of an encoding of Korean or Chinese that nothing declares: two of its characters fit most bytes.
const FOREIGN_COST: u64 = 24;
/// Longest text, in bytes, that may be UTF-16 without zero bytes or kana.
const SHORT_BYTES: usize = 1024;
/// Cost in bits of a character, above which a text is no UTF-16 without a mark. A short text without zero bytes or kana
/// must be Japanese: two bytes of any other encoding are often a syllable of Hangul.
const MOST_FOR_UTF16: u64 = 14;
const MOST_FOR_SHORT_UTF16: u64 = 12;

/// Decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, composed (NFC), lines ended by `\n`.
    pub text: String,
    /// The WHATWG name of the encoding.
    pub encoding: &'static str,
    /// Number of byte sequences that could not be decoded.
    pub replacements: usize,
    /// Warnings about bytes that do not fit the encoding, a wrong declaration, and parts in another encoding.
    pub warnings: Vec<String>,
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

/// Decodes bytes that may declare their encoding.
pub(super) fn decode_as(bytes: &[u8], named: Option<&'static Encoding>) -> Result<Decoded, ExtractError> {
    let read = encoding_of(bytes, named)?;
    let (text, mixed) = read.text(bytes);
    let is_sound = read == Read::As(UTF_8) && matches!(text, Cow::Borrowed(_));
    decoded(text.into_owned(), read, named, Found { mixed, is_sound })
}

/// What decoding found beside the text.
#[derive(Clone, Copy, Default)]
struct Found {
    /// Parts in another encoding.
    mixed: usize,
    /// No byte was lost here: U+FFFD, if any, stand in the file.
    is_sound: bool,
}

/// Decodes as [`decode`] does, but reuses the buffer of UTF-8 bytes, so that the text is not held twice.
///
/// # Errors
/// The errors of [`decode`].
pub fn decode_owned(bytes: Vec<u8>) -> Result<Decoded, ExtractError> {
    let read = encoding_of(&bytes, None)?;
    if read == Read::As(UTF_8) && Encoding::for_bom(&bytes).is_none() && !escaped::has_escape(&bytes) {
        return match String::from_utf8(bytes) {
            Ok(text) => decoded(text, read, None, Found { mixed: 0, is_sound: true }),
            Err(error) => {
                let (text, mixed) = read.text(error.as_bytes());
                decoded(text.into_owned(), read, None, Found { mixed, is_sound: false })
            }
        };
    }
    let (text, mixed) = read.text(&bytes);
    let is_sound = read == Read::As(UTF_8) && matches!(text, Cow::Borrowed(_));
    let text = text.into_owned();
    drop(bytes);
    decoded(text, read, None, Found { mixed, is_sound })
}

/// Decodes a text that still has the escapes of ISO-2022-JP; any other stays as it is.
pub(super) fn unescaped(text: &str) -> String {
    if escaped::has_escape(text.as_bytes()) { escaped::iso_2022_jp(text.as_bytes()) } else { text.to_owned() }
}

/// The way in which bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    As(&'static Encoding),
    Utf7,
}

impl Read {
    fn name(self) -> &'static str {
        match self {
            Self::As(encoding) => encoding.name(),
            Self::Utf7 => "UTF-7",
        }
    }

    /// Decodes all bytes in one way.
    fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::As(encoding) if encoding == ISO_2022_JP => escaped::iso_2022_jp(bytes).into(),
            Self::As(encoding) => {
                let text = encoding.decode_with_bom_removal(bytes).0;
                if encoding == EUC_JP && text.contains('\u{FFFD}') { euc_jp(bytes).into() } else { text }
            }
            Self::Utf7 => escaped::utf_7(bytes).map_or_else(|| String::from_utf8_lossy(bytes), Into::into),
        }
    }

    /// Decodes the bytes; parts that are surely in another encoding are read in theirs. Returns the number of such
    /// parts.
    fn text(self, bytes: &[u8]) -> (Cow<'_, str>, usize) {
        if self.others().is_some()
            && let Some((start, end)) = escaped::run(bytes)
        {
            return self.with_escapes(bytes, start, end);
        }
        let whole = self.decode(bytes);
        let Some(others) = self.others().filter(|_| self != Self::As(UTF_8) || whole.contains('\u{FFFD}')) else {
            return (whole, 0);
        };
        // Line ends and the brackets of marks are no part of a character in these encodings.
        let pieces = || bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'<' | b'>'));
        let other = |(piece, text): (&[u8], &str)| self.other_of(&others, piece, text);
        let own = |piece: &[u8]| self.decode(piece).into_owned();
        // A damaged character may swallow the mark behind it: then the pieces are decoded one by one.
        let mixed = if whole.contains('\u{FFFD}') {
            pieces().filter(|piece| other((piece, &own(piece))).is_some()).count()
        } else {
            pieces().zip(whole.split_inclusive(['\n', '<', '>'])).filter(|pair| other(*pair).is_some()).count()
        };
        if mixed == 0 {
            return (whole, 0);
        }
        let read = |piece: &[u8]| other((piece, &own(piece))).unwrap_or(self).decode(piece).into_owned();
        (pieces().map(read).collect::<String>().into(), mixed)
    }

    /// Decodes bytes with runs of ISO-2022-JP in them, as in mails that were pasted into a page; the first run is
    /// given.
    fn with_escapes(self, bytes: &[u8], mut start: usize, mut end: usize) -> (Cow<'static, str>, usize) {
        let (mut text, mut mixed, mut rest) = (String::new(), 0, bytes);
        loop {
            let (before, more) = self.text(&rest[..start]);
            text.push_str(&before);
            text.push_str(&escaped::iso_2022_jp(&rest[start..end]));
            mixed += more + 1;
            rest = &rest[end..];
            match escaped::run(rest) {
                Some((next, its_end)) => (start, end) = (next, its_end),
                None => break,
            }
        }
        let (after, more) = self.text(rest);
        text.push_str(&after);
        (text.into(), mixed + more)
    }

    /// Returns the encodings in which parts of such a text may be; `None` where parts cannot be told apart.
    fn others(self) -> Option<Vec<Self>> {
        let all = [UTF_8, SHIFT_JIS, EUC_JP].map(Self::As);
        all.contains(&self).then(|| all.into_iter().filter(|other| *other != self).collect())
    }

    /// Returns the other encoding in which a piece surely is; `text` is the piece in its own.
    fn other_of(self, others: &[Self], piece: &[u8], text: &str) -> Option<Self> {
        if piece.iter().filter(|byte| !byte.is_ascii()).count() < 8 {
            return None;
        }
        if self == Self::As(UTF_8) && !text.contains('\u{FFFD}') {
            return None;
        }
        if likely::is_japanese(text) {
            return None;
        }
        let own = cost(text);
        others.iter().copied().find(|other| {
            let text = other.decode(piece);
            let then = cost(&text);
            !text.contains('\u{FFFD}') && then * 10 < own * 7 && then + 40 < own
        })
    }
}

/// Decodes damaged EUC-JP: where a run of pairs has lost a byte, the rest of the run keeps its pairs.
fn euc_jp(bytes: &[u8]) -> String {
    let decode = |run: &[u8]| EUC_JP.decode_without_bom_handling(run).0.into_owned();
    let is_part = |byte: &u8| matches!(byte, 0x8E | 0x8F | 0xA1..=0xFE);
    let mut out = String::new();
    for run in bytes.chunk_by(|a, b| is_part(a) == is_part(b)) {
        let whole = decode(run);
        // Characters of three bytes cannot be paired; they are rare.
        if run.len() < 3 || run.len().is_multiple_of(2) || !whole.contains('\u{FFFD}') || run.contains(&0x8F) {
            out.push_str(&whole);
            continue;
        }
        let place = odd_place(run);
        out.push_str(&decode(&run[..place]));
        out.push('\u{FFFD}');
        out.push_str(&decode(&run[place + 1..]));
    }
    out
}

/// Finds the byte of a run of pairs with one byte too many, or too few, without which its pairs are most likely.
fn odd_place(run: &[u8]) -> usize {
    let of_pair = |pair: &[u8]| cost(&EUC_JP.decode_without_bom_handling(pair).0);
    let sums = |pairs: &mut dyn Iterator<Item = &[u8]>| {
        let mut sum = 0;
        let following = pairs.map(|pair| {
            sum += of_pair(pair);
            sum
        });
        std::iter::once(0).chain(following).collect::<Vec<u64>>()
    };
    let from_start = sums(&mut run.chunks_exact(2));
    let from_end = sums(&mut run.rchunks_exact(2));
    let all = from_start.iter().zip(from_end.iter().rev());
    all.enumerate().min_by_key(|(_, (before, after))| *before + *after).map_or(0, |(pairs, _)| pairs * 2)
}

/// Determines how bytes are to be read.
fn encoding_of(bytes: &[u8], named: Option<&'static Encoding>) -> Result<Read, ExtractError> {
    if bytes.is_empty() {
        return Err(ExtractError::Empty);
    }
    let read = tell_encoding(bytes, named);
    let is_utf16 = matches!(read, Read::As(encoding) if encoding == UTF_16LE || encoding == UTF_16BE);
    if !is_utf16 && looks_binary(&bytes[..bytes.len().min(SNIFF_BYTES)], read == Read::As(ISO_2022_JP)) {
        return Err(ExtractError::Binary);
    }
    Ok(read)
}

/// Normalises a decoded text: line ends become `\n`, characters are composed (NFC).
fn decoded(
    mut text: String,
    read: Read,
    named: Option<&'static Encoding>,
    Found { mixed, is_sound }: Found,
) -> Result<Decoded, ExtractError> {
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    if text.contains('\0') {
        text = text.replace('\0', "\u{FFFD}");
    }
    let replacements = text.matches('\u{FFFD}').count();
    if is_nfc_quick(text.chars()) != unicode_normalization::IsNormalized::Yes {
        text = compose(&text);
    }
    if text.trim().is_empty() {
        return Err(ExtractError::Empty);
    }
    // A short text with one bad byte is a text, and so is one that was saved with U+FFFD.
    if !is_sound && replacements > 2 && replacements * 10 > text.chars().count() {
        return Err(ExtractError::Binary);
    }
    let encoding = read.name();
    let mut warnings = Vec::new();
    if let Some(at) = text.find('\u{FFFD}') {
        let line = text[..at].matches('\n').count() + 1;
        // U+FFFD may stand in the file itself: the character was lost before it was saved.
        warnings.push(format!(
            "{} could not be read as {encoding} here or before the file was saved, each shown as U+FFFD; the first is \
             in line {line}",
            counted(replacements, "character")
        ));
    }
    if mixed > 0 {
        let parts = counted(mixed, "part");
        warnings.push(format!("{parts} in another encoding than the rest ({encoding}), each read in its own"));
    }
    // The two names of Latin letters stand in many pages by default and say nothing; the others are a statement.
    if let Some(named) = named.filter(|named| named.name() != encoding && *named != WINDOWS_1252 && !text.is_ascii()) {
        warnings.push(format!("it names the encoding {}, but its bytes are {encoding}", named.name()));
    }
    Ok(Decoded { text, encoding, replacements, warnings })
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

/// Chooses the way of reading under which the bytes are most likely a text.
fn tell_encoding(bytes: &[u8], named: Option<&'static Encoding>) -> Read {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Read::As(encoding);
    }
    let has_escape = escaped::has_escape(bytes);
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let may_be_utf7 = high == 0 && !has_escape && bytes.contains(&b'+');
    if is_utf8 && !has_escape && !may_be_utf7 && !bytes.contains(&0) && (high == 0 || high >= SURE_BYTES) {
        return Read::As(UTF_8);
    }
    // Only the part from the first line on that is not ASCII tells the encodings apart.
    let tells = |byte: &u8| !byte.is_ascii() || matches!(byte, 0 | 0x1b) || (may_be_utf7 && *byte == b'+');
    let first = bytes.iter().position(tells).unwrap_or(0);
    let line = bytes[..first].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    // A line may be long; UTF-16 needs an even start.
    let start = line.max(first.saturating_sub(SNIFF_BYTES)) & !1;
    let sample = &bytes[start..bytes.len().min(start + COMPARED_BYTES)];
    if high >= SURE_SAMPLE_BYTES
        && !has_escape
        && let mut ways = named.into_iter().chain([SHIFT_JIS, EUC_JP]).map(Read::As)
        && let Some(sure) = ways.find(|way| likely::is_japanese(&way.decode(sample)))
    {
        return sure;
    }
    let mut ways = vec![Read::As(UTF_8), Read::As(SHIFT_JIS), Read::As(EUC_JP)];
    ways.extend(named.map(Read::As));
    if has_escape {
        ways.push(Read::As(ISO_2022_JP));
    }
    if may_be_utf7 && escaped::utf_7(sample).is_some() {
        ways.push(Read::Utf7);
    }
    ways.extend(utf16_of(bytes, sample).into_iter().map(Read::As));
    if high > 0 {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, true);
        // With and without the assumption that the text is Japanese: the costs decide.
        ways.extend([Some(b"jp".as_slice()), None].map(|place| Read::As(detector.guess(place, Utf8Detection::Deny))));
    }
    let bits = |way: &Read| {
        let is_declared = named.is_some_and(|named| Read::As(named) == *way && named != WINDOWS_1252);
        let gain = if is_declared { DECLARED_GAIN } else { 0 };
        let text = way.decode(sample);
        // A single syllable of Hangul is a kanji and a letter in Shift_JIS.
        let is_chance = || text.chars().filter(|c| matches!(c, '\u{AC00}'..='\u{D7A3}')).count() == 1;
        let valid = if is_utf8 && high > 0 && *way == Read::As(UTF_8) && !is_chance() { VALID_GAIN } else { 0 };
        let is_foreign = [EUC_KR, GBK, GB18030, BIG5].map(Read::As).contains(way);
        let foreign = if is_foreign && !is_declared { FOREIGN_COST } else { 0 };
        (cost(&text) + foreign).saturating_sub(gain + valid)
    };
    ways.into_iter().min_by_key(bits).unwrap_or(Read::As(UTF_8))
}

/// Returns the forms of UTF-16 that bytes without a mark may be in.
fn utf16_of(bytes: &[u8], sample: &[u8]) -> Vec<&'static Encoding> {
    let told = utf16_by_zeros(bytes);
    if told.is_none() && (bytes.len() > SHORT_BYTES || is_plain_ascii(bytes) || !bytes.len().is_multiple_of(2)) {
        return Vec::new();
    }
    let is_text = |encoding: &&'static Encoding| {
        let text = encoding.decode_without_bom_handling(sample).0;
        let most = if told.is_some() { MOST_FOR_UTF16 } else { MOST_FOR_SHORT_UTF16 };
        cost(&text) <= most * text.chars().count() as u64
    };
    let ways = told.map_or_else(|| vec![UTF_16LE, UTF_16BE], |told| vec![told]);
    ways.into_iter().filter(is_text).collect()
}

/// Tells whether bytes are ASCII without control characters beside those of a text.
fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a..=0x1b | b' '..=b'~'))
}

/// Decodes the bytes of a part that is in the code page of its file: Shift_JIS where its text is clearly more likely.
pub(super) fn in_code_page(bytes: &[u8], named: &'static Encoding) -> String {
    let text = named.decode_without_bom_handling(bytes).0;
    if named == SHIFT_JIS || bytes.is_ascii() {
        return text.into_owned();
    }
    let japanese = SHIFT_JIS.decode_without_bom_handling(bytes).0;
    if cost(&japanese) + VALID_GAIN < cost(&text) { japanese.into_owned() } else { text.into_owned() }
}

/// Detects UTF-16 without a BOM: ASCII (line ends, digits) leaves zero bytes on one side only.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SNIFF_BYTES) & !1];
    let zeros = |side: usize| head.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let kana =
        |high: usize| head.iter().skip(high).step_by(2).filter(|&&byte| byte == 0x30).count() * 10 > head.len() / 2;
    // A few bytes may be damaged: one side has nearly all of the zeros.
    let few = |zeros: usize| zeros <= 1 || zeros * 100 <= head.len();
    match (even, odd) {
        (even, odd) if few(even) && few(odd) && kana(1) && !kana(0) => Some(UTF_16LE),
        (even, odd) if few(even) && few(odd) && kana(0) && !kana(1) => Some(UTF_16BE),
        (even, 1..) if few(even) && even < odd && (kana(1) || odd * 4 > head.len() / 2) => Some(UTF_16LE),
        (1.., odd) if few(odd) && odd < even && (kana(0) || even * 4 > head.len() / 2) => Some(UTF_16BE),
        _ => None,
    }
}

/// Tells whether bytes look binary: more than one in 50 is NUL, or more than a tenth control characters (ESC, SO and SI
/// do not count in ISO-2022-JP).
fn looks_binary(head: &[u8], is_escaped: bool) -> bool {
    let is_control = |byte: u8| {
        matches!(byte, 0x00..=0x08 | 0x0b | 0x0e..=0x1f | 0x7f) && !(matches!(byte, 0x0e | 0x0f | 0x1b) && is_escaped)
    };
    let count = |is: &dyn Fn(u8) -> bool| head.iter().filter(|&&byte| is(byte)).count();
    let zeros = count(&|byte| byte == 0);
    (zeros > 1 && zeros * 50 > head.len()) || count(&is_control) * 10 > head.len()
}
