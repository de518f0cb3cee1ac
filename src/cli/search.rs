//! `fumikura search`

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::glossary::translated;
use super::journal::{LogArgs, Ran, now};
use super::rerank::{RERANK_TIMEOUT, scores};
use super::{
    ByArg, CommandResult, FILTERS, FilterArgs, Outcome, TIMEOUT, budget, failed, made, name_command, output_is_file,
    say,
};
use crate::cite::Accessed;
use crate::engine::{Answer, Emptied, Engine, Found, PartnerRoles, Request, SearchError, Sort};
use crate::engines::Place;
use crate::output::{Export, Format, Shape, Sources, write_export};
pub(super) use crate::query::QUERY_HELP;
use crate::study::{Asked, MOST_RERANKED, SavedSearch, rerank, search_name};

/// Output formats on the command line; the library type stays free of the argument parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum OutputFormat {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One object a hit.
    Jsonl,
    /// One row a hit.
    Csv,
    /// One row a hit; data as they are, for programs.
    Tsv,
    /// A spreadsheet with a sheet of conditions.
    Xlsx,
    /// Quotations with their places.
    Markdown,
    /// A BibTeX entry a document.
    Bib,
    /// A record for reference managers a document.
    Ris,
    /// An item for citation processors a document.
    CslJson,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Text => Self::Text,
            OutputFormat::Json => Self::Json,
            OutputFormat::Jsonl => Self::Jsonl,
            OutputFormat::Csv => Self::Csv,
            OutputFormat::Tsv => Self::Tsv,
            OutputFormat::Xlsx => Self::Xlsx,
            OutputFormat::Bib => Self::Bibtex,
            OutputFormat::Ris => Self::Ris,
            OutputFormat::CslJson => Self::CslJson,
            OutputFormat::Markdown => Self::Markdown,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SortArg {
    #[default]
    Relevance,
    Date,
    #[value(name = "-date")]
    DateDescending,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GroupArg {
    Document,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum BomArg {
    #[default]
    Auto,
    Always,
    Never,
}

impl BomArg {
    /// Adds the mark to a file, which a person opens, and not to a pipe, which a program reads.
    pub(super) fn is_wanted(self) -> bool {
        match self {
            Self::Auto => output_is_file(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// The query; several words are one query. Without words, all passages that the filters leave
    #[arg(required_unless_present_any = FILTERS, value_name = "QUERY", allow_hyphen_values = false)]
    query: Vec<String>,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Hits to show; 0: the counts only
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Hits to skip at the top
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Show all hits, without partial matches
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = SortArg::Relevance, allow_hyphen_values = true)]
    sort: SortArg,
    /// Show the best passage of each document
    #[arg(long, value_enum)]
    group: Option<GroupArg>,
    /// Count facets too
    #[arg(long)]
    facets: bool,
    /// Unit of the facet of dates, with --facets [default: year]
    #[arg(long, value_enum, value_name = "UNIT", requires = "facets")]
    by: Option<ByArg>,
    /// Show how the query was read, the forms found, and the score of each hit
    #[arg(long)]
    explain: bool,
    /// Find only the words themselves, in any spelling
    #[arg(long)]
    no_variants: bool,
    /// Treat a query that may be misread as an error
    #[arg(long)]
    strict: bool,
    /// Show no partial matches
    #[arg(long)]
    no_relax: bool,
    /// Show near-duplicates (a page and its PDF) as hits of their own
    #[arg(long)]
    duplicates: bool,
    /// Time limit of the answer; hits found until then are shown and marked. 0: no limit. Default 10; with --all the
    /// default bounds finding but not showing
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds)]
    timeout: Option<f64>,
    /// The query is an English name; it is searched for by its approved translations in this glossary, see fumikura
    /// glossary
    #[arg(long, value_name = "GLOSSARY", requires = "query")]
    english: Option<PathBuf>,
    /// Let a program of yours put the best 50 hits into an order, each among the hits of its tier: it reads a line of
    /// JSON for each (query, id, title, heading, text) and writes {"id": …, "score": …}. No number changes
    #[arg(long, value_name = "CMD", conflicts_with_all = ["all", "sort", "group", "head"])]
    rerank_with: Option<String>,
    /// Time limit of this program
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = super::seconds,
        default_value_t = RERANK_TIMEOUT,
        requires = "rerank_with"
    )]
    rerank_timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
    /// Write CSV for people: with a byte order mark, by which spreadsheets recognise UTF-8, and ' before cells that
    /// they would run; auto: if standard output is a file
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = BomArg::Auto)]
    bom: BomArg,
    /// Begin CSV, TSV, JSONL and Markdown with the conditions of the search: query, filters, counts, commit, date.
    /// xlsx, bib, ris and csl-json always hold them
    #[arg(long)]
    head: bool,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    pub(super) log: LogArgs,
    /// Keep query and filters as searches/NAME.toml, for fumikura new
    #[arg(long, value_name = "NAME", value_parser = search_name)]
    save: Option<String>,
    /// Words to keep with the search
    #[arg(long, value_name = "TEXT", requires = "save")]
    note: Option<String>,
    /// Let --save replace a search of this name
    #[arg(long, requires = "save")]
    force: bool,
}

