//! Finds the element with the main text of a page, and the elements marked as other than text.

use scraper::ElementRef;

use super::tree::text_length;

/// Share of the text that the main element must contain, in percent.
const MAIN_PERCENT: usize = 50;

/// Returns the element that is marked as the main text, where it contains most of the text; else the body.
pub(super) fn main_element<'a>(body: &ElementRef<'a>) -> ElementRef<'a> {
    let wanted = text_length(body) * MAIN_PERCENT / 100;
    let says_main = |element: &ElementRef<'_>| {
        let value = element.value();
        value.name() == "main"
            || value.attr("role") == Some("main")
            || value.id().is_some_and(|id| is_main_name(&id.to_ascii_lowercase()))
    };
    let marked = body
        .descendants()
        .filter_map(ElementRef::wrap)
        .find(|element| says_main(element) && text_length(element) >= wanted);
    marked.unwrap_or(*body)
}

fn is_main_name(id: &str) -> bool {
    matches!(
        id,
        "main"
            | "contents"
            | "content"
            | "contentsbody"
            | "contents_body"
            | "maincontents"
            | "main-contents"
            | "maincontent"
            | "main_contents"
            | "honbun"
            | "mainarea"
    )
}

/// Tells whether an element is marked as navigation, banner or other surroundings of the text.
pub(super) fn is_apart(element: &ElementRef<'_>) -> bool {
    let value = element.value();
    if matches!(value.name(), "nav" | "aside")
        || matches!(value.attr("role"), Some("navigation" | "banner" | "contentinfo" | "search"))
    {
        return true;
    }
    // A form without headings, paragraphs or tables is a search box; some servers wrap the whole page in a form.
    if value.name() == "form" {
        return !element
            .descendants()
            .filter_map(ElementRef::wrap)
            .any(|below| matches!(below.value().name(), "h1" | "h2" | "h3" | "p" | "table"));
    }
    // The header or footer of the page; that of an article is text.
    let in_article = || {
        element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|above| matches!(above.value().name(), "article" | "section"))
    };
    if value.name() == "footer" && !in_article() {
        return true;
    }
    let has_heading = || {
        element
            .descendants()
            .filter_map(ElementRef::wrap)
            .any(|below| matches!(below.value().name(), "h1" | "h2" | "h3"))
    };
    if value.name() == "header" && !in_article() && !has_heading() {
        return true;
    }
    let names = value.id().into_iter().chain(value.classes());
    names.map(str::to_ascii_lowercase).any(|name| {
        let parts: Vec<&str> = name.split(['-', '_']).collect();
        let has = |word: &str| parts.contains(&word) || name == word;
        [
            "breadcrumb",
            "breadcrumbs",
            "topicpath",
            "topicspath",
            "pankuzu",
            "pankuzulist",
            "pagetop",
            "gotop",
            "totop",
            "backtotop",
            "footer",
            "gnav",
            "gnavi",
            "lnav",
            "lnavi",
            "globalnav",
            "globalnavi",
            "localnav",
            "localnavi",
            "globalmenu",
            "sidemenu",
            "sidebar",
            "sidenav",
            "skip",
            "skiplink",
            "sns",
            "share",
            "menu",
            "navi",
            "nav",
            "banner",
            "print",
            "noprint",
        ]
        .iter()
        .any(|word| has(word))
    })
}
