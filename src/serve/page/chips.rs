//! Chips: one for each word that the query was widened by, and one for each filter, each with a link that removes it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::frame::Frame;
use super::{link, words};
use crate::engine::Widened;
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::params::{Filter, Params};
use crate::study::Related;

/// Value of `open` that asks for related words.
pub const RELATED: &str = "related";
/// Forms of one word that a chip names.
const FORMS: usize = 3;

/// A word, the reason why it was widened, and whether it stands inside NOT.
type Key<'a> = (&'a str, &'a str, bool);

/// Writes the chips of the forms that the program added.
pub fn widened(frame: &Frame<'_>, widened: &[Widened]) -> Markup {
    let params = frame.params;
    if params.no_variants {
        let wide = Params { no_variants: false, ..params.first_page() };
        return html! {
            div.chips {
                b { (frame.t(Text::Widened)) }
                span.m { (frame.t(Text::WideningOff)) }
                a.pick href=(link::beside(&wide)) { (frame.t(Text::Widen)) }
            }
        };
    }
    if widened.is_empty() {
        return html! {};
    }
    // One chip a word and a reason, in the order of the query.
    let mut groups: Vec<(Key<'_>, Vec<&str>)> = Vec::new();
    for form in widened {
        let key = (form.word.as_str(), form.reason.as_str(), form.negated);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, forms)) => forms.push(&form.added),
            None => groups.push((key, vec![&form.added])),
        }
    }
    let narrow = Params { no_variants: true, ..params.first_page() };
    html! {
        div.chips {
            b #lw { (frame.t(Text::Widened)) }
            ul aria-labelledby="lw" {
                @for ((word, reason, negated), forms) in &groups {
                    li.chip.w {
                        span {
                            (forms_of(frame, forms))
                            i {
                                @if *negated { "NOT " }
                                (one_line(word)) (frame.t(Text::Colon)) (words::reason(frame.language, reason))
                            }
                        }
                        @if let Some(text) = quoted(&params.text, word) {
                            a href=(link::beside(&params.with_text(&text))) {
                                span aria-hidden="true" { "×" }
                                span.vh { (frame.fill(Text::DropWidening, &[("word", &one_line(word))])) }
                            }
                        }
                    }
                }
            }
            a.pick href=(link::beside(&narrow)) { (frame.t(Text::NoWidening)) }
        }
    }
}

/// Writes related words as chips, each with the query that opens its passages; a link that asks for them where nobody
/// has.
pub fn related(frame: &Frame<'_>, found: Option<&Related>) -> Markup {
    let params = frame.params.first_page();
    let Some(found) = found else {
        return html! {
            div.chips { a.pick href=(link::beside(&params.opened(RELATED, true))) { (frame.t(Text::RelatedShow)) } }
        };
    };
    html! {
        div.chips {
            b #lr { (frame.t(Text::Related)) }
            span.m { (frame.t(if found.words.is_empty() { Text::RelatedNone } else { Text::RelatedNote })) }
            @if !found.words.is_empty() {
                ul aria-labelledby="lr" {
                    @for word in &found.words {
                        li.chip.w {
                            a href=(link::beside(&params.with_text(&word.opens))) { (one_line(&word.word)) }
                            i { (frame.fill(Text::RelatedBoth, &[("n", &words::number(word.both))])) }
                        }
                    }
                }
            }
            a.pick href=(link::beside(&params.opened(RELATED, false))) { (frame.t(Text::RelatedHide)) }
        }
    }
}

fn forms_of(frame: &Frame<'_>, forms: &[&str]) -> String {
    let shown: Vec<_> = forms.iter().take(FORMS).map(|form| one_line(form).into_owned()).collect();
    let shown = shown.join("・");
    match forms.len().saturating_sub(FORMS) {
        0 => shown,
        more => frame.fill(Text::WidenedMore, &[("forms", &shown), ("n", &words::number(more))]),
    }
}

/// Puts a word of a query into quotes wherever it stands alone, so that it is no longer widened; `None` where it stands
/// nowhere alone.
fn quoted(text: &str, word: &str) -> Option<String> {
    let is_end = |c: Option<char>, ends: &[char]| c.is_none_or(|c| c.is_whitespace() || ends.contains(&c));
    let (mut out, mut at, mut found, mut is_quoted) = (String::new(), 0, false, false);
    let mut last = None;
    while let Some(c) = text[at..].chars().next() {
        is_quoted ^= matches!(c, '"' | '“' | '”');
        let rest = &text[at..];
        let after = rest.strip_prefix(word).map(|after| after.chars().next());
        let is_word = after.is_some_and(|after| is_end(after, &['(', ')', '（', '）', ',', '，', '、']));
        if !is_quoted
            && !word.is_empty()
            && is_word
            && is_end(last, &['(', ')', '（', '）', ',', '，', '、', '-', '－'])
        {
            out.push_str(&format!("\"{word}\""));
            at += word.len();
            last = word.chars().next_back();
            found = true;
            continue;
        }
        out.push(c);
        last = Some(c);
        at += c.len_utf8();
    }
    found.then_some(out)
}

/// Writes the chips of the filters that were chosen.
pub fn filters(frame: &Frame<'_>, has_facets: bool) -> Markup {
    let params = frame.params;
    let all = Filter::ALL.into_iter().flat_map(|filter| params.values(filter).into_iter().map(move |v| (filter, v)));
    let all: Vec<(Filter, String)> = all.collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().for_each(|(filter, _)| *seen.entry(filter.name()).or_default() += 1);
    html! {
        @if !all.is_empty() || has_facets {
            div.chips {
                @if !all.is_empty() {
                    b #lf { (frame.t(Text::Filters)) }
                    ul aria-labelledby="lf" {
                        @for (filter, value) in &all { (chip(frame, *filter, value)) }
                    }
                    a.pick href=(link::beside(&params.unfiltered())) { (frame.t(Text::DropAll)) }
                }
                @if has_facets {
                    a.pick.to-facets href="#facets" {
                        (frame.fill(Text::ToFacets, &[("n", &words::number(all.len()))]))
                    }
                }
            }
        }
    }
}

fn chip(frame: &Frame<'_>, filter: Filter, value: &str) -> Markup {
    let name = words::filter(frame.language, filter);
    let shown = words::filter_value(frame.language, filter, value);
    let shown = one_line(&shown);
    html! {
        li.chip {
            span { (name) (frame.t(Text::Colon)) (shown) }
            a href=(link::beside(&frame.params.without(filter, value))) {
                span aria-hidden="true" { "×" }
                span.vh { (frame.fill(Text::DropFilter, &[("name", name), ("value", &shown)])) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_is_quoted_where_it_stands_alone() {
        let of = |text: &str, word: &str| quoted(text, word);
        assert_eq!(of("欧 情報共有", "情報共有").as_deref(), Some("欧 \"情報共有\""));
        assert_eq!(of("情報共有体制 情報共有", "情報共有").as_deref(), Some("情報共有体制 \"情報共有\""));
        assert_eq!(
            of("-情報共有 (情報共有　OR 欧)", "情報共有").as_deref(),
            Some("-\"情報共有\" (\"情報共有\"　OR 欧)")
        );
        assert_eq!(of("\"情報共有\"", "情報共有"), None, "a phrase is not widened");
        assert_eq!(of("w:情報共有", "情報共有"), None);
        assert_eq!(of("", ""), None);
    }
}
