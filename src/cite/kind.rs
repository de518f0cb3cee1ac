//! The kind of a document, as references distinguish kinds.

use crate::document::{Document, PageLink, Relation};

/// The form in which a document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page of the web.
    Page,
    /// A paper: PDF, an office file, a text without an address.
    Paper,
}

/// The kind of a document.
///
/// A kind is read from the title, the first lines and the address; where none of them tells it, a page is a page and a
/// paper is a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 報道資料.
    PressRelease,
    /// 共同声明, 覚書 and other texts that several sides agreed on.
    Statement,
    /// 条約.
    Treaty,
    /// The result or the minutes of a meeting.
    MeetingResult,
    /// A white paper, strategy, plan, guideline or another report.
    Report,
    /// Another page.
    Page,
}

impl Kind {
    /// Returns the type of schema.org.
    pub(crate) fn schema_org(self) -> &'static str {
        match self {
            Self::PressRelease | Self::Page => "Article",
            Self::Treaty | Self::Statement | Self::MeetingResult | Self::Report => "Report",
        }
    }
}

/// Words that end the title of a text that several sides agreed on.
const STATEMENTS: [&str; 14] = [
    "共同声明",
    "共同宣言",
    "共同発表",
    "共同文書",
    "議長声明",
    "閣僚声明",
    "閣僚宣言",
    "首脳宣言",
    "宣言",
    "声明",
    "覚書",
    "協力文書",
    "取決め",
    "合意文書",
];

/// Words that end the title of a report.
const REPORTS: [&str; 21] = [
    "報告書",
    "白書",
    "戦略",
    "計画",
    "基本方針",
    "方針",
    "指針",
    "ガイドライン",
    "答申",
    "提言",
    "大綱",
    "中間とりまとめ",
    "中間取りまとめ",
    "とりまとめ",
    "取りまとめ",
    "年次報告",
    "最終報告",
    "調査報告",
    "報告",
    "プログラム",
    "基準",
];

/// Words that end the title of a text on a meeting that was held.
const RESULTS: [&str; 10] =
    ["結果", "結果概要", "結果について", "開催結果", "議事要旨", "議事録", "議事概要", "会合概要", "開催", "の概要"];

/// Lines that name a press release.
const PRESS: [&str; 12] = [
    "報道資料",
    "報道発表",
    "報道発表資料",
    "報道資料一覧",
    "プレスリリース",
    "プレス・リリース",
    "ニュースリリース",
    "記者発表",
    "記者発表資料",
    "報道関係者各位",
    "press release",
    "news release",
];

/// Parts of paths under which sites keep press releases.
const PRESS_FOLDERS: [&str; 9] = [
    "press",
    "press_release",
    "pressrelease",
    "press-release",
    "houdou",
    "hodo",
    "s-news",
    "news_release",
    "news_releases",
];

/// The kind of a document, its form and the word for the kind that a reference shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub kind: Kind,
    pub form: Form,
    pub genre: Option<&'static str>,
}

/// Returns the kind of a document; `head` holds its first lines.
pub(super) fn kind_of(document: &Document, head: &[&str]) -> Found {
    let form = form_of(document);
    let title = bare(&document.title);
    let lower = title.to_lowercase();
    let ends = |words: &[&'static str]| {
        words.iter().copied().filter(|word| title.ends_with(word)).max_by_key(|word| word.len())
    };
    let found = |kind, genre| Found { kind, form, genre };
    if is_press_release(document, head) {
        return found(Kind::PressRelease, Some("報道発表"));
    }
    // 「…条約の署名」 is about a treaty, so the word must end the title.
    if title.ends_with("条約") || title.ends_with("協定") {
        let is_treaty = title.ends_with("条約");
        return found(
            if is_treaty { Kind::Treaty } else { Kind::Statement },
            Some(if is_treaty { "条約" } else { "協定" }),
        );
    }
    if let Some(word) = ends(&STATEMENTS) {
        return found(Kind::Statement, Some(word));
    }
    if lower.starts_with("joint statement") || lower.ends_with("joint statement") {
        return found(Kind::Statement, Some("Joint Statement"));
    }
    if lower.contains("memorandum of ") {
        return found(Kind::Statement, Some("Memorandum"));
    }
    if let Some(word) = ends(&REPORTS) {
        return found(Kind::Report, Some(word));
    }
    if title.contains("白書") {
        return found(Kind::Report, Some("白書"));
    }
    let is_session = document.series.iter().any(|meeting| meeting.relation == Relation::Session);
    if ends(&RESULTS).is_some() && has_event(document) || is_session && has_event(document) {
        return found(Kind::MeetingResult, Some("会議結果"));
    }
    found(if form == Form::Page { Kind::Page } else { Kind::Report }, None)
}

/// True where the document has the day of an event.
fn has_event(document: &Document) -> bool {
    !document.events.is_empty()
        || document.date.as_ref().is_some_and(|date| date.kind == crate::document::DateKind::Event)
}

/// Returns the form by the ending of the file; a text that was copied from an address has the form of what stands
/// there.
fn form_of(document: &Document) -> Form {
    let ending = |path: &str| path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending(&document.path).as_str() {
        "html" | "htm" | "xhtml" | "shtml" | "mht" | "mhtml" => Form::Page,
        "txt" | "md" | "markdown" | "jsonl" | "" => match document.url.as_deref() {
            Some(url) if crate::document::host_of(url).is_some() && !PageLink::is_paper(url) => Form::Page,
            _ => Form::Paper,
        },
        _ => Form::Paper,
    }
}

/// Returns a title without the notes in brackets at its end: （仮訳）, （概要）.
fn bare(title: &str) -> String {
    let mut rest = title.trim().trim_end_matches(['」', '』', '”', '"', '.', '。']);
    while let Some(open) = rest.ends_with(['）', ')']).then(|| rest.rfind(['（', '('])).flatten() {
        let inner = &rest[open..];
        if inner.chars().count() > 12 || open == 0 {
            break;
        }
        rest = rest[..open].trim_end().trim_end_matches(['」', '』', '”', '"']);
    }
    rest.to_owned()
}

fn is_press_release(document: &Document, head: &[&str]) -> bool {
    let is_name = |line: &str| {
        let bare: String = line
            .chars()
            .filter(|c| !matches!(c, '【' | '】' | '[' | ']' | '［' | '］' | '＜' | '＞' | '■' | '●' | '◆' | '#' | '*'))
            .collect();
        let bare = bare.trim().to_lowercase();
        PRESS.contains(&bare.as_str())
    };
    let heading = document.passages.first().is_some_and(|first| first.heading.iter().any(|line| is_name(line)));
    let folder = document.url.as_deref().is_some_and(|url| {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        path.split('/').skip(3).any(|part| PRESS_FOLDERS.contains(&part.to_ascii_lowercase().as_str()))
    });
    heading || folder || head.iter().any(|line| is_name(line))
}
