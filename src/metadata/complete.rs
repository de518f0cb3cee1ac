//! Completes a document: dates, partners, themes, commitments and series of its passages, and of the whole.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::commitment;
use super::cues::{Above, Cues};
use super::date::{self, Context, Written};
use super::features::Features;
use super::gazetteer::partners;
use super::half_width::Plain;
use super::lexicon;
use super::nearest::nearest;
use super::partner;
use super::points::{Points, Tally};
use super::reading::{Place, Reading};
use super::series::SeriesReader;
use super::theme;
use crate::document::{
    CivilDate, DateKind, DateSource, Document, DocumentDate, PageDay, PartnerValue, Passage, PassageKind, Precision,
    Role, ThemeValue,
};
use crate::document::{Given, GivenField, GivenProblem};

/// Fills in the dates, partners and themes of a document and of its passages, the commitments of its
/// passages, and the meetings of series that they name.
///
/// Given values override derived values, in the document and in each passage. Returns a problem for each given value
/// that is no valid date, partner or theme; such a value counts as absent.
///
/// # Examples
/// ```
/// use fumikura::document::{Given, GivenField};
/// use fumikura::ingest::SourceDocument;
///
/// let field = |value: &str| GivenField { value: value.to_owned(), place: "a.meta.toml:1".to_owned() };
/// let mut source = SourceDocument::of_text("a", "a.txt", "日印会合を開催し、インド政府と合意した。");
/// source.given = Given { partners: Some(vec![field("アメリカ"), field("火星")]), ..Given::default() };
/// let (mut document, _) = fumikura::pipeline::cut(&source);
/// let problems = fumikura::metadata::complete(&mut document, &source.given);
/// assert_eq!(document.partners[0].value, "米国");
/// assert!(problems[0].problem.contains("火星"));
/// ```
pub fn complete(document: &mut Document, given: &Given) -> Vec<GivenProblem> {
    let mut problems = Vec::new();
    let texts: Vec<&str> = document.passages.iter().map(|passage| passage.text.as_str()).collect();
    let given_date = given.date.as_ref().and_then(|field| kept(given_date(field), &mut problems));
    let mut lead = Vec::new();
    let derived = || {
        let of_page = match &document.page_day {
            PageDay::Stated(words) => date::page_day(words),
            PageDay::Index | PageDay::Unknown => None,
        };
        // A list of news has no day of its own: the days in it are those of other pages.
        if document.page_day == PageDay::Index {
            return None;
        }
        of_page.or_else(|| date::publication_line(&document.title, &texts)).or_else(|| {
            lead = date::lead(&texts);
            date::document_date(&document.title, &texts, &lead)
        })
    };
    if let Some(day) = given.accessed.as_ref().and_then(|field| kept(given_day(field), &mut problems)) {
        document.accessed = day;
    }
    document.undated = given_date == Some(None);
    document.date = given_date.unwrap_or_else(derived);
    if let Some(own) = &document.date {
        if lead.is_empty() {
            lead = date::lead(&texts);
        }
        let lead: Vec<(&str, &Written)> = texts.iter().copied().zip(&lead).collect();
        document.events = date::events(own, &document.title, &lead);
    }
    let title = document.title.clone();
    let title = Plain::new(&title);
    let title_hits = lexicon::scan(title.all());
    let of_title = Cues::above(title.all());
    let title_tally = partner::tally(Reading {
        text: title.all(),
        hits: &title_hits.partners,
        place: Place::Title,
        above: Above { cooperative: false, ..of_title },
    });
    let mut reader = SeriesReader::new(&document.title, document.date.as_ref());
    let tallies = read_passages(document, lead, of_title, &mut reader);
    mark_partners(document, &title_tally, &tallies);
    if let Some(parties) = given.partners.as_ref().and_then(|names| given_list(names, given_partner, &mut problems)) {
        give_parties(document, &parties);
    }
    mark_themes(
        document,
        theme::score(title.all(), &theme::words(title.all(), &title_hits.themes, &title_hits.partners), &[]),
    );
    if let Some(themes) = given.themes.as_ref().and_then(|paths| given_list(paths, given_theme, &mut problems)) {
        document.passages.iter_mut().for_each(|passage| passage.themes.clone_from(&themes));
        document.themes = themes;
    }
    reader.finish(document);
    problems
}

/// Returns the value, or records its problem and returns `None`.
fn kept<T>(found: Result<T, GivenProblem>, problems: &mut Vec<GivenProblem>) -> Option<T> {
    found.map_err(|problem| problems.push(problem)).ok()
}

