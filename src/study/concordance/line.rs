//! Lines of a concordance.

use std::sync::Arc;

use crate::document::{Document, PartnerValue, Role, ThemeValue};
use crate::engine::Answer;
use crate::query::Tier;

/// What a line tells of its passage.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Id of the passage.
    pub id: String,
    /// Position in the document, from 0.
    pub index: usize,
    /// Headings above it, outermost first.
    pub heading: Vec<String>,
    /// First and last line in the source, from 1.
    pub lines: (usize, usize),
    /// Page in the source, from 1, where it has pages.
    pub page: Option<usize>,
    /// Partners in it.
    pub partners: Vec<PartnerValue>,
    /// Its themes.
    pub themes: Vec<ThemeValue>,
}

/// One occurrence in its context.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline};
/// use fumikura::analysis::Analyzer;
/// use fumikura::study::{ConcordanceOptions, concordance};
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = Request { text: "取り組み".to_owned(), ..Request::default() };
/// let found = concordance(&index, &Analyzer::new(), &request, &ConcordanceOptions::default())?;
/// let line = &found.lines[0];
/// assert!(line.left.ends_with("両国は情報共有の") && line.matched == "取組");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Line {
    /// Text before the match, with a blank for each end of a line.
    pub left: String,
    /// The match.
    pub matched: String,
    /// Text after the match.
    pub right: String,
    /// How the match holds the query.
    pub tier: Tier,
    /// Its document, without passages.
    pub document: Arc<Document>,
    /// Its passage; `None` for an occurrence in a title.
    pub passage: Option<Arc<Passage>>,
    /// Position of the match in code points of the text of the passage, or of the title.
    pub offset: usize,
    /// Line of the source, where each line of the passage is one of the source.
    pub line: Option<usize>,
    /// Folder of the index, where several were asked.
    pub index: Option<String>,
    /// Folded words before the match, the nearest first, as far as the order asks for them.
    pub(super) before: Vec<String>,
    /// Folded words after the match.
    pub(super) after: Vec<String>,
}

impl Line {
    /// Returns the names of the partners with a role.
    pub fn partners(&self, role: Role) -> Vec<&str> {
        let partners = self.passage.iter().flat_map(|passage| &passage.partners);
        partners.filter(|partner| partner.role == role).map(|partner| partner.value.as_str()).collect()
    }

    /// Returns the paths of the themes of the passage.
    pub fn themes(&self) -> Vec<&str> {
        self.passage.iter().flat_map(|passage| &passage.themes).map(|theme| theme.value.as_str()).collect()
    }
}

/// Numbers of occurrences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// Number of occurrences.
    pub lines: usize,
    /// Number of passages with one.
    pub passages: usize,
    /// Number of documents with one.
    pub documents: usize,
    /// Numbers of occurrences by tier: word, variant, substring.
    pub by_tier: [usize; 3],
}

/// A concordance.
#[derive(Clone, Debug, Default)]
pub struct Concordance {
    /// The requested lines, in order.
    pub lines: Vec<Line>,
    /// All occurrences in the texts of passages.
    pub total: Occurrences,
    /// Number of occurrences in titles that no passage of the text holds: lines of their own on request.
    pub titles: usize,
    /// Number of lines that samples leave, of which `lines` is a window.
    pub kept: usize,
    /// True where only the first occurrences were read, because there are too many.
    pub cut: bool,
    /// The answer of the engine, without hits.
    pub answer: Answer,
}
