//! The metadata of a document, each value with a link to the words that prove it; and its citation.

use maud::{Markup, html};

use super::frame::Frame;
use super::reader_text::Evidence;
use super::{hit, link, words};
use crate::cite::is_web;
use crate::document::{DateSource, Document, DocumentDate, PartnerValue, Role};
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::{Filter, Params};
use crate::serve::tool::Tool;
use crate::serve::view::{Extension, View};

/// Words of evidence that a value shows.
const PROOFS: usize = 4;
/// Characters of a sentence that a commitment shows: its end, where the predicate stands.
const SENTENCE_CHARS: usize = 26;

/// The place of a document in a series of meetings.
#[derive(Clone, Debug, Default)]
pub struct SeriesPlace {
    /// Name of the series.
    pub name: String,
    /// Name of the meeting: 第19回.
    pub label: Option<String>,
    /// The meeting before: its name, and the id of another document about it, if there is one.
    pub previous: Option<(String, Option<String>)>,
    /// The meeting after.
    pub next: Option<(String, Option<String>)>,
}

/// What the side of a document shows beside its metadata.
pub struct Side<'a> {
    pub frame: &'a Frame<'a>,
    pub document: &'a Document,
    pub series: &'a [SeriesPlace],
    pub citation: Option<&'a str>,
}

