//! `fumikura inspect`

use std::io::{self, BufReader, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CommandResult, Outcome, own_program, say};
use crate::analysis::{Analyzer, Reference, path};
use crate::document::{Actor, Document, PartnerValue, Passage, ThemeValue, counted, line_range, shown_path};
use crate::document::{Line, LineRole, Meeting, Rename};
use crate::index::is_index_folder;
use crate::ingest::{
    self, Collection, Content, Extractor, IngestError, JsonLines, Member, Members, SourceDocument, SourceFile, Walked,
};
use crate::normalize::{LineKind, LogicalLine, Normalized};
use crate::output::{date_label, one_line, passage_lines, sanitized, wire, write_json_line};
use crate::pipeline;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Text as extracted from the file
    Extracted,
    /// Lines after repair
    Normalized,
    /// Passages with their headings
    Passages,
    /// Dates, partners, themes, commitments and meetings of series with their evidence
    Metadata,
    /// Folded characters with word boundaries, and words
    Tokens,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum InspectFormat {
    Text,
    Jsonl,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Files or folders; - reads JSONL from standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Stage to show
    #[arg(long, value_enum, default_value_t = Stage::Passages)]
    stage: Stage,
    /// With --stage tokens: the words of lindera's own segmenter, before compounds are cut
    #[arg(long)]
    reference: bool,
    /// Format of the output
    #[arg(long, value_enum, default_value_t = InspectFormat::Text)]
    format: InspectFormat,
}

pub(super) fn run(args: &InspectArgs, out: &mut dyn Write) -> CommandResult {
    if args.reference && args.stage != Stage::Tokens {
        return Err("--reference works only with --stage tokens".into());
    }
    let reference = args.reference.then(Reference::new);
    let mut inspector = Inspector { args, analyzer: None, reference, failed: false };
    let mut extractor = Extractor::new(own_program());
    for path in &args.paths {
        if path.as_os_str() == "-" {
            for document in JsonLines::new(BufReader::new(io::stdin().lock()), "-") {
                match document {
                    Ok(document) => inspector.one(&document, out)?,
                    Err(error) => inspector.refuse("-", &error),
                }
            }
            continue;
        }
        if !path.exists() {
            return Err(format!("{}: no such file or folder", path.display()).into());
        }
        for found in ingest::walk(std::slice::from_ref(path), &is_index_folder) {
            match found {
                Walked::Index { .. } => {}
                // A skipped file in a folder is no failure; a skipped file that was named itself is one.
                Walked::Skipped { path: skipped, reason } if skipped != *path => {
                    say(&format!("skipped: {}: {reason}", shown_path(&skipped)));
                }
                Walked::Skipped { path, reason } | Walked::Failed { path, reason } => {
                    inspector.fail(&shown_path(&path), &reason)
                }
                Walked::File(source) => {
                    if let Some(collection) = Collection::of(&source.path) {
                        inspector.many(collection, &source, &mut extractor, out)?;
                        continue;
                    }
                    match ingest::read_document(&source, ingest::read_file(&source), &mut extractor) {
                        Ok(document) => inspector.one(&document, out)?,
                        Err(error) => inspector.refuse(&source.shown, &error),
                    }
                }
            }
        }
    }
    if let Some(warning) = extractor.warning() {
        say(&format!("warning: {warning}"));
    }
    Ok(if inspector.failed { Outcome::Faults } else { Outcome::Done })
}

struct Inspector<'a> {
    args: &'a InspectArgs,
    analyzer: Option<Analyzer>,
    reference: Option<Reference>,
    failed: bool,
}

