//! Relations between the parts of a package (`_rels/*.rels`), and the text of related drawings: charts and diagrams.

use std::collections::BTreeMap;

use super::super::{ExtractError, flowed};
use super::Package;
use super::xml::{Xml, read};
use crate::document::{Line, LineRole};

/// A part that another part refers to.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// Last word of its type: `styles`, `chart`, `slideLayout`.
    pub kind: String,
    /// Its name in the archive.
    pub part: String,
}

/// Reads the relations of a part by their ids; the empty name is the package.
pub(super) fn of(package: &mut Package<'_>, part: &str) -> Result<BTreeMap<String, Relation>, ExtractError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    let mut found = BTreeMap::new();
    let Some(text) = package.part(&format!("{folder}{slash}_rels/{file}.rels"))? else { return Ok(found) };
    read(&text, |event| {
        if let Xml::Open("Relationship", attributes) = event
            && attributes.get("TargetMode").as_deref() != Some("External")
            && let (Some(id), Some(kind), Some(target)) =
                (attributes.get("Id"), attributes.get("Type"), attributes.get("Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.insert(id, Relation { kind, part: resolved(folder, &target) });
        }
    })?;
    Ok(found)
}

/// Returns the first part of a kind.
pub(super) fn of_kind(relations: &BTreeMap<String, Relation>, kind: &str) -> Option<String> {
    relations.values().find(|relation| relation.kind == kind).map(|relation| relation.part.clone())
}

/// Returns the main part of a package; `usual` where it names none that is there.
pub(super) fn main_part(package: &mut Package<'_>, usual: &str) -> Result<String, ExtractError> {
    let main = of_kind(&of(package, "")?, "officeDocument");
    Ok(main.filter(|part| package.has(part)).unwrap_or_else(|| usual.to_owned()))
}

/// Resolves a target against the folder of the part that names it.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            name => path.push(name),
        }
    }
    path.join("/")
}

/// Reads the lines of the charts, diagrams and embedded documents that a part refers to, by their ids.
pub(super) fn drawings(
    package: &mut Package<'_>,
    relations: &BTreeMap<String, Relation>,
    warnings: &mut Vec<String>,
) -> Result<BTreeMap<String, Vec<Line>>, ExtractError> {
    let mut found = BTreeMap::new();
    for (id, relation) in relations {
        let lines = match relation.kind.as_str() {
            "chart" | "chartEx" => package.part(&relation.part)?.map(|part| chart(&part)).transpose()?,
            "diagramData" => package.part(&relation.part)?.map(|part| paragraphs(&part)).transpose()?,
            "aFChunk" => embedded(package, &relation.part, warnings)?,
            _ => None,
        };
        found.extend(lines.map(|lines| (id.clone(), lines)));
    }
    Ok(found)
}

/// Reads the document that stands for a part of another.
fn embedded(
    package: &mut Package<'_>,
    part: &str,
    warnings: &mut Vec<String>,
) -> Result<Option<Vec<Line>>, ExtractError> {
    let Some(bytes) = package.bytes(part)? else { return Ok(None) };
    match super::super::extract_attached(part, bytes).unwrap_or(Err(ExtractError::Binary)) {
        Ok(inner) => {
            warnings.extend(inner.warnings);
            Ok(Some(inner.lines.into_iter().map(|line| Line { page: None, ..line }).collect()))
        }
        Err(ExtractError::Empty) => Ok(None),
        Err(error) => {
            warnings.push(format!("the embedded document {part} is not read: {error}"));
            Ok(None)
        }
    }
}

/// Adds lines of running heads and feet as notes, each text once: without page numbers, and without those that the
/// document holds itself.
pub(super) fn keep_once(lines: &mut Vec<Line>, running: Vec<Line>) {
    for line in running {
        let is_known = || lines.iter().any(|known| known.text.trim() == line.text.trim());
        if line.text.chars().any(char::is_alphabetic) && !is_known() {
            lines.push(Line { role: LineRole::Footnote, ..line });
        }
    }
}

/// Warns of the comments that readers wrote beside a text: they are not part of it. `tag` is the element of one.
pub(super) fn warn_of_comments(
    package: &mut Package<'_>,
    relations: &BTreeMap<String, Relation>,
    tag: &str,
    warnings: &mut Vec<String>,
) -> Result<(), ExtractError> {
    let Some(part) = of_kind(relations, "comments") else { return Ok(()) };
    let Some(text) = package.part(&part)? else { return Ok(()) };
    let mut count = 0usize;
    read(&text, |event| count += usize::from(matches!(event, Xml::Open(name, _) if name == tag)))?;
    if count > 0 {
        warnings.push(format!("{count} comments of readers are not read"));
    }
    Ok(())
}

/// Reads the paragraphs of a drawing, a line each.
pub(super) fn paragraphs(part: &str) -> Result<Vec<Line>, ExtractError> {
    let (mut lines, mut text, mut in_text) = (Vec::new(), String::new(), false);
    read(part, |event| match event {
        Xml::Open("p", _) => text.clear(),
        Xml::Open("t", _) => in_text = true,
        Xml::Close("t") => in_text = false,
        Xml::Open("br", _) => text.push(' '),
        Xml::Text(part) if in_text => text.push_str(part),
        Xml::Close("p") => {
            let line = flowed(text.trim());
            if !line.is_empty() {
                lines.push(Line::whole(line, LineRole::Text));
            }
        }
        _ => {}
    })?;
    Ok(lines)
}

/// Reads the title and the axis titles of a chart, its series names and its categories.
fn chart(part: &str) -> Result<Vec<Line>, ExtractError> {
    let mut titles: Vec<String> = Vec::new();
    let (mut series, mut categories): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut text, mut in_text, mut in_value) = (String::new(), false, false);
    let (mut in_name, mut in_categories, mut rich) = (0usize, 0usize, 0usize);
    let add = |list: &mut Vec<String>, text: &str| {
        let text = flowed(text.trim());
        if !text.is_empty() && !list.contains(&text) {
            list.push(text);
        }
    };
    read(part, |event| match event {
        Xml::Open("rich" | "txPr", _) => rich += 1,
        Xml::Close("rich" | "txPr") => rich = rich.saturating_sub(1),
        Xml::Open("p", _) if rich > 0 => text.clear(),
        Xml::Close("p") if rich > 0 => add(&mut titles, &text),
        Xml::Open("t", _) if rich > 0 => in_text = true,
        Xml::Close("t") => in_text = false,
        Xml::Open("tx", _) => in_name += 1,
        Xml::Close("tx") => in_name = in_name.saturating_sub(1),
        Xml::Open("cat" | "strDim", _) => in_categories += 1,
        Xml::Close("cat" | "strDim") => in_categories = in_categories.saturating_sub(1),
        Xml::Open("v" | "pt", _) if in_name + in_categories > 0 && rich == 0 => {
            text.clear();
            in_value = true;
        }
        Xml::Close("v" | "pt") if in_value => {
            in_value = false;
            add(if in_categories > 0 { &mut categories } else { &mut series }, &text);
        }
        Xml::Text(part) if in_text || in_value => text.push_str(part),
        _ => {}
    })?;
    let rows = [series.join("　"), categories.join("　")];
    let whole = |text: String| Line::whole(text, LineRole::Text);
    Ok(titles.into_iter().chain(rows).filter(|text| !text.is_empty()).map(whole).collect())
}
