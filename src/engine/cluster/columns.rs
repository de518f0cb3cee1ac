//! What searches read of a row, packed into a few columns: the engine gives three values of a row in a fraction of the
//! time that it takes for twenty.
//!
//! Each column is JSON, which travels as Base64: the engine keeps such bytes by row, and text in a list of all values.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::wire::WireError;
use crate::document::Passage;

/// Place, flags, days and lengths.
pub(super) const PLACE: &str = "of_place";
/// Values of filters and facets.
pub(super) const VALUES: &str = "of_values";
/// What tells near-duplicates.
pub(super) const LOOK: &str = "of_look";
/// Title of its document: a text is matched below its title.
pub(super) const TITLE: &str = "of_title";
/// All packed columns.
pub(super) const ALL: [&str; 4] = [PLACE, VALUES, LOOK, TITLE];
/// Fields of a row that stand in the packed columns alone.
const PACKED: [&str; 7] =
    ["flags", "section_first", "section_rows", "sketch_low", "sketch_high", "frame", "title_text"];

/// Engines write Base64 in either alphabet, with and without padding.
const BASE64: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const OF_MIME: GeneralPurpose = GeneralPurpose::new(&STANDARD, BASE64);
const OF_URLS: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, BASE64);

/// A passage as the cluster holds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// Number of its document.
    pub document: u64,
    /// Position in its document, from 1.
    pub position: u64,
    pub key: String,
    pub flags: u64,
    pub partners: Vec<String>,
    pub themes: Vec<String>,
    pub commitment: Vec<String>,
    pub series: Vec<String>,
    /// First and last days, those of the document first.
    pub days: Vec<(u64, u64)>,
    pub path: String,
    pub publishers: Vec<String>,
    /// Length of its text in characters, rounded as norms are; of its words, and of the words of the section that it
    /// begins.
    pub lengths: [u32; 3],
    /// Position of the first passage of its section, and number of passages of it.
    pub section: (u64, u64),
    /// Hash of headings and partners, and both halves of the sketch: near-duplicates are alike in these.
    pub look: [u64; 3],
    pub title: String,
    /// Its text; `None` where it was not asked for.
    pub record: Option<(String, Passage)>,
}

/// The columns of a row, as the engine gives them: those that were asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Packed {
    of_place: Option<[String; 1]>,
    of_values: Option<[String; 1]>,
    of_look: Option<[String; 1]>,
    of_title: Option<[String; 1]>,
    /// Of documents, files and parts of the vocabulary.
    pub version: Option<[String; 1]>,
}

type OfPlace = (u64, u64, String, u64, Vec<(u64, u64)>, [u32; 3], (u64, u64));
type OfValues = (Vec<String>, Vec<String>, Vec<String>, Vec<String>, String, Vec<String>);

/// Packs the fields of a passage, and takes those by which nothing is found out of any row.
pub(super) fn pack(fields: &mut Map<String, Value>) {
    let row = Row::of(fields);
    let of_place = (row.document, row.position, &row.key, row.flags, &row.days, row.lengths, row.section);
    let of_values = (&row.partners, &row.themes, &row.commitment, &row.series, &row.path, &row.publishers);
    let packed = [
        (PLACE, serde_json::to_vec(&of_place)),
        (VALUES, serde_json::to_vec(&of_values)),
        (LOOK, serde_json::to_vec(&row.look)),
        (TITLE, serde_json::to_vec(&row.title)),
    ];
    PACKED.iter().for_each(|name| drop(fields.remove(*name)));
    if row.position > 0 {
        for (name, bytes) in packed {
            fields.insert(name.to_owned(), OF_MIME.encode(bytes.unwrap_or_default()).into());
        }
    }
}