impl Inspector<'_> {
    fn fail(&mut self, path: &str, reason: &str) {
        say(&format!("failed: {path}: {reason}"));
        self.failed = true;
    }

    /// Reports a source that could not be read as a document.
    fn refuse(&mut self, path: &str, error: &IngestError) {
        let (place, reason) = error.report(path);
        self.fail(&place, &reason);
    }

    /// Writes the documents of a file that holds many.
    fn many(
        &mut self,
        collection: Collection,
        source: &SourceFile,
        extractor: &mut Extractor,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let file = ingest::open(&source.path).map_err(IngestError::unreadable);
        let members = match file.and_then(|file| Members::new(collection, source, file)) {
            Ok(members) => members,
            Err(error) => {
                self.refuse(&source.shown, &error);
                return Ok(());
            }
        };
        for member in members {
            let place = member.as_ref().map_or_else(|_| source.shown.clone(), Member::place);
            let document = member.and_then(|member| match member {
                Member::Document(document) => Ok(*document),
                Member::Capture(capture) => capture.document(extractor),
            });
            match document {
                Ok(document) => self.one(&document, out)?,
                Err(error) => self.refuse(&place, &error),
            }
        }
        Ok(())
    }

    /// Writes one document at the requested stage, in the requested format.
    fn one(&mut self, source: &SourceDocument, out: &mut dyn Write) -> io::Result<()> {
        if self.args.stage == Stage::Extracted {
            return self.extracted(source, out);
        }
        let normalized =
            if self.args.stage == Stage::Normalized { pipeline::repaired(source) } else { Normalized::default() };
        let (mut document, warnings) = pipeline::cut(source);
        let mut problems = source.given.problems.clone();
        if matches!(self.args.stage, Stage::Metadata | Stage::Passages) {
            problems.extend(crate::metadata::complete(&mut document, &source.given));
        }
        problems.iter().for_each(|problem| say(&format!("warning: {problem}")));
        warnings.iter().for_each(|warning| say(&format!("warning: {}: {warning}", source.path)));
        match self.args.format {
            InspectFormat::Jsonl => {
                match self.args.stage {
                    // `one` has written this stage already.
                    Stage::Extracted => Ok(()),
                    Stage::Normalized => write_json_line(out, &normalized_value(&source.id, &normalized)),
                    Stage::Passages => write_json_line(out, &wire::Passages::from(&document)),
                    Stage::Metadata => write_json_line(out, &wire::Metadata::from(&document)),
                    Stage::Tokens => write_json_line(out, &self.tokens(&document)),
                }
            }
            InspectFormat::Text => self.text(source, &normalized, &document, out),
        }
    }

    /// Writes the stage `extracted`; this stage needs no normalization and no passages.
    fn extracted(&self, source: &SourceDocument, out: &mut dyn Write) -> io::Result<()> {
        if self.args.format == InspectFormat::Jsonl {
            let value = wire::Extracted {
                id: &source.id,
                path: &source.path,
                format: source.format.to_string(),
                encoding: &source.encoding,
                replacements: source.replacements,
                pages: source.pages,
                warnings: &source.warnings,
                title: source.title.as_deref(),
                publisher: source.publisher.as_deref(),
                links: source.links.iter().map(wire::Link::from).collect(),
                text: plain_text(&source.content),
            };
            return write_json_line(out, &value);
        }
        writeln!(out, "== {}", one_line(&source.id))?;
        let pages = source.pages.map_or(String::new(), |pages| format!(" · {}", counted(pages, "page")));
        writeln!(
            out,
            "format {} · encoding {}{pages} · {} lost",
            source.format,
            one_line(&source.encoding),
            counted(source.replacements, "character")
        )?;
        for warning in &source.warnings {
            writeln!(out, "warning: {}", one_line(warning))?;
        }
        for (name, value) in [("title", &source.title), ("publisher", &source.publisher)] {
            if let Some(value) = value {
                writeln!(out, "{name}: {}", one_line(value))?;
            }
        }
        match &source.content {
            Content::Text(text) => writeln!(out, "{}", sanitized(text)),
            Content::Lines(lines) => extracted_lines(lines, out),
        }
    }

    fn text(
        &mut self,
        source: &SourceDocument,
        normalized: &Normalized,
        document: &Document,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "== {}", one_line(&source.id))?;
        match self.args.stage {
            Stage::Extracted => Ok(()),
            Stage::Normalized => normalized_text(normalized, out),
            Stage::Passages => {
                writeln!(out, "title: {}", one_line(&document.title))?;
                for passage in &document.passages {
                    let kind = if passage.kind == crate::document::PassageKind::Body {
                        String::new()
                    } else {
                        format!(" {:?}", passage.kind).to_lowercase()
                    };
                    writeln!(
                        out,
                        "\n[{}]{kind} {} ({})",
                        passage.index,
                        one_line(&passage.heading.join(" > ")),
                        lines_named(passage.lines)
                    )?;
                    passage_lines(out, passage, &[])?;
                }
                Ok(())
            }
            Stage::Metadata => metadata_text(document, out),
            Stage::Tokens => {
                for passage in self.tokens(document).passages {
                    writeln!(out, "{}", sanitized(&passage.characters))?;
                    write!(out, "  ")?;
                    write_json_line(out, &passage.words)?;
                }
                Ok(())
            }
        }
    }

    /// Returns the characters with word boundaries and the words of each passage.
    fn tokens<'d>(&mut self, document: &'d Document) -> wire::Tokens<'d> {
        if let Some(reference) = &mut self.reference {
            return by_reference(reference, document);
        }
        let analyzer = self.analyzer.get_or_insert_with(Analyzer::new);
        let mut passages = Vec::new();
        for passage in &document.passages {
            let analyzed = analyzer.analyze(&passage.text);
            let mut characters = String::new();
            for (at, c) in analyzed.folded.chars.iter().enumerate() {
                if at > 0 && analyzed.boundary[at] {
                    characters.push('|');
                }
                characters.push(*c);
            }
            let words: Vec<String> = analyzer.words(&analyzed).into_iter().map(|word| word.text().to_owned()).collect();
            passages.push(wire::PassageTokens { id: &passage.id, characters, words });
        }
        wire::Tokens { id: &document.id, passages }
    }
}