impl SearchArgs {
    /// Returns the query as one text.
    pub fn query(&self) -> String {
        joined(&self.query)
    }

    /// Makes the request.
    pub(super) fn request(&self) -> Request {
        let budget = match self.timeout {
            None if self.all => budget(TIMEOUT).showing_all(),
            timeout if self.has_head() => budget(timeout.unwrap_or(TIMEOUT)).showing_all(),
            timeout => budget(timeout.unwrap_or(TIMEOUT)),
        };
        Request {
            text: self.query(),
            filters: self.filters.filters(),
            limit: if self.all { usize::MAX } else { self.limit },
            offset: self.offset,
            sort: match self.sort {
                SortArg::Relevance => Sort::Relevance,
                SortArg::Date => Sort::Date,
                SortArg::DateDescending => Sort::DateDescending,
            },
            group_documents: matches!(self.group, Some(GroupArg::Document)),
            facets: self.facets,
            by: self.by.map(ByArg::unit).unwrap_or_default(),
            explain: self.explain,
            variants: !self.no_variants,
            strict: self.strict,
            relax: !self.no_relax && !self.all,
            fold_duplicates: !self.duplicates,
            budget,
        }
    }

    /// Makes the request, with the query from a glossary where one is given.
    ///
    /// # Errors
    /// A glossary that cannot be read.
    fn asked(&self) -> Result<Request, Box<dyn std::error::Error>> {
        let mut request = self.request();
        if let Some(glossary) = &self.english {
            request.text = translated(glossary, &self.query.join(" "))?;
        }
        Ok(request)
    }

    /// Adds to an answer the command with any role, and what a list of all hits leaves out.
    pub(super) fn complete(&self, answer: &mut Answer, request: &Request) {
        name_command(answer);
        if !self.no_relax {
            answer.tell_no_exact_hit(request);
        }
    }

    /// Returns the format of the output.
    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format.into() }
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format().is_binary()
    }

    /// True where the conditions of the search stand before the hits, so that the list must be complete or be known to
    /// be cut before the first hit is written.
    fn has_head(&self) -> bool {
        self.head || matches!(self.format(), Format::Xlsx | Format::Bibtex | Format::Ris | Format::CslJson)
    }
}

pub(super) fn run(place: &Place, args: &SearchArgs, out: &mut dyn Write) -> CommandResult {
    let started = Instant::now();
    may_begin(args)?;
    let collection = place.open()?;
    let request = args.asked()?;
    let mut sources = |hit: &Found| {
        let (document, read) = collection.source(&hit.document.id)?;
        Ok((document, read.and_then(Accessed::of_file)))
    };
    let mut from = Origin { generation: collection.generation()?, sources: &mut sources };
    let mut hits = collection.hits(&request)?;
    let (written, timed_out);
    if args.all {
        let mut answer = hits.answer().clone();
        args.complete(&mut answer, &request);
        written = write(out, args, &answer, &mut *hits, &request, &mut from);
        timed_out = hits.answer().timed_out;
    } else {
        // A page is read before it is written, so that its head can tell whether the time ran out.
        let page: Vec<_> = hits.by_ref().collect();
        let page = reranked(args, &*collection, &request, page)?;
        let mut answer = hits.finish();
        args.complete(&mut answer, &request);
        written = write(out, args, &answer, &mut page.into_iter(), &request, &mut from);
        timed_out = answer.timed_out;
    }
    // A reader that closes the pipe does not undo the search.
    let limit = budget(args.timeout.unwrap_or(TIMEOUT)).showing_all();
    args.log.record(Ran {
        tool: "search",
        collection: &*collection,
        request: &request,
        budget: limit,
        started,
        timed_out,
    })?;
    keep(args, &request)?;
    // No hits until the time ran out are not no hits.
    written.map(|outcome| if timed_out && matches!(outcome, Outcome::NoHits) { Outcome::Faults } else { outcome })
}

