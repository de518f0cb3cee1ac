//! The only place that decides which characters reach a terminal or a file raw.
//!
//! The class of a character in the Unicode Character Database decides whether it is escaped:
//!
//! | class | escaped | reason |
//! |---|---|---|
//! | Cc, controls (C0, DEL, C1) | yes, except tab, and line feed in a text of several lines | they drive a terminal |
//! | Cf, formats (bidi, tags, zero width, soft hyphen) | yes, except a joiner between two emoji | they reorder text |
//! | Zl, Zp | yes | they end a line for some readers only |
//! | default ignorable (fillers, U+034F, unassigned) | yes, except a variation selector | they are invisible |
//! | noncharacters | yes | no text holds them |
//! | Co, private use | no | offices write names in characters of their own |
//! | Cn, unassigned | no | a newer Unicode has kanji there |
//! | Cs, surrogates | – | no `str` holds them |
//!
//! `docs/cli.md` lists the escape of each format.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter;

use icu_properties::props::{
    DefaultIgnorableCodePoint, EmojiModifier, ExtendedPictographic, GeneralCategory, GeneralCategoryGroup, Ideographic,
    NoncharacterCodePoint, VariationSelector,
};
use icu_properties::{CodePointMapData, CodePointSetData};

const JOINER: char = '\u{200D}';

/// A run of plain text, or a character to escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that may be written raw.
    Plain(&'a str),
    /// A character that must be escaped or dropped.
    Held(char),
}

/// Controls that a text may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Tabs; a line feed is escaped too.
    Line,
    /// Line feeds and tabs.
    Block,
}

/// Escapes each unsafe character as `\u{…}`; line feeds and tabs stay.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::output::sanitized("報道\u{1b}[2J\n資料"), "報道\\u{1b}[2J\n資料");
/// ```
pub fn sanitized(text: &str) -> Cow<'_, str> {
    visible(text, Layout::Block)
}

/// Formats the text on one line: as [`sanitized`], with line feeds written as `\n` too.
///
/// Otherwise a title, a path or a reason with a line feed could imitate a line of the program.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::output::one_line("報道\nfailed: 資料"), "報道\\nfailed: 資料");
/// ```
pub fn one_line(text: &str) -> Cow<'_, str> {
    visible(text, Layout::Line)
}

/// Formats the text as one column of a line whose columns are separated by blanks: white space, `%` and unsafe
/// characters are percent-encoded.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::output::column("報道 資料.txt"), "報道%20資料.txt");
/// ```
pub fn column(text: &str) -> String {
    // An empty text would give no column. A lone % cannot come from any other text.
    if text.is_empty() {
        return "%".to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let encode = |out: &mut String, c: char| {
        out.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
    };
    for piece in pieces(text, Layout::Line) {
        match piece {
            Piece::Held(c) => encode(&mut out, c),
            Piece::Plain(plain) => {
                for c in plain.chars() {
                    if c.is_whitespace() || c == '%' { encode(&mut out, c) } else { out.push(c) }
                }
            }
        }
    }
    out
}

/// Leaves out each unsafe character and returns the rest with the number of characters left out; line feeds and tabs
/// stay. For readers that act on text as a whole and would read an escape as words: language models.
///
/// # Examples
/// ```
/// let (text, left_out) = fumikura::output::stripped("報道\u{202E}資料\u{E0041}\n二行目");
/// assert_eq!((text.as_ref(), left_out), ("報道資料\n二行目", 2));
/// ```
pub fn stripped(text: &str) -> (Cow<'_, str>, usize) {
    if pieces(text, Layout::Block).all(|piece| matches!(piece, Piece::Plain(_))) {
        return (Cow::Borrowed(text), 0);
    }
    let (mut kept, mut left_out) = (String::with_capacity(text.len()), 0);
    for piece in pieces(text, Layout::Block) {
        match piece {
            Piece::Plain(plain) => kept.push_str(plain),
            Piece::Held(_) => left_out += 1,
        }
    }
    (Cow::Owned(kept), left_out)
}

fn visible(text: &str, layout: Layout) -> Cow<'_, str> {
    let mut pieces = pieces(text, layout).peekable();
    match pieces.next() {
        None => Cow::Borrowed(""),
        Some(Piece::Plain(plain)) if pieces.peek().is_none() => Cow::Borrowed(plain),
        Some(first) => {
            let mut out = String::with_capacity(text.len() + 16);
            for piece in iter::once(first).chain(pieces) {
                match piece {
                    Piece::Plain(plain) => out.push_str(plain),
                    Piece::Held(c) => out.extend(c.escape_default()),
                }
            }
            Cow::Owned(out)
        }
    }
}