fn normalized_value<'a>(id: &'a str, normalized: &'a Normalized) -> wire::Normalized<'a> {
    let line = |line: &'a LogicalLine| wire::NormalizedLine { text: &line.text, lines: line.lines, page: line.page };
    wire::Normalized { id, wrapped: normalized.wrapped, lines: normalized.lines.iter().map(line).collect() }
}

/// Returns the path of the reference segmenter in the form of tokens: words with their parts of speech.
fn by_reference<'d>(reference: &mut Reference, document: &'d Document) -> wire::Tokens<'d> {
    let tokens = |passage: &'d Passage| {
        let found = path(reference, &passage.text);
        let words = found.iter().filter(|word| !word.text.trim().is_empty());
        wire::PassageTokens {
            id: &passage.id,
            characters: found.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("|"),
            words: words.map(|word| format!("{}/{}", word.text, word.part.as_deref().unwrap_or("?"))).collect(),
        }
    };
    wire::Tokens { id: &document.id, passages: document.passages.iter().map(tokens).collect() }
}

/// Formats a range of lines: `line 230` or `lines 119-127`.
fn lines_named(lines: (usize, usize)) -> String {
    format!("line{} {}", if lines.0 == lines.1 { "" } else { "s" }, line_range(lines))
}

/// Returns the extracted text alone, one extracted line on each line.
fn plain_text(content: &Content) -> String {
    match content {
        Content::Text(text) => text.clone(),
        Content::Lines(lines) => lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"),
    }
}

/// Writes lines with the marks of their format: page, heading level, footnote.
fn extracted_lines(lines: &[Line], out: &mut dyn Write) -> io::Result<()> {
    let mut page = None;
    for line in lines {
        if line.page != page {
            page = line.page;
            page.map_or(Ok(()), |page| writeln!(out, "-- page {page}"))?;
        }
        let role = match line.role {
            LineRole::Text | LineRole::Row => String::new(),
            LineRole::Heading(level) => format!("[h{level}] "),
            LineRole::Footnote => "[note] ".to_owned(),
            LineRole::Contents => "[toc] ".to_owned(),
        };
        writeln!(out, "{role}{}", sanitized(&line.text))?;
    }
    Ok(())
}