/// Returns the valid given values without repetition; `None` if values are given and none is valid.
fn given_list<T: PartialEq>(
    fields: &[GivenField],
    read: fn(&GivenField) -> Result<T, GivenProblem>,
    problems: &mut Vec<GivenProblem>,
) -> Option<Vec<T>> {
    let mut values = Vec::new();
    for field in fields {
        // No repetition: each passage gets the whole list.
        if let Some(value) = kept(read(field), problems).filter(|value| !values.contains(value)) {
            values.push(value);
        }
    }
    (fields.is_empty() || !values.is_empty()).then_some(values)
}

/// Makes the given partners the parties of the document and of each passage. Other parties of a passage become
/// mentions.
fn give_parties(document: &mut Document, parties: &[PartnerValue]) {
    for passage in &mut document.passages {
        passage.partners.retain(|partner| parties.iter().all(|party| party.value != partner.value));
        for partner in &mut passage.partners {
            if partner.role == Role::Party {
                partner.role = Role::Mention;
            }
        }
        passage.partners.splice(..0, parties.iter().cloned());
    }
    document.partners = parties.to_vec();
}

/// Reads the given date; `None` for an empty value, which states that the document has no date.
fn given_date(field: &GivenField) -> Result<Option<DocumentDate>, GivenProblem> {
    let wrong = |problem: String| GivenProblem::new(&field.place, problem);
    if field.value.trim().is_empty() {
        return Ok(None);
    }
    let (interval, precision) = match field.value.split_once("..") {
        Some((from, to)) => {
            let range = format!("{}..{}", day_of(from), day_of(to.trim_start_matches('.')));
            (date::parse_range(&range).map_err(wrong)?, Precision::Day)
        }
        // A range without `..` must have both ends: 2012/11/14-15, 平成23-24年.
        None => date::parse_single(day_of(&field.value)).or_else(|problem| {
            let days = date::parse_range(&field.value).map_err(|_| wrong(problem.clone()))?;
            let is_closed = days.start.year > 1 && days.end.year < 9999;
            if is_closed { Ok((days, date::precision_of(days))) } else { Err(wrong(problem)) }
        })?,
    };
    Ok(Some(DocumentDate {
        interval,
        precision,
        kind: DateKind::Published,
        source: DateSource::Given,
        evidence: String::new(),
        candidates: Vec::new(),
    }))
}

/// Reads the given day of reading; `None` for an empty value.
fn given_day(field: &GivenField) -> Result<Option<CivilDate>, GivenProblem> {
    let Some(date) = given_date(field)? else { return Ok(None) };
    if date.precision == Precision::Day && date.interval.start == date.interval.end {
        return Ok(Some(date.interval.start));
    }
    Err(GivenProblem::new(&field.place, format!("accessed takes a day, not '{}'; write YYYY-MM-DD", field.value)))
}

/// Returns the day of a timestamp as YAML, TOML and site generators write it, without conversion of the time zone:
/// `2011-06-09T10:00:00+09:00`, `2011-06-09 10:00 +0900`. Returns any other text unchanged.
fn day_of(text: &str) -> &str {
    let text = text.trim();
    let Some((day, time)) = text.split_once(['T', 't', ' ']) else { return text };
    let time = time.trim_start();
    let is_clock = time
        .split_once(':')
        .is_some_and(|(hour, _)| matches!(hour.len(), 1..=2) && hour.bytes().all(|b| b.is_ascii_digit()));
    let is_time = is_clock && time.bytes().all(|byte| byte.is_ascii_digit() || b":.+-Zz ".contains(&byte));
    let is_day = day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_time && is_day { day } else { text }
}

fn given_partner(field: &GivenField) -> Result<PartnerValue, GivenProblem> {
    let partner = partners()
        .by_name(&field.value)
        .ok_or_else(|| GivenProblem::new(&field.place, unknown_partner(&field.value)))?;
    Ok(PartnerValue { value: partner.name.to_owned(), role: Role::Party, evidence: String::new(), reasons: Vec::new() })
}

fn given_theme(field: &GivenField) -> Result<ThemeValue, GivenProblem> {
    let known = |path: &str| path == field.value || path.ends_with(&format!("/{}", field.value));
    let theme = theme::themes().iter().find(|theme| known(theme.path));
    let theme = theme.ok_or_else(|| GivenProblem::new(&field.place, unknown_theme(&field.value)))?;
    Ok(ThemeValue { value: theme.path.to_owned(), score: 0.0, evidence: Vec::new() })
}

/// Formats the message for an unknown partner: its nearest names, and the places that list all names.
pub fn unknown_partner(name: &str) -> String {
    let known = partners().rows().iter().flat_map(|row| std::iter::once(row.name).chain(row.names.iter().copied()));
    unknown("partner", name, known)
}