/// Splits the text into runs that may be written raw and single characters to escape.
pub(super) fn pieces(text: &str, layout: Layout) -> impl Iterator<Item = Piece<'_>> {
    let mut from = 0;
    iter::from_fn(move || match next_held(text, from, layout) {
        Some((at, c)) if at == from => {
            from += c.len_utf8();
            Some(Piece::Held(c))
        }
        held => {
            let plain = &text[from..held.map_or(text.len(), |(at, _)| at)];
            from += plain.len();
            (!plain.is_empty()).then_some(Piece::Plain(plain))
        }
    })
}

/// Returns the first character to escape at or after a byte position, with its position.
fn next_held(text: &str, mut at: usize, layout: Layout) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let common = common_length(&bytes[at..]);
        if common > 0 {
            at += common;
            continue;
        }
        let c = text[at..].chars().next()?;
        if is_held(text, at, c, layout) {
            return Some((at, c));
        }
        at += c.len_utf8();
    }
    None
}

/// Returns the byte length of the first character if it belongs to the common safe ranges, else 0.
///
/// All output passes this test twice, so it uses no table and decodes nothing.
#[inline]
fn common_length(bytes: &[u8]) -> usize {
    match *bytes {
        // ASCII, U+4000–9FFF (kanji), U+3000–30FF (signs and kana), U+FF00–FF7F (full width).
        [b' '..=b'~', ..] => 1,
        [0xE4..=0xE9, _, _, ..] | [0xE3, 0x80..=0x83, _, ..] | [0xEF, 0xBC..=0xBD, _, ..] => 3,
        _ => 0,
    }
}

/// Splits a text into marked and unmarked pieces, in order. A mark never separates a character from its variation
/// selector or emoji joiner.
///
/// `spans` are half-open ranges of code points, sorted.
pub(super) fn marked(text: &str, spans: &[crate::document::Span]) -> Vec<(String, bool)> {
    let chars: Vec<char> = text.chars().collect();
    let is_bound = |at: usize| at == 0 || at >= chars.len() || !(is_attached(chars[at]) || chars[at - 1] == JOINER);
    let mut out: Vec<(String, bool)> = Vec::new();
    let mut add = |from: usize, to: usize, mark: bool| {
        if from < to {
            let piece = chars[from..to].iter();
            match out.last_mut() {
                Some((last, same)) if *same == mark => last.extend(piece),
                _ => out.push((piece.collect(), mark)),
            }
        }
    };
    let mut at = 0;
    for span in spans {
        let (mut start, mut end) = (span.start.min(chars.len()), span.end.min(chars.len()));
        while !is_bound(start) {
            start -= 1;
        }
        while !is_bound(end) {
            end += 1;
        }
        let start = start.max(at);
        add(at, start, false);
        add(start, end, true);
        at = at.max(end);
    }
    add(at, chars.len(), false);
    out
}

/// True where the character belongs to the one before it.
fn is_attached(c: char) -> bool {
    !is_common(c) && (c == JOINER || is_selector(c) || CodePointSetData::new::<EmojiModifier>().contains(c))
}

/// True for characters that are escaped when they stand alone.
pub(super) fn is_suspect(c: char) -> bool {
    !is_common(c)
        && (matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || CodePointSetData::new::<NoncharacterCodePoint>().contains(c))
}

/// True for letters and numbers, which no format reads as a sign.
pub(super) fn is_word(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Number).contains(category)
}

