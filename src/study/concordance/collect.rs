//! Collects the lines of a concordance.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use crate::analysis::Analyzer;
use crate::document::{Document, Span};
use crate::engine::{Engine, Found, Request, SearchError};
use crate::query::Mark;
use crate::study::passages::all_hits;

use super::context::Contexts;
use super::line::{Concordance, Line, Occurrences, Passage};
use super::options::ConcordanceOptions;
use super::order;

/// Most passages between the two threads.
const IN_FLIGHT: usize = 256;

/// Lists each occurrence of a query in its context: all spans of the engine's exact matches, those inside other words
/// too, each with its tier.
///
/// The analyzer cuts the words of contexts and keys: that of the index, if the index has user words.
///
/// # Errors
/// As [`Engine::each_match`].
pub fn concordance(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    request: &Request,
    options: &ConcordanceOptions,
) -> Result<Concordance, SearchError> {
    let request = all_hits(request);
    // Half of the time goes into reading passages, half into cutting their words: two threads take half of it.
    let (answer, mut found) = std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Found>(IN_FLIGHT);
        let worker = scope.spawn(move || {
            let mut collector = Collector::new(analyzer, options);
            // The sender ends when the receiver is gone.
            let _full = receive.into_iter().try_for_each(|found| collector.read(found));
            collector.finish()
        });
        let mut visitor = |found: Found| match send.send(found) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        let answer = engine.each_match(&request, &mut visitor);
        drop(send);
        (answer, worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    found.answer = answer?;
    order::sample(&mut found.lines, options);
    found.kept = found.lines.len();
    order::sort(&mut found.lines, options);
    found.lines.drain(..options.offset.min(found.lines.len()));
    found.lines.truncate(options.limit);
    Ok(found)
}

/// The title of a document, with its occurrences.
struct Title {
    document: Arc<Document>,
    marks: Vec<Mark>,
    index: Option<String>,
    /// True where a passage holds the title, so that its occurrences are lines already.
    is_in_text: bool,
}

struct Collector<'a> {
    analyzer: &'a Analyzer,
    options: &'a ConcordanceOptions,
    lines: Vec<Line>,
    total: Occurrences,
    cut: bool,
    documents: HashMap<String, Arc<Document>>,
    with_lines: HashSet<String>,
    titles: HashMap<String, Title>,
}

impl<'a> Collector<'a> {
    fn new(analyzer: &'a Analyzer, options: &'a ConcordanceOptions) -> Self {
        let (lines, total, documents, with_lines, titles) = Default::default();
        Self { analyzer, options, lines, total, cut: false, documents, with_lines, titles }
    }

    fn read(&mut self, found: Found) -> ControlFlow<()> {
        let Found { index, document, passage, marks, .. } = found;
        // Two indexes can have one id.
        let key = format!("{}\n{}", index.as_deref().unwrap_or_default(), document.id);
        let document = self.documents.entry(key.clone()).or_insert_with(|| Arc::new(document)).clone();
        if !marks.title.is_empty() {
            let title = self.titles.entry(key.clone()).or_insert_with(|| Title {
                document: document.clone(),
                marks: marks.title,
                index: index.clone(),
                is_in_text: false,
            });
            title.is_in_text = title.is_in_text || bare(&passage.text).contains(&bare(&document.title));
        }
        if marks.body.is_empty() {
            return ControlFlow::Continue(());
        }
        self.total.passages += 1;
        if self.with_lines.insert(key) {
            self.total.documents += 1;
        }
        let spans: Vec<Span> = marks.body.iter().map(|mark| mark.span).collect();
        let contexts = Contexts::of(self.analyzer, &passage.text, &spans, self.options);
        let starts = line_starts(&passage.text);
        let counts_lines = passage.lines.1.saturating_sub(passage.lines.0) + 1 == starts.len();
        let of_passage = Arc::new(Passage {
            id: passage.id,
            index: passage.index,
            heading: passage.heading,
            lines: passage.lines,
            page: passage.page,
            partners: passage.partners,
            themes: passage.themes,
        });
        for mark in &marks.body {
            let line = starts.partition_point(|start| *start <= mark.span.start).saturating_sub(1);
            let line = counts_lines.then(|| passage.lines.0 + line);
            self.add(&contexts, mark, &document, Some(&of_passage), line, index.as_ref());
        }
        if self.lines.len() >= self.options.most {
            self.cut = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn add(
        &mut self,
        contexts: &Contexts<'_>,
        mark: &Mark,
        document: &Arc<Document>,
        passage: Option<&Arc<Passage>>,
        line: Option<usize>,
        index: Option<&String>,
    ) {
        let context = contexts.at(mark.span);
        if passage.is_some() {
            self.total.lines += 1;
            self.total.by_tier[mark.tier as usize] += 1;
        }
        self.lines.push(Line {
            left: context.left,
            matched: context.matched,
            right: context.right,
            tier: mark.tier,
            document: document.clone(),
            passage: passage.cloned(),
            offset: mark.span.start,
            line,
            index: index.cloned(),
            before: context.before,
            after: context.after,
        });
    }

    fn finish(mut self) -> Concordance {
        let mut titles = 0;
        for title in std::mem::take(&mut self.titles).into_values().filter(|title| !title.is_in_text) {
            titles += title.marks.len();
            if self.options.titles {
                let spans: Vec<Span> = title.marks.iter().map(|mark| mark.span).collect();
                let contexts = Contexts::of(self.analyzer, &title.document.title, &spans, self.options);
                for mark in &title.marks {
                    self.add(&contexts, mark, &title.document, None, None, title.index.as_ref());
                }
            }
        }
        let Self { lines, total, cut, .. } = self;
        Concordance { lines, total, titles, cut, ..Concordance::default() }
    }
}

/// Returns the code points at which the lines of a text begin.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.chars().enumerate().filter(|(_, c)| *c == '\n').map(|(at, _)| at + 1)).collect()
}

/// Removes white space, which a title and a line of the text may have in other places.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
