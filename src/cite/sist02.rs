//! SIST 02-2007, the form of references in Japanese papers.

use super::citation::Citation;
use super::kind::Kind;

impl Citation {
    /// Formats the reference by SIST 02-2007.
    ///
    /// A page: `著者. “題名”. サイト名. 更新日付. 入手先, (参照 YYYY-MM-DD).` A report:
    /// `著者. 題名. 発行者, 年, ページ. 入手先, (参照 YYYY-MM-DD).` Names in Japanese are separated by `, `, others by `; `. Press
    /// releases and
    /// texts of meetings give the day of publication, other reports the year. An inferred date stands in brackets.
    pub fn sist02(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let between = if self.language == "ja" { ", " } else { "; " };
        parts.extend((!self.authors.is_empty()).then(|| self.authors.join(between)));
        if self.is_page() {
            parts.push(format!("“{}”", self.title));
            parts.extend(self.publisher.clone());
            let date = self.issued.map(|issued| issued.label());
            let place = self.locator.as_ref().map(|locator| locator.label());
            let told: Vec<String> = date.into_iter().chain(place).collect();
            parts.extend((!told.is_empty()).then(|| told.join(", ")));
        } else {
            parts.push(self.title.clone());
            let by_day = matches!(self.kind, Kind::PressRelease | Kind::Statement | Kind::Treaty | Kind::MeetingResult);
            let unknown = || if self.language == "ja" { "[出版年不明]" } else { "[n.d.]" }.to_owned();
            let date = self.issued.map_or_else(unknown, |at| if by_day { at.label() } else { at.year_label() });
            let place = self.locator.as_ref().map(|locator| locator.label());
            parts.push(self.publisher.clone().into_iter().chain([date]).chain(place).collect::<Vec<_>>().join(", "));
        }
        // A part that ends with a full stop needs no second one.
        let mut text: String =
            parts.iter().map(|part| format!("{}. ", part.strip_suffix('.').unwrap_or(part))).collect();
        if let Some(url) = &self.url {
            let read = if self.language == "ja" { "参照" } else { "accessed" };
            let read = self.accessed_day().map_or(String::new(), |day| format!(", ({read} {day})"));
            text.push_str(&format!("{url}{read}. "));
        }
        text.truncate(text.trim_end().len());
        text
    }
}