/// True for characters of the common safe ranges, which need no table.
fn is_common(c: char) -> bool {
    common_length(c.encode_utf8(&mut [0; 4]).as_bytes()) > 0
}

fn is_selector(c: char) -> bool {
    CodePointSetData::new::<VariationSelector>().contains(c)
}

fn is_held(text: &str, at: usize, c: char, layout: Layout) -> bool {
    match c {
        '\n' => layout == Layout::Line,
        '\t' => false,
        c if !is_suspect(c) => false,
        JOINER => !joins(&text[..at], &text[at + c.len_utf8()..]),
        c if is_selector(c) => !selects(&text[..at], c),
        _ => true,
    }
}

/// True where a joiner between the two texts combines two emoji.
fn joins(before: &str, behind: &str) -> bool {
    let pictograph = |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let modifier = |c: char| c == '\u{FE0F}' || CodePointSetData::new::<EmojiModifier>().contains(c);
    let mut back = before.chars().rev();
    let first = match back.next() {
        Some(c) if modifier(c) => back.next(),
        first => first,
    };
    first.is_some_and(pictograph) && behind.chars().next().is_some_and(pictograph)
}

/// True where a selector varies the character before it: all selectors after kanji (names: 葛󠄀), the sixteen common
/// ones after signs and emoji.
///
/// Letters of other scripts take no selector, and no selector follows another, so a text cannot hide a message in
/// selectors.
fn selects(before: &str, selector: char) -> bool {
    before.chars().next_back().is_some_and(|base| {
        let signs =
            GeneralCategoryGroup::Symbol.union(GeneralCategoryGroup::Punctuation).union(GeneralCategoryGroup::Number);
        CodePointSetData::new::<Ideographic>().contains(base)
            || matches!(selector, '\u{FE00}'..='\u{FE0F}')
                && signs.contains(CodePointMapData::<GeneralCategory>::new().get(base))
    })
}

/// The mark by which spreadsheets recognise UTF-8.
pub(super) const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A writer that passes only safe characters and the program's own colours.
///
/// Each format escapes its own output. This guard is the second line of defence at the one place where an output is
/// opened: it escapes characters that a command missed. It collects whole lines, so it is also the buffer. Dropping
/// it writes the rest.
pub struct Guarded<W: Write> {
    inner: W,
    buffer: Vec<u8>,
    /// True after the first write.
    begun: bool,
}

impl<W: Write> Guarded<W> {
    /// Bytes collected before a write.
    const CAPACITY: usize = 1 << 14;

    /// Wraps a writer.
    pub fn new(inner: W) -> Self {
        Self { inner, buffer: Vec::with_capacity(Self::CAPACITY), begun: false }
    }

