//! Extracts PowerPoint: a slide is a page, and its title a heading.

use super::super::{ExtractError, Extracted, flowed};
use super::Package;
use super::xml::{Xml, read};
use crate::document::{Line, LineRole};

pub(super) fn extract(package: &mut Package<'_>) -> Result<Extracted, ExtractError> {
    let mut extracted = Extracted::default();
    let slides = package.numbered("ppt/slides/slide", ".xml");
    extracted.pages = Some(slides.len());
    for (at, name) in slides.iter().enumerate() {
        let page = Some(at + 1);
        let notes = name.replace("slides/slide", "notesSlides/notesSlide");
        for part in [name.as_str(), notes.as_str()] {
            let Some(part) = package.part(part)? else { continue };
            let from = extracted.lines.len();
            slide(&part, &mut extracted.lines)?;
            extracted.lines[from..].iter_mut().for_each(|line| line.page = page);
        }
    }
    let title = extracted.lines.iter().find(|line| line.role == LineRole::Heading(1));
    extracted.title = title.map(|line| line.text.clone());
    Ok(extracted)
}

fn slide(part: &str, lines: &mut Vec<Line>) -> Result<(), ExtractError> {
    let (mut text, mut in_text, mut role, mut row, mut skip) =
        (String::new(), false, LineRole::Text, None::<Vec<String>>, false);
    read(part, |event| match event {
        Xml::Open("sp", _) => (role, skip) = (LineRole::Text, false),
        Xml::Open("ph", attributes) => match attributes.get("type").as_deref() {
            Some("title" | "ctrTitle") => role = LineRole::Heading(1),
            // Page number, date, header, footer and slide image.
            Some("sldNum" | "dt" | "ftr" | "hdr" | "sldImg") => skip = true,
            _ => {}
        },
        Xml::Open("p", _) => text.clear(),
        Xml::Open("t", _) => in_text = true,
        Xml::Close("t") => in_text = false,
        Xml::Open("br", _) => text.push(' '),
        Xml::Text(part) if in_text => text.push_str(part),
        Xml::Open("tr", _) => row = Some(Vec::new()),
        Xml::Close("p") if !skip => {
            let line = flowed(text.trim());
            match &mut row {
                _ if line.is_empty() => {}
                Some(cells) => cells.push(line),
                None => lines.push(Line::whole(line, role)),
            }
        }
        Xml::Close("tr") => lines.extend(row.take().map(|cells| Line { text: cells.join("　"), ..Line::default() })),
        _ => {}
    })
}