/// Formats the message for an unknown theme: its nearest names, and the places that list all names.
pub fn unknown_theme(name: &str) -> String {
    unknown("theme", name, theme::themes().iter().flat_map(|theme| [theme.path, theme.english]))
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    let nearest = if near.is_empty() { String::new() } else { format!("; nearest are {}", near.join(", ")) };
    format!(
        "unknown {what} '{name}'{nearest}; fumikura facets lists the {what}s of the index, data/{what}s.tsv lists all"
    )
}

/// Finds dates, themes and commitments of each passage, and tallies its partners. Each text is read once for all four.
/// `lead` holds the dates of the first texts, as far as they were read before.
fn read_passages(
    document: &mut Document,
    lead: Vec<Written>,
    of_title: Above,
    reader: &mut SeriesReader,
) -> Vec<Tally> {
    let mut lead = lead.into_iter();
    let mut context = Context::of(document.date.as_ref().map(|date| date.interval.start));
    let stated = document.date.clone().filter(|date| date.source != DateSource::Given);
    let events = document.events.clone();
    let mut above: &[String] = &[];
    let mut heading_words: Vec<(usize, String)> = Vec::new();
    let mut of_headings = of_title;
    let mut tallies = Vec::with_capacity(document.passages.len());
    for Passage { kind, text, heading, dates, themes, commitments, series, .. } in &mut document.passages {
        if *heading != above {
            above = heading;
            heading_words.clear();
            of_headings = of_title;
            for heading in above {
                let plain = Plain::new(heading);
                of_headings = of_headings.with(Cues::above(plain.all()));
                let hits = lexicon::scan(plain.all());
                let words = theme::words(plain.all(), &hits.themes, &hits.partners);
                heading_words.extend(words.into_iter().map(|(pattern, word)| (pattern, word.to_owned())));
            }
        }
        let written = lead.next().unwrap_or_else(|| Written::new(text));
        *dates = date::resolved(text, &written, &mut context);
        dates.shrink_to_fit();
        let plain = Plain::with_chars(text, written.chars);
        *series = reader.passage(plain.all().chars, dates, heading, *kind);
        for mention in dates {
            if let Some(own) = &stated
                && mention.interval == Some(own.interval)
                && own.evidence.contains(&mention.surface)
            {
                mention.kind = own.kind;
            } else if events
                .iter()
                .any(|event| mention.interval == Some(event.interval) && event.evidence == mention.surface)
            {
                mention.kind = DateKind::Event;
            }
        }
        let mut hits = lexicon::scan(plain.all());
        *themes = theme::score(plain.all(), &theme::words(plain.all(), &hits.themes, &hits.partners), &heading_words);
        // A table of contents repeats the headings of other passages.
        if *kind != PassageKind::Toc {
            *commitments = commitment::commitments(plain.all(), text, &hits.partners);
        }
        let body = plain.below(heading_lines(text, heading));
        let skipped = plain.all().letters.len() - body.letters.len();
        hits.partners.retain_mut(|hit| {
            let inside = hit.start >= skipped;
            if inside {
                (hit.start, hit.end) = (hit.start - skipped, hit.end - skipped);
            }
            inside
        });
        tallies.push(partner::tally(Reading {
            text: body,
            hits: &hits.partners,
            place: Place::Body,
            above: of_headings,
        }));
    }
    tallies
}

