//! Markdown: each hit as a quotation with its place. Text of a document stays text; none of it acts as Markdown.

use std::io::Write;

use super::sanitize::{is_word, marked, one_line, sanitized};
use super::{Hits, OutputError, date_label, match_name};
use crate::document::{DocumentDate, Span, counted, line_range};
use crate::engine::{Answer, Found, Request};

/// Writes the hits.
pub(super) fn write(
    out: &mut dyn Write,
    answer: &Answer,
    hits: &mut Hits<'_>,
    request: &Request,
) -> Result<(), OutputError> {
    let total = &answer.total;
    writeln!(out, "# {}\n", markdown_line(&request.text))?;
    writeln!(
        out,
        "{} in {}{}\n",
        counted(total.passages, "passage"),
        counted(total.documents, "document"),
        if answer.relaxed { "; partial matches below" } else { "" }
    )?;
    if let Some(roles) = &answer.roles {
        writeln!(out, "{}\n", markdown_line(&roles.sentence()))?;
    }
    let mut partial = false;
    for hit in hits {
        let hit = hit?;
        if hit.amid && !partial {
            let exact = if answer.mixed { " and exact ones of other years" } else { "" };
            writeln!(out, "## Partial matches{exact}\n")?;
            partial = true;
        }
        let (document, passage) = (&hit.document, &hit.passage);
        out.write_all(markdown_quote(&passage.text, &hit.highlights).as_bytes())?;
        let date = document.date.as_ref().map_or(String::new(), |date| format!(" ({})", markdown_date(Some(date))));
        let heading =
            if passage.heading.is_empty() { String::new() } else { format!(", {}", passage.heading.join(" > ")) };
        let page = passage.page.map_or(String::new(), |page| format!(", p. {page}"));
        let place = format!(
            "{}{date}{heading}{page}, {}:{}",
            document.title,
            document.path,
            line_range(passage.lines).replace('-', "–")
        );
        let role = hit.role.map_or(String::new(), |role| format!(", role {}", role.name()));
        let index = hit.index.as_ref().map_or(String::new(), |index| format!(" · index {}", code(index)));
        writeln!(
            out,
            "\n— {} · {} · match: {}{}{role}{index}\n",
            markdown_line(&place),
            code(&passage.id),
            match_name(&hit),
            beside(&hit)
        )?;
        if !hit.duplicates.is_empty() {
            let ids: Vec<String> = hit.duplicates.iter().map(|id| code(id)).collect();
            writeln!(out, "Nearly the same: {}\n", ids.join(", "))?;
        }
    }
    Ok(())
}

/// Names the title or heading that alone holds the query, or the words that a partial hit lacks.
fn beside(hit: &Found) -> String {
    match hit.missing.as_slice() {
        [] if hit.place.is_above() => format!(", {} alone", hit.place.name()),
        [] if hit.relaxed => ", only with headings and title".to_owned(),
        [] => String::new(),
        missing => format!(", without {}", markdown_line(&missing.join("、"))),
    }
}

/// Formats a date for Markdown: ranges have a dash. Two dots would be escaped, because some parsers make an ellipsis of
/// them.
pub(super) fn markdown_date(date: Option<&DocumentDate>) -> String {
    date_label(date).replace("..", "–")
}

/// Formats a text on one line such that a Markdown parser reads exactly this text, also at the start of a line.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::output::markdown_line("- [報道](x) *資料*"), "\\- \\[報道\\](x) \\*資料\\*");
/// ```
pub fn markdown_line(text: &str) -> String {
    let chars: Vec<char> = one_line(text).chars().collect();
    escaped(&chars).concat()
}