    /// Writes the first bytes of the buffer.
    fn drain(&mut self, length: usize) -> io::Result<()> {
        // A failed write is not repeated: otherwise a closed pipe would be reported twice.
        let rest = self.buffer.split_off(length);
        let ready = std::mem::replace(&mut self.buffer, rest);
        let text = String::from_utf8_lossy(&ready);
        let mut rest: &str = &text;
        // U+FEFF is a byte order mark at the very beginning and an invisible character elsewhere.
        if !std::mem::replace(&mut self.begun, true)
            && let Some(behind) = rest.strip_prefix(BYTE_ORDER_MARK)
        {
            self.inner.write_all(BYTE_ORDER_MARK.encode_utf8(&mut [0; 4]).as_bytes())?;
            rest = behind;
        }
        while !rest.is_empty() {
            let style = style_length(rest);
            self.inner.write_all(&rest.as_bytes()[..style])?;
            rest = &rest[style..];
            let end = rest
                .match_indices('\u{1b}')
                .map(|(at, _)| at)
                .find(|at| style_length(&rest[*at..]) > 0)
                .unwrap_or(rest.len());
            self.inner.write_all(sanitized(&rest[..end]).as_bytes())?;
            rest = &rest[end..];
        }
        Ok(())
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        // A line feed triggers a write. Searching a long line again at each write would take quadratic time.
        if self.buffer.len() >= Self::CAPACITY
            && bytes.contains(&b'\n')
            && let Some(end) = self.buffer.iter().rposition(|byte| *byte == b'\n')
        {
            self.drain(end + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain(self.buffer.len())?;
        self.inner.flush()
    }
}

impl<W: Write> Drop for Guarded<W> {
    fn drop(&mut self) {
        // An error in `drop` has no receiver.
        let _ = self.flush();
    }
}

/// Returns the byte length of a style sequence at the start of the text, else 0. Only the program's own styles count:
/// weight, slant, underline and visible colours.
fn style_length(text: &str) -> usize {
    let Some(body) = text.strip_prefix("\u{1b}[") else { return 0 };
    let Some((codes, _)) = body.split_once('m') else { return 0 };
    // Background, black, hidden and blinking text are excluded.
    let known = |code: &str| {
        matches!(code, "" | "0" | "1" | "2" | "3" | "4" | "31" | "32" | "33" | "34" | "35" | "36" | "37" | "39")
    };
    if codes.split(';').all(known) { codes.len() + 3 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    #[test]
    fn names_and_emoji_keep_their_selectors_and_joiners() {
        for text in [
            "葛\u{E0100}城市",
            "辻\u{E0101}様",
            "神\u{FE00}",
            "👨\u{200D}👩\u{200D}👧",
            "❤\u{FE0F}\u{200D}🔥",
            "👩🏽\u{200D}💻",
            "1\u{FE0F}",
        ] {
            assert_eq!(sanitized(text), text);
        }
    }

    #[test]
    fn selectors_and_joiners_that_vary_nothing_are_shown() {
        for text in [
            "\u{E0100}",
            "a\u{E0100}",
            "a\u{FE00}",
            "葛\u{E0100}\u{E0101}",
            "か\u{200D}き",
            "👨\u{200D}",
            "👨\u{200D}\u{200D}👩",
            " \u{FE0F}",
        ] {
            assert_ne!(sanitized(text), text, "{}", text.escape_unicode());
        }
        // The flag of England is the black flag with tags; tags can also hide a message, so they are escaped.
        assert_eq!(sanitized("🏴\u{E0067}\u{E007F}"), "🏴\\u{e0067}\\u{e007f}");
    }

    #[test]
    fn a_mark_keeps_a_name_whole() {
        let marks = marked("葛\u{E0100}城市", &[Span { start: 0, end: 1 }]);
        assert_eq!(marks, [("葛\u{E0100}".to_owned(), true), ("城市".to_owned(), false)]);
        let marks = marked("👨\u{200D}👩と", &[Span { start: 2, end: 3 }]);
        assert_eq!(marks, [("👨\u{200D}👩".to_owned(), true), ("と".to_owned(), false)]);
    }

    #[test]
    fn what_a_command_forgot_is_made_visible() {
        let mut out = Vec::new();
        let mut guard = Guarded::new(&mut out);
        // In pieces, as formatting writes them.
        for piece in
            ["\u{1b}[1", "m題\u{1b}[0m \u{1b}[2", "J\u{1b}[8m\u{1b}[30m\u{1b}]8;;x\u{7}", "葛", "\u{E0100}\u{202e}\n"]
        {
            assert!(guard.write_all(piece.as_bytes()).is_ok());
        }
        drop(guard);
        let expected = "\u{1b}[1m題\u{1b}[0m \\u{1b}[2J\\u{1b}[8m\\u{1b}[30m\\u{1b}]8;;x\\u{7}葛\u{E0100}\\u{202e}\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn what_is_common_is_in_no_class() {
        // The short cut must not hide a class.
        for c in ('\0'..=char::MAX).filter(|c| is_common(*c)) {
            assert_eq!(common_length(c.to_string().as_bytes()), c.len_utf8());
            let category = CodePointMapData::<GeneralCategory>::new().get(c);
            assert!(
                !GeneralCategoryGroup::Other.contains(category) || category == GeneralCategory::Unassigned,
                "{c:?}"
            );
            assert!(!CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c), "{c:?}");
        }
    }
}
