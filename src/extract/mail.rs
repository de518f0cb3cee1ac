//! Extracts mails (`.eml`) and pages that a browser saved as one file (`.mhtml`).

use std::borrow::Cow;

use encoding_rs::Encoding;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

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
        extracted.title = subject(&message);
        // The day on which a mail was sent is the day of its text; a saved page only tells when it was saved.
        extracted.date = message.date().map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    }
    let (mut pages, mut attached) = (0, Vec::new());
    let has_html = message.parts.iter().any(|part| matches!(part.body, PartType::Html(_)));
    for part in &message.parts {
        match &part.body {
            // A mail often gives its text twice: the page keeps headings and tables.
            PartType::Html(_) if is_body(part) && (!is_page || pages == 0) => {
                pages += 1;
                let inner = html::extract_as(&content(bytes, part), named(part))?;
                extracted.title = extracted.title.take().or(inner.title);
                extracted.publisher = extracted.publisher.take().or(inner.publisher);
                extracted.replacements += inner.replacements;
                extracted.lines.extend(inner.lines);
                // The bytes were decoded by the message: the name in the page no longer tells.
                let names = |warning: &String| !warning.starts_with("it names the encoding");
                extracted.warnings.extend(inner.warnings.into_iter().filter(names));
            }
            PartType::Text(_) if !has_html && is_body(part) => {
                let body = text::decode_as(&content(bytes, part), named(part));
                let body = match body {
                    Ok(body) => body,
                    Err(ExtractError::Empty) => continue,
                    Err(error) => return Err(error),
                };
                extracted.replacements += body.replacements;
                let line =
                    |text: &str| Line { text: text.trim_end().to_owned(), flow: Flow::Unknown, ..Line::default() };
                extracted.lines.extend(body.text.lines().map(line));
                extracted.warnings.extend(body.warnings);
            }
            PartType::Multipart(_) => {}
            PartType::Text(_) | PartType::Html(_) if is_page || is_body(part) => {}
            // The pictures and styles of a saved page are no text.
            _ if is_page => {}
            _ => attached.push(part),
        }
    }
    for (at, part) in attached.into_iter().enumerate() {
        let name = part.attachment_name().map_or_else(|| "without a name".to_owned(), text::unescaped);
        let is_read = with_attached && at < MAX_ATTACHED;
        let read = if is_read { super::extract_attached(&name, content(bytes, part).into_owned()) } else { None };
        extracted.attach(name, read);
    }
    Ok(extracted)
}

/// Returns the bytes of a part as they were before they were packed for the way: the parser knows few encodings, and a
/// label may be wrong.
fn content<'a>(bytes: &'a [u8], part: &MessagePart<'_>) -> Cow<'a, [u8]> {
    let packed = bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let unpacked = match part.encoding {
        mail_parser::Encoding::None => None,
        mail_parser::Encoding::QuotedPrintable => quoted_printable_decode(packed),
        mail_parser::Encoding::Base64 => base64_decode(packed),
    };
    unpacked.map_or(Cow::Borrowed(packed), Cow::Owned)
}

/// Returns the encoding that a part names.
fn named(part: &MessagePart<'_>) -> Option<&'static Encoding> {
    Encoding::for_label(part.content_type()?.attribute("charset")?.as_bytes())
}

/// Returns the subject; one that was written without an encoding is read by its bytes.
fn subject(message: &Message<'_>) -> Option<String> {
    let header = message.parts.first()?.headers.iter().find(|header| header.name == HeaderName::Subject)?;
    let raw = message.raw_message.get(header.offset_start as usize..header.offset_end as usize)?;
    if raw.is_ascii() {
        return message.subject().map(text::unescaped);
    }
    Some(text::decode(raw).ok()?.text.trim().to_owned())
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
        ("件名", subject(message)),
        ("差出人", address(message.from())),
        ("宛先", address(message.to())),
        ("日付", date),
    ];
    let line = |(name, value): (&str, Option<String>)| {
        Some(Line { text: format!("{name}：{}", value?), flow: Flow::Whole, ..Line::default() })
    };
    fields.into_iter().filter_map(line).collect()
}