/// Formats a text as a quotation such that a Markdown parser reads exactly this text, with its highlights in bold.
///
/// `highlights` are half-open ranges of code points, sorted. Line feeds at the end of the text are dropped.
///
/// # Examples
/// ```
/// use fumikura::document::Span;
///
/// assert_eq!(fumikura::output::markdown_quote("# 報道\n資料", &[Span::new(2, 4)]), "> \\# **報道**  \n> 資料  \n");
/// ```
pub fn markdown_quote(text: &str, highlights: &[Span]) -> String {
    let mut lines: Vec<Vec<(char, bool)>> = vec![Vec::new()];
    for (piece, mark) in marked(text, highlights) {
        for c in sanitized(&piece).chars() {
            match lines.last_mut() {
                Some(line) if c != '\n' => line.push((c, mark)),
                _ => lines.push(Vec::new()),
            }
        }
    }
    while lines.len() > 1 && lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    if lines.iter().all(Vec::is_empty) {
        return ">\n".to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    for line in lines {
        out.push_str("> ");
        if line.is_empty() {
            // A blank line would end the paragraph; a backslash before the line feed is a line break.
            out.push_str("\\\n");
        } else {
            out.push_str(&quoted_line(line));
            out.push_str("  \n");
        }
    }
    out
}

/// Formats one line of a quotation, with marked characters in bold.
fn quoted_line(line: Vec<(char, bool)>) -> String {
    let (chars, marks): (Vec<char>, Vec<bool>) = line.into_iter().unzip();
    let mut tokens = escaped(&chars);
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in marks.iter().enumerate().filter(|(_, mark)| **mark) {
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    // Asterisks next to a blank do not make bold.
    for (start, end) in &mut runs {
        while start < end && chars[*start].is_whitespace() {
            *start += 1;
        }
        while start < end && chars[*end - 1].is_whitespace() {
            *end -= 1;
        }
    }
    runs.retain(|(start, end)| start < end);
    // Asterisks between a letter and a bracket neither open nor close bold (の**「電力」**が). The letter outside is
    // written as a reference, which begins with & and ends with ;. The parser then sees punctuation, and the reader
    // sees the letter.
    for (start, end) in &runs {
        if *start > 0 && !is_word(chars[*start]) && is_beside(chars[*start - 1]) {
            tokens[*start - 1] = reference(chars[*start - 1]);
        }
        if *end < chars.len() && !is_word(chars[*end - 1]) && is_beside(chars[*end]) {
            tokens[*end] = reference(chars[*end]);
        }
    }
    let mut out = String::with_capacity(chars.len() * 4);
    for (at, token) in tokens.iter().enumerate() {
        if runs.iter().any(|(start, _)| *start == at) {
            out.push_str("**");
        }
        out.push_str(token);
        if runs.iter().any(|(_, end)| *end == at + 1) {
            out.push_str("**");
        }
    }
    out
}

/// True for a character that prevents bold when it stands outside asterisks with punctuation inside.
fn is_beside(c: char) -> bool {
    !c.is_whitespace() && !c.is_ascii_punctuation()
}

fn reference(c: char) -> String {
    format!("&#{};", u32::from(c))
}

/// Escapes each character of a line such that Markdown reads this character.
fn escaped(chars: &[char]) -> Vec<String> {
    let first = chars.iter().position(|c| !matches!(c, ' ' | '\t')).unwrap_or(chars.len());
    // `1.` and `1)` open a list.
    let digits = chars[first..].iter().take_while(|c| c.is_ascii_digit()).count();
    let is_outer_blank = |at: usize| matches!(chars[at], ' ' | '\t') && (at == 0 || at + 1 == chars.len());
    let token = |(at, c): (usize, &char)| {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let behind = chars.get(at + 1).copied();
        let has_meaning = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '|' | '~' | '^' | '$' | '#' | '@' | '"' | '\'' => true,
            '-' | '+' | '=' | '>' if at == first => true,
            '.' | ')' if digits > 0 && at == first + digits => true,
            // Some parsers turn bare addresses (http://…, mailto:…, www.…) into links, and colons into definitions.
            ':' => {
                at == first
                    || behind == Some('/')
                    || before.zip(behind).is_some_and(|(a, b)| a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
            }
            '.' => before == Some('.') || at >= 3 && chars[at - 3..at].iter().all(|c| c.eq_ignore_ascii_case(&'w')),
            // Doubled punctuation: dashes, ==marks== and similar.
            c => c.is_ascii_punctuation() && before == Some(*c),
        };
        match c {
            // A backslash would not protect these: parsers trim blanks at the ends or read them as code, and
            // attributes of headings and templates ignore backslashes before `{`.
            '{' => reference(*c),
            c if is_outer_blank(at) => reference(*c),
            c if has_meaning => format!("\\{c}"),
            c => c.to_string(),
        }
    };
    chars.iter().enumerate().map(token).collect()
}

/// Formats a text on one line as code, with a fence longer than any run of backticks in it.
fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // Parsers remove one blank at each end if both exist and the text has other characters, so such a text is padded.
    let is_cut = text.starts_with(' ') && text.ends_with(' ') && text.chars().any(|c| c != ' ');
    let pad = if longest > 0 || is_cut { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// Returns the text that a parser reads, and the names of all elements that are no text.
    fn read(markdown: &str, options: Options) -> (String, Vec<String>) {
        let (mut text, mut others) = (String::new(), Vec::new());
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                Event::Start(Tag::Paragraph | Tag::Strong)
                | Event::End(TagEnd::Paragraph | TagEnd::Strong | TagEnd::BlockQuote(_)) => {}
                Event::Start(Tag::BlockQuote(None)) => {}
                other => others.push(format!("{other:?}")),
            }
        }
        (text, others)
    }

    /// Generates Japanese texts with many signs of Markdown.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[ -~]{1,6}",
            4 => "[\\\\`*_\\[\\]<>&|~^$#{}@\"'!().:;=+-]{1,4}",
            3 => "[ぁ-んァ-ヶ国際連合情報、。「」（）【】〜：]{1,4}",
            2 => prop::sample::select(vec![
                "[題](http://a.example)", "![図](x.png)", "<b>", "</script>", "<!--", "<a@b.example>",
                "<http://a.example>", "```", "~~~", "# ", "## 題 ##",
                "| a | b |", "|--|--|", "---", "===", "***", "- ", "+ ", "1. ", "12) ", "[^1]", "[^1]: ", "[a]: /x",
                "    ", "\t", "> ", "&amp;",
                "&#x41;", "&copy", "http://a.example", "www.a.example", "a@b.example", "**", "__", "~~", "$x$", "$$",
                "[[a]]", "[ ] ", "[!NOTE]", ": ",
                "{#id}", "+++", "...", "--", "\\", "  ", "\u{3000}", "葛\u{e0100}",
            ]).prop_map(str::to_owned),
            2 => Just("\n".to_owned()),
            1 => "\\PC",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_quotation_is_read_as_the_text_it_quotes(
            text in text(), marks in prop::collection::vec((0usize..60, 1usize..8), 0..4)
        ) {
            let length = text.chars().count();
            let span = |(at, wide): &(usize, usize)| Span::new(*at.min(&length), (at + wide).min(length));
            let mut spans: Vec<Span> = marks.iter().map(span).collect();
            spans.sort_by_key(|span| span.start);
            let quote = markdown_quote(&text, &spans);
            let some = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM;
            for options in [Options::empty(), some, Options::all()] {
                // With and without neighbouring text, as in an answer.
                for around in [quote.clone(), format!("題\n\n{quote}\n— 題\n\n")] {
                    let (found, others) = read(&around, options);
                    let shown = sanitized(&text);
                    let shown = shown.trim_end_matches('\n');
                    let expected = if around == quote { shown.to_owned() } else { format!("題{shown}— 題") };
                    prop_assert_eq!(&found, &expected, "{}", quote);
                    prop_assert_eq!(&others, &Vec::<String>::new(), "{}", quote);
                }
            }
        }

        #[test]
        fn a_line_is_read_as_its_text(text in text()) {
            let heading = format!("# {}\n", markdown_line(&text));
            let place = format!("— {} · {}\n", markdown_line(&text), code(&text));
            for options in [Options::empty(), Options::all()] {
                let mut found = String::new();
                let mut others = Vec::new();
                for event in Parser::new_ext(&heading, options) {
                    match event {
                        Event::Text(part) => found.push_str(&part),
                        Event::Start(Tag::Heading { id: None, .. }) | Event::End(TagEnd::Heading(_)) => {}
                        other => others.push(other),
                    }
                }
                prop_assert_eq!(&found, &one_line(&text).into_owned());
                prop_assert!(others.is_empty(), "{:?}", others);
                let (mut found, mut codes) = (String::new(), 0);
                for event in Parser::new_ext(&place, options) {
                    match event {
                        Event::Text(part) => found.push_str(&part),
                        Event::Code(part) => {
                            codes += 1;
                            prop_assert_eq!(part.into_string(), one_line(&text).into_owned());
                        }
                        Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                        other => prop_assert!(false, "{:?} in {}", other, place),
                    }
                }
                // An empty text is excluded: it would give two bare backticks, and no id is empty.
                if !text.is_empty() {
                    prop_assert_eq!(codes, 1, "{}", place);
                    prop_assert_eq!(found, format!("— {} · ", one_line(&text)), "{}", place);
                }
            }
        }
    }

    #[test]
    fn highlights_stay_bold_beside_brackets() {
        for (text, from, to) in [
            ("その「電力」が", 2, 6),
            ("（電力）", 1, 3),
            ("の(電力)が", 1, 5),
            (" 電力 ", 0, 4),
            ("あ*電力*い", 1, 5),
            ("の～電力～が", 1, 5),
        ] {
            let quote = markdown_quote(text, &[Span::new(from, to)]);
            let events: Vec<Event<'_>> = Parser::new_ext(&quote, Options::all()).collect();
            assert_eq!(events.iter().filter(|event| matches!(event, Event::Start(Tag::Strong))).count(), 1, "{quote}");
            assert_eq!(read(&quote, Options::all()), (text.to_owned(), Vec::new()), "{quote}");
        }
    }
}
