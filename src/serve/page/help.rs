//! The page of help: query language, marks, keys, addresses.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{link, words};
use crate::serve::i18n::Text;
use crate::serve::params::Params;
use crate::serve::view::{Extension, View};

/// The query language: an example and its meaning.
const QUERIES: [(&str, Text); 17] = [
    ("情報共有 日米", Text::HelpTwo),
    ("日米 OR 日EU", Text::HelpOr),
    ("情報共有 (日米 OR 日EU)", Text::HelpOr),
    ("重要インフラ -演習", Text::HelpNot),
    ("\"情報共有体制\"", Text::HelpPhrase),
    ("=\"取組み\"", Text::HelpVerbatim),
    ("w:国連", Text::HelpWord),
    ("内閣*センター", Text::HelpStar),
    ("サイバーセキュリティ~", Text::HelpFuzzy),
    ("NEAR/30(サイバー, 合意)", Text::HelpNear),
    ("SENT(情報共有 合意)", Text::HelpSent),
    ("DOC(米国 演習)", Text::HelpDoc),
    ("title:政策対話", Text::HelpField),
    ("heading:人材育成", Text::HelpField),
    ("サイバー partner:米国", Text::HelpFilter),
    ("サイバー date:2012..2015", Text::HelpFilter),
    ("サイバー source:inferred", Text::HelpSource),
];

/// The keys and what they do.
const KEYS: [(&[&str], Text); 8] = [
    (&["/"], Text::KeySlash),
    (&["j", "k"], Text::KeyJk),
    (&["Enter"], Text::KeyEnter),
    (&["f"], Text::KeyF),
    (&["n", "p"], Text::KeyNp),
    (&["c"], Text::KeyC),
    (&["[", "]"], Text::KeyBrackets),
    (&["?"], Text::KeyHelp),
];

/// Writes the page of help.
pub fn help_page(frame: &Frame<'_>) -> String {
    let main = html! {
        h1 { (frame.t(Text::HelpTitle)) }
        section.sec {
            h2 { (frame.t(Text::HelpLanguage)) }
            table {
                thead {
                    tr {
                        th scope="col" { (frame.t(Text::HelpExample)) }
                        th scope="col" { (frame.t(Text::HelpMeaning)) }
                    }
                }
                tbody {
                    @for (query, meaning) in QUERIES {
                        tr {
                            td lang=[words::language_of(frame.language, query)] {
                                a href=(link::search(&Params { text: query.to_owned(), ..frame.plain() })) {
                                    code { (query) }
                                }
                            }
                            td { (frame.t(meaning)) }
                        }
                    }
                }
            }
        }
        (marks(frame))
        (keys(frame))
        section.sec.doc {
            h2 { (frame.t(Text::HelpUrls)) }
            p { (frame.t(Text::HelpUrlsText)) }
            p { (frame.t(Text::HelpCommand)) }
            pre { "/search?q=情報共有&partner=EU&date=2007..2012\nfumikura search 情報共有 --partner EU --date 2007..2012" }
        }
    };
    frame.page(Content { title: frame.t(Text::HelpTitle).to_owned(), skips: Vec::new(), record: Vec::new(), main })
}

fn marks(frame: &Frame<'_>) -> Markup {
    html! {
        section.sec.doc {
            h2 { (frame.t(Text::HelpTiers)) }
            ul {
                li { mark { (frame.t(Text::TierWord)) } " " (frame.t(Text::TierWordNote)) }
                li { mark.v { (frame.t(Text::TierVariant)) } " " (frame.t(Text::TierVariantNote)) }
                li { mark.b { (frame.t(Text::TierSubstring)) } " " (frame.t(Text::TierSubstringNote)) }
                li { span.fixed { (frame.t(Text::HelpRepaired)) } }
                li {
                    span.tag { (frame.t(Text::SourceStated)) } " " span.tag.i { (frame.t(Text::SourceInferred)) } " "
                    (frame.t(Text::HelpSolid))
                }
            }
        }
    }
}

fn keys(frame: &Frame<'_>) -> Markup {
    let off = frame.params.no_keys;
    let turned = Params { no_keys: !off, ..frame.params.first_page() };
    html! {
        section.sec.doc #keys {
            h2 { (frame.t(Text::HelpKeys)) }
            p { (frame.t(Text::HelpKeysNote)) " "
                a href=(link::address(&turned, &View::Help, Extension::Html)) {
                    (frame.t(if off { Text::HelpKeysOn } else { Text::HelpKeysOff }))
                }
            }
            table {
                tbody {
                    @for (keys, act) in KEYS {
                        tr {
                            th scope="row" { @for key in keys { kbd { (key) } " " } }
                            td { (frame.t(act)) }
                        }
                    }
                }
            }
        }
    }
}
