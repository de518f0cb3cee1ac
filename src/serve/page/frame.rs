//! What stands around the content of each page: head, navigation, the record for print, foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{link, words};
use crate::document::CivilDate;
use crate::output::one_line;
use crate::serve::assets::ASSETS;
use crate::serve::i18n::{Text, Words, fill};
use crate::serve::i18n_notices::in_japanese;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::{Filter, Language, Params};
use crate::serve::tool::Tool;
use crate::serve::view::{Extension, View};

/// Size and commit of the collection that answered.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// Number of documents.
    pub documents: usize,
    /// Number of passages.
    pub passages: usize,
    /// Name of the commit; empty where no index answered.
    pub commit: String,
}

/// What all pages share.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Language of the page.
    pub language: Language,
    /// State of the page.
    pub params: &'a Params,
    /// The view.
    pub view: View,
    /// The collection.
    pub collection: Collection,
    /// Scheme, host and port: `http://127.0.0.1:8080`. Only print shows it.
    pub origin: &'a str,
    /// Day of the answer.
    pub today: CivilDate,
    /// Further elements of `<head>`, as HTML: tags for citation programs.
    pub head: String,
}

/// The parts of one page.
pub(super) struct Content {
    /// Text of `<title>`, without the name of the product.
    pub title: String,
    /// Where the first links of the page lead: ids with their texts.
    pub skips: Vec<(&'static str, Text)>,
    /// Lines of the record for print; empty for pages that are no record.
    pub record: Vec<String>,
    /// What stands in `<main>`.
    pub main: Markup,
}

impl Frame<'_> {
    /// Returns the words of a text.
    pub(super) fn t(&self, text: impl Words) -> &'static str {
        text.of(self.language)
    }

    /// Returns the words of a text with values in its places.
    pub(super) fn fill(&self, text: impl Words, values: &[(&str, &str)]) -> String {
        fill(text.of(self.language), values)
    }

    /// Writes a message of the engine or of a tool in the language of the page, or in English marked as such.
    pub(super) fn notice(&self, message: &str) -> Markup {
        let told = (self.language == Language::Ja).then(|| in_japanese(message)).flatten();
        match told {
            Some(japanese) => html! { (one_line(&japanese)) },
            None => html! { span lang=[(self.language != Language::En).then_some("en")] { (one_line(message)) } },
        }
    }

    /// Writes the messages of a tool, if there are any.
    pub(super) fn notices<'m>(&self, messages: impl IntoIterator<Item = &'m String>) -> Markup {
        let messages: Vec<&String> = messages.into_iter().collect();
        html! {
            @if !messages.is_empty() {
                div.note { ul { @for message in messages { li { (self.notice(message)) } } } }
            }
        }
    }

    /// Returns a state without query and filters that keeps the language and the keys.
    pub(super) fn plain(&self) -> Params {
        Params { lang: self.params.lang, no_keys: self.params.no_keys, ..Params::default() }
    }

    /// Returns the lines of the record: query, filters, index, address.
    pub(super) fn record(&self, counts: &str) -> Vec<String> {
        let Collection { documents, commit, .. } = &self.collection;
        let filters: Vec<String> = Filter::ALL
            .into_iter()
            .flat_map(|filter| {
                let name = words::filter(self.language, filter);
                let value = move |value: String| {
                    format!("{name} {}", one_line(&words::filter_value(self.language, filter, &value)))
                };
                self.params.values(filter).into_iter().map(value)
            })
            .collect();
        let mut lines = Vec::new();
        let query = if self.params.text.is_empty() { self.t(Text::All) } else { &self.params.text };
        // A document that is read without a query is a record of the document alone.
        if !self.params.text.is_empty() || !matches!(self.view, View::Document(_)) {
            lines.push(format!("{}　{counts}", self.fill(Text::RecordQuery, &[("query", &one_line(query))])));
        }
        if !filters.is_empty() {
            lines.push(self.fill(Text::RecordFilters, &[("filters", &filters.join("、"))]));
        }
        let (documents, today) = (words::number(*documents), words::day(self.language, self.today));
        let values = [("commit", commit.as_str()), ("documents", &documents), ("today", &today)];
        lines.push(self.fill(Text::RecordIndex, &values));
        lines.push(format!("{}{}", self.origin, link::address(self.params, &self.view, Extension::Html)));
        lines
    }

    /// Writes a page.
    pub(super) fn page(&self, content: Content) -> String {
        let [css, js, icon] = &*ASSETS;
        let title = one_line(&content.title).into_owned();
        let product = self.t(Text::Product);
        let is_search = matches!(self.view, View::Search);
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.name()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { @if title.is_empty() { (product) } @else { (title) " | " (product) } }
                    link rel="stylesheet" href=(css.path);
                    link rel="icon" href=(icon.path) type="image/svg+xml";
                    link rel="canonical" href=(link::address(self.params, &self.view, Extension::Html));
                    link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"
                        title=(product);
                    @if is_search {
                        link rel="alternate" type="application/json"
                            href=(link::address(self.params, &self.view, Extension::Json));
                        link rel="alternate" type="application/atom+xml" href=(link::iri(&self.params.feed()));
                    }
                    (PreEscaped(&self.head))
                    script src=(js.path) defer {}
                }
                body {
                    @for (id, text) in &content.skips { a.skip href={ "#" (id) } { (self.t(*text)) } }
                    (self.top())
                    main {
                        @if !content.record.is_empty() {
                            div.record {
                                strong { (self.t(Text::RecordTitle)) }
                                @for line in &content.record { br; (line) }
                            }
                        }
                        (content.main)
                    }
                    (self.foot())
                }
            }
        };
        page.into_string()
    }

    fn top(&self) -> Markup {
        let plain = self.plain();
        let item = |view: View, text: Text, is_here: bool| {
            html! {
                a href=(link::address(&plain, &view, Extension::Html)) aria-current=[is_here.then_some("page")] {
                    (self.t(text))
                }
            }
        };
        let other = self.language.other();
        html! {
            header.top {
                div.bar {
                    a.name href=(link::address(&plain, &View::Home, Extension::Html)) {
                        "文蔵" span lang="en" { "fumikura" }
                    }
                    nav.nav aria-label=(self.t(Text::MainNav)) {
                        (item(View::Search, Text::NavSearch, matches!(self.view, View::Search)))
                        (item(View::Series(None), Text::NavSeries, matches!(self.view, View::Series(None))))
                        (item(View::Tool(Tool::Compare), Text::NavCompare, self.view == View::Tool(Tool::Compare)))
                        (item(View::Tool(Tool::Verify), Text::NavVerify, self.view == View::Tool(Tool::Verify)))
                        (item(View::Help, Text::NavHelp, matches!(self.view, View::Help)))
                    }
                    a.lang href=(link::other_language(self.params, &self.view, self.language))
                        lang=(other.name()) hreflang=(other.name()) { (self.t(Text::OtherLanguage)) }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        let Collection { documents, passages, commit } = &self.collection;
        let plain = self.plain();
        let help = link::address(&plain, &View::Help, Extension::Html);
        let sizes = [("documents", words::number(*documents)), ("passages", words::number(*passages))];
        let sizes = sizes.each_ref().map(|(name, value)| (*name, value.as_str()));
        let json = matches!(
            self.view,
            View::Tool(_) | View::Search | View::Home | View::Facets | View::Series(_) | View::Document(_)
        );
        // The field that filters series is one of the page.
        let params = if matches!(self.view, View::Series(_)) { &plain } else { self.params };
        html! {
            footer.foot {
                @if !commit.is_empty() {
                    span { (self.fill(Text::FootIndex, &sizes)) }
                    span { (self.fill(Text::FootCommit, &[("commit", commit)])) }
                }
                a href=(help) { (self.t(Text::FootHelp)) }
                a href={ (help) "#keys" } data-keys { (self.t(Text::FootKeys)) " " kbd { "?" } }
                @if json && !commit.is_empty() {
                    a href=(link::address(params, &self.view, Extension::Json)) { (self.t(Text::FootJson)) }
                }
            }
        }
    }

    /// Writes a table that scrolls by itself where it is wider than the page.
    pub(super) fn scrolled(&self, label: impl Words, table: &Markup) -> Markup {
        html! { div.scroll tabindex="0" role="group" aria-label=(self.t(label)) { (table) } }
    }

    /// Writes the links between the views over the same hits.
    pub(super) fn views(&self) -> Markup {
        let params = self.params.of_hits();
        let item = |view: View, text: ToolText| {
            let is_here = view == self.view;
            html! {
                a href=(link::address(&params, &view, Extension::Html)) aria-current=[is_here.then_some("page")] {
                    (self.t(text))
                }
            }
        };
        html! {
            nav.views aria-label=(self.t(ToolText::Views)) {
                (item(View::Search, ToolText::ViewSearch))
                @for tool in Tool::VIEWS { (item(View::Tool(tool), name_of(tool))) }
            }
        }
    }

    /// Writes the form with the query. The filters stay, because the chips below show them.
    pub(super) fn ask(&self, text: &str) -> Markup {
        // A tool asks for another query in its own view.
        let action = match &self.view {
            View::Tool(tool) => View::Tool(*tool).path(Extension::Html),
            _ => View::Search.path(Extension::Html),
        };
        html! {
            form.ask action=(action) role="search" {
                label.vh for="q" { (self.t(Text::QueryLabel)) }
                input #q name="q" type="search" value=(text) autocomplete="off" list="guess" enterkeyhint="search";
                datalist #guess {}
                (link::hidden(self.params, &["q"]))
                button { (self.t(Text::SearchButton)) }
            }
        }
    }
}

/// Returns the name of the view of a tool.
pub(super) fn name_of(tool: Tool) -> ToolText {
    match tool {
        Tool::Kwic => ToolText::ViewKwic,
        Tool::Collocates => ToolText::ViewCollocates,
        Tool::Timeline => ToolText::ViewTimeline,
        Tool::Crosstab => ToolText::ViewCrosstab,
        Tool::Compare => ToolText::CompareTitle,
        Tool::Similar => ToolText::SimilarTitle,
        Tool::Verify => ToolText::VerifyTitle,
    }
}
