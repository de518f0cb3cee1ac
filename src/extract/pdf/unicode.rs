//! Tells which characters the glyphs of an embedded font show where the file does not: by the font's own table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use pdfboss_core::{Dict, Document, ObjRef, Object};
use ttf_parser::{RawFace, Tag, cmap};

/// Deepest nesting of forms in which fonts are looked for.
const MAX_DEPTH: usize = 4;
/// Most entries of one block of a character map.
const BLOCK: usize = 100;

/// Returns the file with character maps added, as an update at its end, for the fonts whose codes are the numbers of
/// their glyphs and that have no such map; `None` where there is no such font.
pub(super) fn with_maps(document: &Document) -> Option<Vec<u8>> {
    // Objects of an encrypted file would have to be encrypted too.
    if document.is_encrypted() {
        return None;
    }
    let mut fonts = BTreeSet::new();
    for page in (0..document.page_count()).filter_map(|number| document.page(number).ok()) {
        fonts_of(document, &page.resources, 0, &mut fonts);
    }
    let trailer = &document.xref().trailer;
    let root = trailer.get_ref("Root")?;
    let mut next = u32::try_from(trailer.get_int("Size")?).ok()?;
    let (mut file, mut places) = (document.bytes().to_vec(), Vec::new());
    let previous = last_table(&file)?;
    for (num, r#gen) in fonts {
        let Some((map, font)) = map_of(document, ObjRef { num, r#gen }, next) else { continue };
        places.push((next, 0, file.len() + 1));
        file.extend(format!("\n{next} 0 obj\n<< /Length {} >>\nstream\n{map}\nendstream\nendobj", map.len()).bytes());
        places.push((num, r#gen, file.len() + 1));
        file.extend(format!("\n{num} {gen} obj\n{font}\nendobj", gen = r#gen).bytes());
        next += 1;
    }
    if places.is_empty() {
        return None;
    }
    let table = file.len() + 1;
    let mut end = "\nxref\n".to_owned();
    for (num, r#gen, place) in places {
        let _ = write!(end, "{num} 1\n{place:010} {gen:05} n \n", gen = r#gen);
    }
    let _ = write!(
        end,
        "trailer\n<< /Size {next} /Root {} {} R /Prev {previous} >>\nstartxref\n{table}\n%%EOF\n",
        root.num, root.r#gen
    );
    file.extend(end.bytes());
    Some(file)
}

/// Collects the composite fonts of a page and of the forms on it.
fn fonts_of(document: &Document, resources: &Dict, depth: usize, found: &mut BTreeSet<(u32, u16)>) {
    let resolved = |key: &str| resources.get(key).and_then(|value| document.resolve(value).ok());
    if let Some(fonts) = resolved("Font").as_ref().and_then(Object::as_dict) {
        found.extend(fonts.iter().filter_map(|(_, font)| font.as_ref()).map(|font| (font.num, font.r#gen)));
    }
    if depth >= MAX_DEPTH {
        return;
    }
    if let Some(forms) = resolved("XObject").as_ref().and_then(Object::as_dict) {
        for form in forms.iter().filter_map(|(_, form)| document.resolve(form).ok()) {
            let inner = form.as_stream().and_then(|form| form.dict.get("Resources"));
            if let Some(inner) = inner.and_then(|inner| document.resolve(inner).ok())
                && let Some(inner) = inner.as_dict()
            {
                fonts_of(document, inner, depth + 1, found);
            }
        }
    }
}

/// Builds the character map of a font and the font with it.
fn map_of(document: &Document, font: ObjRef, map: u32) -> Option<(String, String)> {
    let font = document.get(font).ok()?;
    let font = font.as_dict()?;
    let encoding = font.get_name("Encoding").map(|name| name.0.as_str())?;
    let to_unicode = font.get("ToUnicode").map(|map| map.as_name().map(|name| name.0.starts_with("Identity")));
    // A name in the place of a map says that the codes are characters.
    let codes_are_characters = to_unicode == Some(Some(true));
    if to_unicode.is_some() && !codes_are_characters || !matches!(encoding, "Identity-H" | "Identity-V") {
        return None;
    }
    let descendants = document.resolve(font.get("DescendantFonts")?).ok()?;
    let descendant = descendants.as_array()?.first()?.as_ref()?;
    let font = format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /Mended /Encoding /{encoding} /DescendantFonts [{} {} R] \
         /ToUnicode {map} 0 R >>",
        descendant.num, descendant.r#gen
    );
    if codes_are_characters {
        let ranges: Vec<String> =
            (0..=0xFF).map(|high| format!("<{high:02X}00> <{high:02X}FF> <{high:02X}00>\n")).collect();
        return Some((map_text(&ranges, "bfrange"), font));
    }
    let inner = document.get(descendant).ok()?;
    let inner = inner.as_dict()?;
    if inner.get_name("CIDToGIDMap").is_none_or(|name| name.0 != "Identity") {
        return None;
    }
    let descriptor = document.resolve(inner.get("FontDescriptor")?).ok()?;
    let program = descriptor.as_dict()?.get("FontFile2").or_else(|| descriptor.as_dict()?.get("FontFile3"))?;
    let program = document.resolve(program).ok()?;
    let program = document.stream_data(program.as_stream()?).ok()?;
    let characters = characters(&program)?;
    let entries: Vec<String> = characters
        .into_iter()
        .map(|(glyph, c)| {
            let units: String = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect();
            format!("<{glyph:04X}> <{units}>\n")
        })
        .collect();
    Some((map_text(&entries, "bfchar"), font))
}

/// Writes a character map of entries of one kind.
fn map_text(entries: &[String], kind: &str) -> String {
    let mut text = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n\
                    1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        .to_owned();
    for block in entries.chunks(BLOCK) {
        let _ = write!(text, "{} begin{kind}\n{}end{kind}\n", block.len(), block.concat());
    }
    text.push_str("endcmap end end");
    text
}

/// Reads the character of each glyph; of several the usual one, not a radical or a compatibility form.
fn characters(program: &[u8]) -> Option<BTreeMap<u16, char>> {
    let face = RawFace::parse(program, 0).ok()?;
    let table = cmap::Table::parse(face.table(Tag::from_bytes(b"cmap"))?)?;
    let rank = |c: char| (matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{E000}'..='\u{FAFF}'), c);
    let mut found: BTreeMap<u16, char> = BTreeMap::new();
    for subtable in table.subtables.into_iter().filter(cmap::Subtable::is_unicode) {
        subtable.codepoints(|code| {
            let c = char::from_u32(code).filter(|c| !c.is_control());
            if let (Some(c), Some(glyph)) = (c, subtable.glyph_index(code))
                && glyph.0 > 0
            {
                let known = found.entry(glyph.0).or_insert(c);
                *known = std::cmp::min_by_key(*known, c, |c| rank(*c));
            }
        });
    }
    Some(found).filter(|found| !found.is_empty())
}

/// Returns the place of the newest table of objects, which the file names at its end.
fn last_table(file: &[u8]) -> Option<usize> {
    let mark = b"startxref";
    let at = file.windows(mark.len()).rposition(|bytes| bytes == mark)?;
    let rest = file[at + mark.len()..].trim_ascii_start();
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}
