//! Text for people. Colour carries no information that the words lack.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::sanitize::{marked, one_line, sanitized};
use super::{Hits, OutputError, names_of};
use crate::document::{DateSource, Document, DocumentDate, Passage, Role, Span, counted, line_range, plural};
use crate::engine::{Answer, FacetNode, Facets, Found, Numbers, Request, Widened};
use crate::query::Mark;
use crate::query::Tier;

pub(super) const TITLE: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const MATCH: Style = AnsiColor::Red.on_default().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
pub(super) const NOTE: Style = AnsiColor::Yellow.on_default();

/// Number of folded hits whose ids are shown; the other formats show all.
const NAMED_DUPLICATES: usize = 3;

/// Writes an answer.
pub(super) fn write(
    out: &mut dyn Write,
    answer: &Answer,
    hits: &mut Hits<'_>,
    request: &Request,
    explain: bool,
) -> Result<(), OutputError> {
    let total = &answer.total;
    let [word, variant, substring] = total.by_tier;
    writeln!(
        out,
        "{TITLE}{}{}{TITLE:#} in {}  {DIM}word {word} · variant {variant} · substring {substring}{DIM:#}",
        if answer.timed_out { "at least " } else { "" },
        counted(total.passages, "passage"),
        counted(total.documents, "document")
    )?;
    if let Some(emptied) = &answer.emptied {
        writeln!(out, "{NOTE}{}{NOTE:#}", one_line(&emptied.sentence()))?;
    }
    if let Some(roles) = &answer.roles {
        writeln!(out, "{NOTE}{}{NOTE:#}", one_line(&roles.sentence()))?;
    }
    if !answer.counts.is_empty() {
        writeln!(out, "{NOTE}No passage holds the whole query. Passages with each word alone:{NOTE:#}")?;
        for count in &answer.counts {
            writeln!(out, "  {}  {}", one_line(&count.term), counted(count.passages, "passage"))?;
        }
    }
    if !answer.suggestions.is_empty() {
        writeln!(out, "{NOTE}Did you mean (もしかして): {}{NOTE:#}", one_line(&answer.suggestions.join("、")))?;
    }
    if explain {
        writeln!(out, "{DIM}read as: {}{DIM:#}", one_line(&answer.parsed))?;
        for Widened { word, added, reason, negated, passages } in &answer.widened {
            let not = if *negated { "NOT " } else { "" };
            let count = passages.map_or_else(String::new, |passages| format!(": {}", counted(passages, "passage")));
            writeln!(out, "{DIM}  {not}{} also by {} ({reason}){count}{DIM:#}", one_line(word), one_line(added))?;
        }
    }
    let mut partial = false;
    for hit in hits {
        let hit = hit?;
        writeln!(out)?;
        if hit.amid && !partial {
            let behind = match (answer.mixed, total.passages) {
                (true, _) => " and exact ones of other years",
                (false, 0) => "",
                (false, _) => " after the exact ones",
            };
            writeln!(out, "{NOTE}Partial matches{behind}, best first:{NOTE:#}\n")?;
            partial = true;
        }
        one(out, &hit, explain)?;
    }
    if let Some(facets) = &answer.facets {
        facet_trees(out, facets, &request.filters.roles)?;
    }
    if let Some(next) = answer.next.filter(|_| request.limit > 0) {
        let (what, all) = match answer.left {
            // A list of all hits has no partial matches.
            0 if partial => ("more partial matches".to_owned(), ""),
            0 => ("partial matches follow".to_owned(), ""),
            left => (format!("{left} more"), ", --all shows all"),
        };
        writeln!(out, "\n{DIM}{what}; --offset {next} shows the next page{all}{DIM:#}")?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, hit: &Found, explain: bool) -> io::Result<()> {
    let (document, passage) = (&hit.document, &hit.passage);
    let tier = match hit.tier {
        _ if hit.relaxed => format!("  {NOTE}[partial]{NOTE:#}"),
        Tier::Word => String::new(),
        tier => format!("  {NOTE}[{}]{NOTE:#}", tier.name()),
    };
    let place = if hit.place.is_above() { format!("  {NOTE}[{}]{NOTE:#}", hit.place.name()) } else { String::new() };
    let role = match hit.role {
        Some(role) if role != Role::Party => format!("  {NOTE}[{}]{NOTE:#}", role.name()),
        _ => String::new(),
    };
    // Not a word of the search: a program outside moved the hit.
    let outside = hit.outside.map_or_else(String::new, |outside| {
        let score = outside.score.map_or_else(String::new, |score| format!(" {score:.3}"));
        format!("  {NOTE}[外部{score}: {}→{}]{NOTE:#}", outside.from, hit.rank)
    });
    writeln!(
        out,
        "{}. {}{tier}{place}{role}{outside}",
        hit.rank,
        marked_line(&document.title, &hit.marks.title, TITLE)
    )?;
    let mut line = vec![date_label(document.date.as_ref())];
    line.extend(document.events.iter().map(|event| format!("event {}", date_label(Some(event)))));
    let parties = names_of(Role::Party, &passage.partners);
    if !parties.is_empty() {
        line.push(one_line(&parties.join("、")).into_owned());
    }
    line.extend(hit.index.iter().map(|index| format!("index {}", one_line(index))));
    if hit.more > 0 {
        line.push(format!("{} more in this document", hit.more));
    }
    if !hit.duplicates.is_empty() {
        let says = if hit.duplicates.len() == 1 { "says" } else { "say" };
        line.push(format!("{} more that {says} nearly the same (--duplicates)", hit.duplicates.len()));
    }
    if explain {
        line.push(format!("score {:.3}", hit.score));
    }
    writeln!(out, "   {DIM}{}{DIM:#}", line.join(" · "))?;
    if !passage.heading.is_empty() {
        let none = Vec::new();
        let marks = hit.marks.heading.iter().chain(std::iter::repeat(&none));
        let headings = passage.heading.iter().zip(marks).map(|(heading, marks)| marked_line(heading, marks, DIM));
        writeln!(out, "   {}", headings.collect::<Vec<_>>().join(&format!("{DIM} > {DIM:#}")))?;
    }
    if !hit.missing.is_empty() {
        writeln!(out, "   {NOTE}without: {}{NOTE:#}", one_line(&hit.missing.join("、")))?;
    } else if hit.relaxed {
        writeln!(out, "   {NOTE}only with the words of headings and title{NOTE:#}")?;
    }
    passage_lines(out, passage, &hit.highlights)?;
    let page = passage.page.map_or(String::new(), |page| format!(" p.{page}"));
    writeln!(
        out,
        "   {PLACE}{}:{}{page}{PLACE:#}  {DIM}{}{DIM:#}",
        one_line(&document.path),
        line_range(passage.lines),
        one_line(&passage.id)
    )?;
    let named = hit.duplicates.iter().take(NAMED_DUPLICATES);
    named.into_iter().try_for_each(|id| writeln!(out, "   {DIM}≈ {}{DIM:#}", one_line(id)))
}

/// Formats a text on one line in a style, with its marks.
fn marked_line(text: &str, marks: &[Mark], style: Style) -> String {
    let spans: Vec<Span> = marks.iter().map(|mark| mark.span).collect();
    let styled = |(piece, mark): (String, bool)| {
        let style = if mark { MATCH } else { style };
        format!("{style}{}{style:#}", one_line(&piece))
    };
    marked(text, &spans).into_iter().map(styled).collect()
}

/// Writes the text of a passage, indented, with its highlights.
///
/// # Errors
/// An error of the writer.
pub fn passage_lines(out: &mut dyn Write, passage: &Passage, highlights: &[Span]) -> io::Result<()> {
    let mut styled = String::new();
    for (piece, mark) in marked(&passage.text, highlights) {
        let shown = sanitized(&piece);
        if mark {
            // A style must end before a line feed, because pagers reset styles there.
            let lines: Vec<String> = shown.split('\n').map(|line| format!("{MATCH}{line}{MATCH:#}")).collect();
            styled.push_str(&lines.join("\n"));
        } else {
            styled.push_str(&shown);
        }
    }
    styled.lines().try_for_each(|line| writeln!(out, "   {line}"))
}

/// Formats a date: `2012-11-14..15 (inferred)`, `2008`, or 日付不明.
pub fn date_label(date: Option<&DocumentDate>) -> String {
    let Some(date) = date else { return "日付不明".to_owned() };
    let (start, end) = (date.interval.start, date.interval.end);
    let days = if (start.year, start.month, start.day) == (end.year, 1, 1) && (end.month, end.day) == (12, 31) {
        start.year.to_string()
    } else if (start.year, start.month, start.day) == (end.year, end.month, 1) && end.day >= 28 {
        format!("{:04}-{:02}", start.year, start.month)
    } else if start == end {
        start.to_string()
    } else if (start.year, start.month) == (end.year, end.month) {
        format!("{start}..{:02}", end.day)
    } else {
        format!("{start}..{end}")
    };
    if date.source == DateSource::Inferred { format!("{days} (inferred)") } else { days }
}

/// Formats the days from the start of a first date to the end of a last one, each as exact as it is known:
/// `2008..2012-11-15`. A date alone stands as [`date_label`] writes it.
pub(super) fn date_span(first: &DocumentDate, last: &DocumentDate) -> String {
    if first.interval == last.interval {
        return date_label(Some(first));
    }
    // A whole year or month has no range in its label; of `2012-11-14..15` the end is the day.
    let bare = |date: &DocumentDate| date_label(Some(date)).replace(" (inferred)", "");
    let (from, to) = (bare(first), bare(last));
    let from = from.split("..").next().unwrap_or_default();
    let to = if to.contains("..") { last.interval.end.to_string() } else { to };
    let inferred = [first, last].map(|date| date.source == DateSource::Inferred);
    let note = match inferred {
        [true, true] => " (inferred)",
        [false, false] => "",
        _ => " (in part inferred)",
    };
    format!("{from}..{to}{note}")
}

/// Writes the head of a document: title, date, path, partners by role.
///
/// # Errors
/// An error of the writer.
pub fn document_head(out: &mut dyn Write, document: &Document) -> io::Result<()> {
    writeln!(out, "{TITLE}{}{TITLE:#}", one_line(&document.title))?;
    writeln!(out, "{DIM}{} · {}{DIM:#}", date_label(document.date.as_ref()), one_line(&document.path))?;
    for role in Role::ALL {
        let names = names_of(role, &document.partners);
        if !names.is_empty() {
            writeln!(out, "{DIM}{}: {}{DIM:#}", role.name(), one_line(&names.join("、")))?;
        }
    }
    Ok(())
}

/// Writes the facets, each under its name and with children below their parents.
///
/// A partner has two numbers: the passages (and documents) in which it has one of the roles asked for, or is a party
/// where every role or none was asked for, and those that name it in any role.
///
/// # Errors
/// An error of the writer.
pub fn facet_trees(out: &mut dyn Write, facets: &Facets, roles: &[Role]) -> io::Result<()> {
    let asked: Vec<Role> = Role::ALL.into_iter().filter(|role| roles.contains(role)).collect();
    let is_any = asked.is_empty() || asked.len() == Role::ALL.len();
    let asked = if is_any { vec![Role::Party.name()] } else { asked.into_iter().map(Role::name).collect() };
    for (name, nodes) in facets.named() {
        write!(out, "\n{TITLE}{name}{TITLE:#}")?;
        match nodes.first().and_then(|node| node.named) {
            Some(_) => writeln!(out, "  {DIM}({} · named){DIM:#}", asked.join(" or "))?,
            None => writeln!(out)?,
        }
        facet_tree(out, nodes, 0, widest(nodes, 0), is_any)?;
    }
    Ok(())
}

/// Returns the columns of the widest value at or below some nodes, with its indent.
fn widest(nodes: &[FacetNode], depth: usize) -> usize {
    let width = |node: &FacetNode| {
        (depth * 2 + crate::script::width_columns(&one_line(&node.value))).max(widest(&node.children, depth + 1))
    };
    nodes.iter().map(width).max().unwrap_or(0)
}

fn facet_tree(out: &mut dyn Write, nodes: &[FacetNode], depth: usize, width: usize, as_party: bool) -> io::Result<()> {
    for node in nodes {
        let value = one_line(&node.value);
        let used = depth * 2 + crate::script::width_columns(&value);
        let gap = " ".repeat(width.saturating_sub(used) + 2);
        let own = Numbers { passages: node.passages, documents: node.documents };
        let own = node.party.filter(|_| as_party).unwrap_or(own);
        // The noun agrees with the number before it.
        let last = node.named.unwrap_or(own);
        let beside = |width: usize, named: Option<usize>| match named {
            Some(named) => format!(" {DIM}·{DIM:#} {named:>width$}"),
            None => String::new(),
        };
        writeln!(
            out,
            "  {}{}{gap}{:>5}{} {DIM}{:<8}{DIM:#} {:>4}{} {DIM}document{}{DIM:#}",
            "  ".repeat(depth),
            value,
            own.passages,
            beside(5, node.named.map(|named| named.passages)),
            format!("passage{}", plural(last.passages)),
            own.documents,
            beside(4, node.named.map(|named| named.documents)),
            plural(last.documents)
        )?;
        facet_tree(out, &node.children, depth + 1, width, as_party)?;
    }
    Ok(())
}
