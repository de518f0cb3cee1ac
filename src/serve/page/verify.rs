//! The page that verifies the quotations of a draft.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{link, words};
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::study::{DifferenceKind, Place, Quotation, Verdict, Verified};

/// What the page of verified quotations shows.
#[derive(Clone, Debug)]
pub struct VerifyView<'a> {
    /// What all pages share. Its query is the draft.
    pub frame: Frame<'a>,
    /// The quotations.
    pub found: &'a Verified,
}

/// Writes the page that verifies the quotations of a draft.
pub fn verify_page(view: &VerifyView<'_>) -> String {
    let VerifyView { frame, found } = view;
    let params = frame.params;
    let is_asked = !params.text.trim().is_empty();
    let main = html! {
        div.status { div role="status" { h1 { (frame.t(ToolText::VerifyTitle)) } } }
        p.s.m { (frame.t(ToolText::VerifyLead)) }
        form.draft action="/verify" method="post" {
            label for="q" { (frame.t(ToolText::VerifyDraft)) }
            textarea #q name="q" rows="8" { (params.text) }
            label for="in" { (frame.t(ToolText::VerifyIn)) }
            input #in name="in" type="text" value=(params.option("in").unwrap_or_default()) autocomplete="off";
            (link::hidden(&frame.plain(), &[]))
            button { (frame.t(ToolText::VerifyButton)) }
        }
        @if is_asked {
            div #results tabindex="-1" { (results(frame, found)) }
        }
    };
    let title = frame.t(ToolText::VerifyTitle).to_owned();
    let skips = if is_asked { vec![("results", Text::SkipResults)] } else { Vec::new() };
    frame.page(Content { title, skips, record: Vec::new(), main })
}

fn results(frame: &Frame<'_>, found: &Verified) -> Markup {
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| found.count(*verdict) > 0)
        .map(|verdict| format!("{} {}", frame.t(name_of(verdict)), words::number(found.count(verdict))))
        .collect();
    html! {
        h2.big { (frame.fill(ToolText::VerifyCount, &[("n", &words::number(found.quotations.len()))])) }
        @if !counts.is_empty() { p.s.m { (counts.join("・")) } }
        @if found.timed_out { p.note { (frame.t(ToolText::VerifyLate)) } }
        @if found.quotations.is_empty() { p.sec { (frame.t(ToolText::VerifyNone)) } }
        ol.quotes { @for quotation in &found.quotations { (one(frame, quotation)) } }
        @if !found.terms.is_empty() {
            details {
                summary { (frame.fill(ToolText::VerifyTerms, &[("n", &words::number(found.terms.len()))])) }
                p lang="ja" {
                    @for term in &found.terms { "「" (one_line(&term.text)) "」" }
                }
            }
        }
    }
}

fn one(frame: &Frame<'_>, quotation: &Quotation) -> Markup {
    let class = if quotation.verdict.is_sound() { "sound" } else { "unsound" };
    html! {
        li class=(class) {
            p { strong.tag { (frame.t(name_of(quotation.verdict))) } }
            blockquote lang="ja" { (one_line(&quotation.text)) }
            @if let Some(cited) = &quotation.cited {
                p.s.m { (frame.t(ToolText::VerifyCited)) " " (one_line(cited)) }
            }
            @if let Some(at) = &quotation.place { (place(frame, at, ToolText::VerifySource)) }
            @if !quotation.differences.is_empty() {
                ul.diffs {
                    @for difference in &quotation.differences {
                        @let grave = matches!(
                            difference.kind,
                            DifferenceKind::Number | DifferenceKind::Negation | DifferenceKind::Name
                        );
                        li class=[grave.then_some("grave")] {
                            span.tag { (frame.t(kind(difference.kind))) } " "
                            span lang="ja" {
                                @if !difference.source.is_empty() { del { (one_line(&difference.source)) } }
                                @if !difference.source.is_empty() && !difference.quotation.is_empty() { " → " }
                                @if !difference.quotation.is_empty() { ins { (one_line(&difference.quotation)) } }
                            }
                        }
                    }
                }
            }
            @for part in &quotation.parts {
                @if let Some(at) = &part.place { (place(frame, at, ToolText::VerifySource)) }
            }
            @for at in &quotation.nearest { (place(frame, at, ToolText::VerifyNearest)) }
            @if !quotation.also.is_empty() {
                p.s.m { (frame.t(ToolText::VerifyAlso)) " " (one_line(&quotation.also.join("、"))) }
            }
            @for warning in &quotation.warnings { p.s.m { (frame.notice(warning)) } }
        }
    }
}

/// Writes a place of a source with its words, and a link to it.
fn place(frame: &Frame<'_>, place: &Place, label: ToolText) -> Markup {
    let anchor = format!("#{}", link::anchor(&place.passage));
    let title = if place.title.trim().is_empty() { &place.document } else { &place.title };
    html! {
        p.place {
            (frame.t(label)) " "
            a href=(link::document(&place.document, &frame.plain().at_passage(&anchor[3..]), &anchor))
                lang=[words::language_of(frame.language, title)] { (one_line(title)) }
            " "
            @if let Some(page) = place.page { (frame.fill(Text::Page, &[("page", &words::number(page))])) " " }
            (words::lines(frame.language, place.lines))
            @if label == ToolText::VerifyNearest { " " (format!("{:.0} %", 100.0 * place.score)) }
            br;
            q lang="ja" { (one_line(&place.text)) }
        }
    }
}

fn name_of(verdict: Verdict) -> ToolText {
    match verdict {
        Verdict::Exact => ToolText::VerdictExact,
        Verdict::Spelling => ToolText::VerdictSpelling,
        Verdict::Altered => ToolText::VerdictAltered,
        Verdict::Ellipsis => ToolText::VerdictEllipsis,
        Verdict::Merged => ToolText::VerdictMerged,
        Verdict::OtherDocument => ToolText::VerdictOther,
        Verdict::NotFound => ToolText::VerdictNone,
        Verdict::Unchecked => ToolText::VerdictUnchecked,
    }
}

fn kind(kind: DifferenceKind) -> ToolText {
    match kind {
        DifferenceKind::Width => ToolText::DiffWidth,
        DifferenceKind::Mark => ToolText::DiffMark,
        DifferenceKind::Spelling => ToolText::DiffSpelling,
        DifferenceKind::Omission => ToolText::DiffOmission,
        DifferenceKind::Insertion => ToolText::DiffInsertion,
        DifferenceKind::Substitution => ToolText::DiffSubstitution,
        DifferenceKind::Number => ToolText::DiffNumber,
        DifferenceKind::Negation => ToolText::DiffNegation,
        DifferenceKind::Name => ToolText::DiffName,
    }
}
