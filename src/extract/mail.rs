//! Extracts mails (`.eml`) and pages that a browser saved as one file (`.mhtml`).

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{ExtractError, Extracted, html, text};
use crate::document::{Flow, Line};

/// Most parts of a message that are read.
const MAX_PARTS: usize = 5_000;
/// Most attached files that are read.
const MAX_ATTACHED: usize = 100;

pub(super) fn extract(bytes: &[u8], with_attached: bool) -> Result<Extracted, ExtractError> {
    let damaged = || ExtractError::Damaged("no message in it".to_owned());
    let message = MessageParser::default().parse(bytes).ok_or_else(damaged)?;
    if message.parts.len() > MAX_PARTS {
        return Err(ExtractError::OverLimit(format!("{} parts, at most {MAX_PARTS}", message.parts.len())));
    }
    let saved_from = message.header("Snapshot-Content-Location").and_then(|value| value.as_text());
    let is_page = saved_from.is_some()
        || message
            .content_type()
            .is_some_and(|kind| kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("related")));
    let mut extracted = Extracted { encoding: "UTF-8".to_owned(), ..Extracted::default() };
    extracted.url = saved_from.map(str::to_owned);
    if !is_page {
        extracted.lines = head(&message);
        extracted.title = message.subject().map(text::unescaped);
        // The day on which a mail was sent is the day of its text; a saved page only tells when it was saved.
        extracted.date = message.date().map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    }
    let (mut pages, mut attached) = (0, Vec::new());
    let has_html = message.parts.iter().any(|part| matches!(part.body, PartType::Html(_)));
    for part in &message.parts {
        match &part.body {
            // A mail often gives its text twice: the page keeps headings and tables.
            PartType::Html(page) if !is_page || pages == 0 => {
                pages += 1;
                let inner = html::extract(page.as_bytes())?;
                extracted.title = extracted.title.take().or(inner.title);
                extracted.publisher = extracted.publisher.take().or(inner.publisher);
                extracted.replacements += inner.replacements;
                extracted.lines.extend(inner.lines);
                // The bytes were decoded by the message: the name in the page no longer tells.
                let names = |warning: &String| !warning.starts_with("it names the encoding");
                extracted.warnings.extend(inner.warnings.into_iter().filter(names));
            }
            PartType::Text(body) if !has_html && is_body(part) => {
                // Text without a label is read by its bytes.
                let named = part.content_type().is_some_and(|kind| kind.attribute("charset").is_some());
                let body = match text::decode(part.contents()) {
                    Ok(decoded) if !named => decoded.text,
                    _ => text::unescaped(body),
                };
                let line =
                    |text: &str| Line { text: text.trim_end().to_owned(), flow: Flow::Unknown, ..Line::default() };
                extracted.lines.extend(body.lines().map(line));
            }
            PartType::Multipart(_) | PartType::Text(_) | PartType::Html(_) => {}
            // The pictures and styles of a saved page are no text.
            _ if is_page => {}
            _ => attached.push(part),
        }
    }
    for (at, part) in attached.into_iter().enumerate() {
        let name = part.attachment_name().map_or_else(|| "without a name".to_owned(), text::unescaped);
        let is_read = with_attached && at < MAX_ATTACHED;
        let read = if is_read { super::extract_attached(&name, part.contents().to_vec()) } else { None };
        extracted.attach(name, read);
    }
    Ok(extracted)
}

fn is_body(part: &MessagePart<'_>) -> bool {
    part.attachment_name().is_none()
}

/// Returns the head of a mail as lines of text.
fn head(message: &Message<'_>) -> Vec<Line> {
    let address = |address: Option<&mail_parser::Address<'_>>| {
        let address = address?.first()?;
        let both = [address.name.as_deref(), address.address.as_deref()];
        Some(text::unescaped(&both.into_iter().flatten().collect::<Vec<_>>().join(" ")))
    };
    let date = message.date().map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    let fields = [
        ("件名", message.subject().map(text::unescaped)),
        ("差出人", address(message.from())),
        ("宛先", address(message.to())),
        ("日付", date),
    ];
    let line = |(name, value): (&str, Option<String>)| {
        Some(Line { text: format!("{name}：{}", value?), flow: Flow::Whole, ..Line::default() })
    };
    fields.into_iter().filter_map(line).collect()
}