impl Row {
    /// Reads the fields of a passage before they are packed.
    fn of(fields: &Map<String, Value>) -> Self {
        let texts = |name: &str| match fields.get(name) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(text)) => vec![text.clone()],
            _ => Vec::new(),
        };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| fields.get(name).and_then(Value::as_u64).unwrap_or(0);
        let numbers = |name: &str| fields.get(name).and_then(Value::as_array).into_iter().flatten();
        let days = numbers("date_start").zip(numbers("date_end"));
        Self {
            document: u64::from_str_radix(text("document"), 16).unwrap_or(0),
            position: number("position"),
            key: text("key").to_owned(),
            flags: number("flags"),
            partners: texts("partner"),
            themes: texts("theme"),
            commitment: texts("commitment"),
            series: texts("series"),
            days: days.filter_map(|(start, end)| Some((start.as_u64()?, end.as_u64()?))).collect(),
            path: text("path").to_owned(),
            publishers: texts("publisher"),
            lengths: ["body_length", "words_length", "section_length"].map(|name| number(name) as u32),
            section: (number("section_first"), number("section_rows")),
            look: ["frame", "sketch_low", "sketch_high"].map(number),
            title: text("title_text").to_owned(),
            record: None,
        }
    }
}

impl Packed {
    /// Reads the columns; what was not asked for stays empty.
    ///
    /// # Errors
    /// A column that was not packed here, or no place.
    pub fn row(&self) -> Result<Row, WireError> {
        let (document, position, key, flags, days, lengths, section): OfPlace =
            unpacked(self.of_place.as_ref())?.ok_or_else(|| torn("a passage has no place"))?;
        let (partners, themes, commitment, series, path, publishers): OfValues =
            unpacked(self.of_values.as_ref())?.unwrap_or_default();
        Ok(Row {
            document,
            position,
            key,
            flags,
            partners,
            themes,
            commitment,
            series,
            days,
            path,
            publishers,
            lengths,
            section,
            look: unpacked(self.of_look.as_ref())?.unwrap_or_default(),
            title: unpacked(self.of_title.as_ref())?.unwrap_or_default(),
            record: None,
        })
    }
}

fn torn(reason: &str) -> WireError {
    WireError::Torn(reason.to_owned())
}

fn unpacked<T: DeserializeOwned>(column: Option<&[String; 1]>) -> Result<Option<T>, WireError> {
    let Some([text]) = column else { return Ok(None) };
    let alphabet = if text.contains(['-', '_']) { OF_URLS } else { OF_MIME };
    let bytes = alphabet.decode(text).map_err(|error| torn(&format!("a column of a passage: {error}")))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| torn(&format!("a column of a passage: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ALL, Packed, Row, pack};

    #[test]
    fn a_row_is_the_same_after_it_was_packed() {
        let source = json!({
            "document": "ff000000000000ff", "position": 3, "key": "k", "flags": 8, "frame": (1_u64 << 63) | 1,
            "date_start": [20_120_101, 20_110_401], "date_end": [20_121_231, 20_120_331], "partner": ["party:米国"],
            "path": "0\t対話>>?.txt", "publisher": ["総務省", "外務省"], "body_length": 24, "section_first": 2,
            "section_rows": 5, "title_text": "日ASEAN政策会議",
        });
        let mut fields = source.as_object().cloned().unwrap_or_default();
        let before = Row::of(&fields);
        // The first days are those of the document, whichever are earlier.
        assert_eq!(before.days, [(20_120_101, 20_121_231), (20_110_401, 20_120_331)]);
        assert_eq!((before.document, before.look[0], before.lengths[0]), (0xff << 56 | 255, 1 << 63 | 1, 24));
        pack(&mut fields);
        assert!(fields.contains_key("partner") && !fields.contains_key("flags"), "{fields:?}");
        let given = |change: &dyn Fn(&str) -> String, names: &[&str]| {
            let of = |name: &&str| Some(((*name).to_owned(), json!([change(fields[*name].as_str()?)])));
            let given: serde_json::Map<String, serde_json::Value> = names.iter().filter_map(of).collect();
            serde_json::from_value::<Packed>(given.into()).ok().and_then(|packed| packed.row().ok())
        };
        let of_urls = |text: &str| text.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
        assert_eq!(given(&str::to_owned, &ALL), Some(before.clone()));
        assert_eq!(given(&of_urls, &ALL), Some(before.clone()));
        let place = Row { position: 3, flags: 8, days: before.days.clone(), ..Row::default() };
        let part = given(&of_urls, &ALL[..1]).unwrap_or_default();
        assert_eq!((part.position, part.flags, part.days, part.look), (3, 8, place.days, [0; 3]));
        assert_eq!(given(&of_urls, &ALL[1..]), None, "no place");
        assert_eq!(given(&|_| "***".to_owned(), &ALL), None);
    }
}