impl Side<'_> {
    pub fn sections(&self, evidence: &mut Evidence<'_>) -> Markup {
        html! {
            (self.dates(evidence))
            (self.partners(evidence))
            (self.themes(evidence))
            (self.in_series(evidence))
            (self.commitments(evidence))
            (self.cite())
            (self.links())
            (self.file())
        }
    }

    fn search(&self, filter: Filter, value: &str) -> String {
        link::search(&self.frame.plain().with(filter, value))
    }

    /// Writes words of evidence, as links where they stand in the text.
    fn proof(&self, proofs: &[&str], evidence: &mut Evidence<'_>) -> Markup {
        let proofs: Vec<&str> = proofs.iter().copied().filter(|words| !words.trim().is_empty()).collect();
        html! {
            @if !proofs.is_empty() {
                span.proof {
                    (self.frame.t(Text::Proof)) " "
                    @for words in proofs.iter().take(PROOFS) {
                        @match evidence.words(words) {
                            Some(id) => { a href={ "#" (id) } { "「" (one_line(words)) "」" } }
                            None => { "「" (one_line(words)) "」" }
                        }
                    }
                }
            }
        }
    }

    fn dates(&self, evidence: &mut Evidence<'_>) -> Markup {
        let document = self.document;
        let name = |date: &DocumentDate| match date.kind {
            crate::document::DateKind::Event => Text::Event,
            _ => Text::Published,
        };
        html! {
            section {
                h2 { (self.frame.t(Text::Date)) }
                @if document.date.is_none() && document.events.is_empty() {
                    p { span.tag.i { (self.frame.t(Text::Undated)) } " " (self.frame.t(Text::NoDate)) }
                } @else {
                    dl {
                        @if let Some(date) = &document.date { (self.date(self.frame.t(name(date)), date, evidence)) }
                        @for event in &document.events { (self.date(self.frame.t(Text::Event), event, evidence)) }
                    }
                }
            }
        }
    }

    fn date(&self, name: &str, date: &DocumentDate, evidence: &mut Evidence<'_>) -> Markup {
        // The metadata join two pieces of evidence by a semicolon.
        let proofs: Vec<&str> = date.evidence.split("; ").collect();
        let years: Vec<String> = date.candidates.iter().map(ToString::to_string).collect();
        let is_given = date.source == DateSource::Given && date.evidence.is_empty();
        html! {
            dt { (name) }
            dd {
                (words::date(self.frame.language, Some(date)))
                @if is_given { br; span.proof { (self.frame.t(Text::ProofGiven)) } }
                @if !date.evidence.is_empty() { br; (self.proof(&proofs, evidence)) }
                @if years.len() > 1 {
                    br; span.proof { (self.frame.fill(Text::Candidates, &[("years", &years.join("・"))])) }
                }
            }
        }
    }

    fn partners(&self, evidence: &mut Evidence<'_>) -> Markup {
        let of = |role: Role| self.document.partners.iter().filter(move |partner| partner.role == role);
        let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| *role != Role::Mention).collect();
        let mentions = of(Role::Mention).count();
        let list = |partners: Vec<&PartnerValue>, evidence: &mut Evidence<'_>| {
            html! {
                @for partner in partners {
                    li {
                        a href=(self.search(Filter::Partner, &partner.value))
                            lang=[words::language_of(self.frame.language, &partner.value)] {
                            (one_line(&partner.value))
                        }
                        " " (self.proof(&[&partner.evidence], evidence))
                    }
                }
            }
        };
        html! {
            @if !self.document.partners.is_empty() {
                section {
                    h2 { (self.frame.t(Text::Partner)) }
                    dl {
                        @for role in roles {
                            @let partners = of(role).collect::<Vec<_>>();
                            @if !partners.is_empty() {
                                dt { (words::role(self.frame.language, role)) }
                                dd { ul { (list(partners, evidence)) } }
                            }
                        }
                    }
                    @if mentions > 0 {
                        details {
                            summary { (self.frame.fill(Text::Mentions, &[("n", &words::number(mentions))])) }
                            ul { (list(of(Role::Mention).collect(), evidence)) }
                        }
                    }
                }
            }
        }
    }

    fn themes(&self, evidence: &mut Evidence<'_>) -> Markup {
        html! {
            @if !self.document.themes.is_empty() {
                section {
                    h2 { (self.frame.t(Text::Theme)) }
                    ul {
                        @for theme in &self.document.themes {
                            @let proofs = theme.evidence.iter().map(String::as_str).collect::<Vec<_>>();
                            li {
                                a href=(self.search(Filter::Theme, &theme.value))
                                    lang=[words::language_of(self.frame.language, &theme.value)] {
                                    (one_line(theme.value.rsplit('/').next().unwrap_or(&theme.value)))
                                }
                                " " (self.proof(&proofs, evidence))
                            }
                        }
                    }
                }
            }
        }
    }

    fn in_series(&self, evidence: &mut Evidence<'_>) -> Markup {
        let to = |(label, id): &(String, Option<String>), text: Text, rel: &'static str| {
            let name = self.frame.fill(text, &[("label", &one_line(label))]);
            html! {
                @match id {
                    Some(id) => { a rel=(rel) href=(link::document(id, &self.frame.plain(), "")) { (name) } }
                    None => { span.m { (name) } }
                }
            }
        };
        html! {
            @if !self.series.is_empty() || !self.document.renames.is_empty() {
                section {
                    h2 { (self.frame.t(Text::SeriesName)) }
                    ul {
                        @for series in self.series {
                            li {
                                a href=(link::address(&self.frame.plain(), &View::Series(Some(series.name.clone())),
                                    Extension::Html)) lang=[words::language_of(self.frame.language, &series.name)] {
                                    (one_line(&series.name))
                                }
                                @if let Some(label) = &series.label { " " (one_line(label)) }
                                @if series.previous.is_some() || series.next.is_some() {
                                    div.row.s.l {
                                        @if let Some(previous) = &series.previous {
                                            (to(previous, Text::PreviousMeeting, "prev"))
                                        }
                                        @if let Some(next) = &series.next { (to(next, Text::NextMeeting, "next")) }
                                    }
                                }
                            }
                        }
                    }
                    @for rename in &self.document.renames {
                        p.s {
                            (self.frame.fill(Text::Renamed,
                                &[("old", &one_line(&rename.old)), ("new", &one_line(&rename.new))]))
                            " " (self.proof(&[&rename.evidence], evidence))
                        }
                    }
                }
            }
        }
    }

    fn commitments(&self, evidence: &mut Evidence<'_>) -> Markup {
        let all = self
            .document
            .passages
            .iter()
            .flat_map(|passage| passage.commitments.iter().map(move |commitment| (passage, commitment)));
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(passage, commitment)| (commitment.label, passage.index));
        let end = |passage: &crate::document::Passage, commitment: &crate::document::Commitment| {
            let sentence: Vec<char> = passage.text.chars().take(commitment.sentence.end).collect();
            let from = sentence.len().saturating_sub(SENTENCE_CHARS).max(commitment.sentence.start.min(sentence.len()));
            let mark = if from > commitment.sentence.start { "…" } else { "" };
            format!("{mark}{}", sentence[from..].iter().collect::<String>())
        };
        html! {
            @if !all.is_empty() {
                section {
                    h2 { (self.frame.t(Text::Commitment)) }
                    ul {
                        @for (passage, commitment) in all {
                            @let is_strong = commitment.label <= crate::document::Strength::Committed;
                            li.com {
                                span class=(if is_strong { "tag x" } else { "tag" }) {
                                    (words::strength(self.frame.language, commitment.label))
                                }
                                a href={ "#" (evidence.place(passage.index, commitment.sentence)) }
                                    lang=[words::language_of(self.frame.language, &passage.text)] {
                                    (one_line(end(passage, commitment).trim()))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Returns the address of the passages that say nearly the same as those of the document.
    fn similar(&self) -> String {
        let params = self.frame.plain().with_option("id", Some(&self.document.id));
        link::address(&params, &View::Tool(Tool::Similar), Extension::Html)
    }

    fn cite(&self) -> Markup {
        let view = &self.frame.view;
        let form = |extension: Extension, label: &str| {
            html! { a href=(link::address(&self.frame.plain(), view, extension)) { (label) } }
        };
        html! {
            section {
                h2 { (self.frame.t(Text::Citation)) }
                p.s.l {
                    a href=(self.similar()) { (self.frame.t(ToolText::SimilarLink)) }
                }
                @if let Some(citation) = self.citation {
                    p.cite #cite lang=[words::language_of(self.frame.language, citation)] { (one_line(citation)) }
                }
                p.row.l {
                    @if self.citation.is_some() {
                        button.copy type="button" data-copy="cite" data-done=(self.frame.t(Text::Copied)) hidden {
                            (self.frame.t(Text::Copy))
                        }
                    }
                    (form(Extension::Bibtex, "BibTeX"))
                    (form(Extension::Ris, "RIS"))
                    (form(Extension::CslJson, "CSL-JSON"))
                }
            }
        }
    }

    fn links(&self) -> Markup {
        let papers: Vec<_> = self.document.links.iter().filter(|link| link.attachment).collect();
        html! {
            @if !papers.is_empty() {
                section {
                    h2 { (self.frame.t(Text::Attachments)) }
                    ul {
                        @for paper in papers {
                            @let name = if paper.text.trim().is_empty() { &paper.url } else { &paper.text };
                            li {
                                @if is_web(&paper.url) { a href=(paper.url) rel="noreferrer" { (one_line(name)) } }
                                @else { (one_line(name)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn file(&self) -> Markup {
        let whole = Params { text: String::new(), ..hit::reader_params(self.frame.params) };
        html! {
            section {
                h2 { (self.frame.t(Text::File)) }
                dl {
                    dt { (self.frame.t(Text::Identifier)) }
                    dd {
                        a href=(link::document(&self.document.id, &whole.unfiltered(), "")) {
                            (one_line(&self.document.id))
                        }
                    }
                    @if self.document.path != self.document.id {
                        dt { (self.frame.t(Text::Path)) }
                        dd { (one_line(&self.document.path)) }
                    }
                }
            }
        }
    }
}
