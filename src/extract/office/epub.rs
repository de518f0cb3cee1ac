//! Extracts EPUB: the pages of the book in the order of its spine.

use std::collections::HashMap;

use super::super::{ExtractError, Extracted, html};
use super::xml::{Xml, read};
use super::{Package, damaged};

pub(super) fn extract(package: &mut Package<'_>) -> Result<Extracted, ExtractError> {
    let container = package.part("META-INF/container.xml")?.ok_or_else(|| damaged("no container.xml in it"))?;
    let mut main = None;
    read(&container, |event| {
        if let Xml::Open("rootfile", attributes) = event {
            main = main.take().or_else(|| attributes.get("full-path"));
        }
    })?;
    let main = main.ok_or_else(|| damaged("no package in its container.xml"))?;
    let book = package.part(&main)?.ok_or_else(|| damaged(format!("no {main} in it")))?;
    let folder = main.rfind('/').map_or("", |end| &main[..=end]);
    let (mut items, mut spine) = (HashMap::new(), Vec::new());
    let mut extracted = Extracted::default();
    let (mut in_title, mut title) = (false, String::new());
    read(&book, |event| match event {
        Xml::Open("item", attributes) => {
            if let (Some(id), Some(path)) = (attributes.get("id"), attributes.get("href")) {
                items.insert(id, path);
            }
        }
        Xml::Open("itemref", attributes) => spine.extend(attributes.get("idref")),
        Xml::Open("title", _) => in_title = title.is_empty(),
        Xml::Close("title") => in_title = false,
        Xml::Text(text) if in_title => title.push_str(text),
        _ => {}
    })?;
    let mut missing = 0;
    for (at, id) in spine.iter().enumerate() {
        let Some(path) = items.get(id) else { continue };
        let Some(page) = package.part(&format!("{folder}{path}"))? else {
            missing += 1;
            continue;
        };
        // A page of pictures alone has no text.
        match html::extract(page.as_bytes()) {
            Ok(mut page) => {
                page.lines.iter_mut().for_each(|line| line.page = Some(at + 1));
                extracted.lines.append(&mut page.lines);
            }
            Err(ExtractError::Empty) => {}
            Err(error) => return Err(error),
        }
    }
    if missing > 0 {
        extracted.warnings.push(format!("{missing} of its pages are not in the file"));
    }
    extracted.pages = Some(spine.len());
    // LibreOffice writes a title for a book without one.
    extracted.title = Some(title.trim().to_owned()).filter(|title| !title.is_empty() && title != "Unknown Title");
    Ok(extracted)
}
