//! Writes the markers of list items as a browser shows them.

use scraper::ElementRef;

/// Returns the marker of a list item: `・` for a bullet, `3. ` for the third of a numbered list; empty where the text
/// has its own marker.
pub(super) fn list_marker(item: &ElementRef<'_>) -> String {
    let Some(list) = item.parent().and_then(ElementRef::wrap) else { return String::new() };
    let own = item.text().map(str::trim_start).find(|text| !text.is_empty());
    let own = own.is_some_and(|text| {
        text.starts_with(|c: char| "・●○■◆※①②③④⑤⑥⑦⑧⑨⑩(（0123456789０１２３４５６７８９".contains(c))
    });
    match list.value().name() {
        _ if own => String::new(),
        "ol" => {
            // The nearest value before the item counts, else that of the list.
            let value =
                |item: &ElementRef<'_>| item.value().attr("value").and_then(|value| value.trim().parse::<usize>().ok());
            let mut before = 0;
            let mut known = value(item);
            if known.is_none() {
                for other in
                    item.prev_siblings().filter_map(ElementRef::wrap).filter(|other| other.value().name() == "li")
                {
                    before += 1;
                    known = value(&other);
                    if known.is_some() {
                        break;
                    }
                }
            }
            let first = || list.value().attr("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
            let number = known.unwrap_or_else(first).saturating_add(before);
            format!("{}. ", in_type(number, list.value().attr("type").unwrap_or_default()))
        }
        _ => "・".to_owned(),
    }
}

/// Writes the number of an item as the type of its list says: `a`, `A`, `i`, `I`.
fn in_type(number: usize, kind: &str) -> String {
    let letter = |first: u8| match u8::try_from(number) {
        Ok(at @ 1..=26) => char::from(first + at - 1).to_string(),
        _ => number.to_string(),
    };
    let roman = || {
        let ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
        let tens = ["", "x", "xx", "xxx"];
        if number < 40 { format!("{}{}", tens[number / 10], ones[number % 10]) } else { number.to_string() }
    };
    match kind {
        "a" => letter(b'a'),
        "A" => letter(b'A'),
        "i" => roman(),
        "I" => roman().to_uppercase(),
        _ => number.to_string(),
    }
}
