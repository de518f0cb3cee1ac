//! Extracts RTF: paragraphs and table rows; fonts, styles, pictures and notes about the file are left out.

use std::collections::HashMap;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
};

use super::text::in_code_page;
use super::{ExtractError, Extracted, flowed};
use crate::document::{Line, LineRole};

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 1024;
/// Groups that hold no text of the document.
const APART: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "datastore",
    "latentstyles",
    "xmlnstbl",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "pntext",
];

/// The state of a group.
#[derive(Clone, Copy)]
struct Group {
    apart: bool,
    /// Characters that stand for a `\u` in older readers.
    skip: usize,
    /// The encoding of the font; `None` for that of the file.
    font: Option<&'static Encoding>,
    /// Number of notes and text boxes around its text.
    asides: usize,
}

struct Reader {
    lines: Vec<Line>,
    line: String,
    cells: Option<Vec<String>>,
    /// Bytes in the code page of the file.
    bytes: Vec<u8>,
    encoding: &'static Encoding,
    /// Encodings of fonts, by number.
    fonts: HashMap<i64, &'static Encoding>,
    /// The font that the table of fonts describes.
    described: i64,
    font: Option<&'static Encoding>,
    /// The lines around a note or text box, each interrupted in the middle, with the role of what stands inside.
    asides: Vec<(String, LineRole)>,
    /// Lines of notes and text boxes that wait for the end of the paragraph.
    waiting: Vec<Line>,
}

/// Returns the encoding of a character set of fonts; `None` for that of the file.
fn of_charset(number: i64) -> Option<&'static Encoding> {
    Some(match number {
        128 => SHIFT_JIS,
        129 => EUC_KR,
        134 => GBK,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        204 => WINDOWS_1251,
        238 => WINDOWS_1250,
        _ => return None,
    })
}

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut reader = Reader {
        lines: Vec::new(),
        line: String::new(),
        cells: None,
        bytes: Vec::new(),
        encoding: SHIFT_JIS,
        fonts: HashMap::new(),
        described: 0,
        font: None,
        asides: Vec::new(),
        waiting: Vec::new(),
    };
    let mut groups = vec![Group { apart: false, skip: 1, font: None, asides: 0 }];
    let (mut at, mut skip) = (0, 0usize);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let group = groups.last().copied().unwrap_or(Group { apart: true, skip: 1, font: None, asides: 0 });
        if reader.font != group.font {
            reader.flush_bytes();
            reader.font = group.font;
        }
        match byte {
            b'{' if groups.len() >= MAX_DEPTH => {
                return Err(ExtractError::OverLimit(format!("groups nested deeper than {MAX_DEPTH}")));
            }
            b'{' => groups.push(group),
            b'}' => {
                groups.pop();
                reader.close_asides(groups.last().map_or(0, |group| group.asides));
            }
            b'\r' | b'\n' => {}
            b'\\' => {
                let (word, number, length) = control(&bytes[at..]);
                at += length;
                match word {
                    "'" => {
                        let hex = bytes.get(at..at + 2).and_then(|hex| std::str::from_utf8(hex).ok());
                        at += 2;
                        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                            _ if skip > 0 => skip -= 1,
                            Some(byte) if !group.apart => reader.bytes.push(byte),
                            _ => {}
                        }
                    }
                    "*" => groups.iter_mut().next_back().into_iter().for_each(|group| group.apart = true),
                    "bin" => at += number.and_then(|number| usize::try_from(number).ok()).unwrap_or(0),
                    "uc" => {
                        let skip = number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1);
                        groups.iter_mut().next_back().into_iter().for_each(|group| group.skip = skip);
                    }
                    "ansicpg" => {
                        reader.encoding = match number {
                            // 10001 is the Japanese of the Macintosh.
                            Some(932 | 10001) => SHIFT_JIS,
                            Some(number) => {
                                Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(WINDOWS_1252)
                            }
                            None => SHIFT_JIS,
                        }
                    }
                    // Some programs mark these as groups that older readers skip.
                    "footnote" | "shptxt" => {
                        let role = if word == "footnote" { LineRole::Footnote } else { LineRole::Text };
                        reader.open_aside(role);
                        let depth = reader.asides.len();
                        groups.iter_mut().next_back().into_iter().for_each(|group| {
                            (group.apart, group.asides) = (false, depth);
                        });
                    }
                    "f" => {
                        reader.described = number.unwrap_or(0);
                        let font = reader.fonts.get(&reader.described).copied();
                        groups.iter_mut().next_back().into_iter().for_each(|group| group.font = font);
                    }
                    "fcharset" => {
                        let encoding = of_charset(number.unwrap_or(0));
                        reader.fonts.extend(encoding.map(|encoding| (reader.described, encoding)));
                    }
                    word if APART.contains(&word) => {
                        groups.iter_mut().next_back().into_iter().for_each(|group| group.apart = true);
                    }
                    _ if group.apart => {}
                    "u" => {
                        reader.flush_bytes();
                        // UTF-16 units, written as signed numbers; pairs come one after the other.
                        let unit = number.unwrap_or(0).rem_euclid(0x1_0000) as u16;
                        reader.push_unit(unit);
                        skip = group.skip;
                    }
                    word => reader.control(word),
                }
            }
            _ if skip > 0 => skip -= 1,
            byte if !group.apart => reader.bytes.push(byte),
            _ => {}
        }
    }
    reader.close_asides(0);
    reader.end();
    reader.end_row();
    Ok(Extracted { lines: reader.lines, encoding: reader.encoding.name().to_owned(), ..Extracted::default() })
}

