//! Reads the events of an XML part for the readers of this folder.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::ExtractError;
use super::damaged;

/// Deepest nesting read.
const MAX_DEPTH: usize = 1024;

/// An event of a part; names have no prefix.
pub(in super::super) enum Xml<'a> {
    Open(&'a str, Attributes<'a>),
    Close(&'a str),
    Text(&'a str),
}

/// The attributes of an element.
pub(in super::super) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// Returns the value of an attribute by its name without prefix.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.attributes().flatten().find_map(|attribute| {
            let same = attribute.key.local_name().into_inner() == name;
            same.then(|| {
                attribute.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned()).unwrap_or_default()
            })
        })
    }
}

impl Attributes<'_> {
    /// Returns the values of all attributes of a name: `id` and `r:id`.
    pub fn all(&self, name: &str) -> Vec<String> {
        let attributes = self.0.attributes().flatten();
        attributes
            .filter(|attribute| attribute.key.local_name().into_inner() == name)
            .filter_map(|attribute| Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned()))
            .collect()
    }
}

/// Passes the events of a part to `read`.
pub(in super::super) fn read(part: &str, mut read: impl FnMut(Xml<'_>)) -> Result<(), ExtractError> {
    let mut reader = Reader::from_str(part);
    reader.config_mut().check_end_names = false;
    let mut depth = 0usize;
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(ExtractError::OverLimit(format!("elements nested deeper than {MAX_DEPTH}")));
                }
                read(Xml::Open(start.local_name().into_inner(), Attributes(&start)));
            }
            Event::Empty(start) => {
                read(Xml::Open(start.local_name().into_inner(), Attributes(&start)));
                read(Xml::Close(start.local_name().into_inner()));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                read(Xml::Close(end.local_name().into_inner()));
            }
            Event::Text(text) => read(Xml::Text(&text.xml10_content())),
            Event::CData(text) => read(Xml::Text(&text.xml10_content())),
            Event::GeneralRef(name) => read(Xml::Text(&reference(&name))),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Resolves `&amp;` or `&#x3042;` to its character; an unknown name stays as written.
fn reference(name: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return c.to_string();
    }
    let name = name.xml10_content();
    resolve_xml_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}