/// A page of hits.
type Page = Vec<Result<Found, SearchError>>;

/// Puts the best hits into the order of a program, if one is named, and returns those of the page.
fn reranked(
    args: &SearchArgs,
    engine: &dyn Engine,
    request: &Request,
    page: Page,
) -> Result<Page, Box<dyn std::error::Error>> {
    let Some(command) = &args.rerank_with else { return Ok(page) };
    let best = Request { limit: MOST_RERANKED, offset: 0, facets: false, explain: false, ..request.clone() };
    let hits = engine.search(&best)?.hits;
    if hits.is_empty() {
        return Ok(page);
    }
    let time = std::time::Duration::try_from_secs_f64(args.rerank_timeout).unwrap_or_default();
    let scores = scores(command, &request.text, &hits, time)?;
    let hits = rerank(hits, &scores);
    let first = hits.len();
    say(&format!(
        "fumikura: the first {first} hits stand in an order by {command} (外部); counts and tiers do not change"
    ));
    // The best hits begin at rank 1.
    let moved = |hit: &Found| hits.get(hit.rank.saturating_sub(1)).cloned();
    Ok(page.into_iter().map(|hit| hit.map(|hit| moved(&hit).unwrap_or(hit))).collect())
}

/// Fails where the name of a search to be saved is taken, or where options exclude each other.
fn may_begin(args: &SearchArgs) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(name) = &args.save {
        args.log.searches.must_be_free(name, args.force)?;
    }
    if args.rerank_with.is_some() && !matches!(args.format(), Format::Text | Format::Json | Format::Jsonl) {
        return Err("--rerank-with writes text, json or jsonl: an export keeps the order of the search".into());
    }
    Ok(())
}

/// Saves a search, if that is wanted.
fn keep(args: &SearchArgs, request: &Request) -> Result<(), Box<dyn std::error::Error>> {
    let Some(name) = &args.save else { return Ok(()) };
    let saved = SavedSearch { asked: Asked::of(request), note: args.note.clone(), created: Some(now()) };
    args.log.searches.save(name, &saved, args.force)
}

/// Where an answer comes from: its commit, and the documents for references.
struct Origin<'a> {
    generation: String,
    sources: &'a mut Sources<'a>,
}

/// Writes an answer with its hits.
fn write(
    out: &mut dyn Write,
    args: &SearchArgs,
    answer: &Answer,
    hits: &mut dyn Iterator<Item = Result<Found, SearchError>>,
    request: &Request,
    from: &mut Origin<'_>,
) -> CommandResult {
    for warning in &answer.warnings {
        say(&format!("fumikura: {warning}"));
    }
    let format = args.format();
    // Text and JSON contain these sentences themselves.
    if !matches!(format, Format::Text | Format::Json) {
        let said = [answer.emptied.as_ref().map(Emptied::sentence), answer.roles.as_ref().map(PartnerRoles::sentence)];
        said.iter().flatten().for_each(|sentence| say(&format!("fumikura: {sentence}")));
    }
    let shape = Shape { format, explain: args.explain, byte_order_mark: args.bom.is_wanted(), head: args.head };
    let export = Export { request, answer, made: &made(from.generation.clone()) };
    write_export(out, shape, export, hits, from.sources).map_err(failed)?;
    Ok(if answer.total.passages == 0 { Outcome::NoHits } else { Outcome::Done })
}

/// Joins several arguments to one query. An argument with blanks was quoted in the shell, so it becomes a phrase.
pub(super) fn joined(words: &[String]) -> String {
    let quote = |word: &String| {
        let plain = words.len() > 1
            && word.contains(' ')
            && !word.contains(['"', '(', ')', ':', '=', '~', '*', '“', '”'])
            && !word.contains(" OR ")
            && !word.contains("NOT ");
        if plain { format!("\"{word}\"") } else { word.clone() }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}