/// Sets the partners of the passages and the document by the points of title, headings and passages.
fn mark_partners(document: &mut Document, title: &Tally, own: &[Tally]) {
    let mut headings: BTreeMap<String, Tally> = BTreeMap::new();
    for heading in document.passages.iter().flat_map(|passage| &passage.heading) {
        if !headings.contains_key(heading) {
            let plain = Plain::new(heading);
            let hits = lexicon::scan(plain.all());
            let reading = Reading {
                text: plain.all(),
                hits: &hits.partners,
                place: Place::Heading,
                above: Above { cooperative: false, ..Cues::above(plain.all()) },
            };
            headings.insert(heading.clone(), partner::tally(reading));
        }
    }
    // Sums the points of a section for the partners that one of its headings names.
    let sections_of = sections(&document.passages);
    let mut sections: BTreeMap<usize, Tally> = BTreeMap::new();
    for ((passage, within), tally) in document.passages.iter().zip(&sections_of).zip(own) {
        for (section, heading) in within.iter().zip(&passage.heading) {
            let section =
                sections.entry(*section).or_insert_with(|| headings.get(heading).cloned().unwrap_or_default());
            for (row, points) in tally {
                if let Some(sum) = section.get_mut(row) {
                    let heading = headings.get(heading).and_then(|tally| tally.get(row));
                    let beside = heading.map_or_else(Features::default, |heading| heading.features);
                    sum.add_best(&Points { features: points.features.with(beside), ..points.clone() });
                }
            }
        }
    }
    let mut whole = title.clone();
    let mut party_somewhere = Tally::new();
    for ((passage, within), tally) in document.passages.iter_mut().zip(&sections_of).zip(own) {
        let mut merged = tally.clone();
        for section in within.iter() {
            for (row, points) in sections.get(section).into_iter().flatten() {
                if points.role() == Role::Party {
                    merged.entry(*row).or_default().add(&Points { named: true, ..points.clone() });
                } else {
                    let heading = Points { points: 0, features: Features::default(), ..points.clone() };
                    merged.entry(*row).or_default().add(&heading);
                }
            }
        }
        // A party of the title adds its points wherever the passage or its headings name the partner.
        for (row, points) in title {
            if points.role() == Role::Party
                && let Some(known) = merged.get_mut(row)
            {
                known.add(points);
            }
        }
        for (row, points) in &merged {
            if points.role() == Role::Party {
                party_somewhere.entry(*row).or_default().add_best(points);
            }
        }
        passage.partners = partner::values(&merged, false);
        for (row, points) in tally {
            // The features of the title count together with the features of each passage.
            let beside = title.get(row).map_or_else(Features::default, |title| title.features);
            let points = Points { features: points.features.with(beside), ..points.clone() };
            whole.entry(*row).or_default().add_best(&points);
        }
    }
    for (row, points) in &party_somewhere {
        whole.entry(*row).or_default().add_best(points);
    }
    for tally in headings.values() {
        for (row, points) in tally {
            whole.entry(*row).or_default().add(&Points { points: 0, features: Features::default(), ..points.clone() });
        }
    }
    document.partners = partner::values(&whole, true);
    let of_title = |partner: &&PartnerValue| partner.role == Role::Party && title_has(title, partner);
    let parties: Vec<PartnerValue> = document.partners.iter().filter(of_title).cloned().collect();
    for passage in &mut document.passages {
        let has_party = passage.partners.iter().any(|partner| partner.role == Role::Party);
        // A passage without a party takes the parties of the title.
        if !has_party {
            for party in &parties {
                passage.partners.retain(|partner| partner.value != party.value);
                passage.partners.insert(0, PartnerValue { reasons: Vec::new(), ..party.clone() });
            }
        }
    }
}

/// Returns the sections of each passage, outermost first. Each number stands for one path of headings.
fn sections(passages: &[Passage]) -> Vec<Rc<[usize]>> {
    // The key is the parent section and the heading, so that no level hashes its whole path again.
    let mut known: HashMap<(Option<usize>, &str), usize> = HashMap::new();
    let mut found: Vec<Rc<[usize]>> = Vec::with_capacity(passages.len());
    for (at, passage) in passages.iter().enumerate() {
        if let Some(last) = found.last()
            && passages[at - 1].heading == passage.heading
        {
            found.push(last.clone());
            continue;
        }
        let mut path: Vec<usize> = Vec::with_capacity(passage.heading.len());
        for heading in &passage.heading {
            let fresh = known.len();
            path.push(*known.entry((path.last().copied(), heading)).or_insert(fresh));
        }
        found.push(path.into());
    }
    found
}

/// True if the title makes the partner a party.
fn title_has(title: &Tally, party: &PartnerValue) -> bool {
    title.iter().any(|(row, points)| points.role() == Role::Party && partners().rows()[*row].name == party.value)
}

/// Counts the first lines of a passage that repeat its headings, because headings have their own tally.
fn heading_lines(text: &str, headings: &[String]) -> usize {
    let is_heading =
        |line: &str| !line.trim().is_empty() && headings.iter().any(|heading| heading.starts_with(line.trim()));
    // The last line is never counted: a passage of headings alone is read as a body.
    text.split('\n').take_while(|line| is_heading(line)).count().min(text.matches('\n').count())
}

/// Sets the themes of the document: the sums over its passages, and its title with double weight.
fn mark_themes(document: &mut Document, title: Vec<ThemeValue>) {
    let mut sums: BTreeMap<String, (f32, Vec<String>)> = BTreeMap::new();
    for passage in &document.passages {
        for theme in &passage.themes {
            let (score, evidence) = sums.entry(theme.value.clone()).or_default();
            *score += theme.score;
            evidence.extend(theme.evidence.iter().cloned());
        }
    }
    for theme in title {
        let (score, evidence) = sums.entry(theme.value).or_default();
        *score += theme.score * 2.0;
        evidence.extend(theme.evidence);
    }
    let mut themes: Vec<ThemeValue> = sums
        .into_iter()
        .map(|(value, (score, mut evidence))| {
            evidence.sort();
            evidence.dedup();
            ThemeValue { value, score: (score * 100.0).round() / 100.0, evidence }
        })
        .collect();
    themes.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.value.cmp(&b.value)));
    document.themes = themes;
}
