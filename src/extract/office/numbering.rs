//! Computes the numbers that Word shows before paragraphs but does not store in their text.

use std::collections::HashMap;

use super::super::ExtractError;
use super::xml::{Xml, read};

#[derive(Clone, Debug, Default)]
struct Level {
    format: String,
    /// `第%1章`, `%1.%2`
    text: String,
    start: u32,
}

/// The lists of a document with their counters.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Levels of each abstract list.
    levels: HashMap<String, Vec<Level>>,
    /// Abstract list of each list.
    lists: HashMap<String, String>,
    /// Last number of each level, by abstract list.
    counts: HashMap<String, Vec<u32>>,
}

/// Most levels of a list.
const LEVELS: usize = 9;

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub fn read(part: &str) -> Result<Self, ExtractError> {
        let mut numbering = Self::default();
        let (mut list, mut kind, mut level) = (String::new(), String::new(), None::<usize>);
        read(part, |event| match event {
            Xml::Open("abstractNum", attributes) => kind = attributes.get("abstractNumId").unwrap_or_default(),
            Xml::Open("num", attributes) => list = attributes.get("numId").unwrap_or_default(),
            Xml::Open("abstractNumId", attributes) => {
                numbering.lists.insert(list.clone(), attributes.get("val").unwrap_or_default());
            }
            Xml::Open("lvl", attributes) => {
                let at = attributes.get("ilvl").and_then(|level| level.parse().ok()).filter(|level| *level < LEVELS);
                let levels = numbering
                    .levels
                    .entry(kind.clone())
                    .or_insert_with(|| vec![Level { start: 1, ..Level::default() }; LEVELS]);
                level = at.filter(|at| *at < levels.len());
            }
            Xml::Open(name @ ("numFmt" | "lvlText" | "start"), attributes) => {
                let value = attributes.get("val").unwrap_or_default();
                let Some(level) = level.and_then(|at| numbering.levels.get_mut(&kind)?.get_mut(at)) else { return };
                match name {
                    "numFmt" => level.format = value,
                    "lvlText" => level.text = value,
                    _ => level.start = value.parse().unwrap_or(1),
                }
            }
            Xml::Close("lvl") => level = None,
            _ => {}
        })?;
        Ok(numbering)
    }

    /// Counts a paragraph of a list and returns its marker, followed by a blank.
    pub fn next(&mut self, list: &str, level: usize) -> String {
        let Some((kind, levels)) = self.lists.get(list).and_then(|kind| Some((kind, self.levels.get(kind)?))) else {
            return String::new();
        };
        let Some(own) = levels.get(level) else { return String::new() };
        let counts = self
            .counts
            .entry(kind.clone())
            .or_insert_with(|| levels.iter().map(|level| level.start.saturating_sub(1)).collect());
        counts[level] = counts[level].saturating_add(1);
        for (below, known) in levels.iter().zip(counts.iter_mut()).skip(level + 1) {
            *known = below.start.saturating_sub(1);
        }
        match own.format.as_str() {
            "none" | "" => return String::new(),
            "bullet" => return "・".to_owned(),
            _ => {}
        }
        let mut marker = own.text.clone();
        for (at, level) in levels.iter().enumerate().rev() {
            marker = marker.replace(&format!("%{}", at + 1), &number(&level.format, counts[at].max(1)));
        }
        marker + " "
    }
}

/// Formats a number in one of Word's formats; ECMA-376 Part 1, 17.18.59.
fn number(format: &str, value: u32) -> String {
    let nth = |row: &str| row.chars().nth(value as usize - 1).map_or_else(|| value.to_string(), String::from);
    match format {
        "decimalFullWidth" | "decimalFullWidth2" => value
            .to_string()
            .chars()
            .filter_map(|digit| char::from_u32(digit as u32 - '0' as u32 + '０' as u32))
            .collect(),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => nth("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
        "aiueo" | "aiueoFullWidth" => {
            nth("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン")
        }
        "iroha" | "irohaFullWidth" => {
            nth("イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス")
        }
        "upperLetter" => nth("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "lowerLetter" => nth("abcdefghijklmnopqrstuvwxyz"),
        "upperRoman" => roman(value),
        "lowerRoman" => roman(value).to_lowercase(),
        "japaneseCounting" | "ideographDigital" | "chineseCounting" | "japaneseDigitalTenThousand" if value <= 10 => {
            nth("一二三四五六七八九十")
        }
        _ => value.to_string(),
    }
}

fn roman(mut value: u32) -> String {
    if value > 3999 {
        return value.to_string();
    }
    let mut text = String::new();
    for (worth, letters) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while value >= worth {
            text.push_str(letters);
            value -= worth;
        }
    }
    text
}
