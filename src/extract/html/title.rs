//! Finds the title and the publisher of a page.

use scraper::ElementRef;

use super::super::flowed;
use super::tree::{children_named, text_of};
use crate::document::is_no_title;

/// Returns the page's title and the ministry that the title names: `総務省｜報道資料｜題`, `題：総務省`.
pub(super) fn title_and_publisher(root: &ElementRef<'_>) -> (Option<String>, Option<String>) {
    let Some(head) = children_named(root, "head").next() else { return (None, None) };
    let meta = |wanted: &str| {
        children_named(&head, "meta").find_map(|meta| {
            let name = meta.value().attr("property").or_else(|| meta.value().attr("name"))?;
            name.eq_ignore_ascii_case(wanted).then(|| meta.value().attr("content")).flatten().map(flowed)
        })
    };
    let full = children_named(&head, "title").next().map(|title| text_of(&title)).unwrap_or_default();
    let parts: Vec<&str> = full
        .split(['|', '｜', '│', ' '])
        .flat_map(|part| part.split(" - "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let office = |part: &&str| {
        let short = part.chars().count() <= 16;
        short
            && ["省", "庁", "府", "官邸", "委員会", "センター", "機構", "室", "本部", "会議"]
                .iter()
                .any(|end| part.ends_with(end))
    };
    let publisher = meta("og:site_name")
        .or_else(|| parts.iter().copied().find(office).map(str::to_owned))
        .or_else(|| meta("author"));
    let named_apart = parts.len() > 1;
    let kind = |part: &&str| {
        matches!(*part, "報道資料" | "報道発表" | "報道発表資料" | "プレスリリース" | "ホーム" | "トップ" | "HOME")
    };
    let title = if named_apart {
        parts
            .iter()
            .copied()
            .filter(|part| !office(part) && !kind(part) && publisher.as_deref() != Some(*part))
            .max_by_key(|part| part.chars().count())
    } else {
        None
    };
    let title = title.map_or_else(|| full.clone(), str::to_owned);
    // 題：IPA, 題（METI/経済産業省）: the office behind the title is no part of it.
    let title = match title.rsplit_once(['：', '（', '(']) {
        Some((before, office)) if !before.trim().is_empty() && is_no_title(office.trim_end_matches(['）', ')'])) => {
            before.trim().to_owned()
        }
        _ => title,
    };
    ((!title.is_empty()).then_some(title), publisher.filter(|name| !name.is_empty()))
}
