//! Verifies the quotations of a draft.

use super::differences::Comparer;
use super::draft::{Term, take};
use super::judge::{Cited, Judge};
use super::reference::References;
use super::sources::Sources;
use super::verdict::{Quotation, Verdict};
use crate::analysis::Analyzer;
use crate::document::Span;
use crate::engine::{Engine, SearchError};
use crate::query::Budget;

/// Longest draft, in bytes of UTF-8.
pub const MAX_DRAFT_BYTES: usize = 256 << 10;

/// Options of [`verify`].
///
/// # Examples
/// ```
/// let mut options = fumikura::study::VerifyOptions::default();
/// options.set("min", "12")?;
/// assert_eq!(options.min, 12);
/// assert!(options.set("min", "八").is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// Id of the document that is cited for every quotation; without one, the reference near each quotation counts.
    pub within: Option<String>,
    /// Least letters of a quotation; blanks and marks do not count. The shortest clause that somebody quotes for what
    /// it says (認識を共有した) has about seven; names are told apart by their use, not by their length.
    pub min: usize,
    /// Limits on the time of the whole draft.
    pub budget: Budget,
}

impl Default for VerifyOptions {
    fn default() -> Self {
        Self { within: None, min: 6, budget: Budget::default() }
    }
}

impl VerifyOptions {
    /// Sets an option by the name that it has on the command line: `in`, `min`.
    ///
    /// # Errors
    /// An unknown name, or a value that the option does not take.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "in" => self.within = Some(value.trim().to_owned()).filter(|id| !id.is_empty()),
            "min" => self.min = Self::letters(value)?,
            other => return Err(format!("'{other}' is no option of verify; it has in and min")),
        }
        Ok(())
    }

    /// Reads a number of letters.
    ///
    /// # Errors
    /// Anything but a whole number from 2 to 1000.
    pub fn letters(value: &str) -> Result<usize, String> {
        let number = value.trim().parse().ok().filter(|number| (2..=1000).contains(number));
        number.ok_or_else(|| format!("'{value}' is no number of letters; write a whole number from 2 to 1000"))
    }
}

/// What became of the quotations of a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// The quotations, in the order of the draft.
    pub quotations: Vec<Quotation>,
    /// Words in quotes that were left out: names, terms, titles, and words that are too short.
    pub terms: Vec<Term>,
    /// Lines of the draft, from 1, with a bracket that is opened and not closed in its paragraph.
    pub unclosed: Vec<usize>,
    /// True where the time ran out: quotations are unchecked, or further places may exist.
    pub timed_out: bool,
}

impl Verified {
    /// Returns the number of quotations with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.quotations.iter().filter(|quotation| quotation.verdict == verdict).count()
    }
}

/// Verifies each quotation of a draft against the documents of a collection.
///
/// # Errors
/// A draft over the limit, an unknown document in `within`, a collection that cannot be read.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, pipeline};
/// use fumikura::study::{DifferenceKind, Verdict, VerifyOptions, verify};
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n両国は、引き続き協力していくことで一致しました。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let draft = "「引き続き協力していくことで一致しました」「引き続き協力していくことで一致しませんでした」とある。";
/// let found = verify(&index, draft, &VerifyOptions::default())?;
/// assert_eq!(found.quotations[0].verdict, Verdict::Exact);
/// assert_eq!(found.quotations[1].verdict, Verdict::Altered);
/// assert_eq!(found.quotations[1].differences[0].kind, DifferenceKind::Negation);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(engine: &dyn Engine, draft: &str, options: &VerifyOptions) -> Result<Verified, SearchError> {
    if draft.len() > MAX_DRAFT_BYTES {
        return Err(SearchError::NotFound(format!(
            "the draft has {} bytes, at most {MAX_DRAFT_BYTES} are read; verify it in parts",
            draft.len()
        )));
    }
    let within = match &options.within {
        Some(id) => Some(engine.show(id)?.document.id),
        None => None,
    };
    let analyzer = Analyzer::new();
    let taken = take(draft, options.min, &analyzer);
    let spans: Vec<Span> = taken.quotations.iter().map(|quotation| quotation.span).collect();
    let chars: Vec<char> = draft.chars().collect();
    let mut judge =
        Judge { sources: Sources::new(engine, &analyzer, options.budget.clone()), comparer: Comparer::new(&analyzer) };
    let mut references = References::new(engine, options.budget.clone());
    let mut found = Verified { terms: taken.terms, unclosed: taken.unclosed, ..Verified::default() };
    for quoted in &taken.quotations {
        let mut quotation = if options.budget.is_spent() {
            found.timed_out = true;
            Quotation { text: quoted.text.clone(), ..Quotation::default() }
        } else {
            let cited = match &within {
                Some(id) => Cited { documents: vec![id.clone()], ..Cited::default() },
                None => {
                    let (documents, hints) = references.of(&chars, quoted, &spans)?;
                    Cited { documents, hints }
                }
            };
            let cut = std::mem::take(&mut judge.sources.cut);
            let mut judged = judge.judge(&quoted.text, &cited)?;
            // What was not looked at may hold the words.
            if judge.sources.cut && !judged.verdict.is_sound() {
                judged.verdict = Verdict::Unchecked;
            }
            judge.sources.cut |= cut;
            judged
        };
        quotation.span = quoted.span;
        found.quotations.push(quotation);
    }
    found.timed_out |= judge.sources.cut;
    Ok(found)
}