/// Writes dropped lines, repaired lines and their repairs.
fn normalized_text(normalized: &Normalized, out: &mut dyn Write) -> io::Result<()> {
    for (line, text) in &normalized.dropped {
        writeln!(out, "dropped line {line}: {}", one_line(text))?;
    }
    for line in &normalized.lines {
        let kind = match line.kind {
            LineKind::Text => "",
            LineKind::Toc => "toc ",
            LineKind::Footnote => "note ",
        };
        writeln!(out, "{:>5}-{:<5}{kind}{}", line.lines.0, line.lines.1, one_line(&line.text))?;
        for repair in &line.repairs {
            writeln!(
                out,
                "            {:?} at {}-{}, was «{}»",
                repair.kind,
                repair.span.start,
                repair.span.end,
                one_line(&repair.original)
            )?;
        }
    }
    Ok(())
}

/// Writes partners with roles and themes with scores, indented, one on each line.
fn values_text(out: &mut dyn Write, indent: &str, partners: &[PartnerValue], themes: &[ThemeValue]) -> io::Result<()> {
    for PartnerValue { value, role, evidence, .. } in partners {
        writeln!(out, "{indent}partner  {} {} «{}»", one_line(value), role.name(), one_line(evidence))?;
    }
    for ThemeValue { value, score, evidence } in themes {
        writeln!(out, "{indent}theme    {} {score:.2} «{}»", one_line(value), one_line(&evidence.join("、")))?;
    }
    Ok(())
}

/// Writes meetings of series, indented, one on each line.
fn series_text(out: &mut dyn Write, indent: &str, meetings: &[Meeting]) -> io::Result<()> {
    for meeting in meetings {
        let number = meeting.number.map(|number| format!("第{number}回"));
        let told = [&number, &meeting.edition, &meeting.sub, &meeting.date, &meeting.place];
        let told: String = told.into_iter().flatten().map(|value| format!(" {}", one_line(value))).collect();
        let (name, evidence) = (one_line(&meeting.series), one_line(&meeting.evidence));
        writeln!(out, "{indent}series   {name}{told} {} «{evidence}»", meeting.relation.label())?;
    }
    Ok(())
}

/// Writes title, date, partners and themes of a document, then of each passage.
fn metadata_text(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "title    {}", one_line(&document.title))?;
    let proof = document.date.as_ref().map_or(String::new(), |date| {
        let candidates = if date.candidates.is_empty() { String::new() } else { format!(", of {:?}", date.candidates) };
        format!("  {} «{}»{candidates}", format!("{:?} {:?}", date.kind, date.source).to_lowercase(), date.evidence)
    });
    writeln!(out, "date     {}{}", date_label(document.date.as_ref()), one_line(&proof))?;
    values_text(out, "", &document.partners, &document.themes)?;
    series_text(out, "", &document.series)?;
    for Rename { old, new, relation, date, evidence } in &document.renames {
        let date = date.as_ref().map_or(String::new(), |date| format!(" {date}"));
        let names = format!("{} → {}", one_line(old), one_line(new));
        writeln!(out, "renamed  {names}{date} {} «{}»", relation.label(), one_line(evidence))?;
    }
    for passage in &document.passages {
        writeln!(
            out,
            "\n[{}] {} ({})",
            passage.index,
            one_line(&passage.heading.join(" > ")),
            lines_named(passage.lines)
        )?;
        values_text(out, "   ", &passage.partners, &passage.themes)?;
        series_text(out, "   ", &passage.series)?;
        for date in &passage.dates {
            let days =
                date.interval.map_or("unknown".to_owned(), |interval| format!("{}..{}", interval.start, interval.end));
            let (kind, source) =
                (format!("{:?}", date.kind).to_lowercase(), format!("{:?}", date.source).to_lowercase());
            writeln!(out, "   date     {days} {kind} {source} «{}»", one_line(&date.surface))?;
        }
        for commitment in &passage.commitments {
            let actor = commitment.actor.map_or("-", Actor::name);
            let object =
                commitment.object.as_deref().map_or_else(String::new, |object| format!(" on {}", one_line(object)));
            let words = one_line(&commitment.words);
            writeln!(out, "   commits  {} {actor}{object} «{words}»", commitment.label.name())?;
        }
    }
    Ok(())
}