/// Reads a control word after its backslash: the word, its number, and the length of both with one blank.
fn control(bytes: &[u8]) -> (&str, Option<i64>, usize) {
    let letters = bytes.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 {
        let symbol = bytes.get(..1).and_then(|symbol| std::str::from_utf8(symbol).ok()).unwrap_or_default();
        return (symbol, None, symbol.len());
    }
    let word = std::str::from_utf8(&bytes[..letters]).unwrap_or_default();
    let rest = &bytes[letters..];
    let sign = usize::from(rest.first() == Some(&b'-'));
    let digits = rest[sign..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let number =
        if digits > 0 { std::str::from_utf8(&rest[..sign + digits]).ok().and_then(|n| n.parse().ok()) } else { None };
    let length = letters + if digits > 0 { sign + digits } else { 0 };
    (word, number, length + usize::from(bytes.get(length) == Some(&b' ')))
}

impl Reader {
    fn flush_bytes(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        match self.font {
            Some(encoding) => self.line.push_str(&encoding.decode_without_bom_handling(&bytes).0),
            None => self.line.push_str(&in_code_page(&bytes, self.encoding)),
        }
    }

    fn push_unit(&mut self, unit: u16) {
        // The first half of a pair waits in the line as a private character until the second comes.
        const WAITING: u32 = 0x10_F800;
        let high = self.line.chars().next_back().map(u32::from).filter(|c| (WAITING..WAITING + 0x400).contains(c));
        match (high, unit) {
            (Some(high), 0xDC00..=0xDFFF) => {
                self.line.pop();
                let code = 0x1_0000 + ((high - WAITING) << 10) + u32::from(unit - 0xDC00);
                self.line.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
            }
            (_, 0xD800..=0xDBFF) => self.line.extend(char::from_u32(WAITING + u32::from(unit - 0xD800))),
            _ => self.line.push(char::from_u32(u32::from(unit)).unwrap_or('\u{FFFD}')),
        }
    }

    fn control(&mut self, word: &str) {
        match word {
            "{" | "}" | "\\" => self.bytes.extend_from_slice(word.as_bytes()),
            "~" | "tab" | "emspace" | "enspace" => self.bytes.push(b' '),
            "_" => self.bytes.push(b'-'),
            "par" | "line" | "sect" | "page" | "column" => self.end(),
            "trowd" => _ = self.cells.get_or_insert_default(),
            "cell" => {
                self.flush_bytes();
                let cell = flowed(std::mem::take(&mut self.line).trim());
                if !cell.is_empty() {
                    self.cells.get_or_insert_default().push(cell);
                }
            }
            "row" => self.end_row(),
            _ => {}
        }
    }

    /// Ends a paragraph; inside a row, it is part of a cell.
    fn end(&mut self) {
        self.flush_bytes();
        if let Some((_, role)) = self.asides.last() {
            let text = flowed(std::mem::take(&mut self.line).trim());
            self.waiting.extend((!text.is_empty()).then(|| Line::whole(text, *role)));
            return;
        }
        if self.cells.as_ref().is_some_and(|cells| !cells.is_empty()) {
            self.line.push('\n');
            return;
        }
        let text = flowed(std::mem::take(&mut self.line).trim());
        if !text.is_empty() {
            self.lines.push(Line::whole(text, LineRole::Text));
        }
        self.lines.append(&mut self.waiting);
    }

    /// Begins a note or text box in the middle of a line.
    fn open_aside(&mut self, role: LineRole) {
        self.flush_bytes();
        self.asides.push((std::mem::take(&mut self.line), role));
    }

    /// Ends the notes and text boxes below a depth and goes on with the line around them.
    fn close_asides(&mut self, depth: usize) {
        while self.asides.len() > depth {
            self.end();
            self.line = self.asides.pop().map(|(line, _)| line).unwrap_or_default();
        }
    }

    fn end_row(&mut self) {
        if let Some(cells) = self.cells.take().filter(|cells| !cells.is_empty()) {
            self.lines.push(Line::whole(cells.join("　"), LineRole::Text));
        }
        self.lines.append(&mut self.waiting);
    }
}
