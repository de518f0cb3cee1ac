//! Names that begin as typed: partners, themes and series of a collection, for suggestions while somebody types.

use std::cmp::Reverse;
use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use wana_kana::ConvertJapanese;

use super::{Corrections, series};
use crate::engine::{Engine, FacetNode, SearchError};
use crate::metadata::{Partners, partners, themes};

/// Least number of characters that are looked for inside names too.
const MIN_INSIDE: usize = 2;

/// Kind of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A partner.
    Partner,
    /// A theme.
    Theme,
    /// A series of meetings.
    Series,
}

/// A name that completes a typed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The query: the words before the last one as typed, and the name.
    pub text: String,
    /// Kind of the name.
    pub kind: NameKind,
    /// Number of passages with it, for a series the number of documents.
    pub count: usize,
}

/// The names of a collection.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, pipeline};
/// use fumikura::study::Names;
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n1. 情報共有\n日本と米国は情報共有の取組を進める。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let analyzer = fumikura::analysis::Analyzer::new();
/// let names = Names::of(&index, &|name| analyzer.reading(name))?;
/// for typed in ["米", "べい", "beik", "united", "情報共有 アメリ"] {
///     assert!(names.completions(typed, 5)[0].text.ends_with("米国"), "{typed}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    kind: NameKind,
    count: usize,
    /// Folded forms: the name, its other names, its reading in kana and in Latin letters.
    forms: Vec<String>,
}

impl Names {
    /// Collects the names that occur in a collection; `reading` gives the kana of a name.
    ///
    /// The work reads all series, so the names are kept for a generation of the engine.
    ///
    /// # Errors
    /// A collection that cannot be read.
    pub fn of(engine: &dyn Engine, reading: &dyn Fn(&str) -> String) -> Result<Self, SearchError> {
        let facets = engine.stats()?.facets;
        let mut names = Self::default();
        let mut nodes = Vec::new();
        facets.partner.iter().for_each(|node| below(node, &mut nodes));
        for node in std::mem::take(&mut nodes) {
            let row = partners().by_name(&node.path).or_else(|| partners().by_name(&node.value));
            let others = row.into_iter().flat_map(Partners::names_of).map(str::to_owned).collect();
            let count = node.named.map_or(node.passages, |named| named.passages);
            names.add(&node.value, NameKind::Partner, count, others, reading);
        }
        facets.theme.iter().for_each(|node| below(node, &mut nodes));
        for node in nodes {
            let english = themes().iter().find(|theme| theme.path == node.path).map(|theme| theme.english.to_owned());
            names.add(&node.value, NameKind::Theme, node.passages, english.into_iter().collect(), reading);
        }
        for found in series(engine, None, &Corrections::default())? {
            let count = found.documents();
            names.add(&found.name, NameKind::Series, count, found.other_names, reading);
        }
        Ok(names)
    }

    fn add(&mut self, name: &str, kind: NameKind, count: usize, others: Vec<String>, reading: &dyn Fn(&str) -> String) {
        let kana = reading(name);
        let mut forms: Vec<String> = vec![folded(name)];
        forms.extend(others.iter().map(|other| folded(other)));
        forms.extend([folded(&kana), folded(&kana.to_romaji())]);
        forms.retain(|form| !form.is_empty());
        forms.dedup();
        self.entries.push(Entry { name: name.to_owned(), kind, count, forms });
    }

    /// Returns at most `most` completions of the end of a typed text: names that begin so, then names that hold it, the
    /// more frequent ones first. The end is the longest one that a name completes, because names have blanks.
    pub fn completions(&self, typed: &str, most: usize) -> Vec<Completion> {
        let behind_blanks = typed.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8());
        for start in std::iter::once(0).chain(behind_blanks) {
            let (before, end) = typed.split_at(start);
            let found = self.completions_of(before, &folded(end), end.ends_with(char::is_whitespace), most);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Completes a folded text behind the words before it.
    fn completions_of(&self, before: &str, word: &str, is_whole: bool, most: usize) -> Vec<Completion> {
        if word.is_empty() {
            return Vec::new();
        }
        // A blank behind a word says that the word is whole: only a name that goes on behind it completes it.
        let may_be_inside = word.chars().count() >= MIN_INSIDE && !is_whole;
        let rank = |entry: &Entry| {
            if entry.forms.iter().any(|form| form.starts_with(word)) {
                Some(0)
            } else {
                (may_be_inside && entry.forms.iter().any(|form| form.contains(word))).then_some(1)
            }
        };
        let mut found: Vec<(usize, &Entry)> =
            self.entries.iter().filter_map(|entry| rank(entry).map(|rank| (rank, entry))).collect();
        found.sort_by_key(|(rank, entry)| (*rank, Reverse(entry.count), entry.kind, &entry.name));
        let completion = |(_, entry): &(usize, &Entry)| Completion {
            text: format!("{before}{}", entry.name),
            kind: entry.kind,
            count: entry.count,
        };
        let mut all: Vec<Completion> = found.iter().map(completion).collect();
        // A series may have the name of a theme.
        let mut seen = HashSet::new();
        all.retain(|completion| seen.insert(completion.text.clone()));
        all.truncate(most);
        all
    }
}

/// Collects a node and the nodes below it.
fn below<'a>(node: &'a FacetNode, nodes: &mut Vec<&'a FacetNode>) {
    nodes.push(node);
    node.children.iter().for_each(|child| below(child, nodes));
}

/// Folds a text for comparing its start: compatible forms, lower case, hiragana; without blanks and middle dots.
fn folded(text: &str) -> String {
    let hiragana = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        c => c,
    };
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '・' | '-' | '‐' | '「' | '」');
    text.nfkc().filter(kept).map(hiragana).flat_map(char::to_lowercase).collect()
}
