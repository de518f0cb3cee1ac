//! Finds text that was decoded in the wrong encoding before it was saved: `譌･譛ｬ` for 日本.

use encoding_rs::{BIG5, EUC_JP, Encoding, GBK, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::likely::{LOST, cost, is_rare};
use super::{Read, escaped};

/// Most lines of one text that are tried.
const MOST_LINES: usize = 400;
/// Least gain in bits by which the repaired line must be more likely.
const LEAST_GAIN: u64 = 40;

/// Of so many characters beyond ASCII one must be a mark of mojibake.
const LEAST_SHARE: usize = 16;

/// A line of mojibake, with the text that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mojibake {
    /// The encoding that the bytes were in.
    pub written: &'static str,
    /// The encoding in which they were read by mistake.
    pub read: &'static str,
    /// The start of the repaired line.
    pub repaired: String,
}

/// Finds the first line of a text that looks like mojibake.
///
/// Nothing is repaired: the characters of the file stay, because a search for them must find them.
///
/// # Examples
/// ```
/// use fumikura::extract::mojibake;
///
/// let found = mojibake(["繧ｿ繧､縺ｯ諠・ｱ騾壻ｿ｡蛻・㍽縺ｮ蜊碑ｭｰ縺ｮ邨先棡繧貞・陦ｨ縺励◆縲・"]).unwrap();
/// assert_eq!((found.written, found.read), ("UTF-8", "Shift_JIS"));
/// assert_eq!(mojibake(["総務省は情報通信分野の協議の結果を公表した。"]), None);
/// ```
pub fn mojibake<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Mojibake> {
    lines.into_iter().filter(|line| is_suspect(line)).take(MOST_LINES).find_map(of_line)
}

/// Tells whether a line has characters that mojibake of Japanese always has in plenty and that other texts rarely have:
/// rare kanji, Latin letters with accents, signs of an escape. The costs decide.
fn is_suspect(line: &str) -> bool {
    let (mut marks, mut wide) = (0, 0);
    let (mut halves, mut escapes) = (0, 0);
    for c in line.chars() {
        wide += usize::from(!c.is_ascii());
        match c {
            '\u{4E00}'..='\u{9FFF}' => marks += usize::from(is_rare(c)),
            '\u{80}'..='\u{FF}' | 'ƒ' | '‚' | '„' | '†' | '‡' | '∆' | 'Ω' => marks += 1,
            '､' | '･' | '\u{E000}'..='\u{F8FF}' => halves += 1,
            '$' => escapes += 1,
            _ => {}
        }
    }
    // A long paragraph may have a few names with rare kanji.
    marks >= 2 && marks * LEAST_SHARE >= wide || halves >= 4 || (escapes > 0 && line.contains("$B"))
}

fn of_line(line: &str) -> Option<Mojibake> {
    let line: String = line.chars().take(500).collect();
    // Characters that are lost in the file say nothing about the rest; each may have cost its neighbour too.
    let lost_before = lost_in(&line);
    let now = cost(&line) - LOST * lost_before;
    let mut best: Option<(u64, Mojibake)> = None;
    if line.contains("$B") {
        // A program has dropped the escape characters and kept the rest of each escape.
        let whole = line.replace("$B", "\u{1B}$B").replace("(B", "\u{1B}(B").replace("(J", "\u{1B}(J");
        let repaired = escaped::iso_2022_jp(whole.as_bytes());
        let then = cost(&repaired);
        if is_better(&repaired, then, now) {
            best = Some((then, Mojibake::new("ISO-2022-JP", "ASCII", &repaired)));
        }
    }
    for read in [SHIFT_JIS, WINDOWS_1252, EUC_JP, GBK, BIG5, MACINTOSH] {
        let (bytes, lost) = bytes_of(&line, read);
        for written in [UTF_8, SHIFT_JIS, EUC_JP].into_iter().filter(|written| *written != read) {
            let repaired = Read::As(written).decode(&bytes);
            let then = cost(&repaired) + lost - LOST * lost_in(&repaired).min(2 * lost_before);
            if is_better(&repaired, then, now) && best.as_ref().is_none_or(|(least, _)| then < *least) {
                best = Some((then, Mojibake::new(written.name(), read.name(), &repaired)));
            }
        }
    }
    best.map(|(_, found)| found)
}

fn lost_in(text: &str) -> u64 {
    text.matches('\u{FFFD}').count() as u64
}

impl Mojibake {
    fn new(written: &'static str, read: &'static str, repaired: &str) -> Self {
        Self { written, read, repaired: repaired.trim().chars().take(20).collect() }
    }
}

/// Tells whether a repaired line is Japanese and much more likely than the line as it is; `then` and `now` are their
/// costs.
fn is_better(repaired: &str, then: u64, now: u64) -> bool {
    let kanji = || repaired.chars().filter(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')).count();
    let is_japanese = || repaired.chars().any(|c| matches!(c, '\u{3041}'..='\u{30FF}')) || kanji() >= 2;
    then + LEAST_GAIN <= now && then * 20 <= now * 17 && is_japanese()
}

/// Returns the bytes that a text had in an encoding; a character that it does not have becomes `?`, which costs as much
/// as a lost one.
fn bytes_of(text: &str, encoding: &'static Encoding) -> (Vec<u8>, u64) {
    let (mut bytes, mut cost) = (Vec::with_capacity(text.len()), 0);
    let mut buffer = [0; 4];
    for c in text.chars() {
        // Some programs keep the control characters U+0080 to U+009F for bytes without a character.
        if encoding == WINDOWS_1252 && (c as u32) < 0x100 {
            bytes.push(c as u32 as u8);
            continue;
        }
        let (encoded, _, is_lost) = encoding.encode(c.encode_utf8(&mut buffer));
        if is_lost {
            bytes.push(b'?');
            // U+FFFD stands in the file: it was paid for there.
            cost += if c == '\u{FFFD}' { 0 } else { LOST };
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    (bytes, cost)
}
